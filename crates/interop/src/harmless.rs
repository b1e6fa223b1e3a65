//! Untrusted text made harmless: on a terminal, in a table of Markdown, in a spreadsheet, in HTML and SVG.

use std::borrow::Cow;

/// Makes characters visible that a terminal or an editor would act on: controls, and those that turn the direction of
/// writing or break lines. An escape becomes `\u{1b}`, a new line `\n`.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
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
#[must_use]
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            // Marks, embeddings, overrides and isolates of the bidirectional algorithm.
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            // Line and paragraph separators, a byte order mark, what has no width, tags.
            | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{200B}' | '\u{2060}' | '\u{E0000}'..='\u{E007F}'
        )
}

/// Makes text harmless in Markdown, in a cell of a table, too.
///
/// As GitHub reads it, a bare address in a text becomes a link that swallows the backslashes behind it. So addresses
/// are broken, and what opens an element is written as HTML has it.
#[must_use]
pub fn markdown(text: &str) -> String {
    let text = printable(text);
    let mut harmless = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let (before, rest) = text.split_at(at);
        match c {
            '<' => harmless.push_str("&lt;"),
            '>' => harmless.push_str("&gt;"),
            '&' => harmless.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' => harmless.extend(['\\', c]),
            ':' if rest.starts_with("://") => harmless.push_str("\\:"),
            '.' if ends_in_www(before) => harmless.push_str("\\."),
            _ => harmless.push(c),
        }
    }
    harmless
}

fn ends_in_www(text: &str) -> bool {
    text.len().checked_sub(3).and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

/// Makes text harmless in a cell of a spreadsheet, which takes what begins with certain signs for a formula: an
/// apostrophe goes before these.
///
/// Where the comma is the decimal sign, spreadsheets part cells at semicolons, and do so within quotes that begin none
/// of their cells. So a sign behind a semicolon, and quotes that may stand between, gets one, too.
#[must_use]
pub fn spreadsheet(text: &str) -> Cow<'_, str> {
    let text = printable(text);
    if !begins_formula(&text) && !text.contains(';') {
        return text;
    }
    let mut harmless = String::with_capacity(text.len() + 8);
    for (at, part) in text.split(';').enumerate() {
        let mut rest = part;
        if at > 0 {
            harmless.push(';');
            rest = part.trim_start_matches('"');
            harmless.extend(std::iter::repeat_n('"', part.len() - rest.len()));
        }
        if begins_formula(rest) {
            harmless.push('\'');
        }
        harmless.push_str(rest);
    }
    Cow::Owned(harmless)
}

/// The wide signs are those of East Asian input, which some spreadsheets take for the narrow ones.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Makes text harmless in HTML, SVG and other XML, as content and within double quotes.
#[must_use]
pub fn markup(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => harmless.push_str("&amp;"),
            '<' => harmless.push_str("&lt;"),
            '>' => harmless.push_str("&gt;"),
            '"' => harmless.push_str("&quot;"),
            '\'' => harmless.push_str("&#39;"),
            // No characters of XML.
            '\u{FFFE}' | '\u{FFFF}' => harmless.extend(c.escape_unicode()),
            _ => harmless.push(c),
        }
    }
    harmless
}

/// Returns where something can be read, if that is an address of the web that can be linked to.
#[must_use]
pub fn web_address(cite: &str) -> Option<&str> {
    let is_web = cite.starts_with("https://") || cite.starts_with("http://");
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>' | b'(' | b')' | b'\\');
    (is_web && cite.bytes().all(is_plain)).then_some(cite)
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
    fn a_cell_stays_a_cell() {
        assert_eq!(spreadsheet("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(spreadsheet("\t=1"), "\\t=1");
        assert_eq!(spreadsheet("a=1"), "a=1");
        // As it is read where the comma is the decimal sign.
        assert_eq!(spreadsheet("a;=1;b;-2; c;\"\"@d;e"), "a;'=1;b;'-2; c;\"\"'@d;e");
        assert_eq!(spreadsheet("=1;+2"), "'=1;'+2");
        assert_eq!(markdown("a|b <script>&"), "a\\|b &lt;script&gt;&amp;");
    }

    #[test]
    fn an_address_in_a_text_swallows_no_backslash() {
        // As GitHub reads Markdown, a bare address goes on to the next blank, backslashes and all, but not beyond `<`.
        assert_eq!(markdown("http://x<javascript:f()>"), "http\\://x&lt;javascript:f()&gt;");
        assert_eq!(markdown("at WWW.x.org_a"), "at WWW\\.x.org\\_a");
        assert_eq!(markdown("12:30, e.g."), "12:30, e.g.");
    }

    #[test]
    fn text_stays_text_in_markup() {
        assert_eq!(markup("<script>\"&'</script>"), "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
        assert_eq!(markup("a\u{0}\u{ffff}"), "a\\u{0}\\u{ffff}");
    }

    #[test]
    fn only_the_web_is_linked_to() {
        assert_eq!(web_address("https://example.org/a?b=c"), Some("https://example.org/a?b=c"));
        assert_eq!(web_address("javascript:alert(1)"), None);
        assert_eq!(web_address("https://example.org/\" onload=\"x"), None);
        assert_eq!(web_address("https://example.org/\r\nATTENDEE:x"), None);
        assert_eq!(web_address("izvestia-2025-10-23#F01"), None);
    }
}
