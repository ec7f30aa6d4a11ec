"""The lists behind a partner's tabs: orders, receivables, stock, visits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout

from channeldesk.queries import credit, orders, payments, receivables, stock, visits
from channeldesk.queries.credit import Credit
from channeldesk.queries.orders import OrderRow
from channeldesk.queries.payments import Account
from channeldesk.queries.receivables import InvoiceRow
from channeldesk.queries.stock import StockRow
from channeldesk.queries.visits import VisitRow
from ui.context import Context
from ui.i18n import t, two_names, unit_name
from ui.models.columns import Column, Kind
from ui.tasks import Tasks
from ui.widgets import counted
from ui.widgets.label import Label
from ui.widgets.list_table import ListTable
from ui.widgets.orders import words as order_words
from ui.widgets.partners import words
from ui.widgets.partners.ageing_bar import AgeingBar
from ui.widgets.receivables import words as money_words
from ui.widgets.receivables.account import AccountPane
from ui.widgets.receivables.banner import BlockBanner
from ui.widgets.table_header import instant_width

_LOW = 420
"""Below this height the invoices have no room for the rest."""


def order_list(tasks: Tasks, partner_id: bytes) -> ListTable:
    shown = [
        Column("number", t("Number"), lambda row: row.number or None, width=170,
               provisional=order_words.provisional),
        Column("date", t("Date"), lambda row: row.date, Kind.DAY, 120),
        Column("status", t("Status"), lambda row: order_words.status(row.status), Kind.CHIP, 130,
               options=order_words.statuses(), tone=_order_tone),
        Column("lines", t("Lines"), lambda row: row.lines, Kind.INTEGER, 70, sortable=False,
               filterable=False),
        Column("net", t("Net"), lambda row: row.net, Kind.MONEY, 110, currency=_currency,
               provisional=order_words.provisional),
        Column("total", t("With tax"), lambda row: row.total, Kind.MONEY, 120, currency=_currency,
               provisional=order_words.provisional),
        Column("currency", t("Currency"), lambda row: row.currency, width=80, visible=False),
        Column("salesperson", t("Salesperson"), lambda row: row.salesperson, width=140),
        Column("reference", t("Reference"), lambda row: row.reference, width=140, stretch=True),
    ]  # fmt: skip
    return ListTable(
        tasks,
        t("Orders"),
        shown,
        orders.keys,
        orders.rows,
        subject=(partner_id,),
        sort="date",
        descending=True,
        ticks=True,
        figures=orders.figures,
        things=counted.orders,
    )


def stock_list(tasks: Tasks, partner_id: bytes) -> ListTable:
    shown = [
        Column("sku", t("SKU"), lambda row: row.sku, width=120),
        Column("product", t("Product"), _product, width=280, stretch=True),
        Column("category", t("Category"), lambda row: row.category, width=150),
        Column("quantity", t("Quantity"), lambda row: row.quantity, Kind.QUANTITY, 120, unit=_unit,
               tone=_stock_tone, provisional=_counted),
        Column("cover", t("Lasts, d"), lambda row: row.cover, Kind.INTEGER, 90, sortable=False,
               filterable=False),
        Column("as_of", t("Known on"), lambda row: row.as_of, Kind.INSTANT, instant_width(t("Known on"))),
    ]  # fmt: skip
    return ListTable(
        tasks,
        t("Stock"),
        shown,
        stock.keys,
        stock.rows,
        subject=(partner_id,),
        sort="product",
        ticks=True,
        figures=stock.figures,
        things=counted.stock,
    )


class InvoiceList(ListTable):
    """What is owed by age over the invoices; what was paid and promised under them. ``found``: that, as it
    was last read.
    """

    def __init__(self, context: Context, partner_id: bytes, shown: Sequence[Column]) -> None:
        super().__init__(
            context.tasks,
            t("Receivables"),
            shown,
            receivables.keys,
            receivables.rows,
            subject=(partner_id,),
            sort="late",
            descending=True,
            ticks=True,
            figures=receivables.figures,
            things=counted.invoices,
        )
        self._partner = partner_id
        self._context = context
        self.found: Account | None = None
        self.ageing = AgeingBar()
        self.banner = BlockBanner()
        self.credit = Label("", "caption", wrap=True)
        self.account = AccountPane(
            staff=context.may("payment"),
            promises=context.sees("payment_promise"),
            promise=context.may("payment_promise"),
        )
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        for at, part in enumerate((self.banner, self.ageing, self.credit)):
            column.insertWidget(at, part)
        column.addWidget(self.account)

    def resizeEvent(self, event: QResizeEvent) -> None:  # type: ignore[override]
        """A small window is for rows: the picture and the credit go first."""
        super().resizeEvent(event)
        low = self.height() < _LOW
        self.ageing.setVisible(not low)
        self.credit.setVisible(not low and bool(self.credit.text()))
        self.account.set_low(low, self.width())

    def reload(self) -> None:
        super().reload()
        self._tasks.ask(self, "ageing", receivables.owed, self._partner, then=self.ageing.show_owed)
        self._tasks.ask(self, "account", payments.account, self._partner, then=self._account)
        self._tasks.ask(self, "credit", credit.of_partner, self._partner, then=self._credit)

    def _account(self, found: Account) -> None:
        self.found = found
        self.account.fill(found)
        context = self._context
        self.banner.show_block(
            found.block, staff=context.may("credit_block", "patch"), asks=context.may("approval")
        )

    def _credit(self, found: Credit) -> None:
        told = "" if found.as_of is None or self._context.is_partner else money_words.credit(found)
        self.credit.setText(told)
        self.credit.setVisible(bool(told) and self.height() >= _LOW)


def invoice_list(context: Context, partner_id: bytes) -> InvoiceList:
    shown = [
        Column("number", t("Invoice"), lambda row: row.number, width=136),
        Column("due", t("Due"), lambda row: row.due, Kind.DAY, 120),
        Column("late", t("Overdue, d"), _late, Kind.INTEGER, 108, tone=_late_tone, comes_to=""),
        Column("open", t("Still open"), lambda row: row.open or None, Kind.MONEY, 116,
               currency=_invoice_currency, strong=True, tone=_late_tone, provisional=_invoice_unsure),
        Column("amount", t("Amount"), lambda row: row.amount, Kind.MONEY, 116, currency=_invoice_currency),
        Column("order", t("Order"), lambda row: row.order, width=136, stretch=True),
        Column("issued", t("Issued"), lambda row: row.issued, Kind.DAY, 120, visible=False),
        Column("currency", t("Currency"), lambda row: row.currency, width=80, visible=False),
    ]  # fmt: skip
    return InvoiceList(context, partner_id, shown)


def visit_list(tasks: Tasks, partner_id: bytes) -> ListTable:
    shown = [
        Column("day", t("Day"), lambda row: row.day, Kind.DAY, 120, provisional=_visit_reason),
        Column("outcome", t("Outcome"), lambda row: words.outcome(row.outcome), width=120,
               options=words.outcomes()),
        Column("minutes", t("Minutes"), lambda row: row.minutes, Kind.INTEGER, 80, comes_to="sum"),
        Column("counted", t("Counted"), lambda row: row.counted or None, Kind.INTEGER, 84, sortable=False,
               filterable=False),
        Column("person", t("By"), lambda row: row.person, width=140),
        Column("note", t("Note"), words.visit_note, width=320, stretch=True),
    ]  # fmt: skip
    return ListTable(
        tasks, t("Visits"), shown, visits.keys, visits.rows, subject=(partner_id,), sort="day",
        descending=True, ticks=True, figures=visits.figures, things=counted.visits,
    )  # fmt: skip


def _late(row: InvoiceRow) -> int | None:
    return row.late if row.late is not None and row.late > 0 else None


def _late_tone(row: InvoiceRow) -> str:
    return "bad" if _late(row) and row.open > 0 else ""


def _invoice_unsure(row: InvoiceRow) -> str:
    return t("Headquarters has not heard of a payment yet.") if row.provisional else ""


def _invoice_currency(row: InvoiceRow) -> str:
    return row.currency


def _currency(row: OrderRow) -> str:
    return row.currency


def _order_tone(row: OrderRow) -> str:
    return order_words.TONES[row.status]


def _product(row: StockRow) -> str:
    return two_names(row.product, row.product_local)[0]


def _unit(row: StockRow) -> str:
    return unit_name(row.unit)


def _stock_tone(row: StockRow) -> str:
    return "bad" if row.negative else ""


def _counted(row: StockRow) -> str:
    return t("Headquarters has not received this count yet.") if row.provisional else ""


def _visit_reason(row: VisitRow) -> str:
    return t("Headquarters has not received this visit yet.") if row.provisional else ""
