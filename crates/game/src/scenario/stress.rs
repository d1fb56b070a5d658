//! Several tries of one session against a defence that is drawn once.
//!
//! With a sticky draw the attacker picks a multiset of k attacks, and loses nothing by a failed try:
//!
//! ```text
//! L_k[{a_1, …, a_k}, d] = 1 - Π_t (1 - L[a_t, d])
//! ```
//!
//! where tries succeed independently given the defence, which is an assumption. With a fresh draw at each try and one
//! attack repeated the session's loss is `1 - (1 - (L y)_a)^k`, which grows with `(L y)_a`: the game of one try has the
//! same optimal mixes, and nothing needs to be laid out.

use super::loss::{Factor, Part};
use super::schema::Draw;
use super::template::{Tables, Template};
use crate::diagnostic::Diagnostic;
use crate::payoffs::Payoffs;
use crate::rational::Rational;

/// Most multisets of attacks that are laid out.
const SETS_MOST: usize = 20_000;

/// The game of a whole session, where the scenario asks for a sticky draw.
pub(super) fn several_tries(tables: &Tables<'_>, mut template: Template) -> Option<Template> {
    let game = &tables.file.scenario.game;
    let (Some(tries), Some(Draw::Sticky)) = (game.tries, game.draw) else { return Some(template) };
    if tries < 2 {
        return Some(template);
    }
    if template.portfolios.is_some() {
        let place = tables.file.document.place_of("game.tries").unwrap_or_default();
        let problem = Diagnostic::error("too-many", "several tries need sets of defences that can be listed");
        let problem = problem.hint("lower `composition.max_size`");
        tables.problems.push(tables.file.locate(problem, &place).key("game.tries"));
        return None;
    }
    template.frechet = None;
    let Some(sets) = multisets(template.attacks.len(), tries) else {
        let place = tables.file.document.place_of("game.tries").unwrap_or_default();
        let problem = Diagnostic::error("too-many", format!("more than {SETS_MOST} ways to spend {tries} tries"));
        let problem = problem.hint("fewer tries, or fewer attacks");
        tables.problems.push(tables.file.locate(problem, &place).key("game.tries"));
        return None;
    };
    let columns = template.defences.len();
    let of = |part: &Part| {
        let losses = part.payoffs.to_rationals();
        let loss = |set: &Vec<usize>, j: usize| {
            let fails = set.iter().fold(Rational::ONE, |fails, i| fails * (Rational::ONE - &losses[i * columns + j]));
            Rational::ONE - fails
        };
        let loss = &loss;
        let entries = sets.iter().flat_map(|set| (0..columns).map(move |j| loss(set, j))).collect();
        Part { factor: Factor::One, payoffs: Payoffs::new(entries) }
    };
    template.highest = template.highest.iter().map(of).collect();
    template.lowest = template.lowest.iter().map(of).collect();
    template.written = Vec::new();
    template.parameters.harm = vec![Rational::ZERO; sets.len()];
    template.row_channels = vec![None; sets.len()];
    template.attacks = sets.iter().map(|set| name(set, &template.attacks)).collect();
    Some(template)
}

/// `GCG ×2 + PAIR`.
fn name(set: &[usize], attacks: &[String]) -> String {
    let runs = set.chunk_by(|a, b| a == b);
    let named = runs.map(|run| match run {
        [attack] => attacks[*attack].clone(),
        run => format!("{} ×{}", attacks[run[0]], run.len()),
    });
    named.collect::<Vec<_>>().join(" + ")
}

/// Every multiset of so many of the first `n` numbers, in lexicographic order; `None` if they are too many.
fn multisets(n: usize, size: usize) -> Option<Vec<Vec<usize>>> {
    let mut sets: Vec<Vec<usize>> = vec![Vec::new()];
    for _ in 0..size {
        let mut longer = Vec::new();
        for set in &sets {
            for next in set.last().copied().unwrap_or(0)..n {
                longer.push([set.as_slice(), &[next]].concat());
            }
            if longer.len() > SETS_MOST {
                return None;
            }
        }
        sets = longer;
    }
    Some(sets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multisets_are_counted_and_named() {
        assert_eq!(multisets(9, 4).expect("few").len(), 495);
        assert!(multisets(100, 4).is_none());
        let names = ["a", "b"].map(str::to_owned);
        assert_eq!(name(&[0, 0, 1], &names), "a ×2 + b");
    }
}
