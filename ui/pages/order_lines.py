"""The order lines behind a figure: the bottom of every drill, with their sum beside the figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from channeldesk.model.changes import Topic
from channeldesk.model.notice import Money
from channeldesk.queries import clock, deviations, drill, order_lines, performance
from channeldesk.queries.drill import Step
from channeldesk.queries.order_lines import LineRow, LineSums
from channeldesk.queries.sales import Scope
from ui.context import Context
from ui.i18n import formats, own_name, t
from ui.models.columns import Column, Kind
from ui.page import Page, PageHeader
from ui.theme.tokens import CONTROL
from ui.viewmodels.performance import LinesView
from ui.viewmodels.prices import PriceLines
from ui.widgets import counted
from ui.widgets.button import Button, IconButton
from ui.widgets.crumbs import Crumbs
from ui.widgets.list_table import ListTable
from ui.widgets.performance import words
from ui.widgets.performance.sum_bar import SumBar
from ui.widgets.table_header import long_days, wide_for

if TYPE_CHECKING:
    from array import array

    from sqlalchemy import Connection

    from channeldesk.queries.views import ListView


@dataclass(frozen=True)
class Around:
    """What stands around the rows: the way down to them, and what the figure is now."""

    path: tuple[Step, ...]
    figure: int
    pending: int
    currency: str
    as_of: int | None


Asked = LinesView | PriceLines
"""Behind a figure of sales, or behind a product's prices."""


def around(connection: Connection, asked: Asked) -> Around:
    if isinstance(asked, PriceLines):
        return Around((), asked.figure, 0, asked.behind.currency, clock.as_of(connection))
    sales = performance.against_target(connection, asked.scope, 1, until=asked.period)
    now = sales.current
    figure, pending = (now.net or 0, now.pending) if now is not None else (0, 0)
    return Around(
        drill.path(connection, asked.scope), figure, pending, sales.currency, clock.as_of(connection)
    )


def line_keys(connection: Connection, view: ListView, asked: Asked) -> array[int]:
    if isinstance(asked, PriceLines):
        return deviations.line_keys(connection, view, asked.behind)
    return performance.rows_behind(connection, asked.scope, asked.period, None, view)


def line_sums(connection: Connection, view: ListView, asked: Asked) -> LineSums:
    if isinstance(asked, PriceLines):
        return deviations.line_sums(connection, view, asked.behind)
    return performance.sums_behind(connection, asked.scope, asked.period, view)


