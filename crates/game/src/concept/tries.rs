//! Several tries: an attacker who may attack `k` times, and wins if one attack succeeds.
//!
//! Losses are success probabilities in [0, 1]. Given the defence, tries are taken to be independent: an assumption.
//!
//! - Fresh draw for every try, one attack repeated: [`fresh`], `1 - (1 - v)^k` of the value `v`.
//! - Sticky draw, one per session: the attacker picks `k` attacks, repeats allowed, and wins with `1 - Π_t (1 -
//!   L[a_t][d])`: [`sticky`], a matrix with one row per choice.
//!
//! Against one attack repeated, a sticky draw is never worse for the defender (Jensen); against a choice of several it
//! can be. So both are computed, and neither is claimed to be the better.

use crate::matrix::{AttackId, LossMatrix, MatrixError, PayoffKind};
use crate::payoffs::Payoffs;
use crate::rational::{self, Rational};

/// Most cells of the matrix that [`sticky`] makes.
pub const MOST_CELLS: usize = 1_000_000;

/// Most tries.
pub const MOST_TRIES: u32 = 1_000;

/// Why there is no game of several tries.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TriesError {
    /// No try, or too many.
    #[error("the number of tries must be from 1 to 1000; found {0}")]
    Tries(u32),
    /// A loss that is no probability.
    #[error("losses must be probabilities for several tries; attack {attack} against defence {defence} has {loss}")]
    NotProbability {
        /// Row, from 0.
        attack: usize,
        /// Column, from 0.
        defence: usize,
        /// The loss, exact.
        loss: String,
    },
    /// The uplift must be in [0, 1].
    #[error("the uplift must be between 0 and 1; found {0}")]
    Uplift(String),
    /// The matrix of all choices would be too large.
    #[error("{tries} tries of {attacks} attacks against {defences} defences make a matrix of more than 1000000 cells")]
    TooLarge {
        /// Tries.
        tries: u32,
        /// Rows of the game of one try.
        attacks: usize,
        /// Columns.
        defences: usize,
    },
    /// Not a matrix.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
}

/// `1 - (1 - v)^k`: the loss over `k` tries that each succeed with probability `v`, independently.
///
/// # Errors
/// [`TriesError::Tries`] unless `k` is from 1 to [`MOST_TRIES`].
pub fn fresh(value: &Rational, tries: u32) -> Result<Rational, TriesError> {
    check_tries(tries)?;
    let spared = Rational::ONE - value;
    Ok(Rational::ONE - (0..tries).fold(Rational::ONE, |all, _| all * &spared))
}

/// The game of a draw that is kept for `k` tries: one row for each multiset of `k` attacks, in lexicographic order,
/// named after its attacks joined by ` + `.
///
/// # Errors
/// [`TriesError`] if a loss is no probability, or the matrix would have more than [`MOST_CELLS`] cells.
pub fn sticky(loss: &LossMatrix, tries: u32) -> Result<LossMatrix, TriesError> {
    check_tries(tries)?;
    check_probabilities(loss)?;
    let (m, n) = (loss.attacks().len(), loss.defences().len());
    let too_large = || TriesError::TooLarge { tries, attacks: m, defences: n };
    if multisets(m, tries).and_then(|rows| rows.checked_mul(n)).is_none_or(|cells| cells > MOST_CELLS) {
        return Err(too_large());
    }
    let spared: Vec<Rational> = loss.payoffs().to_rationals().into_iter().map(|p| Rational::ONE - p).collect();
    let (mut names, mut entries) = (Vec::new(), Vec::new());
    let mut chosen = vec![0_usize; tries as usize];
    loop {
        let name: Vec<&str> = chosen.iter().filter_map(|i| loss.attacks().get(*i)).map(String::as_str).collect();
        names.push(name.join(" + "));
        for j in 0..n {
            let none = chosen.iter().filter_map(|i| spared.get(i * n + j)).fold(Rational::ONE, |all, q| all * q);
            entries.push(Rational::ONE - none);
        }
        // The next multiset: raise the last attack that can be raised, and those after it with it.
        let Some(last) = chosen.iter().rposition(|i| i + 1 < m) else { break };
        let raised = chosen[last] + 1;
        chosen[last..].fill(raised);
    }
    // Names of attacks may hold the separator; rows are told apart by their order then.
    LossMatrix::from_checked(names.into(), loss.defences().clone(), Payoffs::new(entries), PayoffKind::Rational)
        .map_err(TriesError::from)
}

