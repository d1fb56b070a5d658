//! [`Answer`]: a scenario solved at its own settings.

mod bits;
mod noise;

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::portfolio::{Composition, PortfolioGame};
use saddlepoint_game::rational::{Rational, to_text};
use saddlepoint_game::scenario::{
    Column, Concept, CoverageIndex, Data, Draw, GraphTable, Instance, Knob, Setting, Template,
};
use saddlepoint_solver::analysis::{self, Analysis};
use saddlepoint_solver::concept::{self, AttackerCost, ConceptError, Front};
use saddlepoint_solver::further::{self, Further};
use saddlepoint_solver::switches::{self, Switches};
use saddlepoint_solver::{Question, Selection, Settings, SolveError, searched};

use crate::failure::Failure;
use crate::front;
use crate::general_sum::GeneralAnswer;
use crate::input::Loaded;

pub use bits::{Basis, BitsAnswer, Ends, bits};
pub use noise::{NoiseAnswer, noise};

/// The answer of a scenario.
#[derive(Clone, Debug)]
pub enum Answered {
    /// The attacker gains what the defender loses.
    ZeroSum(Box<Answer>),
    /// The attacker has costs of its own.
    GeneralSum(Box<GeneralAnswer>),
}

/// The answer of a zero-sum game.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Mixes, bounds, prices, what mixing is worth.
    pub analysis: Analysis,
    /// Where sets of defences were searched, what the columns of the answer deploy.
    pub columns: Option<Vec<Column>>,
    /// Where a rule of composition was assumed, the value at both ends of what needs no assumption.
    pub frechet: Option<[Rational; 2]>,
    /// The value over the swept range of a bound, with every kink.
    pub front: Option<Front>,
    /// What else can be said of a small game.
    pub further: Further,
    /// How well watching all of the scenario's stages covers its threats.
    pub coverage: Option<CoverageIndex>,
    /// Where the best single defence changes along the first swept key, if the loss is affine in it and nothing
    /// constrains the defender.
    pub switches: Option<Switches>,
    /// What sampling noise does to it, where that is asked for.
    pub noise: Option<NoiseAnswer>,
    /// The answer in bits, where that is asked for.
    pub bits: Option<BitsAnswer>,
}

