//! [`verify`]: is a stored result true?
//!
//! Everything is recomputed from the losses and the exact mixes, by the bounds of [`check`](super::check):
//!
//! | concept | `certificate.upper` | `certificate.lower` |
//! |---|---|---|
//! | `mixed`, `robust`, `coverage` | `max_i (L y)_i`, y admissible | `min_j ((x'L)_j + Σ_k λ_k (c_kj - B_k))`, λ ≥ 0 |
//! | `regret`, `bayesian`, `cvar`, `quantal`, `lexicographic` | see `verify/concepts.rs` | and there |
//! | `pure` | least worst loss of an allowed defence | the same |
//! | `stackelberg` | [`commitment_upper`](super::commitment_upper) | [`commitment_lower`](super::commitment_lower) |
//!
//! With missing cells, `L` is the matrix with all of them at their upper ends for `upper`, at their lower ends for
//! `lower`. Where the defender plays on several channels at once, [`channel_upper`](super::channel_upper) and
//! [`channel_lower`](super::channel_lower) take the place of the two formulas. Any other concept is rejected: a result that
//! cannot be checked is not believed.

mod channels;
mod concepts;
mod doubles;
mod general_sum;
mod searched;
#[cfg(test)]
mod tests;

pub use general_sum::verify_commitment;
pub use searched::verify_searched;

use std::collections::{HashMap, HashSet};

use crate::constraint::{Constraint, Game};
use crate::matrix::{LossMatrix, Names};
use crate::plain::json::digest_interval;
use crate::rational::{self, Rational, to_fraction};
use crate::strategy::{DYADIC_ONE, MixedStrategy};

use super::check::{CertificateError, certify_pure, lower_bound, upper_bound};
use super::claim::{Cell, Claim, Entry, IntervalClaim};
use super::rejection::{End, Rejection, Strength};

/// Concepts whose answer is the value of the stored matrix.
const MATRIX_CONCEPTS: [&str; 3] = ["mixed", "robust", "coverage"];

/// A game built again from its scenario, to hold a result against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GameInput {
    /// The losses, every missing one at its lower end.
    pub lower: LossMatrix,
    /// The losses, every missing one at its upper end; the same names as `lower`.
    pub upper: LossMatrix,
    /// Limits on the defender's mix.
    pub constraints: Vec<Constraint>,
}

impl From<Game> for GameInput {
    /// A game without missing losses.
    fn from(game: Game) -> Self {
        Self { lower: game.loss.clone(), upper: game.loss, constraints: game.constraints }
    }
}

/// Everything that is wrong with a stored result; nothing if it is proved.
///
/// The losses are those of the result; a result without them needs `rebuilt`. Where `rebuilt` is given, the result must be
/// of that very game: same digest, same constraints.
///
/// # Complexity
/// Two exact matrix-vector products, four with missing losses.
#[must_use]
pub fn verify(claim: &Claim, rebuilt: Option<&GameInput>) -> Vec<Rejection> {
    if claim.is_commitment() && rebuilt.is_none() {
        return verify_commitment(claim, None);
    }
    let mut checker = Checker { claim, rejections: Vec::new() };
    checker.rebuilt_is_the_same(rebuilt);
    if let Some(ends) = checker.games(rebuilt) {
        checker.check(&ends);
    }
    checker.rejections
}

/// The game at both ends of its missing losses; twice the same if none is missing.
struct Ends {
    low: Game,
    high: Game,
    attacks: HashMap<String, usize>,
    defences: HashMap<String, usize>,
}

struct Checker<'a> {
    claim: &'a Claim,
    rejections: Vec<Rejection>,
}

