//! How often somebody may try a password: per name and per address, in bounded memory.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::desk::lock;

/// The most names, and the most addresses, that are remembered.
const KEPT_MAX: usize = 10_000;

/// How many tries there are at once, and after which time there is another one.
#[derive(Debug, Clone, Copy)]
struct Rate {
    at_once: u32,
    every: Duration,
}

const OF_A_NAME: Rate = Rate { at_once: 10, every: Duration::from_secs(30) };
const OF_AN_ADDRESS: Rate = Rate { at_once: 30, every: Duration::from_secs(10) };

/// The tries of names and of addresses.
#[derive(Debug)]
pub(super) struct Limiter {
    names: Mutex<Tries>,
    addresses: Mutex<Tries>,
    began: Instant,
}

/// Tries by the hash of what tries: the time at which all of them are forgotten (the generic cell rate algorithm).
#[derive(Debug)]
struct Tries {
    rate: Rate,
    forgotten: HashMap<u64, Duration>,
    hasher: RandomState,
}

impl Default for Limiter {
    fn default() -> Self {
        let tries = |rate| Mutex::new(Tries { rate, forgotten: HashMap::new(), hasher: RandomState::new() });
        Self { names: tries(OF_A_NAME), addresses: tries(OF_AN_ADDRESS), began: Instant::now() }
    }
}

impl Limiter {
    /// Counts a try.
    ///
    /// # Errors
    ///
    /// How long to wait, if there were too many.
    pub(super) fn take(&self, name: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        let now = self.began.elapsed();
        // Both count, whatever the other one says.
        let by_name = lock(&self.names).take(name, now);
        let by_address = lock(&self.addresses).take(&network_of(address), now);
        by_name.and(by_address)
    }

    /// Gives the try back: the password was right.
    pub(super) fn give_back(&self, name: &str, address: Option<IpAddr>) {
        lock(&self.names).give_back(name);
        lock(&self.addresses).give_back(&network_of(address));
    }
}

impl Tries {
    fn take(&mut self, key: &str, now: Duration) -> Result<(), Duration> {
        let key = self.hasher.hash_one(key);
        let most = self.rate.every * self.rate.at_once;
        let next = self.forgotten.get(&key).copied().unwrap_or_default().max(now) + self.rate.every;
        if next > now + most {
            return Err(next - now - most);
        }
        if self.forgotten.len() >= KEPT_MAX && !self.forgotten.contains_key(&key) {
            self.make_room(now);
        }
        self.forgotten.insert(key, next);
        Ok(())
    }

    fn give_back(&mut self, key: &str) {
        let key = self.hasher.hash_one(key);
        if let Some(forgotten) = self.forgotten.get_mut(&key) {
            *forgotten = forgotten.saturating_sub(self.rate.every);
        }
    }

    /// Drops what is forgotten anyway, or else whoever has the fewest tries.
    fn make_room(&mut self, now: Duration) {
        self.forgotten.retain(|_, forgotten| *forgotten > now);
        if self.forgotten.len() < KEPT_MAX {
            return;
        }
        let mut times: Vec<Duration> = self.forgotten.values().copied().collect();
        let middle = times.len() / 2;
        let (_, median, _) = times.select_nth_unstable(middle);
        let median = *median;
        self.forgotten.retain(|_, forgotten| *forgotten > median);
    }
}

/// Returns the network of an address: somebody who has one address of version 6 has 2^64 of them.
fn network_of(address: Option<IpAddr>) -> String {
    match address {
        None => String::new(),
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => format!("{:x}", address.to_bits() >> 64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries() -> Tries {
        Tries { rate: OF_A_NAME, forgotten: HashMap::new(), hasher: RandomState::new() }
    }

    #[test]
    fn after_too_many_tries_there_is_one_from_time_to_time() {
        let mut tries = tries();
        let now = Duration::from_secs(1000);
        for _ in 0..OF_A_NAME.at_once {
            assert_eq!(tries.take("anna", now), Ok(()));
        }
        assert_eq!(tries.take("anna", now), Err(OF_A_NAME.every));
        assert_eq!(tries.take("ben", now), Ok(()));
        assert_eq!(tries.take("anna", now + OF_A_NAME.every), Ok(()));
        assert!(tries.take("anna", now + OF_A_NAME.every).is_err());
        tries.give_back("anna");
        assert_eq!(tries.take("anna", now + OF_A_NAME.every), Ok(()));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_worst_stay() {
        let mut tries = tries();
        let now = Duration::from_secs(1000);
        while tries.take("anna", now).is_ok() {}
        for number in 0..3 * KEPT_MAX {
            let _ = tries.take(&number.to_string(), now + Duration::from_millis(number as u64 / 1000));
            assert!(tries.forgotten.len() <= KEPT_MAX);
        }
        assert!(tries.take("anna", now).is_err());
    }

    #[test]
    fn addresses_of_one_network_are_one() {
        let of = |text: &str| network_of(Some(text.parse().unwrap()));
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db9::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
