"""Brings files here, one after the other, and follows what the desk carries by itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from ui.tasks import Tasks, Ticket
from ui.viewmodels.files import FileEntry, Moving


class Fetching(QObject):
    """``moving`` is kept up to date; ``moved`` tells which file's line changed."""

    arrived = Signal(object, str)
    """The file, now here, and what it was wanted for."""
    failed = Signal(object)
    """An exception; nothing more is fetched."""
    moved = Signal(object)

    def __init__(self, tasks: Tasks, files: Any, moving: Moving, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._files, self.moving = tasks, files, moving
        self._after: dict[bytes, str] = {}
        self._ticket: Ticket | None = None
        if files is not None:
            self.destroyed.connect(files.watch(tasks.relay(self, self._carried)))

    def fetch(self, entry: FileEntry, then: str) -> None:
        """Wants a file: at once, or after those that are wanted already."""
        self._after[entry.row.attachment_id] = then
        if self.moving.ask(entry):
            self._next(entry)
        self.moved.emit(entry.row.attachment_id)

    def stop(self) -> None:
        """Ends fetching; what had arrived stays."""
        if self._ticket is not None:
            self._ticket.cancel()
        self._forget()

    def _next(self, entry: FileEntry) -> None:
        self._ticket = self._tasks.run(
            self,
            f"fetch {entry.row.attachment_id.hex()}",
            _fetched,
            self._files,
            entry,
            then=partial(self._came, entry),
            failed=self._did_not_come,
            progress=self._progress,
        )

    def _progress(self, report: tuple[bytes, int]) -> None:
        if report[0] in self.moving.done:
            self.moving.done[report[0]] = report[1]
            self.moved.emit(report[0])

    def _came(self, entry: FileEntry, _nothing: object) -> None:
        then = self._after.pop(entry.row.attachment_id, "")
        following = self.moving.ended()
        if following is not None:
            self._next(following)
        self.arrived.emit(FileEntry(entry.row, "here", entry.row.size), then)

    def _did_not_come(self, error: Exception) -> None:
        self._forget()
        self.failed.emit(error)

    def _forget(self) -> None:
        for one in self.moving.queue:
            self.moving.done.pop(one.row.attachment_id, None)
        self.moving.queue.clear()
        self._after.clear()
        self._ticket = None

    def _carried(self, step: Any) -> None:
        self.moving.stepped(step.job.attachment_id, step.state, step.done)
        self.moved.emit(step.job.attachment_id)


def _fetched(files: Any, entry: FileEntry, *, progress: Callable[[Any], None], cancel: Any) -> None:
    row = entry.row

    def report(done: int) -> None:
        progress((row.attachment_id, done))

    files.fetch(row, row.file_name, row.size, report, cancel.is_set)
