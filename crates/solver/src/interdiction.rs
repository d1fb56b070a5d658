//! Interdiction: where to inspect the routes of an attack, exactly.
//!
//! Source: Washburn and Wood, "Two-Person Zero-Sum Games for Network Interdiction", Operations Research 43 (1995).
//! Differs: everything in fractions; shortest augmenting paths (Edmonds and Karp 1972), whose number does not depend on
//! the capacities, so that they need not be scaled to integers (their common multiple need not fit any machine word).
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `p_e` | `Arc::detection` | arcs | probability |
//! | `u_e = 1 / p_e` | `Network::capacity`, none if `p_e = 0` | arcs | per probability |
//! | `f` | `Network::flow` | arcs | as `u` |
//! | `F` | `InspectionSolution::max_flow` | one | as `u` |
//!
//! 1. A largest flow `f` for capacities `1 / p_e`; a path without capacities means that detection is impossible.
//! 2. The arcs that leave the part still reached are a least cut: the choke points. Inspect `e` there with
//!    probability `u_e / F`, so that each route is detected with at least `p_e u_e / F = 1 / F`.
//! 3. The flow taken apart into routes, over `F`, is the attacker's mix: `e` is on its route with probability
//!    `f_e / F ≤ 1 / (p_e F)`, so that no inspection detects with more than `1 / F`.
//!
//! Guarantee: gap exactly 0. At most stages × arcs augmentations.

use std::collections::VecDeque;

use saddlepoint_game::MixedStrategy;
use saddlepoint_game::inspection::{InspectionCertificate, InspectionError, InspectionGame, certify_inspection};
use saddlepoint_game::rational::{self, Rational};

/// Both optimal mixes of an inspection game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectionSolution {
    /// Probability with which each arc is inspected.
    pub inspector: MixedStrategy,
    /// Routes, as arcs by position.
    pub routes: Vec<Vec<usize>>,
    /// Probability of each route.
    pub attacker: MixedStrategy,
    /// The choke points: a least cut, by position; empty if an attacker can avoid every detection.
    pub cut: Vec<usize>,
    /// `1 / value`; none if that is 0.
    pub max_flow: Option<Rational>,
    /// The probability of detection, twice.
    pub certificate: InspectionCertificate,
}

/// Solves an inspection game exactly.
///
/// # Errors
/// [`InspectionError`] if the answer is none, which would be a defect.
///
/// # Examples
/// ```
/// use saddlepoint_game::inspection::{Arc, InspectionGame};
/// use saddlepoint_game::rational::parse;
/// use saddlepoint_solver::interdiction;
///
/// // Two ways in, watched with 1/2 and 1/3: one of them is detected with 1 / (2 + 3).
/// let arc = |name: &str, p: &str| Arc { name: name.into(), from: 0, to: 1, detection: parse(p).expect("a number") };
/// let game = InspectionGame::new(2, vec![arc("text", "1/2"), arc("image", "1/3")], 0, 1)?;
/// let solution = interdiction::solve(&game)?;
/// assert_eq!(solution.certificate.lower, parse("1/5").expect("a number"));
/// assert_eq!(solution.certificate.upper, solution.certificate.lower);
/// # Ok::<(), saddlepoint_game::inspection::InspectionError>(())
/// ```
pub fn solve(game: &InspectionGame) -> Result<InspectionSolution, InspectionError> {
    let mut network = Network::new(game);
    // 1. The flow.
    let arcs = game.arcs().len();
    let (inspector, routes, weights, cut, max_flow) = match network.saturate() {
        Err(unseen) => {
            let mut inspector = vec![Rational::ZERO; arcs];
            inspector[0] = Rational::ONE;
            (inspector, vec![unseen], vec![Rational::ONE], Vec::new(), None)
        }
        Ok(reached) => {
            // 2. The cut.
            let leaves = |e: &usize| reached[game.arcs()[*e].from] && !reached[game.arcs()[*e].to];
            let cut: Vec<usize> = (0..arcs).filter(leaves).collect();
            let capacity = |e: usize| network.capacity[e].clone().unwrap_or(Rational::ZERO);
            let total = cut.iter().fold(Rational::ZERO, |sum, e| sum + capacity(*e));
            let mut inspector = vec![Rational::ZERO; arcs];
            for &e in &cut {
                inspector[e] = capacity(e) / &total;
            }
            // 3. The routes.
            let (routes, weights): (Vec<_>, Vec<_>) = network.routes().into_iter().unzip();
            let weights = weights.into_iter().map(|weight: Rational| weight / &total).collect();
            (inspector, routes, weights, cut, Some(total))
        }
    };
    let mix = |weights: Vec<Rational>| {
        let count = weights.len();
        MixedStrategy::exact(weights).map_err(|_| InspectionError::Shape { expected: 1, found: count })
    };
    let (inspector, attacker) = (mix(inspector)?, mix(weights)?);
    let certificate = certify_inspection(game, &inspector, &routes, &attacker)?;
    Ok(InspectionSolution { inspector, routes, attacker, cut, max_flow, certificate })
}

