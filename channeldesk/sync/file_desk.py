"""What an open profile does with files: takes them in, says how each stands, sends and fetches them.

A thread of its own carries the contents, so that rows never wait for them: it is woken after every round.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from channeldesk.model.changes import Changes, Topic
from channeldesk.model.notice import Notice, Problem
from channeldesk.rules.files import clean_name
from channeldesk.store import intake
from channeldesk.store.intake import Taken
from channeldesk.sync import files, tokens
from channeldesk.sync.backoff import Backoff
from channeldesk.sync.files import FileJob, FileStep, Steps
from channeldesk.sync.tokens import Keeper
from channeldesk.sync.transport import Busy, Cancelled, HttpTransport, Offline, SignInNeeded

if TYPE_CHECKING:
    from channeldesk.store.database import Database

_log = logging.getLogger(__name__)
_STOPPING_SECONDS = 5.0
_MOVED: Changes = frozenset({Topic.FILES})


class State(StrEnum):
    """How a file stands, as a person sees it."""

    WAITING = "waiting"
    """Added here, on its way to headquarters."""
    HERE = "here"
    REMOTE = "remote"
    """At headquarters; a click fetches it."""
    AWAITED = "awaited"
    """Somebody else's laptop has not sent it yet."""
    LOST = "lost"
    """Added by this person, never sent, and not here."""
    FAILED = "failed"


@dataclass(frozen=True)
class Standing:
    """``have`` in bytes; ``notice`` and ``remedy`` say why it failed."""

    state: State
    have: int = 0
    notice: Notice | None = None
    remedy: str | None = None


@dataclass(frozen=True)
class Wanted:
    """Files for a journey: all of them, and what is not here yet. Sizes in bytes."""

    files: int
    size: int
    missing: int
    missing_size: int


class Known(Protocol):
    """What is read of a file's row."""

    @property
    def attachment_id(self) -> bytes: ...
    @property
    def sha256(self) -> str: ...
    @property
    def stored(self) -> bool: ...
    @property
    def mine(self) -> bool: ...


