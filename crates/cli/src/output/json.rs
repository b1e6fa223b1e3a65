//! JSON output.

use std::io::{self, Write};

use serde::Serialize;

use super::text::acts;

/// Writes a value as one line of JSON. Characters that a terminal would act on are escaped, which JSON reads as the
/// same.
pub(crate) fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(harmless(serde_json::to_string(value)?).as_bytes())?;
    out.write_all(b"\n")
}

/// Writes a list as a JSON array, an element a line.
pub(crate) fn array(values: impl IntoIterator<Item = impl Serialize>, out: &mut dyn Write) -> io::Result<()> {
    let mut any = false;
    for value in values {
        out.write_all(if any { b",\n  " } else { b"[\n  " })?;
        any = true;
        out.write_all(harmless(serde_json::to_string(&value)?).as_bytes())?;
    }
    out.write_all(if any { b"\n]\n" } else { b"[]\n" })
}

/// Escapes what a terminal would act on. Outside strings JSON has no such characters but white space, which is not
/// written here.
pub(crate) fn harmless(json: String) -> String {
    if !json.contains(acts) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 32);
    for c in json.chars() {
        if acts(c) {
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

#[cfg(test)]
mod tests {
    #[test]
    fn what_acts_is_escaped_and_reads_as_the_same() {
        let title = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0001}b";
        let mut out = Vec::new();
        super::line(&title, &mut out).unwrap();
        let line = String::from_utf8(out).unwrap();
        assert_eq!(line, "\"a\\u001b\\u007f\\u009b\\u202e\\udb40\\udc01b\"\n");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), title);
    }
}
