//! Untrusted text made harmless: on a terminal, in a table of Markdown, in a spreadsheet, in HTML and SVG.

use std::borrow::Cow;

/// Makes characters visible that a terminal or an editor would act on: controls, and those that turn the direction of
/// writing or break lines. An escape becomes `\u{1b}`, a new line `\n`. A non-joiner between letters of the Arabic
/// script stays, since it is seen there, and Persian is misspelt without it.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if acts(c) && !(c == NON_JOINER && before.is_some_and(joins) && chars.peek().copied().is_some_and(joins)) {
            harmless.extend(c.escape_default());
        } else {
            harmless.push(c);
        }
        before = Some(c);
    }
    Cow::Owned(harmless)
}

/// Keeps two letters apart that would be joined: Persian spelling has it within words.
const NON_JOINER: char = '\u{200C}';

/// Tells whether a letter is of the Arabic script, whose letters are joined: there a non-joiner is seen.
const fn joins(c: char) -> bool {
    matches!(c, '\u{0620}'..='\u{064A}' | '\u{0671}'..='\u{06D3}' | '\u{0750}'..='\u{077F}')
}

/// Tells whether a character does something rather than show something.
///
/// These are, by the categories of Unicode, controls (Cc), format characters (Cf), line and paragraph separators (Zl,
/// Zp), and what nobody has assigned or what has a private meaning (Cn, Co); and all that is ignorable by default,
/// which shows nothing.
#[must_use]
pub fn acts(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    // White space that is no space breaks lines; a space is shown as such.
    if c.is_whitespace() {
        return c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    }
    is_ignorable(c) || !is_shown(c)
}

/// Tells whether the standard library prints a character as it is where text is quoted: it knows the categories.
fn is_shown(c: char) -> bool {
    let mut buffer = [b'a', 0, 0, 0, 0];
    let length = buffer.get_mut(1..).map_or(0, |rest| c.encode_utf8(rest).len());
    let text = buffer.get(..=length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    // Behind a letter marks that combine with it are printed; a character that is not is written `\u{…}`.
    text.escape_debug().nth(1) == Some(c)
}

/// Tells whether a character of no such category is ignorable by default (`Default_Ignorable_Code_Point`): fillers,
/// joiners and selectors of variants.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Escapes in JSON the characters that [act](acts), which every parser reads as the same text.
///
/// Outside its strings JSON has none of them but white space of ASCII, which stays.
#[must_use]
pub fn json(json: String) -> String {
    let is_escaped = |c: char| c == '\u{7f}' || (!c.is_ascii() && acts(c));
    // Looking at all bytes, whatever the first say, takes the processor's wide registers.
    let is_plain = json.bytes().fold(true, |plain, byte| plain & (byte < 0x7F));
    if is_plain || !json.contains(is_escaped) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 32);
    for c in json.chars() {
        if is_escaped(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
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

/// Makes text harmless as a run of a line in SVG, where no element keeps its direction from what stands beside it.
///
/// A text with letters that run from right to left is set in isolates, as `<bdi>` does in HTML. They are written as
/// references, on which no terminal acts.
#[must_use]
pub fn markup_in_line(text: &str) -> String {
    let harmless = markup(text);
    if text.contains(runs_leftwards) { format!("&#x2068;{harmless}&#x2069;") } else { harmless }
}

/// Tells whether a letter belongs to a script that runs from right to left, such as Hebrew or Arabic.
const fn runs_leftwards(c: char) -> bool {
    matches!(
        c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
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
        // A non-joiner is seen between letters that would be joined, and nowhere else.
        assert_eq!(printable("گفت\u{200c}وگو a\u{200c}b گ\u{200c}"), "گفت\u{200c}وگو a\\u{200c}b گ\\u{200c}");
        assert_eq!(printable("گ\u{200c}\u{200c}و"), "گ\\u{200c}\\u{200c}و");
        assert_eq!(printable("\u{1b}[2Jgone\r\n\u{9b}31m\u{202e}txt"), "\\u{1b}[2Jgone\\r\\n\\u{9b}31m\\u{202e}txt");
    }

    /// What does something, or shows nothing, by Unicode 14: the categories Cf, Zl and Zp, and what is ignorable.
    const HIDDEN: [(u32, u32); 32] = [
        (0x7F, 0x9F),
        (0xAD, 0xAD),
        (0x34F, 0x34F),
        (0x600, 0x605),
        (0x61C, 0x61C),
        (0x6DD, 0x6DD),
        (0x70F, 0x70F),
        (0x890, 0x891),
        (0x8E2, 0x8E2),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x2028, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xE000, 0xF8FF),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFB),
        (0x110BD, 0x110BD),
        (0x110CD, 0x110CD),
        (0x13430, 0x13438),
        (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A),
        (0xE0001, 0xE0001),
        (0xE0020, 0xE007F),
        (0xE0100, 0xE01EF),
        (0xFFFFE, 0xFFFFF),
        (0xF0000, 0xF00FF),
        (0x0, 0x1F),
    ];

    #[test]
    fn what_shows_nothing_acts_by_the_categories_of_unicode() {
        for c in HIDDEN.into_iter().flat_map(|(first, last)| first..=last).filter_map(char::from_u32) {
            assert!(acts(c), "{:x}", u32::from(c));
        }
        // Letters with marks, spaces of other widths, ideographs, emoji.
        for c in "aé\u{301}\u{a0}\u{202f}\u{3000}«»–…Жшمی阿拉😀\u{1F3FB}٪".chars() {
            assert!(!acts(c), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn json_reads_as_the_same_text() {
        let all: String =
            HIDDEN.into_iter().flat_map(|(first, last)| first..=last).filter_map(char::from_u32).collect();
        let pretty = serde_json::to_string_pretty(&[&all]).unwrap();
        let escaped = json(pretty.clone());
        assert_eq!(escaped.lines().count(), pretty.lines().count());
        assert!(escaped.chars().all(|c| c == '\n' || c.is_ascii() && !c.is_ascii_control()), "{escaped}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&escaped).unwrap(), [all]);
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
