"""Counting at a partner with real keys over the real encrypted profile: scanner, keyboard, undo, again."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import count_sheet
from channeldesk.queries.count_drafts import CountDraft, count_drafts
from channeldesk.queries.count_sheet import CountLine
from tests.support.counting import no_limit, set_limit
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.pages.count import CountPage
from ui.pages.stock import StockPage
from ui.shell.window import Window
from ui.viewmodels.stock_count import ONE

_PARTNER = "SELECT partner_id FROM stock_position GROUP BY 1 ORDER BY count(*) DESC, partner_id LIMIT 1"
_OTHERS = """
SELECT id FROM product WHERE active AND barcode IS NOT NULL
AND id NOT IN (SELECT product_id FROM stock_position WHERE partner_id = :partner) ORDER BY sku LIMIT :count
"""
_WAITING = """
SELECT (SELECT count(*) FROM stock_count WHERE rv = 0), (SELECT count(*) FROM stock_count_line WHERE rv = 0)
"""
ENTER = Qt.Key.Key_Return


def partner_of(desk: Desk) -> bytes:
    return desk.ask(lambda connection: connection.execute(sa.text(_PARTNER)).scalar_one())


def others(desk: Desk, partner: bytes, count: int) -> tuple[CountLine, ...]:
    """Products that the books do not know there."""

    def ask(connection: sa.Connection) -> tuple[CountLine, ...]:
        ids = connection.execute(sa.text(_OTHERS), {"partner": partner, "count": count}).scalars().all()
        return count_sheet.lines_of(connection, partner, ids)

    return desk.ask(ask)


def kept(desk: Desk, partner: bytes) -> CountDraft | None:
    return next(iter(desk.ask(count_drafts, desk.profile.user_id, partner)), None)


def counts(desk: Desk) -> tuple[int, int]:
    """Counts, and their lines, that wait for headquarters."""
    found = desk.ask(lambda connection: connection.execute(sa.text(_WAITING)).one())
    return found[0], found[1]


def page_of(window: Window) -> CountPage:
    page = window.router.page
    assert isinstance(page, CountPage)
    return page


def type_in(window: Window, text: str, key: Qt.Key | None = ENTER) -> None:
    """As a scanner or a person does: characters into what has the focus, then a key."""
    form = page_of(window).form
    assert form is not None
    QTest.keyClicks(form.field, text)
    if key is not None:
        QTest.keyClick(form.field, key)


def choose_reason(window: Window, key: Qt.Key) -> None:
    """As a person does: F6, then the key of the reason."""
    form = page_of(window).form
    assert form is not None
    QTest.keyClick(form.field, Qt.Key.Key_F6)
    assert form.grid.menu.isVisible()
    QTest.keyClick(form.grid.menu, key)


def back_again(qtbot: QtBot, window: Window) -> None:
    """The platform of tests leaves no window active after a pop-up."""
    settle(qtbot, window)
    window.activateWindow()
    form = page_of(window).form
    assert form is not None
    form.setFocus()
    qtbot.waitUntil(form.field.hasFocus)


def counted(window: Window) -> dict[bytes, int]:
    form = page_of(window).form
    assert form is not None
    return {line.product_id: line.quantity for line in form.count.lines}


def test_forty_products_by_scanner_and_keyboard_undone_and_recorded_again(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    partner = partner_of(demo_desk)
    sheet = demo_desk.ask(count_sheet.count_sheet, partner)
    new = others(demo_desk, partner, 40 - len(sheet))
    before = counts(demo_desk)
    no_limit(demo_desk)
    window = show_page("count", partner)
    assert page_of(window).form is not None
    started = time.monotonic()
    for line in sheet[:10]:  # the scanner reads each piece
        assert line.barcode is not None
        type_in(window, line.barcode)
        type_in(window, line.barcode)
    for line in new:  # of these a box stands there: scanned once, then the number
        assert line.barcode is not None
        type_in(window, line.barcode)
        settle(qtbot, window)
        type_in(window, "12")
    form = page_of(window).form
    assert form is not None
    form._chosen(sheet[10].product_id)  # a click into the sheet; from here on by keyboard, down the sheet
    for line in sheet[10:]:
        type_in(window, str((line.expected or 0) // ONE + 1) if (line.expected or 0) >= 0 else "1")
    settle(qtbot, window)
    assert time.monotonic() - started < 60, "the machine's part of four minutes"
    found = counted(window)
    assert len(found) == 40
    assert {found[line.product_id] for line in sheet[:10]} == {2 * ONE}
    assert {found[line.product_id] for line in new} == {12 * ONE}
    QTest.keyClick(form.field, ENTER, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert isinstance(window.router.page, StockPage)
    assert counts(demo_desk) == (before[0] + 1, before[1] + 40)
    assert kept(demo_desk, partner) is None
    levels = {line.product_id: line.expected for line in demo_desk.ask(count_sheet.count_sheet, partner)}
    assert levels[new[0].product_id] == 12 * ONE

    QTest.keyClick(window.router.page.table.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert counts(demo_desk) == before
    assert counted(window) == found, "what was counted is on the form again"
    type_in(window, sheet[0].sku)
    form = page_of(window).form
    assert form is not None
    form.pane.record.click()
    settle(qtbot, window)
    assert counts(demo_desk) == (before[0] + 1, before[1] + 40)
    levels = {line.product_id: line.expected for line in demo_desk.ask(count_sheet.count_sheet, partner)}
    assert levels[sheet[0].product_id] == 3 * ONE


def test_steps_back_reasons_and_what_nobody_knows(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    partner = partner_of(demo_desk)
    line = demo_desk.ask(count_sheet.count_sheet, partner)[0]
    window = show_page("count", partner)
    form = page_of(window).form
    assert form is not None
    type_in(window, f"{line.sku}*24")
    assert counted(window) == {line.product_id: 24 * ONE}
    type_in(window, "7")
    type_in(window, "6.5")
    assert len(counted(window)) == 1, "after a scan the product stays at hand"
    QTest.keyClick(form.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert counted(window) == {line.product_id: 7 * ONE}
    form.grid.edit_reason()
    editor = form.grid.indexWidget(form.grid.currentIndex())
    assert editor is not None
    QTest.keyClicks(editor, "behind the counter")
    QTest.keyClick(editor, ENTER)
    settle(qtbot, window)
    assert form.count.lines[0].reason == "behind the counter"
    type_in(window, "9999999999999")
    settle(qtbot, window)
    assert len(counted(window)) == 1
    QTest.keyClick(form.field, Qt.Key.Key_Delete)
    assert not counted(window)
    QTest.keyClick(form.field, Qt.Key.Key_F4)
    assert counted(window) == {line.product_id: line.expected}
    settle(qtbot, window)


def test_below_zero_is_said_and_counts_nothing(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    """ "-5" is a slip of the hand, not the name of a product with a 5 in it."""
    partner = partner_of(demo_desk)
    line = demo_desk.ask(count_sheet.count_sheet, partner)[0]
    window = show_page("count", partner)
    type_in(window, f"{line.sku}*3")
    for typed in ("-5", f"{line.sku}*-9"):
        type_in(window, typed)
        settle(qtbot, window)
        assert counted(window) == {line.product_id: 3 * ONE}
        assert "negative" in window.messages.message
    type_in(window, f"{line.sku}*-1")
    settle(qtbot, window)
    assert counted(window) == {line.product_id: 2 * ONE}, "one was scanned too often"


def test_what_is_typed_into_the_sheet_goes_to_the_field(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    partner = partner_of(demo_desk)
    sheet = demo_desk.ask(count_sheet.count_sheet, partner)
    window = show_page("count", partner)
    form = page_of(window).form
    assert form is not None and sheet[4].barcode is not None
    form.grid.setFocus()
    QTest.keyClick(form.grid, sheet[4].barcode[0])
    assert form.field.text() == sheet[4].barcode[0]
    type_in(window, sheet[4].barcode[1:])
    assert counted(window) == {sheet[4].product_id: ONE}
    settle(qtbot, window)


@pytest.fixture
def desks() -> Iterator[ExitStack]:
    """Further desks of a test, closed after its windows."""
    with ExitStack() as stack:
        yield stack


def test_a_crash_keeps_the_draft(
    qtbot: QtBot,
    desks: ExitStack,
    demo_desk: Desk,
    show_page: ShowPage,
    demo_profile: DemoProfile,
    tmp_path: Path,
) -> None:
    partner = partner_of(demo_desk)
    (new,) = others(demo_desk, partner, 1)
    window = show_page("count", partner)
    assert new.barcode is not None
    type_in(window, new.barcode)
    qtbot.waitUntil(lambda: kept(demo_desk, partner) is not None, timeout=5_000)
    after = tmp_path / "after"
    shutil.copytree(demo_profile.folder, after)  # what the disk holds at the moment the power goes
    second = desks.enter_context(DemoProfile(after, demo_profile.keyring).open())
    again = show_page("count", partner, desk=second)
    assert counted(again) == {new.product_id: ONE}
    form = page_of(again).form
    assert form is not None
    assert form.count.rows[-1].line == new, "it was not on the sheet; the draft brought it"


def test_without_a_partner_it_asks_and_a_draft_is_offered(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    window = show_page("count", "")
    page = page_of(window)
    QTest.keyClicks(page.choose.field, "heng")
    settle(qtbot, window)
    QTest.keyClick(page.choose.field, ENTER)
    settle(qtbot, window)
    assert page.form is not None
    QTest.keyClick(page.form.field, Qt.Key.Key_F4)
    assert window.router.go("stock")
    settle(qtbot, window)
    shown = window.router.page
    assert isinstance(shown, StockPage)
    assert shown.go_on.isVisible()
    shown.go_on.click()
    settle(qtbot, window)
    assert len(counted(window)) == 1
    assert page.form is not None
    page.form.pane.discard.click()
    settle(qtbot, window)
    assert isinstance(window.router.page, StockPage)
    assert not shown.go_on.isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_each_warehouse_has_a_count_of_its_own(qtbot: QtBot, show_page: ShowPage, demo_desk: Desk) -> None:
    two = "SELECT partner_id FROM warehouse WHERE partner_id IS NOT NULL GROUP BY 1 HAVING count(*) = 2"
    partner = demo_desk.ask(lambda connection: connection.execute(sa.text(two)).scalar_one())
    first, second = demo_desk.ask(count_sheet.places, partner)
    sheet = demo_desk.ask(count_sheet.count_sheet, partner, first.id)
    no_limit(demo_desk)
    window = show_page("count", partner)
    page = page_of(window)
    assert page.place.isVisible()
    assert page.place.key == first.id
    type_in(window, f"{sheet[0].sku}*7")
    settle(qtbot, window)

    page.place.choose(second.id)
    settle(qtbot, window)
    assert counted(window) == {}
    page.place.choose(first.id)
    settle(qtbot, window)
    assert counted(window) == {sheet[0].product_id: 7 * ONE}, "what was begun is kept"
    assert page.form is not None
    page.form.pane.record.click()
    settle(qtbot, window)
    waiting = "SELECT warehouse_id FROM stock_count WHERE rv = 0"
    found = demo_desk.ask(lambda connection: connection.execute(sa.text(waiting)).all())
    assert [tuple(row) for row in found] == [(first.id,)]


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_reason_is_a_key_and_words_may_stand_beside_it(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    partner = partner_of(demo_desk)
    sheet = demo_desk.ask(count_sheet.count_sheet, partner)
    window = show_page("count", partner)
    form = page_of(window).form
    assert form is not None
    type_in(window, f"{sheet[0].sku}*{(sheet[0].expected or 0) // ONE + 3}")
    settle(qtbot, window)

    choose_reason(window, Qt.Key.Key_1)
    back_again(qtbot, window)
    assert form.count.lines[0].reason_code == "damaged"

    form.grid.edit_reason()
    editor = form.grid.indexWidget(form.grid.currentIndex())
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "", "the words, not the reason of the list"
    QTest.keyClicks(editor, "wet")
    QTest.keyClick(editor, ENTER)
    settle(qtbot, window)
    assert (form.count.lines[0].reason, form.count.lines[0].reason_code) == ("wet", "damaged")

    choose_reason(window, Qt.Key.Key_7)  # which says nothing by itself: words are asked for
    assert form.grid.state() == form.grid.State.EditingState
    form.finish_edit()
    back_again(qtbot, window)
    choose_reason(window, Qt.Key.Key_0)
    settle(qtbot, window)
    assert (form.count.lines[0].reason, form.count.lines[0].reason_code) == ("wet", None)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_a_large_difference_asks_for_its_reason_and_waits(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    set_limit(demo_desk, 0)
    partner = partner_of(demo_desk)
    sheet = demo_desk.ask(count_sheet.count_sheet, partner)
    before = counts(demo_desk)
    window = show_page("count", partner)
    form = page_of(window).form
    assert form is not None
    assert not form.pane.limit.isVisible()
    type_in(window, f"{sheet[0].sku}*{(sheet[0].expected or 0) // ONE + 3}")
    settle(qtbot, window)
    assert form.pane.limit.isVisible()
    assert "F6" in form.pane.limit.text()

    QTest.keyClick(form.field, ENTER, Qt.KeyboardModifier.ControlModifier)
    assert counts(demo_desk) == before, "nothing is recorded without it"
    QTest.keyClick(form.grid.menu, Qt.Key.Key_3)
    back_again(qtbot, window)
    QTest.keyClick(form.field, ENTER, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    shown = window.router.page
    assert isinstance(shown, StockPage)
    assert counts(demo_desk) == (before[0] + 1, before[1] + 1)
    status = "SELECT status FROM stock_count WHERE rv = 0"
    assert demo_desk.ask(lambda connection: connection.execute(sa.text(status)).scalar_one()) == "waiting"
