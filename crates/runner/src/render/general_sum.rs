//! The answer of a general-sum game as a page to read, and as rows for a spreadsheet.

use std::fmt::Write as _;

use saddlepoint_game::rational::{Rational, to_f64, to_fraction};
use saddlepoint_game::{MixedStrategy, Names};

use super::answer::{exact_number, short_fraction};
use super::table::{Align, Table, csv};
use crate::general_sum::GeneralAnswer;
use crate::record::Origin;

/// Most Nash equilibria that are printed for people; all are in the JSON.
const EQUILIBRIA_MOST: usize = 12;

/// The rows of the response and of the commitment: player, name, channel, probability, exact.
#[must_use]
pub fn general_sum_csv(answer: &GeneralAnswer) -> String {
    let GeneralAnswer { game, commitment, .. } = answer;
    let row = |player: &str, name: &String, exact: &Rational| {
        vec![player.to_owned(), name.clone(), String::new(), to_f64(exact).to_string(), to_fraction(exact)]
    };
    let attacker = game.columns().iter().enumerate().map(|(column, name)| {
        let chosen = if column == commitment.response { Rational::ONE } else { Rational::ZERO };
        row("attacker", name, &chosen)
    });
    let mix = &commitment.commitment;
    let defender = game.rows().iter().enumerate().map(|(k, name)| row("defender", name, &mix.probability(k)));
    csv(&["player", "name", "channel", "probability", "exact"], attacker.chain(defender))
}

/// The answer as a page to read.
#[must_use]
pub fn general_sum(origin: &Origin<'_>, answer: &GeneralAnswer) -> String {
    let GeneralAnswer { game, commitment, equilibria, is_loss } = answer;
    let (attacks, defences) = (game.columns().len(), game.rows().len());
    let mut page = format!("{}: {attacks} attacks × {defences} defences, general-sum\n\n", origin.name);
    let (lower, upper) = (&commitment.lower, &commitment.upper);
    let middle = exact_number(&((lower + upper) / Rational::from(2)));
    if lower == upper {
        let _ = writeln!(page, "defender commits first: value {middle}   proved exactly: {}", to_fraction(lower));
    } else {
        let gap = to_f64(&(upper - lower));
        let _ = writeln!(page, "defender commits first: value {middle}   proved to a gap of {gap:.1e}");
    }
    if *is_loss {
        let [least, most] = answer.losses().map(|loss| exact_number(&loss));
        let _ = writeln!(page, "the defender loses {most}; no commitment loses less than {least}");
    }
    let _ = writeln!(page, "attacker's best response: {}", game.columns()[commitment.response]);
    let tied = commitment.slacks.iter().enumerate();
    let tied = tied.filter(|(column, slack)| slack.is_zero() && *column != commitment.response).count();
    if tied > 0 {
        let _ = writeln!(page, "{tied} more would serve the attacker as well; ties go to the defender");
    }
    let mut table = Table::new(&[("defence", Align::Left), ("probability", Align::Right), ("exact", Align::Right)]);
    for row in commitment.commitment.support() {
        let exact = commitment.commitment.probability(row);
        table.row([game.rows()[row].clone(), exact_number(&exact), short_fraction(&exact)]);
    }
    let _ = write!(page, "\n{}", table.text());
    if let Some(equilibria) = equilibria {
        let mut table = Table::new(&[
            ("Nash equilibrium", Align::Left),
            ("defender", Align::Left),
            ("attacker", Align::Left),
            ("value", Align::Right),
            ("attacker's", Align::Right),
        ]);
        for (position, found) in equilibria.iter().take(EQUILIBRIA_MOST).enumerate() {
            table.row([
                (position + 1).to_string(),
                mix(game.rows(), &found.row_mix),
                mix(game.columns(), &found.column_mix),
                exact_number(&found.utilities[0]),
                exact_number(&found.utilities[1]),
            ]);
        }
        let _ = write!(page, "\n{}", table.text());
        let more = equilibria.len().saturating_sub(EQUILIBRIA_MOST);
        if more > 0 {
            let _ = writeln!(page, "and {more} more extreme equilibria");
        }
    }
    let (status, steps) = (commitment.status.as_str(), commitment.iterations);
    let _ = writeln!(page, "\nsolved by stackelberg ({status}, {steps} iterations)");
    for warning in origin.warnings {
        let _ = writeln!(page, "{}: {}", warning.code, warning.message);
    }
    page
}

/// `2/3 up + 1/3 down`.
fn mix(names: &Names, mix: &MixedStrategy) -> String {
    let support = mix.support();
    if let [only] = support.as_slice() {
        return names[*only].clone();
    }
    let term = |k: &usize| {
        let exact = mix.probability(*k);
        let short = short_fraction(&exact);
        let probability = if short.is_empty() { exact_number(&exact) } else { short };
        format!("{probability} {}", names[*k])
    };
    support.iter().map(term).collect::<Vec<_>>().join(" + ")
}
