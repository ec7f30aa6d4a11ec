"""One position beside the list: how it goes on, what is at stake, where it lies, lots, movements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from channeldesk.analytics.stock import projection
from channeldesk.model.notice import Rate
from channeldesk.queries.stock import EXPIRING_DAYS
from channeldesk.queries.stock_detail import LotRow, MovementRow, Place, StockDetail
from channeldesk.rules.counts import Status
from channeldesk.rules.explain import Step
from channeldesk.rules.field_words import CHOICE_NAMES
from channeldesk.rules.words import COUNT_NAMES
from ui.charts.frame import ChartFrame
from ui.i18n import formats, t, tn, two_names, unit_name
from ui.models.columns import MISSING
from ui.tasks import Tasks
from ui.widgets.face import Face
from ui.widgets.label import Label, Line
from ui.widgets.stock import words

WIDTH = 376
_CHART_HEIGHT = 230
_MOST_MOVEMENTS = 20
_SIGNS = {"+": "+ ", "-": "− ", "*": "× ", "=": "= ", "": ""}
Told = tuple[str, str, str]
"""Name, value, tint."""


class StockPane(QWidget):
    """``show_detail`` follows the cursor of the list."""

    def __init__(self, tasks: Tasks) -> None:
        super().__init__()
        self.detail: StockDetail | None = None
        self.face = Face()
        self.title = Label("", "section", wrap=True)
        self.other_name = Label("", "caption", wrap=True)
        self.chart = ChartFrame(tasks)
        self.chart.setFixedHeight(_CHART_HEIGHT)
        self._parts = QWidget()
        self._body = QWidget()
        self._body.setObjectName("body")
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(16, 0, 8, 0)
        self._column.setSpacing(10)
        for part in (self.title, self.other_name, self.chart, self._parts):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(self._body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.face)
        whole.addWidget(self.area, 1)
        self.show_detail(None)

    def show_detail(self, detail: StockDetail | None, why_none: str = "") -> None:
        """None: nothing is chosen, or ``why_none``."""
        self.detail = detail
        self.area.setVisible(detail is not None)
        self.face.setVisible(detail is None)
        if detail is None:
            told = why_none or t("Choose a line to see how its stock may go on.")
            self.face.empty(t("Nothing to show"), told, icon="package")
            return
        first, second = two_names(detail.product, detail.product_local)
        self.title.setText(first)
        self.other_name.setText(second or "")
        self.other_name.setVisible(bool(second))
        self.chart.show_data(projection(detail))
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for heading, rows in _sections(detail):
            column.addWidget(Line())
            column.addWidget(_section(heading, rows))
        self._column.replaceWidget(self._parts, made)
        self._parts.hide()
        self._parts.deleteLater()
        self._parts = made


def _section(heading: str, told: Iterable[Told]) -> QWidget:
    made = QWidget()
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    grid.addWidget(Label(heading, "strong", wrap=True), 0, 0, 1, 2)
    for at, (name, value, tint) in enumerate(told, 1):
        grid.addWidget(Label(name, "caption", wrap=True), at, 0)
        figure = Label(value, "body", tint)
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(figure, at, 1)
    return made


def _sections(detail: StockDetail) -> list[tuple[str, list[Told]]]:
    unit = unit_name(detail.unit)
    heading = t("In figures ({unit})", unit=unit) if unit else t("In figures")
    found = [
        (heading, _figures(detail)),
        (t("May run out"), _steps(detail.danger.steps)),
        (t("Above need"), _steps(detail.excess.steps)),
        (t("Where it lies"), [_place(one) for one in detail.places]),
    ]
    if detail.lots:
        found.append((t("Lots, as they were reported"), [_lot(one) for one in detail.lots]))
    if detail.age.layers:
        found.append((t("Age, first in, first out"), _steps(detail.age.steps)))
    if detail.movements:
        told = [_movement(one) for one in detail.movements[:_MOST_MOVEMENTS]]
        more = len(detail.movements) - len(told)
        if more:
            told.append((t("earlier ones: {count}", count=more), "", ""))
        found.append((t("Movements"), told))
    return found


def _figures(detail: StockDetail) -> list[Told]:
    form = formats()
    cover = max(0, detail.on_hand) // detail.daily if detail.daily > 0 else None
    turns = detail.turns
    mean = detail.age.mean_days
    return [
        (t("In stock"), form.quantity(detail.on_hand), "bad" if detail.on_hand < 0 else ""),
        (t("In transit"), form.quantity(detail.in_transit), ""),
        (t("Days of cover"), MISSING if cover is None else form.integer(cover), ""),
        (t("Turnover, times a year"), MISSING if turns is None else form.number(turns / 100, 1), ""),
        (t("Mean age, days"), MISSING if mean is None else form.integer(mean), ""),
        (t("Chance of running out"), form.show(Rate(detail.danger.chance)), ""),
    ]


def _steps(steps: Sequence[Step]) -> list[Told]:
    return [
        (tn(one.label), f"{_SIGNS[one.sign]}{formats().show(one.value)}", "accent" if one.sign == "=" else "")
        for one in steps
    ]


def _place(place: Place) -> Told:
    name = two_names(place.name, place.name_local)[0] if place.name else t("One stock")
    moment = formats().instant(place.as_of) if place.as_of is not None else ""
    waits = t(COUNT_NAMES["waiting"]) if place.waits else ""
    source = " · ".join(filter(None, (words.source(place.source), place.reporter or "", moment, waits)))
    return f"{name} · {source}", formats().quantity(place.quantity), "bad" if place.quantity < 0 else ""


def _lot(lot: LotRow) -> Told:
    if lot.expires_on is None or lot.days is None:
        return lot.lot, formats().quantity(lot.quantity), ""
    day = formats().day(lot.expires_on)
    told = t("expired on {day}", day=day) if lot.days < 0 else t("expires on {day}", day=day)
    tint = "bad" if lot.days < 0 else "warning" if lot.days <= EXPIRING_DAYS else ""
    return f"{lot.lot} · {told}", formats().quantity(lot.quantity), tint if lot.quantity > 0 else ""


def _movement(row: MovementRow) -> Told:
    kinds = {**CHOICE_NAMES["movement_kind"], "sell_out": "Sell-out", "count": "Counted"}
    status = t(COUNT_NAMES[row.status]) if row.status not in ("", Status.COUNTED) else ""
    told = (formats().day_short(row.day), t(kinds[row.kind]), status, row.reference or "")
    name = " · ".join(filter(None, told))
    quantity = formats().quantity(row.quantity) if row.kind == "count" else words.signed(row.quantity)
    return name, quantity, ""
