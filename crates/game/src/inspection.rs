//! Inspection of one arc: an attacker walks from a source to a target, an inspector watches one arc of the way.
//!
//! An inspected arc `e` detects the attacker, if it walks there, with probability `p_e`; elsewhere nothing is seen. The
//! inspector maximises the probability of detection, the attacker minimises it. Source: Washburn and Wood, "Two-Person
//! Zero-Sum Games for Network Interdiction", Operations Research 43 (1995).
//!
//! *Lower bound.* A mix `z` over arcs detects with probability at least the length of a shortest route for lengths
//! `z_e p_e`. *Upper bound.* A mix over routes is detected with probability at most `max_e p_e f_e`, with `f_e` the
//! probability that its route has `e`. [`certify_inspection`] computes both exactly.

use std::collections::HashSet;

use crate::rational::{self, Rational};
use crate::strategy::MixedStrategy;

/// Why numbers are no inspection game, or a mix none of it. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InspectionError {
    /// An arc or an end names a stage that does not exist.
    #[error("{what} names stage {stage}; there are {stages}")]
    UnknownStage {
        /// What names it.
        what: String,
        /// The stage named.
        stage: usize,
        /// How many there are.
        stages: usize,
    },
    /// The attacker is at its target from the start.
    #[error("source and target are the same stage")]
    NoWay,
    /// No route leads to the target: there is nothing to inspect.
    #[error("no route leads from the source to the target")]
    NoRoute,
    /// A probability outside [0, 1].
    #[error("the detection probability of arc `{arc}` is {found}, not in [0, 1]")]
    Range {
        /// Name of the arc.
        arc: String,
        /// The number.
        found: String,
    },
    /// A mix of another length than what it is over.
    #[error("{found} probabilities, where {expected} are needed")]
    Shape {
        /// How many there must be.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// Arcs that are no route from source to target.
    #[error("route {position} is no way from the source to the target")]
    Route {
        /// Position of the route.
        position: usize,
    },
}

/// One step of a route, and how well it can be watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arc {
    /// Name, for messages and answers.
    pub name: String,
    /// The stage it leaves.
    pub from: usize,
    /// The stage it enters.
    pub to: usize,
    /// Probability that an attacker on it is detected, if it is inspected; 0 where nothing can be seen.
    pub detection: Rational,
}

/// Stages `0..stages`, arcs between them, and the ends of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionGame {
    stages: usize,
    arcs: Vec<Arc>,
    source: usize,
    target: usize,
}

/// Bounds on the probability of detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionCertificate {
    /// The inspector's mix detects at least with this probability.
    pub lower: Rational,
    /// Against the attacker's mix no inspection detects with more.
    pub upper: Rational,
}

impl InspectionGame {
    /// A game in which a route exists.
    ///
    /// # Errors
    /// [`InspectionError`] says which stage, probability or way is wrong.
    pub fn new(stages: usize, arcs: Vec<Arc>, source: usize, target: usize) -> Result<Self, InspectionError> {
        let named = arcs.iter().flat_map(|arc| [(&arc.name, arc.from), (&arc.name, arc.to)]);
        let ends =
            [(&String::from("the source"), source), (&String::from("the target"), target)].map(|(n, s)| (n.clone(), s));
        let all = named.map(|(name, stage)| (format!("arc `{name}`"), stage)).chain(ends);
        if let Some((what, stage)) = all.into_iter().find(|(_, stage)| *stage >= stages) {
            return Err(InspectionError::UnknownStage { what, stage, stages });
        }
        if source == target {
            return Err(InspectionError::NoWay);
        }
        if let Some(arc) = arcs.iter().find(|arc| arc.detection < Rational::ZERO || arc.detection > Rational::ONE) {
            let found = rational::to_text(&arc.detection);
            return Err(InspectionError::Range { arc: arc.name.clone(), found });
        }
        let game = Self { stages, arcs, source, target };
        let lengths = vec![Rational::ZERO; game.arcs.len()];
        if game.shortest(&lengths).is_none() {
            return Err(InspectionError::NoRoute);
        }
        Ok(game)
    }

    /// Number of stages.
    #[must_use]
    pub fn stages(&self) -> usize {
        self.stages
    }

    /// The arcs, in the order given.
    #[must_use]
    pub fn arcs(&self) -> &[Arc] {
        &self.arcs
    }

    /// Where the attacker starts.
    #[must_use]
    pub fn source(&self) -> usize {
        self.source
    }

    /// Where it wants to.
    #[must_use]
    pub fn target(&self) -> usize {
        self.target
    }

    /// The length of a shortest route for lengths of at least 0, by arc.
    fn shortest(&self, lengths: &[Rational]) -> Option<Rational> {
        let mut reached: Vec<Option<Rational>> = vec![None; self.stages];
        reached[self.source] = Some(Rational::ZERO);
        // Bellman and Ford: a shortest route has fewer arcs than there are stages.
        for _ in 0..self.stages {
            let mut changed = false;
            for (arc, length) in self.arcs.iter().zip(lengths) {
                let Some(there) = reached[arc.from].as_ref().map(|from| from + length) else { continue };
                if reached[arc.to].as_ref().is_none_or(|to| there < *to) {
                    reached[arc.to] = Some(there);
                    changed = true;
                }
            }
            if !changed {
                break;
            }
        }
        reached.swap_remove(self.target)
    }

    /// Whether the arcs, by position, lead from source to target, each stage once.
    fn is_route(&self, route: &[usize]) -> bool {
        let mut at = self.source;
        let mut seen = HashSet::from([at]);
        let follows = route.iter().all(|e| match self.arcs.get(*e) {
            Some(arc) if arc.from == at => {
                at = arc.to;
                seen.insert(at)
            }
            _ => false,
        });
        follows && at == self.target
    }
}

/// Proves what both mixes guarantee: `inspector` has a probability per arc, `attacker` one per route, which is a list of
/// arcs by position.
///
/// # Errors
/// [`InspectionError`] if a mix does not fit or a route is none.
pub fn certify_inspection(
    game: &InspectionGame,
    inspector: &MixedStrategy,
    routes: &[Vec<usize>],
    attacker: &MixedStrategy,
) -> Result<InspectionCertificate, InspectionError> {
    for (expected, found) in [(game.arcs.len(), inspector.len()), (routes.len(), attacker.len())] {
        if expected != found {
            return Err(InspectionError::Shape { expected, found });
        }
    }
    if let Some(position) = routes.iter().position(|route| !game.is_route(route)) {
        return Err(InspectionError::Route { position });
    }
    let lengths: Vec<_> = game.arcs.iter().zip(inspector.probabilities()).map(|(arc, z)| z * &arc.detection).collect();
    let lower = game.shortest(&lengths).ok_or(InspectionError::NoRoute)?;
    let mut used = vec![Rational::ZERO; game.arcs.len()];
    for (route, x) in routes.iter().zip(attacker.probabilities()) {
        for e in route {
            used[*e] += &x;
        }
    }
    let detected = game.arcs.iter().zip(used).map(|(arc, used)| used * &arc.detection);
    Ok(InspectionCertificate { lower, upper: detected.reduce(rational::max).unwrap_or(Rational::ZERO) })
}
