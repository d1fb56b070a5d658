//! Sampling noise: published tables, closed forms, coverage by simulation, and what must not matter.

use saddlepoint_game::certificate::upper_bound;
use saddlepoint_game::measured::MeasurementTable;
use saddlepoint_game::noise::{Cell, Count, Counts, NoiseError, Noisy, Origin, Stream, Tally};
use saddlepoint_game::rational::{Rational, parse, to_f64};
use saddlepoint_game::scenario::Instance;
use saddlepoint_game::testing::Draw;
use saddlepoint_game::{Game, Names, numbered};
use saddlepoint_solver::uncertainty::{
    Distribution, LEVELS, Sampling, UncertaintyError, certificate, curse, posterior, split_bracket,
};
use saddlepoint_solver::{Settings, SolveError, Status, exact};

/// Robey et al., "`SmoothLLM`", arXiv 2310.03684v4, Tables 7 and 8: successes among 100 on vicuna-13b of PAIR and GCG,
/// against no defence, non-dictionary removal, perplexity filter, `SmoothLLM` and `TiltedSmoothLLM`.
const SMOOTHLLM: [[u64; 5]; 2] = [[82, 82, 81, 47, 43], [58, 10, 1, 1, 0]];

fn cell(successes: u64, trials: u64) -> Cell {
    Cell::Counted(Count::new(successes, trials, Origin::Measured).expect("a count"))
}

fn table<const N: usize>(rows: &[[u64; N]], trials: u64) -> Counts {
    let cells = rows.iter().flatten().map(|successes| cell(*successes, trials)).collect();
    Counts::new(numbered("a", rows.len()), numbered("d", N), cells).expect("a table")
}

/// The success rates of a shipped table as counts of so many assumed trials, its attacks and defences in file order.
fn published(file: &str, text: &str, model: &str, dropped: &str, trials: u64) -> Counts {
    let mut measured = MeasurementTable::read(file, text.as_bytes()).expect("a table");
    measured.rows.retain(|row| row.model == model && row.metric == "asr" && !row.is_benign() && row.defence != dropped);
    let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect::<Names>();
    let (attacks, defences) = (measured.distinct(|row| &row.attack), measured.distinct(|row| &row.defence));
    let cell = |attack: &str, defence: &str| {
        let row =
            measured.rows.iter().find(|row| row.attack == attack && row.defence == defence).expect("a full table");
        Cell::Counted(Count::from_rate(&row.value, trials, Origin::Assumed).expect("a share"))
    };
    let cells = attacks.iter().flat_map(|attack| defences.iter().map(move |defence| cell(attack, defence))).collect();
    Counts::new(names(attacks.clone()), names(defences.clone()), cells).expect("a table")
}

/// 13 attacks and 16 defences; Prompt Guard is left out.
fn aisafetylab(trials: u64) -> Counts {
    let text = include_str!("../../../scenarios/data/aisafetylab_jailbreak.csv");
    published("aisafetylab_jailbreak.csv", text, "vicuna-7b-v1.5", "Prompt Guard", trials)
}

/// 9 attacks and 7 defences.
fn jbshield(trials: u64) -> Counts {
    let text = include_str!("../../../scenarios/data/jailbreak_jbshield.csv");
    published("jailbreak_jbshield.csv", text, "vicuna-7b", "", trials)
}

fn sampling(replicates: u64, seed: u64) -> Sampling {
    Sampling { replicates, seed, threads: 2, ..Sampling::default() }
}

fn rates(counts: &Counts) -> Vec<f64> {
    counts.tally().rates().iter().map(to_f64).collect()
}

fn observed(counts: &Counts) -> Game {
    counts.instance(&counts.tally().rates()).expect("rates").game
}

fn observed_value(counts: &Counts) -> Rational {
    exact::optimum(&observed(counts)).expect("a game").value()
}

fn near(found: f64, printed: f64, tolerance: f64) {
    assert!((found - printed).abs() <= tolerance, "{found} is not {printed} ± {tolerance}");
}

