//! Commitments against the plain method: one exact program per response, every incentive written out.

use saddlepoint_game::certificate::{commitment_lower, commitment_upper};
use saddlepoint_game::rational::{Rational, parse};
use saddlepoint_game::testing::{Draw, Family, general_sum, patrols};
use saddlepoint_game::{Bimatrix, Constraint, Game, LossMatrix, MixedStrategy, Names, Sense, numbered};
use saddlepoint_solver::stackelberg::{self, Commitment};
use saddlepoint_solver::{Settings, SolveError, Status, exact};

fn names(game: &Game) -> (Names, Names) {
    (game.loss.attacks().clone(), game.loss.defences().clone())
}

/// `max x'D_r` over mixes to which `r` is a best response, by the exact solver of zero-sum games: one attack whose loss is
/// `-D_r`, and a floor for every other response. `None` if `r` is never a best response.
fn plain(game: &Bimatrix, response: usize) -> Option<Rational> {
    let rows = game.rows().len();
    let losses = (0..rows).map(|row| -game.payoffs(row, response).0).collect();
    let loss = LossMatrix::new(numbered("a", 1), numbered("d", rows), losses).expect("a matrix");
    let floors = (0..game.columns().len()).filter(|other| *other != response).map(|other| Constraint {
        name: format!("against {other}"),
        metric: "incentive".to_owned(),
        sense: Sense::Floor,
        bound: Rational::ZERO,
        coefficients: (0..rows).map(|row| game.payoffs(row, response).1 - game.payoffs(row, other).1).collect(),
    });
    match exact::optimum(&Game { loss, constraints: floors.collect() }) {
        Ok(optimum) => Some(-optimum.value()),
        Err(SolveError::Infeasible { .. }) => None,
        Err(error) => panic!("{error}"),
    }
}

fn plain_best(game: &Bimatrix) -> Rational {
    (0..game.columns().len()).filter_map(|response| plain(game, response)).max().expect("some response is best")
}

fn solve(game: &Bimatrix) -> Commitment {
    let found = stackelberg::solve(game, &Settings::default()).expect("an answer");
    assert_eq!((found.status, &found.lower), (Status::Converged, &found.upper));
    let guarantee = commitment_lower(game, &found.commitment, found.response).expect("a best response");
    assert_eq!((guarantee.lower, guarantee.slacks), (found.lower.clone(), found.slacks.clone()));
    assert_eq!(commitment_upper(game, &found.incentives).as_ref(), Ok(&found.upper));
    found
}

#[test]
fn the_value_is_that_of_one_program_per_response() {
    for family in Family::ALL {
        for seed in 0..25 {
            let mut draw = Draw::new(seed);
            let (rows, columns) = (1 + draw.index(5), 1 + draw.index(6));
            let game = general_sum(family, rows, columns, 40_000 + seed);
            assert_eq!(solve(&game).lower, plain_best(&game), "{family:?} {seed}");
        }
    }
}

#[test]
fn repeated_columns_change_nothing() {
    for seed in 0..20 {
        let (one, many) = (patrols(5, 6, 1, seed), patrols(5, 6, 9, seed));
        let found = solve(&one);
        assert_eq!(found.lower, plain_best(&one), "{seed}");
        assert_eq!(solve(&many).lower, found.lower, "{seed}");
    }
}

#[test]
fn thirteen_patrols_against_1849_attacks() {
    for seed in 0..2 {
        let game = patrols(13, 43, 43, seed);
        let found = solve(&game);
        // Only the first slot of each target, by the plain method.
        assert_eq!(found.lower, plain_best(&patrols(13, 43, 1, seed)), "{seed}");
        solve(&general_sum(Family::Percentages, 13, 1849, seed));
        solve(&general_sum(Family::Uniform, 13, 1849, seed));
    }
}

