"""Publications carried out at headquarters: when their moment has come, each once, in one transaction, all of
it or nothing. Whether laptops are switched on does not matter.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import orjson
import sqlalchemy as sa

from channeldesk.hq import audit, policy, sequencer
from channeldesk.hq.applying import Applier, Undone
from channeldesk.hq.change import Change, Outcome
from channeldesk.hq.database import Database
from channeldesk.hq.ledger import Ledger
from channeldesk.hq.policy import Principal
from channeldesk.hq.publications import changes_of
from channeldesk.model.declare import Type
from channeldesk.model.entities import entity as declaration
from channeldesk.model.notice import Day, Notice, Param, Price, Problem, Rate, Term
from channeldesk.model.tables import hq
from channeldesk.rules.field_words import entity_name, field_name
from channeldesk.rules.publications import Status, is_due
from channeldesk.rules.rights import HEADQUARTERS

_log = logging.getLogger(__name__)

_MOST_REASONS = 50


def publish_soon(database: Database, now: int) -> None:
    """The same where nobody waits for it: what cannot be done now is done the next time, and what cannot be
    done at all keeps nothing else from being published.
    """
    try:
        waiting = _due(database, now)
    except Problem as problem:
        _log.warning("nothing was published: %s", problem.notice.english())
        return
    for one in waiting:
        try:
            database.run(partial(_publish, publication_id=one, now=now))
        except Problem as problem:
            _log.warning("publication %s waits: %s", one.hex(), problem.notice.english())
        except Exception:
            _log.exception("defect: publication %s cannot be carried out", one.hex())


def publish_due(database: Database, now: int) -> int:
    """Carries out what is due and whole, the earliest first; how many were published or refused."""
    waiting = _due(database, now)
    return sum(database.run(partial(_publish, publication_id=one, now=now)) for one in waiting)


def _due(database: Database, now: int) -> list[bytes]:
    with database.glance() as connection:
        table = hq.tables["publication"]
        query = sa.select(table.c.id, table.c.publish_at).where(
            table.c.status == Status.SCHEDULED.value, table.c.deleted == 0
        )
        found = connection.execute(query.order_by(table.c.publish_at, table.c.id)).all()
    return [bytes(row.id) for row in found if is_due(row.publish_at, now)]


def _publish(connection: sa.Connection, publication_id: bytes, now: int) -> bool:
    """Whether it is over now. Rows are locked in the order of every push, the publication among them, and its
    status is read under that lock: of several processes one carries it out.
    """
    table, parts = hq.tables["publication"], hq.tables["publication_part"]
    row = connection.execute(sa.select(table).where(table.c.id == publication_id)).mappings().one()
    mine = sa.and_(parts.c.publication_id == publication_id, parts.c.deleted == 0)
    found = connection.execute(sa.select(parts.c.number, parts.c.changes).where(mine))
    texts = {one.number: one.changes for one in found}
    if len(texts) < row["parts"]:
        return False  # the rest is on its way
    changes = changes_of([texts[number] for number in sorted(texts)], publication_id)
    principal = _principal(connection, row["user_id"])
    scope = policy.scope_of(connection, principal)
    connection.exec_driver_sql("SAVEPOINT publication")
    readable = changes or []
    applier, outcomes, stands = _applied(connection, scope, [*readable, _own(publication_id)], now)
    if stands["status"] != Status.SCHEDULED or not is_due(stands["publish_at"], now):
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT publication")
        connection.exec_driver_sql("RELEASE SAVEPOINT publication")
        return False
    reasons = _reasons(connection, readable, outcomes)
    if changes is None:
        reasons = [Notice("publication.unreadable")]
    if not principal.writes_reference:
        reasons = [Notice("publication.no_right")]
    if reasons:
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT publication")
    connection.exec_driver_sql("RELEASE SAVEPOINT publication")
    status = Status.REFUSED if reasons else Status.PUBLISHED
    told = orjson.dumps([one.to_wire() for one in reasons]).decode() if reasons else None
    values = {"status": status.value, "reasons": told, "decided_at": now}
    connection.execute(sa.update(table).where(table.c.id == publication_id).values(**values, updated_at=now))
    if not reasons:  # the audit trail tells what it changed; nobody takes it into drafts again
        connection.execute(sa.update(parts).where(mine).values(deleted=1, updated_at=now))
    entry = audit.Entry("patch", "publication", publication_id, audit.diff(dict(row), values))
    trail = [entry] if reasons else [*applier.trail, entry]
    audit.record(connection, audit.Actor(row["user_id"]), trail, now)
    sequencer.lock(connection)
    sequencer.take(connection, now)
    return True


def _applied(
    connection: sa.Connection, scope: policy.Scope, changes: Sequence[Change], now: int
) -> tuple[Applier, Mapping[int, Outcome], Mapping[str, Any]]:
    """What the changes come to (all but the last, which only locks the publication), written; and the
    publication as it stands under the lock.
    """
    own = changes[-1]
    ledger = Ledger(connection, scope, changes)
    applier = Applier(connection, ledger, now, careful=False)
    stands = ledger.rows[own.row]
    outcomes = applier.apply(changes[:-1]) if changes[:-1] else {}
    try:
        applier.finish()
    except Undone:  # the database objects: once more, to hear to what
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT publication")
        applier = Applier(connection, Ledger(connection, scope, changes), now, careful=True)
        outcomes = applier.apply(changes[:-1])
    return applier, outcomes, stands


def _own(publication_id: bytes) -> Change:
    entity = declaration("publication")
    return Change(0, b"", b"", (), "publication", entity, publication_id, "patch", 0, {}, {}, {}, b"")


def _principal(connection: sa.Connection, user_id: bytes) -> Principal:
    """Who published, with the rights of now: who lost them publishes nothing."""
    user, role = hq.tables["app_user"], hq.tables["role"]
    query = sa.select(user, role.c.sees_sensitive, role.c.writes_reference, role.c.writes_field).join(
        role, role.c.code == user.c.role_code
    )
    row = connection.execute(query.where(user.c.id == user_id)).mappings().one()
    may = bool(row["active"]) and not row["deleted"] and row["role_code"] == HEADQUARTERS
    return Principal(
        user_id,
        b"",
        row["login"],
        row["name"],
        row["role_code"],
        row["language"],
        bool(row["sees_sensitive"]),
        may and bool(row["writes_reference"]),
        may and bool(row["writes_field"]),
    )


def _reasons(
    connection: sa.Connection, changes: Sequence[Change], outcomes: Mapping[int, Outcome]
) -> list[Notice]:
    """Why nothing of it can be published: what was refused, and what somebody else changed meanwhile."""
    found: list[Notice] = []
    for change in changes:
        outcome = outcomes[change.mid]
        if outcome.status == "rejected" and outcome.notice is not None:
            found.append(_refused(connection, change, outcome.notice))
        elif outcome.status == "conflict":
            found += _conflicts(connection, change, outcome)
        if len(found) >= _MOST_REASONS:
            break
    if not found and any(not outcome.good for outcome in outcomes.values()):
        found.append(Notice("publication.no_right"))
    return found[:_MOST_REASONS]


def _refused(connection: sa.Connection, change: Change, reason: Notice) -> Notice:
    """Of many rows, which one."""
    if reason.code != "sync.key_taken":
        return reason
    return Notice("publication.key_taken", {"what": _label(connection, change)})


def _conflicts(connection: sa.Connection, change: Change, outcome: Outcome) -> list[Notice]:
    what = _label(connection, change)
    if outcome.notice is not None and outcome.notice.code == "sync.row_deleted":
        return [Notice("publication.row_gone", {"what": what})]
    told = []
    for one in outcome.conflicts:
        for name in one["fields"]:
            sides = {"base": one["base"].get(name), "theirs": one["theirs"].get(name)}
            shown = {side: _shown(change, name, value) for side, value in sides.items()}
            field = Term(field_name(name))
            told.append(Notice("publication.conflict", {"what": what, "field": field, **shown}))
    return told


def _shown(change: Change, name: str, value: Any) -> Param:
    assert change.entity is not None
    match change.entity.fields[name].type:
        case _ if value is None:
            return "–"
        case Type.PRICE:
            return Price(value, "")
        case Type.RATE:
            return Rate(value)
        case Type.DAY:
            return Day(value)
    return str(value)


def _label(connection: sa.Connection, change: Change) -> str:
    """What the row is called, here or, where it is not here, in the change."""
    table = hq.tables[change.entity_name]
    row = connection.execute(sa.select(table).where(table.c.id == change.row_id)).mappings().one_or_none()
    known = change.set if row is None else row
    if change.entity_name == "price_item":
        listed = _named(connection, "price_list", known.get("price_list_id"))
        return f"{listed} · {_named(connection, 'product', known.get('product_id'))}"
    told = next((known[name] for name in ("code", "sku", "name") if known.get(name)), None)
    return str(told or entity_name(change.entity_name))


def _named(connection: sa.Connection, entity: str, of: Any) -> str:
    """Code of what a price is of; ``of`` is an id, as the wire or as the database has it."""
    table = hq.tables[entity]
    name = table.c.code if "code" in table.c else table.c.sku
    try:
        row_id = bytes.fromhex(of) if isinstance(of, str) else of
    except ValueError:
        return ""
    return str(connection.execute(sa.select(name).where(table.c.id == row_id)).scalar() or "")
