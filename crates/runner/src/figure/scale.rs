//! From numbers to places on the page, and where the ticks go.

/// A linear map from numbers to points on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// `low` lands on `start`, `high` on `end`; where both numbers are one, everything lands in the middle.
    pub(super) fn new((low, high): (f64, f64), start: f64, end: f64) -> Self {
        Self { low, high, start, end }
    }

    pub(super) fn at(self, number: f64) -> f64 {
        let span = self.high - self.low;
        let share = if span > 0.0 { (number - self.low) / span } else { 0.5 };
        self.start + share * (self.end - self.start)
    }
}

/// The numbers named on an axis.
#[derive(Debug, Clone)]
pub(super) struct Ticks {
    /// Each tick with its text.
    pub(super) marks: Vec<(f64, String)>,
    /// What the texts must be multiplied by, such as `×10⁻⁴`; nothing where it is one.
    pub(super) factor: Option<String>,
    /// The same as a number.
    pub(super) unit: f64,
}

impl Ticks {
    /// A number on this axis to three significant digits, in the axis's unit.
    pub(super) fn short(&self, number: f64) -> String {
        let scaled = number / self.unit;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=5")]
        let decimals = if scaled == 0.0 { 0 } else { (2.0 - scaled.abs().log10().floor()).clamp(0.0, 5.0) as usize };
        fixed(scaled, decimals)
    }

    /// A number with its error on this axis: both to the second digit of the error, in the axis's unit.
    pub(super) fn with_error(&self, number: f64, error: f64) -> String {
        let scaled = error / self.unit;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=6")]
        let decimals = (1.0 - scaled.log10().floor()).clamp(0.0, 6.0) as usize;
        format!("{} ± {}", fixed(number / self.unit, decimals), fixed(scaled, decimals))
    }
}

/// The least of 1, 2, 5 times a power of ten that is not below `raw`.
fn nice_step(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    // The small excess forgives a quotient such as 2.0000000000000004.
    [1.0, 2.0, 5.0].into_iter().map(|m| m * power).find(|step| *step >= raw * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// The range of an axis for losses: from 0 unless they go below, up to a round number above them.
pub(super) fn value_range(numbers: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = numbers.into_iter().fold((0.0_f64, 0.0_f64), |(low, high), v| (low.min(v), high.max(v)));
    if high - low <= f64::MIN_POSITIVE * 1e10 {
        return (0.0, 1.0);
    }
    let step = nice_step((high - low) / 5.0);
    ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step)
}

/// The range of an axis for places rather than lengths: round numbers around them, with 0 where it is near.
pub(super) fn interval_range(numbers: impl IntoIterator<Item = f64>) -> (f64, f64) {
    /// 0 is on the axis if that costs at most this share of its length.
    const NEAR: f64 = 0.3;
    let (low, high) =
        numbers.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    let width = high - low;
    if width <= 1e-9 * low.abs().max(high.abs()) {
        return value_range([low, high].into_iter().filter(|v| v.is_finite()));
    }
    let reach = |zero: f64| zero / (zero + width) <= NEAR;
    if low <= 0.0 && high >= 0.0 || low > 0.0 && reach(low) || high < 0.0 && reach(-high) {
        return value_range([low, high]);
    }
    let step = nice_step(width / 5.0);
    ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step)
}

/// The range of a swept key: as given, widened where there is one point only.
pub(super) fn key_range(numbers: &[f64]) -> (f64, f64) {
    let low = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let width = low.abs().max(high.abs());
    if high - low > 1e-9 * width { (low, high) } else { (low - 0.5 * width.max(1e-9), high + 0.5 * width.max(1e-9)) }
}

/// At most about `most` round numbers between `low` and `high`, with texts of equal precision.
pub(super) fn ticks((low, high): (f64, f64), most: usize) -> Ticks {
    let width = low.abs().max(high.abs());
    if high - low <= 1e-9 * width || width <= f64::MIN_POSITIVE * 1e10 {
        return Ticks { marks: vec![(low, plain(low))], factor: None, unit: 1.0 };
    }
    let step = nice_step((high - low) / most.max(1) as f64);
    let first = (low / step - 1e-6).ceil();
    // A step is at least the range over `most`, so this loop is short whatever the numbers.
    let numbers: Vec<f64> =
        (0..=most).map(|k| (first + k as f64) * step).filter(|v| *v <= high + 1e-6 * step).collect();
    let exponent = exponent(width);
    let unit = power_of_ten(exponent);
    let decimals = decimals(step / unit);
    let marks = numbers.into_iter().map(|v| (v, fixed(v / unit, decimals))).collect();
    Ticks { marks, factor: (exponent != 0).then(|| format!("×10{}", superscript(exponent))), unit }
}

