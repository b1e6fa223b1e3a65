//! What holds of the changes between any two pictures.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::{Event, EventId, TrackId, strategy};
use demarche_projection::diff::{Change, ChangeKind};
use demarche_projection::narrate::Names;
use demarche_projection::query::Patience;
use demarche_projection::state::{Dispute, Dossier, Status};
use proptest::prelude::*;

use super::*;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn queries() -> impl Strategy<Value = Query> {
    let instant = || proptest::option::of(strategy::small::instant());
    const READINGS: [&str; 6] = ["prudent", "latest", "on-record", "grade:B2", "who:us", "side:ru"];
    let reading = prop_oneof![Just("prudent"), proptest::sample::select(&READINGS[..])];
    (instant(), instant(), strategy::small::instant(), reading).prop_map(|(as_of, known_at, today, reading)| Query {
        as_of,
        known_at,
        today: Some(today),
        reading: reading.parse().unwrap(),
        patience: Patience::default(),
    })
}

fn considered(state: &Dossier) -> BTreeSet<EventId> {
    let considered = state.timeline.iter().filter(|(_, standing)| standing.is_considered());
    considered.map(|(event, _)| event.id).collect()
}

fn of_track<'s>(states: &'s [Dossier], track: &TrackId) -> Option<&'s Dossier> {
    states.iter().find(|state| state.state.track == *track)
}

/// What a state has, by the kind and the name of each thing: everything of which a change is told.
fn things(state: Option<&Dossier>) -> BTreeMap<String, String> {
    let Some(state) = state else { return BTreeMap::new() };
    let meetings = state.meetings.iter().map(|m| (format!("meeting {}", m.name), m.phase.to_string()));
    let issues = state.issues.iter().map(|i| (format!("issue {}", i.name), format!("{:?}", i.resolved)));
    let agreements = state.agreements.iter();
    let agreements = agreements.map(|a| (format!("agreement {}", a.name), format!("{:?} {:?}", a.stage, a.ended)));
    let open = state.proposals.iter().filter(|p| p.open).map(|p| (format!("proposal {}", p.name), "open".into()));
    let disputes = state.disputes().map(|d| (format!("dispute {}", d.claim), dispute(d)));
    meetings.chain(issues).chain(agreements).chain(open).chain(disputes).collect()
}

fn dispute(dispute: &Dispute) -> String {
    format!("{:?} {} {:?}", dispute.denied_by, dispute.set_aside, dispute.because)
}

