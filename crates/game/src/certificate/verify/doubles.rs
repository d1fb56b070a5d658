//! The doubles and derived numbers of a result: each must be the one that its exact number needs.
//!
//! They prove nothing, but they are what people read, so an edited one is a fault of the result.

use crate::rational::{self, Rational, to_fraction};
use crate::strategy::MixedStrategy;

use super::Checker;
use crate::certificate::claim::{ConstraintClaim, Entry, IntervalClaim, Marginal};
use crate::certificate::rejection::Rejection;

impl Checker<'_> {
    /// The doubles beside the bounds.
    pub(super) fn certificate_doubles(&mut self) {
        let claim = self.claim;
        let gap = &claim.upper - &claim.lower;
        if claim.gap == 0.0 && !gap.is_zero() {
            let (lower, upper) = (to_fraction(&claim.lower), to_fraction(&claim.upper));
            self.reject(Rejection::GapNotZero { lower, upper });
        } else if !same(claim.gap, rational::to_f64_above(&gap)) {
            // A gap may be rounded to the nearest double or, since it bounds an error, upwards.
            self.double_is("certificate.gap", claim.gap, &gap);
        }
        match claim.value {
            Some(value) => self.double_is("value", value, &midpoint(&claim.lower, &claim.upper)),
            None if claim.interval.is_some() && !gap.is_zero() => {}
            None => self.reject(Rejection::NoEvidence { what: "`value`" }),
        }
    }

    /// The probability that a defence is active: that of all pure strategies which have it. Parts of one name can lie in
    /// several channels; their sum is not recomputed.
    pub(super) fn marginal_doubles(&mut self) {
        let claim = self.claim;
        let is_shared = |marginal: &Marginal| {
            let mut alike = claim.marginals.iter().filter(|other| other.name == marginal.name);
            marginal.channel.is_none() && alike.nth(1).is_some()
        };
        for marginal in claim.marginals.iter().filter(|marginal| !is_shared(marginal)) {
            let has = |entry: &&Entry| {
                // Over several channels the parts of a set carry their channel.
                let is_part = entry.parts.contains(&marginal.name) || entry.parts.contains(&marginal.full_name());
                if entry.parts.is_empty() { entry.name == marginal.name } else { is_part }
            };
            let active = claim.defender.iter().filter(has);
            let exact = active.fold(Rational::ZERO, |sum, entry| sum + &entry.exact);
            self.double_is(&format!("marginals[{}].probability", marginal.name), marginal.probability, &exact);
            if let Some(claimed) = marginal.exact.as_ref().filter(|claimed| **claimed != exact) {
                let field = format!("marginals[{}].exact", marginal.name);
                let (claimed, recomputed) = (to_fraction(claimed), to_fraction(&exact));
                self.reject(Rejection::WrongNumber { field, claimed, recomputed });
            }
        }
    }

    /// What the result says of each constraint beside its bound and coefficients.
    pub(super) fn constraint_numbers(&mut self, defender: Option<&MixedStrategy>) {
        for ConstraintClaim { constraint, bound, attained, attained_exact, price, price_exact } in
            &self.claim.constraints
        {
            let field = |key: &str| format!("constraints[{}].{key}", constraint.name);
            self.double_is(&field("bound"), *bound, &constraint.bound);
            self.double_is(&field("attained"), *attained, attained_exact);
            self.double_is(&field("price"), *price, price_exact);
            let recomputed = defender.map(|defender| constraint.attained(defender));
            if let Some(recomputed) = recomputed.filter(|recomputed| recomputed != attained_exact) {
                let (claimed, recomputed) = (to_fraction(attained_exact), to_fraction(&recomputed));
                self.reject(Rejection::WrongNumber { field: field("attained_exact"), claimed, recomputed });
            }
        }
    }

    pub(super) fn double_is(&mut self, field: &str, found: f64, exact: &Rational) {
        let nearest = rational::to_f64(exact);
        if !same(found, nearest) {
            self.reject(Rejection::Double {
                field: field.to_owned(),
                found: found.to_string(),
                expected: nearest.to_string(),
                exact: to_fraction(exact),
            });
        }
    }

    /// Both ends of a game with missing losses, and a value only where it can be one.
    pub(super) fn interval_doubles(&mut self, interval: &IntervalClaim) {
        let claim = self.claim;
        for (field, double, ends, outer) in [
            ("interval.lower", interval.lower, &interval.lower_exact, &interval.lower_exact[0]),
            ("interval.upper", interval.upper, &interval.upper_exact, &interval.upper_exact[1]),
        ] {
            // Each end is given as what is guaranteed there, or as the middle of what is proved of it.
            let middle = midpoint(&ends[0], &ends[1]);
            if !same(double, rational::to_f64(&middle)) {
                self.double_is(field, double, outer);
            }
        }
        if claim.value.is_some() && interval.lower_exact[1] < interval.upper_exact[0] {
            let (lower, upper) = (to_fraction(&claim.lower), to_fraction(&claim.upper));
            self.reject(Rejection::ValueOfInterval { lower, upper });
        }
    }
}

/// Whether two doubles are the same number; both zeros are.
fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || (a == 0.0 && b == 0.0)
}

fn midpoint(lower: &Rational, upper: &Rational) -> Rational {
    (lower + upper) / Rational::from(2)
}
