//! Strategies for names, up to their limits.

use proptest::collection::vec;
use proptest::prelude::*;

use super::made;
use crate::{
    ActorId, AgreementId, ExchangeId, IssueId, MeasureId, MeetingId, PATH_MAX_SEGMENTS, ProposalId, TopicId, TrackId,
};

/// One segment, 1 to 64 bytes.
fn segment() -> BoxedStrategy<String> {
    prop_oneof![
        // Short names: what people write, and easy to read in a failure.
        6 => "[a-z]{1,8}",
        // Every valid character, hyphens in a row, digits at the ends, any length.
        3 => "[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?",
        // Just at the limit: buffers of a fixed size break here.
        1 => "[a-z0-9]{64}",
    ]
    .boxed()
}

/// A path of 1 to 8 segments.
fn path() -> BoxedStrategy<String> {
    prop_oneof![
        // Shallow paths, as in real logs.
        6 => vec(segment(), 1..=3),
        // Any depth.
        3 => vec(segment(), 1..=PATH_MAX_SEGMENTS),
        // The longest valid path: 8 × 64 bytes and 7 slashes.
        1 => vec("[a-z0-9]{64}", PATH_MAX_SEGMENTS),
    ]
    .prop_map(|segments| segments.join("/"))
    .boxed()
}

/// Defines the strategy of each name.
macro_rules! names {
    ($($function:ident: $type:ident = $text:expr),+ $(,)?) => { $(
        #[doc = concat!("Makes any [`", stringify!($type), "`].")]
        pub fn $function() -> BoxedStrategy<$type> {
            $text.prop_map(|text| made(&text)).boxed()
        }
    )+ };
}

names!(
    track_id: TrackId = path(),
    actor_id: ActorId = path(),
    meeting_id: MeetingId = segment(),
    proposal_id: ProposalId = segment(),
    agreement_id: AgreementId = segment(),
    issue_id: IssueId = segment(),
    exchange_id: ExchangeId = segment(),
    measure_id: MeasureId = segment(),
    topic_id: TopicId = segment(),
);
