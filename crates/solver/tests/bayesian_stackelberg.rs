//! Commitments against unknown types, against every profile of responses in turn.

use saddlepoint_game::certificate::{bayesian_lower, bayesian_upper};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::testing::{Draw, Family, general_sum};
use saddlepoint_game::{BayesianGame, Bimatrix, Constraint, FollowerType, Game, LossMatrix, Sense, numbered};
use saddlepoint_solver::bayesian_stackelberg::{self, BayesianCommitment};
use saddlepoint_solver::{Settings, SolveError, Status, exact, stackelberg};

fn game(family: Family, rows: usize, types: usize, columns: usize, seed: u64) -> BayesianGame {
    let mut draw = Draw::new(seed);
    let weights: Vec<u32> = (0..types).map(|_| 1 + draw.below(5)).collect();
    let all: u32 = weights.iter().sum();
    let one = |(position, weight): (usize, &u32)| FollowerType {
        name: format!("type {position}"),
        prior: Rational::from_parts((*weight).into(), all.into()),
        game: general_sum(family, rows, columns, 1_000 * seed + position as u64),
    };
    BayesianGame::new(weights.iter().enumerate().map(one).collect()).expect("a game")
}

/// Every profile of responses by the exact solver of zero-sum games, as in the test of `stackelberg`.
fn plain(game: &BayesianGame) -> Rational {
    let rows = game.leader_strategies();
    let sizes: Vec<usize> = game.types().iter().map(|one| one.game.columns().len()).collect();
    let profiles: usize = sizes.iter().product();
    let worth = |mut profile: usize| {
        let responses: Vec<usize> = sizes
            .iter()
            .map(|size| {
                let response = profile % size;
                profile /= size;
                response
            })
            .collect();
        let met = || game.types().iter().zip(&responses);
        let loss = |row: usize| {
            met().map(|(one, &r)| &one.prior * one.game.payoffs(row, r).0).fold(Rational::ZERO, |a, b| a - b)
        };
        let loss =
            LossMatrix::new(numbered("a", 1), numbered("d", rows), (0..rows).map(loss).collect()).expect("a matrix");
        let constraints = met().flat_map(|(one, &r)| {
            (0..one.game.columns().len()).filter(move |l| *l != r).map(move |l| Constraint {
                name: format!("{} {l}", one.name),
                metric: "incentive".to_owned(),
                sense: Sense::Floor,
                bound: Rational::ZERO,
                coefficients: (0..rows).map(|row| one.game.payoffs(row, r).1 - one.game.payoffs(row, l).1).collect(),
            })
        });
        match exact::optimum(&Game { loss, constraints: constraints.collect() }) {
            Ok(optimum) => Some(-optimum.value()),
            Err(SolveError::Infeasible { .. }) => None,
            Err(error) => panic!("{error}"),
        }
    };
    (0..profiles).filter_map(worth).max().expect("some profile is possible")
}

fn checked(game: &BayesianGame, found: &BayesianCommitment) {
    assert_eq!(bayesian_lower(game, &found.commitment, &found.responses).as_ref(), Ok(&found.lower));
    assert_eq!(bayesian_upper(game, &found.alone, &found.cases).as_ref(), Ok(&found.upper));
}

fn solve(game: &BayesianGame) -> BayesianCommitment {
    let found = bayesian_stackelberg::solve(game, &Settings::default()).expect("an answer");
    checked(game, &found);
    assert_eq!((found.status, &found.lower), (Status::Converged, &found.upper));
    found
}

#[test]
fn the_value_is_that_of_the_best_profile() {
    for family in Family::ALL {
        for seed in 0..8 {
            let mut draw = Draw::new(seed);
            let game = game(family, 1 + draw.index(4), 1 + draw.index(3), 1 + draw.index(4), 300 + seed);
            assert_eq!(solve(&game).lower, plain(&game), "{family:?} {seed}");
        }
    }
}

#[test]
fn one_type_is_the_game_without_types() {
    for seed in 0..10 {
        let game = game(Family::Percentages, 5, 1, 12, seed);
        let alone = stackelberg::solve(&game.types()[0].game, &Settings::default()).expect("an answer");
        assert_eq!(solve(&game).lower, alone.lower, "{seed}");
    }
}

#[test]
fn equal_types_are_one_type() {
    for seed in 0..6 {
        let one = game(Family::SmallIntegers, 4, 1, 4, seed);
        let half = Rational::from_parts(1.into(), 2_u8.into());
        let twice = ["a", "b"].map(|name| FollowerType {
            name: name.to_owned(),
            prior: half.clone(),
            game: one.types()[0].game.clone(),
        });
        assert_eq!(solve(&BayesianGame::new(twice.to_vec()).expect("a game")).lower, solve(&one).lower, "{seed}");
    }
}

#[test]
fn the_order_of_types_does_not_move_the_value() {
    for seed in 0..6 {
        let game = game(Family::Percentages, 3, 3, 4, seed);
        let mut types = game.types().to_vec();
        types.reverse();
        assert_eq!(solve(&BayesianGame::new(types).expect("a game")).lower, solve(&game).lower, "{seed}");
    }
}

#[test]
fn knowing_the_type_never_hurts() {
    for seed in 0..10 {
        let game = game(Family::Duplicated, 4, 3, 5, seed);
        let known = game.types().iter().map(|one| {
            let alone = stackelberg::solve(&one.game, &Settings::default()).expect("an answer");
            &one.prior * alone.lower
        });
        assert!(solve(&game).lower <= known.fold(Rational::ZERO, |sum, value| sum + value), "{seed}");
    }
}

#[test]
fn a_limit_leaves_a_proved_interval() {
    let game = game(Family::Uniform, 4, 3, 6, 1);
    let value = solve(&game).lower;
    for limit in (0..400).step_by(7) {
        let settings = Settings { max_iterations: Some(limit), ..Settings::default() };
        let found = bayesian_stackelberg::solve(&game, &settings).expect("an answer");
        checked(&game, &found);
        assert!(found.lower <= value && value <= found.upper, "{limit}");
    }
}

#[test]
fn pay_offs_in_very_different_units_are_no_obstacle() {
    let mut types = game(Family::Percentages, 3, 2, 4, 5).types().to_vec();
    let large = Rational::from(1_000_000_000);
    let scaled = |entries: Vec<Rational>| entries.iter().map(|entry| entry * &large).collect();
    let old = types[1].game.clone();
    let (first, second) = (scaled(old.first().to_rationals()), scaled(old.second().to_rationals()));
    types[1].game = Bimatrix::new(old.rows().clone(), old.columns().clone(), first, second).expect("a game");
    let game = BayesianGame::new(types).expect("a game");
    assert_eq!(solve(&game).lower, plain(&game));
}
