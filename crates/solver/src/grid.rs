//! The finish of `origami.rs` in 128-bit integers: coverages on a grid of 2^-53, utilities in their common denominator.
//!
//! A coverage `c / 2^53` makes target `t` worth `(2^53 Au_t - c δ_t) / 2^53`, again an integer over 2^53, so the level
//! that the attacked target sets is on the grid, and what the others need is a division rounded up.
//!
//! 1. `u*` in doubles.
//! 2. A level just below it at which the demands, rounded down, still use up the resources: the attacker always gets
//!    that much.
//! 3. A level just above it at which the demands, rounded up, fit.
//!
//! Both are reached by steps of Newton's method with a margin that doubles, so a few passes are enough.

use dashu_int::{IBig, UBig};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::security::{Coverage, SecurityGame};
use saddlepoint_game::{DYADIC_ONE, Payoffs};

use crate::origami;

const ONE: i128 = DYADIC_ONE as i128;

/// Passes over the targets in search of one level, before a worse one that needs no search is taken. The margin
/// doubles each time, so this is reached only if doubles misjudge the level by many orders of magnitude.
const MAX_PASSES: u32 = 48;

/// Attacked targets that are tried before the one that the attacker likes best, which needs no coverage.
const MAX_CANDIDATES: usize = 8;

/// A coverage and the level below which nothing pushes the attacker; the utilities must be in fixed form.
pub(crate) fn solve(game: &SecurityGame, resources: u32) -> (Coverage, Rational) {
    let targets = game.targets();
    let (Payoffs::Fixed { numerators: attacker, denominator }, Payoffs::Fixed { numerators: defender, .. }) =
        (targets.attacker_payoffs(), targets.defender_payoffs())
    else {
        return (Coverage::dyadic(vec![0; targets.len()]), Rational::ZERO);
    };
    let grid = Grid::new(attacker, defender, resources);
    let level = grid.lower();
    let coverage = grid.coverage(level);
    let scale = UBig::from(*denominator) * UBig::from(DYADIC_ONE);
    (Coverage::dyadic(coverage), Rational::from_parts(IBig::from(level), scale))
}

struct Grid<'a> {
    /// Covered and uncovered in turn.
    attacker: &'a [i64],
    defender: &'a [i64],
    /// All resources, on the grid.
    full: i128,
    /// The least level, in utility.
    floor: i64,
    /// `u*` above the least level, in doubles.
    above: f64,
    /// `Σ 1/δ` over the attack set, in doubles.
    weight: f64,
}

impl<'a> Grid<'a> {
    fn new(attacker: &'a [i64], defender: &'a [i64], resources: u32) -> Self {
        // Without resources nothing is covered.
        let which = usize::from(resources == 0);
        let floor = attacker.chunks_exact(2).map(|pair| pair[which]).max().unwrap_or(0);
        let needy = attacker.chunks_exact(2).filter(|pair| pair[1] > floor && pair[1] > pair[0]);
        let double = |high: i64, low: i64| (i128::from(high) - i128::from(low)) as f64;
        let mut pairs: Vec<_> = needy.map(|pair| (double(pair[1], floor), 1.0 / double(pair[1], pair[0]))).collect();
        let above = origami::level(&mut pairs, f64::from(resources), 0.0);
        let weight = pairs.iter().filter(|(a, _)| *a > above).map(|pair| pair.1).sum();
        Self { attacker, defender, full: i128::from(resources) * ONE, floor, above, weight }
    }

    fn floor_level(&self) -> i128 {
        i128::from(self.floor) * ONE
    }

    /// The level in doubles, on the grid.
    #[allow(clippy::cast_possible_truncation)] // Below 2^64 · 2^53.
    fn guess(&self) -> i128 {
        self.floor_level() + (self.above * ONE as f64) as i128
    }

    /// How far a level moves for an amount of coverage.
    #[allow(clippy::cast_possible_truncation)] // Saturates, and the result is checked in integers.
    fn step(&self, coverage: i128) -> i128 {
        if self.weight > 0.0 { ((coverage as f64 / self.weight) as i128).clamp(-(1 << 118), 1 << 118) } else { 0 }
    }

