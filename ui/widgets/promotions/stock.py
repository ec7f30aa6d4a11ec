"""Stock of what a promotion holds: what it would take at the partners, and what ran out while it ran."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from channeldesk.model.notice import Quantity
from channeldesk.queries import promotion_stock
from channeldesk.queries.promotion_detail import PromotionDetail
from channeldesk.queries.promotion_list import COMING, OVER
from channeldesk.queries.promotion_stock import Demand, RanOut
from channeldesk.rules.promotions.need import UPLIFTS
from ui.i18n import formats, n, own_name, t, unit_name
from ui.models.columns import Column, Kind
from ui.page import Page
from ui.widgets.choice import Choice
from ui.widgets.flow import Flow
from ui.widgets.label import Label, Line
from ui.widgets.notes import Notes
from ui.widgets.promotions import words
from ui.widgets.scroll import scrolling
from ui.widgets.short_list import ShortList
from ui.widgets.table_header import instant_width, wide_for

_ROWS_HIGH, _NARROW = 190, 480


class StockPart(QWidget):
    """For what is not over: the demand of the days to come. For what has begun: what ran out."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._detail: PromotionDetail | None = None
        self.demand: Demand | None = None
        self.ran_out: RanOut | None = None
        self.uplift = Choice(
            t("Sold more than usual"), [(one, formats().percent(one / 10_000, 0)) for one in UPLIFTS]
        )
        self.told = Label("", wrap=True)
        self.needs = ShortList(page.context.tasks, t("What partners lack"), _need_columns())
        self.notes = Notes()
        self.out_told = Label("", wrap=True)
        self.outs = ShortList(page.context.tasks, t("What ran out"), _out_columns())
        for part in (self.needs, self.outs):
            part.setMinimumHeight(_ROWS_HIGH)
            part.told.connect(page.context.say)
        self.outs.opened.connect(self._open)
        self._to_come, self._so_far = QWidget(), QWidget()
        self._lay_out()
        self.uplift.chosen.connect(self._ask_demand)

    def _lay_out(self) -> None:
        bar = QWidget()
        head = Flow(bar)
        head.addWidget(Label(t("The days to come"), "section"))
        head.push(self.uplift)
        first = QVBoxLayout(self._to_come)
        first.addWidget(bar)
        for part in (self.told, self.needs, self.notes):
            first.addWidget(part)
        second = QVBoxLayout(self._so_far)
        for part in (Label(t("The days so far"), "section"), self.out_told, self.outs):
            second.addWidget(part)
        for column in (first, second):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(8)
        self._line = Line()
        body = QWidget()
        both = QVBoxLayout(body)
        both.setContentsMargins(0, 8, 8, 8)
        both.setSpacing(12)
        both.addWidget(self._to_come)
        both.addWidget(self._line)
        both.addWidget(self._so_far)
        both.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(body))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        for table, name in ((self.needs.view, "sku"), (self.needs.view, "stock"), (self.outs.view, "until")):
            at = [column.id for column in table.columns].index(name)
            if table.isColumnHidden(at) != narrow:
                table.setColumnHidden(at, narrow)
                table.stretch()

    def show_promotion(self, detail: PromotionDetail) -> None:
        if self._detail is None or detail.id != self._detail.id:
            self.told.setText("")
            self.out_told.setText("")
            for part in (self.needs, self.outs):
                part.face.loading()
                part.show_rows(())
        self._detail = detail
        self._to_come.setVisible(detail.state != OVER)
        self._so_far.setVisible(detail.state != COMING)
        self._line.setVisible(detail.state not in (OVER, COMING))
        if detail.terms is None:
            for part in (self.needs, self.outs):
                part.show_rows(())
                part.face.empty(t("Not complete"), words.incomplete(), icon="tag")
            return
        if detail.state != OVER:
            self._ask_demand()
        if detail.state != COMING:
            self._page.ask(promotion_stock.ran_out, detail.terms, key="ran out", then=self._outs_came)

    def _ask_demand(self, *_chosen: object) -> None:
        if self._detail is not None and self._detail.terms is not None:
            self._page.ask(
                promotion_stock.needed,
                self._detail.terms,
                self.uplift.key,
                key="demand",
                then=self._demand_came,
            )

    def _demand_came(self, found: Demand) -> None:
        if self._detail is None or self._detail.terms is None:
            return
        self.demand = found
        check = found.check
        short = len(check.short)
        if not check.needs:
            text = t("Nothing of it was sold in the last 90 days, so no demand can be told.")
        elif not short:
            text = t("What partners have lasts for all {days} days.", days=check.days)
        else:
            text = n(
                "{count} product of {every} does not last for the {days} days at the pace of the last 90.",
                "{count} products of {every} do not last for the {days} days at the pace of the last 90.",
                short,
                every=len(check.needs),
                days=check.days,
            )
        self.told.setText(text)
        self.needs.face.empty(t("Nothing is lacking"), "", icon="package")
        self.needs.show_rows(found.rows)
        notes = [("info", _deliverable(found))] if found.rows else []
        if check.uncounted:
            notes.append(
                (
                    "info",
                    n(
                        "{count} of {pairs} stocks was never counted; it is taken to be none.",
                        "{count} of {pairs} stocks were never counted; they are taken to be none.",
                        check.uncounted,
                        pairs=found.pairs,
                    ),
                )
            )
        self.notes.fill(notes)

    def _outs_came(self, found: RanOut) -> None:
        if self._detail is None or self._detail.terms is None:
            return
        self.ran_out = found
        if not found.looked_at:
            text = t("No stock of these products was ever counted or reported at these partners.")
        else:
            text = n(
                "{count} of {every} known stocks ran out while it was promoted.",
                "{count} of {every} known stocks ran out while they were promoted.",
                len(found.outs),
                every=found.looked_at,
            )
        self.out_told.setText(text)
        self.outs.face.empty(t("Nothing ran out"), "", icon="package")
        self.outs.show_rows(found.outs)

    def _open(self, row: promotion_stock.OutRow) -> None:
        self._page.go("stock", row.found.partner)


