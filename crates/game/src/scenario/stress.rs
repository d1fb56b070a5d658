//! Several tries of one session against a defence that is drawn once, as [`crate::concept::tries`] has them.
//!
//! With a fresh draw at each try and one attack repeated the session's loss `1 - (1 - (L y)_a)^k` grows with
//! `(L y)_a`: the game of one try has the same optimal mixes, and nothing needs to be laid out.

use super::loss::{Factor, Part};
use super::schema::Draw;
use super::template::{Tables, Template};
use crate::concept::tries::{TriesError, sticky};
use crate::diagnostic::Diagnostic;
use crate::matrix::{LossMatrix, Names, PayoffKind};
use crate::rational::Rational;

/// The game of a whole session, where the scenario asks for a sticky draw.
pub(super) fn several_tries(tables: &Tables<'_>, mut template: Template) -> Option<Template> {
    let game = &tables.file.scenario.game;
    let (Some(tries), Some(Draw::Sticky)) = (game.tries, game.draw) else { return Some(template) };
    if tries < 2 {
        return Some(template);
    }
    let refuse = |code, message: String, hint: &str| {
        let place = tables.file.document.place_of("game.tries").unwrap_or_default();
        let problem = Diagnostic::error(code, message).hint(hint);
        tables.problems.push(tables.file.locate(problem, &place).key("game.tries"));
    };
    if template.portfolios.is_some() {
        refuse("too-many", "several tries need sets of defences that can be listed".to_owned(), "lower `max_size`");
        return None;
    }
    let of = |part: &Part| -> Result<(Part, Names), TriesError> {
        let (attacks, defences) = (template.attacks.clone(), template.defences.clone());
        let loss = LossMatrix::from_checked(attacks, defences, part.payoffs.clone(), PayoffKind::Rational)?;
        let session = sticky(&loss, u32::try_from(tries).unwrap_or(u32::MAX))?;
        Ok((Part { factor: Factor::One, payoffs: session.payoffs().clone() }, session.attacks().clone()))
    };
    let laid_out = |parts: &[Part]| parts.iter().map(of).collect::<Result<Vec<_>, _>>();
    let (highest, lowest) = match (laid_out(&template.highest), laid_out(&template.lowest)) {
        (Ok(highest), Ok(lowest)) => (highest, lowest),
        (Err(error), _) | (_, Err(error)) => {
            refuse("too-many", error.to_string(), "fewer tries, or fewer attacks");
            return None;
        }
    };
    let (_, attacks) = highest.first()?;
    template.attacks = attacks.clone();
    template.highest = highest.into_iter().map(|(part, _)| part).collect();
    template.lowest = lowest.into_iter().map(|(part, _)| part).collect();
    template.written = Vec::new();
    template.frechet = None;
    template.has_rates = false;
    template.parameters.harm = vec![Rational::ZERO; template.attacks.len()];
    template.row_channels = vec![None; template.attacks.len()];
    Some(template)
}
