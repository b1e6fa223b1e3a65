//! What changed, in words: a headline for a track, a line for each change.

use std::collections::BTreeMap;

use demarche_core::{ActorId, Edtf, Event, MeetingId};

use super::dates::{Preposition, dated, short_date};
use super::names::{Names, begun, joined};
use crate::dossier::Dossier;
use crate::state::{AheadKind, Appointment, Because, Dispute, Phase, TrackState};
use crate::diff::{Change, ChangeKind};

impl<'s> Change<'s> {
    /// Returns the events that were added, and those that were removed, in order.
    #[must_use]
    pub fn events(&self) -> (Vec<&'s Event>, Vec<&'s Event>) {
        let (mut new, mut gone) = (Vec::new(), Vec::new());
        for kind in &self.kinds {
            if let ChangeKind::NewEvents(events) = kind {
                new.extend(events);
            } else if let ChangeKind::GoneEvents(events) = kind {
                gone.extend(events);
            }
        }
        (new, gone)
    }

    /// Returns where the track stands now and stood before, in a line.
    #[must_use]
    pub fn headline(&self) -> String {
        let stands = |side: &Dossier| format!("{} {}", side.state.status, dated(Preposition::Since, &side.state.since));
        let track = self.track;
        match (self.before, self.after) {
            (None, Some(after)) => format!("{track}: new, {}", stands(after)),
            (Some(before), None) => {
                format!("{track}: was {}, and there is nothing to say of it any more", before.state.status)
            }
            (Some(before), Some(after)) if before.state.status != after.state.status => {
                format!("{track}: was {}, now {}", before.state.status, stands(after))
            }
            (_, Some(after)) => format!("{track}: still {}", stands(after)),
            (None, None) => track.to_string(),
        }
    }

    /// Returns each change in a line, except those that the headline or the list of events tells.
    #[must_use]
    pub fn lines(&self, names: &Names) -> Vec<String> {
        let sides = self.before.into_iter().chain(self.after);
        let meetings = sides.flat_map(|side| &side.meetings);
        let titles = meetings.filter_map(|meeting| Some((&meeting.name, meeting.title.as_deref()?))).collect();
        let line = |kind| Some(begun(&self.line(kind, &titles, names)?));
        self.kinds.iter().filter_map(line).collect()
    }

    fn line(&self, kind: &ChangeKind<'_>, titles: &Titles<'_>, names: &Names) -> Option<String> {
        Some(match kind {
            ChangeKind::Appeared
            | ChangeKind::Vanished
            | ChangeKind::Status { .. }
            | ChangeKind::NewEvents(_)
            | ChangeKind::GoneEvents(_) => return None,
            ChangeKind::Since { from, .. } => {
                format!("before: {}", dated(Preposition::Since, from))
            }
            ChangeKind::Decided { from, to } => match (names.source(&to.source), names.source(&from.source)) {
                (now, before) if now == before => format!("now decided by another claim by {now}"),
                (now, before) => format!("now decided by {now} (before: {before})"),
            },
            ChangeKind::Next { from, to } => format!("next meeting: {} (before: {})", next(*to), next(*from)),
            ChangeKind::SaidBy { from, to } => {
                format!("said by {} (before: {})", parties(to, names), parties(from, names))
            }
            ChangeKind::Opening { from, to } => opening(from, to, names),
            ChangeKind::Disputed { claim, from, to } => self.dispute(claim, *from, *to, names)?,
            ChangeKind::Confirmed { claim, by } => self.answered(claim, by, ["confirms", "confirm"], names),
            ChangeKind::Withdrawn { claim, by } => self.answered(claim, by, ["takes back", "take back"], names),
            ChangeKind::Meeting { .. } | ChangeKind::MeetingDate { .. } | ChangeKind::MeetingVenue { .. } => {
                of_meeting(kind, titles)?
            }
            ChangeKind::ProposalOpened { proposal } => format!("proposal {} awaits an answer", proposal.name),
            ChangeKind::ProposalClosed { name, .. } => match kind.answer() {
                Some(answer) => format!("proposal {name}: {answer}"),
                None => format!("proposal {name}: taken back"),
            },
            ChangeKind::Agreement { name, to, .. } => {
                let stage = to.and_then(|agreement| agreement.stage).map(|stage| stage.as_str().replace('_', " "));
                let ended = to.and_then(|agreement| agreement.ended).map(|ended| ended.to_string());
                format!("agreement {name}: {}", ended.or(stage).unwrap_or_else(|| GONE.to_owned()))
            }
            ChangeKind::Issue { name, to, .. } => match (to, to.and_then(|issue| issue.resolved)) {
                (_, Some(extent)) => format!("issue {name}: {extent} resolved"),
                (Some(_), None) => format!("issue {name}: on the agenda"),
                (None, None) => format!("issue {name}: {GONE}"),
            },
            ChangeKind::Passed { what, name, on } => {
                let what = match what {
                    AheadKind::Meeting => "the day of the meeting",
                    AheadKind::Deadline => "the deadline of the proposal",
                    AheadKind::Measure => "the day set for the measure",
                    AheadKind::Agreement => "the term of the agreement",
                };
                format!("{what} {name} has passed: {}", short_date(on.as_str()))
            }
        })
    }

