"""The writer lane: whoever writes waits here, first come first served."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType


class Lane:
    """A fair lock. A plain lock lets a busy sync round overtake a waiting person again and again.

    Not re-entrant on purpose: a transaction inside a transaction of the same thread is a defect, and is
    reported instead of waiting for ever.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._owner: int | None = None

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._mutex:
            if self._owner == me:
                raise RuntimeError("this thread already holds the writer lane")
            if self._owner is None and not self._waiting:
                self._owner = me
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()
        except BaseException:  # KeyboardInterrupt while waiting: leave the queue, or pass the turn on
            with self._mutex:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                else:
                    self._pass_on()
            raise
        self._owner = me

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._mutex:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._owner = 0  # taken, by a thread that is about to wake
            self._waiting.popleft().release()
        else:
            self._owner = None
