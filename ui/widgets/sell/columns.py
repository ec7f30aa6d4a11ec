"""Columns of the tables about sell-in and sell-out."""

from __future__ import annotations

from collections.abc import Callable

from channeldesk.queries.sell import Part
from channeldesk.queries.sell_file import FileRow
from channeldesk.queries.sell_list import ReportRow
from ui.i18n import formats, t, two_names, unit_name
from ui.models.columns import Column, Kind
from ui.widgets.sell import words
from ui.widgets.table_header import long_days, wide_for


def of_parts(first: str) -> list[Column]:
    """``first``: what the parts are. Every figure tells where it comes from."""
    return [
        Column("code", t("Code"), lambda row: row.code, width=100, tone=_quiet, sortable=False),
        Column("name", first, _part, width=160, stretch=True, tip=_both, sortable=False),
        _quantity("sell_in", t("Sell-in"), lambda row: row.flow.sell_in + row.flow.received),
        _quantity("passed", t("To sub-dealers"), lambda row: row.flow.passed),
        _quantity("sell_out", t("Sell-out"), lambda row: row.flow.sold),
        Column(
            "through",
            t("Sell-through"),
            lambda row: words.share(row.sell_through),
            Kind.PERCENT,
            wide_for(t("Sell-through"), (), sorts=False),
            decimals=1,
            sortable=False,
            filterable=False,
            tip=words.through,
        ),
        _quantity("pipeline", t("Pipeline stock"), lambda row: row.flow.pipeline, tip=words.pipeline),
        Column(
            "weeks",
            t("Weeks"),
            lambda row: words.weeks(row.weeks),
            Kind.NUMBER,
            wide_for(t("Weeks"), ("999.9",), sorts=False),
            decimals=1,
            sortable=False,
            filterable=False,
        ),
        _quantity("difference", t("Count differs"), lambda row: row.difference, tip=words.pipeline),
        Column(
            "reported",
            t("Reported until"),
            lambda row: row.reported,
            Kind.DAY,
            wide_for(t("Reported until"), long_days(), sorts=False),
            sortable=False,
            filterable=False,
        ),
    ]


def of_reports() -> list[Column]:
    return [
        Column("last_on", t("Day"), words.days, width=176, strong=True, provisional=_provisional),
        Column("sku", t("Code"), lambda row: row.sku, width=110, tone=_quiet),
        Column("product", t("Product"), _product, width=120, stretch=True),
        Column("buyer", t("Buyer"), words.buyer, width=180),
        Column("quantity", t("Quantity"), lambda row: row.quantity, Kind.QUANTITY, 84, unit=_unit),
        Column("amount", t("Amount"), lambda row: row.amount, Kind.MONEY, 110, currency=_currency),
        Column("document", t("Document"), lambda row: row.document, width=100, visible=False),
        Column(
            "source",
            t("Source"),
            lambda row: t(words.SOURCES.get(row.source, row.source)),
            width=96,
            options=[(code, t(name)) for code, name in words.SOURCES.items()],
            tone=_quiet,
        ),
        Column("reference", t("Reference"), lambda row: row.reference, width=160, tone=_quiet, visible=False),
        Column("state", t("State"), words.state, width=96, sortable=False, filterable=False, tone=_quiet),
    ]


def of_lines() -> list[Column]:
    """Lines of a report that is being made, typed or read."""
    return [
        Column("line", t("Line"), lambda row: row.line.number, Kind.INTEGER, 56, sortable=False, tone=_quiet),
        Column("days", t("Day"), _days, width=170, sortable=False),
        Column("product", t("Product"), lambda row: row.product, width=140, stretch=True, sortable=False),
        Column("buyer", t("Buyer"), lambda row: row.buyer, width=140, sortable=False),
        Column("quantity", t("Quantity"), _sold_quantity, Kind.QUANTITY, 84, sortable=False, strong=True),
        Column("amount", t("Amount"), _sold_amount, Kind.MONEY, 100, currency=_sold_currency, sortable=False),
        Column("standing", t("State"), words.standing, width=128, sortable=False, tone=_standing_tone),
        Column("reason", t("Reason"), words.reason, width=240, sortable=False, tip=words.reason, tone=_quiet),
    ]


def _quantity(
    name: str, title: str, value: Callable[[Part], int | None], tip: Callable[[Part], str] | None = None
) -> Column:
    width = max(92, wide_for(title, (), sorts=False))
    return Column(
        name, title, value, Kind.QUANTITY, width, sortable=False, filterable=False, tip=tip, unit=_part_unit
    )


def _quiet(_row: object) -> str:
    return "secondary"


def _part(row: Part) -> str:
    return "\N{NO-BREAK SPACE}" * (4 * row.depth) + two_names(row.name, row.name_local)[0]


def _both(row: Part) -> str:
    return "\n".join(filter(None, two_names(row.name, row.name_local)))


def _part_unit(row: Part) -> str:
    return unit_name(row.unit) if row.unit else ""


def _product(row: ReportRow) -> str:
    return two_names(row.product, row.product_local)[0]


def _unit(row: ReportRow) -> str:
    return unit_name(row.unit) if row.unit else ""


def _currency(row: ReportRow) -> str:
    return row.currency or ""


def _provisional(row: ReportRow) -> str:
    return t("Waits for headquarters") if row.provisional else ""


def _days(row: FileRow) -> str:
    if row.sold is None:
        return " · ".join(cell for cell in row.line.cells if cell)[:80]
    first, last = row.sold.first_on, row.sold.last_on
    return formats().day(last) if first == last else f"{formats().day(first)} – {formats().day(last)}"


def _sold_quantity(row: FileRow) -> int | None:
    return None if row.sold is None else row.sold.quantity


def _sold_amount(row: FileRow) -> int | None:
    return None if row.sold is None else row.sold.amount


def _sold_currency(row: FileRow) -> str:
    return (row.sold.currency if row.sold is not None else None) or ""


def _standing_tone(row: FileRow) -> str:
    return {"new": "good", "known": "secondary", "repeated": "warning", "wrong": "bad"}[row.standing.value]
