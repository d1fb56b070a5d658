//! Lower bounds on what any completion of a portfolio loses, for the checker's search.
//!
//! Against a fixed attack mix `x` the loss of a portfolio is a sum of terms, each of which a defence `d` lowers:
//!
//! | term | state without defences | with `d` | minorant over sets `T` of further defences, for any reference |
//! |---|---|---|---|
//! | product | `s` | `state · r_d` | `state (E (1+τ) - Σ_T h_d)`, `E = exp(-τ)`, `h_d = -E ln r_d` if `r_d ≥ E`, else `E (1+τ) - r_d` |
//! | minimum | `s` | `min(state, p_d)` | `π - Σ_T max(0, π - p_d)`, any `π ≤ state` |
//! | remainder | `s` | `max(0, state - c_d)` | `state - Σ_T min(c_d, state)`, or 0 |
//!
//! Product: if no `r_d < E`, it is the tangent of `exp` at `-τ`. One `r_d < E` leaves, with the rest of `T`, at least
//! `r_d (1 - Σ' (-ln r)) ≥ r_d - E Σ' (-ln r)`, which is what the minorant says. A further `r < E` multiplies a left side
//! of at most `E` by `r`, a fall of at most `E (1-r)`; the right side falls by `E (1+τ) - r`, which is no less since
//! `r (1-E) ≤ E (1-E) ≤ E τ`. At `τ = 0` it is the submodular bound. The other two rows are checked by cases.
//!
//! A minorant is linear in the set, so its least value within the limits is bounded by fractional knapsacks: one for
//! each limit, and one for all of them added in units of what is left.
//!
//! *Rounding.* States, weights and losses are in [0, 1], weights sum to at most 1. With at most [`LARGEST`] terms and
//! defences each sum and each product has fewer than 2^11 roundings of 2^-53 relative, a logarithm or an exponential
//! fewer than 2^4 more. So no bound that matters (above 0) is off by as much as [`ROUNDING`].

use crate::matrix::{AttackId, DefenceId};
use crate::portfolio::composition::{Composition, End};
use crate::portfolio::error::PortfolioError;
use crate::portfolio::game::PortfolioGame;
use crate::portfolio::limit::Burden;
use crate::rational::{self, Rational};

/// Most attacks and most defences for which [`ROUNDING`] is proved.
pub(super) const LARGEST: usize = 1_024;

/// More than all roundings of one bound together, in losses.
pub(super) const ROUNDING: f64 = 1.5e-11;

/// Largest exponent of a reference, so that `exp` stays far from underflow.
const MOST_EXPONENT: f64 = 50.0;

/// A limit may be exceeded by this fraction here: it makes sets possible that are not, never the reverse.
const LENIENCY: f64 = 1e-9;

enum Kind {
    Product,
    Minimum,
    Remainder,
}

struct Term {
    kind: Kind,
    weight: f64,
    start: f64,
    /// `r_d`, `p_d` or `c_d`.
    rates: Vec<f64>,
    /// `-ln r_d` of a product.
    logarithms: Vec<f64>,
}

/// The problem `min_S Σ x_a L(a, S)` in doubles, a little easier than it is.
pub(super) struct Relaxation {
    terms: Vec<Term>,
    /// Burdens by limit, then by defence.
    burdens: Vec<Vec<f64>>,
    most: Vec<f64>,
    defences: usize,
}

/// A place in the search: what is decided.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) members: Vec<DefenceId>,
    states: Vec<f64>,
    left: Vec<f64>,
}

/// What is undecided, and how much of each defence the reference has.
#[derive(Clone)]
pub(super) struct Open {
    pub(super) candidates: Vec<usize>,
    pub(super) reference: Vec<f64>,
}

