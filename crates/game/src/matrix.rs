//! [`LossMatrix`]: labelled attacks × defences, exact finite entries.

use std::collections::HashSet;
use std::sync::Arc;

use crate::payoffs::Payoffs;
use crate::rational::{self, Rational};

/// Names of one player's pure strategies, shared between the games of a sweep.
pub type Names = Arc<[String]>;

/// Index of an attack: a row of the matrix, a pure strategy of the maximising attacker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttackId(pub usize);

/// Index of a defence: a column of the matrix, a pure strategy of the minimising defender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefenceId(pub usize);

/// Where the entries of a matrix come from, hence what an exact certificate speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoffKind {
    /// Decimals and fractions, taken at their written value.
    Rational,
    /// Doubles, taken at their exact binary value (`0.1` is not 1/10 there).
    Binary64,
}

impl PayoffKind {
    /// The name in results: `rational` or `binary64`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rational => "rational",
            Self::Binary64 => "binary64",
        }
    }
}

/// Why names and entries do not make a matrix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatrixError {
    /// No attack or no defence.
    #[error("a game needs at least one attack and one defence; found {attacks} attacks and {defences} defences")]
    Empty {
        /// Rows found.
        attacks: usize,
        /// Columns found.
        defences: usize,
    },
    /// The number of entries is not attacks × defences.
    #[error("{attacks} attacks × {defences} defences need {expected} entries; found {found}")]
    Shape {
        /// Rows named.
        attacks: usize,
        /// Columns named.
        defences: usize,
        /// Rows × columns.
        expected: usize,
        /// Entries given.
        found: usize,
    },
    /// Two rows or two columns have the same name.
    #[error("the {player} name `{name}` occurs twice")]
    DuplicateName {
        /// `attack` or `defence`.
        player: &'static str,
        /// The repeated name.
        name: String,
    },
    /// A double that is not a finite number.
    #[error("the entry of attack {attack} and defence {defence} is not finite")]
    NotFinite {
        /// Row, from 0.
        attack: usize,
        /// Column, from 0.
        defence: usize,
    },
}

/// The defender's loss for every attack (row) and defence (column).
///
/// The attacker maximises, the defender minimises. Entries are exact; see [`PayoffKind`] for what exact means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LossMatrix {
    attacks: Names,
    defences: Names,
    payoffs: Payoffs,
    kind: PayoffKind,
    /// Cells as the source wrote them, row by row; empty where they were computed.
    written: Arc<[String]>,
}

impl LossMatrix {
    /// A matrix of exact entries, row by row.
    ///
    /// # Errors
    /// [`MatrixError`] if a side is empty, a name repeats, or the number of entries is wrong.
    pub fn new(attacks: Names, defences: Names, entries: Vec<Rational>) -> Result<Self, MatrixError> {
        check_names("attack", &attacks)?;
        check_names("defence", &defences)?;
        Self::from_checked(attacks, defences, Payoffs::new(entries), PayoffKind::Rational)
    }

    /// A matrix of doubles, row by row, each taken at its exact binary value.
    ///
    /// # Errors
    /// [`MatrixError`] as for [`LossMatrix::new`], and if an entry is not finite.
    pub fn from_f64(attacks: Names, defences: Names, entries: &[f64]) -> Result<Self, MatrixError> {
        check_names("attack", &attacks)?;
        check_names("defence", &defences)?;
        let columns = defences.len().max(1);
        let payoffs = Payoffs::from_f64(entries).ok_or_else(|| {
            let position = entries.iter().position(|entry| !entry.is_finite()).unwrap_or(0);
            MatrixError::NotFinite { attack: position / columns, defence: position % columns }
        })?;
        Self::from_checked(attacks, defences, payoffs, PayoffKind::Binary64)
    }

    /// A matrix on names that an earlier matrix has already checked: what a sweep builds a million times.
    ///
    /// # Errors
    /// [`MatrixError`] if a side is empty or the number of entries is wrong.
    pub fn from_checked(
        attacks: Names,
        defences: Names,
        payoffs: Payoffs,
        kind: PayoffKind,
    ) -> Result<Self, MatrixError> {
        let (m, n) = (attacks.len(), defences.len());
        if m == 0 || n == 0 {
            return Err(MatrixError::Empty { attacks: m, defences: n });
        }
        if payoffs.len() != m * n {
            return Err(MatrixError::Shape { attacks: m, defences: n, expected: m * n, found: payoffs.len() });
        }
        Ok(Self { attacks, defences, payoffs, kind, written: Arc::from([]) })
    }

    /// [`LossMatrix::from_checked`] where the caller has checked the shape too.
    pub(crate) fn of_checked_shape(attacks: Names, defences: Names, payoffs: Payoffs, kind: PayoffKind) -> Self {
        debug_assert_eq!(payoffs.len(), attacks.len() * defences.len());
        Self { attacks, defences, payoffs, kind, written: Arc::from([]) }
    }

    /// Keeps the cells as their source wrote them, row by row; ignored unless there is one text per cell.
    #[must_use]
    pub fn with_written(mut self, written: Vec<String>) -> Self {
        if written.len() == self.payoffs.len() {
            self.written = written.into();
        }
        self
    }

