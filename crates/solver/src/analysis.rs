//! Analysis: a game under its concept, with everything that a result says of it.
//!
//! [`full`] is for one game: both mixes, all optimal mixes as bands, one-sided prices, what mixing is worth.
//! [`point`] is for one of a million: both mixes with their certificate, the pure and the visible value; [`points`] for a
//! few hundred of them at once.
//!
//! Missing cells make two games, one with every missing cell at its highest possible loss and one at its lowest. The
//! value is monotone in every cell, so the values that the missing cells allow are the interval between the two.

use std::iter;

use saddlepoint_game::certificate::certify_pure;
use saddlepoint_game::rational::{Rational, to_f64};
use saddlepoint_game::scenario::{Concept, Instance};
use saddlepoint_game::{DefenceId, Game, MixedStrategy};

use crate::batch;
use crate::concept::ConceptError;
use crate::deployment;
use crate::error::SolveError;
use crate::exact::{self, Optimum};
use crate::face::{self, Face};
use crate::method::Method;
use crate::question::{self, Beside, Question};
use crate::randomisation::{self, Randomisation};
use crate::select::is_small;
use crate::selection::{Selected, Selection, has_choice, select};
use crate::sensitivity::{self, Ablation};
use crate::settings::{Limits, Settings};
use crate::simplex::Workspace;
use crate::solution::{Solution, Status};

/// A game with its answer.
#[derive(Clone, Debug)]
pub struct Solved {
    /// The game.
    pub game: Game,
    /// Its answer.
    pub solution: Solution,
    /// All optimal mixes; `None` for large games and where the concept does not mix.
    pub face: Option<Face>,
    /// Which of the optimal mixes the answer's are.
    pub selected: Selected,
    /// The value without each strategy; `None` where there is no face.
    pub ablation: Option<Ablation>,
}

/// Everything that a result says of one game.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What counts as an answer.
    pub concept: Concept,
    /// What the concept says beside its mixes.
    pub beside: Option<Beside>,
    /// The game; with missing cells, the one with each at its highest possible loss.
    pub highest: Solved,
    /// With missing cells, the game with each at its lowest possible loss.
    pub lowest: Option<Solved>,
    /// What mixing is worth; `None` for large games, and where the defender plays on several channels.
    pub randomisation: Option<Randomisation>,
    /// Least worst loss of a single deployment where the defender plays on several channels.
    pub deployment: Option<Rational>,
}

impl Analysis {
    /// The proved bounds: from what the attacker reaches at least to what the defender loses at most.
    #[must_use]
    pub fn bounds(&self) -> (&Rational, &Rational) {
        bounds(&self.highest.solution, self.lowest.as_ref().map(|solved| &solved.solution))
    }

    /// The midpoint of the proved bounds; `None` where missing cells leave an interval open.
    #[must_use]
    pub fn value(&self) -> Option<Rational> {
        value(&self.highest.solution, self.lowest.as_ref().map(|solved| &solved.solution))
    }

    /// What the certificate proves, in one sentence.
    #[must_use]
    pub fn proves(&self) -> &'static str {
        match self.concept {
            Concept::Bayesian => {
                return "Against attackers who know their type and answer best, the defender mix loses at most `upper` in \
                        expectation over the types, and no admissible mix can be sure of less than `lower`.";
            }
            Concept::Cvar => {
                return "Against every spread of attacks within the caps the defender mix loses at most `upper`, and the \
                        attacker's spread, which keeps the caps, reaches at least `lower` against every admissible mix.";
            }
            Concept::Quantal => {
                return "The certainty equivalent of the soft attacker against the defender mix is at most `upper`, and at \
                        least `lower` against every admissible mix.";
            }
            _ => {}
        }
        match (self.concept == Concept::Pure, &self.lowest) {
            (false, None) => {
                "The attacker mix reaches at least `lower` against every admissible defender mix, and the defender mix \
                 never loses more than `upper`, both in expectation."
            }
            (false, Some(_)) => {
                "Whatever the missing cells are within their ranges, the attack mix reaches at least `lower` and the \
                 guaranteed defender mix never loses more than `upper`, both in expectation."
            }
            (true, None) => {
                "The chosen defence never loses more than `upper`, and every single admissible defence meets an attack \
                 that makes it lose at least `lower`."
            }
            (true, Some(_)) => {
                "Whatever the missing cells are within their ranges, the chosen defence never loses more than `upper`, \
                 and every single admissible defence meets an attack that makes it lose at least `lower`."
            }
        }
    }
}

