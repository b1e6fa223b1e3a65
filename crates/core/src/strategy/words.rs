//! Strategies for the closed vocabularies: every word equally often, shrinking to the first.

use proptest::prelude::*;
use proptest::sample::select;

use crate::{
    AgreementEnd, AgreementStage, Answer, Attribution, EventType, ExchangeOf, Extent, MeasureEffect, MeasureOf,
    MeetingFormat, MeetingLevel, MeetingMode, Stance, TextField, TrackKind, TrackOutcome,
};

/// Defines the strategy of each vocabulary.
macro_rules! words {
    ($($function:ident: $type:ident),+ $(,)?) => { $(
        #[doc = concat!("Makes any [`", stringify!($type), "`].")]
        pub fn $function() -> BoxedStrategy<$type> {
            select($type::ALL).boxed()
        }
    )+ };
}

words!(
    attribution: Attribution,
    track_kind: TrackKind,
    track_outcome: TrackOutcome,
    meeting_format: MeetingFormat,
    meeting_level: MeetingLevel,
    meeting_mode: MeetingMode,
    answer: Answer,
    agreement_stage: AgreementStage,
    agreement_end: AgreementEnd,
    extent: Extent,
    exchange_of: ExchangeOf,
    measure_of: MeasureOf,
    measure_effect: MeasureEffect,
    stance: Stance,
    text_field: TextField,
    event_type: EventType,
);
