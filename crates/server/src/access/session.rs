//! Sessions: a cookie that says who it is and until when, signed, so that the server keeps nothing of it, except which
//! sessions were ended before their time.
//!
//! The password's hash is signed along, so that a new password ends the sessions that the old one began.

use std::collections::HashMap;
use std::sync::Mutex;

use axum::http::{HeaderMap, header};

use super::secret::{Secret, decoded, encoded, is_same};
use crate::desk::lock;

/// How long a session lasts, in seconds: two weeks.
pub(super) const SESSION_SECONDS: i64 = 14 * 24 * 60 * 60;

/// A session, as a cookie carries it: a name, which is empty for who holds the one-time address, and its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) name: String,
    /// In seconds since 1970.
    pub(super) until: i64,
    /// What tells it from other sessions of the user.
    mark: String,
    signature: Vec<u8>,
}

impl Session {
    /// Begins a session, given random bytes.
    pub(super) fn begin(secret: &Secret, name: &str, password_hash: &str, now: i64, random: &[u8]) -> Self {
        let (until, mark) = (now + SESSION_SECONDS, encoded(random));
        let signature = signature(secret, name, until, &mark, password_hash).to_vec();
        Self { name: name.to_owned(), until, mark, signature }
    }

    /// Returns the value of its cookie.
    pub(super) fn value(&self) -> String {
        format!("{}.{}.{}.{}", encoded(self.name.as_bytes()), self.until, self.mark, encoded(&self.signature))
    }

    /// Reads the value of a cookie, which may be anything.
    pub(super) fn of_value(value: &str) -> Option<Self> {
        let mut parts = value.split('.');
        let name = String::from_utf8(decoded(parts.next()?)?).ok()?;
        let until = parts.next()?.parse().ok()?;
        let mark = parts.next()?.to_owned();
        let signature = decoded(parts.next()?)?;
        parts.next().is_none().then_some(Self { name, until, mark, signature })
    }

    /// Tells whether the server has signed this, for a user with this password, and it has not ended.
    pub(super) fn holds(&self, secret: &Secret, password_hash: &str, now: i64) -> bool {
        let expected = signature(secret, &self.name, self.until, &self.mark, password_hash);
        is_same(&expected, &self.signature) && now < self.until
    }
}

fn signature(secret: &Secret, name: &str, until: i64, mark: &str, password_hash: &str) -> [u8; 32] {
    secret.sign(&["session", name, &until.to_string(), mark, password_hash])
}

/// The sessions that were ended before their time, by signature, with their ends. A cookie that was copied ends, too.
#[derive(Debug, Default)]
pub(super) struct Ended(Mutex<HashMap<Vec<u8>, i64>>);

impl Ended {
    /// Ends a session. Those that are over anyway are forgotten, so that only as many are kept as hold.
    pub(super) fn end(&self, session: Session, now: i64) {
        let mut ended = lock(&self.0);
        ended.retain(|_, until| now < *until);
        ended.insert(session.signature, session.until);
    }

    /// Tells whether a session was ended.
    pub(super) fn has(&self, session: &Session) -> bool {
        lock(&self.0).contains_key(&session.signature)
    }
}

/// Returns the name of the cookie. It follows from the secret, since browsers keep the cookies of all ports of a
/// machine together, and two servers must not log each other's users out.
pub(super) fn cookie_name(secret: &Secret) -> String {
    let mut name = encoded(&secret.sign(&["cookie"])).replace('-', "_");
    name.truncate(8);
    format!("demarche_{name}")
}

/// Returns the header that sets the cookie, or with no session removes it.
pub(super) fn set_cookie(name: &str, session: Option<&Session>, is_https: bool) -> String {
    let (value, age) = session.map_or((String::new(), 0), |session| (session.value(), SESSION_SECONDS));
    let secure = if is_https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

/// Returns the sessions that a request's cookies hold, unchecked.
pub(super) fn sessions<'h>(headers: &'h HeaderMap, name: &'h str) -> impl Iterator<Item = Session> + 'h {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(other, _)| *other == name).filter_map(|(_, value)| Session::of_value(value))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_session_holds_until_its_end_and_for_one_password() {
        let secret = Secret::new().unwrap();
        let session = Session::begin(&secret, "anna", "hash", 1000, b"mark");
        let read = Session::of_value(&session.value()).unwrap();
        assert_eq!(read, session);
        assert!(read.holds(&secret, "hash", 1000));
        assert!(read.holds(&secret, "hash", 1000 + SESSION_SECONDS - 1));
        assert!(!read.holds(&secret, "hash", 1000 + SESSION_SECONDS));
        assert!(!read.holds(&secret, "another hash", 1000));
        assert!(!read.holds(&Secret::new().unwrap(), "hash", 1000));
    }

    #[test]
    fn a_session_that_was_changed_does_not_hold() {
        let secret = Secret::new().unwrap();
        let session = Session::begin(&secret, "anna", "hash", 1000, b"mark");
        assert!(!Session { name: "admin".to_owned(), ..session.clone() }.holds(&secret, "hash", 1000));
        assert!(!Session { until: session.until + 1, ..session.clone() }.holds(&secret, "hash", 1000));
        assert!(!Session { mark: "other".to_owned(), ..session.clone() }.holds(&secret, "hash", 1000));
        assert!(!Session { signature: Vec::new(), ..session.clone() }.holds(&secret, "hash", 1000));
        let longer = format!("{}.x", session.value());
        for value in ["", ".", "..", "...", "a.b.c", "a.b.c.d", &longer] {
            assert_eq!(Session::of_value(value), None, "{value}");
        }
    }

    #[test]
    fn a_session_that_is_ended_ends_no_other() {
        let secret = Secret::new().unwrap();
        let begin = |random: &[u8]| Session::begin(&secret, "anna", "hash", 1000, random);
        let ended = Ended::default();
        ended.end(begin(b"one"), 1001);
        assert!(ended.has(&begin(b"one")));
        assert!(!ended.has(&begin(b"two")));
        ended.end(begin(b"two"), 1000 + SESSION_SECONDS);
        assert!(!ended.has(&begin(b"one")), "it is over anyway");
    }

    #[test]
    fn a_session_is_found_among_other_cookies() {
        let secret = Secret::new().unwrap();
        let name = cookie_name(&secret);
        let session = Session::begin(&secret, "anna", "hash", 1000, b"mark");
        let mut headers = HeaderMap::new();
        let cookies = format!("a=b; {name}={}; {name}=broken; x{name}=1.1.1.1", session.value());
        headers.insert(header::COOKIE, HeaderValue::from_str(&cookies).unwrap());
        assert_eq!(sessions(&headers, &name).collect::<Vec<_>>(), [session]);
        assert_ne!(cookie_name(&Secret::new().unwrap()), name);
    }
}
