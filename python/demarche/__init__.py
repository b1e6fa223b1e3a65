"""The journal and the fold for diplomacy.

A journal records who claimed what about a meeting, a proposal or an agreement. The fold says where every track stands,
since when, resting on which events, who says otherwise, and what was known on any earlier day.

    >>> import demarche
    >>> fold = demarche.Fold("fixtures/us-russia-2025.jsonl")
    >>> state = fold.state("us-ru/irritants")
    >>> state.status, str(state.since)
    ('proposed', '2025-09~')

Tables are Arrow streams, which data frames and engines take as they are:

    >>> import polars
    >>> polars.DataFrame(fold.states(track="us-ru/*")).height
    8

Every answer is a function of its arguments and of the log: no call reads the clock unless `today="now"` asks for it.
"""

from __future__ import annotations

from demarche._demarche import (
    Appointment,
    Batch,
    Date,
    Event,
    Fold,
    FoldedBatches,
    Imported,
    Journal,
    Report,
    Schema,
    State,
    Table,
    Timeline,
    Why,
    events_schema,
    fold_arrow,
    lines_schema,
    states_schema,
)
from demarche.errors import (
    ConflictError,
    DemarcheError,
    DemarcheWarning,
    JournalError,
    LogChangedError,
    LogError,
    QuestionError,
    RowError,
)
from demarche.foreign import import_, import_rows

__all__ = [
    "Appointment",
    "Batch",
    "ConflictError",
    "Date",
    "DemarcheError",
    "DemarcheWarning",
    "Event",
    "Fold",
    "FoldedBatches",
    "Imported",
    "Journal",
    "JournalError",
    "LogChangedError",
    "LogError",
    "QuestionError",
    "Report",
    "RowError",
    "Schema",
    "State",
    "Table",
    "Timeline",
    "Why",
    "events_schema",
    "fold_arrow",
    "import_",
    "import_rows",
    "lines_schema",
    "states_schema",
]
