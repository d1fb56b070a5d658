//! What information cannot do, whatever the numbers.

use proptest::prelude::*;
use saddlepoint_game::bits::{
    Advantage, Attempt, Axes, Axis, Bandwidth, BenignRate, Detector, Move, allowed_bits, entropy_bits, excess_losses,
    harm_within, hidden_draw, leakage_bits, membership, parallel, series, targeted_bits, visible_draw,
};
use saddlepoint_game::rational::{Rational, to_f64};
use saddlepoint_game::{AttackId, DefenceId, LossMatrix, MixedStrategy, numbered};

use crate::{advantage, attempt};

/// Absolute rounding allowed where two computations of one number of bits meet.
const ROUNDING: f64 = 1e-13;

fn probability() -> impl Strategy<Value = Rational> {
    let of = |n: u64, whole: u64| Rational::from_parts(n.into(), whole.into());
    prop_oneof![
        (0_u64..=1000).prop_map(move |n| of(n, 1000)),
        (0_u64..=1 << 40).prop_map(move |n| of(n, 1 << 40)),
        (0_u64..=9).prop_map(move |n| of(n, 1_000_000_000_000_000)),
        Just(Rational::ZERO),
        Just(Rational::ONE),
    ]
}

/// A success and a benign rate that is not above it.
fn rates() -> impl Strategy<Value = (Rational, Rational)> {
    (probability(), probability()).prop_map(|(a, b)| if a < b { (b, a) } else { (a, b) })
}

fn attempts() -> impl Strategy<Value = Attempt> {
    rates().prop_map(|(success, benign)| attempt(&success, &benign))
}

/// A success, a benign rate, and more attacks between them.
fn attacks() -> impl Strategy<Value = (Vec<Rational>, Rational)> {
    (rates(), prop::collection::vec(probability(), 0..5)).prop_map(|((success, benign), shares)| {
        let width = &success - &benign;
        let mut successes: Vec<_> = shares.iter().map(|share| &benign + &width * share).collect();
        successes.push(success);
        (successes, benign)
    })
}

/// Losses of at most 4 × 4, one benign rate per defence below its losses, and a mix.
fn games() -> impl Strategy<Value = (LossMatrix, Vec<Rational>, MixedStrategy)> {
    (1_usize..5, 1_usize..5).prop_flat_map(|(m, n)| {
        let cells = prop::collection::vec(probability(), m * n);
        (cells, prop::collection::vec(probability(), n), prop::collection::vec(0.01_f64..1.0, n)).prop_map(
            move |(cells, shares, weights)| {
                let least = |d: usize| (0..m).map(|a| &cells[a * n + d]).min().expect("an attack").clone();
                let benign = (0..n).map(|d| least(d) * &shares[d]).collect();
                let loss = LossMatrix::new(numbered("a", m), numbered("d", n), cells.clone()).expect("a matrix");
                (loss, benign, MixedStrategy::rounded(&weights).expect("mass"))
            },
        )
    })
}

/// Bayes capacity from its definition, `log2 Σ_out max_in P(out | in)`.
fn by_definition(rows: &[Vec<f64>]) -> f64 {
    let outputs = 0..rows[0].len();
    outputs.map(|y| rows.iter().map(|row| row[y]).fold(0.0, f64::max)).sum::<f64>().log2()
}

/// Rows `P(bad), P(not bad)` of every attack and the benign input.
fn binary_rows(successes: &[Rational], benign: &Rational) -> Vec<Vec<f64>> {
    let row = |bad: &Rational| vec![to_f64(bad), to_f64(&(Rational::ONE - bad))];
    successes.iter().chain([benign]).map(row).collect()
}

/// The channel of two independent uses, one of each.
fn both(first: &[Vec<f64>], second: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let pairs = first.iter().flat_map(|a| second.iter().map(move |b| (a, b)));
    pairs.map(|(a, b)| a.iter().flat_map(|p| b.iter().map(move |q| p * q)).collect()).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= ROUNDING * (1.0 + b.abs())
}

