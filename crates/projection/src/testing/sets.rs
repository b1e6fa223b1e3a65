//! The log is a set: neither order nor repetition matters.

use demarche_core::Event;

use super::{Broken, Law, Trial, answer};
use crate::Projection;

/// Law 1: permuting the log changes nothing.
///
/// # Errors
///
/// [`Broken`], if it does.
pub fn permuting<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    let expected = answer(&make, &trial.log, &trial.bounds);
    let mut keyed: Vec<(u16, &Event)> = trial.keyed().collect();
    keyed.sort_by_key(|(key, _)| *key);
    let permuted = answer(&make, keyed.into_iter().map(|(_, event)| event), &trial.bounds);
    Law::Permuting.holds("with the lines in the order of their keys", &permuted, &expected)?;
    let backwards = answer(&make, trial.log.iter().rev(), &trial.bounds);
    Law::Permuting.holds("with the lines backwards", &backwards, &expected)
}

/// Law 2: duplicating lines changes nothing.
///
/// # Errors
///
/// [`Broken`], if it does.
pub fn duplicating<P: Projection>(make: impl Fn() -> P, trial: &Trial) -> Result<(), Broken> {
    let expected = answer(&make, &trial.log, &trial.bounds);
    let odd = trial.keyed().filter(|(key, _)| key % 2 == 1).map(|(_, event)| event);
    let some = answer(&make, trial.log.iter().chain(odd), &trial.bounds);
    Law::Duplicating.holds("with the lines of odd keys once more at the end", &some, &expected)?;
    let at_once = answer(&make, trial.log.iter().flat_map(|event| [event, event]), &trial.bounds);
    Law::Duplicating.holds("with every line twice", &at_once, &expected)
}