impl Answer {
    /// An answer with nothing beside it.
    #[must_use]
    pub fn plain(analysis: Analysis) -> Self {
        Self {
            analysis,
            columns: None,
            frechet: None,
            front: None,
            further: Further::default(),
            coverage: None,
            noise: None,
            bits: None,
            switches: None,
        }
    }
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
pub fn solve(loaded: &Loaded, settings: &Settings) -> Result<Answered, Failure> {
    let template = &loaded.template;
    if template.game().concept == Concept::Stackelberg {
        let instance = template.instance(template.parameters());
        return commitment(loaded, &instance, settings).map(|answer| Answered::GeneralSum(Box::new(answer)));
    }
    let answer = match template.portfolios() {
        Some(game) => searched(loaded, game, settings),
        None => zero_sum(loaded, settings),
    };
    answer.map(|answer| Answered::ZeroSum(Box::new(answer)))
}

fn zero_sum(loaded: &Loaded, settings: &Settings) -> Result<Answer, Failure> {
    let template = &loaded.template;
    let parameters = template.parameters();
    let hidden = (!parameters.probe.is_zero()).then(|| {
        let mut unseen = parameters.clone();
        unseen.probe = Rational::ZERO;
        template.instance(&unseen).game
    });
    let selection = Selection::of(&loaded.file.scenario.game);
    let settings = &Settings { selection, ..settings.clone() };
    let told = |error: ConceptError| located_concept(loaded, &error);
    let question = Question::of(template).map_err(told)?;
    let analysis = analysis::full(&template.instance(parameters), hidden.as_ref(), &question, settings);
    let analysis = analysis.map_err(told)?;
    let frechet = template.frechet().map(|bounds| {
        let question = Question::plain(Concept::Mixed);
        let bounds = analysis::full(&bounds, None, &question, settings).map_err(|error| unsolved(&error))?;
        let (lower, upper) = bounds.bounds();
        Ok::<_, Failure>([lower.clone(), upper.clone()])
    });
    let graph = loaded.file.scenario.graph.as_ref().and_then(GraphTable::inspection);
    let game = template.game();
    let wanted = further::Wanted {
        groups: template.groups(),
        // The game of a sticky draw is laid out as such.
        tries: game.tries.filter(|_| game.draw != Some(Draw::Sticky)).and_then(|tries| u32::try_from(tries).ok()),
        sets: template.columns().iter().any(|column| column.defences.len() > 1),
        graph: graph.as_ref(),
    };
    let further = further::of(&template.instance(parameters), &analysis, wanted, settings).map_err(told)?;
    Ok(Answer {
        frechet: frechet.transpose()?,
        front: front::of(loaded, settings)?,
        further,
        coverage: coverage(loaded),
        switches: find_switches(loaded)?,
        ..Answer::plain(analysis)
    })
}

/// How well watching all of the scenario's stages covers its threats.
fn coverage(loaded: &Loaded) -> Option<CoverageIndex> {
    let stages: Vec<_> =
        loaded.file.scenario.coverage.as_ref()?.stages.iter().map(|stage| stage.text.as_str()).collect();
    match loaded.sources.get("coverage") {
        Some(Data::Threats(table)) => Some(CoverageIndex::of(table, &stages)),
        _ => None,
    }
}

/// The best commitment against an attacker with costs of its own, who may also stay away.
///
/// # Errors
/// [`Failure::Input`] if the table is not complete or there are limits; else what prevents solving.
pub fn commitment(loaded: &Loaded, instance: &Instance, settings: &Settings) -> Result<GeneralAnswer, Failure> {
    let template = &loaded.template;
    if instance.lowest.is_some() || !instance.game.constraints.is_empty() {
        let problem = Diagnostic::error("unsolvable", "a commitment is found for complete tables without limits only");
        return Err(Failure::input(problem.in_file(loaded.file.name())));
    }
    let weight = template.game().lambda.as_ref().map_or(Rational::ZERO, |lambda| lambda.0.clone());
    let cost = AttackerCost::PerCell(template.attacker_cost().to_vec());
    let found = concept::general_sum(&instance.game.loss, &cost, &weight, true, settings);
    let found = found.map_err(|error| located_concept(loaded, &error))?;
    Ok(GeneralAnswer { game: found.game, commitment: found.commitment, equilibria: None, is_loss: true })
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
    let frechet = frechet.transpose()?;
    Ok(Answer { columns: Some(columns), frechet, ..Answer::plain(analysis) })
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

/// The failure of a command for an error of a concept.
#[must_use]
pub fn unsolved(error: &ConceptError) -> Failure {
    match error {
        ConceptError::Solve(error) => failure(error),
        ConceptError::Certificate(_) => Failure::Computation(error.to_string()),
        _ => Failure::input(Diagnostic::error("unsolvable", error.to_string())),
    }
}

fn located_concept(loaded: &Loaded, error: &ConceptError) -> Failure {
    match error {
        ConceptError::Solve(error) => located(loaded, error),
        ConceptError::Certificate(_) => unsolved(error),
        _ => {
            let place = loaded.file.document.place_of("game.concept").unwrap_or_default();
            let problem = Diagnostic::error("unsolvable", error.to_string());
            Failure::input(loaded.file.locate(problem, &place).key("game"))
        }
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
    let Some([lo, hi]) = axis.ends() else { return Ok(None) };
    let at = |value: &Rational| {
        let mut parameters = template.parameters().clone();
        knob.set(&mut parameters, value.clone());
        template.instance(&parameters).game.loss
    };
    let found = switches::find(&at(&lo), &at(&hi), &lo, &hi);
    found.map(Some).map_err(|error| Failure::Computation(error.to_string()))
}
