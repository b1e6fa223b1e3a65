//! Any bytes as a log, in every format that is written: nothing panics, no text of an event becomes markup, a formula
//! or a line of its own, and what can be read back is what was written.
#![no_main]

use demarche_core::codec::Reader;
use demarche_core::{Event, Instant};
use demarche_interop::export::digest::Digest;
use demarche_interop::export::flat::Table;
use demarche_interop::export::timeline::{Options, Timeline, WIDTH_MAX, WIDTH_MIN};
use demarche_interop::export::{cloudevents, ics, json_ld, parquet};
use demarche_interop::import::{Format, Importer};
use demarche_projection::narrate::Names;
use demarche_projection::Fold;
use demarche_projection::query::Query;
use demarche_projection::state::Dossier;
use libfuzzer_sys::fuzz_target;

/// Every element that a page or a picture of ours has.
const ELEMENTS: [&str; 47] = [
    "!DOCTYPE",
    "a",
    "bdi",
    "body",
    "circle",
    "defs",
    "desc",
    "ellipse",
    "figcaption",
    "figure",
    "g",
    "h1",
    "h2",
    "h3",
    "head",
    "html",
    "li",
    "line",
    "main",
    "meta",
    "p",
    "path",
    "pattern",
    "polygon",
    "polyline",
    "rect",
    "section",
    "small",
    "span",
    "strong",
    "style",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "th",
    "thead",
    "title",
    "tr",
    "tspan",
    "ul",
    "use",
    "em",
    "br",
    "ol",
    "code",
];

fuzz_target!(|input: &[u8]| {
    let Some((choice, log)) = input.split_first() else { return };
    let mut fold = Fold::new();
    for event in Reader::new(log).filter_map(|entry| Some(entry.ok()?.event)) {
        // Of two events of one id the first is taken.
        let _ = fold.apply(event);
    }
    let query = Query::default();
    let dossiers = fold.dossiers(&query).expect("nobody writes over a fold's own lines");
    let in_order = |dossier: &Dossier| fold.in_order(&dossier.state.track).expect("they are as they were");
    let events: Vec<Event> = dossiers.iter().flat_map(in_order).collect();
    let names = Names::default();
    tables(|| Table::of_states(dossiers.iter().map(|dossier| Ok(&dossier.state)), &query), dossiers.len());
    tables(|| Table::of_events(events.iter().map(Ok), &names), events.len());
    let half: Option<Instant> = events.get(events.len() / 2).map(|event| event.recorded);
    let before = Query { known_at: half, ..query.clone() };
    let tracks = fold.differing(&[before, query.clone()]).expect("they are as they were");
    let digest = Digest::new("<brief>", tracks.into_iter().map(Ok), &Names::default());
    let digest = digest.expect("the dossiers are there");
    markup(&digest.html());
    assert!(!has_tag(&digest.markdown()), "markup in Markdown");
    let width = WIDTH_MIN + u32::from(*choice) * 16 % (WIDTH_MAX - WIDTH_MIN);
    let options = Options { width, from: None, to: None, known: choice & 1 == 1 };
    if !dossiers.is_empty() {
        let timeline = Timeline::new(&fold, &query, |_| true, &names, &options).expect("they are as they were");
        markup(&timeline.svg());
        markup(&timeline.html());
    }
    assert!(!json_ld::document(&dossiers).contains('<'), "a script could end in JSON-LD");
    calendar(&ics::calendar(&fold, &query, &dossiers, &Names::default()).expect("they are as they were").text);
    for event in events {
        let text = cloudevents::encode(&event);
        let mut importer = Importer::new(Format::CloudEvents, demarche_interop::import::Options::default());
        let read: Vec<_> =
            importer.read(text.as_bytes()).map(|event| event.expect("what was written is read")).collect();
        assert_eq!(read, [event]);
    }
});

fn tables<'t>(table: impl Fn() -> Table<'t>, count: usize) {
    let mut text = Vec::new();
    table().write_csv(&mut text).expect("a vector takes all");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&text[..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a row of as many cells")).collect();
    assert_eq!(rows.len(), count + 1, "a line of its own");
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "a formula: {cell:?}");
    }
    // As spreadsheets read it where the comma is the decimal sign.
    let text_of_rows = String::from_utf8_lossy(&text);
    for cell in text_of_rows.split(['\n', ';']).map(|cell| cell.trim_start_matches('"')) {
        assert!(!cell.starts_with(['=', '+', '-', '@']), "a formula behind a semicolon: {cell:?}");
    }
    let mut text = Vec::new();
    table().write_jsonl(&mut text).expect("a vector takes all");
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), count, "a line of its own");
    parquet::write(table(), &mut std::io::sink()).expect("it fits");
}

/// Every `<` begins an element that we write, no attribute is a handler, and nothing is a script.
fn markup(text: &str) {
    for (at, _) in text.match_indices('<') {
        let rest = text[at + 1..].trim_start_matches('/');
        let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '!').next().unwrap_or_default();
        assert!(ELEMENTS.contains(&name), "an element of a text: {name:?}");
        let tag = &rest[..rest.find('>').expect("it ends")];
        for (attribute, _) in tag.match_indices('=') {
            let before = tag[..attribute].rsplit(|c: char| c.is_whitespace() || c == '"').next().unwrap_or_default();
            assert!(!before.starts_with("on"), "a handler: {tag}");
        }
    }
}

/// Whether a bare `<` stands in Markdown which is no link of ours.
fn has_tag(text: &str) -> bool {
    // A backslash would not do: as GitHub reads Markdown, an address before it swallows it.
    text.match_indices('<')
        .any(|(at, _)| !text[at + 1..].starts_with("http://") && !text[at + 1..].starts_with("https://"))
}

/// Every line of a calendar begins with a property that we write, or goes on with the one before.
fn calendar(text: &str) {
    for line in text.split("\r\n").filter(|line| !line.is_empty() && !line.starts_with(' ')) {
        let name = line.split([':', ';']).next().unwrap_or_default();
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-');
        assert!(is_name && line.len() <= 75 && !line.contains(['\n', '\r']), "no line of a calendar: {line:?}");
    }
}
