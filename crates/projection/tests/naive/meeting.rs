//! §4: the phase of a meeting, its run, and what else was last said of it.

use std::collections::BTreeSet;

use demarche_core::{Edtf, Event, EventType, Instant, MeetingFormat, Payload};

use super::same::{self, Phase};
use super::{NaiveReading, Track, are_of_one_party, is, is_or_is_beneath};

/// A meeting as the counting events leave it.
#[derive(Debug, Clone)]
pub(super) struct Meeting<'a> {
    pub(super) slug: &'a str,
    pub(super) phase: Phase,
    /// "The **run** of a phase is the unbroken series of counting events that set it."
    pub(super) run: Vec<&'a Event>,
    /// Every event that moved it, of this run and those before.
    pub(super) moved_by: Vec<&'a Event>,
    pub(super) when: Option<&'a Edtf>,
    /// The event from which `when` is.
    dated_by: Option<&'a Event>,
    pub(super) venue: Option<&'a str>,
    pub(super) format: Option<MeetingFormat>,
    /// "A postponed meeting keeps the last `until` of its run."
    pub(super) until: Option<&'a Edtf>,
}

/// The meeting of that name, by "the counting events on it in order"; `None` if no counting event is on it.
pub(super) fn meeting<'a>(slug: &str, track: &Track<'a>) -> Option<Meeting<'a>> {
    let on_it = track.counting.iter().copied().filter(|e| same::is_on(e, slug));
    on_it.fold(None, |before, event| after(event, before, track))
}

/// The meeting after one more event on it.
fn after<'a>(event: &'a Event, before: Option<Meeting<'a>>, track: &Track<'a>) -> Option<Meeting<'a>> {
    let Some(before) = before else { return first(event) };
    if is(event, EventType::MeetingRelocated) {
        // "`meeting_relocated` keeps the phase (and moves nothing)"; the venue is that "last given by an event that
        // moved it or relocated it".
        return Some(Meeting { venue: same::venue(event).or(before.venue), ..before });
    }
    match same::phase(event) {
        Some(phase) if !is_excepted(event, &before, track) => Some(moved(event, phase, before)),
        _ => Some(before),
    }
}

/// "`meeting_relocated` … makes a meeting never heard of `proposed`"; anything else sets its own phase. Clarified by
/// the vectors: such a relocation is a move.
fn first(event: &Event) -> Option<Meeting<'_>> {
    Some(Meeting {
        slug: event.data.meeting()?.as_str(),
        phase: same::phase(event).unwrap_or(Phase::Proposed),
        run: vec![event],
        moved_by: vec![event],
        when: same::date(event),
        dated_by: same::date(event).map(|_| event),
        venue: same::venue(event),
        format: same::format(event),
        until: until(event),
    })
}

/// The meeting after an event that moved it.
fn moved<'a>(event: &'a Event, phase: Phase, before: Meeting<'a>) -> Meeting<'a> {
    let (when, dated_by) = date_after(event, phase, &before);
    let is_new_run = begins_anew(phase, when, &before);
    let mut run = if is_new_run { Vec::new() } else { before.run };
    run.push(event);
    let moved_by = before.moved_by.into_iter().chain([event]).collect();
    Meeting {
        slug: before.slug,
        phase,
        run,
        moved_by,
        when,
        dated_by,
        venue: same::venue(event).or(before.venue),
        format: same::format(event).or(before.format),
        until: until(event).or(if is_new_run { None } else { before.until }),
    }
}

/// "The last one decides, with these exceptions …; an event that is excepted *moves nothing*."
fn is_excepted(event: &Event, before: &Meeting<'_>, track: &Track<'_>) -> bool {
    is_vaguer(event, before, track)
        || a_refusal_stands(event, before, track)
        // "A meeting held can't be declined any more."
        || (is(event, EventType::MeetingDeclined) && before.phase == Phase::Held)
}

/// "A `meeting_proposed` sets the phase only of a meeting that is unheard of, proposed, cancelled or declined; of a
/// postponed one only with a `when`."
fn is_vaguer(event: &Event, before: &Meeting<'_>, track: &Track<'_>) -> bool {
    let is_firmer = match before.phase {
        Phase::Proposed | Phase::Cancelled | Phase::Declined => false,
        Phase::Postponed => same::date(event).is_none(),
        Phase::Scheduled | Phase::Held => true,
    };
    is(event, EventType::MeetingProposed) && is_firmer && !is_its_own_picture(event, before, track)
}

/// "(Under `side:X`, what X itself proposes also sets the phase of a meeting scheduled or postponed where no claim of
/// X's stands in the run behind that phase: X's own picture.)"
fn is_its_own_picture(event: &Event, before: &Meeting<'_>, track: &Track<'_>) -> bool {
    let NaiveReading::Side(side) = track.reading else { return false };
    let is_theirs = |e: &Event| is_or_is_beneath(&e.source.who, side);
    matches!(before.phase, Phase::Scheduled | Phase::Postponed)
        && is_theirs(event)
        && !before.run.iter().any(|e| is_theirs(e))
}

