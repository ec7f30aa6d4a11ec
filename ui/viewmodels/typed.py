"""Values of declared fields as people type them: shown in an editor, and read from it."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from channeldesk.model.declare import Type
from channeldesk.model.formats import Formats
from channeldesk.model.notice import Problem
from channeldesk.model.values import CURRENCIES


class Editable(Protocol):
    """What an editor has to know of a field."""

    @property
    def type(self) -> Type | str: ...
    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...


def shown(field: Editable, value: Any, currency: str, form: Formats) -> str:
    """A stored value as people read and type it."""
    if value is None:
        return ""
    match field.type:
        case Type.MONEY if currency in CURRENCIES:
            return form.amount(value, currency)
        case Type.PRICE:
            return form.price(value)
        case Type.QUANTITY:
            return form.quantity(value)
        case Type.RATE:
            return form.rate(value)
        case Type.DECIMAL:
            return form.scaled(value, 6)
    return str(value)


def read(field: Editable, typed: str, currency: str, form: Formats, today: date) -> Any:
    """The value to store, None for nothing. Raises Problem when it cannot be right."""
    text = typed.strip()
    if not text:
        if field.required:
            raise Problem.of("edit.field_required", field=field.name)
        return None
    match field.type:
        case Type.INTEGER:
            return form.read(text, 0)
        case Type.MONEY:
            if currency not in CURRENCIES:
                raise Problem.of("value.unknown_currency", currency=currency or "?")
            return form.read_money(text, currency)
        case Type.PRICE:
            return form.read_price(text, currency)
        case Type.QUANTITY:
            return form.read_quantity(text)
        case Type.RATE:
            return form.read_rate(text)
        case Type.DECIMAL:
            return form.read(text, 6)
        case Type.DAY:
            return form.read_day(text, today).isoformat()
    return text
