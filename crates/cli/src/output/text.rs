//! Untrusted text made harmless.

use std::borrow::Cow;

/// Makes characters visible that a terminal or an editor would act on: controls, and those that turn the direction of
/// writing or break lines. An escape becomes `\u{1b}`, a new line `\n`.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if acts(c) {
            harmless.extend(c.escape_default());
        } else {
            harmless.push(c);
        }
    }
    Cow::Owned(harmless)
}

/// Tells whether a character does something rather than show something.
pub(crate) fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Marks, embeddings, overrides and isolates of the bidirectional algorithm.
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            // Line and paragraph separators, a byte order mark, what has no width, tags.
            | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{200B}' | '\u{2060}' | '\u{E0000}'..='\u{E007F}'
        )
}

/// Makes text harmless in a cell of a Markdown table.
pub(crate) fn markdown(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for c in printable(text).chars() {
        if matches!(c, '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '&' | '~' | '!') {
            harmless.push('\\');
        }
        harmless.push(c);
    }
    harmless
}

/// Makes text harmless in a cell of a spreadsheet, which takes what begins with one of these signs for a formula.
pub(crate) fn spreadsheet(text: &str) -> Cow<'_, str> {
    let text = printable(text);
    if text.starts_with(['=', '+', '-', '@']) { Cow::Owned(format!("'{text}")) } else { text }
}

/// Shortens an interval for a table: of its end it leaves out what the start says already, as in `2025-10-22/23`.
pub(crate) fn short_date(date: &str) -> String {
    let Some((start, end)) = date.split_once('/') else { return date.to_owned() };
    let is_day = |end: &str| end.len() == 10 && end.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    if !is_day(start) || !is_day(end) {
        return date.to_owned();
    }
    // The year and the month, else the year, each with its hyphen.
    let shared = [8, 5].into_iter().find(|length| start.get(..*length) == end.get(..*length)).unwrap_or(0);
    format!("{start}/{}", end.get(shared..).unwrap_or(end))
}

/// A count with its noun: `1 track`, `2 tracks`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_made_visible() {
        assert_eq!(printable("Anchorage — Аляска 阿拉斯加"), "Anchorage — Аляска 阿拉斯加");
        assert_eq!(printable("\u{1b}[2Jgone\r\n\u{9b}31m\u{202e}txt"), "\\u{1b}[2Jgone\\r\\n\\u{9b}31m\\u{202e}txt");
    }

    #[test]
    fn an_interval_says_once_what_both_ends_share() {
        assert_eq!(short_date("2025-10-22/2025-10-23"), "2025-10-22/23");
        assert_eq!(short_date("2025-10-25/2025-11-05"), "2025-10-25/11-05");
        assert_eq!(short_date("2024-12-25/2025-01-05"), "2024-12-25/2025-01-05");
        assert_eq!(short_date("2025-10-25~/2025-11"), "2025-10-25~/2025-11");
        assert_eq!(short_date("2025-10-22"), "2025-10-22");
    }

    #[test]
    fn a_cell_stays_a_cell() {
        assert_eq!(spreadsheet("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(spreadsheet("\t=1"), "\\t=1");
        assert_eq!(spreadsheet("a=1"), "a=1");
        assert_eq!(markdown("a|b <script>"), "a\\|b \\<script\\>");
    }
}
