"""Between the desk's rounds and the window: what the indicator shows, brought to the main thread.

The scheduler tells its status on a thread of its own; the window's tasks carry it over. Counts (what waits,
what needs the person) are asked again whenever a round or an action moved them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from channeldesk.desk import Reason
from channeldesk.model.changes import Changes, Topic
from channeldesk.model.notice import Problem
from channeldesk.queries.status import Status, status
from ui.i18n import n, t, tn
from ui.shell.sync import SyncState
from ui.tasks import Tasks
from ui.viewmodels.first_sync import FirstSync, Phase, rounded_seconds
from ui.viewmodels.round_progress import RoundProgress

if TYPE_CHECKING:
    from channeldesk.desk import Desk
    from channeldesk.sync.schedule import Scheduler, SyncStatus

_COUNTED = frozenset({Topic.SYNC, Topic.INBOX})
_AFTER_SLEEP = 3.0
"""Seconds."""
_QUIET_MS = 400
"""A usual round is shorter than this and is not shown: the indicator would flicker."""


class Syncing(QObject):
    """``start`` begins the rounds. Everything here lives on the main thread."""

    changed = Signal()
    """``state``, ``first`` or ``facts`` moved."""
    arrived = Signal(object)
    """Changes: rows of some kind became complete while a first round still runs."""
    finished = Signal()
    """The first round is complete."""
    rested = Signal()
    """A round ended, or none was running when the laptop was about to sleep."""
    compared = Signal(object)
    """How many parts of the copy differed from headquarters'; None where it was too early to say."""
    sign_in_wanted = Signal(object)
    """Headquarters no longer takes the token; the notice says why."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._tasks: Tasks | None = None
        self._scheduler: Scheduler | None = None
        self._line = "unknown"
        self.status: SyncStatus = desk.sync_status
        self.facts: Status | None = None
        self.first: FirstSync | None = None
        self._complete = False
        self.progress = RoundProgress()
        self.offline = False
        self._shown = False
        self._delay = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._delay.timeout.connect(self._show)

    def follow(self, tasks: Tasks) -> None:
        """Ask for the counts over these tasks, now and after every change."""
        self._tasks = tasks
        tasks.changed.connect(self._moved)
        self._count()

    def expect_first(self) -> None:
        """The profile is empty: the coming round is the first one, with its own page."""
        self.first, self._complete = FirstSync(), False
        self.changed.emit()

    def start(self, *, offline: bool = False) -> None:
        """Rounds by themselves from now on, unless the person works offline; ``follow`` comes first."""
        assert self._tasks is not None
        self.offline = offline
        told = self._tasks.relay(self, self._came)
        self._scheduler = self._desk.start_sync(told, offline=offline)
        self.changed.emit()

    def sync_now(self) -> None:
        if self._scheduler is not None and not self.offline:
            self._scheduler.request()

    def compare(self) -> None:
        """Compare this laptop's copy with headquarters' and mend it; ``compared`` tells."""
        if self._scheduler is not None and not self.offline:
            self._scheduler.request(reason=Reason.CHECK)

    def cancel(self) -> None:
        """End the running round after its step; what arrived stays, and it goes on later."""
        if self._scheduler is not None:
            self._scheduler.cancel()

    def due_in(self) -> float | None:
        """Seconds until the next round by itself."""
        return self._scheduler.due_in() if self._scheduler is not None else None

    def network_back(self) -> None:
        if self._scheduler is not None and self._line != "online":
            self._scheduler.request(reason=Reason.RECONNECT)

    def before_sleep(self) -> None:
        """Send what waits while there is time; ``rested`` says that nothing is left to do."""
        waiting = self.facts is not None and self.facts.waiting
        if self._scheduler is None or self.offline or not (waiting or self.status.running):
            self.rested.emit()
            return
        self._scheduler.request(reason=Reason.SLEEP)

    def woke(self) -> None:
        """The network needs a moment after sleep."""
        if self._scheduler is not None:
            self._scheduler.request(_AFTER_SLEEP, Reason.RESUME)

    def work_offline(self, offline: bool) -> None:
        """No rounds until it is turned back; a running one ends after its step and goes on later."""
        if self._scheduler is not None and offline != self.offline:
            self.offline = offline
            self._scheduler.work_offline(offline)
            self.changed.emit()

    @property
    def state(self) -> SyncState:
        """For the indicator in the top bar."""
        first = self.first if self.arriving else None
        facts, problem = self.facts, self.status.problem
        running = self.status.running and (first is not None or self._shown)
        return SyncState(
            online=None if self._line == "unknown" and not self.offline else self._line == "online",
            running=running,
            share=first.share if first is not None else self._share(),
            left=left_text(first) if first is not None and running else "",
            waiting=facts.waiting if facts is not None else 0,
            attention=facts.needs_you if facts is not None else 0,
            last_at=facts.last_sync_at if facts is not None else None,
            first=first is not None,
            chosen=self.offline,
            sign_in=self.needs_sign_in,
            problem=tn(problem) if problem is not None else "",
        )

    @property
    def arriving(self) -> bool:
        """Whether the first round is still to be completed."""
        return self.first is not None and self.first.phase is not Phase.FINISHED

    @property
    def started(self) -> bool:
        """Whether rounds run by themselves."""
        return self._scheduler is not None

    @property
    def needs_sign_in(self) -> bool:
        return str(self.status.line) == "sign_in" and not self.offline

    def _show(self) -> None:
        self._shown = True
        self.changed.emit()

    def _share(self) -> float | None:
        return self.progress.share

    def _came(self, told: SyncStatus) -> None:
        before, self.status = self.status, told
        line = str(told.line)
        if line != "unknown" or not told.running:
            self._line = "offline" if self.offline else line
        if told.running != before.running:
            self._shown = False
            self.progress.clear()
            if told.running:
                self._delay.start()
            else:
                self._delay.stop()
        if told.running and told.step is not None:
            step = told.step
            self.progress.report(step.name, step.done, step.expected, told.sent, told.received)
        if self.first is not None and told.step is not None:
            moved = self.first.report(told.step)
            if moved and self.first.phase is not Phase.FINISHED:
                self.arrived.emit(moved)
        ended = before.running and not told.running
        if ended and not self._complete and self.first is not None and not self.arriving:
            self._complete = True
            self.finished.emit()
        if before.running and not told.running:
            self.rested.emit()
        if told.result is not None and told.reason == Reason.CHECK:
            self.compared.emit(told.result.checked)
        if line == "sign_in" and str(before.line) != "sign_in":
            self.sign_in_wanted.emit(told.problem)
        self.changed.emit()

    def _moved(self, changes: Changes) -> None:
        if changes & _COUNTED:
            self._count()

    def _count(self) -> None:
        if self._tasks is not None:
            self._tasks.ask(self, "status", status, then=self._counted, failed=self._uncounted)

    def _counted(self, facts: Status) -> None:
        self.facts = facts
        self.changed.emit()

    def _uncounted(self, error: Exception) -> None:
        if not isinstance(error, Problem) and self._tasks is not None:
            self._tasks.failed.emit(error)


def left_text(first: FirstSync) -> str:
    """How long the rest takes, in words; "" while it cannot be told."""
    seconds = first.seconds_left
    return "" if seconds is None else t("about {duration} left", duration=duration_text(seconds))


def duration_text(seconds: float) -> str:
    whole = rounded_seconds(seconds)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return t("{seconds} s", seconds=rest)
    if not rest or minutes >= 10:
        return n("{count} min", "{count} min", minutes)
    return t("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
