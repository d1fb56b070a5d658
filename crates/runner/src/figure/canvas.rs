//! A page in points: shapes are collected, then written as SVG by plotters in one go.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, ShapeStyle, TextStyle};

use super::palette::{Ink, WHITE};
use super::{FigureError, font};

/// One column of a paper, in millimetres.
const WIDTH_MM: f64 = 85.0;

const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// The width of every figure, in points.
pub(super) const WIDTH: f64 = WIDTH_MM * POINTS_PER_MM;

/// Nothing but the background comes nearer to the border than this, in points.
pub(super) const EDGE: f64 = 2.0;

/// plotters rounds to whole units; 1/40 point is finer than any printer.
const UNITS_PER_POINT: f64 = 40.0;

/// The least text size, in points at print size.
pub(super) const SMALL: f64 = 6.6;
/// The size of axis labels and keys, in points.
pub(super) const BODY: f64 = 7.0;
/// The size of the title, in points.
pub(super) const TITLE: f64 = 8.0;

/// Half the height of digits and capitals over the half x-height by which SVG centres text, in em.
const CENTRING: f64 = 0.1;

/// Which end of a text is at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Face {
    pub(super) size: f64,
    pub(super) ink: Ink,
    pub(super) bold: bool,
    pub(super) align: Align,
    /// Reading from bottom to top; `align` is then along that direction.
    pub(super) upward: bool,
}

impl Face {
    pub(super) const fn new(size: f64, ink: Ink, align: Align) -> Self {
        Self { size, ink, bold: false, align, upward: false }
    }

    pub(super) const fn upward(mut self) -> Self {
        self.upward = true;
        self
    }

    pub(super) const fn bold(mut self) -> Self {
        self.bold = true;
        self
    }
}

#[derive(Debug)]
enum Shape {
    Path { points: Vec<(f64, f64)>, width: f64, ink: Ink },
    Polygon { points: Vec<(f64, f64)>, ink: Ink },
    Rect { from: (f64, f64), to: (f64, f64), ink: Ink },
    Dot { centre: (f64, f64), radius: f64, ink: Ink },
    Text { text: String, at: (f64, f64), face: Face },
}

/// The page: `WIDTH` wide, as high as it is told at the end, all in points from the upper left corner.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    shapes: Vec<Shape>,
    full_names: Vec<(String, String)>,
}

impl Canvas {
    pub(super) fn path(&mut self, points: Vec<(f64, f64)>, width: f64, ink: Ink) {
        self.shapes.push(Shape::Path { points, width, ink });
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, ink: Ink) {
        self.path(vec![from, to], width, ink);
    }

    pub(super) fn polygon(&mut self, points: Vec<(f64, f64)>, ink: Ink) {
        self.shapes.push(Shape::Polygon { points, ink });
    }

    pub(super) fn rect(&mut self, from: (f64, f64), to: (f64, f64), ink: Ink) {
        let ordered = |a: f64, b: f64| if a <= b { (a, b) } else { (b, a) };
        let ((left, right), (top, bottom)) = (ordered(from.0, to.0), ordered(from.1, to.1));
        self.shapes.push(Shape::Rect { from: (left, top), to: (right, bottom), ink });
    }

