//! Face: every optimal mix at once, as bands of probability, and what a constraint costs on either side.
//!
//! Source: duality and complementary slackness of the game's linear program; one-sided derivatives of its value in a
//! bound are the extreme optimal multipliers (Mills, "Marginal values of matrix games and linear programs", 1956).
//!
//! At an optimal tableau, a nonbasic variable with a positive reduced cost is 0 in every optimal solution. With those
//! left out, the feasible set that remains is the optimal face, and its extremes in each variable are the bands:
//!
//! 1. The defender's face from the tableau; least and greatest `u_j`, times `w`.
//! 2. The attacker's face from the dual tableau; least and greatest `p_i`, times `w`.
//! 3. On the attacker's face, least and greatest `λ_k`: relaxing the bound further gains the least, tightening it costs
//!    the greatest. It has no greatest where tightening leaves no admissible mix.
//!
//! Guarantee: exact. A band that is one point is a probability that every optimal mix shares.

use std::cmp::Ordering;

use saddlepoint_game::rational::Rational;

use crate::exact::Optimum;
use crate::tableau::{Tableau, is_positive};

/// What a constraint costs, in loss per unit of its metric: at least 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The rise of the value per unit by which the bound is tightened; `None` if there is no admissible mix then.
    pub left: Option<Rational>,
    /// The fall of the value per unit by which the bound is relaxed.
    pub right: Rational,
}

/// All optimal mixes and multipliers of a game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// The value of the game.
    pub value: Rational,
    /// For each attack, its least and greatest probability over all optimal mixes of the attacker.
    pub attacker: Vec<(Rational, Rational)>,
    /// For each defence, its least and greatest probability over all optimal mixes of the defender.
    pub defender: Vec<(Rational, Rational)>,
    /// For each constraint, its one-sided shadow prices.
    pub prices: Vec<Price>,
    /// Whether the attacker has one optimal mix only.
    pub unique_attacker: bool,
    /// Whether the defender has one optimal mix only.
    pub unique_defender: bool,
}

/// Finds the bands of both players and the prices of all constraints.
///
/// # Complexity
/// Two linear programs for each strategy and constraint, on as many columns as the face has free directions; none if
/// the optimum is unique.
#[must_use]
pub fn analyse(optimum: &Optimum) -> Face {
    let layout = optimum.program.layout;
    let (m, n, w) = (layout.attacks, layout.defences, optimum.w());
    let share = |(least, greatest): (Rational, Option<Rational>)| {
        // A probability is bounded; where no extreme is found, 1 bounds it.
        let greatest = greatest.map_or(Rational::ONE, |greatest| greatest * &w);
        (least * &w, greatest)
    };
    // 1. The defender.
    let mut face = Extremes::of(&optimum.tableau);
    let defender: Vec<_> = (0..n).map(|j| share(face.band(j))).collect();
    // 2. The attacker.
    let mut face = Extremes::of(&optimum.tableau.dual());
    let attacker: Vec<_> = (n..n + m).map(|i| share(face.band(i))).collect();
    // 3. The constraints.
    let price = |k: usize| {
        let (least, greatest) = face.band(n + m + k);
        let scaled = |q: Rational| optimum.program.multiplier(k, &(q * &w));
        Price { left: greatest.map(scaled), right: scaled(least) }
    };
    let prices = (0..layout.constraints).map(price).collect();
    let (unique_attacker, unique_defender) = (are_points(&attacker), are_points(&defender));
    Face { value: optimum.value(), attacker, defender, prices, unique_attacker, unique_defender }
}

fn are_points(bands: &[(Rational, Rational)]) -> bool {
    bands.iter().all(|(least, greatest)| least == greatest)
}

/// Extremes of single variables over the optimal face of a tableau.
struct Extremes {
    /// The values at the optimal vertex, by number; absent ones are 0.
    vertex: Vec<(usize, Rational)>,
    /// The face where it is more than that vertex.
    face: Option<Tableau>,
}

