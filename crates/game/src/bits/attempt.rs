//! [`Attempt`]: one use as a binary channel, and its Shannon capacity in closed form.
//!
//! Source: Silverman, "On Binary Channels and Their Cascades", IRE Trans. Inf. Theory 1(3), 1955.
//! Differs: the closed form `C_S = log2(1 + 2^m) + (f h(s) - s h(f)) / J` subtracts numbers of size 1, with errors of
//! size `ε/J`, to get one of size `J²`, and has `0 · ∞` at its corners. Here the same maximum is computed as the mutual
//! information of the optimal input, from sums of terms that are not negative:
//!
//! 1. If the other end is nearer to its corner (`f < 1 - s`), exchange inputs and outputs: `f, s` become `1-s, 1-f`.
//! 2. `t = D(s || f) / J`. The optimal output has odds `q / (1-q) = e^t f / (1-f)`, since `h'(q) = (h(s)-h(f)) / J`.
//! 3. With `g = f (e^t - 1)`: `1 - q = (1-f) / (1+g)` and `q - f = (1-f) g / (1+g)`; no difference is taken.
//! 4. The share of attacks is `(q - f) / J`, always in (1/e, 1 - 1/e), and
//!    `C_S = [ (s - q) D(f || q) + (q - f) D(s || q) ] / (J ln 2)`.
//!
//! An error of `q` enters step 4 squared, because `q` is where the mutual information is largest.

use std::f64::consts::LN_2;

use crate::bits::advantage::Advantage;
use crate::bits::error::BitsError;
use crate::bits::logarithm::relative_entropy;
use crate::rational::{self, Rational};

/// Advantages below this, a probability difference, count as none: doubles of that size have too few digits.
const LEAST_ADVANTAGE: f64 = 1e-290;

/// Where `t` is larger, `f (e^t - 1)` is taken from `ln f + t`, so that no exponential overflows.
const LARGE_EXPONENT: f64 = 1.0;

/// The best attack and its absence as a binary channel: `success` is `s`, `benign` is `f`, `s ≥ f`.
///
/// A stage of a path is one too: it fails with probability `s` on bad input and `f` on good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    success: Rational,
    benign: Rational,
}

impl Attempt {
    /// The channel of some attacks: `successes` are `s_a`, one per attack, `benign` is `f`.
    ///
    /// Only the best attack matters: the others are mixtures of it and of the benign input, as far as outputs tell.
    ///
    /// # Errors
    /// [`BitsError`] as [`Advantage::of`].
    pub fn new(successes: &[Rational], benign: &Rational) -> Result<Self, BitsError> {
        let advantage = Advantage::of(successes, benign)?;
        Ok(Self { success: advantage.exact() + benign, benign: benign.clone() })
    }

    /// Probability of the bad outcome under the best attack, exact.
    #[must_use]
    pub fn success(&self) -> &Rational {
        &self.success
    }

    /// Probability of the bad outcome without attack, exact.
    #[must_use]
    pub fn benign(&self) -> &Rational {
        &self.benign
    }

    /// `J = s - f`, exact.
    #[must_use]
    pub fn advantage(&self) -> Advantage {
        Advantage::difference(&self.success, &self.benign)
    }

    /// This channel followed by a stage: the outcome here is the stage's input. Advantages multiply exactly.
    #[must_use]
    pub fn then(&self, stage: &Self) -> Self {
        let passed = |bad: &Rational| bad * &stage.success + (Rational::ONE - bad) * &stage.benign;
        Self { success: passed(&self.success), benign: passed(&self.benign) }
    }

    /// Shannon capacity in bits per use, at most [`Advantage::bits`]; relative error below 1e-13.
    ///
    /// An advantage below 1e-290 has none, so the absolute error is below that number there.
    #[must_use]
    pub fn shannon_bits(&self) -> f64 {
        let [s, f] = [&self.success, &self.benign];
        let [not_s, not_f] = [s, f].map(|p| Rational::ONE - p);
        let j = rational::to_f64(&(s - f));
        // 1.
        let [f, s] = if *f < not_s { [[&not_s, s], [&not_f, f]] } else { [[f, &not_f], [s, &not_s]] };
        let [f, s] = [f, s].map(|ends| ends.map(rational::to_f64));
        if j < LEAST_ADVANTAGE {
            return 0.0;
        }
        // The end further from its corner is at it: there is no noise.
        if f[0] == 0.0 {
            return 1.0;
        }
        // 2.
        let t = relative_entropy(s, f, -j) / j;
        // 3.
        let g = if t > LARGE_EXPONENT { (f[0].ln() + t).exp() - f[0] } else { f[0] * t.exp_m1() };
        let above = f[1] * g / (1.0 + g);
        let below = j - above;
        let q = [f[0] + above, f[1] / (1.0 + g)];
        // 4.
        (below * relative_entropy(f, q, above) + above * relative_entropy(s, q, -below)) / (j * LN_2)
    }
}
