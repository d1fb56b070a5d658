//! Large games in doubles: double oracle where supports are small, the first-order methods where they are not.
//!
//! `cargo bench -p saddlepoint-solver --bench large_games` prints criterion's times, then rounds per second and the times
//! of the first-order methods to a gap.
#![allow(clippy::print_stdout, missing_docs)] // The table is the point; criterion's macros make undocumented items.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group};
use saddlepoint_game::testing::Draw;
use saddlepoint_solver::numeric::{self, Equilibrium};
use saddlepoint_solver::{Method, Settings};

/// A matrix with its rows and columns.
type Matrix = (Vec<f64>, usize, usize);

fn uniform(rows: usize, columns: usize) -> Matrix {
    let mut draw = Draw::new(1);
    ((0..rows * columns).map(|_| draw.unit()).collect(), rows, columns)
}

/// Rank 5, and noise of at most so much.
fn low_rank(size: usize, noise: f64) -> Matrix {
    let mut draw = Draw::new(1);
    let factors: Vec<[f64; 5]> = (0..2 * size).map(|_| [(); 5].map(|()| draw.unit() - 0.5)).collect();
    let (left, right) = factors.split_at(size);
    let product = |l: &[f64; 5], r: &[f64; 5]| l.iter().zip(r).map(|(a, b)| a * b).sum::<f64>();
    let mut losses = Vec::with_capacity(size * size);
    for l in left {
        losses.extend(right.iter().map(|r| product(l, r) + noise * draw.unit()));
    }
    (losses, size, size)
}

/// Routes of one visit less than there are targets; an attack fails in proportion to the visits to its target.
fn patrol(targets: usize, routes: usize) -> Matrix {
    let mut draw = Draw::new(1);
    let steps = targets - 1;
    let mut losses = vec![1.0; targets * routes];
    for route in 0..routes {
        for _ in 0..steps {
            losses[draw.index(targets) * routes + route] -= 1.0 / steps as f64;
        }
    }
    (losses, targets, routes)
}

fn solve((losses, rows, columns): &Matrix, settings: &Settings) -> Equilibrium {
    numeric::solve(black_box(losses), *rows, *columns, settings).expect("a matrix")
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("double oracle");
    let settings = Settings::with_method(Method::DoubleOracle);
    for (name, game) in [
        ("50x5000 uniform", uniform(50, 5_000)),
        ("5000x50 uniform", uniform(5_000, 50)),
        ("3000x3000 rank 5", low_rank(3_000, 0.0)),
        ("9x32367 patrol", patrol(9, 32_367)),
        ("12x9075 patrol", patrol(12, 9_075)),
        ("300x300 uniform", uniform(300, 300)),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| solve(&game, &settings)));
    }
    group.finish();
}

fn table() {
    println!("\nfirst-order methods, 300x300; the status says whether the gap was reached, in 10 s at most");
    println!(
        "{:>9} {:>16} {:>7} {:>9} {:>8} {:>9} {:>9}",
        "game", "method", "gap", "seconds", "rounds", "rounds/s", "left"
    );
    for (name, game) in [("uniform", uniform(300, 300)), ("low rank", low_rank(300, 0.01))] {
        for method in [Method::RegretMatching, Method::Extragradient] {
            for target in [1e-4, 1e-6] {
                let settings = Settings {
                    target_gap: Some(target),
                    time_limit: Some(Duration::from_secs(10)),
                    ..Settings::with_method(method)
                };
                let start = Instant::now();
                let found = solve(&game, &settings);
                let seconds = start.elapsed().as_secs_f64();
                let rate = found.iterations as f64 / seconds;
                println!(
                    "{name:>9} {method:>16} {target:>7.0e} {seconds:>9.4} {:>8} {rate:>9.0} {:>9.1e}",
                    found.iterations,
                    found.gap()
                );
            }
        }
    }
}

fn quick() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args()
}

criterion_group! { name = benches; config = quick(); targets = bench }

fn main() {
    benches();
    table();
}
