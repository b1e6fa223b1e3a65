//! Ids derived from rows: the same row gives the same event, however often it is imported.

use demarche_core::EventId;
use uuid::Uuid;

/// The namespace of all imported events (RFC 9562 §5.5). It must never change.
const NAMESPACE: Uuid = Uuid::from_u128(0x6d3f_0f0e_5a5c_4b7e_9a52_1f4e_c1d0_8a77);

/// Makes the id of an event from its format, the kind of entry, and what identifies it there.
///
/// The parts are joined with their lengths, so that different lists of parts never give the same name.
pub(super) fn id(format: &str, kind: &str, parts: &[&[u8]]) -> EventId {
    let mut name = Vec::with_capacity(128);
    for part in [format.as_bytes(), kind.as_bytes()].iter().chain(parts) {
        name.extend_from_slice(&(part.len() as u64).to_le_bytes());
        name.extend_from_slice(part);
    }
    EventId::new(Uuid::new_v5(&NAMESPACE, &name))
}

/// Returns a short hash by which a row without a number can be cited.
pub(super) fn short(identity: &str) -> String {
    format!("{:08x}", crate::names::short_hash(identity.as_bytes()))
}
