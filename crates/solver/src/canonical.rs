//! Canonical: of all optimal mixes, the one with the least Euclidean norm of its marginals.
//!
//! Source: Wolfe, "Finding the nearest point in a polytope", 1976, on the optimal face of the game's linear program.
//! Differs: exact; the face is known by its linear program (`tableau.rs`), not by a list of its corners; distances are
//! between marginals `z = M y`, of which there is one per defence where several pure strategies share a defence.
//!
//! Optimal mixes are the normal case to be many in games of measured rates, and which of them a simplex method ends at
//! depends on the order of its pivots. The least norm is one point, moves continuously while the face does, and treats
//! strategies alike that are alike. No choice can be continuous where the face itself jumps: in the game `(t, 0)'` the
//! attacker's only optimal mix changes sides at `t = 0`.
//!
//! | symbol | here | shape | unit |
//! |---|---|---|---|
//! | `p_k` | `corral` | corners × strategies | 1 / `w` of the program |
//! | `α` | `weights` | corners | none |
//! | `z = M Σ α_k p_k` | `nearest` | marginals | as `p_k` |
//!
//! 1. Start at the optimal vertex: the only corner.
//! 2. `z` from the weights; the corner `p` of the face that minimises `z'M p`. Stop if `z'M p ≥ z'z`.
//! 3. Add `p`. Find the point of least norm in the affine hull of the corners.
//! 4. If it needs negative weights: go towards it as far as weights stay positive, drop the corners at 0, find it again.
//!    Then from 2.
//!
//! Guarantee: finite, since the norm falls from set of corners to set of corners; exact. [`LeastNorm`] proves the end:
//! multipliers that bound `z'M y` from below by `z'z` for every optimal `y`, so that `|M y| ≥ |z|` (Cauchy and Schwarz),
//! with equality only for `M y = z`. Not guaranteed: one mix, where several have the same marginals.
//!
//! In doubles the same point of the same face comes from `nearest.rs`, by another algorithm.

use dashu_int::IBig;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{AttackId, DefenceId, Game, MixedStrategy};

use crate::basis::{Layout, Variable};
use crate::exact::Optimum;
use crate::program::integer_row;
use crate::settings::Settings;
use crate::solution::Status;
use crate::tableau::{End, Tableau, is_negative, is_positive};

/// Rounds of step 2 per strategy and constraint after which the search gives up; it takes about one per strategy.
const ROUNDS_PER_STRATEGY: u64 = 20;

/// Whose mix is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Player {
    /// Rows.
    Attacker,
    /// Columns.
    Defender,
}

/// How marginals follow from a mix: `z = M y`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Marginals {
    /// Each pure strategy is its own: `z = y`.
    #[default]
    Same,
    /// One row of `M` per marginal, with one coefficient per pure strategy; missing ones count as 0.
    Rows(Vec<Vec<Rational>>),
}

impl Marginals {
    /// `M y`.
    #[must_use]
    pub fn of(&self, mix: &[Rational]) -> Vec<Rational> {
        match self {
            Self::Same => mix.to_vec(),
            Self::Rows(rows) => rows.iter().map(|row| dot(row, mix)).collect(),
        }
    }

    /// `M'z`, for so many pure strategies.
    fn back(&self, marginals: &[Rational], strategies: usize) -> Vec<Rational> {
        match self {
            Self::Same => marginals.to_vec(),
            Self::Rows(rows) => {
                let mut costs = vec![Rational::ZERO; strategies];
                for (row, z) in rows.iter().zip(marginals).filter(|(_, z)| !z.is_zero()) {
                    costs.iter_mut().zip(row).for_each(|(cost, entry)| *cost += z * entry);
                }
                costs
            }
        }
    }
}

/// The optimal mix with the least norm of its marginals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The mix.
    pub mix: MixedStrategy,
    /// Of the attacker: multipliers that are optimal together with the mix, one per constraint. Else empty.
    pub multipliers: Vec<Rational>,
    /// Rounds of step 2; 0 where the optimal mix is unique.
    pub rounds: u64,
}

/// Proof that no optimal mix has marginals of a smaller norm: multipliers of the linear program `minimise (M'z)'y` over
/// the optimal mixes `y`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeastNorm {
    /// One per pure strategy of the other player, on the loss that exceeds (for the attacker: misses) the value.
    pub opponents: Vec<Rational>,
    /// Of the defender: one per constraint, on its excess. Else empty.
    pub constraints: Vec<Rational>,
}

