//! Small games of every family in bulk, each answer checked; shared by the test and the example of this name.
//!
//! Of every game: the batch answer is that of the simplex method alone, to the bit; it converged; its certified interval
//! is at most 1e-12 of the pay-off range wide; both mixes are exact distributions. The same game as doubles in one slice:
//! it converged, its mixes are distributions, and its interval meets the certified one and is as narrow as doubles of
//! that size can be. Of one game in [`SAMPLE`]: the exact value lies in both intervals.

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::testing::{Draw, Family};
use saddlepoint_game::{DYADIC_ONE, Game, LossMatrix, MixedStrategy};
use saddlepoint_solver::batch::{self, Batch, Equilibria, Workspace};
use saddlepoint_solver::{Settings, Solution, Status, exact, simplex};

/// Games of one family and shape that are drawn together; the first of them is solved exactly too.
pub(crate) const SAMPLE: u64 = 50;

/// Groups that are solved in one batch, so that lanes meet many shapes.
const GROUPS: u64 = 20;

/// Largest certified gap, as a fraction of the pay-off range.
const GAP: f64 = 1e-12;

/// What is to be played.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Games of all shards together.
    pub(crate) games: u64,
    /// This shard, from 0, and how many there are.
    pub(crate) shard: (u64, u64),
    /// Largest number of strategies a side.
    pub(crate) largest: u32,
    /// First seed.
    pub(crate) seed: u64,
}

/// What came of a family.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) games: u64,
    /// Answers that were compared with the exact value.
    pub(crate) sampled: u64,
    /// Answers from integers, after doubles failed.
    pub(crate) repaired: u64,
    /// Games without a converged answer.
    pub(crate) missing: u64,
    /// Answers that fail a check.
    pub(crate) wrong: u64,
    /// Largest certified gap, as a fraction of the range.
    pub(crate) gap: f64,
    /// Largest certified gap, as a fraction of the value, of games without negative losses and with a positive value.
    pub(crate) relative: f64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.games += other.games;
        self.sampled += other.sampled;
        self.repaired += other.repaired;
        self.missing += other.missing;
        self.wrong += other.wrong;
        self.gap = self.gap.max(other.gap);
        self.relative = self.relative.max(other.relative);
    }
}

/// Plays one shard; the families in their order. `complain` is told of each wrong or missing answer.
pub(crate) fn run(options: &Options, mut complain: impl FnMut(&str)) -> Vec<(Family, Tally)> {
    let mut tallies: Vec<_> = Family::ALL.iter().map(|family| (*family, Tally::default())).collect();
    let mut workspace = Workspace::default();
    let groups: Vec<u64> =
        (0..options.games.div_ceil(SAMPLE)).filter(|g| g % options.shard.1 == options.shard.0).collect();
    for groups in groups.chunks(usize::try_from(GROUPS).unwrap_or(1)) {
        let drawn: Vec<_> = groups.iter().map(|&group| Group::draw(options, group)).collect();
        let games: Vec<&Game> = drawn.iter().flat_map(|group| &group.games).collect();
        let mut answers = batch::solve_with(&mut workspace, &games).into_iter();
        for group in &drawn {
            let answers: Vec<_> = answers.by_ref().take(group.games.len()).map(Result::ok).collect();
            let tally = group.check(&mut workspace, &answers, &mut complain);
            tallies[group.family].1.add(&tally);
        }
    }
    tallies
}

/// The counts of all shards as a table, and whether every answer is there and right.
pub(crate) fn table(shards: &[Vec<(Family, Tally)>]) -> (String, bool) {
    let mut text = format!(
        "{:16} {:>10} {:>9} {:>9} {:>8} {:>6} {:>12} {:>12}\n",
        "family", "games", "exact too", "repaired", "missing", "wrong", "gap / range", "gap / value"
    );
    let sum = |family: Option<Family>| {
        let mut sum = Tally::default();
        shards.iter().flatten().filter(|(f, _)| family.is_none_or(|family| family == *f)).for_each(|(_, t)| sum.add(t));
        sum
    };
    for family in Family::ALL.map(Some).into_iter().chain([None]) {
        let name = family.map_or("all".to_owned(), |family| format!("{family:?}"));
        let Tally { games, sampled, repaired, missing, wrong, gap, relative } = sum(family);
        text += &format!(
            "{name:16} {games:10} {sampled:9} {repaired:9} {missing:8} {wrong:6} {gap:12.2e} {relative:12.2e}\n"
        );
    }
    let total = sum(None);
    (text, total.missing == 0 && total.wrong == 0 && total.games > 0)
}

/// Games of one family and shape.
struct Group {
    family: usize,
    games: Vec<Game>,
}

impl Group {
    fn draw(options: &Options, group: u64) -> Self {
        let families = Family::ALL.len() as u64;
        let family = usize::try_from(group % families).unwrap_or(0);
        let first = options.seed + group * SAMPLE;
        // Another stream than the games' own.
        let mut draw = Draw::new(first ^ 0x5851_f42d_4c95_7f2d);
        let (rows, columns) = (1 + draw.below(options.largest) as usize, 1 + draw.below(options.largest) as usize);
        let count = SAMPLE.min(options.games - group * SAMPLE);
        let games = (first..first + count).map(|seed| Family::ALL[family].game_of(rows, columns, seed)).collect();
        Self { family, games }
    }

