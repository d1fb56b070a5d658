//! [`Question`]: what a scenario asks of its game, and the games and mixes that answer it.
//!
//! Concepts that are one matrix game (`mixed`, `pure`, `robust`, `coverage`, and `regret` once each victim's own value is
//! taken off its rows) are answered by [`crate::analysis`] as they are. The others bring a certificate of their own,
//! which is why they are answered here, in the same form:
//!
//! | concept | attacker's mix in the answer | bounds |
//! |---|---|---|
//! | `bayesian` | over the rows of all types, each type's sum to its prior | [`certify_groups`](saddlepoint_game::concept::certify_groups) |
//! | `cvar` | within the caps `prior / (1 - β)` | [`certify_capped`](saddlepoint_game::concept::certify_capped) |
//! | `quantal` | the soft response that proves the lower bound | [`certify_quantal`](saddlepoint_game::concept::certify_quantal) |
//! | `lexicographic` | an optimal one of the first stage | [`certify`](saddlepoint_game::certificate::certify) |

use saddlepoint_game::rational::Rational;
use saddlepoint_game::scenario::{Concept, Group, Secondary, Template};
use saddlepoint_game::{AttackId, Game, LossMatrix, MixedStrategy};

use crate::concept::{self, Answer, ConceptError, Metric, Type};
use crate::error::SolveError;
use crate::exact;
use crate::method::Method;
use crate::settings::Settings;
use crate::solution::Solution;

/// What a scenario asks of its game.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Question {
    /// What counts as an answer.
    pub concept: Concept,
    /// Victims or types, as rows of the game.
    pub groups: Vec<Group>,
    /// How little the attacker may spread, for `cvar`.
    pub beta: Rational,
    /// The attacker's precision, for `quantal`.
    pub lambda: Rational,
    /// A prior over the attacks; uniform without it.
    pub prior: Option<MixedStrategy>,
    /// Metrics to improve after the value.
    pub then: Vec<Secondary>,
}

/// What an answer says beside its mixes.
#[derive(Clone, Debug, PartialEq)]
pub enum Beside {
    /// Each victim's own value with the pair of mixes that proves it; regret is counted from it.
    Victims(Vec<Solution>),
    /// The least (or greatest) expectation of each metric in turn.
    Metrics(Vec<Rational>),
    /// What the attacker's mix is held to.
    Caps(Vec<Rational>),
    /// The soft attacker's prior over the attacks and its precision.
    Soft(MixedStrategy, Rational),
}

impl Question {
    /// A question without parameters.
    #[must_use]
    pub fn plain(concept: Concept) -> Self {
        Self { concept, ..Self::default() }
    }

    /// What a scenario asks.
    ///
    /// # Errors
    /// [`ConceptError::Prior`] if the prior is no distribution over the attacks.
    pub fn of(template: &Template) -> Result<Self, ConceptError> {
        let game = template.game();
        let number = |number: &Option<saddlepoint_game::scenario::Number>| {
            number.as_ref().map_or(Rational::ZERO, |number| number.0.clone())
        };
        let needs_prior = matches!(game.concept, Concept::Cvar | Concept::Quantal);
        let prior = needs_prior.then(|| template.attack_prior().ok_or(ConceptError::Prior)).transpose()?;
        Ok(Self {
            concept: game.concept,
            groups: template.groups().to_vec(),
            beta: number(&game.beta),
            lambda: number(&game.lambda),
            prior,
            then: template.then().to_vec(),
        })
    }

    /// Whether [`answer`] is needed: the concept is more than a matrix game.
    #[must_use]
    pub fn is_more(&self) -> bool {
        matches!(self.concept, Concept::Bayesian | Concept::Cvar | Concept::Quantal | Concept::Lexicographic)
    }

    fn prior(&self, attacks: usize) -> Result<MixedStrategy, ConceptError> {
        match &self.prior {
            Some(prior) => Ok(prior.clone()),
            None => Ok(MixedStrategy::exact(vec![Rational::ONE / Rational::from(attacks); attacks])?),
        }
    }
}

