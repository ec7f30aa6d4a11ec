"""Promotions as a list: what runs, what is to come, what is over, and what is not published yet."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import clock
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page

RUNNING, COMING, OVER = "running", "coming", "over"
STATE = f"""CASE WHEN m.valid_to < :today THEN '{OVER}' WHEN m.valid_from > :today THEN '{COMING}'
ELSE '{RUNNING}' END"""
DRAFT = """m.id IN (SELECT o.row_id FROM outbox o WHERE o.draft = 1 AND o.entity = 'promotion'
UNION SELECT b.promotion_id FROM outbox o JOIN promotion_buyer b ON b.id = o.row_id
WHERE o.draft = 1 AND o.entity = 'promotion_buyer'
UNION SELECT i.promotion_id FROM outbox o JOIN promotion_item i ON i.id = o.row_id
WHERE o.draft = 1 AND o.entity = 'promotion_item')"""
"""Something of it stands on this laptop only."""

_USED = "CASE WHEN m.budget > 0 THEN m.used * 10000 / m.budget WHEN m.budget = 0 THEN 10000 END"
SPEC = ListSpec(
    key="m.rowid",
    source="promotion m",
    default_sort="order",
    search="instr(lower(m.code || ' ' || m.name || ' ' || coalesce(m.name_local, '')), {word}) > 0",
    tie="m.valid_to, m.code",
    columns={
        "order": Column(
            f"(CASE {STATE} WHEN '{RUNNING}' THEN 0 WHEN '{COMING}' THEN 1 ELSE 2 END)",
            ColumnType.INTEGER,
            required=True,
        ),
        "code": Column("m.code", code=True),
        "name": Column("m.name", also="m.name_local"),
        "state": Column(f"({STATE})", ColumnType.CHOICE, required=True),
        "mechanic": Column("m.mechanic", ColumnType.CHOICE, required=True),
        "from": Column("m.valid_from", ColumnType.DAY),
        "to": Column("m.valid_to", ColumnType.DAY),
        "used": Column(_USED, ColumnType.SHARE),
        "currency": Column("m.currency", ColumnType.CHOICE, required=True),
    },
)


@dataclass(frozen=True, slots=True)
class PromotionRow:
    """``state`` is running, coming or over. ``used``: of the budget, in basis points, None without one.
    ``draft``: not published, so that nobody else sees it.
    """

    key: int
    id: bytes
    code: str
    name: str
    name_local: str | None
    mechanic: str
    state: str
    valid_from: str | None
    valid_to: str | None
    currency: str
    used: int | None
    draft: bool


def keys(connection: sa.Connection, view: ListView = ALL, today: str | None = None) -> array[int]:
    """Row numbers of the promotions to show: what runs first, then what is to come, each by its last day."""
    return ordered_keys(connection, SPEC, view, today=today)


_PAGE = f"""
SELECT m.rowid AS key, m.id, m.code, m.name, m.name_local, m.mechanic, {STATE} AS state, m.valid_from,
       m.valid_to, m.currency, {_USED} AS used, {DRAFT} AS draft
FROM json_each(:keys) k CROSS JOIN promotion m ON m.rowid = k.value
"""


def rows(connection: sa.Connection, keys: Sequence[int], today: str | None = None) -> list[PromotionRow]:
    """The promotions of ``keys``, in their order."""
    binds = {"today": today or clock.today(connection)}
    found = page(connection, _PAGE, keys, binds)
    return [PromotionRow(**row._asdict() | {"draft": bool(row.draft)}) for row in found]


def key_of(connection: sa.Connection, promotion_id: bytes) -> int | None:
    """Its row number; None when it is no longer here."""
    found = connection.execute(sa.text("SELECT rowid FROM promotion WHERE id = :id"), {"id": promotion_id})
    key: int | None = found.scalar()
    return key


@dataclass(frozen=True)
class Counts:
    """How many promotions there are in each state. ``as_of``: up to when headquarters' data is complete."""

    every: int
    running: int
    coming: int
    over: int
    as_of: int | None


_COUNTS = f"""
SELECT count(*) AS every, coalesce(sum({STATE} = '{RUNNING}'), 0) AS running,
       coalesce(sum({STATE} = '{COMING}'), 0) AS coming, coalesce(sum({STATE} = '{OVER}'), 0) AS over
FROM promotion m
"""


def counts(connection: sa.Connection, today: str | None = None) -> Counts:
    """For the tabs over the list."""
    found = connection.execute(sa.text(_COUNTS), {"today": today or clock.today(connection)}).one()
    return Counts(**found._asdict(), as_of=clock.as_of(connection))
