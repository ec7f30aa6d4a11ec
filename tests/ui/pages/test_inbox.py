"""Needs you, over real disputes with a real headquarters: decided by keys, taken back, sent, given up."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import inbox, orders
from channeldesk.queries.inbox import InboxRow
from channeldesk.queries.status import status
from tests.support import disputes
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from tests.support.disputes import Disputes
from tests.support.headquarters import Headquarters
from ui.pages.inbox import InboxPage
from ui.shell.window import Window
from ui.viewmodels.inbox_decision import Side

Wait = Callable[[], None]


@pytest.fixture
def headquarters(demo_profile: DemoProfile) -> Iterator[Headquarters]:
    with demo_profile.serving() as server:
        yield server


@pytest.fixture
def demo_desk(demo_profile: DemoProfile, headquarters: Headquarters) -> Iterator[Desk]:
    """With a headquarters behind it."""
    with demo_profile.open() as opened:
        yield opened


@pytest.fixture
def desk(demo_desk: Desk) -> Desk:
    return demo_desk


@pytest.fixture
def disputed(desk: Desk, headquarters: Headquarters) -> Disputes:
    return disputes.make(desk, headquarters)


@pytest.fixture
def window(desk: Desk, disputed: Disputes, show_page: ShowPage, qtbot: QtBot) -> Window:
    made = show_page("inbox")
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.fixture
def page(window: Window) -> InboxPage:
    found = window.router.page
    assert isinstance(found, InboxPage)
    return found


@pytest.fixture
def wait(window: Window, qtbot: QtBot) -> Wait:
    return lambda: settle(qtbot, window)


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


def test_everything_that_needs_the_person_is_listed(page: InboxPage, desk: Desk) -> None:
    rows = [row for row in page.list.items.rows if isinstance(row, InboxRow)]
    assert [row.kind for row in rows] == ["rejection", "conflict", "conflict", "set_aside"]
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


def test_a_conflict_is_decided_field_by_field_with_one_key_each(
    page: InboxPage, window: Window, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.partner, wait)
    pane = page.conflict
    decision = pane.decision
    assert decision is not None
    assert [decision.side(name) for name in ("stage", "credit_limit", "currency", "delivery_note")] == [
        None,
        Side.THEIRS,
        Side.THEIRS,
        None,
    ]
    assert not pane.apply.isEnabled()
    press(window, Qt.Key.Key_M)
    assert decision.side("stage") is Side.MINE
    press(window, Qt.Key.Key_T)
    assert decision.side("delivery_note") is Side.THEIRS
    assert pane.apply.isEnabled()
    pane.grid.row("credit_limit").setFocus()  # type: ignore[union-attr]
    press(window, Qt.Key.Key_M)
    assert decision.side("currency") is Side.MINE, "the group goes together"
    press(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    wait()
    wait()
    assert page.shown is not None
    assert page.shown.item.row.row_id != disputed.partner, "on to the next one"
    desk.sync(in_process=True)
    (row,) = headquarters.table("partner", id=disputed.partner)
    assert (row["stage"], row["credit_limit"], row["delivery_note"]) == ("onboarding", 36_000_000, "Gate 5")
    assert row["city"] == "杭州萧山", "what merged by itself stays"


def test_a_decision_is_taken_back(
    page: InboxPage, window: Window, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.contact, wait)
    press(window, Qt.Key.Key_M, Qt.KeyboardModifier.ShiftModifier)
    wait()
    page.conflict.apply.click()
    wait()
    assert desk.ask(status).conflicts == 1
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait()
    wait()
    assert desk.ask(status).conflicts == 2


def test_a_field_is_written_by_hand(
    page: InboxPage, window: Window, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.contact, wait)
    press(window, Qt.Key.Key_E)
    wait()
    editor = QApplication.focusWidget()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "Mornings by e-mail")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait()
    page.conflict.apply.click()
    wait()
    desk.sync(in_process=True)
    (row,) = headquarters.table("contact", id=disputed.contact)
    assert row["note"] == "Mornings by e-mail"


def test_a_decided_conflict_is_opened_again(
    page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    item = item_of(desk, disputed.contact)
    choose(page, desk, disputed.contact, wait)
    page.conflict.grid.choose_all(Side.THEIRS)
    page.conflict.apply.click()
    wait()
    page.open(item.id)
    page.refresh()
    wait()
    assert page._again.isVisible()
    assert not page.conflict.apply.isVisible()
    page._again.click()
    wait()
    wait()
    assert item_of(desk, disputed.contact).state == "open"
    assert page.conflict.apply.isVisible()


def test_a_rejected_order_says_why_and_opens_to_be_put_right(
    page: InboxPage, window: Window, desk: Desk, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.order, wait)
    assert "no longer sold" in page.rejection._reason._label.text()
    page.rejection.setFocus()
    press(window, Qt.Key.Key_E)
    wait()
    wait()
    assert window.router.here == "order_entry"


def test_a_rejected_order_is_sent_again_when_the_reason_is_gone(
    page: InboxPage, desk: Desk, headquarters: Headquarters, disputed: Disputes, wait: Wait
) -> None:
    choose(page, desk, disputed.order, wait)
    headquarters.execute("UPDATE product SET active = 1")
    page.rejection.resend.click()
    wait()
    desk.sync(in_process=True)
    found = desk.ask(orders.detail, disputed.order)
    assert found is not None
    assert found.order.status == "accepted"
    assert desk.ask(status).rejections == 0


def test_giving_up_asks_first_and_removes_what_it_made(
    page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait, qtbot: QtBot
) -> None:
    choose(page, desk, disputed.order, wait)
    for answer, left in (("Keep", True), ("Give up", False)):
        page.rejection.discard.click()
        box = page.findChild(QMessageBox)
        assert box is not None
        next(button for button in box.findChildren(QPushButton) if button.text() == answer).click()
        qtbot.waitUntil(lambda: page.findChild(QMessageBox) is None)
        wait()
        assert (desk.ask(orders.detail, disputed.order) is not None) == left


def test_a_row_set_aside_is_acknowledged(page: InboxPage, desk: Desk, disputed: Disputes, wait: Wait) -> None:
    row = next(one for one in desk.ask(inbox.items) if one.kind == "set_aside")
    page.open(row.id)
    page.refresh()
    wait()
    page.rejection.discard.click()
    wait()
    assert desk.ask(status).set_aside == 0
