//! Archives of a journal in a database, and a database made from an archive.

use super::program::{Folder, example, journal, said};

#[test]
fn a_database_is_archived_and_made_again_from_the_archive_byte_for_byte() {
    let (folder, store, again) = (Folder::new(), journal("archived"), journal("archived_again"));
    let (from, back) = (example().display().to_string(), folder.path("back.jsonl"));
    let archive = format!("file://{}", folder.path("archive"));
    said(&["copy", &from, &store]);
    let of_database = said(&["export", "archive", &store, "-o", &archive]);
    assert!(of_database.contains("79 events"), "{of_database}");
    // The archive of the file is the same: nothing is new.
    let of_file = said(&["export", "archive", &from, "-o", &archive]);
    assert!(of_file.contains("nothing new"), "{of_file}");
    said(&["copy", &archive, &again]);
    said(&["copy", &again, &back]);
    assert_eq!(std::fs::read(&from).unwrap(), std::fs::read(&back).unwrap());
}
