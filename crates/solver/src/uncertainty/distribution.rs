//! [`Distribution`]: mean, spread and quantiles of one number over the replicates.

/// Levels of [`Distribution::quantiles`].
pub const LEVELS: [f64; 7] = [0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975];

/// How one number is spread over replicates.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Distribution {
    /// Replicates.
    pub count: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation, of one replicate; 0 for fewer than two.
    pub deviation: f64,
    /// Quantiles at [`LEVELS`], linear between the order statistics (type 7 of Hyndman and Fan, "Sample quantiles in
    /// statistical packages", The American Statistician 50, 1996).
    pub quantiles: [f64; 7],
}

impl Distribution {
    /// Of finite numbers; all 0 if there is none.
    pub(super) fn of(mut numbers: Vec<f64>) -> Self {
        let count = numbers.len();
        if count == 0 {
            return Self::default();
        }
        let mean = numbers.iter().sum::<f64>() / count as f64;
        let squares: f64 = numbers.iter().map(|number| (number - mean) * (number - mean)).sum();
        let deviation = if count > 1 { (squares / (count - 1) as f64).sqrt() } else { 0.0 };
        numbers.sort_unstable_by(f64::total_cmp);
        let quantile = |level: f64| {
            let place = level * (count - 1) as f64;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Between 0 and count - 1.
            let below = (place as usize).min(count - 1);
            let above = (below + 1).min(count - 1);
            numbers[below] + (place - below as f64) * (numbers[above] - numbers[below])
        };
        Self { count, mean, deviation, quantiles: LEVELS.map(quantile) }
    }

    /// Standard error of the mean: what more replicates would reduce.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        if self.count == 0 { 0.0 } else { self.deviation / (self.count as f64).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_between_order_statistics() {
        // 0, 1, …, 200: the quantile at a level is 200 times the level.
        let numbers = (0..201_u32).rev().map(f64::from).collect();
        let found = Distribution::of(numbers);
        assert_eq!((found.count, found.mean), (201, 100.0));
        for (quantile, level) in found.quantiles.iter().zip(LEVELS) {
            assert!((quantile - 200.0 * level).abs() < 1e-12);
        }
        // Variance of 0..N-1 with N - 1 below: N (N + 1) / 12.
        assert!((found.deviation - (201.0 * 202.0 / 12.0_f64).sqrt()).abs() < 1e-12);
        assert!((found.standard_error() - found.deviation / 201.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn few_numbers_have_a_distribution() {
        assert_eq!(Distribution::of(vec![]), Distribution::default());
        let one = Distribution::of(vec![0.3]);
        assert_eq!((one.mean, one.deviation, one.quantiles), (0.3, 0.0, [0.3; 7]));
        assert!(Distribution::default().standard_error() == 0.0);
    }
}
