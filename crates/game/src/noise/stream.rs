//! [`Stream`]: the random numbers of one replicate, the same on every machine and for any number of threads.
//!
//! Sources: Marsaglia and Bray, "A convenient method for generating normal variables", SIAM Review 6, 1964 (polar method).
//! Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26, 2000. Logarithms come from `libm`,
//! because those of the platform differ in the last digit from machine to machine.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::count::Count;

/// Width of the grid of uniform numbers: 2^-53.
const STEP: f64 = f64::EPSILON / 2.0;

/// The random numbers of one replicate: `ChaCha8` with the seed as its key and the replicate as its stream.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The numbers of a replicate.
    #[must_use]
    pub fn new(seed: u64, replicate: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(replicate);
        Self(generator)
    }

    /// Uniform on the multiples of 2^-53 in [0, 1).
    pub(super) fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * STEP
    }

    /// Standard normal.
    fn normal(&mut self) -> f64 {
        loop {
            let (a, b) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let square = a * a + b * b;
            // Inside the disc, with probability π/4.
            if square > 0.0 && square < 1.0 {
                return a * libm::sqrt(-2.0 * libm::log(square) / square);
            }
        }
    }

    /// Gamma with shape `k + 1/2` and scale 1.
    fn gamma_and_half(&mut self, k: u64) -> f64 {
        if k == 0 {
            // Half of a squared normal.
            let normal = self.normal();
            return normal * normal / 2.0;
        }
        let d = k as f64 + 0.5 - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let normal = self.normal();
            let root = 1.0 + c * normal;
            if root <= 0.0 {
                continue;
            }
            let cube = root * root * root;
            // Accepted with probability above 0.95 for every shape of at least 1.
            if libm::log(self.uniform()) < normal * normal / 2.0 + d * (1.0 - cube + libm::log(cube)) {
                return d * cube;
            }
        }
    }

    /// A rate from the posterior of a count under Jeffreys' prior: Beta with parameters `k + 1/2` and `n - k + 1/2`.
    pub fn posterior_rate(&mut self, count: Count) -> f64 {
        let successes = self.gamma_and_half(count.successes());
        let failures = self.gamma_and_half(count.complement().successes());
        let sum = successes + failures;
        if sum > 0.0 { successes / sum } else { 0.5 }
    }
}

#[cfg(test)]
mod tests {
    use super::super::count::Origin;
    use super::*;

    /// From an implementation of `ChaCha8` by its description (Bernstein 2008), keyed by eight numbers of PCG32 (O'Neill
    /// 2014) as `rand_core` expands a seed. Published results depend on them.
    #[test]
    fn streams_are_those_of_an_independent_implementation() {
        for (seed, replicate, numbers) in [
            (0, 0, [0.709_075_415_426_561_8, 0.465_921_722_289_610_15, 0.699_143_242_674_731_7]),
            (1, 2, [0.876_394_122_505_368_6, 0.682_740_861_531_275_8, 0.336_666_320_976_095_6]),
            (u64::MAX, 1 << 40, [0.961_371_399_210_944_7, 0.888_850_420_392_004_3, 0.693_689_397_820_425_3]),
        ] {
            let mut stream = Stream::new(seed, replicate);
            assert_eq!([(); 3].map(|()| stream.uniform().to_bits()), numbers.map(f64::to_bits));
        }
    }

    /// Mean `a / (a+b)` and variance `a b / ((a+b)² (a+b+1))`, within five standard errors of 20,000 draws.
    #[test]
    fn posterior_rates_have_the_moments_of_beta() {
        const DRAWS: u32 = 20_000;
        for (k, n) in [(0, 0), (0, 50), (1, 1), (3, 10), (43, 100), (1_000, 1_000)] {
            let count = Count::new(k, n, Origin::Measured).expect("a count");
            let mut stream = Stream::new(7, k * 10_000 + n);
            let draws: Vec<f64> = (0..DRAWS).map(|_| stream.posterior_rate(count)).collect();
            assert!(draws.iter().all(|rate| (0.0..=1.0).contains(rate)));
            let (a, b) = (k as f64 + 0.5, (n - k) as f64 + 0.5);
            let (mean, variance) = (a / (a + b), a * b / ((a + b).powi(2) * (a + b + 1.0)));
            let deviations =
                |power: i32| draws.iter().map(|rate| (rate - mean).powi(power)).sum::<f64>() / f64::from(DRAWS);
            let error = (variance / f64::from(DRAWS)).sqrt();
            assert!(deviations(1).abs() < 5.0 * error, "{k} of {n}: mean off by {}", deviations(1));
            let spread = ((deviations(4) - variance * variance) / f64::from(DRAWS)).sqrt();
            assert!((deviations(2) - variance).abs() < 5.0 * spread, "{k} of {n}: variance {}", deviations(2));
        }
    }
}
