//! `payoffs`: the loss matrix as a heat map, with both mixes on its margins.
//!
//! Attacks are rows, as everywhere. Only where more defences than attacks would not fit side by side with their names does
//! the page turn: then defences are rows, and the corner says so. Names that still have no room are left out, the least
//! played first, and the figure says how many.

use super::canvas::{Align, Canvas, EDGE, Face, SMALL, WIDTH};
use super::cells::Form;
use super::frame::{self, Plot};
use super::matrix::{Matrix, Strategies, is_measured};
use super::palette::{BLACK, BLUE, GREY, Ink, LIGHT_GREY, PALE_GREY, VERMILION, WHITE, sequential};
use super::scale::{self, Scale};
use super::text::{LEADING, abbreviate, widest, wrap};
use super::{FigureError, Labels, Numbers, font};

/// More defences than this turn the page, if they are more than the attacks.
const MOST_COLUMNS: usize = 20;

/// Names closer than this would touch, in points.
const PITCH: f64 = SMALL * 1.12;

/// The height of the grid beyond which rows get thinner than their names, in points.
const TALLEST: f64 = 560.0;

/// The bar of a probability of 1, in points: across for rows, down for columns.
const BAR_ACROSS: f64 = 11.0;
const BAR_DOWN: f64 = 18.0;

/// A name as shown: its lines, or nothing where it has no room.
type Shown = Vec<Option<Vec<String>>>;

/// Draws the figure.
pub(super) fn draw(numbers: &Numbers, labels: &Labels) -> Result<String, FigureError> {
    font::register()?;
    let matrix = Matrix::read(numbers)?;
    let (high, wide) = (matrix.rows.names.len(), matrix.columns.names.len());
    let matrix = if wide > MOST_COLUMNS && wide > high { matrix.turn() } else { matrix };
    let (high, wide) = (matrix.rows.names.len(), matrix.columns.names.len());
    let range = scale::value_range(matrix.losses());
    let mut canvas = Canvas::default();
    let top = frame::heading(&mut canvas, labels);

    // Across: names, grid, bars with their numbers.
    let (corner_top, corner_bottom) =
        if matrix.turned { ("attacks →", "defences ↓") } else { ("defences →", "attacks ↓") };
    let names = match wide {
        0..=4 => 104.0,
        5..=11 => 76.0,
        _ => 50.0,
    };
    let corner = widest([corner_top, corner_bottom], SMALL);
    let row_names = widest(matrix.rows.names.iter().map(String::as_str), SMALL).clamp(corner, names);
    let left = EDGE + row_names + 3.0;
    let row_shares = shares(&matrix.rows);
    let shares_wide = widest(row_shares.iter().map(String::as_str), SMALL).max(SMALL * LEADING);
    let right = WIDTH - EDGE - shares_wide - 1.5 - BAR_ACROSS - 2.0;
    let pitch = (right - left) / wide as f64;

    // Down: names, grid, bars with their numbers, colour bar.
    let measured: Vec<f64> = matrix.measured().collect();
    let form = Form::choose(&measured, pitch);
    let mut row_high = if high <= 8 {
        (pitch * 0.45).clamp(13.0, 26.0)
    } else if high <= 24 {
        12.5
    } else {
        9.5
    };
    let two_lines = 2.0 * SMALL * LEADING + 0.5;
    let too_wide = widest(matrix.rows.names.iter().map(String::as_str), SMALL) > row_names;
    if high <= 24 {
        row_high = row_high.max(form.as_ref().map_or(0.0, |form| form.height(&measured, pitch)));
        row_high = row_high.max(if too_wide { two_lines } else { 0.0 });
    }
    let row_high = row_high.min((TALLEST / high as f64).max(3.0)).max(if high <= 70 { PITCH + 0.4 } else { 0.0 });
    let lines = if row_high >= two_lines { 2 } else { 1 };
    let rows = thin(fit(&matrix.rows.names, row_names, lines), &matrix.rows, row_high);
    let (columns, upright) = column_names(&matrix.columns, pitch);
    let names_high = columns.iter().flatten().map(|lines| name_height(lines, upright)).fold(0.0, f64::max);
    // Even over short names the words of the corner and of the right margin need their height.
    let words_high = widest(["defence", "attack", "mix, %"], SMALL).max(2.0 * SMALL * LEADING) + 1.0;
    let grid_top = top + names_high.max(words_high) + 2.5;
    let grid = Plot { left, right, top: grid_top, bottom: grid_top + row_high * high as f64 };

    corner_words(&mut canvas, grid, corner_top, corner_bottom);
    write_names(&mut canvas, &matrix, &rows, &columns, upright, (grid, pitch, row_high));
    heat(&mut canvas, &matrix, range, form.as_ref(), (grid, pitch, row_high));
    let bars_bottom = bars(&mut canvas, &matrix, &row_shares, top, (grid, pitch, row_high));
    let label = match form.as_ref().and_then(|form| form.note.as_ref()) {
        Some(note) => format!("{} ({note})", labels.value),
        None => labels.value.clone(),
    };
    let after = colour_bar(&mut canvas, range, &label, grid, bars_bottom);
    let bottom = match remarks(&matrix, &rows, &columns) {
        Some(text) => frame::paragraph(&mut canvas, &text, after) + EDGE,
        None => after,
    };
    canvas.finish(&labels.title, bottom)
}

