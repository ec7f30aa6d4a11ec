"""Looking through the audit trail, and handing it out so that others can verify it (docs/audit.md)."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import orjson
import sqlalchemy as sa

from channeldesk.hq.tables import audit_entry
from channeldesk.model.chain import GENESIS
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq

NOBODY = "-"
"""As a user: the operator at the server's console."""
_PAGE = 2_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_HEX = frozenset("0123456789abcdef")

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
    """Writes ``csv`` or ``ndjson``; returns how many entries. The file gets its name when it is whole."""
    part = path.with_name(f"{path.name}.part")
    write = _ndjson if form == "ndjson" else _csv
    try:
        with part.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
            written = write(file, oldest(connection, wanted, zone))
        part.replace(path)
    except OSError as error:
        raise Problem.of("audit.cannot_write", file=path.name, reason=error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return written


def told(found: Found) -> dict[str, Any]:
    """One entry as JSON has it."""
    time = datetime.fromtimestamp(found.at / 1000, UTC).isoformat(timespec="milliseconds")
    values = {one.name: getattr(found, one.name) for one in fields(Found)}
    return {name: one.hex() if isinstance(one, bytes) else one for name, one in values.items()} | {
        "time": time
    }


def _ndjson(file: TextIO, entries: Iterator[Found]) -> int:
    written = 0
    for one in entries:
        file.write(orjson.dumps(told(one)).decode() + "\n")
        written += 1
    return written


def _csv(file: TextIO, entries: Iterator[Found]) -> int:
    writer, written = csv.writer(file), 0
    names = [*(one.name for one in fields(Found)), "time"]
    writer.writerow(names)
    for one in entries:
        values = told(one)
        writer.writerow([_harmless(values[name]) for name in names])
        written += 1
    return written


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


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
        login = sa.func.lower(_user.c.login) == wanted.user.strip().casefold()
        yield c.user_id.in_(sa.select(_user.c.id).where(login))
    if wanted.device is not None:
        prefix = _device.c.prefix == wanted.device.strip().upper()
        yield c.device_id.in_(sa.select(_device.c.id).where(prefix))
    if wanted.action is not None:
        yield c.action == wanted.action
    if wanted.entity is not None:
        yield c.entity == wanted.entity
    if wanted.row is not None:
        yield c.row_id == _id(wanted.row)
    if wanted.since is not None:
        yield c.at >= _moment(wanted.since, zone, 0)
    if wanted.until is not None:
        yield c.at < _moment(wanted.until, zone, 1)
    if wanted.text:
        inside = orjson.dumps(wanted.text).decode()[1:-1]  # as it stands in JSON
        yield c.diff.icontains(inside, autoescape=True)


def _id(text: str) -> bytes:
    digits = text.strip().lower().replace("-", "")
    if len(digits) != 32 or not _HEX.issuperset(digits):
        raise Problem.of("audit.bad_row", text=text)
    return bytes.fromhex(digits)


def _moment(text: str, zone: str, days: int) -> int:
    """Of a day its begin, or the begin of the one ``days`` later; of an instant just that."""
    try:
        found = datetime.fromisoformat(text.strip())
        if len(text.strip()) <= 10:
            found += timedelta(days=days)
        local = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
        return int(local.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise Problem.of("value.not_a_date", text=text) from None


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
