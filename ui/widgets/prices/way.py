"""Beside a list of prices: the way from the list price to what is paid, and the lists that were asked."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.analytics.chart import Label as ChartLabel
from channeldesk.analytics.promotion import price_way
from channeldesk.model.notice import Quantity
from channeldesk.queries.partner_prices import OpenLists, Priced
from channeldesk.rules.words import SCOPE_NAMES
from ui.charts.frame import ChartFrame
from ui.i18n import N_, formats, n, own_name, t, tn, unit_name
from ui.tasks import Tasks
from ui.widgets.entries import Entries, Entry
from ui.widgets.face import Face
from ui.widgets.label import Elided, Label, Line
from ui.widgets.promotions.words import validity
from ui.widgets.scroll import scrolling
from ui.widgets.steps import Steps


class WayPane(QWidget):
    """``show_priced`` and ``show_lists`` fill it."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.priced: Priced | None = None
        self.lists_found: OpenLists | None = None
        self.name, self.second = Elided("", "section"), Elided("", "caption")
        self.chart = ChartFrame(tasks)
        self.floor = Label("", "caption", wrap=True)
        self.steps = Steps(t("Where the price comes from"))
        self.lists = Entries()
        self._lists_title = Elided(t("Price lists, in the order in which they are asked"), "section")
        self.face = Face()
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 0, 8, 8)
        column.setSpacing(8)
        for part in (self.name, self.second, self.chart, self.floor, Line(), self.steps, Line()):
            column.addWidget(part)
        column.addWidget(self._lists_title)
        column.addWidget(self.lists)
        column.addStretch(1)
        self._area = scrolling(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        whole.addWidget(self.face)
        self.show_priced(None)

    def show_priced(self, found: Priced | None) -> None:
        self.priced = found
        self._area.setVisible(found is not None)
        self.face.setVisible(found is None)
        if found is None:
            self.face.empty(
                t("No price chosen"), t("Choose one in the list to see how it comes about."), icon="coins"
            )
            return
        row = found.row
        self.name.set_text(own_name(found.offer.name, found.offer.name_local))
        shown = Quantity(row.quantity, unit_name(found.offer.unit))
        told = [found.offer.sku, t("for {quantity}", quantity=shown), formats().day(found.on)]
        self.second.set_text("  ·  ".join(told))
        made = found.made
        self.chart.setVisible(made is not None)
        self.floor.setVisible(row.floor is not None or row.why_not is not None)
        if row.why_not is not None:
            self.floor.setText(tn(row.why_not))
        elif row.floor is not None:
            self.floor.setText(t("Floor price {price}", price=formats().unit_price(row.floor, row.currency)))
        self.steps.show_steps(made.steps if made is not None else ())
        if made is not None:
            labels = [str(bar.label.params.get("promotion") or tn(bar.label)) for bar in made.bars]
            self.chart.setMinimumHeight(30 * len(labels) + 44)
            self.chart.show_data(price_way(made, labels, ChartLabel(N_("Price, step by step"))))
        self._show_lists()

    def show_lists(self, found: OpenLists | None) -> None:
        self.lists_found = found
        self._show_lists()

    def _show_lists(self) -> None:
        found = self.lists_found
        holding = self.priced.row.price_list if self.priced is not None else None
        self._lists_title.setVisible(found is not None)
        self.lists.setVisible(found is not None)
        if found is None:
            return
        self.lists.fill(
            [
                Entry(
                    "check-circle" if one.code == holding else "list",
                    f"{place}.  {one.code}",
                    "  ·  ".join(
                        (
                            one.name,
                            ", ".join(t(SCOPE_NAMES[scope]) for scope in one.scopes or ("default",)),
                            validity(one.valid_from, one.valid_to),
                        )
                    ),
                    n("{count} price", "{count} prices", one.items),
                    tone="good" if one.code == holding else "secondary",
                )
                for place, one in enumerate(found.lists, 1)
            ]
        )
