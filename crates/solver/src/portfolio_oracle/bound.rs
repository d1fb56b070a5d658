//! The best-response problem in doubles, and linear minorants of it.
//!
//! Layers of terms as the rule has them: products `s Π r_d`, minima `min(s, min p_d)`, remainders `max(0, s - Σ c_d)`.
//! With the state of a node (what its members leave of each term) and any reference `z ∈ [0, 1]^D` over the
//! candidates, a completion `T` loses at least `A - Σ_T g_d`:
//!
//! - product, `τ = Σ z_d (-ln r_d)`, `E = exp(-τ)`: `A = E (1+τ)`, `g_d = -E ln r_d` where `r_d ≥ E`, else `A - r_d`, each
//!   times the state. The first is the tangent. The second is smaller and holds because `T` is a set: one such `d`
//!   leaves at least `r_d - E Σ' (-ln r)`, and a further one lowers this by `E (1-r)` at most, the minorant by
//!   `E (1+τ) - r`, which is no less.
//! - minimum: `A = π`, `g_d = max(0, π - p_d)` for the level `π` at which the reference has one defence below it;
//! - remainder: `A = state`, `g_d = min(c_d, state)`, or both 0 if the reference takes all of it.
//!
//! Gains are summed over terms for one defence after the other, so that a defence's rates lie side by side.

use saddlepoint_game::portfolio::{Burden, Composition, End, PortfolioGame};
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{AttackId, DefenceId};

/// Largest exponent of a reference, and logarithm of a rate of 0: `exp` stays far from underflow.
const MOST_EXPONENT: f64 = 50.0;

/// A budget counts as kept if it is exceeded by this fraction; what is found is judged exactly.
const LENIENCY: f64 = 1e-9;

/// Steps of the reference at the root.
const ROOT_STEPS: u32 = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Product,
    Minimum,
    Remainder,
}

struct Layer {
    kind: Kind,
    /// Share of the loss that is this layer's.
    share: f64,
    /// By defence, then by attack.
    rates: Vec<f64>,
    /// `-ln` of them, for products.
    logarithms: Vec<f64>,
}

/// Everything that does not depend on the attacker's mix.
pub(super) struct Problem {
    layers: Vec<Layer>,
    undefended: Vec<f64>,
    /// By defence, then by limit.
    burdens: Vec<f64>,
    most: Vec<f64>,
    defences: usize,
}

impl Problem {
    pub(super) fn new(game: &PortfolioGame, end: End) -> Self {
        let (attacks, defences) = (game.attacks().len(), game.defences().len());
        let undefended: Vec<_> = (0..attacks).map(|a| game.undefended(AttackId(a)).at(end).clone()).collect();
        let layer = |kind, share: &Rational, rate: &dyn Fn(&Rational, &Rational) -> Rational| {
            let cells = (0..defences).flat_map(|d| (0..attacks).map(move |a| (a, d)));
            let rates = cells.map(|(a, d)| {
                let s = &undefended[a];
                let p = game.single(AttackId(a), DefenceId(d)).at(end).min(s);
                if s.is_zero() { 0.0 } else { rational::to_f64(&rate(s, p)) }
            });
            let rates: Vec<f64> = rates.collect();
            let logarithm = |r: &f64| if *r > 0.0 { (-r.ln()).min(MOST_EXPONENT) } else { MOST_EXPONENT };
            let logarithms = rates.iter().map(logarithm).collect();
            Layer { kind, share: rational::to_f64(share), rates, logarithms }
        };
        let one = Rational::ONE;
        let layers = match (game.rule(), end) {
            (Composition::Independent, _) => vec![layer(Kind::Product, &one, &|s, p| p / s)],
            (Composition::Bounds, End::Lowest) => vec![layer(Kind::Remainder, &one, &|s, p| s - p)],
            (Composition::Bounds, End::Highest) => vec![layer(Kind::Minimum, &one, &|_, p| p.clone())],
            (Composition::Correlated(rho), _) => vec![
                layer(Kind::Product, &(Rational::ONE - rho), &|s, p| p / s),
                layer(Kind::Minimum, rho, &|_, p| p.clone()),
            ],
        };
        let (mut columns, mut most): (Vec<Vec<f64>>, Vec<f64>) = (Vec::new(), Vec::new());
        for limit in game.limits() {
            let burden = |burden: &Rational| match limit.burden {
                Burden::Sum => rational::to_f64(burden),
                // As accurate for small burdens as for large ones; infinite for 1.
                Burden::Compound if *burden < Rational::ONE / Rational::from(2) => -(-rational::to_f64(burden)).ln_1p(),
                Burden::Compound => -rational::to_f64(&(Rational::ONE - burden)).ln(),
            };
            if limit.burden == Burden::Sum || limit.most < one {
                columns.push(limit.burdens.iter().map(burden).collect());
                most.push(burden(&limit.most) * (1.0 + LENIENCY));
            }
        }
        if game.max_size() < defences {
            columns.push(vec![1.0; defences]);
            most.push(game.max_size() as f64);
        }
        let burdens = (0..defences).flat_map(|d| columns.iter().map(move |column| column[d])).collect();
        Self { layers, undefended: undefended.iter().map(rational::to_f64).collect(), burdens, most, defences }
    }

