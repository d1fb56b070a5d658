//! [`cell_region`]: how far one cell can move, all others held, before the optimal supports change, and what the value
//! does.
//!
//! As one cell moves by `δ`, a basis of the game's program stays optimal on an interval, and there the value is a
//! quotient of two linear functions. With the optimal tableau at `δ = 0`: `B` the basis matrix, row `r` that of the
//! cell's defence if it is basic, `p` the price of its attack's row, `α = B⁻¹ e_i` the column of that row's slack
//! (Sherman and Morrison, 1950):
//!
//! ```text
//! (1 + δ α_r) x_q(δ) = x_q + δ (x_q α_r - α_q x_r)       basic variables
//! (1 + δ α_r) d_k(δ) = d_k + δ (d_k α_r - p T_rk)        reduced costs; those of the slack of row i and of others alike
//! (1 + δ α_r) z(δ)   = z   + δ (z α_r - p x_r)           1 / w
//! ```
//!
//! and if the defence is not basic, only its own reduced cost moves, by `δ p`, and the value stays. Each is a linear
//! inequality.
//!
//! 1. Solve at a point that no interval covers yet: the cell as measured, the ends, then middles of what is left.
//! 2. The interval on which that basis stays optimal.
//! 3. When all is covered, join neighbours with the same supports.
//!
//! Guarantee: exact, and finite, as every solve finds a basis that is not known yet.

use dashu_int::IBig;
use saddlepoint_game::rational::{self, Rational};
use saddlepoint_game::{AttackId, DefenceId, Game, LossMatrix, Payoffs};

use super::error::ConceptError;
use crate::error::SolveError;
use crate::exact::{self, Optimum};
use crate::method::Method;
use crate::settings::Settings;

/// Intervals beyond which a cell is not followed.
pub const MOST_PIECES: usize = 1_000;

/// An interval of the cell on which one pair of supports is optimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellPiece {
    /// Least loss of the cell.
    pub from: Rational,
    /// Greatest loss of the cell.
    pub to: Rational,
    /// The value at `from`.
    pub value_from: Rational,
    /// The value at `to`.
    pub value_to: Rational,
    /// Defences of the optimal mix inside the interval.
    pub defences: Vec<DefenceId>,
    /// Attacks of the optimal mix inside the interval.
    pub attacks: Vec<AttackId>,
}

/// What the value and the supports do over a range of one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellRegion {
    /// The cell.
    pub attack: AttackId,
    /// The cell.
    pub defence: DefenceId,
    /// Intervals in ascending order; they cover the range.
    pub pieces: Vec<CellPiece>,
}

impl CellRegion {
    /// The widest interval around a loss of the cell on which the defender uses the same defences.
    #[must_use]
    pub fn support_stays(&self, loss: &Rational) -> Option<(Rational, Rational)> {
        let at = self.pieces.iter().position(|piece| piece.from <= *loss && *loss <= piece.to)?;
        let same = |piece: &&CellPiece| piece.defences == self.pieces[at].defences;
        let first = self.pieces[..=at].iter().rev().take_while(same).last()?;
        let last = self.pieces[at..].iter().take_while(same).last()?;
        Some((first.from.clone(), last.to.clone()))
    }
}

/// Follows one cell from `lo` to `hi`.
///
/// # Errors
/// [`ConceptError`] if the cell is not of the game, `lo` is not below `hi`, no mix is admissible, there are more than
/// [`MOST_PIECES`] intervals, or the time limit of the settings is reached.
pub fn cell_region(
    game: &Game,
    attack: AttackId,
    defence: DefenceId,
    lo: &Rational,
    hi: &Rational,
    settings: &Settings,
) -> Result<CellRegion, ConceptError> {
    settings.validate()?;
    let limits = settings.limits();
    let n = game.loss.defences().len();
    if attack.0 >= game.loss.attacks().len() || defence.0 >= n {
        return Err(ConceptError::None("such cell"));
    }
    if lo >= hi {
        let found = rational::to_text(lo);
        return Err(ConceptError::Range { what: "the lower end", expected: "below the upper end", found });
    }
    let measured = game.loss.loss(attack, defence);
    let mut pieces: Vec<CellPiece> = Vec::new();
    let mut next = Some(if *lo < measured && measured < *hi { measured } else { lo.clone() });
    // 1.
    while let Some(at) = next {
        let moved = with_cell(game, attack, defence, at.clone())?;
        let stopped = || SolveError::Stopped { method: Method::Exact, limit: "time limit" };
        let optimum = exact::certified_optimum(&moved, limits)?.ok_or_else(stopped)?;
        // 2.
        let piece = piece(&optimum, attack, defence, &at, (lo, hi));
        let position = pieces.partition_point(|other| (&other.from, &other.to) < (&piece.from, &piece.to));
        pieces.insert(position, piece);
        if pieces.len() > MOST_PIECES {
            return Err(ConceptError::TooLarge { what: "intervals of a cell", most: MOST_PIECES });
        }
        next = uncovered(&pieces, lo, hi);
    }
    // 3.
    Ok(CellRegion { attack, defence, pieces: joined(pieces) })
}

/// The game with another loss in one cell.
pub(super) fn with_cell(
    game: &Game,
    attack: AttackId,
    defence: DefenceId,
    loss: Rational,
) -> Result<Game, ConceptError> {
    let mut entries = game.loss.payoffs().to_rationals();
    if let Some(entry) = entries.get_mut(attack.0 * game.loss.defences().len() + defence.0) {
        *entry = loss;
    }
    let (attacks, defences) = (game.loss.attacks().clone(), game.loss.defences().clone());
    let loss = LossMatrix::from_checked(attacks, defences, Payoffs::new(entries), game.loss.kind())?;
    Ok(Game { loss, constraints: game.constraints.clone() })
}

