"""The text of a cell to a value: by the column's declaration, never by guessing.

Amounts become whole numbers at the fixed scales of the data model straight from their decimal text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from channeldesk.exchange.mapping import Column
from channeldesk.exchange.problems import RowProblem
from channeldesk.model import values
from channeldesk.model.notice import Problem

TYPES = ("text", "id", "integer", "decimal", "money", "price", "quantity", "day", "instant")
LONGEST_ID = 15
"""Digits of a number that survive a spreadsheet."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REMEMBERED = 50_000


def scale(column: Column, currency: str) -> int | None:
    """Decimals of a column's whole numbers; None for what is not a number."""
    scales = {"integer": 0, "price": values.PRICE_SCALE, "quantity": values.QUANTITY_SCALE}
    return values.minor_units(currency) if column.type == "money" else scales.get(column.type)


def reader(column: Column, currency: str) -> Callable[[str], Any]:
    """A function from a cell to its value or None; it raises :class:`RowProblem` naming the column.

    Equal cells are parsed once: prices, dates and codes repeat thousands of times.
    """
    parse = _parser(column, currency)
    empty = {"", *column.empty}
    known: dict[str, Any] = {}

    def read(cell: str) -> Any:
        try:
            return known[cell]
        except KeyError:
            pass
        text = cell.strip()
        if text in empty:
            if column.required:
                raise RowProblem.of("row.empty", column.name, column=column.name)
            value = None
        else:
            value = _parsed(parse, text, column)
        if len(known) < _REMEMBERED:
            known[cell] = value
        return value

    return read


def _parsed(parse: Callable[[str], Any], text: str, column: Column) -> Any:
    try:
        return parse(text)
    except Problem as problem:
        raise RowProblem(problem.notice, column.name) from None
    except ValueError:
        raise RowProblem.of("row.wrong_form", column.name, text=text[:80], form=_form(column)) from None


def _form(column: Column) -> str:
    return column.format or column.type


def _parser(column: Column, currency: str) -> Callable[[str], Any]:
    match column.type:
        case "text":
            return str.upper if column.upper else str
        case "id":
            return _whole_float_id(column) if column.whole_float else str.upper if column.upper else str
        case "day":
            return lambda text: _moment(text, column.format).date().isoformat()
        case "instant":
            zone = ZoneInfo(column.zone)
            return lambda text: (
                (_moment(text, column.format).replace(tzinfo=zone) - _EPOCH) // timedelta(milliseconds=1)
            )
        case "decimal":
            return lambda text: Decimal(plain_number(text, column))
    digits = scale(column, currency)
    assert digits is not None
    return lambda text: values.scaled(plain_number(text, column), digits, exact=not column.round)


def _moment(text: str, form: str) -> datetime:
    return datetime.strptime(text, form)  # noqa: DTZ007 - the column's zone follows


def plain_number(text: str, column: Column) -> str:
    """'1.234,50' in the column's notation as '1234.50'; groups must be groups of three."""
    if column.group:
        whole = text.split(column.decimal)[0].lstrip("+-")
        if column.group in whole and not re.fullmatch(
            rf"\d{{1,3}}(?:{re.escape(column.group)}\d{{3}})*", whole
        ):
            raise ValueError(text)
        text = text.replace(column.group, "")
    if column.decimal != ".":
        if "." in text:
            raise ValueError(text)
        text = text.replace(column.decimal, ".")
    if not re.fullmatch(r"[+-]?\d+(?:\.\d*)?|[+-]?\.\d+", text, re.ASCII):
        raise ValueError(text)
    return text


def _whole_float_id(column: Column) -> Callable[[str], str]:
    """Ids that went through a table of floats: '17850.0' is 17850; what lost digits is refused."""

    def parse(text: str) -> str:
        found = re.fullmatch(r"(\d+)(?:\.0*)?", text, re.ASCII)
        if found is None:
            raise ValueError(text)
        if len(found[1]) > LONGEST_ID:
            raise RowProblem.of("row.id_too_long", column.name, text=text[:80], digits=LONGEST_ID)
        return found[1]

    return parse
