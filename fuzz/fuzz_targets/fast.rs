//! Any line by the walker and by the general decoder: the same event, the same facts, the same error; and any log in
//! one part and in several.
#![no_main]

use std::sync::Arc;

use demarche_core::codec::{decode, decode_generally, decode_payload, encode};
use demarche_core::facts::{Facts, LineReader, LinePlace, SharedText, Texts};
use demarche_journal::scan;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|log: &[u8]| {
    let mut reader = LineReader::new();
    for line in log.split(|byte| *byte == b'\n') {
        let general = decode_generally(line);
        assert_eq!(decode(line), general, "the two ways differ");
        let payload = general.clone().map(|event| (event.id, event.data));
        assert_eq!(decode_payload(line), payload, "the payload is another");
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.iter().all(u8::is_ascii_whitespace) {
            let general = decode_generally(line);
            let (mut read, mut pushed) = (Facts::new(), Facts::new());
            let done = reader.read(line, LinePlace::new(0, 0).unwrap(), &mut read);
            assert_eq!(done.map_err(|error| error.error), general.as_ref().map(|_| ()).map_err(Clone::clone));
            if let Ok(event) = &general {
                pushed.push_line(&encode(event), LinePlace::new(0, 0).unwrap()).expect("a canonical line is walked");
            }
            assert_eq!(told(&read), told(&pushed), "the facts are others");
        }
    }
    let mut texts = Texts::new();
    let text: SharedText = Arc::new(log.to_vec());
    texts.push(text.clone());
    texts.push(text);
    if let Some(facts) = scan(&texts, &|_| {}) {
        for (_, fact, spot) in facts.iter() {
            let event = decode(&texts.line(spot.place)).expect("the place of a fact is its line");
            assert_eq!((event.id, event.order()), (fact.id, fact.order()));
            assert_eq!(Some(&event.track), facts.track(spot.track));
            assert_eq!(Some(&event.source.who), facts.actor(fact.who));
            assert_eq!(event.data.targets(), facts.targets(fact));
        }
    }
});

/// What can be asked of the fact of one line.
fn told(facts: &Facts) -> Option<String> {
    let (_, fact, spot) = facts.iter().next()?;
    let names = (facts.track(spot.track), facts.actor(fact.who), facts.subject(fact));
    Some(format!("{fact:?} {names:?} {:?} {:?}", facts.details(fact), facts.targets(fact)))
}