class FileDesk:
    """``allowed``: whether the person lets the program use the network now."""

    def __init__(
        self,
        database: Database,
        server: Callable[[], str],
        publish: Callable[[Changes], None],
        allowed: Callable[[], bool] = lambda: True,
        backoff: Backoff | None = None,
    ) -> None:
        self._database, self._server, self._publish, self._allowed = database, server, publish, allowed
        self._backoff = backoff or Backoff()
        self._lent = database.path.with_name("open")
        self._wake = threading.Condition()
        self._asked = self._stopping = False
        self._watchers: list[Callable[[FileStep], None]] = []
        self._thread: threading.Thread | None = None

    def take_in(self, path: Path) -> Taken:
        """Keeps the content of a file, safely on the disk; the row that names it is an action's business.

        Raises Problem for what is no readable file of a fitting size; then nothing was kept.
        """
        return intake.take_in(self._database.files, path)

    def take_in_bytes(self, data: bytes, file_name: str) -> Taken:
        """The same for what was pasted."""
        return intake.take_in_bytes(self._database.files, data, file_name)

    def save(self, sha256: str, path: Path) -> None:
        """Writes a content that is here to ``path``, all of it or nothing. Raises Problem."""
        intake.save(self._database.files, sha256, path)

    def lend(self, sha256: str, file_name: str) -> Path:
        """A readable copy of a content that is here, for another program to show; nobody's changes to it
        come back. It goes with :meth:`take_back`. Raises Problem.
        """
        self._lent.mkdir(mode=0o700, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=self._lent)) / (clean_name(file_name) or "file")
        self.save(sha256, path)
        path.chmod(0o400)
        return path

    def take_back(self) -> None:
        """Removes every copy that was lent; one that another program still holds goes the next time."""
        if self._lent.exists():
            with suppress(OSError):  # Windows removes nothing that is read-only
                for path in self._lent.rglob("*"):
                    path.chmod(0o700)
            shutil.rmtree(self._lent, ignore_errors=True)

    def standings(self, rows: Sequence[Known]) -> dict[bytes, Standing]:
        """How each of these files stands, by the row's id."""
        held = self._database.files.states(row.sha256 for row in rows)
        troubles = self._database.files.troubles()
        found: dict[bytes, Standing] = {}
        for row in rows:
            content = held.get(row.sha256)
            here, have = bool(content and content.complete), content.have if content else 0
            trouble = troubles.get(row.attachment_id)
            if trouble is not None and not (here and row.stored):
                notice, remedy, _ = trouble
                found[row.attachment_id] = Standing(State.FAILED, have, files.notice_of(notice), remedy)
            elif here:
                waits = row.mine and not row.stored
                found[row.attachment_id] = Standing(State.WAITING if waits else State.HERE, have)
            elif row.stored:
                found[row.attachment_id] = Standing(State.REMOTE, have)
            else:
                found[row.attachment_id] = Standing(State.LOST if row.mine else State.AWAITED, have)
        return found

    def fetch(
        self,
        row: Known,
        file_name: str,
        size: int,
        progress: Callable[[int], None] | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> None:
        """Fetches one file now, from where it stopped. Raises Offline, SignInNeeded or Problem.

        ``progress`` gets the bytes that are here. A cancelled one raises ``file.stopped``, its parts stay.
        """
        if not self._allowed():
            raise Problem.of("sync.chosen_offline", remedy="remedy.work_online")
        if not row.stored and not row.mine:
            raise Problem.of("file.not_stored", remedy="remedy.wait_for_sender")
        job = FileJob(row.attachment_id, file_name, row.sha256, size)
        transport = self._transport(cancel)
        steps = files.download(self._database, transport, job)
        try:
            for step in steps:
                if progress is not None:
                    progress(step.done)
                if step.state == "fetching" and cancel is not None and cancel():
                    raise Problem.of("file.stopped")
            self._database.files.forget_trouble(job.attachment_id)
        except Cancelled as given_up:
            raise Problem.of("file.stopped") from given_up
        finally:
            steps.close()
            transport.close()
        self._publish(_MOVED)

    def want(self, partner_ids: Iterable[bytes]) -> Wanted:
        """Keeps the files of these partners here from now on; fetches what is missing beside the work."""
        with self._database.read() as connection:
            jobs = files.of_partners(connection, partner_ids)
        held = self._database.files.states(job.sha256 for job in jobs)
        for job in jobs:
            known = held.get(job.sha256)
            if known is None or not known.pinned:
                held[job.sha256] = self._database.files.expect(job.sha256, job.size, pin=True)
        missing = [one for one in held.values() if not one.complete]
        if missing:
            self.kick()
        return Wanted(
            len(jobs),
            sum(job.size for job in jobs),
            len(missing),
            sum(one.size - one.have for one in missing),
        )

    def let_go(self, partner_ids: Iterable[bytes]) -> None:
        """The journey is over: these files need not stay."""
        with self._database.read() as connection:
            jobs = files.of_partners(connection, partner_ids)
        self._database.files.unpin(job.sha256 for job in jobs)

    def retry(self, attachment_id: bytes) -> None:
        """Tries a file again that failed."""
        self._database.files.forget_trouble(attachment_id)
        self._publish(_MOVED)
        self.kick()

    def watch(self, watcher: Callable[[FileStep], None]) -> Callable[[], None]:
        """Calls ``watcher`` on some thread after every part; returns how to stop it."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    def carry(
        self, progress: Callable[[FileStep], None] | None = None, cancel: Callable[[], bool] | None = None
    ) -> int:
        """Sends what waits and fetches what is wanted, now; how many files moved. Raises Offline or
        SignInNeeded; what failed by itself is noted.
        """
        moved = 0
        files.tidy(self._database)
        with self._database.read() as connection:
            idle = not files.waiting(connection, 1) and not self._missing()
        if idle:
            return moved
        transport = self._transport(cancel)
        steps: Steps = files.transfer(self._database, transport)
        try:
            for step in steps:
                moved += step.state in ("sent", "fetched")
                if progress is not None:
                    progress(step)
                if step.state in ("sent", "fetched", "failed"):
                    self._publish(_MOVED)
                if cancel is not None and cancel():
                    break
        except Cancelled:
            return moved
        finally:
            steps.close()
            transport.close()
        return moved

    def start(self) -> None:
        """Carries by itself from now on, after every :meth:`kick`."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="files", daemon=True)
            self._thread.start()

    def kick(self) -> None:
        """Rows have arrived, or something is wanted: look whether contents are to be carried."""
        with self._wake:
            self._asked = True
            self._wake.notify_all()

    def stop(self) -> None:
        """Ends after the part under way; what is missing goes on another time."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join(_STOPPING_SECONDS)
        self.take_back()

    def _missing(self) -> bool:
        return any(not one.complete for one in self._database.files.pinned().values())

    def _cancelled(self) -> bool:
        return self._stopping or not self._allowed()

    def _loop(self) -> None:
        delay: float | None = None
        while True:
            with self._wake:
                if not self._asked and not self._stopping:
                    self._wake.wait(delay)
                if self._stopping:
                    return
                self._asked = False
            delay = self._once() if self._allowed() else None

    def _once(self) -> float | None:
        """One pass; seconds until the next one, or None for the next round."""
        try:
            self.carry(self._tell, self._cancelled)
        except Offline as problem:
            return self._backoff.failed(problem.retry_after if isinstance(problem, Busy) else None)
        except Problem:  # sign in again, or a full disk: the next round says so, and comes back here
            return None
        except Exception:
            if not self._stopping:
                _log.exception("carrying files failed")
            return None
        self._backoff.succeeded()
        return None

    def _tell(self, step: FileStep) -> None:
        for watcher in list(self._watchers):
            watcher(step)

    def _transport(self, cancel: Callable[[], bool] | None) -> HttpTransport:
        with self._database.read() as connection:
            token = tokens.access(connection)
        if token is None:
            raise SignInNeeded(Notice("sync.sign_in_needed"))
        server = self._server()
        return HttpTransport(server, token, renew=Keeper.at(server, self._database).renew, cancel=cancel)
