"""What kinds, fields and values of reference data are called on screen."""

from __future__ import annotations

from typing import Any

from channeldesk.model.declare import Field, Type
from channeldesk.model.entities import entity as declaration
from channeldesk.queries.draft_rows import DraftRow
from channeldesk.queries.reference_drafts import Draft
from channeldesk.rules.administration import KINDS
from channeldesk.rules.field_words import CHOICE_NAMES, field_name
from ui.i18n import N_, formats, n, t
from ui.models.columns import MISSING
from ui.viewmodels import typed

_KINDS = {
    "territory": N_("Territories"),
    "channel_type": N_("Channel types"),
    "tier": N_("Tiers"),
    "product": N_("Products"),
    "unit_conversion": N_("Units"),
    "warehouse": N_("Warehouses"),
    "count_limit": N_("Limits of counts"),
    "tax_code": N_("Tax codes"),
    "price_list": N_("Price lists"),
    "price_item": N_("Prices"),
    "promotion": N_("Promotions"),
    "promotion_buyer": N_("Promotion buyers"),
    "promotion_item": N_("Promotion items"),
    "exchange_rate": N_("Exchange rates"),
    "fiscal_period": N_("Fiscal periods"),
    "target": N_("Targets"),
    "survey": N_("Surveys"),
    "survey_question": N_("Questions"),
    "task_template": N_("Standard tasks"),
    "app_user": N_("Users"),
    "scope_grant": N_("Who sees what"),
}
ICONS = {
    "territory": "map-trifold",
    "channel_type": "git-branch",
    "tier": "medal",
    "product": "package",
    "unit_conversion": "arrows-down-up",
    "warehouse": "warehouse",
    "count_limit": "clipboard-text",
    "tax_code": "percent",
    "price_list": "list",
    "price_item": "coins",
    "promotion": "tag",
    "promotion_buyer": "users",
    "promotion_item": "package",
    "exchange_rate": "currency-circle-dollar",
    "fiscal_period": "calendar",
    "target": "target",
    "survey": "clipboard-text",
    "survey_question": "question",
    "task_template": "list-checks",
    "app_user": "users",
    "scope_grant": "map-pin",
}
_FIELDS = {
    ("territory", "parent_id"): N_("Lies below"),
    ("scope_grant", "territory_id"): N_("May see, with all below"),
    ("warehouse", "partner_id"): N_("Of the partner"),
    ("warehouse", "territory_id"): N_("Delivers to"),
    ("count_limit", "amount"): N_("Differences up to, at list price"),
    ("count_limit", "share"): N_("Or up to this share of the books"),
    ("target", "user_id"): N_("Salesperson"),
    ("survey_question", "line_number"): N_("Number in the survey"),
    ("fiscal_period", "number"): N_("Number in the year"),
}
_OPS = {"insert": N_("new"), "patch": N_("changed"), "delete": N_("deleted")}


def kinds() -> list[tuple[str, str]]:
    return [(kind, t(_KINDS[kind])) for kind in KINDS]


def kind(entity: str) -> str:
    return t(_KINDS[entity])


def field(entity: str, name: str) -> str:
    return t(_FIELDS.get((entity, name)) or field_name(name))


def unit(entity: str, name: str, currency: str, home: str) -> str:
    """What a number in this field is a number of; ``currency`` is the row's, ``home`` the company's."""
    if (entity, name) == ("product", "cost"):
        return home
    if name in ("trading_days", "lead_days"):
        return t("days")
    return currency if declaration(entity).fields[name].type is Type.MONEY else ""


def choice(name: str, code: Any) -> str:
    """A code as people read it."""
    return t(CHOICE_NAMES.get(name, {}).get(code, str(code)))


def yes_no(value: Any) -> str:
    return t("Yes") if value else t("No")


def value(declared: Field, stored: Any, currency: str) -> str:
    """A value as it stands in a list of changes."""
    if stored is None or stored == "":
        return MISSING
    match declared.type:
        case Type.CHOICE:
            return choice(declared.name, stored)
        case Type.FLAG:
            return yes_no(stored)
        case Type.DAY:
            return formats().day(stored)
        case _:
            return typed.shown(declared, stored, currency, formats())


def title(draft: Draft) -> str:
    """What a draft is about: its first row, and what became of it; of a batch its name, and of how many."""
    row = draft.rows[0]
    if draft.batch:
        count = n("{count} row", "{count} rows", draft.size)
        return f"{kind(row.entity)}: {draft.name} · {count}"
    return f"{kind(row.entity)}: {row.label} · {t(_OPS[row.op])}"


def changes(draft: Draft) -> str:
    """Field by field, from what to what."""
    if draft.batch:
        return ""
    told = [_of_row(row) for row in draft.rows if row.entity == draft.rows[0].entity][:1]
    more = len(draft.rows) - 1
    if more:
        told.append(t("and with it further rows: {count}", count=more))
    return " · ".join(one for one in told if one)


def of_batch(row: DraftRow) -> tuple[str, str]:
    """One row of a batch: which one, and what becomes of it."""
    told = [] if row.op == "patch" else [t(_OPS[row.op])]
    if row.quantity:
        told.append(t("from {quantity}", quantity=formats().quantity(row.quantity)))
    return row.label, " · ".join(one for one in (*told, _of_row(row)) if one)


def _of_row(row: DraftRow) -> str:
    fields = declaration(row.entity).fields
    if row.op == "delete":
        return ""
    parts = []
    for one in row.changes:
        before, after = (value(fields[one.field], side, row.currency) for side in (one.before, one.after))
        name = field(row.entity, one.field)
        parts.append(f"{name}: {after}" if row.op == "insert" else f"{name}: {before} → {after}")
    return " · ".join(parts)