class OrderLinesPage(Page):
    """Its subject is a :class:`LinesView`, or a :class:`PriceLines`."""

    topics = frozenset({Topic.ORDERS, Topic.PRODUCTS})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.crumbs = Crumbs()
        self.crumbs.setMinimumHeight(CONTROL - 4)
        self.table = ListTable(
            context.tasks,
            t("Order lines"),
            _columns(),
            line_keys,
            order_lines.rows,
            sort="date",
            descending=True,
            views="order_lines",
            figures=order_lines.figures,
            things=counted.lines,
            ticks=True,
        )
        self.order = Button(t("Open order"), icon="receipt", keys="O")
        self.up = IconButton("arrow-up", t("Up one level"), keys="Alt+Up")
        self.header = PageHeader(t("Order lines"), self.up, self.order, self.table.tools, crumbs=self.crumbs)
        self.sums = SumBar()
        self.content.setSpacing(12)
        self.content.addWidget(self.header)
        self.content.addWidget(self.table, 1)
        self.content.addWidget(self.sums)
        self.setFocusProxy(self.table)
        self.crumbs.chosen.connect(self.go_to_scope)
        self.table.opened.connect(self.open_order)
        self.table.counted.connect(self.counted)
        self.table.told.connect(context.say)
        self.order.clicked.connect(self.open_current)
        self.up.clicked.connect(self.go_up)
        self._path: tuple[Step, ...] = ()
        self._asked: Asked | None = None

    def refresh(self) -> None:
        asked = self.subject
        if not isinstance(asked, Asked):
            self.show_empty(
                t("Which figure?"),
                t("Click an amount on the performance page to see the order lines that it adds up from."),
                t("Performance"),
                "chart-line-up",
            )
            return
        self.show_content()
        self.ask(around, asked, then=self._show)
        if asked != self._asked:
            self._asked = asked
            self.table.view.header.set_texts({})
            fixed = _fixed(asked)
            self.table.tools.show_ids([one.id for one in _columns() if one.id not in fixed])
            self.table.set_subject(asked)
        else:
            self.table.reload()

    def face_pressed(self) -> None:
        self.go("performance")

    def counted(self, _count: object) -> None:
        if isinstance(self.subject, Asked):
            self.ask(line_sums, self.table.view_asked(), self.subject, then=self.sums.show_sums)

    def _show(self, found: Around) -> None:
        asked = self.subject
        self._path = found.path
        self.set_as_of(found.as_of)
        figure = Money(found.figure, found.currency)
        if isinstance(asked, PriceLines):
            self.crumbs.set([(asked.view, t("Prices and promotions")), (None, t("Order lines"))])
            self.header.note.set_text(t("{product}  ·  net {amount}", product=asked.title, amount=figure))
            self.sums.show_figure(found.figure, found.currency, "")
            return
        steps: list[tuple[object, str]] = [(one.scope, words.step(one)) for one in found.path]
        self.crumbs.set([*steps, (None, t("Order lines"))])
        self.header.note.set_text(
            t(
                "{month}  ·  net sales {amount}",
                month=formats().month(asked.middle),
                amount=figure,
            )
        )
        self.sums.show_figure(found.figure, found.currency, words.waiting(found.pending, found.currency))

    def go_to_scope(self, scope: Any) -> None:
        if isinstance(self.subject, LinesView) and isinstance(scope, Scope):
            self.go("performance", self.subject.view.into(scope))
        elif isinstance(self.subject, PriceLines):
            self.go("prices", self.subject.view)

    def go_up(self) -> None:
        if isinstance(self.subject, PriceLines):
            self.go("prices", self.subject.view)
        elif self._path:
            steps = [one.scope for one in self._path]
            bottom = steps[-1]
            above = bottom.partner_id is not None and bottom.category is not None and len(steps) > 1
            self.go_to_scope(steps[-2] if above else bottom)

    def open_current(self) -> None:
        row = self.table.current_row()
        if row is not None:
            self.open_order(row)

    def open_order(self, row: LineRow) -> None:
        self.go("orders", row.order_id)


def _fixed(asked: Asked) -> set[str]:
    """Columns that would say the same on every line."""
    if isinstance(asked, PriceLines):
        return {"sku", "category"}
    scope = asked.scope
    return {
        name
        for name, value in (("partner", scope.partner_id), ("category", scope.category))
        if value is not None
    }


def _columns() -> list[Column]:
    return [
        Column(
            "date",
            t("Date"),
            lambda row: row.date,
            Kind.DAY,
            wide_for(t("Date"), long_days()),
        ),
        Column("number", t("Order"), lambda row: row.number or None, width=128, provisional=_reason),
        Column("partner", t("Partner"), _partner, width=190),
        Column("sku", t("Article"), lambda row: row.sku, width=110),
        Column("product", t("Product"), _product, width=120, stretch=True),
        Column("category", t("Category"), lambda row: row.category or None, width=122),
        Column("quantity", t("Quantity"), lambda row: row.quantity, Kind.QUANTITY, width=74, tip=_unit),
        Column("unit_price", t("Unit price"), lambda row: row.unit_price, Kind.PRICE, width=88),
        Column(
            "net",
            t("Net"),
            lambda row: row.net,
            Kind.MONEY,
            width=116,
            currency=lambda row: row.currency,
            strong=True,
            provisional=_reason,
            tip=lambda row: formats().money(row.net, row.currency),
        ),
    ]


def _partner(row: LineRow) -> str | None:
    return own_name(row.partner, row.partner_local) or None


def _product(row: LineRow) -> str:
    return own_name(row.product, row.product_local) or "–"


def _unit(row: LineRow) -> str:
    return formats().quantity(row.quantity, row.unit or "")


def _reason(row: LineRow) -> str:
    return t("Headquarters has not confirmed this order yet.") if row.provisional else ""
