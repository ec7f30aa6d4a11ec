"""One promotion beside the list: what it gives, for whom, its budget, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from channeldesk.model.notice import Money
from channeldesk.queries import promotion_detail, promotion_orders
from channeldesk.queries.promotion_detail import PromotionDetail
from channeldesk.queries.promotion_list import COMING
from channeldesk.queries.promotion_orders import Execution
from ui.i18n import formats, n, own_name, t, two_names
from ui.models.columns import Column, Kind
from ui.page import Page
from ui.widgets.chip import Chip
from ui.widgets.face import Face
from ui.widgets.label import Elided, Label, Line
from ui.widgets.promotions import words
from ui.widgets.promotions.budget_bar import BudgetBar
from ui.widgets.promotions.effect import EffectPart
from ui.widgets.promotions.stock import StockPart
from ui.widgets.short_list import ShortList
from ui.widgets.table_header import long_days, wide_for
from ui.widgets.tabs import Tabs


class PromotionPane(QWidget):
    """``show_promotion`` asks for everything by id. People of partners see what it gives and no more."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._own = page.context.is_partner
        self.detail: PromotionDetail | None = None
        self.execution: Execution | None = None
        self._chosen = False
        self.name = Elided("", "section")
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self.gives = Label("", "name", wrap=True)
        self._facts = QGridLayout()
        self._values: dict[str, Elided] = {}
        self.budget = BudgetBar()
        self.budget.hide()
        self.tabs = Tabs(_tabs(None))
        self.ordered = ShortList(
            page.context.tasks, t("Who ordered with it"), _ordered_columns(self._currency)
        )
        self.missing = ShortList(page.context.tasks, t("Who has not ordered with it"), _missing_columns())
        self.effect, self.stock = EffectPart(page), StockPart(page)
        self.face = Face()
        self._body = QWidget()
        self._lay_out()
        self.tabs.chosen.connect(self._tab)
        for part in (self.ordered, self.missing):
            part.opened.connect(self._open)
            part.told.connect(page.context.say)

    def _lay_out(self) -> None:
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.name, 1)
        head.addLayout(self._chips)
        shown = QWidget()  # before what it holds: a part without a parent would be a window of its own
        self._stack = QStackedLayout(shown)
        self._stack.setContentsMargins(0, 0, 0, 0)
        for part in (self.ordered, self.missing, self.effect, self.stock):
            self._stack.addWidget(part)
        self._came_of_it = QWidget()
        below = QVBoxLayout(self._came_of_it)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(4)
        below.addWidget(Line())
        below.addWidget(self.tabs)
        below.addWidget(shown, 1)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(16, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.gives)
        column.addLayout(self._facts)
        column.addWidget(self.budget)
        column.addWidget(self._came_of_it, 1)
        self._came_of_it.setVisible(not self._own)
        if self._own:
            column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._body)
        whole.addWidget(self.face)
        self.show_promotion(None)

    # what is shown

    def show_promotion(self, promotion_id: bytes | None) -> None:
        """None: nothing is chosen."""
        if promotion_id is None:
            self.detail = None
            self._nothing()
        else:
            self._page.ask(promotion_detail.detail, promotion_id, key="promotion", then=self._came)

    def _nothing(self) -> None:
        self.face.empty(
            t("No promotion chosen"), t("Choose one in the list to see what it gives."), icon="tag"
        )
        self.face.show()
        self._body.hide()

    def _came(self, detail: PromotionDetail | None) -> None:
        if detail is None:
            self.detail = None
            self._nothing()
            return
        other = self.detail is None or self.detail.id != detail.id
        self.detail = detail
        self.face.hide()
        self._body.show()
        first, _ = two_names(detail.name, detail.name_local)
        self.name.set_text(first)
        self._show_chips(detail)
        self.gives.setText(words.gives(detail))
        self._fact("whom", t("For whom"), words.for_whom(detail))
        self._fact("what", t("For what"), words.for_what(detail))
        self._fact("when", t("When"), words.validity(detail.valid_from, detail.valid_to))
        self._fact("together", t("Together"), words.together(detail))
        self.budget.show_budget(None if self._own else detail.budget, detail.currency)
        if self._own:
            return
        if other:
            self._fact("so_far", t("Here so far"), "–")
            self.tabs.set_items(_tabs(None))
            for part in (self.ordered, self.missing):
                part.face.loading()
                part.show_rows(())
            if not self._chosen:
                with QSignalBlocker(self.tabs):
                    self.tabs.choose("stock" if detail.state == COMING else "ordered")
        if detail.terms is None:
            self._show_incomplete()
        else:
            self._page.ask(
                promotion_orders.execution, detail.terms, key="execution", then=self._execution_came
            )
        self._show_tab()

    def _show_incomplete(self) -> None:
        """Nothing came of it, nor will an answer about the one before."""
        self.execution = None
        self.tabs.set_items(_tabs(None))
        self._fact("so_far", t("Here so far"), "–")
        for part in (self.ordered, self.missing):
            part.show_rows(())
            part.face.empty(t("Not complete"), words.incomplete(), icon="tag")

    def _show_chips(self, detail: PromotionDetail) -> None:
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        chips = [Chip(detail.code), Chip(words.state(detail.state), words.STATES[detail.state])]
        if detail.draft:
            told = t("Only this laptop shows it. Publish it under Reference data.")
            chips.append(Chip(t("Not published"), "provisional", tip=told))
        for chip in chips:
            self._chips.addWidget(chip)

    def _fact(self, key: str, title: str, value: str) -> None:
        if key not in self._values:
            row = len(self._values)
            self._values[key] = Elided("")
            self._facts.addWidget(Label(title, "body", "secondary"), row, 0)
            self._facts.addWidget(self._values[key], row, 1)
        self._values[key].set_text(value)

    def _execution_came(self, found: Execution) -> None:
        detail = self.detail
        if detail is None or detail.terms is None:
            return
        self.execution = found
        self.tabs.set_items(_tabs(found))
        if detail.state == COMING:
            self.ordered.face.empty(
                t("It has not begun"), t("Nobody can have ordered with it."), icon="hourglass"
            )
        else:
            self.ordered.face.empty(t("Nobody ordered with it yet"), "", icon="receipt")
        self.missing.face.empty(t("Everybody ordered with it"), "", icon="check-circle")
        self.ordered.show_rows(found.ordered)
        self.missing.show_rows(found.missing)
        self._fact("so_far", t("Here so far"), self._so_far(found, detail.currency))

    @staticmethod
    def _so_far(found: Execution, currency: str) -> str:
        if not found.ordered:
            return t("Nothing given yet")
        told = n(
            "{given} given, {net} net sold in {count} order",
            "{given} given, {net} net sold in {count} orders",
            found.orders,
            given=Money(found.given, currency),
            net=Money(found.net, currency),
        )
        if not found.waiting:
            return told
        waits = t("{amount} waits for headquarters", amount=Money(found.waiting, currency))
        return "  ·  ".join((told, waits))

    def _tab(self, _key: object) -> None:
        self._chosen = True
        self._show_tab()

    def _show_tab(self) -> None:
        """The effect and the stock are read when somebody looks at them."""
        key = str(self.tabs.key)
        shown = {"ordered": self.ordered, "missing": self.missing, "effect": self.effect, "stock": self.stock}
        self._stack.setCurrentWidget(shown[key])
        if self.detail is None or self._own:
            return
        if key == "effect":
            self.effect.show_promotion(self.detail)
        elif key == "stock":
            self.stock.show_promotion(self.detail)

    def _currency(self, _row: Any) -> str:
        return self.detail.currency if self.detail is not None else ""

    def _open(self, row: promotion_orders.Ordered | promotion_orders.Missing) -> None:
        self._page.go("partner", row.partner_id)


