//! [`information`]: what further trials of one cell are worth before deciding; [`screen`]: a cheap first look at all
//! cells.
//!
//! The expected value of sample information (Raiffa and Schlaifer, "Applied Statistical Decision Theory", 1961). Each
//! cell is `k` of `n` trials, and its rate has the posterior Beta with parameters `k + 1/2` and `n - k + 1/2`,
//! independently. A mix is judged by the worst expected loss, so by the table `M` of posterior means; today's mix `y`
//! is optimal for it.
//!
//! 1. Of `t` further trials of a cell, `s` succeed with probability `P(s)`, beta-binomial, which is a product of
//!    ratios: no draw is needed.
//! 2. Its mean is then `(k + s + 1/2) / (n + t + 1)`; `M_s` is the table with that, `v_s` its value.
//! 3. Deciding anew gains `max_i (M_s y)_i - v_s`, at least 0. The worth is the mean over `s`.
//!
//! Where several mixes are optimal today, `y` is the one that the method finds; the worth depends on it.
//!
//! The screen is `x_i² y_j² p (1 - p) / n`, to first order the variance of the value that comes from the cell; it is 0
//! off the supports, where trials may still be worth something.

use saddlepoint_game::noise::{Cell, Count, Counts};
use saddlepoint_game::rational::{self, to_f64};
use saddlepoint_game::{AttackId, DefenceId, MixedStrategy};

use super::error::ConceptError;
use crate::batch::{Batch, Equilibria};
use crate::dense::Dense;
use crate::error::SolveError;

/// Most further trials: each number of successes is a game to solve.
pub const MOST_TRIALS: u64 = 10_000;

/// Games of one batch.
const BLOCK: usize = 64;

/// What further trials of a cell are worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellInformation {
    /// The cell.
    pub attack: AttackId,
    /// The cell.
    pub defence: DefenceId,
    /// The expected gain, in the unit of loss; at least 0 up to rounding.
    pub worth: f64,
    /// The standard deviation of the gain.
    pub deviation: f64,
}

/// What so many further trials of one counted cell are worth. Cells without counts stand at their highest loss, which is what the defender can be sure of.
///
/// # Errors
/// [`ConceptError`] if the cell is not counted, or the trials are not from 1 to [`MOST_TRIALS`].
pub fn information(
    counts: &Counts,
    attack: AttackId,
    defence: DefenceId,
    trials: u64,
) -> Result<CellInformation, ConceptError> {
    let Some(Cell::Counted(count)) = counts.cell(attack, defence) else {
        return Err(ConceptError::None("counted cell"));
    };
    if trials == 0 || trials > MOST_TRIALS {
        let (expected, found) = ("from 1 to 10000", trials.to_string());
        return Err(ConceptError::Range { what: "the further trials", expected, found });
    }
    let (m, n) = (counts.attacks().len(), counts.defences().len());
    let position = attack.0 * n + defence.0;
    let mean = |cell: &Cell| match cell {
        Cell::Counted(count) => posterior_mean(*count, 0, 0),
        Cell::Bounded { high, .. } => to_f64(high),
    };
    let mut means: Vec<f64> = counts.cells().iter().map(mean).collect();
    let today = solve(m, n, &means)?.into_iter().next().unwrap_or_default();
    // 1.
    let probabilities = beta_binomial(*count, trials);
    let (mut worth, mut square) = (0.0, 0.0);
    let outcomes: Vec<u64> = (0..=trials).collect();
    for (outcomes, probabilities) in outcomes.chunks(BLOCK).zip(probabilities.chunks(BLOCK)) {
        // 2.
        let mut tables = Vec::with_capacity(outcomes.len() * means.len());
        for successes in outcomes {
            means[position] = posterior_mean(*count, *successes, trials);
            tables.extend_from_slice(&means);
        }
        // 3.
        let solved = solve(m, n, &tables)?;
        for ((table, anew), probability) in tables.chunks(m * n).zip(&solved).zip(probabilities) {
            let table = Dense::new(m, n, table);
            let gain = worst_loss(&table, &today) - worst_loss(&table, anew);
            worth += probability * gain;
            square += probability * gain * gain;
        }
    }
    let deviation = (square - worth * worth).max(0.0).sqrt();
    Ok(CellInformation { attack, defence, worth, deviation })
}

