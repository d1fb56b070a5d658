//! Counts at random: binomial and hypergeometric numbers by inversion from the mode.
//!
//! Source: Kachitvichyanukul and Schmeiser, "Computer generation of hypergeometric random variates", Journal of
//! Statistical Computation and Simulation 22, 1985 (HIN). Differs: starts at the mode and goes to both sides in turn, so
//! that a number costs as many steps as its distribution is wide, not as its mean is large.
//!
//! 1. The probability of the mode, by logarithms of factorials.
//! 2. Take it from a uniform number; if that falls below 0, it is the mode.
//! 3. The same with the neighbours above and below, each from the one before by the ratio of neighbouring terms.

use super::stream::Stream;

impl Stream {
    /// Successes in at most `MAX_TRIALS` trials that each succeed with probability `rate` (taken into [0, 1]).
    pub(super) fn binomial(&mut self, trials: u64, rate: f64) -> u64 {
        if rate.is_nan() || rate <= 0.0 {
            return 0;
        }
        if rate >= 1.0 {
            return trials;
        }
        let odds = rate / (1.0 - rate);
        // Below 2^64 · 1, and rounded down.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let mode = (((trials as f64 + 1.0) * rate) as u64).min(trials);
        let logarithm =
            ln_choose(trials, mode) + mode as f64 * libm::log(rate) + (trials - mode) as f64 * libm::log1p(-rate);
        let ratio = |k: u64| (trials - k) as f64 / (k as f64 + 1.0) * odds;
        self.around_mode(mode, (0, trials), libm::exp(logarithm), ratio)
    }

    /// Marked ones among `drawn` taken without replacement from `total`, of which `marked` are marked.
    ///
    /// `marked` and `drawn` count as at most `total`, which is at most `MAX_TRIALS`.
    pub(super) fn hypergeometric(&mut self, total: u64, marked: u64, drawn: u64) -> u64 {
        let (marked, drawn) = (marked.min(total), drawn.min(total));
        let unmarked = total - marked;
        let (least, most) = (drawn.saturating_sub(unmarked), drawn.min(marked));
        if least == most {
            return least;
        }
        let centre = (drawn as f64 + 1.0) * (marked as f64 + 1.0) / (total as f64 + 2.0);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Between 0 and 2^64, rounded down.
        let mode = (centre as u64).clamp(least, most);
        let logarithm = ln_choose(marked, mode) + ln_choose(unmarked, drawn - mode) - ln_choose(total, drawn);
        // No difference is negative: `k` is at least `drawn - unmarked`.
        let ratio = |k: u64| {
            let to_mark = (marked - k) as f64 * (drawn - k) as f64;
            to_mark / ((k + 1) as f64 * (unmarked + k + 1 - drawn) as f64)
        };
        self.around_mode(mode, (least, most), libm::exp(logarithm), ratio)
    }

    /// 2-3. A number from `least` to `most`, where the mode has probability `peak` and `ratio(k)` is that of `k + 1` over
    /// that of `k`.
    fn around_mode(&mut self, mode: u64, (least, most): (u64, u64), peak: f64, ratio: impl Fn(u64) -> f64) -> u64 {
        let mut left = self.uniform() - peak;
        if left < 0.0 {
            return mode;
        }
        let (mut above, mut below) = ((mode, peak), (mode, peak));
        loop {
            let before = left;
            if above.0 < most {
                above = (above.0 + 1, above.1 * ratio(above.0));
                left -= above.1;
                if left < 0.0 {
                    return above.0;
                }
            }
            if below.0 > least {
                below = (below.0 - 1, below.1 / ratio(below.0 - 1));
                left -= below.1;
                if left < 0.0 {
                    return below.0;
                }
            }
            // Nothing is left to take: the rounding of all terms, about 1e-12 of all numbers.
            if left >= before {
                return mode;
            }
        }
    }
}

/// `ln C(n, k)`.
fn ln_choose(n: u64, k: u64) -> f64 {
    let ln_factorial = |n: u64| libm::lgamma(n as f64 + 1.0);
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u32 = 20_000;

    /// Pearson's statistic against exact probabilities, in bins of at least ten expected; its mean is the number of bins
    /// less one, its variance twice that. Five deviations.
    fn fits(draws: &[u64], probability: impl Fn(u64) -> f64, most: u64) {
        let expected = |k: u64| probability(k) * f64::from(DRAWS);
        let found = |k: u64| draws.iter().filter(|draw| **draw == k).count() as f64;
        let (mut bins, mut statistic, mut rest) = (0.0, 0.0, (0.0, 0.0));
        for k in 0..=most {
            rest = (rest.0 + expected(k), rest.1 + found(k));
            if rest.0 >= 10.0 {
                statistic += (rest.1 - rest.0).powi(2) / rest.0;
                bins += 1.0;
                rest = (0.0, 0.0);
            }
        }
        assert!(rest.0 + rest.1 < 40.0, "the rest: {rest:?}");
        let freedom: f64 = bins - 1.0;
        assert!((statistic - freedom).abs() < 5.0 * (2.0 * freedom).sqrt().max(1.0), "{statistic} for {freedom}");
    }

    fn choose(n: u64, k: u64) -> f64 {
        if k > n { 0.0 } else { (1..=k).map(|i| (n - k + i) as f64 / i as f64).product() }
    }

    #[test]
    fn binomial_numbers_have_their_probabilities() {
        for (trials, rate) in [(1, 0.3), (10, 0.5), (50, 0.04), (50, 0.96), (200, 0.37)] {
            let mut stream = Stream::new(11, trials);
            let draws: Vec<u64> = (0..DRAWS).map(|_| stream.binomial(trials, rate)).collect();
            let power = |base: f64, k: u64| base.powi(i32::try_from(k).expect("small"));
            fits(&draws, |k| choose(trials, k) * power(rate, k) * power(1.0 - rate, trials - k), trials);
        }
    }

    #[test]
    fn hypergeometric_numbers_have_their_probabilities() {
        for (total, marked, drawn) in [(2, 1, 1), (10, 3, 5), (50, 46, 25), (50, 10, 25), (100, 43, 50), (20, 18, 15)] {
            let mut stream = Stream::new(13, total * 1_000 + marked);
            let draws: Vec<u64> = (0..DRAWS).map(|_| stream.hypergeometric(total, marked, drawn)).collect();
            let probability = |k: u64| {
                if k > drawn {
                    0.0
                } else {
                    choose(marked, k) * choose(total - marked, drawn - k) / choose(total, drawn)
                }
            };
            fits(&draws, probability, drawn);
        }
    }

    #[test]
    fn certain_numbers_are_certain() {
        let mut stream = Stream::new(0, 0);
        assert_eq!((stream.binomial(9, 0.0), stream.binomial(9, 1.0), stream.binomial(0, 0.5)), (0, 9, 0));
        assert_eq!((stream.binomial(9, f64::NAN), stream.binomial(9, -1.0), stream.binomial(9, 2.0)), (0, 0, 9));
        assert_eq!((stream.hypergeometric(0, 0, 0), stream.hypergeometric(4, 4, 2)), (0, 2));
        assert_eq!((stream.hypergeometric(4, 9, 9), stream.hypergeometric(4, 0, 2)), (4, 0));
        // Far tails and many trials end.
        for _ in 0..100 {
            assert!(stream.binomial(1_000_000, 0.5) <= 1_000_000);
            assert!(stream.hypergeometric(1_000_000, 500_000, 500_000) <= 500_000);
        }
    }
}