/// What a sweep keeps of one game.
#[derive(Clone, Debug, PartialEq)]
pub struct PointAnalysis {
    /// The answer; with missing cells, of the game with each at its highest possible loss.
    pub highest: Solution,
    /// With missing cells, the answer of the game with each at its lowest possible loss.
    pub lowest: Option<Solution>,
    /// What the concept says beside its mixes.
    pub beside: Option<Beside>,
    /// Least worst loss of a single admissible defence, if there is one.
    pub pure: Option<Rational>,
    /// Value when the attacker sees the draw.
    pub visible: Option<f64>,
    /// Whether the canonical mixes were asked for and could have been found, but were not.
    pub fell_back: bool,
}

impl PointAnalysis {
    /// As [`Analysis::bounds`].
    #[must_use]
    pub fn bounds(&self) -> (&Rational, &Rational) {
        bounds(&self.highest, self.lowest.as_ref())
    }

    /// As [`Analysis::value`].
    #[must_use]
    pub fn value(&self) -> Option<Rational> {
        value(&self.highest, self.lowest.as_ref())
    }

    /// The attacker's mix: with missing cells, the one that is sure of the lower bound.
    #[must_use]
    pub fn attacker(&self) -> &MixedStrategy {
        &self.lowest.as_ref().unwrap_or(&self.highest).attacker
    }
}

fn bounds<'a>(highest: &'a Solution, lowest: Option<&'a Solution>) -> (&'a Rational, &'a Rational) {
    (&lowest.unwrap_or(highest).certificate.lower, &highest.certificate.upper)
}

fn value(highest: &Solution, lowest: Option<&Solution>) -> Option<Rational> {
    let value = highest.certificate.value();
    lowest.is_none_or(|lowest| lowest.certificate.value() == value).then_some(value)
}

/// Solves and analyses one game.
///
/// `hidden` is the same game without a probe of the draw, where the instance has one: the leak that breaks even is
/// counted from there.
///
/// # Errors
/// As [`crate::solve`]; [`SolveError::Infeasible`] also if the concept is pure and no single defence is admissible.
pub fn full(
    instance: &Instance,
    hidden: Option<&Game>,
    question: &Question,
    settings: &Settings,
) -> Result<Analysis, ConceptError> {
    let limits = settings.limits();
    let concept = question.concept;
    if question.is_more() {
        let solve = |game: &Game| {
            let (solution, beside) = question::answer(game, question, settings)?;
            let game = game.clone();
            Ok::<_, ConceptError>((
                Solved { game, solution, face: None, selected: Selected::Vertex, ablation: None },
                beside,
            ))
        };
        let (highest, beside) = solve(&instance.game)?;
        let lowest = instance.lowest.as_ref().map(solve).transpose()?.map(|(solved, _)| solved);
        return Ok(Analysis { concept, beside, highest, lowest, randomisation: None, deployment: None });
    }
    let mut beside = None;
    let regret;
    let instance = if concept == Concept::Regret {
        let (game, victims) = question::regrets(&instance.game, &question.groups, settings)?;
        beside = Some(Beside::Victims(victims));
        regret = Instance::new(game);
        &regret
    } else {
        instance
    };
    let (highest, optimum) = solved(&instance.game, concept, settings, limits)?;
    let lowest = instance.lowest.as_ref().map(|game| solved(game, concept, settings, limits)).transpose()?;
    let randomisation = match &optimum {
        Some(optimum) if instance.blocks.is_empty() => randomisation_of(instance, hidden, optimum, limits)?,
        _ => None,
    };
    let deployment = if instance.blocks.is_empty() { None } else { deployment::best(instance) };
    Ok(Analysis { concept, beside, highest, lowest: lowest.map(|(solved, _)| solved), randomisation, deployment })
}

