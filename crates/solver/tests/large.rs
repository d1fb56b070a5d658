//! Sizes at the limits that the documentation states, with their times.
//!
//! `cargo test --release -p saddlepoint-solver --test large -- --nocapture --test-threads 1` prints them.
#![allow(clippy::print_stdout)] // The times are the point.

use std::time::{Duration, Instant};

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::scenario::{Concept, Instance};
use saddlepoint_game::testing::Family;
use saddlepoint_game::{Constraint, Sense};
use saddlepoint_solver::{Method, Question, Settings, SolveError, Status, analysis, exact, face, solve};

/// Solves by a method, prints the time, and returns the certified gap as a fraction of the range.
fn timed(family: Family, size: usize, method: Method) -> f64 {
    let game = family.game_of(size, size, 7);
    let start = Instant::now();
    let found = solve(&game, &Settings::with_method(method)).expect("no constraints");
    let seconds = start.elapsed().as_secs_f64();
    let range = game.loss.payoffs().to_unit(&mut Vec::new()).range;
    let gap = rational::to_f64(&(found.certificate.gap() / range));
    println!("{method} {family:?} {size} x {size}: {seconds:.3} s, {} pivots, gap {gap:.1e}", found.iterations);
    assert_eq!(found.status, Status::Converged);
    gap
}

#[test]
fn auto_is_exact_up_to_64_strategies() {
    for family in [Family::Percentages, Family::SmallIntegers, Family::Uniform] {
        assert!(timed(family, 64, Method::Auto) == 0.0);
    }
}

#[test]
fn exact_from_the_origin() {
    assert!(timed(Family::Percentages, 24, Method::Exact) == 0.0);
    exact::optimum(&Family::Percentages.game_of(40, 40, 7)).expect("no constraints");
}

#[test]
fn exact_on_the_basis_of_doubles() {
    for size in [40, 100, 200] {
        for family in [Family::Percentages, Family::SmallIntegers, Family::Uniform] {
            assert!(timed(family, size, Method::Exact) == 0.0);
        }
    }
}

#[test]
fn simplex_up_to_hundreds() {
    for size in [65, 100, 200, 300] {
        for family in [Family::Percentages, Family::SmallIntegers, Family::Uniform] {
            assert!(timed(family, size, Method::Simplex) <= 1e-12);
        }
    }
}

#[test]
fn libraries_up_to_a_hundred() {
    for method in [Method::GoodLp, Method::Microlp, Method::Clarabel] {
        assert!(timed(Family::Percentages, 60, method) <= 1e-12);
    }
}

#[test]
fn everything_about_games_of_64_strategies() {
    for (family, size) in [(Family::Percentages, 64), (Family::Uniform, 40)] {
        let instance = Instance::new(family.game_of(size, size, 7));
        let start = Instant::now();
        let found = analysis::full(&instance, None, &Question::plain(Concept::Mixed), &Settings::default())
            .expect("no constraints");
        println!("all of {family:?} {size} x {size}: {:.3} s", start.elapsed().as_secs_f64());
        let value = found.highest.solution.certificate.value();
        let ablation = found.highest.ablation.expect("no limit");
        assert!(ablation.defences.iter().flatten().all(|without| *without >= value));
        assert!(ablation.attacks.iter().flatten().all(|without| *without <= value));
        assert!(found.randomisation.is_some_and(|found| found.mixed == value && found.break_even_leak.is_some()));
    }
}

/// Without a limit on the analyses this would take minutes.
#[test]
fn a_time_limit_holds_for_the_analyses() {
    let instance = Instance::new(Family::Uniform.game_of(64, 64, 7));
    let settings = Settings { time_limit: Some(Duration::from_millis(200)), ..Settings::default() };
    let found =
        analysis::full(&instance, None, &Question::plain(Concept::Mixed), &settings).expect("doubles are fast enough");
    assert!(found.highest.solution.certificate.gap() < rational::parse("1e-12").expect("a number"));
}

/// A cap and a floor that meet at thirds leave admissible mixes that no doubles hit.
#[test]
fn pinned_constraints_of_a_large_game_end() {
    let mut game = Family::Uniform.game_of(150, 150, 7);
    let coefficients = vec![Rational::ONE, Rational::ONE];
    let coefficients: Vec<_> = coefficients.into_iter().chain(vec![Rational::ZERO; 148]).collect();
    let bound = Rational::ONE / Rational::from(3);
    for sense in [Sense::Cap, Sense::Floor] {
        let (name, metric) = (sense.as_str().to_owned(), "share".to_owned());
        game.constraints.push(Constraint {
            name,
            metric,
            sense,
            bound: bound.clone(),
            coefficients: coefficients.clone().into(),
        });
    }
    for method in [Method::Simplex, Method::DoubleOracle, Method::Microlp] {
        match solve(&game, &Settings::with_method(method)) {
            Ok(found) => assert!(game.constraints.iter().all(|constraint| constraint.allows(&found.defender))),
            Err(SolveError::Failed { reason, .. }) => assert!(reason.contains("too large"), "{method}: {reason}"),
            Err(error) => panic!("{method}: {error}"),
        }
    }
}

#[test]
fn bands_of_a_face_with_many_directions() {
    let game = Family::Duplicated.game_of(20, 30, 7);
    let start = Instant::now();
    let optimum = exact::optimum(&game).expect("no constraints");
    let bands = face::analyse(&optimum);
    println!("bands of 20 x 30: {:.3} s", start.elapsed().as_secs_f64());
    let positive = bands.defender.iter().filter(|(_, greatest)| *greatest > Rational::ZERO).count();
    assert!(positive > optimum.defender().support().len(), "the face is more than its vertex");
}
