//! The linear program of a game, in integers.
//!
//! With losses brought to `N[i][j] = (L[i][j] - min) / unit + R ≥ R > 0` and `u = y / w`:
//!
//! ```text
//! maximise Σ_j u_j   over   Σ_j N[i][j] u_j ≤ 1 (each attack),   Σ_j E[k][j] u_j ≤ 0 (each constraint),   u ≥ 0
//! ```
//!
//! where `E[k]` is a multiple of the constraint's excesses. `u = 0` is feasible, so there is no first phase, and the
//! attacks' rows bound the program. A mix `y` that is admissible and loses at most `w` gives `u = y / w` with
//! `Σ u = 1/w`; so the optimum is `1/w` for the least `w`, and 0 exactly if no mix is admissible.
//! The dual `(p, q)` gives the attacker `x = p w` and the multipliers `q w`, in the units of `E`.

use dashu_int::{IBig, UBig, ops::Gcd};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Game, MixedStrategy, Payoffs};

use crate::basis::{Layout, Variable};
use crate::solution::Answer;
use crate::tableau::{Tableau, is_negative, is_positive};

/// Back from the program's integers to the game's numbers.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) layout: Layout,
    /// Loss that the program's `R` stands for: the smallest entry.
    shift: Rational,
    /// Loss per unit of `N`.
    unit: Rational,
    /// `R`: the range of the entries in units, 1 for a constant matrix.
    lift: IBig,
    /// `E[k] = factors[k] · excess_k`.
    factors: Vec<Rational>,
}

impl Program {
    /// The program of a game, with its first tableau (all slacks basic).
    pub(crate) fn new(game: &Game) -> (Self, Tableau) {
        let layout = Layout::of(game);
        let (n, width) = (layout.defences, layout.defences + 1);
        let (losses, shift, unit, lift) = integers(game.loss.payoffs());
        let mut entries = Vec::with_capacity((layout.rows() + 1) * width);
        for row in losses.chunks_exact(n) {
            entries.extend_from_slice(row);
            entries.push(IBig::ONE);
        }
        let mut factors = Vec::with_capacity(layout.constraints);
        for constraint in &game.constraints {
            let excesses: Vec<_> = (0..n).map(|j| constraint.excess(j)).collect();
            let (row, factor) = integer_row(&excesses);
            entries.extend(row);
            entries.push(IBig::ZERO);
            factors.push(factor);
        }
        entries.extend((0..n).map(|_| IBig::NEG_ONE));
        entries.push(IBig::ZERO);
        (Self { layout, shift, unit, lift, factors }, Tableau::new(layout.rows(), n, entries))
    }

    /// The loss that the program's `w` stands for.
    pub(crate) fn loss(&self, w: &Rational) -> Rational {
        &self.shift + (w - Rational::from(self.lift.clone())) * &self.unit
    }

    /// The program's `w` for a loss.
    pub(crate) fn in_units(&self, loss: &Rational) -> Rational {
        (loss - &self.shift) / &self.unit + Rational::from(self.lift.clone())
    }

    /// The multiplier that the program's `q w` stands for, in loss per unit of the constraint's metric.
    pub(crate) fn multiplier(&self, constraint: usize, q: &Rational) -> Rational {
        self.factors.get(constraint).map_or(Rational::ZERO, |factor| q * factor * &self.unit)
    }

    /// The weight on an attack's or defence's loss that the program's multiplier of a slack stands for: a slack of
    /// size 1 in the program is a loss of `unit`.
    pub(crate) fn per_loss(&self, multiplier: Rational) -> Rational {
        multiplier / &self.unit
    }

    /// The weight on a constraint's excess that the program's multiplier of its slack stands for.
    pub(crate) fn per_excess(&self, constraint: usize, multiplier: Rational) -> Rational {
        self.factors.get(constraint).map_or(Rational::ZERO, |factor| multiplier * factor)
    }

    /// The pair of mixes at a feasible tableau; `None` while no defence has weight.
    ///
    /// Below the optimum, negative prices count as 0; the pair then proves an interval, not a point.
    pub(crate) fn answer(&self, tableau: &Tableau) -> Option<Answer> {
        let zero = || IBig::ZERO;
        let mut u = vec![zero(); self.layout.defences];
        for (row, &number) in tableau.basic().iter().enumerate() {
            if let Variable::Defence(j) = self.layout.variable(number) {
                u[j].clone_from(tableau.right_side(row));
            }
        }
        let (mut p, mut q) = (vec![zero(); self.layout.attacks], vec![zero(); self.layout.constraints]);
        for (column, &number) in tableau.nonbasic().iter().enumerate() {
            let price = tableau.reduced_cost(column);
            match self.layout.variable(number) {
                _ if is_negative(price) => {}
                Variable::Attack(i) => p[i].clone_from(price),
                Variable::Constraint(k) => q[k].clone_from(price),
                Variable::Defence(_) => {}
            }
        }
        self.pair(&u, &p, q)
    }