impl Extremes {
    fn of(tableau: &Tableau) -> Self {
        let vertex = tableau.basic().iter().enumerate().map(|(row, &number)| (number, tableau.basic_value(row)));
        Self {
            vertex: vertex.filter(|(_, value)| is_positive(value.numerator())).collect(),
            face: tableau.optimal_face(),
        }
    }

    /// Least and greatest value of one variable; no greatest if it is unbounded.
    fn band(&mut self, number: usize) -> (Rational, Option<Rational>) {
        let at_vertex = || self.vertex.iter().find(|(v, _)| *v == number).map_or(Rational::ZERO, |(_, x)| x.clone());
        match &mut self.face {
            Some(face) if face.has(number) => {
                let least = face.extreme(number, Ordering::Less).unwrap_or(Rational::ZERO);
                (least, face.extreme(number, Ordering::Greater))
            }
            _ => (at_vertex(), Some(at_vertex())),
        }
    }
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::rational::parse;
    use saddlepoint_game::{Constraint, Game, LossMatrix, Sense, numbered};

    use super::*;
    use crate::exact;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    fn band(least: &str, greatest: &str) -> (Rational, Rational) {
        (number(least), number(greatest))
    }

    fn game(rows: &[&[&str]]) -> Game {
        let losses = rows.iter().flat_map(|row| row.iter().map(|cell| number(cell))).collect();
        Game::new(LossMatrix::new(numbered("a", rows.len()), numbered("d", rows[0].len()), losses).expect("a matrix"))
    }

    fn cap(bound: &str, coefficients: &[&str]) -> Constraint {
        Constraint {
            name: "cap".to_owned(),
            metric: "cost".to_owned(),
            sense: Sense::Cap,
            bound: number(bound),
            coefficients: coefficients.iter().map(|c| number(c)).collect(),
        }
    }

    #[test]
    fn a_unique_equilibrium_has_points_for_bands() {
        let optimum = exact::optimum(&game(&[&["0.6", "0.1"], &["0.2", "0.5"]])).expect("an optimum");
        let face = analyse(&optimum);
        assert!(face.unique_attacker && face.unique_defender);
        assert_eq!(face.attacker, [band("3/8", "3/8"), band("5/8", "5/8")]);
    }

    #[test]
    fn duplicated_defences_share_their_probability_freely() {
        let optimum = exact::optimum(&game(&[&["0.6", "0.1", "0.1"], &["0.2", "0.5", "0.5"]])).expect("an optimum");
        let face = analyse(&optimum);
        assert!(face.unique_attacker && !face.unique_defender);
        assert_eq!(face.defender, [band("1/2", "1/2"), band("0", "1/2"), band("0", "1/2")]);
    }

    #[test]
    fn everything_is_optimal_in_a_constant_game() {
        let face = analyse(&exact::optimum(&game(&[&["3", "3"], &["3", "3"]])).expect("an optimum"));
        assert_eq!(face.attacker, [band("0", "1"), band("0", "1")]);
        assert_eq!(face.defender, [band("0", "1"), band("0", "1")]);
    }

    #[test]
    fn a_kink_has_two_prices() {
        // One attack, losses 1, 0.4, 0 at costs 0, 1, 2: the value falls by 0.6 and then by 0.4 per unit of budget.
        let mut game = game(&[&["1", "0.4", "0"]]);
        let price = |game: &Game| analyse(&exact::optimum(game).expect("an optimum")).prices.remove(0);
        game.constraints = vec![cap("1", &["0", "1", "2"])];
        assert_eq!(price(&game), Price { left: Some(number("0.6")), right: number("0.4") });
        game.constraints = vec![cap("0.5", &["0", "1", "2"])];
        assert_eq!(price(&game), Price { left: Some(number("0.6")), right: number("0.6") });
        game.constraints = vec![cap("0", &["0", "1", "2"])];
        assert_eq!(price(&game), Price { left: None, right: number("0.6") }, "no mix costs less than nothing");
        game.constraints = vec![cap("3", &["0", "1", "2"])];
        assert_eq!(price(&game), Price { left: Some(number("0")), right: number("0") }, "a slack bound is free");
    }
}
