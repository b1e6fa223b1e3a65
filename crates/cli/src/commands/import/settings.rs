//! The format of an import, and the options that apply to all of its rows.

use std::path::Path;

use demarche_interop::import::{self, Aliases, Mapping, Options, People, Table};

use super::{Args, Format};
use crate::failure::Failure;

/// Returns the format, with the mapping of a spreadsheet.
pub(super) fn format(args: &Args) -> Result<import::Format, Failure> {
    let given = |is_given: bool, option: &str, of: &str| {
        if is_given { Err(Failure::usage(format!("{option} is for {of}"), "leave it out")) } else { Ok(()) }
    };
    given(args.mapping.is_some() && args.format != Format::Csv, "--mapping", "csv alone")?;
    given(args.aliases.is_some() && args.format != Format::Csv, "--aliases", "csv alone")?;
    given(args.table.is_some() && !args.format.is_cameo(), "--table", "icews, icews-quads and gdelt alone")?;
    let is_icews = matches!(args.format, Format::Icews | Format::IcewsQuads);
    given(args.actors.is_some() && !is_icews, "--actors", "icews and icews-quads alone")?;
    let own = matches!(args.format, Format::Csv | Format::CloudEvents);
    given(args.grade.is_some() && own, "--grade", "formats that have no grades of their own")?;
    Ok(match args.format {
        Format::Icews => import::Format::Icews,
        Format::IcewsQuads => import::Format::IcewsQuads,
        Format::Gdelt => import::Format::Gdelt,
        Format::HistoryAtState => import::Format::HistoryAtState,
        Format::CloudEvents => import::Format::CloudEvents,
        Format::Csv => {
            let remedy = "`demarche import csv --template` prints a mapping to begin with";
            let path = args.mapping.as_ref().ok_or_else(|| Failure::usage("csv needs --mapping FILE", remedy))?;
            let mapping: Mapping = text(path)?.parse().map_err(|error| misread(path, &error, remedy))?;
            let Some(path) = &args.aliases else { return Ok(import::Format::Csv(mapping)) };
            let remedy = "docs/importing.md shows such a list";
            let aliases: Aliases = text(path)?.parse().map_err(|error| misread(path, &error, remedy))?;
            import::Format::Csv(mapping.with_aliases(aliases))
        }
    })
}

/// Returns the options, with the lists that users supply.
pub(super) fn options(args: &Args) -> Result<Options, Failure> {
    let table = match &args.table {
        None => None,
        Some(path) => {
            let remedy = "--template prints the table as it is";
            let mut table = Table::cameo().map_err(|error| misread(path, &error, remedy))?;
            table.replace(&text(path)?).map_err(|error| misread(path, &error, remedy))?;
            Some(table)
        }
    };
    let people = match &args.actors {
        None => None,
        Some(path) => {
            let people: People = text(path)?
                .parse()
                .map_err(|error| misread(path, &error, "docs/import-coding.md shows such a list"))?;
            Some(people)
        }
    };
    let Args { recorded, encoding, grade, .. } = *args;
    Ok(Options { table, people, recorded, encoding, grade, explain: args.explain.is_some() })
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| Failure::Read { path: path.to_owned(), error })
}

fn misread(path: &Path, error: &dyn std::fmt::Display, remedy: &str) -> Failure {
    Failure::usage(format!("{}: {error}", path.display()), remedy)
}