def _tabs(found: Execution | None) -> list[tuple[object, str, int | None]]:
    return [
        ("ordered", t("Ordered"), len(found.ordered) if found else None),
        ("missing", t("Not ordered yet"), len(found.missing) if found else None),
        ("effect", t("Effect"), None),
        ("stock", t("Stock"), None),
    ]


def _partner(row: promotion_orders.Ordered | promotion_orders.Missing) -> str:
    return own_name(row.name, row.name_local)


def _ordered_columns(currency: Callable[[Any], str]) -> list[Column]:
    return [
        Column("partner", t("Partner"), _partner, width=110, stretch=True, tip=_partner),
        Column(
            "orders", t("Orders"), lambda row: row.orders, Kind.INTEGER, width=wide_for(t("Orders"), ["888"])
        ),
        Column(
            "given",
            t("Given"),
            lambda row: row.given,
            Kind.MONEY,
            width=wide_for(t("Given"), [formats().amount(888_888_88, "CNY")]),
            currency=currency,
            provisional=_reason,
        ),
        Column(
            "net",
            t("Net sold"),
            lambda row: row.net,
            Kind.MONEY,
            width=wide_for(t("Net sold"), [formats().amount(8_888_888_88, "CNY")]),
            currency=currency,
            strong=True,
        ),
    ]


def _reason(row: promotion_orders.Ordered) -> str:
    return t("Headquarters has not confirmed all of these orders yet.") if row.waiting else ""


def _missing_columns() -> list[Column]:
    return [
        Column("partner", t("Partner"), _partner, width=160, stretch=True, tip=_partner),
        Column(
            "last", t("Last order"), lambda row: row.last, Kind.DAY, wide_for(t("Last order"), long_days())
        ),
    ]
