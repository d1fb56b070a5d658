//! The vertex of a basis, exactly, without a tableau.
//!
//! A basis names the defences `J` with weight and the rows `R` without slack; there are as many of one as of the other.
//! With `M` the entries of the program (`program.rs`) in rows `R` and columns `J`, the vertex and its prices are
//!
//! ```text
//! M u = b        M'p = 1
//! ```
//!
//! where `b` is 1 for the row of an attack and 0 for that of a constraint. Both are solved by lifting (`lifting.rs`),
//! which takes a fraction of a second where a tableau of integers takes minutes. Degenerate games need no care: a basis
//! is square whatever the supports are. Nothing here looks at the other rows and columns; the certificate does, and
//! proves the vertex optimal by a gap of exactly 0, or says that it is not.

use dashu_int::IBig;

use crate::basis::{Basis, Variable};
use crate::lifting::Lifting;
use crate::program::Program;
use crate::solution::Answer;
use crate::tableau::{Tableau, is_negative};

/// The pair at a basis; `None` if the basis is of another shape, singular, or has a negative weight or price, if the
/// numbers are too long for lifting, or if the caller says stop.
pub(crate) fn answer(
    program: &Program,
    origin: &Tableau,
    basis: &Basis,
    mut stop: impl FnMut() -> bool,
) -> Option<Answer> {
    let layout = program.layout;
    if basis.layout != layout {
        return None;
    }
    let mut is_basic = vec![false; layout.defences + layout.rows()];
    for &variable in &basis.variables {
        *is_basic.get_mut(variable)? = true;
    }
    let columns: Vec<_> = (0..layout.defences).filter(|j| is_basic[*j]).collect();
    let rows: Vec<_> = (0..layout.rows()).filter(|r| !is_basic[layout.defences + r]).collect();
    let size = columns.len();
    if rows.len() != size {
        return None;
    }
    let matrix: Vec<_> = rows.iter().flat_map(|r| columns.iter().map(|j| origin.at(*r, *j).clone())).collect();
    let right: Vec<_> = rows.iter().map(|r| i32::from(*r < layout.attacks)).collect();
    let lifting = Lifting::new(size, &matrix)?;
    let weights = lifting.solve(&right, &IBig::ONE, &mut stop)?;
    let prices = lifting.transposed().solve(&vec![1; size], &weights.denominator, &mut stop)?;
    if weights.numerators.iter().chain(&prices.numerators).any(is_negative) {
        return None;
    }
    let mut u = vec![IBig::ZERO; layout.defences];
    columns.into_iter().zip(weights.numerators).for_each(|(j, weight)| u[j] = weight);
    let (mut p, mut q) = (vec![IBig::ZERO; layout.attacks], vec![IBig::ZERO; layout.constraints]);
    for (row, price) in rows.into_iter().zip(prices.numerators) {
        match layout.variable(layout.defences + row) {
            Variable::Constraint(k) => q[k] = price,
            _ => p[row] = price,
        }
    }
    program.pair(&u, &p, q)
}
