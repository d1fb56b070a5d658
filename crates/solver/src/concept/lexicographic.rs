//! [`lexicographic`]: of all mixes with the least worst loss, one with the least of a second metric, then of a third,
//! ….
//!
//! Once the value `v` is known, optimal mixes are the admissible ones with `(L y)_i ≤ v` for every attack. So each
//! further metric is the value of a game of one attack, its losses the metric, under those caps and one more for each
//! metric before it. All solved exactly: a cap at a value that is a little too low would leave no mix.

use saddlepoint_game::certificate::Certificate;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Constraint, Game, LossMatrix, MixedStrategy, PayoffKind, Payoffs, Sense, numbered};

use super::error::ConceptError;
use crate::error::SolveError;
use crate::exact;
use crate::method::Method;
use crate::settings::Settings;

/// A metric of the defences that is to be small; turn its sign where it is to be large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// One number per defence.
    pub costs: Vec<Rational>,
}

/// The mix, and the least of each metric given those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexicographic {
    /// The defender's mix.
    pub defender: MixedStrategy,
    /// An optimal mix of the attacker, and the multipliers of the constraints: with the defender's mix they prove the
    /// value.
    pub attacker: MixedStrategy,
    /// See `attacker`.
    pub multipliers: Vec<Rational>,
    /// The value of the game, first; both ends are equal.
    pub certificate: Certificate,
    /// For each metric: the game that its least value is the value of, and the interval that proves it.
    pub stages: Vec<Stage>,
}

/// One metric's turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// One attack, its losses the metric; caps for the losses of all attacks and for the metrics before.
    pub game: Game,
    /// The multipliers of its constraints, which with the final mix prove the certificate.
    pub multipliers: Vec<Rational>,
    /// Both ends are the least value.
    pub certificate: Certificate,
}

/// Finds the mix with the least worst loss, then the least of each metric in turn.
///
/// # Errors
/// [`ConceptError`] if a metric does not have one number per defence, no mix is admissible, or the limits of the
/// settings stop an exact solve.
pub fn lexicographic(game: &Game, metrics: &[Metric], settings: &Settings) -> Result<Lexicographic, ConceptError> {
    settings.validate()?;
    let n = game.loss.defences().len();
    if let Some(metric) = metrics.iter().find(|metric| metric.costs.len() != n) {
        return Err(ConceptError::Count { what: "costs of a metric", expected: n, found: metric.costs.len() });
    }
    let limits = settings.limits();
    let stopped = || SolveError::Stopped { method: Method::Exact, limit: "time limit" };
    let solve = |game: &Game| exact::certified(game, limits).and_then(|found| found.ok_or_else(stopped));
    let first = solve(game)?;
    let value = first.certificate.upper.clone();
    let mut caps = game.constraints.clone();
    for i in game.loss.attack_ids() {
        let coefficients = game.loss.defence_ids().map(|j| game.loss.loss(i, j)).collect();
        let name = game.loss.attacks()[i.0].clone();
        caps.push(Constraint {
            name,
            metric: "loss".to_owned(),
            sense: Sense::Cap,
            bound: value.clone(),
            coefficients,
        });
    }
    let (mut defender, mut stages) = (first.defender, Vec::new());
    for metric in metrics {
        let payoffs = Payoffs::new(metric.costs.clone());
        let columns = game.loss.defences().clone();
        let loss = LossMatrix::from_checked(numbered("a", 1), columns, payoffs, PayoffKind::Rational)?;
        let stage = Game { loss, constraints: caps.clone() };
        let found = solve(&stage)?;
        caps.push(Constraint {
            name: metric.name.clone(),
            metric: metric.name.clone(),
            sense: Sense::Cap,
            bound: found.certificate.upper.clone(),
            coefficients: metric.costs.clone().into(),
        });
        defender = found.defender;
        stages.push(Stage { game: stage, multipliers: found.multipliers, certificate: found.certificate });
    }
    Ok(Lexicographic {
        defender,
        attacker: first.attacker,
        multipliers: first.multipliers,
        certificate: first.certificate,
        stages,
    })
}
