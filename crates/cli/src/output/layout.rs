//! How a table fits the width of a terminal: column widths and line breaks.

use textwrap::core::display_width;

/// The longest word that widens its column; longer words may be broken.
const WORD_MAX: usize = 20;

/// The minimum width of a column that wraps.
const TEXT_MIN: usize = 14;

/// The maximum width of an unwrapped column once space runs out.
const WHOLE_MAX: usize = 40;

/// The natural and the minimum width of a column.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Column {
    natural: usize,
    least: usize,
    is_whole: bool,
}

impl Column {
    /// Measures a column by its texts.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str> + Clone, is_whole: bool) -> Self {
        let widest = |parts: &mut dyn Iterator<Item = &'t str>| parts.map(display_width).max().unwrap_or(0);
        let natural = widest(&mut texts.clone().flat_map(|text| text.split('\n')));
        let word = widest(&mut texts.flat_map(str::split_whitespace));
        let least = if is_whole { WHOLE_MAX } else { word.clamp(TEXT_MIN, WORD_MAX) };
        Self { natural, least: least.min(natural), is_whole }
    }
}

/// Returns widths with which the columns and their gaps fit into `room`. Columns that wrap shrink first, the widest
/// before the others. Returns `None` if even the minimum widths are too wide.
pub(super) fn fit(columns: &[Column], gap: usize, room: usize) -> Option<Vec<usize>> {
    let mut widths: Vec<usize> = columns.iter().map(|column| column.natural).collect();
    let needed = widths.iter().sum::<usize>() + gap * columns.len().saturating_sub(1);
    let mut excess = needed.saturating_sub(room);
    for is_whole in [false, true] {
        while excess > 0 {
            let gives = |(column, width): &(&Column, &mut usize)| column.is_whole == is_whole && **width > column.least;
            let widest = columns.iter().zip(&mut widths).filter(gives).max_by_key(|(_, width)| **width);
            let Some((_, width)) = widest else { break };
            *width -= 1;
            excess -= 1;
        }
    }
    (excess == 0).then_some(widths)
}

/// Breaks a text into lines between words. A word that is wider than a line breaks after a `/` or a `-`, or anywhere.
/// Indentation is kept.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.split('\n').flat_map(|line| wrap_line(line, width.max(1))).collect()
}

fn wrap_line(line: &str, width: usize) -> Vec<String> {
    if display_width(line) <= width {
        return vec![line.to_owned()];
    }
    let indent: String = line.chars().take_while(|c| *c == ' ').take(width / 2).collect();
    let room = width - indent.len();
    let mut lines = Vec::new();
    let mut open = String::new();
    for piece in line.split_whitespace().flat_map(|word| pieces(word, room)) {
        if !open.is_empty() && display_width(&open) + 1 + display_width(&piece) > room {
            lines.push(std::mem::take(&mut open));
        }
        if !open.is_empty() {
            open.push(' ');
        }
        open.push_str(&piece);
    }
    lines.push(open);
    lines.into_iter().map(|line| format!("{indent}{line}")).collect()
}

/// Splits a word into pieces that fit.
fn pieces(word: &str, room: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while display_width(rest) > room {
        let mut width = 0;
        let fitting = rest.char_indices().take_while(|(_, c)| {
            width += display_width(c.encode_utf8(&mut [0; 4]));
            width <= room
        });
        // Take at least one character, however narrow the room.
        let end =
            fitting.last().map_or(0, |(at, c)| at + c.len_utf8()).max(rest.chars().next().map_or(0, char::len_utf8));
        let head = rest.get(..end).unwrap_or(rest);
        let cut = head.rfind(['/', '-']).map_or(end, |at| at + 1);
        let (piece, behind) = rest.split_at(cut);
        pieces.push(piece.to_owned());
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(rest.to_owned());
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_broken_only_if_it_is_wider_than_a_line() {
        assert_eq!(wrap("wanted orban-in-washington", 20), ["wanted", "orban-in-washington"]);
        assert_eq!(wrap("wanted orban-in-washington", 10), ["wanted", "orban-in-", "washington"]);
        assert_eq!(wrap("us-ru/irritants/direct-flights", 17), ["us-ru/irritants/", "direct-flights"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("  tunnel  A tunnel to Alaska", 14), ["  tunnel A", "  tunnel to", "  Alaska"]);
        assert_eq!(wrap("one\ntwo", 10), ["one", "two"]);
        assert_eq!(wrap("", 10), [""]);
        // Characters that take two columns, in one column.
        assert_eq!(wrap("阿拉斯加", 4), ["阿拉", "斯加"]);
        assert_eq!(wrap("阿拉", 1), ["阿", "拉"]);
    }

    #[test]
    fn wrapping_columns_shrink_before_whole_ones() {
        let column = |width: usize, is_whole| Column::of(["x".repeat(width).as_str()].into_iter(), is_whole);
        let columns = [
            column(20, true),
            column(10, true),
            Column::of(["to be or not to be, that is the question"].into_iter(), false),
        ];
        assert_eq!(fit(&columns, 1, 80), Some(vec![20, 10, 40]));
        assert_eq!(fit(&columns, 1, 60), Some(vec![20, 10, 28]));
        assert_eq!(fit(&columns, 1, 46), Some(vec![20, 10, 14]));
        assert_eq!(fit(&columns, 1, 45), None);
        assert_eq!(fit(&[column(60, true), column(30, false)], 1, 61), Some(vec![40, 20]));
    }
}