#[test]
fn certificates_of_published_tables() {
    let smooth = table(&SMOOTHLLM, 100);
    assert_eq!(observed_value(&smooth), parse("0.43").expect("a number"));
    let found = certificate(&smooth, 0.05, &Settings::default()).expect("a certificate");
    near(to_f64(found.upper_value()), 0.563_341, 5e-7);
    near(to_f64(found.lower_value()), 0.303_505, 5e-7);
    assert_eq!((found.counted, found.assumed), (10, 0));
    for (trials, upper) in [(50, 0.4740), (500, 0.3038)] {
        let counts = aisafetylab(trials);
        assert_eq!((counts.attacks().len(), counts.defences().len()), (13, 16));
        near(to_f64(&observed_value(&counts)), 0.236_727, 5e-7);
        let found = certificate(&counts, 0.05, &Settings::default()).expect("a certificate");
        near(to_f64(found.upper_value()), upper, 5e-5);
        assert_eq!((found.counted, found.assumed), (208, 208));
        assert!(*found.lower_value() < observed_value(&counts));
        // The promise is that of the mix, not only of the value.
        let promise = upper_bound(&found.upper_limits, found.guaranteed_mix()).expect("a mix");
        assert_eq!(promise, *found.upper_value());
    }
}

/// A table with so many trials and its printed rates: hundredths, so not always of the form k of 50.
struct Printed {
    counts: Counts,
    rates: Vec<Rational>,
}

impl Noisy for Printed {
    fn tally(&self) -> &Tally {
        self.counts.tally()
    }

    fn printed(&self) -> Vec<Rational> {
        self.rates.clone()
    }

    fn instance(&self, rates: &[Rational]) -> Result<Instance, NoiseError> {
        self.counts.instance(rates)
    }
}

fn simulated() -> [Printed; 4] {
    let (first, second) = (aisafetylab(100).tally().rates(), jbshield(100).tally().rates());
    [
        Printed { counts: aisafetylab(50), rates: first.clone() },
        Printed { counts: aisafetylab(200), rates: first.clone() },
        Printed { counts: aisafetylab(1_000), rates: first },
        Printed { counts: jbshield(50), rates: second },
    ]
}

/// The published figures come from 150 draws each, so they have errors of their own, as large as ours would be.
fn within_errors(found: &Distribution, printed: f64, decimals: i32) {
    let error = found.deviation * (1.0 / 150.0 + 1.0 / found.count as f64).sqrt();
    near(found.mean, printed, 3.0 * error + 0.5 * 10.0_f64.powi(-decimals));
}

#[test]
fn the_curse_on_published_tables() {
    let figures =
        [(0.2367, 0.2374, 0.2725), (0.2367, 0.2380, 0.2560), (0.2367, 0.2366, 0.2452), (0.1189, 0.1182, 0.1357)];
    for (table, (value, found, loss)) in simulated().iter().zip(figures) {
        let simulated = curse(table, &sampling(600, 1)).expect("a simulation");
        near(simulated.value, value, 5e-5);
        within_errors(&simulated.found, found, 4);
        within_errors(&simulated.loss, loss, 4);
        // Never below the value, in any replicate.
        assert!(simulated.loss.quantiles[0] >= simulated.value - 1e-12 && simulated.excess() > 0.0);
    }
}

#[test]
fn split_brackets_on_published_tables() {
    const TABLES: u64 = 300;
    let figures = [(0.173, 0.311), (0.208, 0.275), (0.222, 0.252), (0.075, 0.164)];
    for (table, (lower, upper)) in simulated().iter().zip(figures) {
        let value = curse(table, &sampling(1, 0)).expect("a simulation").value;
        let truth: Vec<_> = table.rates.iter().map(to_f64).collect();
        let (mut means, mut squares) = ([0.0; 2], [0.0; 2]);
        for replicate in 0..TABLES {
            let repeated = table.counts.repeated(&truth, &mut Stream::new(2, replicate)).expect("rates");
            let bracket = split_bracket(&repeated, &sampling(2, replicate)).expect("a bracket");
            for (k, end) in [bracket.lower.mean, bracket.upper.mean].into_iter().enumerate() {
                means[k] += end / TABLES as f64;
                squares[k] += end * end / TABLES as f64;
            }
        }
        for (k, printed) in [lower, upper].into_iter().enumerate() {
            let deviation = (squares[k] - means[k] * means[k]).sqrt();
            near(means[k], printed, 3.0 * deviation * (1.0 / 150.0 + 1.0 / TABLES as f64).sqrt() + 5e-4);
        }
        assert!(means[0] < value && value < means[1]);
    }
}

