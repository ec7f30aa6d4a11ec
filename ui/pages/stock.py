"""Stock at partners: what is there, since when it is known, how long it lasts. Subject: a partner's id."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from channeldesk.model.changes import Topic
from channeldesk.queries import drafts, stock
from channeldesk.queries.drafts import DraftRow
from channeldesk.queries.find import PartnerHit, find_partners, partner_names
from channeldesk.queries.stock import StockRow, StockTotals
from channeldesk.queries.stock_detail import StockDetail, stock_detail
from channeldesk.queries.stock_risk import RANKINGS
from ui.context import Context
from ui.i18n import n, t, two_names
from ui.page import Page, PageHeader
from ui.widgets import counted
from ui.widgets.button import LINK, MAIN, Button
from ui.widgets.chip import Chip
from ui.widgets.choice import Choice
from ui.widgets.face import Face
from ui.widgets.find_field import FindField
from ui.widgets.label import Label, Line
from ui.widgets.list_table import ListTable
from ui.widgets.orders.choose_partner import as_found
from ui.widgets.search import SearchField
from ui.widgets.stock.columns import columns
from ui.widgets.stock.pane import WIDTH, StockPane
from ui.widgets.tabs import Tabs

EXPIRING = "expiring"
_BESIDE = 1180
"""Width of the page from which the pane stands beside the list."""


class StockPage(Page):
    topics = frozenset({Topic.STOCK, Topic.PARTNERS, Topic.PRODUCTS, Topic.ORDERS, Topic.SYNC})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.totals: StockTotals | None = None
        self.draft: DraftRow | None = None
        self._choice = ""
        self._fitted: tuple[bool, bool, str] | None = None
        self._shown: tuple[bytes, bytes] | None = None
        count = Button(t("Count stock"), icon="barcode", keys="C", kind=MAIN)
        count.clicked.connect(self.count)
        if not context.may("stock_count"):
            count.hide()
        self.sell = Button(t("Sell-in and sell-out"), icon="arrows-down-up")
        self.sell.clicked.connect(self.show_sell)
        self.which = Choice(t("Show"), _rankings(own=not context.is_partner))
        self.which.chosen.connect(self._which)
        self.header = PageHeader(t("Stock"), self.which, self.sell, count)
        self.chooser = FindField(
            context.tasks, t("Name, code or initials of the partner"), as_found, icon="storefront"
        )
        self.chooser.set_query(find_partners)
        self.chooser.chosen.connect(self._partner_chosen)
        self.every = Button(t("All partners"), icon="x")
        self.every.clicked.connect(self.show_all)
        self.every.hide()
        what = t("Search products") if context.is_partner else t("Search products and partners")
        self.search = SearchField(what, keys="Ctrl+F")
        self.tabs = Tabs(_tabs(None), numbered=True)
        self.go_on = Button("", kind=LINK)
        self.go_on.clicked.connect(self._go_on)
        self.table = ListTable(
            context.tasks,
            t("Stock at partners"),
            columns(),
            stock.keys,
            stock.rows,
            sort="partner",
            views="stock",
            tabs=self.tabs,
            figures=stock.figures,
            things=counted.stock,
            ticks=True,
        )
        self.pane = StockPane(context.tasks)
        self.pane.setFixedWidth(WIDTH)
        self.pane.chart.told.connect(context.say)
        self._lay_out()
        self.tabs.chosen.connect(self._tab)
        self.table.search_with(self.search)
        self.table.opened.connect(self._open)
        self.table.current.connect(self._current)
        self.table.counted.connect(self._counted)
        self.table.told.connect(context.say)
        self.table.set_empty(self._empty)
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        self.chooser.setObjectName("")  # with the usual frame, beside the other field
        self.chooser.setMaximumWidth(400)
        if self.context.is_partner:
            self.chooser.hide()
        self.search.setMaximumWidth(300)
        choose = QHBoxLayout()
        choose.setSpacing(8)
        choose.addWidget(self.chooser, 4)
        choose.addWidget(self.every)
        choose.addWidget(self.search, 3)
        choose.addStretch(1)
        self._draft_label = Label(t("Draft"), "caption")
        choose.addWidget(self._draft_label)
        choose.addWidget(self.go_on)
        self._draft_label.hide()
        self.go_on.hide()
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.tabs, 1)
        line.addWidget(self.table.tools)
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addLayout(choose)
        self.content.addLayout(line)
        self._divider = Line(upright=True)
        beside = QHBoxLayout()
        beside.setSpacing(0)
        listed = QVBoxLayout()
        listed.setContentsMargins(0, 0, 0, 0)
        listed.addWidget(self.table, 1)
        beside.addLayout(listed, 1)
        beside.addSpacing(8)
        beside.addWidget(self._divider)
        beside.addWidget(self.pane)
        self.content.addLayout(beside, 1)

    def open(self, subject: Any) -> None:
        if subject != self.subject:
            super().open(subject or None)

    def refresh(self) -> None:
        self.table.set_subject(self.subject, self._ranking)
        self.every.setVisible(self.subject is not None)
        self._fit()
        self.ask(stock.totals, self.subject, then=self._totals_came)
        if self._shown is not None:
            self.ask(stock_detail, *self._shown, key="detail", then=self._found)
        if self.context.may("stock_count"):
            self.ask(drafts.drafts, self.context.profile.user_id, "count", then=self._drafts_came)
        self.header.set_chips()
        if self.subject is not None:
            self.ask(partner_names, self.subject, then=self._named)

    def _named(self, names: tuple[str, str | None] | None) -> None:
        if names is not None and self.subject is not None:
            name, second = two_names(*names)
            self.header.set_chips(Chip(name, tip=second))

    def _totals_came(self, totals: StockTotals) -> None:
        self.totals = totals
        self.set_as_of(totals.as_of)
        if not totals.every and self.subject is None:
            self.show_empty(
                t("No stock is known yet"),
                t("Levels come with the next synchronisation, and with the first count: press C.")
                if self.context.may("stock_count")
                else t("Levels come with the next synchronisation."),
                t("Count stock") if self.context.may("stock_count") else "",
                "package",
            )
            return
        self.tabs.set_items(_tabs(totals))
        self.show_content()
        self._counted(self.table.count)

    def _counted(self, count: int) -> None:
        view = self.table.view
        if count and not view.currentIndex().isValid():
            view.setCurrentIndex(self.table.model.index(0, 1))
        if self._choice == "own":
            self.header.note.set_text(counted.stock(count))
        elif self.totals is not None:
            told = n(
                "{shown} of {count} stock level",
                "{shown} of {count} stock levels",
                self.totals.every,
                shown=count,
            )
            if not self.context.is_partner:
                partners = counted.partners(self.totals.partners)
                told = " · ".join((told, partners))
            self.header.note.set_text(told)

    def _drafts_came(self, found: tuple[DraftRow, ...]) -> None:
        self.draft = found[0] if found else None
        if self.draft is not None:
            name = two_names(self.draft.partner, self.draft.partner_local)[0]
            products = n(
                "{partner}, {count} product", "{partner}, {count} products", self.draft.lines, partner=name
            )
            self.go_on.setText(products)
            self.go_on.setAccessibleName(t("Go on counting: {count}", count=products))
            self.go_on.updateGeometry()
        self.go_on.setVisible(self.draft is not None)
        self._draft_label.setVisible(self.draft is not None)

    def _tab(self, key: object) -> None:
        self.table.apply({"filters": self._filters(str(key))})

    def _which(self, key: object) -> None:
        """A ranking by money is put in order by it, until the person chooses another order."""
        self._choice = str(key)
        self.tabs.setEnabled(self._choice not in ("own", EXPIRING))
        self.tabs.choose("every")
        state: dict[str, Any] = {"filters": {}}
        if self._choice == EXPIRING and self.totals is not None:
            shown = self.table.tools.visible_ids()
            state = {"filters": {"expires": f"<={self.totals.soon}"}, "columns": [*shown, "expires"]}
            state |= {"sort": "expires", "descending": False}
        elif self._choice in RANKINGS:
            state |= {"sort": RANKINGS[self._choice], "descending": True}
        elif self.table.view.header.sort_id in (*RANKINGS.values(), "expires"):
            state |= {"sort": "partner", "descending": False}
        self.table.apply(state)
        self.table.set_subject(self.subject, self._ranking)
        self._fit()

    @property
    def _ranking(self) -> str:
        """What the list is asked for: lots that expire are a filter of it."""
        return "" if self._choice == EXPIRING else self._choice

    def _filters(self, key: str) -> dict[str, str]:
        old = self.totals.old_day if self.totals is not None else ""
        return {
            "gone": {"quantity": "<= 0"},
            "old": {"as_of": f"<{old}"} if old else {},
            "never": {"as_of": "-"},
            "waiting": {"provisional": "yes"},
        }.get(key, {})

    def _empty(self, face: Face, filtered: bool) -> None:
        if filtered:
            face.empty(t("Nothing matches"), t("No level fits these filters."), t("Clear filters"), "funnel")
        else:
            told = t("Press C to count it now.") if self.context.may("stock_count") else ""
            face.empty(t("No stock is known here"), told, icon="package")

    def _current(self, row: StockRow | None) -> None:
        self._shown = None if row is None or row.own else (row.partner_id, row.product_id)
        if self._shown is not None:
            self.ask(stock_detail, *self._shown, key="detail", then=self._found)
        elif row is not None:
            told = t(
                "What a warehouse of the company reported, with its moment. Movements stay at headquarters."
            )
            self.pane.show_detail(None, told)
        else:
            self.pane.show_detail(None)

    def _found(self, detail: StockDetail | None) -> None:
        if detail is None or (detail.partner_id, detail.product_id) == self._shown:
            self.pane.show_detail(detail)

    # what can be done

    def _partner_chosen(self, hit: PartnerHit, _text: str) -> None:
        self.go("stock", hit.id)
        self.table.setFocus()

    def show_all(self) -> None:
        """Every partner again."""
        self.subject = None
        self.refresh()
        self.table.setFocus()

    def _open(self, row: StockRow) -> None:
        if not row.own:
            self.go("partner", row.partner_id)

    def count(self) -> None:
        """Count at the partner shown, or at the one of the current row."""
        row: StockRow | None = self.table.current_row()
        partner = (
            self.subject
            if self.subject is not None
            else row.partner_id
            if row is not None and not row.own
            else ""
        )
        self.go("count", partner)

    def show_sell(self) -> None:
        """What came in and was sold on: of the partner shown, or of the current row."""
        row: StockRow | None = self.table.current_row()
        self.go("sell", self.subject or (row.partner_id if row is not None and not row.own else None))

    def _go_on(self) -> None:
        if self.draft is not None:
            self.go("count", self.draft.partner_id)

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("count", "")
        else:
            super().face_pressed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Columns give way where the window is small; the partner shown needs no column."""
        view = self.table.view
        beside = self.width() >= _BESIDE
        self.pane.setVisible(beside)
        self._divider.setVisible(beside)
        narrow = self.width() < 960
        at = {column.id: place for place, column in enumerate(view.columns)}
        asked = (narrow, beside, self._choice)
        if asked != self._fitted:
            self._fitted = asked
            for name, gone in _hidden(narrow, beside, self._choice).items():
                view.setColumnHidden(at[name], gone)
            view.setColumnWidth(at["partner"], 140 if narrow else 200)
        view.setColumnHidden(at["partner"], self.subject is not None or self.context.is_partner)
        view.stretch()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif event.key() == Qt.Key.Key_Escape and self.subject is not None:
            self.show_all()
        else:
            super().keyPressEvent(event)