    /// The outline of a rectangle.
    pub(super) fn frame(&mut self, (left, top): (f64, f64), (right, bottom): (f64, f64), width: f64, ink: Ink) {
        let corners = vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top)];
        self.path(corners, width, ink);
    }

    pub(super) fn dot(&mut self, centre: (f64, f64), radius: f64, ink: Ink) {
        self.shapes.push(Shape::Dot { centre, radius, ink });
    }

    /// One line of text, centred on `at` across its direction.
    pub(super) fn text(&mut self, text: &str, at: (f64, f64), face: Face) {
        let text: String = text.chars().map(|c| if is_printable(c) { c } else { ' ' }).collect();
        if !text.trim().is_empty() {
            self.shapes.push(Shape::Text { text: text.trim().to_owned(), at, face });
        }
    }

    /// Remembers what a shortened name stands for; `finish` writes it into the description.
    pub(super) fn stands_for(&mut self, shown: &str, full: &str) {
        let pair = (shown.to_owned(), full.to_owned());
        if shown != full && !self.full_names.contains(&pair) {
            self.full_names.push(pair);
        }
    }

    /// The SVG of the page, `height` points high.
    pub(super) fn finish(self, title: &str, height: f64) -> Result<String, FigureError> {
        font::register()?;
        let (wide, high) = (whole(WIDTH), whole(height));
        let mut svg = String::new();
        let mut backend = SVGBackend::with_string(&mut svg, (wide.unsigned_abs(), high.unsigned_abs()));
        let ground = Shape::Rect { from: (0.0, 0.0), to: (WIDTH, height), ink: WHITE };
        for shape in std::iter::once(&ground).chain(&self.shapes) {
            write(&mut backend, shape).map_err(|message| FigureError::Drawing { message })?;
        }
        backend.present().map_err(|error| FigureError::Drawing { message: error.to_string() })?;
        drop(backend);
        let millimetres = height / POINTS_PER_MM;
        let described = describe(title, &self.full_names);
        let drawn = format!("<svg width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" ");
        let printed =
            format!("<svg width=\"{WIDTH_MM}mm\" height=\"{millimetres:.2}mm\" viewBox=\"0 0 {wide} {high}\" ");
        Ok(svg.replacen(&drawn, &printed, 1).replacen(">\n", &format!(">\n{described}"), 1))
    }
}

/// The title and the full names of what is shortened, for readers and programs that look behind the drawing.
fn describe(title: &str, full_names: &[(String, String)]) -> String {
    let mut text = String::new();
    if !title.trim().is_empty() {
        text = format!("<title>{}</title>\n", escape(title));
    }
    if !full_names.is_empty() {
        let names: Vec<String> = full_names.iter().map(|(shown, full)| format!("{shown} = {full}")).collect();
        text = format!("{text}<desc>{}</desc>\n", escape(&names.join("; ")));
    }
    text
}

fn escape(text: &str) -> String {
    let printable: String = text.chars().map(|c| if is_printable(c) { c } else { ' ' }).collect();
    printable.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Whether XML allows the character and it takes part in a line of text.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}')
}

/// Points in plotters' whole units.
#[expect(clippy::cast_possible_truncation, reason = "clamped; far beyond any page")]
fn whole(points: f64) -> i32 {
    (points * UNITS_PER_POINT).round().clamp(-1e8, 1e8) as i32
}

fn place((x, y): (f64, f64)) -> (i32, i32) {
    (whole(x), whole(y))
}

fn colour(ink: Ink) -> RGBAColor {
    RGBAColor(ink.rgb.0, ink.rgb.1, ink.rgb.2, ink.alpha)
}

fn write(backend: &mut SVGBackend<'_>, shape: &Shape) -> Result<(), String> {
    let style = |ink: Ink, width: f64, filled| ShapeStyle {
        color: colour(ink),
        filled,
        stroke_width: whole(width).unsigned_abs().max(1),
    };
    let result = match shape {
        Shape::Path { points, width, ink } => {
            backend.draw_path(points.iter().copied().map(place), &style(*ink, *width, false))
        }
        Shape::Polygon { points, ink } => {
            backend.fill_polygon(points.iter().copied().map(place), &style(*ink, 0.0, true))
        }
        Shape::Rect { from, to, ink } => backend.draw_rect(place(*from), place(*to), &style(*ink, 0.0, true), true),
        Shape::Dot { centre, radius, ink } => {
            backend.draw_circle(place(*centre), whole(*radius).unsigned_abs(), &style(*ink, 0.0, true), true)
        }
        Shape::Text { text, at: (x, y), face } => {
            let weight = if face.bold { FontStyle::Bold } else { FontStyle::Normal };
            let units = f64::from(whole(face.size));
            let turn = if face.upward { FontTransform::Rotate270 } else { FontTransform::None };
            let described =
                FontDesc::new(FontFamily::Name(font::FAMILY), units * font::PLOTTERS_SIZE, weight).transform(turn);
            let across = match face.align {
                Align::Start => HPos::Left,
                Align::Middle => HPos::Center,
                Align::End => HPos::Right,
            };
            let ink = colour(face.ink);
            let style = TextStyle::from(described).color(&ink).pos(Pos::new(across, VPos::Center));
            let sink = face.size * CENTRING;
            let at = if face.upward { (*x + sink, *y) } else { (*x, *y + sink) };
            backend.draw_text(text, &style, place(at))
        }
    };
    result.map_err(|error| error.to_string())
}
