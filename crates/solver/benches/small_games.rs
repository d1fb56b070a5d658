//! Small games per second, certificates included, by our simplex, our exact method and the library `good_lp`.
//!
//! Games are percentages as published tables have them, and no game is solved twice: repeated ones train the branch
//! predictor. `cargo bench -p saddlepoint-solver` prints criterion's figures, then one table with the ratios, timed in
//! the same run on the same games.
#![allow(clippy::print_stdout, missing_docs)] // The table is the point; criterion's macros make undocumented items.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput, criterion_group};
use good_lp::{Expression, ProblemVariables, Solution as _, SolverModel, constraint, variable};
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

/// What a user of `good_lp` would write: the defender's program alone, in doubles, nothing certified.
fn plain_good_lp(losses: &[f64], columns: usize) -> Option<f64> {
    let mut model = ProblemVariables::new();
    let value = model.add(variable());
    let mix = model.add_vector(variable().min(0.0), columns);
    let mut solver = model.minimise(value).using(good_lp::microlp);
    for row in losses.chunks_exact(columns) {
        let loss: Expression = mix.iter().zip(row).map(|(y, a)| *a * *y).sum();
        solver.add_constraint(constraint::leq(loss, value));
    }
    solver.add_constraint(constraint::eq(mix.iter().sum::<Expression>(), 1.0));
    solver.solve().ok().map(|solution| solution.value(value))
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
    println!("\ngames per second, one thread, {GAMES} games a shape");
    println!(
        "certificate included, except in the last library column: one program in doubles, as a user would write it"
    );
    println!(
        "{:>6} {:>9} {:>9} {:>9} {:>9} {:>14} {:>16} {:>14}",
        "shape", "simplex", "auto", "exact", "good-lp", "plain good_lp", "simplex/good-lp", "simplex/plain"
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
        let mut losses = Vec::new();
        let plain = rate(&games, |game| {
            game.loss.payoffs().to_unit(&mut losses);
            black_box(plain_good_lp(&losses, shape.1));
        });
        let name = format!("{}x{}", shape.0, shape.1);
        let (to_library, to_plain) = (simplex / good_lp, simplex / plain);
        println!(
            "{name:>6} {simplex:>9.0} {auto:>9.0} {exact:>9.0} {good_lp:>9.0} {plain:>14.0} {to_library:>16.1} \
             {to_plain:>14.1}"
        );
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
