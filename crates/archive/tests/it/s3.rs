//! Archives on S3, against a small server that speaks the part of it that they need.

use std::convert::Infallible;
use std::sync::Arc;

use axum::http::StatusCode;
use demarche_archive::object_store::aws::AmazonS3Builder;
use demarche_archive::{Archive, Change};

use super::fake_s3::FakeS3;
use super::support::{export, log, read};

fn archive(server: &FakeS3) -> Archive {
    // The process has an implementation of TLS once an address of a bucket was read.
    Archive::at("s3://bucket/desk").unwrap();
    let store = AmazonS3Builder::new()
        .with_bucket_name("bucket")
        .with_region("eu-central-1")
        .with_endpoint(format!("http://{}", server.address))
        .with_allow_http(true)
        .with_access_key_id("AKIDEXAMPLE")
        .with_secret_access_key("wJalrXUtnFEMI")
        .build();
    Archive::with_store(Arc::new(store.unwrap()), "desk", "s3://bucket/desk").unwrap()
}

#[test]
fn a_journal_is_archived_on_s3_grows_and_is_read() {
    let server = FakeS3::start();
    let (before, after) = (log(1..20), log((1..20).chain([5, 21])));
    let first = export(&archive(&server), &before).unwrap();
    assert_eq!((first.change, first.stored, server.count("PUT")), (Change::First, 19, 20));
    let more = export(&archive(&server), &after).unwrap();
    assert_eq!((more.change, more.stored, more.number), (Change::Grown { events: 2 }, 2, 2));
    assert_eq!(server.count("PUT"), 23);
    assert!(server.keys().iter().all(|key| key.starts_with("bucket/desk/")), "{:?}", server.keys());
    assert_eq!(read(&archive(&server)), (after, None));
}

#[test]
fn what_is_missing_on_s3_is_named() {
    let server = FakeS3::start();
    let manifest = export(&archive(&server), &log([20, 21])).unwrap().manifest;
    server.remove(&format!("bucket/desk/{}", manifest.segments[1].path));
    let (lines, error) = read(&archive(&server));
    assert_eq!(lines, log([20]));
    let named = format!("s3://bucket/desk/{} is missing", manifest.segments[1].path);
    assert!(error.unwrap().starts_with(&named));
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let server = FakeS3::start();
    server.refuse_each(4);
    let journal = log(1..9);
    assert_eq!(export(&archive(&server), &journal).unwrap().change, Change::First);
    assert_eq!(read(&archive(&server)), (journal, None));
}

#[test]
fn of_two_exporters_on_s3_one_is_first_and_the_other_starts_again() {
    let server = FakeS3::start();
    let (first, second) = (archive(&server), archive(&server));
    let mut opened = 0;
    let mut logs = || {
        opened += 1;
        if opened == 1 {
            export(&second, &log([20, 21])).unwrap();
        }
        let lines = std::io::Cursor::new(log([20, 21, 22]).into_bytes());
        Ok::<_, Infallible>(vec![Box::new(lines) as Box<dyn std::io::BufRead>])
    };
    let exported = first.export(&mut logs).unwrap();
    assert_eq!((opened, exported.number, exported.change), (2, 2, Change::Grown { events: 1 }));
    assert_eq!(read(&first), (log([20, 21, 22]), None));
}

#[test]
fn a_server_that_refuses_is_an_error_without_what_it_repeats() {
    for (status, why) in [(StatusCode::FORBIDDEN, "403 Forbidden"), (StatusCode::UNAUTHORIZED, "401 Unauthorized")] {
        let server = FakeS3::start();
        server.break_with(status);
        let error = export(&archive(&server), &log([20])).unwrap_err().to_string();
        assert!(error.starts_with("s3://bucket/desk: ") && error.ends_with(why), "{error}");
        assert!(!error.contains("AKIDEXAMPLE") && !error.contains("Signature"), "{error}");
    }
}
