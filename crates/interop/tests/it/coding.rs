//! The rules of coding, one by one, on rows made for them.

use demarche_core::{Attribution, Event, EventType, MeasureEffect, MeasureOf, Payload};
use demarche_interop::import::{Format, Importer, Options, People, Report, Table};

use super::support::{import, import_with, samples, text};

fn row(number: u32, source: &str, code: &str, target: &str, publisher: &str) -> String {
    let actor = |name: &str| match name.split_once('/') {
        Some((country, name)) => format!("{name}\tGovernment\t{country}"),
        None => format!("{name}\tNA\t{name}"),
    };
    let (source, target) = (actor(source), actor(target));
    format!("{number}\t2031-03-01\t{source}\tx\t{code}\t0\t{target}\t1\t1\t{publisher}\t\t\t\t\t\t\n")
}

/// The types of the events of rows, without the opening of tracks.
#[track_caller]
fn types(rows: &[String]) -> (Vec<EventType>, Report) {
    let (events, report) = import(Format::Icews, &rows.concat());
    let types = events.iter().map(Event::event_type).filter(|kind| *kind != EventType::TrackOpened);
    (types.collect(), report)
}

#[test]
fn a_visit_and_its_host_are_one_meeting() {
    let (types, report) = types(&[row(1, "A", "042", "B", "P"), row(2, "B", "043", "A", "P")]);
    assert_eq!((types, report.mirrors), (vec![EventType::MeetingHeld], 1));
}

#[test]
fn another_outlet_confirms_and_the_same_one_adds_nothing() {
    let rows = [
        row(1, "A", "040", "B", "P"),
        row(2, "B", "040", "A", "Q"),
        row(3, "A", "040", "B", "Q"),
        row(4, "A", "040", "B", "P"),
    ];
    let (types, report) = types(&rows);
    assert_eq!(types, [EventType::MeetingHeld, EventType::ClaimConfirmed]);
    assert_eq!((report.mirrors, report.duplicates), (1, 1));
}

#[test]
fn each_side_says_for_itself_that_it_wants_to_meet() {
    let (events, report) =
        import(Format::Icews, &[row(1, "A", "036", "B", "P"), row(2, "B", "036", "A", "P")].concat());
    let [_, first, second] = &events[..] else { panic!("{events:?}") };
    assert_eq!(first.data.meeting(), second.data.meeting(), "one meeting is wanted");
    assert_eq!([first, second].map(|event| event.source.who.as_str()), ["a", "b"]);
    assert_eq!(first.source.via.as_ref().map(|via| via.as_str()), Some("media/p"));
    let Payload::MeetingProposed(proposed) = &first.data else { panic!("{first:?}") };
    assert_eq!(proposed.when, None, "an intent is no date");
    assert_eq!(report.mirrors, 0);
}

#[test]
fn broken_relations_are_a_measure_and_cancel_nothing() {
    let (events, _) = import(Format::Icews, &row(1, "A", "161", "B", "P"));
    let Payload::MeasureTaken(measure) = &events[1].data else { panic!("{events:?}") };
    assert_eq!((measure.of, measure.effect), (MeasureOf::Other, MeasureEffect::Imposed));
    assert_eq!((events[1].source.who.as_str(), events[1].source.attribution), ("media/p", Attribution::Media));
}

#[test]
fn a_newspaper_called_as_a_state_is_no_party() {
    let (events, _) = import(Format::Icews, &row(1, "A", "040", "B", "B"));
    assert_eq!(events[1].source.who.as_str(), "media/b");
}

#[test]
fn other_people_meet_another_meeting() {
    let rows = [row(1, "A", "040", "B", "P"), row(2, "A/X", "040", "B", "P"), row(3, "A/X", "040", "B/Y", "P")];
    let (events, _) = import(Format::Icews, &rows.concat());
    let mut meetings: Vec<_> = events.iter().filter_map(|event| event.data.meeting()).collect();
    meetings.dedup();
    assert_eq!(meetings.len(), 3, "{meetings:?}");
    assert_eq!(meetings[0].as_str(), "consult-2031-03-01");
}

/// When a row of GDELT of that day and code occurred, by an article of 15 April 2017; and whether a note explains it.
fn occurred(day: &str, code: &str) -> (String, bool) {
    let actor = |code: &str| format!("{code}\t{code}\t{code}\t\t\t\t\t\t\t");
    let mut cells = format!("7\t{day}\t\t\t\t{}\t{}\t1\t{code}", actor("AAA"), actor("BBB"));
    cells.push_str(&"\t".repeat(58 - 27 - 1));
    let (events, _) = import(Format::Gdelt, &(cells + "20170415\thttps://www.example.org/a\n"));
    (events[1].occurred.to_string(), events[1].note.is_some())
}

#[test]
fn gdelt_dates_that_were_counted_back_are_as_wide_as_the_words() {
    for (day, date) in [("20170408", "2017-04-05~/2017-04-11~"), ("20170316", "2017-03~"), ("20160415", "2016~")] {
        assert_eq!(occurred(day, "042"), (date.to_owned(), true), "{day}");
    }
}

#[test]
fn gdelt_dates_that_were_not_counted_back_are_days() {
    for (day, date) in [("20170414", "2017-04-14"), ("20160414", "2016-04-14")] {
        assert_eq!(occurred(day, "042"), (date.to_owned(), false), "{day}");
    }
}

#[test]
fn gdelt_dates_of_meetings_to_come_that_were_counted_back_are_doubted_too() {
    for (day, date) in [("20170408", "2017-04-05%/2017-04-11%"), ("20160415", "2016%")] {
        assert_eq!(occurred(day, "040"), (date.to_owned(), true), "{day}");
    }
}

