"""What headquarters refused, or what could not be stored here: the reason, what was asked, the ways out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from channeldesk.queries.inbox import InboxItem
from channeldesk.queries.orders import OrderDetail
from channeldesk.rules.inbox_advice import advice
from ui import icons
from ui.i18n import formats, t, tn
from ui.theme import colour
from ui.theme.tokens import RADIUS
from ui.widgets.button import MAIN, NORMAL, QUIET, Button
from ui.widgets.flow import Flow
from ui.widgets.inbox import words
from ui.widgets.inbox.asked import AskedList, OrderLines
from ui.widgets.inbox.waiting import WaitingList
from ui.widgets.label import Label
from ui.widgets.notes import Notes


class RejectionPane(QWidget):
    """``edit_wanted``, ``resend_wanted``, ``discard_wanted`` and ``fetch_wanted`` carry the item;
    ``partner_wanted`` the id of a partner.
    """

    edit_wanted = Signal(object)
    resend_wanted = Signal(object)
    discard_wanted = Signal(object)
    fetch_wanted = Signal(object)
    partner_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.item: InboxItem | None = None
        self._reason = Reason()
        self._meaning = Notes()
        self.waiting = WaitingList()
        self.waiting.opened.connect(self.partner_wanted)
        self._asked_title = Label("", "section")
        self._facts = Label("", "body", "secondary", wrap=True)
        self.lines = OrderLines()
        self.asked = AskedList()
        self.edit = Button(t("Put right"), icon="pencil-simple", cap="P", kind=MAIN)
        self.resend = Button(t("Send again"), icon="paper-plane-tilt", cap="S")
        self.fetch = Button(t("Fetch again"), icon="cloud-arrow-down", cap="F", kind=MAIN)
        self.discard = Button(t("Give up"), icon="trash", cap="D", kind=QUIET)
        for button, slot in (
            (self.edit, self._edit),
            (self.resend, self._resend),
            (self.fetch, self._fetch),
            (self.discard, self._discard),
        ):
            button.clicked.connect(slot)
        self.keys = {
            "P": (self.edit,),
            "S": (self.resend,),
            "F": (self.fetch,),
            "D": (self.discard,),
        }
        self._bar = QWidget()
        self._bar.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = Flow(self._bar)
        for button in (self.edit, self.fetch, self.resend, self.discard):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._reason)
        column.addSpacing(16)
        column.addWidget(self._bar)
        column.addSpacing(12)
        column.addWidget(self._meaning)
        column.addSpacing(16)
        column.addWidget(self.waiting)
        for part in (self._asked_title, self._facts, self.lines, self.asked):
            column.addWidget(part)
            column.addSpacing(6)
        self.setFocusProxy(self.edit)

    def show_item(self, item: InboxItem, order: OrderDetail | None) -> None:
        """``order`` is the rejected order, if it is one and still here."""
        self.item = item
        is_open, aside = item.row.state == "open", item.row.kind == "set_aside"
        remedy = tn(advice(item.row.kind, item.row.notice).remedy) if is_open else ""
        self._reason.set(tn(item.row.notice), remedy, "warning" if aside else "bad")
        self._bar.setVisible(is_open)
        self.edit.setVisible(order is not None)
        self.resend.setVisible(not aside)
        self.resend.kind = NORMAL if order is not None or item.row.sort == "out_of_scope" else MAIN
        self.fetch.setVisible(aside)
        self.discard.setText(t("Take note") if aside else t("Give up"))
        self.discard.setAccessibleName(self.discard.text())
        self.discard.set_icon("check" if aside else "trash")
        self._meaning.fill(_meaning(item, order))
        self.waiting.show_item(item)
        self._asked_title.setText(t("What arrived") if aside else t("What you asked for"))
        self._facts.setText(_facts(item, order))
        self._facts.setVisible(bool(self._facts.text()))
        self.lines.show_order(order)
        self.asked.show_item(item if order is None else None)
        self._asked_title.setVisible(bool(self._facts.text()) or self.asked.count > 0)
        self.setFocusProxy(self.edit if order is not None else self.fetch if aside else self.resend)

    def _edit(self) -> None:
        self.edit_wanted.emit(self.item)

    def _resend(self) -> None:
        self.resend_wanted.emit(self.item)

    def _fetch(self) -> None:
        self.fetch_wanted.emit(self.item)

    def _discard(self) -> None:
        self.discard_wanted.emit(self.item)


class Reason(QWidget):
    """The sentence of headquarters and what to do about it, on the ground of its tone."""

    def __init__(self) -> None:
        super().__init__()
        self._tone = "bad"
        self.sentence = Label("", "name", wrap=True)
        self.remedy = Label("", "body", wrap=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(44, 12, 16, 12)
        column.setSpacing(4)
        column.addWidget(self.sentence)
        column.addWidget(self.remedy)

    def set(self, text: str, remedy: str, tone: str) -> None:
        self._tone = tone
        self.sentence.setText(text)
        self.sentence.set_tint(tone)
        self.remedy.setText(remedy)
        self.remedy.setVisible(bool(remedy))
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


def _meaning(item: InboxItem, order: OrderDetail | None) -> list[tuple[str, str]]:
    """What it means for the person's data, and what each way out does."""
    if item.row.state != "open":
        moment = formats().instant_short(item.row.decided_at) if item.row.decided_at else ""
        return [
            ("check-circle", t("{moment}: {decision}", moment=moment, decision=words.decided_text(item.row)))
        ]
    notes = [("shield-check", tn(advice(item.row.kind, item.row.notice).means))]
    if item.row.kind == "set_aside":
        notes.append(
            ("cloud-arrow-down", t("Fetch again: headquarters sends this part of the data once more."))
        )
        notes.append(("check", t("Take note: it leaves this list; a newer version comes in by itself.")))
        return notes
    if order is not None:
        notes.append(("pencil-simple", t("Put right: opens the order with its lines; sending asks again.")))
    notes.append(("paper-plane-tilt", t("Send again: asks once more as it is, for when the reason is gone.")))
    notes.append(
        ("trash", t("Give up: removes what it had made here. It is kept under Decided, to be taken back."))
    )
    return notes


def _facts(item: InboxItem, order: OrderDetail | None) -> str:
    if order is None:
        return ""
    form = formats()
    return t(
        "{number} of {day}, {total} with tax",
        number=order.order.number,
        day=form.day(order.order.date),
        total=form.money(order.order.total, order.order.currency),
    )
