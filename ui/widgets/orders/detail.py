"""One order beside the list: what was ordered, what it comes to, what happened to it, what can be done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from channeldesk.model.notice import Rate
from channeldesk.queries.orders import OrderDetail, OrderLine
from channeldesk.queries.routes import standing
from channeldesk.rules.approvals import CHANGEABLE
from channeldesk.rules.field_words import CHOICE_NAMES
from channeldesk.rules.orders import Actor, Status, refuse_move
from channeldesk.rules.returns import RETURNABLE
from channeldesk.rules.shipping import SHIPPABLE
from ui.i18n import formats, n, t, tn
from ui.models.columns import Column, Kind
from ui.models.table import TableModel
from ui.theme.tokens import ROW
from ui.widgets.button import LINK, MAIN, QUIET, Button
from ui.widgets.chip import Chip
from ui.widgets.face import Face
from ui.widgets.flow import Flow
from ui.widgets.label import Elided, Label, Line
from ui.widgets.orders import route_words, words
from ui.widgets.orders.history import History
from ui.widgets.orders.route import OrderRoute
from ui.widgets.orders.shipments import Shipments
from ui.widgets.orders.sums import Sums
from ui.widgets.table_header import wide_for
from ui.widgets.table_view import TableView

WIDTH = 420


class OrderPane(QWidget):
    """The signals are the buttons; each acts on the order shown (``detail``)."""

    partner_wanted = Signal()
    repeat_wanted = Signal()
    return_wanted = Signal()
    cancel_wanted = Signal()
    correct_wanted = Signal()
    resend_wanted = Signal()
    give_up_wanted = Signal()
    change_wanted = Signal()
    ask_cancel_wanted = Signal()
    ship_wanted = Signal()
    route_wanted = Signal()
    split_wanted = Signal()
    let_go_wanted = Signal()
    related_wanted = Signal(bytes)
    close_wanted = Signal()
    alike_wanted = Signal(object)

    def __init__(
        self,
        *,
        wide: bool = False,
        writes: bool = True,
        returns: bool = True,
        staff: bool = False,
        confirms: bool = True,
        routes: bytes | None = None,
    ) -> None:
        """``wide``: on a page of its own, with more columns and the way back to the list. ``writes``:
        whether the person may do anything with the order, ``returns``: whether goods may come back,
        ``staff``: whether it is one of headquarters, ``confirms``: whether it may say that goods arrived,
        ``routes``: who it is, where it may say from where orders are sent.
        """
        super().__init__()
        self._writes, self._returns, self._wide, self._staff = writes, returns, wide, staff
        self._routes = routes
        self.detail: OrderDetail | None = None
        self.face = Face()
        self.number = Label("", "title")
        self._head = Flow()
        self._head.addWidget(self.number)
        self._chips: list[Chip] = []
        self.partner = Button("", kind=LINK)
        self.partner.clicked.connect(self.partner_wanted)
        self.other_name = Elided("", "caption")
        self.reasons = Label("", "body", "bad", wrap=True)
        self.alike = Label("", "body", "warning", wrap=True)
        self._open_alike = Flow()
        self._facts = QWidget()
        self.lines = _lines_table(self._currency)
        self.rows = TableModel(self.lines.columns, parent=self)
        self.lines.setModel(self.rows)
        self.sums = Sums()
        self.shipments = Shipments(staff=staff and writes, confirms=confirms)
        self.route = OrderRoute(staff=staff and routes is not None)
        self.history = History()
        self.close_button = Button(t("Back to the list"), icon="arrow-left", keys="Esc", kind=QUIET)
        self.close_button.clicked.connect(self.close_wanted)
        self._make_buttons()
        self._lay_out(wide)
        self.show_order(None)

    def _make_buttons(self) -> None:
        self.correct = Button(t("Put right"), icon="pencil-simple", keys="E", kind=MAIN)
        self.resend = Button(t("Send again as it is"), icon="paper-plane-tilt")
        self.give_up = Button(t("Give up"), icon="trash", kind=QUIET)
        self.repeat = Button(t("Repeat"), icon="copy-simple", keys="R")
        self.back = Button(t("Return goods…"), icon="arrow-counter-clockwise", kind=QUIET)
        self.cancel = Button(t("Cancel order"), icon="prohibit", kind=QUIET)
        self.change = Button(t("Ask for a change…"), icon="pencil-simple", kind=QUIET)
        self.ask_cancel = Button(t("Ask to cancel…"), icon="prohibit", kind=QUIET)
        self.ship = Button(t("Ship…"), icon="truck", keys="S", kind=MAIN)
        self.routing = Button(t("Route…"), icon="git-branch", keys="U", kind=QUIET)
        self.routing.clicked.connect(self.route_wanted)
        self.split = Button(t("Split…"), icon="arrows-down-up", kind=QUIET)
        self.let_go = Button(t("Let the rest go…"), icon="prohibit", kind=QUIET)
        self.ship.clicked.connect(self.ship_wanted)
        self.split.clicked.connect(self.split_wanted)
        self.let_go.clicked.connect(self.let_go_wanted)
        self.change.clicked.connect(self.change_wanted)
        self.ask_cancel.clicked.connect(self.ask_cancel_wanted)
        self.correct.clicked.connect(self.correct_wanted)
        self.resend.pressed_once.connect(self.resend_wanted)
        self.repeat.clicked.connect(self.repeat_wanted)
        self.cancel.pressed_once.connect(self.cancel_wanted)
        self.back.clicked.connect(self.return_wanted)
        self.give_up.pressed_once.connect(self.give_up_wanted)

    def _lay_out(self, wide: bool) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(self._head, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        names = QHBoxLayout()
        names.setSpacing(8)
        names.addWidget(self.partner)
        names.addWidget(self.other_name, 1)
        body = QWidget()
        body.setObjectName("body")
        column = QVBoxLayout(body)
        column.setContentsMargins(0 if wide else 16, 0, 8, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addLayout(names)
        column.addWidget(self.reasons)
        column.addWidget(self.alike)
        column.addLayout(self._open_alike)
        self._facts_place = QVBoxLayout()
        self._facts_place.addWidget(self._facts)
        column.addLayout(self._facts_place)
        column.addWidget(self.lines)
        column.addWidget(self.sums)
        column.addWidget(self.route)
        self._shipped_line, self._shipped_title = Line(), Label(t("Shipments"), "strong")
        column.addWidget(self._shipped_line)
        column.addWidget(self._shipped_title)
        column.addWidget(self.shipments)
        column.addWidget(Line())
        column.addWidget(self.history)
        column.addStretch(1)
        self._area = QScrollArea()
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(body)
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0 if wide else 16, 8, 8, 0)
        flow = Flow()
        for button in (
            self.correct,
            self.resend,
            self.ship,
            self.repeat,
            self.back,
            self.change,
            self.routing,
            self.split,
            self.let_go,
            self.ask_cancel,
            self.cancel,
            self.give_up,
        ):
            flow.addWidget(button)
        foot.addLayout(flow)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.face, 1)
        whole.addWidget(self._area, 1)
        whole.addWidget(self._foot)
        self.close_button.setVisible(wide)

    def show_order(self, detail: OrderDetail | None) -> None:
        """None: nothing is chosen. The same again changes nothing."""
        if detail is not None and detail == self.detail:
            return
        self.detail = detail
        for part in (self._area, self._foot):
            part.setVisible(detail is not None)
        self.face.setVisible(detail is None)
        if detail is None:
            self.face.empty(
                t("No order chosen"), t("Move in the list; the order shows here."), icon="receipt"
            )
            return
        self._show_head(detail)
        self._show_facts(detail)
        self._show_columns(detail.order.kind == "return")
        self.rows.update_rows(detail.lines)
        self.lines.setFixedHeight(ROW * (len(detail.lines) + 1) + 2)
        order = detail.order
        self.sums.show_sums(
            order.net,
            detail.tax,
            order.total,
            order.currency,
            words.provisional(order),
            _rates(detail),
            detail.promotions,
        )
        self.route.show_order(detail, self._routes)
        self.shipments.show_order(detail)
        for part in (self._shipped_line, self._shipped_title):
            part.setVisible(not self.shipments.isHidden())
        self.history.show_events(detail)
        self._show_buttons()

    def _show_columns(self, is_return: bool) -> None:
        """A return says of each line why it came back instead of how its price came about."""
        returned = self._wide and is_return
        hidden = {*(() if self._wide else _WIDE_ONLY), *(_OF_ORDERS if returned else _OF_RETURNS)}
        for at, one in enumerate(self.lines.columns):
            self.lines.setColumnHidden(at, one.id in hidden)

    def _show_head(self, detail: OrderDetail) -> None:
        order = detail.order
        self.number.setText(order.number or "–")
        self._show_chips(detail)
        name, other = words.two_names(order.partner, order.partner_local)
        self.partner.setText(name)
        self.partner.setAccessibleName(t("Open {partner}", partner=name))
        self.partner.updateGeometry()
        self.other_name.set_text(other)
        told = [tn(reason) for reason in detail.reasons]
        if detail.decision is not None and order.status == "rejected" and not told:
            told = [t("Refused: {text}", text=detail.decision) if detail.decision else t("Refused")]
        elif told:
            told.append(t("Nothing is lost: put it right, send it again as it is, or give it up."))
        self.reasons.setText("\n".join(told))
        self.reasons.setVisible(bool(told))
        self._show_alike(detail)

    def _show_chips(self, detail: OrderDetail) -> None:
        """Behind the number; where they do not fit beside it, on a line of their own."""
        order, route = detail.order, standing(detail.routes)
        while self._head.count() > 1:
            self._head.takeAt(1)
        for old in self._chips:
            old.hide()
            old.deleteLater()
        self._chips = [Chip(words.status(order.status), words.TONES.get(order.status, "plain"))]
        if order.kind == "return":
            self._chips.append(Chip(t("Return")))
        if order.provisional and not order.rejected:
            self._chips.append(Chip(t("Provisional"), "provisional", tip=words.provisional(order)))
        if route is not None:
            text = t("Route: {status}", status=route_words.status(route.status))
            self._chips.append(Chip(text, route_words.TONES[route.status]))
        if detail.asked is not None:
            self._chips.append(Chip(_ASKED[detail.asked](), "warning"))
        for chip in self._chips:
            self._head.addWidget(chip)

    def _show_alike(self, detail: OrderDetail) -> None:
        _clear(self._open_alike)
        found = detail.alike[:_MOST_ALIKE]
        self.alike.setText("\n".join(tn(one.notice) for one in found))
        self.alike.setVisible(bool(found))
        for one in found:
            button = Button(t("Open {number}", number=one.order.number), kind=LINK)
            button.clicked.connect(partial(self.alike_wanted.emit, one.order.id))
            self._open_alike.addWidget(button)

    def _show_facts(self, detail: OrderDetail) -> None:
        order, form = detail.order, formats()
        facts = [
            (t("Ordered on"), form.day(order.date)),
            (t("Wanted on"), form.day(order.requested_on) if order.requested_on else ""),
            (t("Expected on"), form.day(order.expected_on) if order.expected_on else ""),
            (t("Taken by"), order.salesperson or ""),
            (t("Their order number"), order.reference or ""),
            (t("Provisional number"), detail.provisional_number or ""),
            (t("Note"), detail.note or ""),
        ]
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        shown = [one for one in facts if one[1] and one[1] != order.number]
        for row, (name, value) in enumerate(shown):
            grid.addWidget(Label(name, "caption"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(Label(value, wrap=True), row, 1)
        for at, (label, row_id, number) in enumerate(_related(detail), start=len(shown)):
            link = Button(number, kind=LINK)
            link.clicked.connect(partial(self.related_wanted.emit, row_id))
            grid.addWidget(Label(label, "caption"), at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(link, at, 1, Qt.AlignmentFlag.AlignLeft)
        self._facts_place.replaceWidget(self._facts, made)
        self._facts.hide()
        self._facts.deleteLater()
        self._facts = made

    def _currency(self, _line: OrderLine) -> str:
        return self.detail.order.currency if self.detail is not None else ""

    # what can be done

    def _show_buttons(self) -> None:
        detail = self.detail
        if detail is None:
            return
        waits = detail.inbox_item is not None
        self._foot.setVisible(self._writes)
        refused = refuse_move(Status(detail.order.status), Status.CANCELLED, Actor.AUTHOR)
        self.correct.setVisible(waits)
        self.resend.setVisible(waits)
        self.give_up.setVisible(waits)
        ordered = detail.order.kind == "order"
        self.repeat.setVisible(ordered)
        self.back.setVisible(ordered and self._returns and detail.order.status in RETURNABLE)
        self.cancel.setVisible(not waits and refused is None)
        asks = ordered and self._returns and detail.asked is None
        self.change.setVisible(asks and detail.order.status in CHANGEABLE["amendment"])
        self.ask_cancel.setVisible(asks and detail.order.status in CHANGEABLE["cancellation"])
        left = bool(detail.still_open) and not waits
        self.split.setVisible(asks and left and detail.order.status in CHANGEABLE["split"])
        self.let_go.setVisible(asks and left and detail.order.status in CHANGEABLE["closing"])
        routed = self._routes is not None and ordered and detail.order.status in SHIPPABLE
        self.routing.setVisible(routed and left and not detail.order.provisional)
        ships = self._staff and ordered and detail.order.status in SHIPPABLE
        self.ship.setVisible(ships and left and not detail.order.provisional)


_ASKED = {
    "order": lambda: t("Waits for approval"),
    "amendment": lambda: t("A change is asked for"),
    "cancellation": lambda: t("Its cancellation is asked for"),
    "closing": lambda: t("The rest is to be let go"),
    "split": lambda: t("To be split"),
}
_MOST_ALIKE = 3
_WIDE_ONLY = ("sku", "list", "discount", "tax")
_SAID = ("return_reason", "condition", "disposition")
_OF_RETURNS = ("reason", "condition", "disposition")
_OF_ORDERS = ("list", "discount")
"""Columns, where the pane is wide."""


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _lines_table(currency: Callable[[OrderLine], str]) -> TableView:
    fates = [t(one) for one in CHOICE_NAMES["disposition"].values()]
    columns = [
        Column("sku", t("Code"), lambda line: line.sku, width=120, sortable=False, tone=_quiet),
        Column("name", t("Product"), _name, width=110, sortable=False, stretch=True, tip=_tip),
        Column("quantity", t("Quantity"), lambda line: line.quantity, Kind.QUANTITY, 74, sortable=False),
        Column("list", t("List price"), lambda line: line.list_price, Kind.PRICE, 90, sortable=False),
        Column(
            "price",
            t("Price"),
            lambda line: line.unit_price,
            Kind.PRICE,
            84,
            sortable=False,
            tone=_price_tone,
        ),
        Column(
            "discount",
            t("Discount"),
            lambda line: -line.discount or None,
            Kind.MONEY,
            90,
            sortable=False,
            currency=currency,
        ),
        Column("reason", t("Reason"), _said("return_reason"), width=110, sortable=False),
        Column("condition", t("Condition"), _said("condition"), width=90, sortable=False),
        Column(
            "disposition",
            t("What becomes of it"),
            _said("disposition"),
            width=wide_for(t("What becomes of it"), fates, sorts=False),
            sortable=False,
        ),
        Column("net", t("Net"), lambda line: line.net, Kind.MONEY, 92, sortable=False, currency=currency),
        Column("tax", t("Tax"), lambda line: line.tax, Kind.MONEY, 90, sortable=False, currency=currency),
    ]
    view = TableView(columns, t("Lines of the order"), filters=False)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return view


def _quiet(_line: OrderLine) -> str:
    return "secondary"


def _said(field: str) -> Callable[[OrderLine], str]:
    def text(line: OrderLine) -> str:
        code = getattr(line, field)
        return "" if code is None else t(CHOICE_NAMES[field][code])

    return text


def _name(line: OrderLine) -> str:
    return words.two_names(line.name, line.name_local)[0]


def _tip(line: OrderLine) -> str:
    names = words.two_names(line.name, line.name_local)
    return "\n".join(filter(None, (line.sku, *names, *(_said(field)(line) for field in _SAID))))


def _price_tone(line: OrderLine) -> str:
    agreed = line.list_price is not None and line.unit_price != line.list_price
    return "accent" if agreed else ""


def _rates(detail: OrderDetail) -> tuple[Rate, ...]:
    return tuple(Rate(one) for one in sorted({line.tax_rate for line in detail.lines}))


def _related(detail: OrderDetail) -> list[tuple[str, bytes, str]]:
    found = [] if detail.split_from is None else [(t("Split off"), *detail.split_from)]
    return found + [(t("Split into"), *one) for one in detail.split_into]


def lines_text(count: int) -> str:
    return n("{count} line", "{count} lines", count)
