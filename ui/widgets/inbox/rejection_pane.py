"""What headquarters refused, or what could not be stored here: the reason, what was asked, the ways out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxItem, Mutation
from channeldesk.queries.orders import OrderDetail, OrderLine
from ui import icons
from ui.i18n import formats, t, tn, two_names
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.theme import colour
from ui.theme.tokens import RADIUS, ROW
from ui.widgets.button import MAIN, NORMAL, QUIET, Button
from ui.widgets.inbox import words
from ui.widgets.label import Label
from ui.widgets.notes import Notes
from ui.widgets.table_view import TableView

_SHOWN = 12
_HIDDEN = {"id", "created_at", "created_by", "updated_at", "updated_by", "custom", "user_id", "partner_id"}


class RejectionPane(QWidget):
    """``edit_wanted``, ``resend_wanted``, ``discard_wanted`` and ``partner_wanted`` carry the item."""

    edit_wanted = Signal(object)
    resend_wanted = Signal(object)
    discard_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.item: InboxItem | None = None
        self._reason = Reason()
        self._meaning = Notes()
        self._asked_title = Label("", "section")
        self._facts = Label("", "body", "secondary", wrap=True)
        self.lines = TableModel(_columns(""), parent=self)
        self._table: TableView | None = None
        self.edit = Button(t("Put right"), icon="pencil-simple", keys="E", kind=MAIN)
        self.resend = Button(t("Send again"), icon="paper-plane-tilt", keys="R")
        self.discard = Button(t("Give up"), icon="trash", keys="Delete", kind=QUIET)
        self.edit.clicked.connect(self._edit)
        self.resend.clicked.connect(self._resend)
        self.discard.clicked.connect(self._discard)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        for button in (self.edit, self.resend, self.discard):
            bar.addWidget(button)
        bar.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._reason)
        self._column.addSpacing(16)
        self._column.addLayout(bar)
        self._column.addSpacing(16)
        self._column.addWidget(self._meaning)
        self._column.addSpacing(16)
        self._column.addWidget(self._asked_title)
        self._column.addSpacing(6)
        self._column.addWidget(self._facts)
        self._column.addSpacing(6)
        self.setFocusProxy(self.edit)

    def show_item(self, item: InboxItem, order: OrderDetail | None) -> None:
        """``order`` is the rejected order, if it is one and still here."""
        self.item = item
        is_open, aside = item.row.state == "open", item.row.kind == "set_aside"
        self._reason.set(tn(item.row.notice), "warning" if aside else "bad")
        self.edit.setVisible(is_open and order is not None)
        self.resend.setVisible(is_open and not aside)
        self.resend.kind = NORMAL if order is not None else MAIN
        self.discard.setVisible(is_open)
        self.discard.setText(t("Seen") if aside else t("Give up"))
        self.discard.setAccessibleName(self.discard.text())
        self.discard.set_icon("check" if aside else "trash")
        self.discard.kind = MAIN if aside else QUIET
        self._meaning.fill(_meaning(item, order))
        self._asked_title.setText(t("What you asked for") if not aside else t("What arrived"))
        self._facts.setText(_facts(item, order))
        for label in (self._asked_title, self._facts):
            label.setVisible(bool(self._facts.text()))
        self._show_lines(order)
        self.setFocusProxy(self.edit if order is not None else self.resend if not aside else self.discard)

    def _show_lines(self, order: OrderDetail | None) -> None:
        if self._table is not None:
            self._column.removeWidget(self._table)
            self._table.hide()
            self._table.deleteLater()
            self._table = None
        if order is None or not order.lines:
            return
        columns = _columns(order.order.currency)
        self._table = TableView(columns, t("Order lines"), filters=False)
        model = TableModel(columns, parent=self._table)
        model.set_rows(list(order.lines))
        self._table.setModel(model)
        self._table.setFixedHeight(34 + ROW * min(len(order.lines), _SHOWN))
        self._table.setCurrentIndex(model.index(0, 0))
        self._column.addWidget(self._table)

    def _edit(self) -> None:
        self.edit_wanted.emit(self.item)

    def _resend(self) -> None:
        self.resend_wanted.emit(self.item)

    def _discard(self) -> None:
        self.discard_wanted.emit(self.item)


class Reason(QWidget):
    """The sentence of headquarters, on the ground of its tone."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = "bad"
        self._label = Label("", "name", wrap=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(self)
        row.setContentsMargins(44, 12, 16, 12)
        row.addWidget(self._label, 1)

    def set(self, text: str, tone: str) -> None:
        self._tone = tone
        self._label.setText(text)
        self._label.set_tint(tone)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 44)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(colour(f"{self._tone}_fill"))
            painter.setBrush(colour(f"{self._tone}_fill"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            icon = "x-circle" if self._tone == "bad" else "warning-circle"
            icons.paint(painter, 16, 14, icon, self._tone)


def _columns(currency: str) -> list[Column]:
    return [
        Column("sku", t("Code"), _sku, width=96, sortable=False),
        Column("product", t("Product"), _product, width=150, stretch=True, sortable=False),
        Column("quantity", t("Quantity"), _quantity, Kind.QUANTITY, width=76, sortable=False),
        Column("price", t("Unit price"), _price, Kind.PRICE, width=92, currency=currency, sortable=False),
        Column("net", t("Net"), _net, Kind.MONEY, width=96, currency=currency, sortable=False),
    ]


def _sku(line: OrderLine) -> str:
    return line.sku


def _product(line: OrderLine) -> str:
    return two_names(line.name, line.name_local)[0]


def _quantity(line: OrderLine) -> int:
    return line.quantity


def _price(line: OrderLine) -> int:
    return line.unit_price


def _net(line: OrderLine) -> int:
    return line.net


def _meaning(item: InboxItem, order: OrderDetail | None) -> list[tuple[str, str]]:
    """What it means for the person's data, and what each way out does."""
    if item.row.kind == "set_aside":
        return [
            ("shield-check", t("Everything else arrived. Nothing of yours is touched.")),
            ("info", t("Headquarters holds the row; it comes again when it is put right there.")),
        ]
    if item.row.state != "open":
        return [("check-circle", _outcome(item))]
    notes = [("shield-check", t("Nothing of it was booked. Your version is kept here until you decide."))]
    if order is not None:
        notes.append(("pencil-simple", t("Put right: opens the order with its lines; sending asks again.")))
    notes.append(("paper-plane-tilt", t("Send again: asks once more as it is, for when the reason is gone.")))
    notes.append(("trash", t("Give up: removes what it had made here. This cannot be undone.")))
    return notes


def _outcome(item: InboxItem) -> str:
    decision = item.decision or {}
    return t("It was given up.") if decision.get("discarded") else t("It was sent again.")


def _facts(item: InboxItem, order: OrderDetail | None) -> str:
    form = formats()
    if order is not None:
        return t(
            "{number} of {day}, {total} with tax",
            number=order.order.number,
            day=form.day(order.order.date),
            total=form.money(order.order.total, order.order.currency),
        )
    lines = [line for one in item.mutations[:1] for line in _mutation_lines(one, item.currency or "")]
    return "\n".join(lines)


def _mutation_lines(mutation: Mutation, currency: str) -> list[str]:
    """Field by field what was sent."""
    lines = []
    for name, value in mutation.changes.items():
        if name in _HIDDEN or name.endswith("_id"):
            continue
        text = words.plain(name, words.type_of(mutation.entity, name), value, currency)
        if text != words.NOTHING:
            lines.append(t("{field}: {value}", field=words.field_title(name), value=text))
    return lines
