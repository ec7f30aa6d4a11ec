"""What tests of the page Needs you do again and again."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from channeldesk.desk import Desk
from channeldesk.queries import inbox
from channeldesk.queries.inbox import InboxRow
from ui.pages.inbox import InboxPage
from ui.shell.window import Window

Wait = Callable[[], None]


def item_of(desk: Desk, row_id: bytes) -> InboxRow:
    return next(one for one in desk.ask(inbox.items) if one.row_id == row_id)


def choose(page: InboxPage, desk: Desk, row_id: bytes, wait: Wait) -> None:
    page.open(item_of(desk, row_id).id)
    page.refresh()
    wait()
    assert page.shown is not None
    assert page.shown.item.row.row_id == row_id


def press(
    window: Window, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)