impl Checker<'_> {
    fn reject(&mut self, rejection: Rejection) {
        self.rejections.push(rejection);
    }

    fn rebuilt_is_the_same(&mut self, rebuilt: Option<&GameInput>) {
        let Some(rebuilt) = rebuilt else { return };
        match digest_interval(&rebuilt.lower, &rebuilt.upper) {
            Some(digest) => self.digest_is("the rebuilt game", digest),
            None => self.reject(Rejection::NoGame { reason: "its two ends have different names".to_owned() }),
        }
        let claimed = || self.claim.constraints.iter().map(|claimed| &claimed.constraint);
        let mut pairs = claimed().zip(&rebuilt.constraints);
        let first = match pairs.find(|(claimed, rebuilt)| claimed != rebuilt) {
            Some((claimed, _)) => Some(claimed),
            None => claimed().nth(rebuilt.constraints.len()).or(rebuilt.constraints.get(claimed().count())),
        };
        if let Some(first) = first.map(|constraint| constraint.name.clone()) {
            self.reject(Rejection::OtherConstraints { first });
        }
    }

    fn digest_is(&mut self, of: &'static str, recomputed: String) {
        if recomputed != self.claim.digest {
            self.reject(Rejection::OtherGame { of, claimed: self.claim.digest.clone(), recomputed });
        }
    }

    /// The game that the bounds are recomputed for.
    fn games(&mut self, rebuilt: Option<&GameInput>) -> Option<Ends> {
        let (low, high) = match (&self.claim.loss, rebuilt) {
            (Some(loss), _) => self.stored(loss)?,
            (None, Some(rebuilt)) => (rebuilt.lower.clone(), rebuilt.upper.clone()),
            (None, None) => {
                self.reject(Rejection::NoEvidence { what: "`game.loss`, and the game was not rebuilt" });
                return None;
            }
        };
        let defences = low.defences().len();
        let sizes = [
            ("`game.attacks`", low.attacks().len(), self.claim.attacks),
            ("`game.defences`", defences, self.claim.defences),
        ];
        let mut fits = true;
        for (what, expected, found) in sizes {
            fits &= self.count_is(what, expected, found);
        }
        for claimed in &self.claim.constraints {
            let what = format!("coefficients of constraint `{}`", claimed.constraint.name);
            fits &= self.count_is(&what, defences, claimed.constraint.coefficients.len());
        }
        if !fits {
            return None;
        }
        let constraints: Vec<_> = self.claim.constraints.iter().map(|claimed| claimed.constraint.clone()).collect();
        let positions = |names: &Names| names.iter().cloned().enumerate().map(|(k, name)| (name, k)).collect();
        Some(Ends {
            attacks: positions(low.attacks()),
            defences: positions(low.defences()),
            low: Game { loss: low, constraints: constraints.clone() },
            high: Game { loss: high, constraints },
        })
    }

    fn count_is(&mut self, what: &str, expected: usize, found: usize) -> bool {
        if expected != found {
            self.reject(Rejection::Shape { what: what.to_owned(), expected, found });
        }
        expected == found
    }

    /// The stored losses at both ends, if they make a game.
    fn stored(&mut self, loss: &[Vec<Cell>]) -> Option<(LossMatrix, LossMatrix)> {
        let attacks: Names = self.claim.attacker.iter().map(|entry| entry.name.clone()).collect();
        let Some(defences) = self.defence_names() else {
            self.reject(Rejection::NoEvidence { what: "`game.defence_names`" });
            return None;
        };
        let mut fits = self.count_is("`attacker`", loss.len(), attacks.len());
        for (i, row) in loss.iter().enumerate() {
            fits &= self.count_is(&format!("losses in row {}", i + 1), defences.len(), row.len());
        }
        if !fits {
            return None;
        }
        let cells = || loss.iter().flatten();
        if let Some(position) = cells().position(|cell| cell.lower.1 > cell.upper.1) {
            let (i, j) = (position / defences.len(), position % defences.len());
            let reason = format!("the ends of the missing loss of `{}` and `{}` are reversed", attacks[i], defences[j]);
            self.reject(Rejection::NoGame { reason });
            return None;
        }
        let matrix = |end: fn(&Cell) -> &(String, Rational)| {
            let entries = cells().map(|cell| end(cell).1.clone()).collect();
            let written = cells().map(|cell| end(cell).0.clone()).collect();
            LossMatrix::new(attacks.clone(), defences.clone(), entries).map(|matrix| matrix.with_written(written))
        };
        match (matrix(|cell| &cell.lower), matrix(|cell| &cell.upper)) {
            (Ok(low), Ok(high)) => {
                if let Some(digest) = digest_interval(&low, &high) {
                    self.digest_is("the stored losses", digest);
                }
                Some((low, high))
            }
            (Err(error), _) | (_, Err(error)) => {
                self.reject(Rejection::NoGame { reason: error.to_string() });
                None
            }
        }
    }

    /// `game.defence_names`, or the names of the marginals where each pure strategy is one defence.
    fn defence_names(&self) -> Option<Names> {
        match &self.claim.defence_names {
            Some(names) => Some(names.clone().into()),
            None if self.claim.marginals.is_empty() => None,
            None => Some(self.claim.marginals.iter().map(|marginal| marginal.name.clone()).collect()),
        }
    }

    fn check(&mut self, ends: &Ends) {
        let claim = self.claim;
        self.certificate_doubles();
        if let Some(channels) = &claim.defence_channels {
            if self.count_is("`game.defence_channels`", ends.defences.len(), channels.len()) {
                let mut known: Vec<&String> = Vec::new();
                let blocks: Vec<_> = channels
                    .iter()
                    .map(|channel| {
                        known.iter().position(|other| *other == channel).unwrap_or_else(|| {
                            known.push(channel);
                            known.len() - 1
                        })
                    })
                    .collect();
                if MATRIX_CONCEPTS.contains(&claim.concept.as_str()) {
                    self.constraint_numbers(None);
                    self.channels(ends, &blocks);
                } else {
                    self.reject(Rejection::UnknownConcept { concept: claim.concept.clone() });
                }
            }
            return;
        }
        let attacker = self.attacker_mix("`attacker`", &claim.attacker, ends);
        let defender = self.defender_mix("`defender`", &claim.defender, ends);
        self.marginal_doubles();
        self.constraint_numbers(defender.as_ref());
        if claim.interval.is_none() && has_missing(ends) {
            return self.reject(Rejection::NoEvidence { what: "`interval`, though losses are missing" });
        }
        match (claim.concept.as_str(), &claim.interval) {
            (concept, None) if MATRIX_CONCEPTS.contains(&concept) => {
                let prices: Vec<_> = claim.constraints.iter().map(|claimed| claimed.price_exact.clone()).collect();
                let upper = self.upper(&ends.high, "`defender`", defender.as_ref());
                let lower = self.lower(&ends.low, "`constraints`", attacker.as_ref(), &prices);
                self.bound("certificate.upper", End::Upper, &claim.upper, upper);
                self.bound("certificate.lower", End::Lower, &claim.lower, lower);
            }
            (concept, Some(interval)) if MATRIX_CONCEPTS.contains(&concept) => self.mixed_interval(ends, interval),
            ("pure", None) => {
                if let Some([low, high]) = self.pure(ends, "`defender`", defender.as_ref()) {
                    self.bound("certificate.upper", End::Upper, &claim.upper, Some(high));
                    self.bound("certificate.lower", End::Lower, &claim.lower, Some(low));
                }
            }
            ("pure", Some(interval)) => {
                let guaranteed = self.defender_mix("`interval.guaranteed`", &interval.guaranteed, ends);
                if let Some(values) = self.pure(ends, "`interval.guaranteed`", guaranteed.as_ref()) {
                    let [low, high] = values.map(|value| [Some(value.clone()), Some(value)]);
                    self.interval_bounds(interval, low, high);
                }
            }
            ("regret", None) => self.regret(ends, attacker.as_ref(), defender.as_ref()),
            ("bayesian" | "cvar" | "quantal" | "lexicographic", _) => {
                self.concept(ends, attacker.as_ref(), defender.as_ref());
            }
            _ => self.reject(Rejection::UnknownConcept { concept: claim.concept.clone() }),
        }
    }

    fn mixed_interval(&mut self, ends: &Ends, interval: &IntervalClaim) {
        let guaranteed = self.defender_mix("`interval.guaranteed`", &interval.guaranteed, ends);
        let worst_attack = self.attacker_mix("`interval.worst_attack`", &interval.worst_attack, ends);
        let attack = self.attacker_mix("`interval.attack`", &interval.attack, ends);
        let best_defence = self.defender_mix("`interval.best_defence`", &interval.best_defence, ends);
        let none = vec![Rational::ZERO; self.claim.constraints.len()];
        let on_high = interval.upper_multipliers.as_ref().unwrap_or(&none);
        let on_low = interval.lower_multipliers.as_ref().unwrap_or(&none);
        let high = [
            self.lower(&ends.high, "`interval.upper_multipliers`", worst_attack.as_ref(), on_high),
            self.upper(&ends.high, "`interval.guaranteed`", guaranteed.as_ref()),
        ];
        let low = [
            self.lower(&ends.low, "`interval.lower_multipliers`", attack.as_ref(), on_low),
            self.upper(&ends.low, "`interval.best_defence`", best_defence.as_ref()),
        ];
        self.interval_bounds(interval, low, high);
    }

    /// The pure values at both ends, `[low, high]`; notes what is wrong with the defence that is claimed to reach `high`.
    fn pure(&mut self, ends: &Ends, mix: &'static str, defender: Option<&MixedStrategy>) -> Option<[Rational; 2]> {
        let (Ok(low), Ok(high)) = (certify_pure(&ends.low), certify_pure(&ends.high)) else {
            self.reject(Rejection::NoPureDefence);
            return None;
        };
        match defender.map(MixedStrategy::support).as_deref() {
            Some(&[only]) => {
                // There is no worst loss if the defence breaks a constraint, which is then noted.
                let worst = self.upper(&ends.high, mix, defender);
                if let Some(worst) = worst.filter(|worst| *worst != high.upper) {
                    let defence = ends.high.loss.defences()[only].clone();
                    let (worst, least) = (to_fraction(&worst), to_fraction(&high.upper));
                    self.reject(Rejection::NotBestPure { defence, worst, least });
                }
            }
            Some(support) => self.reject(Rejection::NotPure { mix, found: support.len() }),
            None => {}
        }
        Some([low.lower, high.upper])
    }

    /// Compares both ends of a game with missing losses; each end is itself an interval `[lower, upper]`.
    fn interval_bounds(&mut self, interval: &IntervalClaim, low: [Option<Rational>; 2], high: [Option<Rational>; 2]) {
        let claim = self.claim;
        self.bound("certificate.upper", End::Upper, &claim.upper, high[1].clone());
        self.bound("certificate.lower", End::Lower, &claim.lower, low[0].clone());
        let [[low_0, low_1], [high_0, high_1]] = [low, high];
        self.bound("interval.lower_exact[0]", End::Lower, &interval.lower_exact[0], low_0);
        self.bound("interval.lower_exact[1]", End::Upper, &interval.lower_exact[1], low_1);
        self.bound("interval.upper_exact[0]", End::Lower, &interval.upper_exact[0], high_0);
        self.bound("interval.upper_exact[1]", End::Upper, &interval.upper_exact[1], high_1);
        self.interval_doubles(interval);
    }

    /// What a defender mix proves; `None`, with the reasons noted, if it proves nothing.
    fn upper(&mut self, game: &Game, mix: &'static str, defender: Option<&MixedStrategy>) -> Option<Rational> {
        let defender = defender?;
        for constraint in game.constraints.iter().filter(|constraint| !constraint.allows(defender)) {
            self.reject(Rejection::ConstraintBroken {
                mix,
                constraint: constraint.name.clone(),
                sense: constraint.sense.as_str(),
                attained: rational::to_text(&constraint.attained(defender)),
                bound: rational::to_text(&constraint.bound),
            });
        }
        upper_bound(game, defender).ok()
    }

    /// What an attacker mix proves with these multipliers; `None`, with the reasons noted, if they prove nothing.
    fn lower(
        &mut self,
        game: &Game,
        of: &'static str,
        attacker: Option<&MixedStrategy>,
        multipliers: &[Rational],
    ) -> Option<Rational> {
        for (constraint, multiplier) in game.constraints.iter().zip(multipliers) {
            if *multiplier < Rational::ZERO {
                let (constraint, multiplier) = (constraint.name.clone(), to_fraction(multiplier));
                self.reject(Rejection::NegativeMultiplier { of, constraint, multiplier });
            }
        }
        match lower_bound(game, attacker?, multipliers) {
            Err(CertificateError::Multipliers { expected, found }) => {
                self.reject(Rejection::Shape { what: format!("multipliers in {of}"), expected, found });
                None
            }
            bound => bound.ok(),
        }
    }

    /// Compares a bound with what was proved. Where nothing was, the reason has been noted; should none have been, the
    /// bound is still not believed.
    fn bound(&mut self, field: &'static str, end: End, claimed: &Rational, proved: Option<Rational>) {
        let Some(proved) = proved else {
            if self.rejections.is_empty() {
                self.reject(Rejection::NoEvidence { what: field });
            }
            return;
        };
        if proved == *claimed {
            return;
        }
        let is_stronger = match end {
            End::Lower => *claimed > proved,
            End::Upper => *claimed < proved,
        };
        let strength = if is_stronger { Strength::Stronger } else { Strength::Weaker };
        let (claimed, proved) = (to_fraction(claimed), to_fraction(&proved));
        self.reject(Rejection::WrongBound { field, end, claimed, proved, strength });
    }

    fn attacker_mix(&mut self, mix: &'static str, entries: &[Entry], ends: &Ends) -> Option<MixedStrategy> {
        self.mix(mix, entries, &ends.attacks)
    }

    fn defender_mix(&mut self, mix: &'static str, entries: &[Entry], ends: &Ends) -> Option<MixedStrategy> {
        self.mix(mix, entries, &ends.defences)
    }

    /// A claimed mix as probabilities in game order; `None`, with the reasons noted, if it is none.
    fn mix(
        &mut self,
        mix: &'static str,
        entries: &[Entry],
        positions: &HashMap<String, usize>,
    ) -> Option<MixedStrategy> {
        if entries.is_empty() {
            self.reject(Rejection::NoEvidence { what: mix });
            return None;
        }
        let mut probabilities = vec![Rational::ZERO; positions.len()];
        let mut seen = HashSet::new();
        let mut is_mix = true;
        for entry in entries {
            let name = || entry.name.clone();
            self.double_is(
                &format!("{}[{}].probability", mix.trim_matches('`'), entry.name),
                entry.probability,
                &entry.exact,
            );
            if entry.exact < Rational::ZERO {
                self.reject(Rejection::NegativeProbability { mix, name: name(), exact: to_fraction(&entry.exact) });
                is_mix = false;
            }
            if !seen.insert(&entry.name) {
                self.reject(Rejection::RepeatedName { mix, name: name() });
                is_mix = false;
            }
            if let Some(&position) = positions.get(&entry.name) {
                probabilities[position].clone_from(&entry.exact);
            } else {
                self.reject(Rejection::UnknownName { mix, name: name() });
                is_mix = false;
            }
        }
        let sum = entries.iter().fold(Rational::ZERO, |sum, entry| sum + &entry.exact);
        if sum != Rational::ONE {
            let missing = sum < Rational::ONE;
            let excess = if missing { Rational::ONE - &sum } else { &sum - Rational::ONE };
            self.reject(Rejection::Sum { mix, sum: to_fraction(&sum), excess: to_fraction(&excess), missing });
            return None;
        }
        if is_mix { to_strategy(probabilities) } else { None }
    }
}

fn has_missing(ends: &Ends) -> bool {
    ends.low.loss.payoffs() != ends.high.loss.payoffs()
}

/// A mix over 2^53 where the probabilities are such multiples, so that the bounds take the fast path.
fn to_strategy(probabilities: Vec<Rational>) -> Option<MixedStrategy> {
    let one = Rational::from(DYADIC_ONE);
    let numerator = |p: &Rational| {
        let scaled = p * &one;
        if scaled.is_int() { u64::try_from(scaled.numerator()).ok() } else { None }
    };
    match probabilities.iter().map(numerator).collect::<Option<Vec<_>>>() {
        Some(numerators) => MixedStrategy::dyadic(numerators).ok(),
        None => MixedStrategy::exact(probabilities).ok(),
    }
}