def _hidden(narrow: bool, beside: bool, choice: str) -> dict[str, bool]:
    """Columns that give way: where there is less room, and where they would say nothing."""
    own, lots = choice == "own", choice == EXPIRING
    return {
        "unit": narrow or beside,
        "source": narrow or beside,
        "in_transit": own or beside or lots,  # it stands in the pane
        "as_of": lots or (beside and not own),
        "risk": own or lots,
        "cover": own or beside or lots,
        "lost": own or lots or choice == "over" or narrow,
        "tied": own or choice != "over" or narrow,
    }


def _rankings(*, own: bool) -> list[tuple[object, str]]:
    """``own``: whether the company's warehouses are among them."""
    found: list[tuple[object, str]] = [
        ("", t("Levels at partners")),
        ("out", t("May run out")),
        ("over", t("Too much")),
        (EXPIRING, t("Expiring lots")),
    ]
    return [*found, ("own", t("Own warehouses"))] if own else found


def _tabs(totals: StockTotals | None) -> list[tuple[object, str, int | None]]:
    texts = {
        "every": t("All"),
        "gone": t("None left"),
        "old": t("Not counted for 90 days"),
        "never": t("Never counted"),
        "waiting": t("Waits for headquarters"),
    }
    return [(key, text, getattr(totals, key) if totals else None) for key, text in texts.items()]
