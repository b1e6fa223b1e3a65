//! The values of which records are made, and how each is told in bytes.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _};
use uuid::Uuid;

use super::{ID_BYTES, INSTANT_BYTES};
use crate::{Credibility, EventId, Grade, Instant, Reliability};

/// Bytes that are taken one value after the other; none where too few are left.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'b>(pub(super) &'b [u8]);

impl<'b> Bytes<'b> {
    #[inline]
    pub(super) fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    /// Takes so many values of a width.
    pub(super) fn take_all(&mut self, count: usize, width: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count.checked_mul(width)?)?;
        self.0 = rest;
        Some(taken)
    }

    #[inline]
    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    #[inline]
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    #[inline]
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    #[inline]
    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    #[inline]
    pub(super) fn id(&mut self) -> Option<EventId> {
        self.take::<ID_BYTES>().map(|bytes| EventId::new(Uuid::from_bytes(bytes)))
    }

    /// Takes an instant that may be none: then there are only zeros, and there is no year 0.
    #[inline]
    pub(super) fn bound(&mut self) -> Option<Option<Instant>> {
        let (year, day, second, nano) = (self.u16()?, self.u16()?, self.u32()?, self.u32()?);
        if year == 0 {
            return (day == 0 && second == 0 && nano == 0).then_some(None);
        }
        let date = NaiveDate::from_yo_opt(i32::from(year), u32::from(day))?;
        let time = NaiveTime::from_num_seconds_from_midnight_opt(second, nano)?;
        Instant::new(date.and_time(time).and_utc()).map(Some)
    }

    #[inline]
    pub(super) fn instant(&mut self) -> Option<Instant> {
        self.bound()?
    }

    /// Takes a word by its place among all.
    #[inline]
    pub(super) fn word<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(usize::from(self.u8()?)).copied()
    }

    /// Takes a grade that may be none: each part counted from 1, the best first, or both 0.
    #[inline]
    pub(super) fn grade(&mut self) -> Option<Option<Grade>> {
        match (usize::from(self.u8()?), usize::from(self.u8()?)) {
            (0, 0) => Some(None),
            (reliability, credibility) => Some(Some(Grade {
                reliability: *Reliability::ALL.get(reliability.checked_sub(1)?)?,
                credibility: *Credibility::ALL.get(credibility.checked_sub(1)?)?,
            })),
        }
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "years 1 to 9999, days up to 366")]
pub(super) fn of_bound(bound: Option<Instant>) -> [u8; INSTANT_BYTES] {
    let mut bytes = [0; INSTANT_BYTES];
    if let Some(instant) = bound {
        let instant = instant.date_time();
        let parts = (instant.year() as u16).to_le_bytes().into_iter().chain((instant.ordinal() as u16).to_le_bytes());
        let parts = parts.chain(instant.num_seconds_from_midnight().to_le_bytes());
        fill(&mut bytes, parts.chain(instant.nanosecond().to_le_bytes()));
    }
    bytes
}

#[allow(clippy::cast_possible_truncation, reason = "six letters, six digits")]
pub(super) const fn of_grade(grade: Option<Grade>) -> [u8; 2] {
    match grade {
        None => [0, 0],
        Some(Grade { reliability, credibility }) => {
            [Reliability::ALL.len() as u8 - reliability as u8, Credibility::ALL.len() as u8 - credibility as u8]
        }
    }
}

/// Fills a buffer with bytes, of which there are as many.
pub(super) fn fill(buffer: &mut [u8], bytes: impl Iterator<Item = u8>) {
    for (slot, byte) in buffer.iter_mut().zip(bytes) {
        *slot = byte;
    }
}
