//! [`Bimatrix`]: a game of two players whose pay-offs need not sum to a constant.

use crate::matrix::{LossMatrix, MatrixError, Names};
use crate::rational::Rational;

/// Exact pay-offs of two players, for every pair of their pure strategies; both want theirs large.
///
/// Rows are the strategies of player 1, columns those of player 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bimatrix {
    rows: Names,
    columns: Names,
    first: Vec<Rational>,
    second: Vec<Rational>,
    /// Player 1's pay-offs as the source wrote them, row by row; empty where they were computed.
    written: Vec<String>,
}

impl Bimatrix {
    /// A game of both players' pay-offs, each row by row.
    ///
    /// # Errors
    /// [`MatrixError`] if a player has no strategy or a number of pay-offs is wrong. Names are not checked here, since
    /// which player attacks is known only later.
    pub fn new(rows: Names, columns: Names, first: Vec<Rational>, second: Vec<Rational>) -> Result<Self, MatrixError> {
        let (m, n) = (rows.len(), columns.len());
        if m == 0 || n == 0 {
            return Err(MatrixError::Empty { attacks: m, defences: n });
        }
        for payoffs in [&first, &second] {
            if payoffs.len() != m * n {
                return Err(MatrixError::Shape { attacks: m, defences: n, expected: m * n, found: payoffs.len() });
            }
        }
        Ok(Self { rows, columns, first, second, written: Vec::new() })
    }

    /// Keeps player 1's pay-offs as their source wrote them, row by row; ignored unless there is one text per cell.
    #[must_use]
    pub fn with_written(mut self, written: Vec<String>) -> Self {
        if written.len() == self.first.len() {
            self.written = written;
        }
        self
    }

    /// Strategies of player 1.
    #[must_use]
    pub fn rows(&self) -> &Names {
        &self.rows
    }

    /// Strategies of player 2.
    #[must_use]
    pub fn columns(&self) -> &Names {
        &self.columns
    }

    /// Pay-offs of player 1, row by row.
    #[must_use]
    pub fn first(&self) -> &[Rational] {
        &self.first
    }

    /// Pay-offs of player 2, row by row.
    #[must_use]
    pub fn second(&self) -> &[Rational] {
        &self.second
    }

    /// What both pay-offs sum to, if it is the same at every profile.
    #[must_use]
    pub fn constant_sum(&self) -> Option<Rational> {
        let mut sums = self.first.iter().zip(&self.second).map(|(first, second)| first + second);
        let constant = sums.next()?;
        if sums.all(|sum| sum == constant) { Some(constant) } else { None }
    }

    /// The game as a loss matrix if it is constant-sum: player 1 attacks, player 2 defends, the loss is player 1's
    /// pay-off. `None` otherwise, or if a name repeats.
    #[must_use]
    pub fn zero_sum(&self) -> Option<LossMatrix> {
        self.constant_sum()?;
        let matrix = LossMatrix::new(self.rows.clone(), self.columns.clone(), self.first.clone()).ok()?;
        Some(matrix.with_written(self.written.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matrix::numbered;

    fn game(first: &[i32], second: &[i32]) -> Result<Bimatrix, MatrixError> {
        let numbers = |values: &[i32]| values.iter().map(|&value| Rational::from(value)).collect();
        Bimatrix::new(numbered("r", 2), numbered("c", 1), numbers(first), numbers(second))
    }

    #[test]
    fn a_constant_sum_is_found_and_any_other_is_not() {
        assert_eq!(game(&[1, 3], &[4, 2]).expect("a game").constant_sum(), Some(Rational::from(5)));
        let other = game(&[1, 3], &[4, 3]).expect("a game");
        assert_eq!((other.constant_sum(), other.zero_sum()), (None, None));
    }

    #[test]
    fn the_loss_is_the_pay_off_of_player_1() {
        let matrix = game(&[1, 3], &[4, 2]).expect("a game").zero_sum().expect("a matrix");
        assert_eq!(matrix.worst_losses().to_rationals(), [Rational::from(3)]);
    }

    #[test]
    fn shapes_are_checked() {
        assert!(matches!(game(&[1, 3], &[4]), Err(MatrixError::Shape { found: 1, .. })));
        assert!(matches!(
            Bimatrix::new(numbered("r", 0), numbered("c", 1), vec![], vec![]),
            Err(MatrixError::Empty { .. })
        ));
    }
}
