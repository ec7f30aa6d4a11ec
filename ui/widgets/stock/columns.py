"""Columns of the stock list."""

from __future__ import annotations

from collections.abc import Callable

from channeldesk.queries.stock import StockRow
from ui.i18n import t, two_names, unit_name
from ui.models.columns import Column, Kind
from ui.models.figures import NOTHING
from ui.widgets.stock import words
from ui.widgets.table_header import instant_width, long_days, wide_for


def columns() -> list[Column]:
    return [
        Column("partner", t("Partner"), partner, width=200, tip=_both_partners),
        Column("sku", t("Code"), lambda row: row.sku, width=110, tone=_quiet),
        Column("product", t("Product"), _product, width=120, stretch=True, tip=_both_products),
        Column("category", t("Category"), lambda row: row.category, width=120, tone=_quiet, visible=False),
        Column(
            "quantity",
            t("In stock"),
            lambda row: row.quantity,
            Kind.QUANTITY,
            84,
            strong=True,
            provisional=words.provisional,
        ),
        Column(
            "in_transit",
            t("In transit"),
            lambda row: row.in_transit or None,
            Kind.QUANTITY,
            wide_for(t("In transit"), ()),
        ),
        Column("unit", t("Unit"), _unit, width=48, sortable=False, filterable=False, tone=_quiet),
        Column(
            "risk",
            t("Risk"),
            words.risk,
            width=wide_for(t("Risk"), words.risks(), sorts=False),
            sortable=False,
            filterable=False,
            tone=words.risk_tone,
            tip=words.risk_tip,
        ),
        Column(
            "cover",
            t("Days of cover"),
            lambda row: row.cover,
            Kind.INTEGER,
            wide_for(t("Days of cover"), (), sorts=False),
            sortable=False,
            filterable=False,
            tone=words.risk_tone,
            tip=words.risk_tip,
        ),
        _money("lost", t("May be lost"), words.lost_tip),
        _money("tied", t("Tied up"), words.tied_tip),
        Column(
            "expires",
            t("Expires on"),
            lambda row: row.expires,
            Kind.DAY,
            wide_for(t("Expires on"), long_days()),
            visible=False,
            tip=words.expires_tip,
        ),
        Column(
            "as_of",
            t("As of"),
            lambda row: row.as_of,
            Kind.INSTANT,
            instant_width(t("As of")),
            tip=words.as_of_tip,
        ),
        Column(
            "source",
            t("Source"),
            lambda row: words.source(row.source),
            width=wide_for(t("Source"), dict(words.sources()).values()),
            options=words.sources(),
            tone=_quiet,
            tip=words.as_of_tip,
        ),
        Column(
            "provisional",
            t("Headquarters"),
            _waits,
            width=104,
            options=_flags(),
            visible=False,
        ),
    ]


def _money(name: str, heading: str, tip: Callable[[StockRow], str]) -> Column:
    return Column(
        name,
        heading,
        lambda row: getattr(row, name),
        Kind.MONEY,
        wide_for(heading, ("1,234,567",)),
        filterable=False,
        currency=lambda row: row.currency,
        whole=True,
        comes_to=NOTHING,
        tip=tip,
    )


def partner(row: StockRow) -> str:
    return two_names(row.partner, row.partner_local)[0]


def _both_partners(row: StockRow) -> str:
    return "\n".join(filter(None, two_names(row.partner, row.partner_local)))


def _product(row: StockRow) -> str:
    return two_names(row.product, row.product_local)[0]


def _both_products(row: StockRow) -> str:
    return "\n".join(filter(None, two_names(row.product, row.product_local)))


def _unit(row: StockRow) -> str:
    return unit_name(row.unit)


def _quiet(_row: StockRow) -> str:
    return "secondary"


def _waits(row: StockRow) -> str:
    return t("waits") if row.provisional else t("confirmed")


def _flags() -> list[tuple[str, str]]:
    return [("yes", t("waits")), ("no", t("confirmed"))]
