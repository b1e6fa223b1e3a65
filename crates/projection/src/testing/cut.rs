//! The log can be cut: into parts, into lines, into a snapshot and the rest.

use demarche_core::Event;

use super::{Broken, Law, Trial, answer, over};
use crate::{ApplyError, Projection};

/// Law 3: folding parts and merging equals folding the whole, for any cut; merging is associative, commutative and
/// idempotent, and merging an empty part changes nothing.
///
/// # Errors
///
/// [`Broken`], if it does not hold.
pub fn merging<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    let expected = answer(&make, &trial.log, &trial.bounds);
    let same = |how: &str, merged: Result<P, ApplyError>| {
        let found = merged.map(|merged| merged.answer(&trial.bounds));
        Law::Merging.holds(how, &found, &expected)
    };
    let part = |of: u16| over(&make, trial.keyed().filter(|(key, _)| key % 3 == of).map(|(_, event)| event));
    let two = |a: P, b: P| merged(&make, [a, b]);
    let parts = || -> Result<[P; 3], ApplyError> { Ok([part(0)?, part(1)?, part(2)?]) };

    same("of three parts merged one after the other", parts().and_then(|parts| merged(&make, parts)))?;
    same("of three parts, the last two merged first", parts().and_then(|[a, b, c]| two(a, two(b, c)?)))?;
    same("of three parts merged backwards", parts().and_then(|[a, b, c]| merged(&make, [c, b, a])))?;
    let (before, after) = trial.log.split_at(trial.line.checked_rem(trial.log.len()).unwrap_or_default());
    same("of two halves", over(&make, before).and_then(|before| two(before, over(&make, after)?)))?;
    let lines = || -> Result<Vec<P>, ApplyError> { trial.log.iter().map(|event| over(&make, [event])).collect() };
    same("of one part a line", lines().and_then(|lines| merged(&make, lines)))?;

    let whole = || over(&make, &trial.log);
    same("merged with itself", whole().and_then(|whole| two(whole.clone(), whole)))?;
    same("merged with a part of it", whole().and_then(|whole| two(whole, part(0)?)))?;
    same("a part merged with the whole", whole().and_then(|whole| two(part(0)?, whole)))?;
    same("merged with nothing", whole().and_then(|whole| two(whole, make())))?;
    same("nothing merged with it", whole().and_then(|whole| two(make(), whole)))
}

/// Merges everything into the first part, or into an empty one.
fn merged<P: Projection>(make: impl Fn() -> P, parts: impl IntoIterator<Item = P>) -> Result<P, ApplyError> {
    let mut parts = parts.into_iter();
    let mut whole = parts.next().unwrap_or_else(make);
    parts.try_for_each(|part| whole.merge(part))?;
    Ok(whole)
}

/// Law 4: folding one event at a time equals folding the batch, at every line, however often the projection answers in
/// between.
///
/// # Errors
///
/// [`Broken`], if it does not hold.
pub fn one_at_a_time<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    let mut running = make();
    for (line, event) in trial.log.iter().enumerate() {
        let found = running.apply(event).map(|()| running.answer(&trial.bounds));
        let so_far = trial.log.iter().take(line + 1);
        let how = format!("asked at every line, at line {}", line + 1);
        Law::OneAtATime.holds(how, &found, &answer(&make, so_far, &trial.bounds))?;
    }
    Ok(())
}

/// Law 4: a snapshot plus the rest equals the whole. A snapshot is a clone; later changes to it leave the original
/// alone.
///
/// # Errors
///
/// [`Broken`], if it does not hold.
pub fn snapshot<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    let cut = trial.line.checked_rem(trial.log.len()).unwrap_or_default();
    let (before, rest) = trial.log.split_at(cut);
    let gone_on = |mut from: P, with: &[Event]| -> Result<P, ApplyError> {
        with.iter().try_for_each(|event| from.apply(event))?;
        Ok(from)
    };
    let whole = answer(&make, &trial.log, &trial.bounds);
    let original = over(&make, before);
    let copy = original.clone().and_then(|original| gone_on(original, rest));
    let found = copy.map(|copy| copy.answer(&trial.bounds));
    Law::Snapshot.holds(format!("of a snapshot before line {} and the rest", cut + 1), &found, &whole)?;
    let found = original.map(|original| original.answer(&trial.bounds));
    let how = format!("of the original before line {}, after its snapshot went on", cut + 1);
    Law::Snapshot.holds(how, &found, &answer(&make, before, &trial.bounds))
}