/// In that table the attacker plays PAIR, and the defender the better of the last two defences: the last one in 70 % of
/// draws. The probability that one beta variable is below another, by integration of their densities.
#[test]
fn support_frequencies_are_probabilities() {
    const POINTS: u32 = 20_000;
    let density = |k: f64, x: f64| (k - 0.5) * x.ln() + (99.5 - k) * (1.0 - x).ln();
    let (mut below, mut mass, mut cumulated) = (0.0, 0.0, 0.0);
    let shift = |k: f64| density(k, k / 100.0);
    let (tilted, smooth) = (|x| (density(43.0, x) - shift(43.0)).exp(), |x| (density(47.0, x) - shift(47.0)).exp());
    for point in 0..POINTS {
        let x = (f64::from(point) + 0.5) / f64::from(POINTS);
        cumulated += tilted(x);
        mass += smooth(x);
        below += smooth(x) * cumulated;
    }
    let probability = below / (mass * cumulated);
    let found = posterior(&table(&SMOOTHLLM, 100), &sampling(4_000, 3)).expect("a posterior");
    let error = (probability * (1.0 - probability) / 4_000.0).sqrt();
    let named = |k: usize| (found.supports[k].defences[0].0, found.supports[k].replicates as f64 / 4_000.0);
    let ((first, frequency), (second, rest)) = (named(0), named(1));
    assert_eq!((first, second), (4, 3));
    near(frequency, probability, 3.0 * error);
    // The published 70 % and 30 % are of a run of unknown length, taken as 150 draws.
    let published = 3.0 * (0.7 * 0.3 / 150.0_f64).sqrt();
    near(frequency, 0.7, published + 0.005);
    near(rest, 0.3, published + 0.005);
    near(found.marginals[4].mean, frequency, 0.01);
    assert_eq!((found.replicates(), found.stalled, found.status), (4_000, 0, Status::Converged));
}

#[test]
fn single_cells_have_closed_forms() {
    for (k, n) in [(0_u64, 40_u64), (7, 40), (40, 40)] {
        let counts = table(&[[k]], n);
        let found = posterior(&counts, &sampling(4_000, n + k)).expect("a posterior");
        let (a, b) = (k as f64 + 0.5, (n - k) as f64 + 0.5);
        near(found.value.mean, a / (a + b), 4.0 * found.value.standard_error());
        near(found.value.deviation, (a * b / (a + b + 1.0)).sqrt() / (a + b), 0.06 * found.value.deviation);
        assert_eq!((found.attacker[0].mean, found.marginals[0].mean, found.supports.len()), (1.0, 1.0, 1));
        // Half of the trials estimate the rate without bias, on both sides.
        let bracket = split_bracket(&counts, &sampling(2_000, 5)).expect("a bracket");
        let rate = k as f64 / n as f64;
        near(bracket.lower.mean, rate, 4.0 * bracket.lower.standard_error() + 1e-12);
        assert_eq!(bracket.lower, bracket.upper);
    }
    // Fair coins in two cells: the larger share is found too large if the attacker chooses, the smaller too small if the
    // defender does, and no choice loses more than 1/2.
    let larger = expected_maximum(100);
    for (attacks, defences, expected) in [(2, 1, larger), (1, 2, 1.0 - larger)] {
        let counts = Counts::new(numbered("a", attacks), numbered("d", defences), vec![cell(50, 100); 2]);
        let simulated = curse(&counts.expect("a table"), &sampling(4_000, 9)).expect("a simulation");
        near(simulated.value, 0.5, 1e-15);
        near(simulated.loss.mean, 0.5, 1e-12);
        near(simulated.found.mean, expected, 4.0 * simulated.found.standard_error());
    }
}

/// Mean of the larger of two independent shares of heads in `n` tosses, by enumeration.
fn expected_maximum(n: u32) -> f64 {
    let mut probability = vec![0.5_f64.powi(i32::try_from(n).expect("small"))];
    for k in 0..n {
        let last = probability[k as usize];
        probability.push(last * f64::from(n - k) / f64::from(k + 1));
    }
    let pairs = probability.iter().enumerate().flat_map(|a| probability.iter().enumerate().map(move |b| (a, b)));
    pairs.map(|((j, p), (k, q))| p * q * j.max(k) as f64 / f64::from(n)).sum()
}

