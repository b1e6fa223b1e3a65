//! Colours, patterns and shapes. A pattern or a shape repeats whatever a colour says.

use demarche_projection::state::{Phase, Status};

/// The colour of text and marks.
pub(super) const INK: &str = "#1a1a1a";
/// The colour of less important text: contrast 5.7 to white.
pub(super) const PALE_INK: &str = "#666666";
/// The width of bold type relative to regular.
pub(super) const BOLD: f64 = 1.15;
/// The colour of the axis lines.
pub(super) const RULE: &str = "#dddddd";
/// The colour of disputes: vermilion of the Okabe–Ito palette, darkened for text.
pub(super) const DISPUTE: &str = "#b04a00";

/// How a status is painted.
pub(super) struct Paint {
    /// The background, from the Okabe–Ito palette.
    pub(super) ground: &'static str,
    /// The pattern on it, as a path within a tile of 8 × 8; empty for none.
    pub(super) lines: &'static str,
    /// The colour of text on it.
    pub(super) text: &'static str,
}

/// Returns how a status is painted.
pub(super) const fn paint(status: Status) -> Paint {
    let (ground, lines, text) = match status {
        Status::Concluded => ("#1f1f1f", "", "#ffffff"),
        Status::Scheduled => ("#0072b2", "", "#ffffff"),
        Status::Stalled => ("#e69f00", "M0 4H8", INK),
        Status::Overdue => ("#f0e442", "M4 0V8", INK),
        Status::Postponed => ("#cc79a7", "M0 8L8 0", INK),
        Status::Cancelled => ("#d55e00", "M0 0L8 8M0 8L8 0", INK),
        Status::Proposed => ("#9fd4f2", "M1 2h1.6M5 6h1.6", INK),
        Status::Rejected => ("#d55e00", "M0 0L8 8", INK),
        Status::Active => ("#009e73", "M0 6L4 2L8 6", INK),
        Status::Open => ("#e4e4e4", "", INK),
    };
    Paint { ground, lines, text }
}

/// Returns the shape of a meeting's phase around the origin, as a path, and whether it is filled.
pub(super) const fn shape(phase: Phase) -> (&'static str, bool) {
    match phase {
        Phase::Held => ("M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z", true),
        Phase::Scheduled => ("M0 -5L5 0L0 5L-5 0Z", true),
        Phase::Proposed => ("M0 -5L5 0L0 5L-5 0Z", false),
        Phase::Postponed => ("M-3.5 -4.5L4.5 0L-3.5 4.5Z", false),
        Phase::Cancelled => ("M-4 -4L4 4M-4 4L4 -4", false),
        Phase::Declined => ("M-4 0L4 0", false),
    }
}

/// The fill of a shape whose date is doubted.
pub(super) const DOUBTED: &str = "#b8b8b8";

/// Every phase, in the order of the legend.
pub(super) const PHASES: [Phase; 6] =
    [Phase::Held, Phase::Scheduled, Phase::Proposed, Phase::Postponed, Phase::Cancelled, Phase::Declined];

/// Estimates the width of a text in a sans-serif font, in pixels.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let em = |c: char| match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' | '/' | '-' | '(' | ')' | 't' | 'f' => {
            0.34
        }
        'm' | 'w' | 'M' | 'W' | '@' => 0.9,
        'A'..='Z' | 'А'..='Я' => 0.7,
        c if c >= '\u{1100}' => 1.0,
        _ => 0.58,
    };
    text.chars().map(em).sum::<f64>() * size
}

/// Shortens a text to a width in pixels, with an ellipsis. Returns `None` if hardly anything would be left.
pub(super) fn fitted(text: &str, size: f64, width: f64) -> Option<String> {
    if text_width(text, size) <= width {
        return Some(text.to_owned());
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if text_width(&cut, size) + 0.9 * size > width {
            cut.pop();
            break;
        }
    }
    let cut = cut.trim_end();
    (cut.chars().count() >= 4).then(|| format!("{cut}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the relative luminance of a colour, from 0 to 1 (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = colour.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
            let value = f64::from(value.expect("a colour is #rrggbb")) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    /// Returns the contrast ratio of two colours, from 1 to 21 (WCAG 2.2).
    fn contrast(first: &str, second: &str) -> f64 {
        let (first, second) = (luminance(first) + 0.05, luminance(second) + 0.05);
        first.max(second) / first.min(second)
    }

    #[test]
    fn statuses_differ_without_hues() {
        for first in Status::ALL {
            for second in Status::ALL.into_iter().filter(|second| *second != first) {
                let (a, b) = (paint(first), paint(second));
                // As in print: without hues, the pattern must differ, or the background must be clearly darker.
                let is_told_apart = a.lines != b.lines || contrast(a.ground, b.ground) >= 2.0;
                assert!(is_told_apart, "{first} and {second} are one in grey");
            }
        }
    }

    #[test]
    fn text_and_patterns_contrast_with_their_background() {
        for status in Status::ALL {
            let paint = paint(status);
            assert!(contrast(paint.text, paint.ground) >= 4.5, "the name of {status} is hard to read");
        }
        for ink in [INK, PALE_INK, DISPUTE] {
            assert!(contrast(ink, "#ffffff") >= 4.5, "{ink} is hard to read");
        }
        assert!(contrast(DOUBTED, "#ffffff") >= 1.5 && contrast(DOUBTED, INK) >= 4.5, "a doubted day looks like any");
    }

    #[test]
    fn phases_differ_by_shape() {
        for first in PHASES {
            for second in PHASES.into_iter().filter(|second| *second != first) {
                assert!(shape(first) != shape(second), "{first} and {second} look alike");
            }
        }
    }
}
