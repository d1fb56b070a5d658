//! Results of concepts that are more than a matrix game, by the bounds of [`crate::concept`].
//!
//! | concept | `certificate.upper` | `certificate.lower` |
//! |---|---|---|
//! | `bayesian` | `Σ_k p_k max_a (L^k y)_a` over types `k` | as for `mixed`, with each type's share of the attacker's mix its prior |
//! | `cvar` | `max x'L y` over mixes within the caps | as for `mixed`, with a mix within the caps |
//! | `quantal` | `(1/λ) log Σ_a m_a exp(λ (L y)_a)`, rounded up | as for `mixed`, less `KL(x ‖ m) / λ`, rounded down |
//! | `lexicographic` | as for `mixed` | as for `mixed` |
//! | `regret` | as for `mixed`, on the stored losses | and each victim's own value, which was taken off them |

use super::{Checker, Ends};
use crate::certificate::check::{Certificate, certify, lower_bound};
use crate::certificate::claim::{OwnValueClaim, QuantalClaim, TypeClaim};
use crate::certificate::rejection::{End, Rejection};
use crate::concept::{attack_losses, certify_capped, certify_quantal};
use crate::constraint::Game;
use crate::matrix::{AttackId, LossMatrix};
use crate::payoffs::Payoffs;
use crate::rational::{Rational, to_fraction};
use crate::strategy::MixedStrategy;

impl Checker<'_> {
    /// Judges the bounds of a concept; missing cells only for those that are monotone in them, which all of these are.
    pub(super) fn concept(&mut self, ends: &Ends, attacker: Option<&MixedStrategy>, defender: Option<&MixedStrategy>) {
        let claim = self.claim;
        let prices: Vec<_> = claim.constraints.iter().map(|claimed| claimed.price_exact.clone()).collect();
        let (Some(attacker), Some(defender)) = (attacker, defender) else { return };
        if claim.interval.is_some() {
            // Each end has mixes of its own, which a result of these concepts does not carry yet.
            return self.reject(Rejection::NoEvidence { what: "the mixes of both ends of the interval" });
        }
        let game = &ends.high;
        // Whatever the concept, the defender's mix must be admissible.
        if self.upper(game, "`defender`", Some(defender)).is_none() {
            return;
        }
        let proof = match claim.concept.as_str() {
            "bayesian" => self.bayesian(game, attacker, defender, &prices),
            "cvar" => match &claim.caps {
                Some(caps) => {
                    certify_capped(game, caps, attacker, defender, &prices).map_err(|error| error.to_string())
                }
                None => Err("there are no `caps`".to_owned()),
            },
            "quantal" => match &claim.quantal {
                Some(QuantalClaim { lambda, prior }) => MixedStrategy::exact(prior.clone())
                    .map_err(|error| error.to_string())
                    .and_then(|prior| {
                        certify_quantal(game, &prior, lambda, attacker, defender, &prices).map_err(|e| e.to_string())
                    }),
                None => Err("there is no `quantal`".to_owned()),
            },
            _ => certify(game, attacker, defender, &prices).map_err(|error| error.to_string()),
        };
        match proof {
            Ok(Certificate { lower, upper, .. }) => {
                self.bound("certificate.upper", End::Upper, &claim.upper, Some(upper));
                self.bound("certificate.lower", End::Lower, &claim.lower, Some(lower));
            }
            Err(reason) => self.reject(Rejection::NoProof { reason }),
        }
    }

    fn bayesian(
        &self,
        game: &Game,
        attacker: &MixedStrategy,
        defender: &MixedStrategy,
        prices: &[Rational],
    ) -> Result<Certificate, String> {
        let losses = attack_losses(&game.loss, defender);
        let (mut upper, mut row) = (Rational::ZERO, 0);
        for TypeClaim { name, prior, attacks, .. } in &self.claim.types {
            let own = losses.get(row..row + attacks).ok_or("the rows of the types are not those of the game")?;
            let mass = (row..row + attacks).fold(Rational::ZERO, |sum, i| sum + attacker.probability(i));
            if mass != *prior {
                return Err(format!("type `{name}` has the prior {} and acts with {}", to_fraction(prior), to_fraction(&mass)));
            }
            upper += prior * own.iter().max().ok_or("a type has no attack")?;
            row += attacks;
        }
        if row != losses.len() {
            return Err("the rows of the types are not those of the game".to_owned());
        }
        let lower = lower_bound(game, attacker, prices).map_err(|error| error.to_string())?;
        Ok(Certificate { lower, upper, payoffs: game.loss.kind() })
    }

    /// Each victim's own value, taken off its rows: `L^k = stored + v_k`, and `v_k` is proved by the victim's own mixes.
    pub(super) fn own_values(&mut self, ends: &Ends) {
        let game = &ends.high;
        let columns = game.loss.defences().len();
        let mut row = 0;
        for TypeClaim { name, attacks, own, .. } in &self.claim.types {
            let Some(own) = own else {
                return self.reject(Rejection::NoEvidence { what: "`types[].value_exact`" });
            };
            match own_value(game, row..row + attacks, columns, own) {
                Ok(proof) if proof.lower == own.value && proof.upper == own.value => {}
                Ok(proof) => {
                    let field = format!("types[{name}].value_exact");
                    let (claimed, recomputed) = (to_fraction(&own.value), to_fraction(&proof.value()));
                    self.reject(Rejection::WrongNumber { field, claimed, recomputed });
                }
                Err(reason) => self.reject(Rejection::NoProof { reason: format!("{name}: {reason}") }),
            }
            row += attacks;
        }
    }
}

fn own_value(
    game: &Game,
    rows: std::ops::Range<usize>,
    columns: usize,
    own: &OwnValueClaim,
) -> Result<Certificate, String> {
    let ids: Vec<_> = rows.map(AttackId).collect();
    let all: Vec<_> = game.loss.defence_ids().collect();
    let regret = game.loss.restricted(&ids, &all).ok_or("the rows of the victims are not those of the game")?;
    let entries: Vec<_> = regret.payoffs().to_rationals().iter().map(|entry| entry + &own.value).collect();
    debug_assert_eq!(entries.len(), ids.len() * columns);
    let (attacks, defences) = (regret.attacks().clone(), regret.defences().clone());
    let loss = LossMatrix::from_checked(attacks, defences, Payoffs::new(entries), regret.kind());
    let loss = loss.map_err(|error| error.to_string())?;
    let mix = |names: &[String], entries: &[crate::certificate::claim::Entry]| {
        let probability = |name: &String| {
            let entry = entries.iter().find(|entry| entry.name == *name);
            entry.map_or(Rational::ZERO, |entry| entry.exact.clone())
        };
        MixedStrategy::exact(names.iter().map(probability).collect()).map_err(|error| error.to_string())
    };
    let (attacker, defender) = (mix(loss.attacks(), &own.attacker)?, mix(loss.defences(), &own.defender)?);
    let victim = Game { loss, constraints: game.constraints.clone() };
    certify(&victim, &attacker, &defender, &own.multipliers).map_err(|error| error.to_string())
}