#[test]
fn the_day_of_a_meeting_that_may_be_still_to_come_is_doubted() {
    let (events, _) = import(Format::Icews, &[row(1, "A", "040", "B", "P"), row(2, "A", "040", "B", "Q")].concat());
    let occurred: Vec<_> = events.iter().map(|event| event.occurred.to_string()).collect();
    assert_eq!(occurred, ["2031-03-01", "2031-03-01?", "2031-03-01?"], "the track is open beyond doubt");
    for (code, occurred) in
        [("046", "2031-03-01?"), ("044", "2031-03-01?"), ("042", "2031-03-01"), ("036", "2031-03-01")]
    {
        let (events, _) = import(Format::Icews, &row(1, "A", code, "B", "P"));
        assert_eq!(events[1].occurred.to_string(), occurred, "{code}");
    }
}

#[test]
fn a_table_of_ones_own_overrides_single_codes() {
    let mut table = Table::cameo().unwrap();
    let header = "code\tlabel\ttype\tsense\tlevel\treason\n";
    table.replace(&format!("{header}040\tConsult\t-\t\t\tour desk asks for more than that\n")).unwrap();
    let options = Options { table: Some(table), ..Options::default() };
    let rows = [row(1, "A", "040", "B", "P"), row(2, "A", "041", "B", "P")].concat();
    let (_, report) = import_with(Format::Icews, options, &rows);
    assert_eq!(report.set_aside.keys().map(|key| &**key).collect::<Vec<_>>(), ["our desk asks for more than that"]);
    assert_eq!(report.coded[&EventType::MeetingHeld], 1);
}

#[test]
fn a_list_says_whose_side_somebody_is_on() {
    let people: People = text("actors-made-up.tsv").parse().unwrap();
    let options = Options { people: Some(people), ..Options::default() };
    let (events, _) = import_with(Format::IcewsQuads, options, &text("quads-made-up.tsv"));
    let tracks: Vec<_> = events.iter().map(|event| event.track.as_str()).collect();
    assert!(!tracks.iter().any(|track| track.contains("onsk")), "{tracks:?}");
}

const QUADS_OF_NOBODY: &str = "Unidentified State Actor\tConsult\tA\t2031-03-01\n\
    A\tConsult\tUnspecified Actor\t2031-03-01\n\
    Africa\tConsult\tA\t2031-03-01\n\
    Citizen (International)\tConsult\tA\t2031-03-01\n\
    South Africa\tConsult\tA\t2031-03-01\n";

#[test]
fn nobody_and_a_region_are_no_party_of_quadruples() {
    let (events, report) = import_with(Format::IcewsQuads, Options::default(), QUADS_OF_NOBODY);
    assert_eq!(events.last().map(|event| event.track.as_str()), Some("icews/a--south-africa"));
    assert_eq!(report.set_aside.values().copied().collect::<Vec<_>>(), [4], "{:?}", report.set_aside);
}

#[test]
fn a_list_of_actors_makes_a_region_a_party() {
    let people: People = "name\tparty\tofficial\nAfrica\tAfrican Union\tyes\n".parse().unwrap();
    let options = Options { people: Some(people), ..Options::default() };
    let (_, report) = import_with(Format::IcewsQuads, options, QUADS_OF_NOBODY);
    assert_eq!(report.set_aside.values().copied().collect::<Vec<_>>(), [3], "{:?}", report.set_aside);
}

#[test]
fn every_entry_cites_the_row_that_it_is_made_of() {
    for (name, format) in samples() {
        let (events, _) = import_with(format, Options::default(), &text(name));
        // A desk's spreadsheet and CloudEvents have citations of their own.
        let cites = |event: &Event| event.cite.is_some() || name.starts_with("desk") || name.starts_with("cloudevents");
        assert!(events.iter().all(cites), "{name}");
    }
}

/// The events of a row, with a time of recording and a grade that were given.
fn given() -> Vec<Event> {
    let options = Options {
        recorded: Some("2040-01-01T00:00:00Z".parse().unwrap()),
        grade: Some("C3".parse().unwrap()),
        ..Options::default()
    };
    import_with(Format::Icews, options, &row(5, "A", "040", "B", "P")).0
}

#[test]
fn a_grade_that_is_given_holds_for_all() {
    assert!(given().iter().all(|event| event.source.grade.unwrap().to_string() == "C3"));
}

#[test]
fn a_time_of_recording_that_is_given_holds_for_all() {
    let recorded: Vec<_> = given().iter().map(|event| event.recorded.to_string()).collect();
    assert_eq!(recorded, ["2040-01-01T00:00:00.000000020Z", "2040-01-01T00:00:00.000000022Z"]);
}

#[test]
fn memory_of_occurrences_is_bounded_and_forgetting_makes_no_second_meeting() {
    // More occurrences between two reports of one than are remembered.
    let mut importer = Importer::new(Format::IcewsQuads, Options::default());
    let mut rows = String::from("A\tConsult\tB\t2031-03-01\n");
    for number in 0..140_000 {
        rows.push_str(&format!("A\tMake statement\tC{number}\t2031-03-01\n"));
    }
    rows.push_str("B\tConsult\tA\t2031-03-01\n");
    let events: Vec<_> = importer.read(rows.as_bytes()).map(Result::unwrap).collect();
    let held: Vec<_> = events.iter().filter_map(|event| event.data.meeting()).collect();
    assert_eq!(held.len(), 2, "what was forgotten is told once more");
    assert_eq!(held[0], held[1], "but it is the same meeting");
}
