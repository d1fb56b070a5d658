//! The two bounds on the value of a game, in exact arithmetic.
//!
//! With attacks `i`, defences `j`, loss `L`, attacker mix `x`, defender mix `y` and constraints `c_k'y ≤ B_k`
//! (a floor is taken with both signs turned):
//!
//! ```text
//! upper = max_i Σ_j L[i][j] y_j                              for y that satisfies every constraint exactly
//! lower = min_j ( Σ_i x_i L[i][j] + Σ_k λ_k (c_kj - B_k) )   for λ ≥ 0
//! ```
//!
//! `lower` holds by weak duality: for every admissible `y`, `max_i (L y)_i ≥ x'L y ≥ x'L y + Σ_k λ_k (c_k'y - B_k)`,
//! and the last term is an average over `j` of the bracket.
//!
//! Arithmetic: entries in common-denominator form and mixes over 2^53 give sums below 2^63 · 2^53 in absolute value,
//! since the mix sums to 2^53, so 128-bit integers are exact. Everything else goes through rationals.

use dashu_int::{IBig, UBig};

use crate::constraint::Game;
use crate::matrix::{LossMatrix, PayoffKind};
use crate::payoffs::Payoffs;
use crate::rational::Rational;
use crate::strategy::{DYADIC_ONE, MixedStrategy};

/// A proved interval for the value of a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What the attacker's mix guarantees: the value is at least this.
    pub lower: Rational,
    /// What the defender's mix guarantees: the value is at most this.
    pub upper: Rational,
    /// What the entries were taken to be.
    pub payoffs: PayoffKind,
}

impl Certificate {
    /// `upper - lower`, the exploitability of the pair: the sum of both players' regrets.
    #[must_use]
    pub fn gap(&self) -> Rational {
        &self.upper - &self.lower
    }

    /// The midpoint of the interval.
    #[must_use]
    pub fn value(&self) -> Rational {
        (&self.upper + &self.lower) / Rational::from(2)
    }
}

/// Why mixes prove nothing about a game.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// A mix has the wrong number of probabilities.
    #[error("the {player} mix has {found} probabilities; the game has {expected}")]
    Length {
        /// `attacker` or `defender`.
        player: &'static str,
        /// Pure strategies of the game.
        expected: usize,
        /// Probabilities given.
        found: usize,
    },
    /// There must be one multiplier for each constraint.
    #[error("{found} multipliers for {expected} constraints")]
    Multipliers {
        /// Constraints of the game.
        expected: usize,
        /// Multipliers given.
        found: usize,
    },
    /// A multiplier below zero proves nothing.
    #[error("the multiplier of constraint `{constraint}` is negative")]
    NegativeMultiplier {
        /// Name of the constraint.
        constraint: String,
    },
    /// The defender's mix breaks a constraint.
    #[error("the defender mix breaks constraint `{constraint}`: {attained} against {sense} {bound}")]
    Inadmissible {
        /// Name of the constraint.
        constraint: String,
        /// `max` or `min`.
        sense: &'static str,
        /// Expected metric of the mix, exact.
        attained: String,
        /// The bound, exact.
        bound: String,
    },
    /// No single defence satisfies every constraint, so a pure answer does not exist.
    #[error("no single defence satisfies every constraint")]
    NoPureDefence,
}

