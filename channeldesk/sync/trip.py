"""The trip pack: makes sure that everything for the planned visits is on this laptop, and says so.

One round brings rows both ways, then the files of the partners are fetched, then every partner is looked at.
Without headquarters, or after a cancel, the look says what is here all the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import trip
from channeldesk.queries.trip import TripPack, TripPartner
from channeldesk.sync.engine import RoundResult, Step
from channeldesk.sync.file_desk import FileDesk, State

if TYPE_CHECKING:
    from channeldesk.queries.attachments import FileRow
    from channeldesk.store.database import Database

_LOOK_SECONDS = 0.2
_PATIENCE = 30.0
"""Seconds without a byte after which the files are not waited for any longer; they follow by themselves."""


@dataclass(frozen=True)
class TripStep:
    """``phase``: rows, files or looking. Rows, or bytes, done and expected; 0 where it is not known."""

    phase: str
    done: int = 0
    expected: int = 0


@dataclass(frozen=True)
class MissingFile:
    """``state`` says why it is not here: remote, awaited, lost or failed, with the reason in ``notice``."""

    partner_id: bytes
    file_name: str
    size: int
    state: str
    notice: Notice | None = None


@dataclass(frozen=True)
class TripReport:
    """What is here of a pack. ``fresh``: headquarters answered; else ``problem`` says why it did not."""

    pack: TripPack
    missing: tuple[MissingFile, ...]
    fresh: bool = False
    cancelled: bool = False
    problem: Notice | None = None

    def missing_of(self, partner_id: bytes) -> tuple[MissingFile, ...]:
        return tuple(one for one in self.missing if one.partner_id == partner_id)

    def ready(self, partner: TripPartner) -> bool:
        return partner.complete and not self.missing_of(partner.partner_id)

    @property
    def ready_visits(self) -> int:
        return sum(one.visits for one in self.pack.partners if self.ready(one))


Progress = Callable[[TripStep], None]
Cancel = Callable[[], bool]
Begin = Callable[[Callable[[Step], None]], "Future[RoundResult]"]


def look(database: Database, files: FileDesk, choice: str, user_id: bytes) -> TripReport:
    """What of the journey is here now; nothing is fetched."""
    with database.read() as connection:
        first, last = trip.span(connection, choice, user_id)
        pack = trip.pack(connection, first, last, user_id)
    return TripReport(pack, _missing(files, pack))


def prepare(
    database: Database,
    files: FileDesk,
    begin: Begin,
    choice: str,
    user_id: bytes,
    progress: Progress = lambda step: None,
    cancel: Cancel = lambda: False,
) -> TripReport:
    """``begin(progress)`` begins a round. Never raises for the network: the report says what is missing."""
    problem: Notice | None = None
    fresh = False
    try:
        fresh = _round(begin, progress, cancel)
        if not cancel():
            report = look(database, files, choice, user_id)
            if fresh or report.missing:
                _fetch(files, report, progress, cancel)
    except Problem as error:
        problem = error.notice
    progress(TripStep("looking"))
    seen = look(database, files, choice, user_id)
    return TripReport(seen.pack, seen.missing, fresh, cancel(), problem)


def _round(begin: Begin, progress: Progress, cancel: Cancel) -> bool:
    """Whether the round came to its end."""
    going = begin(lambda step: progress(TripStep("rows", step.done, step.expected)))
    progress(TripStep("rows"))
    while True:
        try:
            return going.result(_LOOK_SECONDS).finished
        except NotYet:
            if cancel():
                return False


def _fetch(files: FileDesk, report: TripReport, progress: Progress, cancel: Cancel) -> None:
    """Waits while the files come, as long as anything moves."""
    wanted = files.want(one.partner_id for one in report.pack.partners)
    expected, last = wanted.missing_size, -1
    since = time.monotonic()
    while not cancel() and any(one.state == State.REMOTE for one in _missing(files, report.pack)):
        left = files.want(one.partner_id for one in report.pack.partners).missing_size
        progress(TripStep("files", max(0, expected - left), expected))
        if left != last:
            last, since = left, time.monotonic()
        elif time.monotonic() - since > _PATIENCE:
            return
        time.sleep(_LOOK_SECONDS)


def _missing(files: FileDesk, pack: TripPack) -> tuple[MissingFile, ...]:
    rows: list[FileRow] = [row for one in pack.partners for row in one.files]
    standings: dict[bytes, Any] = files.standings(rows)
    gone: list[MissingFile] = []
    for row in rows:
        found = standings[row.attachment_id]
        if found.state not in (State.HERE, State.WAITING):
            told = str(found.state)
            gone.append(MissingFile(row.partner_id, row.file_name, row.size, told, found.notice))
    return tuple(gone)
