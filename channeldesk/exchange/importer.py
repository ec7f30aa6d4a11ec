"""One import from first file to last: scan for votes and distinct keys, then book target by target.

Targets are booked in the order in which the mapping declares them. Targets with ``once`` are collected in a
first reading of their files; the others are booked in a second one, file by file, so that memory holds one
file at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from channeldesk.exchange.collect import Scan
from channeldesk.exchange.mapping import FileGroup, Mapping, Target
from channeldesk.exchange.problems import RejectedRow, RowProblem
from channeldesk.exchange.reader import Files, Row, inline_rows, read_rows
from channeldesk.exchange.report import REJECTED, LoadReport
from channeldesk.exchange.specs import Context
from channeldesk.exchange.stream import GroupStream


class Book(Protocol):
    """Where rows go. Headquarters' book writes tables; a preview's could only count."""

    def resolve(self, entity: str, foreign_id: str) -> bytes | None:
        """The id of the row that this source calls ``foreign_id``."""

    def put(
        self,
        target: Target,
        foreign_id: str,
        values: dict[str, Any],
        lines: list[dict[str, Any]] | None = None,
    ) -> None:
        """Inserts, changes or leaves the row alone; ``lines`` are its children, in order."""

    def flush(self) -> None:
        """Everything put so far is in the tables."""


class Importer:
    """Reads ``folder`` as ``mapping`` says into ``book`` and accounts for every row in ``report``."""

    def __init__(
        self,
        mapping: Mapping,
        folder: Path,
        book: Book,
        progress: Callable[[str, int], None] | None = None,
    ) -> None:
        self.mapping, self.folder, self.book = mapping, folder, book
        self.context = Context(mapping.file, mapping.currency, mapping.crosswalks, book.resolve)
        self.report = LoadReport(mapping.source, mapping.currency)
        self._progress = progress or (lambda file, rows: None)
        self._found = {
            name: Files.find(group, folder) for name, group in mapping.files.items() if not group.rows
        }

    def run(self) -> LoadReport:
        scan = Scan(self)
        scan.read()
        streamed: set[str] = set()
        for target in self.mapping.targets:
            if target.months_of:
                scan.book_months(target)
            elif target.once:
                scan.book(target)
            elif target.file not in streamed:
                streamed.add(target.file)
                GroupStream(self, self.mapping.files[target.file]).run()
            self.book.flush()
        scan.account_for(set(self.mapping.files) - streamed)
        self.report.remarks += scan.remarks()
        self.report.check()
        return self.report

    def files(self, group: FileGroup) -> Iterator[tuple[str, Iterator[Row]]]:
        """(name, rows) of each file of a group."""
        if group.rows:
            yield self.mapping.file, inline_rows(group)
            return
        for path in self._found[group.name].paths:
            yield path.name, read_rows(path, group, self.mapping.currency)

    def number_of_files(self, name: str) -> int:
        return len(self._found[name].paths)

    def reject(self, group: FileGroup, file: str, row: Row, problem: RowProblem, amount: int) -> None:
        """Keeps a row with its reason."""
        kept = RejectedRow(file, row.line, problem.column, problem.reason, row.cells)
        self.report.rejected.append(kept)
        self.report.groups[group.name].count(REJECTED, amount)

    def tell(self, file: str, rows: int) -> None:
        self._progress(file, rows)
