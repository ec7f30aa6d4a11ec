"""The history of rounds: one entry for each that did or failed something, the newest five hundred.

A round that found nothing takes the place of an entry that says the same, so that a quiet week is one line;
a failure that repeats itself grows at its end, so that a flight is one line too.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.model.local import sync_round
from channeldesk.model.notice import Notice, Problem
from channeldesk.sync.errand import Errand

if TYPE_CHECKING:
    from channeldesk.store.database import Database

KEEP = 500
_COUNTS = ("pushed", "pulled", "conflicts", "rejected", "set_aside")
_NEWEST = sa.select(sync_round).order_by(sync_round.c.id.desc()).limit(1)
_ADD, _REPLACE = (
    sa.insert(sync_round),
    sa.update(sync_round).where(sync_round.c.id == sa.bindparam("replaced")),
)


def record(
    database: Database, errand: Errand, started_at: int, ended_at: int, problem: Notice | None = None
) -> None:
    """Notes a round that ended. A disk that takes no more must not turn a good round into a failed one."""
    entry = _entry(errand, started_at, ended_at, problem)
    if entry["outcome"] == "cancelled" and not errand.moved:
        return
    with suppress(Problem), database.apply() as connection:
        _write(connection, entry)


def _entry(errand: Errand, started_at: int, ended_at: int, problem: Notice | None) -> dict[str, Any]:
    done = errand.result
    outcome = "failed" if problem is not None else "finished" if done.finished else "cancelled"
    said = [problem] if problem is not None else done.notices
    return {
        "started_at": started_at,
        "ended_at": max(started_at, ended_at),
        "reason": errand.reason.value,
        "outcome": outcome,
        "mode": done.mode or "none",
        **{name: getattr(done, name) for name in _COUNTS},
        "bytes_sent": errand.sent,
        "bytes_received": errand.received,
        "notice": json.dumps([one.to_wire() for one in said], ensure_ascii=False) if said else None,
    }


def _write(connection: sa.Connection, entry: dict[str, Any]) -> None:
    last = connection.execute(_NEWEST).mappings().one_or_none()
    if last is None or not _says_the_same(last, entry):
        connection.execute(_ADD, entry)
        oldest = sa.select(sync_round.c.id).order_by(sync_round.c.id.desc()).offset(KEEP).limit(1)
        connection.execute(sa.delete(sync_round).where(sync_round.c.id <= oldest.scalar_subquery()))
        return
    if entry["outcome"] == "failed":
        entry |= {"started_at": last["started_at"], "reason": last["reason"]}
        entry |= {name: last[name] + entry[name] for name in ("bytes_sent", "bytes_received")}
    connection.execute(_REPLACE, {**entry, "replaced": last["id"]})


def _says_the_same(last: Any, entry: dict[str, Any]) -> bool:
    if any(row[name] for row in (last, entry) for name in _COUNTS) or last["outcome"] != entry["outcome"]:
        return False
    return _codes(last) == _codes(entry)


def _codes(row: Any) -> list[str]:
    return [str(one["code"]) for one in json.loads(row["notice"] or "[]")]
