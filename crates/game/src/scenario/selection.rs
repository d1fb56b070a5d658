//! [`Selection`]: the rows of a measurement table that a scenario plays on, as grids of exact losses.
//!
//! Orientation follows the `direction` column: an attacker's gain and a cost are the loss itself, a defender's utility
//! `m` (a share) becomes `1 - m`. Nothing is imputed: a cell that nobody measured stays `None`.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::document::Document;
use super::layout::Input;
use super::reader::Problems;
use super::schema::SourceTable;
use super::value::Name;
use super::warnings::Twice;
use crate::diagnostic::{Diagnostic, one_of};
use crate::matrix::Names;
use crate::measured::{Direction, Measurement, MeasurementTable};
use crate::rational::Rational;

/// Most problems of one kind that are listed one by one.
const LIST_MOST: usize = 20;

/// What a metric is allowed to be where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// The security metric: any direction.
    Security,
    /// The security metric beside other terms, which only a share can be added to.
    Rate,
    /// A share that the defender wants high.
    Utility,
    /// Something that the defender wants low.
    Burden,
    /// The number itself, for a constraint.
    Raw,
}

/// One measured cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) loss: Rational,
    /// The text of the table where the loss is the printed number itself.
    pub(crate) written: Option<String>,
    /// Index of its row in the table.
    pub(super) row: usize,
    /// Precedence of its `where`; 0 comes first.
    rank: usize,
}

/// The rows of one model, with the names of the game.
pub(crate) struct Selection<'a> {
    document: &'a Document,
    table: &'a MeasurementTable,
    source: &'a SourceTable,
    values: Option<&'a [Option<Rational>]>,
    problems: &'a Problems,
    pub(crate) attacks: Names,
    pub(crate) defences: Names,
    /// Attacks of the table that the scenario leaves out.
    pub(crate) left_out: Vec<String>,
    /// Cells that two rows print.
    pub(crate) printed_twice: RefCell<Vec<Twice>>,
}

impl<'a> Selection<'a> {
    /// Finds the model, the metric and the names; `None`, with problems, if one of them is not there.
    pub(crate) fn new(document: &'a Document, input: &Input<'a>, problems: &'a Problems) -> Option<Self> {
        let Input { table, source, values, .. } = *input;
        let mut selection = Self {
            document,
            table,
            source,
            values,
            problems,
            attacks: Names::from([]),
            defences: Names::from([]),
            left_out: Vec::new(),
            printed_twice: RefCell::default(),
        };
        let model = selection.required(source.model.as_ref(), "model", &table.distinct(|row| &row.model))?;
        let of_model = || table.rows.iter().filter(|row| row.model == model.text);
        let metrics: Vec<_> = distinct(of_model().filter(|row| !row.is_benign()).map(|row| row.metric.as_str()));
        let metric = selection.required(source.metric.as_ref(), "metric", &metrics)?;
        let places = distinct(of_model().map(|row| row.place.as_str()));
        for prefix in source.places.iter().flatten() {
            if !places.iter().any(|place| place.starts_with(&prefix.text)) {
                selection.unknown("where", prefix, &places);
            }
        }
        let rows = || selection.rows(&metric.text).filter(|(_, _, row)| !row.is_benign()).map(|(_, _, row)| row);
        let all = distinct(rows().map(|row| row.attack.as_str()));
        let attacks = selection.names(
            ["attacks", "drop_attacks"],
            &all,
            source.attacks.as_deref(),
            source.drop_attacks.as_deref(),
        );
        let defences = selection.names(
            ["defences", "drop_defences"],
            &distinct(rows().map(|row| row.defence.as_str())),
            source.defences.as_deref(),
            source.drop_defences.as_deref(),
        );
        if attacks.is_empty() || defences.is_empty() {
            selection.report(
                metric,
                "source.metric",
                Diagnostic::error("empty-selection", "the selection leaves no game to play")
                    .expected("at least one attack and one defence")
                    .found(format!("{} attacks and {} defences", attacks.len(), defences.len())),
            );
            return None;
        }
        let is_left_out = |attack: &&&str| !attacks.iter().any(|kept| kept == **attack);
        selection.left_out = all.iter().filter(is_left_out).map(|attack| (*attack).to_owned()).collect();
        selection.attacks = attacks.into();
        selection.defences = defences.into();
        Some(selection)
    }

