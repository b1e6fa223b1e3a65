//! Payloads on meetings.

use super::payload;
use crate::{ActorId, Edtf, MeetingFormat, MeetingId, MeetingLevel, MeetingMode};

payload!(
    /// A meeting is wanted or expected, without a firm date.
    MeetingProposed {
        /// The meeting.
        meeting: MeetingId,
        /// The title.
        title: Option<Box<str>>,
        /// Who wants it.
        by: Option<ActorId>,
        /// When it might take place.
        when: Option<Edtf>,
        /// The venue.
        venue: Option<Box<str>>,
        /// How people meet.
        format: Option<MeetingFormat>,
        /// Face to face or through mediators.
        mode: Option<MeetingMode>,
        /// The level of the participants.
        level: Option<MeetingLevel>,
        /// Who meets; empty if not given.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A date for a meeting is announced, however imprecise.
    MeetingScheduled {
        /// The meeting.
        meeting: MeetingId,
        /// When it will take place.
        when: Edtf,
        /// The title.
        title: Option<Box<str>>,
        /// Who announced it.
        by: Option<ActorId>,
        /// The venue.
        venue: Option<Box<str>>,
        /// How people meet.
        format: Option<MeetingFormat>,
        /// Face to face or through mediators.
        mode: Option<MeetingMode>,
        /// The level of the participants.
        level: Option<MeetingLevel>,
        /// Who meets; empty if not given.
        parties: Vec<ActorId>,
    }
);
payload!(
    /// A new date for a meeting.
    MeetingRescheduled {
        /// The meeting.
        meeting: MeetingId,
        /// The new date.
        when: Edtf,
        /// The new venue, if it changes with the date.
        venue: Option<Box<str>>,
        /// Who moved it.
        by: Option<ActorId>,
        /// The reason.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A new venue for a meeting; its phase stays.
    MeetingRelocated {
        /// The meeting.
        meeting: MeetingId,
        /// The new venue.
        venue: Box<str>,
        /// Who moved it.
        by: Option<ActorId>,
        /// The reason.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A meeting is postponed.
    MeetingPostponed {
        /// The meeting.
        meeting: MeetingId,
        /// Who postponed it.
        by: Option<ActorId>,
        /// The reason.
        reason: Option<Box<str>>,
        /// The date until which it is postponed.
        until: Option<Edtf>,
    }
);
payload!(
    /// A meeting is cancelled.
    MeetingCancelled {
        /// The meeting.
        meeting: MeetingId,
        /// Who cancelled it.
        by: Option<ActorId>,
        /// The reason.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A party will not come to a meeting: it refuses an invitation or a proposal.
    MeetingDeclined {
        /// The meeting.
        meeting: MeetingId,
        /// Who will not come.
        by: ActorId,
        /// The reason.
        reason: Option<Box<str>>,
    }
);
payload!(
    /// A meeting took place.
    MeetingHeld {
        /// The meeting.
        meeting: MeetingId,
        /// The title.
        title: Option<Box<str>>,
        /// When it took place; by default when the event occurred.
        when: Option<Edtf>,
        /// The venue.
        venue: Option<Box<str>>,
        /// How people meet.
        format: Option<MeetingFormat>,
        /// Face to face or through mediators.
        mode: Option<MeetingMode>,
        /// The level of the participants.
        level: Option<MeetingLevel>,
        /// Who met; empty if not given.
        parties: Vec<ActorId>,
        /// What came of it.
        outcome: Option<Box<str>>,
    }
);
