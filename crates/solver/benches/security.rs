//! Security games: ORIGAMI from a hundred to a million targets, and a game of schedules, certificates included.
//!
//! `cargo bench -p saddlepoint-solver --bench security`. Utilities are integers to 1,000, a fifth of the targets can be
//! covered. Up to 2,048 targets the answer is exact if its fractions are short, beyond it is on the grid of 2^-53.
#![allow(missing_docs)] // Criterion's macros make undocumented items.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use saddlepoint_game::security::{
    ScheduleGame, ScheduleResource, SecurityGame, Target, TargetId, Targets, Utility, certify,
};
use saddlepoint_game::testing::Draw;
use saddlepoint_solver::{Settings, origami, schedules};

fn targets(count: usize, seed: u64) -> Vec<Target> {
    let mut draw = Draw::new(seed);
    let mut utility = |covered_first: bool| {
        let (a, b) = (draw.below(1_001), draw.below(1_001));
        let (low, high) = (a.min(b).into(), a.max(b).into());
        if covered_first {
            Utility { covered: high, uncovered: low }
        } else {
            Utility { covered: low, uncovered: high }
        }
    };
    (0..count).map(|t| Target { name: format!("t{t}"), defender: utility(true), attacker: utility(false) }).collect()
}

fn identical(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("origami");
    for count in [100_u32, 1_000, 10_000, 100_000, 1_000_000] {
        let game = SecurityGame::identical(targets(count as usize, 1), count / 5).expect("a game");
        group.throughput(Throughput::Elements(u64::from(count)));
        group.bench_with_input(BenchmarkId::new("solve", count), &game, |bencher, game| {
            bencher.iter(|| origami::solve(black_box(game)));
        });
        let solution = origami::solve(&game).expect("an answer");
        group.bench_with_input(BenchmarkId::new("certify", count), &game, |bencher, game| {
            bencher.iter(|| certify(black_box(game), &solution.coverage, &solution.evidence));
        });
    }
    group.finish();
}

fn scheduled(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("schedules");
    for count in [10_usize, 20, 40] {
        // As many patrols of three targets as targets, two resources for ten of them.
        let mut draw = Draw::new(2);
        let runs = (0..count).map(|_| (0..3).map(|_| TargetId(draw.index(count))).collect()).collect();
        let patrols = u32::try_from(count / 5).expect("small");
        let patrol = ScheduleResource { name: "patrol".into(), count: patrols, schedules: (0..count).collect() };
        let utilities = Targets::new(targets(count, 3)).expect("targets");
        let game = ScheduleGame::new(utilities, runs, vec![patrol]).expect("a game");
        let settings = Settings { time_limit: Some(Duration::from_secs(5)), ..Settings::default() };
        group.bench_with_input(BenchmarkId::new("solve", count), &game, |bencher, game| {
            bencher.iter(|| schedules::solve(black_box(game), &settings));
        });
    }
    group.finish();
}

fn quick() -> Criterion {
    Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args()
}

criterion_group! { name = benches; config = quick(); targets = identical, scheduled }
criterion_main!(benches);
