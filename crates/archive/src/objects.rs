//! The objects of an archive, read and created: calls that block, and errors that name the object.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, PutMode, PutOptions};
use tokio::runtime::{Builder, Runtime};

use crate::address::{Kept, Place};
use crate::error::ArchiveError;

/// The objects of an archive.
#[derive(Debug)]
pub(crate) struct Objects {
    place: Arc<Place>,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

/// Whether an object was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Created {
    /// It was.
    New,
    /// One of that name is there already.
    Exists,
}

impl Objects {
    pub(crate) fn new(place: Place) -> Result<Self, ArchiveError> {
        let name = place.name.clone();
        let runtime =
            Builder::new_multi_thread().worker_threads(2).thread_name("demarche-archive").enable_all().build();
        let runtime = runtime.map_err(|error| ArchiveError::Store { object: name, reason: error.to_string() })?;
        Ok(Self { place: Arc::new(place), runtime: Some(runtime) })
    }

    /// Returns the address of the archive, as messages give it.
    pub(crate) fn name(&self) -> &str {
        &self.place.name
    }

    pub(crate) const fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// Runs work to its end, and lets the tasks that it starts go on.
    #[allow(clippy::expect_used, reason = "the runtime is taken away by drop alone")]
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.as_ref().expect("invariant: it is there until it is dropped").block_on(work)
    }

    /// Starts work that goes on by itself.
    #[allow(clippy::expect_used, reason = "the runtime is taken away by drop alone")]
    pub(crate) fn start(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.as_ref().expect("invariant: it is there until it is dropped").spawn(work);
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // It waits for nothing, so that it may be dropped anywhere.
            runtime.shutdown_background();
        }
    }
}

impl Place {
    /// Makes the folder of an archive that is one.
    pub(crate) fn make(&self) -> Result<(), ArchiveError> {
        let Kept::Folder(folder) = &self.kept else { return Ok(()) };
        std::fs::create_dir_all(folder)
            .map_err(|error| ArchiveError::Store { object: self.name.clone(), reason: error.to_string() })
    }

    fn store(&self) -> Result<Arc<dyn ObjectStore>, ArchiveError> {
        match &self.kept {
            Kept::Store(store) => Ok(Arc::clone(store)),
            Kept::Folder(folder) if !folder.is_dir() => Err(ArchiveError::NoArchive { archive: self.name.clone() }),
            // An object that is acknowledged is on the disk.
            Kept::Folder(folder) => match LocalFileSystem::new_with_prefix(folder) {
                Ok(store) => Ok(Arc::new(store.with_fsync(true))),
                Err(error) => Err(self.failed("", &error)),
            },
        }
    }

    fn path(&self, name: &str) -> Path {
        name.split('/').filter(|part| !part.is_empty()).fold(self.prefix.clone(), Path::join)
    }

    #[allow(clippy::wildcard_enum_match_arm, reason = "what is not told apart here is a matter of the store")]
    /// Returns the error of an object, without the secrets that a server may have repeated.
    fn failed(&self, name: &str, error: &object_store::Error) -> ArchiveError {
        let mut reason = match error {
            object_store::Error::NotFound { .. } => return ArchiveError::Missing { object: self.full(name) },
            object_store::Error::PermissionDenied { .. } => "permission denied".to_owned(),
            object_store::Error::Unauthenticated { .. } => "the credentials are missing or not accepted".to_owned(),
            object_store::Error::Generic { source, .. } => match source.to_string() {
                // The client looks for the role of a machine where the environment has no credentials.
                reason if reason.contains(MACHINE_ROLE) => NO_CREDENTIALS.to_owned(),
                reason => reason,
            },
            other => other.to_string(),
        };
        // Servers answer with documents, in which they repeat what they were sent.
        if let Some(end) = reason.find('<') {
            reason.truncate(end);
            reason.truncate(reason.trim_end_matches([':', ' ']).len());
        }
        ArchiveError::Store { object: self.full(name), reason: without_secrets(reason, &self.secrets) }
    }

    /// Returns the whole name of an object, as messages give it.
    pub(crate) fn full(&self, name: &str) -> String {
        if name.is_empty() { self.name.clone() } else { format!("{}/{name}", self.name) }
    }

    /// Returns the names of the objects directly in a folder of the archive, or in all folders beneath it.
    pub(crate) async fn list(&self, folder: &str, is_deep: bool) -> Result<Vec<String>, ArchiveError> {
        let (store, at) = (self.store()?, self.path(folder));
        let beneath = (!at.as_ref().is_empty()).then_some(&at);
        let found = if is_deep {
            store.list(beneath).try_collect::<Vec<_>>().await
        } else {
            store.list_with_delimiter(beneath).await.map(|listed| listed.objects)
        };
        let found = match found {
            // A folder that nothing was stored in yet.
            Err(object_store::Error::NotFound { .. }) => Vec::new(),
            found => found.map_err(|error| self.failed(folder, &error))?,
        };
        let name =
            |path: &Path| path.prefix_match(&at).map(|parts| parts.map(|part| part.as_ref().to_owned()).collect());
        let names = found.iter().filter_map(|meta| name(&meta.location));
        Ok(names.map(|parts: Vec<String>| parts.join("/")).collect())
    }

    /// Reads an object, which may have at most that many bytes.
    pub(crate) async fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, ArchiveError> {
        let failed = |error| self.failed(name, &error);
        let found = self.store()?.get(&self.path(name)).await.map_err(failed)?;
        if found.meta.size > most {
            return Err(ArchiveError::TooLong { object: self.full(name), bytes: found.meta.size, most });
        }
        Ok(found.bytes().await.map_err(failed)?.to_vec())
    }

    /// Creates an object unless one of that name is there. It is there as a whole or not at all.
    pub(crate) async fn create(&self, name: &str, bytes: Vec<u8>) -> Result<Created, ArchiveError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.store()?.put_opts(&self.path(name), bytes.into(), options).await {
            Ok(_) => Ok(Created::New),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(Created::Exists)
            }
            Err(error) => Err(self.failed(name, &error)),
        }
    }
}

/// The path at which the role of a machine is asked for.
const MACHINE_ROLE: &str = "/latest/api/token";

const NO_CREDENTIALS: &str = "the environment has no credentials, and this machine no role: set AWS_ACCESS_KEY_ID and \
                              AWS_SECRET_ACCESS_KEY";

/// Removes secrets from a message.
pub(crate) fn without_secrets(mut message: String, secrets: &[String]) -> String {
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        message = message.replace(secret.as_str(), "***");
    }
    message
}
