//! Writing texts.

/// Appends a text as a JSON string (RFC 8259, section 7), escaping only the characters that must be.
///
/// ```
/// use demarche_core::jsonl::write_text;
///
/// let mut line = Vec::new();
/// write_text("\"No\", they said", &mut line);
/// assert_eq!(line, br#""\"No\", they said""#);
/// ```
#[inline]
#[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "writing to a vector can't fail")]
pub fn write_text(text: &str, out: &mut Vec<u8>) {
    // Checking all bytes, without stopping early, uses the processor's wide registers.
    let needs_escape = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().fold(false, |found, byte| found | needs_escape(byte)) {
        serde_json::to_writer(out, text).expect("invariant: a vector takes every text");
    } else {
        write_plain(text, out);
    }
}

/// Appends a JSON array; the caller's function writes each of its values.
pub fn write_list<T>(values: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(value, out);
    }
    out.push(b']');
}

/// Appends a text that has nothing to escape.
pub(crate) fn write_plain(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}
