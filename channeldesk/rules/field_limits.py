"""What a value of a declared field may be: how long, how large, of what shape.

The declaration says it once; the form asks while a person types, actions before they write, and headquarters
of what its staff publish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from channeldesk.model.declare import Entity, Field, Shape, Type
from channeldesk.model.notice import Day, Money, Notice, Param, Price, Problem, Quantity, Rate, Term, notice
from channeldesk.model.values import CURRENCIES, DECIMAL_SCALE, plain
from channeldesk.rules import contact_details
from channeldesk.rules.calendar import business_date
from channeldesk.rules.field_words import field_name

FIRST_DAY, LAST_DAY = "1900-01-01", "9999-12-31"
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Z][a-z]{3})?([_-]([A-Z]{2}|\d{3}))?", re.ASCII)


def refuse_value(field: Field, value: Any, currency: str = "") -> Notice | None:
    """What is wrong with a stored value of the field; None when nothing is, and for no value.

    ``currency``: of the row, for amounts of money.
    """
    if value is None:
        return None
    named = Term(field_name(field.name))
    if field.type is Type.TEXT:
        if field.longest is not None and len(value) > field.longest:
            return notice("field.too_long", field=named, most=field.longest, count=len(value))
        return None if field.shape is None else _misshapen(field.shape, value)
    if field.type is Type.DAY and not FIRST_DAY <= value <= LAST_DAY:
        return _outside(named, Day(FIRST_DAY), Day(LAST_DAY))
    if field.within is not None and not field.within[0] <= value <= field.within[1]:
        least, most = (_shown(field.type, bound, currency) for bound in field.within)
        return _outside(named, least, most)
    return None


def refuse_row(entity: type[Entity], values: Mapping[str, Any], currency: str = "") -> Notice | None:
    """What is wrong with the first such of these values."""
    found = (refuse_value(entity.fields[name], value, currency) for name, value in values.items())
    return next((one for one in found if one is not None), None)


def _outside(named: Param, least: Param, most: Param) -> Notice:
    return notice("field.out_of_range", field=named, least=least, most=most)


def _shown(kind: Type, bound: int, currency: str) -> Param:
    match kind:
        case Type.MONEY if currency in CURRENCIES:
            return Money(bound, currency)
        case Type.PRICE:
            return Price(bound, currency)
        case Type.QUANTITY:
            return Quantity(bound)
        case Type.RATE:
            return Rate(bound)
        case Type.DECIMAL:
            return plain(bound, DECIMAL_SCALE)
    return str(bound)


def _misshapen(shape: Shape, text: str) -> Notice | None:
    match shape:
        case Shape.CURRENCY if text not in CURRENCIES:
            return notice("value.unknown_currency", currency=text)
        case Shape.LANGUAGE if not _LANGUAGE.fullmatch(text):
            return notice("field.not_a_language", text=text)
        case Shape.EMAIL:
            return contact_details.email(text)
        case Shape.TIME_ZONE:
            try:
                business_date(0, text)
            except Problem as problem:
                return problem.notice
    return None
