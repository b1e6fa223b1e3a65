//! §3: which events drive a track's state, step by step. All are of one track and in order.

use demarche_core::{ActorId, Attribution, Event, EventType, Grade};

use super::{NaiveQuery, NaiveReading, are_of_one_party, is, is_or_is_beneath, names, place, same, told};

/// Step 1: "`recorded` not after `known_at`, and told not after `as_of` (retractions are exempt from `as_of`: they
/// concern the record, not the world)".
pub(super) fn in_bounds<'a>(events: &[&'a Event], query: &NaiveQuery) -> Vec<&'a Event> {
    let known = |e: &Event| query.known_at.is_none_or(|bound| e.recorded <= bound);
    let happened = |e: &Event| is_retraction(e) || query.as_of.is_none_or(|bound| told(e) <= bound);
    events.iter().copied().filter(|e| known(e) && happened(e)).collect()
}

/// Step 2.
pub(super) fn not_void<'a>(in_bounds: &[&'a Event]) -> Vec<&'a Event> {
    in_bounds.iter().copied().filter(|e| !is_void(e, in_bounds)).collect()
}

/// "An event is void where a retraction that is not itself void names it. Retractions can be retracted. Events on a
/// cycle of retractions are all void."
fn is_void(event: &Event, in_bounds: &[&Event]) -> bool {
    if is_on_cycle(event, in_bounds) {
        return true;
    }
    // The question ends: what retracts an event off a cycle is itself off any cycle, since it names one event only.
    let mut retractions = in_bounds.iter().filter(|r| is_retraction(r) && names(r, event));
    retractions.any(|r| !is_void(r, in_bounds))
}

/// Whether going from retraction to retracted event leads back to where it began.
fn is_on_cycle(event: &Event, in_bounds: &[&Event]) -> bool {
    let mut here = event;
    for _ in in_bounds {
        let next = in_bounds.iter().find(|e| is_retraction(here) && names(here, e));
        match next {
            Some(next) if next.id == event.id => return true,
            Some(next) => here = next,
            None => return false,
        }
    }
    false
}

/// Step 3: "what is left, less the retractions and redactions, which are the desk's housekeeping, and less what the
/// reading drops".
pub(super) fn considered<'a>(live: &[&'a Event], reading: &NaiveReading) -> Vec<&'a Event> {
    live.iter().copied().filter(|e| !is_housekeeping(e) && !is_dropped(e, reading)).collect()
}

/// The table of readings, its column "drops".
fn is_dropped(event: &Event, reading: &NaiveReading) -> bool {
    let source = &event.source;
    match reading {
        NaiveReading::Prudent | NaiveReading::Latest | NaiveReading::Side(_) => false,
        NaiveReading::OnRecord => !matches!(source.attribution, Attribution::OnRecord | Attribution::Document),
        NaiveReading::Grade(floor) => match source.grade {
            // "Reliability no worse than B **and** credibility no worse than 3", for B3.
            Some(grade) => grade.reliability < floor.reliability || grade.credibility < floor.credibility,
            None => true,
        },
        NaiveReading::Who(actor) => !is_or_is_beneath(&source.who, actor),
    }
}

/// Step 4: "the considered ones that are neither *withdrawn* … nor *set aside*".
pub(super) fn counting<'a>(considered: &[&'a Event], reading: &NaiveReading) -> Vec<&'a Event> {
    let counts = |e: &Event| !is_withdrawn(e, considered) && !is_set_aside(e, considered, reading);
    considered.iter().copied().filter(|e| counts(e)).collect()
}

/// "Named by a considered `claim_withdrawn` of the same `who`"; "a `claim_withdrawn` itself cannot be withdrawn"; "a
/// withdrawal acts wherever it stands in the order".
pub(super) fn is_withdrawn(event: &Event, considered: &[&Event]) -> bool {
    let takes_it_back =
        |w: &Event| is(w, EventType::ClaimWithdrawn) && names(w, event) && w.source.who == event.source.who;
    !is(event, EventType::ClaimWithdrawn) && considered.iter().any(|w| takes_it_back(w))
}

