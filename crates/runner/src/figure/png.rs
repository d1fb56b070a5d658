//! An SVG as a PNG.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::{FigureError, font};

/// 8.5 cm at more than 2400 dots per inch; a picture beyond it would fill memory rather than a page.
const WIDEST: u32 = 8192;

/// The tallest picture, for the same reason.
const TALLEST: f32 = 32_768.0;

/// Rasterises the text of an SVG to a PNG of the given width; the height follows from the SVG.
///
/// Text is set in the built-in `DejaVu Sans` whatever is installed. 8.5 cm at 300 dots per inch is 1004 pixels.
///
/// # Errors
/// [`FigureError::Size`] for a width of 0 or above 8192 or a picture far taller than wide, [`FigureError::Svg`] for text that
/// is no SVG, [`FigureError::Png`] where encoding fails.
pub fn rasterise(svg: &str, pixels_wide: u32) -> Result<Vec<u8>, FigureError> {
    let size_error = FigureError::Size { pixels_wide, limit: WIDEST };
    if pixels_wide == 0 || pixels_wide > WIDEST {
        return Err(size_error);
    }
    let options = Options { fontdb: font::database(), font_family: "DejaVu Sans".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| FigureError::Svg { message: error.to_string() })?;
    #[expect(clippy::cast_precision_loss, reason = "at most 8192")]
    let scale = pixels_wide as f32 / tree.size().width();
    let height = (tree.size().height() * scale).round().max(1.0);
    if !height.is_finite() || height > TALLEST {
        return Err(size_error);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and TALLEST")]
    let mut picture = Pixmap::new(pixels_wide, height as u32).ok_or(size_error)?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    picture.encode_png().map_err(|error| FigureError::Png { message: error.to_string() })
}
