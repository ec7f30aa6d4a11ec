"""When rounds run: at start, after local work, every few minutes, and again by themselves after a failure."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from channeldesk.model.notice import Notice, Problem
from channeldesk.sync.backoff import Backoff
from channeldesk.sync.engine import RoundResult, Step
from channeldesk.sync.transport import Busy, Offline, SignInNeeded
from channeldesk.wire.stream import IncompleteStream

log = logging.getLogger(__name__)

EVERY = 300.0
"""Seconds between rounds when nothing happens."""
AFTER_WORK = 2.0
"""Seconds after a local write: several writes in a row make one round."""


class Line(StrEnum):
    """How things stand with headquarters."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    SIGN_IN = "sign_in"
    PROBLEM = "problem"


@dataclass(frozen=True)
class SyncStatus:
    """What the indicator shows. ``step`` while a round runs; ``problem`` says why the last one failed."""

    line: Line = Line.UNKNOWN
    running: bool = False
    step: Step | None = None
    problem: Notice | None = None
    retry_in: float | None = None


class Scheduler:
    """Runs rounds one at a time on a thread of its own. ``run`` gets a progress and a cancel function."""

    def __init__(
        self,
        run: Callable[[Callable[[Step], None], Callable[[], bool]], RoundResult],
        *,
        on_status: Callable[[SyncStatus], None],
        on_result: Callable[[RoundResult], None],
        backoff: Backoff | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        every: float = EVERY,
    ) -> None:
        self._run, self._on_status, self._on_result = run, on_status, on_result
        self._backoff, self._monotonic, self._every = backoff or Backoff(), monotonic, every
        self._wake = threading.Condition()
        self._due: float | None = None
        self._stopping = False
        self._enabled = True
        self.status = SyncStatus()
        self._thread = threading.Thread(target=self._loop, name="sync-schedule", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request(self, delay: float = 0.0) -> None:
        """Asks for a round after ``delay`` seconds at the latest. Two requests make one round."""
        with self._wake:
            due = self._monotonic() + delay
            if self._due is None or due < self._due:
                self._due = due
                self._wake.notify_all()

    def work_offline(self, offline: bool) -> None:
        """The person's own switch: no rounds until it is turned back."""
        with self._wake:
            self._enabled = not offline
            self._wake.notify_all()
        self._tell(replace(self.status, line=Line.OFFLINE if offline else Line.UNKNOWN, problem=None))
        if not offline:
            self.request()

    def stop(self, timeout: float = 30.0) -> None:
        """Cancels a running round after its current step and waits for the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _cancelled(self) -> bool:
        return self._stopping or not self._enabled

    def _loop(self) -> None:
        while self._wait():
            self._once()

    def _wait(self) -> bool:
        with self._wake:
            while not self._stopping:
                now = self._monotonic()
                if self._enabled and self._due is not None and self._due <= now:
                    self._due = None
                    return True
                self._wake.wait(None if self._due is None or not self._enabled else self._due - now)
            return False

    def _once(self) -> None:
        self._tell(replace(self.status, running=True, step=None, retry_in=None))
        try:
            result = self._run(lambda step: self._tell(replace(self.status, step=step)), self._cancelled)
        except (Offline, IncompleteStream) as problem:
            delay = self._backoff.failed(problem.retry_after if isinstance(problem, Busy) else None)
            self._tell(SyncStatus(Line.OFFLINE, problem=problem.notice, retry_in=delay))
            self.request(delay)
        except SignInNeeded as problem:
            self._tell(SyncStatus(Line.SIGN_IN, problem=problem.notice))
        except Problem as problem:
            self._tell(SyncStatus(Line.PROBLEM, problem=problem.notice))
            self.request(self._backoff.failed())
        except Exception:
            log.exception("a synchronisation round failed")
            self._tell(SyncStatus(Line.PROBLEM, problem=Notice("sync.defect")))
            self.request(self._backoff.failed())
        else:
            if result.finished:
                self._backoff.succeeded()
                self._tell(SyncStatus(Line.ONLINE))
                self.request(self._every)
            else:
                self._tell(replace(self.status, running=False, step=None))
            self._on_result(result)

    def _tell(self, status: SyncStatus) -> None:
        self.status = status
        self._on_status(status)
