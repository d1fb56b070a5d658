//! Groups: the attacker maximises in each group by itself, the defender has one mix for all.
//!
//! With `L^g` the losses of group `g` (its rows are of this group only, the columns are the defences of all):
//!
//! ```text
//! minimise Σ_g max_i (L^g y)_i        over admissible y
//! upper = Σ_g max_i (L^g y)_i
//! lower = min_j ( Σ_g (x^g'L^g)_j + Σ_k λ_k (c_kj - B_k) )       for a mix x^g of each group and λ ≥ 0
//! ```
//!
//! One group of all attacks on all victims is the robust game. One group per attacker type, its losses times the prior,
//! is the game of an attacker who knows their type. One group per signal, its losses times the probability of the
//! signal given the defence, is the game of an attacker who sees signals of the draw.

use crate::certificate::{Certificate, CertificateError, certify, upper_bound};
use crate::concept::losses::{attack_losses, defence_losses};
use crate::constraint::{Constraint, Game};
use crate::matrix::{AttackId, LossMatrix, PayoffKind};
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// Proves an interval for `min_y Σ_g max_i (L^g y)_i`.
///
/// # Errors
/// [`CertificateError`] if a shape does not fit (every group has the defences of the first), a multiplier is negative,
/// or the defender's mix breaks a constraint.
pub fn certify_groups(
    groups: &[LossMatrix],
    constraints: &[Constraint],
    defender: &MixedStrategy,
    attackers: &[MixedStrategy],
    multipliers: &[Rational],
) -> Result<Certificate, CertificateError> {
    if groups.len() != attackers.len() {
        return Err(CertificateError::Length { player: "attacker", expected: groups.len(), found: attackers.len() });
    }
    let defences = defender.len();
    let mut upper = Rational::ZERO;
    let mut sums = charges(constraints, defences, multipliers)?;
    let mut payoffs = PayoffKind::Rational;
    for (loss, attacker) in groups.iter().zip(attackers) {
        let rows = loss.attacks().len();
        if attacker.len() != rows {
            return Err(CertificateError::Length { player: "attacker", expected: rows, found: attacker.len() });
        }
        upper += upper_bound(&Game { loss: loss.clone(), constraints: constraints.to_vec() }, defender)?;
        sums.iter_mut().zip(defence_losses(loss, attacker)).for_each(|(sum, loss)| *sum += loss);
        if loss.kind() == PayoffKind::Binary64 {
            payoffs = PayoffKind::Binary64;
        }
    }
    let lower = sums.into_iter().min().unwrap_or(Rational::ZERO);
    Ok(Certificate { lower, upper, payoffs })
}

/// Proves an interval for `min_y Σ_k p_k max_i (L^k y)_i` over types `k`, the rows of all types in one game, from a mix of
/// the attacker over all rows that gives each type its prior.
///
/// `types` are priors and rows, one type after the other. With the mix `p_k x^k` on type `k`, the lower end is that of
/// the plain game; the upper one takes the worst row of each type by itself.
///
/// # Errors
/// [`CertificateError::Types`] if the rows of the types are not those of the game, or a type does not act with its prior;
/// else as [`certify`](crate::certificate::certify).
pub fn certify_types(
    game: &Game,
    types: &[(Rational, std::ops::Range<usize>)],
    defender: &MixedStrategy,
    attacker: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<Certificate, CertificateError> {
    let Certificate { lower, payoffs, .. } = certify(game, attacker, defender, multipliers)?;
    let losses = attack_losses(&game.loss, defender);
    let (mut upper, mut next) = (Rational::ZERO, 0);
    for (position, (prior, rows)) in types.iter().enumerate() {
        let mass = rows.clone().fold(Rational::ZERO, |sum, i| sum + attacker.probability(i));
        let worst = losses.get(rows.clone()).and_then(|own| own.iter().max());
        match worst {
            Some(worst) if rows.start == next && mass == *prior => upper += prior * worst,
            _ => return Err(CertificateError::Types { position }),
        }
        next = rows.end;
    }
    if next == losses.len() {
        Ok(Certificate { lower, upper, payoffs })
    } else {
        Err(CertificateError::Types { position: types.len() })
    }
}

/// Proves that the rows of one victim are a game of a given value, by its own mixes and multipliers.
///
/// # Errors
/// [`CertificateError::Types`] if the rows are none of the game, or the mixes prove another value; else as
/// [`certify`](crate::certificate::certify).
pub fn certify_own_value(
    game: &Game,
    rows: std::ops::Range<usize>,
    value: &Rational,
    defender: &MixedStrategy,
    attacker: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<(), CertificateError> {
    let position = rows.start;
    let ids: Vec<_> = rows.map(AttackId).collect();
    let all: Vec<_> = game.loss.defence_ids().collect();
    let loss = game.loss.restricted(&ids, &all).ok_or(CertificateError::Types { position })?;
    let victim = Game { loss, constraints: game.constraints.clone() };
    let proof = certify(&victim, attacker, defender, multipliers)?;
    if proof.lower == *value && proof.upper == *value { Ok(()) } else { Err(CertificateError::Types { position }) }
}

/// What multipliers charge each defence, `Σ_k λ_k (c_kj - B_k)`.
///
/// # Errors
/// [`CertificateError`] if there is not one multiplier per constraint, or one is negative.
pub fn charges(
    constraints: &[Constraint],
    defences: usize,
    multipliers: &[Rational],
) -> Result<Vec<Rational>, CertificateError> {
    if multipliers.len() != constraints.len() {
        return Err(CertificateError::Multipliers { expected: constraints.len(), found: multipliers.len() });
    }
    let priced = || constraints.iter().zip(multipliers);
    if let Some((constraint, _)) = priced().find(|(_, multiplier)| **multiplier < Rational::ZERO) {
        return Err(CertificateError::NegativeMultiplier { constraint: constraint.name.clone() });
    }
    let charge = |j| priced().fold(Rational::ZERO, |sum, (constraint, price)| sum + price * constraint.excess(j));
    Ok((0..defences).map(charge).collect())
}
