//! Makes a rounded mix satisfy every constraint exactly.
//!
//! Rounding a mix to k/2^53 can push its expected excess over a constraint above 0 by a few steps, and a certificate
//! accepts nothing above 0. In integers, with excesses `E[j]` over a common denominator and weights `k[j]` over 2^53,
//! the mix is admissible if `S = Σ_j k[j] E[j] ≤ 0`.
//!
//! 1. For each broken constraint: move `ceil(S / (E[a] - E[b]))` steps from the defence `a` with the largest excess to
//!    the defence `b` with the smallest. One constraint is always met in this way, if any mix meets it.
//! 2. If that breaks another: blend, by a doubling number of steps, towards a mix that is strictly admissible, the
//!    optimal mix of the game whose attacks are the constraints and whose losses are their excesses.
//!
//! The loss moves by the range times the steps over 2^53. Where there is no strictly admissible mix (a cap and a floor
//! that meet), doubles cannot do it, and the caller turns to integers.

use saddlepoint_game::{DYADIC_ONE, Game, LossMatrix, MixedStrategy, PayoffKind, Payoffs, numbered};

use crate::settings::Limits;
use crate::simplex::{self, Workspace};

/// Fewest and most steps of 2^-53 that a blend takes; the most moves the loss by less than 2^-41 of the range, below
/// the gap that the simplex method accepts.
const BLEND_STEPS: (u64, u64) = (1, 1 << 12);

/// The mix, moved as little as it takes; `None` if that fails or the numbers do not fit. `excesses` has one row for
/// each constraint.
pub(crate) fn make(game: &Game, excesses: &[Payoffs], mix: MixedStrategy) -> Option<MixedStrategy> {
    let rows = excesses.iter().map(integers).collect::<Option<Vec<_>>>()?;
    let weights = mix.numerators()?;
    if is_admissible(&rows, weights) {
        return Some(mix);
    }
    // 1. Each constraint by itself.
    let mut shifted = weights.to_vec();
    let met = rows.iter().all(|row| shift(row, &mut shifted));
    if met && is_admissible(&rows, &shifted) {
        return MixedStrategy::dyadic(shifted).ok();
    }
    // 2. All together.
    let inner = strictly_admissible(game, excesses)?;
    let inner = inner.numerators()?;
    let mut steps = BLEND_STEPS.0;
    while steps <= BLEND_STEPS.1 {
        let blended = blend(weights, inner, steps);
        if is_admissible(&rows, &blended) {
            return MixedStrategy::dyadic(blended).ok();
        }
        steps *= 2;
    }
    None
}

fn integers(excesses: &Payoffs) -> Option<&[i64]> {
    match excesses {
        Payoffs::Fixed { numerators, .. } => Some(numerators),
        Payoffs::Wide { .. } | Payoffs::Rational(_) => None,
    }
}

/// `Σ_j k[j] E[j]`: weights sum to 2^53, so it is below 2^116 in magnitude.
fn sum(row: &[i64], weights: &[u64]) -> i128 {
    row.iter().zip(weights).map(|(&e, &k)| i128::from(e) * i128::from(k)).sum()
}

fn is_admissible(rows: &[&[i64]], weights: &[u64]) -> bool {
    rows.iter().all(|row| sum(row, weights) <= 0)
}

/// Moves weight until one constraint is met; `false` if none of its excesses is 0 or less.
fn shift(row: &[i64], weights: &mut [u64]) -> bool {
    let mut excess = sum(row, weights);
    while excess > 0 {
        let used = || (0..row.len()).filter(|j| weights[*j] > 0);
        let Some(from) = used().max_by_key(|j| row[*j]) else { return false };
        // A defence in use keeps the support as it is; another one is taken only if there is no slack among those.
        let Some(to) = used().filter(|j| row[*j] < 0).min_by_key(|j| row[*j]).or(least(row)) else { return false };
        let relief = i128::from(row[from]) - i128::from(row[to]);
        if row[to] > 0 || relief <= 0 {
            return false;
        }
        // At most 2^53, the weight of the donor.
        let wanted = excess.div_euclid(relief) + i128::from(excess.rem_euclid(relief) > 0);
        let moved = u64::try_from(wanted).unwrap_or(u64::MAX).min(weights[from]);
        weights[from] -= moved;
        weights[to] += moved;
        excess -= i128::from(moved) * relief;
    }
    true
}

fn least(row: &[i64]) -> Option<usize> {
    (0..row.len()).min_by_key(|j| row[*j])
}

/// The mix of which every constraint has room, if there is one and doubles find it.
fn strictly_admissible(game: &Game, excesses: &[Payoffs]) -> Option<MixedStrategy> {
    let losses = excesses.iter().flat_map(|row| (0..row.len()).filter_map(|j| row.get(j))).collect();
    let rows = numbered("c", excesses.len());
    let loss = LossMatrix::from_checked(rows, game.loss.defences().clone(), Payoffs::new(losses), PayoffKind::Rational);
    simplex::solve_within(&mut Workspace::default(), &Game::new(loss.ok()?), Limits::NONE).ok().map(|s| s.defender)
}

/// `(1 - t) k + t z` with `t = steps / 2^53`, rounded down; what is left over goes to the largest weight of `z`.
fn blend(weights: &[u64], inner: &[u64], steps: u64) -> Vec<u64> {
    let mut blended: Vec<u64> = weights
        .iter()
        .zip(inner)
        .map(|(&k, &z)| {
            let scaled = u128::from(k) * u128::from(DYADIC_ONE - steps) + u128::from(z) * u128::from(steps);
            // An average of two numbers of at most 2^53.
            u64::try_from(scaled / u128::from(DYADIC_ONE)).unwrap_or(0)
        })
        .collect();
    let left: u64 = DYADIC_ONE - blended.iter().sum::<u64>().min(DYADIC_ONE);
    if let Some(largest) = (0..inner.len()).max_by_key(|j| inner[*j]) {
        blended[largest] += left;
    }
    blended
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: u64 = DYADIC_ONE / 2;

    #[test]
    fn one_constraint_is_met_by_the_fewest_steps() {
        let mut weights = vec![HALF + 1, HALF - 1];
        assert!(shift(&[1, -1], &mut weights));
        assert_eq!(weights, [HALF, HALF]);
    }

    #[test]
    fn weight_leaves_a_defence_past_the_bound_if_no_other_has_room() {
        let mut weights = vec![3, DYADIC_ONE - 3, 0];
        assert!(shift(&[5, 0, 0], &mut weights));
        assert_eq!(weights, [0, DYADIC_ONE, 0]);
        assert!(!shift(&[5, 1], &mut [3, DYADIC_ONE - 3]), "no mix meets it");
    }

    #[test]
    fn a_blend_keeps_the_sum() {
        let blended = blend(&[HALF, HALF, 0], &[1, 2, DYADIC_ONE - 3], 1 << 10);
        assert_eq!(blended.iter().sum::<u64>(), DYADIC_ONE);
        assert!(blended[0] < HALF && blended[2] > 0);
    }
}
