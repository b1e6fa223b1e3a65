//! Which place an argument names: a path, standard input, or an address of a store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use demarche_journal::{LogStream, Source, Store, scheme_of};

#[cfg(feature = "postgres")]
use super::database::Database;
use crate::failure::Failure;

/// The schemes of addresses, and the feature of this program that reads each.
const SCHEMES: [(&str, &str); 4] =
    [("postgres", "postgres"), ("postgresql", "postgres"), ("s3", "archive"), ("file", "archive")];

/// Returns the sources that the arguments name, in order.
pub(crate) fn of_arguments(arguments: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    Source::all_with(arguments, stored)
}

/// Opens what an address names. Messages give its scheme alone, since the rest may have a password in it.
#[cfg_attr(not(any(feature = "archive", feature = "postgres")), allow(unused_variables, reason = "nothing opens it"))]
fn stored(scheme: &str, address: &Path) -> Result<Arc<dyn LogStream>, Failure> {
    match feature_of(scheme) {
        #[cfg(feature = "postgres")]
        Some("postgres") => Ok(Arc::new(Database::at(address)?)),
        #[cfg(feature = "archive")]
        Some("archive") => Ok(Arc::new(archive_at(address)?)),
        Some(feature) => Err(without(&format!("{scheme}://…"), feature)),
        None => Err(Failure::usage(
            format!("{scheme}://… is no address of a log"),
            format!("name a file, or write ./{scheme}://… for one named so"),
        )),
    }
}

fn feature_of(scheme: &str) -> Option<&'static str> {
    SCHEMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(scheme)).map(|(_, feature)| *feature)
}

/// Returns the failure of what takes a feature that this program lacks.
pub(crate) fn without(what: &str, feature: &str) -> Failure {
    Failure::usage(
        format!("{what} is beyond this program: it was built without {feature:?}"),
        format!("build it with the feature {feature:?}"),
    )
}

/// Returns the archive that an address names.
#[cfg(feature = "archive")]
pub(crate) fn archive_at(address: &Path) -> Result<demarche_archive::Archive, Failure> {
    let remedy = "write s3://bucket/prefix, or file:/// and the whole path of a folder";
    // What is not UTF-8 is repeated nowhere: the rest of an address may have a password in it.
    let text = address.to_str().ok_or_else(|| Failure::usage("the address is not UTF-8", remedy))?;
    demarche_archive::Archive::at(text).map_err(|error| Failure::usage(error.to_string(), remedy))
}

/// Tells whether an argument names a journal that is kept elsewhere than in files, and can be written to.
pub(crate) fn is_store(argument: &Path) -> bool {
    scheme_of(argument).and_then(feature_of) == Some("postgres")
}

/// Refuses the address of such a journal if it cannot be opened, before any message repeats it.
pub(crate) fn check_store(address: &Path) -> Result<(), Failure> {
    stored(scheme_of(address).unwrap_or_default(), address).map(|_| ())
}

/// Opens such a journal, and waits for others no longer than given.
pub(crate) fn open_store(address: &Path, wait: Duration) -> Result<Box<dyn Store>, Failure> {
    #[cfg(feature = "postgres")]
    let opened = Database::at(address)?.open(wait).map(|store| Box::new(store) as Box<dyn Store>);
    #[cfg(not(feature = "postgres"))]
    let opened = {
        let _ = (address, wait);
        Err(without("postgres://…", "postgres"))
    };
    opened
}

/// Refuses an address where a command needs a file: to lock it, to follow it or to write to it.
pub(crate) fn must_be_path(argument: &Path) -> Result<(), Failure> {
    match scheme_of(argument) {
        None => Ok(()),
        Some(scheme) => Err(not_a_file(&format!("{scheme}://…"))),
    }
}

/// Returns the failure of a log that is no file, for a command that needs one.
pub(crate) fn not_a_file(name: &str) -> Failure {
    Failure::usage(format!("{name} is no file, which this command needs"), "name a file or a directory of *.jsonl")
}

/// Returns the path of a log that has locks. A pipe has none: it is read as it comes, and its writer can take nothing
/// back. Nor does a store, which gives only what it will not take back.
pub(crate) fn kept_log(source: &Source) -> Option<PathBuf> {
    match source {
        Source::File(path) if path.is_file() => Some(path.clone()),
        Source::File(_) | Source::Stdin | Source::Stored(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_nothing_reads_is_refused_by_its_scheme_alone() {
        for (address, why) in [
            ("gopher://u:secret@host/desk", "gopher://… is no address of a log"),
            ("gopher://u:secret@host/desk.jsonl", "write ./gopher://"),
        ] {
            let failure = of_arguments(&[PathBuf::from(address)]).unwrap_err();
            let Failure::Usage { problem, remedy } = failure else { panic!("{failure:?}") };
            let told = format!("{problem}: {remedy}");
            assert!(told.contains(why) && !told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn a_command_that_needs_a_file_refuses_an_address() {
        let Err(Failure::Usage { problem, .. }) = must_be_path(Path::new("s3://u:secret@bucket/desk")) else {
            panic!("an address is no file")
        };
        assert_eq!(problem, "s3://… is no file, which this command needs");
        assert!(must_be_path(Path::new("./s3://desk.jsonl")).is_ok());
    }
}
