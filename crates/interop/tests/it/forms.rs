//! The forms in which data is found: each gives the events that the plain form of the same rows gives.

use std::path::Path;

use demarche_core::codec::encode;
use demarche_core::{Event, EventType, Payload};
use demarche_interop::import::{Aliases, Format, ImportError, Importer, Mapping, Options, Report};

use super::support::{import, lines, same, sample, spreadsheet, text};

/// Imports bytes, broken rows and all.
fn read(format: Format, options: Options, bytes: &[u8]) -> (Vec<Event>, Vec<ImportError>, Report) {
    let mut importer = Importer::new(format, options);
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    for row in importer.read(bytes) {
        match row {
            Ok(event) => events.push(event),
            Err(error) => errors.push(error),
        }
    }
    assert_eq!(importer.report().rows, importer.report().accounted(), "no row vanishes");
    (events, errors, importer.report().clone())
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(sample(name)).unwrap()
}

/// The mapping of a sheet in German, with what its names mean.
fn excel() -> Format {
    let mapping: Mapping = text("desk-excel.mapping.txt").parse().unwrap();
    Format::Csv(mapping.with_aliases(text("desk-excel.aliases.tsv").parse::<Aliases>().unwrap()))
}

#[test]
fn quotes_around_cells_of_icews_change_nothing() {
    let (plain, _) = import(Format::Icews, &text("icews-made-up.tab"));
    let (quoted, _) = import(Format::Icews, &text("icews-quoted-made-up.tab"));
    same(&lines(&quoted), &lines(&plain), "quoted");
}

#[test]
fn quotes_around_the_list_of_sectors_alone_change_nothing() {
    // The citizens, who are no officials, are behind the comma.
    let row = |sectors: &str| {
        format!("1\t2031-03-01\tJo\t{sectors}\tA\tMake statement\t010\t0\tB\tNA\tB\t1\t1\tP\t\t\t\t\t\t\n",)
    };
    for sectors in ["Social,Government", "\"Social,Government\"", "\"Social, Government\""] {
        assert_eq!(import(Format::Icews, &row(sectors)).1.coded(), 1, "{sectors}");
    }
}

#[test]
fn columns_of_icews_are_found_by_their_header() {
    let (plain, report) = import(Format::Icews, &text("icews-made-up.tab"));
    let (found, found_report) = import(Format::Icews, &text("icews-columns-made-up.csv"));
    same(&lines(&found), &lines(&plain), "columns");
    assert_eq!(found_report, report);
}

#[test]
fn icews_may_have_names_alone_and_packed_dates() {
    let (events, errors, _) =
        read(Format::Icews, Options::default(), b"source name,target name,cameo code,event date\nA,B,042,20310301\n");
    assert_eq!((events.len(), errors.len()), (2, 0), "{errors:?}");
}

#[test]
fn a_column_that_icews_lacks_is_told() {
    let (_, errors, _) = read(Format::Icews, Options::default(), b"Event Date\tSource Name\tTarget Name\n");
    assert_eq!(
        errors[0].to_string(),
        "line 1, column 1: the header has no column `CAMEO Code`: check the format that was named, or the mapping of csv"
    );
}

#[test]
fn columns_of_gdelt_are_found_by_their_header_and_lost_zeros_put_back() {
    let (plain, report) = import(Format::Gdelt, &text("gdelt-2.0.tsv"));
    let (found, found_report) = import(Format::Gdelt, &text("gdelt-query.csv"));
    same(&lines(&found), &lines(&plain), "query");
    assert_eq!(found_report, report);
}

#[test]
fn codes_of_gdelt_say_who_acts_where_nothing_else_does() {
    let (events, report) = import(Format::Gdelt, &text("gdelt-codes-made-up.csv"));
    let tracks: Vec<_> =
        events.iter().filter(|e| e.event_type() == EventType::TrackOpened).map(|e| e.track.as_str()).collect();
    assert_eq!(tracks, ["gdelt/rus--usa", "gdelt/irn--uno"]);
    assert_eq!((report.coded(), report.set_aside.len()), (3, 1), "the opposition has no country");
}

