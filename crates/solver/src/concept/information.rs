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
//! The screen is `(∂v/∂p)² p (1 - p) / n` with the slope between the ends of one standard deviation, to first order the
//! variance of the value that comes from the count. It is 0 where neither end moves the value, off the supports, where
//! trials may still be worth something.

use saddlepoint_game::noise::{Count, Noisy};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, MixedStrategy};

use super::error::ConceptError;
use crate::batch::{self, Workspace};
use crate::solution::Solution;

/// Most further trials: each number of successes is a game to solve.
pub const MOST_TRIALS: u64 = 10_000;

/// Games of one batch.
const BLOCK: usize = 64;

/// What further trials of a count are worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Information {
    /// Position of the count.
    pub count: usize,
    /// The expected gain, in the unit of loss; at least 0 up to rounding.
    pub worth: f64,
    /// The standard deviation of the gain.
    pub deviation: f64,
}

/// What so many further trials of one count are worth. Cells without counts stand at their highest loss, which is what
/// the defender can be sure of.
///
/// # Errors
/// [`ConceptError`] if there is no such count, or the trials are not from 1 to [`MOST_TRIALS`].
pub fn information(noisy: &dyn Noisy, count: usize, trials: u64) -> Result<Information, ConceptError> {
    let Some(own) = noisy.tally().counts().get(count).copied() else {
        return Err(ConceptError::None("such count"));
    };
    if trials == 0 || trials > MOST_TRIALS {
        let (expected, found) = ("from 1 to 10000", trials.to_string());
        return Err(ConceptError::Range { what: "the further trials", expected, found });
    }
    let mut workspace = Workspace::default();
    let mut means = posterior_means(noisy);
    let today = solve(&mut workspace, &[noisy.instance(&means)?.game])?.into_iter().next();
    let today = today.ok_or(ConceptError::None("answer"))?.defender;
    // 1.
    let probabilities = beta_binomial(own, trials);
    let (mut worth, mut square) = (0.0, 0.0);
    let outcomes: Vec<u64> = (0..=trials).collect();
    for (outcomes, probabilities) in outcomes.chunks(BLOCK).zip(probabilities.chunks(BLOCK)) {
        // 2.
        let mut games = Vec::with_capacity(outcomes.len());
        for successes in outcomes {
            means[count] = posterior_mean(own, *successes, trials);
            games.push(noisy.instance(&means)?.game);
        }
        // 3.
        let solved = solve(&mut workspace, &games)?;
        for ((game, anew), probability) in games.iter().zip(&solved).zip(probabilities) {
            let gain = worst_loss(game, &today) - worst_loss(game, &anew.defender);
            worth += probability * gain;
            square += probability * gain * gain;
        }
    }
    let deviation = (square - worth * worth).max(0.0).sqrt();
    Ok(Information { count, worth, deviation })
}

/// The counts to which the value is most sensitive, the first of them, each with its score; those at 0 are left out.
///
/// # Errors
/// [`ConceptError`] if a game is not solved.
pub fn screen(noisy: &dyn Noisy, most: usize) -> Result<Vec<(usize, f64)>, ConceptError> {
    let mut workspace = Workspace::default();
    let mut means = posterior_means(noisy);
    let mut scores = Vec::new();
    for (position, count) in noisy.tally().counts().iter().enumerate() {
        let centre = means[position].clone();
        let p = rational::to_f64(&centre);
        let deviation = (p * (1.0 - p) / (count.trials() as f64 + 2.0)).sqrt();
        let step = rational::from_f64(deviation.min(p).min(1.0 - p)).unwrap_or(Rational::ZERO);
        let mut ends = Vec::with_capacity(2);
        for end in [&centre - &step, &centre + &step] {
            means[position] = end;
            ends.push(noisy.instance(&means)?.game);
        }
        means[position] = centre;
        let solved = solve(&mut workspace, &ends)?;
        let [low, high] = [0, 1].map(|k| solved.get(k).map_or(0.0, |s| rational::to_f64(&s.certificate.value())));
        let score = ((high - low) / 2.0).powi(2);
        // Anything less is rounding.
        if score > 1e-18 {
            scores.push((position, score));
        }
    }
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    scores.truncate(most);
    Ok(scores)
}

fn posterior_means(noisy: &dyn Noisy) -> Vec<Rational> {
    noisy.tally().counts().iter().map(|count| posterior_mean(*count, 0, 0)).collect()
}

fn solve(workspace: &mut Workspace, games: &[Game]) -> Result<Vec<Solution>, ConceptError> {
    Ok(batch::solve_with(workspace, games).into_iter().collect::<Result<_, _>>()?)
}

/// The most that an attack gets against a mix of the defender.
fn worst_loss(game: &Game, defender: &MixedStrategy) -> f64 {
    let losses = saddlepoint_game::concept::attack_losses(&game.loss, defender);
    losses.iter().max().map_or(0.0, rational::to_f64)
}

/// `(k + s + 1/2) / (n + t + 1)`.
fn posterior_mean(count: Count, successes: u64, trials: u64) -> Rational {
    let k = 2 * (count.successes() + successes) + 1;
    let n = 2 * (count.trials() + trials) + 2;
    Rational::from_parts(k.into(), n.into())
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
            let expected = t as f64 * rational::to_f64(&posterior_mean(count, 0, 0));
            assert!((mean - expected).abs() < 1e-9 * t as f64, "{mean} {expected}");
        }
    }
}
