//! A game's value in bits.
//!
//! Against a mix `y` whose draw is hidden, attack `a` meets the channel `P(bad | a) = (L y)_a`, `P(bad | benign) = f·y`
//! (`f_d` is the benign rate behind defence `d`). So its advantage is `((L - f) y)_a`, with `f_d` taken from column
//! `d`, and the least capacity over mixes is `log2(1 + v)` with the value `v` of the game [`excess_losses`]. If all
//! `f_d` are one `f`, that is the value of `L` itself less `f`: [`hidden_draw`].
//!
//! If the attacker sees the draw, the outputs are pairs (draw, outcome) and the capacity is `log2(1 + J)` with
//! `J = Σ_d y_d max_a (L - f)[a][d]`: [`visible_draw`].

use crate::bits::advantage::Advantage;
use crate::bits::error::{BitsError, above_benign, probability};
use crate::matrix::LossMatrix;
use crate::payoffs::Payoffs;
use crate::rational::Rational;
use crate::strategy::MixedStrategy;

/// The advantage of the best attack against a hidden draw, `v - f`, when one benign rate holds behind all defences.
///
/// `value` is a value `v`, or an end of the interval proved to contain it. Attacks that succeed less often than `f`
/// against the mix are not played, and not counted.
///
/// # Errors
/// [`BitsError`] if a number is no probability or `v < f`.
pub fn hidden_draw(value: &Rational, benign: &Rational) -> Result<Advantage, BitsError> {
    probability("a benign rate", benign)?;
    probability("a value", value)?;
    above_benign(|| "the best attack".to_owned(), value, benign)?;
    Ok(Advantage::difference(value, benign))
}

/// The advantage when the attacker sees the draw, `Σ_d y_d max_a L[a][d]`; `excess` is the game [`excess_losses`], or
/// the loss itself if `f` is 0.
///
/// # Errors
/// [`BitsError`] if the mix is not over the game's defences, or the sum is outside [0, 1].
pub fn visible_draw(excess: &LossMatrix, defender: &MixedStrategy) -> Result<Advantage, BitsError> {
    same_length("probabilities of defences", excess.defences().len(), defender.len())?;
    Advantage::new(defender.expectation(&excess.worst_losses().to_rationals()))
}

/// The game on `L[a][d] - f_d`, whose value is an advantage: `benign` has one rate per defence, in column order.
///
/// # Errors
/// [`BitsError`] if there is not one rate per defence, a number is no probability, or a loss is below its benign rate.
pub fn excess_losses(loss: &LossMatrix, benign: &[Rational]) -> Result<LossMatrix, BitsError> {
    same_length("benign rates", loss.defences().len(), benign.len())?;
    for rate in benign {
        probability("a benign rate", rate)?;
    }
    let mut entries = Vec::with_capacity(loss.payoffs().len());
    for attack in loss.attack_ids() {
        for (defence, rate) in loss.defence_ids().zip(benign) {
            let loss_here = loss.loss(attack, defence);
            probability("a loss", &loss_here)?;
            let name = || format!("`{}` against `{}`", loss.attacks()[attack.0], loss.defences()[defence.0]);
            above_benign(name, &loss_here, rate)?;
            entries.push(loss_here - rate);
        }
    }
    let (attacks, defences) = (loss.attacks().clone(), loss.defences().clone());
    Ok(LossMatrix::from_checked(attacks, defences, Payoffs::new(entries), loss.kind())?)
}

fn same_length(what: &'static str, expected: usize, found: usize) -> Result<(), BitsError> {
    if expected == found { Ok(()) } else { Err(BitsError::Shape { what, expected, found }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{AttackId, DefenceId, numbered};
    use crate::rational::parse;

    fn numbers(texts: &[&str]) -> Vec<Rational> {
        texts.iter().map(|text| parse(text).expect("a number")).collect()
    }

    fn matrix() -> LossMatrix {
        LossMatrix::new(numbered("a", 2), numbered("d", 2), numbers(&["0.9", "0.2", "0.3", "0.6"])).expect("a matrix")
    }

    #[test]
    fn benign_rates_leave_their_columns() {
        let excess = excess_losses(&matrix(), &numbers(&["0.1", "0.2"])).expect("a game");
        assert_eq!(excess.payoffs().to_rationals(), numbers(&["0.8", "0", "0.2", "0.4"]));
        assert_eq!(excess.loss(AttackId(0), DefenceId(1)), Rational::ZERO);
        let mix = MixedStrategy::exact(numbers(&["1/4", "3/4"])).expect("a mix");
        assert_eq!(visible_draw(&excess, &mix).expect("an advantage").exact(), &numbers(&["0.5"])[0]);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let refused = |benign: &[&str]| excess_losses(&matrix(), &numbers(benign)).expect_err("no game").to_string();
        assert_eq!(refused(&["0.1"]), "1 benign rates, where the game has 2");
        assert_eq!(refused(&["0.1", "-0.2"]), "a benign rate must be in [0, 1]; found -0.2");
        assert_eq!(refused(&["0.1", "0.3"]), "the success 0.2 of `a1` against `d2` is below the benign rate 0.3");
        let large = LossMatrix::new(numbered("a", 1), numbered("d", 1), numbers(&["2"])).expect("a matrix");
        assert!(matches!(excess_losses(&large, &numbers(&["0"])), Err(BitsError::NotAProbability { .. })));
        let one = MixedStrategy::pure(1, 0).expect("a mix");
        assert!(matches!(visible_draw(&large, &one), Err(BitsError::NotAProbability { .. })));
        assert!(matches!(visible_draw(&matrix(), &one), Err(BitsError::Shape { expected: 2, found: 1, .. })));
        let [small, half] = [Rational::ZERO, numbers(&["1/2"])[0].clone()];
        assert!(matches!(hidden_draw(&small, &half), Err(BitsError::BelowBenign { .. })));
        assert!(hidden_draw(&Rational::from(2), &small).is_err() && hidden_draw(&half, &-Rational::ONE).is_err());
    }
}
