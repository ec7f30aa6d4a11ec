"""What needs the person, listed, searched, chosen, exported; every item whole and named."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import inbox
from channeldesk.queries.inbox import InboxRow
from channeldesk.queries.status import status
from tests.support import looking
from tests.support.demo_pages import settle
from tests.support.disputes import Disputes
from tests.support.headquarters import Headquarters
from tests.support.inbox_page import Wait, choose, item_of, press
from ui.pages.inbox import InboxPage
from ui.session import Session
from ui.shell.shortcuts import page_keys
from ui.shell.window import Window
from ui.widgets.inbox.item_list import Heading


def test_everything_that_needs_the_person_is_listed(page: InboxPage, desk: Desk) -> None:
    rows = [row for row in page.list.items.rows if isinstance(row, InboxRow)]
    assert [row.kind for row in rows] == ["rejection", "conflict", "set_aside", "conflict"]
    headings = [row.text for row in page.list.items.rows if isinstance(row, Heading)]
    assert headings == [rows[0].partner, rows[3].partner], "by partner"
    assert page.shown is not None
    assert page.shown.item.row.kind == "rejection"


def test_j_and_k_move(page: InboxPage, window: Window, wait: Wait) -> None:
    press(window, Qt.Key.Key_J)
    wait()
    assert page.shown is not None
    assert page.shown.item.row.kind == "conflict"
    press(window, Qt.Key.Key_K)
    wait()
    assert page.shown.item.row.kind == "rejection"


def test_a_decided_conflict_is_found_in_the_history_and_taken_back(
    page: InboxPage, window: Window, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    item = item_of(desk, disputed.contact)
    choose(page, desk, disputed.contact, wait)
    press(window, Qt.Key.Key_M)
    wait()
    desk.sync(in_process=True)
    page.open(item.id)
    page.refresh()
    wait()
    assert page.side.shows_decided
    assert page.head.back.isVisible()
    assert page.head.again.isVisible()
    assert not page.conflict.apply.isVisible()
    page.list.setFocus()
    press(window, Qt.Key.Key_U)
    wait()
    wait()
    assert item_of(desk, disputed.contact).state == "open"
    assert page.conflict.apply.isVisible()
    desk.sync(in_process=True)
    (row,) = headquarters.table("contact", id=disputed.contact)
    assert row["note"] == "Prefers e-mail"


def test_several_are_decided_at_once_and_taken_back_at_once(
    page: InboxPage, window: Window, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    page.list.setFocus()
    press(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    wait()
    assert page.several.isVisible()
    assert page.several.mine.text() == "Keep mine (2)"
    assert page.several.discard.text() == "Give up (2)"
    press(window, Qt.Key.Key_M)
    wait()
    wait()
    assert desk.ask(status).conflicts == 0
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait()
    wait()
    assert desk.ask(status).conflicts == 2


def test_everything_of_a_partner_is_one_key(page: InboxPage, window: Window, wait: Wait) -> None:
    page.list.setFocus()
    press(window, Qt.Key.Key_A)
    wait()
    assert [row.kind for row in page.list.chosen_rows()] == ["rejection", "conflict", "set_aside"]


def test_the_overview_of_keys_knows_them_all(
    page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.contact, wait)
    _, told = page_keys(page, "")
    assert {"M", "T", "F2", "Ctrl+Return", "E", "O", "J", "K", "A", "Space"} <= {keys for _, keys in told}
    choose(page, desk, disputed.order, wait)
    _, told = page_keys(page, "")
    assert {"P", "S", "D"} <= {keys for _, keys in told}


def test_the_list_is_filtered_and_searched(page: InboxPage, window: Window, wait: Wait, qtbot: QtBot) -> None:
    def kinds() -> list[str]:
        return [row.kind for row in page.list.items.rows if isinstance(row, InboxRow)]

    page.side.kind.choose("conflict")
    assert kinds() == ["conflict", "conflict"]
    page.list.setFocus()
    press(window, Qt.Key.Key_Slash)
    QTest.keyClicks(QApplication.focusWidget(), "no such thing")
    qtbot.waitUntil(lambda: kinds() == [])
    wait()
    QTest.keyClick(page.side.search, Qt.Key.Key_Escape)
    page.side.kind.choose("")
    assert len(kinds()) == 4


@pytest.mark.parametrize("ending", ["html", "json"])
def test_an_item_is_exported_with_all_its_versions(
    page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait, tmp_path: Path, ending: str
) -> None:
    item = item_of(desk, disputed.contact)
    target = tmp_path / f"kept.{ending}"
    page.export.export_to((item.id,), str(target))
    wait()
    text = target.read_text("utf-8")
    assert "Prefers e-mail" in text
    assert "Prefers WeChat, mornings" in text
    if ending == "json":
        (kept,) = json.loads(text)
        assert kept["notice"]["code"] == "sync.conflict"


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", (1440, 900)), ("en", (1024, 700)), ("zh_CN", (1024, 700)), ("qps", (1440, 900))],
)
def test_every_item_is_whole_and_named(
    desk: Desk,
    disputed: Disputes,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    size: tuple[int, int],
) -> None:
    """Nothing is cut off without its whole in a tooltip, every control has a name, Tab reads as people do."""
    session = Session(desk)
    session.app.set_language(language)
    window = session.app.window
    window.resize(*size)
    window.show()
    window.start("inbox")
    settle(qtbot, window)
    page = window.router.page
    assert isinstance(page, InboxPage)
    for row in desk.ask(inbox.items):
        page.open(row.id)
        page.refresh()
        settle(qtbot, window)
        with looking.watching(monkeypatch) as painted:
            window.grab()
        assert looking.nameless(window) == []
        assert looking.tab_jumps(page) == []
        assert looking.cut_off(window, painted) == [], row.kind
    page.list.choose_all()
    settle(qtbot, window)
    with looking.watching(monkeypatch) as painted:
        window.grab()
    assert looking.cut_off(window, painted) == []
    assert session.app.close()
    session.app.deleteLater()
    session.deleteLater()
