//! What a track is called and whose it is, as it was last opened.

use std::collections::BTreeSet;

use demarche_core::{ActorId, Payload};

use super::fact_ref::FactRef;
use super::words::{LogChanged, Words};

/// The words of the last event that opened a track.
#[derive(Clone, Default)]
pub(crate) struct Opening {
    pub(crate) title: Option<Box<str>>,
    /// In the order given, without repetitions.
    pub(crate) parties: Vec<ActorId>,
    /// In the order given, without repetitions.
    pub(crate) mediators: Vec<ActorId>,
}

impl Opening {
    /// Reads the words from the line of that event.
    pub(crate) fn read(opened: FactRef<'_>, words: Words<'_>) -> Result<Self, LogChanged> {
        let Payload::TrackOpened(opened) = words.payload(opened)? else { return Ok(Self::default()) };
        Ok(Self {
            title: Some(opened.title),
            parties: each_once(opened.parties),
            mediators: each_once(opened.mediators),
        })
    }
}

fn each_once(mut actors: Vec<ActorId>) -> Vec<ActorId> {
    let mut known = BTreeSet::new();
    actors.retain(|actor| known.insert(actor.clone()));
    actors
}