    /// The problem against a mix: terms only for attacks that are played, in compact rows.
    pub(super) fn weighted(&self, attacker: &[f64]) -> Weighted<'_> {
        let attacks = self.undefended.len();
        let played: Vec<usize> = (0..attacks).filter(|a| attacker[*a] > 0.0 && self.undefended[*a] > 0.0).collect();
        let compact = |values: &[f64]| -> Vec<f64> {
            (0..self.defences).flat_map(|d| played.iter().map(move |a| values[d * attacks + a])).collect()
        };
        let layers = self.layers.iter().map(|layer| Terms {
            kind: layer.kind,
            weights: played.iter().map(|a| attacker[*a] * layer.share).collect(),
            rates: compact(&layer.rates),
            logarithms: if layer.kind == Kind::Product { compact(&layer.logarithms) } else { Vec::new() },
        });
        let layers = layers.collect();
        Weighted { layers, start: played.iter().map(|a| self.undefended[*a]).collect(), problem: self }
    }
}

struct Terms {
    kind: Kind,
    weights: Vec<f64>,
    /// By defence, then by attack played.
    rates: Vec<f64>,
    logarithms: Vec<f64>,
}

impl Terms {
    fn tangents(&self, terms: &[f64], candidates: &[usize], reference: &[f64], memory: &mut Scratch) {
        let played = terms.len();
        let Scratch { constant, gains, exponents, tangents, levels, .. } = memory;
        exponents.clear();
        exponents.resize(played, 0.0);
        for &d in candidates.iter().filter(|d| reference[**d] > 0.0) {
            let z = reference[d];
            for (exponent, logarithm) in exponents.iter_mut().zip(&self.logarithms[d * played..][..played]) {
                *exponent += z * logarithm;
            }
        }
        tangents.clear();
        levels.clear();
        for (exponent, (weight, term)) in exponents.iter_mut().zip(self.weights.iter().zip(terms)) {
            let bounded = exponent.min(MOST_EXPONENT);
            let tangent = (-bounded).exp();
            *exponent = weight * term;
            tangents.push(tangent);
            levels.push(tangent * (1.0 + bounded));
            *constant += *exponent * tangent * (1.0 + bounded);
        }
        for (gain, &d) in gains.iter_mut().zip(candidates) {
            let rates = &self.rates[d * played..][..played];
            let logarithms = &self.logarithms[d * played..][..played];
            // Four sums, so that the loop has no chain of additions.
            let mut sums = [0.0; 4];
            for t in 0..played {
                let (rate, tangent) = (rates[t], tangents[t]);
                let fall = if rate >= tangent { tangent * logarithms[t] } else { levels[t] - rate };
                sums[t % 4] += exponents[t] * fall;
            }
            *gain += sums[0] + sums[1] + (sums[2] + sums[3]);
        }
    }