/// Names in the room there is, broken into lines where that helps, never two names alike.
pub(super) fn fit(names: &[String], room: f64, lines: usize) -> Vec<Vec<String>> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let wrapped: Vec<Vec<String>> = names.iter().map(|name| wrap(name, room, SMALL, lines)).collect();
    let alike = |i: usize| (0..names.len()).any(|k| names[k] != names[i] && wrapped[k] == wrapped[i]);
    let short = abbreviate(&names, room, SMALL);
    (0..names.len()).map(|i| if alike(i) { vec![short[i].clone()] } else { wrapped[i].clone() }).collect()
}

/// Which strategies have room for a text at this distance from each other: the most played first.
fn apart(strategies: &Strategies, pitch: f64) -> Vec<bool> {
    let count = strategies.names.len();
    let mut order: Vec<usize> = (0..count).collect();
    let weight = |k: usize| strategies.probabilities[k].unwrap_or(0.0);
    order.sort_by(|&a, &b| weight(b).total_cmp(&weight(a)).then(a.cmp(&b)));
    let mut kept = vec![false; count];
    for k in order {
        let touches = |other: usize| kept[other] && (k.abs_diff(other) as f64 * pitch) < PITCH;
        kept[k] = !(0..count).any(touches);
    }
    kept
}

/// Leaves out the names that would touch a name played more.
fn thin(names: Vec<Vec<String>>, strategies: &Strategies, pitch: f64) -> Shown {
    names.into_iter().zip(apart(strategies, pitch)).map(|(name, kept)| kept.then_some(name)).collect()
}

/// The names above the columns, and whether they stand upright (or read upwards).
fn column_names(columns: &Strategies, pitch: f64) -> (Shown, bool) {
    let flat = fit(&columns.names, pitch - 3.0, 3);
    let whole = |(lines, name): (&Vec<String>, &String)| !is_shortened(lines, name);
    if flat.iter().zip(&columns.names).all(whole) {
        return (flat.into_iter().map(Some).collect(), true);
    }
    let lines = if pitch >= 2.0 * SMALL * LEADING { 2 } else { 1 };
    (thin(fit(&columns.names, 80.0, lines), columns, pitch), false)
}

fn name_height(lines: &[String], upright: bool) -> f64 {
    if upright { lines.len() as f64 * SMALL * LEADING } else { widest(lines.iter().map(String::as_str), SMALL) }
}

/// Whether lines do not hold the whole name.
pub(super) fn is_shortened(lines: &[String], name: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    letters(&lines.concat()) != letters(name)
}

/// Says in the free corner which side is which.
fn corner_words(canvas: &mut Canvas, grid: Plot, top: &str, bottom: &str) {
    let line = SMALL * LEADING;
    let face = Face::new(SMALL, GREY, Align::End);
    canvas.text(top, (grid.left - 3.0, grid.top - 2.0 - 1.5 * line), face);
    canvas.text(bottom, (grid.left - 3.0, grid.top - 2.0 - 0.5 * line), face);
}

