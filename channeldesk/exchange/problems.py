"""What can be wrong with a mapping, a file or a row, in words a person can act on."""

from __future__ import annotations

from dataclasses import dataclass

from channeldesk.model.notice import Notice, Param, Problem, notice


class MappingProblem(Problem):
    """The mapping file cannot be used; ``where`` in its notice names the place in the file."""


class FileProblem(Problem):
    """A data file cannot be read at all, so nothing of the load is kept."""


class RowProblem(Exception):
    """One row cannot be used. It is kept with this reason; the others go on."""

    def __init__(self, reason: Notice, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column

    @classmethod
    def of(cls, code: str, column: str = "", /, **params: Param) -> RowProblem:
        return cls(notice(code, **params), column)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was not used: where it stands, why, and what it said."""

    file: str
    line: int
    column: str
    reason: Notice
    cells: tuple[str, ...]