    /// Names of the attacks, in row order.
    #[must_use]
    pub fn attacks(&self) -> &Names {
        &self.attacks
    }

    /// Names of the defences, in column order.
    #[must_use]
    pub fn defences(&self) -> &Names {
        &self.defences
    }

    /// Every attack, in row order.
    pub fn attack_ids(&self) -> impl Iterator<Item = AttackId> + use<> {
        (0..self.attacks.len()).map(AttackId)
    }

    /// Every defence, in column order.
    pub fn defence_ids(&self) -> impl Iterator<Item = DefenceId> + use<> {
        (0..self.defences.len()).map(DefenceId)
    }

    /// The exact entries, row by row.
    #[must_use]
    pub fn payoffs(&self) -> &Payoffs {
        &self.payoffs
    }

    /// What the entries are taken to be.
    #[must_use]
    pub fn kind(&self) -> PayoffKind {
        self.kind
    }

    /// The exact loss of one cell.
    ///
    /// # Panics
    /// If an index is outside the matrix, as indexing a slice does.
    #[must_use]
    pub fn loss(&self, attack: AttackId, defence: DefenceId) -> Rational {
        let (m, n) = (self.attacks.len(), self.defences.len());
        assert!(attack.0 < m && defence.0 < n, "cell ({}, {}) of a {m} × {n} matrix", attack.0, defence.0);
        self.payoffs.get(attack.0 * n + defence.0).unwrap_or(Rational::ZERO)
    }

    /// One cell as its source wrote it, else its shortest exact text.
    ///
    /// # Panics
    /// If an index is outside the matrix, as indexing a slice does.
    #[must_use]
    pub fn written(&self, attack: AttackId, defence: DefenceId) -> String {
        let exact = self.loss(attack, defence);
        match self.written.get(attack.0 * self.defences.len() + defence.0) {
            Some(text) => text.clone(),
            None => rational::to_text(&exact),
        }
    }

    /// The largest loss of each defence, over all attacks: what it costs when the attacker sees it. One per column.
    #[must_use]
    pub fn worst_losses(&self) -> Payoffs {
        let columns = self.defences.len();
        match &self.payoffs {
            Payoffs::Fixed { numerators, denominator } => {
                let mut worst = vec![i64::MIN; columns];
                for row in numerators.chunks_exact(columns) {
                    worst.iter_mut().zip(row).for_each(|(worst, &n)| *worst = n.max(*worst));
                }
                Payoffs::Fixed { numerators: worst, denominator: *denominator }
            }
            Payoffs::Wide { numerators, denominator } => {
                let worst = |j: DefenceId| numerators[j.0..].iter().step_by(columns).max().cloned().unwrap_or_default();
                let numerators = self.defence_ids().map(worst).collect();
                Payoffs::Wide { numerators, denominator: denominator.clone() }
            }
            Payoffs::Rational(_) => {
                let worst = |j| self.attack_ids().map(|i| self.loss(i, j)).max().unwrap_or(Rational::ZERO);
                Payoffs::Rational(self.defence_ids().map(worst).collect())
            }
        }
    }

    /// The game in which the attacker sees the drawn defence with probability `q`, and else only the mix:
    /// `(1-q) L[i][j] + q max_i L[i][j]`.
    ///
    /// Against a mix `y` the attacker then gets `(1-q) max_i (L y)_i + q Σ_j y_j max_i L[i][j]`, so the value of the
    /// returned matrix is the value with that probe. `q` is a probability.
    #[must_use]
    pub fn blended(&self, q: &Rational) -> Self {
        let payoffs = self.blended_integers(q).unwrap_or_else(|| {
            let worst = self.worst_losses().to_rationals();
            let rest = Rational::ONE - q;
            let cells = self.attack_ids().flat_map(|i| self.defence_ids().map(move |j| (i, j)));
            Payoffs::new(cells.map(|(i, j)| &rest * self.loss(i, j) + q * &worst[j.0]).collect())
        });
        Self {
            attacks: self.attacks.clone(),
            defences: self.defences.clone(),
            payoffs,
            kind: self.kind,
            written: Arc::from([]),
        }
    }

    /// [`LossMatrix::blended`] on one common denominator; `None` if a number does not fit.
    fn blended_integers(&self, q: &Rational) -> Option<Payoffs> {
        let Payoffs::Fixed { numerators, denominator } = &self.payoffs else { return None };
        let (seen, parts) = (i128::try_from(q.numerator()).ok()?, i128::try_from(q.denominator()).ok()?);
        let Payoffs::Fixed { numerators: worst, .. } = self.worst_losses() else { return None };
        let blend = |(position, n): (usize, &i64)| {
            let hidden = parts.checked_sub(seen)?.checked_mul(i128::from(*n))?;
            i64::try_from(hidden.checked_add(seen.checked_mul(i128::from(worst[position % worst.len()]))?)?).ok()
        };
        let blended = numerators.iter().enumerate().map(blend).collect::<Option<Vec<_>>>()?;
        let denominator = u64::try_from(parts).ok()?.checked_mul(*denominator)?;
        i64::try_from(denominator).ok().map(|_| Payoffs::Fixed { numerators: blended, denominator })
    }