impl Relaxation {
    pub(super) fn new(game: &PortfolioGame, attacker: &[Rational], end: End) -> Result<Self, PortfolioError> {
        let (attacks, defences) = (game.attacks().len(), game.defences().len());
        for (what, count) in [("attacks", attacks), ("defences", defences)] {
            if count > LARGEST {
                return Err(PortfolioError::TooLarge { what, limit: LARGEST });
            }
        }
        let mut terms = Vec::new();
        for (a, x) in attacker.iter().enumerate().filter(|(_, x)| !x.is_zero()) {
            let undefended = game.undefended(AttackId(a));
            if !undefended.is_exact() {
                return Err(PortfolioError::Uncertain { attack: game.attacks()[a].clone() });
            }
            let s = undefended.at(end);
            if s.is_zero() {
                continue;
            }
            let rates: Vec<_> =
                (0..defences).map(|d| game.single(AttackId(a), DefenceId(d)).at(end).min(s).clone()).collect();
            let mut term = |kind, share: Rational, rate: &dyn Fn(&Rational) -> Rational| {
                let rates: Vec<_> = rates.iter().map(|p| rational::to_f64(&rate(p))).collect();
                let logarithms = rates.iter().map(|r| if *r > 0.0 { -r.ln() } else { MOST_EXPONENT }).collect();
                let (weight, start) = (rational::to_f64(&(x * share)), rational::to_f64(s));
                terms.push(Term { kind, weight, start, rates, logarithms });
            };
            match (game.rule(), end) {
                (Composition::Independent, _) => term(Kind::Product, Rational::ONE, &|p| p / s),
                (Composition::Bounds, End::Lowest) => term(Kind::Remainder, Rational::ONE, &|p| s - p),
                (Composition::Bounds, End::Highest) => term(Kind::Minimum, Rational::ONE, &Rational::clone),
                (Composition::Correlated(rho), _) => {
                    term(Kind::Product, Rational::ONE - rho, &|p| p / s);
                    term(Kind::Minimum, rho.clone(), &Rational::clone);
                }
            }
        }
        let (mut burdens, mut most) = (Vec::new(), Vec::new());
        for limit in game.limits() {
            let additive = |burden: &Rational| match limit.burden {
                Burden::Sum => rational::to_f64(burden),
                Burden::Compound => exponent(burden),
            };
            if limit.burden == Burden::Compound && limit.most >= Rational::ONE {
                continue;
            }
            burdens.push(limit.burdens.iter().map(additive).collect());
            most.push(additive(&limit.most) * (1.0 + LENIENCY) + f64::MIN_POSITIVE);
        }
        if game.max_size() < defences {
            burdens.push(vec![1.0; defences]);
            most.push(game.max_size() as f64);
        }
        Ok(Self { terms, burdens, most, defences })
    }

    pub(super) fn root(&self) -> (Node, Open) {
        let states = self.terms.iter().map(|term| term.start).collect();
        let node = Node { members: Vec::new(), states, left: self.most.clone() };
        (node, Open { candidates: (0..self.defences).collect(), reference: vec![0.0; self.defences] })
    }

    /// What the portfolio loses, where it is composed by the rule.
    pub(super) fn loss(&self, node: &Node) -> f64 {
        self.terms.iter().zip(&node.states).map(|(term, state)| term.weight * state).sum()
    }

    pub(super) fn with(&self, node: &Node, d: usize) -> Node {
        let mut next = node.clone();
        next.members.push(DefenceId(d));
        for (term, state) in self.terms.iter().zip(&mut next.states) {
            let rate = term.rates[d];
            *state = match term.kind {
                Kind::Product => *state * rate,
                Kind::Minimum => state.min(rate),
                Kind::Remainder => (*state - rate).max(0.0),
            };
        }
        for (burdens, left) in self.burdens.iter().zip(&mut next.left) {
            *left -= burdens[d];
        }
        next
    }

    /// What is left of a budget, and a little more.
    fn left(&self, node: &Node, k: usize) -> f64 {
        node.left[k] + LENIENCY * self.most[k]
    }

    /// Drops the candidates that no longer fit.
    pub(super) fn fit(&self, node: &Node, open: &mut Open) {
        // An infinite burden fits nowhere.
        let fits = |d: usize| self.burdens.iter().enumerate().all(|(k, burdens)| burdens[d] <= self.left(node, k));
        open.candidates.retain(|d| fits(*d));
    }

