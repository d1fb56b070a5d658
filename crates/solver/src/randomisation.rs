//! Randomisation: what mixing is worth, why, and how secret the draw must be.
//!
//! | quantity | program |
//! |---|---|
//! | pure | `min_j max_i L[i][j]` over admissible defences `j` |
//! | visible | `min_y Σ_j y_j M_j`, `M_j = max_i L[i][j]`: a mix whose draw the attacker sees |
//! | mixed | `min_y max_i (L y)_i`: a mix whose draw is hidden |
//!
//! `pure - visible` is *convexification*, the gain from averaging two deployments; it needs a constraint to exist.
//! `visible - mixed` is *hiding*, the gain from an attacker who does not see the draw.
//!
//! If the attacker learns the draw with probability `q`, the game is `B(q) = (1 - q) L + q M` (each `M_j` on every row).
//! Its value `v(q) = min_y [(1 - q) max_i (L y)_i + q M'y]` is a minimum of lines that do not fall: concave, rising
//! from mixed to visible. The break-even leak is the least `q` with `v(q) = pure`. Newton's iteration finds it (Dinkelbach,
//! "On nonlinear fractional programming", 1967): at `q`, the line of an optimal `y` lies above `v`, so its crossing of
//! `pure` is a next `q` that is never too far; it is larger unless `v(q) = pure`, and there are finitely many lines.
//!
//! In the program of the game itself (`program.rs`: losses positive, `w ≥ L y`, `u = y / w`) `v(q) ≥ pure` reads
//! `max_u Σ_j (pure - q M_j) u_j ≤ 1 - q`. So `q` is in the objective only, and the tableau keeps the game's short numbers.

use dashu_int::IBig;
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{DefenceId, Game, LossMatrix, MixedStrategy, PayoffKind, Payoffs, numbered};

use crate::error::SolveError;
use crate::exact::{self, Optimum};
use crate::method::Method;
use crate::program::integer_row;
use crate::settings::Limits;
use crate::simplex::{self, Workspace};
use crate::tableau::End;

/// What mixing is worth; all in the unit of loss, exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Randomisation {
    /// Least worst loss of a single admissible defence, with the lowest such defence; `None` if no single one is
    /// admissible.
    pub pure: Option<(Rational, DefenceId)>,
    /// Least expected worst loss of an admissible mix whose draw the attacker sees.
    pub visible: Rational,
    /// A mix that attains it.
    pub visible_mix: MixedStrategy,
    /// Value of the game: the draw is hidden.
    pub mixed: Rational,
    /// The least probability of learning the draw at which mixing is worth nothing; 0 if it never is. `None` if no
    /// single defence is admissible, or if mixing pays even when the draw is seen.
    pub break_even_leak: Option<Rational>,
}

impl Randomisation {
    /// `pure - visible`; `None` if no single defence is admissible.
    #[must_use]
    pub fn convexification(&self) -> Option<Rational> {
        self.pure.as_ref().map(|(pure, _)| pure - &self.visible)
    }

    /// `visible - mixed`.
    #[must_use]
    pub fn hiding(&self) -> Rational {
        &self.visible - &self.mixed
    }
}

/// Analyses a game of which the exact optimum is known.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint.
pub fn analyse(game: &Game, optimum: &Optimum) -> Result<Randomisation, SolveError> {
    let late = || SolveError::Failed { method: Method::Exact, reason: "a run without limits was stopped".to_owned() };
    analyse_within(game, optimum, Limits::NONE)?.ok_or_else(late)
}

/// [`analyse`]; `None` if the clock runs out first.
pub(crate) fn analyse_within(
    game: &Game,
    optimum: &Optimum,
    limits: Limits,
) -> Result<Option<Randomisation>, SolveError> {
    let pure = best_pure(game);
    let Some(seen) = exact::optimum_within(&visible_game(game)?, None, limits)? else { return Ok(None) };
    let mixed = optimum.value();
    let break_even_leak = match &pure {
        Some((pure, _)) if *pure == mixed => Some(Rational::ZERO),
        Some((pure, _)) if *pure == seen.value() => match break_even_leak(game, optimum, pure, limits) {
            None => return Ok(None),
            found => found,
        },
        _ => None,
    };
    let (visible, visible_mix) = (seen.value(), seen.defender().clone());
    Ok(Some(Randomisation { pure, visible, visible_mix, mixed, break_even_leak }))
}

/// The two ends of [`Randomisation`] that a sweep records at every point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ends {
    /// As in [`Randomisation`], exact.
    pub pure: Option<(Rational, DefenceId)>,
    /// As in [`Randomisation`]; exact without constraints, else the midpoint of an interval certified to 1e-12 of the
    /// range.
    pub visible: Rational,
}

/// The pure and the visible value, the latter in doubles.
///
/// # Errors
/// [`SolveError::Infeasible`] if no mix satisfies every constraint.
pub fn ends(workspace: &mut Workspace, game: &Game) -> Result<Ends, SolveError> {
    let pure = best_pure(game);
    // Without constraints an average of worst losses is least at the least of them.
    let visible = match &pure {
        Some((value, _)) if game.constraints.is_empty() => value.clone(),
        _ => simplex::solve_within(workspace, &visible_game(game)?, Limits::NONE)?.certificate.value(),
    };
    Ok(Ends { pure, visible })
}

