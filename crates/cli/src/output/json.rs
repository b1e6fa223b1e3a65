//! JSON output.

use std::io::{self, Write};

use serde::Serialize;

pub(crate) use demarche_interop::escape::json as escaped;

/// Writes a value as one line of JSON. Characters that a terminal would act on are escaped, which JSON reads as the
/// same.
pub(crate) fn line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(escaped(serde_json::to_string(value)?).as_bytes())?;
    out.write_all(b"\n")
}

/// Writes a list as a JSON array, an element a line.
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

/// Writes a value as an element of an array behind what there is, with the comma before it.
pub(crate) fn element(write: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    out.extend_from_slice(b",\n  ");
    append(write, out);
}

/// Writes the beginning of an array, and its first elements, each with the comma before it.
pub(crate) fn first_elements(elements: &[u8], out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"[")?;
    out.write_all(elements.get(1..).unwrap_or_default())
}

/// Writes the end of an array, and its beginning where it has no elements.
pub(crate) fn end_elements(any: bool, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(if any { b"\n]\n" } else { b"[]\n" })
}

/// Writes a value as its type says.
pub(crate) fn of(value: &impl Serialize) -> impl FnOnce(&mut Vec<u8>) {
    move |out| {
        let start = out.len();
        if serde_json::to_writer(&mut *out, value).is_err() {
            // A view always has a JSON form; should one ever not, `null` says that there is nothing.
            out.truncate(start);
            out.extend_from_slice(b"null");
        }
    }
}

/// Writes what is written as JSON behind what there is, so that a terminal acts on none of it.
fn append(write: impl FnOnce(&mut Vec<u8>), out: &mut Vec<u8>) {
    let start = out.len();
    write(out);
    if !is_printable(out.get(start..).unwrap_or_default())
        && let Ok(json) = String::from_utf8(out.split_off(start))
    {
        out.extend_from_slice(escaped(json).as_bytes());
    }
}

/// Tells whether all is ASCII that is printed: what a terminal acts on lies beyond, or is escaped in JSON anyway.
fn is_printable(json: &[u8]) -> bool {
    // Looking at all bytes, whatever the first say, takes the processor's wide registers.
    json.iter().fold(true, |printable, byte| printable & (*byte < 0x7F))
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
