//! The loss of one request as a sum of measured parts, each times a coefficient:
//!
//! ```text
//! single      L = m
//! weighted    L = w·m + (1-w)·(1-U)
//! base-rate   L = π(h_a·m + g(1-UA)) + (1-π)(b(1-U) + r·OR) + k_t·latency + k_c·cost
//! ```
//!
//! with `m` the security metric, already oriented as a loss. The base-rate form is the expected loss of a request that
//! is an attack with probability π; `weighted` is the same with w = πh / (πh + (1-π)b), up to scale.
//!
//! Coefficients and parts are rationals over small denominators, so a point of a sweep is a sum of 64-bit integers
//! over one common denominator; whatever does not fit is added as rationals.

use dashu_int::{IBig, UBig};

use super::parameters::Parameters;
use crate::payoffs::{Payoffs, lcm};
use crate::rational::Rational;

/// What a part of the loss is multiplied by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Factor {
    /// 1.
    One,
    /// w.
    Weight,
    /// 1 - w.
    Rest,
    /// π·h of the row's attack.
    Harm,
    /// π·g.
    FailureUnderAttack,
    /// (1-π)·b.
    BenignFailure,
    /// (1-π)·r.
    Refusal,
    /// `k_t`.
    Latency,
    /// `k_c`.
    Cost,
}

impl Factor {
    fn coefficient(self, p: &Parameters, attack: usize) -> Rational {
        let benign = || Rational::ONE - &p.pi;
        match self {
            Self::One => Rational::ONE,
            Self::Weight => p.w.clone(),
            Self::Rest => Rational::ONE - &p.w,
            Self::Harm => p.harm.get(attack).map_or(Rational::ZERO, |harm| &p.pi * harm),
            Self::FailureUnderAttack => &p.pi * &p.g,
            Self::BenignFailure => benign() * &p.b,
            Self::Refusal => benign() * &p.r,
            Self::Latency => p.k_t.clone(),
            Self::Cost => p.k_c.clone(),
        }
    }
}

/// One measured matrix in the loss, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) factor: Factor,
    pub(crate) payoffs: Payoffs,
}

/// Adds the parts up.
pub(crate) fn combine(parts: &[Part], parameters: &Parameters, rows: usize, columns: usize) -> Payoffs {
    combine_integers(parts, parameters, rows, columns)
        .unwrap_or_else(|| combine_rationals(parts, parameters, rows, columns))
}

/// The sum over one 64-bit denominator; `None` if a number does not fit.
fn combine_integers(parts: &[Part], parameters: &Parameters, rows: usize, columns: usize) -> Option<Payoffs> {
    // Without harms of their own, all rows share one set of coefficients.
    let uniform = parameters.harm.windows(2).all(|pair| pair[0] == pair[1]);
    let sets = if uniform { 1 } else { rows };
    let mut scaled = Vec::with_capacity(sets * parts.len());
    let mut common = UBig::ONE;
    for attack in 0..sets {
        for part in parts {
            let Payoffs::Fixed { denominator, .. } = &part.payoffs else { return None };
            let coefficient = part.factor.coefficient(parameters, attack) / Rational::from(UBig::from(*denominator));
            common = lcm(common, coefficient.denominator());
            scaled.push(coefficient);
        }
    }
    let denominator = u64::try_from(&common).ok().filter(|d| i64::try_from(*d).is_ok())?;
    let multipliers = scaled
        .iter()
        .map(|c| i64::try_from(&(c.numerator() * IBig::from(&common / c.denominator()))).ok().map(i128::from))
        .collect::<Option<Vec<_>>>()?;
    let mut numerators = Vec::with_capacity(rows * columns);
    for attack in 0..rows {
        let set = if uniform { 0 } else { attack };
        let multipliers = &multipliers[set * parts.len()..(set + 1) * parts.len()];
        for position in attack * columns..(attack + 1) * columns {
            // Products of two i64 fit i128 with a factor of two to spare per addition; there are at most six parts.
            let mut sum = 0_i128;
            for (part, multiplier) in parts.iter().zip(multipliers) {
                let Payoffs::Fixed { numerators, .. } = &part.payoffs else { return None };
                sum = sum.checked_add(multiplier * i128::from(*numerators.get(position)?))?;
            }
            numerators.push(i64::try_from(sum).ok()?);
        }
    }
    Some(Payoffs::Fixed { numerators, denominator })
}

fn combine_rationals(parts: &[Part], parameters: &Parameters, rows: usize, columns: usize) -> Payoffs {
    let entries = (0..rows * columns)
        .map(|position| {
            parts.iter().fold(Rational::ZERO, |sum, part| {
                let entry = part.payoffs.get(position).unwrap_or(Rational::ZERO);
                sum + part.factor.coefficient(parameters, position / columns.max(1)) * entry
            })
        })
        .collect();
    Payoffs::new(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rational::parse;

    fn parameters(weight: &str, harm: [&str; 2]) -> Parameters {
        let number = |text: &str| parse(text).expect("a number");
        Parameters {
            w: number(weight),
            pi: number("0.01"),
            harm: harm.map(number).into(),
            g: number("1"),
            b: number("2"),
            r: number("0.5"),
            k_t: number("0.125"),
            k_c: Rational::ZERO,
            bounds: Vec::new(),
            probe: Rational::ZERO,
        }
    }

    proptest! {
        /// Both ways of adding give the same numbers, with one harm for all attacks and with several.
        #[test]
        fn integers_and_rationals_agree(cells in prop::collection::vec(0_u32..=1000, 12), same in any::<bool>()) {
            let payoffs = |range: std::ops::Range<usize>| {
                Payoffs::new(cells[range].iter().map(|c| Rational::from(*c) / Rational::from(1000)).collect())
            };
            let parts = [
                Part { factor: Factor::Harm, payoffs: payoffs(0..4) },
                Part { factor: Factor::BenignFailure, payoffs: payoffs(4..8) },
                Part { factor: Factor::Latency, payoffs: payoffs(8..12) },
            ];
            let parameters = parameters("0.3", if same { ["100", "100"] } else { ["100", "1/3"] });
            let fast = combine_integers(&parts, &parameters, 2, 2).expect("small numbers");
            let slow = combine_rationals(&parts, &parameters, 2, 2);
            for position in 0..4 {
                prop_assert_eq!(fast.get(position), slow.get(position));
            }
        }
    }

    #[test]
    fn numbers_too_long_for_integers_are_added_exactly() {
        let part = |factor, text: &str| Part { factor, payoffs: Payoffs::new(vec![parse(text).expect("a number")]) };
        let parts = [part(Factor::Weight, "0.123456789012345678"), part(Factor::Rest, "0.5")];
        let parameters = parameters("1/1000000007", ["0", "0"]);
        let sum = combine(&parts, &parameters, 1, 1).get(0).expect("a cell");
        let w = parse("1/1000000007").expect("a number");
        let expected = &w * parse("0.123456789012345678").expect("a number")
            + (Rational::ONE - &w) * parse("0.5").expect("a number");
        assert_eq!(sum, expected);
    }
}