    fn report(&self, name: &Name, key: &str, problem: Diagnostic) {
        self.problems.push(self.document.locate(problem, &name.place).key(key));
    }

    fn required(&self, name: Option<&'a Name>, key: &str, known: &[&str]) -> Option<&'a Name> {
        let Some(name) = name else {
            self.problems.push(
                Diagnostic::error("missing-key", format!("a measurement table needs `{key}` in `[source.NAME]`"))
                    .in_file(self.document.file().file)
                    .expected(one_of(known.iter().copied())),
            );
            return None;
        };
        if known.contains(&name.text.as_str()) {
            return Some(name);
        }
        self.unknown(key, name, known);
        None
    }

    fn unknown(&self, key: &str, name: &Name, known: &[&str]) {
        let kind = match key {
            "where" => "no row was printed in",
            "model" => "unknown model",
            "metric" => "unknown metric",
            "attacks" | "drop_attacks" => "unknown attack",
            _ => "unknown defence",
        };
        let problem = Diagnostic::error("unknown-name", format!("{kind} `{}`", name.text))
            .expected(one_of(known.iter().copied()))
            .found(format!("`{}`, which `{}` does not have", name.text, self.source.file))
            .suggest(&name.text, known.iter().copied());
        self.report(name, &format!("source.{key}"), problem);
    }

    /// Rows of the model with a metric and an allowed `where`, each with its index and rank of precedence.
    fn rows(&self, metric: &str) -> impl Iterator<Item = (usize, usize, &'a Measurement)> {
        let model = self.source.model.as_ref().map(|name| name.text.clone()).unwrap_or_default();
        let metric = metric.to_owned();
        let places: Option<Vec<_>> =
            self.source.places.as_ref().map(|names| names.iter().map(|n| n.text.clone()).collect());
        self.table.rows.iter().enumerate().filter_map(move |(index, row)| {
            if row.model != model || row.metric != metric {
                return None;
            }
            let rank = match &places {
                None => 0,
                Some(prefixes) => prefixes.iter().position(|prefix| row.place.starts_with(prefix.as_str()))?,
            };
            Some((index, rank, row))
        })
    }

    /// The names of one side: those listed, in that order, or those of the table, without those dropped.
    fn names(&self, keys: [&str; 2], known: &[&str], listed: Option<&[Name]>, dropped: Option<&[Name]>) -> Vec<String> {
        for (key, names) in keys.into_iter().zip([listed, dropped]) {
            for name in names.into_iter().flatten().filter(|name| !known.contains(&name.text.as_str())) {
                self.unknown(key, name, known);
            }
        }
        let kept = |name: &&str| !dropped.into_iter().flatten().any(|drop| drop.text == *name);
        match listed {
            Some(listed) => listed.iter().map(|name| name.text.as_str()).filter(kept).map(str::to_owned).collect(),
            None => known.iter().copied().filter(kept).map(str::to_owned).collect(),
        }
    }

    /// The losses of a metric for every attack and defence, row by row.
    pub(crate) fn grid(&self, metric: &Name, key: &str, wanted: Use) -> Vec<Option<Cell>> {
        let columns = self.defences.len();
        let index = |names: &[String]| -> BTreeMap<String, usize> {
            names.iter().enumerate().map(|(k, name)| (name.clone(), k)).collect()
        };
        let (attacks, defences) = (index(&self.attacks), index(&self.defences));
        let mut cells: Vec<Option<Cell>> = vec![None; self.attacks.len() * columns];
        let rows = self.rows(&metric.text).filter_map(|(row_index, rank, row)| {
            let (i, j) = (*attacks.get(&row.attack)?, *defences.get(&row.defence)?);
            (!row.is_benign()).then_some((i * columns + j, row_index, rank, row))
        });
        self.fill(&mut cells, rows, metric, key, wanted);
        cells
    }

    /// The number of a metric for every defence under benign traffic; a defence without it is a problem.
    pub(crate) fn benign(&self, metric: &Name, key: &str, wanted: Use) -> Vec<Rational> {
        let mut cells: Vec<Option<Cell>> = vec![None; self.defences.len()];
        let rows = self.rows(&metric.text).filter_map(|(row_index, rank, row)| {
            let j = self.defences.iter().position(|defence| *defence == row.defence)?;
            row.is_benign().then_some((j, row_index, rank, row))
        });
        self.fill(&mut cells, rows, metric, key, wanted);
        let absent: Vec<_> =
            (0..cells.len()).filter(|j| cells[*j].is_none()).map(|j| self.defences[j].as_str()).collect();
        if !absent.is_empty() {
            let model = self.source.model.as_ref().map(|name| name.text.as_str()).unwrap_or_default();
            let known = distinct(
                self.table
                    .rows
                    .iter()
                    .filter(|row| row.is_benign() && row.model == model)
                    .map(|row| row.metric.as_str()),
            );
            // Rows that were refused for another reason have said so already.
            if self.rows(&metric.text).any(|(_, _, row)| row.is_benign()) && absent.len() == cells.len() {
                return vec![Rational::ZERO; cells.len()];
            }
            let everywhere = absent.len() == cells.len();
            let is_attackers = everywhere && wanted == Use::Burden && self.rows(&metric.text).next().is_some();
            let problem = if is_attackers {
                Diagnostic::error("attack-rows-only", format!("`{}` is measured under attacks alone", metric.text))
                    .expected("a cost of requests: rows for benign traffic, whose attack starts with `none`")
                    .hint(
                        "what an attack costs the attacker is `loss.attacker_cost`, for `stackelberg`; what it costs the \
                         defender can be limited, by a constraint with `rows = \"worst-attack\"`",
                    )
            } else if everywhere {
                let problem = Diagnostic::error("unknown-name", format!("no benign row measures `{}`", metric.text));
                if known.is_empty() {
                    problem
                        .expected("rows for benign traffic: their attack starts with `none`")
                        .found(format!("none for the model `{model}`"))
                } else {
                    problem.expected(one_of(known.iter().copied())).suggest(&metric.text, known)
                }
            } else {
                Diagnostic::error("unmeasured-defence", format!("`{}` is not measured for every defence", metric.text))
                    .expected("a benign row for each defence")
                    .found(format!("none for {}", absent.join(", ")))
                    .hint("leave those defences out with `drop_defences`")
            };
            self.report(metric, key, problem);
        }
        cells.into_iter().map(|cell| cell.map_or(Rational::ZERO, |cell| cell.loss)).collect()
    }

    /// The number of a metric for every defence under the attack where it is worst: the largest, or the least where a
    /// floor limits it; an attack without it is a problem.
    pub(crate) fn worst(&self, metric: &Name, key: &str, is_floor: bool) -> Vec<Rational> {
        let cells = self.grid(metric, key, Use::Raw);
        let absent: Vec<_> = (0..cells.len()).filter(|position| cells[*position].is_none()).collect();
        if !absent.is_empty() {
            let problem = Diagnostic::error("missing-cells", format!("`{}` is not measured everywhere", metric.text));
            let problem = problem.expected("a measurement for every attack and defence");
            let listed = list_cells(&self.attacks, &self.defences, &absent);
            self.report(metric, key, problem.found(format!("none for {listed}")));
        }
        let columns = self.defences.len();
        let worst = |j: usize| {
            let column = cells.iter().skip(j).step_by(columns).flatten().map(|cell| &cell.loss);
            let found = if is_floor { column.min() } else { column.max() };
            found.cloned().unwrap_or(Rational::ZERO)
        };
        (0..columns).map(worst).collect()
    }

    fn fill(
        &self,
        cells: &mut [Option<Cell>],
        rows: impl Iterator<Item = (usize, usize, usize, &'a Measurement)>,
        metric: &Name,
        key: &str,
        wanted: Use,
    ) {
        let mut first: Option<&Measurement> = None;
        for (position, row_index, rank, row) in rows {
            let reference = *first.get_or_insert(row);
            if (row.direction, &row.unit) != (reference.direction, &reference.unit) {
                self.problems.push(
                    self.table.at_row(
                        row,
                        "unit",
                        Diagnostic::error("mixed-units", format!("`{}` is measured in two ways", metric.text))
                            .expected(format!(
                                "{}, {} (line {})",
                                reference.unit,
                                reference.direction.as_str(),
                                reference.line
                            ))
                            .found(format!("{}, {}", row.unit, row.direction.as_str())),
                    ),
                );
                continue;
            }
            // Values stand in for losses; what a constraint limits stays as it is printed.
            let values = self.values.filter(|_| wanted != Use::Raw);
            let replaced = values.and_then(|values| values.get(row_index)?.as_ref());
            let Some(loss) = self.oriented(row, replaced.unwrap_or(&row.value), metric, key, wanted) else { continue };
            let written = (self.values.is_none() && loss == row.value).then(|| row.written.clone());
            let new = Cell { loss, written, row: row_index, rank };
            match &mut cells[position] {
                slot @ None => *slot = Some(new),
                Some(old) if old.rank != rank => {
                    if rank < old.rank {
                        self.remember_twice(row, &self.table.rows[old.row]);
                        *old = new;
                    } else {
                        self.remember_twice(&self.table.rows[old.row], row);
                    }
                }
                Some(old) => self.twice(&self.table.rows[old.row], row),
            }
        }
    }

    /// Two rows for one cell with the same precedence.
    fn twice(&self, old: &Measurement, row: &Measurement) {
        let cell = format!("attack `{}`, defence `{}`", row.attack, row.defence);
        if old.place == row.place {
            let problem = Diagnostic::error("duplicate-cell", format!("a cell is given twice: {cell}"))
                .expected("one row for a cell")
                .found(format!("another on line {}", old.line));
            self.problems.push(self.table.at_row(row, "attack", problem));
        } else if old.value != row.value {
            let problem = Diagnostic::error("conflicting-cells", format!("two places print different numbers: {cell}"))
                .expected("an order of precedence in `where`")
                .found(format!("{} in {} and {} in {}", old.written, old.place, row.written, row.place))
                .hint(format!("for example where = [\"{}\", \"{}\"]", old.place, row.place));
            self.problems.push(self.table.at_row(row, "where", problem));
        } else {
            self.remember_twice(old, row);
        }
    }

    fn remember_twice(&self, kept: &Measurement, other: &Measurement) {
        let print = |row: &Measurement| (row.written.clone(), row.place.clone());
        let cell = format!("{} of {} × {}", kept.metric, kept.attack, kept.defence);
        let twice = Twice { cell, kept: print(kept), other: print(other) };
        let mut known = self.printed_twice.borrow_mut();
        // A metric may be read for the loss and for a constraint.
        if !known.contains(&twice) {
            known.push(twice);
        }
    }

    /// The row that a cell was read from.
    pub(crate) fn row(&self, cell: &Cell) -> &'a Measurement {
        &self.table.rows[cell.row]
    }

    /// The benign rows of a metric for the defences of the game.
    pub(crate) fn benign_rows(&self, metric: &str) -> impl Iterator<Item = &'a Measurement> {
        let rows = self.rows(metric).map(|(_, _, row)| row);
        rows.filter(|row| row.is_benign() && self.defences.contains(&row.defence))
    }

