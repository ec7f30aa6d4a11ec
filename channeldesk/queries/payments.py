"""What a partner paid and against which invoices, what it promised to pay, and whether it is blocked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from channeldesk.model.notice import Notice
from channeldesk.queries import clock, marks
from channeldesk.queries.receivables import open_items
from channeldesk.rules.allocation import Invoice
from channeldesk.rules.payment_promises import Promise, Receipt, Standing, State, standings


@dataclass(frozen=True, slots=True)
class Part:
    """What of a payment is set against an invoice."""

    receivable_id: bytes
    number: str
    amount: int


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """``rest`` is on account. ``reversed``: a counterpart, which is not here itself, takes it back.
    ``method`` is a code; days as ISO text.
    """

    id: bytes
    received_on: str
    amount: int
    currency: str
    method: str
    reference: str | None
    note: str | None
    by: str | None
    parts: tuple[Part, ...]
    reversed: bool
    provisional: bool
    rejected: bool

    @property
    def rest(self) -> int:
        return 0 if self.reversed else self.amount - sum(one.amount for one in self.parts)


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """``number`` of the invoice that it is about, where it names one."""

    id: bytes
    partner_id: bytes
    partner: str | None
    partner_local: str | None
    receivable_id: bytes | None
    number: str | None
    amount: int
    currency: str
    made_on: str
    promised_on: str
    note: str | None
    by: str | None
    standing: Standing
    provisional: bool


@dataclass(frozen=True, slots=True)
class BlockRow:
    """What holds a partner. ``asked``: the request to release it that waits, ``mine``: this person's."""

    id: bytes
    kind: str
    since: str
    reason: str | None
    reasons: tuple[Notice, ...]
    by: str | None
    provisional: bool
    asked: bytes | None
    mine: bool


@dataclass(frozen=True)
class Account:
    """The receivables part of a partner's page beside its invoices. ``on_account`` by currency."""

    payments: tuple[PaymentRow, ...]
    promises: tuple[PromiseRow, ...]
    block: BlockRow | None
    on_account: Mapping[str, int]
    currency: str
    today: str


_PAYMENTS = f"""
SELECT y.id, y.received_on, y.amount, y.currency, y.method, y.reference, y.note, u.name AS by,
       EXISTS (SELECT 1 FROM payment x WHERE x.reverses_id = y.id
               AND {marks.counts("payment", "x")}) AS reversed,
       {marks.provisional("payment", "y")} AS provisional, {marks.rejected("payment", "y")} AS rejected
FROM payment y LEFT JOIN app_user u ON u.id = y.created_by
WHERE y.partner_id = :partner AND y.reverses_id IS NULL ORDER BY y.received_on DESC, y.id DESC
"""
_PARTS = f"""
SELECT a.payment_id, a.receivable_id, coalesce(r.number, '') AS number, sum(a.amount) AS amount
FROM payment_allocation a LEFT JOIN receivable r ON r.id = a.receivable_id
WHERE a.partner_id = :partner AND {marks.counts("payment_allocation", "a")}
GROUP BY 1, 2, 3 HAVING sum(a.amount) <> 0 ORDER BY min(a.id)
"""
_PROMISES = f"""
SELECT m.id, m.partner_id, p.name AS partner, p.name_local AS partner_local, m.receivable_id,
       r.number, m.amount, m.currency, m.made_on, m.promised_on, m.withdrawn_on, m.note, u.name AS by,
       {marks.provisional("payment_promise", "m")} AS provisional
FROM payment_promise m LEFT JOIN partner p ON p.id = m.partner_id
LEFT JOIN receivable r ON r.id = m.receivable_id LEFT JOIN app_user u ON u.id = m.created_by
WHERE {{where}} AND NOT {marks.rejected("payment_promise", "m")} ORDER BY m.promised_on DESC, m.id DESC
"""
_RECEIPTS = f"""
SELECT y.partner_id, y.received_on, y.currency, NULL AS receivable_id,
       y.amount - coalesce((SELECT sum(a.amount) FROM payment_allocation a WHERE a.payment_id = y.id
                            AND {marks.counts("payment_allocation", "a")}), 0) AS amount
FROM payment y WHERE y.reverses_id IS NULL AND {marks.counts("payment", "y")} AND {{where}}
  AND NOT EXISTS (SELECT 1 FROM payment x WHERE x.reverses_id = y.id AND {marks.counts("payment", "x")})
UNION ALL
SELECT y.partner_id, y.received_on, y.currency, a.receivable_id, sum(a.amount)
FROM payment_allocation a JOIN payment y ON y.id = a.payment_id
WHERE {marks.counts("payment_allocation", "a")} AND {{where}} GROUP BY 1, 2, 3, 4
"""
_BLOCK = f"""
SELECT b.id, b.block_kind AS kind, b.blocked_on AS since, b.reason, b.reasons, u.name AS by,
       {marks.provisional("credit_block", "b")} AS provisional, a.id AS asked,
       coalesce(a.created_by = (SELECT unhex(value) FROM local_state WHERE key = 'user_id'), 0) AS mine
FROM credit_block b LEFT JOIN app_user u ON u.id = b.created_by
LEFT JOIN approval a ON a.block_id = b.id AND a.status = 'asked' AND {marks.counts("approval", "a")}
WHERE b.partner_id = :partner AND b.status = 'blocked' AND {marks.counts("credit_block", "b")}
ORDER BY b.id LIMIT 1
"""


