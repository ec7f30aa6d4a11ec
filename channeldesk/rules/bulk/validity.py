"""Operations on price lists and promotions as a whole: when they hold, and the next one made from this one.

A price is valid when its list is. Of lists for the same buyers the one that begins later counts
(``rules.pricing.PRECEDENCE``), so new prices from a day on are a copy of the list that begins on that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from channeldesk.model.declare import CODE
from channeldesk.model.notice import notice
from channeldesk.rules.bulk.edits import Edit, Facts, Made, Outcome, Row, Skipped, Values, patched
from channeldesk.rules.bulk.prices import ITEM, converted

LIST, PROMOTION = "price_list", "promotion"
_PARTS = {"promotion_buyer": "promotion_id", "promotion_item": "promotion_id"}
_SYSTEM = frozenset({"id", "rv", "created_at", "created_by", "updated_at", "updated_by", "deleted"})

Operation = Callable[[Row, Values, Facts], Iterator[Outcome]]


def set_validity(entity: str) -> Operation:
    def run(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
        yield from patched(entity, row, {name: asked.get(name) for name in ("valid_from", "valid_to")})

    return run


def end(entity: str) -> Operation:
    """The last day. What begins only later, or ends before, stays as it is."""

    def run(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
        last = asked["last_day"]
        if row["valid_from"] is not None and row["valid_from"] > last:
            yield Skipped(row["id"], notice("bulk.begins_later"))
        elif row["valid_to"] is None or row["valid_to"] > last:
            yield from patched(entity, row, {"valid_to": last})

    return run


def shift(entity: str) -> Operation:
    """Both days, by as many days."""

    def run(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
        try:
            yield from patched(entity, row, _shifted(row, asked["days"]))
        except OverflowError:
            yield Skipped(row["id"], notice("bulk.no_such_day"))

    return run


def copy_list(row: Row, asked: Values, facts: Facts) -> Iterator[Outcome]:
    """A further list for the same buyers from another day on, with every price of this one."""
    made = _copy(LIST, row, asked, facts)
    if isinstance(made, Skipped):
        yield made
        return
    values = {**made, "valid_from": asked["valid_from"], "valid_to": asked.get("valid_to")}
    number = _number(row)
    yield Edit(LIST, None, {}, values, row["id"], number)
    for item in facts.items.get(row["id"], {}).values():
        amounts = converted(item, row["currency"], asked, facts)
        assert not isinstance(amounts, Skipped), "in its own currency a list needs no rate"
        key = {"price_list_id": Made(number), "product_id": item["product_id"]}
        yield Edit(ITEM, None, {}, {**key, "min_quantity": item["min_quantity"], **amounts}, row["id"])


def copy_promotion(row: Row, asked: Values, facts: Facts) -> Iterator[Outcome]:
    """The same promotion for the next period, with its buyers and what it is for; nothing of it is used."""
    made = _copy(PROMOTION, row, asked, facts)
    if isinstance(made, Skipped):
        yield made
        return
    try:
        values = {**made, **_shifted(row, asked["days"])}
    except OverflowError:
        yield Skipped(row["id"], notice("bulk.no_such_day"))
        return
    del values["used"]
    number = _number(row)
    yield Edit(PROMOTION, None, {}, values, row["id"], number)
    for entity, name in _PARTS.items():
        for part in facts.parts.get((entity, row["id"]), ()):
            yield Edit(entity, None, {}, {**_plain(part), name: Made(number)}, row["id"])


def _copy(entity: str, row: Row, asked: Values, facts: Facts) -> dict[str, Any] | Skipped:
    code = f"{row['code']}{asked['suffix']}"
    if len(code) > CODE:
        return Skipped(row["id"], notice("bulk.code_too_long", code=code, most=CODE))
    if code in facts.codes.get(entity, frozenset()):
        return Skipped(row["id"], notice("bulk.code_taken", code=code))
    return {**_plain(row), "code": code}


def _plain(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _SYSTEM}


def _number(row: Row) -> int:
    """Of one chosen row one new one is made, so its id numbers it."""
    return int.from_bytes(row["id"])


def _shifted(row: Row, days: int) -> dict[str, str | None]:
    """Raises OverflowError for days beyond the calendar."""
    moved = {}
    for name in ("valid_from", "valid_to"):
        day = row[name]
        moved[name] = day and (date.fromisoformat(day) + timedelta(days)).isoformat()
    return moved
