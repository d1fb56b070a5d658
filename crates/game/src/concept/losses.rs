//! Expected losses of pure strategies against a mix, as exact numbers.

use crate::expected::{Side, expected};
use crate::matrix::LossMatrix;
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// `L y`: the expected loss of each attack against a mix of the defender, which has one probability per defence.
#[must_use]
pub fn attack_losses(loss: &LossMatrix, defender: &MixedStrategy) -> Vec<Rational> {
    expected(loss.payoffs(), loss.defences().len(), Side::Rows, defender).into_rationals()
}

/// `x'L`: the expected loss of each defence against a mix of the attacker, which has one probability per attack.
#[must_use]
pub fn defence_losses(loss: &LossMatrix, attacker: &MixedStrategy) -> Vec<Rational> {
    expected(loss.payoffs(), loss.defences().len(), Side::Columns, attacker).into_rationals()
}
