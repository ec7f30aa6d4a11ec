"""Forms about shipments: what leaves for an order, what is said about it, and that it arrived."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from channeldesk.actions import shipments as actions
from channeldesk.actions.shipments import Terms
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries.order_entry import LEAD_DAYS
from channeldesk.queries.orders import OrderDetail
from channeldesk.queries.shipments import Shipment
from channeldesk.rules.shipping import Item, Status, refuse_arrival, refuse_days, refuse_departure
from ui.context import Context
from ui.errors import explain
from ui.i18n import formats, t, tn, today_here
from ui.widgets.button import Button
from ui.widgets.choice import Choice
from ui.widgets.field import FormField
from ui.widgets.label import Label
from ui.widgets.orders import words
from ui.widgets.orders.line_quantities import LineQuantities
from ui.widgets.orders.route import sites_of
from ui.widgets.partners.dialog import FormDialog
from ui.widgets.today.words import BETWEEN


class _Form(FormDialog):
    """The frame: of which order, what is wrong, and how an answer of the action is taken."""

    def __init__(
        self,
        parent: QWidget,
        context: Context,
        detail: OrderDetail,
        title: str,
        main: str,
        wide: int,
        number: str | None = None,
    ) -> None:
        """``number``: of the shipment that it is about, where there is one."""
        super().__init__(parent, title, main, wide)
        self._context, self._detail = context, detail
        order = detail.order
        name = words.two_names(order.partner, order.partner_local)[0]
        self.say(BETWEEN.join((name, number or order.number)))
        self.wrong = Label("", "caption", "bad", wrap=True)
        self.confirmed.connect(self._send)

    def _judge(self) -> None:
        told = ""
        try:
            self._read()
        except Problem as problem:
            told = explain(problem).happened
        self.wrong.setText(told)
        self.wrong.setVisible(bool(told))
        self.main.setEnabled(not told)

    def _read(self) -> Any:
        """What stands in the form. Raises Problem for what cannot be."""
        raise NotImplementedError

    def _send(self) -> None:
        raise NotImplementedError

    def _act(self, action: Any, *parts: Any, **more: Any) -> None:
        self.act(self._context.tasks, action, *parts, then=self._done, failed=self._refused, **more)

    def _done(self, _done: Done[Any]) -> None:
        self.accept()

    def _refused(self, error: Exception) -> None:
        if isinstance(error, Problem):
            self.wrong.setText(tn(error.notice))
            self.wrong.show()
        else:
            self._context.fail(error)


class _TermsForm(_Form):
    """Carrier, tracking number, days and a note."""

    def _add_terms(self, terms: Terms) -> None:
        self.carrier, self.tracking = QLineEdit(terms.carrier), QLineEdit(terms.tracking)
        self.sent_on, self.expected_on = (QLineEdit(day or "") for day in (terms.sent_on, terms.expected_on))
        self.note = QLineEdit(terms.note)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        fields = (
            (t("Carrier"), self.carrier),
            (t("Tracking number"), self.tracking),
            (t("Leaves on"), self.sent_on),
            (t("Expected on"), self.expected_on),
        )
        for at, (label, editor) in enumerate(fields):
            grid.addWidget(FormField(label, editor), at // 2, at % 2)
        grid.addWidget(FormField(t("Note"), self.note), 2, 0, 1, 2)
        self.content.addLayout(grid)
        self.content.addWidget(self.wrong)
        for editor in (self.sent_on, self.expected_on):
            editor.textChanged.connect(self._judge)

    def _terms(self) -> Terms:
        sent_on, expected_on = _day(self.sent_on), _day(self.expected_on)
        refused = refuse_days(sent_on, expected_on)
        if refused is not None:
            raise Problem(refused)
        return Terms(self.carrier.text(), self.tracking.text(), sent_on, expected_on, self.note.text())


class ShipDialog(_TermsForm):
    """What leaves for an order: all that is open, unless less is typed. It may be planned only."""

    def __init__(self, parent: QWidget, context: Context, detail: OrderDetail) -> None:
        super().__init__(parent, context, detail, t("Ship"), t("Record the shipment"), 600)
        self.plan = Button(t("Only plan it"))
        self.plan.clicked.connect(self._plan)
        self.add_tool(self.plan)
        self.lines = LineQuantities(
            detail.still_open, lambda line: line.quantity - line.held, t("Leaves: {product}"), filled=True
        )
        self.lines.changed.connect(self._judge)
        self.sites = Choice(t("By the route"), [(one[0], one[1]) for one in sites_of(detail)])
        self.sites.chosen.connect(self._from_site)
        self.content.addWidget(self.sites)
        self.sites.setVisible(bool(self.sites.options))
        self.content.addWidget(self.lines, 1)
        today = today_here()
        self._usual = (today + timedelta(days=LEAD_DAYS)).isoformat()
        before = next((one.carrier for one in reversed(detail.shipments) if one.carrier), "")
        self._add_terms(Terms(before or "", "", today.isoformat(), self._usual))
        self._suggested = {self.note: "", self.expected_on: self._usual}
        if self.sites.options:
            self._from_site(self.sites.key)
        self.lines.focus()
        self._judge()

    def _from_site(self, site: object) -> None:
        """What the confirmed route sends from there, and when it should arrive."""
        self.lines.fill({one.line: one.quantity for one in self._detail.leaves if one.site == site})
        for row_id, name, days in sites_of(self._detail):
            if row_id == site:
                arrives = None if days is None else (today_here() + timedelta(days=days)).isoformat()
                self._suggest(self.note, t("From {site}", site=name))
                self._suggest(self.expected_on, arrives or self._usual)

    def _suggest(self, field: QLineEdit, text: str) -> None:
        """What a person typed stays."""
        if field.text() == self._suggested[field]:
            self._suggested[field] = text
            field.setText(text)

    def _judge(self) -> None:
        """What cannot leave may be planned all the same."""
        super()._judge()
        self.plan.setEnabled(self.main.isEnabled())
        if self.main.isEnabled():
            refused = refuse_departure(_day(self.sent_on), today_here().isoformat()) or self._detail.kept_back
            self.wrong.setText("" if refused is None else tn(refused))
            self.main.setEnabled(refused is None)

    def _read(self) -> tuple[list[Item], Terms]:
        items = [Item(line.id, line.product_id, quantity) for line, quantity in self.lines.read()]
        if not items:
            raise Problem.of("shipment.no_lines")
        return items, self._terms()

    def _send(self) -> None:
        self._record(planned=False)

    def _plan(self) -> None:
        self._record(planned=True)

    def _record(self, *, planned: bool) -> None:
        if (self.plan if planned else self.main).isEnabled():
            items, terms = self._read()
            self._act(actions.ship, self._detail.order.id, items, terms, planned=planned)


class EditShipmentDialog(_TermsForm):
    """What is said about a shipment that has not arrived."""

    def __init__(self, parent: QWidget, context: Context, detail: OrderDetail, shipment: Shipment) -> None:
        super().__init__(parent, context, detail, t("Edit shipment"), t("Save"), 520, shipment.number)
        self._shipment = shipment
        self._add_terms(
            Terms(
                shipment.carrier or "",
                shipment.tracking or "",
                shipment.sent_on,
                shipment.expected_on,
                shipment.note or "",
            )
        )
        self.carrier.setFocus()
        self._judge()

    def _read(self) -> Terms:
        terms = self._terms()
        left = self._shipment.status == Status.SENT
        refused = refuse_departure(terms.sent_on, today_here().isoformat()) if left else None
        if refused is not None:
            raise Problem(refused)
        return terms

    def _send(self) -> None:
        if self.main.isEnabled():
            self._act(actions.correct, self._shipment.id, self._read())


class ArrivalDialog(_Form):
    """When goods arrived, and what is to be said about them."""

    def __init__(self, parent: QWidget, context: Context, detail: OrderDetail, shipment: Shipment) -> None:
        title, main = t("Confirm arrival"), t("It has arrived")
        super().__init__(parent, context, detail, title, main, 460, shipment.number)
        self._shipment = shipment
        self.day = QLineEdit(today_here().isoformat())
        self.receipt = QLineEdit()
        self.content.addWidget(FormField(t("Arrived on"), self.day))
        hint = t("What comes back for money is a return of the order.")
        self.content.addWidget(FormField(t("Short or damaged"), self.receipt, hint))
        self.content.addWidget(self.wrong)
        self.day.textChanged.connect(self._judge)
        self.receipt.setFocus()
        self._judge()

    def _read(self) -> str:
        day = _day(self.day) or today_here().isoformat()
        refused = refuse_arrival(self._shipment.sent_on, day, today_here().isoformat())
        if refused is not None:
            raise Problem(refused)
        return day

    def _send(self) -> None:
        if self.main.isEnabled():
            self._act(actions.confirm_arrival, self._shipment.id, self._read(), self.receipt.text())


def _day(editor: QLineEdit) -> str | None:
    """Raises Problem for what is no day."""
    text = editor.text().strip()
    found: date | None = formats().read_day(text, today_here()) if text else None
    return None if found is None else found.isoformat()
