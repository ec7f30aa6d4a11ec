"""Takes in what a laptop recorded: exactly once, in order, one bad change blocking nothing else.

Effects, answers and the device's last number are committed together; what is sent again gets its stored
answer, with its row as it is now. A push gives its own writes their place in the feed before it commits, and
so can answer with ``rv``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from channeldesk.hq import audit, blocks, bulk, numbering, policy, sequencer, state
from channeldesk.hq.answers import Answers
from channeldesk.hq.applying import Applier, Undone
from channeldesk.hq.change import Change, Outcome
from channeldesk.hq.errors import refuse
from channeldesk.hq.ledger import Ledger
from channeldesk.hq.policy import Principal, Scope, access
from channeldesk.hq.tables import applied_mutation
from channeldesk.model.tables import hq


@dataclass(frozen=True)
class Pushed:
    """A push as it came in. ``now`` in ms UTC."""

    principal: Principal
    epoch: str
    changes: Sequence[Change]
    now: int


def push(connection: sa.Connection, pushed: Pushed) -> dict[str, Any]:
    """The answer, in wire form. Needs a write transaction. Raises Refusal, having written nothing."""
    principal, now = pushed.principal, pushed.now
    last_mid = _lock_device(connection, principal)
    epoch = state.company(connection).epoch
    if pushed.epoch != epoch:
        raise refuse(409, "sync.epoch")
    changes = sorted(pushed.changes, key=lambda one: one.mid)
    known = _answered(connection, principal, [one for one in changes if one.mid <= last_mid])
    fresh = [one for one in changes if one.mid > last_mid]
    for expected, change in enumerate(fresh, start=last_mid + 1):
        if change.mid != expected:
            raise refuse(409, "sync.gap", expected=expected)
    answers: dict[int, Mapping[str, Any]] = {}
    if fresh:
        answers = _apply(connection, principal, fresh, now)
        last_mid = fresh[-1].mid
    answers |= _repeated(connection, principal, known)
    device = hq.tables["device"]
    seen = sa.update(device).where(device.c.id == principal.device_id)
    connection.execute(seen.values(last_mid=last_mid, last_seen_at=now))
    return {"epoch": epoch, "last_mid": last_mid, "results": [answers[one.mid] for one in pushed.changes]}


def _lock_device(connection: sa.Connection, principal: Principal) -> int:
    """Pushes of one device come one after the other, also when they were sent twice at once. So do those of
    one person: two copies of a profile may send the same change at the same moment.
    """
    if connection.dialect.name == "postgresql":
        asked = {"own": sequencer.LOCK, "user": int.from_bytes(principal.user_id[-4:], signed=True)}
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:own, :user)"), asked)
    device = hq.tables["device"]
    query = sa.select(device.c.last_mid).where(device.c.id == principal.device_id, device.c.revoked == 0)
    last_mid = connection.execute(query.with_for_update()).scalar_one_or_none()
    if last_mid is None:
        raise refuse(401, "auth.sign_in_needed")
    return int(last_mid)


Known = Sequence[tuple[Change, sa.Row[Any]]]
"""Changes that were answered before, each with what is kept of that."""


def _answered(connection: sa.Connection, principal: Principal, changes: Sequence[Change]) -> Known:
    """By their numbers; a known number with other content comes from a cloned laptop."""
    if not changes:
        return []
    mine = sa.and_(
        applied_mutation.c.device_id == principal.device_id,
        applied_mutation.c.mid.in_([one.mid for one in changes]),
    )
    stored = {row.mid: row for row in connection.execute(sa.select(applied_mutation).where(mine))}
    for change in changes:
        row = stored.get(change.mid)
        if row is None or bytes(row.content) != change.content:
            raise refuse(409, "sync.cloned_device", mid=change.mid)
    return [(change, stored[change.mid]) for change in changes]


def _apply(
    connection: sa.Connection, principal: Principal, fresh: Sequence[Change], now: int
) -> dict[int, Mapping[str, Any]]:
    known = _known_outcomes(connection, principal, fresh)
    judged = {uuid: row for uuid, row in known.items() if row.status != "blocked"}
    for one in fresh:
        # Two copies of a laptop went on writing into the same unsent mutation: this one is another's now.
        if one.uuid in judged and judged[one.uuid].content != one.content:
            raise refuse(409, "sync.uuid_reused", uuid=one.uuid.hex())
    again = [(one, judged[one.uuid]) for one in fresh if one.uuid in judged]
    new = [one for one in fresh if one.uuid not in judged]
    if len({one.uuid for one in new}) < len(new):
        raise refuse(422, "request.malformed", detail="uuid")
    scope = policy.scope_of(connection, principal)
    good = {uuid: row.status not in ("rejected", "blocked") for uuid, row in known.items()}
    refused = {one.txn for one, row in again if row.status == "rejected"}
    connection.exec_driver_sql("SAVEPOINT push")
    try:
        applier = Applier(connection, Ledger(connection, scope, new), now, careful=False)
        outcomes = _outcomes(applier, new, good, refused)
        applier.finish()
    except Undone:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT push")
        applier = Applier(connection, Ledger(connection, scope, new), now, careful=True)
        outcomes = _outcomes(applier, new, good, refused)
    connection.exec_driver_sql("RELEASE SAVEPOINT push")
    audit.record(connection, audit.Actor(principal.user_id, principal.device_id), applier.trail, now)
    if applier.paid:
        blocks.follow(connection, now, applier.paid)
    making = Answers(connection, scope, new)
    sequencer.lock(connection)
    numbers = numbering.number(connection, applier.accepted, now)
    versions = applier.ledger.versions | sequencer.take(connection, now, making.ids)
    answers: dict[int, Mapping[str, Any]] = dict(making.of(outcomes, versions, numbers))
    answers |= _repeated(connection, principal, again)
    rows = [
        {
            "device_id": principal.device_id,
            "mid": one.mid,
            "user_id": principal.user_id,
            "uuid": one.uuid,
            "content": one.content,
            "status": answers[one.mid]["status"],
            "answer": orjson.dumps(answers[one.mid]).decode(),
            "received_at": now,
        }
        for one in fresh
    ]
    bulk.insert(connection, applied_mutation, rows)
    return answers


def _outcomes(
    applier: Applier, changes: Sequence[Change], good: Mapping[bytes, bool], refused: Collection[bytes]
) -> dict[int, Outcome]:
    """By ``mid``. ``good``: of changes answered before, whether they were applied. ``refused``: transactions
    of which a part was rejected before: the rest, blocked then, is not judged without it.
    """
    outcomes: dict[int, Outcome] = {}
    good = dict(good)
    for txn in _transactions(changes):
        own = {one.uuid for one in txn}
        waits = any(not good.get(dep, True) for one in txn for dep in one.deps if dep not in own)
        if waits or txn[0].txn in refused:
            found = {one.mid: Outcome("blocked") for one in txn}
        else:
            found = applier.apply(txn)
        outcomes |= found
        good |= {one.uuid: found[one.mid].good for one in txn}
    return outcomes


def _transactions(changes: Sequence[Change]) -> list[list[Change]]:
    """In the order in which they start."""
    found: dict[bytes, list[Change]] = {}
    for change in changes:
        found.setdefault(change.txn, []).append(change)
    return list(found.values())


def _known_outcomes(
    connection: sa.Connection, principal: Principal, changes: Sequence[Change]
) -> dict[bytes, sa.Row[Any]]:
    """What this user's changes were answered, on whatever device: those sent again, and those depended on.

    What was blocked may come again, and be judged then: that answer counts.
    """
    uuids = {one.uuid for one in changes} | {dep for one in changes for dep in one.deps}
    query = sa.select(applied_mutation).where(
        bulk.among(connection, applied_mutation.c.uuid, uuids),
        applied_mutation.c.user_id == principal.user_id,
    )
    found = connection.execute(query.order_by(applied_mutation.c.received_at.desc())).all()
    blocked = {row.uuid: row for row in found if row.status == "blocked"}
    return blocked | {row.uuid: row for row in found if row.status != "blocked"}


def _repeated(connection: sa.Connection, principal: Principal, known: Known) -> dict[int, Mapping[str, Any]]:
    """The stored answers by ``mid``, with the rows as this push leaves them: the laptop may have seen a newer
    version meanwhile, or lost the row, or got it back. Of a pruned answer the status is left.
    """
    if not known:
        return {}
    changes, scope = [change for change, _ in known], policy.scope_of(connection, principal)
    outcomes = {change.mid: Outcome(row.status) for change, row in known}
    wanted: dict[str, set[bytes]] = defaultdict(set)
    for change in changes:
        wanted[change.entity_name].add(change.row_id)
    versions = sequencer.newest(connection, wanted)  # before the rows, which may be newer, never older
    now = Answers(connection, scope, changes).of(outcomes, versions, {})
    told: dict[int, Mapping[str, Any]] = {}
    for change, row in known:
        stored = orjson.loads(row.answer) if row.answer else {}
        current = {name: now[change.mid][name] for name in ("row", "rv", "deleted")}
        current["conflicts"] = [
            {**one, "theirs": _in_sight(one["theirs"], change, current["row"], scope)}
            for one in stored.get("conflicts", ())
        ]
        told[change.mid] = {**now[change.mid], **stored, **current, "mid": change.mid, "repeated": True}
    return told


def _in_sight(theirs: Mapping[str, Any], change: Change, row: Any, scope: Scope) -> dict[str, Any]:
    """What others made of a row, as far as the user may see it by now."""
    if row is None or change.entity is None:
        return dict.fromkeys(theirs)
    allowed = access(scope, change.entity)
    return {name: None if allowed.hides(name) else value for name, value in theirs.items()}
