//! §4: "**what is ahead**: meetings, deadlines, days on which measures take effect and agreements end, in order of
//! date"; the JSON contract: "what lies ahead of `today`".

use std::collections::BTreeMap;

use demarche_core::{Edtf, Instant, Payload};
use serde_json::{Value, json};

use super::Track;
use super::meeting;
use super::same::Phase;

/// What happens on a day: the word for it and its name. The word's place breaks ties, in the order of the sentence.
type Entry<'a> = (&'a Edtf, usize, &'a str);

const WHAT: [&str; 4] = ["meeting", "deadline", "measure", "agreement"];

pub(super) fn ahead(track: &Track<'_>) -> Vec<Value> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    entries.extend(meetings(track).into_iter().map(|(on, name)| (on, 0, name)));
    entries.extend(deadlines(track).into_iter().map(|(name, on)| (on, 1, name)));
    entries.extend(measures(track).into_iter().map(|(name, on)| (on, 2, name)));
    entries.extend(agreements(track).into_iter().map(|(name, on)| (on, 3, name)));
    entries.retain(|(on, _, _)| meeting::is_ahead(on, track));
    entries.sort_by_key(|entry| place_in_time(*entry));
    let tell = |(on, what, name): Entry<'_>| json!({ "on": on.as_str(), "what": WHAT[what], "name": name });
    entries.into_iter().map(tell).collect()
}

/// By date as `next` is; unbounded before is before all, unbounded after is after all.
fn place_in_time(entry: Entry<'_>) -> (Option<Instant>, bool, Option<Instant>, usize, &str) {
    let (on, what, name) = entry;
    (on.earliest(), on.latest().is_none(), on.latest(), what, name)
}

/// The meetings with a date announced: those in phase scheduled. One that is merely proposed is not on the calendar.
fn meetings<'a>(track: &Track<'a>) -> Vec<(&'a Edtf, &'a str)> {
    let scheduled = meeting::meetings(track).into_iter().filter(|m| m.phase == Phase::Scheduled);
    scheduled.filter_map(|m| Some((m.when?, m.slug))).collect()
}

/// Of each open proposal the `deadline` last given since it was opened.
fn deadlines<'a>(track: &Track<'a>) -> BTreeMap<&'a str, &'a Edtf> {
    let mut deadlines = BTreeMap::new();
    for event in &track.counting {
        match &event.data {
            Payload::ProposalMade(made) => {
                deadlines.extend(made.deadline.as_ref().map(|on| (made.proposal.as_str(), on)));
            }
            Payload::ProposalAnswered(answered) if answered.answer.as_str() != "deferred" => {
                deadlines.remove(answered.proposal.as_str());
            }
            _ => {}
        }
    }
    deadlines
}

/// Of each measure the `effective` of what was last said of it: what is said without a date acts at once.
fn measures<'a>(track: &Track<'a>) -> BTreeMap<&'a str, &'a Edtf> {
    let mut measures = BTreeMap::new();
    for event in &track.counting {
        if let Payload::MeasureTaken(taken) = &event.data {
            measures.remove(taken.measure.as_str());
            measures.extend(taken.effective.as_ref().map(|on| (taken.measure.as_str(), on)));
        }
    }
    measures
}

/// Of each agreement that has not ended the `until` last given since it was reached.
fn agreements<'a>(track: &Track<'a>) -> BTreeMap<&'a str, &'a Edtf> {
    let mut agreements = BTreeMap::new();
    for event in &track.counting {
        match &event.data {
            Payload::AgreementReached(reached) => {
                agreements.extend(reached.until.as_ref().map(|on| (reached.agreement.as_str(), on)));
            }
            Payload::AgreementEnded(ended) => {
                agreements.remove(ended.agreement.as_str());
            }
            _ => {}
        }
    }
    agreements
}
