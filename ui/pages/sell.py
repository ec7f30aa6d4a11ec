"""Sell-in and sell-out: what came to a partner, what it sold on, and what lies between. Subject: its id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout

from channeldesk.actions import sell_out as actions
from channeldesk.model.changes import Topic
from channeldesk.queries import sell_list
from channeldesk.queries.find import PartnerHit, find_partners
from channeldesk.queries.sell import Part, SellThrough
from channeldesk.queries.sell_list import ReportRow
from ui.charts.frame import ChartFrame
from ui.context import Context
from ui.i18n import n, t, two_names
from ui.page import Page, PageHeader
from ui.viewmodels.sell import Rows, SellAnswer, load, parts
from ui.widgets.button import MAIN, Button
from ui.widgets.chip import Chip
from ui.widgets.crumbs import Crumbs
from ui.widgets.face import Face
from ui.widgets.find_field import FindField
from ui.widgets.list_table import ListTable
from ui.widgets.orders.choose_partner import as_found
from ui.widgets.sell import columns
from ui.widgets.sell.figures import SellFigures
from ui.widgets.tabs import Tabs

PARTNERS, PRODUCTS, REPORTS = "partner", "product", "reports"


class SellPage(Page):
    topics = frozenset({Topic.STOCK, Topic.ORDERS, Topic.PARTNERS, Topic.PRODUCTS, Topic.SYNC})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.answer: SellAnswer | None = None
        self.product: Part | None = None
        self._parts = Rows()
        report = Button(t("Report sell-out"), icon="upload-simple", keys="R", kind=MAIN)
        report.clicked.connect(self.report)
        if not context.may("sell_out"):
            report.hide()
        self.crumbs = Crumbs()
        self.crumbs.set([("stock", t("Stock")), ("", t("Sell-in and sell-out"))])
        self.crumbs.chosen.connect(self._crumb)
        self.header = PageHeader(t("Sell-in and sell-out"), report, crumbs=self.crumbs)
        self.chooser = FindField(
            context.tasks, t("Name, code or initials of the partner"), as_found, icon="storefront"
        )
        self.chooser.setObjectName("")
        self.chooser.setMaximumWidth(400)
        self.chooser.set_query(find_partners)
        self.chooser.chosen.connect(self._partner_chosen)
        self.every = Button(t("All products"), icon="x")
        self.every.clicked.connect(self.show_all_products)
        self.every.hide()
        self.figures = SellFigures()
        self.chart = ChartFrame(context.tasks)
        self.chart.setMinimumHeight(180)
        self.tabs = Tabs(self._tabs(None), numbered=True)
        self.back = Button(t("Take back"), icon="arrow-counter-clockwise")
        self.back.pressed_once.connect(self.take_back)
        self.back.hide()
        self.table = ListTable(
            context.tasks,
            t("Partner and sub-dealers"),
            columns.of_parts(t("Name")),
            self._parts.keys,
            self._parts.rows,
            filters=False,
        )
        self.reports = ListTable(
            context.tasks,
            t("Reports of sell-out"),
            columns.of_reports(),
            sell_list.keys,
            sell_list.rows,
            sort="last_on",
            descending=True,
            ticks=True,
        )
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        choose = QHBoxLayout()
        choose.setSpacing(8)
        choose.addWidget(self.chooser, 4)
        choose.addWidget(self.every)
        choose.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.tabs, 1)
        line.addWidget(self.back)
        line.addWidget(self.table.tools)
        line.addWidget(self.reports.tools)
        self.content.setSpacing(8)
        self.content.addWidget(self.header)
        self.content.addLayout(choose)
        self.chooser.setVisible(not self.context.is_partner)
        self.content.addWidget(self.figures)
        self.content.addWidget(self.chart, 3)
        self.content.addLayout(line)
        self.content.addWidget(self.table, 4)
        self.content.addWidget(self.reports, 4)
        self._show_tab(PARTNERS)

    def _connect(self) -> None:
        self.tabs.chosen.connect(self._tab)
        self.table.opened.connect(self._opened)
        self.reports.ticked.connect(lambda _count: self._may_take_back())
        self.reports.current.connect(lambda _row: self._may_take_back())
        self.reports.set_empty(self._no_reports)
        for part in (self.table, self.reports, self.chart):
            part.told.connect(self.context.say)

    # what is shown

    def open(self, subject: Any) -> None:
        if subject != self.subject:
            self.product = None
            super().open(subject or None)

    def refresh(self) -> None:
        product = None if self.product is None else self.product.key
        self.ask(load, self.subject, product, self.context.is_partner, then=self._show)

    def _show(self, answer: SellAnswer) -> None:
        self.answer = answer
        found = answer.found
        if found is None:
            self.show_empty(
                t("Nobody's sell-out is known yet"),
                t("Report what a partner sold, or read its file: press R."),
                t("Report sell-out") if self.context.may("sell_out") else "",
                "arrows-down-up",
            )
            return
        self.set_as_of(found.as_of)
        name, second = two_names(found.root.name, found.root.name_local)
        chips = [Chip(name, tip=second)]
        if self.product is not None:
            chips.append(Chip(two_names(self.product.name, self.product.name_local)[0]))
        self.header.set_chips(*chips)
        self.header.note.set_text(_covers(found))
        self.every.setVisible(self.product is not None)
        self.figures.show_part(found.whole)
        chart = answer.chart()
        if chart is not None:
            self.chart.show_data(chart)
        self.tabs.set_items(self._tabs(found))
        self._fill()
        self.reports.set_subject(found.root.id)
        self.show_content()

    def _fill(self) -> None:
        found = None if self.answer is None else self.answer.found
        if found is not None and self.tabs.key != REPORTS:
            self._parts.all = parts(found, str(self.tabs.key))
            self.table.reload()

    def _tabs(self, found: SellThrough | None) -> list[tuple[object, str, int | None]]:
        return [
            (PARTNERS, t("Partner and sub-dealers"), len(found.partners) if found else None),
            (PRODUCTS, t("Products"), len(found.products) if found else None),
            (REPORTS, t("Reports"), None),
        ]

    def _tab(self, key: object) -> None:
        self._show_tab(str(key))
        self._fill()

    def _show_tab(self, key: str) -> None:
        reports = key == REPORTS
        for part in (self.table, self.table.tools):
            part.setVisible(not reports)
        for part in (self.reports, self.reports.tools):
            part.setVisible(reports)
        self.back.setVisible(reports and self.context.may("sell_out"))
        self._may_take_back()
        self.setFocusProxy(self.reports if reports else self.table)

    def _no_reports(self, face: Face, filtered: bool) -> None:
        if filtered:
            face.empty(t("Nothing matches"), t("No row fits these filters."), t("Clear filters"), "funnel")
        else:
            face.empty(t("Nothing was reported yet"), t("Press R to report what was sold."), icon="tray")

    # what can be done

    def _opened(self, part: Part) -> None:
        """A sub-dealer: its own figures; a product: the same figures of it alone."""
        if self.tabs.key == PARTNERS:
            if self.answer is not None and self.answer.found and part.key != self.answer.found.root.id:
                self.go("sell", part.key)
            else:
                self.go("partner", part.key)
        else:
            self.product = part
            self.refresh()

    def show_all_products(self) -> None:
        self.product = None
        self.refresh()

    def _partner_chosen(self, hit: PartnerHit, _text: str) -> None:
        self.go("sell", hit.id)
        self.table.setFocus()

    def report(self) -> None:
        found = None if self.answer is None else self.answer.found
        self.go("sell_report", "" if found is None else found.root.id)

    def _may_take_back(self) -> None:
        current = self.reports.current_row()
        self.back.setEnabled(bool(self.reports.ticked_keys()) or (current is not None and current.stands))

    def take_back(self) -> None:
        """Books the opposite of what is ticked; the message bar brings it back until it is sent."""
        keys, current = self.reports.ticked_keys(), self.reports.current_row()
        if keys:
            self.ask(sell_list.rows, keys, then=self._take_back)
        elif current is not None:
            self._take_back([current])

    def _take_back(self, rows: Sequence[ReportRow]) -> None:
        chosen = [row.id for row in rows if row.stands]
        if chosen:
            self.act(actions.take_back, chosen, failed=self.context.fail)
        else:
            self.context.say(t("None of these can be taken back any more."), "warning")

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("sell_report", "")
        else:
            super().face_pressed()

    def _crumb(self, _key: object) -> None:
        self.go("stock")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.product is not None:
            self.show_all_products()
        else:
            super().keyPressEvent(event)


def _covers(found: SellThrough) -> str:
    told = [t("12 months, in base units")]
    if found.never:
        told.append(n("{count} stock never counted", "{count} stocks never counted", found.never))
    return " · ".join(told)
