//! Logs, archives in memory and in folders, and a store that fails.

use std::convert::Infallible;
use std::io::{BufRead, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use demarche_archive::object_store::memory::InMemory;
use demarche_archive::object_store::path::Path as Name;
use demarche_archive::object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use demarche_archive::{Archive, ExportError, Exported};
use demarche_journal::LogStream as _;
use demarche_journal::seal::Sequence;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _};

/// The canonical line of an event that was recorded on a day of October 2025.
pub(crate) fn line(number: u32, day: u32) -> String {
    format!(
        concat!(
            r#"{{"id":"0199f3c0-5a00-7000-8000-{:012}","v":2,"type":"track_stalled","track":"us-ru","#,
            r#""occurred":"2025","recorded":"2025-10-{:02}T08:00:00Z","#,
            r#""source":{{"who":"us","attribution":"media"}},"data":{{}}}}"#,
        ),
        number, day
    ) + "\n"
}

/// A log with an event on each of the days, in that order.
pub(crate) fn log(days: impl IntoIterator<Item = u32>) -> String {
    (1..).zip(days).map(|(number, day)| line(number, day)).collect()
}

/// The root of a log, as it is sealed.
pub(crate) fn root(log: &str) -> String {
    let mut sequence = Sequence::default();
    sequence.read(log.as_bytes()).unwrap();
    sequence.tree().root().to_string()
}

pub(crate) fn in_memory() -> Archive {
    Archive::with_store(Arc::new(InMemory::new()), "desk", "memory://desk").unwrap()
}

pub(crate) fn export(archive: &Archive, log: &str) -> std::result::Result<Exported, ExportError<Infallible>> {
    let bytes = log.as_bytes().to_vec();
    archive.export(&mut || Ok(vec![Box::new(std::io::Cursor::new(bytes.clone())) as Box<dyn BufRead>]))
}

/// Reads an archive: the lines that it gave, and the error that ended them.
pub(crate) fn read(archive: &Archive) -> (String, Option<String>) {
    let mut log = Vec::new();
    let ended = archive.open().and_then(|mut stream| stream.read_to_end(&mut log));
    (String::from_utf8(log).unwrap(), ended.err().map(|error| error.to_string()))
}

/// A folder for a test, removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("demarche-archive-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn archive(&self) -> Archive {
        Archive::at(&format!("file://{}/", self.0.display())).unwrap()
    }

    /// All files, by their names within the folder, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, top: &Path, files: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, top, files);
                } else {
                    files.push(path.strip_prefix(top).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        let mut files = Vec::new();
        walk(&self.0, &self.0, &mut files);
        files.sort();
        files
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A store that fails from its nth write on, before or after that write is done.
#[derive(Debug)]
pub(crate) struct Failing {
    pub(crate) inner: Arc<InMemory>,
    pub(crate) writes_left: AtomicUsize,
    /// Whether the write that fails is done all the same: its answer is lost.
    pub(crate) is_done: bool,
}

impl std::fmt::Display for Failing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a store that fails")
    }
}

fn broken() -> Error {
    Error::Generic { store: "test", source: "the line was cut".into() }
}

impl ObjectStore for Failing {
    fn put_opts<'a, 'b, 'c>(
        &'a self,
        location: &'b Name,
        payload: PutPayload,
        options: PutOptions,
    ) -> BoxFuture<'c, Result<PutResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        async move {
            let left = self.writes_left.load(Ordering::SeqCst);
            if left == 0 {
                return Err(broken());
            }
            self.writes_left.store(left - 1, Ordering::SeqCst);
            if left > 1 {
                return self.inner.put_opts(location, payload, options).await;
            }
            if self.is_done {
                self.inner.put_opts(location, payload, options).await?;
            }
            Err(broken())
        }
        .boxed()
    }

    fn put_multipart_opts<'a, 'b, 'c>(
        &'a self,
        _: &'b Name,
        _: PutMultipartOptions,
    ) -> BoxFuture<'c, Result<Box<dyn MultipartUpload>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        async { Err(broken()) }.boxed()
    }

    fn get_opts<'a, 'b, 'c>(&'a self, location: &'b Name, options: GetOptions) -> BoxFuture<'c, Result<GetResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.get_opts(location, options)
    }

    fn delete_stream(&self, _: BoxStream<'static, Result<Name>>) -> BoxStream<'static, Result<Name>> {
        futures_util::stream::iter([Err(broken())]).boxed()
    }

    fn list(&self, prefix: Option<&Name>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_delimiter<'a, 'b, 'c>(&'a self, prefix: Option<&'b Name>) -> BoxFuture<'c, Result<ListResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.list_with_delimiter(prefix)
    }

    fn copy_opts<'a, 'b, 'c, 'd>(&'a self, _: &'b Name, _: &'c Name, _: CopyOptions) -> BoxFuture<'d, Result<()>>
    where
        'a: 'd,
        'b: 'd,
        'c: 'd,
        Self: 'd,
    {
        async { Err(broken()) }.boxed()
    }
}
