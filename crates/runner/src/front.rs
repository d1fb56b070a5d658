//! The exact Pareto front of a scenario: its value over the swept range of one bound, with every kink.

use saddlepoint_game::rational::Rational;
use saddlepoint_game::scenario::{Concept, Knob};
use saddlepoint_solver::Settings;
use saddlepoint_solver::concept::{self, Front};

use crate::answer;
use crate::failure::Failure;
use crate::input::Loaded;

/// The front along the first swept key, if that is the bound of a limit in expectation and the game is one matrix game.
///
/// # Errors
/// What prevents solving.
pub fn of(loaded: &Loaded, settings: &Settings) -> Result<Option<Front>, Failure> {
    let (scenario, template) = (&loaded.file.scenario, &loaded.template);
    let knob = scenario.sweep.axes.first().and_then(|axis| Some((axis, Knob::at(&axis.path, scenario)?)));
    let Some((axis, Knob::Bound(position))) = knob else { return Ok(None) };
    let is_plain = matches!(template.game().concept, Concept::Mixed | Concept::Robust);
    if !is_plain || template.is_open() || template.portfolios().is_some() {
        return Ok(None);
    }
    let Some([lo, hi]) = axis.ends() else { return Ok(None) };
    let game = template.instance(template.parameters()).game;
    let found = concept::front(&game, position, &lo, &hi, settings);
    found.map(Some).map_err(|error| answer::unsolved(&error))
}

/// Bounds at which the slope of a front changes: its points without the ends.
pub fn kinks(front: &Front) -> impl Iterator<Item = Rational> {
    let inner = front.points.len().saturating_sub(1);
    front.points.iter().take(inner).skip(1).map(|kink| kink.bound.clone())
}
