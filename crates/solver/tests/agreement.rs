//! Every fast method against the exact one, on some thousand generated games of each family.
//!
//! The exact method is the judge here; its own independent check is in `kernels.rs`. What this does not establish: that
//! both are right about what a game means (that is for games with known values), or anything about larger games.
//!
//! Counts per family are printed: `cargo test -p saddlepoint-solver --test agreement -- --nocapture`.
#![allow(clippy::print_stdout)] // The counts are the point.

use saddlepoint_game::Game;
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::testing::{Family, constrained};
use saddlepoint_solver::{Method, Settings, Solution, SolveError, Status, exact, simplex, solve};

/// Games of each family without constraints, and with them.
const GAMES: (u64, u64) = (1_000, 250);

/// Largest number of strategies a side.
const LARGEST: u32 = 14;

/// Largest distance between the midpoint of a certified interval and the value, as a fraction of the pay-off range.
const DISTANCE: f64 = 1e-12;

fn range(game: &Game) -> Rational {
    game.loss.payoffs().to_unit(&mut Vec::new()).range
}

/// Distance of the midpoint from the value as a fraction of the range; the interval must contain the value.
fn distance(game: &Game, solution: &Solution, value: &Rational) -> f64 {
    let proof = &solution.certificate;
    assert!(proof.lower <= *value && *value <= proof.upper, "{value} outside [{}, {}]", proof.lower, proof.upper);
    let off = proof.value() - value;
    rational::to_f64(&(if off < Rational::ZERO { -off } else { off } / range(game)))
}

#[derive(Default)]
struct Tally {
    games: usize,
    infeasible: usize,
    repaired: usize,
    farthest: f64,
}

fn games(family: Family) -> impl Iterator<Item = Game> {
    let plain = (0..GAMES.0).map(move |seed| family.game(LARGEST, seed));
    let base = 1_000_000 * (1 + family as u64);
    plain.chain((base..base + GAMES.1).map(move |seed| constrained(family.game(LARGEST, seed), seed)))
}

#[test]
fn simplex_agrees_with_exact() {
    println!("family           games  infeasible  repaired in integers  farthest / range");
    let mut workspace = simplex::Workspace::default();
    for family in Family::ALL {
        let mut tally = Tally::default();
        for game in games(family) {
            tally.games += 1;
            let found = simplex::solve_with(&mut workspace, &game, &Settings::default());
            match exact::optimum(&game) {
                Ok(optimum) => {
                    let found = found.expect("exact finds the game feasible");
                    assert_eq!(found.status, Status::Converged);
                    tally.repaired += usize::from(found.method == Method::Exact);
                    tally.farthest = tally.farthest.max(distance(&game, &found, &optimum.value()));
                }
                Err(error @ SolveError::Infeasible { .. }) => {
                    assert_eq!(found, Err(error));
                    tally.infeasible += 1;
                }
                Err(error) => panic!("{family:?}: {error}"),
            }
        }
        let Tally { games, infeasible, repaired, farthest } = tally;
        println!("{:16} {games:5}  {infeasible:10}  {repaired:20}  {farthest:16.2e}", format!("{family:?}"));
        assert!(farthest <= DISTANCE, "{family:?}: {farthest:e}");
    }
}

#[test]
fn double_oracle_agrees_with_exact() {
    method_agrees_with_exact(Method::DoubleOracle, 1, 0);
}

#[test]
fn interior_point_agrees_with_exact() {
    println!("interior-point   games  stalled  farthest / range");
    for family in Family::ALL {
        let (mut stalled, mut farthest) = (0, 0.0_f64);
        for seed in 0..GAMES.0 {
            let game = family.game(LARGEST, 3_000_000 + seed);
            let found = solve(&game, &Settings::with_method(Method::InteriorPoint)).expect("no constraints");
            let value = exact::optimum(&game).expect("no constraints").value();
            stalled += usize::from(found.status != Status::Converged);
            farthest = farthest.max(distance(&game, &found, &value));
        }
        println!("{:16} {:5}  {stalled:7}  {farthest:16.2e}", format!("{family:?}"), GAMES.0);
        assert!(stalled == 0 && farthest <= DISTANCE, "{family:?}: {stalled} stalled, {farthest:e}");
    }
}

