//! Several victims (models under attack) and one mix of the defender.
//!
//! | concept | least over admissible `y` of | when right |
//! |---|---|---|
//! | [`robust`] | `max_k max_i (L^k y)_i` | the victim is unknown, harm counts alike |
//! | [`regret`] | `max_k max_i (L^k y)_i - v_k`, `v_k` the value for victim `k` alone | victims differ in difficulty |
//! | [`bayesian`] | `Σ_k p_k max_{i ∈ A_k} (L^k y)_i` | the attacker knows `k`, the defender its prior `p` only |
//!
//! Types of [`bayesian`] may be victims, or attackers of different knowledge: white, grey and black box are subsets of
//! the attacks of one table.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::{AttackId, Constraint, Game, LossMatrix, PayoffKind, Payoffs};

use super::answer::{Answer, Claim, solved};
use super::error::ConceptError;
use super::groups;
use crate::settings::Settings;

/// A type of attacker (or a victim that they know).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// What it is called.
    pub name: String,
    /// How probable it is, in [0, 1]; the priors sum to 1.
    pub prior: Rational,
    /// The losses that it can cause: its own attacks, the defences of all types.
    pub loss: LossMatrix,
}

impl Type {
    /// A type that knows some attacks of a table only; `None` without any, or if one is not of the table.
    #[must_use]
    pub fn knowing(name: &str, prior: Rational, loss: &LossMatrix, attacks: &[AttackId]) -> Option<Self> {
        if attacks.iter().any(|attack| attack.0 >= loss.attacks().len()) {
            return None;
        }
        let loss = loss.restricted(attacks, &loss.defence_ids().collect::<Vec<_>>())?;
        Some(Self { name: name.to_owned(), prior, loss })
    }
}

/// The answer for the least regret, and the values that regret is counted from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regret {
    /// The mix and its worst regret. The attacker's mix is over the rows of all victims, one after the other.
    pub answer: Answer,
    /// For each victim the interval of its value: a point where it was solved exactly. The regret is at most that from
    /// the lower ends, at least that from the upper ends.
    pub values: Vec<(Rational, Rational)>,
}

/// The mix with the least worst loss over all victims. The attacker's mix is over the rows of all victims, one after
/// the other.
///
/// # Errors
/// [`ConceptError`] if there is no victim, defences differ, or no mix is admissible.
pub fn robust(victims: &[LossMatrix], constraints: &[Constraint], settings: &Settings) -> Result<Answer, ConceptError> {
    let zeros = vec![Rational::ZERO; victims.len()];
    let game = Game { loss: stacked(victims, &zeros)?, constraints: constraints.to_vec() };
    Ok(Answer::of(solved(&game, settings)?, Claim::Robust))
}

/// The mix with the least worst regret over all victims.
///
/// # Errors
/// As [`robust`].
pub fn regret(victims: &[LossMatrix], constraints: &[Constraint], settings: &Settings) -> Result<Regret, ConceptError> {
    let value = |loss: &LossMatrix| {
        let found = solved(&Game { loss: loss.clone(), constraints: constraints.to_vec() }, settings)?;
        Ok::<_, ConceptError>((found.certificate.lower, found.certificate.upper))
    };
    let values = victims.iter().map(value).collect::<Result<Vec<_>, _>>()?;
    let ends = |pick: fn(&(Rational, Rational)) -> Rational| values.iter().map(pick).collect::<Vec<_>>();
    // From the lower ends: what the mix never exceeds. From the upper ends: what no mix falls below.
    let above = Game { loss: stacked(victims, &ends(|v| v.0.clone()))?, constraints: constraints.to_vec() };
    let mut answer = Answer::of(solved(&above, settings)?, Claim::Regret);
    let below = Game { loss: stacked(victims, &ends(|v| v.1.clone()))?, ..above };
    if let [attacker] = answer.attackers.as_slice() {
        answer.certificate.lower = saddlepoint_game::certificate::lower_bound(&below, attacker, &answer.multipliers)?;
    }
    Ok(Regret { answer, values })
}

/// The mix with the least expected loss against attackers who know their type. One attacker's mix per type.
///
/// # Errors
/// [`ConceptError`] if the priors are none, defences differ, or no mix is admissible.
pub fn bayesian(types: &[Type], constraints: &[Constraint], settings: &Settings) -> Result<Answer, ConceptError> {
    let first = types.first().ok_or(ConceptError::None("type"))?;
    if let Some(other) = types.iter().find(|other| other.loss.defences() != first.loss.defences()) {
        return Err(ConceptError::OtherDefences { what: "type", name: other.name.clone() });
    }
    let sum = types.iter().fold(Rational::ZERO, |sum, one| sum + &one.prior);
    let negative = types.iter().find(|one| one.prior < Rational::ZERO);
    if sum != Rational::ONE || negative.is_some() {
        let found = saddlepoint_game::rational::to_text(negative.map_or(&sum, |one| &one.prior));
        return Err(ConceptError::Range { what: "the priors", expected: "at least 0 and 1 in sum", found });
    }
    let groups = types.iter().map(|one| weighted(&one.loss, |_| one.prior.clone())).collect::<Result<Vec<_>, _>>()?;
    groups::solve(&groups, constraints, settings, Claim::Bayesian)
}

/// The losses with each column times a weight.
pub(super) fn weighted(loss: &LossMatrix, weight: impl Fn(usize) -> Rational) -> Result<LossMatrix, ConceptError> {
    let weights: Vec<_> = loss.defence_ids().map(|j| weight(j.0)).collect();
    let cells = loss.attack_ids().flat_map(|i| loss.defence_ids().map(move |j| (i, j)));
    let entries = cells.map(|(i, j)| &weights[j.0] * loss.loss(i, j)).collect();
    Ok(LossMatrix::from_checked(
        loss.attacks().clone(),
        loss.defences().clone(),
        Payoffs::new(entries),
        PayoffKind::Rational,
    )?)
}

/// The rows of all victims, one after the other, less one number per victim.
fn stacked(victims: &[LossMatrix], less: &[Rational]) -> Result<LossMatrix, ConceptError> {
    let first = victims.first().ok_or(ConceptError::None("victim"))?;
    let mut entries = Vec::new();
    let mut names = Vec::new();
    for (k, (loss, less)) in victims.iter().zip(less).enumerate() {
        if loss.defences() != first.defences() {
            return Err(ConceptError::OtherDefences { what: "victim", name: (k + 1).to_string() });
        }
        names.extend(loss.attacks().iter().map(|attack| format!("{}: {attack}", k + 1)));
        entries.extend(loss.payoffs().to_rationals().into_iter().map(|entry| entry - less));
    }
    let (payoffs, kind) = (Payoffs::new(entries), PayoffKind::Rational);
    Ok(LossMatrix::from_checked(names.into(), first.defences().clone(), payoffs, kind)?)
}