struct Network<'a> {
    game: &'a InspectionGame,
    /// `None` is no bound.
    capacity: Vec<Option<Rational>>,
    flow: Vec<Rational>,
}

impl<'a> Network<'a> {
    fn new(game: &'a InspectionGame) -> Self {
        let capacity = |p: &Rational| (!p.is_zero()).then(|| Rational::ONE / p);
        let capacity: Vec<_> = game.arcs().iter().map(|arc| capacity(&arc.detection)).collect();
        Self { game, flow: vec![Rational::ZERO; capacity.len()], capacity }
    }

    /// Makes the flow as large as it can be; the stages that more could still reach, or the route without any bound.
    fn saturate(&mut self) -> Result<Vec<bool>, Vec<usize>> {
        loop {
            let entered = match self.search() {
                Ok(entered) => entered,
                Err(reached) => return Ok(reached),
            };
            let (mut at, mut path) = (self.game.target(), Vec::new());
            while let Some((e, forwards)) = entered[at] {
                path.push((e, forwards));
                let arc = &self.game.arcs()[e];
                at = if forwards { arc.from } else { arc.to };
            }
            let room = |&(e, forwards): &(usize, bool)| self.room(e, forwards);
            let Some(amount) = path.iter().filter_map(room).reduce(rational::min) else {
                return Err(path.into_iter().rev().map(|(e, _)| e).collect());
            };
            for (e, forwards) in path {
                if forwards {
                    self.flow[e] += &amount;
                } else {
                    self.flow[e] -= &amount;
                }
            }
        }
    }

    /// What an arc can take more of, or give back; `None` is any amount.
    fn room(&self, e: usize, forwards: bool) -> Option<Rational> {
        if forwards {
            self.capacity[e].as_ref().map(|capacity| capacity - &self.flow[e])
        } else {
            Some(self.flow[e].clone())
        }
    }

    /// The arc by which each stage is entered on a shortest path to the target, or the stages reached if there is none.
    fn search(&self) -> Result<Vec<Option<(usize, bool)>>, Vec<bool>> {
        let stages = self.game.stages();
        let (mut reached, mut entered) = (vec![false; stages], vec![None; stages]);
        let mut queue = VecDeque::from([self.game.source()]);
        reached[self.game.source()] = true;
        while let Some(at) = queue.pop_front() {
            for (e, arc) in self.game.arcs().iter().enumerate() {
                for (forwards, from, to) in [(true, arc.from, arc.to), (false, arc.to, arc.from)] {
                    if from == at && !reached[to] && self.room(e, forwards).is_none_or(|room| !room.is_zero()) {
                        reached[to] = true;
                        entered[to] = Some((e, forwards));
                        queue.push_back(to);
                    }
                }
            }
        }
        if reached[self.game.target()] { Ok(entered) } else { Err(reached) }
    }

    /// The flow as routes without circles, each with the amount that it carries. Every turn empties an arc.
    fn routes(&mut self) -> Vec<(Vec<usize>, Rational)> {
        let (source, target) = (self.game.source(), self.game.target());
        let mut routes = Vec::new();
        loop {
            // Along flow from the source, to the target or into a circle.
            let (mut at, mut path, mut visited) = (source, Vec::new(), vec![source]);
            let circle = loop {
                if at == target {
                    break 0;
                }
                let next = |(_, (arc, flow)): &(usize, (&saddlepoint_game::inspection::Arc, &Rational))| {
                    arc.from == at && !flow.is_zero()
                };
                let Some((e, (arc, _))) = self.game.arcs().iter().zip(&self.flow).enumerate().find(next) else {
                    return routes;
                };
                path.push(e);
                at = arc.to;
                if let Some(position) = visited.iter().position(|stage| *stage == at) {
                    break position;
                }
                visited.push(at);
            };
            let is_route = at == target && visited.last() == Some(&target);
            let emptied = path.split_off(circle);
            let Some(amount) = emptied.iter().map(|e| self.flow[*e].clone()).reduce(rational::min) else {
                return routes;
            };
            for &e in &emptied {
                self.flow[e] -= &amount;
            }
            if is_route {
                routes.push((emptied, amount));
            }
        }
    }
}
