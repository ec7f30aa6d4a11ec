"""When rounds run: at start, after local work, every few minutes, when the network is back, on demand, and
again by themselves after a failure. Never two at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import StrEnum

from channeldesk.model.notice import Notice, Problem
from channeldesk.sync.backoff import Backoff
from channeldesk.sync.engine import RoundResult, Step
from channeldesk.sync.errand import Errand, Reason
from channeldesk.sync.network import way_out
from channeldesk.sync.transport import Busy, Offline, SignInNeeded
from channeldesk.wire.stream import IncompleteStream

log = logging.getLogger(__name__)

EVERY = 300.0
"""Seconds between rounds when nothing happens."""
AFTER_WORK = 2.0
"""Seconds after a local write: several writes in a row make one round."""
LOOK_EVERY = 5.0
"""Seconds between two looks at the way out while headquarters cannot be reached."""

_UNHINDERED = frozenset({Reason.PERSON, Reason.COMMAND, Reason.SIGN_IN, Reason.TRIP, Reason.CHECK})
"""A person asked: neither headquarters' wish to wait nor the backoff holds these."""
_NEWS = frozenset({Reason.RECONNECT, Reason.RESUME})
"""The reason of earlier failures may be gone, so the delays begin anew."""
_OF_ITS_OWN = frozenset({Reason.WORK, Reason.CHECK})
"""A running round began too early for these."""
_PATIENT = frozenset({Reason.WORK, Reason.INTERVAL, Reason.RETRY})
"""These wait for the next try of a failed round."""


