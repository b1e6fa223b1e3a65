//! The table of codes: what becomes of each CAMEO code. It is data, meant to be read and overridden (`data/cameo.tsv`).

use std::collections::HashMap;
use std::str::FromStr;

use demarche_core::{
    AgreementEnd, AgreementStage, Answer, EventType, ExchangeOf, MeasureEffect, MeasureOf, MeetingFormat, MeetingId,
    MeetingLevel, Stance,
};

/// The text of the crate's own table, printed by `demarche import gdelt --template`.
pub const CAMEO: &str = include_str!("../../data/cameo.tsv");

/// What becomes of each code.
///
/// ```
/// use demarche_interop::import::Table;
///
/// let mut table = Table::cameo()?;
/// // A desk that reads every broken relation as a track that has stalled:
/// table.replace("code\tlabel\ttype\tsense\tlevel\treason\n161\tReduce relations\ttrack_stalled\t\t\tour rule\n")?;
/// # Ok::<(), demarche_interop::import::TableError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Table {
    rules: Vec<Rule>,
    by_code: HashMap<Box<str>, usize>,
    by_label: HashMap<Box<str>, usize>,
}

/// What is wrong with a table of codes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the table of codes: {problem}")]
#[non_exhaustive]
pub struct TableError {
    /// The line, from 1.
    pub line: usize,
    /// The problem.
    pub problem: Box<str>,
}

/// The rule for a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) label: Box<str>,
    /// The event to make; `None` if no event is made.
    pub(super) coding: Option<Coding>,
    /// The reason for the rule.
    pub(super) reason: Box<str>,
}

/// The event to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coding {
    pub(super) kind: CodedType,
    /// The name of the meeting, proposal or measure, before its date.
    pub(super) name: Box<str>,
    /// Whether each occurrence is reported from both sides, so that source and target may change places.
    pub(super) mirrored: bool,
    /// Whether the day may well not be the one on which it happened.
    pub(super) is_doubted: bool,
    pub(super) level: Option<MeetingLevel>,
    /// Distinguishes occurrences of one day between one pair: the code, or for meetings the name.
    pub(super) family: u64,
}

/// An event type, with whatever else it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CodedType {
    TrackStalled,
    TrackResumed,
    MeetingProposed(Option<MeetingFormat>),
    MeetingHeld(Option<MeetingFormat>),
    MeetingPostponed,
    MeetingCancelled,
    ProposalMade,
    ProposalAnswered(Answer),
    AgreementReached(AgreementStage),
    AgreementEnded(AgreementEnd),
    ExchangeCompleted(ExchangeOf),
    MeasureTaken(MeasureOf, MeasureEffect),
    StatementMade(Option<Stance>),
}

/// Tells whether the actor speaks. Otherwise the outlet reports what the actor did.
pub(super) const fn is_words(event_type: EventType) -> bool {
    use EventType::{MeetingProposed, ProposalAnswered, ProposalMade, StatementMade};
    matches!(event_type, MeetingProposed | ProposalMade | ProposalAnswered | StatementMade)
}

/// The first line that is not a comment.
const HEADER: [&str; 6] = ["code", "label", "type", "sense", "level", "reason"];

impl Table {
    /// Parses the table that comes with the crate.
    ///
    /// # Errors
    ///
    /// None in practice: a test parses it. It is a `Result` because it is parsed like any other table.
    pub fn cameo() -> Result<Self, TableError> {
        let mut table = Self { rules: Vec::new(), by_code: HashMap::new(), by_label: HashMap::new() };
        table.replace(CAMEO)?;
        Ok(table)
    }

