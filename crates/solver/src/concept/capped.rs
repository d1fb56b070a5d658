//! [`capped`]: an attacker who cannot put more than a cap on each attack; [`cvar`]: caps from a prior.
//!
//! By duality, `max { x'l : x ≤ c } = min over t, s ≥ 0 with s_i ≥ l_i - t of t + c's`. With `W = t + c's` that is the
//! rows `(L y)_i - s_i + c's ≤ W`, and `s = R z` for a mix `z` of the attacks and of nothing (`blocks.rs`): at some
//! optimum no `s_i` exceeds the range of the losses, so `R` twice the range times the number of attacks leaves `z`
//! room, and every optimal attacker stays within the caps. A mix found in doubles may exceed them by rounding: what is
//! above moves to where there is room.

use saddlepoint_game::concept::{CapError, certify_capped, check_caps};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{Game, MixedStrategy};

use super::answer::{Answer, Claim, solved};
use super::blocks;
use super::error::ConceptError;
use super::groups::range;
use crate::settings::Settings;

/// The best mix against an attacker who plays attack `i` with probability at most `caps[i]`.
///
/// # Errors
/// [`ConceptError::Cap`] unless there is one cap per attack, at least 0, at least 1 in sum; else as [`crate::solve`].
pub fn capped(game: &Game, caps: &[Rational], settings: &Settings) -> Result<Answer, ConceptError> {
    let m = game.loss.attacks().len();
    check_caps(m, caps)?;
    if caps.iter().all(|cap| *cap >= Rational::ONE) {
        return Ok(Answer::of(solved(game, settings)?, Claim::Capped));
    }
    let (_, width) = range(&game.loss);
    let room = if width.is_zero() { Rational::ONE } else { Rational::from(2 * m) * width };
    let row = |i: usize| {
        let losses = game.loss.defence_ids().map(|j| game.loss.loss(saddlepoint_game::AttackId(i), j)).collect();
        let own = |b: usize| if b == i { &caps[b] - Rational::ONE } else { caps[b].clone() };
        (losses, (0..m).map(|b| &room * own(b)).chain([Rational::ZERO]).collect())
    };
    let solved = blocks::solve(&(0..m).map(row).collect::<Vec<_>>(), &game.constraints, settings)?;
    let attacker = within(&solved.attacker, caps)?;
    let certificate = certify_capped(game, caps, &attacker, &solved.defender, &solved.multipliers)?;
    Ok(Answer {
        claim: Claim::Capped,
        defender: solved.defender,
        attackers: vec![attacker],
        multipliers: solved.multipliers,
        certificate,
        status: solved.status,
        iterations: solved.iterations,
    })
}

/// [`capped`] with caps `prior_i / (1 - β)`: the conditional value at risk of level `beta` over attacks. At 0 the
/// attacker plays the prior, at 1 there is no cap.
///
/// # Errors
/// As [`capped`], and if `beta` is not in [0, 1] or the prior is not one probability per attack.
pub fn cvar(game: &Game, prior: &MixedStrategy, beta: &Rational, settings: &Settings) -> Result<Answer, ConceptError> {
    let m = game.loss.attacks().len();
    if *beta < Rational::ZERO || *beta > Rational::ONE {
        let found = rational::to_text(beta);
        return Err(ConceptError::Range { what: "beta", expected: "in [0, 1]", found });
    }
    if prior.len() != m {
        return Err(CapError::Length { expected: m, found: prior.len() }.into());
    }
    let rest = Rational::ONE - beta;
    let cap = |p: Rational| if rest.is_zero() { Rational::ONE } else { p / &rest };
    capped(game, &prior.probabilities().into_iter().map(cap).collect::<Vec<_>>(), settings)
}

/// The mix with what exceeds a cap moved to the first attacks with room.
fn within(mix: &MixedStrategy, caps: &[Rational]) -> Result<MixedStrategy, ConceptError> {
    let mut probabilities = mix.probabilities();
    let mut excess = Rational::ZERO;
    for (p, cap) in probabilities.iter_mut().zip(caps) {
        if *p > *cap {
            excess += &*p - cap;
            p.clone_from(cap);
        }
    }
    for (p, cap) in probabilities.iter_mut().zip(caps) {
        let share = rational::min(excess.clone(), cap - &*p);
        excess -= &share;
        *p += share;
    }
    Ok(MixedStrategy::exact(probabilities)?)
}
