//! Results of concepts that are more than a matrix game, by the bounds of [`crate::concept`].
//!
//! | concept | `certificate.upper` | `certificate.lower` |
//! |---|---|---|
//! | `bayesian` | `Σ_k p_k max_a (L^k y)_a` over types `k` | as for `mixed`, with each type's share of the attacker's mix its prior |
//! | `cvar` | `max x'L y` over mixes within the caps | as for `mixed`, with a mix within the caps |
//! | `quantal` | `(1/λ) log Σ_a m_a exp(λ (L y)_a)`, rounded up | as for `mixed`, less `KL(x ‖ m) / λ`, rounded down |
//! | `lexicographic` | as for `mixed` | as for `mixed` |
//! | `regret` | as for `mixed`, once each victim's own value, proved by its own mixes, is taken off | the same |

use super::{Checker, Ends};
use crate::certificate::check::{Certificate, certify};
use crate::certificate::claim::{Entry, QuantalClaim, TypeClaim};
use crate::certificate::rejection::{End, Rejection};
use crate::concept::{certify_capped, certify_own_value, certify_quantal, certify_types};
use crate::constraint::Game;
use crate::matrix::LossMatrix;
use crate::payoffs::Payoffs;
use crate::rational::Rational;
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
            "bayesian" => {
                let mut next = 0;
                let types = claim.types.iter().map(|kind| {
                    let rows = next..next + kind.attacks;
                    next = rows.end;
                    (kind.prior.clone(), rows)
                });
                let types: Vec<_> = types.collect();
                certify_types(game, &types, defender, attacker, &prices).map_err(|error| error.to_string())
            }
            "cvar" => match &claim.caps {
                Some(caps) => {
                    certify_capped(game, caps, attacker, defender, &prices).map_err(|error| error.to_string())
                }
                None => Err("there are no `caps`".to_owned()),
            },
            "quantal" => match &claim.quantal {
                Some(QuantalClaim { lambda, prior }) => {
                    MixedStrategy::exact(prior.clone()).map_err(|error| error.to_string()).and_then(|prior| {
                        certify_quantal(game, &prior, lambda, attacker, defender, &prices).map_err(|e| e.to_string())
                    })
                }
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

    /// Regret: each victim's own value is proved on its losses and taken off them; the mixes then prove the bounds.
    pub(super) fn regret(&mut self, ends: &Ends, attacker: Option<&MixedStrategy>, defender: Option<&MixedStrategy>) {
        let (claim, game) = (self.claim, &ends.high);
        let columns = game.loss.defences().len();
        let mut entries = game.loss.payoffs().to_rationals();
        let mut row = 0;
        for TypeClaim { name, attacks, own, .. } in &claim.types {
            let Some(own) = own else {
                return self.reject(Rejection::NoEvidence { what: "`types[].value_exact`" });
            };
            let rows = row..row + attacks;
            row = rows.end;
            let names = game.loss.attacks().get(rows.clone()).unwrap_or_default();
            let proof = mix(names, &own.attacker)
                .and_then(|attacker| Ok((attacker, mix(game.loss.defences(), &own.defender)?)))
                .and_then(|(attacker, defender)| {
                    certify_own_value(game, rows.clone(), &own.value, &defender, &attacker, &own.multipliers)
                        .map_err(|error| error.to_string())
                });
            if let Err(reason) = proof {
                return self.reject(Rejection::NoProof { reason: format!("the value of `{name}`: {reason}") });
            }
            let own_rows = entries.get_mut(rows.start * columns..rows.end * columns).into_iter().flatten();
            own_rows.for_each(|entry| *entry -= &own.value);
        }
        if row != game.loss.attacks().len() {
            return self
                .reject(Rejection::NoProof { reason: "the victims' rows are not those of the game".to_owned() });
        }
        let (attacks, defences) = (game.loss.attacks().clone(), game.loss.defences().clone());
        let Ok(loss) = LossMatrix::from_checked(attacks, defences, Payoffs::new(entries), game.loss.kind()) else {
            return;
        };
        let shifted = Game { loss, constraints: game.constraints.clone() };
        let prices: Vec<_> = claim.constraints.iter().map(|claimed| claimed.price_exact.clone()).collect();
        let upper = self.upper(&shifted, "`defender`", defender);
        let lower = self.lower(&shifted, "`constraints`", attacker, &prices);
        self.bound("certificate.upper", End::Upper, &claim.upper, upper);
        self.bound("certificate.lower", End::Lower, &claim.lower, lower);
    }
}

fn mix(names: &[String], entries: &[Entry]) -> Result<MixedStrategy, String> {
    let probability = |name: &String| {
        let entry = entries.iter().find(|entry| entry.name == *name);
        entry.map_or(Rational::ZERO, |entry| entry.exact.clone())
    };
    MixedStrategy::exact(names.iter().map(probability).collect()).map_err(|error| error.to_string())
}
