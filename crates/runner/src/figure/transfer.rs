//! `transfer`: what the mix tuned on one system loses when another is attacked, as a heat map.
//!
//! Rows are the systems that mixes were tuned on, columns those they are tested on. A cell prints the loss and, under it, the
//! regret: the loss above that of the tested system's own best mix. Colour is the regret, because systems differ in how hard
//! they are to defend: a column of losses can be dark everywhere without any mix being wrong.

use super::canvas::{Align, Canvas, EDGE, Face, SMALL, WIDTH};
use super::cells::Form;
use super::frame::{self, Plot};
use super::palette::{BLACK, GREY, WHITE, sequential};
use super::payoffs::{colour_bar, fit, hatch, is_shortened};
use super::scale;
use super::text::{LEADING, widest};
use super::{FigureError, Labels, Numbers, font};

/// More systems than this do not fit side by side.
const MOST: usize = 24;

/// The room for the names of rows, in points.
const NAMES: f64 = 62.0;

/// A cell: loss and regret, each where known.
type Cell = (Option<f64>, Option<f64>);

/// The matrix as read: systems in order of appearance.
#[derive(Debug, Default)]
struct Transfer {
    tuned: Vec<String>,
    tested: Vec<String>,
    cells: Vec<Vec<Option<Cell>>>,
}

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let matrix = read(numbers)?;
    let known = || matrix.cells.iter().flatten().flatten();
    let regrets: Vec<f64> = known().filter_map(|(_, regret)| *regret).collect();
    let printed: Vec<f64> = known().flat_map(|(loss, regret)| [*loss, *regret]).flatten().collect();
    if printed.is_empty() {
        return Err(FigureError::Empty);
    }
    let range = scale::value_range(regrets.iter().copied());
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);
    let (corner_top, corner_bottom) = ("tested on →", "tuned on ↓");
    let corner = widest([corner_top, corner_bottom], SMALL);
    let names = widest(matrix.tuned.iter().map(String::as_str), SMALL).clamp(corner, NAMES.max(corner));
    let (left, right) = (EDGE + names + 3.0, WIDTH - EDGE - 1.0);
    let pitch = ((right - left) / matrix.tested.len() as f64).min(46.0);
    let right = left + pitch * matrix.tested.len() as f64;
    let line = SMALL * LEADING;

    // The regret under the loss where it fits; the loss alone where not.
    let plus = font::width("+", SMALL, false);
    let both = Form::choose(&printed, pitch - plus).filter(|form| !form.upward && fits(form, &printed, pitch - plus));
    let form = both.clone().or_else(|| Form::choose(&printed, pitch));
    let rows = fit(&matrix.tuned, names, 2);
    let lines_most = rows.iter().map(Vec::len).max().unwrap_or(1);
    let turned_high = form.as_ref().map_or(0.0, |form| form.height(&printed, pitch));
    let row_high = (2.0 * line + 3.0).max(lines_most as f64 * line + 2.0).max(turned_high).min(40.0);

    let columns = fit(&matrix.tested, pitch - 2.0, 3);
    let upright = columns.iter().zip(&matrix.tested).all(|(lines, name)| !is_shortened(lines, name));
    let columns = if upright { columns } else { fit(&matrix.tested, 74.0, 1) };
    let high = |lines: &Vec<String>| {
        if upright { lines.len() as f64 * line } else { widest(lines.iter().map(String::as_str), SMALL) }
    };
    let names_high = columns.iter().map(high).fold(2.0 * line, f64::max);
    let grid_top = top + names_high + 2.5;
    let grid = Plot { left, right, top: grid_top, bottom: grid_top + row_high * matrix.tuned.len() as f64 };

    let face = Face::new(SMALL, GREY, Align::End);
    canvas.text(corner_top, (left - 3.0, grid_top - 2.0 - 1.5 * line), face);
    canvas.text(corner_bottom, (left - 3.0, grid_top - 2.0 - 0.5 * line), face);
    for (i, lines) in rows.iter().enumerate() {
        let first = grid_top + row_high * (i as f64 + 0.5) - line * lines.len() as f64 / 2.0;
        for (k, text) in lines.iter().enumerate() {
            let at = (left - 3.0, first + line * (k as f64 + 0.5));
            canvas.text(text, at, Face::new(SMALL, BLACK, Align::End));
        }
        explain(&mut canvas, lines, &matrix.tuned[i]);
    }
    for (j, lines) in columns.iter().enumerate() {
        let middle = left + pitch * (j as f64 + 0.5);
        for (k, text) in lines.iter().enumerate() {
            if upright {
                let y = grid_top - 2.5 - line * (lines.len() - k) as f64 + line / 2.0;
                canvas.text(text, (middle, y), Face::new(SMALL, BLACK, Align::Middle));
            } else {
                canvas.text(text, (middle, grid_top - 2.5), Face::new(SMALL, BLACK, Align::Start).upward());
            }
        }
        explain(&mut canvas, lines, &matrix.tested[j]);
    }

    let mut own = Vec::new();
    for (i, row) in matrix.cells.iter().enumerate() {
        for (j, cell) in row.iter().enumerate() {
            let (x0, y0) = (left + pitch * j as f64, grid_top + row_high * i as f64);
            let corners = ((x0, y0), (x0 + pitch, y0 + row_high));
            if matrix.tuned[i] == matrix.tested[j] {
                own.push(corners);
            }
            match cell {
                None | Some((None, None)) => hatch(&mut canvas, corners.0, corners.1),
                Some(cell) => write_cell(&mut canvas, *cell, range, (form.as_ref(), both.is_some()), corners),
            }
        }
    }
    for j in 1..matrix.tested.len() {
        let x = left + pitch * j as f64;
        canvas.line((x, grid.top), (x, grid.bottom), 0.5, WHITE);
    }
    for i in 1..matrix.tuned.len() {
        let y = grid.top + row_high * i as f64;
        canvas.line((left, y), (right, y), 0.5, WHITE);
    }
    canvas.frame((grid.left, grid.top), (grid.right, grid.bottom), 0.5, BLACK);
    for ((x0, y0), (x1, y1)) in own {
        canvas.frame((x0 + 0.6, y0 + 0.6), (x1 - 0.6, y1 - 0.6), 1.2, BLACK);
    }

    let note = form.as_ref().and_then(|form| form.note.as_ref());
    let label = match note {
        Some(note) => format!("regret ({note})"),
        None => "regret".to_owned(),
    };
    let bar = Plot { right: right.max(left + 80.0), ..grid };
    let after = colour_bar(&mut canvas, range, &label, bar, grid.bottom + 4.0);
    let what = if labels.value.trim().is_empty() { "loss" } else { labels.value.trim() };
    let mut text = format!("Cells: {what}");
    text += if both.is_some() { "; under it +regret," } else { ". Colour: regret," };
    text += " the loss above that of the tested system's own best mix. Framed: tuned and tested on the same.";
    if matrix.cells.iter().flatten().any(|cell| matches!(cell, None | Some((None, None)))) {
        text += " Hatched: not known.";
    }
    let bottom = frame::paragraph(&mut canvas, &text, after) + EDGE;
    canvas.finish(&labels.title, bottom)
}

