//! A quantal (soft) attacker: the better an attack, the likelier it is, but none is certain.
//!
//! Against losses `l = L y`, an attacker of rationality `μ` and prior `m` plays attack `i` with probability in
//! proportion to `m_i exp(μ l_i)` (`McKelvey` and Palfrey, "Quantal response equilibria for normal form games", 1995).
//! The certainty equivalent of what they get lies between the mean (`μ → 0`) and the worst loss (`μ → ∞`):
//!
//! ```text
//! f(y) = (1/μ) log Σ_i m_i exp(μ (L y)_i) = max over mixes x of  x'L y - KL(x ‖ m) / μ
//! ```
//!
//! The second form (Donsker and Varadhan, 1975) makes any mix of the attacker, with any `λ ≥ 0`, a lower bound:
//!
//! ```text
//! upper = f(y)          lower = min_j ( (x'L)_j + Σ_k λ_k (c_kj - B_k) ) - KL(x ‖ m) / μ
//! ```
//!
//! Logarithms are enclosed by rationals (`fixed_point.rs`), so both bounds hold exactly; they are rounded outward by
//! less than 1e-30.

use crate::certificate::{Certificate, CertificateError, lower_bound, upper_bound};
use crate::concept::fixed_point::{exp_minus_above, ln};
use crate::concept::losses::attack_losses;
use crate::constraint::Game;
use crate::rational::{self, Rational};
use crate::strategy::MixedStrategy;

/// Why numbers are no quantal attacker, or prove nothing about one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantalError {
    /// The rationality must be positive.
    #[error("the rationality must be above 0; found {0}")]
    Rationality(String),
    /// There must be one positive weight per attack.
    #[error("the prior needs a positive weight for each of {attacks} attacks")]
    Prior {
        /// Attacks of the game.
        attacks: usize,
    },
    /// As for the plain game.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// Checks rationality and prior (positive weights, one per attack, that sum to 1 as every mix does).
///
/// # Errors
/// [`QuantalError`] says which is wrong.
pub fn check_prior(attacks: usize, prior: &MixedStrategy, rationality: &Rational) -> Result<(), QuantalError> {
    if *rationality <= Rational::ZERO {
        return Err(QuantalError::Rationality(rational::to_text(rationality)));
    }
    if prior.len() != attacks || prior.support().len() != attacks {
        return Err(QuantalError::Prior { attacks });
    }
    Ok(())
}

/// Proves an interval for `min_y f(y)` over admissible mixes.
///
/// # Errors
/// [`QuantalError`] if rationality or prior are none, or the mixes do not fit the game.
pub fn certify_quantal(
    game: &Game,
    prior: &MixedStrategy,
    rationality: &Rational,
    attacker: &MixedStrategy,
    defender: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<Certificate, QuantalError> {
    check_prior(game.loss.attacks().len(), prior, rationality)?;
    let worst = upper_bound(game, defender)?;
    let mass = attack_losses(&game.loss, defender).iter().enumerate().fold(Rational::ZERO, |sum, (i, loss)| {
        sum + prior.probability(i) * exp_minus_above(&(rationality * (&worst - loss)))
    });
    let none = || QuantalError::Rationality(rational::to_text(rationality));
    let (_, log_mass) = ln(&mass).ok_or_else(none)?;
    let upper = worst + log_mass / rationality;
    let mut divergence = Rational::ZERO;
    for i in attacker.support() {
        let (p, m) = (attacker.probability(i), prior.probability(i));
        let (_, log) = ln(&(&p / m)).ok_or_else(none)?;
        divergence += p * log;
    }
    let lower = lower_bound(game, attacker, multipliers)? - divergence / rationality;
    Ok(Certificate { lower, upper, payoffs: game.loss.kind() })
}
