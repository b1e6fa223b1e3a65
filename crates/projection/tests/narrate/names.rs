//! What actors are called, by their slugs or by the file that a desk keeps.

use super::*;
use demarche_projection::diff::diff;
use demarche_projection::narrate::NAME_MAX_CHARS;
use proptest::prelude::*;

const FILE: &str = "\u{feff}# What the desk calls whom.\r\n\
    irna\tIRNA\r\n\
    \r\n\
    e3\tthe E3\tE3\r\n\
    ir/mfa\tthe Iranian Foreign Ministry\tIran MFA\r\n\
    ir/mfa/araghchi\tForeign Minister Araghchi\t\t\r\n\
    au\tthe African Union";

fn named() -> Names {
    FILE.parse().unwrap()
}

#[track_caller]
fn called(names: &Names, actor: &str, words: &str) {
    assert_eq!(names.actor(&actor.parse().unwrap()), words);
}

#[test]
fn a_country_is_called_by_its_name_alone_and_above_others() {
    let names = Names::default();
    called(&names, "ru", "Russia");
    called(&names, "rus", "Russia");
    called(&names, "nl", "the Netherlands");
    called(&names, "uk", "the UK");
    called(&names, "om/albusaidi", "Albusaidi (Oman)");
    called(&names, "nl/mfa", "MFA (Netherlands)");
    called(&names, "ru/kremlin/peskov", "Peskov (Russia, Kremlin)");
    // Elsewhere in a path two letters are no country.
    called(&names, "media/ru", "RU (Media)");
}

#[test]
fn small_words_within_a_name_are_small_and_at_its_ends_are_none() {
    let names = Names::default();
    called(&names, "united-states/office-of-the-historian", "Office of the Historian (United States)");
    called(&names, "media/the-times-of-india", "The Times of India (Media)");
    called(&names, "the-hague", "The Hague");
    called(&names, "us-in", "US IN");
    for (slug, words) in [
        ("talks-on-grain-and-gas", "Talks on Grain and Gas"),
        ("in-person-2025-10-23", "In Person 2025-10-23"),
        ("call-2025-10-20", "Call 2025-10-20"),
        ("a-second-summit", "A Second Summit"),
        ("in-pk", "IN PK"),
        ("round-2", "Round 2"),
        ("talks-2025-2", "Talks 2025-2"),
        ("2025", "2025"),
    ] {
        assert_eq!(demarche_projection::narrate::slug_in_words(slug), words);
    }
}

#[test]
fn who_is_anonymous_stays_so() {
    let names = Names::default();
    for actor in ["anon", "anon/x", "anon/source", "anon/source-2", "anon/7"] {
        called(&names, actor, "an anonymous source");
    }
    called(&names, "anon/informed-source", "an informed source who was not named");
    called(&names, "anon/us-official", "a US official who was not named");
    called(&names, "anon/eu-diplomat-3", "an EU diplomat who was not named");
    called(&names, "anon/ru-official", "an official from Russia who was not named");
    called(&names, "anon/senior-nl-diplomats", "senior diplomats from the Netherlands who were not named");
    called(&names, "anon/ir-source", "an anonymous source from Iran");
    called(&names, "anon/ru/senior-officials", "senior officials who were not named");
    called(&names, "anon/border-guard", "a border guard who was not named");
    // An actor whose name merely begins like that has one.
    called(&names, "anonymous-times", "Anonymous Times");
}

#[test]
fn the_file_of_a_desk_goes_before_the_slugs() {
    let names = named();
    called(&names, "irna", "IRNA");
    called(&names, "e3", "the E3");
    called(&names, "au", "the African Union");
    called(&names, "au/commission", "Commission (African Union)");
    called(&names, "ir/mfa/araghchi", "Foreign Minister Araghchi");
    // The longest part of a path that is named stands for all above it.
    called(&names, "ir/mfa/baghaei/aide", "Aide (Iranian Foreign Ministry, Baghaei)");
    called(&names, "ir/aeoi/eslami", "Eslami (Iran, Aeoi)");
}