/// Tables are measured again and again; the certificate must hold in all but a share `δ` of them.
#[test]
fn certificates_hold_as_often_as_they_say() {
    const TABLES: u64 = 400;
    let mut draw = Draw::new(17);
    let rows = [[0; 3]; 3].map(|row| row.map(|_: u64| u64::from(draw.below(31))));
    let (single, square) = (table(&[[9]], 30), table(&rows, 30));
    for (truth, miss) in [(&single, 0.2), (&square, 0.2), (&square, 0.9)] {
        let game = observed(truth);
        let value = observed_value(truth);
        let (mut above, mut below) = (0_u32, 0_u32);
        for replicate in 0..TABLES {
            let repeated = truth.repeated(&rates(truth), &mut Stream::new(23, replicate)).expect("rates");
            let found = certificate(&repeated, miss, &Settings::default()).expect("a certificate");
            let loss = upper_bound(&game, found.guaranteed_mix()).expect("a mix");
            above += u32::from(value > *found.upper_value() || loss > *found.upper_value());
            below += u32::from(value < *found.lower_value());
        }
        let allowed = miss * TABLES as f64 + 3.0 * (TABLES as f64 * miss * (1.0 - miss)).sqrt();
        assert!(f64::from(above) <= allowed && f64::from(below) <= allowed, "{above} and {below} of {TABLES}");
        if truth.cells().len() == 1 {
            // One cell has nothing to share: the exact chance of a miss, that of the counts whose limit is below 3/10.
            let limit =
                |k: u64| Count::new(k, 30, Origin::Measured).expect("a count").upper_limit(miss).expect("a limit");
            let missed = |k: &u64| limit(*k) < value;
            let chance: f64 = (0..=30).filter(missed).map(|k| chance(30, k, 0.3)).sum();
            assert!(chance <= miss && chance > miss / 2.0);
            near(f64::from(above), chance * TABLES as f64, 4.0 * (TABLES as f64 * chance * (1.0 - chance)).sqrt());
        }
    }
}

fn chance(n: u64, k: u64, rate: f64) -> f64 {
    let power = |base: f64, k: u64| base.powi(i32::try_from(k).expect("small"));
    (1..=k).map(|i| (n - k + i) as f64 / i as f64).product::<f64>() * power(rate, k) * power(1.0 - rate, n - k)
}

#[test]
fn threads_do_not_matter() {
    let counts = jbshield(50);
    let with = |threads| Sampling { replicates: 1_000, seed: 4, threads, ..Sampling::default() };
    for threads in [2, 3] {
        assert_eq!(posterior(&counts, &with(1)), posterior(&counts, &with(threads)));
        assert_eq!(split_bracket(&counts, &with(1)), split_bracket(&counts, &with(threads)));
        assert_eq!(curse(&counts, &with(1)), curse(&counts, &with(threads)));
    }
    assert_ne!(curse(&counts, &with(1)), curse(&counts, &Sampling { seed: 5, ..with(1) }));
}

#[test]
fn a_time_limit_leaves_the_first_replicates() {
    let counts = table(&SMOOTHLLM, 100);
    let stopped = Sampling { replicates: 100_000, time_limit: Some(std::time::Duration::ZERO), ..Sampling::default() };
    let found = posterior(&counts, &stopped).expect("a posterior");
    assert_eq!(found.status, Status::TimeLimit);
    let first = Sampling { replicates: found.replicates() as u64, ..Sampling::default() };
    let expected = posterior(&counts, &first).expect("a posterior");
    assert_eq!((found.value, found.marginals, found.supports), (expected.value, expected.marginals, expected.supports));
}

