//! Any line the fast way and the patient way: the same event, the same error; and any log in one part and in several.
#![no_main]

use demarche_core::Gist;
use demarche_core::codec::{Skimmer, decode, decode_patiently, decode_payload, skim};
use demarche_core::facts::Texts;
use demarche_journal::survey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|log: &[u8]| {
    let mut skimmer = Skimmer::new();
    for line in log.split(|byte| *byte == b'\n') {
        let patient = decode_patiently(line);
        assert_eq!(decode(line), patient, "the two ways differ");
        let payload = patient.clone().map(|event| (event.id, event.data));
        assert_eq!(decode_payload(line), payload, "the payload is another");
        if let Some(gist) = skim(line) {
            assert_eq!(patient.as_ref().map(Gist::of), Ok(gist), "the gist is another");
        }
        let Ok(text) = std::str::from_utf8(line) else { continue };
        let is_its_own = |gist: &Gist<'_>| patient.as_ref().is_ok_and(|event| *gist == Gist::of(event));
        if let Some((is_its_own, "")) = skimmer.first(text, is_its_own) {
            assert!(is_its_own, "the gist put in order is another");
        }
    }
    let texts = [log, log];
    if let Some(facts) = survey(&texts, &|_| {}) {
        for (_, fact, spot) in facts.iter() {
            let event = decode(&Texts::new(&texts).line(spot.place)).expect("the place of a fact is its line");
            assert_eq!((event.id, event.order()), (fact.id, fact.order()));
            assert_eq!(Some(&event.track), facts.track(spot.track));
            assert_eq!(Some(&event.source.who), facts.actor(fact.who));
            assert_eq!(event.data.targets(), facts.targets(fact));
        }
    }
});
