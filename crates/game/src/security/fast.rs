//! The proof of `certificate.rs` in 128-bit integers, for the classic game at any size.
//!
//! With utilities as 64-bit numerators over one denominator and coverages over 2^53, a utility in units of
//! `1 / (2^53 · denominator)` is below 2^118 in absolute value, so every sum and comparison is exact; demands are
//! rounded down and the attacked coverage is rounded up, both of which can only weaken the bound.

use dashu_int::{IBig, UBig};

use crate::payoffs::Payoffs;
use crate::rational::{self, Rational};
use crate::security::certificate::{Evidence, SecurityCertificate};
use crate::security::coverage::{Coverage, Marginals};
use crate::security::error::SecurityError;
use crate::security::game::{SecurityGame, TargetId};
use crate::strategy::DYADIC_ONE;

const ONE: i128 = DYADIC_ONE as i128;

/// `None` if the game or the evidence is not of the form that fits; see the module. The coverage must be checked.
pub(crate) fn certify(
    game: &SecurityGame,
    coverage: &Coverage,
    evidence: &Evidence,
) -> Option<Result<SecurityCertificate, SecurityError>> {
    let targets = game.targets();
    let (
        Payoffs::Fixed { numerators: attacker, denominator },
        Payoffs::Fixed { numerators: defender, denominator: unit },
    ) = (targets.attacker_payoffs(), targets.defender_payoffs())
    else {
        return None;
    };
    let [Marginals::Dyadic(weights)] = coverage.types() else { return None };
    // Without resources no target can be covered, which the general check knows.
    let resources = game.identical_resources().filter(|count| *count > 0)?;
    if !evidence.ends.is_empty() || evidence.cut != [0] || targets.check_prefers_uncovered().is_err() {
        return None;
    }
    let scale = UBig::from(*denominator) * UBig::from(DYADIC_ONE);
    // A lower level claims less.
    let steps: IBig = (&evidence.level * Rational::from(scale.clone())).floor();
    let level = i128::try_from(&steps).ok().filter(|level| level.unsigned_abs() < 1 << 120)?;

    let at = |covered: i64, uncovered: i64, weight: i128| {
        i128::from(uncovered) * ONE + weight * (i128::from(covered) - i128::from(uncovered))
    };
    // The response: largest for the attacker, then for the defender, then the lowest position.
    let mut best: Option<(i128, i128, usize)> = None;
    for (t, (a, d)) in attacker.chunks_exact(2).zip(defender.chunks_exact(2)).enumerate() {
        let weight = i128::from(weights[t]);
        let (theirs, ours) = (at(a[0], a[1], weight), at(d[0], d[1], weight));
        if best.is_none_or(|(most, liked, _)| (theirs, ours) > (most, liked)) {
            best = Some((theirs, ours, t));
        }
    }
    let (theirs, ours, attacked) = best?;

    // 1. The level. A demand beyond 1 cannot be met either, and ends the sum before it could overflow.
    let full = i128::from(resources) * ONE;
    let (mut floor, mut demanded, mut demand) = (false, false, 0_i128);
    for pair in attacker.chunks_exact(2) {
        floor |= i128::from(pair[0]) * ONE >= level;
        let (delta, above) = (i128::from(pair[1]) - i128::from(pair[0]), i128::from(pair[1]) * ONE - level);
        if delta > 0 && above >= 0 {
            demanded = true;
            demand = demand.saturating_add(divided(above, delta));
        }
    }
    if !(floor || demanded && demand >= full) {
        return Some(Err(SecurityError::Level { level: rational::to_fraction(&evidence.level) }));
    }
    // 2. and 4. What it leaves of each target's coverage, and what that is worth.
    let left = full.saturating_sub(demand);
    let mut upper: Option<i128> = None;
    for (a, d) in attacker.chunks_exact(2).zip(defender.chunks_exact(2)) {
        let (delta, above) = (i128::from(a[1]) - i128::from(a[0]), i128::from(a[1]) * ONE - level);
        if above < 0 || delta == 0 && above == 0 && left < 0 {
            continue;
        }
        let most = if d[0] <= d[1] {
            0
        } else if delta > 0 {
            divided(above + delta - 1, delta).min(ONE)
        } else if above == 0 {
            left.min(ONE)
        } else {
            ONE
        };
        let worth = at(d[0], d[1], most);
        upper = Some(upper.map_or(worth, |upper| upper.max(worth)));
    }
    let Some(upper) = upper else { return Some(Err(SecurityError::Contradiction)) };
    let defender_scale = UBig::from(*unit) * UBig::from(DYADIC_ONE);
    let ours_in = |number: i128| Rational::from_parts(IBig::from(number), defender_scale.clone());
    Some(Ok(SecurityCertificate {
        lower: ours_in(ours),
        upper: ours_in(upper),
        attacked: TargetId(attacked),
        attacker: Rational::from_parts(IBig::from(theirs), scale),
    }))
}

/// The quotient of a number of at least 0, rounded down; by the shorter division where it fits.
fn divided(number: i128, divisor: i128) -> i128 {
    match (u64::try_from(number), u64::try_from(divisor)) {
        (Ok(number), Ok(divisor)) => i128::from(number / divisor),
        _ => number / divisor,
    }
}
