//! Warns of oddities that new entries cause, on the tracks that they concern.

use std::collections::BTreeMap;

use demarche_core::{Event, TrackId};
use demarche_journal::Draft;
use demarche_projection::findings::{Finding, FindingCode};
use demarche_projection::query::Query;
use demarche_projection::{Fold, LogChanged};

use crate::input::Loaded;
use crate::output::text::printable;
use crate::session::Session;

/// The findings to report at once: the desk can fix these best while it has the source at hand.
const AT_ONCE: [FindingCode; 4] =
    [FindingCode::RecordedEarly, FindingCode::EndsAhead, FindingCode::TiedOrder, FindingCode::WeakOverturn];

/// The code of warnings about a claim that was entered before.
const REPEATED: &str = "said-already";

/// How many warnings one batch prints.
const TOLD_MAX: usize = 10;

/// The existing events on the tracks of new entries. They are in memory, so that nothing can fail after the new ones
/// are stored.
pub(super) struct ExistingEvents(BTreeMap<TrackId, Vec<Event>>);

impl ExistingEvents {
    pub(super) fn of(drafts: &[Draft], fold: &Fold) -> Result<Self, LogChanged> {
        let mut tracks = BTreeMap::new();
        for track in drafts.iter().map(|draft| &draft.event.track) {
            if !tracks.contains_key(track) {
                tracks.insert(track.clone(), fold.in_order(track)?);
            }
        }
        Ok(Self(tracks))
    }

    /// Warns of drafts that repeat an existing claim: same content, same speaker, same date.
    pub(super) fn tell_repeats(
        &self,
        drafts: &[Draft],
        loaded: &Loaded,
        session: &mut Session<'_>,
    ) -> std::io::Result<()> {
        let (mut said, mut count) = (BTreeMap::<_, Vec<&Event>>::new(), 0);
        for event in self.0.values().flatten() {
            said.entry(matter_of(event)).or_default().push(event);
        }
        for event in drafts.iter().map(|draft| &draft.event) {
            let said = said.entry(matter_of(event)).or_default();
            // A retry of a stored event is not a second report.
            if said.iter().any(|other| other.id == event.id) {
                continue;
            }
            if let Some(same) = said.iter().find(|other| other.data == event.data) {
                count += 1;
                if count <= TOLD_MAX {
                    let entry = loaded.entry_of(same.id);
                    let entry = if entry.is_empty() { same.id.to_string() } else { entry };
                    let told = format!("{entry} says the same, by the same speaker and of the same date");
                    let told = printable(&told);
                    writeln!(session.stderr, "warning[{REPEATED}]: {told}: if it is one report, keep one of the two")?;
                }
            }
            said.push(event);
        }
        if count > TOLD_MAX {
            writeln!(session.stderr, "warning[{REPEATED}]: and {} more", count - TOLD_MAX)?;
        }
        Ok(())
    }

    /// Prints the findings that the new entries cause.
    pub(super) fn tell(self, new: &[&Event], session: &mut Session<'_>) -> std::io::Result<()> {
        let odd: Vec<Finding> = self.0.into_iter().flat_map(|(track, there)| brought_up(&track, there, new)).collect();
        for finding in odd.iter().take(TOLD_MAX) {
            let entry = finding.blamed().filter(|_| new.len() > 1).map_or_else(String::new, |id| format!("{id}: "));
            writeln!(session.stderr, "warning[{}]: {entry}{}", finding.code, printable(&finding.message))?;
        }
        if odd.len() > TOLD_MAX {
            writeln!(session.stderr, "warning: and {} more, which `demarche check` tells", odd.len() - TOLD_MAX)?;
        }
        Ok(())
    }
}

/// Returns what two claims must share, besides the payload, to count as a repeat.
fn matter_of(event: &Event) -> (&TrackId, &str, &str) {
    (&event.track, event.source.who.as_str(), event.occurred.as_str())
}

/// Returns the findings that a track has with the new entries and did not have without them.
fn brought_up(track: &TrackId, there: Vec<Event>, new: &[&Event]) -> Vec<Finding> {
    let found = |fold: &Fold| -> Vec<Finding> {
        let findings = fold.findings(&Query::default()).unwrap_or_default();
        findings.into_iter().filter(|finding| AT_ONCE.contains(&finding.code)).collect()
    };
    let Ok(mut fold) = Fold::of(there) else { return Vec::new() };
    let before = found(&fold);
    for event in new.iter().filter(|event| event.track == *track) {
        // Cannot fail: the journal would have refused a conflicting id.
        let _ = fold.apply(*event);
    }
    found(&fold).into_iter().filter(|finding| !before.contains(finding)).collect()
}
