//! Where one method overtakes another: what `auto` chooses by (`select.rs`).
//!
//! `cargo bench -p saddlepoint-solver --bench crossovers` prints, for each kind and shape of game, the fastest of some runs
//! of each method (doubles in, both mixes and their interval out, one thread), what `auto` chose, and its time as a
//! multiple of the fastest method's.
#![allow(clippy::print_stdout)] // The table is the point.

use std::hint::black_box;
use std::time::{Duration, Instant};

use saddlepoint_game::testing::Draw;
use saddlepoint_solver::{Method, Settings, Status, numeric};

const METHODS: [Method; 4] = [Method::Simplex, Method::InteriorPoint, Method::DoubleOracle, Method::Auto];

const SHAPES: [(usize, usize); 16] = [
    (64, 64),
    (96, 96),
    (128, 128),
    (160, 160),
    (200, 200),
    (300, 300),
    (600, 600),
    (20, 160),
    (50, 200),
    (50, 400),
    (100, 400),
    (100, 1_000),
    (200, 1_000),
    (200, 2_000),
    (300, 3_000),
    (50, 5_000),
];

/// A method is not waited for any longer, and not run again after it.
const PATIENCE: Duration = Duration::from_secs(4);

/// Runs of a method, as far as they fit in the patience.
const RUNS: usize = 5;

fn uniform(rows: usize, columns: usize) -> Vec<f64> {
    let mut draw = Draw::new(1);
    (0..rows * columns).map(|_| draw.unit()).collect()
}

/// Losses 0, 1, 2 of which about half the rows and columns are copies.
fn ternary(rows: usize, columns: usize) -> Vec<f64> {
    let mut draw = Draw::new(1);
    let (m, n) = (rows.div_ceil(2), columns.div_ceil(2));
    let distinct: Vec<f64> = (0..m * n).map(|_| f64::from(draw.below(3))).collect();
    let left: Vec<usize> = (0..rows).map(|_| draw.index(m)).collect();
    let top: Vec<usize> = (0..columns).map(|_| draw.index(n)).collect();
    left.iter().flat_map(|i| top.iter().map(|j| distinct[i * n + j]).collect::<Vec<_>>()).collect()
}

/// Rank 5, and noise of at most so much.
fn low_rank(rows: usize, columns: usize, noise: f64) -> Vec<f64> {
    let mut draw = Draw::new(1);
    let factors: Vec<[f64; 5]> = (0..rows + columns).map(|_| [(); 5].map(|()| draw.unit() - 0.5)).collect();
    let (left, right) = factors.split_at(rows);
    let product = |l: &[f64; 5], r: &[f64; 5]| l.iter().zip(r).map(|(a, b)| a * b).sum::<f64>();
    let cells: Vec<f64> = left.iter().flat_map(|l| right.iter().map(|r| product(l, r)).collect::<Vec<_>>()).collect();
    cells.into_iter().map(|cell| cell + noise * draw.unit()).collect()
}

/// The name of a kind of game, and one of so many rows and columns.
type Kind = (&'static str, fn(usize, usize) -> Vec<f64>);

/// Seconds of the fastest run, and the method that answered; `None` without an answer.
fn fastest(losses: &[f64], (rows, columns): (usize, usize), method: Method) -> Option<(f64, Method)> {
    let settings = Settings { time_limit: Some(PATIENCE), ..Settings::with_method(method) };
    let (begun, mut best) = (Instant::now(), None);
    for _ in 0..RUNS {
        let start = Instant::now();
        let found = numeric::solve(black_box(losses), rows, columns, &settings).ok()?;
        let seconds = start.elapsed().as_secs_f64();
        if found.status != Status::Converged {
            return None;
        }
        best = Some((best.map_or(seconds, |(least, _): (f64, _)| seconds.min(least)), found.method));
        if begun.elapsed() > PATIENCE / 2 {
            break;
        }
    }
    best
}

fn main() {
    println!("milliseconds; - is not solved within {} s", PATIENCE.as_secs());
    print!("{:>9} {:>9}", "game", "shape");
    for method in METHODS {
        print!(" {method:>14}");
    }
    println!("  auto chose (times the fastest)");
    let kinds: [Kind; 4] = [
        ("uniform", uniform),
        ("ternary", ternary),
        ("rank 5", |m, n| low_rank(m, n, 0.0)),
        ("noisy 5", |m, n| low_rank(m, n, 0.02)),
    ];
    for (kind, game) in kinds {
        for shape in SHAPES {
            let losses = game(shape.0, shape.1);
            let found = METHODS.map(|method| fastest(&losses, shape, method));
            print!("{kind:>9} {:>9}", format!("{}x{}", shape.0, shape.1));
            for seconds in &found {
                print!(" {:>14}", seconds.map_or("-".to_owned(), |(seconds, _)| format!("{:.3}", 1e3 * seconds)));
            }
            let (others, auto) = found.split_at(METHODS.len() - 1);
            let least = others.iter().flatten().map(|(seconds, _)| *seconds).fold(f64::INFINITY, f64::min);
            match auto {
                [Some((seconds, method))] => println!("  {method} ({:.1})", seconds / least),
                _ => println!("  -"),
            }
        }
    }
}
