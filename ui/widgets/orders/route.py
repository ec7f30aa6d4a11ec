"""The route of an order beside it: from where it is sent, by whose decision, and what nobody sends."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.orders import OrderDetail
from channeldesk.queries.routes import Route, RoutePart, standing
from channeldesk.rules.order_routes import STANDING, TRANSITIONS, Actor, Status
from ui.i18n import formats, own_name, t, tn
from ui.widgets.button import LINK, Button
from ui.widgets.chip import Chip
from ui.widgets.label import Label, Line
from ui.widgets.orders import route_words, words
from ui.widgets.today.words import BETWEEN


class OrderRoute(QWidget):
    """``withdraw_wanted``: the route's id."""

    withdraw_wanted = Signal(bytes)

    def __init__(self, *, staff: bool) -> None:
        super().__init__()
        self._staff = staff
        self.withdraw: Button | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._body = QWidget()
        self._column.addWidget(self._body)

    def show_order(self, detail: OrderDetail, user_id: bytes | None) -> None:
        """``user_id``: of who looks at it, where that person may withdraw what it proposed."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(Line())
        column.addWidget(Label(t("Route"), "strong"))
        self.withdraw = None
        for one in detail.routes:
            if one.status in STANDING or one.rejected:
                self._route(column, one, mine=user_id is not None and one.created_by == user_id)
        kept = [one for one in detail.routes if one.status not in STANDING and not one.rejected]
        for one in kept:
            told = (route_words.status(one.status), route_words.who(one), one.note)
            column.addWidget(Label(BETWEEN.join(filter(None, told)), "caption", "tertiary", wrap=True))
        self._column.replaceWidget(self._body, made)
        self._body.hide()
        self._body.deleteLater()
        self._body = made
        self.setVisible(bool(detail.routes))

    def _route(self, column: QVBoxLayout, one: Route, *, mine: bool) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        if one.rejected:
            head.addWidget(Chip(t("Rejected"), "bad"))
        else:
            head.addWidget(Chip(route_words.status(one.status), route_words.TONES[one.status]))
        if one.provisional and not one.rejected:
            head.addWidget(Chip(t("Provisional"), "provisional", tip=t("Headquarters has not answered yet.")))
        head.addWidget(Label(formats().money(one.cost, one.currency), "caption"))
        head.addStretch(1)
        column.addLayout(head)
        for part in one.parts:
            told = Label(_part(part), "body", "warning" if part.warehouse_id is None else "", wrap=True)
            told.setToolTip("\n".join(tn(reason) for reason in part.reasons))
            column.addWidget(told)
            for reason in part.reasons[:1]:
                column.addWidget(Label(tn(reason), "caption", wrap=True))
        for text in filter(None, (route_words.who(one), one.note)):
            column.addWidget(Label(text, "caption", wrap=True))
        if not one.rejected and self._may_withdraw(one, mine=mine):
            self.withdraw = Button(t("Withdraw the route"), kind=LINK)
            self.withdraw.clicked.connect(partial(self.withdraw_wanted.emit, one.id))
            column.addWidget(self.withdraw)

    def _may_withdraw(self, one: Route, *, mine: bool) -> bool:
        actors = {Actor.PROPOSER} if mine else set[Actor]()
        if self._staff:
            actors.add(Actor.HEADQUARTERS)
        return bool(TRANSITIONS.get((Status(one.status), Status.WITHDRAWN), frozenset()) & actors)


def _part(part: RoutePart) -> str:
    goods = t(
        "{quantity} {product}",
        quantity=words.amount(part.quantity, part.unit),
        product=own_name(part.product, part.product_local),
    )
    if part.warehouse_id is None:
        return t("{goods}: nobody sends it", goods=goods)
    site = own_name(part.warehouse, part.warehouse_local)
    days = "" if part.days is None else t("in {days} d", days=part.days)
    how = t("to be fetched") if part.pickup else days
    return BETWEEN.join(filter(None, (t("{goods} from {site}", goods=goods, site=site), how)))


def sites_of(detail: OrderDetail) -> list[tuple[bytes, str, int | None]]:
    """Where goods of the confirmed route are still to leave: id, name and days."""
    route = standing(detail.routes)
    wanted = {part.site for part in detail.leaves}
    found: dict[bytes, tuple[bytes, str, int | None]] = {}
    for part in () if route is None else route.parts:
        if part.warehouse_id is not None and part.warehouse_id in wanted:
            name = own_name(part.warehouse, part.warehouse_local)
            found.setdefault(part.warehouse_id, (part.warehouse_id, name, part.days))
    return list(found.values())
