//! Rows or columns of sizes from 1e-6 to 1e6 in one game of doubles: the gap relative to the range and to the value.
//!
//! `cargo test -p saddlepoint-solver --test scaled -- --nocapture` prints both.
#![allow(clippy::print_stdout)] // The gaps are the point.

use saddlepoint_game::testing::Draw;
use saddlepoint_solver::{Method, Settings, numeric};

/// Written out, so that no power function of a platform has a say.
const POWERS: [f64; 13] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];

/// A square game; every row, or every column, has a power of its own.
fn game(size: usize, by_row: bool, seed: u64) -> Vec<f64> {
    let mut draw = Draw::new(seed);
    let powers: Vec<f64> = (0..size).map(|_| POWERS[draw.index(POWERS.len())]).collect();
    (0..size * size).map(|cell| draw.unit() * powers[if by_row { cell / size } else { cell % size }]).collect()
}

#[test]
fn the_gap_is_small_beside_the_value() {
    println!("{:>8} {:>5} {:>15}  gap / range  gap / value", "scaled", "size", "method");
    for (size, methods) in [
        (10, [Method::Auto, Method::Simplex, Method::InteriorPoint, Method::DoubleOracle].as_slice()),
        (100, &[Method::Auto, Method::Simplex, Method::InteriorPoint, Method::DoubleOracle]),
        (300, &[Method::Auto, Method::InteriorPoint, Method::DoubleOracle]),
    ] {
        for by_row in [true, false] {
            for &method in methods {
                let (mut of_range, mut of_value) = (0.0_f64, 0.0_f64);
                for seed in 0..3 {
                    let losses = game(size, by_row, seed);
                    let found = numeric::solve(&losses, size, size, &Settings::with_method(method)).expect("a matrix");
                    let most = losses.iter().copied().fold(0.0, f64::max);
                    of_range = of_range.max(found.gap() / most);
                    of_value = of_value.max(found.gap() / found.lower);
                }
                let scaled = if by_row { "rows" } else { "columns" };
                println!("{scaled:>8} {size:5} {:>15}  {of_range:11.1e}  {of_value:11.1e}", method.as_str());
                assert!(of_range <= 1e-11, "{method} {size}");
                // With columns of 1e-6 the value is a millionth of a millionth of the range, to which doubles are relative.
                assert!(!by_row || of_value <= 1e-9, "{method} {size}");
            }
        }
    }
}