#[test]
fn rows_of_gdelt_without_an_address_are_read() {
    let (with, _) = import(Format::Gdelt, &text("gdelt-1.0.tsv"));
    let (without, report) = import(Format::Gdelt, &text("gdelt-1.0-without-addresses.tsv"));
    assert!(report.coded() > 0 && without.len() <= with.len());
    assert!(without.iter().all(|event| event.cite.as_deref().is_some_and(|cite| !cite.contains(' '))));
}

#[test]
fn visits_are_known_by_their_header() {
    let (events, report) = import(Format::HistoryAtState, &text("historyatstate-visits-made-up.csv"));
    assert_eq!((report.coded(), report.duplicates), (2, 1), "{report:?}");
    assert_eq!(report.set_aside.len(), 1, "a visit to come was not held");
    let visit = events.iter().find(|event| event.event_type() == EventType::MeetingHeld).unwrap();
    let Payload::MeetingHeld(held) = &visit.data else { panic!("{visit:?}") };
    assert_eq!((held.meeting.as_str(), visit.track.as_str()), ("visit-12", "historyatstate/ardenia--united-states"));
    assert_eq!(visit.cite.as_deref(), Some("historyatstate-visits:12"));
    assert_eq!(held.title.as_deref(), Some("President Jane Doe: Ardenia"));
}

