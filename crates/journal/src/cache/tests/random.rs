//! Whatever happens between two reads, in any order.

use std::fs::{self, File, FileTimes, OpenOptions};
use std::thread::sleep;

use proptest::prelude::*;

use super::{Log, TICK, lines};

/// Something that is done between two reads.
#[derive(Debug, Clone, Copy)]
enum Act {
    Append(u32),
    Torn(u32),
    Flip { at: prop::sample::Index, secretly: bool },
    Cut(prop::sample::Index),
    Replace(u32),
    Touch,
    Forget,
    Damage(prop::sample::Index),
    Wait,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (1..30_u32).prop_map(Act::Append),
        1 => (1..150_u32).prop_map(Act::Torn),
        3 => (any::<prop::sample::Index>(), any::<bool>()).prop_map(|(at, secretly)| Act::Flip { at, secretly }),
        1 => any::<prop::sample::Index>().prop_map(Act::Cut),
        1 => (1..60_u32).prop_map(Act::Replace),
        1 => Just(Act::Touch),
        1 => Just(Act::Forget),
        1 => any::<prop::sample::Index>().prop_map(Act::Damage),
        3 => Just(Act::Wait),
    ]
}

impl Act {
    fn on(self, log: &Log, next: &mut u32) {
        let mut text = fs::read(&log.0).unwrap();
        let mut more = |count: u32| {
            *next += count;
            lines(*next - count..*next)
        };
        match self {
            Self::Append(count) => log.append(&more(count)),
            Self::Torn(length) => log.append(more(1).get(..length as usize).unwrap()),
            Self::Flip { at, secretly } if !text.is_empty() => {
                let at = at.index(text.len());
                // Digits become others, so that most lines stay events.
                let byte = if text[at].is_ascii_digit() { text[at] ^ 1 } else { b'0' };
                let flip = |log: &Log| log.write_at(at as u64, &[byte]);
                if secretly { log.secretly(flip) } else { flip(log) }
            }
            Self::Cut(at) => text.truncate(at.index(text.len() + 1)),
            Self::Replace(count) => {
                let other = log.0.with_extension("new");
                fs::write(&other, more(count)).unwrap();
                fs::rename(other, &log.0).unwrap();
            }
            Self::Touch => {
                File::open(&log.0).unwrap().set_times(FileTimes::new().set_modified(std::time::UNIX_EPOCH)).unwrap();
            }
            Self::Forget => drop(fs::remove_file(log.cache())),
            Self::Damage(at) => {
                if let Ok(mut bytes) = fs::read(log.cache()) {
                    let at = at.index(bytes.len());
                    bytes[at] ^= 1;
                    fs::write(log.cache(), bytes).unwrap();
                }
            }
            Self::Wait => sleep(TICK),
            Self::Flip { .. } => {}
        }
        if matches!(self, Self::Cut(_)) {
            OpenOptions::new().write(true).open(&log.0).unwrap().set_len(text.len() as u64).unwrap();
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_between_two_reads(acts in prop::collection::vec(act(), 1..20)) {
        let log = Log::new(&lines(0..60));
        log.check();
        let mut next = 60;
        for act in acts {
            act.on(&log, &mut next);
            log.check();
        }
    }
}
