//! The state of a track: the answer of the fold (`docs/model.md` §4), in the form of the JSON contract.

use std::collections::BTreeMap;

use demarche_core::{ActorId, Edtf, EventId, Instant, MeetingId, ProposalId, TrackId, TrackKind};

use crate::json::{Json as _, object};
use crate::{Rule, Status};

object! {
    /// Where a track stands, since when, resting on which events, and who says otherwise.
    ///
    /// It serialises as the JSON contract (`docs/cli.md`): the fields are its keys, in their order.
    ///
    /// ```
    /// use demarche_core::codec::decode;
    /// use demarche_projection::{Fold, Query, Status};
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
        /// What it is called, as last opened; none where it never was.
        title: Option<Box<str>>,
        /// What kind of undertaking it is, as last opened.
        kind: Option<TrackKind>,
        /// Whose track it is, as last opened, in the order given, each once.
        parties: Vec<ActorId>,
        /// Where it stands.
        status: Status,
        /// Since when: when the deciding event occurred; for a stall by silence the UTC day on which the patience ran
        /// out; for an overdue meeting the last day on which it was to take place.
        since: Edtf,
        /// The deciding event.
        decided_by: EventId,
        /// The events from which the status follows, the deciding one first, the others in order. Folding them alone
        /// gives the same status and `since`. Never empty.
        evidence: Vec<EventId>,
        /// The next scheduled meeting, whatever the status.
        next: Option<Appointment>,
        /// How many meetings were held.
        meetings_held: usize,
        /// When the meeting was that was held last, by its date.
        last_held: Option<Edtf>,
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
        /// The parties that say the same as the deciding event, sorted.
        said_by: Vec<ActorId>,
        /// The parties that have said nothing of the kind, sorted.
        silent: Vec<ActorId>,
        /// The disputes over the subject of the deciding event, in the order of the claims.
        contested: Vec<Dispute>,
        /// The rule by which it has that status.
        rule: Rule,
        @then {
            /// How many tracks beneath it have each status; told only where all tracks are asked for.
            descendants: BTreeMap<Status, usize>,
        }
        @aside {
            /// How many meetings there are, held or not.
            meetings: usize,
            /// The instant at which it was judged.
            today: Instant,
            /// The days of silence that count as a stall here.
            patience_days: u32,
            /// The instant after which time alone may change the status, though nothing happens: a date of a meeting
            /// passes, or the patience with silence runs out. None where there is no such instant.
            due: Option<Instant>,
        }
    }
}

object! {
    /// A meeting: when and where.
    pub struct Appointment {
        /// Its name.
        meeting: MeetingId,
        /// The date last given.
        when: Option<Edtf>,
        /// The venue last given.
        venue: Option<Box<str>>,
    }
}

object! {
    /// A claim that somebody denies.
    pub struct Dispute {
        /// The claim.
        claim: EventId,
        /// The denials that are not withdrawn, sorted.
        denied_by: Vec<EventId>,
        /// Whether prudent weighing over all live events sets the claim aside, whatever the reading.
        set_aside: bool,
    }
}

impl TrackState {
    /// Writes it as JSON behind what there is: the same bytes as `serde_json`, in a fraction of the time.
    ///
    /// ```
    /// # use demarche_projection::{Fold, Query};
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
    fn every_value_is_written_as_serde_json_writes_it() {
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
                let dispute = |set_aside| Dispute { claim: id(1), denied_by: vec![id(2), id(3)], set_aside };
                let state = TrackState {
                    track: TrackId::new("a/b-c").unwrap(),
                    title: is_full.then(|| text.into()),
                    kind: is_full.then_some(TrackKind::ArmsControl),
                    parties: actors.clone(),
                    status: Status::ALL[1],
                    since: date("2025-21"),
                    decided_by: id(7),
                    evidence: if is_full { vec![id(7), id(0xff)] } else { Vec::new() },
                    next: is_full.then_some(meeting),
                    meetings_held: 12,
                    last_held: some_date.clone(),
                    open_proposals: if is_full { vec![ProposalId::new("one").unwrap(); 2] } else { Vec::new() },
                    last_activity: date("2025"),
                    last_progress: some_date,
                    sources: 0,
                    events: usize::MAX,
                    said_by: actors.clone(),
                    silent: actors,
                    contested: if is_full { vec![dispute(true), dispute(false)] } else { Vec::new() },
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