    fn minima(&self, terms: &[f64], candidates: &[usize], reference: &[f64], memory: &mut Scratch) {
        let played = terms.len();
        for (t, (weight, term)) in self.weights.iter().zip(terms).enumerate() {
            let rate = |d: usize| self.rates[d * played + t];
            let below = candidates.iter().filter(|d| reference[**d] > 0.0 && rate(**d) < *term);
            memory.order.clear();
            memory.order.extend(below.map(|d| (rate(*d), *d)));
            memory.order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let mut covered = 0.0;
            let level = memory.order.iter().find(|(_, d)| {
                covered += reference[*d];
                covered >= 1.0
            });
            let level = level.map_or(*term, |(rate, _)| *rate);
            memory.constant += weight * level;
            for (gain, &d) in memory.gains.iter_mut().zip(candidates) {
                *gain += weight * (level - rate(d)).max(0.0);
            }
        }
    }

    fn remainders(&self, terms: &[f64], candidates: &[usize], reference: &[f64], memory: &mut Scratch) {
        let played = terms.len();
        for (t, (weight, term)) in self.weights.iter().zip(terms).enumerate() {
            let rate = |d: usize| self.rates[d * played + t].min(*term);
            let taken: f64 = candidates.iter().map(|d| reference[*d] * rate(*d)).sum();
            if taken < *term {
                memory.constant += weight * term;
                for (gain, &d) in memory.gains.iter_mut().zip(candidates) {
                    *gain += weight * rate(d);
                }
            }
        }
    }
}

/// The problem against one mix.
pub(super) struct Weighted<'a> {
    problem: &'a Problem,
    layers: Vec<Terms>,
    start: Vec<f64>,
}

/// What the members leave of the terms and of the budgets.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    terms: Vec<f64>,
    left: Vec<f64>,
}

/// Memory of one bound.
#[derive(Default)]
pub(super) struct Scratch {
    constant: f64,
    pub(super) gains: Vec<f64>,
    pub(super) fractions: Vec<f64>,
    exponents: Vec<f64>,
    tangents: Vec<f64>,
    levels: Vec<f64>,
    order: Vec<(f64, usize)>,
    burdens: Vec<f64>,
    filled: Vec<f64>,
}

