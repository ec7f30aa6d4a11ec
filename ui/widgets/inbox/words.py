"""How conflicts and rejections are spoken of: values of any field, items of the list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from channeldesk.model.declare import Type
from channeldesk.model.entities import ENTITIES
from channeldesk.queries.inbox import ConflictField, InboxItem, InboxRow
from channeldesk.rules.field_words import CHOICE_NAMES, entity_name, field_name
from ui.i18n import formats, n, t, tn, two_names

NOTHING = "–"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def field_title(name: str) -> str:
    return t(field_name(name))


def entity_title(name: str) -> str:
    return t(entity_name(name))


def value_text(field: ConflictField, value: Any, currency: str, shown: str | None = None) -> str:
    """A value of a conflict as people read it; ``shown`` is the name behind an id."""
    return shown or plain(field.name, field.type, value, currency)


def plain(name: str, type_name: str, value: Any, currency: str) -> str:
    """A wire value of a field in the reader's notation; nothing is an en dash."""
    if value is None or value == "":
        return NOTHING
    form = formats()
    known = CHOICE_NAMES.get(name, {}).get(str(value))
    if known is not None:
        return t(known)
    match type_name:
        case Type.MONEY if isinstance(value, int) and currency:
            return form.money(value, currency)
        case Type.PRICE if isinstance(value, int):
            return form.price(value)
        case Type.QUANTITY if isinstance(value, int):
            return form.quantity(value)
        case Type.RATE if isinstance(value, int):
            return form.rate(value)
        case Type.DAY if isinstance(value, str):
            return form.day(value)
        case Type.INSTANT if isinstance(value, int):
            return form.instant_short(value)
        case Type.FLAG:
            return t("yes") if value else t("no")
        case Type.INTEGER | Type.COUNTER if isinstance(value, int):
            return _clock(value) if name == "start_minute" else form.integer(value)
    return str(value)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def type_of(entity: str, name: str) -> str:
    """The declared type of a field; text for a customer's own."""
    declared = ENTITIES[entity].fields.get(name) if entity in ENTITIES else None
    return declared.type.value if declared is not None else Type.TEXT.value


def currency_of(item: InboxItem, field: ConflictField, side: str) -> str:
    """The currency an amount of this side is in: of the same group if it holds one, else the row's."""
    for other in item.fields:
        if other.name == "currency" and other.group == field.group:
            return str(getattr(other, side) or item.currency or "")
    return item.currency or ""


def row_title(row: InboxRow) -> str:
    """The row by name, with its partner's."""
    first, second = names(row)
    return first if row.entity == "partner" else ", ".join(filter(None, (first, second)))


def names(row: InboxRow) -> tuple[str, str]:
    """The row's name, and its partner's (of a partner: its other name)."""
    if row.entity == "partner":
        return two_names(row.title, row.subtitle)
    title = formats().day_short(row.title) if _DAY.fullmatch(row.title) else row.title
    return title, two_names(row.subtitle, row.partner_local)[0] if row.subtitle else ""


def row_text(row: InboxRow) -> str:
    """The second line of an item in the list."""
    if row.kind == "conflict" and row.fields:
        if len(row.fields) == 1:
            return t("{entity}: {field}", entity=entity_title(row.entity), field=field_title(row.fields[0]))
        count = n("{count} field differs", "{count} fields differ", len(row.fields))
        return t("{entity}: {what}", entity=entity_title(row.entity), what=count)
    problem = row.notice.params.get("problem")
    if row.kind == "set_aside" and isinstance(problem, str):
        return t("{entity}: {what}", entity=entity_title(row.entity), what=problem)
    return tn(row.notice)


def listing(names: Sequence[str]) -> str:
    """Fields named one after the other, as the language lists things."""
    return formats().listing([field_title(name) for name in names])