/// A name in black where the strategy is played, in grey where it is not.
fn name_ink(probability: Option<f64>) -> Ink {
    if probability.is_some_and(|p| p <= 0.0) { GREY } else { BLACK }
}

fn write_names(
    canvas: &mut Canvas,
    matrix: &Matrix,
    rows: &Shown,
    columns: &Shown,
    upright: bool,
    (grid, pitch, row_high): (Plot, f64, f64),
) {
    let line = SMALL * LEADING;
    for (i, lines) in rows.iter().enumerate() {
        let Some(lines) = lines else { continue };
        let face = Face::new(SMALL, name_ink(matrix.rows.probabilities[i]), Align::End);
        let top = grid.top + row_high * (i as f64 + 0.5) - line * lines.len() as f64 / 2.0;
        for (k, text) in lines.iter().enumerate() {
            canvas.text(text, (grid.left - 3.0, top + line * (k as f64 + 0.5)), face);
        }
        if is_shortened(lines, &matrix.rows.names[i]) {
            canvas.stands_for(&lines.join(" "), &matrix.rows.names[i]);
        }
    }
    for (j, lines) in columns.iter().enumerate() {
        let Some(lines) = lines else { continue };
        let ink = name_ink(matrix.columns.probabilities[j]);
        let middle = grid.left + pitch * (j as f64 + 0.5);
        let block = line * lines.len() as f64;
        for (k, text) in lines.iter().enumerate() {
            if upright {
                let y = grid.top - 2.5 - block + line * (k as f64 + 0.5);
                canvas.text(text, (middle, y), Face::new(SMALL, ink, Align::Middle));
            } else {
                let x = middle - block / 2.0 + line * (k as f64 + 0.5);
                canvas.text(text, (x, grid.top - 2.5), Face::new(SMALL, ink, Align::Start).upward());
            }
        }
        if is_shortened(lines, &matrix.columns.names[j]) {
            canvas.stands_for(&lines.join(" "), &matrix.columns.names[j]);
        }
    }
}

/// Draws the cells.
fn heat(
    canvas: &mut Canvas,
    matrix: &Matrix,
    (low, high): (f64, f64),
    form: Option<&Form>,
    (grid, pitch, row_high): (Plot, f64, f64),
) {
    let colour = |loss: f64| sequential((loss - low) / (high - low));
    for (i, row) in matrix.cells.iter().enumerate() {
        for (j, bounds) in row.iter().enumerate() {
            let (x0, y0) = (grid.left + pitch * j as f64, grid.top + row_high * i as f64);
            let (x1, y1) = (x0 + pitch, y0 + row_high);
            let middle = (f64::midpoint(x0, x1), f64::midpoint(y0, y1));
            match *bounds {
                None => hatch(canvas, (x0, y0), (x1, y1)),
                Some((loss, upper)) if is_measured((loss, upper)) => {
                    let ink = colour(loss);
                    canvas.rect((x0, y0), (x1, y1), ink);
                    let Some(form) = form else { continue };
                    let text = form.text(loss);
                    let face = Face::new(SMALL, ink.text_on(), Align::Middle);
                    let turned = form.turns(&text, pitch);
                    let along = font::width(&text, SMALL, false);
                    if if turned { along <= row_high - 1.0 } else { row_high >= SMALL + 0.4 } {
                        canvas.text(&text, middle, if turned { face.upward() } else { face });
                    }
                }
                Some((lower, upper)) => {
                    canvas.polygon(vec![(x0, y0), (x0, y1), (x1, y1)], colour(lower));
                    canvas.polygon(vec![(x0, y0), (x1, y0), (x1, y1)], colour(upper));
                    canvas.line((x0, y0), (x1, y1), 0.6, WHITE);
                    range_text(canvas, form, (lower, upper), middle, (pitch, row_high));
                }
            }
        }
    }
    // White lines between cells, unless cells are so small that the lines would be the picture.
    if pitch >= 4.0 && row_high >= 4.0 {
        for j in 1..matrix.columns.names.len() {
            let x = grid.left + pitch * j as f64;
            canvas.line((x, grid.top), (x, grid.bottom), 0.5, WHITE);
        }
        for i in 1..matrix.rows.names.len() {
            let y = grid.top + row_high * i as f64;
            canvas.line((grid.left, y), (grid.right, y), 0.5, WHITE);
        }
    }
    canvas.frame((grid.left, grid.top), (grid.right, grid.bottom), 0.5, BLACK);
}