    /// A constant and a gain for each candidate: every completion `T` loses at least `constant - Σ_T gain`.
    pub(super) fn minorant(&self, node: &Node, open: &Open) -> (f64, Vec<f64>) {
        let candidates = &open.candidates;
        let (mut constant, mut gains) = (0.0, vec![0.0; candidates.len()]);
        for (term, state) in self.terms.iter().zip(&node.states) {
            let scale = term.weight * state;
            match term.kind {
                Kind::Product => {
                    let exponents = candidates.iter().map(|d| open.reference[*d] * term.logarithms[*d]);
                    let exponent = exponents.sum::<f64>().min(MOST_EXPONENT);
                    let tangent = (-exponent).exp();
                    let level = tangent * (1.0 + exponent);
                    constant += scale * level;
                    for (gain, &d) in gains.iter_mut().zip(candidates) {
                        let rate = term.rates[d];
                        *gain += scale * if rate >= tangent { tangent * term.logarithms[d] } else { level - rate };
                    }
                }
                Kind::Minimum => {
                    let level = level(term, *state, open);
                    constant += term.weight * level;
                    for (gain, &d) in gains.iter_mut().zip(candidates) {
                        *gain += term.weight * (level - term.rates[d]).max(0.0);
                    }
                }
                Kind::Remainder => {
                    let taken: f64 = candidates.iter().map(|d| open.reference[*d] * term.rates[*d].min(*state)).sum();
                    if taken < *state {
                        constant += scale;
                        for (gain, &d) in gains.iter_mut().zip(candidates) {
                            *gain += term.weight * term.rates[d].min(*state);
                        }
                    }
                }
            }
        }
        (constant, gains)
    }

    /// A bound on the gains of any set that fits, and the fractions that attain it.
    pub(super) fn knapsack(&self, node: &Node, open: &Open, gains: &[f64]) -> (f64, Vec<f64>) {
        let count = open.candidates.len();
        let mut best = (gains.iter().sum(), vec![1.0; count]);
        let together = |d: usize| {
            let limits = self.burdens.iter().enumerate().filter(|(_, burdens)| burdens[d] > 0.0);
            limits.map(|(k, burdens)| burdens[d] / self.left(node, k)).sum()
        };
        for k in 0..=self.burdens.len() {
            let (burdens, budget): (Vec<f64>, f64) = match self.burdens.get(k) {
                Some(burdens) => (open.candidates.iter().map(|d| burdens[*d]).collect(), self.left(node, k)),
                None if self.burdens.len() > 1 => (
                    open.candidates.iter().map(|d| together(*d)).collect(),
                    self.burdens.len() as f64 * (1.0 + LENIENCY),
                ),
                None => continue,
            };
            let filled = fill(gains, &burdens, budget);
            if filled.0 < best.0 {
                best = filled;
            }
        }
        best
    }
}

/// `-ln (1 - b)`, accurate for small and for large `b`; infinite for 1, which fits no budget.
fn exponent(burden: &Rational) -> f64 {
    let b = rational::to_f64(burden);
    if b < 0.5 { -(-b).ln_1p() } else { -rational::to_f64(&(Rational::ONE - burden)).ln() }
}

/// The level of a minimum at which the reference covers it once.
fn level(term: &Term, state: f64, open: &Open) -> f64 {
    let mut below: Vec<_> = open
        .candidates
        .iter()
        .map(|d| (term.rates[*d], open.reference[*d]))
        .filter(|(rate, z)| *rate < state && *z > 0.0)
        .collect();
    below.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut covered = 0.0;
    for (rate, z) in below {
        covered += z;
        if covered >= 1.0 {
            return rate;
        }
    }
    state
}

/// Fractional knapsack: the largest gain per burden first. What gains nothing is left out: it has no place in that order,
/// and a free item without gain would be equal to every other.
fn fill(gains: &[f64], burdens: &[f64], budget: f64) -> (f64, Vec<f64>) {
    // Infinite where the burden is 0.
    let worth = |i: usize| gains[i] / burdens[i];
    let mut order: Vec<_> = (0..gains.len()).filter(|i| gains[*i] > 0.0).collect();
    order.sort_unstable_by(|&i, &j| worth(j).total_cmp(&worth(i)).then(i.cmp(&j)));
    let (mut total, mut left, mut fractions) = (0.0, budget, vec![0.0; gains.len()]);
    for i in order {
        let fraction = if burdens[i] <= left { 1.0 } else { (left / burdens[i]).max(0.0) };
        total += fraction * gains[i];
        fractions[i] = fraction;
        left -= burdens[i];
        if fraction < 1.0 {
            break;
        }
    }
    (total, fractions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_item_without_gain_does_not_upset_the_order() {
        // By gain per burden: the second (free), then the fifth, then the fourth.
        let (gains, burdens) = ([0.0, 0.3, 0.0, 0.1, 0.4], [0.0, 0.0, 2.0, 1.0, 1.0]);
        let (total, fractions) = fill(&gains, &burdens, 1.0);
        assert!((total - 0.7).abs() < 1e-15, "{total}");
        assert_eq!(fractions[1..], [1.0, 0.0, 0.0, 1.0]);
    }
}
