//! The tree against two other implementations, and the notes against published ones.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails must say so")]

use std::collections::BTreeSet;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use demarche_core::Hash;
use demarche_journal::seal::{
    Altered, Checkpoint, CheckpointError, HashList, KeyError, Note, NoteError, Proof, Sealed, SealingKey, Sequence,
    SequenceError, StrayKind, Tree, VerifierKey,
};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

/// RFC 6962, section 2.1, to the letter.
fn naive_root(leaves: &[Vec<u8>]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => Sha256::digest([&[0], leaf.as_slice()].concat()).into(),
        _ => {
            let (left, right) = leaves.split_at(naive_split(leaves.len()));
            Sha256::digest([&[1], &naive_root(left)[..], &naive_root(right)].concat()).into()
        }
    }
}

/// RFC 6962, section 2.1.1.
fn naive_path(index: usize, leaves: &[Vec<u8>]) -> Vec<[u8; 32]> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let at = naive_split(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut path, sibling) = if index < at {
        (naive_path(index, left), naive_root(right))
    } else {
        (naive_path(index - at, right), naive_root(left))
    };
    path.push(sibling);
    path
}

fn naive_split(count: usize) -> usize {
    let mut power = 1;
    while power * 2 < count {
        power *= 2;
    }
    power
}

fn leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("leaf {number}").into_bytes()).collect()
}

fn tree(leaves: &[Vec<u8>]) -> Tree {
    leaves.iter().map(Vec::as_slice).collect()
}

