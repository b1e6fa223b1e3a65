//! Closed vocabularies: the words that a field may hold.
//!
//! Each is an exhaustive enum, on purpose: a new word is a new schema version, and must stop every fold from compiling
//! until it is handled.

/// The word does not belong to a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not one of: {}", expected.join(", "))]
#[non_exhaustive]
pub struct WordError {
    /// The word as it was given, cut after 100 characters.
    pub found: Box<str>,
    /// The valid words, in the order of the specification.
    pub expected: &'static [&'static str],
}

/// Defines a vocabulary: an enum whose variants have one text each.
macro_rules! vocabulary {
    (
        $(#[$doc:meta])*
        $name:ident { $( $(#[$variant_doc:meta])* $variant:ident = $text:literal, )+ }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$variant_doc])* $variant, )+ }

        impl $name {
            /// Every word, in the order of the specification.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The texts of every word, in the same order.
            pub const WORDS: &'static [&'static str] = &[$( $text, )+];

            /// Returns the word as it is written in a log.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::vocabulary::WordError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $text => Ok(Self::$variant), )+
                    _ => Err($crate::vocabulary::WordError { found: $crate::quote::cut(text), expected: Self::WORDS }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
vocabulary!(
    /// How the words of a source reached the public.
    Attribution {
        /// A named speaker who may be quoted.
        OnRecord = "on_record",
        /// A named role, no name.
        Background = "background",
        /// Neither name nor role.
        Anonymous = "anonymous",
        /// The outlet's own claim.
        Media = "media",
        /// A published text.
        Document = "document",
    }
);
vocabulary!(
    /// What kind of undertaking a track is.
    TrackKind {
        /// Regular talks on a list of matters.
        Consultations = "consultations",
        /// A meeting of leaders and what leads up to it.
        Summit = "summit",
        /// Talks that aim at an agreement.
        Negotiation = "negotiation",
        /// Standing contacts.
        Contacts = "contacts",
        /// Exchanges of people or property.
        Exchange = "exchange",
        /// Arms control.
        ArmsControl = "arms_control",
        /// Sanctions and their easing.
        Sanctions = "sanctions",
        /// Trade.
        Trade = "trade",
        /// Anything else.
        Other = "other",
    }
);
vocabulary!(
    /// How a track was concluded.
    TrackOutcome {
        /// The parties agreed.
        Agreed = "agreed",
        /// The talks failed.
        Failed = "failed",
        /// They were given up.
        Abandoned = "abandoned",
        /// Another track took their place.
        Superseded = "superseded",
    }
);
vocabulary!(
    /// How people meet.
    MeetingFormat {
        /// In one room.
        InPerson = "in_person",
        /// By telephone.
        Phone = "phone",
        /// By video.
        Video = "video",
        /// In writing.
        Written = "written",
    }
);
vocabulary!(
    /// Whether the parties talk to each other or through somebody.
    MeetingMode {
        /// Face to face, or over a direct line.
        Direct = "direct",
        /// Through mediators who carry the words.
        Indirect = "indirect",
    }
);
vocabulary!(
    /// At which level a meeting takes place.
    MeetingLevel {
        /// Heads of state or government.
        Leaders = "leaders",
        /// Ministers.
        Ministers = "ministers",
        /// Deputy ministers.
        Deputies = "deputies",
        /// Ambassadors and special envoys.
        Envoys = "envoys",
        /// Officials.
        Officials = "officials",
        /// Experts.
        Experts = "experts",
        /// Members of parliaments.
        Parliamentary = "parliamentary",
    }
);
vocabulary!(
    /// What is answered to a proposal.
    Answer {
        /// Yes.
        Accepted = "accepted",
        /// No.
        Rejected = "rejected",
        /// A counter-proposal.
        Countered = "countered",
        /// Not yet: the proposal stays open.
        Deferred = "deferred",
    }
);
vocabulary!(
    /// How far an agreement has come.
    AgreementStage {
        /// Agreed in principle.
        InPrinciple = "in_principle",
        /// Initialled.
        Initialled = "initialled",
        /// Signed.
        Signed = "signed",
        /// Ratified.
        Ratified = "ratified",
        /// In force.
        InForce = "in_force",
    }
);
vocabulary!(
    /// How an agreement ended.
    AgreementEnd {
        /// Suspended.
        Suspended = "suspended",
        /// A party withdrew.
        Withdrawn = "withdrawn",
        /// It ran out.
        Expired = "expired",
        /// It was terminated.
        Terminated = "terminated",
    }
);
vocabulary!(
    /// How far an issue is resolved.
    Extent {
        /// In part.
        Partly = "partly",
        /// Wholly.
        Fully = "fully",
    }
);
vocabulary!(
    /// What was exchanged.
    ExchangeOf {
        /// Prisoners.
        Prisoners = "prisoners",
        /// The remains of the fallen.
        Remains = "remains",
        /// Property.
        Property = "property",
        /// Envoys.
        Envoys = "envoys",
        /// Anything else.
        Other = "other",
    }
);
vocabulary!(
    /// What kind of measure was taken.
    MeasureOf {
        /// Sanctions.
        Sanctions = "sanctions",
        /// Tariffs.
        Tariffs = "tariffs",
        /// Expulsion of diplomats.
        Expulsion = "expulsion",
        /// Recall of an ambassador.
        Recall = "recall",
        /// Closure of a mission, a border, an airspace.
        Closure = "closure",
        /// Visas.
        Visa = "visa",
        /// Military steps.
        Military = "military",
        /// Anything else.
        Other = "other",
    }
);
vocabulary!(
    /// What a measure does.
    MeasureEffect {
        /// It is threatened.
        Threatened = "threatened",
        /// It is announced.
        Announced = "announced",
        /// It takes effect.
        Imposed = "imposed",
        /// It becomes harder.
        Tightened = "tightened",
        /// It becomes softer.
        Eased = "eased",
        /// It is lifted.
        Lifted = "lifted",
    }
);
vocabulary!(
    /// Where a speaker stands.
    Stance {
        /// Bound to it.
        Committed = "committed",
        /// Open to it.
        Open = "open",
        /// Neither for nor against.
        Noncommittal = "noncommittal",
        /// Against it.
        Opposed = "opposed",
    }
);
vocabulary!(
    /// A field of an event that holds free text, which no rule compares, so that it can be erased. It is written as a
    /// path.
    TextField {
        /// Where it can be read.
        Cite = "cite",
        /// The desk's remark.
        Note = "note",
        /// The title of a track, a meeting or an issue.
        Title = "data.title",
        /// Why something was done.
        Reason = "data.reason",
        /// What was said or done, in a sentence.
        Summary = "data.summary",
        /// What a meeting came to.
        Outcome = "data.outcome",
    }
);
vocabulary!(
    /// The type of an event, as its `type` field says.
    EventType {
        /// Names the track.
        TrackOpened = "track_opened",
        /// Somebody says that the track has stalled.
        TrackStalled = "track_stalled",
        /// Somebody says that it moves again.
        TrackResumed = "track_resumed",
        /// It has come to its end.
        TrackConcluded = "track_concluded",
        /// A meeting is wanted or expected, without a firm date.
        MeetingProposed = "meeting_proposed",
        /// A date is announced, however imprecise.
        MeetingScheduled = "meeting_scheduled",
        /// A new date.
        MeetingRescheduled = "meeting_rescheduled",
        /// A new venue.
        MeetingRelocated = "meeting_relocated",
        /// Off, to come later.
        MeetingPostponed = "meeting_postponed",
        /// Off.
        MeetingCancelled = "meeting_cancelled",
        /// A party will not come.
        MeetingDeclined = "meeting_declined",
        /// It took place.
        MeetingHeld = "meeting_held",
        /// A proposal awaits an answer.
        ProposalMade = "proposal_made",
        /// The answer.
        ProposalAnswered = "proposal_answered",
        /// An agreement has reached a stage.
        AgreementReached = "agreement_reached",
        /// An agreement has ended.
        AgreementEnded = "agreement_ended",
        /// An issue is put on the agenda.
        IssueRaised = "issue_raised",
        /// An issue is settled, partly or fully.
        IssueResolved = "issue_resolved",
        /// An exchange took place.
        ExchangeCompleted = "exchange_completed",
        /// A measure was announced, imposed, eased …
        MeasureTaken = "measure_taken",
        /// Somebody said something.
        StatementMade = "statement_made",
        /// Somebody vouches for claims.
        ClaimConfirmed = "claim_confirmed",
        /// Somebody says that claims are not so.
        ClaimDenied = "claim_denied",
        /// A source takes its own claims back.
        ClaimWithdrawn = "claim_withdrawn",
        /// The desk's own correction: an entry was a mistake.
        EventRetracted = "event_retracted",
        /// The desk's own housekeeping: texts of an entry were erased.
        EventRedacted = "event_redacted",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for kind in EventType::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert_eq!(EventType::ALL.len(), 26);
    }

    #[test]
    fn an_unknown_word_names_the_known_ones() {
        let error = "maybe".parse::<Extent>().unwrap_err();
        assert_eq!(error.to_string(), "\"maybe\" is not one of: partly, fully");
    }
}
