//! Which attacks and defences the table has: W02, W03, W05, W12.

use super::{Seen, listed};
use crate::diagnostic::Diagnostic;
use crate::measured::BASELINE;
use crate::rational::Rational;

/// W02: no attack is called adaptive, and the scenario does not raise the rates to what one that adapts would reach. A
/// name says so if it has the word `adaptive` in it, without `non` before.
pub(super) fn only_static(seen: &Seen<'_>) -> Option<Diagnostic> {
    let uplift = seen.file.scenario.stress.as_ref().and_then(|stress| stress.adaptive_uplift.as_ref());
    let is_stressed = uplift.is_some_and(|uplift| uplift.0 > Rational::ZERO);
    if is_stressed || seen.selection.attacks.iter().any(|attack| is_adaptive(attack)) {
        return None;
    }
    // The published pairs of a static and an adaptive attack: `adaptive_attacks_ipi.csv`, 14 of them.
    let message = "no attack is said to adapt to the defence: with `stress.adaptive_uplift` u a rate m becomes \
                   m + u(1 - m); published pairs of attacks have u from 0.45 to 0.88, half of them above 0.68";
    Some(Diagnostic::warning("W02", message))
}

fn is_adaptive(attack: &str) -> bool {
    let attack = attack.to_lowercase();
    attack.match_indices("adaptive").any(|(at, _)| !attack[..at].trim_end_matches(['-', ' ', '_']).ends_with("non"))
}

/// W03: `attacks` or `drop_attacks` leaves out an attack that the table measures. What a type of attacker does not know
/// is no omission.
pub(super) fn left_out(seen: &Seen<'_>) -> Option<Diagnostic> {
    if !seen.file.scenario.types.is_empty() {
        return None;
    }
    let left_out: Vec<_> = seen.selection.left_out.iter().map(String::as_str).collect();
    if left_out.is_empty() {
        return None;
    }
    let message =
        format!("attacks of the table are left out: {}; the value speaks only of the others", listed(&left_out));
    Some(Diagnostic::warning("W03", message))
}

/// W03: cells were not measured and leave an interval open, which `missing.monotone` narrows by an assumption.
pub(in crate::scenario) fn open_cells(missing: usize, cells: usize, names: &str, is_monotone: bool) -> Diagnostic {
    let assumed = if is_monotone {
        "; a defended rate is taken not to exceed the undefended one, which a tenth of published cells do"
    } else {
        ""
    };
    Diagnostic::warning("W03", format!("{missing} of {cells} cells were not measured: {names}{assumed}"))
}

/// W03: attacks with a missing cell were left out.
pub(in crate::scenario) fn dropped_attacks(names: &[&str]) -> Diagnostic {
    let message = format!(
        "attacks left out for want of a measurement: {}; the value speaks only of the others, which is optimistic",
        names.join(", ")
    );
    Diagnostic::warning("W03", message)
}

/// W05: a defence has loss 0 against every attack.
pub(super) fn never_beaten(seen: &Seen<'_>) -> Option<Diagnostic> {
    let columns = seen.selection.defences.len();
    let is_zero = |j: &usize| {
        let mut column = seen.security.iter().skip(*j).step_by(columns);
        column.all(|cell| cell.as_ref().is_some_and(|cell| cell.loss.is_zero()))
    };
    let names: Vec<_> = (0..columns).filter(is_zero).map(|j| format!("`{}`", seen.selection.defences[j])).collect();
    if names.is_empty() {
        return None;
    }
    let verb = if names.len() == 1 { "has" } else { "have" };
    let message = format!("{} {verb} loss 0 against every attack: did anyone attack it adaptively?", listed(&names));
    Some(Diagnostic::warning("W05", message))
}

/// W12: the undefended system is not among the defences.
pub(super) fn no_baseline(seen: &Seen<'_>) -> Option<Diagnostic> {
    if seen.selection.defences.iter().any(|defence| defence == BASELINE) {
        return None;
    }
    Some(Diagnostic::warning("W12", format!("the undefended system `{BASELINE}` is not among the defences")))
}

#[cfg(test)]
mod tests {
    use super::is_adaptive;

    #[test]
    fn adaptive_attacks_are_known_by_their_names() {
        assert!(is_adaptive("Adaptive GCG") && is_adaptive("adaptive indirect prompt injection"));
        assert!(!is_adaptive("non-adaptive GCG") && !is_adaptive("nonadaptive") && !is_adaptive("static"));
    }
}