def account(connection: sa.Connection, partner_id: bytes, today: str | None = None) -> Account:
    """All of one partner, the newest first."""
    day = today or clock.today_of(connection, partner_id)
    found = payments(connection, partner_id)
    on_account: dict[str, int] = defaultdict(int)
    for one in found:
        on_account[one.currency] += 0 if one.rejected else one.rest
    currency = connection.execute(
        sa.text("SELECT currency FROM partner WHERE id = :partner"), {"partner": partner_id}
    ).scalar()
    return Account(
        found,
        promises(connection, partner_id, day),
        block(connection, partner_id),
        {currency: amount for currency, amount in on_account.items() if amount},
        str(currency or ""),
        day,
    )


def payments(connection: sa.Connection, partner_id: bytes) -> tuple[PaymentRow, ...]:
    """What it paid, the newest first, without counterparts."""
    parts: dict[bytes, list[Part]] = defaultdict(list)
    for row in connection.execute(sa.text(_PARTS), {"partner": partner_id}):
        parts[row.payment_id].append(Part(row.receivable_id, row.number, row.amount))
    flags = ("reversed", "provisional", "rejected")
    return tuple(
        PaymentRow(
            **row._asdict() | {name: bool(row._asdict()[name]) for name in flags}, parts=tuple(parts[row.id])
        )
        for row in connection.execute(sa.text(_PAYMENTS), {"partner": partner_id})
    )


def promises(connection: sa.Connection, partner_id: bytes, today: str) -> tuple[PromiseRow, ...]:
    """What it promised, the latest day first, each with how it stands."""
    return _promises(connection, "{0}.partner_id = :partner", {"partner": partner_id}, today)


def pressing(connection: sa.Connection, today: str | None = None, days: int = 0) -> tuple[PromiseRow, ...]:
    """Promises of all partners that are broken, or due within ``days``; the longest waiting first."""
    day = today or clock.today(connection)
    owing = """{0}.partner_id IN (SELECT partner_id FROM payment_promise
    WHERE withdrawn_on IS NULL AND promised_on <= date(:today, :days))"""
    until = date.fromisoformat(day).toordinal() + days
    found = _promises(connection, owing, {"today": day, "days": f"+{days} days"}, day)
    wanted = [
        one
        for one in found
        if one.standing.state in (State.BROKEN, State.DUE, State.OPEN)
        and date.fromisoformat(one.promised_on).toordinal() <= until
    ]
    return tuple(reversed(wanted))


def _promises(
    connection: sa.Connection, where: str, binds: Mapping[str, object], today: str
) -> tuple[PromiseRow, ...]:
    rows = connection.execute(sa.text(_PROMISES.format(where=where.format("m"))), binds).all()
    receipts: dict[bytes, list[Receipt]] = defaultdict(list)
    if rows:
        for one in connection.execute(sa.text(_RECEIPTS.format(where=where.format("y"))), binds):
            day = date.fromisoformat(one.received_on)
            receipts[one.partner_id].append(Receipt(day, one.receivable_id, one.currency, one.amount))
    made: dict[bytes, list[Promise]] = defaultdict(list)
    for row in rows:
        days = date.fromisoformat(row.made_on), date.fromisoformat(row.promised_on)
        withdrawn = row.withdrawn_on is not None
        made[row.partner_id].append(
            Promise(row.id, row.receivable_id, row.currency, row.amount, *days, withdrawn)
        )
    standing: dict[bytes, Standing] = {}
    for partner, several in made.items():
        standing |= standings(several, receipts[partner], date.fromisoformat(today))
    found = []
    for row in rows:
        values = row._asdict()
        del values["withdrawn_on"]
        found.append(PromiseRow(**values | {"provisional": bool(row.provisional)}, standing=standing[row.id]))
    return tuple(found)


def block(connection: sa.Connection, partner_id: bytes) -> BlockRow | None:
    """What holds the partner; None: nothing does."""
    row = connection.execute(sa.text(_BLOCK), {"partner": partner_id}).first()
    if row is None:
        return None
    told = tuple(Notice.from_wire(one) for one in json.loads(row.reasons or "[]"))
    flags = {"provisional": bool(row.provisional), "mine": bool(row.mine)}
    return BlockRow(**row._asdict() | flags | {"reasons": told})


def invoices(connection: sa.Connection, partner_id: bytes) -> tuple[Invoice, ...]:
    """Open invoices, the oldest due first, as payments that are not confirmed yet leave them."""
    sql = f"""
    SELECT id, number, due_on, open_amount AS open, currency FROM {open_items("r.partner_id = :partner")}
    WHERE open_amount > 0 ORDER BY due_on, number
    """
    found = connection.execute(sa.text(sql), {"partner": partner_id})
    return tuple(
        Invoice(row.id, row.number, date.fromisoformat(row.due_on), row.open, row.currency) for row in found
    )
