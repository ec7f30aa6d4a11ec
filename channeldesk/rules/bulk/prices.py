"""Operations on prices of lists. Prices are whole numbers at scale 4; a share is rounded half up once, before
it is brought to its ending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from channeldesk.model.catalogue import LARGEST_PRICE
from channeldesk.model.notice import Price, notice
from channeldesk.model.values import DECIMAL_SCALE, WHOLE, round_half_up
from channeldesk.rules.bulk.edits import Edit, Facts, Outcome, Row, Skipped, Values, patched
from channeldesk.rules.bulk.rounding import rounded

ITEM = "price_item"
ONE = 10**DECIMAL_SCALE
"""A factor of 1."""


def set_price(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    yield from patched(ITEM, row, {"price": asked["price"]})


def set_floor(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    yield from patched(ITEM, row, {"floor": asked["floor"]})


def clear_floor(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    yield from patched(ITEM, row, {"floor": None})


def remove(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    base = {name: row[name] for name in ("price_list_id", "product_id", "min_quantity", "price", "floor")}
    yield Edit(ITEM, row["id"], base, None, row["id"])


def change_percent(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    """By a share of the price, up or down."""
    yield from _moved(row, asked, lambda price: round_half_up(price * (WHOLE + asked["percent"]), WHOLE))


def change_amount(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    yield from _moved(row, asked, lambda price: price + asked["by_amount"])


def floor_share(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    """The floor as a share of the price that stands beside it."""
    floor = round_half_up(row["price"] * asked["floor_share"], WHOLE)
    yield from patched(ITEM, row, {"floor": rounded(floor, asked["rounding"], row["currency"])})


def copy_prices(row: Row, asked: Values, facts: Facts) -> Iterator[Outcome]:
    """Into another list: a price that stands there is changed, others are added. A price goes over at the
    exchange rate where currencies differ, and times the factor, rounded once.
    """
    target = facts.lists[asked["into_list"]]
    if target["id"] == row["price_list_id"]:
        yield Skipped(row["id"], notice("bulk.same_list"))
        return
    copied = converted(row, target["currency"], asked, facts)
    if isinstance(copied, Skipped):
        yield copied
        return
    there = facts.items.get(target["id"], {}).get((row["product_id"], row["min_quantity"]))
    if there is not None:
        yield from (
            Edit(e.entity, e.row_id, e.base, e.values, row["id"]) for e in patched(ITEM, there, copied)
        )
        return
    key = {"price_list_id": target["id"], "product_id": row["product_id"]}
    yield Edit(ITEM, None, {}, {**key, "min_quantity": row["min_quantity"], **copied}, row["id"])


def converted(row: Row, currency: str, asked: Values, facts: Facts) -> dict[str, int | None] | Skipped:
    """Price and floor of a price in another list's currency, times the factor asked for (scale 6)."""
    rate = Fraction(1)
    if currency != row["currency"]:
        known = facts.rates.get((row["currency"], currency))
        if known is None:
            pair = {"currency": row["currency"], "base": currency}
            return Skipped(row["id"], notice("bulk.no_rate", **pair))
        rate = known
    made: dict[str, int | None] = {}
    for name in ("price", "floor"):
        amount = row[name]
        if amount is not None:
            exact = amount * rate * asked["factor"] / ONE
            amount = round_half_up(exact.numerator, exact.denominator)
            amount = rounded(amount, asked["rounding"], currency)
        made[name] = amount
    return made


def _moved(row: Row, asked: Values, move: Callable[[int], int]) -> Iterator[Outcome]:
    names = ("price", "floor") if asked["what"] == "both" else (asked["what"],)
    values: dict[str, int] = {}
    for name in names:
        if row[name] is None:
            continue
        moved = move(row[name])
        if not 0 <= moved <= LARGEST_PRICE:
            was = Price(row[name], row["currency"])
            yield Skipped(row["id"], notice("bulk.price_out_of_range", price=was))
            return
        values[name] = rounded(moved, asked["rounding"], row["currency"])
    yield from patched(ITEM, row, values)
