"""Stock counts that differ by more than the company lets pass: one that waits for a yes, one that got it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from channeldesk.demo.organisation import CHINA_TIME, Organisation, zone_of
from channeldesk.demo.partners import Partner
from channeldesk.demo.pricing import Prices
from channeldesk.demo.products import Catalogue
from channeldesk.demo.requests import MANAGER, STAFF
from channeldesk.demo.stock import Stock
from channeldesk.demo.world import Batch, World, batch, moment
from channeldesk.model.values import WHOLE
from channeldesk.rules.approvals import Status as Asked
from channeldesk.rules.approvals import due
from channeldesk.rules.counts import Limit, Line, Status, judge

if TYPE_CHECKING:
    import numpy as np

LIMITS = {"CNY": Limit("CNY", 10_000_00, 1_200), "GBP": Limit("GBP", 1_200_00, 1_200)}
_LINES = 9
_REASONS = ("unreported_sale", "lost", "damaged")
_BEYOND = 1.3
"""So many times what passes is missing, by amount or by share."""

Row = dict[str, Any]


@dataclass(frozen=True)
class _Case:
    """``place`` among the known partners; ``ago``: days; ``author`` counted."""

    place: int
    ago: int
    author: str
    note: str
    decision: str = ""


_CASES = (
    _Case(
        3,
        18,
        MANAGER,
        "Counted again with the owner after the move of the store room",
        "Agreed: they sold from the old room without booking it",
    ),
    _Case(2, 1, STAFF, "Audit at the end of the season, counted with the owner"),
)
"""The one that waits is somebody else's: nobody decides about a count of one's own."""


def limit_batch(world: World) -> Batch:
    at = moment(date(world.today.year - 1, 1, 8), 11 * 60, CHINA_TIME)
    return batch(
        "count_limit",
        [
            {
                "id": world.id("count_limit", at),
                "created_at": at,
                "updated_at": at,
                "currency": one.currency,
                "amount": one.amount,
                "share": one.share,
            }
            for one in LIMITS.values()
        ],
    )


def count_batches(
    world: World,
    organisation: Organisation,
    partners: list[Partner],
    catalogue: Catalogue,
    prices: Prices,
    stock: Stock,
    days: list[date],
) -> Iterator[Batch]:
    """The requests, the counts that they are about, and what was counted."""
    dipped = [one.products for one in prices.promotions if one.last >= days[-1] - timedelta(days=60)]
    apart = {int(number) for products in dipped for number in products}
    asked, counts, lines = list[Row](), list[Row](), list[Row]()
    for case in _CASES:
        partner, day = partners[case.place], len(days) - case.ago
        price = prices.price[partner.country, partner.tier]
        found = _found(partner, case.place, price, stock, day, len(days) - 1, apart)
        verdict = judge(
            (Line(one["counted"], one["expected"], one["price"], one["reason_code"]) for one in found),
            partner.currency,
            LIMITS[partner.currency],
        )
        at = moment(days[day], 17 * 60 + 20, zone_of(partner.territory))
        author = organisation.users[case.author]
        made = {"created_at": at, "created_by": author, "updated_at": at, "updated_by": None}
        of = {"partner_id": partner.id}
        decided = _decided(organisation, case, at)
        request = {
            "id": world.id("approval", at),
            **made,
            **of,
            "approval_kind": "count",
            "order_id": None,
            "because": case.note,
            "reasons": json.dumps([one.to_wire() for one in verdict.told], ensure_ascii=False),
            **decided,
        }
        count = {
            "id": world.id("stock_count", at),
            **made,
            **of,
            "counted_at": at,
            "counted_on": days[day].isoformat(),
            "counted_by": author,
            "visit_id": None,
            "note": case.note,
            "warehouse_id": None,
            "status": (Status.APPROVED if case.decision else Status.WAITING).value,
            "approval_id": request["id"],
        }
        asked.append(request)
        counts.append(count)
        lines += [
            {
                "id": world.id("stock_count_line", at),
                **made,
                **of,
                "stock_count_id": count["id"],
                "product_id": catalogue.ids[one["product"]],
                "counted": one["counted"],
                "expected": one["expected"],
                "reason_code": one["reason_code"],
            }
            for one in found
        ]
    yield batch("approval", asked)
    yield batch("stock_count", counts)
    yield batch("stock_count_line", lines)


def _found(
    partner: Partner, place: int, price: np.ndarray, stock: Stock, day: int, last: int, apart: set[int]
) -> list[Row]:
    """What stood there of the goods worth most. Of those halves are missing until that is too much; never
    more than is still there today.
    """
    pairs = [
        pair
        for pair, who in enumerate(stock.partner.tolist())
        if who == place and int(stock.product[pair]) not in apart
    ]
    worth = {
        pair: min(stock.level(pair, day), stock.level(pair, last)) * int(price[stock.product[pair]])
        for pair in pairs
    }
    chosen = sorted(pairs, key=lambda one: (-worth[one], one))[:_LINES]
    limit = LIMITS[partner.currency]
    books = sum(stock.level(pair, day) * int(price[stock.product[pair]]) for pair in chosen)
    enough = min(limit.amount * 100, books * (limit.share or WHOLE) // WHOLE) * _BEYOND
    rows, missing = list[Row](), 0
    for pair in chosen:
        product, expected = int(stock.product[pair]), stock.level(pair, day)
        gone = min(expected, stock.level(pair, last)) // 2 if missing < enough else 0
        missing += gone * int(price[product])
        rows.append(
            {
                "product": product,
                "price": int(price[product]),
                "expected": expected * 1000,
                "counted": (expected - gone) * 1000,
                "reason_code": _REASONS[len(rows) % len(_REASONS)] if gone else None,
            }
        )
    return rows


def _decided(organisation: Organisation, case: _Case, at: int) -> Row:
    row: Row = {"status": Asked.ASKED.value, "decision": None, "due_at": due(at)}
    row |= {"decided_by": None, "decided_at": None}
    if case.decision:
        decided = {"decided_by": organisation.users[STAFF], "decided_at": at + 16 * 3_600_000}
        row |= {"status": Asked.APPROVED.value, "decision": case.decision, **decided}
    return row
