"""The trail of this laptop as a list that people sort, filter and search: one row for everything that was
done at once, with its entries behind it; see ``queries.trail``.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES
from channeldesk.queries import inbox_names
from channeldesk.queries.currency import reporting
from channeldesk.queries.inbox_names import Named
from channeldesk.queries.views import ALL, Column, ColumnType, ListSpec, ListView, ordered_keys, page

EDITS = ("insert", "patch", "delete")
OWN = (*EDITS, "published", "discarded", "restored")
"""What the person does; anything else is what headquarters answered."""
ANSWERS = (
    "published", "restored", "discarded", "blocked", "duplicate", "applied", "merged", "conflict", "rejected"
)  # fmt: skip
"""What became of a change; of several rows the last of these counts. What was blocked is answered later."""

_SEQS, _RANKS = 10**9, 10**3
_LEAST_TELLING = ("draft",)
"""An order tells more than the draft that it ended."""


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"'{one}'" for one in names)


def _ranks() -> str:
    ranked = {name: 0 if name in _LEAST_TELLING else entity.rank for name, entity in ENTITIES.items()}
    last = _RANKS - 1
    cases = " ".join(f"WHEN '{name}' THEN {rank or last}" for name, rank in ranked.items())
    return f"CASE entity {cases} ELSE {last} END"


_FIRST = f"((action NOT IN ({_list(EDITS)})) * {_RANKS} + {_ranks()}) * {_SEQS} + seq"
"""Of a change that row leads which the others belong to."""
_WORST = " ".join(f"WHEN '{name}' THEN {at}" for at, name in enumerate(ANSWERS, 1))
_ANSWER = " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(ANSWERS, 1))

SPEC = ListSpec(
    key="t.seq",
    source=(
        f"(SELECT txn, min({_FIRST}) % {_SEQS} AS seq, max(CASE action {_WORST} ELSE 0 END) AS worst "
        "FROM trail GROUP BY txn) g JOIN trail t ON t.seq = g.seq"
    ),
    default_sort="at",
    default_descending=True,
    search=(
        "t.txn IN (SELECT e.txn FROM trail e WHERE instr(lower(e.diff), {word}) > 0 "
        "OR instr(lower(hex(e.row_id)), {word}) > 0)"
    ),
    columns={
        "at": Column("t.at", ColumnType.INSTANT, required=True),
        "action": Column("t.action", ColumnType.CHOICE, required=True),
        "entity": Column("t.entity", ColumnType.CHOICE, required=True),
        "answer": Column(f"CASE g.worst {_ANSWER} END", ColumnType.CHOICE),
        "row": Column("lower(hex(t.row_id))", required=True, code=True),
        "seq": Column("t.seq", ColumnType.INTEGER, required=True),
    },
)
_ENTRIES = ListSpec(
    key="t.seq",
    source="trail t",
    default_sort="seq",
    columns={"seq": Column("t.seq", ColumnType.INTEGER, required=True)},
)


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One entry. ``before`` and ``after`` by field, in wire form; ``by`` of counters; ``told``: the code of
    what headquarters said. ``names``: of the rows that the fields point at. ``at`` in ms UTC by this
    laptop's clock.
    """

    key: int
    at: int
    action: str
    entity: str
    row_id: str
    named: Named
    changed: tuple[tuple[str, Any, Any], ...]
    moved: tuple[tuple[str, int], ...]
    told: str | None
    currency: str = ""
    names: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        return self.action in OWN


@dataclass(frozen=True, slots=True)
class TrailChange:
    """What was done at once. ``lead``: its main row; ``also``: how many others by entity; ``answer``: what
    became of it; ``told``: the codes of what headquarters said; ``entries``: all there are.
    """

    lead: TrailRow
    also: tuple[tuple[str, int], ...]
    answer: str
    told: tuple[str, ...]
    entries: int

    @property
    def key(self) -> int:
        return self.lead.key


