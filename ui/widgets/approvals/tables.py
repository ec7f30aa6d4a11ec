"""The tables of one request: what an order shall become, what a count found."""

from __future__ import annotations

from PySide6.QtCore import Qt

from channeldesk.queries.approvals import Change, CountedRow
from ui.i18n import t
from ui.models.columns import Column, Kind
from ui.widgets.orders import words as order_words
from ui.widgets.stock import words as stock_words
from ui.widgets.table_view import TableView


def changes_table() -> TableView:
    columns = [
        Column("name", t("Product"), _name, width=140, sortable=False, stretch=True, tip=_tip),
        Column("before", t("So far"), lambda one: one.before, Kind.QUANTITY, 80, sortable=False),
        Column(
            "after",
            t("Wanted"),
            lambda one: one.after,
            Kind.QUANTITY,
            80,
            sortable=False,
            strong=True,
            tone=lambda one: "bad" if one.after < one.before else "good",
        ),
    ]
    return _table(columns, t("What the order shall be"))


def counted_table() -> TableView:
    columns = [
        Column("name", t("Product"), _name, width=100, sortable=False, stretch=True, tip=_counted_tip),
        Column(
            "difference",
            t("Difference"),
            lambda one: stock_words.signed(one.counted - one.expected),
            width=84,
            right=True,
            sortable=False,
            strong=True,
            tone=lambda one: "bad" if one.counted < one.expected else "warning",
            tip=_counted_tip,
        ),
        Column(
            "reason",
            t("Reason"),
            lambda one: stock_words.reason(one.reason_code, one.reason),
            width=140,
            sortable=False,
            tip=lambda one: stock_words.reason(one.reason_code, one.reason),
        ),
    ]
    return _table(columns, t("What differs from the books"))


def _table(columns: list[Column], name: str) -> TableView:
    view = TableView(columns, name, filters=False)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return view


def _name(one: Change | CountedRow) -> str:
    return order_words.two_names(one.name, one.name_local)[0]


def _tip(one: Change | CountedRow) -> str:
    return "\n".join(filter(None, (one.sku, *order_words.two_names(one.name, one.name_local))))


def _counted_tip(one: CountedRow) -> str:
    return "\n".join((_tip(one), stock_words.found(one.counted, one.expected)))
