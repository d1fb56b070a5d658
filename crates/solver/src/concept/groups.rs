//! [`grouped`]: one mix of the defender, an attacker who maximises in each of several groups by itself.
//!
//! `min_y Σ_g max_i (L^g y)_i` ([`saddlepoint_game::concept::certify_groups`]) as one game: write the worst loss of
//! group `g`, with `G` groups and `W` the sum, as `w_g = (W - θ_g) / G`, so that `Σ_g θ_g = 0`. Rows `G L^g y + θ_g ≤
//! W`, and `θ_g = M (G z_g - 1)` for a mix `z` of the groups (`blocks.rs`). Losses of a group are shifted to start at
//! 0; then `θ_g > -M` at the optimum for any `M` above `G` times their range, so that every optimal attacker plays each
//! group with probability `1 / G`.

use saddlepoint_game::concept::{attack_losses, certify_groups};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Constraint, Game, LossMatrix, MixedStrategy};

use super::answer::{Answer, Claim, solved};
use super::blocks;
use super::error::ConceptError;
use crate::settings::Settings;

/// Solves `min_y Σ_g max_i (L^g y)_i` under constraints on `y`. Every group has its own attacks (rows) and the same
/// defences (columns); losses are weighted already, by a prior for example.
///
/// # Errors
/// [`ConceptError`] if there is no group, defences differ, or no mix is admissible.
pub fn grouped(groups: &[LossMatrix], constraints: &[Constraint], settings: &Settings) -> Result<Answer, ConceptError> {
    solve(groups, constraints, settings, Claim::Groups)
}

pub(super) fn solve(
    groups: &[LossMatrix],
    constraints: &[Constraint],
    settings: &Settings,
    claim: Claim,
) -> Result<Answer, ConceptError> {
    let first = groups.first().ok_or(ConceptError::None("group"))?;
    let n = first.defences().len();
    if let Some(other) = groups.iter().find(|other| other.defences().len() != n) {
        return Err(ConceptError::Count { what: "defences", expected: n, found: other.defences().len() });
    }
    if let [only] = groups {
        let game = Game { loss: only.clone(), constraints: constraints.to_vec() };
        return Ok(Answer::of(solved(&game, settings)?, claim));
    }
    let count = Rational::from(groups.len());
    let extremes: Vec<_> = groups.iter().map(range).collect();
    let widest = extremes.iter().map(|(_, range)| range).max().cloned().unwrap_or(Rational::ZERO);
    let large = if widest.is_zero() { Rational::ONE } else { Rational::from(2) * &count * widest };
    let theta = |g: usize, own: usize| if g == own { &large * (&count - Rational::ONE) } else { -&large };
    let mut rows = Vec::new();
    for (g, (loss, (least, _))) in groups.iter().zip(&extremes).enumerate() {
        let second: Vec<_> = (0..groups.len()).map(|own| theta(g, own)).collect();
        for i in loss.attack_ids() {
            rows.push((
                loss.defence_ids().map(|j| &count * (loss.loss(i, j) - least)).collect::<Vec<_>>(),
                second.clone(),
            ));
        }
    }
    let solved = blocks::solve(&rows, constraints, settings)?;
    let (mut attackers, mut start) = (Vec::new(), 0);
    for loss in groups {
        let rows = loss.attacks().len();
        attackers.push(conditional(&solved.attacker, start, loss, &solved.defender)?);
        start += rows;
    }
    let certificate = certify_groups(groups, constraints, &solved.defender, &attackers, &solved.multipliers)?;
    Ok(Answer {
        claim,
        defender: solved.defender,
        attackers,
        multipliers: solved.multipliers,
        certificate,
        status: solved.status,
        iterations: solved.iterations,
    })
}

/// The attacker's mix given the group; the first best attack in a group that is never played.
fn conditional(
    all: &MixedStrategy,
    start: usize,
    loss: &LossMatrix,
    defender: &MixedStrategy,
) -> Result<MixedStrategy, ConceptError> {
    let weights: Vec<_> = (0..loss.attacks().len()).map(|i| all.probability(start + i)).collect();
    let mass = weights.iter().fold(Rational::ZERO, |sum, weight| sum + weight);
    if !mass.is_zero() {
        return Ok(MixedStrategy::exact(weights.into_iter().map(|weight| weight / &mass).collect())?);
    }
    let losses = attack_losses(loss, defender);
    let most = losses.iter().max();
    let best = losses.iter().position(|loss| Some(loss) == most).unwrap_or(0);
    Ok(MixedStrategy::pure(losses.len(), best)?)
}

/// The least loss and the range.
pub(super) fn range(loss: &LossMatrix) -> (Rational, Rational) {
    let entries = loss.payoffs().to_rationals();
    let (least, most) = (entries.iter().min(), entries.iter().max());
    match (least, most) {
        (Some(least), Some(most)) => (least.clone(), most - least),
        _ => (Rational::ZERO, Rational::ZERO),
    }
}