/// Proves the interval that a pair of mixes, with one multiplier per constraint, guarantees.
///
/// # Errors
/// [`CertificateError`] if the shapes do not fit, a multiplier is negative, or the defender's mix is inadmissible.
pub fn certify(
    game: &Game,
    attacker: &MixedStrategy,
    defender: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<Certificate, CertificateError> {
    let upper = upper_bound(game, defender)?;
    let lower = lower_bound(game, attacker, multipliers)?;
    Ok(Certificate { lower, upper, payoffs: game.loss.kind() })
}

/// The loss that an admissible defender mix never exceeds in expectation: `max_i (L y)_i`.
///
/// # Errors
/// [`CertificateError`] if the length is wrong or a constraint is broken, however slightly.
pub fn upper_bound(game: &Game, defender: &MixedStrategy) -> Result<Rational, CertificateError> {
    check_length("defender", game.loss.defences().len(), defender.len())?;
    if let Some(broken) = game.constraints.iter().find(|constraint| !constraint.allows(defender)) {
        return Err(CertificateError::Inadmissible {
            constraint: broken.name.clone(),
            sense: broken.sense.as_str(),
            attained: crate::rational::to_text(&broken.attained(defender)),
            bound: crate::rational::to_text(&broken.bound),
        });
    }
    Ok(extreme(&game.loss, Side::Rows, defender, &[]))
}

/// The loss that an attacker mix reaches in expectation against every admissible defender.
///
/// # Errors
/// [`CertificateError`] if a length is wrong or a multiplier is negative.
pub fn lower_bound(
    game: &Game,
    attacker: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<Rational, CertificateError> {
    check_length("attacker", game.loss.attacks().len(), attacker.len())?;
    if multipliers.len() != game.constraints.len() {
        return Err(CertificateError::Multipliers { expected: game.constraints.len(), found: multipliers.len() });
    }
    let paired = || game.constraints.iter().zip(multipliers);
    if let Some((constraint, _)) = paired().find(|(_, multiplier)| **multiplier < Rational::ZERO) {
        return Err(CertificateError::NegativeMultiplier { constraint: constraint.name.clone() });
    }
    let mut charges = Vec::new();
    if paired().any(|(_, multiplier)| !multiplier.is_zero()) {
        charges = (0..game.loss.defences().len())
            .map(|j| paired().fold(Rational::ZERO, |sum, (constraint, λ)| sum + λ * constraint.excess(j)))
            .collect();
    }
    Ok(extreme(&game.loss, Side::Columns, attacker, &charges))
}

/// Proves the least worst-case loss of a single admissible defence.
///
/// # Errors
/// [`CertificateError::NoPureDefence`] if every defence breaks a constraint.
pub fn certify_pure(game: &Game) -> Result<Certificate, CertificateError> {
    let worst = game.loss.worst_losses().to_rationals();
    let least = worst.into_iter().enumerate().filter(|(j, _)| game.allows_defence(*j)).map(|(_, loss)| loss).min();
    let value = least.ok_or(CertificateError::NoPureDefence)?;
    Ok(Certificate { lower: value.clone(), upper: value, payoffs: game.loss.kind() })
}

fn check_length(player: &'static str, expected: usize, found: usize) -> Result<(), CertificateError> {
    if expected == found { Ok(()) } else { Err(CertificateError::Length { player, expected, found }) }
}

/// Whose pure strategies the expected losses are taken over.
#[derive(Clone, Copy)]
enum Side {
    /// Expected loss of each attack against a defender mix; the attacker takes the largest.
    Rows,
    /// Expected loss of each defence against an attacker mix; the defender takes the smallest.
    Columns,
}

/// `max_i (L y)_i` or `min_j ((x'L)_j + charges_j)`, exact. `charges` is empty or has one entry per column.
fn extreme(loss: &LossMatrix, side: Side, mix: &MixedStrategy, charges: &[Rational]) -> Rational {
    let columns = loss.defences().len();
    if let (Payoffs::Fixed { numerators, denominator }, Some(weights)) = (loss.payoffs(), mix.numerators()) {
        let sums = integer_sums(numerators, columns, side, weights);
        let scale = UBig::from(*denominator) * UBig::from(DYADIC_ONE);
        let exact = |sum: i128| Rational::from_parts(IBig::from(sum), scale.clone());
        return match side {
            Side::Rows => exact(sums.into_iter().max().unwrap_or(0)),
            Side::Columns if charges.is_empty() => exact(sums.into_iter().min().unwrap_or(0)),
            Side::Columns => {
                sums.into_iter().map(exact).zip(charges).map(|(s, c)| s + c).min().unwrap_or(Rational::ZERO)
            }
        };
    }
    let entry = |i: usize, j: usize| loss.payoffs().get(i * columns + j).unwrap_or(Rational::ZERO);
    let weights: Vec<_> = mix.support().into_iter().map(|k| (k, mix.probability(k))).collect();
    let expected = |position: usize| {
        weights.iter().fold(Rational::ZERO, |sum, (k, p)| match side {
            Side::Rows => sum + p * entry(position, *k),
            Side::Columns => sum + p * entry(*k, position),
        })
    };
    match side {
        Side::Rows => (0..loss.attacks().len()).map(expected).max().unwrap_or(Rational::ZERO),
        Side::Columns => (0..columns)
            .map(|j| expected(j) + charges.get(j).unwrap_or(&Rational::ZERO))
            .min()
            .unwrap_or(Rational::ZERO),
    }
}

/// Expected losses times `denominator · 2^53`; no sum can overflow, as the module's header shows.
fn integer_sums(numerators: &[i64], columns: usize, side: Side, weights: &[u64]) -> Vec<i128> {
    let rows = numerators.chunks_exact(columns);
    match side {
        Side::Rows => {
            rows.map(|row| row.iter().zip(weights).map(|(&a, &k)| i128::from(a) * i128::from(k)).sum()).collect()
        }
        Side::Columns => {
            let mut sums = vec![0_i128; columns];
            for (row, &k) in rows.zip(weights).filter(|(_, k)| **k > 0) {
                for (sum, &a) in sums.iter_mut().zip(row) {
                    *sum += i128::from(a) * i128::from(k);
                }
            }
            sums
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::constraint::{Constraint, Sense};
    use crate::matrix::numbered;
    use crate::rational::parse;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    fn game(rows: &[&[&str]]) -> Game {
        let entries = rows.iter().flat_map(|row| row.iter().map(|cell| number(cell))).collect();
        Game::new(LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), entries).expect("a matrix"))
    }

    fn mix(texts: &[&str]) -> MixedStrategy {
        MixedStrategy::exact(texts.iter().map(|text| number(text)).collect()).expect("a mix")
    }

    #[test]
    fn a_two_by_two_game_is_proved_exactly() {
        // Closed form of a 2 × 2 game without a saddle point: v = (ad - bc) / (a + d - b - c) = (0.3 - 0.02) / 1.0.
        let game = game(&[&["0.6", "0.1"], &["0.2", "0.5"]]);
        let proof = certify(&game, &mix(&["3/8", "5/8"]), &mix(&["1/2", "1/2"]), &[]).expect("a certificate");
        assert_eq!((proof.lower.clone(), proof.upper.clone()), (number("0.35"), number("0.35")));
        assert!(proof.gap().is_zero());
    }

    #[test]
    fn an_inadmissible_mix_proves_nothing_however_close() {
        let mut game = game(&[&["0.6", "0.1"], &["0.2", "0.5"]]);
        game.constraints.push(Constraint {
            name: "refusals".to_owned(),
            metric: "over_refusal_rate".to_owned(),
            sense: Sense::Cap,
            bound: number("0.05"),
            coefficients: [number("0"), number("0.1")].into(),
        });
        let close = mix(&["0.4999999999999999", "0.5000000000000001"]);
        assert!(matches!(upper_bound(&game, &close), Err(CertificateError::Inadmissible { .. })));
        assert_eq!(upper_bound(&game, &mix(&["1/2", "1/2"])), Ok(number("0.35")));
        assert!(matches!(
            lower_bound(&game, &mix(&["1", "0"]), &[number("-1")]),
            Err(CertificateError::NegativeMultiplier { .. })
        ));
        assert!(matches!(lower_bound(&game, &mix(&["1", "0"]), &[]), Err(CertificateError::Multipliers { .. })));
    }

    #[test]
    fn the_pure_value_is_the_least_worst_loss_of_an_allowed_defence() {
        let game = game(&[&["0.6", "0.1"], &["0.2", "0.5"]]);
        assert_eq!(certify_pure(&game).expect("a certificate").upper, number("0.5"));
    }

    proptest! {
        /// The integer path and the rational path are two programs for one number.
        #[test]
        fn both_arithmetics_agree(
            cells in prop::collection::vec(-1_000_000_i64..1_000_000, 12),
            x in prop::collection::vec(0.01..1.0_f64, 3),
            y in prop::collection::vec(0.01..1.0_f64, 4),
        ) {
            let entries = cells.iter().map(|&c| Rational::from_parts(IBig::from(c), UBig::from(1_000_u32))).collect();
            let game = Game::new(LossMatrix::new(numbered("a", 3), numbered("d", 4), entries).expect("a matrix"));
            let (x, y) = (MixedStrategy::rounded(&x).expect("mass"), MixedStrategy::rounded(&y).expect("mass"));
            let exact = |mix: &MixedStrategy| MixedStrategy::exact(mix.probabilities()).expect("a mix");
            prop_assert_eq!(certify(&game, &x, &y, &[]), certify(&game, &exact(&x), &exact(&y), &[]));
        }
    }
}
