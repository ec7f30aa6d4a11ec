"""What pages gave up goes back to the system when the person rests."""

import sys
import threading
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.heap import Heap
from ui.tasks import Tasks


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of the C library of Linux")
def test_it_is_released_once_when_nothing_is_under_way(qtbot: QtBot, desk: Any) -> None:
    owner, tasks, released = QObject(), Tasks(desk), []
    heap = Heap(tasks, owner)
    assert heap.release is not None
    assert heap.release() in (0, 1), "the C library knows the call"
    heap.release = lambda: released.append(threading.current_thread() is threading.main_thread())
    heap._clock.setInterval(20)
    going = threading.Event()
    tasks.run(owner, "work", going.wait)
    for page in ("today", "orders", "stock"):
        heap.moved(page)
    with qtbot.waitSignal(heap._clock.timeout):
        pass
    assert released == [], "what is under way comes first"
    going.set()
    qtbot.waitUntil(lambda: released == [False])
    qtbot.waitUntil(lambda: tasks.idle)
    assert not heap.waits, "once"
    assert tasks.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="of the C library of Linux")
def test_a_closed_window_releases_nothing(qtbot: QtBot, desk: Any) -> None:
    owner, tasks = QObject(), Tasks(desk)
    heap = Heap(tasks, owner)
    heap.moved("today")
    assert heap.waits
    heap.close()
    assert not heap.waits
    assert tasks.close()
