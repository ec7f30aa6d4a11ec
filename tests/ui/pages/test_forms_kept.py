"""A form writes once however often its button is pressed, and what was typed into it outlasts Esc."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.actions.tx import Tx
from channeldesk.desk import Desk
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries import orders, payments
from tests.support.demo_pages import ShowPage, settle
from ui.context import Context
from ui.page import Page
from ui.widgets.orders.return_goods import ReturnDialog
from ui.widgets.partners.contacts import ContactDialog
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.partners.small_forms import NoteDialog, PlanVisitDialog, PromiseDialog
from ui.widgets.receivables.forms import PromiseToPayDialog

_OWES = "SELECT partner_id FROM receivable WHERE open_amount > 0 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
_SHIPPED = "SELECT id FROM sales_order WHERE status = 'shipped' AND order_kind = 'order' LIMIT 1"

Make = Callable[[Page, Context, bytes, Desk], FormDialog]


def _today(desk: Desk, partner: bytes) -> date:
    return date.fromisoformat(desk.ask(payments.account, partner).today)


def _note(page: Page, context: Context, partner: bytes, _desk: Desk) -> FormDialog:
    made = NoteDialog(page, context, partner)
    made.note.setPlainText("Asked for the new list")
    return made


def _visit(page: Page, context: Context, partner: bytes, desk: Desk) -> FormDialog:
    return PlanVisitDialog(page, context, partner, _today(desk, partner))


def _promise(page: Page, context: Context, partner: bytes, desk: Desk) -> FormDialog:
    made = PromiseDialog(page, context, partner, _today(desk, partner))
    made.promised.setText("A rack")
    return made


def _contact(page: Page, context: Context, partner: bytes, _desk: Desk) -> FormDialog:
    made = ContactDialog(page, context, partner, None)
    made.fields["name"].editor.setText("Zhou Min")  # type: ignore[attr-defined]
    return made


def _pays(page: Page, context: Context, partner: bytes, desk: Desk) -> FormDialog:
    account = desk.ask(payments.account, partner)
    return PromiseToPayDialog(page, context, partner, account, desk.ask(payments.invoices, partner))


def _return(page: Page, context: Context, _partner: bytes, desk: Desk) -> FormDialog:
    order = bytes(desk.ask(lambda c: c.exec_driver_sql(_SHIPPED).scalar_one()))
    detail = desk.ask(orders.detail, order)
    assert detail is not None
    made = ReturnDialog(page, context, detail, lambda _placed: None)
    line = next(one for one in made.lines if one.line.quantity >= 2_000)  # so that two returns would fit
    line.quantity.setText("1")
    line.reason.choose("recall")
    line.condition.choose("unopened")
    return made


@pytest.mark.parametrize(
    ("make", "table"),
    [
        (_note, "visit"),
        (_visit, "visit_plan"),
        (_promise, "promise"),
        (_contact, "contact"),
        (_pays, "payment_promise"),
        (_return, "sales_order"),
    ],
)
def test_a_double_click_writes_once(
    make: Make, table: str, show_page: ShowPage, qtbot: QtBot, demo_desk: Desk
) -> None:
    partner = bytes(demo_desk.ask(lambda c: c.exec_driver_sql(_OWES).scalar_one()))
    window = show_page("partner", partner)
    page = window.router.page
    assert isinstance(page, Page)

    def count() -> int:
        return int(demo_desk.ask(lambda c: c.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()))

    before = count()
    dialog = make(page, page.context, partner, demo_desk)
    dialog.open()
    settle(qtbot, window)
    assert dialog.main.isEnabled()
    for _ in range(2):
        QTest.mouseClick(dialog.main, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert count() == before + 1


def test_a_return_closed_half_filled_goes_on(show_page: ShowPage, qtbot: QtBot, demo_desk: Desk) -> None:
    """Esc is soon pressed, and forty lines are not soon typed again."""
    partner = bytes(demo_desk.ask(lambda c: c.exec_driver_sql(_OWES).scalar_one()))
    window = show_page("partner", partner)
    page = window.router.page
    assert isinstance(page, Page)
    dialog = _return(page, page.context, partner, demo_desk)
    assert isinstance(dialog, ReturnDialog)
    typed = [line.quantity.text() for line in dialog.lines]
    dialog.open()
    settle(qtbot, window)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    settle(qtbot, window)
    assert "kept" in window.messages.message
    order = dialog._detail
    again = ReturnDialog(page, page.context, order, lambda _placed: None)
    again.open()
    settle(qtbot, window)
    assert [line.quantity.text() for line in again.lines] == typed
    back = next(line for line in again.lines if line.comes_back)
    assert (back.reason.key, back.condition.key) == ("recall", "unopened")
    assert again.main.isEnabled()
    QTest.mouseClick(again.main, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    fresh = ReturnDialog(page, page.context, order, lambda _placed: None)
    fresh.open()
    settle(qtbot, window)
    assert not any(line.quantity.text() for line in fresh.lines), "what was placed is not kept"
    fresh.reject()


def test_what_is_refused_can_be_confirmed_again(show_page: ShowPage, qtbot: QtBot, demo_desk: Desk) -> None:
    """The form that stays open because an action was refused is not dead."""
    partner = bytes(demo_desk.ask(lambda c: c.exec_driver_sql(_OWES).scalar_one()))
    window = show_page("partner", partner)
    page = window.router.page
    assert isinstance(page, Page)
    dialog = FormDialog(page, "Try", "Do it")
    tried: list[str] = []

    def refuse(_tx: Tx) -> Done[None]:
        tried.append("tried")
        raise Problem.of("order.no_lines")

    told: list[Exception] = []
    dialog.confirmed.connect(lambda: dialog.act(page.context.tasks, refuse, failed=told.append))
    dialog.open()
    for _ in range(2):
        QTest.mouseClick(dialog.main, Qt.MouseButton.LeftButton)
        settle(qtbot, window)
    assert len(tried) == len(told) == 2
    dialog.reject()
