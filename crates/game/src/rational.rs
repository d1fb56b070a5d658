//! Exact numbers: decimals and fractions are read as rationals and stay rational.
//!
//! A measured rate such as `0.92` is the fraction 23/25, not the double nearest to it, so that a certificate speaks of
//! the number that was published.

use std::cmp::Ordering;

use dashu_int::{IBig, UBig};

/// An exact rational number, always in lowest terms.
pub type Rational = dashu_ratio::RBig;

/// Largest decimal exponent accepted in a number, so that `1e999999999` is refused instead of filling the memory.
const MAX_EXPONENT: i64 = 400;

/// Most digits accepted in one number.
const MAX_DIGITS: usize = 2_000;

/// Why a text is not an exact number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Neither a decimal nor a fraction.
    #[error("`{0}` is not a decimal or a fraction p/q")]
    NotANumber(String),
    /// `nan`, `inf` or one of their spellings.
    #[error("`{0}` is not a finite number")]
    NotFinite(String),
    /// A fraction with denominator zero.
    #[error("`{0}` divides by zero")]
    ZeroDenominator(String),
    /// Too many digits or too large an exponent to be a measurement.
    #[error("`{0}` has too many digits or too large an exponent (at most 2,000 digits and the range of a double)")]
    TooLarge(String),
}

/// Reads a decimal (`0.92`, `-3`, `8e-05`) or a fraction (`651/2750`) exactly.
///
/// # Errors
/// [`NumberError`] says which rule the text breaks; the text is shortened in the message.
///
/// # Examples
/// ```
/// use saddlepoint_game::rational::parse;
/// assert_eq!(parse("0.92")?, parse("23/25")?);
/// # Ok::<(), saddlepoint_game::rational::NumberError>(())
/// ```
pub fn parse(text: &str) -> Result<Rational, NumberError> {
    let trimmed = text.trim();
    if trimmed.len() > MAX_DIGITS {
        return Err(NumberError::TooLarge(shorten(trimmed)));
    }
    let value = match trimmed.split_once('/') {
        None => parse_decimal(trimmed)?,
        Some((numerator, denominator)) => {
            let p = parse_decimal(numerator.trim())?;
            let q = parse_decimal(denominator.trim())?;
            if q.is_zero() {
                return Err(NumberError::ZeroDenominator(shorten(trimmed)));
            }
            p / q
        }
    };
    // What no double can show is no measurement either.
    if to_f64(&value).is_finite() { Ok(value) } else { Err(NumberError::TooLarge(shorten(trimmed))) }
}

fn parse_decimal(text: &str) -> Result<Rational, NumberError> {
    let not_a_number = || NumberError::NotANumber(shorten(text));
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if is_not_finite(unsigned) {
        return Err(NumberError::NotFinite(shorten(text)));
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        None => (unsigned, 0),
        Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent, text)?),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = [whole, fraction].concat();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_number());
    }
    let digits = UBig::from_str_radix(&digits, 10).map_err(|_| not_a_number())?;
    let signed = if negative { -IBig::from(digits) } else { IBig::from(digits) };
    // `fraction` is shorter than MAX_DIGITS and `exponent` at most MAX_EXPONENT, so the sum fits.
    let scale = exponent - i64::try_from(fraction.len()).unwrap_or(i64::MAX / 2);
    let power = UBig::from(10_u8).pow(usize::try_from(scale.unsigned_abs()).unwrap_or(0));
    Ok(if scale >= 0 { Rational::from(signed * IBig::from(power)) } else { Rational::from_parts(signed, power) })
}

fn parse_exponent(exponent: &str, text: &str) -> Result<i64, NumberError> {
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::NotANumber(shorten(text)));
    }
    match exponent.parse::<i64>() {
        Ok(value) if value.abs() <= MAX_EXPONENT => Ok(value),
        _ => Err(NumberError::TooLarge(shorten(text))),
    }
}

/// Whether a text is one of the spellings of a number that is not finite (`nan`, `-inf`, `Infinity`, …).
#[must_use]
pub fn is_not_finite(text: &str) -> bool {
    let unsigned = text.trim().trim_start_matches(['+', '-']);
    ["nan", "inf", "infinity"].iter().any(|word| unsigned.eq_ignore_ascii_case(word))
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 40;
    if text.chars().count() <= SHOWN { text.to_owned() } else { text.chars().take(SHOWN).chain(['…']).collect() }
}

/// The number as `p/q` in lowest terms; an integer keeps its denominator (`1/1`), so that every exact number in a
/// result has one form.
#[must_use]
pub fn to_fraction(value: &Rational) -> String {
    format!("{}/{}", value.numerator(), value.denominator())
}

