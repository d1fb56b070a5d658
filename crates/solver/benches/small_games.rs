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
use saddlepoint_game::rational::to_f64;
use saddlepoint_game::testing::{Family, constrained};
use saddlepoint_solver::batch::{self, Batch, Equilibria};
use saddlepoint_solver::simplex::{Workspace, solve_with};
use saddlepoint_solver::{Method, Settings, solve};

/// Attacks × defences.
const SHAPES: [(usize, usize); 5] = [(2, 2), (5, 5), (10, 10), (13, 16), (13, 17)];

/// Games of a shape for the table: enough for tenths of a second by the slowest method.
const GAMES: u64 = 4_000;

/// Runs of which the best counts.
const REPEATS: usize = 5;

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
fn rate(games: usize, run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    games as f64 / start.elapsed().as_secs_f64()
}

/// The best of a few rates: other work on the machine only ever slows one down.
fn best(games: usize, mut run: impl FnMut()) -> f64 {
    (0..REPEATS).map(|_| rate(games, &mut run)).fold(0.0, f64::max)
}

fn table() {
    println!("\ngames per second, one thread, {GAMES} games a shape, the best of {REPEATS} runs over all of them");
    println!("lanes: doubles in and out; raw without proof, proved with an interval in doubles");
    println!("batch, simplex, auto, exact, good-lp: exact entries in, exact certificate out");
    println!("plain: good_lp as a user would write it, one program in doubles, nothing proved");
    println!(
        "{:>6} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8} {:>7} {:>9} {:>11} {:>11}",
        "shape",
        "raw",
        "proved",
        "batch",
        "simplex",
        "auto",
        "exact",
        "good-lp",
        "plain",
        "raw/plain",
        "prov./plain",
        "batch/plain"
    );
    for (index, shape) in SHAPES.into_iter().enumerate() {
        let base = 1_000_000_000 + 1_000_000 * index as u64;
        let games: Vec<_> = (base..base + GAMES).map(|seed| game(shape, seed)).collect();
        let losses: Vec<f64> = games.iter().flat_map(doubles).collect();
        let (mut answers, mut memory) = (Equilibria::default(), batch::Workspace::default());
        let mut lanes = Batch::new(shape.0, shape.1).expect("a shape");
        let raw = best(games.len(), || lanes.mixes(black_box(&losses), &mut answers).expect("finite losses"));
        let proved = best(games.len(), || lanes.solve(black_box(&losses), &mut answers).expect("finite losses"));
        let in_bulk = best(games.len(), || drop(black_box(batch::solve_with(&mut memory, black_box(&games)))));
        let mut workspace = Workspace::default();
        let chosen = settings(Method::Simplex);
        let each =
            |run: &mut dyn FnMut(&Game)| best(games.len(), || games.iter().for_each(|game| run(black_box(game))));
        let simplex = each(&mut |game| drop(black_box(solve_with(&mut workspace, game, &chosen))));
        let [auto, exact, good_lp] = [Method::Auto, Method::Exact, Method::GoodLp].map(|method| {
            let chosen = settings(method);
            let few = &games[..games.len() / 4];
            rate(few.len(), || few.iter().for_each(|game| drop(black_box(solve(black_box(game), &chosen)))))
        });
        let plain = best(games.len(), || {
            for game in losses.chunks_exact(shape.0 * shape.1) {
                black_box(plain_good_lp(game, shape.1));
            }
        });
        let name = format!("{}x{}", shape.0, shape.1);
        println!(
            "{name:>6} {raw:>9.0} {proved:>9.0} {in_bulk:>9.0} {simplex:>9.0} {auto:>8.0} {exact:>8.0} {good_lp:>8.0} \
             {plain:>7.0} {:>9.1} {:>11.1} {:>11.1}",
            raw / plain,
            proved / plain,
            in_bulk / plain
        );
    }
}

fn doubles(game: &Game) -> Vec<f64> {
    game.loss.payoffs().to_rationals().iter().map(to_f64).collect()
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
