"""What people type into a filter, as SQL with bound parameters.

| typed | in | means |
| --- | --- | --- |
| ``drill`` | text | contains, whatever the case |
| ``=Gold``, ``!drill`` | text | exactly, does not contain |
| ``placed|accepted``, ``!closed`` | choice | one of the codes, none of them |
| ``>= 100``, ``< 75``, ``5..10``, ``12`` | numbers | compared; 12 finds all that is shown as 12 |
| ``2026``, ``2026-11``, ``>2026-01-01``, ``2026-10..2026-11`` | dates | a year, month or day as a whole |
| ``-``, ``*`` | all | without a value, with one |
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from channeldesk.model import values
from channeldesk.model.formats import formats_for
from channeldesk.model.notice import Problem
from channeldesk.queries.views import Column, ColumnType

_OPERATORS = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "=", "≠": "!=", "！": "!"}
_SCALES = {
    ColumnType.INTEGER: 0,
    ColumnType.PRICE: values.PRICE_SCALE,
    ColumnType.QUANTITY: values.QUANTITY_SCALE,
    ColumnType.SHARE: values.RATE_SCALE - 2,
}
_MOST = 6
"""Decimals that a typed number may have."""
_YES, _NO = {"1", "yes", "y", "true", "是"}, {"0", "no", "n", "false", "否"}


def condition(
    column: Column, typed: str, language: str, today: date, zone: str, binds: dict[str, Any]
) -> str:
    """SQL for one filter; its values are added to ``binds``. Raises :class:`Problem` for nonsense."""
    text = typed.strip()
    for sign, plain in _OPERATORS.items():
        text = text.replace(sign, plain)
    if text in ("-", "–"):
        return f"{column.sql} IS NULL"
    if text == "*":
        return f"{column.sql} IS NOT NULL"
    match column.type:
        case ColumnType.TEXT:
            return _text(column, text, binds)
        case ColumnType.CHOICE:
            return _choice(column, text, binds)
        case ColumnType.FLAG:
            return _flag(column, text, binds)
        case ColumnType.DAY | ColumnType.INSTANT:
            return _days(column, text, language, today, zone, binds)
        case _:
            return _numbers(column, text, language, binds)


def _bind(binds: dict[str, Any], value: Any) -> str:
    name = f"f{len(binds)}"
    binds[name] = value
    return f":{name}"


def _text(column: Column, text: str, binds: dict[str, Any]) -> str:
    if text.startswith("="):
        wanted = _bind(binds, text[1:].strip())
        return " OR ".join(f"lower({name}) = lower({wanted})" for name in (column.sql, column.also) if name)
    negated = text.startswith("!")
    wanted = text[1:].removeprefix("=").strip() if negated else text
    names = f"coalesce({column.sql}, '')"
    if column.also:
        names += f" || char(10) || coalesce({column.also}, '')"
    found = f"instr(lower({names}), lower({_bind(binds, wanted)}))"
    return f"{found} = 0" if negated else f"{found} > 0"


def _choice(column: Column, text: str, binds: dict[str, Any]) -> str:
    negated = text.startswith("!")
    codes = [code.strip() for code in text.removeprefix("!").removeprefix("=").split("|")]
    listed = ", ".join(_bind(binds, code) for code in codes if code)
    return f"{column.sql} {'NOT IN' if negated else 'IN'} ({listed})"


def _flag(column: Column, text: str, binds: dict[str, Any]) -> str:
    if text.lower() in _YES | _NO:
        return f"coalesce({column.sql}, 0) = {_bind(binds, int(text.lower() in _YES))}"
    raise Problem.of("filter.not_yes_or_no", text=text)


def _split(text: str) -> tuple[str, str, str]:
    """Operator, first and second operand; the operator of a range is ``..``."""
    if ".." in text:
        low, high = text.split("..", 1)
        return "..", low.strip(), high.strip()
    found = re.match(r"(>=|<=|!=|<>|>|<|=|!)?\s*(.*)$", text, re.DOTALL)
    operator = (found.group(1) if found else "") or ""
    return {"!": "!=", "<>": "!="}.get(operator, operator), found.group(2).strip() if found else "", ""


def _numbers(column: Column, text: str, language: str, binds: dict[str, Any]) -> str:
    operator, first, second = _split(text)
    if operator == "..":
        parts = [("<=" if at else ">=", one) for at, one in enumerate((first, second)) if one]
        if not parts:
            raise Problem.of("value.not_a_number", text=text)
        return " AND ".join(f"{column.sql} {op} {_number(column, one, language, binds)}" for op, one in parts)
    if operator in ("", "=", "!="):
        low = _number(column, first, language, binds, widen=-1)
        high = _number(column, first, language, binds, widen=1)
        negation = "NOT " if operator == "!=" else ""
        return f"{column.sql} {negation}BETWEEN {low} AND {high}"
    return f"{column.sql} {operator} {_number(column, first, language, binds)}"


def _number(column: Column, text: str, language: str, binds: dict[str, Any], widen: int = 0) -> str:
    """A bound number at the column's scale. Amounts and shares are shown rounded, so ``widen`` -1 and 1 give
    the ends of all that is shown like the typed number.
    """
    bare = text.removesuffix("%").strip() if column.type is ColumnType.SHARE else text
    number = values.to_decimal(formats_for(language).read(bare, _MOST), _MOST)
    decimals = len(bare.partition(".")[2])

    def at(scale: int) -> int:
        exact = values.scaled(number, scale, exact=False)
        if column.type not in (ColumnType.MONEY, ColumnType.SHARE) or decimals >= scale or not widen:
            return exact
        half: int = 10 ** (scale - decimals) // 2
        return exact - half if widen < 0 else exact + half - 1

    if column.type is not ColumnType.MONEY:
        return _bind(binds, at(_SCALES[column.type]))
    other = {
        digits: f"WHEN {column.currency} IN ({_quoted(digits)}) THEN {_bind(binds, at(digits))}"
        for digits in (0, 3)
    }
    return f"CASE {other[0]} {other[3]} ELSE {_bind(binds, at(2))} END"


def _quoted(digits: int) -> str:
    return ", ".join(f"'{code}'" for code, own in values.CURRENCIES.items() if own == digits)


def _days(column: Column, text: str, language: str, today: date, zone: str, binds: dict[str, Any]) -> str:
    operator, first, second = _split(text)
    low: date | None
    high: date | None
    if operator == "..":
        low = _span(first, language, today)[0] if first else None
        high = _span(second, language, today)[1] if second else None
        if low is None and high is None:
            raise Problem.of("value.not_a_date", text=text)
    else:
        start, end = low, high = _span(first, language, today)
        match operator:
            case ">":
                low, high = end + timedelta(days=1), None
            case ">=":
                high = None
            case "<":
                low, high = None, start - timedelta(days=1)
            case "<=":
                low = None
    parts = []
    if column.type is ColumnType.DAY:
        parts += [f"{column.sql} >= {_bind(binds, low.isoformat())}"] if low else []
        parts += [f"{column.sql} <= {_bind(binds, high.isoformat())}"] if high else []
    else:
        parts += [f"{column.sql} >= {_bind(binds, _midnight(low, zone))}"] if low else []
        parts += [f"{column.sql} < {_bind(binds, _midnight(high + timedelta(days=1), zone))}"] if high else []
    joined = " AND ".join(parts)
    return f"NOT ({joined})" if operator == "!=" else joined


def _span(text: str, language: str, today: date) -> tuple[date, date]:
    """First and last day of a year, a month or a day."""
    try:
        if re.fullmatch(r"\d{4}", text):
            return date(int(text), 1, 1), date(int(text), 12, 31)
        if found := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})月?", text):
            year, month = int(found.group(1)), int(found.group(2))
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
    except ValueError:
        raise Problem.of("value.not_a_date", text=text) from None
    day = formats_for(language).read_day(text, today)
    return day, day


def _midnight(day: date, zone: str) -> int:
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return int((local - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