/// The shortest exact text: a terminating decimal of at most 17 digits after the point, else a fraction.
#[must_use]
pub fn to_text(value: &Rational) -> String {
    if value.is_int() {
        return value.numerator().to_string();
    }
    let mut scaled = value.clone();
    for places in 1..=17_usize {
        scaled *= Rational::from(10);
        if scaled.is_int() {
            let (sign, digits) = if scaled < Rational::ZERO { ("-", -scaled) } else { ("", scaled) };
            let digits = format!("{:0>width$}", digits.numerator().to_string(), width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            return format!("{sign}{whole}.{fraction}");
        }
    }
    to_fraction(value)
}

/// The double nearest to the number (ties to even).
#[must_use]
pub fn to_f64(value: &Rational) -> f64 {
    value.to_f64().value()
}

/// The largest double that is not above the number: a lower bound that stays one when it is printed.
#[must_use]
pub fn to_f64_below(value: &Rational) -> f64 {
    let nearest = to_f64(value);
    match from_f64(nearest) {
        Some(exact) if exact <= *value => nearest,
        _ => nearest.next_down(),
    }
}

/// The smallest double that is not below the number: an upper bound that stays one when it is printed.
#[must_use]
pub fn to_f64_above(value: &Rational) -> f64 {
    let nearest = to_f64(value);
    match from_f64(nearest) {
        Some(exact) if exact >= *value => nearest,
        _ => nearest.next_up(),
    }
}

/// The exact value of a double; `None` if it is not finite.
#[must_use]
pub fn from_f64(value: f64) -> Option<Rational> {
    Rational::try_from(value).ok()
}

/// Whether a number is at least 0.
#[must_use]
pub fn is_nonnegative(number: &Rational) -> bool {
    *number >= Rational::ZERO
}

/// Whether a number lies in [0, 1].
#[must_use]
pub fn is_share(number: &Rational) -> bool {
    *number >= Rational::ZERO && *number <= Rational::ONE
}

/// The smaller of two numbers.
#[must_use]
pub fn min(a: Rational, b: Rational) -> Rational {
    if b.cmp(&a) == Ordering::Less { b } else { a }
}

/// The larger of two numbers.
#[must_use]
pub fn max(a: Rational, b: Rational) -> Rational {
    if b.cmp(&a) == Ordering::Greater { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_fractions_are_read_exactly() {
        for (text, numerator, denominator) in [
            ("0.92", 23, 25),
            ("-0.5", -1, 2),
            ("8e-05", 1, 12_500),
            ("1.270e-03", 127, 100_000),
            ("1E2", 100, 1),
            (".5", 1, 2),
            ("3.", 3, 1),
            ("651/2750", 651, 2750),
            ("1.5 / -3", -1, 2),
        ] {
            let expected = Rational::from_parts_signed(IBig::from(numerator), IBig::from(denominator));
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn each_bad_text_has_its_own_reason() {
        assert!(matches!(parse(""), Err(NumberError::NotANumber(_))));
        assert!(matches!(parse("1,5"), Err(NumberError::NotANumber(_))));
        assert!(matches!(parse("1e"), Err(NumberError::NotANumber(_))));
        assert!(matches!(parse("1.2.3"), Err(NumberError::NotANumber(_))));
        assert!(matches!(parse("--1"), Err(NumberError::NotANumber(_))));
        assert!(matches!(parse("-inf"), Err(NumberError::NotFinite(_))));
        assert!(matches!(parse("NaN"), Err(NumberError::NotFinite(_))));
        assert!(matches!(parse("1/0"), Err(NumberError::ZeroDenominator(_))));
        assert!(matches!(parse("1e999999999"), Err(NumberError::TooLarge(_))));
        assert!(matches!(parse("2e308"), Err(NumberError::TooLarge(_))));
        assert!(matches!(parse(&"9".repeat(3_000)), Err(NumberError::TooLarge(_))));
    }

    #[test]
    fn text_is_the_shortest_exact_form() {
        for (text, written) in [("0.920", "0.92"), ("-0.05", "-0.05"), ("2/2", "1"), ("1/3", "1/3"), ("-1/8", "-0.125")]
        {
            assert_eq!(to_text(&parse(text).expect("a number")), written);
        }
    }

    #[test]
    fn directed_doubles_enclose_the_number() {
        for text in ["1/3", "0.1", "-2/7", "0", "1", "651/2750"] {
            let value = parse(text).expect("a number");
            let below = from_f64(to_f64_below(&value)).expect("finite");
            let above = from_f64(to_f64_above(&value)).expect("finite");
            assert!(below <= value && value <= above, "{text}");
            assert!(to_f64_above(&value) <= to_f64_below(&value).next_up(), "{text} is enclosed tightly");
        }
    }
}