#[test]
fn a_sheet_is_the_same_however_it_was_saved() {
    let (plain, report) = import(spreadsheet(), &text("desk.csv"));
    let rows = csv_rows(&text("desk.csv"));
    for separator in [',', ';', '\t', '|'] {
        for end in ["\n", "\r\n"] {
            let mut sheet = String::new();
            for row in &rows {
                let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
                sheet += &(cells.join(&separator.to_string()) + &separator.to_string().repeat(3) + end);
                sheet += &(separator.to_string().repeat(9) + end);
            }
            let wide: Vec<u8> = format!("\u{feff}{sheet}").encode_utf16().flat_map(u16::to_le_bytes).collect();
            for bytes in [sheet.as_bytes(), &wide] {
                let (found, errors, found_report) = read(spreadsheet(), Options::default(), bytes);
                assert!(errors.is_empty(), "{separator:?} {end:?}: {errors:?}");
                same(&lines(&found), &lines(&plain), "sheet");
                assert_eq!(found_report, report, "rows of separators alone are none");
            }
        }
    }
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The events of the German sheet, which is in the encoding of older programs.
fn excel_events() -> Vec<Event> {
    let options = Options { encoding: Some("windows-1252".parse().unwrap()), ..Options::default() };
    let (events, errors, _) = read(excel(), options, &bytes("desk-excel.csv"));
    assert!(errors.is_empty(), "{errors:?}");
    events
}

#[test]
fn a_sheet_in_its_own_words_is_read_by_mapping_and_aliases() {
    let events = excel_events();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/desk-excel.csv.txt");
    if std::env::var_os("DEMARCHE_BLESS").is_some() {
        std::fs::write(&golden, lines(&events)).unwrap();
    }
    same(&lines(&events), &std::fs::read_to_string(golden).unwrap_or_default(), "desk-excel.csv");
}

#[test]
fn a_sheet_in_utf16_is_the_same() {
    let (wide, errors, _) = read(excel(), Options::default(), &bytes("desk-excel-utf16.csv"));
    assert!(errors.is_empty(), "{errors:?}");
    same(&lines(&wide), &lines(&excel_events()), "UTF-16");
}

#[test]
fn a_header_that_is_no_utf8_is_refused_with_the_encoding_to_name() {
    let (_, errors, _) = read(excel(), Options::default(), &bytes("desk-excel.csv"));
    let told = "the header has the byte 0xE4, which is no UTF-8: --encoding windows-1252";
    assert!(errors.len() == 1 && errors[0].to_string().contains(told), "{errors:?}");
}

#[test]
fn the_line_of_an_error_is_that_of_its_row_whatever_ends_the_lines() {
    let header = text("desk.csv").lines().next().unwrap().to_owned();
    for end in ["\n", "\r\n", "\r"] {
        let good = "1,statement_made,a,2031,2031-12-31,desk,,,,\"two\n\nlines\",,,,,,,,,x";
        let bad = "2,statement_made,a,soon,2031-12-31,desk,,,,,,,,,,,,,x";
        let sheet = [&*header, good, "", ",,,,", bad, bad].join("\n").replace('\n', end);
        let (_, errors, _) = read(spreadsheet(), Options::default(), sheet.as_bytes());
        let found: Vec<u64> = errors.iter().map(|error| error.line).collect();
        assert_eq!(found, [7, 8], "{end:?}");
    }
}

#[test]
fn a_byte_that_is_no_utf8_in_an_address_of_gdelt_costs_no_row() {
    let mut row: Vec<u8> = text("gdelt-2.0.tsv").lines().next().unwrap().into();
    let end = row.iter().rposition(|byte| *byte == b'/').unwrap();
    row.insert(end + 1, 0xE9);
    let (events, errors, _) = read(Format::Gdelt, Options::default(), &row);
    assert!(errors.is_empty(), "{errors:?}");
    assert!(events.iter().all(|event| event.cite.as_deref().is_none_or(|cite| cite.contains("%E9"))));
}

#[test]
fn a_byte_that_is_no_utf8_in_a_text_of_icews_that_is_not_read_costs_no_row() {
    let row = b"1\t2031-03-01\tA\tNA\tA\tVis\xE9\t042\t0\tB\tNA\tB\t1\t1\tP\t\xE9\t\t\t\t\t\n";
    let (events, errors, _) = read(Format::Icews, Options::default(), row);
    assert_eq!((events.len(), errors.len()), (2, 0), "{errors:?}");
}

/// A sheet of one row with a link.
fn linked(link: &[u8]) -> Vec<u8> {
    let header = text("desk.csv").lines().next().unwrap().to_owned();
    [header.as_bytes(), b"\n1,statement_made,a,2031,2031-12-31,desk,,,", link, b",,,,,,,,,,x\n"].concat()
}

#[test]
fn a_byte_that_is_no_utf8_in_a_link_of_a_sheet_costs_no_row() {
    let (events, errors, _) = read(spreadsheet(), Options::default(), &linked(b"https://x.org/caf\xE9"));
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(events[0].cite.as_deref(), Some("csv:1 https://x.org/caf%E9"));
}

#[test]
fn a_byte_that_is_no_utf8_in_a_text_of_a_sheet_is_an_error_with_the_encoding_to_name() {
    let (_, errors, _) = read(spreadsheet(), Options::default(), &linked(b"caf\xE9"));
    assert_eq!(
        errors[0].to_string(),
        "line 2, column 9: the byte 0xE9 is no UTF-8: --encoding windows-1252 reads what older programs save"
    );
}

#[test]
fn free_text_has_a_home_in_every_type() {
    let mapping = "type=type\ntrack=\"a\"\noccurred=\"2031-03-01\"\nrecorded=\"2031-03-02\"\nwho=\"x\"\n\
        attribution=\"media\"\ntext=text\nmeeting=meeting\nsummary=summary\nnote=note\n";
    let format = Format::Csv(mapping.parse().unwrap());
    let sheet = "type,text,meeting,summary,note\n\
        statement_made,free,,,\n\
        statement_made,free,,own,\n\
        statement_made,free,,own,noted\n\
        track_stalled,free,,,\n\
        track_stalled,free,,,noted\n\
        meeting_cancelled,free,m,,\n";
    let (events, _) = import(format, sheet);
    let told: Vec<(Option<&str>, bool)> =
        events.iter().map(|e| (e.note.as_deref(), encode(e).contains("\"summary\":\"free\""))).collect();
    assert_eq!(
        told,
        [
            (None, true),
            (Some("free"), false),
            (Some("noted\nfree"), false),
            (Some("free"), false),
            (Some("noted\nfree"), false),
            (Some("free"), false),
        ]
    );
}

#[test]
fn names_in_lists_of_every_field_may_be_aliases() {
    let mapping = "type=\"track_opened\"\ntrack=\"a-b\"\noccurred=\"2031-03-01\"\nrecorded=\"2031-03-02\"\n\
        who=\"desk\"\nattribution=\"document\"\ntitle=\"A and B\"\nkind=\"negotiation\"\nparties=parties\n\
        mediators=mediators\n";
    let aliases: Aliases = "name\tmeans\nThe A\ta\nÖsterreich\tat\n".parse().unwrap();
    let format = Format::Csv(mapping.parse::<Mapping>().unwrap().with_aliases(aliases));
    let (events, _) = import(format, "parties,mediators\nthe a; b,\"österreich;ch\"\n");
    let Payload::TrackOpened(opened) = &events[0].data else { panic!("{events:?}") };
    let names = |names: &[demarche_core::ActorId]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        (names(&opened.parties), names(&opened.mediators)),
        (vec!["a".into(), "b".into()], vec!["at".into(), "ch".into()])
    );
}