/// Least worst loss of a single admissible defence; ties to the lowest index.
pub(crate) fn best_pure(game: &Game) -> Option<(Rational, DefenceId)> {
    let worst = game.loss.worst_losses();
    let admissible = (0..worst.len()).filter(|j| game.allows_defence(*j));
    let best = match &worst {
        Payoffs::Fixed { numerators, .. } => admissible.min_by_key(|j| numerators[*j]),
        Payoffs::Wide { numerators, .. } => admissible.min_by_key(|j| &numerators[*j]),
        Payoffs::Rational(entries) => admissible.min_by_key(|j| &entries[*j]),
    }?;
    Some((worst.get(best)?, DefenceId(best)))
}

/// The game of an attacker who sees the draw: one row of worst losses, under the same constraints.
fn visible_game(game: &Game) -> Result<Game, SolveError> {
    let (row, columns) = (numbered("a", 1), game.loss.defences().clone());
    let loss = LossMatrix::from_checked(row, columns, game.loss.worst_losses(), PayoffKind::Rational)
        .map_err(|error| SolveError::Failed { method: Method::Exact, reason: error.to_string() })?;
    Ok(Game { loss, constraints: game.constraints.clone() })
}

/// The least `q` with `v(q) = pure`, where `v(0) < pure = v(1)`; `None` if the clock runs out first.
fn break_even_leak(game: &Game, optimum: &Optimum, pure: &Rational, limits: Limits) -> Option<Rational> {
    let program = &optimum.program;
    let pure = program.in_units(pure);
    let worst: Vec<_> = game.loss.worst_losses().to_rationals().iter().map(|loss| program.in_units(loss)).collect();
    let mut tableau = optimum.tableau.clone();
    loop {
        // The line of this vertex: hidden at q = 0, seen at q = 1; hidden < pure ≤ seen, as the mix is admissible.
        let (mut sum, mut seen) = (Rational::ZERO, Rational::ZERO);
        for (row, &number) in tableau.basic().iter().enumerate() {
            if let Some(worst) = worst.get(number) {
                let u = tableau.basic_value(row);
                seen += worst * &u;
                sum += u;
            }
        }
        let q = (&pure * sum - Rational::ONE) / (seen - Rational::ONE);
        let (costs, factor) = integer_row(&worst.iter().map(|worst| &pure - &q * worst).collect::<Vec<_>>());
        tableau.set_objective(|number| costs.get(number).cloned().unwrap_or(IBig::ZERO));
        if tableau.maximise(|| limits.is_late()) != End::Optimal {
            return None;
        }
        if tableau.objective_value() / factor <= Rational::ONE - &q {
            return Some(q);
        }
    }
}

#[cfg(test)]
mod tests {
    use saddlepoint_game::rational::{self, parse};
    use saddlepoint_game::testing::{Family, constrained};

    use super::*;

    fn number(text: &str) -> Rational {
        parse(text).expect("a number")
    }

    fn analysed(game: &Game) -> Randomisation {
        analyse(game, &exact::optimum(game).expect("an optimum")).expect("an analysis")
    }

    #[test]
    fn a_saddle_point_leaves_nothing_to_mix() {
        let losses = ["0.1", "0.5", "0.2", "0.3"].map(number).to_vec();
        let game = Game::new(LossMatrix::new(numbered("a", 2), numbered("d", 2), losses).expect("a matrix"));
        let found = analysed(&game);
        assert_eq!(found.pure, Some((number("0.2"), DefenceId(0))));
        assert_eq!((found.hiding(), found.convexification()), (Rational::ZERO, Some(Rational::ZERO)));
        assert_eq!(found.break_even_leak, Some(Rational::ZERO));
    }

    #[test]
    fn matching_pennies_break_even_only_in_the_open() {
        let losses = ["1", "0", "0", "1"].map(number).to_vec();
        let game = Game::new(LossMatrix::new(numbered("a", 2), numbered("d", 2), losses).expect("a matrix"));
        let found = analysed(&game);
        assert_eq!((found.mixed.clone(), found.hiding()), (number("1/2"), number("1/2")));
        assert_eq!(found.break_even_leak, Some(Rational::ONE));
    }

    #[test]
    fn the_break_even_leak_is_the_least() {
        let just_less = Rational::ONE - number("1e-9");
        for seed in 0..200 {
            let game = Family::Percentages.game(8, seed);
            let found = analysed(&game);
            let (pure, _) = found.pure.expect("no constraints");
            let q = found.break_even_leak.expect("pure and visible are equal");
            let value = |q: &Rational| exact::optimum(&Game::new(game.loss.blended(q))).expect("an optimum").value();
            assert_eq!(value(&q), pure);
            assert!(q.is_zero() || value(&(q * &just_less)) < pure);
        }
    }

    #[test]
    fn both_versions_agree_under_constraints() {
        let mut workspace = Workspace::default();
        for seed in 0..200 {
            let game = constrained(Family::Percentages.game(10, seed), seed);
            let Ok(optimum) = exact::optimum(&game) else { continue };
            let full = analyse(&game, &optimum).expect("an analysis");
            let quick = ends(&mut workspace, &game).expect("the game has an admissible mix");
            assert_eq!(full.pure, quick.pure);
            let distance = rational::to_f64(&(&full.visible - quick.visible)).abs();
            assert!(distance < 1e-12, "{distance:e}");
            assert!(full.mixed <= full.visible);
            assert!(full.pure.is_none_or(|(pure, _)| full.visible <= pure));
        }
    }
}
