"""Operations on what promotions give, and on whom and what they are for."""

from __future__ import annotations

from collections.abc import Iterator

from channeldesk.model.notice import Term, notice
from channeldesk.model.values import PRICE_SCALE, WHOLE, minor_units, round_half_up
from channeldesk.rules.bulk.edits import Edit, Facts, Outcome, Row, Skipped, Values, patched
from channeldesk.rules.bulk.validity import PROMOTION
from channeldesk.rules.field_words import CHOICE_NAMES, field_name
from channeldesk.rules.promotions.declared import BUYERS, unasked

ITEMS = ("product_id", "category")


def set_rate(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    yield from _figure(row, "rate", asked["rate"])


def set_price_off(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    yield from _figure(row, "price_off", asked["price_off"])


def set_budget(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    """``budget_amount`` at scale 4, so that one number serves promotions of several currencies."""
    if asked["budget_amount"] is None:
        yield from patched(PROMOTION, row, {"budget": None})
        return
    coin = int(10 ** (PRICE_SCALE - minor_units(row["currency"])))
    if asked["budget_amount"] % coin:
        yield Skipped(row["id"], notice("bulk.below_a_coin", currency=row["currency"]))
        return
    yield from patched(PROMOTION, row, {"budget": asked["budget_amount"] // coin})


def change_budget(row: Row, asked: Values, _: Facts) -> Iterator[Outcome]:
    """By a share, to the smallest coin; never below what is used."""
    if row["budget"] is None:
        yield Skipped(row["id"], notice("bulk.no_budget"))
        return
    budget = max(1, round_half_up(row["budget"] * (WHOLE + asked["percent"]), WHOLE))
    yield from patched(PROMOTION, row, {"budget": budget})


def extend_buyers(row: Row, asked: Values, facts: Facts) -> Iterator[Outcome]:
    """Open to further buyers, each of them a row of its own; who is named already is not named again. Where
    it names nobody of a sort it is open to all of that sort: naming one would shut the others out.
    """
    there = facts.parts.get(("promotion_buyer", row["id"]), ())
    for name in BUYERS:
        if asked.get(name) is not None and all(one[name] is None for one in there):
            sort = Term(field_name(name))
            yield Skipped(row["id"], notice("bulk.open_to_all", sort=sort))
            return
    yield from _extended("promotion_buyer", BUYERS, row, asked, facts)


def extend_items(row: Row, asked: Values, facts: Facts) -> Iterator[Outcome]:
    """For further products, each of them a row of its own. Of everything it stays for everything."""
    if not facts.parts.get(("promotion_item", row["id"])):
        yield Skipped(row["id"], notice("bulk.for_everything"))
        return
    yield from _extended("promotion_item", ITEMS, row, asked, facts)


def _extended(
    entity: str, names: tuple[str, ...], row: Row, asked: Values, facts: Facts
) -> Iterator[Outcome]:
    there = facts.parts.get((entity, row["id"]), ())
    for name in names:
        value = asked.get(name)
        if value is not None and all(one[name] != value for one in there):
            yield Edit(entity, None, {}, {"promotion_id": row["id"], name: value}, row["id"])


def _figure(row: Row, name: str, value: int) -> Iterator[Outcome]:
    if name in unasked(row["mechanic"]):
        mechanic = Term(CHOICE_NAMES["mechanic"][row["mechanic"]])
        yield Skipped(row["id"], notice("bulk.not_of_this_mechanic", mechanic=mechanic))
        return
    yield from patched(PROMOTION, row, {name: value})
