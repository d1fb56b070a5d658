//! A capped attacker: no attack may carry more than its share.
//!
//! With caps `c_i ≥ 0`, `Σ_i c_i ≥ 1`:
//!
//! ```text
//! minimise max { x'L y : x a mix, x ≤ c }        over admissible y
//! upper = that maximum for the defender's mix: the largest losses first, each up to its cap
//! lower = min_j ( (x'L)_j + Σ_k λ_k (c_kj - B_k) )      for an attacker's mix x ≤ c and λ ≥ 0
//! ```
//!
//! Caps `prior_i / (1 - β)` make the maximum the conditional value at risk of level `β` under the prior (Rockafellar
//! and Uryasev, "Optimization of conditional value-at-risk", 2000): the mean of the worst `1 - β` of the attacks.

use crate::certificate::{Certificate, CertificateError, lower_bound, upper_bound};
use crate::concept::losses::attack_losses;
use crate::constraint::Game;
use crate::rational::{self, Rational};
use crate::strategy::MixedStrategy;

/// Why caps or a capped attacker prove nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CapError {
    /// There must be one cap per attack.
    #[error("{found} caps for {expected} attacks")]
    Length {
        /// Attacks of the game.
        expected: usize,
        /// Caps given.
        found: usize,
    },
    /// A cap below zero.
    #[error("the cap of attack {attack} is negative")]
    Negative {
        /// Row, from 0.
        attack: usize,
    },
    /// The caps leave no room for a mix.
    #[error("the caps sum to {sum}, less than 1: no mix of the attacks fits")]
    Sum {
        /// The exact sum.
        sum: String,
    },
    /// The attacker's mix exceeds a cap.
    #[error("the attacker plays attack {attack} with {probability}, above its cap {cap}")]
    Exceeded {
        /// Row, from 0.
        attack: usize,
        /// Its probability, exact.
        probability: String,
        /// Its cap, exact.
        cap: String,
    },
    /// As for the game without caps.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

/// Checks that caps leave room for a mix.
///
/// # Errors
/// [`CapError`] if their number is wrong, one is negative, or they sum to less than 1.
pub fn check_caps(attacks: usize, caps: &[Rational]) -> Result<(), CapError> {
    if caps.len() != attacks {
        return Err(CapError::Length { expected: attacks, found: caps.len() });
    }
    if let Some(attack) = caps.iter().position(|cap| *cap < Rational::ZERO) {
        return Err(CapError::Negative { attack });
    }
    let sum = caps.iter().fold(Rational::ZERO, |sum, cap| sum + cap);
    if sum < Rational::ONE {
        return Err(CapError::Sum { sum: rational::to_text(&sum) });
    }
    Ok(())
}

/// `max { x'losses : x a mix, x ≤ caps }`, and a mix that attains it: the largest losses first, ties to the lowest
/// index.
///
/// # Errors
/// As [`check_caps`].
pub fn heaviest(losses: &[Rational], caps: &[Rational]) -> Result<(Rational, Vec<Rational>), CapError> {
    check_caps(losses.len(), caps)?;
    let mut order: Vec<_> = (0..losses.len()).collect();
    order.sort_by(|a, b| losses[*b].cmp(&losses[*a]));
    let (mut room, mut worst, mut mix) = (Rational::ONE, Rational::ZERO, vec![Rational::ZERO; losses.len()]);
    for i in order {
        let share = rational::min(room.clone(), caps[i].clone());
        worst += &share * &losses[i];
        room -= &share;
        mix[i] = share;
    }
    Ok((worst, mix))
}

/// Proves an interval for the value against an attacker whose mix stays below the caps.
///
/// # Errors
/// [`CapError`] if the caps are none, the attacker's mix exceeds one, or the mixes do not fit the game.
pub fn certify_capped(
    game: &Game,
    caps: &[Rational],
    attacker: &MixedStrategy,
    defender: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<Certificate, CapError> {
    check_caps(game.loss.attacks().len(), caps)?;
    // Length and constraints of the defender's mix.
    upper_bound(game, defender)?;
    let lower = lower_bound(game, attacker, multipliers)?;
    let above = attacker.support().into_iter().find(|i| caps.get(*i).is_none_or(|cap| attacker.probability(*i) > *cap));
    if let Some(attack) = above {
        let text = |number: Option<&Rational>| number.map_or_else(String::new, rational::to_text);
        let probability = rational::to_text(&attacker.probability(attack));
        return Err(CapError::Exceeded { attack, probability, cap: text(caps.get(attack)) });
    }
    let (upper, _) = heaviest(&attack_losses(&game.loss, defender), caps)?;
    Ok(Certificate { lower, upper, payoffs: game.loss.kind() })
}