    /// The pair in proportion to weights `u` and prices `p`, none negative; `q` are prices in the scale of `p`.
    /// `None` if no defence has weight; an attacker without weight plays its first attack.
    pub(crate) fn pair(&self, u: &[IBig], p: &[IBig], q: Vec<IBig>) -> Option<Answer> {
        let defender = proportional(u)?;
        let attacker = match proportional(p) {
            Some(mix) => mix,
            None => MixedStrategy::pure(self.layout.attacks, 0).ok()?,
        };
        let mass = p.iter().fold(IBig::ZERO, |sum, weight| sum + weight);
        let multipliers = if is_positive(&mass) {
            let scaled = q.into_iter().map(|price| Rational::from_parts_signed(price, mass.clone()));
            scaled.enumerate().map(|(k, price)| self.multiplier(k, &price)).collect()
        } else {
            vec![Rational::ZERO; self.layout.constraints]
        };
        Some(Answer { attacker, defender, multipliers })
    }
}

/// The mix in proportion to weights that are at least 0; `None` if all are 0.
fn proportional(weights: &[IBig]) -> Option<MixedStrategy> {
    let mass = weights.iter().fold(IBig::ZERO, |sum, weight| sum + weight);
    if !is_positive(&mass) {
        return None;
    }
    let share = |weight: &IBig| Rational::from_parts_signed(weight.clone(), mass.clone());
    MixedStrategy::exact(weights.iter().map(share).collect()).ok()
}

/// The entries as small positive integers `(entry - shift) / unit + lift`, with shift, unit and lift.
fn integers(payoffs: &Payoffs) -> (Vec<IBig>, Rational, Rational, IBig) {
    let (numerators, denominator): (Vec<IBig>, UBig) = match payoffs {
        Payoffs::Fixed { numerators, denominator } => {
            (numerators.iter().map(|&n| IBig::from(n)).collect(), UBig::from(*denominator))
        }
        Payoffs::Wide { numerators, denominator } => (numerators.clone(), denominator.clone()),
        Payoffs::Rational(entries) => over_common_denominator(entries),
    };
    let smallest = numerators.iter().min().cloned().unwrap_or(IBig::ZERO);
    let shifted: Vec<IBig> = numerators.iter().map(|n| n - &smallest).collect();
    // The common divisor of the differences; 0, hence 1, for a constant matrix.
    let divisor = shifted.iter().fold(UBig::ZERO, gcd);
    let divisor = if divisor.is_zero() { UBig::ONE } else { divisor };
    let range = shifted.iter().max().cloned().unwrap_or(IBig::ZERO) / IBig::from(divisor.clone());
    let lift = if range.is_zero() { IBig::ONE } else { range };
    let entries = shifted.iter().map(|entry| entry / IBig::from(divisor.clone()) + &lift).collect();
    let shift = Rational::from_parts(smallest, denominator.clone());
    (entries, shift, Rational::from_parts(IBig::from(divisor), denominator), lift)
}

/// A row of integers in proportion to rationals, as small as they get, and the positive factor between them.
pub(crate) fn integer_row(values: &[Rational]) -> (Vec<IBig>, Rational) {
    let (numerators, denominator) = over_common_denominator(values);
    let divisor = numerators.iter().fold(UBig::ZERO, gcd);
    if divisor.is_zero() {
        return (numerators, Rational::ONE);
    }
    let divisor = IBig::from(divisor);
    let row = numerators.iter().map(|entry| entry / &divisor).collect();
    (row, Rational::from_parts_signed(IBig::from(denominator), divisor))
}

pub(crate) fn over_common_denominator(values: &[Rational]) -> (Vec<IBig>, UBig) {
    let denominator = values.iter().fold(UBig::ONE, |common, value| {
        let shared = (&common).gcd(value.denominator());
        common / shared * value.denominator()
    });
    let numerators = values.iter().map(|value| value.numerator() * IBig::from(&denominator / value.denominator()));
    (numerators.collect(), denominator)
}

/// Greatest common divisor, with gcd(0, 0) = 0.
fn gcd(a: UBig, b: &IBig) -> UBig {
    let (_, b) = b.clone().into_parts();
    match (a.is_zero(), b.is_zero()) {
        (_, true) => a,
        (true, _) => b,
        _ => a.gcd(b),
    }
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::rational::parse;

    use super::*;

    fn rationals(texts: &[&str]) -> Vec<Rational> {
        texts.iter().map(|text| parse(text).expect("a number")).collect()
    }

    #[test]
    fn percentages_become_small_integers() {
        let (entries, shift, unit, lift) = integers(&Payoffs::new(rationals(&["0.05", "0.15", "0.35"])));
        assert_eq!(entries, [3, 4, 6].map(IBig::from));
        assert_eq!((shift, unit, lift), (parse("0.05").unwrap(), parse("0.1").unwrap(), IBig::from(3)));
    }

    #[test]
    fn a_constant_matrix_becomes_ones() {
        let (entries, _, _, lift) = integers(&Payoffs::new(rationals(&["-7", "-7"])));
        assert_eq!((entries, lift), (vec![IBig::ONE, IBig::ONE], IBig::ONE));
    }

    #[test]
    fn constraint_rows_keep_their_factor() {
        let (row, factor) = integer_row(&rationals(&["0.1", "-0.25", "0"]));
        assert_eq!(row, [2, -5, 0].map(IBig::from));
        assert_eq!(factor, parse("20").unwrap());
        assert_eq!(integer_row(&rationals(&["0", "0"])).1, Rational::ONE);
    }
}
