"""Looking through the audit trail, and handing it out so that others can verify it (docs/audit.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.exchange.handing_out import hand_out
from channeldesk.hq.tables import audit_entry
from channeldesk.model.chain import GENESIS
from channeldesk.model.tables import hq
from channeldesk.queries.audit_words import Span, as_in_json, row_id
from channeldesk.rules.administration import plain_login

NOBODY = "-"
"""As a user: the operator at the server's console."""
_PAGE = 2_000

_user, _device = hq.tables["app_user"], hq.tables["device"]
_before = audit_entry.alias("before")


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is not given is any. ``user``: a login, ``device``: a prefix, ``since`` and
    ``until``: days or instants in ISO form, ``text``: contained in what changed, whatever its case.
    """

    user: str | None = None
    device: str | None = None
    action: str | None = None
    entity: str | None = None
    row: str | None = None
    since: str | None = None
    until: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Found:
    """An entry with the names of those it names today; ``previous``: the hash of the entry before it."""

    seq: int
    at: int
    user_id: bytes | None
    device_id: bytes | None
    action: str
    entity: str | None
    row_id: bytes | None
    diff: str
    previous: bytes
    hash: bytes
    user: str | None
    device: str | None


def newest(connection: sa.Connection, wanted: Wanted, zone: str, limit: int) -> list[Found]:
    """At most ``limit`` entries (0: all), newest first. ``zone``: of days in ``wanted``."""
    query = _query(wanted, zone).order_by(audit_entry.c.seq.desc())
    return [_found(row) for row in connection.execute(query.limit(limit) if limit > 0 else query)]


def oldest(connection: sa.Connection, wanted: Wanted, zone: str) -> Iterator[Found]:
    """All of them in the order of the chain, in bounded memory. Needs a snapshot."""
    query, last = _query(wanted, zone).order_by(audit_entry.c.seq).limit(_PAGE), 0
    while True:
        page = connection.execute(query.where(audit_entry.c.seq > last)).all()
        yield from map(_found, page)
        if len(page) < _PAGE:
            return
        last = page[-1].seq


def export(connection: sa.Connection, wanted: Wanted, zone: str, path: Path, form: str) -> int:
    """Writes them as ``csv`` or ``ndjson`` (``exchange.handing_out``); returns how many."""
    return hand_out(path, form, map(told, oldest(connection, wanted, zone)))


def told(found: Found) -> dict[str, Any]:
    """One entry as JSON has it."""
    time = datetime.fromtimestamp(found.at / 1000, UTC).isoformat(timespec="milliseconds")
    values = {one.name: getattr(found, one.name) for one in fields(Found)}
    return {name: one.hex() if isinstance(one, bytes) else one for name, one in values.items()} | {
        "time": time
    }


def _query(wanted: Wanted, zone: str) -> sa.Select[Any]:
    query = (
        sa.select(audit_entry, _before.c.hash.label("previous"), _user.c.login, _device.c.prefix)
        .outerjoin(_before, _before.c.seq == audit_entry.c.seq - 1)
        .outerjoin(_user, _user.c.id == audit_entry.c.user_id)
        .outerjoin(_device, _device.c.id == audit_entry.c.device_id)
    )
    return query.where(*_conditions(wanted, zone))


def _conditions(wanted: Wanted, zone: str) -> Iterator[sa.ColumnElement[bool]]:
    c = audit_entry.c
    if wanted.user == NOBODY:
        yield c.user_id.is_(None)
    elif wanted.user is not None:
        login = sa.func.lower(_user.c.login) == plain_login(wanted.user)
        yield c.user_id.in_(sa.select(_user.c.id).where(login))
    if wanted.device is not None:
        prefix = _device.c.prefix == wanted.device.strip().upper()
        yield c.device_id.in_(sa.select(_device.c.id).where(prefix))
    if wanted.action is not None:
        yield c.action == wanted.action
    if wanted.entity is not None:
        yield c.entity == wanted.entity
    if wanted.row is not None:
        yield c.row_id == row_id(wanted.row)
    if wanted.text:
        yield c.diff.icontains(as_in_json(wanted.text), autoescape=True)
    yield from Span(wanted.since, wanted.until, zone).of(c.at)


def _found(row: Any) -> Found:
    return Found(
        seq=row.seq,
        at=row.at,
        user_id=row.user_id,
        device_id=row.device_id,
        action=row.action,
        entity=row.entity,
        row_id=row.row_id,
        diff=row.diff,
        previous=GENESIS if row.previous is None else bytes(row.previous),
        hash=bytes(row.hash),
        user=row.login,
        device=row.prefix,
    )
