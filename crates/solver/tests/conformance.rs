//! One suite, run for every method: what it returns is certified, admissible, complete and repeatable.
//!
//! A method declares what it does not accept by `Unsupported`; that, too, is checked.

use std::time::Duration;

use saddlepoint_game::certificate::certify;
use saddlepoint_game::testing::{Family, constrained};
use saddlepoint_game::{Constraint, Game, LossMatrix, Sense, numbered};
use saddlepoint_solver::{Method, Settings, Solution, SolveError, Status, exact, solve};

fn settings(method: Method) -> Settings {
    // Enough rounds for a learning method to show that its interval is one.
    Settings { method, max_iterations: Some(20_000), ..Settings::default() }
}

fn takes_constraints(method: Method) -> bool {
    use Method::{Extragradient, FictitiousPlay, InteriorPoint, RegretMatching};
    !matches!(method, FictitiousPlay | InteriorPoint | RegretMatching | Extragradient)
}

/// Whether the first may end with an answer of the second.
fn falls_back(asked: Method, found: Method) -> bool {
    let first_order = matches!(asked, Method::RegretMatching | Method::Extragradient);
    found == Method::Exact || (first_order && found == Method::DoubleOracle)
}

/// The method may have fallen back, but only to a stronger one.
fn check(game: &Game, asked: Method, solution: &Solution) {
    let Solution { attacker, defender, multipliers, certificate, .. } = solution;
    assert_eq!(certify(game, attacker, defender, multipliers).as_ref(), Ok(certificate), "{asked}");
    assert!(certificate.lower <= certificate.upper, "{asked}");
    assert!(game.constraints.iter().all(|constraint| constraint.allows(defender)), "{asked}");
    let method = if asked == Method::Auto { Method::Exact } else { asked };
    assert!(solution.method == method || falls_back(asked, solution.method), "{asked} by {}", solution.method);
    if method == Method::Exact {
        assert!(certificate.gap() == saddlepoint_game::rational::Rational::ZERO, "{asked}");
    }
}

#[test]
fn every_answer_is_certified() {
    for method in Method::ALL {
        for family in Family::ALL {
            for seed in 0..20 {
                let game = family.game(7, 4_000_000 + seed);
                let solution = solve(&game, &settings(method)).expect("games without constraints have an answer");
                check(&game, method, &solution);
                let value = exact::optimum(&game).expect("no constraints").value();
                assert!(solution.certificate.lower <= value && value <= solution.certificate.upper, "{method}");
            }
        }
    }
}

#[test]
fn constraints_are_kept_exactly_or_refused() {
    for method in Method::ALL {
        for seed in 0..60 {
            let game = constrained(Family::Percentages.game(7, seed), seed);
            match (solve(&game, &settings(method)), exact::optimum(&game)) {
                (Err(SolveError::Unsupported { .. }), _) => assert!(!takes_constraints(method), "{method}"),
                (Ok(solution), Ok(_)) => check(&game, method, &solution),
                (found, expected) => {
                    assert_eq!(found.map(|_| ()), expected.map(|_| ()), "{method} {seed}");
                }
            }
        }
    }
}

#[test]
fn the_same_question_has_the_same_answer() {
    for method in Method::ALL {
        for family in [Family::Uniform, Family::SmallIntegers] {
            let game = family.game_of(9, 8, 5);
            assert_eq!(solve(&game, &settings(method)), solve(&game, &settings(method)), "{method}");
        }
    }
}

/// Recorded sweeps must come out the same on every machine; so must these mixes.
#[test]
fn simplex_returns_the_recorded_bits() {
    let mut digest = 0_u64;
    for seed in 0..200 {
        let game = constrained(Family::Percentages.game_of(13, 16, seed), seed);
        let Ok(solution) = solve(&game, &settings(Method::Simplex)) else { continue };
        for numerator in solution.defender.numerators().into_iter().chain(solution.attacker.numerators()).flatten() {
            digest = digest.rotate_left(7) ^ numerator.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }
    assert_eq!(digest, RECORDED, "numbers in recorded results move if this one does");
}

const RECORDED: u64 = 15_573_215_371_415_098_452;

/// Numbers that no double holds: the shift and the scaling are exact, and what is beyond them goes to integers.
#[test]
fn extreme_numbers_are_numbers() {
    // Files hold no such numbers, but a library's caller may.
    let parse = |text: &str| saddlepoint_game::rational::parse(text).expect("a number");
    let number = |text: &str| {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().expect("an exponent");
        let half = exponent / 2;
        parse(mantissa) * parse(&format!("1e{half}")) * parse(&format!("1e{}", exponent - half))
    };
    let losses = ["1e390", "-1e-390", "0", "1e390", "3e389", "1/3"].map(number).to_vec();
    let mut game = Game::new(LossMatrix::new(numbered("a", 2), numbered("d", 3), losses).expect("a matrix"));
    for method in Method::ALL {
        check(&game, method, &solve(&game, &settings(method)).expect("no constraints"));
    }
    for bound in ["1e380", "2e-390"] {
        game.constraints = vec![Constraint {
            name: "cost".to_owned(),
            metric: "cost".to_owned(),
            sense: Sense::Cap,
            bound: number(bound),
            coefficients: ["1e-390", "5e-390", "1e395"].map(number).to_vec().into(),
        }];
        for method in Method::ALL.into_iter().filter(|method| takes_constraints(*method)) {
            check(&game, method, &solve(&game, &settings(method)).expect("the first defence is admissible"));
        }
    }
}

#[test]
fn a_game_of_one_cell_has_its_cell_for_value() {
    let cell = saddlepoint_game::rational::parse("-3/7").expect("a number");
    let game = Game::new(LossMatrix::new(numbered("a", 1), numbered("d", 1), vec![cell.clone()]).expect("a matrix"));
    for method in Method::ALL {
        let solution = solve(&game, &settings(method)).expect("an answer");
        assert_eq!((solution.certificate.value(), solution.status), (cell.clone(), Status::Converged), "{method}");
    }
}

#[test]
fn limits_end_in_a_certified_answer_or_say_that_there_is_none() {
    let game = Family::Uniform.game_of(30, 30, 1);
    for method in Method::ALL {
        for (time_limit, max_iterations) in [(Some(Duration::ZERO), None), (None, Some(0)), (None, Some(3))] {
            let settings =
                Settings { time_limit, max_iterations, target_gap: Some(0.0), ..Settings::with_method(method) };
            match solve(&game, &settings) {
                Ok(solution) => {
                    let Solution { attacker, defender, multipliers, certificate, .. } = &solution;
                    assert_eq!(certify(&game, attacker, defender, multipliers).as_ref(), Ok(certificate), "{method}");
                    // Libraries do not count.
                    let counts = !matches!(method, Method::GoodLp | Method::Microlp | Method::Clarabel);
                    assert!(!counts || solution.status != Status::Converged, "{method} {settings:?}");
                }
                Err(SolveError::Stopped { .. }) => {}
                Err(error) => panic!("{method}: {error}"),
            }
        }
    }
}
