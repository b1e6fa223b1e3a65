//! The events of a track in the order that every fold follows.

use super::fact_ref::FactRef;

/// Puts events in order, given in the order of their lines.
///
/// News is mostly written down in the order in which it occurred, so most events are in order already. The late ones
/// are sorted separately, and merged in.
#[derive(Default)]
pub(crate) struct InOrder<'f> {
    /// The events that come after all earlier ones.
    risen: Vec<FactRef<'f>>,
    late: Vec<FactRef<'f>>,
    all: Vec<FactRef<'f>>,
}

impl<'f> InOrder<'f> {
    /// Returns events in order; the result lasts until the next call.
    pub(crate) fn of(&mut self, events: impl Iterator<Item = FactRef<'f>>) -> &[FactRef<'f>] {
        let Self { risen, late, all } = self;
        risen.clear();
        late.clear();
        for event in events {
            let comes_late = risen.last().is_some_and(|last| event.fact().cmp_order(last.fact()).is_lt());
            if comes_late { late.push(event) } else { risen.push(event) }
        }
        if late.is_empty() {
            return risen;
        }
        late.sort_unstable_by(|a, b| a.fact().cmp_order(b.fact()));
        all.clear();
        all.reserve(risen.len() + late.len());
        let mut next = late.iter().peekable();
        for event in risen {
            while let Some(earlier) = next.next_if(|late| late.fact().cmp_order(event.fact()).is_lt()) {
                all.push(*earlier);
            }
            all.push(*event);
        }
        all.extend(next);
        all
    }
}

#[cfg(test)]
mod tests {
    use demarche_core::Event;
    use demarche_core::codec::{decode, encode};
    use demarche_core::facts::{Facts, LinePlace};

    use super::*;

    #[test]
    fn late_events_are_sorted_in() {
        let line = br#"{"id":"0199f3c0-5a00-7000-8000-000000000001","v":1,"type":"track_stalled","track":"us-ru","occurred":"2025-05","recorded":"2025-10-23T08:00:00Z","source":{"who":"izvestia","attribution":"media"},"data":{}}"#;
        let event = decode(line).unwrap();
        // Every order of up to six events, some of which share a day.
        for number in 0..4_u32.pow(6) {
            let mut facts = Facts::new();
            for place in 0..number % 7 {
                let day = number / 4_u32.pow(place) % 4;
                let id = format!("0199f3c0-5a00-7000-8000-00000000{:04}", 9 - place).parse().unwrap();
                let occurred = format!("2025-05-0{}", day + 1).parse().unwrap();
                facts
                    .push_line(&encode(&Event { id, occurred, ..event.clone() }), LinePlace::new(0, 0).unwrap())
                    .unwrap();
            }
            let noted = || facts.iter().map(|(number, ..)| FactRef::new(&facts, number).unwrap());
            let mut expected: Vec<u32> = noted().map(FactRef::number).collect();
            expected.sort_by_key(|number| facts.fact(*number).unwrap().order());
            let mut in_order = InOrder::default();
            for again in [false, true] {
                let found: Vec<u32> = in_order.of(noted()).iter().map(|noted| noted.number()).collect();
                assert_eq!(found, expected, "{number}, again: {again}");
            }
            assert!(in_order.of(std::iter::empty()).is_empty());
        }
    }
}