/// "A refusal stands: on a meeting declined, a `meeting_proposed`, `_scheduled` or `_rescheduled` by another *party of
/// the track* than the one that declined (`by`) moves nothing, unless it names a day that has none in common with the
/// meeting's. The decliner can revive it, and so can anybody who is no party." Undecided by the vectors: of several
/// decliners in one run each can; and so can who speaks beneath the decliner, where only that ministry is a party.
fn a_refusal_stands(event: &Event, before: &Meeting<'_>, track: &Track<'_>) -> bool {
    let revives = same::phase(event).is_some_and(Phase::is_to_come);
    let parties = track.parties_of(&event.source.who);
    let has_declined = before.run.iter().any(|e| match &e.data {
        Payload::MeetingDeclined(declined) => {
            is_or_is_beneath(&event.source.who, &declined.by)
                || parties.iter().any(|party| is_or_is_beneath(&declined.by, party))
        }
        _ => false,
    });
    before.phase == Phase::Declined
        && revives
        && !parties.is_empty()
        && !has_declined
        && same::have_a_day_in_common(same::date(event), before.when)
}

/// "Its `when` is the last given by an event that moved it, but where [the narrower stays]. A `meeting_proposed`
/// without `when` that begins a new run leaves the meeting without a date."
fn date_after<'a>(event: &'a Event, phase: Phase, before: &Meeting<'a>) -> (Option<&'a Edtf>, Option<&'a Event>) {
    match same::date(event) {
        Some(_) if the_narrower_stays(event, phase, before) => (before.when, before.dated_by),
        Some(given) => (Some(given), Some(event)),
        None if phase == Phase::Proposed && before.phase != Phase::Proposed => (None, None),
        None => (before.when, before.dated_by),
    }
}

/// "Where the meeting was and stays proposed or scheduled, and the new date strictly contains the present one (the days
/// of a visit around the day of the talks) and comes from another party than the present one did, the narrower stays,
/// unless it is qualified (`?`, `~`, `%`)."
fn the_narrower_stays(event: &Event, phase: Phase, before: &Meeting<'_>) -> bool {
    let (Some(given), Some(present), Some(dated_by)) = (same::date(event), before.when, before.dated_by) else {
        return false;
    };
    // Clarified by the vectors: so also where a meeting that was proposed is scheduled by this.
    before.phase.is_to_come()
        && phase.is_to_come()
        && strictly_contains(given, present)
        && !are_of_one_party(event, dated_by)
        && !present.as_str().contains(['?', '~', '%'])
}

/// A missing end is unbounded.
fn strictly_contains(outer: &Edtf, inner: &Edtf) -> bool {
    let begins_no_later = outer.earliest().is_none_or(|outer| inner.earliest().is_some_and(|inner| outer <= inner));
    let ends_no_sooner = outer.latest().is_none_or(|outer| inner.latest().is_some_and(|inner| outer >= inner));
    begins_no_later && ends_no_sooner && outer.bounds() != inner.bounds()
}

/// "It begins anew where the phase changes, and of proposed and scheduled also where the date becomes another one (no
/// day in common; a missing date has all days in common with any)."
fn begins_anew(phase: Phase, when: Option<&Edtf>, before: &Meeting<'_>) -> bool {
    phase != before.phase || (phase.is_to_come() && !same::have_a_day_in_common(when, before.when))
}

fn until(event: &Event) -> Option<&Edtf> {
    if let Payload::MeetingPostponed(p) = &event.data { p.until.as_ref() } else { None }
}

/// All meetings, by slug.
pub(super) fn meetings<'a>(track: &Track<'a>) -> Vec<Meeting<'a>> {
    let slugs: BTreeSet<&str> = track.counting.iter().filter_map(|e| e.data.meeting()).map(|m| m.as_str()).collect();
    slugs.into_iter().filter_map(|slug| meeting(slug, track)).collect()
}

/// The row `scheduled`: "some meeting is in phase scheduled and its `when.latest` is not before `today`; of these the
/// next is the one with the smallest (`when.earliest`, `when.latest`, slug)".
pub(super) fn next<'a>(track: &Track<'a>) -> Option<Meeting<'a>> {
    let ahead = |m: &Meeting<'_>| m.phase == Phase::Scheduled && m.when.is_some_and(|when| is_ahead(when, track));
    meetings(track).into_iter().filter(ahead).min_by(|a, b| place_in_time(a).cmp(&place_in_time(b)))
}

/// Whether the date "is not before `today`".
pub(super) fn is_ahead(date: &Edtf, track: &Track<'_>) -> bool {
    date.latest().is_none_or(|latest| latest >= track.today)
}

/// The meetings in phase held.
pub(super) fn held<'a>(track: &Track<'a>) -> Vec<Meeting<'a>> {
    meetings(track).into_iter().filter(|m| m.phase == Phase::Held).collect()
}

/// "The one with the greatest (`when.earliest`, `when.latest`)"; of several, the last slug.
pub(super) fn last_held<'a>(track: &Track<'a>) -> Option<Meeting<'a>> {
    held(track).into_iter().max_by(|a, b| place_in_time(a).cmp(&place_in_time(b)))
}

/// (`when.earliest`, `when.latest`, slug): unbounded before is before all, unbounded after is after all.
fn place_in_time<'a>(meeting: &Meeting<'a>) -> (Option<Instant>, bool, Option<Instant>, &'a str) {
    let earliest = meeting.when.and_then(Edtf::earliest);
    let latest = meeting.when.and_then(Edtf::latest);
    (earliest, latest.is_none(), latest, meeting.slug)
}
