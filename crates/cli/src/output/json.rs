//! JSON output.

use std::io::{self, Write};

use serde::Serialize;

pub(crate) use demarche_interop::escape::json as escaped;

/// Writes a value as one line of JSON. Characters that a terminal would act on are escaped; JSON parsers read the same
/// text.
pub(crate) fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(escaped(serde_json::to_string(value)?).as_bytes())?;
    out.write_all(b"\n")
}

/// Writes a list as a JSON array, one element per line.
pub(crate) fn array(values: impl IntoIterator<Item = impl Serialize>, out: &mut dyn Write) -> io::Result<()> {
    let mut elements = Vec::new();
    let mut any = false;
    for value in values {
        elements.clear();
        element(of(&value), &mut elements);
        if any {
            out.write_all(&elements)?;
        } else {
            first_elements(&elements, out)?;
        }
        any = true;
    }
    end_elements(any, out)
}

/// Appends a value as a line.
pub(crate) fn entry(write: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    append(write, out);
    out.push(b'\n');
}

/// Appends an array element, preceded by a comma.
pub(crate) fn element(write: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    out.extend_from_slice(b",\n  ");
    append(write, out);
}

/// Writes the start of an array and its first elements, each of which is preceded by a comma.
pub(crate) fn first_elements(elements: &[u8], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"[")?;
    out.write_all(elements.get(1..).unwrap_or_default())
}

/// Writes the end of an array, and the start as well if it has no elements.
pub(crate) fn end_elements(any: bool, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(if any { b"\n]\n" } else { b"[]\n" })
}

/// Writes a value through its `Serialize` implementation.
pub(crate) fn of(value: &impl Serialize) -> impl FnOnce(&mut Vec<u8>) {
    move |out| {
        let start = out.len();
        if serde_json::to_writer(&mut *out, value).is_err() {
            // Views always serialize. If one ever fails, `null` marks the gap.
            out.truncate(start);
            out.extend_from_slice(b"null");
        }
    }
}

/// Appends JSON, escaping whatever a terminal would act on.
fn append(write: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    let start = out.len();
    write(out);
    if !is_printable(out.get(start..).unwrap_or_default())
        && let Ok(json) = String::from_utf8(out.split_off(start))
    {
        out.extend_from_slice(escaped(json).as_bytes());
    }
}

/// Tells whether JSON holds only printable ASCII. Control characters below that range are always escaped in JSON.
fn is_printable(json: &[u8]) -> bool {
    // Testing every byte, without an early exit, lets the compiler use SIMD.
    json.iter().fold(true, |printable, byte| printable & (*byte < 0x7F))
}

#[cfg(test)]
mod tests {
    #[test]
    fn control_characters_are_escaped_and_read_back_unchanged() {
        let title = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0001}b";
        let mut out = Vec::new();
        super::line(&title, &mut out).unwrap();
        let line = String::from_utf8(out).unwrap();
        assert_eq!(line, "\"a\\u001b\\u007f\\u009b\\u202e\\udb40\\udc01b\"\n");
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), title);
    }
}
