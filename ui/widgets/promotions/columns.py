"""Columns of the list of promotions."""

from __future__ import annotations

from channeldesk.queries.promotion_list import PromotionRow
from ui.i18n import own_name, t
from ui.models.columns import Column, Kind
from ui.widgets.promotions import words
from ui.widgets.table_header import long_days, wide_for


def columns(*, budgets: bool) -> list[Column]:
    """``budgets``: whether the reader is told about them."""
    names = [name for _, name in words.states()]
    made = [
        Column(
            "name",
            t("Promotion"),
            _name,
            width=150,
            stretch=True,
            second=_code,
            tip=_both,
            provisional=_draft,
        ),
        Column(
            "state",
            t("State"),
            lambda row: words.state(row.state),
            Kind.CHIP,
            width=wide_for(t("State"), names, chips=True),
            tone=lambda row: words.STATES[row.state],
            options=words.states(),
        ),
        Column(
            "mechanic",
            t("Kind"),
            lambda row: words.mechanic(row.mechanic),
            width=130,
            options=words.mechanics(),
            visible=False,
        ),
        Column(
            "from",
            t("First day"),
            lambda row: row.valid_from,
            Kind.DAY,
            wide_for(t("First day"), long_days()),
            visible=False,
        ),
        Column("to", t("Last day"), lambda row: row.valid_to, Kind.DAY, wide_for(t("Last day"), long_days())),
        Column(
            "used",
            t("Budget used"),
            lambda row: None if row.used is None else (row.used / 10_000, None),
            Kind.LEVEL,
            width=wide_for(t("Budget used"), ["100%"]),
        ),
        Column("code", t("Code"), lambda row: row.code, width=110, visible=False),
        Column("currency", t("Currency"), lambda row: row.currency, width=70, visible=False),
    ]
    return [one for one in made if budgets or one.id != "used"]


def _name(row: PromotionRow) -> str:
    return own_name(row.name, row.name_local)


def _code(row: PromotionRow) -> str:
    return row.code


def _both(row: PromotionRow) -> str:
    return "\n".join((_name(row), row.code))


def _draft(row: PromotionRow) -> str:
    return t("Not published: only this laptop shows it.") if row.draft else ""
