//! [`Answer`]: a scenario solved at its own settings.

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::portfolio::{Composition, PortfolioGame};
use saddlepoint_game::rational::{Rational, to_text};
use saddlepoint_game::scenario::{AxisValues, Column, Concept, Knob, Setting, Template};
use saddlepoint_solver::analysis::{self, Analysis};
use saddlepoint_solver::switches::{self, Switches};
use saddlepoint_solver::{Selection, Settings, SolveError, searched};

use crate::failure::Failure;
use crate::input::Loaded;

/// The answer of a scenario's game.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Mixes, bounds, prices, what mixing is worth.
    pub analysis: Analysis,
    /// Where sets of defences were searched, what the columns of the answer deploy.
    pub columns: Option<Vec<Column>>,
    /// Where a rule of composition was assumed, the value at both ends of what needs no assumption.
    pub frechet: Option<[Rational; 2]>,
    /// Where the best single defence changes along the first swept key, if the loss is affine in it and nothing
    /// constrains the defender.
    pub switches: Option<Switches>,
}

/// A swept point: paths and values.
pub type PointSettings = Vec<(String, Setting)>;

/// The scenario at the first point of its sweep, and that point. The sweep stays known to it.
///
/// # Errors
/// What prevents laying the scenario out there.
pub fn first_point(loaded: &Loaded) -> Result<(Loaded, PointSettings), Failure> {
    let settings = loaded.file.point(0);
    let mut at_point = loaded.file.with(settings.iter().map(|(path, setting)| (*path, setting)))?;
    at_point.scenario.sweep = loaded.file.scenario.sweep.clone();
    let point = settings.into_iter().map(|(path, setting)| (path.to_owned(), setting)).collect();
    Ok((loaded.rebuilt(at_point)?, point))
}

/// Solves a scenario at its own settings.
///
/// # Errors
/// [`Failure::Input`] if a constraint cannot be met, shown where its bound is written; else what prevents solving.
pub fn solve(loaded: &Loaded, settings: &Settings) -> Result<Answer, Failure> {
    let template = &loaded.template;
    if let Some(game) = template.portfolios() {
        return searched(loaded, game, settings);
    }
    let parameters = template.parameters();
    let hidden = (!parameters.probe.is_zero()).then(|| {
        let mut unseen = parameters.clone();
        unseen.probe = Rational::ZERO;
        template.instance(&unseen).game
    });
    let concept = loaded.file.scenario.game.concept;
    let selection = Selection::of(&loaded.file.scenario.game);
    let settings = &Settings { selection, ..settings.clone() };
    let analysis = analysis::full(&template.instance(parameters), hidden.as_ref(), concept, settings);
    let analysis = analysis.map_err(|error| located(loaded, &error))?;
    let frechet = template.frechet().map(|bounds| {
        let bounds = analysis::full(&bounds, None, Concept::Mixed, settings).map_err(|error| failure(&error))?;
        let (lower, upper) = bounds.bounds();
        Ok::<_, Failure>([lower.clone(), upper.clone()])
    });
    Ok(Answer { analysis, columns: None, frechet: frechet.transpose()?, switches: find_switches(loaded)? })
}

/// Solves a scenario whose sets of defences are too many to be columns.
fn searched(loaded: &Loaded, game: &PortfolioGame, settings: &Settings) -> Result<Answer, Failure> {
    let solve = |game: &PortfolioGame| {
        searched::analyse(game, game.is_open(), settings).map_err(|error| located(loaded, &error))
    };
    let (analysis, seen) = solve(game)?;
    let assumes = matches!(game.rule(), Composition::Independent | Composition::Correlated(_));
    let bounds = assumes.then(|| game.clone().with_rule(Composition::Bounds)).and_then(Result::ok);
    let frechet = bounds.map(|bounds| {
        let (bounds, _) = solve(&bounds)?;
        let (lower, upper) = bounds.bounds();
        Ok::<_, Failure>([lower.clone(), upper.clone()])
    });
    let columns = seen.iter().map(|portfolio| Template::column_of(game, portfolio)).collect();
    Ok(Answer { analysis, columns: Some(columns), frechet: frechet.transpose()?, switches: None })
}

/// The failure of a command for an error of a solver.
#[must_use]
pub fn failure(error: &SolveError) -> Failure {
    match error {
        SolveError::Infeasible { .. }
        | SolveError::NoPureDefence
        | SolveError::Unsupported { .. }
        | SolveError::Losses(_)
        | SolveError::Setting { .. } => Failure::input(Diagnostic::error("unsolvable", error.to_string())),
        SolveError::Stopped { .. } | SolveError::Failed { .. } => Failure::Computation(error.to_string()),
    }
}

/// An infeasible constraint is shown where its bound is written.
fn located(loaded: &Loaded, error: &SolveError) -> Failure {
    let SolveError::Infeasible { constraint, sense, bound, nearest } = error else { return failure(error) };
    let path = format!("constraint.{constraint}.{}", sense.as_str());
    let place = loaded.file.document.place_of(&path).unwrap_or_default();
    let problem = Diagnostic::error("infeasible", format!("no mix of defences satisfies `{constraint}`"));
    let problem = match nearest {
        Some(nearest) => problem.expected(format!("`{} = {}` or looser", sense.as_str(), to_text(nearest))),
        None => problem.hint("the other constraints conflict already"),
    };
    let problem = problem.found(format!("`{} = {}`", sense.as_str(), to_text(bound)));
    Failure::input(loaded.file.locate(problem, &place).key(path))
}

/// Where the best single defence changes along the first swept key.
fn find_switches(loaded: &Loaded) -> Result<Option<Switches>, Failure> {
    let (scenario, template) = (&loaded.file.scenario, &loaded.template);
    let Some(axis) = scenario.sweep.axes.first() else { return Ok(None) };
    let knob = Knob::at(&axis.path, scenario).filter(Knob::moves_loss);
    let Some(knob) = knob.filter(|_| template.constraints().is_empty()) else { return Ok(None) };
    let mut values: Vec<_> = match &axis.values {
        AxisValues::List(values) => values.iter().filter_map(Setting::number).collect(),
        AxisValues::Range { .. } => {
            let last = u64::try_from(axis.len().saturating_sub(1)).unwrap_or(0);
            [0, last].into_iter().filter_map(|position| axis.at(position).number()).collect()
        }
    };
    values.sort();
    let (Some(lo), Some(hi)) = (values.first(), values.last()) else { return Ok(None) };
    if lo == hi {
        return Ok(None);
    }
    let at = |value: &Rational| {
        let mut parameters = template.parameters().clone();
        knob.set(&mut parameters, value.clone());
        template.instance(&parameters).game.loss
    };
    let found = switches::find(&at(lo), &at(hi), lo, hi);
    found.map(Some).map_err(|error| Failure::Computation(error.to_string()))
}