/// Prints the bounds of a split cell on a white ground, where they fit.
fn range_text(
    canvas: &mut Canvas,
    form: Option<&Form>,
    (lower, upper): (f64, f64),
    (x, y): (f64, f64),
    (wide, high): (f64, f64),
) {
    let Some(form) = form else { return };
    let text = format!("{}–{}", form.text(lower), form.text(upper));
    let half = font::width(&text, SMALL, false) / 2.0 + 1.0;
    if 2.0 * half <= wide - 4.0 && high >= SMALL + 3.0 {
        canvas.rect((x - half, y - SMALL * 0.55), (x + half, y + SMALL * 0.55), WHITE.faded(0.85));
        canvas.text(&text, (x, y), Face::new(SMALL, BLACK, Align::Middle));
    }
}

/// A cell without a number.
pub(super) fn hatch(canvas: &mut Canvas, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
    const DISTANCE: f64 = 3.0;
    canvas.rect((x0, y0), (x1, y1), PALE_GREY);
    let (wide, high) = (x1 - x0, y1 - y0);
    let mut d = DISTANCE;
    while d < wide + high {
        let from = if d <= high { (x0, y0 + d) } else { (x0 + d - high, y1) };
        let to = if d <= wide { (x0 + d, y0) } else { (x1, y0 + d - wide) };
        canvas.line(from, to, 0.4, GREY);
        d += DISTANCE;
    }
}

/// The probabilities of one side in percent: nothing for what is not played.
fn shares(strategies: &Strategies) -> Vec<String> {
    let share = |probability: &Option<f64>| match probability {
        Some(p) if *p >= 0.005 => format!("{:.0}", p * 100.0),
        Some(p) if *p > 0.0 => "<1".to_owned(),
        _ => String::new(),
    };
    strategies.probabilities.iter().map(share).collect()
}

