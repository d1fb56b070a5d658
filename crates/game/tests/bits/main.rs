//! Attacks in bits: worked numbers, an independent capacity, and the laws of information.

mod capacity;
mod properties;
mod worked;

use saddlepoint_game::bits::{Advantage, Attempt};
use saddlepoint_game::rational::{Rational, parse};

fn number(text: &str) -> Rational {
    parse(text).expect("a number")
}

fn numbers<const N: usize>(texts: [&str; N]) -> [Rational; N] {
    texts.map(number)
}

fn attempt(success: &Rational, benign: &Rational) -> Attempt {
    Attempt::new(std::slice::from_ref(success), benign).expect("a success above the benign rate")
}

fn advantage(number: Rational) -> Advantage {
    Advantage::new(number).expect("a number in [0, 1]")
}
