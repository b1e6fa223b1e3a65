//! Whatever is missing or altered is an error that names it, and no line of it is given.

use std::fs;
use std::sync::Arc;

use demarche_archive::object_store::memory::InMemory;
use demarche_archive::object_store::{ObjectStore, ObjectStoreExt as _};
use demarche_archive::{Archive, Manifest};
use futures_util::TryStreamExt as _;
use proptest::prelude::*;

use super::support::{Folder, export, line, log, read};

/// An archive of three days, the second of which is then changed, and what reading it gives.
fn read_after(name: &str, change: impl FnOnce(&std::path::Path)) -> (Folder, String, String, String) {
    let folder = Folder::new(name);
    let manifest = export(&folder.archive(), &log([20, 21, 22])).unwrap().manifest;
    let path = manifest.segments[1].path.clone();
    change(&folder.path().join(&path));
    let (lines, error) = read(&folder.archive());
    let named = format!("file://{}/{path}", folder.path().display());
    (folder, lines, error.expect("the segment is not as it was"), named)
}

#[test]
fn a_segment_that_is_missing_is_named_and_the_next_export_stores_it_again() {
    let (folder, lines, error, named) = read_after("missing", |path| fs::remove_file(path).unwrap());
    assert_eq!(lines, line(1, 20));
    assert!(error.starts_with(&format!("{named} is missing")), "{error}");
    let exported = export(&folder.archive(), &log([20, 21, 22])).unwrap();
    assert_eq!((exported.number, exported.stored), (1, 1));
    assert_eq!(read(&folder.archive()), (log([20, 21, 22]), None));
}

#[test]
fn a_segment_with_other_lines_is_named() {
    let other = zstd::encode_all(line(2, 21).replace("\"us\"", "\"ru\"").as_bytes(), 3).unwrap();
    let (_folder, lines, error, named) = read_after("other", |path| fs::write(path, other).unwrap());
    assert_eq!(lines, line(1, 20));
    let told = "its lines have another hash than the manifest says; delete it, and export the journal again";
    assert_eq!(error, format!("{named} was altered: {told}"));
}

#[test]
fn a_segment_that_was_cut_extended_or_filled_with_noise_is_named() {
    let long = zstd::encode_all([line(2, 21), line(3, 21)].concat().as_bytes(), 3).unwrap();
    let huge = zstd::encode_all(&vec![b' '; 1 << 26][..], 3).unwrap();
    for (name, bytes) in
        [("cut", &b""[..]), ("noise", b"noise"), ("long", &long), ("huge", &huge), ("most", &[0; 9999])]
    {
        let (_folder, lines, error, named) = read_after(name, |path| fs::write(path, bytes).unwrap());
        assert_eq!(lines, line(1, 20));
        assert!(error.starts_with(&named) && error.contains("altered"), "{name}: {error}");
    }
}

#[test]
fn an_exporter_does_not_trust_a_segment_that_no_manifest_names() {
    let folder = Folder::new("untrusted");
    let manifest = export(&folder.archive(), &log([20, 21])).unwrap().manifest;
    let path = folder.path().join(&manifest.segments[1].path);
    fs::remove_file(folder.path().join("manifest-00000001.json")).unwrap();
    fs::write(&path, "noise").unwrap();
    let error = export(&folder.archive(), &log([20, 21])).unwrap_err().to_string();
    assert!(error.contains(&manifest.segments[1].path) && error.contains("was altered"), "{error}");
    fs::remove_file(&path).unwrap();
    assert_eq!(export(&folder.archive(), &log([20, 21])).unwrap().stored, 1);
}

/// What is done to a manifest.
type Alteration = fn(&mut serde_json::Value);

/// Writes an altered manifest, and returns the error of reading it.
fn read_manifest(name: &str, alter: impl FnOnce(&mut serde_json::Value)) -> String {
    let folder = Folder::new(name);
    export(&folder.archive(), &log([20, 21, 20])).unwrap();
    let path = folder.path().join("manifest-00000001.json");
    let mut manifest: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    alter(&mut manifest);
    fs::write(&path, manifest.to_string()).unwrap();
    let error = read(&folder.archive()).1.expect("the manifest is not as it was");
    assert!(error.starts_with(&format!("file://{}/manifest-00000001.json", folder.path().display())), "{error}");
    error
}

#[test]
fn a_manifest_that_describes_no_log_is_refused() {
    let alterations: [(&str, Alteration, &str); 11] = [
        ("format", |m| m["format"] = "other".into(), "its format is not"),
        ("version", |m| m["version"] = 2.into(), "use a newer program"),
        ("events", |m| m["events"] = 4.into(), "add up to another number"),
        ("bytes", |m| m["bytes"] = 4.into(), "add up to another number"),
        ("root", |m| m["root"] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=".into(), "gives the root"),
        ("gap", |m| m["segments"][0]["positions"] = [[0, 1], [3, 1]].as_slice().into(), "do not make up a log"),
        ("twice", |m| m["segments"][1]["positions"] = [[0, 1]].as_slice().into(), "do not make up a log"),
        ("back", |m| m["segments"][0]["positions"] = [[2, 1], [0, 1]].as_slice().into(), "not in order"),
        ("none", |m| m["segments"][0]["positions"] = serde_json::json!([[0, 2], [2, 0]]), "not in order"),
        ("path", |m| m["segments"][0]["path"] = "../../etc/passwd".into(), "its path is not the one"),
        ("hash", |m| m["segments"][0]["sha256"] = "../x".into(), "64 hexadecimal digits"),
    ];
    for (name, alter, why) in alterations {
        let error = read_manifest(name, alter);
        assert!(error.contains(why), "{name}: {error}");
    }
}

#[test]
fn two_segments_that_change_places_give_another_root() {
    let error = read_manifest("places", |manifest| {
        manifest["segments"][0]["positions"] = serde_json::json!([[0, 1], [1, 1]]);
        manifest["segments"][1]["positions"] = serde_json::json!([[2, 1]]);
    });
    assert!(error.contains("gives the root"), "{error}");
}

#[test]
fn a_manifest_is_written_as_the_documentation_shows_it() {
    let folder = Folder::new("written");
    export(&folder.archive(), &log([20, 21, 20])).unwrap();
    let text = fs::read_to_string(folder.path().join("manifest-00000001.json")).unwrap();
    let manifest: Manifest = serde_json::from_str(&text).unwrap();
    assert!(
        text.starts_with("{\n  \"format\": \"demarche-archive\",\n  \"version\": 1,\n  \"events\": 3,\n"),
        "{text}"
    );
    assert_eq!(manifest.segments.len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_byte_that_is_changed_or_cut_off_is_an_error_or_changes_nothing(
        object in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), change in any::<u8>()
    ) {
        let store = Arc::new(InMemory::new());
        let archive = Archive::with_store(Arc::clone(&store) as Arc<dyn ObjectStore>, "", "memory://").unwrap();
        let journal = log([20, 21, 20, 22]);
        export(&archive, &journal).unwrap();
        let altered = async {
            let names: Vec<_> = store.list(None).try_collect().await.unwrap();
            let name = &names[object.index(names.len())].location;
            let mut bytes = store.get(name).await.unwrap().bytes().await.unwrap().to_vec();
            let at = at.index(bytes.len());
            match change {
                0 => bytes.truncate(at),
                change => bytes[at] ^= change,
            }
            store.put(name, bytes.into()).await.unwrap();
        };
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(altered);
        let (lines, error) = read(&archive);
        prop_assert!(journal.starts_with(&lines), "{lines}");
        prop_assert!(error.is_some() || lines == journal);
    }
}
