//! Colours that survive colour vision deficiencies and grey printing.

/// A colour with its opacity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    pub(super) rgb: (u8, u8, u8),
    pub(super) alpha: f64,
}

impl Ink {
    pub(super) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { rgb: (red, green, blue), alpha: 1.0 }
    }

    pub(super) const fn faded(self, alpha: f64) -> Self {
        Self { rgb: self.rgb, alpha }
    }

    /// The hue dark enough for small text on white.
    pub(super) fn for_text(self) -> Self {
        let dark = |channel: u8| channel / 4 * 3;
        Self { rgb: (dark(self.rgb.0), dark(self.rgb.1), dark(self.rgb.2)), alpha: self.alpha }
    }

    /// Black or white, whichever has the higher contrast on this colour (WCAG relative luminance).
    pub(super) fn text_on(self) -> Self {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let (red, green, blue) = self.rgb;
        let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
        // At 0.179 both contrasts are equal.
        if luminance > 0.179 { BLACK } else { WHITE }
    }
}

pub(super) const BLACK: Ink = Ink::new(0, 0, 0);
pub(super) const WHITE: Ink = Ink::new(255, 255, 255);
/// Secondary text: 5.7 to 1 on white.
pub(super) const GREY: Ink = Ink::new(102, 102, 102);
/// What is left over, and grounds.
pub(super) const LIGHT_GREY: Ink = Ink::new(204, 204, 204);
/// Grid lines.
pub(super) const PALE_GREY: Ink = Ink::new(228, 228, 228);

pub(super) const ORANGE: Ink = Ink::new(230, 159, 0);
pub(super) const SKY: Ink = Ink::new(86, 180, 233);
pub(super) const GREEN: Ink = Ink::new(0, 158, 115);
pub(super) const YELLOW: Ink = Ink::new(240, 228, 66);
pub(super) const BLUE: Ink = Ink::new(0, 114, 178);
pub(super) const VERMILION: Ink = Ink::new(213, 94, 0);
pub(super) const PURPLE: Ink = Ink::new(204, 121, 167);

/// The hues of Okabe and Ito (2008) without black, which is the value's; neighbours differ in lightness.
pub(super) const SERIES: [Ink; 7] = [SKY, ORANGE, GREEN, YELLOW, PURPLE, BLUE, VERMILION];

/// Viridis (van der Walt and Smith, 2015) at ten equal steps, from its light end to its dark end.
const SEQUENTIAL: [Ink; 10] = [
    Ink::new(253, 231, 37),
    Ink::new(180, 222, 44),
    Ink::new(109, 205, 89),
    Ink::new(53, 183, 121),
    Ink::new(31, 158, 137),
    Ink::new(38, 130, 142),
    Ink::new(49, 104, 142),
    Ink::new(62, 74, 137),
    Ink::new(72, 40, 120),
    Ink::new(68, 1, 84),
];

/// The colour at `share` (0 to 1) of an ordered scale: light for small, dark for large, so that more loss is more ink.
pub(super) fn sequential(share: f64) -> Ink {
    let last = SEQUENTIAL.len() - 1;
    let position = share.clamp(0.0, 1.0) * last as f64;
    // A share of NaN cannot come from finite numbers; the cast would make it 0.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=last")]
    let below = (position as usize).min(last - 1);
    let rest = position - below as f64;
    let (a, b) = (SEQUENTIAL[below].rgb, SEQUENTIAL[below + 1].rgb);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
    let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * rest).round() as u8;
    Ink::new(mix(a.0, b.0), mix(a.1, b.1), mix(a.2, b.2))
}
