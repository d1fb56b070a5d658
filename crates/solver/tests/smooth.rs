//! The smooth selection: its bounds, its closed forms, its continuity.

use saddlepoint_game::certificate::certify;
use saddlepoint_game::rational::{Rational, parse, to_f64};
use saddlepoint_game::testing::{Draw, Family, constrained};
use saddlepoint_game::{Game, LossMatrix, numbered};
use saddlepoint_solver::{Settings, Solution, SolveError, Status, canonical, exact, smooth};

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn game(rows: &[&[&str]]) -> Game {
    let losses = rows.iter().flat_map(|row| row.iter().map(|cell| number(cell))).collect();
    Game::new(LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), losses).expect("a matrix"))
}

fn solved(game: &Game, epsilon: f64) -> Solution {
    smooth::solve(game, epsilon, &Settings::default()).expect("no constraints")
}

#[test]
fn every_family_converges_within_the_bound() {
    for family in Family::ALL {
        for seed in 0..40 {
            let game = family.game(14, 7_000_000 + seed);
            let value = exact::optimum(&game).expect("no constraints").value();
            for epsilon in [1.0, 1e-1, 1e-2, 1e-4] {
                let found = solved(&game, epsilon);
                assert_eq!(found.status, Status::Converged, "{family:?} {seed} {epsilon}");
                let proof = certify(&game, &found.attacker, &found.defender, &[]).expect("a certificate");
                assert_eq!(proof, found.certificate);
                assert!(proof.lower <= value && value <= proof.upper);
                let range = game.loss.payoffs().to_unit(&mut Vec::new()).range;
                assert!(proof.gap() <= smooth::exploitability_most(&game, epsilon) + range * number("1e-9"));
            }
        }
    }
}

/// With one attack, `y` minimises `a'y + ε/2 |y|²`: at losses 0 and 1, `y = (1/2 + 1/(2ε), ...)` cut to the simplex.
#[test]
fn closed_forms() {
    let found = solved(&game(&[&["0", "1"]]), 1.0).defender.to_f64();
    assert!((found[0] - 1.0).abs() < 1e-12, "{found:?}");
    // Losses 0, 1, 1/2 at ε = 1: the third is 1/2 below the first, the second 1 below: y = (3/4, 0, 1/4).
    let found = solved(&game(&[&["0", "1", "0.5"]]), 1.0).defender.to_f64();
    assert!((found[0] - 0.75).abs() < 1e-12 && found[1] == 0.0 && (found[2] - 0.25).abs() < 1e-12, "{found:?}");
    // Matching pennies: uniform at any curvature.
    let found = solved(&game(&[&["1", "0"], &["0", "1"]]), 0.01);
    assert_eq!((found.attacker.to_f64(), found.certificate.gap()), (vec![0.5; 2], Rational::ZERO));
}

#[test]
fn no_step_is_longer_than_the_losses_allow() {
    let epsilon = 0.05;
    let families = [Family::SmallIntegers, Family::Percentages, Family::Duplicated];
    for (seed, family) in (0..60).zip(families.into_iter().cycle()) {
        let game = family.game_of(6, 7, 7_100_000 + seed);
        let losses = game.loss.payoffs().to_rationals();
        let range = game.loss.payoffs().to_unit(&mut Vec::new()).range;
        let (least, greatest) = (losses.iter().min().expect("cells"), losses.iter().max().expect("cells"));
        let mut draw = Draw::new(seed);
        // Inside the old range, so that both games are scaled alike.
        let moved: Vec<_> = losses
            .iter()
            .map(|loss| {
                let step = &range * Rational::from_parts_signed((i64::from(draw.below(21)) - 10).into(), 1_000.into());
                let next = loss + step;
                if loss == least || loss == greatest || next < *least || next > *greatest { loss.clone() } else { next }
            })
            .collect();
        let distance: f64 =
            losses.iter().zip(&moved).map(|(a, b)| to_f64(&((a - b) / &range)).powi(2)).sum::<f64>().sqrt();
        let loss = LossMatrix::new(game.loss.attacks().clone(), game.loss.defences().clone(), moved);
        let [one, two] = [&game, &Game::new(loss.expect("the same shape"))].map(|game| solved(game, epsilon));
        let squares = |a: Vec<f64>, b: Vec<f64>| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>();
        let far = squares(one.attacker.to_f64(), two.attacker.to_f64())
            + squares(one.defender.to_f64(), two.defender.to_f64());
        // The Frobenius norm is at least the spectral one.
        assert!(far.sqrt() <= 2.0_f64.sqrt() / epsilon * distance + 1e-9, "{seed}: {far:e} {distance:e}");
    }
}

/// For curvature to 0 the saddle point goes to the optimal pair of least norm.
#[test]
fn it_approaches_the_canonical_choice() {
    for seed in 0..40 {
        let game = Family::SmallIntegers.game(7, 7_200_000 + seed);
        let optimum = exact::optimum(&game).expect("no constraints");
        let found = solved(&game, 1e-6);
        for (player, mix) in
            [(canonical::Player::Attacker, found.attacker), (canonical::Player::Defender, found.defender)]
        {
            let settings = Settings::default();
            let least = canonical::choose(&optimum, player, &canonical::Marginals::Same, &settings).expect("no limit");
            let off = least.mix.to_f64().iter().zip(mix.to_f64()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(off < 1e-4, "{seed}: {off:e}");
        }
    }
}

#[test]
fn what_it_does_not_take_is_refused() {
    let plain = Family::Percentages.game_of(3, 3, 1);
    let limited = constrained(plain.clone(), 1);
    assert!(matches!(smooth::solve(&limited, 0.1, &Settings::default()), Err(SolveError::Unsupported { .. })));
    for epsilon in [0.0, -1.0, 2.0, f64::NAN] {
        assert!(matches!(smooth::solve(&plain, epsilon, &Settings::default()), Err(SolveError::Setting { .. })));
    }
    let settings = Settings { max_iterations: Some(0), ..Settings::default() };
    assert_eq!(smooth::solve(&plain, 0.1, &settings).expect("the uniform pair").status, Status::IterationLimit);
}
