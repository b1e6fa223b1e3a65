"""Why something was refused. Every error of the package is a `DemarcheError`."""

from __future__ import annotations

__all__ = [
    "ConflictError",
    "DemarcheError",
    "DemarcheWarning",
    "JournalError",
    "LogChangedError",
    "LogError",
    "QuestionError",
    "RowError",
]


class DemarcheError(Exception):
    """Anything that Demarche refuses."""


class _PlacedError(DemarcheError, ValueError):
    def __init__(self, problem: str, where: str, line: int, column: int | None) -> None:
        place = f"{where}:{line}" if column is None else f"{where}:{line}:{column}"
        super().__init__(f"{place}: {problem}")
        self.problem = problem
        self.line = line
        self.column = column


class LogError(_PlacedError):
    """A line that is no event, or another event of an id that is there already.

    `problem` says what is wrong, `log` is the file, `line` and `column` are the place, both from 1; `column` is `None`
    if the whole line is to blame.
    """

    def __init__(self, problem: str, log: str, line: int, column: int | None = None) -> None:
        super().__init__(problem, log, line, column)
        self.log = log


class RowError(_PlacedError):
    """A row of other people's data that becomes no event.

    `problem` says what is wrong, `file` is the input, `line` and `column` are the place, both from 1; in a CSV file the
    column is the number of the cell.
    """

    def __init__(self, problem: str, file: str, line: int, column: int | None = None) -> None:
        super().__init__(problem, file, line, column)
        self.file = file


class QuestionError(DemarcheError, ValueError):
    """An argument that asks for nothing that can be answered."""


class LogChangedError(DemarcheError):
    """A log was cut or rewritten while it was read from. Make the fold again."""


class JournalError(DemarcheError):
    """A journal that stores nothing: it is locked, broken, or its disk is full. Nothing was stored."""


class ConflictError(JournalError):
    """Another event has that id, or a track has other events than was expected. Nothing was stored."""


class DemarcheWarning(UserWarning):
    """Something odd about an entry that was stored all the same, such as a name that is nearly one already known."""