#[test]
fn the_order_of_rows_and_columns_does_not_matter() {
    let counts = jbshield(50);
    let (m, n) = (counts.attacks().len(), counts.defences().len());
    let (rows, columns) = ((0..m).map(|i| (5 * i + 3) % m), (0..n).map(|j| (3 * j + 1) % n));
    let (rows, columns): (Vec<_>, Vec<_>) = (rows.collect(), columns.collect());
    let cells = rows.iter().flat_map(|i| columns.iter().map(move |j| (i, j)));
    let moved = Counts::new(
        rows.iter().map(|i| counts.attacks()[*i].clone()).collect(),
        columns.iter().map(|j| counts.defences()[*j].clone()).collect(),
        cells.map(|(i, j)| counts.cells()[i * n + j].clone()).collect(),
    )
    .expect("a table");
    let settings = Settings::default();
    let certify = |counts: &Counts| certificate(counts, 0.05, &settings).expect("a certificate");
    assert_eq!(certify(&counts).upper_value(), certify(&moved).upper_value());
    assert_eq!(certify(&counts).lower_value(), certify(&moved).lower_value());
    let draw = |counts: &Counts| posterior(counts, &sampling(500, 6)).expect("a posterior");
    let (plain, moved) = (draw(&counts), draw(&moved));
    for (found, expected) in moved.value.quantiles.iter().zip(plain.value.quantiles) {
        near(*found, expected, 1e-12);
    }
    for (position, i) in rows.iter().enumerate() {
        near(moved.attacker[position].mean, plain.attacker[*i].mean, 1e-9);
    }
    for (position, j) in columns.iter().enumerate() {
        near(moved.marginals[position].mean, plain.marginals[*j].mean, 1e-9);
    }
    let frequencies = |posterior: &saddlepoint_solver::uncertainty::Posterior| {
        posterior.supports.iter().map(|support| support.replicates).collect::<Vec<_>>()
    };
    assert_eq!(frequencies(&moved), frequencies(&plain));
}

#[test]
fn cells_without_trials_are_unknown_and_not_imputed() {
    let empty = table(&[[0, 0], [0, 0]], 0);
    let found = certificate(&empty, 0.05, &Settings::default()).expect("a certificate");
    assert_eq!((found.upper_value(), found.lower_value()), (&Rational::ONE, &Rational::ZERO));
    let drawn = posterior(&empty, &sampling(200, 0)).expect("a posterior");
    assert!(drawn.value.quantiles.iter().all(|value| (0.0..=1.0).contains(value)) && LEVELS.len() == 7);
    near(curse(&empty, &sampling(10, 0)).expect("a simulation").value, 1.0, 1e-15);
    let halves = split_bracket(&empty, &sampling(10, 0));
    assert_eq!(halves, Err(UncertaintyError::Noise(NoiseError::Halves { count: 0, trials: 0 })));
    // A cell with bounds keeps them: [V-, V+] of one attack is that of the better defence.
    let number = |text| parse(text).expect("a number");
    let bounds = |low, high| Cell::Bounded { low: number(low), high: number(high) };
    let unknown = vec![bounds("0.1", "0.6"), bounds("0.2", "0.5")];
    let counts = Counts::new(numbered("a", 1), numbered("d", 2), unknown).expect("a table");
    let found = certificate(&counts, 0.05, &Settings::default()).expect("a certificate");
    assert_eq!((found.upper_value(), found.lower_value()), (&number("0.5"), &number("0.1")));
    assert_eq!((found.counted, found.assumed), (0, 0));
    let drawn = posterior(&counts, &sampling(20, 0)).expect("a posterior");
    near(drawn.value.mean, 0.5, 1e-12);
    near(drawn.lowest.expect("missing cells").mean, 0.1, 1e-12);
    let bracket = split_bracket(&counts, &sampling(20, 0)).expect("a bracket");
    near(bracket.lower.mean, 0.1, 1e-12);
    near(bracket.upper.mean, 0.5, 1e-12);
}

#[test]
fn settings_out_of_range_are_refused() {
    let counts = table(&SMOOTHLLM, 100);
    for (bad, field) in [
        (Sampling { replicates: 0, ..Sampling::default() }, "replicates"),
        (Sampling { replicates: u64::MAX, ..Sampling::default() }, "replicates"),
        (Sampling { threads: 0, ..Sampling::default() }, "threads"),
    ] {
        let refused = posterior(&counts, &bad).expect_err("a setting");
        assert!(matches!(refused, UncertaintyError::Solve(SolveError::Setting { field: found, .. }) if found == field));
    }
    for miss in [0.0, 1.0, f64::NAN] {
        let refused = certificate(&counts, miss, &Settings::default());
        assert_eq!(refused, Err(UncertaintyError::Noise(NoiseError::Miss)));
    }
}
