//! Logs that are no file: they are read as any other, and what keeps them from being read is never the end of a log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[allow(dead_code, reason = "each user takes a part")]
mod support;

use std::convert::Infallible;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;

use demarche_journal::{LogStream, OpenLogs, Source, SourceError, Trouble, canonical_log};
use support::event;

/// A log in memory, which fails behind its lines if it has an error.
#[derive(Debug)]
struct Fake {
    name: &'static str,
    lines: Vec<u8>,
    error: Option<&'static str>,
}

impl LogStream for Fake {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        let lines = io::Cursor::new(self.lines.clone());
        Ok(match self.error {
            None => Box::new(lines),
            Some(error) => Box::new(BufReader::new(lines.chain(Broken(error)))),
        })
    }
}

/// An input that can't be read.
struct Broken(&'static str);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other(self.0))
    }
}

fn log(numbers: std::ops::Range<u32>) -> Vec<u8> {
    canonical_log(&numbers.map(|number| event(number, 1)).collect::<Vec<_>>()).unwrap()
}

fn stored(name: &'static str, lines: Vec<u8>, error: Option<&'static str>) -> Source {
    Source::Stored(Arc::new(Fake { name, lines, error }))
}

fn open(sources: Vec<Source>) -> Result<OpenLogs, SourceError> {
    OpenLogs::open(sources, false, &mut io::empty(), &())
}

#[test]
fn a_store_is_scanned_in_parallel_as_a_file_is() {
    let mut file = std::env::temp_dir();
    file.push(format!("demarche-stored-{}.jsonl", std::process::id()));
    std::fs::write(&file, log(500..700)).unwrap();
    let logs = open(vec![stored("fake://a", log(1..600), None), Source::File(file.clone())]).unwrap();
    let facts = logs.scan(&|_| {}).expect("every line is an event");
    assert_eq!((facts.len(), facts.dropped()), (699, 100));
    let logs = logs.with(facts);
    let spots: Vec<_> = logs.facts.iter().map(|(.., spot)| logs.places().find(spot.place, &logs.texts)).collect();
    assert_eq!((spots[0], spots[598], spots[698]), (Some((0, 1)), Some((0, 599)), Some((1, 200))));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_broken_line_of_a_store_is_told_with_its_place() {
    let lines = [log(1..3), b"{}\n".to_vec(), log(3..5)].concat();
    let logs = open(vec![stored("fake://a", lines, None)]).unwrap();
    assert!(logs.scan(&|_| {}).is_none());
    let mut told = Vec::new();
    let read = logs.read::<Infallible>(false, &mut io::empty(), &(), &mut |trouble| {
        let Trouble::Broken { log, error } = trouble else { panic!("{trouble:?}") };
        told.push((log, error.line));
        Ok(())
    });
    assert_eq!((read.unwrap().facts.len(), told), (4, vec![(0, 3)]));
}

#[test]
fn a_store_that_breaks_off_is_an_error_with_its_name() {
    let error = open(vec![stored("fake://a", log(1..3), Some("the line was cut"))]).unwrap_err();
    assert_eq!(error.to_string(), "cannot read fake://a: the line was cut");
}

#[test]
fn stores_of_one_name_are_the_same_log() {
    let named = |name| stored(name, Vec::new(), None);
    assert_eq!(named("fake://a"), stored("fake://a", log(1..2), None));
    assert_ne!(named("fake://a"), named("fake://b"));
    assert_ne!(named("a"), Source::File(PathBuf::from("a")));
}

#[test]
fn arguments_keep_their_order_and_what_an_address_names_is_asked_for() {
    let arguments = ["a.jsonl", "fake://b", "-", "./fake://c"].map(PathBuf::from);
    let mut asked = Vec::new();
    let sources = Source::all_with::<SourceError>(&arguments, |scheme, address| {
        asked.push((scheme.to_owned(), address.to_owned()));
        Ok(Arc::new(Fake { name: "fake://b", lines: Vec::new(), error: None }))
    });
    let names: Vec<String> = sources.unwrap().iter().map(Source::name).collect();
    assert_eq!(names, ["a.jsonl", "fake://b", "<stdin>", "./fake://c"]);
    assert_eq!(asked, [("fake".to_owned(), PathBuf::from("fake://b"))]);
    let error = Source::all_of(&[PathBuf::from("fake://u:secret@b")]).unwrap_err();
    assert_eq!(error.to_string(), "no log is read from an address fake://…");
}
