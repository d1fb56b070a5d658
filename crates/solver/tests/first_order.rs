//! The first-order methods on games large enough to matter; times are in `benches/large_games.rs`.

use saddlepoint_game::testing::{Draw, Family};
use saddlepoint_solver::extragradient::{self, Options};
use saddlepoint_solver::numeric::{self, Equilibrium};
use saddlepoint_solver::{HandOver, Method, Settings, Status, regret_matching};

fn uniform(cells: usize, seed: u64) -> Vec<f64> {
    let mut draw = Draw::new(seed);
    (0..cells).map(|_| draw.unit()).collect()
}

/// Rank 5 and a little noise: ill-conditioned, and the end of many a first-order method.
fn noisy_low_rank(size: usize, seed: u64) -> Vec<f64> {
    let mut draw = Draw::new(seed);
    let factors: Vec<[f64; 5]> = (0..2 * size).map(|_| [(); 5].map(|()| draw.unit() - 0.5)).collect();
    let (left, right) = factors.split_at(size);
    let product = |l: &[f64; 5], r: &[f64; 5]| l.iter().zip(r).map(|(a, b)| a * b).sum::<f64>();
    let mut losses = Vec::new();
    for l in left {
        losses.extend(right.iter().map(|r| product(l, r) + 0.01 * draw.unit()));
    }
    losses
}

fn solved(losses: &[f64], size: usize, settings: &Settings) -> Equilibrium {
    numeric::solve(losses, size, size, settings).expect("a matrix")
}

fn range(losses: &[f64]) -> f64 {
    let (low, high) = losses.iter().fold((f64::MAX, f64::MIN), |(low, high), &loss| (low.min(loss), high.max(loss)));
    high - low
}

#[test]
fn they_agree_with_double_oracle_to_their_own_gap() {
    for losses in [uniform(100 * 100, 1), noisy_low_rank(100, 1)] {
        let value = solved(&losses, 100, &Settings::with_method(Method::DoubleOracle));
        for (method, target) in [(Method::RegretMatching, 1e-4), (Method::Extragradient, 1e-9)] {
            let found = solved(&losses, 100, &Settings { target_gap: Some(target), ..Settings::with_method(method) });
            assert_eq!(found.status, Status::Converged, "{method}");
            assert!(found.gap() <= target * range(&losses), "{method}: {:e}", found.gap());
            assert!(found.lower <= value.upper + 1e-12 && value.lower <= found.upper + 1e-12, "{method}");
        }
    }
}

/// Where the game is ill-conditioned, the supports finish what the gradient steps do not.
#[test]
fn supports_finish_an_ill_conditioned_game() {
    let losses = noisy_low_rank(150, 2);
    let found = solved(&losses, 150, &Settings::with_method(Method::Extragradient));
    assert_eq!(found.status, Status::Converged);
    assert!(found.gap() <= 1e-9 * range(&losses), "{:e}", found.gap());
}

/// Without it, the method says that it has not arrived, with the interval that it has.
#[test]
fn a_limit_is_a_status_and_the_interval_holds() {
    let game = Family::SmallIntegers.game_of(40, 50, 3);
    let settings = Settings { max_iterations: Some(300), target_gap: Some(1e-12), ..Settings::default() };
    let own = Options { hand_over: HandOver::Never };
    let mut rounds = Vec::new();
    let found = extragradient::solve_with(&game, &settings, &own, |progress| rounds.push(progress.round));
    let found = found.expect("no constraints");
    assert_eq!((found.status, found.method, found.iterations), (Status::IterationLimit, Method::Extragradient, 300));
    assert_eq!(rounds, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 300]);
    let learnt = regret_matching::solve(&game, &settings).expect("no constraints");
    let value = saddlepoint_solver::solve(&game, &Settings::with_method(Method::DoubleOracle)).expect("an answer");
    for certificate in [&found.certificate, &learnt.certificate] {
        assert!(certificate.lower <= value.certificate.upper && value.certificate.lower <= certificate.upper);
    }
}
