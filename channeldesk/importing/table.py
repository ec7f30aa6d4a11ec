"""A file that a person chose: looked at once, read as often as needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from channeldesk.importing import text, workbook
from channeldesk.importing.lines import Line
from channeldesk.model.notice import Problem

MOST_ROWS = 1_000_000
_MOST_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """How a file is read. ``encoding`` and ``separator`` are empty for a workbook. ``pasted``: cells from the
    clipboard, as spreadsheets put them there, in place of a file.
    """

    path: Path
    encoding: str = ""
    separator: str = ""
    pasted: str | None = None

    @property
    def is_text(self) -> bool:
        return bool(self.encoding)

    def read_as(self, encoding: str, separator: str) -> Table:
        """The same file as the person says it is."""
        return replace(self, encoding=encoding, separator=separator)

    def rows(self, stop: Callable[[], bool] = lambda: False) -> Iterator[Line]:
        """All rows that are not empty. Raises Problem; rows before it are good. ``stop`` ends early."""
        lines = self._lines()
        try:
            for count, line in enumerate(lines):
                if stop():
                    return
                if count >= MOST_ROWS:
                    raise Problem.of("import.too_many", file=self.path.name, most=MOST_ROWS)
                if not line.empty:
                    yield line
        except OSError as error:
            raise _unreadable(self.path) from error

    def _lines(self) -> Iterator[Line]:
        if self.pasted is not None:
            return text.cut(self.pasted, self.path.name, self.separator or "\t")
        if self.is_text:
            return text.read(self.path, self.encoding, self.separator)
        return workbook.read(self.path)

    def head(self, count: int = 50) -> tuple[Line, ...]:
        """The first rows."""
        rows = self.rows()
        return tuple(line for _, line in zip(range(count), rows, strict=False))


def look(path: Path) -> Table:
    """What the file is. Raises Problem for a file that cannot be a table, with the way out."""
    try:
        if not path.is_file():
            raise Problem.of("file.not_found" if not path.exists() else "file.not_a_file", name=path.name)
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise Problem.of("import.too_large", file=path.name)
        if size == 0:
            raise Problem.of("import.empty", file=path.name)
        with path.open("rb") as file:
            start = file.read(4)
        if start == workbook.OLD:
            raise Problem.of("import.old_workbook", file=path.name)
        if start[:2] == b"PK":
            return Table(path)
        encoding = text.encoding_of(path)
        return Table(path, encoding, text.separator_of(path, encoding))
    except OSError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> Problem:
    return Problem.of("file.unreadable", name=path.name, remedy="remedy.check_rights")