#[test]
fn a_broken_list_of_aliases_is_refused_with_its_line() {
    for (aliases, why) in [
        ("x\n", "line 1 of the aliases: the first line must be the header"),
        ("name\tmeans\nA\n", "line 2 of the aliases: expected a name and what it means"),
        ("name\tmeans\nA\tB C\n", "line 2 of the aliases: \"B C\" is no name"),
        ("name\tmeans\nA\ta\na\tb\n", "line 3 of the aliases: this name was given before"),
    ] {
        let error = aliases.parse::<Aliases>().unwrap_err().to_string();
        assert!(error.starts_with(why), "{error}");
    }
}

#[test]
fn a_row_of_gdelt_may_be_dated_a_day_after_it_was_recorded_and_no_more() {
    let ahead = |row: &str, cell: usize, day: &str| {
        let mut cells: Vec<&str> = row.split('\t').collect();
        cells[cell] = day;
        cells.join("\t") + "\n"
    };
    let gdelt = text("gdelt-2.0.tsv");
    let coded = gdelt.lines().find(|row| import(Format::Gdelt, &format!("{row}\n")).1.coded() == 1).unwrap();
    // A day is allowed for, since days begin at different times around the world.
    for (day, coded_rows) in [("20170416", 1), ("20170417", 0), ("20990101", 0)] {
        let (_, report) = import(Format::Gdelt, &ahead(coded, 1, day));
        assert_eq!((report.coded(), report.set_aside.len() as u64), (coded_rows, 1 - coded_rows), "{day}: {report:?}");
    }
}

#[test]
fn rows_dated_after_a_time_of_recording_that_was_given_are_no_events() {
    let options = Options { recorded: Some("2031-01-01T00:00:00Z".parse().unwrap()), ..Options::default() };
    let (events, errors, report) = read(Format::Icews, options, &bytes("icews-made-up.tab"));
    assert_eq!((events.len(), errors.len()), (0, 0), "{report:?}");
}

#[test]
fn a_row_of_a_sheet_that_is_dated_after_it_was_recorded_is_an_error() {
    let header = text("desk.csv").lines().next().unwrap().to_owned();
    let sheet = format!("{header}\n1,statement_made,a,2099-01-01,2031-03-01,desk,,,,,,,,,,,,,x\n");
    let (_, errors, _) = read(spreadsheet(), Options::default(), sheet.as_bytes());
    assert_eq!(
        errors[0].to_string(),
        "line 2, column 4: bad value in `Date`: 2099-01-01 is after the row was recorded, on 2031-03-01: nothing is \
         known before it happens; what is to come is a `when`"
    );
}