    /// What a metric is when every request is refused, where that is known: utility is 0, and so is utility under
    /// attack; a share of refusals or false alarms is 1.
    pub(crate) fn refused(&self, metric: &Name, is_benign: bool) -> Option<Rational> {
        let (_, _, first) = self.rows(&metric.text).find(|(_, _, row)| row.is_benign() == is_benign)?;
        if !first.is_share() {
            return None;
        }
        let name = first.metric.to_lowercase();
        match first.direction {
            Direction::DefenderUtility if is_benign || name.contains("utility") => Some(Rational::ZERO),
            Direction::Cost if name.contains("refus") || name.contains("false_positive") => Some(Rational::ONE),
            _ => None,
        }
    }

    /// The unit of a metric of benign traffic.
    pub(crate) fn benign_unit(&self, metric: &str) -> Option<String> {
        self.benign_rows(metric).next().map(|row| row.unit.clone())
    }

    /// The loss of a row; `None`, with a problem, if the row cannot be used so.
    fn oriented(&self, row: &Measurement, value: &Rational, metric: &Name, key: &str, wanted: Use) -> Option<Rational> {
        if row.is_share() && !(row.value >= Rational::ZERO && row.value <= Rational::ONE) {
            let problem = Diagnostic::error("rate-out-of-range", "a share lies outside [0, 1]")
                .expected("a number from 0 to 1")
                .found(format!("`{}`", row.written))
                .hint("write 0.18 for 18 %");
            self.problems.push(self.table.at_row(row, "value", problem));
            return None;
        }
        if wanted == Use::Rate && !row.is_share() {
            let problem = Diagnostic::error("mixed-units", "this form of the loss needs a share")
                .expected("unit `fraction`, with numbers from 0 to 1")
                .found(format!("unit `{}`", row.unit))
                .hint("write 0.18 for 18 %");
            self.problems.push(self.table.at_row(row, "unit", problem));
            return None;
        }
        let fits = match wanted {
            Use::Raw | Use::Security | Use::Rate => true,
            Use::Utility => row.direction == Direction::DefenderUtility,
            Use::Burden => row.direction != Direction::DefenderUtility,
        };
        if !fits {
            let expected = if wanted == Use::Utility { "a defender's utility" } else { "a cost" };
            let problem = Diagnostic::error("wrong-direction", format!("`{}` cannot be used here", metric.text))
                .expected(expected)
                .found(format!("direction `{}`", row.direction.as_str()));
            self.report(metric, key, problem);
            return None;
        }
        if wanted == Use::Raw || row.direction != Direction::DefenderUtility {
            return Some(value.clone());
        }
        if !row.is_share() {
            let problem = Diagnostic::error("no-orientation", "only a share can be turned from utility into loss")
                .expected("unit `fraction`")
                .found(format!("unit `{}`", row.unit));
            self.problems.push(self.table.at_row(row, "unit", problem));
            return None;
        }
        Some(Rational::ONE - value)
    }