#[test]
fn the_textbook_game_pays_seven_halves() {
    // Conitzer and Sandholm 2006, section 1: the only Nash equilibrium pays 2, a pure commitment 3, a mixed one 7/2.
    let numbers = |texts: [&str; 4]| texts.map(|text| parse(text).expect("a number")).to_vec();
    let (first, second) = (numbers(["2", "4", "1", "3"]), numbers(["1", "0", "0", "1"]));
    let found = solve(&Bimatrix::new(numbered("d", 2), numbered("a", 2), first, second).expect("a game"));
    let half = parse("1/2").expect("a number");
    assert_eq!((found.lower, found.response), (parse("7/2").expect("a number"), 1));
    assert_eq!(found.commitment.probabilities(), [half.clone(), half]);
}

#[test]
fn commitment_is_worth_the_value_of_a_zero_sum_game() {
    for family in Family::ALL {
        for seed in 0..20 {
            let game = family.game(6, 900 + seed);
            // The defender's loss is what the attacker gains; the leader is the defender, a column there.
            let (attacks, defences) = names(&game);
            let gains = game.loss.payoffs().to_rationals();
            let losses = gains.iter().map(|gain| -gain).collect();
            let zero_sum = Bimatrix::new(attacks, defences, gains, losses).expect("a game").exchanged();
            assert_eq!(solve(&zero_sum).lower, -exact::optimum(&game).expect("a value").value(), "{family:?} {seed}");
        }
    }
}

#[test]
fn affine_changes_of_either_pay_off_move_the_value_alone() {
    let by = |factor: &str, shift: &str, entries: Vec<Rational>| -> Vec<_> {
        let (factor, shift) = (parse(factor).expect("a number"), parse(shift).expect("a number"));
        entries.iter().map(|entry| &factor * entry + &shift).collect()
    };
    for seed in 0..20 {
        let game = general_sum(Family::SmallIntegers, 4, 5, seed);
        let (first, second) = (game.first().to_rationals(), game.second().to_rationals());
        let value = solve(&game).lower;
        let (rows, columns) = (game.rows().clone(), game.columns().clone());
        let scaled = Bimatrix::new(rows, columns, by("3/7", "-1e9", first), by("1e-6", "5", second)).expect("a game");
        let expected = parse("3/7").expect("a number") * value - parse("1e9").expect("a number");
        assert_eq!(solve(&scaled).lower, expected, "{seed}");
    }
}

#[test]
fn the_order_of_strategies_does_not_move_the_value() {
    for seed in 0..20 {
        let game = general_sum(Family::Percentages, 4, 7, seed);
        let turned = |payoffs: Vec<Rational>| -> Vec<Rational> { payoffs.into_iter().rev().collect() };
        let reversed = Bimatrix::new(
            game.rows().clone(),
            game.columns().clone(),
            turned(game.first().to_rationals()),
            turned(game.second().to_rationals()),
        );
        assert_eq!(solve(&reversed.expect("a game")).lower, solve(&game).lower, "{seed}");
    }
}

#[test]
fn a_limit_leaves_a_proved_interval() {
    let game = general_sum(Family::Uniform, 6, 40, 1);
    let value = solve(&game).lower;
    for limit in 0..40 {
        let settings = Settings { max_iterations: Some(limit), ..Settings::default() };
        let found = stackelberg::solve(&game, &settings).expect("an answer");
        assert!(found.lower <= value && value <= found.upper, "{limit}");
        assert!(found.status == Status::Converged || found.status == Status::IterationLimit);
        let guarantee = commitment_lower(&game, &found.commitment, found.response).expect("a best response");
        assert_eq!(guarantee.lower, found.lower);
        assert_eq!(commitment_upper(&game, &found.incentives), Ok(found.upper));
    }
}

#[test]
fn ties_go_to_the_leader() {
    // The follower is indifferent; the second column pays the leader more.
    let numbers = |values: [i32; 2]| values.map(Rational::from).to_vec();
    let game = Bimatrix::new(numbered("d", 1), numbered("a", 2), numbers([1, 2]), numbers([5, 5])).expect("a game");
    let found = solve(&game);
    assert_eq!((found.lower, found.response), (Rational::from(2), 1));
    assert_eq!(found.commitment, MixedStrategy::pure(1, 0).expect("a mix"));
}
