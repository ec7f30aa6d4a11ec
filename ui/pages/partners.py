"""Partners: the list of one's territory, views over it, the current partner beside it, bulk edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from channeldesk.model.changes import Topic
from channeldesk.queries import partner as partner_query
from channeldesk.queries import partners
from channeldesk.queries.partner import PartnerDetail
from channeldesk.queries.partners import PartnerRow, PartnersSummary
from ui.context import Context
from ui.i18n import formats, n, t
from ui.page import Page, PageHeader
from ui.widgets import counted
from ui.widgets.bulk_bar import BulkBar
from ui.widgets.button import Button, IconButton
from ui.widgets.list_table import ListTable
from ui.widgets.partners.columns import View, columns, fit, views
from ui.widgets.partners.pane import PartnerPane
from ui.widgets.partners.promise_work import PromiseWork
from ui.widgets.tabs import Tabs

if TYPE_CHECKING:
    from ui.widgets.partners.territory import TerritoryPane

_FOLLOW_MS = 60
"""The pane asks only when the cursor has come to rest."""
_PANE_ROOM = 960
"""Narrower pages show the list alone until the pane is asked for."""
_LIST_ROOM = 920
"""Narrower pages have narrower columns."""


class PartnersPage(Page):
    topics = frozenset(
        {
            Topic.PARTNERS,
            Topic.ORDERS,
            Topic.RECEIVABLES,
            Topic.STOCK,
            Topic.VISITS,
            Topic.PROMISES,
            Topic.INBOX,
        }
    )
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._views: dict[str, View] = {one.key: one for one in views()}
        self._summary: PartnersSummary | None = None
        self._pane_wanted: bool | None = None
        self._narrow = False
        order = Button(t("New order"), icon="plus", keys="N", kind="main")
        order.clicked.connect(self.new_order)
        if not context.may("sales_order"):
            order.hide()
        self._as_map = Button(t("Map"), icon="map-trifold", keys="M")
        self._as_map.setCheckable(True)
        self._as_map.toggled.connect(self.show_map)
        self.header = PageHeader(t("Partners"), self._as_map, order)
        self.tabs = Tabs([(one.key, one.title, None) for one in self._views.values()], numbered=True)
        self.tabs.chosen.connect(self.show_view)
        self.table = ListTable(
            context.tasks, t("Partners"), columns(context.profile.currency, self._arriving), partners.keys,
            partners.rows, ticks=True, sort="name", views="partners", figures=partners.figures,
            tabs=self.tabs,
            things=counted.partners,
        )  # fmt: skip
        self.map: TerritoryPane | None = None
        self.pane = PartnerPane()
        if not context.may("promise"):
            self.pane.promises.only_show()
        self.bar = self._make_bar()
        self._rest = QTimer(self, interval=_FOLLOW_MS, singleShot=True)
        self._rest.timeout.connect(self._ask_detail)
        self._make_layout()
        self._connect()
        self.setFocusProxy(self.table)

    def _make_bar(self) -> BulkBar:
        if not self.context.may("partner"):
            return BulkBar(self.table)
        field = Button(t("Set field"), icon="pencil-simple", keys="E")
        visits = Button(t("Plan visits"), icon="calendar", keys="V")
        field.clicked.connect(self.set_field)
        visits.clicked.connect(self.plan_visits)
        return BulkBar(self.table, field, visits)

    def _make_layout(self) -> None:
        self._beside = IconButton("sidebar-simple", t("Show or hide the partner beside the list"), keys="D")
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.tabs, 1)
        line.addWidget(self.table.tools)
        line.addWidget(self._beside)
        body = QWidget()
        self._either = QStackedLayout(body)
        self._either.addWidget(self.table)
        work = QHBoxLayout()
        work.setSpacing(16)
        work.addWidget(body, 1)
        work.addWidget(self.pane)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addLayout(line)
        column.addLayout(work, 1)
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addLayout(column, 1)

    def _connect(self) -> None:
        self._beside.clicked.connect(self._toggle_pane)
        self.table.opened.connect(self.open_row)
        self.table.current.connect(self._follow)
        self.table.counted.connect(self._counted)
        self.table.ticked.connect(self._ticked)
        self.table.told.connect(self.context.say)
        self.pane.open_wanted.connect(self.open_current)
        self.pane.brief_wanted.connect(self.brief)
        self.promise_work = PromiseWork(self, self.pane.promises)

    def refresh(self) -> None:
        self.table.reload()
        self._reload_map()
        self.ask(partners.summary, then=self._summary_came)
        self.ask(partners.view_counts, [one.asked() for one in self._views.values()], then=self._counts_came)

    def _summary_came(self, summary: PartnersSummary) -> None:
        self._summary = summary
        self.set_as_of(summary.as_of)
        if not summary.count:
            self._show_none(summary)
            return
        self.show_content()
        self._counted(self.table.count)

    def _show_none(self, summary: PartnersSummary) -> None:
        if summary.kept is None:
            told = t("The partners of your territory arrive with the next synchronisation: press F9.")
            self.show_empty(t("No partners here yet"), told, icon="storefront")
            return
        told = n(
            "You chose {count} territory for this laptop, and no partner of it is here. Headquarters has "
            "them all. If you chose only just now, press F9 to fetch them.",
            "You chose {count} territories for this laptop, and no partner of them is here. Headquarters has "
            "them all. If you chose only just now, press F9 to fetch them.",
            summary.kept,
        )
        if not summary.kept:
            told = t("You chose to keep no territory here. Headquarters has all of them.")
        self.show_empty(t("This laptop keeps no partners"), told, t("Choose territories"), "storefront")

    def face_pressed(self) -> None:
        """Of the empty face: what to keep."""
        if self.face.kind == "empty":
            from ui.widgets.reference.keep_dialog import choose_kept

            choose_kept(self)
        else:
            super().face_pressed()

    def _counts_came(self, counts: tuple[int, ...]) -> None:
        known = [one.key == "all" or not self._arriving() for one in self._views.values()]
        shown = zip(self._views.values(), counts, known, strict=True)
        self.tabs.set_items([(one.key, one.title, count if sure else None) for one, count, sure in shown])

    def _arriving(self) -> bool:
        return self.context.arriving

    def _counted(self, count: int) -> None:
        view = self.table.view
        if count and not view.currentIndex().isValid():
            view.setCurrentIndex(self.table.model.index(0, 1))
        if self._summary is None:
            return
        told = n(
            "{shown} of {count} partner", "{shown} of {count} partners", self._summary.count, shown=count
        )
        money = t("money in {currency}", currency=self._summary.currency)
        self.header.note.set_text(" · ".join(filter(None, (told, money, self._summary.period_name))))

    def show_view(self, key: str) -> None:
        self.table.view.clearSelection()
        self.table.apply(self._views[key].state())

    # the map

    def show_as_map(self, on: bool) -> None:
        """As the button does."""
        self._as_map.setChecked(on)

    def show_map(self, on: bool) -> None:
        """The map in place of the list, or the list again: with the same filters, at the same partner."""
        if on and self.map is None:
            self.map = self._make_map()
        self._as_map.setText(t("List") if on else t("Map"))
        self._as_map.setAccessibleName(self._as_map.text())
        self._as_map.set_icon("rows" if on else "map-trifold")
        self.table.tools.show_own(not on)
        self._either.setCurrentWidget(self.map if on and self.map is not None else self.table)
        self.setFocusProxy(self._either.currentWidget())
        self._either.currentWidget().setFocus()
        self._reload_map()

    def _make_map(self) -> TerritoryPane:
        from ui.widgets.partners.territory import TerritoryPane

        made = TerritoryPane(self.context)
        made.chosen.connect(self.table.show_key)
        made.opened.connect(self.open_row)
        made.placeless_wanted.connect(self._show_placeless)
        made.cleared.connect(self._clear_filters)
        made.told.connect(self.context.say)
        self.table.counted.connect(self._reload_map)
        self._either.addWidget(made)
        return made

    def _reload_map(self, _count: object = None) -> None:
        if self.map is not None and self._as_map.isChecked():
            row = self.table.current_row()
            self.map.choose(None if row is None else row.key)
            filters = self.table.view.header.texts()
            named = [one.title for one in self.table.view.columns if one.id in filters]
            self.map.reload(self.table.view_asked(), named)

    def _show_placeless(self) -> None:
        """Those that are on no map, in the list."""
        shown = self.table.state()
        self._as_map.setChecked(False)
        self.table.apply(
            {"columns": [*shown["columns"], "placed"], "filters": {**shown["filters"], "placed": "0"}}
        )

    def _clear_filters(self) -> None:
        self.table.apply({"filters": {}})

    # the pane follows

    def _follow(self, row: PartnerRow | None) -> None:
        if row is None:
            self.pane.clear()
            return
        self.pane.show_row(row, arriving=self._arriving())
        self._rest.start()

    def _ask_detail(self) -> None:
        if self.pane.partner_id is not None and self.pane.isVisible():
            self.ask(partner_query.detail, self.pane.partner_id, then=self._detail_came)

    def _detail_came(self, detail: PartnerDetail | None) -> None:
        if detail is not None:
            self.pane.show_detail(detail)

    def _toggle_pane(self) -> None:
        self._pane_wanted = not self.pane.isVisible()
        self._place_pane()

    def _place_pane(self) -> None:
        room = self.width() >= _PANE_ROOM
        shown = room if self._pane_wanted is None else self._pane_wanted
        if shown != self.pane.isVisibleTo(self):
            self.pane.setVisible(shown)
            self._rest.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_pane()
        narrow = self.width() < _LIST_ROOM
        if narrow != self._narrow:
            self._narrow = narrow
            fit(self.table.view, narrow)

    # going on

    def open_row(self, row: PartnerRow) -> None:
        self.go("partner", row.id)

    def open_current(self) -> None:
        if self.pane.partner_id is not None:
            self.go("partner", self.pane.partner_id)

    def new_order(self) -> None:
        from ui.viewmodels.order_entry import Wanted

        row: Any = self.table.current_row()
        if row is None:
            self.context.say(t("Choose a partner first."), "info")
        else:
            self.go("order_entry", Wanted(partner_id=row.id))

    def brief(self) -> None:
        from ui.widgets.partners.brief import BriefDialog

        if self.pane.partner_id is not None:
            BriefDialog(self, self.context, self.pane.partner_id).open()

    # ticked partners

    def _ticked(self, count: int) -> None:
        self.bar.note.setText("")
        if count:
            self.ask(partners.overdue_of, self.table.ticked_keys(), then=self._overdue_came)

    def _overdue_came(self, sums: dict[str, int]) -> None:
        if self.bar.isVisible():
            shown = [formats().money(amount, code, whole=True) for code, amount in sums.items()]
            self.bar.note.setText(t("{amount} overdue", amount=" + ".join(shown)) if shown else "")
            self.bar.place()

    def set_field(self) -> None:
        from ui.widgets.partners.set_field import SetFieldDialog

        SetFieldDialog(self, self.context, self.table.ticked_keys()).open()

    def plan_visits(self) -> None:
        from ui.widgets.partners.plan_visits import PlanVisitsDialog

        PlanVisitsDialog(self, self.context, self.table.ticked_keys()).open()
