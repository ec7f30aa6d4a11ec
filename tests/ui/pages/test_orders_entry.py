"""Taking an order at the keyboard over the real encrypted demo profile, with real key events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import drafts, orders, partners
from channeldesk.queries.views import ListView
from tests.support.demo import DemoProfile
from tests.support.demo_pages import ShowPage, settle
from ui.pages import PAGES
from ui.pages.order_entry import OrderEntryPage
from ui.pages.orders import OrdersPage
from ui.shell.window import Window
from ui.tasks import Tasks
from ui.viewmodels.order_entry import Wanted

Key = Qt.Key
BUTTONS = {Key.Key_F4}
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
TWELVE = (
    "cjz",
    "AG-0125",
    "saw",
    "bit",
    "battery",
    "charger",
    "disc",
    "grinder",
    "polisher",
    "jig",
    "heat",
    "vacuum",
)


class Keyboard:
    """Types where the focus is, as a person does, and waits for what it sets off."""

    def __init__(self, qtbot: QtBot, window: Window) -> None:
        self._qtbot, self._window = qtbot, window
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)

    @property
    def here(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def text(self, text: str) -> None:
        for letter in text:
            QTest.keyClick(self.here, letter)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.here, key, modifier)
        if key in BUTTONS or modifier:
            self._qtbot.wait(120)  # a button is seen going down before it acts
        self.wait()

    def wait(self) -> None:
        settle(self._qtbot, self._window)

    def add(self, text: str, quantity: str = "") -> None:
        """Find a product, take the first, key its quantity."""
        self.text(text)
        self.wait()
        self.press(Key.Key_Return)
        assert isinstance(self.here, QLineEdit)
        assert self.here.objectName() == "cell", "the quantity follows the product"
        self.text(quantity)
        self.press(Key.Key_Return)


@pytest.fixture
def buyer(demo_desk: Desk) -> bytes:
    """An active partner with room in its credit limit."""
    return buyer_of(demo_desk)


def buyer_of(desk: Desk) -> bytes:
    keys = desk.ask(partners.keys, ListView(sort="name"))
    return next(row.id for row in desk.ask(partners.rows, keys) if row.name.startswith("Hengtai"))


@pytest.fixture
def keyboard(qtbot: QtBot, show_page: ShowPage, buyer: bytes) -> Keyboard:
    return Keyboard(qtbot, show_page("order_entry", buyer))


@pytest.fixture
def page(keyboard: Keyboard) -> OrderEntryPage:
    found = keyboard._window.router.page
    assert isinstance(found, OrderEntryPage)
    assert found.entry is not None
    return found


def quantities(page: OrderEntryPage) -> list[int]:
    assert page.entry is not None
    return [one.quantity // 1000 for one in page.entry.lines]


def test_twelve_lines_are_keyed_placed_taken_back_and_placed_again(
    keyboard: Keyboard, page: OrderEntryPage, demo_desk: Desk
) -> None:
    for at, text in enumerate(TWELVE):
        keyboard.add(text, str(at + 1))
    assert quantities(page) == list(range(1, 13))
    assert page.entry is not None
    total = page.entry.quote.totals.total
    before = len(demo_desk.ask(orders.keys))

    keyboard.press(Key.Key_Return, CONTROL)

    router = keyboard._window.router
    assert router.here == "orders"
    shown = router.page
    assert isinstance(shown, OrdersPage)
    assert len(demo_desk.ask(orders.keys)) == before + 1
    row = shown.table.current_row()
    assert row is not None, "the new order is chosen in the list"
    assert (row.provisional, row.status, row.lines, row.total) == (True, "placed", 12, total)
    assert row.number in keyboard._window.messages.message
    assert keyboard._window.messages.can_undo
    assert demo_desk.ask(drafts.drafts, demo_desk.profile.user_id) == ()
    number = row.number

    keyboard.press(Key.Key_Z, CONTROL)

    assert router.here == "order_entry", "back where the order was keyed"
    assert quantities(page) == list(range(1, 13))
    assert len(demo_desk.ask(orders.keys)) == before
    assert number in keyboard._window.messages.message

    keyboard.press(Key.Key_Return, CONTROL)

    assert router.here == "orders"
    placed = demo_desk.ask(orders.rows, demo_desk.ask(orders.keys, ListView({"status": "placed"})))
    mine = [one for one in placed if one.provisional]
    assert [(one.lines, one.total) for one in mine] == [(12, total)]
    assert mine[0].number != number, "a number is given once"


def test_an_order_with_a_wanted_day_that_is_none_is_not_placed(
    keyboard: Keyboard, page: OrderEntryPage, demo_desk: Desk
) -> None:
    keyboard.add(TWELVE[0], "1")
    before = len(demo_desk.ask(orders.keys))
    assert page.form is not None
    day = page.form.pane.day_field.findChild(QLineEdit)
    assert day is not None
    for typed, told in (
        ("31/02/2026", "not a date"),
        ("2020-01-01", "is past"),
        ("9999-12-31", "Check the year"),
    ):
        day.setText(typed)
        keyboard.press(Key.Key_Return, CONTROL)
        assert len(demo_desk.ask(orders.keys)) == before
        assert keyboard._window.router.here == "order_entry"
        assert told in keyboard._window.messages.message
        assert told in day.accessibleDescription()
        assert day.hasFocus()
    day.setText("")
    keyboard.press(Key.Key_Return, CONTROL)
    assert len(demo_desk.ask(orders.keys)) == before + 1


def test_a_step_on_the_form_is_taken_back_there_only(keyboard: Keyboard, page: OrderEntryPage) -> None:
    """On another page its undo would change what nobody sees, also once a warning there is gone."""
    keyboard.add(TWELVE[0], "4")
    window = keyboard._window
    bar = window.messages
    assert bar.can_undo
    assert window.router.context is not None
    window.router.context.say("Something between", "warning")
    window.router.go("orders")
    keyboard.wait()
    assert not bar.can_undo
    assert bar.message == ""
    keyboard.press(Key.Key_Z, CONTROL)
    assert page.form is not None
    assert quantities(page) == [4]


def test_arrows_digits_tab_and_del_work_in_the_grid(keyboard: Keyboard, page: OrderEntryPage) -> None:
    for text in TWELVE[:3]:
        keyboard.add(text, "4")
    keyboard.press(Key.Key_Up)
    form = page.form
    assert form is not None
    assert form.grid.hasFocus()
    keyboard.press(Key.Key_Up)
    keyboard.text("17")
    keyboard.press(Key.Key_Return)
    assert quantities(page) == [4, 17, 4]
    assert form.grid.currentIndex().row() == 2, "Enter goes a line down"
    keyboard.press(Key.Key_F2)
    keyboard.text("9")
    keyboard.press(Key.Key_Escape)
    assert quantities(page) == [4, 17, 4], "Esc leaves the quantity"
    keyboard.press(Key.Key_Delete)
    assert quantities(page) == [4, 17]
    keyboard.press(Key.Key_Z, CONTROL)
    assert quantities(page) == [4, 17, 4]
    keyboard.press(Key.Key_Z, CONTROL)
    keyboard.press(Key.Key_Z, CONTROL)
    assert quantities(page)[:2] == [4, 4], "every step can be taken back, one by one"
    assert quantities(page)[2] != 4


def test_suggestions_are_taken_by_line_and_all_at_once(keyboard: Keyboard, page: OrderEntryPage) -> None:
    entry, form = page.entry, page.form
    assert entry is not None
    assert form is not None
    left_out = len(entry.left_out())
    assert left_out > 5
    keyboard.press(Key.Key_Down)
    assert form.suggestions.table.hasFocus()
    keyboard.press(Key.Key_Return)
    keyboard.press(Key.Key_Return)
    assert [one.quantity for one in entry.lines] == [one.suggestion for one in entry.lines]
    form.setFocus()
    keyboard.press(Key.Key_Up)
    keyboard.text("1")
    keyboard.press(Key.Key_Tab)
    assert not entry.lines[-1].differs, "Tab in the cell takes the suggestion"
    for at in range(2):
        entry.set_quantity(at, 1000)
    form.show_entry()
    keyboard.press(Key.Key_F4)
    assert not any(one.differs for one in entry.lines)
    keyboard.press(Key.Key_F4, SHIFT)
    assert len(entry.lines) == left_out
    assert entry.left_out() == ()


def test_an_empty_order_is_filled_with_what_is_suggested(keyboard: Keyboard, page: OrderEntryPage) -> None:
    entry = page.entry
    assert entry is not None
    left_out = len(entry.left_out())
    assert (len(entry.lines), left_out > 5) == (0, True)
    keyboard.press(Key.Key_F4)
    assert (len(entry.lines), entry.left_out()) == (left_out, ())


def test_a_scanned_barcode_adds_and_keeps_the_hands_free(keyboard: Keyboard, page: OrderEntryPage) -> None:
    entry, form = page.entry, page.form
    assert entry is not None
    assert form is not None
    offer = entry.left_out()[0].offer
    assert offer.barcode is not None
    for _ in range(2):
        keyboard.text(offer.barcode)
        keyboard.press(Key.Key_Return)  # faster than the answer
        assert form.field.hasFocus()
    assert len(entry.lines) == 1, "the same product again is one line with more"
    first = entry.lines[0].quantity
    keyboard.press(Key.Key_F2)
    keyboard.text(offer.barcode)
    keyboard.press(Key.Key_Return)
    assert entry.lines[0].quantity == first + offer.pack, "a barcode is never a quantity"
    keyboard.text(f"{offer.sku}*7")
    keyboard.wait()
    keyboard.press(Key.Key_Return)
    assert entry.lines[0].quantity == first + offer.pack + 7000
    assert form.field.hasFocus()


def test_the_list_follows_the_keys_and_the_field_keeps_the_focus(
    keyboard: Keyboard, page: OrderEntryPage
) -> None:
    form = page.form
    assert form is not None
    keyboard.text("cjz")
    keyboard.wait()
    assert form.field.open
    keyboard.press(Key.Key_Down)
    assert form.field.hasFocus()
    box = form.field._box
    assert box is not None
    second = box.model.lines[1]
    assert second.name[second.marked[0] : second.marked[1]] == "冲击钻"
    keyboard.press(Key.Key_Return)
    assert page.entry is not None
    assert page.entry.lines[0].sku == second.code
    keyboard.press(Key.Key_Escape)
    keyboard.text("no such thing")
    keyboard.wait()
    keyboard.press(Key.Key_Return)
    assert "no such thing" in keyboard._window.messages.message
    keyboard.press(Key.Key_Escape)
    assert not form.field.open
    assert form.field.text() == ""


def test_price_source_agreed_price_and_floor(keyboard: Keyboard, page: OrderEntryPage) -> None:
    keyboard.add("cjz", "3")
    entry, form = page.entry, page.form
    assert entry is not None
    assert form is not None
    keyboard.press(Key.Key_F7)
    assert "price" in form.why.accessibleName().lower()
    assert entry.context.prices.lists[0].code[:2] in form.why.accessibleDescription()
    listed = entry.lines[0].price
    keyboard.press(Key.Key_F6)
    keyboard.text("1")
    keyboard.press(Key.Key_Return)
    assert entry.lines[0].price == 10_000
    assert "order.price_below_floor" in {one.code for one in entry.quote.warnings}
    assert any(one.tone == "warning" for one in form.pane.checks.found)
    keyboard.press(Key.Key_F6)
    keyboard.press(Key.Key_Delete)
    keyboard.press(Key.Key_Return)
    assert entry.lines[0].price == listed, "an empty price is the list's own"


@contextmanager
def started(qtbot: QtBot, profile: DemoProfile, subject: Any) -> Iterator[tuple[Window, Desk]]:
    """The program from start to end."""
    with profile.open() as desk:
        window = Window(Tasks(desk), desk.profile, PAGES)
        window.show()
        window.start("order_entry", subject)
        settle(qtbot, window)
        yield window, desk
        assert window.router.page is not None
        window.router.page.may_leave()
        window.hide()
        assert window.tasks.close()
        window.tasks.deleteLater()
        window.deleteLater()


def test_a_draft_survives_another_page_and_a_restart(qtbot: QtBot, demo_profile: DemoProfile) -> None:
    with demo_profile.open() as desk:
        partner_id = buyer_of(desk)
    with started(qtbot, demo_profile, partner_id) as (window, desk):
        keyboard = Keyboard(qtbot, window)
        keyboard.add("cjz", "24")
        keyboard.add("AG-0125", "5")
        window.router.go("orders")
        keyboard.wait()
        (saved,) = desk.ask(drafts.drafts, desk.profile.user_id)
        assert (saved.lines, saved.partner_id) == (2, partner_id)
        window.router.back()
        keyboard.wait()
        keyboard.add("saw", "3")
    with started(qtbot, demo_profile, partner_id) as (window, desk):
        page = window.router.page
        assert isinstance(page, OrderEntryPage)
        assert quantities(page) == [24, 5, 3], "also what was keyed just before the end"


def test_a_typing_person_is_saved_without_asking(
    qtbot: QtBot, keyboard: Keyboard, page: OrderEntryPage, demo_desk: Desk
) -> None:
    keyboard.add("cjz", "2")
    mine = demo_desk.profile.user_id
    qtbot.waitUntil(lambda: len(demo_desk.ask(drafts.drafts, mine)) == 1, timeout=5_000)
    form = page.form
    assert form is not None
    qtbot.waitUntil(lambda: bool(form.pane.saved.text()), timeout=5_000)
    form.pane.discard.click()
    keyboard.wait()
    assert demo_desk.ask(drafts.drafts, mine) == ()
    keyboard._window.messages.undo()
    keyboard.wait()
    assert len(demo_desk.ask(drafts.drafts, mine)) == 1


def test_the_last_order_is_repeated(keyboard: Keyboard, page: OrderEntryPage) -> None:
    entry = page.entry
    assert entry is not None
    last = entry.context.last_order
    assert last is not None
    keyboard.press(Key.Key_D, CONTROL)
    here = {one.product_id: one.quantity for one in entry.lines}
    assert here == {product: quantity for product, quantity in last.lines if product in here}
    assert entry.lines


def test_an_order_begins_with_its_partner(qtbot: QtBot, show_page: ShowPage, buyer: bytes) -> None:
    window = show_page("order_entry", "")
    keyboard = Keyboard(qtbot, window)
    keyboard.text("hzht")
    keyboard.wait()
    keyboard.press(Key.Key_Return)
    page = window.router.page
    assert isinstance(page, OrderEntryPage)
    assert page.entry is not None
    assert page.entry.context.partner_id == buyer
    assert page.form is not None
    assert page.form.field.hasFocus()


def test_what_is_gone_says_so(qtbot: QtBot, show_page: ShowPage) -> None:
    window = show_page("order_entry", Wanted(draft_id=bytes(16)))
    page = window.router.page
    assert isinstance(page, OrderEntryPage)
    assert page.face.kind == "empty"
    page.face.pressed.emit()
    settle(qtbot, window)
    assert page.choose.isVisible()


@pytest.mark.parametrize("size", [(1024, 700), (1200, 750), (1300, 800)])
def test_an_order_keyed_in_a_small_window_shows_what_counts(
    qtbot: QtBot, show_page: ShowPage, buyer: bytes, size: tuple[int, int]
) -> None:
    window = show_page("order_entry", buyer, size=size)
    keyboard = Keyboard(qtbot, window)
    keyboard.add("cjz", "2")
    page = window.router.page
    assert isinstance(page, OrderEntryPage)
    assert page.form is not None
    grid = page.form.grid
    assert grid.horizontalScrollBar().maximum() == 0
    assert grid.columnWidth(grid.column("name")) >= 160
    assert page.form.pane.place.width() >= page.form.pane.place.sizeHint().width()


def test_names_of_products_are_not_cut_in_the_usual_window(
    qtbot: QtBot, show_page: ShowPage, buyer: bytes
) -> None:
    """When a product was counted gives way: the line's explanation says it too."""
    window = show_page("order_entry", buyer, size=(1440, 900))
    page = window.router.page
    assert isinstance(page, OrderEntryPage) and page.form is not None
    for table in (page.form.grid, page.form.suggestions.table):
        columns = {one.id: at for at, one in enumerate(table.columns)}
        assert table.isColumnHidden(columns["counted"])
        assert table.columnWidth(columns["name"]) >= 240
    window.resize(1700, 900)
    settle(qtbot, window)
    assert not page.form.grid.isColumnHidden(columns["counted"])
