//! Any log that is archived reads as the same lines in the same order, with the same root.

use demarche_archive::Archive;
use demarche_core::codec::encode;
use demarche_core::{Event, strategy};
use demarche_journal::LogStream as _;
use proptest::prelude::*;

use super::support::{Folder, export, in_memory, log, read, root};

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_log_reads_as_it_was_archived(events in strategy::log(), more in strategy::log(), cut in 0..5_usize) {
        let lines = |events: &[Event]| events.iter().map(|event| encode(event) + "\n").collect::<String>();
        let (archive, whole) = (in_memory(), lines(&events) + &lines(&more));
        let first = lines(&events[..events.len() - cut.min(events.len())]);
        export(&archive, &first).unwrap();
        prop_assert_eq!(read(&archive), (first, None));
        let exported = export(&archive, &whole).unwrap();
        prop_assert_eq!(exported.manifest.root, root(&whole));
        prop_assert_eq!(read(&archive), (whole, None));
    }
}

#[test]
fn the_name_of_an_archive_is_its_address() {
    let folder = Folder::new("name");
    assert_eq!(folder.archive().name(), format!("file://{}", folder.path().display()));
}

#[test]
fn a_folder_may_have_any_name() {
    let folder = Folder::new("odd");
    let address = format!("file://{}/a%20b%23%25%C3%A4~", folder.path().display());
    let archive = Archive::at(&address).unwrap();
    export(&archive, &log([20])).unwrap();
    assert!(folder.path().join("a b#%ä~/manifest-00000001.json").is_file());
    assert_eq!(read(&Archive::at(&address).unwrap()), (log([20]), None));
}

#[test]
fn a_stream_outlives_its_archive() {
    let archive = in_memory();
    export(&archive, &log(1..=30)).unwrap();
    let mut stream = archive.open().unwrap();
    drop(archive);
    let mut lines = String::new();
    stream.read_to_string(&mut lines).unwrap();
    assert_eq!(lines, log(1..=30));
}

#[test]
fn a_stream_gives_the_archive_as_it_was_when_it_was_opened() {
    let archive = in_memory();
    export(&archive, &log([20, 21])).unwrap();
    let mut stream = archive.open().unwrap();
    export(&archive, &log([20, 21, 21, 22])).unwrap();
    let mut lines = String::new();
    stream.read_to_string(&mut lines).unwrap();
    assert_eq!(lines, log([20, 21]));
}

#[test]
fn where_there_is_no_archive_that_is_said_and_nothing_is_made() {
    let folder = Folder::new("none");
    let archive = Archive::at(&format!("file://{}/desk", folder.path().display())).unwrap();
    let (lines, error) = read(&archive);
    assert_eq!(lines, "");
    assert!(error.unwrap().starts_with(&format!("there is no archive at file://{}/desk", folder.path().display())));
    assert!(folder.files().is_empty() && !folder.path().join("desk").exists());
}
