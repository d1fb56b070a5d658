//! Where the numbers come from: W06, W08, W09, W10.

use super::{Seen, listed};
use crate::diagnostic::Diagnostic;
use crate::measured::{BASELINE, Measurement};
use crate::scenario::ScenarioFile;
use crate::scenario::schema::Judge;

/// Citation keys of tables with numbers that were not read from the publication itself, and whether only those of
/// defended systems are meant. A `where` that has the word `secondary` in it says so for its own row.
pub(super) const SECOND_HAND: [(&str, bool); 2] = [("chao2024jailbreakbench", true), ("jia2025omnisafebench", false)];

/// A cell that two rows print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Twice {
    /// Its attack and defence.
    pub(in crate::scenario) cell: String,
    /// The number that is played, and where it is printed.
    pub(in crate::scenario) kept: (String, String),
    /// The other one.
    pub(in crate::scenario) other: (String, String),
}

/// W06: a cell is printed in two places, alike or with an order of precedence in `where`.
pub(super) fn printed_twice(seen: &Seen<'_>) -> Option<Diagnostic> {
    let found = seen.selection.printed_twice.borrow();
    let first = found.iter().find(|twice| twice.kept.0 != twice.other.0).or(found.first())?;
    let ((kept, place), (other, elsewhere)) = (&first.kept, &first.other);
    let message = match found.len() {
        1 => format!("two places print {}: {kept} in {place}, which is played, and {other} in {elsewhere}", first.cell),
        count => format!(
            "two places print the same cell {count} times, such as {}: {kept} in {place}, which is played, and {other} \
             in {elsewhere}",
            first.cell
        ),
    };
    Some(Diagnostic::warning("W06", message))
}

/// W08: channels or victims come from several files.
pub(super) fn mixed_files(file: &ScenarioFile) -> Option<Diagnostic> {
    let mut files: Vec<_> = file.files().into_iter().map(|(_, file)| file).collect();
    files.sort_unstable();
    files.dedup();
    if files.len() < 2 {
        return None;
    }
    let message = format!("judges, prompts and models may differ between the files of one game: {}", listed(&files));
    Some(Diagnostic::warning("W08", message))
}

/// W09: a number in play was copied from a digest.
pub(super) fn second_hand(seen: &Seen<'_>) -> Option<Diagnostic> {
    let rows: Vec<_> =
        seen.security.iter().flatten().map(|cell| seen.selection.row(cell)).filter(|row| is_second_hand(row)).collect();
    let first = rows.first()?;
    let message = format!(
        "{} of {} cells are second-hand, such as {} × {} ({}, {}): verify them in the publication before quoting",
        rows.len(),
        seen.security.len(),
        first.attack,
        first.defence,
        first.source,
        first.place
    );
    Some(Diagnostic::warning("W09", message))
}

fn is_second_hand(row: &Measurement) -> bool {
    let is_listed = SECOND_HAND
        .iter()
        .any(|(key, is_defended_only)| row.source == *key && !(*is_defended_only && row.defence == BASELINE));
    is_listed || row.place.to_lowercase().contains("secondary")
}

/// W10: the scenario says that one automatic judge decided what counts as a success. Without the key `judge` nothing is
/// known of judges, and nothing is said.
pub(super) fn one_judge(seen: &Seen<'_>) -> Option<Diagnostic> {
    if seen.source.judge != Some(Judge::Automatic) {
        return None;
    }
    Some(Diagnostic::warning(
        "W10",
        "one automatic judge decided what counts as a success: another may see other rates",
    ))
}