/// Finds the optimal mix of least norm.
///
/// # Errors
/// The limit that was reached: no mix is as good as chosen then, and the optimum's own is there to fall back on.
///
/// # Complexity
/// About as many linear programs on the face, and systems of linear equations, as the face has dimensions.
pub fn choose(optimum: &Optimum, player: Player, marginals: &Marginals, settings: &Settings) -> Result<Choice, Status> {
    let side = Side::of(optimum, player);
    let limits = settings.limits();
    let most = ROUNDS_PER_STRATEGY * (side.count as u64 + 1);
    // 1. The optimal vertex.
    let first = side.corner(&side.tableau, marginals);
    let Some(mut face) = side.tableau.optimal_face() else { return side.choice(&[first], &[Rational::ONE], 0) };
    let mut gram = vec![vec![dot(&first.marginals, &first.marginals)]];
    let (mut corral, mut weights) = (vec![first], vec![Rational::ONE]);
    let mut rounds = 0;
    loop {
        if let Some(status) = limits.reached(rounds) {
            return Err(status);
        }
        if rounds >= most {
            return Err(Status::IterationLimit);
        }
        rounds += 1;
        // 2. The corner nearest to the origin in the direction of `z`.
        let nearest = combination(corral.iter().map(|corner| &corner.marginals), &weights);
        if side.descend(&mut face, &marginals.back(&nearest, side.strategies)) != End::Optimal {
            return Err(Status::Stalled);
        }
        let corner = side.corner(&face, marginals);
        if dot(&nearest, &corner.marginals) >= dot(&nearest, &nearest) {
            return side.choice(&corral, &weights, rounds);
        }
        // 3. One corner more.
        let mut products: Vec<_> = corral.iter().map(|other| dot(&other.marginals, &corner.marginals)).collect();
        gram.iter_mut().zip(&products).for_each(|(row, product)| row.push(product.clone()));
        products.push(dot(&corner.marginals, &corner.marginals));
        gram.push(products);
        corral.push(corner);
        weights.push(Rational::ZERO);
        // 4. The least norm in the affine hull, as far as weights allow.
        loop {
            let target = affine_minimiser(&gram);
            if target.iter().all(|weight| *weight > Rational::ZERO) {
                weights = target;
                break;
            }
            let negative = || weights.iter().zip(&target).filter(|(_, t)| **t <= Rational::ZERO);
            // A weight of 0 at both ends asks for no step at all.
            let step = |(w, t): (&Rational, &Rational)| if w == t { Rational::ZERO } else { w / (w - t) };
            let Some(step) = negative().map(step).min() else { return Err(Status::Stalled) };
            for (weight, t) in weights.iter_mut().zip(&target) {
                *weight = &*weight + &step * (t - &*weight);
            }
            let kept: Vec<_> = (0..weights.len()).filter(|k| weights[*k] > Rational::ZERO).collect();
            if kept.len() == weights.len() || kept.is_empty() {
                return Err(Status::Stalled);
            }
            gram = kept.iter().map(|&a| kept.iter().map(|&b| gram[a][b].clone()).collect()).collect();
            corral = kept.iter().map(|k| corral[*k].clone()).collect();
            weights = kept.iter().map(|k| weights[*k].clone()).collect();
        }
    }
}

