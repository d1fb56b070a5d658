//! [`Basis`]: which variables of the game's linear program are basic.
//!
//! The program has one variable for each defence, then the slack of each attack's row, then the slack of each
//! constraint's row, numbered in this order. A basis names one variable for each row.

/// Sizes of a game, hence the numbering of its program's variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Attacks: rows whose right side is 1.
    pub(crate) attacks: usize,
    /// Defences: columns.
    pub(crate) defences: usize,
    /// Constraints: rows whose right side is 0.
    pub(crate) constraints: usize,
}

/// What a variable of the program stands for; as a dual variable, whose price or reduced cost it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variable {
    /// Weight of a defence.
    Defence(usize),
    /// Slack of an attack's row; its dual is the attack's weight.
    Attack(usize),
    /// Slack of a constraint's row; its dual is the constraint's multiplier.
    Constraint(usize),
}

impl Layout {
    pub(crate) fn of(game: &saddlepoint_game::Game) -> Self {
        Self {
            attacks: game.loss.attacks().len(),
            defences: game.loss.defences().len(),
            constraints: game.constraints.len(),
        }
    }

    /// Rows of the program.
    pub(crate) fn rows(self) -> usize {
        self.attacks + self.constraints
    }

    /// What a number stands for.
    pub(crate) fn variable(self, number: usize) -> Variable {
        match number.checked_sub(self.defences) {
            None => Variable::Defence(number),
            Some(row) if row < self.attacks => Variable::Attack(row),
            Some(row) => Variable::Constraint(row - self.attacks),
        }
    }
}

/// The basic variables of a vertex of the game's linear program.
///
/// It belongs to games of one shape (attacks, defences, constraints), and is a start for any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    pub(crate) layout: Layout,
    pub(crate) variables: Vec<usize>,
}

impl Basis {
    /// Defences whose weight is basic, in ascending order: the support, and those at probability 0 by degeneracy.
    #[must_use]
    pub fn defences(&self) -> Vec<usize> {
        let mut defences: Vec<_> = self.variables.iter().copied().filter(|v| *v < self.layout.defences).collect();
        defences.sort_unstable();
        defences
    }
}
