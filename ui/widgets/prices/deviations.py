"""Deviations: products whose channels stand too far apart or that went below their floor, with the lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model import values
from channeldesk.model.collation import shown_name, sort_key
from channeldesk.model.notice import Rate
from channeldesk.queries import deviations
from channeldesk.queries.deviations import DAYS, Behind, DeviationRow, Report
from channeldesk.rules.deviation import ChannelPrice
from ui.i18n import formats, language, n, own_name, t
from ui.models.columns import Column, Kind
from ui.page import Page
from ui.viewmodels.prices import PriceLines, PricesView
from ui.widgets.button import LINK, Button
from ui.widgets.choice import Choice
from ui.widgets.entrance import Entrance
from ui.widgets.flow import Flow
from ui.widgets.label import Line
from ui.widgets.prices.apart import ApartPane
from ui.widgets.search import SearchField
from ui.widgets.short_list import ShortList
from ui.widgets.table_header import wide_for
from ui.widgets.tabs import Tabs

if TYPE_CHECKING:
    from sqlalchemy import Connection

_NARROW = 1000


def load(connection: Connection, days: int, language: str) -> Report:
    """The report; how its names are ordered is learnt here: a click on a heading has no time for it."""
    found = deviations.report(connection, days)
    for row in found.rows:
        sort_key(shown_name(row.name, row.name_local, language), language)
    return found


class DeviationsPart(Entrance):
    """``show_view`` takes the days of a :class:`PricesView`."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self.report: Report | None = None
        self._view = PricesView("deviations")
        self._narrow = False
        self._days = DAYS
        self.tabs = Tabs(_tabs(None))
        spans = (
            (90, t("Last 90 days")),
            (30, t("Last 30 days")),
            (180, t("Last 180 days")),
            (365, t("Last year")),
        )
        self.days = Choice(t("Period"), spans)
        self.allowed = Button("", kind=LINK, tip=t("A setting: how far channels may stand apart"))
        self.search = SearchField(t("Search products"), keys="Ctrl+F")
        self.list = ShortList(page.context.tasks, t("Prices apart"), self._columns())
        self.pane = ApartPane(page.context.tasks)
        self.pane.setMinimumWidth(320)
        self._lay_out()
        self.tabs.chosen.connect(self._fill)
        self.days.chosen.connect(self._days_chosen)
        self.allowed.clicked.connect(self._settings)
        self.search.searched.connect(self._fill)
        self.list.current.connect(self._current)
        self.list.opened.connect(self.open_lines)
        self.list.told.connect(page.context.say)
        self.pane.told.connect(page.context.say)
        self.pane.lines_wanted.connect(self._lines)
        self.pane.floor_wanted.connect(self._floor_lines)
        self.pane.channel_wanted.connect(self._channel_lines)
        self.tools: QWidget = self.list.tools
        self.setFocusProxy(self.list.view)

    def _lay_out(self) -> None:
        bar_widget = QWidget()
        bar = Flow(bar_widget)
        bar.addWidget(self.days)
        bar.addWidget(self.allowed)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 16, 0)
        left.setSpacing(8)
        left.addWidget(self.tabs)
        left.addWidget(bar_widget)
        left.addWidget(self.list, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addLayout(left, 2)
        both.addWidget(Line(upright=True))
        both.addWidget(self.pane, 1)

    # what is shown

    def show_view(self, view: PricesView) -> None:
        self._view = view
        with QSignalBlocker(self.days):
            self.days.choose(view.days or DAYS)
        if self.report is None or self._days != (view.days or DAYS):
            self.list.face.loading(t("Comparing the prices of all channels"))
            self.list.show_face()
        self._days = view.days or DAYS
        self._page.ask(load, self._days, language=language(), then=self._came)

    def _came(self, found: Report) -> None:
        self.report = found
        self._page.set_as_of(found.as_of)
        self.allowed.setText(t("Allowed: {share} apart", share=Rate(found.allowed)))
        self.allowed.setAccessibleName(self.allowed.text())
        self.allowed.updateGeometry()
        self.tabs.set_items(_tabs(found))
        self._fill()

    def _fill(self, *_chosen: object) -> None:
        found = self.report
        if found is None:
            return
        wanted = self.search.text().strip().casefold()
        rows = [row for row in _of(found, str(self.tabs.key)) if wanted in _said(row)]
        if not found.rows:
            self.list.face.empty(t("Nothing was sold"), t("Choose a longer period."), icon="chart-bar")
        elif wanted:
            self.list.face.empty(t("Nothing matches"), t("No product fits what was typed."), icon="funnel")
        else:
            self.list.face.empty(
                t("All prices are in order"),
                t("No product is further apart than allowed or below its floor; All shows every one."),
                icon="check-circle",
            )
        self.list.show_rows(rows)

    def _current(self, row: DeviationRow | None) -> None:
        self.pane.show_row(row, self.report)

    def told(self) -> str:
        """For the page's heading."""
        found = self.report
        if found is None:
            return ""
        span = t("{first} to {last}", first=formats().day(found.first), last=formats().day(found.last))
        return "  ·  ".join((n("{count} line", "{count} lines", found.lines), span))

    # where to go

    def _days_chosen(self, days: object) -> None:
        self._page.go("prices", replace(self._view, days=int(str(days))))

    def _settings(self) -> None:
        self._page.go("settings", "price_spread")

    def open_lines(self, row: DeviationRow) -> None:
        """The order lines that its prices come from."""
        self._open(row, None, ())

    def _lines(self) -> None:
        if self.pane.row is not None:
            self.open_lines(self.pane.row)

    def _floor_lines(self) -> None:
        row = self.pane.row
        if row is not None:
            self._open(row, None, tuple(one.line.id for one in row.found.below))

    def _channel_lines(self, channel: ChannelPrice) -> None:
        if self.pane.row is not None:
            self._open(self.pane.row, channel, ())

    def _open(self, row: DeviationRow, channel: ChannelPrice | None, only: tuple[bytes, ...]) -> None:
        found = self.report
        if found is None:
            return
        if only:
            figure = sum(one.line.net for one in row.found.below)
        else:
            figure = channel.net if channel is not None else sum(one.net for one in row.found.channels)
        behind = Behind(
            row.product_id,
            row.currency,
            found.first,
            found.last,
            (channel.channel or b"") if channel is not None else None,
            only,
        )
        title = f"{row.sku}  {own_name(row.name, row.name_local)}"
        self._page.go("order_lines", PriceLines(self._view, behind, title, figure))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow == self._narrow:
            return
        self._narrow = narrow
        view = self.list.view
        for at, column in enumerate(view.columns):
            if column.visible and column.id in ("cheapest", "dearest", "sku"):
                view.setColumnHidden(at, narrow)
        view.stretch()

    # columns

    def _columns(self) -> list[Column]:
        return [
            Column("sku", t("Article"), lambda row: row.sku, width=112),
            Column("name", t("Product"), _name, width=150, stretch=True, tip=_name),
            Column("category", t("Category"), lambda row: row.category, width=118, visible=False),
            _money("cheapest", t("Cheapest"), _cheapest, self._cheapest_tip),
            _money("dearest", t("Dearest"), _dearest, self._dearest_tip),
            Column(
                "spread",
                t("Apart"),
                lambda row: None if row.found.spread is None else row.found.spread / 10_000,
                Kind.PERCENT,
                width=wide_for(t("Apart"), ["88.8%"]),
                decimals=1,
                tone=lambda row: "bad" if row.found.too_far else "",
            ),
            Column(
                "below",
                t("Below floor"),
                lambda row: len(row.found.under_floor) or None,
                Kind.INTEGER,
                width=wide_for(t("Below floor"), ["88"]),
                tone=lambda row: "bad" if row.found.under_floor else "",
            ),
            Column("lines", t("Lines"), lambda row: row.lines, Kind.INTEGER, width=64, visible=False),
            Column(
                "stake",
                t("At stake"),
                lambda row: row.stake or None,
                Kind.MONEY,
                width=wide_for(t("At stake"), [formats().amount(888_888_88, "CNY")]),
                currency=self._currency,
                strong=True,
            ),
            Column("currency", t("Currency"), lambda row: row.currency, width=72, visible=False),
        ]

    def _currency(self, _row: DeviationRow) -> str:
        return self.report.currency if self.report is not None else ""

    def _cheapest_tip(self, row: DeviationRow) -> str:
        return self._channel_tip(row.found.cheapest, row)

    def _dearest_tip(self, row: DeviationRow) -> str:
        return self._channel_tip(row.found.dearest, row)

    def _channel_tip(self, one: ChannelPrice | None, row: DeviationRow) -> str:
        if one is None or self.report is None:
            return ""
        named = self.report.channels.get(one.channel or b"")
        name = own_name(named.name, named.name_local) if named is not None else t("No channel")
        return f"{name}: {formats().unit_price(one.price, row.currency)}"


def _of(found: Report, tab: str) -> list[DeviationRow]:
    if tab == "every":
        return list(found.rows)
    if tab == "floor":
        return [row for row in found.rows if row.found.under_floor]
    if tab == "apart":
        return [row for row in found.rows if row.found.too_far]
    return [row for row in found.rows if row.found.too_far or row.found.under_floor]


def _tabs(found: Report | None) -> list[tuple[object, str, int | None]]:
    texts = {
        "wrong": t("At stake"),
        "apart": t("Too far apart"),
        "floor": t("Below floor"),
        "every": t("All"),
    }
    return [(key, text, len(_of(found, key)) if found else None) for key, text in texts.items()]


def _said(row: DeviationRow) -> str:
    return " ".join(filter(None, (row.sku, row.name, row.name_local, row.category))).casefold()


def _name(row: DeviationRow) -> str:
    return own_name(row.name, row.name_local)


def _money(
    name: str,
    title: str,
    value: Callable[[DeviationRow], int | None],
    tip: Callable[[DeviationRow], str],
) -> Column:
    """A price to the cent: the exact one, with its channel, is the tip."""
    wide = wide_for(title, [formats().amount(88_888_88, "CNY")])
    return Column(name, title, value, Kind.MONEY, wide, currency=lambda row: row.currency, tip=tip)


def _cheapest(row: DeviationRow) -> int | None:
    return _to_cent(row.found.cheapest, row.currency)


def _dearest(row: DeviationRow) -> int | None:
    return _to_cent(row.found.dearest, row.currency)


def _to_cent(one: ChannelPrice | None, currency: str) -> int | None:
    if one is None:
        return None
    return values.line_net(10**values.QUANTITY_SCALE, one.price, currency)
