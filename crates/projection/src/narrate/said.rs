//! Who says what: a speaker and what is said, in the words that fit both.

use demarche_core::{Event, EventId, Grade, Payload};

use super::clause::{Clause, clause, words};
use super::names::{Names, begun, joined, says};
use crate::dossier::Dossier;

/// The most claims that are told one by one; of more, only the number is told.
const CLAIMS_TOLD_MAX: usize = 2;

impl Dossier {
    /// Returns an event of this track in words: who says what, on which terms. A statement is quoted; a claim about
    /// claims tells whose they are and what they say.
    ///
    /// ```
    /// # use demarche_projection::{Fold, narrate::Names};
    /// # use demarche_projection::query::Query;
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"statement_made","track":"us-ru","occurred":"2025-06","recorded":"2025-08-01T08:00:00Z","source":{"who":"us/state","attribution":"on_record"},"data":{"summary":"To go on when convenient"}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// # let dossier = &fold.dossiers(&Query::default())?[0];
    /// let said = dossier.said(&dossier.timeline[0].0, &Names::default());
    /// assert_eq!(said, "State (US) says on the record: “To go on when convenient”");
    /// # Ok::<(), demarche_projection::LogChanged>(())
    /// ```
    #[must_use]
    pub fn said(&self, event: &Event, names: &Names) -> String {
        begun(&self.said_as(event, Clause::as_it_was_said(names)))
    }

    pub(super) fn said_as(&self, event: &Event, view: Clause<'_>) -> String {
        let names = view.names;
        let who = names.speaker(&event.source);
        let (verb, manner) = says(event.source.attribution);
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type says something of the world in a clause")]
        match &event.data {
            Payload::StatementMade(p) => {
                let about = p.about.as_ref().map_or_else(String::new, |topic| format!(" of {topic}"));
                format!("{who} {verb}{manner}{about}: “{}”", p.summary)
            }
            Payload::ClaimConfirmed(p) => {
                format!("{who} confirms{manner} {}{}", self.claims(event, names), words(p.summary.as_deref()))
            }
            Payload::ClaimDenied(p) => {
                format!("{who} denies{manner} {}{}", self.claims(event, names), words(p.summary.as_deref()))
            }
            Payload::ClaimWithdrawn(p) => {
                format!("{who} takes back{manner} {}{}", self.claims(event, names), words(p.summary.as_deref()))
            }
            Payload::EventRetracted(_) | Payload::EventRedacted(_) => clause(event, names),
            _ => format!("{who} {verb}{manner} that {}", view.of(event)),
        }
    }

    /// Returns the claims that a claim about claims names: "what Izvestia said, that the meeting is off".
    fn claims(&self, event: &Event, names: &Names) -> String {
        let ids = event.data.targets();
        if ids.len() > CLAIMS_TOLD_MAX {
            return format!("{} earlier claims", ids.len());
        }
        let told: Vec<String> = ids.iter().map(|id| self.claim(*id, event, names)).collect();
        joined(&told)
    }

    fn claim(&self, id: EventId, by: &Event, names: &Names) -> String {
        self.event(id).map_or_else(|| "an earlier claim".to_owned(), |claim| self.word_to(claim, by, names))
    }

    /// Returns a claim as the object of a denial, a confirmation or a withdrawal; it may be the speaker's.
    pub(super) fn word_to(&self, claim: &Event, by: &Event, names: &Names) -> String {
        if claim.source.who != by.source.who {
            return self.word_of(claim, names);
        }
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is no claim about claims")]
        match &claim.data {
            Payload::ClaimConfirmed(_) => "its own confirmation".to_owned(),
            Payload::ClaimDenied(_) => "its own denial".to_owned(),
            Payload::ClaimWithdrawn(_) => "its own withdrawal".to_owned(),
            _ => format!("its own word{}", what(claim, names)),
        }
    }

    /// Returns somebody's claim as the object of others' denials or confirmations.
    pub(super) fn word_of(&self, claim: &Event, names: &Names) -> String {
        let who = names.source(&claim.source);
        #[allow(clippy::wildcard_enum_match_arm, reason = "every other type is no claim about claims")]
        match &claim.data {
            Payload::ClaimConfirmed(_) => format!("the confirmation by {who}"),
            Payload::ClaimDenied(_) => format!("the denial by {who}"),
            Payload::ClaimWithdrawn(_) => format!("the withdrawal by {who}"),
            _ => format!("what {who} said{}", what(claim, names)),
        }
    }
}

/// Returns what a claim says, to follow "what somebody said".
fn what(claim: &Event, names: &Names) -> String {
    if let Payload::StatementMade(p) = &claim.data {
        return words(Some(&p.summary));
    }
    format!(", that {}", clause(claim, names))
}

/// Returns a grade in words.
pub(super) fn grade(grade: Option<Grade>) -> String {
    grade.map_or_else(|| "ungraded".to_owned(), |grade| grade.to_string())
}
