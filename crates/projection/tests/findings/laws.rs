//! What holds of the findings of any log.

use std::collections::BTreeSet;

use demarche_core::{Instant, strategy};
use demarche_projection::query::Patience;
use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

/// Everything about a finding.
fn told_of(fold: &Fold, query: &Query) -> Vec<Value> {
    fold.findings(query).unwrap().iter().map(|finding| serde_json::to_value(finding.view()).unwrap()).collect()
}

fn queries() -> impl Strategy<Value = Query> {
    let instant = || proptest::option::of(strategy::small::instant());
    let today = strategy::small::instant();
    (instant(), instant(), today, 0..400_u32).prop_map(|(as_of, known_at, today, days)| Query {
        as_of,
        known_at,
        today: Some(today),
        patience: Patience { days, ..Patience::default() },
        ..Query::default()
    })
}

proptest! {
    #![proptest_config(config())]

    /// As the state, the findings are a function of the set of events.
    #[test]
    fn neither_order_nor_repetition_changes_a_finding(
        (log, shuffled) in strategy::log().prop_flat_map(|log| (Just(log.clone()), Just(log).prop_shuffle())),
        query in queries(),
    ) {
        let (fold, other) = (Fold::of(log).unwrap(), Fold::of(shuffled).unwrap());
        prop_assert_eq!(told_of(&other, &query), told_of(&fold, &query));
    }

    /// What was strange as far as was known is what is strange about what had been recorded.
    #[test]
    fn what_was_not_recorded_yet_gives_no_finding(
        log in strategy::log(),
        query in queries(),
        end in strategy::small::instant(),
    ) {
        let known: Vec<Event> = log.iter().filter(|event| event.recorded <= end).cloned().collect();
        let bounded = Query { known_at: Some(end), ..query.clone() };
        let unbounded = Query { known_at: None, ..query };
        prop_assert_eq!(told_of(&Fold::of(log).unwrap(), &bounded), told_of(&Fold::of(known).unwrap(), &unbounded));
    }

    /// Sorted; each with an event of its track that is in bounds; void events are blamed for standing on circles only.
    #[test]
    fn findings_stand_in_order_and_blame_what_is_live(log in strategy::log(), query in queries()) {
        let fold = Fold::of(log).unwrap();
        let findings = fold.findings(&query).unwrap();
        let place = |finding: &Finding| {
            let blamed = fold.get(finding.blamed().unwrap()).unwrap().unwrap();
            (finding.track.clone(), blamed.order(), finding.code)
        };
        let places: Vec<_> = findings.iter().map(place).collect();
        prop_assert!(places.is_sorted(), "{:?}", places);
        for finding in &findings {
            let blamed = fold.get(finding.blamed().unwrap()).unwrap().unwrap();
            prop_assert_eq!(&blamed.track, &finding.track);
            prop_assert!(query.bounds().contain(&blamed));
            // A track on which only retractions are live has no state to compare with.
            if let Some(state) = fold.dossier(&finding.track, &query).unwrap() {
                let is_live = state.timeline.iter().any(|(event, _)| event.id == blamed.id);
                prop_assert_eq!(is_live, finding.code != FindingCode::RetractionCycle);
            }
            let distinct: BTreeSet<_> = finding.events.iter().collect();
            prop_assert!(finding.code == FindingCode::OpenDispute || distinct.len() == finding.events.len());
        }
    }

    /// A retracted event is never blamed, nor does it excuse anything: but for what names it, the findings are those of
    /// a log in which it was never written.
    ///
    /// Not so for one on a circle of retractions: all of the circle is void (`docs/model.md` §3), and without it the
    /// others would be live. No state can tell, since they are retractions; a finding may, as where one of them was
    /// recorded early.
    #[test]
    fn a_retracted_event_gives_no_finding(
        log in strategy::log_of(1..=40),
        which in any::<Index>(),
        query in queries(),
    ) {
        let event = which.get(&log).clone();
        let findings = Fold::of(log.clone()).unwrap();
        let findings = findings.findings(&query).unwrap();
        let mut circles = findings.iter().filter(|finding| finding.code == FindingCode::RetractionCycle);
        prop_assume!(!circles.any(|circle| circle.events.contains(&event.id)));
        let data = EventRetracted { event: event.id, reason: "a mistake".into() }.into();
        let retraction = Event { id: "0199f3c0-5a00-7000-9000-000000000001".parse().unwrap(), data, ..event.clone() };
        let never: Vec<Event> = log.iter().filter(|other| other.id != event.id).cloned().collect();
        let retracted: Vec<Event> = log.into_iter().chain([retraction.clone()]).collect();
        let but_targets_and_entry = |events: Vec<Event>| -> Vec<Value> {
            let fold = Fold::of(events).unwrap();
            let findings = fold.findings(&query).unwrap();
            let about_entries = |finding: &&Finding| {
                finding.code.severity() == Severity::Error || finding.blamed() == Some(retraction.id)
            };
            findings.iter().filter(|f| !about_entries(f)).map(|f| serde_json::to_value(f.view()).unwrap()).collect()
        };
        prop_assert_eq!(but_targets_and_entry(retracted), but_targets_and_entry(never));
    }

    /// Held against the plainest words for them: unknown and foreign targets, early records, ends ahead, openings.
    #[test]
    fn simple_findings_are_those_of_a_plain_search(log in strategy::log()) {
        let query = Query { today: Some(Instant::MAX), ..Query::default() };
        let fold = Fold::of(log).unwrap();
        let events: Vec<Event> = fold.events().collect::<Result<_, _>>().unwrap();
        let mut expected: BTreeSet<(FindingCode, String)> = BTreeSet::new();
        for track in fold.tracks() {
            let Some(state) = fold.dossier(track, &query).unwrap() else { continue };
            let live: Vec<&Event> = state.timeline.iter().map(|(event, _)| &**event).collect();
            for event in &live {
                if event.recorded < event.occurred.earliest() {
                    expected.insert((FindingCode::RecordedEarly, event.id.to_string()));
                } else if let Some((_, end)) = event.occurred.as_str().split_once('/')
                    && let Ok(end) = end.parse::<demarche_core::Edtf>()
                    && end.earliest().is_some_and(|end| end > event.recorded)
                {
                    expected.insert((FindingCode::EndsAhead, event.id.to_string()));
                }
                for target in event.data.targets() {
                    match events.iter().find(|other| other.id == *target) {
                        None => expected.insert((FindingCode::UnknownTarget, event.id.to_string())),
                        Some(other) if other.track != event.track => {
                            expected.insert((FindingCode::ForeignTarget, event.id.to_string()))
                        }
                        Some(_) => false,
                    };
                }
            }
            if !live.iter().any(|event| event.event_type().as_str() == "track_opened") {
                let first = live.iter().find(|event| !event.event_type().is_housekeeping()).unwrap();
                expected.insert((FindingCode::TrackNotOpened, first.id.to_string()));
            }
        }
        let findings = fold.findings(&query).unwrap();
        let simple = |finding: &&Finding| {
            let known = fold.dossier(&finding.track, &query).unwrap().is_some();
            known && matches!(
                finding.code,
                FindingCode::RecordedEarly
                    | FindingCode::EndsAhead
                    | FindingCode::UnknownTarget
                    | FindingCode::ForeignTarget
                    | FindingCode::TrackNotOpened
            )
        };
        let blamed = |finding: &Finding| (finding.code, finding.blamed().unwrap().to_string());
        let found: BTreeSet<_> = findings.iter().filter(simple).map(blamed).collect();
        prop_assert_eq!(found, expected);
    }
}