/// Whether every number fits unturned.
fn fits(form: &Form, numbers: &[f64], room: f64) -> bool {
    numbers.iter().all(|number| !form.turns(&form.text(*number), room))
}

/// Fills one cell and prints what it knows.
fn write_cell(
    canvas: &mut Canvas,
    (loss, regret): Cell,
    (low, high): (f64, f64),
    (form, both): (Option<&Form>, bool),
    ((x0, y0), (x1, y1)): ((f64, f64), (f64, f64)),
) {
    let ink = regret.map_or(WHITE, |regret| sequential((regret - low) / (high - low)));
    canvas.rect((x0, y0), (x1, y1), ink);
    let Some(form) = form else { return };
    let (x, y) = (f64::midpoint(x0, x1), f64::midpoint(y0, y1));
    let face = Face::new(SMALL, ink.text_on(), Align::Middle);
    let lines: Vec<String> = if both {
        let sign = |regret: f64| if regret < 0.0 { form.text(regret) } else { format!("+{}", form.text(regret)) };
        loss.map(|loss| form.text(loss)).into_iter().chain(regret.map(sign)).collect()
    } else {
        loss.map(|loss| form.text(loss)).into_iter().collect()
    };
    let line = SMALL * LEADING;
    for (k, text) in lines.iter().enumerate() {
        let turned = !both && form.turns(text, x1 - x0);
        let along = font::width(text, SMALL, false);
        if if turned { along <= y1 - y0 - 1.0 } else { along <= x1 - x0 } {
            let at = (x, y + line * (k as f64 + 0.5 - lines.len() as f64 / 2.0));
            canvas.text(text, at, if turned { face.upward() } else { face });
        }
    }
}

fn explain(canvas: &mut Canvas, lines: &[String], name: &str) {
    if is_shortened(lines, name) {
        canvas.stands_for(&lines.join(" "), name);
    }
}

fn read(numbers: &Numbers) -> Result<Transfer, FigureError> {
    let [tuned, tested] = [numbers.column("tuned_on")?, numbers.column("tested_on")?];
    let [loss, regret] = [numbers.column("loss")?, numbers.column("regret")?];
    let mut matrix = Transfer::default();
    let mut entries = Vec::new();
    for (row, cells) in numbers.rows().iter().enumerate() {
        let i = place(&mut matrix.tuned, &cells[tuned]);
        let j = place(&mut matrix.tested, &cells[tested]);
        if matrix.tuned.len().max(matrix.tested.len()) > MOST {
            let most = matrix.tuned.len().max(matrix.tested.len());
            return Err(FigureError::TooManyRows { rows: most, limit: MOST });
        }
        entries.push((i, j, (numbers.number(row, loss)?, numbers.number(row, regret)?)));
    }
    matrix.cells = vec![vec![None; matrix.tested.len()]; matrix.tuned.len()];
    for (row, (i, j, cell)) in entries.into_iter().enumerate() {
        if matrix.cells[i][j].replace(cell).is_some() {
            let what = format!("`{}` tested on `{}`", matrix.tuned[i], matrix.tested[j]);
            return Err(FigureError::Repeated { row: row + 1, what });
        }
    }
    Ok(matrix)
}

fn place(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}