/// What mixing is worth; `None` if the clock runs out first.
fn randomisation_of(
    instance: &Instance,
    hidden: Option<&Game>,
    optimum: &Optimum,
    limits: Limits,
) -> Result<Option<Randomisation>, SolveError> {
    let Some(mut found) = randomisation::analyse_within(&instance.game, optimum, limits)? else { return Ok(None) };
    if let Some(hidden) = hidden {
        let Some(optimum) = exact::certified_optimum(hidden, limits)? else { return Ok(None) };
        let Some(unseen) = randomisation::analyse_within(hidden, &optimum, limits)? else { return Ok(None) };
        found.break_even_leak = unseen.break_even_leak;
    }
    Ok(Some(found))
}

/// Solves one game of a sweep.
///
/// # Errors
/// As [`full`].
pub fn point(
    workspace: &mut Workspace,
    instance: &Instance,
    question: &Question,
    settings: &Settings,
) -> Result<PointAnalysis, ConceptError> {
    let concept = question.concept;
    if question.is_more() {
        let (highest, beside) = question::answer(&instance.game, question, settings)?;
        let lowest = instance.lowest.as_ref().map(|game| question::answer(game, question, settings)).transpose()?;
        let lowest = lowest.map(|(solution, _)| solution);
        let (pure, visible) = (None, None);
        return Ok(PointAnalysis { highest, lowest, beside, pure, visible, fell_back: false });
    }
    if concept == Concept::Regret {
        let (game, victims) = question::regrets(&instance.game, &question.groups, settings)?;
        let plain = Question::plain(Concept::Mixed);
        let found = point(workspace, &Instance::new(game), &plain, settings)?;
        return Ok(PointAnalysis { beside: Some(Beside::Victims(victims)), ..found });
    }
    let mut fell_back = false;
    let mut solve = |game: &Game| {
        if concept == Concept::Pure {
            return pure(game);
        }
        let found = crate::solve_with(workspace, game, settings)?;
        let expected = settings.selection == Selection::Canonical && has_choice(game, &found);
        let (solution, selected) = select(workspace, game, None, found, settings)?;
        fell_back |= expected && selected == Selected::Vertex;
        Ok(solution)
    };
    let highest = solve(&instance.game)?;
    let lowest = instance.lowest.as_ref().map(&mut solve).transpose()?;
    Ok(finished(workspace, instance, highest, lowest, fell_back)?)
}

/// An answer, and whether it is seen to be the only one.
type Marked = (Result<Solution, SolveError>, bool);

/// Solves many games of a sweep; the answers are those of [`point`], in order.
///
/// Games that mix and have no constraints go through the lanes of [`batch`] if the method is [`Method::Simplex`] without
/// limits. Everything else goes one by one, and so do games with several optimal mixes if one is to be chosen.
///
/// # Errors
/// Each game has its own, as [`full`] does.
pub fn points(
    workspace: &mut batch::Workspace,
    instances: &[&Instance],
    question: &Question,
    settings: &Settings,
) -> Vec<Result<PointAnalysis, ConceptError>> {
    let concept = question.concept;
    let is_limited = settings.time_limit.is_some() || settings.max_iterations.is_some();
    let is_plain = matches!(concept, Concept::Mixed | Concept::Robust | Concept::Coverage);
    let in_bulk = is_plain && settings.method == Method::Simplex && !is_limited;
    let in_bulk = in_bulk && matches!(settings.selection, Selection::Vertex | Selection::Canonical);
    if !in_bulk || settings.validate().is_err() {
        return instances.iter().map(|instance| point(workspace.simplex(), instance, question, settings)).collect();
    }
    let games: Vec<_> =
        instances.iter().flat_map(|instance| iter::once(&instance.game).chain(&instance.lowest)).collect();
    let mut answers = batch::solve_marked(workspace, &games).into_iter();
    let missing = || SolveError::Failed { method: Method::Simplex, reason: "an answer is missing".to_owned() };
    let mut next = || answers.next().unwrap_or_else(|| (Err(missing()), true));
    let taken: Vec<_> = instances.iter().map(|instance| (next(), instance.lowest.as_ref().map(|_| next()))).collect();
    let finish = |(((highest, is_unique), lowest), instance): ((Marked, Option<Marked>), &&Instance)| {
        let has_choice = !is_unique || lowest.as_ref().is_some_and(|(_, is_unique)| !is_unique);
        if has_choice && settings.selection == Selection::Canonical {
            return point(workspace.simplex(), instance, question, settings);
        }
        let lowest = lowest.map(|(answer, _)| answer).transpose()?;
        Ok(finished(workspace.simplex(), instance, highest?, lowest, false)?)
    };
    taken.into_iter().zip(instances).map(finish).collect()
}

