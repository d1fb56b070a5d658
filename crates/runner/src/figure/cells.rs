//! The numbers inside the cells of a heat map: the longest form that fits.

use super::canvas::SMALL;
use super::font;
use super::scale::{exponent, fixed, power_of_ten, superscript};

/// How cells are labelled.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    /// Numbers are divided by this before they are written.
    unit: f64,
    decimals: usize,
    leading_zero: bool,
    /// All texts are turned, because columns are narrow.
    pub(super) upward: bool,
    /// What the printed numbers are, if not the losses themselves.
    pub(super) note: Option<String>,
}

impl Form {
    pub(super) fn text(&self, loss: f64) -> String {
        let text = fixed(loss / self.unit, self.decimals);
        match (self.leading_zero, text.strip_prefix("0."), text.strip_prefix("−0.")) {
            (false, Some(rest), _) => format!(".{rest}"),
            (false, _, Some(rest)) => format!("−.{rest}"),
            _ => text,
        }
    }

    /// The form for these losses in cells this wide; nothing where no form fits.
    pub(super) fn choose(losses: &[f64], wide: f64) -> Option<Self> {
        let largest = losses.iter().map(|v| v.abs()).fold(0.0, f64::max);
        let power = if largest > 0.0 { exponent(largest) } else { 0 };
        let unit = power_of_ten(power);
        // Two significant digits of the largest; 1.0 itself counts as below one, so that rates have two decimals.
        let digits = if largest > 0.0 { (largest / unit * 0.999).log10().floor() } else { -1.0 };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=4")]
        let decimals = (1.0 - digits).clamp(0.0, 4.0) as usize;
        let note = (power != 0).then(|| format!("cells ×10{}", superscript(power)));
        let full = Self { unit, decimals, leading_zero: true, upward: false, note };
        let short = Self { leading_zero: false, ..full.clone() };
        #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "at most 4")]
        let smallest = power - decimals as i32;
        let whole_note = match smallest {
            0 => None,
            -2 => Some("cells in hundredths".to_owned()),
            _ => Some(format!("cells ×10{}", superscript(smallest))),
        };
        let whole = Self { unit: power_of_ten(smallest), decimals: 0, note: whole_note, ..full.clone() };
        let fits = |form: &Self, room: f64, longest: usize| {
            losses.iter().map(|v| form.text(*v)).filter(|t| t.chars().count() <= longest).all(|t| wide_of(&t) <= room)
        };
        if fits(&full, wide - 3.0, usize::MAX) {
            Some(full)
        } else if fits(&short, wide - 2.0, usize::MAX) {
            Some(short)
        } else if fits(&whole, wide - 1.2, 2) && losses.iter().any(|v| whole.text(*v).chars().count() <= 2) {
            // The few longer ones, such as 100, are turned one by one.
            Some(whole)
        } else if wide >= SMALL + 0.6 {
            Some(Self { upward: true, ..short })
        } else {
            None
        }
    }

    /// Whether this text is turned in cells this wide.
    pub(super) fn turns(&self, text: &str, wide: f64) -> bool {
        self.upward || wide_of(text) > wide - 0.8
    }

    /// The height that the texts need in cells this wide.
    pub(super) fn height(&self, losses: &[f64], wide: f64) -> f64 {
        let need = |loss: &f64| {
            let text = self.text(*loss);
            if self.turns(&text, wide) { wide_of(&text) + 2.5 } else { SMALL + 1.5 }
        };
        losses.iter().map(need).fold(0.0, f64::max)
    }
}

fn wide_of(text: &str) -> f64 {
    font::width(text, SMALL, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(losses: &[f64], wide: f64) -> Vec<String> {
        font::register().expect("the font is built in");
        let form = Form::choose(losses, wide).expect("something fits");
        losses.iter().map(|loss| form.text(*loss)).collect()
    }

    #[test]
    fn rates_lose_their_zero_then_their_point() {
        let losses = [0.92, 1.0, 0.0];
        assert_eq!(texts(&losses, 30.0), ["0.92", "1.00", "0.00"]);
        assert_eq!(texts(&[0.92, 0.0], 14.0), [".92", ".00"]);
        assert_eq!(texts(&losses, 10.4), ["92", "100", "0"]);
        assert_eq!(texts(&losses, 8.0), [".92", "1.00", ".00"]);
        assert_eq!(Form::choose(&losses, 4.0), None);
    }

    #[test]
    fn small_losses_say_their_power() {
        font::register().expect("the font is built in");
        let form = Form::choose(&[2.5e-4, 1e-5], 30.0).expect("fits");
        assert_eq!((form.text(2.5e-4).as_str(), form.note.as_deref()), ("2.5", Some("cells ×10⁻⁴")));
    }
}
