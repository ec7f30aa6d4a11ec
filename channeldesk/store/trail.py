"""Who changed what when on this laptop, and what headquarters answered: a chain of entries (``model.chain``),
appended by the transaction that they tell of. It is kept for half a year; the hash of the last entry that
went stays, so that what is left can still be verified.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.model.chain import GENESIS, encoded, linked

if TYPE_CHECKING:
    from channeldesk.store.outbox import Mutation

KEPT_MS = 180 * 24 * 3600 * 1000
MOST = 200_000
"""Entries that are kept at most."""
START = "trail_from"
"""In the local state: number and hash of the last entry that went."""

Draft = tuple[int, str, str, bytes, bytes, str]
"""at, action, entity, row_id, txn, diff."""

_EDITS = (
    "SELECT recorded_at, op, entity, row_id, txn, base, changes, increments FROM outbox "
    "WHERE txn = ? ORDER BY seq"
)
_NEWEST = "SELECT seq, hash FROM trail ORDER BY seq DESC LIMIT 1"
_ADD = "INSERT INTO trail (seq, at, action, entity, row_id, txn, diff, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_OLD = (
    "SELECT max(seq) FROM trail WHERE seq < (SELECT max(seq) FROM trail) AND (seq <= "
    "(SELECT max(seq) FROM trail) - ? OR seq < coalesce((SELECT min(seq) FROM trail WHERE at >= ?), 9e18))"
)


def note(connection: sa.Connection, txn: bytes) -> None:
    """Appends what the person changed in this transaction, as capture saw it."""
    drafts = []
    for at, op, entity, row_id, own, base, changes, increments in connection.exec_driver_sql(_EDITS, (txn,)):
        diff = _diff(op, json.loads(base), json.loads(changes), json.loads(increments))
        drafts.append((at, op, entity, bytes(row_id), bytes(own), _text(diff)))
    _append(connection, drafts)


def decided(connection: sa.Connection, mutations: Iterable[Mutation], action: str, now: int) -> None:
    """Appends what the person decided about drafts: ``published``, ``discarded`` or ``restored``."""
    _append(connection, [(now, action, one.entity, one.row_id, one.txn, "{}") for one in mutations])


def answered(
    connection: sa.Connection, answers: Iterable[tuple[Mutation, Mapping[str, Any]]], now: int
) -> None:
    """Appends what headquarters answered. ``now`` in ms UTC."""
    drafts = []
    for one, answer in answers:
        told = {"mid": one.mid, "notice": (answer.get("notice") or {}).get("code")}
        kept = {name: value for name, value in told.items() if value is not None}
        drafts.append((now, str(answer["status"]), one.entity, one.row_id, one.txn, _text(kept)))
    _append(connection, drafts)


def prune(connection: sa.Connection, now: int, most: int = MOST) -> None:
    """Forgets the oldest entries, never the newest one. ``now`` in ms UTC."""
    last = connection.exec_driver_sql(_OLD, (most, now - KEPT_MS)).scalar()
    if last is not None:
        found = connection.exec_driver_sql("SELECT hash FROM trail WHERE seq = ?", (last,)).scalar_one()
        value = f"{last} {bytes(found).hex()}"
        connection.exec_driver_sql("INSERT OR REPLACE INTO local_state VALUES (?, ?)", (START, value))
        connection.exec_driver_sql("DELETE FROM trail WHERE seq <= ?", (last,))


def _append(connection: sa.Connection, drafts: Sequence[Draft]) -> None:
    if not drafts:
        return
    newest = connection.exec_driver_sql(_NEWEST).one_or_none()
    seq, previous = (0, GENESIS) if newest is None else (newest[0], bytes(newest[1]))
    rows = []
    for draft in drafts:
        seq += 1
        previous = linked(previous, encoded((seq, *draft)))
        rows.append((seq, *draft, previous))
    connection.exec_driver_sql(_ADD, rows)


def _diff(
    op: str, base: Mapping[str, Any], changes: Mapping[str, Any], increments: Mapping[str, int]
) -> dict[str, Any]:
    """Field to [before, after]; of a counter by how much it moved."""
    match op:
        case "insert":
            return {name: [None, value] for name, value in changes.items() if value is not None}
        case "delete":
            return {name: [value, None] for name, value in base.items() if value is not None}
    return {name: [base.get(name), value] for name, value in changes.items()} | {
        name: {"by": step} for name, step in increments.items()
    }


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