/// A point of the range that no interval covers: an end, or the middle of the widest gap.
fn uncovered(pieces: &[CellPiece], lo: &Rational, hi: &Rational) -> Option<Rational> {
    let mut reached = lo.clone();
    let covers = |at: &Rational| pieces.iter().any(|piece| piece.from <= *at && *at <= piece.to);
    if let Some(end) = [lo, hi].into_iter().find(|end| !covers(end)) {
        return Some(end.clone());
    }
    let mut widest: Option<(Rational, Rational)> = None;
    for piece in pieces {
        let gap = &piece.from - &reached;
        if gap > Rational::ZERO && widest.as_ref().is_none_or(|(width, _)| gap > *width) {
            let middle = (&piece.from + &reached) / Rational::from(2);
            widest = Some((gap, middle));
        }
        reached = rational::max(reached, piece.to.clone());
    }
    widest.map(|(_, middle)| middle)
}

/// The interval around the loss `at` of the cell, for which `optimum` was found.
fn piece(
    optimum: &Optimum,
    attack: AttackId,
    defence: DefenceId,
    at: &Rational,
    (lo, hi): (&Rational, &Rational),
) -> CellPiece {
    let (tableau, program) = (&optimum.tableau, &optimum.program);
    let layout = program.layout;
    let over = |number: &IBig| Rational::from_parts_signed(number.clone(), tableau.denominator().clone());
    let slack = layout.defences + attack.0;
    let (rows, columns) = (tableau.basic().len(), tableau.nonbasic().len());
    let slack_column = tableau.nonbasic().iter().position(|v| *v == slack);
    let slack_row = tableau.basic().iter().position(|v| *v == slack);
    let alpha = |q: usize| match slack_column {
        Some(c) => over(tableau.at(q, c)),
        None if slack_row == Some(q) => Rational::ONE,
        None => Rational::ZERO,
    };
    let price = slack_column.map_or(Rational::ZERO, |c| over(tableau.reduced_cost(c)));
    // Pairs (a, b) that demand a + δ b ≥ 0, `a` at least 0; δ in the program's units.
    let mut demands = Vec::new();
    let (mut alpha_r, mut fall) = (Rational::ZERO, Rational::ZERO);
    let z = tableau.objective_value();
    match tableau.basic().iter().position(|v| *v == defence.0) {
        Some(r) => {
            alpha_r = alpha(r);
            let x_r = tableau.basic_value(r);
            fall = &price * &x_r;
            for q in 0..rows {
                let x_q = tableau.basic_value(q);
                let slope = &x_q * &alpha_r - alpha(q) * &x_r;
                demands.push((x_q, slope));
            }
            for k in 0..columns {
                let d_k = over(tableau.reduced_cost(k));
                let slope = &d_k * &alpha_r - &price * over(tableau.at(r, k));
                demands.push((d_k, slope));
            }
            demands.push((Rational::ONE, alpha_r.clone()));
            demands.push((z.clone(), &z * &alpha_r - &fall));
        }
        None => {
            let own = tableau.nonbasic().iter().position(|v| *v == defence.0);
            let reduced = own.map_or(Rational::ZERO, |c| over(tableau.reduced_cost(c)));
            demands.push((reduced, price));
        }
    }
    // A difference in loss, in the program's units of loss.
    let unit = program.per_loss(Rational::ONE);
    let (mut least, mut most) = ((lo - at) * &unit, (hi - at) * &unit);
    for (a, b) in demands {
        if b > Rational::ZERO {
            least = rational::max(least, -(&a / &b));
        } else if b < Rational::ZERO {
            most = rational::min(most, &a / -b);
        }
    }
    let value = |delta: &Rational| {
        let divisor = &z * (Rational::ONE + delta * &alpha_r) - delta * &fall;
        // w = (1 + δ α_r) / ((1 + δ α_r) z - δ p x_r)
        let w = if divisor.is_zero() { Rational::ZERO } else { (Rational::ONE + delta * &alpha_r) / divisor };
        program.loss(&w)
    };
    CellPiece {
        value_from: value(&least),
        value_to: value(&most),
        from: at + &least / &unit,
        to: at + &most / &unit,
        defences: optimum.defender().support().into_iter().map(DefenceId).collect(),
        attacks: optimum.attacker().support().into_iter().map(AttackId).collect(),
    }
}

/// Intervals without overlap, neighbours with the same supports as one.
fn joined(pieces: Vec<CellPiece>) -> Vec<CellPiece> {
    let mut joined: Vec<CellPiece> = Vec::new();
    for mut piece in pieces {
        match joined.last_mut() {
            // Of one point, or covered already.
            Some(last) if piece.to <= last.to => {}
            Some(last) if piece.defences == last.defences && piece.attacks == last.attacks => {
                last.to = piece.to;
                last.value_to = piece.value_to;
            }
            // A point at the start gives way to the interval that it begins.
            Some(last) if last.from == last.to && piece.from <= last.from => *last = piece,
            Some(last) => {
                // Where both are optimal, the first has it.
                piece.from.clone_from(&last.to);
                piece.value_from.clone_from(&last.value_to);
                joined.push(piece);
            }
            None => joined.push(piece),
        }
    }
    joined
}
