//! Entries recorded in the future of a clock, which is an argument.

use demarche_core::Instant;

use super::{Finding, FindingCode};
use crate::Fold;
use crate::fold::FactRef;

impl Fold {
    /// Returns a finding for each entry that was recorded in the future of a clock, in the order in which the entries
    /// came.
    ///
    /// The fold itself has no clock, and `today` may be any day, so [`Fold::findings`] does not look for these. Void
    /// entries are included, since a retraction does not change when an entry was recorded.
    #[must_use]
    pub fn recorded_ahead_of(&self, clock: Instant) -> Vec<Finding> {
        let events = self.facts().iter().filter(|(_, fact, _)| fact.recorded.is_ahead_of(clock));
        events.filter_map(|(number, ..)| finding(FactRef::new(self.facts(), number)?, clock)).collect()
    }
}

fn finding(event: FactRef<'_>, clock: Instant) -> Option<Finding> {
    let (kind, who, recorded) = (event.event_type(), event.who(), event.recorded());
    Some(Finding {
        code: FindingCode::RecordedAhead,
        track: event.track()?.clone(),
        events: vec![event.id()],
        message: format!("{kind} by {who} was recorded at {recorded}, and the clock shows {clock}"),
    })
}
