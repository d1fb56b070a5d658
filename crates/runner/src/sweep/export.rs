//! Writes a sweep's rows for people and programs: `points.csv`, and `points.sqlite` with the proofs.
//!
//! Both are written in sweep order from the stored batches, one batch in memory at a time.

use std::io;
use std::path::Path;

use rusqlite::{Connection, params_from_iter, types::Value};
use saddlepoint_game::scenario::Concept;

use super::plan::{Columns, Plan};
use super::row::{NOISE, PointAnswer, Row};
use super::segments::{Batches, Stored};
use crate::atomic;
use crate::failure::Failure;

/// What the rows of a sweep come to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    /// Points at which no defender mix satisfies the constraints.
    pub(crate) infeasible: u64,
    /// Points whose value missing cells leave open.
    pub(crate) open: u64,
    /// Largest certified gap of the other points.
    pub(crate) worst_gap: f64,
}

/// Visits every row in sweep order.
fn each_row(stored: &[Stored], mut visit: impl FnMut(u64, &Row) -> io::Result<()>) -> io::Result<()> {
    let mut batches = Batches::default();
    for record in stored {
        let batch = batches.load(record)?;
        for (offset, row) in (0_u64..).zip(&batch.rows) {
            visit(batch.start + offset, row)?;
        }
    }
    Ok(())
}