/// The changes of things as their names with what they become; nothing where they are gone.
fn told(change: &Change<'_>) -> BTreeMap<String, Option<String>> {
    let becomes = |kind: &ChangeKind<'_>| {
        Some(match kind {
            ChangeKind::Meeting { name, to, .. } => (format!("meeting {name}"), to.map(|phase| phase.to_string())),
            ChangeKind::Issue { name, to, .. } => (format!("issue {name}"), to.map(|i| format!("{:?}", i.resolved))),
            ChangeKind::Agreement { name, to, .. } => {
                (format!("agreement {name}"), to.map(|a| format!("{:?} {:?}", a.stage, a.ended)))
            }
            ChangeKind::ProposalOpened { proposal } => (format!("proposal {}", proposal.name), Some("open".into())),
            ChangeKind::ProposalClosed { name, .. } => (format!("proposal {name}"), None),
            ChangeKind::Disputed { claim, to, .. } => (format!("dispute {}", claim.id), to.map(dispute)),
            ChangeKind::Appeared
            | ChangeKind::Vanished
            | ChangeKind::Status { .. }
            | ChangeKind::Since { .. }
            | ChangeKind::Decided { .. }
            | ChangeKind::Next { .. }
            | ChangeKind::SaidBy { .. }
            | ChangeKind::Opening { .. }
            | ChangeKind::Passed { .. }
            | ChangeKind::MeetingDate { .. }
            | ChangeKind::MeetingVenue { .. }
            | ChangeKind::Confirmed { .. }
            | ChangeKind::Withdrawn { .. }
            | ChangeKind::NewEvents(_)
            | ChangeKind::GoneEvents(_) => return None,
        })
    };
    change.kinds.iter().filter_map(becomes).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn from_a_picture_to_itself_nothing_changes(log in strategy::log(), query in queries()) {
        let (one, other) = (Fold::of(log.clone()).unwrap(), Fold::of(log.into_iter().rev()).unwrap());
        let (before, after) = (one.dossiers(&query).unwrap(), other.dossiers(&query).unwrap());
        prop_assert_eq!(diff(&before, &after), []);
    }

    /// What a track had, changed as told, is what it has. So no change of a thing is left out, and none is made up.
    #[test]
    fn the_changes_lead_from_the_one_picture_to_the_other(log in strategy::log(), a in queries(), b in queries()) {
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.dossiers(&a).unwrap(), fold.dossiers(&b).unwrap());
        let changes = diff(&before, &after);
        prop_assert!(changes.is_sorted_by_key(|change| change.track));
        for track in fold.tracks() {
            let (old, new) = (of_track(&before, track), of_track(&after, track));
            let change = changes.iter().find(|change| change.track == track);
            let mut things_then = things(old);
            for (name, becomes) in change.map(told).unwrap_or_default() {
                match becomes {
                    Some(thing) => prop_assert_ne!(things_then.insert(name, thing.clone()), Some(thing)),
                    None => { things_then.remove(&name); }
                }
            }
            prop_assert_eq!(things_then, things(new));
        }
    }

    /// Without a change, the contract says the same, but for what the track is called, what it rests on, and its last
    /// progress, and what lies ahead, of which the day alone takes away.
    #[test]
    fn where_no_change_is_told_the_view_is_the_same(
        log in strategy::log(),
        a in queries(),
        same in any::<bool>(),
        b in queries(),
    ) {
        // Often only the day is another.
        let b = if same { Query { today: b.today, ..a.clone() } } else { b };
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.dossiers(&a).unwrap(), fold.dossiers(&b).unwrap());
        let changed: BTreeSet<_> = diff(&before, &after).iter().map(|change| change.track.clone()).collect();
        let views = |states: &[Dossier]| -> BTreeMap<String, Value> {
            let kept = states.iter().filter(|state| !changed.contains(&state.state.track));
            let view = |state: &Dossier| {
                let mut view = serde_json::to_value(&state.state).unwrap();
                let fields = view.as_object_mut().unwrap();
                // `silent` is the rest of the parties.
                let aside = ["title", "kind", "parties", "mediators", "silent", "evidence", "last_progress", "rule", "ahead"];
                fields.retain(|key, _| !aside.contains(&key.as_str()));
                (state.state.track.to_string(), view)
            };
            kept.map(view).collect()
        };
        prop_assert_eq!(views(&before), views(&after));
    }

    /// What is the same on both sides need not be read: the same changes are told without it.
    #[test]
    fn what_differs_has_the_changes_of_the_whole(log in strategy::log(), a in queries(), b in queries()) {
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.dossiers(&a).unwrap(), fold.dossiers(&b).unwrap());
        let found = fold.differing(&[a, b]).unwrap();
        let found: Vec<_> = found.iter().filter_map(|(old, new)| Change::between(old.as_ref(), new.as_ref())).collect();
        let expected = diff(&before, &after);
        prop_assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert_eq!(&found.kinds, &expected.kinds);
            prop_assert_eq!(found.headline(), expected.headline());
            let json = |change: &Change<'_>| serde_json::to_value(change.view()).unwrap();
            prop_assert_eq!(json(found), json(expected));
            let sentence = |change: &Change<'_>| change.after.map(|after| after.sentence(&Names::default()));
            prop_assert_eq!(sentence(found), sentence(expected));
        }
    }

    /// Backwards everything is told the other way round, but for the days that have passed: no time goes back.
    #[test]
    fn backwards_the_changes_are_mirrored(log in strategy::log(), a in queries(), b in queries()) {
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.dossiers(&a).unwrap(), fold.dossiers(&b).unwrap());
        let (mut there, mut back) = (diff(&before, &after), diff(&after, &before));
        let is_time = |kind: &ChangeKind<'_>| matches!(kind, ChangeKind::Passed { .. });
        [&mut there, &mut back].into_iter().for_each(|all| all.retain(|change| !change.kinds.iter().all(is_time)));
        prop_assert_eq!(there.len(), back.len());
        for (there, back) in there.iter().zip(&back) {
            prop_assert_eq!((there.track, there.before, there.after), (back.track, back.after, back.before));
            let json = |change: &Change<'_>| serde_json::to_value(change.view()).unwrap();
            let (view, mirror) = (json(there), json(back));
            prop_assert_eq!(&view["new_events"], &mirror["gone_events"]);
            prop_assert_eq!(&view["from"], &mirror["to"]);
            for what in ["status", "since", "decided_by", "next", "said_by", "opening"] {
                let ends = |change: &Value, from: &str, to: &str| {
                    let kinds = of_kind(change, what);
                    let kinds = kinds.as_array().unwrap().iter();
                    kinds.map(|kind| (kind[from].clone(), kind[to].clone())).collect::<Vec<_>>()
                };
                prop_assert_eq!(ends(&view, "from", "to"), ends(&mirror, "to", "from"));
            }
        }
    }

    /// Events that are new or gone are those that the one picture considers and the other does not; the heads are those
    /// of the states.
    #[test]
    fn new_and_gone_events_are_the_difference(log in strategy::log(), a in queries(), b in queries()) {
        let fold = Fold::of(log).unwrap();
        let (before, after) = (fold.dossiers(&a).unwrap(), fold.dossiers(&b).unwrap());
        for change in diff(&before, &after) {
            let events = |state: Option<&Dossier>| state.map(considered).unwrap_or_default();
            let (old, new) = (events(change.before), events(change.after));
            let ids = |events: &[&Event]| events.iter().map(|event| event.id).collect::<BTreeSet<_>>();
            let (mut new_events, mut gone_events) = (BTreeSet::new(), BTreeSet::new());
            for kind in &change.kinds {
                if let ChangeKind::NewEvents(events) = kind {
                    prop_assert!(events.is_sorted_by_key(|event| event.order()) && !events.is_empty());
                    new_events = ids(events);
                } else if let ChangeKind::GoneEvents(events) = kind {
                    prop_assert!(events.is_sorted_by_key(|event| event.order()) && !events.is_empty());
                    gone_events = ids(events);
                }
            }
            prop_assert_eq!(&new_events, &new.difference(&old).copied().collect());
            prop_assert_eq!(&gone_events, &old.difference(&new).copied().collect());
            let status = |state: Option<&Dossier>| state.map(|state| state.state.status);
            let told = change.kinds.iter().find_map(|kind| {
                let ChangeKind::Status { from, to } = kind else { return None };
                Some((*from, *to))
            });
            let expected: Option<(Status, Status)> = status(change.before).zip(status(change.after));
            prop_assert_eq!(told, expected.filter(|(from, to)| from != to));
        }
    }
}
