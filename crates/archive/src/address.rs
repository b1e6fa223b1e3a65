//! Addresses of archives: folders and prefixes of buckets.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::path::Path;
use url::Url;

/// Where an archive is.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) kept: Kept,
    /// What all names of its objects begin with.
    pub(crate) prefix: Path,
    /// Its address, as messages give it.
    pub(crate) name: String,
    /// What must never appear in a message.
    pub(crate) secrets: Vec<String>,
}

/// What keeps the objects of an archive.
#[derive(Debug)]
pub(crate) enum Kept {
    /// A store.
    Store(Arc<dyn ObjectStore>),
    /// A folder, which need not be there yet.
    Folder(PathBuf),
}

/// Says why an address is not that of an archive. Only the scheme of the address is repeated: the rest may have a
/// password in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not a URL.
    #[error("it is not an address: {reason}")]
    NoUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing here reads its scheme.
    #[error("{scheme}://… is not an address of an archive: expected s3://bucket/prefix or file:///folder")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// It is that of a bucket, and this program was built without the feature `s3`.
    #[error("{scheme}://… is not read by this program: it was built without the feature \"s3\"")]
    WithoutS3 {
        /// The scheme.
        scheme: String,
    },
    /// It has a name and a password, a query or a fragment.
    #[error("{scheme}://… has {what}: expected the place alone; credentials are taken from the environment")]
    Extra {
        /// The scheme.
        scheme: String,
        /// What it has.
        what: &'static str,
    },
    /// It is a folder on another machine, or a relative path.
    #[error("file://{host}/… names another machine: write file:/// and the whole path of a folder")]
    Host {
        /// The machine.
        host: String,
    },
    /// It names no bucket.
    #[error("s3://… names no bucket: expected s3://bucket/prefix")]
    NoBucket,
    /// Its path can't be used.
    #[error("the path of the address can't be used: {reason}")]
    Path {
        /// What is wrong with it.
        reason: String,
    },
    /// The environment does not tell how to reach the bucket.
    #[error("the bucket can't be reached as the environment says: {reason}")]
    Environment {
        /// What is wrong.
        reason: String,
    },
}

impl Place {
    /// Finds the place that an address names. Nothing is read or written yet.
    pub(crate) fn of(address: &str) -> Result<Self, AddressError> {
        let url = Url::parse(address).map_err(|error| AddressError::NoUrl { reason: error.to_string() })?;
        let scheme = url.scheme().to_owned();
        let extra = |what| AddressError::Extra { scheme: scheme.clone(), what };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(extra("a user"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(extra("more than a path"));
        }
        match url.scheme() {
            "file" => Self::folder(&url),
            "s3" => Self::bucket(&url),
            _ => Err(AddressError::Scheme { scheme }),
        }
    }

    fn folder(url: &Url) -> Result<Self, AddressError> {
        if let Some(host) = url.host_str() {
            return Err(AddressError::Host { host: host.to_owned() });
        }
        let reason = "it is not the path of a folder".to_owned();
        let folder = url.to_file_path().map_err(|()| AddressError::Path { reason })?;
        let name = format!("file://{}", url.path().trim_end_matches('/'));
        Ok(Self { kept: Kept::Folder(folder), prefix: Path::default(), name, secrets: Vec::new() })
    }

    #[cfg(not(feature = "s3"))]
    fn bucket(url: &Url) -> Result<Self, AddressError> {
        Err(AddressError::WithoutS3 { scheme: url.scheme().to_owned() })
    }

    #[cfg(feature = "s3")]
    fn bucket(url: &Url) -> Result<Self, AddressError> {
        use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};

        // Another part of the process may have chosen an implementation already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let bucket = url.host_str().filter(|bucket| !bucket.is_empty()).ok_or(AddressError::NoBucket)?;
        let prefix =
            Path::from_url_path(url.path()).map_err(|error| AddressError::Path { reason: error.to_string() })?;
        let builder = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retries());
        let secret = [AmazonS3ConfigKey::AccessKeyId, AmazonS3ConfigKey::SecretAccessKey, AmazonS3ConfigKey::Token];
        let secrets: Vec<String> = secret.iter().filter_map(|key| builder.get_config_value(key)).collect();
        let store = builder.build().map_err(|error| AddressError::Environment {
            reason: crate::objects::without_secrets(error.to_string(), &secrets),
        })?;
        let name = format!("s3://{bucket}{}", url.path().trim_end_matches('/'));
        Ok(Self { kept: Kept::Store(Arc::new(store)), prefix, name, secrets })
    }
}

/// How often a request is tried again. The defaults of the client would wait for three minutes.
#[cfg(feature = "s3")]
fn retries() -> object_store::RetryConfig {
    object_store::RetryConfig {
        max_retries: 5,
        retry_timeout: std::time::Duration::from_secs(30),
        ..object_store::RetryConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_its_place_and_nothing_else() {
        let place = Place::of("file:///var/desk%20one/").unwrap();
        assert!(matches!(place.kept, Kept::Folder(folder) if *folder == *std::path::Path::new("/var/desk one")));
        assert_eq!(place.name, "file:///var/desk%20one");
        for (address, why) in [
            ("file://relative/desk", "write file:/// and the whole path"),
            ("file:///desk?x=secret", "has more than a path"),
            ("s3://key:secret@bucket/desk", "credentials are taken from the environment"),
            ("gs://secret/desk", "gs://… is not an address of an archive"),
            ("desk secret", "it is not an address"),
        ] {
            let error = Place::of(address).unwrap_err().to_string();
            assert!(error.contains(why) && !error.contains("secret"), "{address}: {error}");
        }
    }
}
