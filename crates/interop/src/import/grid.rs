//! Rows of cells, for any separator, each with its line and the places of its cells.

use std::io::{self, BufRead, Cursor, Read};

use super::cells::{Cells, RowBuffer};
use super::error::{ImportError, ImportErrorKind as Kind};
use super::records::Records;
use demarche_core::jsonl::{JsonProblem, LINE_MAX_BYTES, Lines};

/// The separators that spreadsheets use. The one that a line contains most often wins; ties go to the first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads rows of cells. Skips blank lines and rows that contain only separators.
pub(super) struct Grid<R> {
    rows: RowReader<Rewound<R>>,
    row: RowBuffer,
}

/// An input whose first line was read ahead.
type Rewound<R> = io::Chain<Cursor<Vec<u8>>, R>;

enum RowReader<R> {
    /// One row per line, with cells separated by tabs; a quote never extends over a line end.
    Lines(Lines<R>),
    /// CSV with any separator; quoted text may extend over several lines.
    Records(Box<Records<R>>),
}

impl<R: BufRead> Grid<R> {
    /// Reads lines of tab-separated cells, or CSV if the first line has no tab.
    pub(super) fn of_lines(input: R) -> io::Result<Self> {
        Self::new(input, true)
    }

    /// Reads CSV with the separator that the first line uses.
    pub(super) fn of_records(input: R) -> io::Result<Self> {
        Self::new(input, false)
    }

    fn new(mut input: R, are_lines: bool) -> io::Result<Self> {
        let mut first = Vec::new();
        input.by_ref().take(LINE_MAX_BYTES as u64).read_until(b'\n', &mut first)?;
        // Skip repeated marks: a spreadsheet adds one to text that already has one.
        let marks = first.chunks(MARK.len()).take_while(|chunk| *chunk == MARK).count();
        let rest = first.get(marks * MARK.len()..).unwrap_or_default();
        let row = RowBuffer::default();
        if are_lines && (rest.contains(&b'\t') || !rest.iter().any(|byte| SEPARATORS.contains(byte))) {
            return Ok(Self { rows: RowReader::Lines(Lines::new(Cursor::new(first).chain(input))), row });
        }
        let (separator, said) = match told(rest) {
            Some(separator) => (separator, true),
            None => (most_frequent(rest), false),
        };
        let start = if said { Vec::new() } else { rest.to_vec() };
        let records = Records::new(Cursor::new(start).chain(input), separator, u64::from(said) + 1);
        Ok(Self { rows: RowReader::Records(Box::new(records)), row })
    }

    /// Reads the next row. Returns `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Cells<'_>>, ImportError> {
        loop {
            let number = match &mut self.rows {
                RowReader::Lines(lines) => match next_line(lines)? {
                    false => return Ok(None),
                    true => {
                        self.row.fill_from_line(lines.current());
                        lines.number()
                    }
                },
                RowReader::Records(records) => match records.next(&mut self.row)? {
                    None => return Ok(None),
                    Some(number) => number,
                },
            };
            if !self.row.is_blank() {
                let line = match &self.rows {
                    RowReader::Lines(lines) => Some(lines.current()),
                    RowReader::Records(_) => None,
                };
                return Ok(Some(Cells { row: &self.row, line, number }));
            }
        }
    }
}

/// Moves to the next line. Returns false at the end.
fn next_line<R: BufRead>(lines: &mut Lines<R>) -> Result<bool, ImportError> {
    let number = lines.number() + 1;
    match lines.next_line() {
        Err(error) => Err(Kind::Io(error).on(number, 1)),
        Ok(None) => Ok(false),
        Ok(Some(Ok(_))) => Ok(true),
        Ok(Some(Err(error))) => {
            let (problem, span): (JsonProblem, _) = (error.problem, error.span);
            Err(Kind::Line(problem).at(lines.current(), number, span))
        }
    }
}

/// Returns the separator that a first line such as `sep=;` declares to Excel.
fn told(line: &[u8]) -> Option<u8> {
    let text = line.trim_ascii_end();
    let text = text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text);
    match text {
        [s, e, p, b'=', separator] if [*s, *e, *p].eq_ignore_ascii_case(b"sep") => Some(*separator),
        _ => (line.to_ascii_lowercase().starts_with(b"sep=\t")).then_some(b'\t'),
    }
}

fn most_frequent(line: &[u8]) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut is_quoted = false;
    for byte in line {
        if *byte == b'"' {
            is_quoted = !is_quoted;
        }
        let at = SEPARATORS.iter().position(|separator| separator == byte).filter(|_| !is_quoted);
        if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or_default();
    let at = counts.iter().position(|count| *count == most).unwrap_or_default();
    SEPARATORS.get(at).copied().unwrap_or(b',')
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;

    /// Returns the rows of a text, each with its line.
    fn rows(text: &str, are_lines: bool) -> Vec<(u64, Vec<String>)> {
        let mut grid = Grid::new(text.as_bytes(), are_lines).unwrap();
        let mut rows = Vec::new();
        while let Some(cells) = grid.next().unwrap() {
            rows.push((cells.number, (0..cells.count()).map(|cell| cells.at(cell).to_owned()).collect()));
        }
        rows
    }

    #[test]
    fn rows_do_not_depend_on_separators_and_line_ends() {
        for separator in [',', ';', '\t', '|'] {
            for end in ["\n", "\r\n", "\r"] {
                let with = |text: &str| text.replace('!', &separator.to_string()).replace('\n', end);
                let text = with("\u{feff}a!b!c\n1!\"x\n\n!y\"!3\n\n!!\n2!z!\n!! \n3!\"say \"\"so\"\"\"!4");
                let expected = [
                    (1, vec!["a".into(), "b".into(), "c".into()]),
                    (2, vec!["1".into(), with("x\n\n!y"), "3".into()]),
                    (7, vec!["2".into(), "z".into(), String::new()]),
                    (9, vec!["3".into(), "say \"so\"".into(), "4".into()]),
                ];
                assert_eq!(rows(&text, false), expected, "{separator:?} {end:?}");
            }
        }
    }

    #[test]
    fn the_first_line_can_declare_the_separator() {
        let expected = [(2, vec!["a,b".to_owned(), "c".to_owned()])];
        assert_eq!(rows("sep=;\r\na,b;c\r\n", false), expected);
        assert_eq!(rows("\"sep=;\"\na,b;c\n", false), expected);
    }

    #[test]
    fn quotes_around_tab_separated_cells_are_removed_and_never_span_lines() {
        let found = rows("\"a\"\t\"b \"\"c\"\"\"\t\"d\" and \"e\"\t\"\n\"f\tg\n", true);
        let cells = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        assert_eq!(found, [(1, cells(&["a", "b \"c\"", "\"d\" and \"e\"", "\""])), (2, cells(&["\"f", "g"]))]);
    }
}