/// Draws both mixes on the margins, their words no higher than `top`, and returns the place below them.
fn bars(
    canvas: &mut Canvas,
    matrix: &Matrix,
    row_shares: &[String],
    top: f64,
    (grid, pitch, row_high): (Plot, f64, f64),
) -> f64 {
    let (row_ink, column_ink) = if matrix.turned { (BLUE, VERMILION) } else { (VERMILION, BLUE) };
    let (row_word, column_word) = if matrix.turned { ("defence", "attack") } else { ("attack", "defence") };
    let line = SMALL * LEADING;

    // Each bar fills the share of its pale track that is the probability: the track is 1.
    let base = grid.right + 2.0;
    canvas.line((base, grid.top), (base, grid.bottom), 0.4, LIGHT_GREY);
    let thick = (row_high * 0.7).min(9.0);
    let row_kept = apart(&matrix.rows, row_high);
    for (i, probability) in matrix.rows.probabilities.iter().enumerate() {
        let Some(probability) = probability.filter(|p| *p > 0.0) else { continue };
        let y = grid.top + row_high * (i as f64 + 0.5);
        let end = base + BAR_ACROSS;
        canvas.rect((base, y - thick / 2.0), (end, y + thick / 2.0), PALE_GREY);
        canvas.rect((base, y - thick / 2.0), (base + BAR_ACROSS * probability, y + thick / 2.0), row_ink);
        if row_kept[i] {
            canvas.text(&row_shares[i], (WIDTH - EDGE, y), Face::new(SMALL, BLACK, Align::End));
        }
    }
    let word = format!("{row_word} mix, %");
    let room = grid.top - 2.5 - top;
    let word =
        if font::width(&word, SMALL, false) <= room { vec![word] } else { vec![row_word.to_owned(), "mix, %".into()] };
    let face = Face::new(SMALL, GREY, Align::Start).upward();
    let x = base + f64::midpoint(BAR_ACROSS, 1.5) + SMALL * 0.4;
    for (k, text) in word.iter().enumerate() {
        let x = x + line * (k as f64 - (word.len() - 1) as f64 / 2.0);
        canvas.text(text, (x, grid.top - 2.5), face);
    }

    let base = grid.bottom + 2.0;
    canvas.line((grid.left, base), (grid.right, base), 0.4, LIGHT_GREY);
    let column_shares = shares(&matrix.columns);
    let turned = widest(column_shares.iter().map(String::as_str), SMALL) > pitch - 1.5;
    let column_kept = apart(&matrix.columns, if turned { pitch } else { PITCH });
    let thick = (pitch * 0.7).min(14.0);
    let mut lowest = base + 2.0 * line;
    for (j, probability) in matrix.columns.probabilities.iter().enumerate() {
        let Some(probability) = probability.filter(|p| *p > 0.0) else { continue };
        let x = grid.left + pitch * (j as f64 + 0.5);
        let end = base + BAR_DOWN;
        canvas.rect((x - thick / 2.0, base), (x + thick / 2.0, end), PALE_GREY);
        canvas.rect((x - thick / 2.0, base), (x + thick / 2.0, base + BAR_DOWN * probability), column_ink);
        let along = font::width(&column_shares[j], SMALL, false);
        if !turned {
            canvas.text(&column_shares[j], (x, end + 1.0 + SMALL / 2.0), Face::new(SMALL, BLACK, Align::Middle));
            lowest = lowest.max(end + 1.0 + SMALL);
        } else if column_kept[j] {
            canvas.text(&column_shares[j], (x, end + 1.5), Face::new(SMALL, BLACK, Align::End).upward());
            lowest = lowest.max(end + 1.5 + along);
        }
    }
    let face = Face::new(SMALL, GREY, Align::End);
    canvas.text(column_word, (grid.left - 3.0, base + 0.5 * line), face);
    canvas.text("mix, %", (grid.left - 3.0, base + 1.5 * line), face);
    lowest + 5.0
}

/// Draws the colour bar with its axis, and returns the place below it.
pub(super) fn colour_bar(canvas: &mut Canvas, range: (f64, f64), label: &str, grid: Plot, top: f64) -> f64 {
    const STEPS: u32 = 90;
    let bar = Plot { top, bottom: top + 6.0, ..grid };
    let step = (bar.right - bar.left) / f64::from(STEPS);
    for k in 0..STEPS {
        let from = bar.left + step * f64::from(k);
        // Each piece reaches under the next, so that no white seams show.
        let to = (from + 2.0 * step).min(bar.right);
        canvas.rect((from, bar.top), (to, bar.bottom), sequential(f64::from(k) / f64::from(STEPS - 1)));
    }
    let marks = frame::horizontal_ticks(range, bar.right - bar.left);
    let scale = Scale::new(range, bar.left, bar.right);
    frame::horizontal_axis(canvas, bar, &marks, scale, label)
}

/// What a reader must be told about cells and names that are not simply there.
fn remarks(matrix: &Matrix, rows: &Shown, columns: &Shown) -> Option<String> {
    let cells = || matrix.cells.iter().flatten();
    let mut remarks = Vec::new();
    if cells().any(|bounds| bounds.is_some_and(|b| !is_measured(b))) {
        remarks
            .push("Split cell: bounds of a loss that was not measured, the lower one below the diagonal.".to_owned());
    }
    if cells().any(Option::is_none) {
        remarks.push("Hatched: not measured.".to_owned());
    }
    let count = |shown: &Shown| (shown.iter().flatten().count(), shown.len());
    let (row_word, column_word) = if matrix.turned { ("defences", "attacks") } else { ("attacks", "defences") };
    for (word, (named, all)) in [(row_word, count(rows)), (column_word, count(columns))] {
        if named < all {
            remarks.push(format!("{named} of {all} {word} are named, those played most first."));
        }
    }
    (!remarks.is_empty()).then(|| remarks.join(" "))
}