/// A learning method's interval contains the value, is as narrow as it says, and is seldom unfinished.
fn first_order_agrees_with_exact(method: Method, target: f64) {
    println!("{method:16} games  by double oracle  stalled  farthest / range");
    for family in Family::ALL {
        let (mut tally, mut stalled) = (Tally::default(), 0);
        for seed in 0..GAMES.1 {
            let game = family.game(LARGEST, 3_000_000 + seed);
            let settings = Settings { target_gap: Some(target), ..Settings::with_method(method) };
            let found = solve(&game, &settings).expect("no constraints");
            tally.games += 1;
            tally.repaired += usize::from(found.method == Method::DoubleOracle);
            stalled += usize::from(found.status != Status::Converged);
            let value = exact::optimum(&game).expect("no constraints").value();
            tally.farthest = tally.farthest.max(distance(&game, &found, &value));
        }
        let Tally { games, repaired, farthest, .. } = tally;
        println!("{:16} {games:5}  {repaired:16}  {stalled:7}  {farthest:16.2e}", format!("{family:?}"));
        assert!(stalled == 0 && farthest <= target, "{family:?}: {stalled} stalled, {farthest:e}");
    }
}

#[test]
fn regret_matching_agrees_with_exact() {
    first_order_agrees_with_exact(Method::RegretMatching, 1e-6);
}

#[test]
fn extragradient_agrees_with_exact() {
    first_order_agrees_with_exact(Method::Extragradient, 1e-9);
}

/// The libraries stop at a tolerance of their own; refinement has to make up for it. An answer that misses the goal must
/// say so, and may be as many of a family as `stalled`. Slow libraries take one game in `stride`.
fn method_agrees_with_exact(method: Method, stride: usize, stalled: usize) {
    println!("{method:16} games  infeasible  solved in integers  failed  stalled  farthest / range");
    for family in Family::ALL {
        let (mut tally, mut failed, mut missed) = (Tally::default(), 0, 0);
        for game in games(family).step_by(stride) {
            tally.games += 1;
            let found = solve(&game, &Settings::with_method(method));
            match (exact::optimum(&game), found) {
                (Ok(optimum), Ok(found)) => {
                    tally.repaired += usize::from(found.method == Method::Exact);
                    let off = distance(&game, &found, &optimum.value());
                    match found.status {
                        Status::Converged => tally.farthest = tally.farthest.max(off),
                        _ => missed += 1,
                    }
                }
                (Ok(_), Err(SolveError::Failed { reason, .. })) => {
                    println!("{reason}");
                    failed += 1;
                }
                (Err(error @ SolveError::Infeasible { .. }), found) => {
                    assert_eq!(found, Err(error));
                    tally.infeasible += 1;
                }
                (expected, found) => panic!("{family:?}: {expected:?} against {found:?}"),
            }
        }
        let Tally { games, infeasible, repaired, farthest } = tally;
        let name = format!("{family:?}");
        println!("{name:16} {games:5}  {infeasible:10}  {repaired:18}  {failed:6}  {missed:7}  {farthest:16.2e}");
        assert!(missed <= stalled, "{family:?}: {missed} stalled");
        assert!(failed == 0 && farthest <= DISTANCE, "{family:?}: {failed} failed, {farthest:e}");
    }
}

#[test]
fn good_lp_agrees_with_exact() {
    method_agrees_with_exact(Method::GoodLp, 1, 0);
}

#[test]
fn microlp_agrees_with_exact() {
    method_agrees_with_exact(Method::Microlp, 1, 0);
}

#[test]
fn clarabel_agrees_with_exact() {
    // Few games stall here; elsewhere they may be others.
    method_agrees_with_exact(Method::Clarabel, 5, 2);
}

#[test]
fn a_basis_handed_over_gives_the_same_value() {
    for family in Family::ALL {
        for seed in 0..100 {
            let game = family.game(LARGEST, 2_000_000 + seed);
            let found = solve(&game, &Settings::with_method(Method::Simplex)).expect("no constraints");
            let basis = found.basis.expect("simplex ends at a basis");
            let (warm, cold) = (exact::optimum_from(&game, &basis), exact::optimum(&game));
            assert_eq!(warm.expect("feasible").value(), cold.expect("feasible").value(), "{family:?} {seed}");
        }
    }
}