    /// Whether a larger number of a metric under benign traffic is better.
    pub(crate) fn is_benign_gain(&self, metric: &Name) -> bool {
        let mut rows = self.rows(&metric.text).filter(|(_, _, row)| row.is_benign());
        rows.next().is_some_and(|(_, _, row)| row.direction == Direction::DefenderUtility)
    }

    /// Whether a metric is measured in shares under benign traffic.
    pub(crate) fn is_benign_share(&self, metric: &Name) -> bool {
        let mut rows = self.rows(&metric.text).filter(|(_, _, row)| row.is_benign()).peekable();
        rows.peek().is_some() && rows.all(|(_, _, row)| row.is_share())
    }

    /// The unit in which the security metric is measured, and whether every cell states its number of trials.
    pub(crate) fn unit_and_trials(&self, cells: &[Option<Cell>]) -> (String, Option<u64>) {
        let rows = || cells.iter().flatten().map(|cell| &self.table.rows[cell.row]);
        let unit = rows().next().map(|row| row.unit.clone()).unwrap_or_default();
        let fewest = rows().map(|row| row.trials).min().flatten();
        (unit, fewest)
    }
}

/// Names of missing cells, cut when there are many.
pub(crate) fn list_cells(attacks: &[String], defences: &[String], missing: &[usize]) -> String {
    let shown = missing.iter().take(LIST_MOST).map(|position| {
        let (i, j) = (position / defences.len(), position % defences.len());
        format!("{} × {}", attacks[i], defences[j])
    });
    let rest = missing.len().saturating_sub(LIST_MOST);
    let text = shown.collect::<Vec<_>>().join(", ");
    if rest > 0 { format!("{text} and {rest} more") } else { text }
}

fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = std::collections::HashSet::new();
    texts.filter(|text| seen.insert(*text)).collect()
}
