//! A state in a sentence that a diplomat could read aloud.

use demarche_core::{ActorId, Edtf, Event, Payload};

use super::clause::{Clause, clause, words};
use super::dates::{Preposition, dated};
use super::names::Names;
use super::rest::is_within;
use super::said::grade;
use crate::dossier::{Dossier, MeetingEntry};
use crate::status::is_progress;
use crate::state::{Phase, Rule};

impl Dossier {
    /// Returns the state in one plain sentence: status and since, who says what and how well sourced, who denies it,
    /// which parties say so and which say otherwise, and any other date and place that stand.
    ///
    /// ```
    /// # use demarche_projection::{Fold, narrate::Names};
    /// # use demarche_projection::query::Query;
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru","occurred":"2025-06","recorded":"2025-08-01T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round","by":"us"}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// assert_eq!(
    ///     fold.dossiers(&Query::default())?[0].sentence(&Names::default()),
    ///     "Cancelled since June 2025: Izvestia reports that the meeting moscow-round is off, called off by the US \
    ///      (B2); nobody denies it."
    /// );
    /// # Ok::<(), demarche_projection::LogChanged>(())
    /// ```
    #[must_use]
    pub fn sentence(&self, names: &Names) -> String {
        let state = &self.state;
        let mut status = state.status.as_str().to_owned();
        if let Some(first) = status.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let is_slip = state.since.earliest().is_some_and(|since| since > state.today);
        let dated_so = if is_slip { " (as the entry is dated)" } else { "" };
        let head = format!("{status} {}{dated_so}", dated(Preposition::Since, &state.since));
        let decided = self.decided_by();
        let mut parts = Vec::new();
        if state.rule == Rule::Silence {
            parts.push(format!("{head}: {}", self.silence(decided, names)));
            parts.extend(self.became_of_it(decided));
        } else {
            let (said, grade) = (self.said_as(decided, self.as_of_today(names)), grade(decided.source.grade));
            parts.push(format!("{head}: {said} ({grade}){}", self.passed()));
            parts.extend(self.as_it_stands(decided, names));
            parts.extend(self.dissent(decided, names));
            parts.extend(if state.rule == Rule::NothingYet {
                Some("there is no other sign of progress yet".to_owned())
            } else {
                self.voices(names)
            });
            parts.extend(self.background(decided, names));
        }
        format!("{}.", parts.join("; "))
    }

    pub(super) fn as_of_today<'a>(&'a self, names: &'a Names) -> Clause<'a> {
        Clause { names, today: Some(self.state.today), mediators: &self.state.mediators }
    }

    /// Returns since when nothing has moved, and what moved last.
    fn silence(&self, last: &Event, names: &Names) -> String {
        let days = self.state.patience_days;
        // If it may have occurred after its entry, it was heard no later than the entry.
        let may_be_later = last.occurred.latest().is_none_or(|latest| latest.date() > last.recorded.date());
        let entered = Edtf::day(last.recorded.date()).filter(|_| may_be_later);
        let when = match &entered {
            Some(day) => format!(", entered {}, came", dated(Preposition::On, day)),
            None => format!(" came {}", dated(Preposition::On, last.occurred.date())),
        };
        let who = names.speaker(&last.source);
        let who = who.trim_end_matches(',');
        let said = if let Payload::StatementMade(p) = &last.data {
            words(Some(&p.summary))
        } else if last.event_type().is_about_claims() {
            format!(": {}", self.said_as(last, Clause::as_it_was_said(names)))
        } else {
            format!(": {}", self.as_of_today(names).of(last))
        };
        let grade = grade(last.source.grade);
        if is_progress(last.event_type()) {
            return format!("no sign of progress for more than {days} days; the last{when} from {who}{said} ({grade})");
        }
        format!("no sign of progress on record; the last word{when} from {who}{said} ({grade})")
    }

