//! [`tries`]: what an attacker with `k` tries gets, against a draw per try and against a draw per session.

use saddlepoint_game::concept::{attack_losses, tries as build};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{AttackId, Game, MixedStrategy};

use super::answer::solved;
use super::error::ConceptError;
use crate::settings::Settings;
use crate::solution::Solution;

/// Losses over `k` tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tries {
    /// How many.
    pub tries: u32,
    /// The mix that is optimal for one try, and its proof.
    pub once: Solution,
    /// One attack repeated against a fresh draw per try: `1 - (1 - v)^k` at the upper end of the value of one try. No
    /// mix does better, since that grows with the worst loss of one try.
    pub fresh: Rational,
    /// The worst choice of `k` attacks against one draw from the mix for one try.
    pub sticky: Rational,
    /// The attacks of that choice, ascending.
    pub choice: Vec<AttackId>,
    /// One attack repeated against one draw from the mix for one try; never above `fresh` (Jensen).
    pub repeated: Rational,
    /// The game of one draw and all choices of `k` attacks, solved anew.
    pub adapted: Solution,
}

/// Compares both kinds of draw, for the mix that is optimal for one try and for the one that is optimal for `k` tries
/// with one draw.
///
/// # Errors
/// [`ConceptError::Tries`] if a loss is no probability or there are too many choices; else as [`crate::solve`].
pub fn tries(game: &Game, tries: u32, settings: &Settings) -> Result<Tries, ConceptError> {
    let sticky_loss = build::sticky(&game.loss, tries)?;
    let once = solved(game, settings)?;
    let losses = attack_losses(&sticky_loss, &once.defender);
    let worst = losses.iter().max();
    let row = losses.iter().position(|loss| Some(loss) == worst).unwrap_or(0);
    let choice = choice(game.loss.attacks().len(), tries, row);
    let fresh = build::fresh(&once.certificate.upper, tries)?;
    let repeated = repeated(game, &once.defender, tries)?;
    let adapted = solved(&Game { loss: sticky_loss, constraints: game.constraints.clone() }, settings)?;
    let sticky = worst.cloned().unwrap_or(Rational::ZERO);
    Ok(Tries { tries, once, fresh, sticky, choice, repeated, adapted })
}

/// `max_i Σ_j y_j (1 - (1 - L[i][j])^k)`.
fn repeated(game: &Game, defender: &MixedStrategy, tries: u32) -> Result<Rational, ConceptError> {
    let mut worst = Rational::ZERO;
    for i in game.loss.attack_ids() {
        let mut sum = Rational::ZERO;
        for j in game.loss.defence_ids().filter(|j| !defender.probability(j.0).is_zero()) {
            sum += defender.probability(j.0) * build::fresh(&game.loss.loss(i, j), tries)?;
        }
        worst = saddlepoint_game::rational::max(worst, sum);
    }
    Ok(worst)
}

/// The multiset of a row, in the order in which the matrix has them.
fn choice(attacks: usize, tries: u32, row: usize) -> Vec<AttackId> {
    let mut chosen = vec![0_usize; tries as usize];
    for _ in 0..row {
        let Some(last) = chosen.iter().rposition(|i| i + 1 < attacks) else { break };
        let raised = chosen[last] + 1;
        chosen[last..].fill(raised);
    }
    chosen.into_iter().map(AttackId).collect()
}