class Line(StrEnum):
    """How things stand with headquarters."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    SIGN_IN = "sign_in"
    PROBLEM = "problem"


@dataclass(frozen=True)
class SyncStatus:
    """What the indicator shows. ``step`` while a round runs, with the bytes on the wire so far; ``problem``
    says why the last one failed, ``cancelled`` that a person stopped it.
    """

    line: Line = Line.UNKNOWN
    running: bool = False
    step: Step | None = None
    problem: Notice | None = None
    retry_in: float | None = None
    sent: int = 0
    received: int = 0
    reason: Reason | None = None
    cancelled: bool = False
    result: RoundResult | None = None
    """Of the round that just ended."""


Progress = Callable[[Step], None]
Run = Callable[[Progress, Callable[[], bool], Errand], RoundResult]


class Scheduler:
    """Runs rounds one at a time on a thread of its own. ``run`` gets a progress function, a cancel function
    and the errand, in which it keeps bytes and result.
    """

    def __init__(
        self,
        run: Run,
        *,
        on_status: Callable[[SyncStatus], None],
        on_result: Callable[[RoundResult], None] = lambda result: None,
        backoff: Backoff | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        every: float = EVERY,
        network: Callable[[], tuple[str, ...]] = way_out,
        look_every: float = LOOK_EVERY,
    ) -> None:
        self._run, self._on_status, self._on_result = run, on_status, on_result
        self._backoff, self._monotonic, self._every = backoff or Backoff(), monotonic, every
        self._network, self._look_every = network, look_every
        self._wake = threading.Condition()
        self._due: float | None = None
        self._reason = Reason.START
        self._asked_until = self._retry_at = float("-inf")
        self._seen_network: tuple[str, ...] = ()
        self._running = self._cancel = self._stopping = self._checking = False
        self._enabled = True
        self._waiting: list[tuple[Future[RoundResult], Progress | None]] = []
        self.status = SyncStatus()
        self._thread = threading.Thread(target=self._loop, name="sync-schedule", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def request(self, delay: float = 0.0, reason: Reason = Reason.PERSON) -> None:
        """Asks for a round after ``delay`` seconds at the latest; two requests make one round.

        A running round does what anything but new local work asks for. What headquarters asked to wait for
        holds everything but a person's own wish.
        """
        with self._wake:
            if reason in _NEWS:
                self._backoff.succeeded()
            self._checking = self._checking or reason is Reason.CHECK
            if self._running and reason not in _OF_ITS_OWN:
                return
            due = self._monotonic() + delay
            if reason not in _UNHINDERED:
                due = max(due, self._asked_until)
            if reason in _PATIENT:
                due = max(due, self._retry_at)
            if self._due is None or due < self._due:
                self._due, self._reason = due, reason
                self._wake.notify_all()

    def wait_for_round(
        self, progress: Progress | None = None, reason: Reason = Reason.COMMAND
    ) -> Future[RoundResult]:
        """A round on demand: the one that runs, or a new one. Its result or problem arrives in the future."""
        asked: Future[RoundResult] = Future()
        with self._wake:
            if not self._enabled:
                asked.set_exception(Offline(Notice("sync.chosen_offline"), "remedy.work_online"))
            elif self._stopping:
                asked.set_result(RoundResult())
            else:
                self._waiting.append((asked, progress))
        self.request(reason=reason)
        return asked

    def cancel(self) -> None:
        """Ends the running round after its step. What arrived stays; the next round goes on from there."""
        with self._wake:
            self._cancel = self._running

    def due_in(self) -> float | None:
        """Seconds until the next round; None while one runs, or none is planned."""
        with self._wake:
            if self._due is None or self._running or not self._enabled:
                return None
            return max(0.0, self._due - self._monotonic())

    @property
    def enabled(self) -> bool:
        """Whether the person lets rounds run."""
        return self._enabled

    def work_offline(self, offline: bool) -> None:
        """The person's own switch: no rounds until it is turned back."""
        with self._wake:
            self._enabled = not offline
            self._wake.notify_all()
        line = Line.OFFLINE if offline else Line.UNKNOWN
        self._tell(replace(self.status, line=line, problem=None, retry_in=None))
        if not offline:
            self.request()

    def stop(self, timeout: float = 30.0) -> None:
        """Cancels a running round after its current step and waits for the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout)
        self._answer(RoundResult())

    def _cancelled(self) -> bool:
        return self._stopping or self._cancel or not self._enabled

    def _loop(self) -> None:
        while (reason := self._wait()) is not None:
            self._once(reason)

    def _wait(self) -> Reason | None:
        with self._wake:
            while not self._stopping:
                now = self._monotonic()
                if self._enabled and self._due is not None and self._due <= now:
                    reason = Reason.CHECK if self._checking else self._reason
                    self._due, self._running, self._cancel, self._checking = None, True, False, False
                    return reason
                self._wake.wait(self._patience(now))
                if self._enabled and self.status.line is Line.OFFLINE:
                    self._look()
            return None

    def _patience(self, now: float) -> float | None:
        """Seconds until something is to be done without being asked."""
        if not self._enabled:
            return None
        left = None if self._due is None else max(0.0, self._due - now)
        if self.status.line is not Line.OFFLINE:
            return left
        return self._look_every if left is None else min(left, self._look_every)

    def _look(self) -> None:
        found = self._network()
        if found and found != self._seen_network:
            self._seen_network = found
            self.request(reason=Reason.RECONNECT)

    def _once(self, reason: Reason) -> None:
        errand = Errand(reason)
        self._seen_network = self._network()
        self._tell(SyncStatus(self.status.line, True, problem=self.status.problem, reason=reason))

        def progress(step: Step) -> None:
            self._tell(replace(self.status, step=step, sent=errand.sent, received=errand.received))
            for _, told in self._waiting:
                if told is not None:
                    told(step)

        try:
            result = self._run(progress, self._cancelled, errand)
        except (Offline, IncompleteStream) as problem:
            asked = problem.retry_after if isinstance(problem, Busy) else None
            self._failed(Line.OFFLINE, problem, self._backoff.failed(asked), busy=isinstance(problem, Busy))
        except SignInNeeded as problem:
            self._failed(Line.SIGN_IN, problem, self._every)
        except Problem as problem:
            self._failed(Line.PROBLEM, problem, self._backoff.failed())
        except Exception:
            log.exception("a synchronisation round failed")
            self._failed(Line.PROBLEM, Problem.of("sync.defect"), self._backoff.failed())
        else:
            self._ended(result, reason)

    def _failed(self, line: Line, problem: Problem, delay: float, *, busy: bool = False) -> None:
        with self._wake:
            self._running, self._due = False, None
            self._retry_at = self._monotonic() + delay
            self._asked_until = self._retry_at if busy else float("-inf")
        retry_in = None if line is Line.SIGN_IN else delay
        if self._enabled:
            self._tell(SyncStatus(line, problem=problem.notice, retry_in=retry_in))
        else:  # the person turned it off meanwhile
            self._tell(SyncStatus(Line.OFFLINE))
        self.request(delay, Reason.RETRY)
        self._answer(problem)

    def _ended(self, result: RoundResult, reason: Reason) -> None:
        with self._wake:
            by_person, self._running = self._cancel, False
        if result.finished:
            self._retry_at = self._asked_until = float("-inf")
            self._backoff.succeeded()
            self._tell(SyncStatus(Line.ONLINE, reason=reason, result=result))
            self.request(self._every, Reason.INTERVAL)
        else:
            line = self.status.line
            self._tell(SyncStatus(line, cancelled=by_person))
            self.request(self._every if by_person else 0.0, Reason.INTERVAL)
        self._on_result(result)
        self._answer(result)

    def _answer(self, told: RoundResult | Problem) -> None:
        with self._wake:
            asked, self._waiting = self._waiting, []
        for one, _ in asked:
            if isinstance(told, Problem):
                one.set_exception(told)
            else:
                one.set_result(told)

    def _tell(self, status: SyncStatus) -> None:
        self.status = status
        self._on_status(status)