proptest! {
    #[test]
    fn the_advantage_is_the_bayes_capacity((successes, benign) in attacks(), uses in 1_usize..4) {
        let advantage = Advantage::of(&successes, &benign).expect("an advantage");
        prop_assert!(advantage.exact() >= &Rational::ZERO && advantage.exact() <= &Rational::ONE);
        let one = binary_rows(&successes, &benign);
        let many = (1..uses).fold(one.clone(), |many, _| both(&many, &one));
        prop_assert!(near(advantage.bits_over(uses as f64).expect("bits"), by_definition(&many)));
    }

    #[test]
    fn aiming_is_the_bayes_capacity(success in probability(), targets in 1_usize..6) {
        let aimed = |k: usize| {
            let hit = (0..targets).map(|other| if other == k { to_f64(&success) } else { 0.0 });
            hit.chain([to_f64(&(Rational::ONE - &success))]).collect::<Vec<_>>()
        };
        let benign = (0..targets).map(|_| 0.0).chain([1.0]).collect();
        let rows: Vec<_> = (0..targets).map(aimed).chain([benign]).collect();
        let bits = targeted_bits(targets as u64, &success).expect("bits");
        prop_assert!(near(bits, by_definition(&rows)));
        prop_assert_eq!(targeted_bits(1, &success), Ok(attempt(&success, &Rational::ZERO).advantage().bits()));
    }

    #[test]
    fn shannon_is_at_most_bayes(attempt in attempts()) {
        let (shannon, bayes) = (attempt.shannon_bits(), attempt.advantage().bits());
        prop_assert!((0.0..=1.0).contains(&bayes));
        prop_assert!(shannon >= 0.0 && shannon <= bayes * (1.0 + ROUNDING), "{shannon} {bayes}");
        // And at least J² / (2 ln 2), by Pinsker's inequality at an even input.
        let j = attempt.advantage().to_f64();
        prop_assert!(shannon >= j * j / (2.0 * std::f64::consts::LN_2) * (1.0 - ROUNDING), "{shannon} {j}");
    }

    #[test]
    fn processing_adds_nothing(first in attempts(), second in attempts()) {
        let path = first.then(&second);
        let product = series(&[first.advantage(), second.advantage()]).expect("a path");
        prop_assert_eq!(path.advantage(), product);
        for stage in [&first, &second] {
            prop_assert!(path.advantage() <= stage.advantage());
            prop_assert!(path.advantage().bits() <= stage.advantage().bits());
            prop_assert!(path.shannon_bits() <= stage.shannon_bits() * (1.0 + ROUNDING) + f64::MIN_POSITIVE);
        }
    }

    #[test]
    fn paths_and_routes_forget_their_order(exact in prop::collection::vec(probability(), 1..6)) {
        let stages: Vec<_> = exact.into_iter().map(advantage).collect();
        let turned: Vec<_> = stages.iter().rev().cloned().collect();
        prop_assert_eq!(series(&stages), series(&turned));
        let best = parallel(&stages).expect("a route");
        prop_assert_eq!(parallel(&turned), Ok(best.clone()));
        prop_assert!(stages.iter().all(|stage| *stage <= best) && series(&stages).expect("a path") <= best);
    }

    #[test]
    fn names_and_useless_attacks_change_nothing((mut successes, benign) in attacks(), shift in 0_usize..5) {
        let attempt = Attempt::new(&successes, &benign).expect("an attempt");
        let places = shift % successes.len();
        successes.rotate_left(places);
        prop_assert_eq!(Attempt::new(&successes, &benign), Ok(attempt.clone()));
        successes.push(benign.clone());
        prop_assert_eq!(Attempt::new(&successes, &benign), Ok(attempt.clone()));
        // Calling the bad outcome good and the attack benign is another name for the same channel.
        let mirrored = crate::attempt(&(Rational::ONE - attempt.benign()), &(Rational::ONE - attempt.success()));
        prop_assert_eq!(mirrored.advantage(), attempt.advantage());
        let (one, other) = (mirrored.shannon_bits(), attempt.shannon_bits());
        prop_assert!((one - other).abs() <= ROUNDING * other, "{one} {other}");
    }

    /// Both ends of an assumption enclose every quantity at any rate between.
    #[test]
    fn everything_is_monotone_in_the_benign_rate(
        (success, highest) in rates(),
        shares in (probability(), probability()),
        uses in 0.0_f64..100.0,
    ) {
        let lowest = &highest * &shares.0;
        let between = &lowest + (&highest - &lowest) * &shares.1;
        let assumed = BenignRate::Between { lowest, highest };
        let quantities: [fn(&Attempt, f64) -> f64; 5] = [
            |attempt, _| attempt.advantage().to_f64(),
            |attempt, _| attempt.advantage().bits(),
            |attempt, uses| attempt.advantage().bits_over(uses).expect("bits"),
            |attempt, _| attempt.shannon_bits(),
            |attempt, _| attempt.advantage().elasticity(),
        ];
        for (position, quantity) in quantities.iter().enumerate() {
            let at = |benign: &Rational| Ok(quantity(&Attempt::new(std::slice::from_ref(&success), benign)?, uses));
            let ends = assumed.ends(at).expect("both ends");
            let rises = position == 4;
            let (less, more) =
                if rises { (ends.at_lowest, ends.at_highest) } else { (ends.at_highest, ends.at_lowest) };
            let ordered = less <= more * (1.0 + ROUNDING);
            prop_assert!(ordered, "{position}: {ends:?}");
            let (least, most) = ends.range();
            let found = BenignRate::Known(between.clone()).ends(at).expect("both ends").at_lowest;
            let slack = ROUNDING * found.abs();
            prop_assert!(least - slack <= found && found <= most + slack, "{position}: {least} {found} {most}");
        }
    }

    #[test]
    fn more_success_is_more_of_everything((more, less) in rates(), tries in 0_u64..50) {
        let (large, small) = (attempt(&more, &Rational::ZERO), attempt(&less, &Rational::ZERO));
        prop_assert!(large.advantage() >= small.advantage());
        prop_assert!(large.advantage().bits() >= small.advantage().bits());
        prop_assert!(large.shannon_bits() >= small.shannon_bits() * (1.0 - ROUNDING));
        let harm = |success, tries| harm_within(success, tries).expect("a probability");
        prop_assert!(harm(&more, tries) >= harm(&less, tries) * (1.0 - ROUNDING));
        prop_assert!(harm(&more, tries + 1) >= harm(&more, tries));
        prop_assert!(harm(&more, tries) <= (tries as f64 * to_f64(&more)).min(1.0) * (1.0 + ROUNDING));
        // Exactly, by exact powers.
        let failure = (0..tries).fold(Rational::ONE, |failure, _| failure * (Rational::ONE - &more));
        let exact = to_f64(&(Rational::ONE - failure));
        prop_assert!((harm(&more, tries) - exact).abs() <= ROUNDING * exact);
    }

    #[test]
    fn elasticities_are_slopes(numerator in 1_u32..1000) {
        let x = f64::from(numerator) / 1000.0;
        let found = advantage(Rational::from_parts(numerator.into(), 1000_u32.into())).elasticity();
        prop_assert!((0.5 / std::f64::consts::LN_2..=1.0).contains(&found));
        let bits = |x: f64| (1.0 + x).ln();
        let step = 1e-5;
        let slope = (bits(x * (1.0 + step)).ln() - bits(x * (1.0 - step)).ln()) / (2.0 * step);
        prop_assert!((found - slope).abs() < 1e-6, "{found} {slope}");
    }

    /// Both values of a game are Bayes capacities, by definition, of the channel that the attacker has.
    #[test]
    fn draws_are_channels((loss, benign, mix) in games()) {
        let excess = excess_losses(&loss, &benign).expect("a game");
        let met = |a: AttackId| {
            let terms = loss.defence_ids().map(|d| excess.loss(a, d) * mix.probability(d.0));
            terms.fold(Rational::ZERO, |sum, term| sum + term)
        };
        let hidden = Advantage::new(loss.attack_ids().map(met).max().expect("an attack")).expect("an advantage");
        let visible = visible_draw(&excess, &mix).expect("an advantage");
        prop_assert!(hidden <= visible, "a hidden draw never tells more");

        let rate = |input: Option<AttackId>, d: DefenceId| match input {
            Some(a) => loss.loss(a, d),
            None => benign[d.0].clone(),
        };
        let row = |input: Option<AttackId>| -> Vec<[f64; 2]> {
            let pair = |d: DefenceId| {
                let (weight, bad) = (mix.probability(d.0), rate(input, d));
                [to_f64(&(&weight * &bad)), to_f64(&(&weight * (Rational::ONE - &bad)))]
            };
            loss.defence_ids().map(pair).collect()
        };
        let inputs = || loss.attack_ids().map(Some).chain([None]);
        let seen: Vec<_> = inputs().map(|input| row(input).concat()).collect();
        prop_assert!(near(visible.bits(), by_definition(&seen)));
        let unseen: Vec<_> = inputs().map(|input| {
            row(input).iter().fold(vec![0.0, 0.0], |sum, pair| vec![sum[0] + pair[0], sum[1] + pair[1]])
        }).collect();
        prop_assert!(near(hidden.bits(), by_definition(&unseen)));
    }

    #[test]
    fn one_benign_rate_only_shifts_the_game((loss, benign, mix) in games()) {
        let rate = benign.iter().min().expect("a defence").clone();
        let excess = excess_losses(&loss, &vec![rate.clone(); benign.len()]).expect("a game");
        let worst = |game: &LossMatrix| {
            let met = |a| {
                let terms = game.defence_ids().map(|d| game.loss(a, d) * mix.probability(d.0));
                terms.fold(Rational::ZERO, |sum, term| sum + term)
            };
            game.attack_ids().map(met).max().expect("an attack")
        };
        let hidden = hidden_draw(&worst(&loss), &rate).expect("an advantage");
        prop_assert_eq!(hidden.exact(), &worst(&excess));
        prop_assert_eq!((excess.attacks(), excess.defences()), (loss.attacks(), loss.defences()));
    }

    #[test]
    fn relabelling_a_game_changes_no_bit((loss, benign, mix) in games(), shift in (0_usize..4, 0_usize..4)) {
        let turned = |count: usize, shift: usize| (0..count).map(|k| (k + shift) % count).collect::<Vec<_>>();
        let rows = turned(loss.attacks().len(), shift.0);
        let columns = turned(loss.defences().len(), shift.1);
        let attacks: Vec<_> = rows.iter().copied().map(AttackId).collect();
        let defences: Vec<_> = columns.iter().copied().map(DefenceId).collect();
        let relabelled = loss.restricted(&attacks, &defences).expect("a matrix");
        let rates: Vec<_> = columns.iter().map(|&d| benign[d].clone()).collect();
        let weights = columns.iter().map(|&d| mix.probability(d)).collect();
        let before = visible_draw(&excess_losses(&loss, &benign).expect("a game"), &mix);
        let mix = MixedStrategy::exact(weights).expect("a mix");
        prop_assert_eq!(before, visible_draw(&excess_losses(&relabelled, &rates).expect("a game"), &mix));
    }

    #[test]
    fn leakage_adds_along_a_chain(mut chain in prop::collection::vec(1_u64..=1000, 3)) {
        chain.sort_unstable();
        let at = |k: usize| Rational::from_parts(chain[k].into(), 1000_u32.into());
        let bits = |k: usize, l: usize| leakage_bits(&at(k), &at(l)).expect("bits");
        prop_assert!(near(bits(0, 1) + bits(1, 2), bits(0, 2)));
        prop_assert!(bits(0, 1) >= 0.0 && bits(0, 1) <= leakage_bits(&at(0), &Rational::ONE).expect("bits"));
    }

    #[test]
    fn membership_is_leakage_of_a_fair_coin(extra in probability()) {
        let half = Rational::ONE / Rational::from(2);
        let accuracy = &half + &half * extra;
        let bits = membership(&accuracy).expect("an accuracy").bits();
        prop_assert!(near(bits, leakage_bits(&half, &accuracy).expect("bits")));
    }

    #[test]
    fn detectors_obey_pinsker_and_bayes(rates in (0.001_f64..0.999, 0.001_f64..0.999), base in probability()) {
        let [t, f] = [rates.0, rates.1].map(|rate| Rational::try_from(rate).expect("finite"));
        let detector = Detector::new(t.clone(), f.clone()).expect("a detector");
        let evidence = detector.evidence_bits();
        let part = |p: f64, q: f64| p * (p / q).log2();
        let (p, q) = rates;
        prop_assert!((evidence - part(p, q) - part(1.0 - p, 1.0 - q)).abs() < 1e-12);
        prop_assert!(evidence >= 2.0 * (p - q).powi(2) / std::f64::consts::LN_2 * (1.0 - 1e-9));
        // Odds after an alarm are the odds before times the likelihood ratio.
        let precision = detector.precision(&base).expect("alarms");
        let not = |p: &Rational| Rational::ONE - p;
        prop_assert_eq!(&precision * not(&base) * f, not(&precision) * &base * t);
    }

    #[test]
    fn stricter_identification_takes_longer(rates in rates(), errors in (1e-9_f64..0.5, 1e-9_f64..0.5)) {
        let detector = Detector::new(rates.0, rates.1).expect("a detector");
        let (strict, lax) = (errors.0.min(errors.1), errors.0.max(errors.1));
        let queries = |error| detector.queries_to_identify(error).expect("a number");
        prop_assert!(queries(strict) >= queries(lax) && queries(lax) >= 1.0);
    }

    #[test]
    fn entropy_is_symmetric_bounded_and_grouped(
        weights in prop::collection::vec(0.0_f64..1.0, 2..10),
        shift in 0_usize..9,
    ) {
        prop_assume!(weights.iter().any(|weight| *weight > 0.0));
        let mix = MixedStrategy::rounded(&weights).expect("mass");
        let entropy = entropy_bits(&mix);
        let size = u64::try_from(mix.support().len()).expect("a count");
        prop_assert!(entropy >= 0.0 && entropy <= allowed_bits(size).expect("bits") + ROUNDING);
        let mut exact = mix.probabilities();
        let places = shift % exact.len();
        exact.rotate_left(places);
        let turned = MixedStrategy::exact(exact.clone()).expect("a mix");
        prop_assert!(near(entropy_bits(&turned), entropy));
        let (attacker, user) = (entropy, entropy_bits(&turned));
        prop_assert_eq!(Bandwidth::of_mixes(&mix, &turned), Bandwidth { attacker, user });
        // H(p, q, …) = H(p + q, …) + (p + q) H(p / (p + q), q / (p + q)).
        let (p, q) = (exact.remove(0), exact.remove(0));
        let sum = &p + &q;
        exact.push(sum.clone());
        let merged = entropy_bits(&MixedStrategy::exact(exact).expect("a mix"));
        let within = if sum.is_zero() {
            0.0
        } else {
            to_f64(&sum) * entropy_bits(&MixedStrategy::exact(vec![p / &sum, q / &sum]).expect("a mix"))
        };
        prop_assert!(near(merged + within, entropy));
    }

    /// A move against a channel never widens it, and the order of moves does not matter.
    #[test]
    fn moves_are_monotone_and_commute(
        point in (0.0_f64..100.0, 0.0_f64..100.0, 0.01_f64..100.0),
        factors in (0.0_f64..1.0, 0.0_f64..1.0, 1.0_f64..100.0),
    ) {
        let start = Axes::new(point.0, point.1, point.2).expect("a point");
        let mut moves = vec![
            Move { axis: Axis::Bandwidth, factor: factors.0 },
            Move { axis: Axis::Signal, factor: factors.1 },
            Move { axis: Axis::Noise, factor: factors.2 },
        ];
        for one in &moves {
            let after = start.after(std::slice::from_ref(one)).expect("a point");
            prop_assert!(after.capacity_bits() <= start.capacity_bits());
        }
        let forwards = start.after(&moves);
        moves.reverse();
        prop_assert_eq!(forwards, start.after(&moves));
    }

    /// No double makes a panic or a NaN: it is refused, or it gives a number.
    #[test]
    fn any_double_is_answered(numbers in prop::array::uniform3(prop::num::f64::ANY), exact in probability()) {
        let [a, b, c] = numbers;
        if let Ok(point) = Axes::new(a, b, c) {
            prop_assert!(point.capacity_bits() >= 0.0);
            for axis in [Axis::Bandwidth, Axis::Signal, Axis::Noise] {
                prop_assert!(!point.elasticity(axis).is_nan());
                if let Ok(after) = point.after(&[Move { axis, factor: a }]) {
                    prop_assert!(after.capacity_bits() >= 0.0);
                }
            }
        }
        let advantage = advantage(exact.clone());
        prop_assert!(advantage.bits_over(a).is_ok_and(|bits| bits >= 0.0) == (a.is_finite() && a >= 0.0));
        let detector = Detector::new(exact.clone(), Rational::ONE - exact).expect("a detector");
        prop_assert!(detector.queries_to_identify(b).is_ok_and(|queries| queries >= 1.0) == (b > 0.0 && b < 1.0));
    }
}
