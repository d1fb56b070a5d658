//! [`certificate`]: what holds with probability `1 - δ`, whatever the true rates are.
//!
//! 1. The game of the upper limits of all cells at once (Clopper and Pearson, union bound). Its value `V+` and mix `y+`:
//!    with probability at least `1 - δ` the true value is at most `V+`, and `y+` loses at most `V+` against every attack.
//! 2. The game of the lower limits. Its value `V-` and mix `x-`: likewise from below, for the attacker.
//!
//! The event of step 1 speaks of all cells, hence of every mix: `y+` may be chosen after seeing the counts, and so may the
//! attacks and defences that are kept, as long as the cells of all those that were looked at are in the table.
//!
//! Conservative: in a true table few cells are near their limits, all of them never.

use saddlepoint_game::noise::{Noisy, Side};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Game, MixedStrategy};

use super::error::UncertaintyError;
use crate::analysis;
use crate::settings::Settings;
use crate::solution::Solution;

/// Two one-sided statements about the true game.
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseCertificate {
    /// Error probability `δ` of each of the two sides; both hold with probability at least `1 - 2δ`.
    pub miss: f64,
    /// Counts, which share the error.
    pub counted: usize,
    /// Counts whose number of trials is assumed: if there is any, so is the certificate.
    pub assumed: usize,
    /// The game at the upper limits of all rates, missing cells at their highest.
    pub upper_limits: Game,
    /// The solved game of upper limits.
    pub upper: Solution,
    /// The game at the lower limits of all rates, missing cells at their lowest.
    pub lower_limits: Game,
    /// The solved game of lower limits.
    pub lower: Solution,
}

impl NoiseCertificate {
    /// `V+`: the true value is at most this, with probability at least `1 - δ`, exactly as proved by
    /// [`NoiseCertificate::guaranteed_mix`].
    #[must_use]
    pub fn upper_value(&self) -> &Rational {
        &self.upper.certificate.upper
    }

    /// `V-`: the true value is at least this, with probability at least `1 - δ`.
    #[must_use]
    pub fn lower_value(&self) -> &Rational {
        &self.lower.certificate.lower
    }

    /// The defender's mix that loses at most `V+`, with probability at least `1 - δ`.
    #[must_use]
    pub fn guaranteed_mix(&self) -> &MixedStrategy {
        &self.upper.defender
    }

    /// The attacker's mix that gets at least `V-`, with probability at least `1 - δ`.
    #[must_use]
    pub fn guaranteed_attack(&self) -> &MixedStrategy {
        &self.lower.attacker
    }
}

/// Solves the games of the limits at error probability `miss` (0.05 for 95 %) on each side.
///
/// # Errors
/// [`UncertaintyError::Noise`] unless `0 < miss < 1`; [`UncertaintyError::NotMonotone`] where limits of rates are no limits
/// of losses; [`UncertaintyError::Solve`] as [`crate::solve`].
///
/// # Examples
/// ```
/// use saddlepoint_game::noise::{Cell, Count, Counts, Origin};
/// use saddlepoint_game::numbered;
/// use saddlepoint_game::rational::to_f64;
/// use saddlepoint_solver::{Settings, uncertainty::certificate};
///
/// // One attack, one defence, no success in 100 trials: 1 - 0.05^(1/100) by the rule of three.
/// let cell = Cell::Counted(Count::new(0, 100, Origin::Measured)?);
/// let counts = Counts::new(numbered("a", 1), numbered("d", 1), vec![cell])?;
/// let found = certificate(&counts, 0.05, &Settings::default())?;
/// assert!((to_f64(found.upper_value()) - 0.029513).abs() < 1e-6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn certificate(noisy: &dyn Noisy, miss: f64, settings: &Settings) -> Result<NoiseCertificate, UncertaintyError> {
    if !noisy.is_monotone() {
        return Err(UncertaintyError::NotMonotone);
    }
    let tally = noisy.tally();
    let at = |side| noisy.instance(&tally.limits(side, miss)?);
    let upper_limits = at(Side::Upper)?.game;
    let lower_limits = at(Side::Lower)?;
    let lower_limits = lower_limits.lowest.unwrap_or(lower_limits.game);
    let solve = |game: &Game| if noisy.is_pure() { analysis::pure(game) } else { crate::solve(game, settings) };
    let (upper, lower) = (solve(&upper_limits)?, solve(&lower_limits)?);
    let (counted, assumed) = (tally.counts().len(), tally.assumed());
    Ok(NoiseCertificate { miss, counted, assumed, upper_limits, upper, lower_limits, lower })
}
