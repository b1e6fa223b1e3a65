"""Folds journals of events at scale: Demarche on Apache Spark.

Every track is folded by itself, so a journal can be spread over any number of machines. What concerns all of it is
asked first: the last instant at which something was recorded, and whether an id stands on two tracks.
"""

from .archive import ArchiveError, read_archive
from .events import EventsError, check_ids, last_recorded, read_lines, read_parquet
from .gdelt import import_gdelt
from .states import fold, write_states

__all__ = [
    "ArchiveError",
    "EventsError",
    "check_ids",
    "fold",
    "import_gdelt",
    "last_recorded",
    "read_archive",
    "read_lines",
    "read_parquet",
    "write_states",
]
