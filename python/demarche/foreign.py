"""Other people's data as events: what files are, before their rows are read."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable
from typing import IO, Any, Union

from demarche._demarche import Imported, read_rows

File = Union[str, "os.PathLike[str]", bytes, IO[bytes]]
"""A path, the bytes of a file, or a file that is open for reading bytes."""


def inputs(files: Iterable[File]) -> list[tuple[str, Any]]:
    """Names each input, and takes the files out of zip archives."""
    found: list[tuple[str, Any]] = []
    for file in files:
        if isinstance(file, bytes):
            found.append(("<bytes>", file))
        elif isinstance(file, (str, os.PathLike)):
            name = os.fspath(file)
            if zipfile.is_zipfile(name):
                found.extend(_members(name))
            else:
                found.append((name, name))
        else:
            found.append((getattr(file, "name", "<file>"), file.read()))
    return found


def _members(path: str) -> Iterable[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            if not member.is_dir() and not member.filename.startswith("__MACOSX/"):
                yield f"{path}:{member.filename}", archive.read(member)


def import_(format: str, *files: File, **options: Any) -> Imported:
    """Reads other people's data as events, without a journal.

    `format` is one of `icews`, `icews-quads`, `gdelt`, `historyatstate`, `csv` and `cloudevents`. Files may be
    compressed (.gz, .zst, .zip). The options are those of the command line: `mapping` and `aliases` (csv), `table`
    (ICEWS and GDELT), `actors` (ICEWS), `recorded`, `grade`, `encoding`; `on_error="skip"` leaves broken rows out.

        >>> imported = import_("gdelt", "fixtures/import/gdelt-2.0.tsv")
        >>> imported.report.rows == imported.report.broken + imported.report.rows
        True
    """
    return read_rows(format, inputs(files), **options)


def import_rows(format: str, rows: Iterable[str | bytes], **options: Any) -> Imported:
    """Reads rows that are at hand one by one, such as those of a partition, as events.

    Rows that are folded into one event must be among the same rows: an engine that spreads rows over workers keeps
    those of one pair of actors together.
    """
    encoded = (row.encode() if isinstance(row, str) else row for row in rows)
    text = b"".join(row if row.endswith(b"\n") else row + b"\n" for row in encoded)
    return read_rows(format, [("<rows>", text)], **options)