/// The defender's mix of each table, all of one shape.
fn solve(rows: usize, columns: usize, tables: &[f64]) -> Result<Vec<Vec<f64>>, SolveError> {
    let mut answers = Equilibria::default();
    Batch::new(rows, columns)?.solve(tables, &mut answers)?;
    Ok(answers.defenders.chunks_exact(columns).map(<[f64]>::to_vec).collect())
}

/// The most that an attack gets against a mix of the defender.
fn worst_loss(table: &Dense<'_>, defender: &[f64]) -> f64 {
    let mut losses = Vec::new();
    table.attack_losses(defender, &mut losses);
    losses.into_iter().fold(f64::NEG_INFINITY, f64::max)
}

/// `(k + s + 1/2) / (n + t + 1)`.
fn posterior_mean(count: Count, successes: u64, trials: u64) -> f64 {
    ((count.successes() + successes) as f64 + 0.5) / ((count.trials() + trials) as f64 + 1.0)
}

/// The probability of each number of successes in further trials, from 0 to all.
///
/// `P(s + 1) / P(s) = (t - s) (a + s) / ((s + 1) (b + t - s - 1))` with `a = k + 1/2`, `b = n - k + 1/2`: from the
/// expected number outwards, so that nothing overflows, and then divided by the sum.
fn beta_binomial(count: Count, trials: u64) -> Vec<f64> {
    let (a, b) = (count.successes() as f64 + 0.5, (count.trials() - count.successes()) as f64 + 0.5);
    let t = trials as f64;
    let up = |s: f64| (t - s) * (a + s) / ((s + 1.0) * (b + t - s - 1.0));
    // From 0 to `trials`, which fits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let middle = ((t * a / (a + b)) as u64).min(trials);
    let mut weight = 1.0;
    let mut weights: Vec<f64> = (0..middle)
        .rev()
        .map(|s| {
            weight /= up(s as f64);
            weight
        })
        .collect();
    weights.reverse();
    weights.push(1.0);
    weight = 1.0;
    weights.extend((middle..trials).map(|s| {
        weight *= up(s as f64);
        weight
    }));
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

/// Counted cells by `x_i² y_j² p (1 - p) / n`, largest first, ties in game order; those at 0 are left out.
#[must_use]
pub fn screen(counts: &Counts, attacker: &MixedStrategy, defender: &MixedStrategy) -> Vec<(AttackId, DefenceId, f64)> {
    let (x, y) = (attacker.to_f64(), defender.to_f64());
    let mut scores = Vec::new();
    for (i, x) in x.iter().enumerate() {
        for (j, y) in y.iter().enumerate() {
            let Some(Cell::Counted(count)) = counts.cell(AttackId(i), DefenceId(j)) else { continue };
            let Some(p) = count.rate().map(|rate| rational::to_f64(&rate)) else { continue };
            let score = (x * y).powi(2) * p * (1.0 - p) / count.trials() as f64;
            if score > 0.0 {
                scores.push((AttackId(i), DefenceId(j), score));
            }
        }
    }
    scores.sort_by(|a, b| b.2.total_cmp(&a.2));
    scores
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::noise::Origin;

    use super::*;

    #[test]
    fn beta_binomial_numbers_are_those_of_polya() {
        // Jeffreys' prior without trials, two further ones: 3/8, 1/4, 3/8.
        let none = Count::new(0, 0, Origin::Measured).expect("a count");
        for (found, expected) in beta_binomial(none, 2).into_iter().zip([0.375, 0.25, 0.375]) {
            assert!((found - expected).abs() < 1e-15);
        }
        // The mean is that of the rate, whatever the sizes.
        for (k, n, t) in [(9, 50, 50), (0, 10, 1_000), (5_000, 5_000, 10_000)] {
            let count = Count::new(k, n, Origin::Measured).expect("a count");
            let mean: f64 = beta_binomial(count, t).iter().enumerate().map(|(s, p)| s as f64 * p).sum();
            let expected = t as f64 * posterior_mean(count, 0, 0);
            assert!((mean - expected).abs() < 1e-9 * t as f64, "{mean} {expected}");
        }
    }
}
