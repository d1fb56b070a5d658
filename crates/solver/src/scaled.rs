//! A game in doubles of size 1, and the way back to an answer that is exact.
//!
//! Losses are shifted exactly and divided by the range, so that each is in [0, 1] and a large constant on all of them
//! costs no digits; each constraint's excesses are divided by the largest of them. Every method that works in doubles
//! starts and ends here.

use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, MixedStrategy, Payoffs};

use crate::admissible;
use crate::basis::Layout;
use crate::dense::Dense;
use crate::solution::Answer;

/// Pay-off range, in the unit of loss, below which it is not worked with in doubles: 2^-969, where products with numbers
/// down to 2^-53 are still precise.
const TINY_RANGE: f64 = f64::from_bits(54 << 52);

/// See the module. Memory is kept from game to game.
#[derive(Clone, Debug)]
pub(crate) struct Scaled {
    pub(crate) layout: Layout,
    /// Attacks × defences, row by row, in [0, 1].
    pub(crate) losses: Vec<f64>,
    /// Constraints × defences, row by row, in [-1, 1].
    pub(crate) excesses: Vec<f64>,
    /// Pay-off range: the game's loss per unit of `losses`.
    pub(crate) range: Rational,
    /// One for each constraint.
    exact: Vec<Payoffs>,
    /// The metric's unit per unit of `excesses`, one for each constraint.
    magnitudes: Vec<f64>,
}

impl Default for Scaled {
    fn default() -> Self {
        Self {
            layout: Layout { attacks: 0, defences: 0, constraints: 0 },
            losses: Vec::new(),
            excesses: Vec::new(),
            range: Rational::ONE,
            exact: Vec::new(),
            magnitudes: Vec::new(),
        }
    }
}

impl Scaled {
    /// Takes in a game.
    pub(crate) fn load(&mut self, game: &Game) {
        self.layout = Layout::of(game);
        self.range = game.loss.payoffs().to_unit(&mut self.losses).range;
        self.excesses.clear();
        self.exact.clear();
        self.magnitudes.clear();
        for constraint in &game.constraints {
            let exact = constraint.excesses(self.layout.defences);
            let (row, magnitude) = scaled_row(&exact);
            self.excesses.extend(row);
            self.magnitudes.push(magnitude);
            self.exact.push(exact);
        }
    }

    /// Takes in a game of finite doubles in [0, 1] without constraints.
    pub(crate) fn load_dense(&mut self, game: &Dense<'_>) {
        self.layout = Layout { attacks: game.rows, defences: game.columns, constraints: 0 };
        self.range = Rational::ONE;
        self.losses.clear();
        self.losses.extend_from_slice(game.entries);
        self.excesses.clear();
        self.exact.clear();
        self.magnitudes.clear();
    }

    /// An answer from weights in any positive scale: the mixes rounded to k/2^53 and the defender's made admissible.
    /// `prices` are the multipliers of the scaled constraints in the scale of `attacker`.
    ///
    /// `None` if the defender has no weight or cannot be made admissible. An attacker without weight plays its first
    /// attack.
    pub(crate) fn answer(&self, game: &Game, attacker: &[f64], defender: &[f64], prices: &[f64]) -> Option<Answer> {
        let mass: f64 = attacker.iter().map(|weight| weight.max(0.0)).sum();
        let mut multipliers = vec![Rational::ZERO; prices.len()];
        let attacker = if mass > 0.0 {
            let range = rational::to_f64(&self.range);
            // Near the smallest doubles a product with the range would lose digits; it is then exact, and last.
            let is_tiny = range < TINY_RANGE;
            let per_price = if is_tiny { 1.0 } else { range } / mass;
            for ((multiplier, price), magnitude) in multipliers.iter_mut().zip(prices).zip(&self.magnitudes) {
                if *price > 0.0 {
                    *multiplier = rational::from_f64(price * per_price / magnitude)?;
                    if is_tiny {
                        *multiplier *= &self.range;
                    }
                }
            }
            MixedStrategy::rounded(attacker).ok()?
        } else {
            MixedStrategy::pure(self.layout.attacks, 0).ok()?
        };
        let defender = MixedStrategy::rounded(defender).ok()?;
        let defender = if self.exact.is_empty() { defender } else { admissible::make(game, &self.exact, defender)? };
        Some(Answer { attacker, defender, multipliers })
    }
}

/// A row divided by its largest entry without sign (1 for a row of zeros), and that entry.
fn scaled_row(exact: &Payoffs) -> (Vec<f64>, f64) {
    match exact {
        Payoffs::Fixed { numerators, denominator } => {
            // The denominator cancels in the row.
            let largest = numerators.iter().map(|e| e.unsigned_abs()).max().unwrap_or(0).max(1) as f64;
            (numerators.iter().map(|&e| e as f64 / largest).collect(), largest / *denominator as f64)
        }
        Payoffs::Wide { .. } | Payoffs::Rational(_) => {
            let entries = exact.to_rationals();
            // Divided before they become doubles, which may be too narrow for them.
            let magnitude = |e: &Rational| if *e < Rational::ZERO { -e } else { e.clone() };
            let largest = entries.iter().map(magnitude).max().filter(|e| !e.is_zero()).unwrap_or(Rational::ONE);
            (entries.iter().map(|e| rational::to_f64(&(e / &largest))).collect(), rational::to_f64(&largest))
        }
    }
}
