//! Commitments of 13 leader strategies against 1,849 follower strategies, certificate included, one thread.
//!
//! `cargo bench -p saddlepoint-solver --bench stackelberg`. Games with patrols have 43 targets in 43 slots; the others are
//! dense, with independent pay-offs.
#![allow(missing_docs)] // Criterion's macros make undocumented items.

use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use saddlepoint_game::Bimatrix;
use saddlepoint_game::testing::{Family, general_sum, patrols};
use saddlepoint_solver::{Settings, stackelberg};

const ROWS: usize = 13;
const COLUMNS: usize = 1849;

/// A game of a seed.
type Draw = fn(u64) -> Bimatrix;

fn bench(criterion: &mut Criterion) {
    let kinds: [(&str, Draw); 3] = [
        ("patrols", |seed| patrols(ROWS, 43, 43, seed)),
        ("percentages", |seed| general_sum(Family::Percentages, ROWS, COLUMNS, seed)),
        ("uniform", |seed| general_sum(Family::Uniform, ROWS, COLUMNS, seed)),
    ];
    let mut group = criterion.benchmark_group("stackelberg 13x1849");
    for (name, game) in kinds {
        let mut seed = 0;
        let mut setup = || {
            seed += 1;
            game(seed)
        };
        let run = |game: Bimatrix| stackelberg::solve(&game, &Settings::default());
        group.bench_function(name, |bencher| bencher.iter_batched(&mut setup, run, BatchSize::PerIteration));
        assert_solved(game);
    }
    group.finish();
}

/// A game of each kind has an answer; a benchmark of errors would be fast.
fn assert_solved(game: fn(u64) -> Bimatrix) {
    assert!(stackelberg::solve(&game(0), &Settings::default()).is_ok());
}

fn quick() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args()
}

criterion_group! { name = benches; config = quick(); targets = bench }
criterion_main!(benches);