impl Weighted<'_> {
    pub(super) fn defences(&self) -> usize {
        self.problem.defences
    }

    /// The state of a portfolio, admissible or not.
    pub(super) fn state(&self, members: &[usize]) -> State {
        let terms = self.layers.iter().flat_map(|_| self.start.iter().copied()).collect();
        let root = State { terms, left: self.problem.most.clone() };
        members.iter().fold(root, |state, d| self.with(&state, *d))
    }

    pub(super) fn with(&self, state: &State, d: usize) -> State {
        let mut next = state.clone();
        self.add(&mut next, d);
        next
    }

    fn add(&self, state: &mut State, d: usize) {
        let played = self.start.len();
        for (k, layer) in self.layers.iter().enumerate() {
            let terms = state.terms[k * played..][..played].iter_mut().zip(&layer.rates[d * played..][..played]);
            match layer.kind {
                Kind::Product => terms.for_each(|(term, rate)| *term *= rate),
                Kind::Minimum => terms.for_each(|(term, rate)| *term = term.min(*rate)),
                Kind::Remainder => terms.for_each(|(term, rate)| *term = (*term - rate).max(0.0)),
            }
        }
        for (left, burden) in state.left.iter_mut().zip(self.burdens(d)) {
            *left -= burden;
        }
    }

    fn burdens(&self, d: usize) -> &[f64] {
        let limits = self.problem.most.len();
        &self.problem.burdens[d * limits..][..limits]
    }

    pub(super) fn loss(&self, state: &State) -> f64 {
        let weights = self.layers.iter().flat_map(|layer| &layer.weights);
        weights.zip(&state.terms).map(|(weight, term)| weight * term).sum()
    }

    pub(super) fn fits(&self, state: &State, d: usize) -> bool {
        let limits = self.burdens(d).iter().zip(&state.left).zip(&self.problem.most);
        limits.into_iter().all(|((burden, left), most)| *burden <= left + LENIENCY * most)
    }

    /// The largest part of what is left of a budget that a defence takes; at least a little.
    pub(super) fn share(&self, state: &State, d: usize) -> f64 {
        let shares = self.burdens(d).iter().zip(&state.left).map(|(burden, left)| burden / left.max(f64::MIN_POSITIVE));
        shares.fold(1e-3, f64::max)
    }

    /// A lower bound over all sets of candidates, from a reference by defence; gains and fractions stay in the memory.
    pub(super) fn bound(&self, state: &State, candidates: &[usize], reference: &[f64], memory: &mut Scratch) -> f64 {
        self.minorant(state, candidates, reference, memory);
        memory.constant - self.knapsack(state, candidates, memory)
    }

    fn minorant(&self, state: &State, candidates: &[usize], reference: &[f64], memory: &mut Scratch) {
        let played = self.start.len();
        memory.constant = 0.0;
        memory.gains.clear();
        memory.gains.resize(candidates.len(), 0.0);
        for (k, layer) in self.layers.iter().enumerate() {
            let terms = &state.terms[k * played..][..played];
            match layer.kind {
                Kind::Product => layer.tangents(terms, candidates, reference, memory),
                Kind::Minimum => layer.minima(terms, candidates, reference, memory),
                Kind::Remainder => layer.remainders(terms, candidates, reference, memory),
            }
        }
    }

    /// A bound on the gains of a set that fits: the least of fractional knapsacks, one a limit and one of all together.
    fn knapsack(&self, state: &State, candidates: &[usize], memory: &mut Scratch) -> f64 {
        let limits = self.problem.most.len();
        let mut least: f64 = memory.gains.iter().sum();
        memory.fractions.clear();
        memory.fractions.resize(candidates.len(), 1.0);
        for k in 0..=limits {
            let budget = match k {
                k if k < limits => state.left[k] + LENIENCY * self.problem.most[k],
                _ if limits > 1 => limits as f64 * (1.0 + LENIENCY),
                _ => continue,
            };
            memory.burdens.clear();
            memory.burdens.extend(candidates.iter().map(|d| {
                let burdens = self.burdens(*d);
                let together = || {
                    let limits = burdens.iter().zip(&state.left).zip(&self.problem.most);
                    let taken = limits.filter(|((burden, _), _)| **burden > 0.0);
                    taken.map(|((burden, left), most)| burden / (left + LENIENCY * most)).sum()
                };
                if k < limits { burdens[k] } else { together() }
            }));
            let total = fill(memory, budget);
            if total < least {
                least = total;
                std::mem::swap(&mut memory.fractions, &mut memory.filled);
            }
        }
        least
    }

    /// The best bound at the root.
    pub(super) fn root_bound(&self) -> f64 {
        let candidates: Vec<_> = (0..self.defences()).collect();
        self.relaxed(&self.state(&[]), &candidates).1
    }

    /// A reference near the relaxation's optimum, and the best bound met on the way to it.
    pub(super) fn relaxed(&self, state: &State, candidates: &[usize]) -> (Vec<f64>, f64) {
        let (mut reference, mut memory) = (vec![0.0; self.defences()], Scratch::default());
        let candidates: Vec<_> = candidates.iter().copied().filter(|d| self.fits(state, *d)).collect();
        let mut best = 0.0;
        for step in 0..ROOT_STEPS {
            best = f64::max(best, self.bound(state, &candidates, &reference, &mut memory));
            move_reference(&mut reference, &candidates, &memory.fractions, 2.0 / f64::from(step + 2));
        }
        (reference, best)
    }
}

/// A step from the reference towards the fractions.
pub(super) fn move_reference(reference: &mut [f64], candidates: &[usize], fractions: &[f64], pace: f64) {
    for (&d, fraction) in candidates.iter().zip(fractions) {
        reference[d] += pace * (fraction - reference[d]);
    }
}

/// Fills a budget by gain over burden, the last by a fraction.
fn fill(memory: &mut Scratch, budget: f64) -> f64 {
    let Scratch { gains, burdens, order, filled, .. } = memory;
    order.clear();
    // A defence without burden comes first.
    order
        .extend(gains.iter().zip(burdens.iter()).enumerate().map(|(i, (gain, burden))| (gain / burden.max(1e-300), i)));
    order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    filled.clear();
    filled.resize(gains.len(), 0.0);
    let (mut total, mut left) = (0.0, budget);
    for &(_, i) in order.iter() {
        let fraction = if burdens[i] <= left { 1.0 } else { (left / burdens[i]).max(0.0) };
        total += fraction * gains[i];
        filled[i] = fraction;
        left -= burdens[i];
        if fraction < 1.0 {
            break;
        }
    }
    total
}
