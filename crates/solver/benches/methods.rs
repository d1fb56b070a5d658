//! Every method on one small and one middling game, and every analysis of an answer; what the other benchmarks have no
//! place for.
//!
//! `cargo bench -p saddlepoint-solver --bench methods`. Fractions in, certificate out, one thread. Learning methods stop at a
//! gap of 1e-2 of the range.
#![allow(missing_docs)] // Criterion's macros make undocumented items.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::testing::{Family, general_sum};
use saddlepoint_game::{BayesianGame, FollowerType};
use saddlepoint_solver::canonical::{self, Marginals, Player};
use saddlepoint_solver::{
    Method, Settings, bayesian_stackelberg, exact, face, lemke_howson, partition, randomisation, sensitivity, smooth,
    solve, vertex_enumeration,
};

/// Strategies a side.
const SIZES: [usize; 2] = [10, 40];

/// Most bases that vertex enumeration may visit.
const BASES: usize = 1_000_000;

fn methods(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("percentages, certified");
    for size in SIZES {
        let game = Family::Percentages.game_of(size, size, 1);
        for method in Method::ALL {
            let learns = matches!(method, Method::FictitiousPlay | Method::RegretMatching | Method::Extragradient);
            let settings = Settings { target_gap: learns.then_some(1e-2), ..Settings::with_method(method) };
            group.bench_function(BenchmarkId::new(method.as_str(), size), |bencher| {
                bencher.iter(|| solve(black_box(&game), &settings));
            });
        }
    }
    group.finish();
}

fn analyses(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("13x16 percentages, analyses");
    let settings = Settings::default();
    let game = Family::Percentages.game_of(13, 16, 1);
    let optimum = exact::optimum(&game).expect("no constraints");
    let bands = face::analyse(&optimum);
    group.bench_function("face", |bencher| bencher.iter(|| face::analyse(black_box(&optimum))));
    group.bench_function("partition", |bencher| bencher.iter(|| partition::analyse(&game, black_box(&optimum))));
    group.bench_function("canonical", |bencher| {
        bencher.iter(|| canonical::choose(black_box(&optimum), Player::Defender, &Marginals::Same, &settings));
    });
    group.bench_function("smooth", |bencher| bencher.iter(|| smooth::solve(black_box(&game), 0.01, &settings)));
    group.bench_function("ablation", |bencher| {
        bencher.iter(|| sensitivity::ablation(&game, black_box(&optimum), &bands));
    });
    group.bench_function("randomisation", |bencher| {
        bencher.iter(|| randomisation::analyse(&game, black_box(&optimum)));
    });
    group.finish();
}

fn general_sums(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("general-sum percentages");
    let settings = Settings::default();
    let small = general_sum(Family::Percentages, 5, 5, 1);
    group.bench_function("vertex-enumeration 5x5", |bencher| {
        bencher.iter(|| vertex_enumeration::solve(black_box(&small), BASES));
    });
    let game = general_sum(Family::Percentages, 20, 20, 1);
    group.bench_function("lemke-howson 20x20", |bencher| {
        bencher.iter(|| lemke_howson::solve(black_box(&game), 0, &settings));
    });
    let types = (0..3_u64).map(|k| FollowerType {
        name: format!("type {k}"),
        prior: Rational::ONE / Rational::from(3),
        game: general_sum(Family::Percentages, 6, 6, k),
    });
    let bayesian = BayesianGame::new(types.collect()).expect("three types");
    group.bench_function("bayesian-stackelberg 6x6, 3 types", |bencher| {
        bencher.iter(|| bayesian_stackelberg::solve(black_box(&bayesian), &settings));
    });
    group.finish();
}

fn quick() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(500))
        .configure_from_args()
}

criterion_group! { name = benches; config = quick(); targets = methods, analyses, general_sums }
criterion_main!(benches);
