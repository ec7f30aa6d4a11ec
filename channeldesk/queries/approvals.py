"""Requests that a person decides: the list, one with all that it is about, and who may decide."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from channeldesk.model.notice import Notice, Term
from channeldesk.queries import marks, order_entry, orders, prices, shipments
from channeldesk.queries.column_figures import Asked, Measures, column_figures
from channeldesk.queries.orders import OrderDetail
from channeldesk.queries.prices import Offer
from channeldesk.queries.returns import RETURNED
from channeldesk.queries.views import (
    ALL,
    Column,
    ColumnType,
    ListSpec,
    ListView,
    entry_of,
    ordered_keys,
    page,
)
from channeldesk.rules.amending import Amended, Line, Priced, Wanted, amend
from channeldesk.rules.approvals import CHANGEABLE
from channeldesk.rules.order_split import refuse_change
from channeldesk.rules.rights import HEADQUARTERS, MANAGER
from channeldesk.rules.words import STATUS_NAMES

_STAKE = """
coalesce(s.total, CASE a.approval_kind
WHEN 'count' THEN (SELECT json_extract(one.value, '$.params.amount.amount') FROM json_each(a.reasons) one
  WHERE json_extract(one.value, '$.code') IN ('count.above_amount', 'count.above_share') LIMIT 1)
WHEN 'release' THEN (SELECT sum(r.open_amount) FROM receivable r
  WHERE r.partner_id = a.partner_id AND r.currency = p.currency AND r.open_amount <> 0) END)"""
"""What a request is about in money: the order's total, what the differences of a count come to, what a
blocked partner owes. Needs p.
"""

SPEC = ListSpec(
    key="a.rowid",
    source="approval a LEFT JOIN sales_order s ON s.id = a.order_id",
    default_sort="due",
    search="(instr(lower(coalesce(s.number, s.provisional_number, '')), {word}) > 0 OR "
    + entry_of("partner", "a.partner_id")
    + ")",
    tie="a.rowid",
    joins={
        "p": "LEFT JOIN partner p ON p.id = a.partner_id",
        "u": "LEFT JOIN app_user u ON u.id = a.created_by",
        "w": "LEFT JOIN app_user w ON w.id = a.assigned_to",
    },
    columns={
        "kind": Column("a.approval_kind", ColumnType.CHOICE, required=True),
        "number": Column("coalesce(s.number, s.provisional_number)", code=True),
        "partner": Column("p.name", needs=("p",), also="p.name_local"),
        "total": Column(_STAKE, ColumnType.MONEY, "coalesce(s.currency, p.currency)", needs=("p",)),
        "asked_by": Column("u.name", needs=("u",)),
        "assigned": Column("w.name", needs=("w",)),
        "asked_at": Column("a.created_at", ColumnType.INTEGER),
        "due": Column("coalesce(a.due_at, a.created_at)", ColumnType.INTEGER),
        "status": Column("a.status", ColumnType.CHOICE, required=True),
        "mine": Column(
            "(a.created_by = (SELECT unhex(value) FROM local_state WHERE key = 'user_id'))", ColumnType.FLAG
        ),
    },
)


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One request. Moments in ms UTC; ``mine``: this person asked. Without an order it has no number;
    ``total``: what is at stake, None where nobody said.
    """

    key: int
    id: bytes
    kind: str
    status: str
    order_id: bytes | None
    number: str
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    total: int | None
    currency: str
    because: str
    asked_by: str | None
    asked_at: int
    due: int | None
    assigned: str | None
    decision: str | None
    decided_by: str | None
    decided_at: int | None
    mine: bool
    provisional: bool
    rejected: bool


@dataclass(frozen=True)
class Change:
    """What is wanted of a product: from how many to how many."""

    product_id: bytes
    sku: str
    name: str
    name_local: str | None
    unit: str
    before: int
    after: int


@dataclass(frozen=True)
class CountedRow:
    """A product of a count that differs from the books, and why."""

    product_id: bytes
    sku: str
    name: str
    name_local: str | None
    unit: str
    expected: int
    counted: int
    reason_code: str | None
    reason: str | None


