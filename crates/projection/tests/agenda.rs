//! The agenda of a log, against what its states and dossiers say.
//!
//! `PROPTEST_CASES` sets the number of cases; without it there are 256.

// Tests may panic, and say what they found; clippy sees test functions only, not what they call.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::wildcard_enum_match_arm)]
// Examples read best with their JSON in place, and ask `as_of` as one speaks.
#![allow(clippy::needless_pass_by_value, clippy::wrong_self_convention)]
#![allow(dead_code, unused_imports, unused_macros, reason = "the modules are shared with the other tests")]

mod naive;
mod support;

use std::collections::BTreeSet;

use demarche_core::{Answer, Edtf, Instant, Payload};
use demarche_projection::Fold;
use demarche_projection::query::Query;
use demarche_projection::state::{AgendaItem, AheadKind, Dossier, Phase, Proposal, Status};
use proptest::prelude::*;

use support::generate::{log, questions};
use support::{asked, fold};

/// An item without its venue: track, date, kind, name.
type Told = (String, String, AheadKind, String);

fn told(item: &AgendaItem) -> Told {
    let dated = &item.dated;
    (item.track.to_string(), dated.on.to_string(), dated.what, dated.name.to_string())
}

/// What is overdue by definition: meetings and proposals of a dossier whose day has passed without a word.
fn overdue(dossier: &Dossier) -> Vec<Told> {
    let state = &dossier.state;
    let is_past = |date: &&Edtf| date.latest().is_some_and(|latest| latest < state.today);
    let meetings = dossier.meetings.iter().filter_map(|meeting| {
        let day = match meeting.phase {
            Phase::Scheduled => meeting.when.as_ref(),
            Phase::Postponed => meeting.until.as_ref(),
            _ => None,
        };
        day.filter(is_past).map(|day| (day.clone(), AheadKind::Meeting, meeting.name.to_string()))
    });
    let proposals = dossier.proposals.iter().filter(|proposal| proposal.open).filter_map(|proposal| {
        let day = deadline(proposal);
        day.filter(|day| is_past(&day)).map(|day| (day, AheadKind::Deadline, proposal.name.to_string()))
    });
    meetings.chain(proposals).map(|(on, what, name)| (state.track.to_string(), on.to_string(), what, name)).collect()
}

/// The deadline that was last given since the proposal was opened.
fn deadline(proposal: &Proposal) -> Option<Edtf> {
    let mut deadline = None;
    for event in &proposal.history {
        match &event.data {
            Payload::ProposalMade(made) => deadline = made.deadline.clone().or(deadline),
            Payload::ProposalAnswered(answered) if answered.answer != Answer::Deferred => deadline = None,
            _ => {}
        }
    }
    deadline
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_agenda_holds_what_is_ahead_in_the_states_and_what_is_overdue(log in log(), questions in questions()) {
        let fold = fold(&log.0);
        for query in questions.iter().map(|question| asked(&question.to(&log))) {
            let agenda = fold.agenda(&query, None, |_| true).unwrap();
            let (late, ahead): (Vec<_>, Vec<_>) = agenda.iter().partition(|item| item.is_overdue());
            let of_states = fold.states(&query).unwrap();
            let in_states = of_states.iter().flat_map(|state| {
                let track = state.track.to_string();
                state.ahead.iter().map(move |ahead| {
                    (track.clone(), ahead.on.to_string(), ahead.what, ahead.name.to_string())
                })
            });
            let sorted = |told: &mut dyn Iterator<Item = Told>| {
                let mut told: Vec<Told> = told.collect();
                told.sort();
                told
            };
            prop_assert_eq!(sorted(&mut ahead.iter().map(|item| told(item))), sorted(&mut in_states.into_iter()));
            let dossiers = fold.dossiers(&query).unwrap();
            let expected = sorted(&mut dossiers.iter().flat_map(overdue));
            prop_assert_eq!(sorted(&mut late.iter().map(|item| told(item))), expected);
        }
    }

    #[test]
    fn a_track_that_is_overdue_has_an_overdue_item_of_that_day(log in log(), questions in questions()) {
        let fold = fold(&log.0);
        for query in questions.iter().map(|question| asked(&question.to(&log))) {
            let agenda = fold.agenda(&query, None, |_| true).unwrap();
            for state in fold.states(&query).unwrap().iter().filter(|state| state.status == Status::Overdue) {
                let last = |date: &Edtf| date.latest().map(Instant::date);
                let found = agenda.iter().filter(|item| item.is_overdue() && item.track == state.track);
                prop_assert!(found.into_iter().any(|item| last(&item.dated.on) == last(&state.since)), "{:?}", state);
            }
        }
    }

    #[test]
    fn the_agenda_is_in_order_of_date_and_until_leaves_out_what_begins_later(log in log(), questions in questions()) {
        let fold = fold(&log.0);
        for query in questions.iter().map(|question| asked(&question.to(&log))) {
            let agenda = fold.agenda(&query, None, |_| true).unwrap();
            prop_assert!(agenda.is_sorted_by_key(|item| (item.is_overdue(), item.dated.on.earliest())));
            for until in agenda.iter().filter_map(|item| item.dated.on.earliest()) {
                let mut expected = agenda.clone();
                expected.retain(|item| item.dated.on.earliest().is_none_or(|begin| begin <= until));
                prop_assert_eq!(fold.agenda(&query, Some(until), |_| true).unwrap(), expected);
            }
        }
    }
}
