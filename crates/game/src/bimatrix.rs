//! [`Bimatrix`]: a game of two players whose pay-offs need not sum to a constant.

use dashu_int::{IBig, UBig, ops::BitTest, ops::Gcd};

use crate::digest::digest_bytes;
use crate::matrix::{LossMatrix, MatrixError, Names};
use crate::payoffs::Payoffs;
use crate::rational::{self, Rational};
use crate::strategy::MixedStrategy;

/// Exact pay-offs of two players, for every pair of their pure strategies; both want theirs large.
///
/// Rows are the strategies of player 1, columns those of player 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bimatrix {
    rows: Names,
    columns: Names,
    first: Payoffs,
    second: Payoffs,
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
        let (first, second) = (Payoffs::new(first), Payoffs::new(second));
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
    pub fn first(&self) -> &Payoffs {
        &self.first
    }

    /// Pay-offs of player 2, row by row.
    #[must_use]
    pub fn second(&self) -> &Payoffs {
        &self.second
    }

    /// Both pay-offs of one profile, player 1's first; 0 outside the game.
    #[must_use]
    pub fn payoffs(&self, row: usize, column: usize) -> (Rational, Rational) {
        let position = Some(row * self.columns.len() + column).filter(|_| column < self.columns.len());
        let at = |payoffs: &Payoffs| position.and_then(|position| payoffs.get(position)).unwrap_or(Rational::ZERO);
        (at(&self.first), at(&self.second))
    }

    /// The pay-off of player 1 when they play a mix and player 2 a pure strategy.
    #[must_use]
    pub fn leader_utility(&self, mix: &MixedStrategy, column: usize) -> Rational {
        let terms = mix.support().into_iter().map(|row| mix.probability(row) * self.payoffs(row, column).0);
        terms.fold(Rational::ZERO, |sum, term| sum + term)
    }

    /// The pay-off of player 2 for each of their pure strategies, when player 1 plays a mix.
    #[must_use]
    pub fn follower_utilities(&self, mix: &MixedStrategy) -> Vec<Rational> {
        let columns = self.columns.len();
        let weights: Vec<_> = mix.support().into_iter().map(|row| (row, mix.probability(row))).collect();
        if let Some(sums) = integer_sums(&self.second, columns, &weights) {
            return sums;
        }
        let entry = |row: usize, column: usize| self.second.get(row * columns + column).unwrap_or(Rational::ZERO);
        let expected = |column| weights.iter().fold(Rational::ZERO, |sum, (row, p)| sum + p * entry(*row, column));
        (0..columns).map(expected).collect()
    }

    /// The game with the players exchanged.
    #[must_use]
    pub fn exchanged(&self) -> Self {
        let (m, n) = (self.rows.len(), self.columns.len());
        let turned = |payoffs: &Payoffs| {
            let cells = (0..n).flat_map(|j| (0..m).map(move |i| i * n + j));
            Payoffs::new(cells.filter_map(|position| payoffs.get(position)).collect())
        };
        let (first, second) = (turned(&self.second), turned(&self.first));
        Self { rows: self.columns.clone(), columns: self.rows.clone(), first, second, written: Vec::new() }
    }

    /// The game's identity: the SHA-256 of names and exact pay-offs as JSON without spaces,
    /// `{"defender":[…],"attacker":[…],"utilities":[[["3","2"],…],…]}`, one list per strategy of player 1, each number
    /// in its shortest exact form.
    #[must_use]
    pub fn digest(&self) -> String {
        let pair = |row, column| {
            let (first, second) = self.payoffs(row, column);
            [rational::to_text(&first), rational::to_text(&second)]
        };
        let rows = 0..self.rows.len();
        let utilities: Vec<Vec<_>> = rows.map(|i| (0..self.columns.len()).map(|j| pair(i, j)).collect()).collect();
        // Texts and lists of texts always have a JSON form.
        let (defender, attacker) = (serde_json::to_string(&*self.rows), serde_json::to_string(&*self.columns));
        let [defender, attacker, utilities] =
            [defender, attacker, serde_json::to_string(&utilities)].map(Result::unwrap_or_default);
        digest_bytes(
            format!("{{\"defender\":{defender},\"attacker\":{attacker},\"utilities\":{utilities}}}").as_bytes(),
        )
    }

    /// What both pay-offs sum to, if it is the same at every profile.
    #[must_use]
    pub fn constant_sum(&self) -> Option<Rational> {
        let cells = 0..self.first.len();
        let mut sums = cells.filter_map(|cell| Some(self.first.get(cell)? + self.second.get(cell)?));
        let constant = sums.next()?;
        if sums.all(|sum| sum == constant) { Some(constant) } else { None }
    }

    /// The game as a loss matrix if it is constant-sum: player 1 attacks, player 2 defends, the loss is player 1's
    /// pay-off. `None` otherwise, or if a name repeats.
    #[must_use]
    pub fn zero_sum(&self) -> Option<LossMatrix> {
        self.constant_sum()?;
        let matrix = LossMatrix::new(self.rows.clone(), self.columns.clone(), self.first.to_rationals()).ok()?;
        Some(matrix.with_written(self.written.clone()))
    }
}

/// Expected pay-offs of every column over one denominator, in 128-bit integers where they surely fit; `None` if the
/// pay-offs have no common denominator of 64 bits.
fn integer_sums(payoffs: &Payoffs, columns: usize, weights: &[(usize, Rational)]) -> Option<Vec<Rational>> {
    let Payoffs::Fixed { numerators, denominator } = payoffs else { return None };
    let whole = weights.iter().fold(UBig::ONE, |whole, (_, p)| {
        let p = p.denominator();
        &whole / (&whole).gcd(p) * p
    });
    let scale = &whole * UBig::from(*denominator);
    let rows = weights.iter().map(|(row, p)| {
        let weight = p.numerator() * IBig::from(&whole / p.denominator());
        Some((weight, numerators.get(row * columns..(row + 1) * columns)?))
    });
    let rows = rows.collect::<Option<Vec<_>>>()?;
    // The weights sum to `whole`, so no sum exceeds it times the largest entry, which is below 2^63.
    let small = if whole.bit_len() <= 63 { columns } else { 0 };
    let mut sums = vec![0_i128; small];
    for (weight, row) in rows.iter().filter(|_| small > 0) {
        let weight = i128::try_from(weight).ok()?;
        sums.iter_mut().zip(*row).for_each(|(sum, &entry)| *sum += weight * i128::from(entry));
    }
    let large = (small..columns)
        .map(|column| rows.iter().fold(IBig::ZERO, |sum, (weight, row)| sum + weight * IBig::from(row[column])));
    let sums = sums.into_iter().map(IBig::from).chain(large);
    Some(sums.map(|sum| Rational::from_parts(sum, scale.clone())).collect())
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
