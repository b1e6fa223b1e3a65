//! Payloads on meetings.

use super::payload;
use crate::{ActorId, Edtf, MeetingFormat, MeetingId, MeetingLevel, MeetingMode};

payload!(
    /// A meeting is wanted or expected, without a firm date.
    MeetingProposed {
        /// Which meeting.
        meeting: MeetingId,
        /// What it is called.
        title: Option<Box<str>>,
        /// Who wants it.
        by: Option<ActorId>,
        /// When it might take place.
        when: Option<Edtf>,
        /// Where.
        venue: Option<Box<str>>,
        /// How.
        format: Option<MeetingFormat>,
        /// Face to face or through mediators.
        mode: Option<MeetingMode>,
        /// At which level.
        level: Option<MeetingLevel>,
        /// Who meets; empty where it is not said.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A date for a meeting is announced, however imprecise.
    MeetingScheduled {
        /// Which meeting.
        meeting: MeetingId,
        /// When it is to take place.
        when: Edtf,
        /// What it is called.
        title: Option<Box<str>>,
        /// Who announced it.
        by: Option<ActorId>,
        /// Where.
        venue: Option<Box<str>>,
        /// How.
        format: Option<MeetingFormat>,
        /// Face to face or through mediators.
        mode: Option<MeetingMode>,
        /// At which level.
        level: Option<MeetingLevel>,
        /// Who meets; empty where it is not said.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A new date for a meeting.
    MeetingRescheduled {
        /// Which meeting.
        meeting: MeetingId,
        /// When it is to take place now.
        when: Edtf,
        /// Where it is to take place now, if the place changes with the date.
        venue: Option<Box<str>>,
        /// Who moved it.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A new venue for a meeting; its phase stays.
    MeetingRelocated {
        /// Which meeting.
        meeting: MeetingId,
        /// Where it is to take place now.
        venue: Box<str>,
        /// Who moved it.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A meeting is off, to come later.
    MeetingPostponed {
        /// Which meeting.
        meeting: MeetingId,
        /// Who put it off.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
        /// Until when.
        until: Option<Edtf>,
    }
);
payload!(
    /// A meeting is off.
    MeetingCancelled {
        /// Which meeting.
        meeting: MeetingId,
        /// Who called it off.
        by: Option<ActorId>,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A party will not come to a meeting: it refuses an invitation or a proposal.
    MeetingDeclined {
        /// Which meeting.
        meeting: MeetingId,
        /// Who will not come.
        by: ActorId,
        /// Why.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A meeting took place.
    MeetingHeld {
        /// Which meeting.
        meeting: MeetingId,
        /// What it is called.
        title: Option<Box<str>>,
        /// When it took place; where it is not said, when the event occurred.
        when: Option<Edtf>,
        /// Where.
        venue: Option<Box<str>>,
        /// How.
        format: Option<MeetingFormat>,
        /// Face to face or through mediators.
        mode: Option<MeetingMode>,
        /// At which level.
        level: Option<MeetingLevel>,
        /// Who met; empty where it is not said.
        parties: Vec<ActorId>,
        /// What came of it.
        outcome: Option<Box<str>>,
    }
);