/// The game in which each victim's own value is taken off its rows, and the victims' own answers, exact.
///
/// # Errors
/// [`ConceptError`] if a victim has no admissible mix, or the time limit of the settings is reached.
pub fn regrets(game: &Game, groups: &[Group], settings: &Settings) -> Result<(Game, Vec<Solution>), ConceptError> {
    let limits = settings.limits();
    let all: Vec<_> = game.loss.defence_ids().collect();
    let mut own = Vec::with_capacity(groups.len());
    let mut entries = game.loss.payoffs().to_rationals();
    let columns = all.len();
    for group in groups {
        let rows: Vec<_> = group.rows.clone().map(AttackId).collect();
        let loss = game.loss.restricted(&rows, &all).ok_or(ConceptError::None("attack of a victim"))?;
        let victim = Game { loss, constraints: game.constraints.clone() };
        let stopped = || SolveError::Stopped { method: Method::Exact, limit: "time limit" };
        let solution = exact::certified(&victim, limits)?.ok_or_else(stopped)?;
        let value = solution.certificate.value();
        entries[group.rows.start * columns..group.rows.end * columns].iter_mut().for_each(|entry| *entry -= &value);
        own.push(solution);
    }
    let (attacks, defences) = (game.loss.attacks().clone(), game.loss.defences().clone());
    let payoffs = saddlepoint_game::Payoffs::new(entries);
    let loss = LossMatrix::from_checked(attacks, defences, payoffs, game.loss.kind())?;
    Ok((Game { loss, constraints: game.constraints.clone() }, own))
}

/// The answer of a concept that is more than a matrix game.
///
/// # Errors
/// [`ConceptError`] if a parameter is out of range, no mix is admissible, or the computation stopped.
pub fn answer(
    game: &Game,
    question: &Question,
    settings: &Settings,
) -> Result<(Solution, Option<Beside>), ConceptError> {
    let attacks = game.loss.attacks().len();
    match question.concept {
        Concept::Bayesian => {
            let all: Vec<_> = game.loss.defence_ids().collect();
            let of = |group: &Group| {
                let rows: Vec<_> = group.rows.clone().map(AttackId).collect();
                let loss = game.loss.restricted(&rows, &all).ok_or(ConceptError::None("attack of a type"))?;
                Ok(Type { name: group.name.clone(), prior: group.prior.clone(), loss })
            };
            let types = question.groups.iter().map(of).collect::<Result<Vec<_>, ConceptError>>()?;
            let found = concept::bayesian(&types, &game.constraints, settings)?;
            let joint = question.groups.iter().zip(&found.attackers);
            let joint = joint.flat_map(|(group, mix)| mix.probabilities().into_iter().map(|p| p * &group.prior));
            let attacker = MixedStrategy::exact(joint.collect())?;
            Ok((solution(found, attacker, settings), None))
        }
        Concept::Cvar => {
            let prior = question.prior(attacks)?;
            let found = concept::cvar(game, &prior, &question.beta, settings)?;
            let rest = Rational::ONE - &question.beta;
            let cap = |p: Rational| if rest.is_zero() { Rational::ONE } else { p / &rest };
            let caps = prior.probabilities().into_iter().map(cap).collect();
            let attacker = only(&found)?;
            Ok((solution(found, attacker, settings), Some(Beside::Caps(caps))))
        }
        Concept::Quantal => {
            let prior = question.prior(attacks)?;
            let found = concept::quantal(game, &prior, &question.lambda, settings)?;
            let attacker = only(&found)?;
            let beside = Beside::Soft(prior, question.lambda.clone());
            Ok((solution(found, attacker, settings), Some(beside)))
        }
        _ => {
            let sign = |secondary: &Secondary| {
                let costs = secondary.coefficients.iter().map(|c| if secondary.is_gain { -c } else { c.clone() });
                Metric { name: secondary.metric.clone(), costs: costs.collect() }
            };
            let metrics: Vec<_> = question.then.iter().map(sign).collect();
            let found = concept::lexicographic(game, &metrics, settings)?;
            let reached = question.then.iter().map(|metric| found.defender.expectation(&metric.coefficients));
            let beside = Beside::Metrics(reached.collect());
            let solution = Solution {
                attacker: found.attacker,
                defender: found.defender,
                multipliers: found.multipliers,
                certificate: found.certificate,
                method: Method::Exact,
                status: crate::solution::Status::Converged,
                iterations: 0,
                basis: None,
            };
            Ok((solution, Some(beside)))
        }
    }
}

fn only(found: &Answer) -> Result<MixedStrategy, ConceptError> {
    found.attackers.first().cloned().ok_or(ConceptError::None("mix of the attacker"))
}

fn solution(found: Answer, attacker: MixedStrategy, settings: &Settings) -> Solution {
    Solution {
        attacker,
        defender: found.defender,
        multipliers: found.multipliers,
        certificate: found.certificate,
        // What the reduced game was solved by; `auto` takes it to an exact end.
        method: if settings.method == Method::Auto { Method::Exact } else { settings.method },
        status: found.status,
        iterations: found.iterations,
        basis: None,
    }
}
