//! [`Plan`]: the points of a sweep, the games they lead to, and the columns that their answers fill.
//!
//! Swept keys that enter linearly are knobs on a game already laid out. The other keys lay a game out anew, once per
//! combination of their values and before the sweep starts, so that a mistake in any of them is known at once.

use std::collections::HashMap;

use saddlepoint_game::diagnostic::Diagnostic;
use saddlepoint_game::scenario::{Axis, Concept, Instance, Knob, Parameters, Setting, SweepMode};

use crate::failure::Failure;
use crate::input::Loaded;

/// Most games that the keys which are no knobs may lead to.
const MOST_LAYOUTS: u64 = 10_000;

/// A sweep, laid out.
pub(crate) struct Plan {
    pub(crate) loaded: Loaded,
    /// Number of points.
    pub(crate) points: u64,
    /// Seed of what sampling noise draws.
    pub(crate) seed: u64,
    /// One entry per axis: whether it is a knob, rather than a key that lays the game out anew.
    is_knob: Vec<bool>,
    layouts: Vec<Layout>,
    /// Positions on the axes that are no knobs, to the layout.
    by_positions: HashMap<Vec<u64>, usize>,
    pub(crate) columns: Columns,
}

/// One game of the sweep, before its knobs are set.
struct Layout {
    loaded: Loaded,
    /// One entry per axis, as [`Plan::is_knob`]: a constraint's place may differ between layouts.
    knobs: Vec<Option<Knob>>,
    /// Column of each defence, attack and constraint.
    columns: [Vec<u32>; 3],
}

/// Names over all games of the sweep, in order of first appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) defences: Vec<String>,
    pub(crate) attacks: Vec<String>,
    pub(crate) constraints: Vec<String>,
}

/// The game at one point.
pub(crate) struct Point<'a> {
    pub(crate) loaded: &'a Loaded,
    pub(crate) instance: Instance,
    /// The numbers that the game was laid out with.
    pub(crate) parameters: Parameters,
    /// Column of each defence, attack and constraint.
    pub(crate) columns: &'a [Vec<u32>; 3],
}

impl Plan {
    pub(crate) fn new(loaded: Loaded) -> Result<Self, Failure> {
        let axes = &loaded.file.scenario.sweep.axes;
        let is_knob = axes.iter().map(|axis| knob(axis, &loaded).is_some()).collect();
        let points = loaded.file.points();
        let mut plan = Self {
            points,
            seed: 0,
            is_knob,
            layouts: Vec::new(),
            by_positions: HashMap::new(),
            columns: Columns::default(),
            loaded,
        };
        plan.lay_out()?;
        if let Some(layout) = plan.layouts.iter().find(|layout| layout.loaded.template.portfolios().is_some()) {
            let message = "a sweep needs sets of defences that can be listed, and these are too many";
            let problem = Diagnostic::error("too-many", message).in_file(layout.loaded.file.name());
            return Err(Failure::input(
                problem.hint("lower `composition.max_size`; `solve` searches them at one point"),
            ));
        }
        // A key that is no knob in some layout, such as the bound of a constraint that another key turns into one on
        // every draw, is none at all.
        let agree = |layout: &Layout| layout.knobs.iter().map(Option::is_some).eq(plan.is_knob.iter().copied());
        if !plan.layouts.iter().all(agree) {
            plan.is_knob.fill(false);
            plan.columns = Columns::default();
            plan.lay_out()?;
        }
        Ok(plan)
    }

