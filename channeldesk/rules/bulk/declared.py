"""What may be done to many rows at once: every operation once, with the kind of rows it is for and what it
asks. The dialog, the preview and the tests follow from here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from channeldesk.model import declare as d
from channeldesk.model.catalogue import LARGEST_PRICE
from channeldesk.model.declare import Field
from channeldesk.model.entities import entity as declaration
from channeldesk.model.marked import N_
from channeldesk.model.notice import Notice, Term, notice
from channeldesk.rules.administration import refuse_values
from channeldesk.rules.bulk import prices, promotions, validity
from channeldesk.rules.bulk.edits import Edit, Facts, Made, Outcome, Planned, Row, Skipped, Values
from channeldesk.rules.bulk.rounding import EXACT, ROUNDINGS
from channeldesk.rules.field_limits import refuse_row, refuse_value
from channeldesk.rules.field_words import field_name
from channeldesk.rules.promotions.declared import BUYERS

MOST_DAYS = 3660


@dataclass(frozen=True)
class Operation:
    """``name``: marked for translation. ``asks``: fields as a form asks for them. ``one_of``: of these fields
    at least one is asked for. ``needs``: which facts it looks up.
    """

    code: str
    kind: str
    name: str
    run: validity.Operation
    asks: tuple[Field, ...] = ()
    one_of: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()


def _named(**fields: Any) -> tuple[Field, ...]:
    return tuple(replace(field, name=name) for name, field in fields.items())


_PRICE = d.price(required=True, within=(0, LARGEST_PRICE))
_ROUNDING = d.choice(EXACT, *ROUNDINGS, default="coin")
_WHAT = d.choice("price", "floor", "both", default="price")
_PERCENT = d.rate(required=True, within=(-9_999, 100_000))
_FACTOR = replace(d.decimal(required=True, within=(1, 1_000_000_000)), default=prices.ONE)
_SUFFIX = d.text(required=True, longest=20)
_DAYS = d.integer(required=True, within=(-MOST_DAYS, MOST_DAYS))
_LIST, _PROMOTION = validity.LIST, validity.PROMOTION

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "change_percent",
        prices.ITEM,
        N_("Change by percent"),
        prices.change_percent,
        _named(percent=_PERCENT, what=_WHAT, rounding=_ROUNDING),
    ),
    Operation(
        "change_amount",
        prices.ITEM,
        N_("Change by an amount"),
        prices.change_amount,
        _named(
            by_amount=d.price(required=True, within=(-LARGEST_PRICE, LARGEST_PRICE)),
            what=_WHAT,
            rounding=_ROUNDING,
        ),
    ),
    Operation("set_price", prices.ITEM, N_("Set the price"), prices.set_price, _named(price=_PRICE)),
    Operation("set_floor", prices.ITEM, N_("Set the floor price"), prices.set_floor, _named(floor=_PRICE)),
    Operation(
        "floor_share",
        prices.ITEM,
        N_("Floor price as a share of the price"),
        prices.floor_share,
        _named(floor_share=d.rate(required=True, within=(1, 10_000)), rounding=_ROUNDING),
    ),
    Operation("clear_floor", prices.ITEM, N_("Take the floor price away"), prices.clear_floor),
    Operation(
        "copy_prices",
        prices.ITEM,
        N_("Copy into another list"),
        prices.copy_prices,
        _named(into_list=d.ref("price_list", required=True), factor=_FACTOR, rounding=_ROUNDING),
        needs=frozenset({"lists", "items", "rates"}),
    ),
    Operation("remove", prices.ITEM, N_("Delete"), prices.remove),
    Operation(
        "copy_list",
        _LIST,
        N_("Copy with all prices, from a day on"),
        validity.copy_list,
        _named(
            suffix=_SUFFIX,
            valid_from=d.day(required=True),
            valid_to=d.day(),
            factor=_FACTOR,
            rounding=_ROUNDING,
        ),
        needs=frozenset({"items", "codes"}),
    ),
    *(
        one
        for kind in (_LIST, _PROMOTION)
        for one in (
            Operation(
                f"{kind}_validity",
                kind,
                N_("Set the validity"),
                validity.set_validity(kind),
                _named(valid_from=d.day(), valid_to=d.day()),
            ),
            Operation(
                f"{kind}_end", kind, N_("End"), validity.end(kind), _named(last_day=d.day(required=True))
            ),
            Operation(f"{kind}_shift", kind, N_("Shift the dates"), validity.shift(kind), _named(days=_DAYS)),
        )
    ),
    Operation(
        "copy_promotion",
        _PROMOTION,
        N_("Copy for the next period"),
        validity.copy_promotion,
        _named(suffix=_SUFFIX, days=_DAYS),
        needs=frozenset({"codes", "parts"}),
    ),
    Operation(
        "set_rate",
        _PROMOTION,
        N_("Set the percentage"),
        promotions.set_rate,
        _named(rate=d.rate(required=True, within=(1, 10_000))),
    ),
    Operation(
        "set_price_off",
        _PROMOTION,
        N_("Set the amount off"),
        promotions.set_price_off,
        _named(price_off=d.price(required=True, within=(1, LARGEST_PRICE))),
    ),
    Operation(
        "set_budget",
        _PROMOTION,
        N_("Set or take away the budget"),
        promotions.set_budget,
        _named(budget_amount=d.price(within=(1, LARGEST_PRICE))),
    ),
    Operation(
        "change_budget",
        _PROMOTION,
        N_("Change the budget by percent"),
        promotions.change_budget,
        _named(percent=_PERCENT),
    ),
    Operation(
        "extend_buyers",
        _PROMOTION,
        N_("Open to further buyers"),
        promotions.extend_buyers,
        _named(
            channel_type_id=d.ref("channel_type"),
            tier_id=d.ref("tier"),
            territory_id=d.ref("territory"),
            partner_id=d.ref("partner"),
        ),
        BUYERS,
        frozenset({"parts"}),
    ),
    Operation(
        "extend_items",
        _PROMOTION,
        N_("Give it for further products"),
        promotions.extend_items,
        _named(product_id=d.ref("product"), category=d.text(longest=d.NAME)),
        promotions.ITEMS,
        frozenset({"parts"}),
    ),
)
BY_CODE: Mapping[str, Operation] = {one.code: one for one in OPERATIONS}
KINDS = tuple(dict.fromkeys(one.kind for one in OPERATIONS))


def of_kind(kind: str) -> tuple[Operation, ...]:
    """What may be done to rows of a kind, the most usual first."""
    return tuple(one for one in OPERATIONS if one.kind == kind)


def refuse_asked(operation: Operation, asked: Values) -> tuple[str, Notice] | None:
    """What is wrong with what was filled in: the first such field and why."""
    for field in operation.asks:
        value = asked.get(field.name)
        if value is None and field.required:
            return field.name, Notice("edit.field_required", {"field": Term(field_name(field.name))})
        wrong = refuse_value(field, value)
        if wrong is not None:
            return field.name, wrong
    if operation.one_of and all(asked.get(name) is None for name in operation.one_of):
        return operation.one_of[0], Notice("bulk.choose_one")
    return refuse_values("", asked)


def plan(operation: Operation, asked: Values, rows: Sequence[Row], facts: Facts) -> Planned:
    """What the operation makes of the rows: pure, and the same for the same rows in whatever order."""
    return Planned.of(len(rows), judged(_run(operation, asked, rows, facts), rows))


def _run(operation: Operation, asked: Values, rows: Iterable[Row], facts: Facts) -> Iterator[Outcome]:
    for row in rows:
        yield from operation.run(row, asked, facts)


def judged(outcomes: Iterable[Outcome], rows: Collection[Row]) -> Iterator[Outcome]:
    """Edits that could not be drafted become reasons; so does the second of two new rows with one key. What
    points at a new row that cannot be made goes with it.
    """
    by_id = {row["id"]: row for row in rows}
    keys: set[tuple[Any, ...]] = set()
    failed: set[Made] = set()
    for one in outcomes:
        if isinstance(one, Skipped):
            yield one
            continue
        if one.values is not None and failed & {
            value for value in one.values.values() if isinstance(value, Made)
        }:
            continue
        wrong = _refusal(one, by_id.get(one.row_id or b"", {}), keys)
        if wrong is None:
            yield one
        else:
            failed.add(Made(one.number))
            yield Skipped(one.of or b"", wrong)


def _refusal(edit: Edit, row: Row, keys: set[tuple[Any, ...]]) -> Notice | None:
    if edit.values is None:
        return None
    entity = declaration(edit.entity)
    plain = {name: value for name, value in edit.values.items() if name in entity.fields}
    if edit.row_id is None and entity.key:
        key = (edit.entity, *(plain.get(name, entity.fields[name].default) for name in entity.key))
        if key in keys:
            return notice("bulk.twice")
        keys.add(key)
    wrong = refuse_row(entity, {name: one for name, one in plain.items() if not isinstance(one, Made)})
    if wrong is not None:
        return wrong
    defaults = {name: field.default for name, field in entity.fields.items()}
    refused = refuse_values(edit.entity, {**defaults, **row, **plain})
    return None if refused is None else refused[1]