    /// Says that nobody has said what became of something overdue, or that this is disputed.
    fn passed(&self) -> &'static str {
        match (self.state.rule, self.is_outcome_disputed()) {
            (Rule::MeetingOverdue, false) => ", and nobody has said whether it took place",
            (Rule::MeetingOverdue, true) => ", and whether it took place is disputed",
            (Rule::PostponedOverdue, false) => ", and nobody has said what became of it",
            (Rule::PostponedOverdue, true) => ", and what became of it is disputed",
            (Rule::ProposalOverdue, false) => ", and nobody has answered in time",
            (Rule::ProposalOverdue, true) => ", and the answer is disputed",
            _ => "",
        }
    }

    /// Returns which parties say so, which say otherwise, and which are silent.
    fn voices(&self, names: &Names) -> Option<String> {
        let state = &self.state;
        let (said_by, otherwise, silent) = (&state.said_by[..], &state.otherwise[..], &state.silent[..]);
        let say = |actors: &[ActorId], what: &str| {
            let verb = if actors.len() == 1 { "says" } else { "say" };
            (!actors.is_empty()).then(|| format!("{} {verb} {what}", names.actors(actors)))
        };
        let silence = match (said_by, otherwise, silent) {
            (_, _, []) => None,
            (_, _, silent) if self.has_another_date(silent) => Some(match (said_by, otherwise, silent) {
                ([], [], [_, _]) => "neither side has named that date itself".to_owned(),
                (_, _, [one]) => format!("{} has not named that date itself", names.actor(one)),
                _ => format!("{} have not named that date themselves", names.actors(silent)),
            }),
            ([], [], [_, _]) => Some("neither side has said so itself".to_owned()),
            ([], [], [_, _, _, ..]) => Some("none of the parties has said so itself".to_owned()),
            ([], _, [one]) => Some(format!("{} has not said so itself", names.actor(one))),
            ([], ..) => Some(format!("{} have not said so themselves", names.actors(silent))),
            (_, _, [one]) => Some(format!("{} has said nothing of the kind", names.actor(one))),
            _ => Some(format!("{} have said nothing of the kind", names.actors(silent))),
        };
        // A party that has said so, and asks for something else as well, does not simply say so.
        let has_second_thoughts = state.contested.iter().filter_map(|dispute| self.event(dispute.claim));
        let has_second_thoughts = has_second_thoughts
            .filter(|claim| claim.id != state.decided_by)
            .any(|claim| said_by.iter().any(|party| is_within(&claim.source.who, party)));
        let agreement = match (said_by, otherwise, silent) {
            ([_, _], [], []) if has_second_thoughts => Some("both parties have said so".to_owned()),
            ([_, _, _, ..], [], []) if has_second_thoughts => Some("all the parties have said so".to_owned()),
            ([_, _], [], []) => Some("both parties say so".to_owned()),
            ([_, _, _, ..], [], []) => Some("all the parties say so".to_owned()),
            _ => say(said_by, "so"),
        };
        let told: Vec<String> = [agreement, say(otherwise, "otherwise"), silence].into_iter().flatten().collect();
        (!told.is_empty()).then(|| told.join(", "))
    }

    /// Tells whether one of these parties has spoken of the meeting on which the status rests, which has a date.
    fn has_another_date(&self, parties: &[ActorId]) -> bool {
        let Some(meeting) = self.meeting_of(self.decided_by()) else { return false };
        let is_dated =
            matches!(meeting.phase, Phase::Proposed | Phase::Scheduled | Phase::Held) && meeting.when.is_some();
        let speaks = |entry: &MeetingEntry| {
            entry.phase == Some(meeting.phase) && parties.iter().any(|party| is_within(&entry.event.source.who, party))
        };
        is_dated && meeting.history.iter().any(speaks)
    }

    /// Returns what an event says, to follow the speaker: "that the meeting is off", or the words of a statement.
    pub(super) fn that(event: &Event, names: &Names) -> String {
        if let Payload::StatementMade(p) = &event.data {
            return format!("“{}”", p.summary);
        }
        format!("that {}", clause(event, names))
    }
}
