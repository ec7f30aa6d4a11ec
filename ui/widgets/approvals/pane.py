"""One request beside the list: what is asked and why, what stands against it, and the decision."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from channeldesk.queries import clock
from channeldesk.queries.approvals import ApprovalDetail
from ui.i18n import formats, t, tn
from ui.models.table import TableModel
from ui.theme.tokens import ROW
from ui.widgets.approvals import words
from ui.widgets.approvals.tables import changes_table, counted_table
from ui.widgets.button import LINK, MAIN, QUIET, Button
from ui.widgets.chip import Chip
from ui.widgets.face import Face
from ui.widgets.field import FormField
from ui.widgets.flow import Flow
from ui.widgets.label import Label, Line
from ui.widgets.orders import words as order_words
from ui.widgets.scroll import scrolling
from ui.widgets.table_view import TableView

WIDTH = 420


class ApprovalPane(QWidget):
    """The signals are the buttons; each is about ``detail``. ``decision`` is what is said with it."""

    order_wanted = Signal()
    partner_wanted = Signal()
    stock_wanted = Signal()
    approve_wanted = Signal()
    refuse_wanted = Signal()
    pass_on_wanted = Signal()
    withdraw_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.detail: ApprovalDetail | None = None
        self.face = Face()
        self.title = Label("", "title", wrap=True)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(8)
        self.partner = Button("", kind=LINK)
        self.order = Button("", kind=LINK)
        self.stock = Button(t("Stock there"), kind=LINK)
        self.because = Label("", "body", wrap=True)
        self.reasons = Label("", "body", "warning", wrap=True)
        self._facts = QWidget()
        self.lines = changes_table()
        self.rows = TableModel(self.lines.columns, parent=self)
        self.lines.setModel(self.rows)
        self.counted = counted_table()
        self.counted_rows = TableModel(self.counted.columns, parent=self)
        self.counted.setModel(self.counted_rows)
        self.words = QLineEdit()
        self._words_field = FormField(t("What you say about it"), self.words)
        self.approve = Button(t("Approve"), icon="check", keys="A", kind=MAIN)
        self.refuse = Button(t("Refuse"), icon="x", keys="R")
        self.pass_on = Button(t("Pass on…"), icon="arrow-square-out", kind=QUIET)
        self.withdraw = Button(t("Take back"), icon="arrow-counter-clockwise", kind=QUIET)
        self._connect()
        self._lay_out()
        self.show_detail(None)

    def _connect(self) -> None:
        self.partner.clicked.connect(self.partner_wanted)
        self.order.clicked.connect(self.order_wanted)
        self.stock.clicked.connect(self.stock_wanted)
        self.approve.pressed_once.connect(self.approve_wanted)
        self.refuse.pressed_once.connect(self.refuse_wanted)
        self.pass_on.clicked.connect(self.pass_on_wanted)
        self.withdraw.pressed_once.connect(self.withdraw_wanted)

    def _lay_out(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(16, 0, 8, 0)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.addLayout(self._chips)
        head.addStretch(1)
        links = QHBoxLayout()
        links.setSpacing(8)
        links.addWidget(self.partner)
        links.addWidget(self.order)
        links.addWidget(self.stock)
        links.addStretch(1)
        self._facts_place = QVBoxLayout()
        self._facts_place.addWidget(self._facts)
        for part in (self.title, head, links, self.because, self.reasons, Line()):
            column.addLayout(part) if isinstance(part, QHBoxLayout) else column.addWidget(part)
        column.addLayout(self._facts_place)
        column.addWidget(self.lines)
        column.addWidget(self.counted)
        column.addStretch(1)
        self._area = scrolling(body)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(16, 8, 8, 0)
        foot.setSpacing(8)
        foot.addWidget(self._words_field)
        flow = Flow()
        for button in (self.approve, self.refuse, self.pass_on, self.withdraw):
            flow.addWidget(button)
        foot.addLayout(flow)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.face, 1)
        whole.addWidget(self._area, 1)
        whole.addWidget(self._foot)

    @property
    def decision(self) -> str:
        return self.words.text().strip()

    def show_detail(self, detail: ApprovalDetail | None) -> None:
        """None: nothing is chosen. Words that were typed stay with the request that they are about."""
        if detail is None or self.detail is None or detail.row.id != self.detail.row.id:
            self.words.clear()
        self.detail = detail
        for part in (self._area, self._foot):
            part.setVisible(detail is not None)
        self.face.setVisible(detail is None)
        if detail is None:
            told = t("Move in the list; the request shows here.")
            self.face.empty(t("No request chosen"), told, icon="check-square")
            return
        self._show_head(detail)
        self._show_facts(detail)
        _fill(self.lines, self.rows, detail.changes)
        _fill(self.counted, self.counted_rows, detail.counted)
        open_still = detail.row.status == "asked"
        for button in (self.approve, self.refuse, self.pass_on, self._words_field):
            button.setVisible(detail.may_decide)
        self.approve.setEnabled(detail.impossible is None)
        self.approve.setToolTip("" if detail.impossible is None else tn(detail.impossible))
        self.withdraw.setVisible(open_still and detail.row.mine)
        self._foot.setVisible(detail.may_decide or (open_still and detail.row.mine))

    def _show_head(self, detail: ApprovalDetail) -> None:
        row = detail.row
        self.title.setText(words.kind(row.kind))
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._chips.addWidget(Chip(words.status(row.status), words.TONES[row.status]))
        late, tone = words.left(row, clock.now_ms())
        if late:
            self._chips.addWidget(Chip(late, tone if tone in ("bad", "warning") else "plain"))
        if told := words.provisional(row):
            self._chips.addWidget(Chip(t("Provisional"), "provisional", tip=told))
        self.partner.setText(order_words.two_names(row.partner, row.partner_local)[0])
        self.order.setText(t("Order {number}", number=row.number))
        self.order.setVisible(row.order_id is not None)
        self.stock.setVisible(row.kind == "count")
        for link in (self.partner, self.order, self.stock):
            link.updateGeometry()
        self.because.setText(t("“{text}”", text=row.because))
        self.because.setVisible(bool(row.because))
        told = "\n".join(tn(one) for one in (*detail.reasons, *filter(None, [detail.impossible])))
        self.reasons.setText(told)
        self.reasons.setVisible(bool(told))

    def _show_facts(self, detail: ApprovalDetail) -> None:
        row, form = detail.row, formats()
        before = "" if row.total is None else form.money(row.total, row.currency)
        after = "" if detail.total_after is None else form.money(detail.total_after, row.currency)
        facts = [
            (
                t("Total") if row.order_id else t("At stake"),
                f"{before} → {after}" if after and after != before else before,
            ),
            (t("Blocked because"), detail.blocked_because or ""),
            (t("Wanted on"), form.day(detail.requested_on) if detail.requested_on else ""),
            (t("Asked by"), " · ".join(filter(None, (row.asked_by, words.moment(row.asked_at))))),
            (t("To be decided until"), words.moment(row.due)),
            (t("Passed on to"), row.assigned or ""),
            (t("Decided by"), " · ".join(filter(None, (row.decided_by, words.moment(row.decided_at))))),
            (t("Comment"), row.decision or ""),
        ]
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for at, (name, value) in enumerate((name, value) for name, value in facts if value):
            grid.addWidget(Label(name, "caption"), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(value, wrap=True), at, 1)
        self._facts_place.replaceWidget(self._facts, made)
        self._facts.hide()
        self._facts.deleteLater()
        self._facts = made


def _fill(table: TableView, model: TableModel, rows: Sequence[object]) -> None:
    """As high as its rows; away where there are none."""
    model.update_rows(rows)
    table.setVisible(bool(rows))
    table.setFixedHeight(ROW * (len(rows) + 1) + 2)
