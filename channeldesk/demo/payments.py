"""What partners paid of the invoices of the last months, what is on account, promised, and who is blocked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from channeldesk.demo.ledger import Ledger
from channeldesk.demo.organisation import Organisation, zone_of
from channeldesk.demo.partners import Partner
from channeldesk.demo.world import Batch, World, batch, moment

if TYPE_CHECKING:
    from channeldesk.demo.sales import Sales

STAFF, MANAGER = "chen.jing", "li.wei"
_KNOWN = 20
"""Partners with a part of their own in the story: none of them is blocked."""
_ON_ACCOUNT = 7
"""Every so many partners have paid something that is for no invoice yet."""
_PROMISERS = 12
_METHODS = ("transfer", "transfer", "transfer", "transfer", "cheque", "cash")


def payment_batches(
    world: World,
    organisation: Organisation,
    partners: list[Partner],
    sales: Sales,
    ledger: Ledger,
    days: list[date],
    invoices: Batch,
) -> Iterator[Batch]:
    """After the invoices, whose rows ``invoices`` are, in the order in which they were issued."""
    import numpy as np

    source = world.random("payments")
    staff, manager = organisation.users[STAFF], organisation.users[MANAGER]
    at = {name: place for place, name in enumerate(invoices.columns)}
    order = np.argsort(ledger.issued, kind="stable").tolist()
    paid: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    late: dict[int, list[tuple[Any, ...]]] = {}
    for place, row in zip(order, invoices.rows, strict=True):
        who = int(sales.partner[int(ledger.order[place])])
        partner = partners[who]
        if row[at["open_amount"]] > 0 and row[at["due_on"]] < days[-1].isoformat():
            late.setdefault(who, []).append(row)
        amount = row[at["amount"]] - row[at["open_amount"]] - row[at["settled"]]
        if not amount:
            continue
        number = row[at["number"]]
        made = _payment(world, partner, _day(ledger, place, days), amount, staff)
        made |= {"method": source.choice(_METHODS), "reference": number if source.random() < 0.8 else None}
        paid.append(made)
        own = {"id": world.id("payment_allocation", made["created_at"]), "payment_id": made["id"]}
        stamps = {name: made[name] for name in ("created_at", "created_by", "updated_at", "partner_id")}
        parts.append({**own, **stamps, "receivable_id": row[0], "amount": amount})
    for who, partner in enumerate(partners):
        if partner.buys and who % _ON_ACCOUNT == 3:
            day = days[-1] - timedelta(days=source.randint(2, 25))
            made = _payment(world, partner, day, source.randint(40, 900) * 1_000, staff)
            paid.append(made | {"open_amount": made["amount"], "reference": "Advance"})
    yield batch("payment", paid)
    yield batch("payment_allocation", parts)
    yield batch("payment_promise", list(_promises(world, partners, late, at, days, manager)))
    yield batch("credit_block", list(_blocks(world, partners, late, days, staff)))


def _day(ledger: Ledger, place: int, days: list[date]) -> date:
    return days[min(max(0, int(ledger.paid[place])), len(days) - 1)]


def _payment(world: World, partner: Partner, day: date, amount: int, staff: bytes) -> dict[str, Any]:
    at = moment(day, 10 * 60 + 20, zone_of(partner.territory))
    return {
        "id": world.id("payment", at),
        "created_at": at,
        "created_by": staff,
        "updated_at": at,
        "partner_id": partner.id,
        "received_on": day.isoformat(),
        "currency": partner.currency,
        "amount": amount,
        "open_amount": 0,
        "method": "transfer",
        "reference": None,
        "note": None,
    }


def _promises(
    world: World,
    partners: list[Partner],
    late: dict[int, list[tuple[Any, ...]]],
    at: dict[str, int],
    days: list[date],
    manager: bytes,
) -> Iterator[dict[str, Any]]:
    """Of those that are late: broken ones, one due now, and what is still to come."""
    for turn, who in enumerate(sorted(late)[:_PROMISERS]):
        partner, rows = partners[who], late[who]
        for number, (row, until) in enumerate(zip(rows, (-6, 1, 8), strict=False)):
            shift = until if turn % 3 == 0 or number else 3 + turn
            made = days[-1] - timedelta(days=9 + turn)
            moved = moment(made, 15 * 60, zone_of(partner.territory))
            yield {
                "id": world.id("payment_promise", moved),
                "created_at": moved,
                "created_by": manager,
                "updated_at": moved,
                "partner_id": partner.id,
                "receivable_id": row[0] if number != 2 else None,
                "currency": partner.currency,
                "amount": row[at["open_amount"]],
                "made_on": made.isoformat(),
                "promised_on": (days[-1] + timedelta(days=shift)).isoformat(),
                "note": "By phone, with the accountant" if number == 0 else None,
            }


def _blocks(
    world: World,
    partners: list[Partner],
    late: dict[int, list[tuple[Any, ...]]],
    days: list[date],
    staff: bytes,
) -> Iterator[dict[str, Any]]:
    """One partner that owes for too long, beside those that the story is about."""
    for who in [one for one in sorted(late, key=lambda one: -len(late[one])) if one >= _KNOWN][:1]:
        partner = partners[who]
        day = days[-1] - timedelta(days=3)
        at = moment(day, 11 * 60, zone_of(partner.territory))
        yield {
            "id": world.id("credit_block", at),
            "created_at": at,
            "created_by": staff,
            "updated_at": at,
            "partner_id": partner.id,
            "block_kind": "person",
            "blocked_on": day.isoformat(),
            "reason": "Promises were not kept; the oldest invoices first",
            "status": "blocked",
        }
