//! An archive: its newest manifest, and reading it as a log.

use std::io::{self, BufRead};
use std::sync::Arc;

use demarche_journal::LogStream;
use object_store::ObjectStore;
use object_store::path::Path;

use crate::address::{AddressError, Kept, Place};
use crate::error::ArchiveError;
use crate::manifest::Manifest;
use crate::objects::Objects;
use crate::reader::Reader;

/// The maximum length of a manifest, in bytes: room for some million segments.
const MANIFEST_MAX_BYTES: u64 = 1 << 30;

/// A journal on object storage.
///
/// The [front page](crate) has an example.
#[derive(Debug)]
pub struct Archive {
    pub(crate) objects: Arc<Objects>,
}

impl Archive {
    /// Returns the archive at an address, `file:///folder` or `s3://bucket/prefix`. Nothing is read or written yet, and
    /// there need not be one.
    ///
    /// How a bucket is reached, and the credentials for it, are taken from the environment: `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION`, `AWS_ENDPOINT_URL` and the like.
    ///
    /// # Errors
    ///
    /// An [`AddressError`] if it is no such address, or the environment contradicts itself.
    pub fn at(address: &str) -> Result<Self, AddressError> {
        let objects = Objects::new(Place::of(address)?);
        let objects = objects.map_err(|error| AddressError::Environment { reason: error.to_string() })?;
        Ok(Self { objects: Arc::new(objects) })
    }

    /// Returns the archive in a store that no address names, beneath a prefix. Messages call it by the name.
    ///
    /// The store must create objects only if they are absent (`PutMode::Create`), and list what it has just created.
    ///
    /// # Errors
    ///
    /// An [`ArchiveError`] if the system has no thread for it.
    pub fn with_store(store: Arc<dyn ObjectStore>, prefix: &str, name: &str) -> Result<Self, ArchiveError> {
        let (prefix, name) = (Path::from(prefix), name.to_owned());
        let objects = Objects::new(Place { kept: Kept::Store(store), prefix, name, secrets: Vec::new() })?;
        Ok(Self { objects: Arc::new(objects) })
    }

    /// Returns the newest manifest, and its number, or `None` if there is none yet.
    ///
    /// # Errors
    ///
    /// An [`ArchiveError`] if the store can't be read, or the manifest is not one.
    pub fn manifest(&self) -> Result<Option<(u64, Manifest)>, ArchiveError> {
        self.objects.run(newest(self.objects.place()))
    }
}

impl Archive {
    /// Returns the error as one of opening the archive, which the caller names.
    fn unread(&self, error: ArchiveError) -> io::Error {
        if let ArchiveError::Store { object, reason } = &error
            && object == self.objects.name()
        {
            return io::Error::other(reason.clone());
        }
        io_error(error)
    }
}

/// Reads the newest manifest.
pub(crate) async fn newest(place: &Place) -> Result<Option<(u64, Manifest)>, ArchiveError> {
    let names = match place.list("", false).await {
        Err(ArchiveError::NoArchive { .. }) => return Ok(None),
        names => names?,
    };
    let Some(number) = names.iter().filter_map(|name| Manifest::number_in(name)).max() else { return Ok(None) };
    let name = Manifest::name_of(number);
    let bytes = place.read(&name, MANIFEST_MAX_BYTES).await?;
    let manifest =
        Manifest::read(&bytes).map_err(|error| ArchiveError::Manifest { object: place.full(&name), error })?;
    Ok(Some((number, manifest)))
}

/// A stream gives the log of the manifest that was the newest when it was opened, and verifies it. An error of its
/// reader is an [`ArchiveError`].
impl LogStream for Archive {
    fn name(&self) -> String {
        self.objects.name().to_owned()
    }

    fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        let place = self.objects.place();
        let newest = self.manifest().and_then(|newest| {
            newest.ok_or_else(|| ArchiveError::NoArchive { archive: self.objects.name().to_owned() })
        });
        let (number, manifest) = newest.map_err(|error| self.unread(error))?;
        let reader = Reader::open(&self.objects, manifest, place.full(&Manifest::name_of(number)));
        Ok(Box::new(reader.map_err(io_error)?))
    }
}

/// Returns the error as one of a reader.
pub(crate) fn io_error(error: ArchiveError) -> io::Error {
    let kind = match &error {
        ArchiveError::NoArchive { .. } | ArchiveError::Missing { .. } => io::ErrorKind::NotFound,
        ArchiveError::Store { .. } => io::ErrorKind::Other,
        ArchiveError::TooLong { .. }
        | ArchiveError::Manifest { .. }
        | ArchiveError::Altered { .. }
        | ArchiveError::Root { .. } => io::ErrorKind::InvalidData,
    };
    io::Error::new(kind, error)
}
