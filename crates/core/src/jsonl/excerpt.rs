//! The place of an error in its line, and the text quoted around it.

use std::ops::Range;

/// A part of a line: what an error blames, with some of the text around it. All of it is untrusted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Excerpt {
    /// The text before; begins with `…` if it was cut.
    pub before: Box<str>,
    /// The text to blame, cut if it is long; empty if something is missing.
    pub blamed: Box<str>,
    /// The text after; ends in `…` if it was cut.
    pub after: Box<str>,
}

/// The maximum number of bytes that are quoted before, of, and after the text to blame.
const AROUND_BYTES: usize = 40;
const BLAMED_BYTES: usize = 80;

/// Returns the column of a place in a line, in characters from 1, and the text at the place and around it. Invalid
/// UTF-8 is quoted as U+FFFD.
#[must_use]
pub fn locate(line: &[u8], span: Range<usize>) -> (usize, Excerpt) {
    let start = span.start.min(line.len());
    let end = span.end.clamp(start, line.len());
    let part = |range: Range<usize>| line.get(range).unwrap_or_default();
    let column = String::from_utf8_lossy(part(0..start)).chars().count() + 1;

    let from = boundary(line, start.saturating_sub(AROUND_BYTES));
    let blamed_to = boundary(line, end.min(start + BLAMED_BYTES));
    let to = boundary(line, line.len().min(end + AROUND_BYTES));
    let text = |cut_before: bool, bytes: &[u8], cut_after: bool| -> Box<str> {
        let text = String::from_utf8_lossy(bytes);
        let mark = |cut: bool| if cut { "…" } else { "" };
        format!("{}{text}{}", mark(cut_before), mark(cut_after)).into()
    };
    let cut_blamed = blamed_to < end;
    let after = if cut_blamed { String::new().into() } else { text(false, part(end..to), to < line.len()) };
    let excerpt = Excerpt {
        before: text(from > 0, part(from..start), false),
        blamed: text(false, part(start..blamed_to.max(start)), cut_blamed),
        after,
    };
    (column, excerpt)
}

/// Returns the nearest place, at or before this one, that is not inside a character.
fn boundary(line: &[u8], at: usize) -> usize {
    let continues = |at: &usize| line.get(*at).is_some_and(|byte| byte & 0xC0 == 0x80);
    (at.saturating_sub(3)..=at).rev().find(|at| !continues(at)).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters_and_the_excerpt_quotes_around_it() {
        let line = "{\"title\":\"Ünïcödé\",\"x\":1}";
        let start = line.find("\"x\"").unwrap();
        let (column, excerpt) = locate(line.as_bytes(), start..start + 3);
        assert_eq!(column, 20);
        assert_eq!(&*excerpt.before, "{\"title\":\"Ünïcödé\",");
        assert_eq!(&*excerpt.blamed, "\"x\"");
        assert_eq!(&*excerpt.after, ":1}");
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let line = "é".repeat(500);
        for start in (0..1000).step_by(2) {
            let (column, excerpt) = locate(line.as_bytes(), start..1000);
            assert_eq!(column, start / 2 + 1);
            for part in [&excerpt.before, &excerpt.blamed, &excerpt.after] {
                assert!(part.len() < 90 && !part.contains('\u{FFFD}'), "{part}");
            }
        }
    }

    #[test]
    fn places_out_of_bounds_are_tolerated() {
        assert_eq!(locate(b"", 5..9), (1, Excerpt::default()));
        assert_eq!(locate(b"\xFF\xFF\xFF", 1..2).0, 2);
    }
}
