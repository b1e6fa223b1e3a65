//! What the property tests share.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses a part, and a test may panic")]

use demarche_core::facts::{Facts, LineError, LinePlace, LineReader};
use proptest::test_runner::{Config, FileFailurePersistence};
use serde_json::Value;

/// The usual configuration: 256 cases, or `PROPTEST_CASES`; failures are kept beside the test for ever.
pub(crate) fn config() -> Config {
    let persistence = FileFailurePersistence::WithSource("proptest-regressions");
    Config { failure_persistence: Some(Box::new(persistence)), ..Config::default() }
}

/// A small source of choices that follow from a seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// Returns a number below the bound.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let z = z ^ (z >> 31);
        usize::try_from(z % u64::try_from(bound.max(1)).unwrap_or(1)).unwrap_or(0)
    }
}

/// Writes a text as JSON.
type WriteText = dyn Fn(&str, &mut Dice, &mut String);

/// Writes JSON with its keys in any order, white space anywhere, and texts as the caller does.
pub(crate) fn scramble(value: &Value, write_text: &WriteText, dice: &mut Dice, out: &mut String) {
    space(dice, out);
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            out.push('{');
            while !fields.is_empty() {
                let (key, value) = fields.swap_remove(dice.below(fields.len()));
                space(dice, out);
                write_text(key, dice, out);
                space(dice, out);
                out.push(':');
                scramble(value, write_text, dice, out);
                out.push_str(if fields.is_empty() { "" } else { "," });
            }
            space(dice, out);
            out.push('}');
        }
        Value::Array(values) => {
            out.push('[');
            for (index, value) in values.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                scramble(value, write_text, dice, out);
            }
            space(dice, out);
            out.push(']');
        }
        Value::String(text) => write_text(text, dice, out),
        Value::Null | Value::Bool(_) | Value::Number(_) => out.push_str(&value.to_string()),
    }
    space(dice, out);
}

fn space(dice: &mut Dice, out: &mut String) {
    const SPACES: [&str; 6] = ["", "", "", " ", "\t", "\r\n "];
    out.push_str(SPACES.get(dice.below(SPACES.len())).copied().unwrap_or_default());
}

/// What can be asked of facts.
pub(crate) fn told(facts: &Facts) -> Vec<String> {
    let told = facts.iter().map(|(_, fact, spot)| {
        let names = (facts.track(spot.track), facts.actor(fact.who), facts.subject(fact));
        let details = facts.details(fact);
        let texts = [details.venue, details.by].map(|number| number.and_then(|number| facts.text(number)));
        let acts_on = (facts.targets(fact), fact.kind(), fact.answer(), fact.stance());
        format!("{fact:?} {} {names:?} {acts_on:?} {details:?} {texts:?}", spot.place.byte())
    });
    told.collect()
}

/// What the facts of a text tell, read line by line.
pub(crate) fn read(reader: &mut LineReader, text: &[u8]) -> Result<Vec<String>, LineError> {
    let mut facts = Facts::new();
    reader.read(text, LinePlace::new(0, 0).unwrap(), &mut facts)?;
    Ok(told(&facts))
}

/// What the fact of an event tells.
pub(crate) fn told_of(event: &demarche_core::Event) -> Vec<String> {
    let mut facts = Facts::new();
    facts.push_line(&demarche_core::codec::encode(event), LinePlace::new(0, 0).unwrap()).unwrap();
    told(&facts)
}
