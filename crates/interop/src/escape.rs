//! Makes untrusted text harmless: on a terminal, in Markdown, in a spreadsheet, in HTML and SVG.

use std::borrow::Cow;

/// Makes characters visible that a terminal or an editor would act on: controls, and characters that change the writing
/// direction or break lines. An escape becomes `\u{1b}`, a new line `\n`. A non-joiner between letters of the Arabic
/// script stays: it is visible there, and Persian is misspelt without it.
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

/// Keeps two letters from joining, which Persian spelling requires within words.
const NON_JOINER: char = '\u{200C}';

/// Tells whether a letter belongs to the Arabic script, whose letters join, so that a non-joiner between them is
/// visible.
const fn joins(c: char) -> bool {
    matches!(c, '\u{0620}'..='\u{064A}' | '\u{0671}'..='\u{06D3}' | '\u{0750}'..='\u{077F}')
}

/// Tells whether a character has an effect instead of a visible form.
///
/// These are, by Unicode category, controls (Cc), format characters (Cf), line and paragraph separators (Zl, Zp),
/// unassigned and private-use characters (Cn, Co); and every default-ignorable character, since it is invisible.
#[must_use]
pub fn acts(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    // White space other than a space breaks lines. A space is visible as such.
    if c.is_whitespace() {
        return c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    }
    is_ignorable(c) || !is_shown(c)
}

/// Tells whether the standard library prints a character unescaped in a quoted text. It knows the Unicode categories.
fn is_shown(c: char) -> bool {
    let mut buffer = [b'a', 0, 0, 0, 0];
    let length = buffer.get_mut(1..).map_or(0, |rest| c.encode_utf8(rest).len());
    let text = buffer.get(..=length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    // Combining marks are printed only after a letter. A character that is not printable is written as `\u{…}`.
    text.escape_debug().nth(1) == Some(c)
}

/// Tells whether a character outside those categories is default-ignorable (`Default_Ignorable_Code_Point`): fillers,
/// joiners and variation selectors.
const fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Escapes characters that [act](acts) in JSON. Every parser reads the same text.
///
/// Outside strings, JSON contains none of them but ASCII white space, which stays.
#[must_use]
pub fn json(json: String) -> String {
    let is_escaped = |c: char| c == '\u{7f}' || (!c.is_ascii() && acts(c));
    // Testing every byte, without an early exit, lets the compiler use SIMD.
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

/// Makes text harmless in Markdown, including cells of a table.
///
/// GitHub turns a bare address into a link that swallows any backslashes in it. So addresses are broken up, and `<` is
/// written as an HTML entity.
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

/// Makes text harmless in a cell of a spreadsheet. A cell that starts with certain signs is taken for a formula, so an
/// apostrophe is put before them.
///
/// Where the decimal sign is a comma, spreadsheets split cells at semicolons, even inside quotes that do not start a
/// cell. So a sign after a semicolon, even with quotes in between, gets an apostrophe, too.
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

/// The full-width signs come from East Asian input; some spreadsheets treat them like the ASCII ones.
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Makes text harmless as a run within a line of SVG, where no element isolates its direction from the neighbouring
/// runs.
///
/// A text with right-to-left letters is wrapped in isolates, as `<bdi>` does in HTML. They are written as character
/// references, which no terminal acts on.
#[must_use]
pub fn markup_in_line(text: &str) -> String {
    let harmless = markup(text);
    if text.contains(runs_leftwards) { format!("&#x2068;{harmless}&#x2069;") } else { harmless }
}

/// Tells whether a letter belongs to a right-to-left script, such as Hebrew or Arabic.
const fn runs_leftwards(c: char) -> bool {
    matches!(
        c,
        '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
}

/// Makes text harmless in HTML, SVG and other XML, both as content and within double quotes.
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
            // These characters are not allowed in XML.
            '\u{FFFE}' | '\u{FFFF}' => harmless.extend(c.escape_unicode()),
            _ => harmless.push(c),
        }
    }
    harmless
}

