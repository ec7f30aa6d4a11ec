"""Price lists for the same buyers that hold on the same days: which of them counts, and from when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from channeldesk.model.notice import Day, Notice, notice
from channeldesk.rules.bulk.edits import Row

_SCOPE = ("currency", "partner_id", "tier_id", "channel_type_id", "territory_id")
_NEVER = "9999-12-32"
"""After every last day."""


def buyers(row: Row) -> tuple[Any, ...]:
    """Whom a list is for, in which currency: equal for lists of which one counts."""
    return tuple(row[name] for name in _SCOPE)


def overlaps(row: Row, lists: Iterable[Row]) -> tuple[Notice, ...]:
    """What is to be told of a list among all lists as they would be. Of several that it stands before, or
    that stand before it, the nearest: whoever looks at that one is told of the next.
    """
    return tuple(_told(row, sorted(_together(row, lists), key=lambda one: str(one["code"]))))


def _together(row: Row, lists: Iterable[Row]) -> Iterator[Row]:
    for one in lists:
        other = one["code"] != row["code"] and buyers(one) == buyers(row)
        if other and max(_begin(row), _begin(one)) <= min(_end(row), _end(one)):
            yield one


def _told(row: Row, others: list[Row]) -> Iterator[Notice]:
    """``rules.pricing.PRECEDENCE``: the later first day counts, of equals the first by code."""
    alike = [one for one in others if _begin(one) == _begin(row)]
    under = [one for one in others if _begin(one) < _begin(row)]
    over = [one for one in others if _begin(one) > _begin(row)]
    if alike:
        codes = str(row["code"]), str(alike[0]["code"])
        yield notice("bulk.lists_alike", other=codes[1], counts=min(codes))
    if under:
        nearest = max(under, key=_begin)
        yield _since("bulk.list_over", row, nearest, str(row["valid_from"]))
    if over:
        nearest = min(over, key=_begin)
        yield _since("bulk.list_under", row, nearest, str(nearest["valid_from"]))


def _since(code: str, row: Row, other: Row, day: str) -> Notice:
    last = min(_end(row), _end(other))
    if last == _NEVER:
        return notice(code, other=str(other["code"]), day=Day(day))
    return notice(f"{code}_until", other=str(other["code"]), day=Day(day), last=Day(last))


def _begin(row: Row) -> str:
    """A list without a first day held always."""
    return row["valid_from"] or ""


def _end(row: Row) -> str:
    return row["valid_to"] or _NEVER
