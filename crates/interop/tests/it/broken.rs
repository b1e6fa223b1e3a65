//! Broken rows of every kind, with the exact error of each; what is behind them is read.

use demarche_interop::import::{Format, Importer, Mapping, MappingError, Options, People, PeopleError};

use super::support::{spreadsheet, text};

/// The errors of a text; each but a final one leaves the rest to be read.
#[track_caller]
fn errors(format: Format, bytes: &[u8], expected: &[&str]) {
    let mut importer = Importer::new(format, Options::default());
    let errors: Vec<_> = importer.read(bytes).filter_map(Result::err).map(|error| error.to_string()).collect();
    assert_eq!(errors, expected);
    assert_eq!(importer.report().broken, expected.len() as u64);
    assert_eq!(importer.report().rows, importer.report().accounted());
}

/// A sample in which a cell of a line (both from 0) was replaced.
fn with(name: &str, line: usize, cell: usize, value: &str) -> String {
    let text = text(name);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut cells: Vec<&str> = lines[line].split('\t').collect();
    cells[cell] = value;
    lines[line] = cells.join("\t");
    lines.join("\n")
}

#[test]
fn rows_of_icews() {
    let cases = [
        (0, "x1", "line 4, column 1: bad value in `Event ID`: \"x1\" is not a number: expected the digits of an id"),
        (0, "", "line 4, column 1: bad value in `Event ID`: \"\" is not a number: expected the digits of an id"),
        (1, "2031-13-01", "line 4, column 5: bad value in `Event Date`: \"2031-13-01\": month 13 does not exist"),
        (
            1,
            "2031-03",
            "line 4, column 5: bad value in `Event Date`: \"2031-03\" is not a single day: \
             expected a day such as 2018-06-01",
        ),
        (6, "", "line 4, column 86: bad value in `CAMEO Code`: it is empty"),
    ];
    for (cell, value, expected) in cases {
        errors(Format::Icews, with("icews-made-up.tab", 3, cell, value).as_bytes(), &[expected]);
    }
    errors(
        Format::Icews,
        b"1\t2031-03-01\n",
        &["line 1, column 13: a row of 2 columns: an ICEWS file has 20, separated by tabs, or as many as its header"],
    );
}

#[test]
fn quadruples() {
    errors(
        Format::IcewsQuads,
        "A\tConsult\tB\nA\t\tB\t2031-03-01\nA\tConsult\tB\t2031-02-30\n".as_bytes(),
        &[
            "line 1, column 12: a row of 3 columns: a quadruple is actor, relation, actor and day, separated by tabs",
            "line 2, column 3: bad value in `relation`: it is empty",
            "line 3, column 13: bad value in `date`: \"2031-02-30\": 2031-02 has no day 30",
        ],
    );
    errors(
        Format::IcewsQuads,
        b"A\tConsult\tB\xFF\t2031-03-01\n",
        &["line 1, column 11: the byte 0xFF is no UTF-8: --encoding windows-1252 reads what older programs save"],
    );
    let long = format!("{}\nA\tConsult\tB\t2031-03-01\n", "x".repeat(2 << 20));
    errors(Format::IcewsQuads, long.as_bytes(), &["line 1, column 1048577: line too long: more than 1048576 bytes"]);
}

#[test]
fn rows_of_gdelt() {
    let cases = [
        (1, "2017041", "`SQLDATE`: \"2017041\" is not a single day: expected a day such as 20180601"),
        (1, "20170431", "`SQLDATE`: \"2017-04-31\": 2017-04 has no day 31"),
        (26, "", "`EventCode`: it is empty"),
        (59, "20170415253000", "`DATEADDED`: \"2017-04-15T25:30:00Z\": hour 25 does not exist"),
        (59, "yesterday", "`DATEADDED`: \"yesterday\" is not a single day: expected a day such as 20180601"),
    ];
    for (cell, value, expected) in cases {
        let text = with("gdelt-2.0.tsv", 2, cell, value);
        let mut importer = Importer::new(Format::Gdelt, Options::default());
        let errors: Vec<_> = importer.read(text.as_bytes()).filter_map(Result::err).collect();
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert_eq!((error.line, error.kind.to_string()), (3, format!("bad value in {expected}")));
        assert_eq!(&*error.excerpt.blamed, value);
    }
}