def _deliverable(found: Demand) -> str:
    if found.beyond is None:
        return t(
            "What our own warehouses hold is not on this laptop: whether the rest can be delivered "
            "is not known."
        )
    if not found.beyond:
        return t("Our own warehouses hold what lacks.")
    return n(
        "Of {count} product more lacks than our own warehouses hold.",
        "Of {count} products more lacks than our own warehouses hold.",
        found.beyond,
    )


def _need_columns() -> list[Column]:
    def quantity(row: promotion_stock.NeedRow, amount: int) -> str:
        return formats().quantity(amount, unit_name(row.unit))

    return [
        Column("sku", t("Article"), lambda row: row.sku, width=104),
        Column("product", t("Product"), _product, width=90, stretch=True, tip=_product),
        Column(
            "expected",
            t("Needed"),
            lambda row: _up(row.expected),
            Kind.QUANTITY,
            width=wide_for(t("Needed"), ["888,888"]),
            tip=lambda row: quantity(row, row.expected),
        ),
        Column(
            "stock",
            t("There"),
            lambda row: row.stock,
            Kind.QUANTITY,
            width=wide_for(t("There"), ["888,888"]),
        ),
        Column(
            "short",
            t("Lacking"),
            lambda row: _up(row.short),
            Kind.QUANTITY,
            width=wide_for(t("Lacking"), ["888,888"]),
            strong=True,
            tip=_lacking,
        ),
        Column(
            "ours",
            t("Own stock"),
            lambda row: row.ours,
            Kind.QUANTITY,
            width=wide_for(t("Own stock"), ["888,888"]),
            tone=lambda row: "bad" if row.ours is not None and row.ours < row.short else "",
        ),
    ]


def _out_columns() -> list[Column]:
    return [
        Column(
            "partner",
            t("Partner"),
            lambda row: own_name(row.partner, row.partner_local),
            width=110,
            stretch=True,
        ),
        Column("product", t("Product"), _product, width=130, tip=_product),
        Column(
            "at",
            t("Gone since"),
            lambda row: row.found.at,
            Kind.INSTANT,
            width=instant_width(t("Gone since")),
            tip=_back,
        ),
        Column("until", t("Back"), lambda row: row.found.until, Kind.INSTANT, width=instant_width(t("Back"))),
    ]


def _back(row: promotion_stock.OutRow) -> str:
    return "" if row.found.until is None else f"{t('Back')}: {formats().instant_short(row.found.until)}"


def _up(quantity: int) -> int:
    """Whole units: half a machine is not delivered."""
    return -(-quantity // 1000) * 1000


def _product(row: promotion_stock.NeedRow | promotion_stock.OutRow) -> str:
    return own_name(row.product, row.product_local)


def _lacking(row: promotion_stock.NeedRow) -> str:
    return n(
        "At {count} partner, {short} in all",
        "At {count} partners, {short} in all",
        row.lacking,
        short=Quantity(row.short, unit_name(row.unit)),
    )
