//! The fields of a form, with their words, from the schema.

use demarche_core::codec::{FieldKind, Need, payload_fields};
use demarche_core::{Attribution, EventType, TrackId};
use maud::{Markup, html};

use super::given::Given;
use crate::page::pieces::{in_words, text};
use crate::problem::Problem;

/// The fields that every event has, beside those of its type.
const OF_ALL: [&str; 8] = ["track", "occurred", "who", "via", "attribution", "grade", "cite", "note"];

/// What a date looks like.
const A_DATE: &str = "a date such as 2025-10-23, 2025-10 or 2025-10-23?";

/// The names of all fields of a type.
pub(super) fn names(event_type: EventType) -> impl Iterator<Item = &'static str> {
    OF_ALL.into_iter().chain(payload_fields(event_type).iter().map(|field| field.name))
}

/// A field: its name, what it is called, what it takes, and whether it must be filled.
struct Field<'a> {
    name: &'a str,
    label: String,
    hint: String,
    is_needed: bool,
    /// The words of which it takes one, if these are all.
    words: Option<&'a [&'a str]>,
    list: Option<&'a str>,
    is_long: bool,
}

impl<'a> Field<'a> {
    fn text(name: &'a str, label: &str, hint: &str) -> Self {
        let (label, hint) = (label.to_owned(), hint.to_owned());
        Self { name, label, hint, is_needed: false, words: None, list: None, is_long: false }
    }

    fn needed(self) -> Self {
        Self { is_needed: true, ..self }
    }

    fn of_list(self, list: &'a str) -> Self {
        Self { list: Some(list), ..self }
    }

    fn long(self) -> Self {
        Self { is_long: true, ..self }
    }
}

/// All fields of a type: what is said, then who says so.
pub(super) fn all(event_type: EventType, given: &Given, tracks: &[TrackId], problem: Option<&Problem>) -> Markup {
    let words: Vec<&str> = Attribution::ALL.iter().map(|word| word.as_str()).collect();
    let attribution = Field::text("attribution", "How it reached the public", "").needed();
    let attribution = Field { words: Some(&words), ..attribution };
    html! {
        fieldset {
            legend { "What" }
            (field(&Field::text("track", "Track", "such as us-ru/leaders").needed().of_list("tracks"), given, problem))
            @for one in payload_fields(event_type) { (field(&of_payload(one), given, problem)) }
            (field(&Field::text("occurred", "When it happened or was said", A_DATE).needed(), given, problem))
        }
        fieldset {
            legend { "Who says so" }
            (field(&Field::text("who", "Speaker", "such as ru/mfa or us/state").needed(), given, problem))
            (field(&Field::text("via", "Outlet", "who carried it, such as reuters"), given, problem))
            (field(&attribution, given, problem))
            (field(&Field::text("grade", "Grade", "such as B2: source A to F, claim 1 to 6"), given, problem))
            (field(&Field::text("cite", "Where it can be read", "an address or a citation key"), given, problem))
            (field(&Field::text("note", "The desk's own remark", "").long(), given, problem))
        }
        datalist #tracks { @for track in tracks { option value=(track) {} } }
    }
}

fn of_payload(field: &'static demarche_core::codec::PayloadField) -> Field<'static> {
    let words = if let FieldKind::Word(words) = field.kind { Some(words) } else { None };
    Field {
        name: field.name,
        label: in_words(field.name),
        hint: hint(field.kind),
        is_needed: field.need == Need::Required,
        words,
        list: None,
        is_long: field.kind == FieldKind::Text && ["summary", "reason", "outcome"].contains(&field.name),
    }
}

/// What a field takes, in words.
fn hint(kind: FieldKind) -> String {
    match kind {
        FieldKind::Text | FieldKind::Word(_) => String::new(),
        FieldKind::Path => "a name, such as ru/mfa".to_owned(),
        FieldKind::Slug => "a name of one word, such as round-2".to_owned(),
        FieldKind::Id => "the id of an entry".to_owned(),
        FieldKind::Date => A_DATE.to_owned(),
        FieldKind::Occurred => "a date that has a beginning".to_owned(),
        FieldKind::Instant => "an instant, such as 2025-10-23T08:00:00Z".to_owned(),
        FieldKind::Grade => "such as B2".to_owned(),
        FieldKind::Hash => "the hash of a line, in base64".to_owned(),
        FieldKind::List(of) | FieldKind::Some(of) => format!("{}; several, parted by commas", hint(*of)),
    }
}

fn field(field: &Field<'_>, given: &Given, problem: Option<&Problem>) -> Markup {
    let wrong = problem.filter(|problem| problem.field.as_deref() == Some(field.name));
    let (id, error) = (format!("f-{}", field.name), format!("e-{}", field.name));
    let value = given.value(field.name);
    let described = wrong.is_some().then_some(&error);
    html! {
        div.field.wrong[wrong.is_some()] {
            label for=(id) {
                (field.label) @if field.is_needed { " " span.needed title="must be filled" { "*" } }
                @if !field.hint.is_empty() { " " span.hint { (field.hint) } }
            }
            @if let Some(words) = field.words {
                select id=(id) name=(field.name) aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described] {
                    option value="" { "–" }
                    @for word in words {
                        option value=(word) selected[*word == value] { (word.replace('_', " ")) }
                    }
                }
            } @else if field.is_long {
                textarea id=(id) name=(field.name) rows="2" aria-invalid=[wrong.map(|_| "true")]
                    aria-describedby=[described] {
                    (value)
                }
            } @else {
                input id=(id) name=(field.name) value=(value) list=[field.list] autocomplete="off"
                    aria-invalid=[wrong.map(|_| "true")] aria-describedby=[described];
            }
            @if let Some(problem) = wrong { p.error id=(error) { (text(&problem.detail)) } }
        }
    }
}
