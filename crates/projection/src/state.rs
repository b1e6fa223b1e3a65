//! The state of a track: the answer of the fold (`docs/model.md` §4), in the form of the JSON contract.

use std::collections::BTreeMap;

use demarche_core::{ActorId, Edtf, EventId, Instant, MeetingFormat, MeetingId, ProposalId, TrackId, TrackKind};

use crate::json::{Json as _, object, words};

pub use crate::agenda::{AgendaItem, AgendaView, Dated, Tense};
pub use crate::compare::{Aspect, Comparison, ComparisonView};
pub use crate::dossier::{
    Agreement, Dossier, DossierView, Issue, Meeting, MeetingEntry, Proposal, WhyView, event_json,
};
pub use crate::fold::{Spell, SpellView};
pub use crate::milestone::Milestone;
pub use crate::rollup::{Node, rollup};
pub use crate::standing::Standing;
pub use crate::status::{Phase, Rule, Status, StatusError};

object! {
    /// Where a track stands, since when, which events decide that, and who says otherwise.
    ///
    /// It serialises as the JSON contract (`docs/json.md`): the fields are its keys, in their order.
    ///
    /// ```
    /// use demarche_core::codec::decode;
    /// use demarche_projection::Fold;
    /// use demarche_projection::query::Query;
    /// use demarche_projection::state::Status;
    ///
    /// let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"meeting_cancelled","track":"us-ru/irritants","occurred":"2025-06","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media","grade":"B2"},"data":{"meeting":"moscow-round","by":"us"}}"#;
    /// let fold = Fold::of([decode(line).unwrap()])?;
    /// let query = Query { today: Some("2025-07-01T00:00:00Z".parse().unwrap()), ..Query::default() };
    /// let states = fold.states(&query)?;
    /// assert_eq!(states[0].status, Status::Cancelled);
    /// assert_eq!(states[0].since.as_str(), "2025-06");
    /// assert_eq!(states[0].decided_by.to_string(), "0199f3c0-5a00-7000-8000-000000000001");
    ///
    /// let json = serde_json::to_value(&states[0])?;
    /// assert_eq!(json["status"], "cancelled");
    /// assert_eq!(json["decided_by"], json["evidence"][0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub struct TrackState {
        /// The track.
        track: TrackId,
        /// What it is called, as last opened, or `None` if it was never opened.
        title: Option<Box<str>>,
        /// What kind of undertaking it is, as last opened.
        kind: Option<TrackKind>,
        /// Whose track it is, as last opened, in the order given, without repetitions.
        parties: Vec<ActorId>,
        /// Who mediates, as last opened, in the order given, without repetitions.
        mediators: Vec<ActorId>,
        /// Where it stands.
        status: Status,
        /// Since when. This is when the first event of the run occurred on which the status rests; for a stall by
        /// silence, the UTC day on which the patience ran out; for something overdue, the last day that was set.
        since: Edtf,
        /// The best graded event of that run, the first among equals.
        decided_by: EventId,
        /// The events from which the status follows, the deciding one first, the others in order. Folding them alone
        /// gives the same status and `since`. Never empty.
        evidence: Vec<EventId>,
        /// The next scheduled meeting, whatever the status.
        next: Option<Appointment>,
        /// How many meetings were held.
        meetings_held: usize,
        /// When the meeting that was held last took place, by its date.
        last_held: Option<Edtf>,
        /// The meeting that was held last, by its date.
        last: Option<LastMeeting>,
        /// What lies ahead of the day on which the track is judged, in order of date.
        ahead: Vec<Ahead>,
        /// The proposals that await an answer, sorted.
        open_proposals: Vec<ProposalId>,
        /// When the last considered event occurred.
        last_activity: Edtf,
        /// When the last counting progress event occurred.
        last_progress: Option<Edtf>,
        /// How many different speakers the considered events have.
        sources: usize,
        /// How many events are considered.
        events: usize,
        /// The parties that say so, sorted.
        said_by: Vec<ActorId>,
        /// The parties that say otherwise, sorted.
        otherwise: Vec<ActorId>,
        /// The parties that have said neither, sorted.
        silent: Vec<ActorId>,
        /// The disputes and objections that bear on the status, in the order of the claims.
        contested: Vec<Dispute>,
        /// Every dispute of the track, in the order of the claims.
        disputes: Vec<Dispute>,
        /// The rule that gave the status.
        rule: Rule,
        @then {
            /// How many tracks beneath it have each status; present only in answers about all tracks.
            descendants: BTreeMap<Status, usize>,
        }
        @aside {
            /// How many meetings there are, held or not.
            meetings: usize,
            /// The instant at which it was judged.
            today: Instant,
            /// After how many days silence counts as a stall.
            patience_days: u32,
            /// The instant from which the passage of time alone may change the state: a date that was set passes, or
            /// the patience with silence runs out, for the track or for its evidence alone. `None` if there is no such
            /// instant.
            due: Option<Instant>,
        }
    }
}

object! {
    /// A meeting: when and where.
    pub struct Appointment {
        /// The name of the meeting.
        meeting: MeetingId,
        /// The date last given.
        when: Option<Edtf>,
        /// The venue last given.
        venue: Option<Box<str>>,
    }
}

object! {
    /// The meeting that was held last.
    pub struct LastMeeting {
        /// The name of the meeting.
        meeting: MeetingId,
        /// When it took place.
        when: Option<Edtf>,
        /// How people met.
        format: Option<MeetingFormat>,
    }
}

