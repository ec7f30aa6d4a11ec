"""Columns of a list of reference data, from the declarations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from channeldesk.model.declare import Field, Shape, Type
from channeldesk.queries.reference_data import BESIDE, ReferenceRow, fields
from channeldesk.rules.field_words import CHOICE_NAMES
from ui.i18n import t
from ui.models.columns import Column, Kind
from ui.widgets.reference import words

_KINDS = {
    Type.INTEGER: Kind.INTEGER,
    Type.MONEY: Kind.MONEY,
    Type.PRICE: Kind.PRICE,
    Type.QUANTITY: Kind.QUANTITY,
    Type.DAY: Kind.DAY,
}
_WIDE = frozenset({"name", "name_local", "product_id", "partner_id", "price_list_id", "path", "user_id"})


def columns(entity: str) -> list[Column]:
    made = [_column(entity, field) for field in fields(entity)]
    mark = Column(
        "mark",
        t("State"),
        lambda row: {"new": t("new"), "changed": t("changed")}.get(row.mark, ""),
        Kind.CHIP,
        84,
        sortable=False,
        filterable=False,
        tone=lambda row: "provisional",
        tip=lambda row: _not_published() if row.mark else "",
    )
    return [mark, *made, *_beside(entity)]


def _beside(entity: str) -> list[Column]:
    """Of the product and the list of a price: to find and to filter by."""
    if entity not in BESIDE:
        return []
    titles = {
        "category": (t("Category"), Kind.TEXT),
        "valid_from": (t("List valid from"), Kind.DAY),
        "valid_to": (t("List valid to"), Kind.DAY),
    }
    return [
        Column(name, title, partial(_told, name), kind, 116, visible=kind is Kind.TEXT)
        for name, (title, kind) in titles.items()
    ]


def _told(name: str, row: ReferenceRow) -> Any:
    return row.values[name]


def _not_published() -> str:
    return t("Not published: only this laptop shows it.")


def _column(entity: str, field: Field) -> Column:
    name = field.name
    options = tuple((code, t(text)) for code, text in CHOICE_NAMES.get(name, {}).items())
    kind = Kind.TEXT if name == "year" else _KINDS.get(field.type, Kind.TEXT)
    return Column(
        name,
        words.field(entity, name),
        _text_of(entity, field),
        kind,
        _wide(field, kind),
        right=True if field.type in (Type.RATE, Type.DECIMAL) else None,
        options=options if field.type is Type.CHOICE else (),
        currency=lambda row: str(row.values.get("currency") or ""),
        filterable=field.type is not Type.DECIMAL,
        stretch=name in ("name", "product_id") or (entity == "scope_grant" and name == "territory_id"),
        strong=name == fields(entity)[0].name,
    )


def _wide(field: Field, kind: Kind) -> int:
    if field.name in _WIDE:
        return 134
    if field.shape is Shape.CURRENCY:
        return 72
    return 92 if kind is Kind.INTEGER else 108


def _text_of(entity: str, field: Field) -> Callable[[ReferenceRow], Any]:
    name = field.name

    def plain(row: ReferenceRow) -> Any:
        return row.values[name]

    def worded(row: ReferenceRow) -> Any:
        value = row.values[name]
        return None if value is None else words.value(field, value, "")

    def indented(row: ReferenceRow) -> Any:
        depth = str(row.values["path"]).count("/") - 1
        return "\N{NO-BREAK SPACE}" * 4 * max(depth, 0) + str(row.values[name])

    if (entity, name) == ("territory", "code"):
        return indented
    return plain if field.type in _KINDS and name != "year" else worded
