//! A state in a sentence that a diplomat could read out.

use demarche_core::{ActorId, Event, Grade};

use super::clause::clause;
use super::dates::date_in_words;
use super::names::{actor_in_words, joined, speaker_in_words};
use crate::Rule;
use crate::dossier::Dossier;

impl Dossier {
    /// Returns the state in one plain sentence: status and since, who says what and how well sourced, who denies it,
    /// which parties say so.
    ///
    /// ```
    /// # use demarche_projection::{Fold, Query};
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru","occurred":"2025-06","recorded":"2025-08-01T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round","by":"us"}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// assert_eq!(
    ///     fold.dossiers(&Query::default())?[0].sentence(),
    ///     "Cancelled since June 2025: Izvestia reports that the meeting moscow-round is off, called off by the US \
    ///      (B2); nobody denies it."
    /// );
    /// # Ok::<(), demarche_projection::LogChanged>(())
    /// ```
    #[must_use]
    pub fn sentence(&self) -> String {
        let state = &self.state;
        let mut status = state.status.as_str().to_owned();
        if let Some(first) = status.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let since = date_in_words(&state.since);
        let decided = self.decided_by();
        if state.rule == Rule::Silence {
            return format!(
                "{status} since {since}: nothing has moved for more than {} days; the last sign of progress was \
                 that {} ({}, {}).",
                state.patience_days,
                clause(decided),
                date_in_words(decided.occurred.date()),
                grade(decided.source.grade)
            );
        }
        let passed = if state.rule == Rule::MeetingOverdue { ", and nobody has said whether it did" } else { "" };
        format!(
            "{status} since {since}: {} that {}{passed} ({}); {}{}.",
            speaker_in_words(&decided.source),
            clause(decided),
            grade(decided.source.grade),
            self.dissent(decided),
            self.voices()
        )
    }

    /// Who denies what decided, and whether that outweighs it.
    fn dissent(&self, decided: &Event) -> String {
        let of_decided = self.state.contested.iter().find(|dispute| dispute.claim == decided.id);
        match (of_decided, self.state.contested.as_slice()) {
            (None, []) => "nobody denies it".to_owned(),
            (None, others) => {
                let count = others.len();
                let claims = if count == 1 {
                    "another claim on it is".to_owned()
                } else {
                    format!("{count} other claims on it are")
                };
                format!("nobody denies that, but {claims} disputed")
            }
            (Some(dispute), _) => {
                let deniers: Vec<String> = dispute
                    .denied_by
                    .iter()
                    .filter_map(|id| self.event(*id))
                    .map(|denial| format!("{} ({})", actor_in_words(&denial.source.who), grade(denial.source.grade)))
                    .collect();
                let verb = if deniers.len() == 1 { "denies" } else { "deny" };
                let weight = if dispute.set_aside { "which outweighs it" } else { "which does not outweigh it" };
                format!("{} {verb} it, {weight}", joined(&deniers))
            }
        }
    }

    /// Which parties say the same, and which are silent.
    fn voices(&self) -> String {
        let names = |actors: &[ActorId]| joined(&actors.iter().map(actor_in_words).collect::<Vec<_>>());
        match (self.state.said_by.as_slice(), self.state.silent.as_slice()) {
            ([], []) => String::new(),
            ([], [one]) => format!("; {} has not said so itself", actor_in_words(one)),
            ([], [_, _]) => "; neither side has said so itself".to_owned(),
            ([], _) => "; none of the parties has said so itself".to_owned(),
            (_, []) => "; all the parties say so".to_owned(),
            (said, silent) => {
                let (say, have) = (plural(said.len(), "says", "say"), plural(silent.len(), "has", "have"));
                format!("; {} {say} so, {} {have} said nothing of the kind", names(said), names(silent))
            }
        }
    }
}

const fn plural<'t>(count: usize, one: &'t str, many: &'t str) -> &'t str {
    if count == 1 { one } else { many }
}

fn grade(grade: Option<Grade>) -> String {
    grade.map_or_else(|| "ungraded".to_owned(), |grade| grade.to_string())
}
