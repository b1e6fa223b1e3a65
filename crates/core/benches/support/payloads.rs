//! What is said next on a track of a generated log.

use chrono::{Days, NaiveDate};
use demarche_core::{
    ActorId, AgreementEnd, AgreementEnded, AgreementReached, AgreementStage, Answer, ClaimConfirmed, ClaimDenied,
    ClaimWithdrawn, Edtf, EventRetracted, ExchangeCompleted, ExchangeOf, Extent, IssueRaised, IssueResolved,
    MeasureEffect, MeasureOf, MeasureTaken, MeetingCancelled, MeetingDeclined, MeetingFormat, MeetingHeld, MeetingId,
    MeetingLevel, MeetingPostponed, MeetingProposed, MeetingRelocated, MeetingRescheduled, MeetingScheduled, Payload,
    ProposalAnswered, ProposalMade, Source, Stance, StatementMade, TrackConcluded, TrackOpened, TrackOutcome,
    TrackResumed, TrackStalled,
};

use super::words::{ENDINGS, MATTERS, MIDDLES, OPENINGS, VENUES};
use super::{Dice, Phase, Track, parsed};

/// What a payload is before it is known.
pub(super) fn stalled() -> Payload {
    TrackStalled { reason: None }.into()
}

/// Says what is said next, and remembers it. A withdrawal sets the source to that of the claim.
pub(super) fn next(
    track: &mut Track,
    source: &mut Source,
    day: NaiveDate,
    names: &[ActorId],
    dice: &mut Dice,
) -> Payload {
    let parties: Vec<ActorId> = track.parties.iter().filter_map(|party| names.get(*party).cloned()).collect();
    if !track.opened {
        track.opened = true;
        let title = format!("Contacts on {} between the two sides", dice.pick(MATTERS)).into();
        return TrackOpened { title, kind: track.kind, parties, mediators: Vec::new() }.into();
    }
    let by = dice.pick(&parties).clone();
    match dice.below(1000) {
        0..=39 => about_claims(track, source, dice),
        40..=359 => statement(track, dice),
        360..=699 => meeting(track, day, &by, &parties, dice),
        700..=789 => proposal(track, day, by, &parties, dice),
        790..=819 => agreement(track, day, by, &parties, dice),
        820..=879 => issue(by, dice),
        880..=949 => measure(by, &parties, dice),
        950..=959 => {
            let exchange = parsed(&format!("swap-{}", bump(&mut track.others)));
            let summary = dice.chance(600).then(|| sentence(dice));
            ExchangeCompleted { exchange, of: *dice.pick(ExchangeOf::ALL), summary, parties }.into()
        }
        960..=979 => TrackStalled { reason: Some(sentence(dice)) }.into(),
        980..=996 => TrackResumed { reason: Some(sentence(dice)) }.into(),
        _ => TrackConcluded { outcome: *dice.pick(TrackOutcome::ALL), summary: Some(sentence(dice)) }.into(),
    }
}

fn sentence(dice: &mut Dice) -> Box<str> {
    format!("{} {}{}", dice.pick(OPENINGS), dice.pick(MIDDLES), dice.pick(ENDINGS)).into()
}

fn bump(counter: &mut u32) -> u32 {
    *counter += 1;
    *counter
}

fn statement(track: &Track, dice: &mut Dice) -> Payload {
    let stance = dice.chance(600).then(|| *dice.pick(Stance::ALL));
    let about = (track.phase != Phase::None && dice.chance(400)).then(|| parsed(&round(track.meetings)));
    StatementMade { summary: sentence(dice), stance, about }.into()
}

fn round(number: u32) -> String {
    format!("round-{number}")
}

/// A date some time ahead, as it is announced.
fn ahead(day: NaiveDate, dice: &mut Dice) -> Edtf {
    let when = day + Days::new(3 + dice.below(60));
    parsed(&match dice.below(10) {
        0..=5 => when.to_string(),
        6..=7 => when.format("%Y-%m").to_string(),
        8 => format!("{when}/{}", when + Days::new(1 + dice.below(10))),
        _ => when.format("%Y-%m~").to_string(),
    })
}

