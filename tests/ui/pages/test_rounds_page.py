"""The page of synchronisation in the whole window, with a real headquarters."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.rounds import RoundRow
from tests.support.headquarters import Headquarters
from ui.pages.rounds import RoundsPage
from ui.session import Session
from ui.widgets.rounds import words
from ui.widgets.rounds.state import left_words


def opened(session: Session, qtbot: QtBot) -> RoundsPage:
    """By clicking the indicator."""
    session.app.window.top.sync._online.click()
    settled(session, qtbot)
    page = session.app.window.router.page
    assert isinstance(page, RoundsPage)
    return page


def settled(session: Session, qtbot: QtBot) -> None:
    qtbot.wait(30)
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=10_000)
    qtbot.wait(30)


def edit(session: Session) -> None:
    desk = session.desk
    row = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
    desk.act(partners.edit, row.id, {"city": "Ningbo"})


def test_it_says_how_it_stands_and_lists_every_round(session: Session, qtbot: QtBot) -> None:
    page = opened(session, qtbot)
    assert page.state.headline.text() == "Online"
    assert "last complete" in page.state.detail.text()
    qtbot.waitUntil(lambda: "next round in" in page.state.detail.text(), timeout=10_000)
    assert page.side._sent.isVisible()
    edit(session)
    qtbot.waitUntil(lambda: _newest(page).startswith("1 change sent"), timeout=20_000)
    assert page.table.model.rowCount() >= 3, "the first round, a quiet one, this one"


def _newest(page: RoundsPage) -> str:
    page.table.view.selectRow(0)
    row = page.table.current_row()
    return words.happened(row) if row is not None else ""


def test_a_failure_is_told_with_its_remedy_and_what_waits(
    session: Session, headquarters: Headquarters, qtbot: QtBot
) -> None:
    page = opened(session, qtbot)
    headquarters.stop()
    edit(session)
    qtbot.waitUntil(lambda: page.state.headline.text() == "Offline", timeout=20_000)
    settled(session, qtbot)
    told = [label.text() for label in page.state.notes.findChildren(type(page.state.detail))]
    assert "cannot be reached" in told[0]
    assert told[1].startswith("Check the network")
    assert [line.entry.title for line in page.side.waiting.lines] == ["1 partner edited"]
    qtbot.waitUntil(lambda: "cannot be reached" in _newest(page), timeout=10_000)
    assert page.why.isVisible()


def test_working_offline_is_switched_here(session: Session, qtbot: QtBot) -> None:
    page = opened(session, qtbot)
    page.offline.click()
    qtbot.waitUntil(lambda: page.state.headline.text() == "Working offline by choice", timeout=10_000)
    assert page.offline.text() == "Work online"
    assert not page.now.isVisible()
    page.offline.click()
    qtbot.waitUntil(lambda: page.state.headline.text() == "Online", timeout=20_000)


def test_the_key_opens_it_and_the_button_synchronises(
    session: Session, headquarters: Headquarters, qtbot: QtBot
) -> None:
    window = session.app.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    settled(session, qtbot)
    QTest.keyClicks(window, "gy")
    settled(session, qtbot)
    page = window.router.page
    assert isinstance(page, RoundsPage)
    qtbot.waitUntil(page.now.isEnabled, timeout=20_000)
    headquarters.execute("UPDATE partner SET city = 'Wenzhou'")
    page.now.click()
    qtbot.waitUntil(lambda: "rows fetched" in _newest(page), timeout=20_000)
    row = page.table.current_row()
    assert row.reason == "person"
    assert row.bytes_received > 100
    QTest.keyClick(page.table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)


def test_a_running_round_says_what_is_left() -> None:
    from ui.viewmodels.round_progress import RoundProgress

    clock = iter([0.0, 2.0])
    progress = RoundProgress(lambda: next(clock))
    progress.report("pull started", 0, 10_000, 1_000, 2_000)
    progress.report("marked", 4_000, 10_000, 1_000, 1_200_000)
    told = left_words(progress)
    assert told.startswith("Fetching what is new")
    assert "4,000 of 10,000 rows" in told
    assert "1.2 MB so far" in told
    assert "about 1.8 MB left" in told
    assert "about 5 s left" in told


def test_what_needs_the_person_is_said_before_the_counts() -> None:
    row = RoundRow(1, 0, 0, "work", "finished", "delta", 4, 7, 2, 1, 0, 0, 0, ())
    assert words.happened(row).startswith("3 need you")