    /// Lays out one game per combination of the keys that are no knobs.
    fn lay_out(&mut self) -> Result<(), Failure> {
        let sweep = &self.loaded.file.scenario.sweep;
        let mut seen = HashMap::new();
        let mut problems: Vec<Diagnostic> = Vec::new();
        let mut layouts = Vec::new();
        if self.is_knob.iter().all(|is_knob| *is_knob) {
            seen.insert(self.key(0), 0);
            layouts.push(self.loaded.clone());
        } else {
            for point in self.representatives() {
                let key = self.key(point);
                if seen.contains_key(&key) {
                    continue;
                }
                if seen.len() as u64 >= MOST_LAYOUTS {
                    let paths: Vec<_> = (0..self.is_knob.len()).filter(|k| !self.is_knob[*k]).collect();
                    let paths: Vec<_> = paths.into_iter().map(|k| format!("`{}`", sweep.axes[k].path)).collect();
                    let message = format!("{} lead to more than {MOST_LAYOUTS} different games", paths.join(" and "));
                    let problem = Diagnostic::error("too-many-points", message).in_file(self.loaded.file.name());
                    return Err(Failure::input(problem));
                }
                seen.insert(key, layouts.len());
                let settings = self.loaded.file.point(point);
                let rebuilt = self
                    .loaded
                    .file
                    .with(settings.iter().map(|(path, setting)| (*path, setting)))
                    .and_then(|file| self.loaded.rebuilt(file));
                match rebuilt {
                    Ok(loaded) => layouts.push(loaded),
                    Err(found) => {
                        // The same mistake may show at many points; it is told once.
                        let new: Vec<_> = found.into_iter().filter(|problem| !problems.contains(problem)).collect();
                        problems.extend(new);
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(Failure::Input(problems));
        }
        self.by_positions = seen;
        self.layouts = layouts
            .into_iter()
            .map(|loaded| {
                let template = &loaded.template;
                let limits = template.constraints().iter().take(template.limits());
                let constraints: Vec<_> = limits.map(|c| c.name.clone()).collect();
                let columns = [
                    columns_of(&mut self.columns.defences, template.defences()),
                    columns_of(&mut self.columns.attacks, template.attacks()),
                    columns_of(&mut self.columns.constraints, &constraints),
                ];
                let axes = &self.loaded.file.scenario.sweep.axes;
                let knobs =
                    axes.iter().zip(&self.is_knob).map(|(axis, is_knob)| knob(axis, &loaded).filter(|_| *is_knob));
                let knobs = knobs.collect();
                Layout { loaded, knobs, columns }
            })
            .collect();
        Ok(())
    }

    /// Whether some point asks for a concept.
    pub(crate) fn asks(&self, concept: Concept) -> bool {
        self.layouts.iter().any(|layout| layout.loaded.template.game().concept == concept)
    }

    /// Points that reach every combination of the keys that are no knobs: the knobs stand at their first value.
    fn representatives(&self) -> impl Iterator<Item = u64> + use<> {
        let sweep = &self.loaded.file.scenario.sweep;
        if sweep.mode == SweepMode::Zip {
            return (0..self.points).step_by(1); // Every point may be a new combination.
        }
        // In a grid the last keys vary fastest: knobs at the end are skipped over in one step.
        let tail = self.is_knob.iter().rev().take_while(|is_knob| **is_knob).count();
        let step: u128 = sweep.axes.iter().rev().take(tail).map(Axis::len).product();
        (0..self.points).step_by(usize::try_from(step).unwrap_or(usize::MAX).max(1))
    }

    /// Positions on the axes that are no knobs.
    fn key(&self, point: u64) -> Vec<u64> {
        let positions = self.loaded.file.scenario.sweep.positions(point);
        positions
            .into_iter()
            .zip(&self.is_knob)
            .filter(|(_, is_knob)| !**is_knob)
            .map(|(position, _)| position)
            .collect()
    }

    /// The game at a point.
    pub(crate) fn point(&self, point: u64) -> Result<Point<'_>, Failure> {
        let layout = self.by_positions.get(&self.key(point)).and_then(|index| self.layouts.get(*index));
        let layout = layout.ok_or_else(|| Failure::Computation(format!("point {point} was not laid out")))?;
        let parameters = self.parameters(layout, point);
        Ok(Point {
            loaded: &layout.loaded,
            instance: layout.loaded.template.instance(&parameters),
            parameters,
            columns: &layout.columns,
        })
    }

    /// Whether the points say what sampling noise does.
    pub(crate) fn is_noisy(&self) -> bool {
        self.loaded.file.scenario.noise.is_some()
    }

    fn parameters(&self, layout: &Layout, point: u64) -> Parameters {
        let mut parameters = layout.loaded.template.parameters().clone();
        let sweep = &self.loaded.file.scenario.sweep;
        for ((axis, position), knob) in sweep.axes.iter().zip(sweep.positions(point)).zip(&layout.knobs) {
            if let (Some(knob), Some(value)) = (knob, axis.at(position).number()) {
                knob.set(&mut parameters, value);
            }
        }
        parameters
    }

    /// The settings of a point, as cells of a table.
    pub(crate) fn settings(&self, point: u64) -> impl Iterator<Item = String> {
        let sweep = &self.loaded.file.scenario.sweep;
        let positions = sweep.positions(point);
        sweep.axes.iter().zip(positions).map(|(axis, position)| Setting::text(&axis.at(position)))
    }

    /// The single defences of all games, and which of them each column of `points.csv` deploys.
    pub(crate) fn parts(&self) -> (Vec<String>, HashMap<String, Vec<usize>>) {
        let (mut singles, mut parts) = (Vec::new(), HashMap::new());
        for layout in &self.layouts {
            let template = &layout.loaded.template;
            let words = |(channel, name): &(Option<String>, String)| match channel {
                Some(channel) => format!("{channel}:{name}"),
                None => name.clone(),
            };
            let columns = columns_of(&mut singles, &template.base().iter().map(words).collect::<Vec<_>>());
            for (name, column) in template.defences().iter().zip(template.columns()) {
                let deployed = template.base().iter().zip(&columns).filter(|(single, _)| column.deploys(single));
                parts.insert(name.clone(), deployed.map(|(_, position)| *position as usize).collect());
            }
        }
        (singles, parts)
    }

    /// Paths of the swept keys.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.loaded.file.scenario.sweep.axes.iter().map(|axis| axis.path.clone()).collect()
    }
}

/// The knob of an axis in a layout; none where the key takes values that are no numbers.
fn knob(axis: &Axis, loaded: &Loaded) -> Option<Knob> {
    Knob::at(&axis.path, &loaded.file.scenario).filter(|_| axis.is_numeric())
}

/// The column of each name, adding those that are new.
fn columns_of(known: &mut Vec<String>, names: &[String]) -> Vec<u32> {
    names
        .iter()
        .map(|name| {
            let column = known.iter().position(|other| other == name).unwrap_or_else(|| {
                known.push(name.clone());
                known.len() - 1
            });
            u32::try_from(column).unwrap_or(u32::MAX)
        })
        .collect()
}
