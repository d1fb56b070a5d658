//! The two bounds where the defender plays on several channels at once, in exact arithmetic.
//!
//! With marginals `x^c` (each channel's sum to 1), attacker mix `p` and constraints `Σ_c c_k'x^c ≤ B_k`:
//!
//! ```text
//! upper = max_a Σ_c Σ_{d on c} L[a,d] x^c_d
//! lower = Σ_c min_{d on c} ( Σ_a p_a L[a,d] + Σ_k λ_k c_kd ) - Σ_k λ_k B_k      for λ ≥ 0
//! ```
//!
//! by the same weak duality as for one channel: the defender's best answer to prices is taken channel by channel.

use super::check::CertificateError;
use crate::constraint::{Game, Sense};
use crate::matrix::DefenceId;
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// The loss that marginals never exceed in expectation; `blocks` is the channel of each column.
///
/// # Errors
/// [`CertificateError`] if the length is wrong, a channel's marginals are no distribution, or a constraint is broken.
pub fn channel_upper(game: &Game, blocks: &[usize], marginals: &[Rational]) -> Result<Rational, CertificateError> {
    let columns = game.loss.defences().len();
    if marginals.len() != columns || blocks.len() != columns {
        return Err(CertificateError::Length { player: "defender", expected: columns, found: marginals.len() });
    }
    let mut sums = vec![Rational::ZERO; blocks.iter().max().map_or(0, |last| last + 1)];
    for (block, marginal) in blocks.iter().zip(marginals) {
        sums[*block] += marginal;
    }
    if sums.iter().any(|sum| *sum != Rational::ONE) || marginals.iter().any(|marginal| *marginal < Rational::ZERO) {
        return Err(CertificateError::NoDistribution);
    }
    for constraint in &game.constraints {
        let terms = constraint.coefficients.iter().zip(marginals).map(|(c, marginal)| c * marginal);
        let attained = terms.fold(Rational::ZERO, |sum, term| sum + term);
        let is_broken = match constraint.sense {
            Sense::Cap => attained > constraint.bound,
            Sense::Floor => attained < constraint.bound,
        };
        if is_broken {
            return Err(CertificateError::Inadmissible {
                constraint: constraint.name.clone(),
                sense: constraint.sense.as_str(),
                attained: crate::rational::to_text(&attained),
                bound: crate::rational::to_text(&constraint.bound),
            });
        }
    }
    let loss = |attack| {
        let terms = marginals.iter().enumerate().map(|(j, marginal)| game.loss.loss(attack, DefenceId(j)) * marginal);
        terms.fold(Rational::ZERO, |sum, term| sum + term)
    };
    Ok(game.loss.attack_ids().map(loss).max().unwrap_or(Rational::ZERO))
}

/// The loss that an attacker mix reaches in expectation against all admissible marginals.
///
/// # Errors
/// [`CertificateError`] if the shapes do not fit or a multiplier is negative.
pub fn channel_lower(
    game: &Game,
    blocks: &[usize],
    attacker: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<Rational, CertificateError> {
    let (rows, columns) = (game.loss.attacks().len(), game.loss.defences().len());
    if attacker.len() != rows {
        return Err(CertificateError::Length { player: "attacker", expected: rows, found: attacker.len() });
    }
    if blocks.len() != columns {
        return Err(CertificateError::Length { player: "defender", expected: columns, found: blocks.len() });
    }
    if multipliers.len() != game.constraints.len() {
        let (expected, found) = (game.constraints.len(), multipliers.len());
        return Err(CertificateError::Multipliers { expected, found });
    }
    let mut charge = Rational::ZERO;
    let mut losses = vec![Rational::ZERO; columns];
    for i in attacker.support() {
        let probability = attacker.probability(i);
        for (j, loss) in losses.iter_mut().enumerate() {
            *loss += game.loss.loss(crate::matrix::AttackId(i), DefenceId(j)) * &probability;
        }
    }
    for (constraint, multiplier) in game.constraints.iter().zip(multipliers) {
        if *multiplier < Rational::ZERO {
            return Err(CertificateError::NegativeMultiplier { constraint: constraint.name.clone() });
        }
        let price = match constraint.sense {
            Sense::Cap => multiplier.clone(),
            Sense::Floor => -multiplier,
        };
        charge += &price * &constraint.bound;
        for (loss, coefficient) in losses.iter_mut().zip(constraint.coefficients.iter()) {
            *loss += &price * coefficient;
        }
    }
    let channels = blocks.iter().max().map_or(0, |last| last + 1);
    let least = |channel: usize| {
        let own = blocks.iter().zip(&losses).filter(|(block, _)| **block == channel);
        own.map(|(_, loss)| loss).min().cloned().unwrap_or(Rational::ZERO)
    };
    Ok((0..channels).map(least).fold(Rational::ZERO, |sum, least| sum + least) - charge)
}