/// The power of ten to take out of numbers up to `width`: none between 0.001 and 100,000.
pub(super) fn exponent(width: f64) -> i32 {
    // |log10| of a double is below 400.
    #[expect(clippy::cast_possible_truncation, reason = "a logarithm of a finite number")]
    let power = width.log10().floor() as i32;
    if (-3..5).contains(&power) { 0 } else { power }
}

/// 10 to an integer power, correctly rounded (`powi` multiplies errors up).
pub(super) fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(1.0)
}

/// How many decimals tell multiples of `step` apart.
fn decimals(step: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=12")]
    let count = (-(step.log10() + 1e-9).floor()).clamp(0.0, 12.0) as usize;
    count
}

/// A number with fixed decimals, with a minus sign rather than a hyphen and no negative zero.
pub(super) fn fixed(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| b == b'0' || b == b'.') => rest.to_owned(),
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// A single number for reading: four significant digits, zeros cut.
pub(super) fn plain(number: f64) -> String {
    let exponent = if number == 0.0 { 0 } else { exponent(number.abs()) };
    let scaled = number / power_of_ten(exponent);
    let text = fixed(
        scaled,
        if scaled.abs() < 0.1 {
            5
        } else if scaled.abs() < 10.0 {
            4
        } else {
            2
        },
    );
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if exponent == 0 { text.to_owned() } else { format!("{text}×10{}", superscript(exponent)) }
}

/// An exponent in superscript digits.
pub(super) fn superscript(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| if c == '-' { '⁻' } else { c.to_digit(10).map_or(c, |d| DIGITS[d as usize]) };
    exponent.to_string().chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(range: (f64, f64), most: usize) -> Vec<String> {
        ticks(range, most).marks.into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn ticks_are_round_and_equally_precise() {
        assert_eq!(texts((0.0, 1.0), 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(texts((0.0, 0.9), 5), ["0.0", "0.2", "0.4", "0.6", "0.8"]);
        assert_eq!(texts((-1.0, 1.0), 4), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(texts((1000.0, 1001.0), 2), ["1000.0", "1000.5", "1001.0"]);
    }

    #[test]
    fn small_numbers_get_a_factor() {
        let small = ticks((0.0, 8e-4), 4);
        assert_eq!(small.factor.as_deref(), Some("×10⁻⁴"));
        assert_eq!(small.marks.iter().map(|(_, t)| t.as_str()).collect::<Vec<_>>(), ["0", "2", "4", "6", "8"]);
    }

    #[test]
    fn the_value_axis_starts_at_zero_unless_values_go_below() {
        assert_eq!(value_range([0.3, 0.62]), (0.0, 0.8));
        assert_eq!(value_range([0.0, 0.0]), (0.0, 1.0));
        let (low, high) = value_range([-0.3, 0.2]);
        assert!(low <= -0.3 && high >= 0.2 && low > -0.5 && high < 0.5);
    }

    #[test]
    fn errors_say_how_many_digits_count() {
        let axis = ticks((0.0, 0.1), 5);
        assert_eq!(axis.with_error(0.007_672, 0.004), "0.0077 ± 0.0040");
        assert_eq!(axis.with_error(0.086_308, 0.021), "0.086 ± 0.021");
        assert_eq!(ticks((0.0, 8e-4), 4).with_error(7.5e-4, 1e-5), "7.50 ± 0.10");
    }

    #[test]
    fn an_axis_of_places_shows_zero_only_where_it_is_near() {
        assert_eq!(interval_range([0.1, 0.5]), (0.0, 0.5));
        let (low, high) = interval_range([0.71, 0.79]);
        assert!((low - 0.7).abs() < 1e-12 && (high - 0.8).abs() < 1e-12, "{low} {high}");
        let (low, high) = interval_range([-0.79, -0.71]);
        assert!((low + 0.8).abs() < 1e-12 && (high + 0.7).abs() < 1e-12, "{low} {high}");
        assert_eq!(interval_range([0.4]), value_range([0.4]));
        assert_eq!(interval_range([]), (0.0, 1.0));
    }

    #[test]
    fn extreme_ranges_stay_finite() {
        for range in [(0.0, 1e100), (-1e100, 1e100), (1.0, 1.0), (1.0, 1.0 + 1e-15), (0.0, 1e-300), (0.0, 0.0)] {
            let found = ticks(range, 6);
            assert!(found.marks.len() <= 8 && found.marks.iter().all(|(v, _)| v.is_finite()), "{range:?}");
        }
    }
}
