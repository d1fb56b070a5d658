//! Good portfolios against a mix: greedy by three measures, then improved by exchanges.

use crate::portfolio_oracle::bound::{State, Weighted};
use crate::settings::Limits;

/// Rounds of exchanges; each tries every pair of a member and another defence.
const EXCHANGES: usize = 20;

/// Portfolios, members ascending; each at least one that no single exchange improves, or the last of the rounds.
pub(super) fn portfolios(problem: &Weighted<'_>, limits: Limits) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    // Gain alone, gain by the square root of the burden, gain by the burden.
    for power in [0.0, 0.5, 1.0] {
        let mut members = fill(problem, Vec::new(), power);
        for _ in 0..EXCHANGES {
            let Some(better) = exchange(problem, &members).filter(|_| !limits.is_late()) else { break };
            found.push(std::mem::replace(&mut members, fill(problem, better, power)));
        }
        found.push(members);
    }
    for members in &mut found {
        members.sort_unstable();
    }
    found.sort();
    found.dedup();
    found
}

/// Adds the best defence by gain over burden to a power, while one helps.
fn fill(problem: &Weighted<'_>, mut members: Vec<usize>, power: f64) -> Vec<usize> {
    let mut state = problem.state(&members);
    loop {
        let now = problem.loss(&state);
        let score = |d: usize| {
            let next = problem.with(&state, d);
            let gain = now - problem.loss(&next);
            (gain > 0.0).then(|| (gain / problem.share(&state, d).powf(power), d, next))
        };
        let open = (0..problem.defences()).filter(|d| !members.contains(d) && problem.fits(&state, *d));
        let Some((_, d, next)) = open.filter_map(score).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) else {
            return members;
        };
        members.push(d);
        state = next;
    }
}

/// The best exchange of one member for another defence, if it lowers the loss.
fn exchange(problem: &Weighted<'_>, members: &[usize]) -> Option<Vec<usize>> {
    let mut best: Option<(f64, Vec<usize>)> = None;
    let now = problem.loss(&problem.state(members));
    for out in 0..members.len() {
        let mut rest = members.to_vec();
        rest.remove(out);
        let state: State = problem.state(&rest);
        for d in (0..problem.defences()).filter(|d| !members.contains(d) && problem.fits(&state, *d)) {
            let loss = problem.loss(&problem.with(&state, d));
            // Less than this is rounding, and could go round in circles.
            if loss < best.as_ref().map_or(now, |best| best.0) * (1.0 - 1e-12) {
                best = Some((loss, rest.iter().copied().chain([d]).collect()));
            }
        }
    }
    best.map(|(_, members)| members)
}
