//! Further analyses on published tables, and against what they are defined by.

use saddlepoint_game::noise::{Cell, Count, Counts, Origin};
use saddlepoint_game::rational::{Rational, to_f64};
use saddlepoint_game::testing::{Family, constrained};
use saddlepoint_game::{AttackId, DefenceId, Game, LossMatrix, numbered};
use saddlepoint_solver::concept::{
    cell_region, deployments, dominated_attacks, dominated_defences, information, next_measurement, screen, transfer,
};
use saddlepoint_solver::{Settings, exact};

use crate::games::{aisafetylab, jbshield, near, number, value, victim, victims};

fn settings() -> Settings {
    Settings::default()
}

#[test]
fn mixes_tuned_on_one_model() {
    let found = transfer(&victims(), &[], &settings()).expect("an answer");
    let at = |from: &str, to: &str| &found.losses[victim(from)][victim(to)];
    near(at("vicuna-7b", "llama3-8b"), 0.322_642);
    near(at("vicuna-7b", "mistral-7b"), 0.475_472);
    near(at("llama3-8b", "llama3-8b"), 0.018_750);
    near(at("mistral-7b", "mistral-7b"), 0.36);
    for (k, row) in found.regrets.iter().enumerate() {
        assert!(row[k].is_zero() && row.iter().all(|regret| *regret >= Rational::ZERO));
    }
}

#[test]
fn few_defences_do() {
    let game = Game::new(aisafetylab());
    let found = deployments(&game, 16, &settings()).expect("an answer");
    let figures = [0.32, 0.245_455, 0.236_727];
    assert_eq!(found.len(), 3, "three reach the value");
    for (deployment, printed) in found.iter().zip(figures) {
        near(&deployment.value, printed);
    }
    let names: Vec<_> = found[2].defences.iter().map(|j| game.loss.defences()[j.0].as_str()).collect();
    assert_eq!(names.len(), 3);
    for name in ["Safe Unlearning", "Robust Aligned", "Self Evaluation"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[test]
fn deployments_agree_with_all_subsets() {
    for seed in 0..12 {
        let game = constrained(Family::Percentages.game(5, seed), seed);
        if exact::optimum(&game).is_err() {
            continue;
        }
        let n = game.loss.defences().len();
        for deployment in deployments(&game, n, &settings()).expect("an answer") {
            let best = (1_u32..1 << n).filter(|set| set.count_ones() as usize <= deployment.size).filter_map(|set| {
                let mut part = game.clone();
                // Only the set: every other defence costs more than all of them.
                let far = Rational::from(1_000);
                let cells = game.loss.attack_ids().flat_map(|i| game.loss.defence_ids().map(move |j| (i, j)));
                let cell = |(i, j): (AttackId, DefenceId)| {
                    if set >> j.0 & 1 == 1 { game.loss.loss(i, j) } else { far.clone() }
                };
                let names = (game.loss.attacks().clone(), game.loss.defences().clone());
                part.loss = LossMatrix::new(names.0, names.1, cells.map(cell).collect()).expect("a matrix");
                let optimum = exact::optimum(&part).ok()?;
                let is_within = optimum.defender().support().iter().all(|j| set >> j & 1 == 1);
                is_within.then(|| optimum.value())
            });
            assert_eq!(Some(deployment.value), best.min(), "seed {seed}, size {}", deployment.size);
        }
    }
}

#[test]
fn superfluous_strategies() {
    let loss = aisafetylab();
    let found = dominated_defences(&loss, &settings()).expect("an answer");
    assert_eq!(found.len(), 9, "of 16");
    for domination in &found {
        for i in loss.attack_ids() {
            let by = domination
                .by
                .support()
                .into_iter()
                .fold(Rational::ZERO, |sum, j| sum + domination.by.probability(j) * loss.loss(i, DefenceId(j)));
            assert!(by + &domination.margin <= loss.loss(i, DefenceId(domination.strategy)));
        }
        assert!(domination.by.probability(domination.strategy).is_zero());
    }
    // Without them all, and without the superfluous attacks, the value is the same.
    let dropped: Vec<_> = found.iter().filter(|one| one.margin > Rational::ZERO).map(|one| one.strategy).collect();
    let kept: Vec<_> = loss.defence_ids().filter(|j| !dropped.contains(&j.0)).collect();
    let part = loss.restricted(&loss.attack_ids().collect::<Vec<_>>(), &kept).expect("a part");
    assert_eq!(value(&part, &[]), value(&loss, &[]));
    let attacks = dominated_attacks(&loss, &settings()).expect("an answer");
    let attacks: Vec<_> = attacks.iter().filter(|one| one.margin > Rational::ZERO).map(|one| one.strategy).collect();
    let kept: Vec<_> = loss.attack_ids().filter(|i| !attacks.contains(&i.0)).collect();
    let part = loss.restricted(&kept, &loss.defence_ids().collect::<Vec<_>>()).expect("a part");
    assert_eq!(value(&part, &[]), value(&loss, &[]));
}

#[test]
fn one_cell_of_a_published_table() {
    let game = Game::new(jbshield("vicuna-7b"));
    // JBShield-M against GCG, 0.18 as measured.
    let (attack, defence) = (AttackId(1), DefenceId(6));
    let found = cell_region(&game, attack, defence, &Rational::ZERO, &Rational::ONE, &settings()).expect("a region");
    let (from, to) = found.support_stays(&number("0.18")).expect("a cell within the range");
    assert!(from <= number("0.05") && from >= number("0.04"), "{from}");
    assert_eq!(to, Rational::ONE);
    let at = |loss: &str| {
        let loss = number(loss);
        let piece = found.pieces.iter().find(|piece| piece.from <= loss && loss <= piece.to).expect("covered");
        piece.clone()
    };
    assert_eq!(at("0.18").defences, [DefenceId(4), DefenceId(6)]);
    near(&at("1").value_to, 0.259_259);
    assert_eq!(at("0.03").defences, [DefenceId(6)], "pure");
}

#[test]
fn regions_agree_with_solving() {
    for seed in 0..40_usize {
        let game = constrained(Family::Percentages.game(6, seed as u64), seed as u64);
        if exact::optimum(&game).is_err() {
            continue;
        }
        let (m, n) = (game.loss.attacks().len(), game.loss.defences().len());
        let (attack, defence) = (AttackId(seed % m), DefenceId(seed / 3 % n));
        let found =
            cell_region(&game, attack, defence, &Rational::ZERO, &Rational::ONE, &settings()).expect("a region");
        let solved = |loss: &Rational| {
            let mut entries = game.loss.payoffs().to_rationals();
            entries[attack.0 * n + defence.0] = loss.clone();
            let names = (game.loss.attacks().clone(), game.loss.defences().clone());
            let loss = LossMatrix::new(names.0, names.1, entries).expect("a matrix");
            value(&loss, &game.constraints)
        };
        assert_eq!(
            (&found.pieces[0].from, &found.pieces[found.pieces.len() - 1].to),
            (&Rational::ZERO, &Rational::ONE)
        );
        for piece in &found.pieces {
            assert_eq!(piece.value_to, solved(&piece.to), "seed {seed}");
            if piece.from < piece.to {
                // A quotient of linear functions is monotone.
                let middle = solved(&((&piece.from + &piece.to) / Rational::from(2)));
                assert!(middle >= piece.value_from && middle <= piece.value_to, "seed {seed}");
            }
        }
        assert!(
            found.pieces.windows(2).all(|pair| pair[0].to == pair[1].from && pair[0].value_to == pair[1].value_from)
        );
    }
}

/// A cell that decides much goes before one that decides little.
#[test]
fn cells_to_measure_are_ranked_by_what_remains() {
    let number = |k: i32| Rational::from_parts(k.into(), 10_u8.into());
    let matrix = |cells: &[i32]| {
        LossMatrix::new(numbered("a", 2), numbered("d", 3), cells.iter().map(|k| number(*k)).collect())
            .expect("a matrix")
    };
    // Missing: (a1, d1) in [0, 1], and (a2, d3), which matters little beside what is measured in its column.
    let (low, high) = (matrix(&[0, 5, 9, 4, 5, 0]), matrix(&[10, 5, 9, 4, 5, 1]));
    let found = next_measurement(&low, &high, &[], &settings()).expect("an answer");
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].attack, found[0].defence), (AttackId(0), DefenceId(0)));
    let width = value(&high, &[]) - value(&low, &[]);
    for cell in &found {
        assert!(cell.worst_width() <= width);
    }
}