#[test]
fn trips() {
    let header = text("historyatstate.csv").lines().next().unwrap().to_owned();
    let row = |role: &str, start: &str, end: &str, created: &str| {
        format!("{header}\n7,{role},x,X,{start},{end},ardenia,Ardenia,Port,Met.,x,{created},x,\n")
    };
    let (day, made) = ("2031-03-01", "2031-03-05T10:00:00Z");
    let cases = [
        (
            row("king", day, day, made),
            "line 2, column 2: bad value in `role`: \"king\" is not one of: president, secretary",
        ),
        (
            row("president", "x", day, made),
            "line 2, column 5: bad value in `start_date`: \"x\": expected a date such as \
             2025-10-16, 2025-10, 2025-10-25/2025-11-05 or 2025-10-16T10:30:00Z",
        ),
        (
            row("president", day, "2031-02-01", made),
            "line 2, column 6: bad value in `end_date`: \"2031-03-01/2031-02-01\": it ends before it begins",
        ),
        (
            row("president", day, day, ""),
            "line 2, column 12: bad value in `created_datetime`: \"\": \
             expected an instant such as 2025-10-16T10:30:00Z",
        ),
        (format!("{header}\n7,president\n"), "line 2, column 1: a row of 2 columns: the header has another number"),
        (
            "id,role\n".to_owned(),
            "line 1, column 1: the header has no column `start_date`: check the format that was named, or the mapping of csv",
        ),
    ];
    for (text, expected) in cases {
        errors(Format::HistoryAtState, text.as_bytes(), &[expected]);
    }
}

#[test]
fn rows_of_a_spreadsheet() {
    let header = text("desk.csv").lines().next().unwrap().to_owned();
    let row = |row: &str| format!("{header}\n{row}\n");
    let cases = [
        (
            row("1,track_celebrated,a,2031,2031-03-01,desk,,,,,,,,,,,,,"),
            "line 2, column 2: no event: unknown event type \"track_celebrated\": \
             version 3 of the schema has no such type",
        ),
        (
            row("1,track_stalled,US–RU,2031,2031-03-01,desk,,,,,,,,,,,,,"),
            "line 2, column 3: no event: bad name in `track`: \"US–RU\" is not a track: \
             'U' is not one of a-z, 0-9 and -",
        ),
        (
            row("1,track_stalled,a,soon,2031-03-01,desk,,,,,,,,,,,,,"),
            "line 2, column 4: no event: bad date in `occurred`: \"soon\": expected a date such as 2025-10-16, \
             2025-10, 2025-10-25/2025-11-05 or 2025-10-16T10:30:00Z",
        ),
        (
            row("1,track_stalled,a,2031,,desk,,,,,,,,,,,,,"),
            "line 2, column 5: bad value in `Entered`: when it was recorded is not said: \
             name a column, or give --recorded",
        ),
        (
            row("1,track_stalled,a,2031,noon,desk,,,,,,,,,,,,,"),
            "line 2, column 5: bad value in `Entered`: \"noon\": expected an instant such as 2025-10-16T10:30:00Z",
        ),
        (
            row("1,track_stalled,a,2031,2031-03-01,desk,,,,,round-1,,,,,,,,"),
            "line 2, column 11: no event: unknown field `meeting` in `data` of track_stalled: expected reason",
        ),
        (
            row("1,track_concluded,a,2031,2031-03-01,desk,,,,,,,,,,,,,"),
            "line 2, column 1: no event: missing field `outcome` in `data` of track_concluded",
        ),
        (
            header.replace("Track", "Trakc") + "\n",
            "line 1, column 1: the header has no column `Track`: check the format that was named, or the mapping of csv",
        ),
    ];
    for (text, expected) in cases {
        errors(spreadsheet(), text.as_bytes(), &[expected]);
    }
    // A quote that is never closed costs its own row, at the end of the file and far from it.
    let row = |text: &str| format!("1,statement_made,a,2031,2031-12-31,desk,,,,,,,,,,,,,{text}\n");
    let open = "2,\"statement_made,a,2031,2031-12-31,desk,,,,,,,,,,,,,x\n";
    let told =
        "a quote is never closed: what stands in it would go to the end of the file, or for more than a mebibyte";
    let expected = format!("line 2, column 1: {told}");
    errors(spreadsheet(), format!("{header}\n{open}{}", row("x")).as_bytes(), &[&expected]);
    let long = format!("{header}\n{open}{}", row(&"x".repeat(100_000)).repeat(12));
    errors(spreadsheet(), long.as_bytes(), &[&expected]);
}

