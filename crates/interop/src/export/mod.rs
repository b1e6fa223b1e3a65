//! Events and states in other people's formats, one file a format.

pub mod cloudevents;
pub mod ics;
mod page;
pub mod timeline;

use page::page;
