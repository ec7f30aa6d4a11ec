"""What a person had asked for: order lines, or each row as it was, as it stands and as it was wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxItem, Mutation
from channeldesk.queries.orders import OrderDetail, OrderLine
from ui.i18n import t, two_names
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.theme.tokens import ROW
from ui.viewmodels.inbox_decision import now_of
from ui.widgets.inbox import words
from ui.widgets.inbox.facts import Facts
from ui.widgets.label import Label
from ui.widgets.table_view import TableView

_SHOWN = 12
_MOST = 20
"""Rows of one transaction that are shown; an export has them all."""
_HIDDEN = {"id", "rv", "created_at", "created_by", "updated_at", "updated_by", "custom", "user_id"}


class AskedList(QWidget):
    """One part per row of the transaction."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._parts: list[QWidget] = []
        self.count = 0

    def show_item(self, item: InboxItem | None) -> None:
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        if item is not None and item.raw:
            self._arrived(item)
        elif item is not None:
            for one in item.mutations[:_MOST]:
                self._mutation(item, one, named=len(item.mutations) > 1)
            more = len(item.mutations) - _MOST
            if more > 0:
                self._add(Label(t("and {count} more", count=more), "caption"))
        self.count = len(self._parts)
        self.setVisible(bool(self._parts))

    def _arrived(self, item: InboxItem) -> None:
        facts = Facts()
        facts.fill(("",), _as_it_came(item))
        self._add(facts)

    def _mutation(self, item: InboxItem, one: Mutation, *, named: bool) -> None:
        if named:
            title = words.entity_title(one.entity)
            titled = t("{entity} {title}", entity=title, title=one.title) if one.title else title
            self._add(Label(titled, "name"))
        facts = Facts()
        facts.setAccessibleName(one.title)
        if one.op == "insert":
            facts.fill(("",), _inserted(item, one))
        elif one.op == "delete":
            facts.fill(("",), [(words.entity_title(one.entity), t("to be deleted"))])
        elif item.there is not None and one.row_id == item.row.row_id:
            heads = (t("Base"), t("Headquarters"), t("Mine"))
            facts.fill(heads, _patched(item, one, item.there), against=0)
        else:
            facts.fill((t("Base"), t("Mine")), _patched(item, one, None), against=0)
        self._add(facts)

    def _add(self, part: QWidget) -> None:
        self._parts.append(part)
        self._column.addWidget(part)


def _said(item: InboxItem, one: Mutation, name: str, value: object) -> str:
    return words.plain(name, words.type_of(one.entity, name), value, item.currency or "", item.names)


def _inserted(item: InboxItem, one: Mutation) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, value in one.changes.items():
        if name not in _HIDDEN and value not in (None, ""):
            rows.append((words.field_title(name), _said(item, one, name, value)))
    return rows


def _patched(item: InboxItem, one: Mutation, there: Mapping[str, Any] | None) -> list[tuple[str, ...]]:
    """Base, what stands at headquarters where that is known, and mine."""
    rows = []
    for name in dict.fromkeys((*one.changes, *one.base)):
        base, mine = one.base.get(name), one.changes.get(name, one.base.get(name))
        values = (base, mine) if there is None else (base, now_of(there, name, base), mine)
        rows.append((words.field_title(name), *(_said(item, one, name, value) for value in values)))
    return rows


def _as_it_came(item: InboxItem) -> list[tuple[str, ...]]:
    """With the names of its fields where they are known."""
    rows: list[tuple[str, ...]] = []
    for name, value in item.raw:
        if name not in _HIDDEN and value not in (None, ""):
            kind = words.type_of(item.row.entity, name)
            text = words.plain(name, kind, value, item.currency or "", item.names)
            rows.append((words.field_title(name) if name else "", text))
    return rows


class OrderLines(QWidget):
    """The lines of a rejected order as a table; hidden without one."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._table: TableView | None = None

    def show_order(self, order: OrderDetail | None) -> None:
        if self._table is not None:
            self._column.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
            self._table = None
        self.setVisible(order is not None and bool(order.lines))
        if order is None or not order.lines:
            return
        columns = _columns(order.order.currency)
        self._table = TableView(columns, t("Order lines"), filters=False)
        model = TableModel(columns, parent=self._table)
        model.set_rows(list(order.lines))
        self._table.setModel(model)
        self._table.setFixedHeight(34 + ROW * min(len(order.lines), _SHOWN))
        self._table.setCurrentIndex(model.index(0, 0))
        self._column.addWidget(self._table)


def _columns(currency: str) -> list[Column]:
    return [
        Column("sku", t("Code"), _sku, width=96, sortable=False),
        Column("product", t("Product"), _product, width=150, stretch=True, sortable=False),
        Column("quantity", t("Quantity"), _quantity, Kind.QUANTITY, width=76, sortable=False),
        Column("price", t("Unit price"), _price, Kind.PRICE, width=92, currency=currency, sortable=False),
        Column("net", t("Net"), _net, Kind.MONEY, width=96, currency=currency, sortable=False),
    ]


def _sku(line: OrderLine) -> str:
    return line.sku


def _product(line: OrderLine) -> str:
    return two_names(line.name, line.name_local)[0]


def _quantity(line: OrderLine) -> int:
    return line.quantity


def _price(line: OrderLine) -> int:
    return line.unit_price


def _net(line: OrderLine) -> int:
    return line.net