object! {
    /// Something that lies ahead.
    pub struct Ahead {
        /// The day, as imprecise as it was given.
        on: Edtf,
        /// The kind of thing.
        what: AheadKind,
        /// The name of the meeting, the proposal, the measure or the agreement.
        name: Box<str>,
    }
}

/// The kinds of things that lie ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AheadKind {
    /// A meeting that is scheduled, or proposed for a date.
    Meeting,
    /// The deadline of a proposal.
    Deadline,
    /// A measure that takes effect, or a threat that falls due.
    Measure,
    /// The end of an agreement.
    Agreement,
}

object! {
    /// A claim that somebody denies, or an objection to a meeting.
    pub struct Dispute {
        /// The claim.
        claim: EventId,
        /// The denials that have neither lapsed nor been withdrawn, sorted.
        denied_by: Vec<EventId>,
        /// Whether prudent weighing over all live events sets the claim aside, under any reading.
        set_aside: bool,
        /// Why it bears on the status, or `None` if it does not.
        because: Option<Because>,
    }
}

/// Why a dispute bears on the status of its track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Because {
    /// The disputed claim says what the state says.
    Supports,
    /// It says otherwise about the same meeting, and its party has not changed its word since.
    Rival,
    /// It is set aside, and would decide if no denial were weighed.
    Decisive,
    /// A party speaks against the meeting.
    Objection,
}

words!(AheadKind {
    Meeting = "meeting",
    Deadline = "deadline",
    Measure = "measure",
    Agreement = "agreement"
});
words!(Because {
    Supports = "supports",
    Rival = "rival",
    Decisive = "decisive",
    Objection = "objection"
});

impl TrackState {
    /// Appends the state as JSON: the same bytes as `serde_json`, many times faster.
    ///
    /// ```
    /// # use demarche_projection::Fold;
    /// # use demarche_projection::query::Query;
    /// # let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
    /// # let fold = Fold::of([demarche_core::codec::decode(line).unwrap()]).unwrap();
    /// let state = &fold.states(&Query::default())?[0];
    /// let mut json = Vec::new();
    /// state.write_json(&mut json);
    /// assert_eq!(json, serde_json::to_vec(state)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_json(&self, out: &mut Vec<u8>) {
        self.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_serde_json_writes_them() {
        let id = |number: u8| format!("0199f3c0-5a00-7000-8000-0000000000{number:02x}").parse::<EventId>().unwrap();
        let date = |text: &str| text.parse::<Edtf>().unwrap();
        let counts = BTreeMap::from([(Status::ALL[0], 3), (Status::ALL[2], 0)]);
        let texts = ["", "plain", "\"quoted\" \\ and\ttabbed\n", "\u{1}\u{1f}\u{7f}\u{2028}", "Zürich – 北京 🙂"];
        for text in texts {
            for is_full in [false, true] {
                let actors = if is_full { vec![ActorId::new("us/state").unwrap(); 2] } else { Vec::new() };
                let some_date = is_full.then(|| date("2025-10-25?/2025-11~"));
                let meeting = Appointment {
                    meeting: MeetingId::new("m-1").unwrap(),
                    when: some_date.clone(),
                    venue: is_full.then(|| text.into()),
                };
                let dispute =
                    |set_aside, because| Dispute { claim: id(1), denied_by: vec![id(2), id(3)], set_aside, because };
                let disputes = [dispute(true, None), dispute(false, Some(Because::Rival))];
                let last = LastMeeting {
                    meeting: MeetingId::new("m-2").unwrap(),
                    when: None,
                    format: is_full.then_some(MeetingFormat::InPerson),
                };
                let ahead = Ahead { on: date("2025-12"), what: AheadKind::Deadline, name: "p".into() };
                let state = TrackState {
                    track: TrackId::new("a/b-c").unwrap(),
                    title: is_full.then(|| text.into()),
                    kind: is_full.then_some(TrackKind::ArmsControl),
                    parties: actors.clone(),
                    mediators: actors.clone(),
                    status: Status::ALL[1],
                    since: date("2025-21"),
                    decided_by: id(7),
                    evidence: if is_full { vec![id(7), id(0xff)] } else { Vec::new() },
                    next: is_full.then_some(meeting),
                    meetings_held: 12,
                    last_held: some_date.clone(),
                    last: is_full.then_some(last),
                    ahead: if is_full { vec![ahead] } else { Vec::new() },
                    open_proposals: if is_full { vec![ProposalId::new("one").unwrap(); 2] } else { Vec::new() },
                    last_activity: date("2025"),
                    last_progress: some_date,
                    sources: 0,
                    events: usize::MAX,
                    said_by: actors.clone(),
                    otherwise: actors.clone(),
                    silent: actors,
                    contested: if is_full { disputes.to_vec() } else { Vec::new() },
                    disputes: if is_full { disputes.to_vec() } else { Vec::new() },
                    rule: Rule::Silence,
                    descendants: is_full.then(|| counts.clone()),
                    meetings: 12,
                    today: Instant::MIN,
                    patience_days: 90,
                    due: None,
                };
                let mut json = b"before".to_vec();
                state.write_json(&mut json);
                let expected = format!("before{}", serde_json::to_string(&state).unwrap());
                assert_eq!(String::from_utf8(json).unwrap(), expected);
            }
        }
    }
}
