"""Publications of the demo: the running campaign's prices, which were published, and a rise that waits."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from channeldesk.demo.organisation import CHINA_TIME, Organisation
from channeldesk.demo.pricing import Prices
from channeldesk.demo.products import Catalogue
from channeldesk.demo.world import Batch, World, batch, moment
from channeldesk.rules.publications import Status

STAFF = "chen.jing"
_CAMPAIGN = "Dealer weeks"
_TAKES = 8_000
"""Milliseconds until headquarters sees that a moment has come."""
_TIER, _CATEGORY = "GOLD", "Drills"
_RISE, _STEP = 103, 1000
"""Per cent of the price, and what prices are multiples of."""

Row = dict[str, Any]


def publication_batches(
    world: World, organisation: Organisation, catalogue: Catalogue, prices: Prices
) -> tuple[Batch, Batch]:
    """Publications, and their parts: what was published has none any more."""
    lists, items = (
        [dict(zip(made.columns, row, strict=True)) for row in made.rows] for made in prices.batches
    )
    staff = organisation.users[STAFF]
    over = _published(world, staff, lists, items)
    waits, part = _scheduled(world, staff, catalogue, lists, items)
    return batch("publication", [over, waits]), batch("publication_part", [part])


def _published(world: World, staff: bytes, lists: list[Row], items: list[Row]) -> Row:
    """The lists of the campaign came into being with it."""
    own = [one for one in lists if one["name"].startswith(_CAMPAIGN)]
    ids = {one["id"] for one in own}
    count = len(own) + sum(one["price_list_id"] in ids for one in items)
    at = own[0]["created_at"]
    asked = at - 2 * 86_400_000
    return {
        "id": world.id("publication", asked),
        "created_at": asked,
        "updated_at": at + _TAKES,
        "user_id": staff,
        "name": f"{_CAMPAIGN}, East China 2",
        "publish_at": at,
        "parts": 1,
        "row_count": count,
        "status": Status.PUBLISHED.value,
        "decided_at": at + _TAKES,
    }


def _scheduled(
    world: World, staff: bytes, catalogue: Catalogue, lists: list[Row], items: list[Row]
) -> tuple[Row, Row]:
    """A rise of one category's prices on the first of next month, before anybody is at work."""
    (own,) = (one["id"] for one in lists if one["code"].startswith(f"CN-{_TIER}-"))
    drills = {one for one, name in zip(catalogue.ids, catalogue.categories, strict=True) if name == _CATEGORY}
    chosen = [one for one in items if one["price_list_id"] == own and one["product_id"] in drills]
    asked = moment(world.today - timedelta(days=1), 16 * 60 + 20, CHINA_TIME)
    row_id, part_id = world.id("publication", asked), world.id("publication_part", asked)
    head = {
        "id": row_id,
        "created_at": asked,
        "updated_at": asked,
        "user_id": staff,
        "name": "Drills, gold partners: 3 % up",
        "publish_at": moment(_next_month(world.today), 6 * 60, CHINA_TIME),
        "parts": 1,
        "row_count": len(chosen),
        "status": Status.SCHEDULED.value,
        "decided_at": None,
    }
    part = {
        "id": part_id,
        "created_at": asked,
        "updated_at": asked,
        "publication_id": row_id,
        "user_id": staff,
        "number": 1,
        "changes": json.dumps([_raised(one) for one in chosen], separators=(",", ":")),
    }
    return head, part


def _raised(item: Row) -> Row:
    price = (item["price"] * _RISE // 100 + _STEP // 2) // _STEP * _STEP
    told = {"entity": "price_item", "id": item["id"].hex(), "op": "patch", "base_rv": 0}
    return {**told, "base": {"price": item["price"]}, "set": {"price": price}}


def _next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
