"""The frame: pages made when opened, refreshed when their topics move, palette, undo, errors, languages."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from channeldesk.model.changes import Done, Topic, Undo
from channeldesk.model.notice import Notice
from tests.ui import sample_pages
from tests.ui.plain_desk import PlainDesk
from ui.app import App
from ui.shell.hit import Hit
from ui.shell.sync import SyncState
from ui.theme import theme

Wait = Callable[[], None]
PROFILE = SimpleNamespace(user_name="Lin Wei", role="manager", currency="CNY")


def search(_conn: object, text: str, limit: int) -> Sequence[str]:
    names = ["Hengtai Hardware", "Haimen Trading", "Taihu Supply"]
    return [name for name in names if text.lower() in name.lower()][:limit]


opened: list[str] = []


def as_hit(go: Callable[..., Any], name: str) -> Hit:
    return Hit(name, "storefront", lambda: opened.append(name))


@pytest.fixture
def app(desk: PlainDesk, qtbot: QtBot) -> Iterator[App]:
    sample_pages.log.clear()
    opened.clear()
    made = App(desk, PROFILE, sample_pages.PAGES, scheme="light", search=search, as_hit=as_hit)
    made.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    assert made.close()


@pytest.fixture
def settle(app: App, qtbot: QtBot) -> Wait:
    def wait() -> None:
        qtbot.wait(20)
        qtbot.waitUntil(lambda: app.tasks.idle)

    return wait


def test_a_page_is_made_when_it_is_opened(app: App) -> None:
    assert list(app.window.router.pages) == ["first"]
    app.window.router.go("second")
    assert list(app.window.router.pages) == ["first", "second"]
    assert app.window.nav.items["second"].here
    app.window.router.go("detail", b"7")
    assert app.window.nav.items["first"].here, "a page of one subject stands under its parent"
    app.window.router.back()
    assert app.window.router.here == "second"
    app.window.router.forward()
    assert (app.window.router.here, app.window.router.subject) == ("detail", b"7")


def test_changes_refresh_the_open_page_and_mark_hidden_ones(app: App, settle: Wait) -> None:
    app.window.router.go("second")
    sample_pages.log.clear()
    app.tasks.act(lambda _tx: Done(None, frozenset({Topic.PARTNERS})))
    settle()
    assert sample_pages.log == [], "the open page does not show partners"
    app.window.router.go("first")
    assert sample_pages.log == ["first"], "it does when it is shown again"
    app.window.router.go("second")
    app.window.router.go("first")
    assert sample_pages.log == ["first"], "and only once"


def test_undo_in_the_message_bar(app: App, settle: Wait, qtbot: QtBot) -> None:
    done: list[str] = []

    def take_back(_tx: object) -> Done[None]:
        done.append("undone")
        return Done(None)

    label = Notice("value.not_a_number", {"text": "x"})
    app.tasks.act(lambda _tx: Done(None, notice=label, undo=Undo(label, take_back)))
    settle()
    assert "“x” is not a number" in app.window.messages.message
    assert app.window.messages.can_undo
    qtbot.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert done == ["undone"]
    qtbot.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert done == ["undone"]


def test_what_a_page_warned_of_leaves_with_the_page(app: App) -> None:
    window = app.window
    context = window.router.context
    assert context is not None
    context.say("“0.0005” has more than 3 decimals.", "warning")
    assert window.messages.message
    window.router.go("second")
    assert window.messages.message == ""
    window.messages.tell("The log was torn.", "warning")
    window.router.go("first")
    assert window.messages.message == "The log was torn.", "that is about no page"


@pytest.mark.allow_log("defect", reason="the test breaks an action on purpose")
def test_an_error_is_told_with_details(app: App, settle: Wait) -> None:
    def broken(_tx: object) -> Done[None]:
        raise ValueError("broken on purpose")

    app.tasks.act(broken)
    settle()
    assert "Something went wrong" in app.window.messages.message
    app.window.messages.details_wanted.emit()
    dialog = app.window.findChild(QDialog)
    assert dialog is not None
    shown = dialog.findChild(QPlainTextEdit)
    assert shown is not None
    assert "broken on purpose" in shown.toPlainText()
    dialog.close()


@pytest.mark.allow_log("defect", reason="the test raises inside a slot on purpose")
def test_what_escapes_from_a_slot_is_told(app: App) -> None:
    error = KeyError("escaped")
    sys.excepthook(type(error), error, None)
    assert "Something went wrong" in app.window.messages.message


def test_the_palette_finds_pages_actions_and_data(app: App, settle: Wait, qtbot: QtBot) -> None:
    window, field = app.window, app.window.top.field
    window.add_action("Export the territory", "export", lambda: opened.append("export"))
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert window.palette_box.isVisible()
    assert field.hasFocus()
    titles = [hit.title for hit in window.palette_box.model.hits]
    assert titles == ["First", "Second", "Shortcuts", "Export the territory"]
    qtbot.keyClicks(field, "hai")
    settle()
    assert [hit.title for hit in window.palette_box.model.hits] == ["Haimen Trading"]
    assert field.hasFocus()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert opened == ["Haimen Trading"]
    assert not window.palette_box.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "sec")
    settle()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.router.here == "second"


def test_keys_go_to_pages_but_not_while_one_types(app: App, qtbot: QtBot) -> None:
    window = app.window
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert window.router.here == "second"
    window.focus_search()
    qtbot.keyClicks(window.top.field, "gf")
    assert window.router.here == "second"
    assert window.top.field.text() == "gf"


def test_the_overview_of_keys_opens(app: App, qtbot: QtBot) -> None:
    qtbot.keyClick(app.window, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    dialog = app.window.findChild(QDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.close()


def test_the_sync_indicator_says_what_holds(app: App) -> None:
    sync = app.window.top.sync
    sync.show_state(SyncState(online=True, waiting=3, attention=2, last_at=0))
    assert sync._online.text() == "Online"
    assert sync._waiting.text() == "3 waiting"
    assert sync._attention.text() == "2 need you"
    sync.show_state(SyncState(online=True, running=True, share=0.62, first=True, left="about 3 min"))
    assert sync._online.text() == "First sync 62%"
    assert sync._bar.isVisible()
    sync.show_state(SyncState(online=False))
    assert (sync._online.text(), sync._waiting.text(), sync._last.text()) == (
        "Offline",
        "all sent",
        "not yet synchronised",
    )


def test_the_page_says_as_of_and_the_bar_shows_it(app: App) -> None:
    page = app.window.router.page
    assert page is not None
    page.set_as_of(0)
    assert app.window.messages._as_of.text().startswith("Figures as of")
    page.set_as_of(None)
    assert app.window.messages._as_of.text() == "Not yet synchronised"


def test_another_language_builds_the_window_again_on_the_same_page(app: App, qtbot: QtBot) -> None:
    app.window.router.go("detail", b"7")
    before = app.window
    chosen: list[Any] = []
    app.preference.connect(lambda *args: chosen.append(args))
    app.set_language("zh_CN")
    assert app.window is not before
    assert (app.window.router.here, app.window.router.subject) == ("detail", b"7")
    assert chosen == [("language", "zh_CN")]
    qtbot.wait(20)
    app.set_language("en")


def test_a_window_that_was_replaced_is_gone(app: App, qtbot: QtBot) -> None:
    window, page = weakref.ref(app.window), weakref.ref(app.window.router.page)
    app.set_language("zh_CN")
    qtbot.wait(20)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [
        name for name, ref in (("window", window), ("page", page)) if ref() is not None and isValid(ref())
    ]
    assert left == []
    theme.apply()
    app.set_language("en")


def test_closing_the_window_ends_the_tasks(desk: PlainDesk, qtbot: QtBot) -> None:
    app = App(desk, PROFILE, sample_pages.PAGES, scheme="light")
    app.show()
    with qtbot.waitSignal(app.closed):
        app.window.close()
    assert desk.callbacks == []
