"""A change of an accepted order that was asked for: judged when it comes, computed and written when it is
approved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.hq.change import Change, Rejected
from channeldesk.hq.facts import Facts
from channeldesk.hq.judge import accepted
from channeldesk.model.notice import Notice
from channeldesk.model.tables import hq
from channeldesk.model.values import round_half_up
from channeldesk.rules.amending import Amended, Line, Priced, Wanted, amend, let_go
from channeldesk.rules.order_split import refuse_change, split
from channeldesk.rules.shipping import HELD

if TYPE_CHECKING:
    from channeldesk.hq.requests import Work

Row = Mapping[str, Any]
Rows = dict[bytes, dict[str, Any]]
_SAME = (
    "partner_id",
    "salesperson_id",
    "source",
    "order_kind",
    "order_date",
    "placed_at",
    "received_at",
    "currency",
    "reference",
    "note",
)
"""What the second order of a split has from the first."""


def check(
    connection: sa.Connection, facts: Facts, change: Change, approval: Row, wanted: Sequence[Wanted]
) -> None:
    """Raises Rejected for what cannot be wanted of the order."""
    lines = lines_of(connection, facts, approval["order_id"])
    other_day = approval["requested_on"] is not None
    refused = refuse_change(approval["approval_kind"], lines, wanted, other_day=other_day)
    if refused is not None:
        raise Rejected(change, refused)


def amended(
    connection: sa.Connection,
    facts: Facts,
    change: Change,
    approval: Row,
    order: Row,
    wanted: Sequence[Wanted],
) -> Amended:
    """The order as the approved change leaves it. Raises Rejected where that has become impossible."""
    check(connection, facts, change, approval, wanted)
    lines = lines_of(connection, facts, order["id"])
    if approval["approval_kind"] == "closing":
        wanted = let_go(lines)
    new = {one.product: one.quantity for one in wanted if one.line is None}
    return amend(lines, wanted, _prices(connection, facts, change, order, new), order["currency"])


def split_off(
    work: Work, change: Change, approval: Row, order: dict[str, Any], wanted: Sequence[Wanted]
) -> dict[str, Any]:
    """Writes both orders of a split; the second one. Raises Rejected where it has become impossible."""
    connection, facts = work.connection, work.facts
    check(connection, facts, change, approval, wanted)
    found = split(lines_of(connection, facts, order["id"]), wanted, order["currency"])
    rows, discounts = (_stored(connection, name, order["id"]) for name in ("order_line", "order_discount"))
    stays = {line.id: line.quantity for line in found.stays.changed}
    write(work, order, found.stays, None)
    same = {name: order[name] for name in _SAME}
    day = approval["requested_on"] or order["requested_on"]
    sums = {"net": found.net, "tax": found.tax, "total": found.net + found.tax}
    dated = {**order, "requested_on": day}
    second = work.add(
        "sales_order",
        {
            **same,
            **accepted(dated, order["accepted_at"] or work.now),
            **sums,
            "requested_on": day,
            "split_from_id": order["id"],
        },
    )
    own = {"order_id": second["id"], "partner_id": order["partner_id"]}
    for line in found.moved:
        row = rows[line.id]
        cost = row["cost"]
        if cost is not None and line.id in stays:
            cost -= round_half_up(cost * stays[line.id], row["quantity"])
        values = {name: row[name] for name in ("product_id", "list_price", "unit_price", "tax_rate")}
        amounts = {"discount": line.discount, "net": line.net, "tax": line.tax, "cost": cost}
        made = work.add(
            "order_line",
            {**own, **values, **amounts, "line_number": line.number, "quantity": line.quantity},
        )
        for one, amount in line.discounts.items():
            if amount:
                given = {"promotion_id": discounts[one]["promotion_id"], "amount": amount}
                work.add("order_discount", {**own, **given, "order_line_id": made["id"]})
    return second


def write(work: Work, order: dict[str, Any], amended: Amended, requested_on: str | None) -> dict[bytes, int]:
    """Writes lines, discounts and the order; what each promotion takes off it now."""
    lines, discounts = (
        _stored(work.connection, name, order["id"]) for name in ("order_line", "order_discount")
    )
    amounts = {one: row["amount"] for one, row in discounts.items()}
    for line in amended.changed:
        row = lines[line.id]
        cost = None if row["cost"] is None else round_half_up(row["cost"] * line.quantity, row["quantity"])
        values = {"quantity": line.quantity, "discount": line.discount, "net": line.net, "tax": line.tax}
        work.write(("order_line", line.id), row, {**values, "cost": cost})
        amounts |= line.discounts
    for gone in amended.gone:
        work.write(("order_line", gone), lines[gone], {"deleted": 1})
        amounts |= {one: 0 for one, row in discounts.items() if row["order_line_id"] == gone}
    given: dict[bytes, int] = {}
    for one, amount in amounts.items():
        row = discounts[one]
        given[row["promotion_id"]] = given.get(row["promotion_id"], 0) + amount
        if amount != row["amount"]:
            work.write(("order_discount", one), row, {"amount": amount} if amount else {"deleted": 1})
    for line in amended.added:
        work.add(
            "order_line",
            {
                "order_id": order["id"],
                "partner_id": order["partner_id"],
                "line_number": line.number,
                "product_id": line.product,
                "quantity": line.quantity,
                "list_price": line.list_price,
                "unit_price": line.unit_price,
                "tax_rate": line.tax_rate,
                "net": line.net,
                "tax": line.tax,
            },
        )
    totals = {"net": amended.net, "tax": amended.tax, "total": amended.total}
    day = {} if requested_on is None else {"requested_on": requested_on}
    work.write(("sales_order", order["id"]), order, {**totals, **day})
    return given


def has_returns(connection: sa.Connection, facts: Facts, order_id: bytes) -> bool:
    """Whether goods of an order came back."""
    return any(line.returned for line in lines_of(connection, facts, order_id))


def lines_of(connection: sa.Connection, facts: Facts, order_id: bytes) -> list[Line]:
    given: dict[bytes, dict[bytes, int]] = {}
    for row in _stored(connection, "order_discount", order_id).values():
        given.setdefault(row["order_line_id"], {})[row["id"]] = row["amount"]
    rows = _stored(connection, "order_line", order_id)
    origins = facts.origins(rows)
    shipped = _held(connection, order_id)
    return [
        Line(
            id=row["id"],
            number=row["line_number"],
            product=row["product_id"],
            quantity=row["quantity"],
            unit_price=row["unit_price"],
            list_price=row["list_price"],
            tax_rate=row["tax_rate"],
            discount=row["discount"],
            net=row["net"],
            tax=row["tax"],
            discounts=given.get(row["id"], {}),
            returned=origins[row["id"]].returned,
            shipped=shipped.get(row["id"], 0),
        )
        for row in sorted(rows.values(), key=lambda one: int(one["line_number"]))
    ]


def lines_wanted(connection: sa.Connection, approval_id: bytes) -> list[dict[str, Any]]:
    """The lines of a stored request."""
    table = hq.tables["approval_line"]
    query = sa.select(table).where(table.c.approval_id == approval_id, table.c.deleted == 0)
    return [dict(row) for row in connection.execute(query.order_by(table.c.id)).mappings()]


def _held(connection: sa.Connection, order_id: bytes) -> dict[bytes, int]:
    """By line, what shipments hold of it."""
    parcel, line = hq.tables["shipment"], hq.tables["shipment_line"]
    query = (
        sa.select(line.c.order_line_id, sa.cast(sa.func.sum(line.c.quantity), sa.BigInteger))
        .join(parcel, parcel.c.id == line.c.shipment_id)
        .where(parcel.c.order_id == order_id, parcel.c.status.in_(sorted(HELD)))
        .where(parcel.c.deleted == 0, line.c.deleted == 0)
        .group_by(line.c.order_line_id)
    )
    return {line_id: int(quantity) for line_id, quantity in connection.execute(query)}


def _stored(connection: sa.Connection, entity: str, order_id: bytes) -> Rows:
    table = hq.tables[entity]
    query = sa.select(table).where(table.c.order_id == order_id, table.c.deleted == 0)
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def _prices(
    connection: sa.Connection, facts: Facts, change: Change, order: Row, new: Mapping[bytes, int]
) -> dict[bytes, Priced]:
    """What further products cost the partner, by its lists on the order's date."""
    if not new:
        return {}
    table = hq.tables["partner"]
    query = sa.select(table).where(table.c.id == order["partner_id"])
    partner = dict(connection.execute(query).mappings().one())
    lists = facts.price_lists(partner, date.fromisoformat(order["order_date"]))
    facts.prepare(new)
    prices = {}
    for product_id, quantity in new.items():
        found = facts.product(product_id, quantity, lists)
        if found is None or found.list_price is None or not found.active:
            sku = found.sku if found is not None else product_id.hex()
            raise Rejected(change, Notice("approval.no_price", {"sku": sku}))
        prices[product_id] = Priced(found.list_price, found.tax_rate or 0)
    return prices
