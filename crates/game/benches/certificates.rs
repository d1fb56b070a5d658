//! Building and certifying a large game, by the size of its numbers. Minimum of several repeats, in milliseconds.
//!
//! `cargo bench -p saddlepoint-game --features testing` prints the table.
#![allow(clippy::print_stdout)] // The table is the point.

use std::hint::black_box;
use std::time::Instant;

use saddlepoint_game::certificate::{bounds, certify};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::testing::{Draw, Family};
use saddlepoint_game::{Constraint, Game, LossMatrix, MixedStrategy, Sense, numbered};

/// Strategies a side.
const SIZE: usize = 1000;

/// The least time of so many runs counts.
const REPEATS: usize = 5;

fn least_ms<T>(mut run: impl FnMut() -> T) -> f64 {
    let mut once = || {
        let start = Instant::now();
        black_box(run());
        start.elapsed().as_secs_f64() * 1e3
    };
    (0..REPEATS).map(|_| once()).fold(f64::INFINITY, f64::min)
}

/// A certificate of a game of percentages with so many caps that hold for every mix, in microseconds.
fn small(constraints: usize) -> f64 {
    /// Certificates in one measurement.
    const COUNT: usize = 1000;
    let mut game = Family::Percentages.game_of(13, 16, 1);
    let mut draw = Draw::new(2);
    let percent = |number: u32| Rational::from_parts(number.into(), 100_u32.into());
    for k in 0..constraints {
        game.constraints.push(Constraint {
            name: format!("limit {k}"),
            metric: "metric".to_owned(),
            sense: Sense::Cap,
            bound: percent(100),
            coefficients: (0..16).map(|_| percent(draw.below(101))).collect(),
        });
    }
    let mut mix = |count| MixedStrategy::rounded(&(0..count).map(|_| draw.unit()).collect::<Vec<_>>()).expect("mass");
    let (x, y) = (mix(13), mix(16));
    let prices: Vec<_> = (0..constraints).filter_map(|k| rational::from_f64(0.1 + k as f64 / 3.0)).collect();
    let run = || (0..COUNT).for_each(|_| drop(black_box(certify(&game, &x, &y, &prices).expect("a certificate"))));
    least_ms(run) * 1e3 / COUNT as f64
}

fn main() {
    let mut draw = Draw::new(1);
    let cells = SIZE * SIZE;
    let uniform: Vec<f64> = (0..cells).map(|_| draw.unit()).collect();
    let centred: Vec<f64> = uniform.iter().map(|u| (2.0 * u - 1.0) * (1.0 - u)).collect();
    let powers = [1e-300, 1e-10, 1.0, 1e10, 1e300];
    let spread: Vec<f64> = uniform.iter().map(|u| u * powers[draw.index(powers.len())]).collect();
    let percentages: Vec<f64> = uniform.iter().map(|u| (100.0 * u).floor()).collect();
    let weights: Vec<f64> = (0..SIZE).map(|_| draw.unit()).collect();
    let sparse: Vec<f64> = weights.iter().enumerate().map(|(k, w)| if k % 10 == 0 { *w } else { 0.0 }).collect();
    let (rows, columns) = (numbered("a", SIZE), numbered("d", SIZE));
    println!("{SIZE} x {SIZE}           build    dense mixes   sparse mixes  (ms)");
    for (name, entries) in [
        ("integers to 100", &percentages),
        ("uniform", &uniform),
        ("any sign and size", &centred),
        ("1e-300 to 1e300", &spread),
    ] {
        let build = || LossMatrix::from_f64(rows.clone(), columns.clone(), entries).expect("finite");
        let game = Game::new(build());
        let built = least_ms(build);
        let [dense, thin] = [&weights, &sparse].map(|weights| {
            let mix = MixedStrategy::rounded(weights).expect("mass");
            least_ms(|| certify(&game, &mix, &mix, &[]).expect("a certificate"))
        });
        println!("{name:20} {built:9.2} {dense:14.2} {thin:14.2}");
    }
    let in_doubles = least_ms(|| bounds(&uniform, SIZE, &weights, &weights).expect("finite"));
    println!("bounds in doubles, dense mixes: {in_doubles:.2} ms");
    println!("13 x 16: {:.2} us; with 3 constraints {:.2} us", small(0), small(3));
}