/// The stress test of an adaptive attacker: `L + u (1 - L)` in every cell, `u` the share of the remaining safety that
/// adapting takes away. It is affine, so the value moves to `v + u (1 - v)` and the mixes stay.
///
/// # Errors
/// [`TriesError`] if `u` is not in [0, 1] or a loss is no probability.
pub fn adaptive(loss: &LossMatrix, uplift: &Rational) -> Result<LossMatrix, TriesError> {
    if *uplift < Rational::ZERO || *uplift > Rational::ONE {
        return Err(TriesError::Uplift(rational::to_text(uplift)));
    }
    check_probabilities(loss)?;
    let raised = loss.payoffs().to_rationals().into_iter().map(|p| &p + uplift * (Rational::ONE - &p)).collect();
    let (attacks, defences) = (loss.attacks().clone(), loss.defences().clone());
    Ok(LossMatrix::from_checked(attacks, defences, Payoffs::new(raised), loss.kind())?)
}

fn check_tries(tries: u32) -> Result<(), TriesError> {
    if (1..=MOST_TRIES).contains(&tries) { Ok(()) } else { Err(TriesError::Tries(tries)) }
}

fn check_probabilities(loss: &LossMatrix) -> Result<(), TriesError> {
    for i in loss.attack_ids() {
        for j in loss.defence_ids() {
            let p = loss.loss(i, j);
            if p < Rational::ZERO || p > Rational::ONE {
                let AttackId(attack) = i;
                return Err(TriesError::NotProbability { attack, defence: j.0, loss: rational::to_text(&p) });
            }
        }
    }
    Ok(())
}

/// `C(m + k - 1, k)`; `None` beyond the largest integer.
fn multisets(attacks: usize, tries: u32) -> Option<usize> {
    (1..=tries as usize).try_fold(1_usize, |count, t| Some(count.checked_mul(attacks + t - 1)? / t))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::{DefenceId, numbered};
    use crate::rational::parse;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    fn table(texts: [&str; 4]) -> LossMatrix {
        LossMatrix::new(numbered("a", 2), numbered("d", 2), texts.map(number).to_vec()).expect("a matrix")
    }

    #[test]
    fn rows_are_multisets() {
        let loss = table(["0.5", "0", "0.2", "1"]);
        let twice = sticky(&loss, 2).expect("a matrix");
        assert_eq!(&**twice.attacks(), ["a1 + a1", "a1 + a2", "a2 + a2"]);
        let expected = ["0.75", "0", "0.6", "1", "0.36", "1"].map(number);
        assert_eq!(twice.payoffs().to_rationals(), expected);
        assert_eq!(sticky(&loss, 1).expect("a matrix").payoffs().to_rationals(), loss.payoffs().to_rationals());
        assert_eq!(fresh(&number("0.5"), 3), Ok(number("7/8")));
        assert_eq!(multisets(9, 4), Some(495));
    }

    #[test]
    fn an_uplift_takes_a_share_of_what_is_safe() {
        let raised = adaptive(&table(["0.5", "0", "0.2", "1"]), &number("0.5")).expect("a matrix");
        assert_eq!(raised.payoffs().to_rationals(), ["0.75", "0.5", "0.6", "1"].map(number));
        assert_eq!(raised.loss(AttackId(0), DefenceId(1)), number("0.5"));
    }

    #[test]
    fn what_is_no_game_is_refused() {
        let loss = table(["0.5", "0", "1.2", "1"]);
        assert!(matches!(sticky(&loss, 2), Err(TriesError::NotProbability { attack: 1, defence: 0, .. })));
        let loss = table(["0.5", "0", "0.2", "1"]);
        assert_eq!(sticky(&loss, 0), Err(TriesError::Tries(0)));
        assert_eq!(sticky(&loss, 1_001), Err(TriesError::Tries(1_001)));
        assert!(matches!(adaptive(&loss, &number("1.1")), Err(TriesError::Uplift(_))));
        let wide = LossMatrix::new(numbered("a", 50), numbered("d", 1), vec![Rational::ZERO; 50]).expect("a matrix");
        assert!(matches!(sticky(&wide, 20), Err(TriesError::TooLarge { attacks: 50, .. })));
    }
}