    /// Returns the sides in which to look a claim up, the later one first.
    fn side_of(&self, claim: &Event) -> Option<&'s Dossier> {
        self.after.into_iter().chain(self.before).find(|side| side.event(claim.id).is_some())
    }

    fn answered(&self, claim: &Event, by: &[&Event], verbs: [&str; 2], names: &Names) -> String {
        let [one, several] = verbs;
        let mut who: Vec<String> = by.iter().map(|event| names.source(&event.source)).collect();
        who.dedup();
        let verb = if who.len() == 1 { one } else { several };
        let word = match (self.side_of(claim), by) {
            (Some(side), [by]) => side.word_to(claim, by, names),
            (Some(side), _) => side.word_of(claim, names),
            (None, _) => "an earlier claim".to_owned(),
        };
        format!("{} {verb} {word}", joined(&who))
    }

    fn dispute(&self, claim: &Event, from: Option<&Dispute>, to: Option<&Dispute>, names: &Names) -> Option<String> {
        let side = self.side_of(claim)?;
        // A clause within the sentence ends with a comma.
        let word = || {
            let word = side.word_of(claim, names);
            if word.contains(", that ") { format!("{word},") } else { word }
        };
        let is_objection = |dispute: &Dispute| dispute.denied_by.is_empty();
        let plainly = |dispute: &Dispute| {
            let because = dispute.because.filter(|because| *because == Because::Objection && is_objection(dispute));
            self.after?.disputed(&Dispute { because, ..dispute.clone() }, names)
        };
        match (from, to) {
            (None, None) => None,
            (None, Some(to)) => plainly(to),
            (Some(from), None) if is_objection(from) => Some(format!("{} is no longer an objection", word())),
            (Some(_), None) => Some(format!("{} is no longer denied", word())),
            (Some(from), Some(to)) => {
                let added = |here: &Dispute, there: &Dispute| {
                    let new = here.denied_by.iter().filter(|id| !there.denied_by.contains(id)).copied().collect();
                    Dispute { denied_by: new, set_aside: false, ..here.clone() }
                };
                let (new, gone) = (added(to, from), added(from, to));
                let mut told = Vec::new();
                if !new.denied_by.is_empty() {
                    told.extend(plainly(&new));
                }
                if !gone.denied_by.is_empty() {
                    let by = gone.denied_by.iter().filter_map(|id| self.before?.event(*id));
                    let by: Vec<String> = by.map(|denial| names.source(&denial.source)).collect();
                    told.push(format!("the denial by {} of {} no longer stands", joined(&by), word()));
                }
                match (from.set_aside, to.set_aside) {
                    (false, true) => told.push(format!("{} is outweighed now", word())),
                    (true, false) => told.push(format!("{} is no longer outweighed", word())),
                    _ => {}
                }
                match (from.because, to.because) {
                    (None, Some(_)) => told.push(format!("{} bears on the status now", word())),
                    (Some(_), None) => told.push(format!("{} no longer bears on the status", word())),
                    _ => {}
                }
                (!told.is_empty()).then(|| told.join("; "))
            }
        }
    }
}

/// Returns what the track is called now and was called before, where the two differ.
fn opening(from: &TrackState, to: &TrackState, names: &Names) -> String {
    let title = |state: &TrackState| state.title.as_ref().map_or_else(|| "nothing".to_owned(), |t| format!("“{t}”"));
    let kind = |state: &TrackState| state.kind.map_or("unknown", |kind| kind.as_str()).to_owned();
    let told = |what: &str, tell: &dyn Fn(&TrackState) -> String| {
        let (from, to) = (tell(from), tell(to));
        (from != to).then(|| format!("{what} {to} (before: {from})"))
    };
    let whose = |state: &TrackState| parties(&state.parties, names);
    let mediators = |state: &TrackState| match &state.mediators[..] {
        [] => "nobody".to_owned(),
        mediators => parties(mediators, names),
    };
    let parts =
        [told("called", &title), told("kind:", &kind), told("parties:", &whose), told("mediated by", &mediators)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// Returns the titles of the meetings that have one, as last given.
type Titles<'d> = BTreeMap<&'d MeetingId, &'d str>;

/// Returns what became of a meeting, in a line.
fn of_meeting(kind: &ChangeKind<'_>, titles: &Titles<'_>) -> Option<String> {
    #[allow(clippy::wildcard_enum_match_arm, reason = "the others are told by `line`")]
    Some(match kind {
        ChangeKind::Meeting { name, from, to } => {
            let before = from.map_or_else(String::new, |from| format!(" (before: {from})"));
            format!("{}: {}{before}", named(name, titles), to.map_or(GONE, Phase::as_str))
        }
        ChangeKind::MeetingDate { name, from, to } => {
            let date =
                |date: &Option<&Edtf>| date.map_or_else(|| "no date".to_owned(), |date| short_date(date.as_str()));
            format!("{}: {} (before: {})", named(name, titles), date(to), date(from))
        }
        ChangeKind::MeetingVenue { name, from, to } => {
            let place = |place: &Option<&str>| place.unwrap_or("no known place").to_owned();
            format!("{}: {} (before: {})", named(name, titles), place(to), place(from))
        }
        _ => return None,
    })
}

/// Returns the name of a meeting, with its title if it has one.
fn named(name: &MeetingId, titles: &Titles<'_>) -> String {
    match titles.get(name) {
        Some(title) => format!("meeting {name} (“{title}”)"),
        None => format!("meeting {name}"),
    }
}

const GONE: &str = "no longer on record";

fn next(meeting: Option<&Appointment>) -> String {
    meeting.map_or_else(
        || "none".to_owned(),
        |meeting| {
            let when = meeting.when.as_ref().map_or_else(String::new, |when| format!(" {}", short_date(when.as_str())));
            let venue = meeting.venue.as_ref().map_or_else(String::new, |venue| format!(" in {venue}"));
            format!("{}{when}{venue}", meeting.meeting)
        },
    )
}

fn parties(actors: &[ActorId], names: &Names) -> String {
    if actors.is_empty() {
        return "none of the parties".to_owned();
    }
    names.actors(actors)
}