/// Proves that a mix has the least norm; `None` if it has not.
#[must_use]
pub fn prove(optimum: &Optimum, player: Player, mix: &MixedStrategy, marginals: &Marginals) -> Option<LeastNorm> {
    let Side { mut tableau, strategies, .. } = Side::of(optimum, player);
    let side = Side::of(optimum, player);
    let costs = marginals.back(&marginals.of(&mix.probabilities()), strategies);
    if let Some(mut face) = tableau.optimal_face() {
        side.descend(&mut face, &costs);
        tableau.move_to(face.basic(), || false).then_some(())?;
    }
    // On the whole program, a variable that the face holds at 0 may have a reduced cost of either sign, and a positive
    // one in the game itself: enough of the latter makes all of them at least 0.
    let columns = tableau.nonbasic().len();
    let game: Vec<_> = (0..columns).map(|c| tableau.reduced_cost(c).clone()).collect();
    let factor = side.set_costs(&mut tableau, &costs);
    let over = |numerator: &IBig| Rational::from_parts_signed(numerator.clone(), tableau.denominator().clone());
    let mut enough = Rational::ZERO;
    for (c, held) in game.iter().enumerate().filter(|(c, _)| is_negative(tableau.reduced_cost(*c))) {
        if !is_positive(held) {
            return None;
        }
        enough = saddlepoint_game::rational::max(enough, -over(tableau.reduced_cost(c)) / over(held));
    }
    let layout = optimum.program.layout;
    let (others, bounds) = match player {
        Player::Attacker => (layout.defences, 0),
        Player::Defender => (layout.attacks, layout.constraints),
    };
    let mut proof = LeastNorm { opponents: vec![Rational::ZERO; others], constraints: vec![Rational::ZERO; bounds] };
    for (c, &number) in tableau.nonbasic().iter().enumerate() {
        let multiplier = (over(tableau.reduced_cost(c)) + &enough * over(&game[c])) / &factor;
        match (player, layout.variable(number)) {
            (Player::Defender, Variable::Attack(i)) => proof.opponents[i] = optimum.program.per_loss(multiplier),
            (Player::Defender, Variable::Constraint(k)) => {
                proof.constraints[k] = optimum.program.per_excess(k, multiplier);
            }
            (Player::Attacker, Variable::Defence(j)) => proof.opponents[j] = optimum.program.per_loss(multiplier),
            _ => {}
        }
    }
    Some(proof)
}

impl LeastNorm {
    /// Whether this proves that no mix of a player that is optimal in a game of this value has marginals of a smaller
    /// norm than a mix's. It reads nothing but the game.
    ///
    /// With `c = M'M y` it is that `c_j + Σ_i a_i (L_ij - v) + Σ_k b_k (c_kj - B_k) ≥ c'y` for every defence `j`; for
    /// the attacker `c_i - Σ_j a_j (L_ij - v) ≥ c'x` for every attack `i`, and `Σ_j a_j (c_kj - B_k) ≤ 0` for every
    /// constraint.
    #[must_use]
    pub fn holds(
        &self,
        game: &Game,
        player: Player,
        value: &Rational,
        mix: &MixedStrategy,
        marginals: &Marginals,
    ) -> bool {
        let own = mix.probabilities();
        let costs = marginals.back(&marginals.of(&own), own.len());
        let least = dot(&costs, &own);
        let nonnegative = self.opponents.iter().chain(&self.constraints).all(|weight| *weight >= Rational::ZERO);
        let weighted = |weights: &[Rational], number: &dyn Fn(usize) -> Rational| {
            let positive = weights.iter().enumerate().filter(|(_, weight)| !weight.is_zero());
            positive.fold(Rational::ZERO, |sum, (k, weight)| sum + weight * number(k))
        };
        let bounded = match player {
            Player::Defender => costs.iter().enumerate().all(|(j, cost)| {
                let losses = weighted(&self.opponents, &|i| game.loss.loss(AttackId(i), DefenceId(j)) - value);
                let excesses = weighted(&self.constraints, &|k| game.constraints[k].excess(j));
                cost + losses + excesses >= least
            }),
            Player::Attacker => {
                let constraints = &game.constraints;
                costs.iter().enumerate().all(|(i, cost)| {
                    cost - weighted(&self.opponents, &|j| game.loss.loss(AttackId(i), DefenceId(j)) - value) >= least
                }) && constraints.iter().all(|c| weighted(&self.opponents, &|j| c.excess(j)) <= Rational::ZERO)
            }
        };
        let sizes = match player {
            Player::Defender => (game.loss.attacks().len(), game.constraints.len()),
            Player::Attacker => (game.loss.defences().len(), 0),
        };
        nonnegative && sizes == (self.opponents.len(), self.constraints.len()) && bounded
    }
}

/// One player's program, and which of its variables are that player's.
struct Side {
    /// Maximises `-Σ` or `Σ` of the player's weights; optimal.
    tableau: Tableau,
    /// The player's first variable.
    first: usize,
    /// Its variables: pure strategies, then (of the attacker) multipliers.
    count: usize,
    strategies: usize,
    w: Rational,
    /// Back from the program's multipliers, one per constraint, for the attacker.
    multiplier: Vec<Rational>,
}

/// A corner of the optimal face.
#[derive(Clone)]
struct Extreme {
    /// One per variable of the player.
    values: Vec<Rational>,
    marginals: Vec<Rational>,
}