    /// Replaces the rules of codes that a text lists, and adds new codes.
    ///
    /// # Errors
    ///
    /// A [`TableError`] that names the first wrong line.
    pub fn replace(&mut self, text: &str) -> Result<(), TableError> {
        let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty());
        for (at, (line, row)) in lines.enumerate() {
            let cells: Vec<&str> = row.split('\t').map(str::trim).collect();
            let error = |problem: String| TableError { line, problem: problem.into() };
            let [code, label, event_type, sense, level, reason] = *cells.as_slice() else {
                return Err(error(format!("{} columns: expected {}", cells.len(), HEADER.join(", "))));
            };
            if at == 0 {
                if cells != HEADER {
                    return Err(error(format!("the first line must be the header: {}", HEADER.join(", "))));
                }
                continue;
            }
            if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(error(format!("{code:?} is not a code: expected digits")));
            }
            let coding = Coding::new(code, event_type, sense, level).map_err(error)?;
            self.put(code, Rule { label: label.into(), coding, reason: reason.into() });
        }
        Ok(())
    }

    fn put(&mut self, code: &str, rule: Rule) {
        let number = match self.by_code.get(code) {
            Some(number) => *number,
            None => {
                self.by_code.insert(code.into(), self.rules.len());
                self.rules.len()
            }
        };
        // Keep the old label as well: files use it.
        self.by_label.insert(rule.label.clone(), number);
        match self.rules.get_mut(number) {
            Some(old) => *old = rule,
            None => self.rules.push(rule),
        }
    }

    pub(super) fn of_code(&self, code: &str) -> Option<&Rule> {
        self.rules.get(*self.by_code.get(code)?)
    }

    pub(super) fn of_label(&self, label: &str) -> Option<&Rule> {
        self.rules.get(*self.by_label.get(label)?)
    }
}

impl Coding {
    /// Parses the columns of a code. Returns `None` if no event is made of it.
    fn new(code: &str, event_type: &str, sense: &str, level: &str) -> Result<Option<Self>, String> {
        let mut sense = Sense::new(sense)?;
        if event_type == "-" {
            return sense.end().map(|()| None);
        }
        let event_type: EventType = word(event_type)?;
        let kind = kind(event_type, &mut sense)?;
        let name: Box<str> = sense.take("name").map_or_else(|| format!("cameo-{code}").into(), Into::into);
        // In a name of 64 bytes, a date and a hash follow it.
        MeetingId::new(&name).map_err(|error| error.to_string())?;
        if name.len() > NAME_MAX_BYTES {
            return Err(format!("the name {name:?} is too long: {NAME_MAX_BYTES} bytes are the limit"));
        }
        let mirrored = sense.flag("mirrored", "yes")?;
        let is_doubted = sense.flag("day", "doubted")?;
        sense.end()?;
        let level = if level.is_empty() { None } else { Some(word(level)?) };
        let is_meeting = matches!(kind, CodedType::MeetingHeld(_) | CodedType::MeetingProposed(_));
        let family = crate::names::hash(if is_meeting { name.as_bytes() } else { code.as_bytes() });
        Ok(Some(Self { kind, name, mirrored, is_doubted, level, family }))
    }
}

/// The maximum length of a name before `-2018-06-01-0123abcd`.
const NAME_MAX_BYTES: usize = 40;

#[allow(clippy::wildcard_enum_match_arm, reason = "every other type acts on entries, or needs what no row has")]
fn kind(event_type: EventType, sense: &mut Sense<'_>) -> Result<CodedType, String> {
    Ok(match event_type {
        EventType::TrackStalled => CodedType::TrackStalled,
        EventType::TrackResumed => CodedType::TrackResumed,
        EventType::MeetingProposed => CodedType::MeetingProposed(sense.optional("format")?),
        EventType::MeetingHeld => CodedType::MeetingHeld(sense.optional("format")?),
        EventType::MeetingPostponed => CodedType::MeetingPostponed,
        EventType::MeetingCancelled => CodedType::MeetingCancelled,
        EventType::ProposalMade => CodedType::ProposalMade,
        EventType::ProposalAnswered => CodedType::ProposalAnswered(sense.required("answer")?),
        EventType::AgreementReached => CodedType::AgreementReached(sense.required("stage")?),
        EventType::AgreementEnded => CodedType::AgreementEnded(sense.required("how")?),
        EventType::ExchangeCompleted => CodedType::ExchangeCompleted(sense.required("of")?),
        EventType::MeasureTaken => CodedType::MeasureTaken(sense.required("of")?, sense.required("effect")?),
        EventType::StatementMade => CodedType::StatementMade(sense.optional("stance")?),
        other => return Err(format!("no {other} can be made of a row that has two actors, a code and a date")),
    })
}

/// The `key=value` words of a rule, which are taken one by one.
struct Sense<'t>(Vec<(&'t str, &'t str)>);

