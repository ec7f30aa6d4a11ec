"""The pane beside the list: the current partner at a glance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.partner import PartnerDetail
from channeldesk.queries.partners import PartnerRow
from ui.i18n import formats, n, own_name, t, today_text, two_names
from ui.widgets.button import Button
from ui.widgets.chip import Chip
from ui.widgets.flow import Flow
from ui.widgets.label import Elided, Label, Line
from ui.widgets.partners import words
from ui.widgets.partners.facts import Fact, Facts, SparkPane
from ui.widgets.partners.promise_list import PromiseList

WIDE = 260


class PartnerPane(QWidget):
    """``show_row`` shows at once what the list knows; ``show_detail`` adds the rest when it is here."""

    open_wanted = Signal()
    brief_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDE)
        self.partner_id: bytes | None = None
        self._name, self._second = Elided("", "strong"), Elided("", "caption")
        self._chips = [Chip(""), Chip(""), Chip("")]
        self._facts = Facts()
        self._spark = SparkPane(t("Net sales, 12 months"))
        self.promises = PromiseList(4)
        self._rest = QWidget()
        self._make_layout()
        self.clear()

    def _make_layout(self) -> None:
        body = QWidget()
        body.setObjectName("body")
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 8, 0, 0)
        column.setSpacing(4)
        chips = QWidget()
        flow = Flow(chips, 6)
        for chip in self._chips:
            flow.addWidget(chip)
        rest = QVBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(8)
        for part in (self._spark, Line(), Label(t("Open promises"), "caption"), self.promises):
            rest.addWidget(part)
        for widget in (self._name, self._second):
            column.addWidget(widget)
        column.addSpacing(4)
        column.addWidget(chips)
        column.addSpacing(8)
        column.addWidget(self._facts)
        column.addSpacing(12)
        column.addWidget(self._rest)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        opens, brief = Button(t("Open"), cap="Return"), Button(t("Brief"), icon="article", keys="B")
        opens.clicked.connect(self.open_wanted)
        brief.clicked.connect(self.brief_wanted)
        bar = QWidget()
        bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        wrapping = Flow(bar)
        wrapping.addWidget(opens)
        wrapping.addWidget(brief)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 0, 0)
        foot.addWidget(bar, 1)
        inner = QVBoxLayout()
        inner.setSpacing(8)
        inner.addWidget(area, 1)
        inner.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(Line(upright=True))
        row.addLayout(inner, 1)

    def clear(self) -> None:
        """No partner is current."""
        self.partner_id = None
        self._name.set_text(t("No partner chosen"), "tertiary")
        self._second.set_text("")
        for chip in self._chips:
            chip.hide()
        self._facts.fill(())
        self._rest.hide()
        self.setEnabled(False)

    def show_row(self, row: PartnerRow, *, arriving: bool = False) -> None:
        """``arriving``: the figures of the row are not known yet."""
        if row.id != self.partner_id:
            self._rest.hide()
        self.partner_id = row.id
        self.setEnabled(True)
        name, second = two_names(row.name, row.name_local)
        self._name.set_text(name, "text")
        self._second.set_text(" · ".join(filter(None, (second, row.code, row.city))))
        kinds = (own_name(row.tier, row.tier_local), own_name(row.channel_type, row.channel_type_local))
        told = [*((kind, "outline") for kind in kinds), _status(row)]
        for chip, (text, tone) in zip(self._chips, told, strict=True):
            chip.set(text, tone, tip=words.edited() if tone == "provisional" else "")
            chip.setVisible(bool(text))
        self._facts.fill(_arriving_facts() if arriving else row_facts(row))

    def show_detail(self, detail: PartnerDetail) -> None:
        if detail.id != self.partner_id:
            return
        sales = detail.figures.sales
        current = sales.current
        target = current.target if current is not None else None
        self._spark.fill(detail.figures.series, target, t("dashed: target"))
        today = date.fromisoformat(detail.today)
        self.promises.fill(detail.promises, today, arriving=detail.as_of is None)
        self._rest.show()


def _status(row: PartnerRow) -> tuple[str, str]:
    if row.needs_decision:
        return t("Needs you"), "bad"
    if row.provisional:
        return words.stage(row.stage), "provisional"
    return words.stage(row.stage), words.STAGE_TONES[row.stage]


def _arriving_facts() -> Sequence[Fact]:
    named = (t("Sales MTD"), t("Overdue"), t("Credit left"), t("Stock"), t("Last visit"))
    return tuple(Fact(name, "–", t("still arriving")) for name in named)


def row_facts(row: PartnerRow) -> Sequence[Fact]:
    """The figures of a list row in words."""
    form = formats()

    def money(amount: int | None) -> str:
        return "–" if amount is None else form.money(amount, row.currency, whole=True)

    late = n("{count} day", "{count} days", row.overdue_days) if row.overdue_days else ""
    limit = (
        t("of {amount}", amount=form.compact_money(row.credit_limit, row.currency))
        if row.credit_limit
        else ""
    )
    days = "–" if row.stock_days is None else n("{count} day", "{count} days", row.stock_days)
    visited = t("never")
    if row.last_visit is not None:
        last = date.fromisoformat(row.last_visit)
        visited = today_text(last, last + timedelta(days=row.visit_days or 0))
    since = words.days_ago(row.visit_days)
    return (
        Fact(t("Sales MTD"), money(row.sales), provisional=words.sales_reason(row)),
        Fact(t("Overdue"), money(row.overdue), late, "bad" if row.overdue else "text"),
        Fact(t("Credit left"), money(row.credit_left), limit, provisional=words.credit_reason(row)),
        Fact(t("Stock"), days),
        Fact(t("Last visit"), visited, since),
    )
