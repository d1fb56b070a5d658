//! [`general_sum`]: an attacker with costs of their own, who may also not attack.
//!
//! The defender commits to a mix, the attacker gains `L[i][j] - w c[i][j]` and answers best, ties in the defender's
//! favour: a strong Stackelberg equilibrium ([`crate::stackelberg`]). One more response, "no attack", gains 0 and loses
//! the defender nothing; where it is the best one, the defender deters.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{AttackId, Bimatrix, LossMatrix};

use super::error::ConceptError;
use crate::settings::Settings;
use crate::stackelberg::{self, Commitment};

/// What an attack costs the attacker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttackerCost {
    /// The same against every defence: one number per attack.
    PerAttack(Vec<Rational>),
    /// One number per cell, row by row.
    PerCell(Vec<Rational>),
}

/// The best commitment against an attacker with costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deterrence {
    /// The game of both: the leader's strategies are the defences, the follower's the attacks and, last, not to attack.
    pub game: Bimatrix,
    /// The commitment, with its proof.
    pub commitment: Commitment,
    /// The attacker's answer; `None` if they are deterred.
    pub attack: Option<AttackId>,
}

impl Deterrence {
    /// The defender's loss: 0 if the attacker is deterred.
    #[must_use]
    pub fn loss(&self) -> Rational {
        -&self.commitment.lower
    }

    /// Whether the best answer is not to attack.
    #[must_use]
    pub fn deterred(&self) -> bool {
        self.attack.is_none()
    }
}

/// Name of the response that is no attack.
const NO_ATTACK: &str = "no attack";

/// Finds the best commitment against an attacker who gains the loss less `weight` times the cost. With `outside`, they
/// may also not attack.
///
/// # Errors
/// [`ConceptError::Count`] if there is not one cost per attack or per cell; else as [`stackelberg::solve`].
pub fn general_sum(
    loss: &LossMatrix,
    cost: &AttackerCost,
    weight: &Rational,
    outside: bool,
    settings: &Settings,
) -> Result<Deterrence, ConceptError> {
    let (m, n) = (loss.attacks().len(), loss.defences().len());
    let (expected, costs) = match cost {
        AttackerCost::PerAttack(costs) => (m, costs),
        AttackerCost::PerCell(costs) => (m * n, costs),
    };
    if costs.len() != expected {
        return Err(ConceptError::Count { what: "costs of the attacker", expected, found: costs.len() });
    }
    let cost = |i: usize, j: usize| match cost {
        AttackerCost::PerAttack(costs) => &costs[i],
        AttackerCost::PerCell(costs) => &costs[i * n + j],
    };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for j in loss.defence_ids() {
        for i in loss.attack_ids() {
            let lost = loss.loss(i, j);
            second.push(&lost - weight * cost(i.0, j.0));
            first.push(-lost);
        }
        if outside {
            first.push(Rational::ZERO);
            second.push(Rational::ZERO);
        }
    }
    let names = loss.attacks().iter().cloned().chain(outside.then(|| NO_ATTACK.to_owned())).collect();
    let game = Bimatrix::new(loss.defences().clone(), names, first, second)?;
    let commitment = stackelberg::solve(&game, settings)?;
    let attack = Some(AttackId(commitment.response)).filter(|attack| attack.0 < m);
    Ok(Deterrence { game, commitment, attack })
}
