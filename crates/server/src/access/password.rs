//! Passwords, hashed with Argon2id: what is stored does not tell them.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};

/// The fewest characters that a password has: its only guard is that nobody guesses it.
const CHARACTERS_MIN: usize = 12;

/// The most bytes that a password has.
const BYTES_MAX: usize = 1024;

/// Says why a password is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is guessed too easily.
    #[error("the password has {0} characters: at least {CHARACTERS_MIN} are needed, and a few words do well")]
    Short(usize),
    /// Nobody types that.
    #[error("the password has more than {BYTES_MAX} bytes")]
    Long,
    /// It cannot be hashed.
    #[error("the password cannot be hashed: {0}")]
    Hash(String),
}

/// Hashes a password, in some 20 milliseconds and 19 MiB, which is what OWASP recommends.
///
/// # Errors
///
/// A [`PasswordError`] if it is too short or too long, or there are no random bytes for its salt.
pub(crate) fn hash(password: &str) -> Result<String, PasswordError> {
    let characters = password.chars().count();
    if characters < CHARACTERS_MIN {
        return Err(PasswordError::Short(characters));
    }
    if password.len() > BYTES_MAX {
        return Err(PasswordError::Long);
    }
    let hashed: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Tells whether this is the password of a hash. Without a hash it takes as long, and says no: the time does not tell
/// whether there is such a user.
pub(crate) fn is_right(password: &str, hash: Option<&str>) -> bool {
    const NOBODYS: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > BYTES_MAX {
        return false;
    }
    let known = PasswordHash::new(hash.unwrap_or(NOBODYS));
    let is_right = known.is_ok_and(|known| Argon2::default().verify_password(password.as_bytes(), &known).is_ok());
    is_right && hash.is_some()
}

/// Tells whether a text of a file is a hash that [`is_right`] can read.
pub(crate) fn is_hash(text: &str) -> bool {
    PasswordHash::new(text).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_is_right() {
        let hashed = hash("correct horse battery").unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        assert!(is_hash(&hashed));
        assert!(is_right("correct horse battery", Some(&hashed)));
        assert!(!is_right("correct horse batterY", Some(&hashed)));
        assert!(!is_right("correct horse battery", None));
        assert!(!is_right("correct horse battery", Some("no hash")));
        assert_ne!(hash("correct horse battery").unwrap(), hashed, "each has its own salt");
    }

    #[test]
    fn a_password_that_is_guessed_easily_is_refused() {
        assert_eq!(hash("hunter2"), Err(PasswordError::Short(7)));
        assert_eq!(hash(&"x".repeat(1025)), Err(PasswordError::Long));
        assert!(!is_hash("$2b$12$abcdefghijklmnopqrstuv"));
    }
}