    /// 2. A proved level.
    fn lower(&self) -> i128 {
        let (floor, mut level, mut margin) = (self.floor_level(), self.guess(), 1_i128);
        for pass in 0..MAX_PASSES {
            if level <= floor {
                return floor;
            }
            let mut demand = 0_i128;
            for pair in self.attacker.chunks_exact(2) {
                let (delta, above) = (i128::from(pair[1]) - i128::from(pair[0]), i128::from(pair[1]) * ONE - level);
                if delta > 0 && above > 0 {
                    demand = demand.saturating_add(divided(above, delta));
                }
            }
            let excess = demand.saturating_sub(self.full);
            if excess >= 0 && (pass > 0 || excess <= 4 * self.attacker.len() as i128) {
                return level;
            }
            // Rises in the first pass only, where the doubles were too low by more than the grid.
            level += self.step(excess) - margin;
            margin *= 2;
        }
        floor
    }

    /// 3. The coverage, for the best attacked target that the grid allows.
    fn coverage(&self, level: i128) -> Vec<u64> {
        for t in self.candidates(level) {
            if let Some(coverage) = self.coverage_for(t, level) {
                return coverage;
            }
        }
        // The largest uncovered utility can always be attacked, with nothing covered.
        vec![0; self.attacker.len() / 2]
    }

    /// The targets that are worth most to the defender if attacked above a level, best first.
    fn candidates(&self, level: i128) -> Vec<usize> {
        let mut best: Vec<(f64, usize)> = Vec::with_capacity(MAX_CANDIDATES + 1);
        for (t, (a, d)) in self.attacker.chunks_exact(2).zip(self.defender.chunks_exact(2)).enumerate() {
            let above = i128::from(a[1]) * ONE - level;
            if above < 0 {
                continue;
            }
            let delta = i128::from(a[1]) - i128::from(a[0]);
            let most = match (d[0] > d[1], delta > 0) {
                (false, _) => 0.0,
                (true, true) => (above as f64 / (delta as f64 * ONE as f64)).min(1.0),
                (true, false) => 1.0,
            };
            let worth = d[1] as f64 + most * (d[0] as f64 - d[1] as f64);
            if best.len() == MAX_CANDIDATES && best.last().is_some_and(|last| worth <= last.0) {
                continue;
            }
            let place = best.partition_point(|other| other.0 >= worth);
            best.insert(place, (worth, t));
            best.truncate(MAX_CANDIDATES);
        }
        best.into_iter().map(|(_, t)| t).collect()
    }

    fn coverage_for(&self, t: usize, level: i128) -> Option<Vec<u64>> {
        let (covered, uncovered) = (i128::from(self.attacker[2 * t]), i128::from(self.attacker[2 * t + 1]));
        let (delta, top) = (uncovered - covered, uncovered * ONE);
        let wanted = self.defender[2 * t] > self.defender[2 * t + 1];
        let (mut held, mut margin) = (level.max(self.floor_level()), 1_i128);
        for _ in 0..MAX_PASSES {
            let own = if wanted && delta > 0 { ((top - held).max(0) / delta).min(ONE) } else { 0 };
            let reached = top - own * delta;
            if reached < self.floor_level() {
                return None;
            }
            let (mut coverage, others) = self.cover_others(t, reached);
            let excess = others + own - self.full;
            if excess <= 0 {
                let own = if wanted && delta == 0 { (self.full - others).min(ONE) } else { own };
                coverage[t] = u64::try_from(own).unwrap_or(0);
                return Some(coverage);
            }
            if own == 0 {
                return None;
            }
            held += self.step(excess) + margin;
            margin *= 2;
        }
        None
    }

    /// What the other targets need at a level, each of at most 1, and its sum.
    fn cover_others(&self, t: usize, level: i128) -> (Vec<u64>, i128) {
        let mut sum = 0_i128;
        let mut coverage: Vec<u64> = Vec::with_capacity(self.attacker.len() / 2);
        for (s, pair) in self.attacker.chunks_exact(2).enumerate() {
            let (delta, above) = (i128::from(pair[1]) - i128::from(pair[0]), i128::from(pair[1]) * ONE - level);
            let need = if s != t && delta > 0 && above > 0 { divided(above + delta - 1, delta) } else { 0 };
            sum += need;
            coverage.push(u64::try_from(need).unwrap_or(DYADIC_ONE));
        }
        (coverage, sum)
    }
}

/// The quotient of a number of at least 0, rounded down; by the shorter division where it fits.
fn divided(number: i128, divisor: i128) -> i128 {
    match (u64::try_from(number), u64::try_from(divisor)) {
        (Ok(number), Ok(divisor)) => i128::from(number / divisor),
        _ => number / divisor,
    }
}