    fn check(&self, workspace: &mut Workspace, answers: &[Option<Solution>], complain: &mut impl FnMut(&str)) -> Tally {
        let mut tally = Tally { games: self.games.len() as u64, ..Tally::default() };
        let (m, n) = (self.games[0].loss.attacks().len(), self.games[0].loss.defences().len());
        let losses: Vec<f64> = self.games.iter().flat_map(doubles).collect();
        let mut slice = Equilibria::default();
        let solved = Batch::new(m, n).and_then(|mut batch| batch.solve(&losses, &mut slice));
        for (k, (game, answer)) in self.games.iter().zip(answers).enumerate() {
            let alone = simplex::solve_with(workspace.simplex(), game, &Settings::default()).ok();
            let place = || format!("{:?}, game {k} of {m} × {n}", Family::ALL[self.family]);
            let (Some(answer), true) = (answer, solved.is_ok() && slice.statuses[k] == Status::Converged) else {
                tally.missing += 1;
                complain(&format!("{}: no answer", place()));
                continue;
            };
            let exact = (k == 0).then(|| exact::optimum(game).ok().map(|optimum| optimum.value()));
            tally.sampled += u64::from(exact.is_some());
            tally.repaired += u64::from(answer.method != saddlepoint_solver::Method::Simplex);
            let range = game.loss.payoffs().to_unit(&mut Vec::new()).range;
            let gap = rational::to_f64(&(answer.certificate.gap() / range));
            tally.gap = tally.gap.max(gap);
            tally.relative = tally.relative.max(relative_gap(game, answer));
            let doubles = Doubles {
                losses: &losses[k * m * n..(k + 1) * m * n],
                attacker: &slice.attackers[k * m..(k + 1) * m],
                defender: &slice.defenders[k * n..(k + 1) * n],
                bounds: slice.bounds[k],
            };
            let fault = [
                (answer.status != Status::Converged, "not converged"),
                (alone.as_ref() != Some(answer), "not the answer of simplex alone"),
                (gap.is_nan() || gap > GAP, "too wide"),
                (!is_distribution(&answer.attacker) || !is_distribution(&answer.defender), "not a distribution"),
                (exact.is_some_and(|value| !value.is_some_and(|value| contains(answer, &value))), "value outside"),
                (!doubles.hold(answer, k == 0), "wrong in doubles"),
            ];
            for (_, what) in fault.iter().filter(|(wrong, _)| *wrong) {
                complain(&format!("{}: {what}", place()));
            }
            tally.wrong += u64::from(fault.iter().any(|(wrong, _)| *wrong));
        }
        tally
    }
}

/// The certified gap as a fraction of the value; 0 where a loss is negative or the value is 0.
fn relative_gap(game: &Game, answer: &Solution) -> f64 {
    let lower = &answer.certificate.lower;
    let positive = game.loss.payoffs().to_rationals().iter().all(|loss| *loss >= Rational::ZERO);
    if positive && *lower > Rational::ZERO { rational::to_f64(&(answer.certificate.gap() / lower)) } else { 0.0 }
}

fn doubles(game: &Game) -> Vec<f64> {
    game.loss.payoffs().to_rationals().iter().map(rational::to_f64).collect()
}

fn contains(answer: &Solution, value: &Rational) -> bool {
    answer.certificate.lower <= *value && *value <= answer.certificate.upper
}

fn is_distribution(mix: &MixedStrategy) -> bool {
    match mix.numerators() {
        Some(numerators) => numerators.iter().map(|&k| u128::from(k)).sum::<u128>() == u128::from(DYADIC_ONE),
        None => {
            let probabilities = mix.probabilities();
            let sum = probabilities.iter().fold(Rational::ZERO, |sum, p| sum + p);
            sum == Rational::ONE && probabilities.iter().all(|p| *p >= Rational::ZERO)
        }
    }
}

/// The answer to a game as doubles.
struct Doubles<'a> {
    losses: &'a [f64],
    attacker: &'a [f64],
    defender: &'a [f64],
    bounds: (f64, f64),
}

impl Doubles<'_> {
    /// Whether it agrees with the answer to the game as fractions, from which each entry may be half a step away.
    fn hold(&self, answer: &Solution, exactly: bool) -> bool {
        let (least, most) = self.losses.iter().fold((f64::MAX, f64::MIN), |(l, m), &a| (l.min(a), m.max(a)));
        let (lower, upper) = self.bounds;
        // The bounds are rounded outwards a few times, and each product of an entry and a weight may underflow.
        let products = 4.0 * (self.attacker.len() + self.defender.len()) as f64;
        let step = f64::max(most.abs(), least.abs()) * f64::EPSILON + products * f64::from_bits(1);
        let slack = GAP * (most - least) + 8.0 * step;
        let proof = [&answer.certificate.lower, &answer.certificate.upper].map(rational::to_f64);
        let sums = [self.attacker, self.defender].map(|mix| mix.iter().sum::<f64>());
        let value = || {
            let (m, n) = (self.attacker.len(), self.defender.len());
            let loss = LossMatrix::from_f64(
                saddlepoint_game::numbered("a", m),
                saddlepoint_game::numbered("d", n),
                self.losses,
            );
            let value = exact::optimum(&Game::new(loss.ok()?)).ok()?.value();
            Some(rational::from_f64(lower)? <= value && value <= rational::from_f64(upper)?)
        };
        lower <= upper
            && upper - lower <= slack
            && lower - step <= proof[1]
            && proof[0] <= upper + step
            && sums.iter().all(|sum| (sum - 1.0).abs() < 1e-14)
            && self.attacker.iter().chain(self.defender).all(|p| *p >= 0.0)
            && (!exactly || value() == Some(true))
    }
}
