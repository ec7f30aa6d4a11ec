"""Who changed what and when. Every write of headquarters' own code passes here; entries are never changed,
and each one carries a hash over the one before it (``model.chain``): what is changed, removed, put in or
moved afterwards breaks the chain there (``audit_check``), and laptops know its head (``witness``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa

from channeldesk.hq import bulk, sequencer
from channeldesk.hq.database import before_commit
from channeldesk.hq.tables import audit_entry, audit_head
from channeldesk.model.chain import encoded, linked

_SILENT = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by"})
_SECRET = frozenset({"password_hash"})
FIELDS = ("at", "user_id", "device_id", "action", "entity", "row_id", "diff")
"""Of an entry, as its hash takes them, after ``seq``."""


@dataclass(frozen=True)
class Actor:
    """Who writes: a user on a device, or the operator at the server's console (both null)."""

    user_id: bytes | None = None
    device_id: bytes | None = None


CONSOLE = Actor()


@dataclass(frozen=True)
class Entry:
    action: str
    entity: str | None = None
    row_id: bytes | None = None
    diff: Mapping[str, Any] | None = None


class Head(NamedTuple):
    """The newest entry; 0 and zeros where there is none."""

    seq: int
    hash: bytes


def record(connection: sa.Connection, actor: Actor, entries: Sequence[Entry], now: int) -> None:
    """Appends entries to the trail, in the transaction of the writes they tell of. ``now`` in ms UTC.

    They are linked right before the commit, under the sequencer's lock: the one place where the order of
    several processes is a single one, and the last lock that anybody takes.
    """
    drafts = []
    for entry in entries:
        text = orjson.dumps(entry.diff or {}, default=_text).decode()
        fields = (now, actor.user_id, actor.device_id, entry.action, entry.entity, entry.row_id, text)
        drafts.append((fields, encoded(fields)))
    if drafts:
        before_commit(connection, _link, drafts)


def head(connection: sa.Connection) -> Head:
    found = connection.execute(sa.select(audit_head.c.seq, audit_head.c.hash)).one()
    return Head(found.seq, bytes(found.hash))


def diff(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field to [before, after] for what differs. Secrets are named, not shown."""
    changed: dict[str, list[Any]] = {}
    for name, value in after.items():
        old = None if before is None else before.get(name)
        if name in _SILENT or old == value:
            continue
        changed[name] = ["…", "…"] if name in _SECRET else [old, value]
    return changed


def _link(connection: sa.Connection, drafts: Sequence[tuple[tuple[Any, ...], bytes]]) -> None:
    sequencer.lock(connection)
    seq, newest = before = head(connection)
    rows = []
    for fields, content in drafts:
        seq += 1
        newest = linked(newest, encoded((seq,)) + content)
        rows.append((seq, *fields, newest))
    _insert(connection, rows)
    moved = sa.update(audit_head).where(audit_head.c.seq == before.seq).values(seq=seq, hash=newest)
    assert connection.execute(moved).rowcount == 1, "somebody else wrote to the trail"


def _insert(connection: sa.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """On PostgreSQL by one statement: others wait meanwhile."""
    names = ("seq", *FIELDS, "hash")
    if connection.dialect.name != "postgresql":
        bulk.insert(connection, audit_entry, [dict(zip(names, row, strict=True)) for row in rows])
        return
    types = ("bigint", "bigint", "uuid", "uuid", "text", "text", "uuid", "text", "bytea")
    columns = list(zip(*rows, strict=True))
    values = [
        [UUID(bytes=one) if one is not None else None for one in column] if kind == "uuid" else list(column)
        for kind, column in zip(types, columns, strict=True)
    ]
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    statement = f"INSERT INTO audit_entry ({', '.join(names)}) SELECT * FROM unnest({arrays})"
    connection.exec_driver_sql(statement, tuple(values))


def _text(value: Any) -> str:
    return bytes(value).hex()