    /// The matrix with the players' roles exchanged: transposed and negated, so its value is minus the value here.
    #[must_use]
    pub fn exchanged(&self) -> Self {
        let entries = self.defence_ids().flat_map(|j| self.attack_ids().map(move |i| -self.loss(i, j))).collect();
        Self {
            attacks: self.defences.clone(),
            defences: self.attacks.clone(),
            payoffs: Payoffs::new(entries),
            kind: self.kind,
            written: Arc::from([]),
        }
    }

    /// The matrix with some defences left out; `None` if none is left.
    #[must_use]
    pub fn without_defences(&self, dropped: &HashSet<DefenceId>) -> Option<Self> {
        let kept: Vec<_> = self.defence_ids().filter(|id| !dropped.contains(id)).collect();
        self.restricted(&self.attack_ids().collect::<Vec<_>>(), &kept)
    }

    /// The matrix of the given rows and columns, in the given order; `None` if a side is empty.
    ///
    /// # Panics
    /// If an index is outside the matrix, as indexing a slice does.
    #[must_use]
    pub fn restricted(&self, attacks: &[AttackId], defences: &[DefenceId]) -> Option<Self> {
        if attacks.is_empty() || defences.is_empty() {
            return None;
        }
        let cells = || attacks.iter().flat_map(|&i| defences.iter().map(move |&j| (i, j)));
        let written =
            if self.written.is_empty() { Vec::new() } else { cells().map(|(i, j)| self.written(i, j)).collect() };
        Some(Self {
            attacks: attacks.iter().map(|i| self.attacks[i.0].clone()).collect(),
            defences: defences.iter().map(|j| self.defences[j.0].clone()).collect(),
            payoffs: Payoffs::new(cells().map(|(i, j)| self.loss(i, j)).collect()),
            kind: self.kind,
            written: written.into(),
        })
    }
}

fn check_names(player: &'static str, names: &[String]) -> Result<(), MatrixError> {
    let mut seen = HashSet::new();
    match names.iter().find(|name| !seen.insert(name.as_str())) {
        Some(name) => Err(MatrixError::DuplicateName { player, name: name.clone() }),
        None => Ok(()),
    }
}

/// Default names of a player's strategies: `a1`, `a2`, … or `d1`, `d2`, ….
#[must_use]
pub fn numbered(prefix: &str, count: usize) -> Names {
    (1..=count).map(|k| format!("{prefix}{k}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shape_names_and_numbers_are_checked() {
        let one = || vec![Rational::ONE];
        assert!(matches!(LossMatrix::new(numbered("a", 0), numbered("d", 1), vec![]), Err(MatrixError::Empty { .. })));
        assert!(matches!(LossMatrix::new(numbered("a", 2), numbered("d", 1), one()), Err(MatrixError::Shape { .. })));
        let twice: Names = vec!["x".to_owned(), "x".to_owned()].into();
        assert!(matches!(
            LossMatrix::new(twice, numbered("d", 1), vec![Rational::ONE, Rational::ONE]),
            Err(MatrixError::DuplicateName { player: "attack", .. })
        ));
        assert!(matches!(
            LossMatrix::from_f64(numbered("a", 1), numbered("d", 2), &[0.0, f64::NAN]),
            Err(MatrixError::NotFinite { attack: 0, defence: 1 })
        ));
    }

    #[test]
    fn a_probe_blends_each_cell_with_the_worst_of_its_column() {
        let number = |text: &str| rational::parse(text).expect("a number");
        let entries = ["0.1", "0.9", "0.5", "0.3"].map(number).to_vec();
        let matrix = LossMatrix::new(numbered("a", 2), numbered("d", 2), entries).expect("a matrix");
        let blended = |q: &str| {
            let blended = matrix.blended(&number(q));
            blended
                .attack_ids()
                .flat_map(|i| blended.defence_ids().map(move |j| (i, j)))
                .map(|(i, j)| blended.loss(i, j))
                .collect::<Vec<_>>()
        };
        assert_eq!(blended("1/4"), ["0.2", "0.9", "0.5", "0.45"].map(number));
        assert_eq!(blended("1"), ["0.5", "0.9", "0.5", "0.9"].map(number));
        // A probability that does not fit 64 bits takes the other path.
        let fine = number("1/100000000000000000000");
        assert_eq!(matrix.blended(&fine).loss(AttackId(0), DefenceId(0)), number("0.1") + number("0.4") * fine);
    }

    #[test]
    fn exchanging_the_players_twice_changes_nothing() {
        let matrix = LossMatrix::from_f64(numbered("a", 2), numbered("d", 3), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.5])
            .expect("a matrix");
        assert_eq!(matrix.exchanged().exchanged(), matrix);
        assert_eq!(matrix.exchanged().loss(AttackId(2), DefenceId(1)), -matrix.loss(AttackId(1), DefenceId(2)));
    }
}
