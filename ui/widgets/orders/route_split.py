"""The lines of an order with the sites that could send them, and how many each is to send."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.model.notice import Notice, Problem
from channeldesk.queries.routing import OrderLine, RoutedOrder
from channeldesk.rules.routing.outcome import Unmet
from ui.errors import explain
from ui.i18n import formats, own_name, t, tn
from ui.viewmodels.routing import RoutingForm, Row, arrives
from ui.widgets.label import Elided, Label
from ui.widgets.orders import words
from ui.widgets.today.words import BETWEEN

_EDITOR, _WIDEST = 80, 820
_SITE, _MUCH, _FREE, _COST, _DAY = range(5)


class RouteSplit(QWidget):
    """``changed`` when a quantity was typed: :meth:`read` answers what stands there."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.editors: dict[tuple[int, bytes], QLineEdit] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._body = QWidget()
        self._column.addWidget(self._body)
        self._column.addStretch(1)

    def show_order(self, form: RoutingForm, order: RoutedOrder, *, edits: bool) -> None:
        made = QWidget()
        made.setMaximumWidth(_WIDEST)
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(_SITE, 1)
        self.editors = {}
        rows, routed = form.rows(order), form.routed(order.id)
        unmet = {} if routed is None else {one.line: one for one in routed.unmet}
        at = 0
        for line in order.lines:
            if line.open:
                at = self._line(grid, at, form, order, line, rows.get(line.number, []), edits)
                at = self._unmet(grid, at, line, unmet.get(line.number))
        self._column.replaceWidget(self._body, made)
        self._body.hide()
        self._body.deleteLater()
        self._body = made

    def read(self) -> dict[tuple[int, bytes], int]:
        """Number of the line and site to quantity. Raises Problem for what is no quantity."""
        found = {}
        for key, editor in self.editors.items():
            text = editor.text().strip()
            found[key] = formats().read_quantity(text) if text else 0
        return found

    def reading_fails(self) -> str:
        """What is wrong with what is typed, before anybody asks whether it can be sent."""
        try:
            self.read()
        except Problem as problem:
            return explain(problem).happened
        return ""

    def focus(self) -> None:
        first = next(iter(self.editors.values()), None)
        if first is not None:
            first.setFocus()
            first.selectAll()

    def _line(
        self,
        grid: QGridLayout,
        at: int,
        form: RoutingForm,
        order: RoutedOrder,
        line: OrderLine,
        rows: Sequence[Row],
        edits: bool,
    ) -> int:
        name = own_name(line.name, line.name_local)
        if at:
            grid.setRowMinimumHeight(at, 12)
            at += 1
        goods = BETWEEN.join((name, words.amount(line.open, line.unit)))
        grid.addWidget(Elided(goods, "name"), at, _SITE, 1, _DAY + 1)
        at += 1
        for row in rows:
            site = own_name(form.routing.sites[row.site].name, form.routing.sites[row.site].local)
            editor = QLineEdit(formats().quantity(row.quantity) if row.quantity else "")
            editor.setFixedWidth(_EDITOR)
            editor.setAccessibleName(BETWEEN.join((name, site)))
            editor.setReadOnly(not edits)
            editor.textEdited.connect(self.changed)
            self.editors[line.number, row.site] = editor
            grid.addWidget(Elided(_whose(form, row.site), "body"), at, _SITE)
            grid.addWidget(editor, at, _MUCH)
            grid.addWidget(
                Label(t("{quantity} free", quantity=words.amount(row.free, line.unit)), "caption"), at, _FREE
            )
            if row.quantity:
                cost = formats().money(row.cost, form.routing.request.terms.currency)
                grid.addWidget(Label(cost, "caption"), at, _COST)
            grid.addWidget(Label(_arrival(form, order, row), "caption"), at, _DAY)
            at = self._reasons(grid, at + 1, row.reasons)
        return at

    def _unmet(self, grid: QGridLayout, at: int, line: OrderLine, unmet: Unmet | None) -> int:
        if unmet is None:
            return at
        told = t("Nobody sends {quantity}", quantity=words.amount(unmet.quantity, line.unit))
        grid.addWidget(Label(told, "body", "warning", wrap=True), at, _SITE, 1, _DAY + 1)
        return self._reasons(grid, at + 1, unmet.reasons)

    def _reasons(self, grid: QGridLayout, at: int, reasons: Sequence[Notice]) -> int:
        if reasons:
            told = Label("\n".join(tn(one) for one in reasons), "caption", wrap=True)
            grid.addWidget(told, at, _SITE, 1, _DAY + 1)
            at += 1
        return at


def _whose(form: RoutingForm, site: bytes) -> str:
    place = form.routing.sites[site]
    owner = form.routing.owners.get(place.partner_id or b"", "")
    name = own_name(place.name, place.local)
    return t("{site}, of {partner}", site=name, partner=owner) if owner else name


def _arrival(form: RoutingForm, order: RoutedOrder, row: Row) -> str:
    if form.is_fetched(row.site):
        return t("to be fetched")
    return t("there {day}", day=formats().day_short(arrives(order, row.days)))