@dataclass(frozen=True)
class ApprovalDetail:
    """``reasons``: what stands against the order or the count; ``changes`` and ``total_after`` of an
    amendment; ``counted`` of a count. ``may_decide``: this person, now. ``blocked_because``: of a release,
    the words of who blocked.
    """

    row: ApprovalRow
    reasons: tuple[Notice, ...]
    order: OrderDetail | None
    changes: tuple[Change, ...]
    requested_on: str | None
    total_after: int | None
    may_decide: bool
    impossible: Notice | None = None
    """Why headquarters would not take a yes, as the order is now."""
    blocked_because: str | None = None
    counted: tuple[CountedRow, ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many wait for a decision of this person, were asked by it and wait, are decided."""

    to_decide: int
    mine: int
    decided: int


_ROW = f"""
SELECT a.rowid AS key, a.id, a.approval_kind AS kind, a.status, a.order_id,
       coalesce(s.number, s.provisional_number, '') AS number, a.partner_id, p.name AS partner,
       p.name_local AS partner_local, {_STAKE} AS total, coalesce(s.currency, p.currency, '') AS currency,
       a.because, u.name AS asked_by, a.created_at AS asked_at, a.due_at AS due, w.name AS assigned,
       a.decision, d.name AS decided_by, a.decided_at,
       a.created_by AS author, {marks.provisional("approval", "a")} AS provisional,
       {marks.came_back("approval", "a")} AS rejected
"""
_JOINS = """
LEFT JOIN sales_order s ON s.id = a.order_id LEFT JOIN partner p ON p.id = a.partner_id
LEFT JOIN app_user u ON u.id = a.created_by LEFT JOIN app_user w ON w.id = a.assigned_to
LEFT JOIN app_user d ON d.id = a.decided_by
"""
_PAGE = f"{_ROW} FROM json_each(:keys) k CROSS JOIN approval a ON a.rowid = k.value {_JOINS}"
_ONE = f"""{_ROW}, a.reasons, a.requested_on, b.reason AS block_reason, b.reasons AS block_reasons
FROM approval a {_JOINS} LEFT JOIN credit_block b ON b.id = a.block_id WHERE a.id = :id"""
_WANTED = """
SELECT w.order_line_id, w.product_id, w.quantity, coalesce(d.sku, '') AS sku, coalesce(d.name, '') AS name,
       d.name_local, coalesce(d.base_unit, '') AS unit
FROM approval_line w LEFT JOIN product d ON d.id = w.product_id WHERE w.approval_id = :id ORDER BY w.id
"""
_COUNTED = """
SELECT l.product_id, coalesce(d.sku, '') AS sku, coalesce(d.name, '') AS name, d.name_local,
       coalesce(d.base_unit, '') AS unit, l.expected, l.counted, l.reason_code, l.reason
FROM stock_count c JOIN stock_count_line l ON l.stock_count_id = c.id
LEFT JOIN product d ON d.id = l.product_id
WHERE c.approval_id = :id AND l.counted <> l.expected ORDER BY abs(l.counted - l.expected) DESC, l.id
"""
_LINES = f"""
SELECT l.id, l.line_number, l.product_id, l.quantity, l.unit_price, l.list_price, l.tax_rate, l.discount,
       l.net, l.tax, ({RETURNED}) AS returned
FROM order_line l WHERE l.order_id = :order ORDER BY l.line_number
"""
_RIGHT = "SELECT role_code, approves FROM app_user WHERE id = :user AND active = 1"


def may_approve(connection: sa.Connection, user_id: bytes) -> bool:
    """Whether a person has the right: headquarters' people, and managers to whom it was given."""
    found = connection.execute(sa.text(_RIGHT), {"user": user_id}).first()
    if found is None:
        return False
    return found.role_code == HEADQUARTERS or (found.role_code == MANAGER and bool(found.approves))


_APPROVERS = """
SELECT u.id, u.name FROM app_user u
WHERE u.active = 1 AND (u.role_code = 'headquarters' OR (u.role_code = 'manager' AND u.approves = 1))
"""
_NOT_FOR = """
SELECT 1 FROM json_each(:asked) one JOIN approval a ON a.id = unhex(one.value)
JOIN partner p ON p.id = a.partner_id JOIN territory own ON own.id = p.territory_id
WHERE a.created_by = u.id OR (u.role_code = 'manager'
  AND EXISTS (SELECT 1 FROM scope_grant g WHERE g.user_id = u.id)
  AND NOT EXISTS (
    SELECT 1 FROM scope_grant g JOIN territory top ON top.id = g.territory_id
    WHERE g.user_id = u.id AND substr(own.path, 1, length(top.path)) = top.path))
"""
"""Requests that a person asked for itself, or of partners outside its area. Only the laptops of the staff
know other people's areas; for the rest headquarters decides.
"""


def approvers(
    connection: sa.Connection, besides: bytes, asked: Sequence[bytes] = ()
) -> tuple[tuple[bytes, str], ...]:
    """Who else may decide these requests, each of them: id and name."""
    sql = f"{_APPROVERS} AND u.id <> :besides AND NOT EXISTS ({_NOT_FOR}) ORDER BY u.name"
    binds = {"besides": besides, "asked": json.dumps([one.hex() for one in asked])}
    return tuple((row.id, row.name) for row in connection.execute(sa.text(sql), binds))


def keys(connection: sa.Connection, view: ListView = ALL) -> array[int]:
    return ordered_keys(connection, SPEC, view)


def figures(connection: sa.Connection, keys: Sequence[int], columns: Asked) -> dict[str, Measures]:
    """What columns come to over the requests of ``keys``."""
    return column_figures(connection, SPEC, keys, columns)


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[ApprovalRow]:
    user = _user(connection)
    return [_row(row, user) for row in page(connection, _PAGE, keys)]


def counts(connection: sa.Connection) -> Counts:
    """For the tabs over the list."""
    sql = """
    SELECT coalesce(sum(status = 'asked' AND created_by <> :user), 0) AS to_decide,
           coalesce(sum(status = 'asked' AND created_by = :user), 0) AS mine,
           coalesce(sum(status <> 'asked'), 0) AS decided FROM approval
    """
    return Counts(**connection.execute(sa.text(sql), {"user": _user(connection)}).one()._asdict())


def waits(connection: sa.Connection, order_id: bytes) -> bool:
    """Whether a request about the order is not decided."""
    sql = "SELECT 1 FROM approval WHERE order_id = :order AND status = 'asked' LIMIT 1"
    return connection.execute(sa.text(sql), {"order": order_id}).first() is not None


def moved_on(status: str) -> Notice:
    return Notice("approval.order_moved_on", {"status": Term(STATUS_NAMES.get(status, status))})


def detail(connection: sa.Connection, approval_id: bytes) -> ApprovalDetail | None:
    """One request, or None when it is no longer here."""
    found = connection.execute(sa.text(_ONE), {"id": approval_id}).first()
    if found is None:
        return None
    user = _user(connection)
    row = _row(found, user)
    wanted = connection.execute(sa.text(_WANTED), {"id": approval_id}).all()
    lines = [] if row.order_id is None else lines_of(connection, row.order_id)
    before = {line.id: line for line in lines}
    changes = tuple(
        Change(
            one.product_id,
            one.sku,
            one.name,
            one.name_local,
            one.unit,
            before[one.order_line_id].quantity if one.order_line_id in before else 0,
            one.quantity,
        )
        for one in wanted
    )
    named = [Wanted(one.order_line_id, one.product_id, one.quantity) for one in wanted]
    after, impossible = None, None
    if row.status == "asked" and row.order_id is not None:
        after = amended(connection, row.order_id, named) if named else None
        impossible = _impossible(connection, row.kind, row.order_id, named, found.requested_on)
    return ApprovalDetail(
        row=row,
        reasons=tuple(
            Notice.from_wire(one) for one in json.loads(found.reasons or found.block_reasons or "[]")
        ),
        order=None if row.order_id is None else orders.detail(connection, row.order_id),
        blocked_because=found.block_reason,
        changes=changes,
        requested_on=found.requested_on,
        total_after=None if after is None else after.total,
        counted=tuple(
            CountedRow(**one._asdict()) for one in connection.execute(sa.text(_COUNTED), {"id": approval_id})
        ),
        impossible=impossible,
        may_decide=row.status == "asked" and not row.mine and may_approve(connection, user),
    )


def impossible(connection: sa.Connection, approval_id: bytes) -> Notice | None:
    """Why headquarters would not take a yes to this request, as its order is now."""
    found = detail(connection, approval_id)
    return None if found is None else found.impossible


def _impossible(
    connection: sa.Connection, kind: str, order_id: bytes, wanted: Sequence[Wanted], requested_on: str | None
) -> Notice | None:
    if kind not in CHANGEABLE:
        return None
    sql = sa.text("SELECT status FROM sales_order WHERE id = :id")
    status = connection.execute(sql, {"id": order_id}).scalar()
    if status is not None and status not in CHANGEABLE[kind]:
        return moved_on(status)
    return refuse_change(kind, lines_of(connection, order_id), wanted, other_day=requested_on is not None)


def of_order(connection: sa.Connection, order_id: bytes) -> tuple[ApprovalRow, ...]:
    """The requests about an order, the newest first."""
    sql = (
        f"{_ROW} FROM approval a {_JOINS} WHERE a.order_id = :order ORDER BY a.created_at DESC, a.rowid DESC"
    )
    user = _user(connection)
    return tuple(_row(row, user) for row in connection.execute(sa.text(sql), {"order": order_id}))


def lines_of(connection: sa.Connection, order_id: bytes) -> list[Line]:
    """An order's lines as a change of it starts from them."""
    given: dict[bytes, dict[bytes, int]] = {}
    left = shipments.held(connection, order_id)
    discounts = sa.text("SELECT id, order_line_id, amount FROM order_discount WHERE order_id = :order")
    for row in connection.execute(discounts, {"order": order_id}):
        given.setdefault(row.order_line_id, {})[row.id] = row.amount
    return [
        Line(
            id=row.id,
            number=row.line_number,
            product=row.product_id,
            quantity=row.quantity,
            unit_price=row.unit_price,
            list_price=row.list_price,
            tax_rate=row.tax_rate,
            discount=row.discount,
            net=row.net,
            tax=row.tax,
            discounts=given.get(row.id, {}),
            returned=row.returned,
            shipped=left.get(row.id, 0),
        )
        for row in connection.execute(sa.text(_LINES), {"order": order_id})
    ]


def amended(connection: sa.Connection, order_id: bytes, wanted: Sequence[Wanted]) -> Amended | None:
    """The order as a change would leave it; None where a further product has no price here."""
    sql = sa.text("SELECT partner_id, order_date, currency FROM sales_order WHERE id = :id")
    order = connection.execute(sql, {"id": order_id}).one()
    new = {one.product: one.quantity for one in wanted if one.line is None}
    costs: dict[bytes, Priced] = {}
    if new:
        book = prices.book(connection, order.partner_id, date.fromisoformat(order.order_date))
        offers = prices.offers(connection, book, new) if book is not None else {}
        for product, offer in offers.items():
            assert book is not None
            facts = offer.facts(book, new[product])
            if facts.list_price is not None and facts.active:
                costs[product] = Priced(facts.list_price, facts.tax_rate or 0)
        if costs.keys() != new.keys():
            return None
    return amend(lines_of(connection, order_id), wanted, costs, order.currency)


def further_products(connection: sa.Connection, text: str, order_id: bytes) -> tuple[Offer, ...]:
    """Products that a change may add, found as one types: on sale, with a price for the partner and the day
    of the order.
    """
    sql = sa.text("SELECT partner_id, order_date FROM sales_order WHERE id = :id")
    order = connection.execute(sql, {"id": order_id}).one()
    book = prices.book(connection, order.partner_id, date.fromisoformat(order.order_date))
    if book is None:
        return ()
    found = order_entry.find_products(connection, text, book)
    return tuple(one for one in found if one.active and one.facts(book, one.pack).list_price is not None)


def _user(connection: sa.Connection) -> bytes:
    stored = connection.execute(sa.text("SELECT value FROM local_state WHERE key = 'user_id'")).scalar()
    return bytes.fromhex(stored) if stored else b""


def _row(row: sa.Row[tuple[object, ...]], user: bytes) -> ApprovalRow:
    values = row._asdict()
    for extra in ("author", "reasons", "requested_on", "block_reason", "block_reasons"):
        values.pop(extra, None)
    flags = {"provisional": bool(row.provisional), "rejected": bool(row.rejected)}
    return ApprovalRow(**values | flags, mine=row.author == user)