fn counts(trials: u64) -> Counts {
    let loss = jbshield("vicuna-7b");
    let cells = loss.payoffs().to_rationals();
    let cells =
        cells.iter().map(|rate| Cell::Counted(Count::from_rate(rate, trials, Origin::Assumed).expect("a share")));
    Counts::new(loss.attacks().clone(), loss.defences().clone(), cells.collect()).expect("a table")
}

#[test]
fn what_further_trials_are_worth() {
    let counts = counts(50);
    let worth =
        |attack: usize, defence: usize, trials| information(&counts, attack * 7 + defence, trials).expect("a worth");
    // The printed figures are means over drawn rates; a thousand draws leave them this error.
    for (attack, defence, printed) in [(1, 6, 0.0117), (6, 4, 0.0067), (6, 6, 0.0021), (1, 4, 0.0011)] {
        let found = worth(attack, defence, 50);
        let error = 3.0 * found.deviation / 1_000_f64.sqrt() + 5e-5;
        assert!((found.worth - printed).abs() <= error, "{found:?} is not {printed} ± {error}");
        // More trials are worth more.
        assert!(worth(attack, defence, 10).worth < found.worth && found.worth < worth(attack, defence, 200).worth);
    }
    let ranked = screen(&counts, 2).expect("a ranking");
    let cells: Vec<_> = ranked.iter().map(|(count, _)| (count / 7, count % 7)).collect();
    assert_eq!(cells, [(1, 6), (6, 4)], "the two of the supports that are least certain: {ranked:?}");
}

/// One trial has two outcomes, and each is a game.
#[test]
fn one_further_trial_by_hand() {
    let counts = counts(50);
    let means = counts.cells().iter().map(|cell| match cell {
        Cell::Counted(count) => {
            Rational::from_parts((2 * count.successes() + 1).into(), (2 * count.trials() + 2).into())
        }
        Cell::Bounded { low, .. } => low.clone(),
    });
    let means: Vec<_> = means.collect();
    let game = |cell: Option<Rational>| {
        let mut entries = means.clone();
        if let Some(cell) = cell {
            entries[7 + 6] = cell;
        }
        Game::new(LossMatrix::new(numbered("a", 9), numbered("d", 7), entries).expect("a matrix"))
    };
    let today = exact::optimum(&game(None)).expect("an optimum");
    let gain = |cell: Rational| {
        let game = game(Some(cell));
        let lost = saddlepoint_game::certificate::upper_bound(&game, today.defender()).expect("a mix");
        lost - exact::optimum(&game).expect("an optimum").value()
    };
    let p = means[7 + 6].clone();
    let expected = &p * gain(number("10.5/52")) + (Rational::ONE - &p) * gain(number("9.5/52"));
    let found = information(&counts, 7 + 6, 1).expect("a worth").worth;
    assert!((found - to_f64(&expected)).abs() < 1e-14, "{found} {}", to_f64(&expected));
}