#[test]
fn the_roots_of_no_leaf_and_of_an_empty_one_are_the_published_ones() {
    let hex = |hash: Hash| hash.bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(Tree::new().root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    let one = tree(&[Vec::new()]);
    assert_eq!(hex(one.root()), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

#[test]
fn every_root_and_path_is_that_of_the_specification() {
    let all = leaves(70);
    let grown = tree(&all);
    let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    for size in 0..=all.len() {
        let root = Hash::new(naive_root(&all[..size]));
        assert_eq!(tree(&all[..size]).root(), root, "{size}");
        assert_eq!(grown.root_of_first(size as u64), Some(root), "{size}");
        assert_eq!(root.bytes()[..], other.root().as_bytes()[..], "{size}");
        for index in 0..size {
            let path = naive_path(index, &all[..size]).into_iter().map(Hash::new).collect();
            assert_eq!(grown.path(index as u64, size as u64), Some(path), "{index} of {size}");
        }
        assert_eq!(grown.path(size as u64, size as u64), None);
        if let Some(leaf) = all.get(size) {
            other.push(leaf.clone());
        }
    }
    assert_eq!(grown.root_of_first(71), None);
    assert_eq!(grown.path(0, 71), None);
}

/// The keys and the note of the documentation of Go's `golang.org/x/mod/sumdb/note`.
const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT: &str =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const SIGNATURE: &str = "— PeterNeumann \
    x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn note() -> String {
    format!("{TEXT}\n{SIGNATURE}")
}

fn public() -> VerifierKey {
    PUBLIC.parse().unwrap()
}

#[test]
fn keys_and_notes_are_those_of_others() {
    let secret: SealingKey = SECRET.parse().unwrap();
    assert_eq!((secret.secret_text().as_str(), secret.verifier()), (SECRET, public()));
    assert_eq!(Note::sign(TEXT, &secret).unwrap().to_string(), note());
    assert_eq!(Note::parse(&note()).unwrap().verify(&[public()]), Ok(TEXT));
}

#[test]
fn signatures_by_others_are_passed_over() {
    let other = SealingKey::new("other", [1; 32]).unwrap();
    let both = note() + Note::sign(TEXT, &other).unwrap().to_string().rsplit_once("\n\n").unwrap().1;
    assert_eq!(Note::parse(&both).unwrap().verify(&[public()]), Ok(TEXT));
    assert_eq!(Note::parse(&both).unwrap().verify(&[other.verifier()]), Ok(TEXT));
}

#[test]
fn the_signature_of_another_is_not_enough() {
    let namesake = SealingKey::new("PeterNeumann", [2; 32]).unwrap().verifier();
    assert!(matches!(Note::parse(&note()).unwrap().verify(&[namesake]), Err(NoteError::NotSigned { .. })));
}

#[test]
fn one_of_several_keys_is_enough_and_none_of_them_may_be_forged() {
    let [old, new, third] = [1, 2, 3].map(|secret| SealingKey::new("desk", [secret; 32]).unwrap());
    let keys = [old.verifier(), new.verifier()];
    for key in [&old, &new] {
        assert_eq!(Note::sign(TEXT, key).unwrap().verify(&keys), Ok(TEXT));
    }
    let not_signed = NoteError::NotSigned { key: format!("{} or {}", keys[0], keys[1]) };
    assert_eq!(Note::sign(TEXT, &third).unwrap().verify(&keys), Err(not_signed));
    assert!(matches!(Note::sign(TEXT, &old).unwrap().verify(&[]), Err(NoteError::NotSigned { .. })));

    let signature = |text, key| Note::sign(text, key).unwrap().to_string().lines().last().unwrap().to_owned();
    let half_forged = format!("{TEXT}\n{}\n{}\n", signature(TEXT, &new), signature("another\n", &old));
    let forged = NoteError::Forged { key: keys[0].to_string() };
    assert_eq!(Note::parse(&half_forged).unwrap().verify(&keys), Err(forged));
}

#[test]
fn a_note_whose_text_was_altered_is_forged() {
    let forged = note().replace("answer", "question");
    assert!(matches!(Note::parse(&forged).unwrap().verify(&[public()]), Err(NoteError::Forged { .. })));
}

#[test]
fn what_is_no_key_is_refused() {
    for text in ["", "a", "a+b", "a+12345678+", "a+12345678+AAAA", "+c74f20a3+ARpc", "a b+12345678+ARpc"] {
        assert!(text.parse::<VerifierKey>().is_err(), "{text}");
    }
}

#[test]
fn a_key_belongs_to_its_name() {
    let altered = PUBLIC.replace("Peter", "Petra");
    assert!(matches!(altered.parse::<VerifierKey>(), Err(KeyError::Hash { .. })));
    assert!(matches!(SealingKey::new("a+b", [0; 32]), Err(KeyError::Name { .. })));
}

#[test]
fn no_error_tells_a_secret() {
    let told = format!("{:?} {:?}", SECRET.parse::<VerifierKey>(), SECRET.parse::<SealingKey>());
    assert!(!told.contains("AYEK"), "{told}");
}

#[test]
fn no_two_keys_that_are_generated_are_the_same() {
    assert_ne!(SealingKey::generate("a").unwrap().verifier(), SealingKey::generate("a").unwrap().verifier());
}

#[test]
fn a_checkpoint_of_bad_form_is_refused_though_it_is_signed() {
    let key = SealingKey::new("a", [1; 32]).unwrap();
    let root = Tree::default().root();
    for text in [
        "a\n0\n".to_owned(),
        format!("a\n00\n{root}\n"),
        format!("a\n+1\n{root}\n"),
        format!("a\n18446744073709551615\n{root}\n"),
        format!("\n1\n{root}\n"),
        format!("a\n1\n{root}=\n"),
        "a\n1\nAAAA\n".to_owned(),
    ] {
        let note = Note::sign(&text, &key).unwrap().to_string();
        assert!(Checkpoint::open(&note, &[key.verifier()], "a").is_err(), "{text}");
    }
    let extended = Note::sign(&format!("a\n0\n{root}\nmore\n"), &key).unwrap().to_string();
    assert_eq!(Checkpoint::open(&extended, &[key.verifier()], "a"), Checkpoint::of(&Tree::new(), "a"));
    assert!(matches!(Checkpoint::of(&Tree::new(), "a\nb"), Err(CheckpointError::Origin { .. })));
}

const LINE: &str = concat!(
    r#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","#,
    r#""occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","#,
    r#""source":{"who":"izvestia","attribution":"media","grade":"B2"},"note":"no \"news\"","data":{}}"#,
    "\n",
);

/// Whether a journal is byte for byte the one that was sealed.
fn holds(log: &[u8], sealed: &[Sealed]) -> Option<Result<u64, Altered>> {
    let mut sequence = Sequence::default();
    // What is no event any more is reported, too: with its line.
    sequence.read(log).ok()?;
    Some(sequence.verify(sealed))
}

#[test]
fn every_flipped_bit_of_a_sealed_journal_fails() {
    let log = LINE.to_owned() + &LINE.replace("0001", "0002");
    let mut sequence = Sequence::default();
    sequence.read(log.as_bytes()).unwrap();
    let hashes = Some(HashList::of(sequence.tree()));
    let sealed = [Sealed { checkpoint: sequence.checkpoint("a").unwrap(), hashes }];
    assert_eq!(holds(log.as_bytes(), &sealed), Some(Ok(2)));
    let mut strays = BTreeSet::new();
    for at in 0..log.len() {
        for bit in 0..8 {
            let mut flipped = log.clone().into_bytes();
            flipped[at] ^= 1 << bit;
            let Some(outcome) = holds(&flipped, &sealed) else { continue };
            let line = 1 + log.bytes().take(at).filter(|byte| *byte == b'\n').count() as u64;
            match outcome {
                Err(Altered::Events { place: Some(place), .. }) => assert_eq!(place.line, line, "{at} {bit}"),
                Err(Altered::Stray { place, .. }) => {
                    assert_eq!(place.line, line, "{at} {bit}");
                    strays.insert((char::from(log.as_bytes()[at]), char::from(flipped[at])));
                }
                other => panic!("byte {at}, bit {bit}: {other:?}"),
            }
        }
    }
    // Letters of an id and of an instant in the other case leave the event the same, and not the line.
    assert!(strays.contains(&('f', 'F')) && strays.contains(&('T', 't')), "{strays:?}");
}

/// A log of two events, and its checkpoint.
fn two_sealed() -> (String, [Sealed; 1]) {
    let log = LINE.to_owned() + &LINE.replace("0001", "0002");
    let mut sequence = Sequence::default();
    sequence.read(log.as_bytes()).unwrap();
    let sealed = [Sealed { checkpoint: sequence.checkpoint("a").unwrap(), hashes: None }];
    (log, sealed)
}

#[test]
fn whatever_leaves_the_events_the_same_is_told_with_its_place_and_not_sealed() {
    let (log, sealed) = two_sealed();
    let spelling =
        |found: &str, canonical: &str| StrayKind::Spelling { found: found.into(), canonical: canonical.into() };
    for (altered, line, column, kind) in [
        (format!("\u{feff}{log}"), 1, 1, StrayKind::ByteOrderMark),
        (format!("\n{log}"), 1, 1, StrayKind::BlankLine),
        (log.replacen('\n', "\n \r\n", 1), 2, 1, StrayKind::BlankLine),
        (log.replacen('\n', "\r\n", 1), 1, 1, StrayKind::LineEnd),
        (log.trim_end().to_owned(), 2, 1, StrayKind::LineEnd),
        (format!("{}\r", log.trim_end()), 2, 1, StrayKind::LineEnd),
        (log.replacen('\n', " \n", 1), 1, LINE.len(), spelling(" ", "")),
        (log.replace("Z\",", "+00:00\","), 1, LINE.find("Z\"").unwrap() + 1, spelling("+", "Z")),
        (log.replacen("no ", "n\\u006f ", 1), 1, LINE.find("o \\\"").unwrap() + 1, spelling("\\", "o")),
        (log.replacen(":1", ": 1", 1), 1, LINE.find(":1").unwrap() + 2, spelling(" ", "1")),
    ] {
        let Some(Err(Altered::Stray { stray, place })) = holds(altered.as_bytes(), &sealed) else {
            panic!("{altered:?}: {:?}", holds(altered.as_bytes(), &sealed))
        };
        assert_eq!((place.line, stray.column, stray.kind), (line, column, kind), "{altered:?}");
        let mut sequence = Sequence::default();
        sequence.read(altered.as_bytes()).unwrap();
        assert!(matches!(sequence.checkpoint("a"), Err(SequenceError::Stray { .. })), "{altered:?}");
    }
}

#[test]
fn what_is_behind_what_was_sealed_is_not_sealed() {
    let (log, sealed) = two_sealed();
    for behind in ["\n", &LINE.replace("0001", "0003").replace("199f", "199F"), "  \r\n"] {
        assert_eq!(holds((log.clone() + behind).as_bytes(), &sealed), Some(Ok(2)), "{behind:?}");
    }
}

#[test]
fn logs_are_one_sequence_whatever_they_are_cut_into() {
    let lines: Vec<String> = (1..5).map(|number| LINE.replace("0001", &format!("000{number}"))).collect();
    let read = |logs: &[String]| {
        let mut sequence = Sequence::default();
        logs.iter().for_each(|log| sequence.read(log.as_bytes()).unwrap());
        sequence
    };
    let whole = read(&[lines.concat()]);
    let cut = read(&[lines[..3].concat(), String::new(), lines[3..].concat()]);
    assert_eq!((whole.tree().root(), whole.ids()), (cut.tree().root(), cut.ids()));
    let place = |number| (cut.place(number).log, cut.place(number).line);
    assert_eq!([place(0), place(2), place(3), place(4)], [(0, 1), (0, 3), (2, 1), (2, 2)]);
}

proptest! {
    #[test]
    fn what_is_sealed_is_proved_and_read_again(count in 1_usize..80, size in 1_usize..80, index in 0_usize..80) {
        let (size, all) = (size.min(count), leaves(count));
        let index = index % size;
        let key = SealingKey::new("a", [1; 32]).unwrap();
        let note = Checkpoint::of(&tree(&all[..size]), "a").unwrap().sign(&key);
        let line = String::from_utf8(all[index].clone()).unwrap();
        let proof = Proof::new(&line, index as u64, &tree(&all), &note).unwrap();
        let read: Proof = proof.to_string().parse().unwrap();
        prop_assert_eq!(&read, &proof);
        prop_assert_eq!(read.verify(&[key.verifier()], "a").unwrap().size(), size as u64);
        let other = (index + 1) % size;
        prop_assert!(size == 1 || Proof::new(&line, other as u64, &tree(&all), &note).is_err());
        let list = HashList::of(&tree(&all));
        prop_assert_eq!(list.to_string().parse(), Ok(list));
    }

    #[test]
    fn nothing_panics_on_any_text(text in "\\PC*|(.|\n)*") {
        let _ = (Note::parse(&text), Checkpoint::of_unverified(&text), text.parse::<Proof>());
        let _ = (text.parse::<VerifierKey>(), text.parse::<SealingKey>(), text.parse::<HashList>());
    }
}
