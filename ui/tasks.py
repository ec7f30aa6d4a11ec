"""The only threading in the window: ``ask`` reads, ``act`` writes, ``run`` does long work with progress.

Results arrive on the main thread. Of several asks with the same owner and key the latest wins; a result whose
receiver was destroyed meanwhile is dropped. Questions run on a few threads, actions on one, in their order.
"""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable
from functools import partial
from types import MethodType
from typing import Any, Protocol

from PySide6.QtCore import QObject, QThreadPool, Signal
from shiboken6 import isValid

from channeldesk.model.changes import Changes, Done

_log = logging.getLogger(__name__)
READERS = 2
"""Questions at a time. A third would keep a third copy of the pages it reads and be no faster: most of an
answer is made under one lock.
"""


class DeskLike(Protocol):
    """What the window needs of :class:`channeldesk.desk.Desk`."""

    def ask(self, query: Callable[..., Any], *args: Any, **kw: Any) -> Any: ...
    def act(self, action: Callable[..., Any], *args: Any, **kw: Any) -> Done[Any]: ...
    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]: ...


class Ticket:
    """One piece of work under way. ``cancel()`` drops its result and tells long work to stop."""

    def __init__(self, key: object, owner: QObject | None) -> None:
        self.key = key
        self.cancelled = threading.Event()
        self.extra = False
        """Neither a question nor an action: nobody waits for it to read on."""
        self._owner = weakref.ref(owner) if owner is not None else None
        self.then: _Receiver = _Receiver(None)
        self.failed: _Receiver = _Receiver(None)
        self.progress: _Receiver = _Receiver(None)

    def cancel(self) -> None:
        self.cancelled.set()

    def wanted(self) -> bool:
        """Whether anyone still waits: not cancelled, and the owner lives."""
        if self.cancelled.is_set():
            return False
        if self._owner is None:
            return True
        owner = self._owner()
        return owner is not None and isValid(owner)


class _Receiver:
    """A callback; a bound method is held weakly, so that waiting for an answer keeps no page alive."""

    def __init__(self, call: Callable[..., Any] | None) -> None:
        self._weak = weakref.WeakMethod(call) if isinstance(call, MethodType) else None
        self._strong = None if self._weak is not None else call

    def __call__(self, *args: Any) -> bool:
        """Call it, unless its receiver is gone; whether it was called."""
        call = self._weak() if self._weak is not None else self._strong
        if call is None:
            return False
        owner = getattr(call, "__self__", None)
        if isinstance(owner, QObject) and not isValid(owner):
            return False
        call(*args)
        return True


