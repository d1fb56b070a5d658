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
//! Arithmetic: the sums over the mixes are integers (`expected.rs`), and only the extreme one becomes a fraction. The
//! charges `Σ_k λ_k (c_kj - B_k)` are added in 128 bits over a common denominator if every step fits, else as fractions.

use crate::constraint::{Game, holds};
use crate::expected::{Side, Sums, expected};
use crate::matrix::PayoffKind;
use crate::payoffs::{Payoffs, short_gcd};
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

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
    /// The marginals of a channel are no distribution.
    #[error("the marginals of a channel are no distribution")]
    NoDistribution,
    /// Victims or types whose rows, priors or values are not those of the game.
    #[error("what is claimed of victim or type {position} is not so")]
    Types {
        /// Its position, or that of its first row; from 0.
        position: usize,
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
    let excesses = excesses(game);
    let upper = upper(game, &excesses, defender)?;
    let lower = lower(game, &excesses, attacker, multipliers)?;
    Ok(Certificate { lower, upper, payoffs: game.loss.kind() })
}

/// The loss that an admissible defender mix never exceeds in expectation: `max_i (L y)_i`.
///
/// # Errors
/// [`CertificateError`] if the length is wrong or a constraint is broken, however slightly.
pub fn upper_bound(game: &Game, defender: &MixedStrategy) -> Result<Rational, CertificateError> {
    upper(game, &excesses(game), defender)
}

/// One row for each constraint.
fn excesses(game: &Game) -> Vec<Payoffs> {
    let defences = game.loss.defences().len();
    game.constraints.iter().map(|constraint| constraint.excesses(defences)).collect()
}

fn upper(game: &Game, excesses: &[Payoffs], defender: &MixedStrategy) -> Result<Rational, CertificateError> {
    let defences = game.loss.defences().len();
    check_length("defender", defences, defender.len())?;
    let mut limits = game.constraints.iter().zip(excesses);
    if let Some((broken, _)) = limits.find(|(_, excesses)| !holds(excesses, defender)) {
        return Err(CertificateError::Inadmissible {
            constraint: broken.name.clone(),
            sense: broken.sense.as_str(),
            attained: crate::rational::to_text(&broken.attained(defender)),
            bound: crate::rational::to_text(&broken.bound),
        });
    }
    Ok(expected(game.loss.payoffs(), defences, Side::Rows, defender).max())
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
    lower(game, &excesses(game), attacker, multipliers)
}

fn lower(
    game: &Game,
    excesses: &[Payoffs],
    attacker: &MixedStrategy,
    multipliers: &[Rational],
) -> Result<Rational, CertificateError> {
    check_length("attacker", game.loss.attacks().len(), attacker.len())?;
    if multipliers.len() != game.constraints.len() {
        return Err(CertificateError::Multipliers { expected: game.constraints.len(), found: multipliers.len() });
    }
    let mut priced = game.constraints.iter().zip(multipliers);
    if let Some((constraint, _)) = priced.find(|(_, multiplier)| **multiplier < Rational::ZERO) {
        return Err(CertificateError::NegativeMultiplier { constraint: constraint.name.clone() });
    }
    let losses = expected(game.loss.payoffs(), game.loss.defences().len(), Side::Columns, attacker);
    let charged: Vec<_> = multipliers.iter().zip(excesses).filter(|(multiplier, _)| !multiplier.is_zero()).collect();
    if charged.is_empty() {
        return Ok(losses.min());
    }
    Ok(short_charges(&losses, &charged).unwrap_or_else(|| long_charges(losses, &charged)).min())
}

/// `losses_j + Σ_k λ_k excess_kj` in 128 bits; `None` if a number does not fit.
fn short_charges(losses: &Sums, charged: &[(&Rational, &Payoffs)]) -> Option<Sums> {
    let Sums::Short(losses, denominator) = losses else { return None };
    let mut common = *denominator;
    let mut terms = Vec::with_capacity(charged.len());
    for (multiplier, excesses) in charged {
        let Payoffs::Fixed { numerators, denominator } = excesses else { return None };
        let price = i128::try_from(multiplier.numerator()).ok()?;
        let unit = u128::try_from(multiplier.denominator()).ok()?.checked_mul(u128::from(*denominator))?;
        common = (common / short_gcd(common, unit)).checked_mul(unit)?;
        terms.push((price, unit, numerators));
    }
    let factor = |unit: u128| i128::try_from(common / unit).ok();
    let own = factor(*denominator)?;
    let mut sums = losses.iter().map(|loss| loss.checked_mul(own)).collect::<Option<Vec<_>>>()?;
    for (price, unit, numerators) in terms {
        let price = price.checked_mul(factor(unit)?)?;
        for (sum, excess) in sums.iter_mut().zip(numerators) {
            *sum = sum.checked_add(price.checked_mul(i128::from(*excess))?)?;
        }
    }
    Some(Sums::Short(sums, common))
}

fn long_charges(losses: Sums, charged: &[(&Rational, &Payoffs)]) -> Sums {
    let mut sums = losses.into_rationals();
    for (multiplier, excesses) in charged {
        for (sum, excess) in sums.iter_mut().zip(excesses.to_rationals()) {
            *sum += *multiplier * excess;
        }
    }
    Sums::Rational(sums)
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

#[cfg(test)]
mod tests {
    use dashu_int::{IBig, UBig};
    use proptest::prelude::*;

    use super::*;
    use crate::constraint::{Constraint, Sense};
    use crate::matrix::{LossMatrix, numbered};
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
        /// Charges in 128 bits and in fractions agree, and both with the definition.
        #[test]
        fn charges_agree(
            cells in prop::collection::vec(-1_000_i64..1_000, 12),
            coefficients in prop::collection::vec(0_i64..=100, 8),
            prices in prop::collection::vec(prop_oneof![Just(0.0), 0.0..10.0_f64], 2),
            x in prop::collection::vec(0.01..1.0_f64, 3),
            long in any::<bool>(),
        ) {
            let unit = if long { number("1/100000000000000000003") } else { number("0.01") };
            let entries = cells.iter().map(|&c| Rational::from(c) * &unit).collect();
            let mut game = Game::new(LossMatrix::new(numbered("a", 3), numbered("d", 4), entries).expect("a matrix"));
            for (k, row) in coefficients.chunks(4).enumerate() {
                game.constraints.push(Constraint {
                    name: format!("limit {k}"),
                    metric: "metric".to_owned(),
                    sense: if k == 0 { Sense::Cap } else { Sense::Floor },
                    bound: number("0.375"),
                    coefficients: row.iter().map(|&c| Rational::from(c) * number("0.01")).collect(),
                });
            }
            let x = MixedStrategy::rounded(&x).expect("mass");
            let prices: Vec<_> = prices.iter().filter_map(|price| crate::rational::from_f64(*price)).collect();
            let slow = (0..4).map(|j| {
                let loss = |i| game.loss.loss(crate::AttackId(i), crate::DefenceId(j));
                let losses = (0..3).fold(Rational::ZERO, |sum, i| sum + x.probability(i) * loss(i));
                game.constraints.iter().zip(&prices).fold(losses, |sum, (limit, price)| sum + price * limit.excess(j))
            });
            prop_assert_eq!(lower_bound(&game, &x, &prices), Ok(slow.min().expect("four")));
        }

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
