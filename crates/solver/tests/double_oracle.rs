//! Double oracle on what it is for: wide games, low rank, many copies, and games that are never written down.
//!
//! `cargo test --release -p saddlepoint-solver --test double_oracle -- --nocapture --test-threads 1` prints the times.
#![allow(clippy::print_stdout)] // The times are the point.

use std::time::{Duration, Instant};

use saddlepoint_game::testing::Draw;
use saddlepoint_solver::double_oracle::{Oracle, Response, Responses, Weights, solve_oracle};
use saddlepoint_solver::numeric::{self, Equilibrium};
use saddlepoint_solver::{Method, Settings, Status};

/// Solves by double oracle, prints the best time of a few, and checks the gap as a fraction of the range.
fn timed(name: &str, losses: &[f64], rows: usize, columns: usize) -> Equilibrium {
    let settings = Settings::with_method(Method::DoubleOracle);
    let run = || {
        let start = Instant::now();
        let found = numeric::solve(losses, rows, columns, &settings).expect("a matrix");
        (start.elapsed(), found)
    };
    let (mut least, found) = run();
    for _ in 0..4 {
        least = least.min(run().0);
    }
    let (low, high) = losses.iter().fold((f64::MAX, f64::MIN), |(low, high), &loss| (low.min(loss), high.max(loss)));
    let gap = found.gap() / (high - low);
    println!("{name} {rows} x {columns}: {:.2} ms, {} pivots, gap {gap:.1e}", millis(least), found.iterations);
    assert!(found.status == Status::Converged && gap <= 1e-13, "{name}: {:?}, {gap:e}", found.status);
    found
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn uniform(cells: usize, seed: u64) -> Vec<f64> {
    let mut draw = Draw::new(seed);
    (0..cells).map(|_| draw.unit()).collect()
}

#[test]
fn wide_and_tall() {
    for seed in 0..3 {
        timed("uniform", &uniform(50 * 5_000, seed), 50, 5_000);
        timed("uniform", &uniform(50 * 5_000, seed), 5_000, 50);
    }
}

/// The sum of five products of a number of the row and one of the column.
fn low_rank(size: usize, seed: u64) -> Vec<f64> {
    let mut draw = Draw::new(seed);
    let factors: Vec<[f64; 5]> = (0..2 * size).map(|_| [(); 5].map(|()| draw.unit() - 0.5)).collect();
    let (left, right) = factors.split_at(size);
    left.iter().flat_map(|l| right.iter().map(move |r| l.iter().zip(r).map(|(a, b)| a * b).sum())).collect()
}

#[test]
fn rank_five() {
    timed("rank 5", &low_rank(3_000, 1), 3_000, 3_000);
}

/// Routes of `steps` visits over targets: an attack on a target fails in proportion to the visits. Many routes differ
/// only in the order of their visits.
fn patrol(targets: usize, routes: usize, steps: usize) -> Vec<f64> {
    let mut draw = Draw::new(5);
    let mut losses = vec![1.0; targets * routes];
    for route in 0..routes {
        let mut visits = vec![0_u32; targets];
        for _ in 0..steps {
            visits[draw.index(targets)] += 1;
        }
        for (target, count) in visits.iter().enumerate() {
            losses[target * routes + route] = 1.0 - f64::from(*count) / steps as f64;
        }
    }
    losses
}

#[test]
fn patrols_with_many_copies() {
    for (targets, routes) in [(9, 32_367), (12, 9_075)] {
        let steps = targets - 1;
        let found = timed("patrol", &patrol(targets, routes, steps), targets, routes);
        // Uniform play of the attacker gains 1 - 1 / targets whatever the route, and visits can be spread evenly.
        assert!((found.upper - (1.0 - 1.0 / targets as f64)).abs() < 1e-13);
    }
}

#[test]
fn square_and_full() {
    for size in [100, 300] {
        timed("uniform", &uniform(size * size, 1), size, size);
        let mut draw = Draw::new(3);
        let ternary: Vec<f64> = (0..size * size).map(|_| f64::from(draw.below(3))).collect();
        timed("ternary", &ternary, size, size);
    }
}

/// Targets of different worth, of which the defender covers some at a time: as many defences as there are choices. An
/// attack on a target that is not covered gains its worth.
struct Coverage {
    worth: Vec<f64>,
    resources: usize,
    /// Sets of targets named so far.
    named: Vec<Vec<usize>>,
}

impl Coverage {
    fn name(&mut self, mut targets: Vec<usize>) -> usize {
        targets.sort_unstable();
        self.named.iter().position(|known| *known == targets).unwrap_or_else(|| {
            self.named.push(targets);
            self.named.len() - 1
        })
    }
}

impl Oracle for Coverage {
    fn range(&self) -> (f64, f64) {
        (0.0, self.worth.iter().copied().fold(0.0, f64::max))
    }

    fn loss(&self, attack: usize, defence: usize) -> f64 {
        if self.named[defence].contains(&attack) { 0.0 } else { self.worth[attack] }
    }

    fn seeds(&mut self) -> (Vec<usize>, Vec<usize>) {
        (vec![0], vec![self.name((0..self.resources).collect())])
    }

    fn best_attacks(&mut self, defender: &Weights, threshold: f64, most: usize) -> Responses {
        let loss = |t: usize| defender.iter().map(|&(j, weight)| weight * self.loss(t, j)).sum::<f64>();
        let mut found: Vec<_> =
            (0..self.worth.len()).map(|strategy| Response { strategy, loss: loss(strategy) }).collect();
        found.sort_by(|a, b| b.loss.total_cmp(&a.loss));
        let bound = found[0].loss;
        found.retain(|response| response.loss > threshold);
        found.truncate(most);
        Responses { found, bound }
    }

    fn best_defences(&mut self, attacker: &Weights, _: &[f64], threshold: f64, _: usize) -> Responses {
        // The best set covers the targets of which the attacker would gain most.
        let mut gains = vec![0.0; self.worth.len()];
        for &(t, weight) in attacker {
            gains[t] = weight * self.worth[t];
        }
        let mut order: Vec<_> = (0..gains.len()).collect();
        order.sort_by(|a, b| gains[*b].total_cmp(&gains[*a]));
        let covered = order[..self.resources].to_vec();
        let loss = order[self.resources..].iter().map(|t| gains[*t]).sum();
        let found = if loss < threshold { vec![Response { strategy: self.name(covered), loss }] } else { Vec::new() };
        Responses { found, bound: loss }
    }
}

#[test]
fn sets_of_targets_are_never_listed() {
    for (targets, resources) in [(6, 2), (30, 7), (60, 25)] {
        let mut draw = Draw::new(targets as u64);
        let mut worth: Vec<f64> = (0..targets).map(|_| 1.0 + draw.unit()).collect();
        let mut oracle = Coverage { worth: worth.clone(), resources, named: Vec::new() };
        let found = solve_oracle(&mut oracle, &Settings::default()).expect("seeds");
        // The attacked targets are the most worthy ones, each covered until its loss is v: Σ (1 - v / w_t) = resources.
        worth.sort_by(|a, b| b.total_cmp(a));
        let value = |count: usize| (count - resources) as f64 / worth[..count].iter().map(|w| 1.0 / w).sum::<f64>();
        let expected = (resources + 1..=targets).map(value).fold(0.0, f64::max);
        assert_eq!(found.status, Status::Converged);
        assert!((found.lower - expected).abs() < 1e-12 && (found.upper - expected).abs() < 1e-12, "{found:?}");
        println!("{resources} of {targets}: {} rounds, {:?} strategies", found.rounds, found.restricted);
    }
}

/// A search that stops early proves less; the interval says how much.
#[test]
fn an_inexact_oracle_widens_the_interval() {
    struct Early(Coverage);
    impl Oracle for Early {
        fn range(&self) -> (f64, f64) {
            self.0.range()
        }
        fn loss(&self, attack: usize, defence: usize) -> f64 {
            self.0.loss(attack, defence)
        }
        fn seeds(&mut self) -> (Vec<usize>, Vec<usize>) {
            self.0.seeds()
        }
        fn best_attacks(&mut self, defender: &Weights, threshold: f64, most: usize) -> Responses {
            self.0.best_attacks(defender, threshold, most)
        }
        fn best_defences(&mut self, attacker: &Weights, prices: &[f64], threshold: f64, most: usize) -> Responses {
            let Responses { found, bound } = self.0.best_defences(attacker, prices, threshold, most);
            Responses { found, bound: bound - 0.01 }
        }
    }
    let mut oracle = Early(Coverage { worth: vec![1.0, 2.0, 3.0, 2.5], resources: 1, named: Vec::new() });
    let found = solve_oracle(&mut oracle, &Settings::default()).expect("seeds");
    assert_eq!(found.status, Status::Stalled);
    assert!((found.upper - found.lower - 0.01).abs() < 1e-12, "{found:?}");
}
