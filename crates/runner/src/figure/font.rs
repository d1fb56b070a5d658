//! The one font of the figures: bytes for plotters and usvg, and the width of a text.

use std::sync::{Arc, OnceLock};

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb::Database;

use super::FigureError;

/// The `font-family` in every SVG. A reader without `DejaVu Sans` gets a sans-serif face, which is narrower as a rule.
pub(super) const FAMILY: &str = "DejaVu Sans, sans-serif";

/// plotters writes `font-size` as its own size divided by this.
pub(super) const PLOTTERS_SIZE: f64 = 1.24;

/// Ascent plus descent of `DejaVu Sans` per em; plotters measures in units of that height.
const HEIGHT_PER_EM: f64 = 2384.0 / 2048.0;

/// plotters rounds a width to whole units, so a text is measured at this many units to the em.
const UNITS_PER_EM: f64 = 1000.0;

/// Makes the font known to plotters, once per process.
pub(super) fn register() -> Result<(), FigureError> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let registered = *REGISTERED.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && register_font(FAMILY, FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    if registered { Ok(()) } else { Err(FigureError::Font) }
}

/// The font database that usvg looks into: this font and no other.
pub(super) fn database() -> Arc<Database> {
    static DATABASE: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        database.load_font_data(dejavu::sans::regular().to_vec());
        database.load_font_data(dejavu::sans::bold().to_vec());
        database.set_sans_serif_family("DejaVu Sans");
        Arc::new(database)
    };
    Arc::clone(DATABASE.get_or_init(load))
}

/// The width of a text at a font size, in the unit of the size.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let style = if bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::Name(FAMILY), UNITS_PER_EM * HEIGHT_PER_EM, style);
    match font.layout_box(text) {
        Ok((_, (units, _))) => f64::from(units) / UNITS_PER_EM * size,
        // Without the font nothing is drawn (`register` said so); a wide guess keeps this total.
        Err(_) => text.chars().count() as f64 * size,
    }
}
