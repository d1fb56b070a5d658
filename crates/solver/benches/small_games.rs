//! Small games per second, certificates included, by our simplex, our exact method and the library `good_lp`.
//!
//! Games are percentages as published tables have them, and no game is solved twice: repeated ones train the branch
//! predictor. `cargo bench -p saddlepoint-solver` prints criterion's figures, then one table with the ratios, timed in
//! the same run on the same games.
#![allow(clippy::print_stdout, missing_docs)] // The table is the point; criterion's macros make undocumented items.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput, criterion_group};
use saddlepoint_game::Game;
use saddlepoint_game::testing::{Family, constrained};
use saddlepoint_solver::simplex::{Workspace, solve_with};
use saddlepoint_solver::{Method, Settings, solve};

/// Attacks × defences.
const SHAPES: [(usize, usize); 4] = [(2, 2), (5, 5), (10, 10), (13, 16)];

/// Games of a shape for the table: enough for tenths of a second by the slowest method.
const GAMES: u64 = 4_000;

fn game((rows, columns): (usize, usize), seed: u64) -> Game {
    Family::Percentages.game_of(rows, columns, seed)
}

fn settings(method: Method) -> Settings {
    Settings::with_method(method)
}

fn bench(criterion: &mut Criterion) {
    let mut seed = 0;
    let mut next = move |shape| {
        seed += 1;
        game(shape, seed)
    };
    for shape in SHAPES {
        let mut group = criterion.benchmark_group(format!("{}x{}", shape.0, shape.1));
        group.throughput(Throughput::Elements(1));
        let mut workspace = Workspace::default();
        let simplex = settings(Method::Simplex);
        group.bench_function("simplex", |bencher| {
            let run = |game: Game| solve_with(&mut workspace, &game, &simplex);
            bencher.iter_batched(|| next(shape), run, BatchSize::SmallInput);
        });
        for method in [Method::Auto, Method::Exact, Method::GoodLp] {
            let chosen = settings(method);
            group.bench_function(method.as_str(), |bencher| {
                bencher.iter_batched(|| next(shape), |game: Game| solve(&game, &chosen), BatchSize::SmallInput);
            });
        }
        group.finish();
    }
    let mut group = criterion.benchmark_group("13x16 with constraints");
    group.throughput(Throughput::Elements(1));
    let mut workspace = Workspace::default();
    let simplex = settings(Method::Simplex);
    group.bench_function("simplex", |bencher| {
        let run = |game: Game| solve_with(&mut workspace, &game, &simplex);
        let mut seed = 0;
        let setup = || {
            seed += 1;
            constrained(game((13, 16), seed), seed)
        };
        bencher.iter_batched(setup, run, BatchSize::SmallInput);
    });
    group.finish();
}

/// Games per second over fresh games.
fn rate(games: &[Game], mut run: impl FnMut(&Game)) -> f64 {
    let start = Instant::now();
    for game in games {
        run(black_box(game));
    }
    games.len() as f64 / start.elapsed().as_secs_f64()
}

fn table() {
    println!("\ngames per second, one thread, {GAMES} games a shape, certificate included");
    println!(
        "{:>8} {:>12} {:>12} {:>12} {:>12} {:>18}",
        "shape", "simplex", "auto", "exact", "good-lp", "simplex/good-lp"
    );
    for (index, shape) in SHAPES.into_iter().enumerate() {
        let base = 1_000_000_000 + 1_000_000 * index as u64;
        let games: Vec<_> = (base..base + GAMES).map(|seed| game(shape, seed)).collect();
        let mut workspace = Workspace::default();
        let chosen = settings(Method::Simplex);
        let simplex = rate(&games, |game| drop(black_box(solve_with(&mut workspace, game, &chosen))));
        let [auto, exact, good_lp] = [Method::Auto, Method::Exact, Method::GoodLp].map(|method| {
            let chosen = settings(method);
            rate(&games, |game| drop(black_box(solve(game, &chosen))))
        });
        let name = format!("{}x{}", shape.0, shape.1);
        println!("{name:>8} {simplex:>12.0} {auto:>12.0} {exact:>12.0} {good_lp:>12.0} {:>18.1}", simplex / good_lp);
    }
}

fn quick() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args()
}

criterion_group! { name = benches; config = quick(); targets = bench }

fn main() {
    benches();
    table();
}
