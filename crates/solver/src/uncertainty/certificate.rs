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

use saddlepoint_game::noise::{Counts, End};
use saddlepoint_game::rational::Rational;
use saddlepoint_game::{Game, LossMatrix, MixedStrategy};

use super::error::UncertaintyError;
use crate::settings::Settings;
use crate::solution::Solution;

/// Two one-sided statements about the true game.
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseCertificate {
    /// Error probability `δ` of each of the two sides; both hold with probability at least `1 - 2δ`.
    pub miss: f64,
    /// Counted cells, which share the error.
    pub counted: usize,
    /// Counted cells whose number of trials is assumed: if there is any, so is the certificate.
    pub assumed: usize,
    /// Upper limits of all rates.
    pub upper_limits: LossMatrix,
    /// The solved game of upper limits.
    pub upper: Solution,
    /// Lower limits of all rates.
    pub lower_limits: LossMatrix,
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
/// [`UncertaintyError::Noise`] unless `0 < miss < 1`; [`UncertaintyError::Solve`] as [`crate::solve`].
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
pub fn certificate(counts: &Counts, miss: f64, settings: &Settings) -> Result<NoiseCertificate, UncertaintyError> {
    let (upper_limits, lower_limits) = (counts.limits(End::High, miss)?, counts.limits(End::Low, miss)?);
    let upper = crate::solve(&Game::new(upper_limits.clone()), settings)?;
    let lower = crate::solve(&Game::new(lower_limits.clone()), settings)?;
    let (counted, assumed) = (counts.counted().count(), counts.assumed());
    Ok(NoiseCertificate { miss, counted, assumed, upper_limits, upper, lower_limits, lower })
}
