//! [`Tally`]: counts one after the other, with their draws; [`Noisy`]: a game whose rates are known from a tally only.

use std::sync::Arc;

use dashu_int::IBig;

use super::count::{Count, Origin};
use super::error::NoiseError;
use super::stream::Stream;
use crate::rational::Rational;
use crate::scenario::Instance;

/// Drawn rates are multiples of 2^-`GRID_BITS`: an error below 5e-10, and exact pay-offs whose integers stay short.
pub const GRID_BITS: u32 = 30;

/// A game whose entries follow from rates that are known from counts only.
///
/// Nothing else of the game varies: the metrics that constraints limit are taken as they are printed, so the admissible
/// mixes are the same for all rates, and no draw is infeasible.
pub trait Noisy: Sync {
    /// The counts.
    fn tally(&self) -> &Tally;

    /// The rates that the source prints, one per count. They need not be multiples of `1 / n`.
    fn printed(&self) -> Vec<Rational> {
        self.tally().rates()
    }

    /// The game at some rates, one per count; all have the same shape and constraints.
    ///
    /// # Errors
    /// [`NoiseError`] if these cannot be the rates.
    fn instance(&self, rates: &[Rational]) -> Result<Instance, NoiseError>;

    /// Whether no loss falls as a rate rises: limits of the rates are limits of the loss then.
    fn is_monotone(&self) -> bool {
        true
    }

    /// Whether the defender must choose a single column.
    fn is_pure(&self) -> bool {
        false
    }

    /// The probability of each single defence under a mix over the columns.
    fn marginals(&self, mix: &[f64]) -> Vec<f64> {
        mix.to_vec()
    }
}

/// Counts, each of an attacker's successes, and the order in which they are drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    counts: Vec<Count>,
    /// Positions by the keys of the counts: draws go in this order, so that they belong to the counts and not to the order
    /// in which a file lists them.
    order: Arc<[usize]>,
}

impl Tally {
    /// Some counts, each with a key that says what was counted.
    #[must_use]
    pub fn new<K: Ord>(counts: Vec<(K, Count)>) -> Self {
        let mut order: Vec<usize> = (0..counts.len()).collect();
        order.sort_by(|a, b| counts[*a].0.cmp(&counts[*b].0));
        Self { counts: counts.into_iter().map(|(_, count)| count).collect(), order: order.into() }
    }

    /// The counts.
    #[must_use]
    pub fn counts(&self) -> &[Count] {
        &self.counts
    }

    /// Number of counts whose trials are assumed: what a result must say.
    #[must_use]
    pub fn assumed(&self) -> usize {
        self.counts.iter().filter(|count| count.origin() == Origin::Assumed).count()
    }

    /// `k / n`, exactly; 1, which the defender can be sure not to exceed, without trials.
    #[must_use]
    pub fn rates(&self) -> Vec<Rational> {
        self.counts.iter().map(|count| count.rate().unwrap_or(Rational::ONE)).collect()
    }

    /// As [`Tally::rates`], rounded to the grid of draws.
    #[must_use]
    pub fn rounded_rates(&self) -> Vec<Rational> {
        self.counts.iter().map(|count| on_grid(count.rate_f64().unwrap_or(1.0))).collect()
    }

    /// Rates drawn from the posterior of each count ([`Stream::posterior_rate`]), rounded to the grid.
    pub fn posterior(&self, stream: &mut Stream) -> Vec<Rational> {
        let mut rates = vec![Rational::ZERO; self.counts.len()];
        for &position in self.order.iter() {
            rates[position] = on_grid(stream.posterior_rate(self.counts[position]));
        }
        rates
    }

    /// The counts as a repetition of the experiment might find them, if `truth` were the true rates: the same trials, with
    /// binomial successes.
    ///
    /// # Errors
    /// [`NoiseError::Rates`] unless there is one rate per count, each in [0, 1].
    pub fn repeated(&self, truth: &[f64], stream: &mut Stream) -> Result<Self, NoiseError> {
        if truth.len() != self.counts.len() || !truth.iter().all(|rate| (0.0..=1.0).contains(rate)) {
            return Err(NoiseError::Rates { cells: self.counts.len(), found: truth.len() });
        }
        let mut counts = self.counts.clone();
        for &position in self.order.iter() {
            let count = &mut counts[position];
            let successes = stream.binomial(count.trials(), truth[position]);
            *count = Count::new(successes, count.trials(), count.origin())?;
        }
        Ok(Self { counts, order: self.order.clone() })
    }