#[test]
fn tables_have_short_names_of_who_has_one() {
    let names = named();
    let short = |actor: &str| names.short(&actor.parse().unwrap()).to_owned();
    assert_eq!(short("ir/mfa"), "Iran MFA");
    assert_eq!(short("irna"), "IRNA");
    assert_eq!(short("au"), "African Union");
    assert_eq!(short("us"), "US");
    assert_eq!(short("ru/kremlin"), "ru/kremlin");
    assert_eq!(short("reuters"), "reuters");
}

#[test]
fn of_several_files_the_first_that_names_an_actor_counts() {
    let others = "e3\tthe three\nreuters\tReuters\n".parse().unwrap();
    let names = named().or(others);
    called(&names, "e3", "the E3");
    called(&names, "reuters", "Reuters");
}

#[test]
fn a_sentence_has_the_names_of_the_desk_and_a_line_begins_with_a_capital() {
    let told = [
        ("2025-01-01", "desk", "track_opened", json!({ "title": "T", "kind": "negotiation", "parties": ["e3", "ir"] })),
        ("2025-01-02", "e3", "meeting_scheduled", json!({ "meeting": "m", "when": "2025-06-01" })),
        ("2025-01-03", "us", "meeting_cancelled", json!({ "meeting": "m" })),
        ("2025-01-04", "e3", "claim_denied", json!({ "claims": [3] })),
    ];
    let names = named();
    let dossier = dossier(&told, "2025-02-01");
    assert_eq!(
        dossier.sentence(&names),
        "Scheduled since 2 January 2025: the E3 says on the record that the meeting m is to take place on 1 June 2025 \
         (B2); nobody denies that; the US (B2) says otherwise, that the meeting m is off, but the E3 (B2) denies it, \
         which outweighs it; the E3 says so, Iran has said nothing of the kind."
    );
    assert_eq!(dossier.said(&dossier.timeline[2].0, &names), "The US says on the record that the meeting m is off");
    let disputes: Vec<_> = dossier.disputes().filter_map(|dispute| dossier.dispute_in_words(dispute, &names)).collect();
    assert_eq!(
        disputes,
        ["The US (B2) says otherwise, that the meeting m is off, but the E3 (B2) denies it, which outweighs it"]
    );
    let changes = diff(&[], std::slice::from_ref(&dossier));
    assert!(changes[0].lines(&names).iter().all(|line| line.starts_with(char::is_uppercase)));
}

#[test]
fn a_broken_file_is_refused_with_the_place_and_what_was_expected() {
    let long = format!("irna\t{}", "é".repeat(NAME_MAX_CHARS + 1));
    for (text, error) in [
        ("ir/mfa", "line 1, column 7 of the names: expected a tab and a name behind the actor"),
        ("irna\t \nx", "line 1, column 5 of the names: expected a tab and a name behind the actor"),
        ("# a\n\nIran\tIran", "line 3, column 1 of the names: expected an actor such as ir/mfa: "),
        ("irna IRNA", "line 1, column 1 of the names: expected an actor such as ir/mfa: "),
        ("irna\tIRNA\tIRNA\tagency", "line 1, column 16 of the names: expected an actor, a name, perhaps a short name"),
        (
            "irna\tIR\u{1b}[1mNA",
            "line 1, column 8 of the names: a name has no control characters, and '\\u{1b}' is one",
        ),
        ("irna\tIR\rNA", "line 1, column 8 of the names: a name has no control characters, and '\\r' is one"),
        (&long, "line 1, column 6 of the names: a name has at most 120 characters"),
        ("irna\tIRNA\nir\tIran\nirna\tIrna", "line 3, column 1 of the names: irna was named on line 1 already"),
    ] {
        let found = text.parse::<Names>().unwrap_err().to_string();
        assert!(found.starts_with(error), "{text:?}: {found}");
    }
    assert_eq!("".parse(), Ok(Names::default()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused_at_a_place_that_it_has(text in "([a-c/]{1,3}|[\\t\\n #é\u{1b}\r\u{feff}]|.){0,24}") {
        if let Err(error) = text.parse::<Names>() {
            let line = text.trim_start_matches('\u{feff}').split('\n').nth(error.line - 1).unwrap();
            prop_assert!((1..=line.chars().count() + 1).contains(&error.column), "{text:?}: {error}");
        }
    }
}