/// Returns a citation if it is a web address that can be linked to.
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
    fn control_characters_are_made_visible() {
        assert_eq!(printable("Anchorage — Аляска 阿拉斯加"), "Anchorage — Аляска 阿拉斯加");
        // A non-joiner is visible between letters that would join, and nowhere else.
        assert_eq!(printable("گفت\u{200c}وگو a\u{200c}b گ\u{200c}"), "گفت\u{200c}وگو a\\u{200c}b گ\\u{200c}");
        assert_eq!(printable("گ\u{200c}\u{200c}و"), "گ\\u{200c}\\u{200c}و");
        assert_eq!(printable("\u{1b}[2Jgone\r\n\u{9b}31m\u{202e}txt"), "\\u{1b}[2Jgone\\r\\n\\u{9b}31m\\u{202e}txt");
    }

    /// Characters with an effect or without a visible form in Unicode 14: categories Cf, Zl and Zp, and
    /// default-ignorables.
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
    fn characters_act_according_to_their_unicode_category() {
        for c in HIDDEN.into_iter().flat_map(|(first, last)| first..=last).filter_map(char::from_u32) {
            assert!(acts(c), "{:x}", u32::from(c));
        }
        // Letters with marks, spaces of other widths, ideographs, emoji.
        for c in "aé\u{301}\u{a0}\u{202f}\u{3000}«»–…Жшمی阿拉😀\u{1F3FB}٪".chars() {
            assert!(!acts(c), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn escaped_json_reads_as_the_same_text() {
        let all: String =
            HIDDEN.into_iter().flat_map(|(first, last)| first..=last).filter_map(char::from_u32).collect();
        let pretty = serde_json::to_string_pretty(&[&all]).unwrap();
        let escaped = json(pretty.clone());
        assert_eq!(escaped.lines().count(), pretty.lines().count());
        assert!(escaped.chars().all(|c| c == '\n' || c.is_ascii() && !c.is_ascii_control()), "{escaped}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&escaped).unwrap(), [all]);
    }

    #[test]
    fn a_cell_never_becomes_a_formula() {
        assert_eq!(spreadsheet("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(spreadsheet("\t=1"), "\\t=1");
        assert_eq!(spreadsheet("a=1"), "a=1");
        // The same text where the decimal sign is a comma.
        assert_eq!(spreadsheet("a;=1;b;-2; c;\"\"@d;e"), "a;'=1;b;'-2; c;\"\"'@d;e");
        assert_eq!(spreadsheet("=1;+2"), "'=1;'+2");
        assert_eq!(markdown("a|b <script>&"), "a\\|b &lt;script&gt;&amp;");
    }

    #[test]
    fn a_bare_address_swallows_no_backslash() {
        // GitHub extends a bare address to the next blank, including backslashes, but not beyond `<`.
        assert_eq!(markdown("http://x<javascript:f()>"), "http\\://x&lt;javascript:f()&gt;");
        assert_eq!(markdown("at WWW.x.org_a"), "at WWW\\.x.org\\_a");
        assert_eq!(markdown("12:30, e.g."), "12:30, e.g.");
    }

    #[test]
    fn text_never_becomes_markup() {
        assert_eq!(markup("<script>\"&'</script>"), "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
        assert_eq!(markup("a\u{0}\u{ffff}"), "a\\u{0}\\u{ffff}");
    }

    #[test]
    fn only_web_addresses_are_links() {
        assert_eq!(web_address("https://example.org/a?b=c"), Some("https://example.org/a?b=c"));
        assert_eq!(web_address("javascript:alert(1)"), None);
        assert_eq!(web_address("https://example.org/\" onload=\"x"), None);
        assert_eq!(web_address("https://example.org/\r\nATTENDEE:x"), None);
        assert_eq!(web_address("izvestia-2025-10-23#F01"), None);
    }
}