impl<'t> Sense<'t> {
    fn new(text: &'t str) -> Result<Self, String> {
        let pair = |word: &'t str| word.split_once('=').ok_or_else(|| format!("{word:?}: expected key=value"));
        text.split_whitespace().map(pair).collect::<Result<_, _>>().map(Self)
    }

    fn take(&mut self, key: &str) -> Option<&'t str> {
        let at = self.0.iter().position(|(found, _)| *found == key)?;
        Some(self.0.swap_remove(at).1)
    }

    /// Tells whether a key is present, with the one word that it can have.
    fn flag(&mut self, key: &str, word: &str) -> Result<bool, String> {
        match self.take(key) {
            None => Ok(false),
            Some(given) if given == word => Ok(true),
            Some(other) => Err(format!("{key}={other}: expected `{word}`, or nothing")),
        }
    }

    fn optional<T: FromStr>(&mut self, key: &str) -> Result<Option<T>, String>
    where
        T::Err: std::fmt::Display,
    {
        self.take(key).map(word).transpose()
    }

    fn required<T: FromStr>(&mut self, key: &str) -> Result<T, String>
    where
        T::Err: std::fmt::Display,
    {
        self.optional(key)?.ok_or_else(|| format!("`{key}=` is missing: that type needs it"))
    }

    fn end(&self) -> Result<(), String> {
        match self.0.first() {
            None => Ok(()),
            Some((key, _)) => Err(format!("`{key}=` is given twice, or that type does not have it")),
        }
    }
}

fn word<T: FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails must say so")]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_the_table_has_a_reason() {
        let table = Table::cameo().unwrap();
        assert_eq!(table.rules.len(), 312);
        assert!(table.rules.iter().all(|rule| !rule.reason.is_empty() && !rule.label.is_empty()));
        assert_eq!(table.by_label.len(), table.rules.len(), "a label stands for two codes");
    }

    #[test]
    fn codes_without_a_clear_meaning_are_not_coded() {
        let table = Table::cameo().unwrap();
        for rule in &table.rules {
            if let Some(coding) = &rule.coding {
                assert!(
                    !matches!(coding.kind, CodedType::MeetingCancelled | CodedType::MeetingPostponed),
                    "{}",
                    rule.label
                );
            }
        }
        let broken = table.of_code("161").unwrap().coding.as_ref().unwrap();
        assert_eq!(broken.kind, CodedType::MeasureTaken(MeasureOf::Other, MeasureEffect::Imposed));
        let wanted = table.of_label("Express intent to meet or negotiate").unwrap().coding.as_ref().unwrap();
        assert_eq!(wanted.kind, CodedType::MeetingProposed(None));
        assert_eq!(table.of_code("1"), None, "codes are text, not numbers");
    }

    #[track_caller]
    fn refused(row: &str, expected: &str) {
        let text = format!("# remark\n\n{}\n{row}\n", HEADER.join("\t"));
        let error = Table::cameo().unwrap().replace(&text).unwrap_err();
        assert_eq!(error.to_string(), format!("line 4 of the table of codes: {expected}"));
    }

    #[test]
    fn an_error_names_the_line_and_what_was_expected() {
        refused("161\tx", "2 columns: expected code, label, type, sense, level, reason");
        refused("ab\tx\t-\t\t\t", "\"ab\" is not a code: expected digits");
        refused("161\tx\tmeasure_taken\tof=other\t\t", "`effect=` is missing: that type needs it");
        refused("161\tx\ttrack_stalled\tof=other\t\t", "`of=` is given twice, or that type does not have it");
        refused("161\tx\ttrack_stalled\tname\t\t", "\"name\": expected key=value");
        refused("161\tx\ttrack_stalled\tmirrored=no\t\t", "mirrored=no: expected `yes`, or nothing");
        refused(
            "161\tx\tevent_retracted\t\t\t",
            "no event_retracted can be made of a row that has two actors, a code and a date",
        );
        let error = Table::cameo().unwrap().replace("161\tx\t-\t\t\tx\n").unwrap_err();
        let expected = "line 1 of the table of codes: the first line must be the header: \
                        code, label, type, sense, level, reason";
        assert_eq!(error.to_string(), expected);
    }
}
