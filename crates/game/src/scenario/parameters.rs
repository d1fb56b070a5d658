//! [`Parameters`]: the numbers of a scenario that enter a game linearly, and the [`Knob`]s that sweep them quickly.
//!
//! A swept key that is a knob changes numbers in a game already laid out; any other key rebuilds the game from the
//! file. Both give the same game.

use super::document::split_path;
use super::limits;
use super::schema::{AttackerSees, Harm, On, Scenario};
use super::value::Number;
use crate::rational::Rational;

/// Numbers of the loss, the constraints and the information structure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// Weight of the security metric, in [0, 1].
    pub w: Rational,
    /// Share of requests that are attacks, in [0, 1].
    pub pi: Rational,
    /// Harm of one success of each attack, in row order.
    pub harm: Vec<Rational>,
    /// Loss when a task under attack fails.
    pub g: Rational,
    /// Loss when a benign task fails.
    pub b: Rational,
    /// Loss when a benign request is refused.
    pub r: Rational,
    /// Loss per unit of latency.
    pub k_t: Rational,
    /// Loss per unit of cost.
    pub k_c: Rational,
    /// Bounds of the constraints that hold in expectation, in order.
    pub bounds: Vec<Rational>,
    /// Probability that the attacker sees the draw, in [0, 1].
    pub probe: Rational,
}

impl Parameters {
    /// The numbers of a scenario; attacks that `h` does not name get 0 and are reported by the caller.
    pub(crate) fn of(scenario: &Scenario, attacks: &[String]) -> Self {
        let number = |value: &Option<Number>| value.as_ref().map_or(Rational::ZERO, |number| number.0.clone());
        let loss = &scenario.loss;
        let harm = |attack: &String| match &loss.h {
            None => Rational::ZERO,
            Some(Harm::Same(number)) => number.0.clone(),
            Some(Harm::PerAttack(harms)) => harms.get(attack).map_or(Rational::ZERO, |number| number.0.clone()),
        };
        let expected = scenario.constraint.iter().filter(|constraint| constraint.on == On::Expected);
        Self {
            w: number(&loss.w),
            pi: number(&loss.pi),
            harm: attacks.iter().map(harm).collect(),
            g: number(&loss.g),
            b: number(&loss.b),
            r: number(&loss.r),
            k_t: number(&loss.k_t),
            k_c: number(&loss.k_c),
            bounds: expected
                .map(|constraint| number(&constraint.min.clone().or(constraint.max.clone())))
                .chain(limits::budgets(scenario).iter().map(|limit| limit.max.0.clone()))
                .collect(),
            probe: match &scenario.game.attacker_sees {
                AttackerSees::Nothing | AttackerSees::Mix => Rational::ZERO,
                AttackerSees::Draw => Rational::ONE,
                AttackerSees::Probe(q) => q.0.clone(),
            },
        }
    }
}

/// A key that changes one number of a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Knob {
    /// `loss.w`.
    Weight,
    /// `loss.pi`.
    AttackShare,
    /// `loss.h`, the same for every attack.
    Harm,
    /// `loss.g`.
    FailureUnderAttack,
    /// `loss.b`.
    BenignFailure,
    /// `loss.r`.
    Refusal,
    /// `loss.k_t`.
    Latency,
    /// `loss.k_c`.
    Cost,
    /// `constraint.NAME.max` or `.min`, `budget.max`, `channels.NAME.budget` or `resource.NAME.max` of the limit at this
    /// place among those that hold in expectation.
    Bound(usize),
    /// `game.attacker_sees.probe`.
    Probe,
}

impl Knob {
    /// The knob at a dotted path of a scenario; `None` if the path needs a rebuild.
    #[must_use]
    pub fn at(path: &str, scenario: &Scenario) -> Option<Self> {
        let parts = split_path(path);
        let parts: Vec<_> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["loss", "w"] => Some(Self::Weight),
            ["loss", "pi"] => Some(Self::AttackShare),
            ["loss", "h"] => matches!(scenario.loss.h, Some(Harm::Same(_))).then_some(Self::Harm),
            ["loss", "g"] => Some(Self::FailureUnderAttack),
            ["loss", "b"] => Some(Self::BenignFailure),
            ["loss", "r"] => Some(Self::Refusal),
            ["loss", "k_t"] => Some(Self::Latency),
            ["loss", "k_c"] => Some(Self::Cost),
            ["constraint", name, sense @ ("min" | "max")] => {
                let mut expected = scenario.constraint.iter().filter(|constraint| constraint.on == On::Expected);
                expected
                    .position(|constraint| constraint.name == *name && constraint.min.is_some() == (*sense == "min"))
                    .map(Self::Bound)
            }
            ["budget", "max"] | ["resource", _, "max"] | ["channels", _, "budget"] => {
                limits::position(scenario, &parts.join(".")).map(Self::Bound)
            }
            ["game", "attacker_sees", "probe"] => {
                matches!(scenario.game.attacker_sees, AttackerSees::Probe(_)).then_some(Self::Probe)
            }
            _ => None,
        }
    }

    /// Whether the loss matrix is affine in this number, all else fixed.
    #[must_use]
    pub fn moves_loss(&self) -> bool {
        !matches!(self, Self::Bound(_) | Self::Probe)
    }

    /// Sets the number.
    pub fn set(&self, parameters: &mut Parameters, value: Rational) {
        match self {
            Self::Weight => parameters.w = value,
            Self::AttackShare => parameters.pi = value,
            Self::Harm => parameters.harm.fill(value),
            Self::FailureUnderAttack => parameters.g = value,
            Self::BenignFailure => parameters.b = value,
            Self::Refusal => parameters.r = value,
            Self::Latency => parameters.k_t = value,
            Self::Cost => parameters.k_c = value,
            Self::Probe => parameters.probe = value,
            Self::Bound(position) => {
                if let Some(bound) = parameters.bounds.get_mut(*position) {
                    *bound = value;
                }
            }
        }
    }
}