class Tasks(QObject):
    """Made once per open desk; ``close()`` before the desk closes.

    The window may be painted before there is a desk: ``take`` it before the first question.
    """

    changed = Signal(object)
    """Changes, on the main thread: what an action, a sync round or an import moved."""
    failed = Signal(object)
    """An exception for which the asker gave no ``failed``; the window shows it."""
    done = Signal(object)
    """Every Done of an action, after ``then``; the window shows its notice and offers its undo."""
    _arrived = Signal(object, str, object)

    def __init__(
        self, desk: DeskLike | None = None, parent: QObject | None = None, readers: int = READERS
    ) -> None:
        super().__init__(parent)
        self._readers = _pool(self, readers)
        self._writer = _pool(self, 1)
        self._apart = _pool(self, 1)
        self._latest: dict[object, Ticket] = {}
        self._open: set[Ticket] = set()
        self._closed = False
        self._telling = threading.RLock()
        """Held while another thread emits: ``close`` waits for it, and nobody emits after ``close``."""
        self._arrived.connect(self._deliver)
        self._unsubscribe: Callable[[], None] | None = None
        if desk is not None:
            self.take(desk)

    def take(self, desk: DeskLike) -> None:
        self.desk = desk
        self._unsubscribe = desk.subscribe(self._moved)

    def ask(
        self,
        owner: QObject,
        key: str,
        query: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], Any],
        failed: Callable[[Exception], Any] | None = None,
        **kw: Any,
    ) -> Ticket:
        """Read in the background: ``then(result)``.

        An older question of the same owner and key is dropped.
        """
        ticket = Ticket((id(owner), key), owner)
        self._supersede(ticket)
        self._start(self._readers, ticket, then, failed, lambda: self.desk.ask(query, *args, **kw))
        return ticket

    def act(
        self,
        action: Callable[..., Any],
        *args: Any,
        then: Callable[[Done[Any]], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
        **kw: Any,
    ) -> Ticket:
        """Write, in the order of the calls: ``then(done)``. It is carried out even if the page is gone."""
        ticket = Ticket(object(), None)
        self._start(self._writer, ticket, then, failed, lambda: self.desk.act(action, *args, **kw))
        return ticket

    def run(
        self,
        owner: QObject,
        key: str,
        work: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
        progress: Callable[[Any], Any] | None = None,
        apart: bool = False,
    ) -> Ticket:
        """Any blocking work off the window's thread, such as writing a file; ``apart``: on a thread that no
        question keeps busy.

        With ``progress`` the work is called with ``progress=`` (call it with what to report) and ``cancel=``
        (an Event that is set when the person cancels or the window closes).
        """
        ticket = Ticket((id(owner), key), owner)
        ticket.extra = True
        self._supersede(ticket)
        extra: dict[str, Any] = {}
        if progress is not None:
            ticket.progress = _Receiver(progress)
            extra = {"progress": _Reporter(self, ticket), "cancel": ticket.cancelled}
        self._start(
            self._apart if apart else self._readers, ticket, then, failed, lambda: work(*args, **extra)
        )
        return ticket

    def relay(self, owner: QObject, call: Callable[[Any], Any]) -> Callable[[Any], None]:
        """What any thread may call at any time: ``call`` gets it on the main thread, while ``owner`` lives.

        A signal of the owner's own would not do: it may be destroyed while the other thread emits it.
        """
        ticket = Ticket(object(), owner)
        ticket.progress = _Receiver(call)
        return partial(self._relayed, ticket)

    @property
    def answered(self) -> bool:
        """Whether no question and no action is under way; other work may be."""
        return all(ticket.extra for ticket in self._open)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way; tests and the tour wait for it."""
        return not self._open

    def close(self, timeout_ms: int = 10_000) -> bool:
        """Cancel what reads, finish what writes, join every thread. False if work would not end in time."""
        with self._telling:
            self._closed = True
        if self._unsubscribe is not None:
            self._unsubscribe()
        for ticket in list(self._open):
            if ticket.key in self._latest:
                ticket.cancel()
        self._readers.clear()
        ended = all(pool.waitForDone(timeout_ms) for pool in (self._writer, self._readers, self._apart))
        self._open.clear()
        self._latest.clear()
        if not ended:
            _log.warning("work was still running when the window closed")
        return ended

    def _supersede(self, ticket: Ticket) -> None:
        older = self._latest.get(ticket.key)
        if older is not None:
            older.cancel()
        self._latest[ticket.key] = ticket

    def _start(
        self,
        pool: QThreadPool,
        ticket: Ticket,
        then: Callable[[Any], Any] | None,
        failed: Callable[[Exception], Any] | None,
        work: Callable[[], Any],
    ) -> None:
        if self._closed:
            return
        ticket.then, ticket.failed = _Receiver(then), _Receiver(failed)
        self._open.add(ticket)
        pool.start(lambda: self._work(ticket, work))

    def _work(self, ticket: Ticket, work: Callable[[], Any]) -> None:
        """On a worker thread. Nothing may escape from here: Qt would end the process."""
        kind, result = "dropped", None
        if not ticket.cancelled.is_set():
            try:
                kind, result = "then", work()
            except Exception as error:
                kind, result = "failed", error
        if isValid(self):
            self._arrived.emit(ticket, kind, result)

    def _deliver(self, ticket: Ticket, kind: str, result: Any) -> None:
        if kind == "progress":
            if ticket.wanted():
                ticket.progress(result)
            return
        self._open.discard(ticket)
        if self._latest.get(ticket.key) is ticket:
            del self._latest[ticket.key]
        if kind == "then":
            if ticket.wanted():
                ticket.then(result)
            if isinstance(result, Done):
                self.done.emit(result)
        elif kind == "failed" and ticket.wanted() and not ticket.failed(result):
            self.failed.emit(result)

    def _relayed(self, ticket: Ticket, report: Any) -> None:
        """On any thread."""
        with self._telling:
            if not self._closed and isValid(self):
                self._arrived.emit(ticket, "progress", report)

    def _moved(self, changes: Changes) -> None:
        """On a worker thread."""
        with self._telling:
            if not self._closed and isValid(self):
                self.changed.emit(changes)


class _Reporter:
    """Passes progress to the main thread, at most some thirty times a second."""

    def __init__(self, tasks: Tasks, ticket: Ticket) -> None:
        self._tasks = tasks
        self._ticket = ticket
        self._last = 0.0

    def __call__(self, report: Any) -> None:
        from time import monotonic

        now = monotonic()
        if now - self._last >= 0.03 and isValid(self._tasks):
            self._last = now
            self._tasks._arrived.emit(self._ticket, "progress", report)


def _pool(parent: QObject, threads: int) -> QThreadPool:
    """Threads are kept, since each holds a warm database connection."""
    pool = QThreadPool(parent)
    pool.setMaxThreadCount(threads)
    pool.setExpiryTimeout(-1)
    return pool
