"""The shipments of an order: what left with whom, when it should be there, what is still to come."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.orders import OrderDetail
from channeldesk.queries.shipments import Shipment
from channeldesk.rules.shipping import COMING, SHIPPABLE, TRANSITIONS, Actor, Status
from ui.i18n import formats, t, tn, today_here
from ui.widgets.button import LINK, Button
from ui.widgets.chip import Chip
from ui.widgets.flow import Flow
from ui.widgets.label import Label
from ui.widgets.orders import words
from ui.widgets.today.words import BETWEEN


class Shipments(QWidget):
    """``wanted``: what is to be done (arrived, sent, cancelled or edit) with which shipment (its id)."""

    wanted = Signal(str, bytes)

    def __init__(self, *, staff: bool, confirms: bool) -> None:
        """``staff``: headquarters' people; ``confirms``: whether the person may say that goods arrived."""
        super().__init__()
        self._staff, self._confirms = staff, confirms
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._body = QWidget()
        self._column.addWidget(self._body)
        self.buttons: dict[tuple[str, bytes], Button] = {}

    def show_order(self, detail: OrderDetail) -> None:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self.buttons = {}
        for one in detail.shipments:
            column.addWidget(self._shipment(one))
        rest = _rest(detail)
        if rest:
            column.addWidget(Label(rest, "caption", wrap=True))
        kept_back = detail.kept_back if detail.still_open and detail.order.status in SHIPPABLE else None
        if kept_back is not None:
            column.addWidget(Label(tn(kept_back), "caption", "warning", wrap=True))
        self._column.replaceWidget(self._body, made)
        self._body.hide()
        self._body.deleteLater()
        self._body = made
        self.setVisible(bool(detail.shipments or rest or kept_back))

    def _shipment(self, one: Shipment) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(one.number or t("New shipment"), "strong"))
        if one.rejected:
            head.addWidget(Chip(t("Rejected"), "bad"))
        else:
            head.addWidget(Chip(words.shipment(one.status), words.SHIPMENT_TONES[one.status]))
        if _late(one):
            head.addWidget(Chip(t("Late"), "warning"))
        if one.provisional and not one.rejected:
            head.addWidget(Chip(t("Provisional"), "provisional", tip=t("Headquarters has not answered yet.")))
        head.addStretch(1)
        column.addLayout(head)
        for text in (_facts(one), _contents(one)):
            if text:
                column.addWidget(Label(text, "caption", wrap=True))
        for text in filter(None, (one.note, one.receipt)):
            column.addWidget(Label(text, "caption", wrap=True))
        buttons = self._offered(one)
        if buttons:
            flow = Flow()
            for button in buttons:
                flow.addWidget(button)
            column.addLayout(flow)
        return made

    def _offered(self, one: Shipment) -> list[Button]:
        if one.rejected:
            return []
        texts = {
            "arrived": t("Confirm arrival…"),
            "sent": t("It leaves now"),
            "edit": t("Edit…"),
            "cancelled": t("Cancel shipment"),
        }
        actor = Actor.HEADQUARTERS if self._staff else Actor.RECEIVER
        moves = {
            str(target)
            for (start, target), actors in TRANSITIONS.items()
            if start == one.status and actor in actors and (self._staff or self._confirms)
        }
        if self._staff and one.status in COMING:
            moves.add("edit")
        made = []
        for what, text in texts.items():
            if what in moves:
                button = Button(text, kind=LINK)
                button.setAccessibleName(f"{text} {one.number or ''}".strip())
                button.clicked.connect(partial(self.wanted.emit, what, one.id))
                self.buttons[what, one.id] = button
                made.append(button)
        return made


def _late(one: Shipment) -> bool:
    return one.status in COMING and one.expected_on is not None and one.expected_on < today_here().isoformat()


def _facts(one: Shipment) -> str:
    day = formats().day
    carrier = " ".join(filter(None, (one.carrier, one.tracking)))
    left = one.sent_on and (
        t("leaves {day}", day=day(one.sent_on))
        if one.status in (Status.PLANNED, Status.CANCELLED)
        else t("left {day}", day=day(one.sent_on))
    )
    if one.status == Status.ARRIVED and one.arrived_on:
        there = t("arrived {day}", day=day(one.arrived_on))
    else:
        there = t("expected {day}", day=day(one.expected_on)) if one.expected_on else ""
    return BETWEEN.join(filter(None, (carrier, left, there)))


def _contents(one: Shipment) -> str:
    return BETWEEN.join(
        t(
            "{quantity} {product}",
            quantity=words.amount(line.quantity, line.unit),
            product=words.two_names(line.name, line.name_local)[0],
        )
        for line in one.lines
    )


def _rest(detail: OrderDetail) -> str:
    """What no shipment holds, of an order of which something left or is planned."""
    if not detail.shipments or detail.order.status not in SHIPPABLE:
        return ""
    rest = BETWEEN.join(
        t(
            "{quantity} {product}",
            quantity=words.amount(line.quantity - line.held, line.unit),
            product=words.two_names(line.name, line.name_local)[0],
        )
        for line in detail.still_open
    )
    return t("Still to be shipped: {goods}", goods=rest) if rest else ""
