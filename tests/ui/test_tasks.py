"""Questions and actions: order, the latest wins, dead receivers, shutdown."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread
from pytestqt.qtbot import QtBot

from channeldesk.model.changes import Done, Topic
from channeldesk.model.notice import Problem
from tests.ui.plain_desk import PlainDesk
from ui.tasks import Tasks


class Receiver(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []

    def take(self, value: Any) -> None:
        assert QThread.currentThread() is QCoreApplication.instance().thread()
        self.got.append(value)


def test_an_answer_arrives_on_the_main_thread(tasks: Tasks, qtbot: QtBot) -> None:
    receiver = Receiver()
    where: list[int] = []

    def query(_conn: object, number: int) -> int:
        where.append(threading.get_ident())
        return number * 2

    tasks.ask(receiver, "double", query, 21, then=receiver.take)
    qtbot.waitUntil(lambda: receiver.got == [42])
    assert where != [threading.get_ident()]


def test_the_latest_question_wins(tasks: Tasks, qtbot: QtBot) -> None:
    receiver, gate = Receiver(), threading.Event()

    def slow(_conn: object, text: str) -> str:
        gate.wait(5)
        return text

    for text in ("a", "ab", "abc"):
        tasks.ask(receiver, "search", slow, text, then=receiver.take)
    gate.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert receiver.got == ["abc"]


def test_an_answer_for_a_destroyed_receiver_is_dropped(tasks: Tasks, qtbot: QtBot) -> None:
    receiver, gate = Receiver(), threading.Event()
    got = receiver.got
    tasks.ask(receiver, "slow", lambda _conn: gate.wait(5), then=receiver.take)
    receiver.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gate.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert got == []


def test_actions_keep_their_order_and_outlive_their_page(tasks: Tasks, desk: PlainDesk, qtbot: QtBot) -> None:
    written: list[int] = []

    def action(_tx: object, number: int) -> Done[int]:
        written.append(number)
        return Done(number, frozenset({Topic.ORDERS}))

    receiver = Receiver()
    moved: list[object] = []
    tasks.changed.connect(moved.append)
    for number in range(50):
        tasks.act(action, number, then=receiver.take)
    receiver.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: tasks.idle)
    assert written == list(range(50))
    assert moved == [frozenset({Topic.ORDERS})] * 50


def test_a_failure_goes_to_its_asker_or_to_the_window(tasks: Tasks, qtbot: QtBot) -> None:
    receiver, shown = Receiver(), Receiver()
    tasks.failed.connect(shown.take)

    def broken(_conn: object) -> None:
        raise Problem.of("value.not_a_number", text="x")

    tasks.ask(receiver, "a", broken, then=receiver.take, failed=receiver.take)
    tasks.ask(receiver, "b", broken, then=receiver.take)
    qtbot.waitUntil(lambda: len(receiver.got) == 1 and len(shown.got) == 1)
    assert isinstance(receiver.got[0], Problem)


def test_long_work_reports_and_is_cancelled(tasks: Tasks, qtbot: QtBot) -> None:
    receiver, stopped = Receiver(), threading.Event()

    def work(progress: Callable[[float], None], cancel: threading.Event) -> str:
        progress(0.5)
        cancel.wait(5)
        stopped.set()
        return "never shown"

    ticket = tasks.run(receiver, "work", work, then=receiver.take, progress=receiver.take)
    qtbot.waitUntil(lambda: receiver.got == [0.5])
    ticket.cancel()
    qtbot.waitUntil(stopped.is_set)
    qtbot.waitUntil(lambda: tasks.idle)
    assert receiver.got == [0.5]


@pytest.mark.usefixtures("qapp")
def test_closing_finishes_actions_and_joins_threads(desk: PlainDesk) -> None:
    tasks, written = Tasks(desk), []

    def action(_tx: object, number: int) -> Done[int]:
        threading.Event().wait(0.01)
        written.append(number)
        return Done(number)

    for number in range(10):
        tasks.act(action, number)
    assert tasks.close()
    assert written == list(range(10))
    tasks.act(action, 11)
    assert written == list(range(10)), "nothing starts after closing"
    assert desk.callbacks == []


def test_what_another_thread_tells_of_a_destroyed_owner_is_dropped(tasks: Tasks, qtbot: QtBot) -> None:
    kept, gone = Receiver(), Receiver()
    tells = [tasks.relay(gone, gone.take), tasks.relay(kept, kept.take)]
    stopping = threading.Event()

    def tell() -> None:
        while not stopping.wait(0.001):
            for one in tells:
                one("told")

    thread = threading.Thread(target=tell)
    thread.start()
    qtbot.waitUntil(lambda: bool(gone.got))
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(gone, QEvent.Type.DeferredDelete)
    before = len(gone.got)
    kept.got.clear()
    qtbot.waitUntil(lambda: bool(kept.got))
    stopping.set()
    thread.join()
    assert len(gone.got) == before
