//! Games in doubles from a hundred strategies a side up: the interior-point method, on one thread and on two, and simplex
//! where it ends within seconds.
//!
//! `cargo bench -p saddlepoint-solver --bench interior_point`. Doubles in, both mixes and their interval out.
#![allow(missing_docs)] // Criterion's macros make undocumented items.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use saddlepoint_game::testing::Draw;
use saddlepoint_solver::{Method, Settings, numeric};

/// Attacks × defences, and whether simplex is worth the wait.
const SHAPES: [(usize, usize, bool); 6] =
    [(50, 50, true), (100, 100, true), (200, 200, true), (300, 300, true), (50, 5_000, true), (1_000, 1_000, false)];

/// An entry of a game.
type Entry = fn(&mut Draw) -> f64;

/// Generic games, and degenerate ones.
const KINDS: [(&str, Entry); 2] = [("uniform", Draw::unit), ("ternary", |draw| f64::from(draw.below(3)))];

fn bench(criterion: &mut Criterion) {
    for (kind, entry) in KINDS {
        for (rows, columns, with_simplex) in SHAPES {
            let mut group = criterion.benchmark_group(format!("{kind} {rows}x{columns}"));
            let mut draw = Draw::new(1);
            let losses: Vec<f64> = (0..rows * columns).map(|_| entry(&mut draw)).collect();
            let mut run = |method: Method, threads: usize| {
                let settings = Settings { threads, ..Settings::with_method(method) };
                group.bench_function(BenchmarkId::new(method.as_str(), threads), |bencher| {
                    bencher.iter(|| numeric::solve(black_box(&losses), rows, columns, &settings));
                });
            };
            run(Method::InteriorPoint, 1);
            if rows.min(columns) > 128 {
                run(Method::InteriorPoint, 2);
            }
            if with_simplex {
                run(Method::Simplex, 1);
            }
            group.finish();
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
criterion_main!(benches);