    /// Deals the trials of each count into two halves at random, the second one larger by a trial if they are odd:
    /// `k1 ~ Hypergeometric(n, k, n / 2)`.
    ///
    /// Given the true rates, the halves are independent, as two tables measured with half the trials each.
    ///
    /// # Errors
    /// [`NoiseError::Halves`] if a count has fewer than 2 trials.
    pub fn halves(&self, stream: &mut Stream) -> Result<(Self, Self), NoiseError> {
        let (mut first, mut second) = (self.counts.clone(), self.counts.clone());
        for &position in self.order.iter() {
            let count = self.counts[position];
            let (k, n) = (count.successes(), count.trials());
            if n < 2 {
                return Err(NoiseError::Halves { count: position, trials: n });
            }
            let (half, successes) = (n / 2, stream.hypergeometric(n, k, n / 2));
            first[position] = Count::new(successes, half, count.origin())?;
            second[position] = Count::new(k - successes, n - half, count.origin())?;
        }
        let half = |counts| Self { counts, order: self.order.clone() };
        Ok((half(first), half(second)))
    }
}

/// The nearest multiple of 2^-[`GRID_BITS`] to a rate in [0, 1].
fn on_grid(rate: f64) -> Rational {
    let steps = 1_u64 << GRID_BITS;
    // At most 2^30, and not negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let step = ((rate * steps as f64).round() as u64).min(steps);
    Rational::from_parts(IBig::from(step), steps.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational::{parse, to_f64};

    fn tally(counts: &[(u64, u64)]) -> Tally {
        let count = |(k, n): &(u64, u64)| Count::new(*k, *n, Origin::Assumed).expect("a count");
        Tally::new(counts.iter().enumerate().map(|(key, counts)| (key, count(counts))).collect())
    }

    #[test]
    fn rates_of_another_shape_are_refused() {
        let counts = tally(&[(1, 4), (0, 0), (3, 3)]);
        for rates in [&[0.5; 2][..], &[0.5, 0.5, 1.5], &[f64::NAN; 3]] {
            let refused = counts.repeated(rates, &mut Stream::new(0, 0));
            assert_eq!(refused, Err(NoiseError::Rates { cells: 3, found: rates.len() }));
        }
        let certain = counts.repeated(&[1.0, 0.0, 0.0], &mut Stream::new(0, 0)).expect("rates");
        assert_eq!(certain, tally(&[(4, 4), (0, 0), (0, 3)]));
        assert_eq!((counts.assumed(), counts.rates()[1].clone()), (3, Rational::ONE));
    }

    #[test]
    fn halves_add_up_and_need_two_trials() {
        let counts = tally(&[(5, 11), (0, 2), (7, 7)]);
        for replicate in 0..50 {
            let (first, second) = counts.halves(&mut Stream::new(3, replicate)).expect("halves");
            for ((whole, first), second) in counts.counts().iter().zip(first.counts()).zip(second.counts()) {
                assert_eq!(first.successes() + second.successes(), whole.successes());
                assert_eq!((first.trials(), first.trials() + second.trials()), (whole.trials() / 2, whole.trials()));
            }
        }
        let refused = tally(&[(5, 11), (1, 1)]).halves(&mut Stream::new(3, 0));
        assert_eq!(refused, Err(NoiseError::Halves { count: 1, trials: 1 }));
    }

    #[test]
    fn draws_belong_to_the_counts_and_not_to_their_order() {
        let of = |order: [usize; 4]| {
            let counts = order.map(|k| (k, Count::new(k as u64, 10, Origin::Measured).expect("a count")));
            let (counts, mut stream) = (Tally::new(counts.to_vec()), Stream::new(5, 8));
            (counts.posterior(&mut stream), counts.repeated(&[0.5; 4], &mut stream).expect("rates").rates())
        };
        let (plain, moved) = (of([0, 1, 2, 3]), of([2, 0, 3, 1]));
        for (position, k) in [2, 0, 3, 1].into_iter().enumerate() {
            assert_eq!((&moved.0[position], &moved.1[position]), (&plain.0[k], &plain.1[k]));
        }
    }

    #[test]
    fn the_grid_is_fine_and_keeps_the_ends() {
        for (rate, exact) in [(0.0, "0"), (1.0, "1"), (0.5, "1/2"), (0.1, "0.1")] {
            let error = to_f64(&(on_grid(rate) - parse(exact).expect("a number"))).abs();
            assert!(error < 5e-10 && (error == 0.0 || exact == "0.1"));
        }
    }
}
