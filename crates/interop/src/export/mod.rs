//! Events in other people's formats.

pub mod cloudevents;