fn finished(
    workspace: &mut Workspace,
    instance: &Instance,
    highest: Solution,
    lowest: Option<Solution>,
    fell_back: bool,
) -> Result<PointAnalysis, SolveError> {
    if !instance.blocks.is_empty() {
        let pure = deployment::best(instance);
        return Ok(PointAnalysis { highest, lowest, beside: None, pure, visible: None, fell_back });
    }
    let ends = randomisation::ends(workspace, &instance.game)?;
    let (pure, visible) = (ends.pure.map(|(value, _)| value), Some(to_f64(&ends.visible)));
    Ok(PointAnalysis { highest, lowest, beside: None, pure, visible, fell_back })
}

/// A game with all that is said of it, and its exact optimum where it is small; what there is no time for is left out.
fn solved(
    game: &Game,
    concept: Concept,
    settings: &Settings,
    limits: Limits,
) -> Result<(Solved, Option<Optimum>), SolveError> {
    let mut workspace = Workspace::default();
    let mut found = Solved {
        game: game.clone(),
        solution: if concept == Concept::Pure {
            pure(game)?
        } else {
            crate::solve_with(&mut workspace, game, settings)?
        },
        face: None,
        selected: Selected::Vertex,
        ablation: None,
    };
    let optimum = match concept {
        _ if !is_small(game) => None,
        Concept::Pure => exact::certified_optimum(game, limits)?,
        _ => exact::optimum_within(game, found.solution.basis.as_ref(), limits)?,
    };
    if concept == Concept::Pure {
        return Ok((found, optimum));
    }
    if let Some(optimum) = optimum.as_ref().filter(|_| !limits.is_late()) {
        let face = face::analyse(optimum);
        found.ablation = sensitivity::ablation_within(game, optimum, &face, limits)?;
        found.face = Some(face);
    }
    if optimum.is_some() || !is_small(game) {
        let settings = settings.with_time_left(limits);
        (found.solution, found.selected) = select(&workspace, game, optimum.as_ref(), found.solution, &settings)?;
    }
    Ok((found, optimum))
}

/// The single admissible defence with the least worst loss, and the attack that makes it lose that much; ties to the
/// lowest index.
pub(crate) fn pure(game: &Game) -> Result<Solution, SolveError> {
    // A game that no mix can satisfy is infeasible for that reason first.
    let failed = |reason: String| SolveError::Failed { method: Method::Exact, reason };
    let Some((_, DefenceId(best))) = randomisation::best_pure(game) else {
        exact::optimum(game)?;
        return Err(SolveError::NoPureDefence);
    };
    let certificate = certify_pure(game).map_err(|error| failed(error.to_string()))?;
    let losses = || game.loss.attack_ids().map(|i| game.loss.loss(i, DefenceId(best)));
    let attack = losses().position(|loss| loss == certificate.upper).unwrap_or(0);
    let mix = |count, position| MixedStrategy::pure(count, position).map_err(|error| failed(error.to_string()));
    Ok(Solution {
        attacker: mix(game.loss.attacks().len(), attack)?,
        defender: mix(game.loss.defences().len(), best)?,
        multipliers: vec![Rational::ZERO; game.constraints.len()],
        certificate,
        method: Method::Exact,
        status: Status::Converged,
        iterations: 0,
        basis: None,
    })
}