fn meeting(track: &mut Track, day: NaiveDate, by: &ActorId, parties: &[ActorId], dice: &mut Dice) -> Payload {
    if track.phase == Phase::None {
        track.meetings += 1;
    }
    let meeting: MeetingId = parsed(&round(track.meetings));
    let declining = by.clone();
    let by = dice.chance(700).then(|| by.clone());
    let reason = dice.chance(500).then(|| sentence(dice));
    let venue: Option<Box<str>> = dice.chance(600).then(|| (*dice.pick(VENUES)).into());
    let level = dice.chance(600).then(|| *dice.pick(MeetingLevel::ALL));
    let format = dice.chance(500).then(|| *dice.pick(MeetingFormat::ALL));
    let mode = None;
    let parties = if dice.chance(400) { parties.to_vec() } else { Vec::new() };
    let (phase, payload) = match (track.phase, dice.below(100)) {
        (Phase::None, 0..=59) | (Phase::Proposed, 0..=19) | (Phase::Postponed, 0..=29) => {
            let when = dice.chance(300).then(|| ahead(day, dice));
            let title = dice.chance(300).then(|| format!("Round {} of the talks", track.meetings).into());
            (Phase::Proposed, MeetingProposed { meeting, title, by, when, venue, format, mode, level, parties }.into())
        }
        (Phase::Scheduled, 0..=49) => {
            let (title, outcome) = (None, dice.chance(500).then(|| sentence(dice)));
            (
                Phase::None,
                MeetingHeld { meeting, title, when: None, venue, format, mode, level, parties, outcome }.into(),
            )
        }
        (Phase::Scheduled, 50..=64) => {
            (Phase::Scheduled, MeetingRescheduled { meeting, when: ahead(day, dice), venue: None, by, reason }.into())
        }
        (Phase::Scheduled, 65..=77) => {
            let until = dice.chance(300).then(|| ahead(day, dice));
            (Phase::Postponed, MeetingPostponed { meeting, by, reason, until }.into())
        }
        (Phase::Proposed, 20..=27) => (Phase::None, MeetingDeclined { meeting, by: declining, reason }.into()),
        (Phase::Scheduled | Phase::Proposed, 78..=86) => {
            let venue = (*dice.pick(VENUES)).into();
            (track.phase, MeetingRelocated { meeting, venue, by, reason }.into())
        }
        (Phase::Scheduled | Phase::Proposed | Phase::Postponed, 87..) => {
            (Phase::None, MeetingCancelled { meeting, by, reason }.into())
        }
        _ => {
            let when = ahead(day, dice);
            let title = dice.chance(300).then(|| format!("Round {} of the talks", track.meetings).into());
            (
                Phase::Scheduled,
                MeetingScheduled { meeting, when, title, by, venue, format, mode, level, parties }.into(),
            )
        }
    };
    track.phase = phase;
    payload
}

fn proposal(track: &mut Track, day: NaiveDate, by: ActorId, parties: &[ActorId], dice: &mut Dice) -> Payload {
    if let Some(proposal) = track.open_proposal.clone() {
        let answer = *dice.pick(Answer::ALL);
        if answer != Answer::Deferred {
            track.open_proposal = None;
        }
        let summary = dice.chance(600).then(|| sentence(dice));
        return ProposalAnswered { proposal, by, answer, summary }.into();
    }
    let proposal: demarche_core::ProposalId = parsed(&format!("proposal-{}", bump(&mut track.others)));
    track.open_proposal = Some(proposal.clone());
    let to = parties.iter().filter(|party| **party != by).cloned().collect();
    let deadline = dice.chance(300).then(|| ahead(day, dice));
    ProposalMade { proposal, by, summary: sentence(dice), to, deadline }.into()
}

fn agreement(track: &mut Track, day: NaiveDate, by: ActorId, parties: &[ActorId], dice: &mut Dice) -> Payload {
    let agreement = parsed(&format!("agreement-{}", 1 + track.others / 4));
    if dice.chance(150) {
        let reason = Some(sentence(dice));
        return AgreementEnded { agreement, how: *dice.pick(AgreementEnd::ALL), by: Some(by), reason }.into();
    }
    let until = dice.chance(200).then(|| ahead(day, dice));
    let summary = Some(sentence(dice));
    AgreementReached { agreement, stage: *dice.pick(AgreementStage::ALL), summary, parties: parties.to_vec(), until }
        .into()
}

fn issue(by: ActorId, dice: &mut Dice) -> Payload {
    let matter = *dice.pick(MATTERS);
    if dice.chance(400) {
        let summary = Some(sentence(dice));
        return IssueResolved { issue: parsed(matter), extent: *dice.pick(Extent::ALL), summary }.into();
    }
    IssueRaised { issue: parsed(matter), title: Some(format!("The matter of {matter}").into()), by: Some(by) }.into()
}

fn measure(by: ActorId, parties: &[ActorId], dice: &mut Dice) -> Payload {
    let against = parties.iter().filter(|party| **party != by).cloned().collect();
    MeasureTaken {
        measure: parsed(&format!("measure-{}", dice.below(20))),
        of: *dice.pick(MeasureOf::ALL),
        effect: *dice.pick(MeasureEffect::ALL),
        by,
        against,
        effective: None,
        summary: dice.chance(700).then(|| sentence(dice)),
    }
    .into()
}

/// Claims about claims, three of four; and retractions.
pub(super) fn about_claims(track: &Track, source: &mut Source, dice: &mut Dice) -> Payload {
    if track.recent.is_empty() {
        return statement(track, dice);
    }
    let (id, who) = dice.pick(&track.recent).clone();
    let summary = dice.chance(600).then(|| sentence(dice));
    match dice.below(40) {
        0..=14 => ClaimDenied { claims: id.into(), summary }.into(),
        15..=24 => ClaimConfirmed { claims: id.into(), summary }.into(),
        25..=29 => {
            source.who = who;
            ClaimWithdrawn { claims: id.into(), summary }.into()
        }
        _ => EventRetracted { event: id, reason: "Entered twice by mistake.".into() }.into(),
    }
}