impl Side {
    fn of(optimum: &Optimum, player: Player) -> Self {
        let program = &optimum.program;
        let Layout { attacks, defences, constraints } = program.layout;
        let w = optimum.w();
        match player {
            Player::Defender => {
                let tableau = optimum.tableau.clone();
                Self { tableau, first: 0, count: defences, strategies: defences, w, multiplier: Vec::new() }
            }
            Player::Attacker => Self {
                tableau: optimum.tableau.dual(),
                first: defences,
                count: attacks + constraints,
                strategies: attacks,
                w,
                multiplier: (0..constraints).map(|k| program.multiplier(k, &Rational::ONE)).collect(),
            },
        }
    }

    fn corner(&self, tableau: &Tableau, marginals: &Marginals) -> Extreme {
        let mut values = vec![Rational::ZERO; self.count];
        for (row, number) in tableau.basic().iter().enumerate() {
            if let Some(value) = number.checked_sub(self.first).and_then(|own| values.get_mut(own)) {
                *value = tableau.basic_value(row);
            }
        }
        let marginals = marginals.of(&values[..self.strategies]);
        Extreme { values, marginals }
    }

    /// Sets the objective to minus the costs of the pure strategies, times a positive factor, which is returned.
    fn set_costs(&self, tableau: &mut Tableau, costs: &[Rational]) -> Rational {
        let (row, factor) = integer_row(costs);
        let cost = |own: usize| row.get(own).map_or(IBig::ZERO, |cost| -cost);
        tableau.set_objective(|number| number.checked_sub(self.first).map_or(IBig::ZERO, cost));
        factor
    }

    /// Moves to a corner of the least cost.
    fn descend(&self, face: &mut Tableau, costs: &[Rational]) -> End {
        self.set_costs(face, costs);
        face.maximise(|| false)
    }

    fn choice(&self, corral: &[Extreme], weights: &[Rational], rounds: u64) -> Result<Choice, Status> {
        let values = combination(corral.iter().map(|corner| &corner.values), weights);
        let mut scaled: Vec<_> = values.iter().map(|value| value * &self.w).collect();
        let prices = scaled.split_off(self.strategies);
        let multipliers = prices.iter().zip(&self.multiplier).map(|(price, factor)| price * factor).collect();
        // The weights of every optimal corner sum to 1 / w, so this is a mix.
        let mix = MixedStrategy::exact(scaled).map_err(|_| Status::Stalled)?;
        Ok(Choice { mix, multipliers, rounds })
    }
}

fn dot(a: &[Rational], b: &[Rational]) -> Rational {
    let terms = a.iter().zip(b).filter(|(a, b)| !a.is_zero() && !b.is_zero());
    terms.fold(Rational::ZERO, |sum, (a, b)| sum + a * b)
}

/// `Σ_k weights[k] vectors[k]`.
fn combination<'a>(vectors: impl Iterator<Item = &'a Vec<Rational>>, weights: &[Rational]) -> Vec<Rational> {
    let mut sum = Vec::new();
    for (vector, weight) in vectors.zip(weights) {
        sum.resize(vector.len(), Rational::ZERO);
        sum.iter_mut().zip(vector).filter(|(_, v)| !v.is_zero()).for_each(|(sum, v)| *sum += weight * v);
    }
    sum
}

/// Weights, of sum 1, of the point of least norm in the affine hull of corners with these products: with `Q` the
/// products, `(Q + 1 1') w ∝ 1`. The corners are affinely independent, so that matrix is positive definite and
/// elimination needs no exchange of rows.
fn affine_minimiser(products: &[Vec<Rational>]) -> Vec<Rational> {
    let size = products.len();
    let mut system: Vec<Vec<Rational>> = products
        .iter()
        .map(|row| row.iter().map(|product| product + Rational::ONE).chain([Rational::ONE]).collect())
        .collect();
    for k in 0..size {
        let (above, below) = system.split_at_mut(k + 1);
        let pivot = &above[k];
        for row in below.iter_mut().filter(|row| !row[k].is_zero()) {
            let factor = &row[k] / &pivot[k];
            for (entry, pivot) in row[k..].iter_mut().zip(&pivot[k..]) {
                *entry -= &factor * pivot;
            }
        }
    }
    let mut weights = vec![Rational::ZERO; size];
    for k in (0..size).rev() {
        let known = dot(&system[k][k + 1..size], &weights[k + 1..]);
        weights[k] = (&system[k][size] - known) / &system[k][k];
    }
    let sum = weights.iter().fold(Rational::ZERO, |sum, weight| sum + weight);
    weights.iter().map(|weight| weight / &sum).collect()
}
