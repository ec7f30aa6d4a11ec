"""Promotions: the list with its views, one of them in full beside it."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries import promotion_list
from channeldesk.queries.promotion_list import Counts, PromotionRow
from ui.i18n import n, t
from ui.page import Page
from ui.widgets.entrance import Entrance
from ui.widgets.face import Face
from ui.widgets.label import Line
from ui.widgets.list_table import ListTable
from ui.widgets.promotions.columns import columns
from ui.widgets.promotions.pane import PromotionPane
from ui.widgets.search import SearchField
from ui.widgets.tabs import Tabs

_NARROW = 1000
"""Below this width the list keeps names and states only."""


class PromotionsPart(Entrance):
    """A part of a page: ``refresh`` asks anew, ``open`` shows one promotion whatever the list is filtered
    for.
    """

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._go_to: int | None = None
        self._opening = self._narrow = False
        self.counts: Counts | None = None
        budgets = not page.context.is_partner
        self.tabs = Tabs(_tabs(None))
        self.table = ListTable(
            page.context.tasks,
            t("Promotions"),
            columns(budgets=budgets),
            promotion_list.keys,
            promotion_list.rows,
            views="promotions",
            tabs=self.tabs,
        )
        self.search = SearchField(t("Search promotions"), keys="Ctrl+F")
        self.pane = PromotionPane(page)
        self._lay_out()
        self.table.search_with(self.search)
        self.table.current.connect(self._current)
        self.table.counted.connect(self._counted)
        self.table.told.connect(page.context.say)
        self.table.set_empty(self._empty)
        self.tabs.chosen.connect(self._tab)
        self.tools: QWidget = self.table.tools
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 16, 0)
        left.setSpacing(8)
        left.addWidget(self.tabs)
        left.addWidget(self.table, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addLayout(left, 5)
        both.addWidget(Line(upright=True))
        both.addWidget(self.pane, 6)

    def open(self, promotion_id: bytes) -> None:
        self._opening = True
        self.tabs.choose_first()
        self.search.clear()
        self.table.apply({"filters": {}})
        self._page.ask(promotion_list.key_of, promotion_id, then=self._key_came)

    def _key_came(self, key: int | None) -> None:
        self._opening = False
        if key is not None and not self.table.show_key(key):
            self._go_to = key
        elif key is None:
            self._counted(self.table.count)

    def refresh(self) -> None:
        self.table.reload()
        self._page.ask(promotion_list.counts, then=self._counts)

    def _counts(self, counts: Counts) -> None:
        self.counts = counts
        self._page.set_as_of(counts.as_of)
        self.tabs.set_items(_tabs(counts))

    def _counted(self, count: int) -> None:
        if self._go_to is not None and self.table.show_key(self._go_to):
            self._go_to = None
        view = self.table.view
        if count and not self._opening and self._go_to is None and not view.currentIndex().isValid():
            view.setCurrentIndex(self.table.model.index(0, 0))

    def _current(self, row: PromotionRow | None) -> None:
        if not self._opening and self._go_to is None:
            self.pane.show_promotion(row.id if row is not None else None)

    def _tab(self, key: object) -> None:
        self.table.apply({"filters": {} if key == "every" else {"state": str(key)}})

    def _empty(self, face: Face, filtered: bool) -> None:
        if filtered:
            face.empty(
                t("Nothing matches"), t("No promotion fits these filters."), t("Clear filters"), "funnel"
            )
        else:
            face.empty(t("No promotions"), t("Headquarters has published none for here."), icon="tag")

    def told(self) -> str:
        """For the page's heading."""
        if self.counts is None:
            return ""
        return n("{count} promotion", "{count} promotions", self.counts.every)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow == self._narrow:
            return
        self._narrow = narrow
        view = self.table.view
        for at, column in enumerate(view.columns):
            if column.id in ("to", "used"):
                view.setColumnHidden(at, narrow)
        view.stretch()


def _tabs(counts: Counts | None) -> list[tuple[object, str, int | None]]:
    texts = {"every": t("All"), "running": t("Running"), "coming": t("To come"), "over": t("Over")}
    return [(key, text, getattr(counts, key) if counts else None) for key, text in texts.items()]
