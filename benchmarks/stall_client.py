"""The program's window during its first synchronisation, in a process of its own, as a person starts it.

``python -m benchmarks.stall_client SERVER PROFILE idle|scrolling SECONDS`` signs in and opens the window;
the round runs in the worker process. Printed are the milliseconds between ticks of a timer of 5 ms: during
the round, and for some seconds after it, when all is quiet again. A window that scrolls moves its list of
partners from the moment they are here.
"""

from __future__ import annotations

import gc
import json
import random
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import demo_profile, headquarters, screen

TICK_MS = 5
SCROLL_MS = 30
LONGEST_MS = 900_000
BUILT_SECONDS, SETTLED_SECONDS = 1.0, 3.0
"""Building a page is not what is watched: the first one, and the one with figures after the round."""


def main() -> None:
    from channeldesk.desk import Desk

    address, place, window, still = sys.argv[1], Path(sys.argv[2]), sys.argv[3], float(sys.argv[4])
    place.mkdir(parents=True)
    keyring = demo_profile.FileStore(place)
    Desk.create(place, address, headquarters.LOGIN, headquarters.PASSWORD, keyring=keyring).close()
    gc.disable()  # as the door does
    from ui.first_run import start

    run = start.begin(place, keyring=keyring)
    screen.wait_for(lambda: run.session is not None or run.gate is not None)
    if run.session is None:
        raise RuntimeError("the profile did not open")
    start.collect_again()
    sample = watch(run.session, scrolls=window == "scrolling", still=still)
    found = run.session.desk.ask(lambda c: c.exec_driver_sql("SELECT count(*) FROM order_line").scalar())
    run.finish()
    print(json.dumps(sample | {"lines": found}))


class Gaps:
    """Ticks every 5 ms, and notes how long each one really took to come."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.taken: list[float] = []
        self._last = 0.0
        self._timer = QTimer(interval=TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self.taken, self._last = [], time.perf_counter()
        self._timer.start()

    def stop(self) -> list[float]:
        self._timer.stop()
        return self.taken

    def _tick(self) -> None:
        now = time.perf_counter()
        self.taken.append((now - self._last) * 1000)
        self._last = now


def watch(session: Any, *, scrolls: bool, still: float) -> dict[str, Any]:
    from PySide6.QtCore import QEventLoop, QTimer

    gaps, started = Gaps(), time.perf_counter()
    ended = QEventLoop()
    session.syncing.finished.connect(ended.quit)
    QTimer.singleShot(LONGEST_MS, ended, ended.quit)
    scrolling = Scrolling(session, gaps) if scrolls else None
    if scrolling is None:
        QTimer.singleShot(int(BUILT_SECONDS * 1000), ended, gaps.start)
    ended.exec()
    sync, seconds = gaps.stop(), time.perf_counter() - started
    if not sync or session.syncing.first is None:
        raise RuntimeError("the round was over before the window was at rest: it needs more rows")
    if scrolling is not None:
        scrolling.stop()
    pause(SETTLED_SECONDS)
    if scrolling is not None:
        scrolling.begin()
    gaps.start()
    pause(still)
    return {"s": seconds, "sync": sync, "still": gaps.stop()}


def pause(seconds: float) -> None:
    """Lets the window live."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop, loop.quit)
    loop.exec()


class Scrolling:
    """Opens the list of partners as soon as they are here, and moves it about."""

    def __init__(self, session: Any, gaps: Gaps) -> None:
        from PySide6.QtCore import QTimer

        self._session, self._gaps = session, gaps
        self._choose = random.Random(1)
        self._timer = QTimer(interval=SCROLL_MS)
        self._timer.timeout.connect(self._move)
        session.syncing.arrived.connect(self._arrived)

    def _arrived(self, moved: Any) -> None:
        from channeldesk.model.changes import Topic

        if Topic.PARTNERS in moved and not self._timer.isActive():
            self.begin()
            pause(BUILT_SECONDS)
            self._gaps.start()

    def begin(self) -> None:
        self._session.app.window.router.go("partners")
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _move(self) -> None:
        from ui.widgets.list_table import ListTable

        page = self._session.app.window.router.page
        for table in page.findChildren(ListTable):
            bar = table.view.verticalScrollBar()
            bar.setValue(self._choose.randint(0, bar.maximum()))


if __name__ == "__main__":
    main()
