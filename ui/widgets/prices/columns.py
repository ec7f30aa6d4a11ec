"""Columns of a price sheet: of a partner's products, or of a product's partners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from channeldesk.queries.partner_prices import PriceRow
from ui.i18n import formats, own_name, t, tn, unit_name
from ui.models.columns import Column, Kind
from ui.widgets.table_header import wide_for

_PRICES = ["88,888.88"]


def columns(*, floors: bool) -> list[Column]:
    """``floors``: whether the reader is told about them. Names fit a sheet of products; see
    :func:`of_partners`.
    """
    made = [
        Column("sku", t("Article"), lambda row: row.code, width=104),
        Column("name", t("Product"), _name, width=150, stretch=True, tip=_name),
        Column(
            "category",
            t("Category"),
            lambda row: own_name(row.group, row.group_local) or None,
            width=118,
            visible=False,
        ),
        Column(
            "quantity",
            t("Quantity"),
            lambda row: row.quantity,
            Kind.QUANTITY,
            width=70,
            sortable=False,
            filterable=False,
            unit=_unit,
        ),
        Column(
            "list",
            t("Price list"),
            lambda row: row.price_list,
            width=138,
            sortable=False,
            filterable=False,
            visible=False,
        ),
        _price("first", t("List price"), lambda row: row.first),
        _price("price", t("With break"), lambda row: row.price),
        _price("floor", t("Floor"), lambda row: row.floor),
        Column(
            "promotion",
            t("Promotions"),
            _promotions,
            width=116,
            sortable=False,
            filterable=False,
            tip=_promotions,
        ),
        replace(_price("net", t("Net price"), lambda row: row.net), strong=True, tip=_net_tip),
        Column(
            "currency",
            t("Currency"),
            lambda row: row.currency,
            width=72,
            sortable=False,
            filterable=False,
            visible=False,
        ),
    ]
    return [one for one in made if floors or one.id != "floor"]


def of_partners(made: list[Column]) -> list[Column]:
    """The same where partners vary: their currency says more than their code."""
    titles = {"sku": t("Code"), "name": t("Partner"), "category": t("Channel")}
    shown = {"sku": False, "currency": True}
    return [
        replace(one, title=titles.get(one.id, one.title), visible=shown.get(one.id, one.visible))
        for one in made
    ]


def _price(name: str, title: str, value: Callable[[PriceRow], int | None]) -> Column:
    wide = wide_for(title, _PRICES, sorts=False)
    return Column(name, title, value, Kind.PRICE, wide, sortable=False, filterable=False)


def _name(row: PriceRow) -> str:
    return own_name(row.name, row.name_local)


def _unit(row: PriceRow) -> str:
    return unit_name(row.unit)


def _promotions(row: PriceRow) -> str:
    return ", ".join(row.promotions)


def _net_tip(row: PriceRow) -> str:
    if row.why_not is not None:
        return tn(row.why_not)
    return formats().unit_price(row.net, row.currency) if row.net is not None else ""