#[test]
fn cloud_events() {
    let good = r#"{"specversion":"1.0","id":"0199f3c0-5a00-7000-8000-000000000001","source":"urn:demarche","type":"demarche.track_stalled.v1","subject":"a","recordedtime":"2031-03-01T00:00:00Z","data":{"occurred":"2031","source":{"who":"x","attribution":"media"},"data":{}}}"#;
    let cases = [
        (good.replace("\"1.0\"", "\"0.3\""), "no CloudEvent: specversion \"0.3\": expected 1.0"),
        (good.replace("\"subject\":\"a\",", ""), "no CloudEvent: `subject` is missing"),
        (good.replace("recordedtime", "recorded"), "no CloudEvent: `recordedtime` is missing"),
        (
            good.replace("\"occurred\":\"2031\"", "\"occurred\":7"),
            "no event: wrong type in `occurred`: expected a string, found a number",
        ),
        (
            good.replace("\"data\":{}", "\"data\":{\"x\":1}"),
            "no event: unknown field `x` in `data` of track_stalled: expected reason",
        ),
        (
            good.replace("\"subject\"", "\"time\":\"2031-01-01T00:00:00Z\",\"subject\""),
            "no CloudEvent: `time` is 2031-01-01T00:00:00Z, and `data.occurred` is 2031: one of them is wrong",
        ),
        ("hello".to_owned(), "no CloudEvent: expected an object, or a list of such"),
        (good[..good.len() - 1].to_owned(), "no CloudEvent: the input ends before the object does"),
        (format!("{{{}}}", "x".repeat(2 << 20)), "line too long: more than 1048576 bytes"),
    ];
    for (text, expected) in cases {
        assert_ne!(text, good);
        errors(Format::CloudEvents, text.as_bytes(), &[&format!("line 1, column 1: {expected}")]);
    }
    // Behind a broken one the next is read.
    let mut importer = Importer::new(Format::CloudEvents, Options::default());
    let text = format!("\n{{}}\n{good}\n");
    let results: Vec<_> = importer.read(text.as_bytes()).collect();
    assert!(matches!(&results[..], [Err(error), Ok(_)] if error.line == 2), "{results:?}");
}

#[test]
fn mappings() {
    let mapping = |text: &str| text.parse::<Mapping>();
    assert!(mapping("type=a\ntrack=b\noccurred=c\nwho=d\nattribution=\"media\" # remark").is_ok());
    for (text, expected) in [
        ("type", "line 1 of the mapping: expected `field = column`"),
        ("type=a\ntype=b", "line 2 of the mapping: `type` is given twice"),
        ("type=\"a", "line 1 of the mapping: expected a column, or a text in quotes"),
        ("type=a\n", "line 2 of the mapping: `track` is missing, which every event needs"),
    ] {
        let error: MappingError = mapping(text).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn lists_of_actors() {
    let header = "name\tparty\tofficial\n";
    for (text, expected) in [
        (
            "x".to_owned(),
            "line 1 of the list of actors: the first line must be the header: name, party, official, \
             separated by tabs",
        ),
        (
            format!("{header}a\tb\tperhaps\n"),
            "line 2 of the list of actors: expected name, party, and `yes` or `no`, separated by tabs",
        ),
        (format!("{header}a\tb\tyes\na\tc\tno\n"), "line 3 of the list of actors: this name was given before"),
    ] {
        let error: PeopleError = text.parse::<People>().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}