def keys(connection: sa.Connection, view: ListView = ALL) -> array[int]:
    """The changes to show, newest first unless the view says otherwise."""
    return ordered_keys(connection, SPEC, view)


_ROW = """
SELECT t.seq AS key, t.at, t.action, t.entity, t.row_id, t.diff, t.txn
FROM json_each(:keys) k CROSS JOIN trail t ON t.seq = k.value
"""
_TOGETHER = """
SELECT txn, action, entity, json_extract(diff, '$.notice') AS notice FROM trail
WHERE txn IN (SELECT unhex(value) FROM json_each(:txns)) ORDER BY seq
"""


def rows(connection: sa.Connection, keys: Sequence[int]) -> list[TrailChange]:
    leads = page(connection, _ROW, keys)
    together: dict[bytes, list[Any]] = {bytes(one.txn): [] for one in leads}
    txns = json.dumps([txn.hex() for txn in together])
    for one in connection.execute(sa.text(_TOGETHER), {"txns": txns}):
        together[bytes(one.txn)].append(one)
    return [_change(_row(connection, one), together[bytes(one.txn)]) for one in leads]


def entry_keys(connection: sa.Connection, view: ListView, key: int) -> array[int]:
    """Every entry of a change, as they were written."""
    where = "t.txn = (SELECT txn FROM trail WHERE seq = :key)"
    return ordered_keys(connection, _ENTRIES, view, where=where, params={"key": key})


def entry_rows(connection: sa.Connection, keys: Sequence[int]) -> list[TrailRow]:
    return [_row(connection, one) for one in page(connection, _ROW, keys)]


def _change(lead: TrailRow, entries: Sequence[Any]) -> TrailChange:
    edited = Counter(one.entity for one in entries if one.action in EDITS)
    edited[lead.entity] -= 1
    worst = max((ANSWERS.index(one.action) for one in entries if one.action in ANSWERS), default=-1)
    return TrailChange(
        lead,
        tuple((name, count) for name, count in edited.items() if count > 0),
        ANSWERS[worst] if worst >= 0 else "",
        tuple(dict.fromkeys(one.notice for one in entries if one.notice)),
        len(entries),
    )


def _row(connection: sa.Connection, row: Any) -> TrailRow:
    diff: dict[str, Any] = json.loads(row.diff)
    row_id = bytes(row.row_id)
    pairs = {name: one for name, one in diff.items() if isinstance(one, list) and len(one) == 2}
    known = {name: pair[1] if pair[1] is not None else pair[0] for name, pair in pairs.items()}
    sides = [{name: pair[at] for name, pair in pairs.items()} for at in (0, 1)]
    pointed_at = [target for side in sides for target in inbox_names.pointed_at(row.entity, side)]
    return TrailRow(
        row.key,
        row.at,
        row.action,
        row.entity,
        row_id.hex(),
        inbox_names.named(connection, row.entity, row_id, known),
        tuple((name, pair[0], pair[1]) for name, pair in pairs.items()),
        tuple((name, int(one["by"])) for name, one in diff.items() if isinstance(one, dict)),
        str(diff["notice"]) if isinstance(diff.get("notice"), str) else None,
        _currency(connection, row.entity, row_id, known),
        inbox_names.references(connection, pointed_at),
    )


def _currency(connection: sa.Connection, entity: str, row_id: bytes, known: Mapping[str, Any]) -> str:
    """Of the row's amounts: its own, its order's, its partner's, or the company's."""
    row = inbox_names.stored(connection, entity, row_id) or {}
    found = known.get("currency") or row.get("currency")
    values = {**inbox_names.storage(entity, known), **row}
    for name, target in (("order_id", "sales_order"), ("partner_id", "partner")):
        if not found and values.get(name) is not None:
            found = (inbox_names.stored(connection, target, values[name]) or {}).get("currency")
    return str(found or reporting(connection))