/// Whether any point has an answer.
pub(crate) fn any_answer(stored: &[Stored]) -> io::Result<bool> {
    let mut batches = Batches::default();
    for record in stored {
        if batches.load(record)?.rows.iter().any(|row| row.answer.is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Writes `points.csv`.
pub(crate) fn csv(path: &Path, plan: &Plan, stored: &[Stored]) -> Result<Summary, Failure> {
    let mut summary = Summary::default();
    atomic::write(path, |file| {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(file);
        writer.write_record(header(plan))?;
        let mut cells: Vec<String> = Vec::new();
        each_row(stored, |point, row| {
            match &row.answer {
                // An interval that missing cells leave open is not a gap of the solver.
                Some(answer) if answer.value.is_none() => summary.open += 1,
                Some(answer) => summary.worst_gap = summary.worst_gap.max(answer.gap),
                None => summary.infeasible += 1,
            }
            cells.clear();
            cells.push(point.to_string());
            cells.extend(plan.settings(point));
            cells.extend(numbers(plan, row.answer.as_ref()).map(|number| number.map_or_else(String::new, text)));
            cells.push(warnings(row));
            Ok(writer.write_record(&cells)?)
        })?;
        writer.flush()
    })?;
    Ok(summary)
}

/// Names of the columns of `points.csv`.
fn header(plan: &Plan) -> Vec<String> {
    let columns = &plan.columns;
    let mut header = vec!["point".to_owned()];
    header.extend(plan.paths());
    header.extend(["value", "lower", "upper", "gap", "pure", "visible"].map(str::to_owned));
    if plan.is_noisy() {
        header.extend(NOISE.map(str::to_owned));
    }
    header.extend(columns.constraints.iter().map(|name| format!("price:{name}")));
    header.extend(columns.defences.iter().map(|name| format!("defence:{name}")));
    header.extend(columns.attacks.iter().map(|name| format!("attack:{name}")));
    header.push("warnings".to_owned());
    header
}

/// The numbers of a row, from `value` to the last attack; `None` for an empty cell.
fn numbers<'a>(plan: &Plan, answer: Option<&'a PointAnswer>) -> impl Iterator<Item = Option<f64>> + use<'a> {
    let columns = &plan.columns;
    let noisy = if plan.is_noisy() { NOISE.len() } else { 0 };
    let width = noisy + columns.constraints.len() + columns.defences.len() + columns.attacks.len();
    let fixed = answer.map_or([None; 6], |a| [a.value, Some(a.lower), Some(a.upper), Some(a.gap), a.pure, a.visible]);
    let noise = answer.and_then(|answer| answer.noise).unwrap_or_default();
    let wide = answer.map(|a| a.prices.iter().chain(&a.defences).chain(&a.attacks));
    let wide = wide.into_iter().flatten().map(|number| (!number.is_nan()).then_some(*number));
    fixed.into_iter().chain(noise.into_iter().take(noisy)).chain(wide).chain(std::iter::repeat(None)).take(6 + width)
}

/// The shortest text that reads back to the same double.
fn text(number: f64) -> String {
    // -0 is a quirk of arithmetic, not a number anyone measured.
    let number = if number == 0.0 { 0.0 } else { number };
    let text = serde_json::Number::from_f64(number).map(|number| number.to_string()).unwrap_or_default();
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

fn warnings(row: &Row) -> String {
    if row.warnings.is_empty() { String::new() } else { serde_json::Value::from(row.warnings.clone()).to_string() }
}

/// Writes `points.sqlite`: the same rows as the table `points`, and the proof of each.
pub(crate) fn sqlite(path: &Path, plan: &Plan, stored: &[Stored]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let temporary = tempfile::Builder::new().prefix(".points").tempfile_in(folder);
    let temporary = temporary.map_err(|error| Failure::write(path, error))?.into_temp_path();
    let filled = fill(&temporary, plan, stored).and_then(|()| atomic::share(&temporary));
    filled.map_err(|error| Failure::write(path, error))?;
    temporary.persist(path).map_err(|error| Failure::write(path, error.error))
}

fn fill(path: &Path, plan: &Plan, stored: &[Stored]) -> io::Result<()> {
    let connection = Connection::open(path).map_err(io::Error::other)?;
    let run = |sql: &str| connection.execute_batch(sql).map_err(io::Error::other);
    // The file is thrown away unless it is finished, so it needs no journal.
    run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;")?;
    let mut names = header(plan);
    let kinds = |name: &str| match name {
        "point" => "INTEGER PRIMARY KEY",
        "warnings" => "TEXT",
        // A swept key may be a number or a text, and keeps what it is.
        name if plan.paths().iter().any(|path| path == name) => "",
        _ => "REAL",
    };
    let mut columns: Vec<_> = names.iter().map(|name| format!("{} {}", quoted(name), kinds(name))).collect();
    for name in ["lower_exact", "upper_exact", "attacker_exact", "defender_exact", "multipliers_exact"] {
        names.push(name.to_owned());
        columns.push(format!("{name} TEXT"));
    }
    let has_victims = plan.asks(Concept::Regret);
    if has_victims {
        names.push("victims_exact".to_owned());
        columns.push("victims_exact TEXT".to_owned());
    }
    run(&format!("CREATE TABLE points ({}); BEGIN", columns.join(", ")))?;
    let places = vec!["?"; names.len()].join(", ");
    {
        let insert = format!("INSERT INTO points VALUES ({places})");
        let mut statement = connection.prepare(&insert).map_err(io::Error::other)?;
        each_row(stored, |point, row| {
            let mut cells = vec![Value::Integer(i64::try_from(point).map_err(io::Error::other)?)];
            cells.extend(plan.settings(point).map(|text| match text.parse::<f64>() {
                Ok(number) => Value::Real(number),
                Err(_) => Value::Text(text),
            }));
            cells.extend(numbers(plan, row.answer.as_ref()).map(|n| n.map_or(Value::Null, Value::Real)));
            cells.push(if row.warnings.is_empty() { Value::Null } else { Value::Text(warnings(row)) });
            cells.extend(proof(&plan.columns, row.answer.as_ref()));
            if has_victims {
                let victims = row.answer.as_ref().and_then(|answer| answer.victims.clone());
                cells.push(victims.map_or(Value::Null, Value::Text));
            }
            statement.execute(params_from_iter(cells)).map(drop).map_err(io::Error::other)
        })?;
    }
    run("COMMIT")
}

/// Both bounds and the three vectors that prove them, names to fractions; empty where there is no answer.
fn proof(columns: &Columns, answer: Option<&PointAnswer>) -> [Value; 5] {
    let Some(answer) = answer else { return [const { Value::Null }; 5] };
    let [lower, upper] = &answer.bounds;
    let [attacker, defender, multipliers] = &answer.proof;
    [
        Value::Text(lower.clone()),
        Value::Text(upper.clone()),
        Value::Text(attacker.to_json(&columns.attacks)),
        Value::Text(defender.to_json(&columns.defences)),
        Value::Text(multipliers.to_json(&columns.constraints)),
    ]
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_their_shortest_form() {
        for (number, written) in [(0.1, "0.1"), (-0.0, "0"), (1.0, "1"), (1e-9, "1e-9"), (0.25, "0.25")] {
            assert_eq!(text(number), written);
            assert_eq!(written.parse::<f64>().expect("a number").to_bits(), (number + 0.0).to_bits());
        }
    }
}