/// "A claim is *disputed* where a considered, neither withdrawn nor lapsed `claim_denied` names it": these denials.
pub(super) fn denials<'a>(claim: &Event, considered: &[&'a Event]) -> Vec<&'a Event> {
    let denials = acting(claim, considered, EventType::ClaimDenied);
    denials.into_iter().filter(|denial| !has_lapsed(denial, claim, considered)).collect()
}

/// "A denial *lapses* where the party that spoke it (the first segment of `who`) comes round: later in the order one of
/// its own, not withdrawn, *says the same* as the denied claim, or confirms it." "(The denied claim itself counts,
/// where it is the same party's and later.)"
fn has_lapsed(denial: &Event, claim: &Event, considered: &[&Event]) -> bool {
    let later = |e: &Event| are_of_one_party(e, denial) && place(e) > place(denial) && !is_withdrawn(e, considered);
    let comes_round = |e: &Event| {
        e.id == claim.id || same::says_the_same(e, claim) || (is(e, EventType::ClaimConfirmed) && names(e, claim))
    };
    considered.iter().any(|e| later(e) && comes_round(e))
}

/// Every considered, not withdrawn `claim_confirmed` that names the claim.
pub(super) fn confirmations<'a>(claim: &Event, considered: &[&'a Event]) -> Vec<&'a Event> {
    acting(claim, considered, EventType::ClaimConfirmed)
}

/// "A denial or a confirmation can [be withdrawn], and then acts no more."
fn acting<'a>(claim: &Event, considered: &[&'a Event], kind: EventType) -> Vec<&'a Event> {
    let acts = |e: &Event| is(e, kind) && names(e, claim) && !is_withdrawn(e, considered);
    considered.iter().copied().filter(|e| acts(e)).collect()
}

/// The table of readings, its column "weighs". "Claims about claims (`claim_*`) are not weighed themselves."
pub(super) fn is_set_aside(claim: &Event, considered: &[&Event], reading: &NaiveReading) -> bool {
    if claim.event_type().is_about_claims() || denials(claim, considered).is_empty() {
        return false;
    }
    match reading {
        NaiveReading::Latest => false,
        NaiveReading::Side(side) => is_set_aside_by(side, claim, considered),
        NaiveReading::Prudent | NaiveReading::OnRecord | NaiveReading::Grade(_) | NaiveReading::Who(_) => {
            is_outweighed(claim, considered)
        }
    }
}

/// "The best grade among those denials is at least as good as its best support: its own grade or that of a considered,
/// not withdrawn `claim_confirmed` that names it and comes from another `who`." No grade ranks below `F6`.
fn is_outweighed(claim: &Event, considered: &[&Event]) -> bool {
    let others = |c: &&Event| c.source.who != claim.source.who;
    let by_others: Vec<_> = confirmations(claim, considered).into_iter().filter(others).collect();
    best_grade(&denials(claim, considered)) >= best_grade(&by_others).max(claim.source.grade)
}

fn best_grade(events: &[&Event]) -> Option<Grade> {
    events.iter().map(|e| e.source.grade).max().flatten()
}

/// "As that side has it: a disputed claim that the side denies and neither made nor confirmed is set aside; one that it
/// made or confirmed and does not deny is not; the rest as `prudent`."
fn is_set_aside_by(side: &ActorId, claim: &Event, considered: &[&Event]) -> bool {
    let theirs = |e: &&Event| is_or_is_beneath(&e.source.who, side);
    let denies = denials(claim, considered).iter().any(theirs);
    let vouches = theirs(&claim) || confirmations(claim, considered).iter().any(theirs);
    match (denies, vouches) {
        (true, false) => true,
        (false, true) => false,
        (true, true) | (false, false) => is_outweighed(claim, considered),
    }
}

fn is_retraction(event: &Event) -> bool {
    is(event, EventType::EventRetracted)
}

fn is_housekeeping(event: &Event) -> bool {
    is_retraction(event) || is(event, EventType::EventRedacted)
}
