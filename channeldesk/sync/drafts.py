"""Drafts: changes of reference data that wait in the outbox until their person publishes them.

A draft is an ordinary edit: it shows on this laptop, survives whatever the program survives, and pulls replay
it on newer rows. Freezing passes it by, and with it everything that builds on it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.model.local import SENT, outbox
from channeldesk.model.notice import Problem
from channeldesk.rules.waiting import Waiting
from channeldesk.store import outbox as waiting
from channeldesk.store import trail
from channeldesk.store.outbox import Mutation
from channeldesk.sync import inbox, inbox_trail
from channeldesk.sync.inbox_trail import Trail

_OWN = sa.text("outbox.txn = (SELECT txn FROM capture_txn)")


def hold(connection: sa.Connection) -> bytes | None:
    """Makes what this transaction has recorded so far a draft. Returns its id; None for no change at all."""
    held = connection.execute(sa.update(outbox).where(_OWN).values(draft=1)).rowcount
    if not held:
        return None
    return bytes(connection.exec_driver_sql("SELECT txn FROM capture_txn").scalar_one())


def found(connection: sa.Connection) -> list[Mutation]:
    """In the order in which they were recorded."""
    return waiting.load(connection, outbox.c.draft == 1)


@dataclass(frozen=True)
class Published:
    """How many drafts were released. ``before``: by uuid of a change, the transaction it was recorded in and
    whether it was a draft.
    """

    count: int
    before: Mapping[bytes, tuple[bytes, bool]]


def publish(connection: sa.Connection, now_ms: int) -> Published:
    """Releases all drafts as one transaction, so that headquarters takes all of them or none.

    They move behind what was recorded meanwhile, since a transaction is never split, and what waits for them
    moves behind them; what stands between, as one draft waits for it and it for another, goes with them. The
    transaction goes by the name of the first draft, the same in every copy of this profile.
    """
    unsent = waiting.load(connection, outbox.c.mid.is_(None))
    drafts = [one for one in unsent if one.draft]
    if not drafts:
        return Published(0, {})
    trail.decided(connection, drafts, "published", now_ms)
    txns = {one.txn for one in drafts}
    graph = Waiting(unsent)
    behind = graph.on((), txns) - txns
    between = {txn for txn in behind if graph.on((), {txn}) & txns}
    for txn in txns | between:
        connection.execute(sa.update(outbox).where(outbox.c.txn == txn).values(draft=0, txn=drafts[0].txn))
    together = [one for one in unsent if one.txn in txns | between]
    waiting.put_last(connection, [*together, *(one for one in unsent if one.txn in behind - between)])
    return Published(len(txns), {one.uuid: (one.txn, one.draft) for one in together})


def withdraw(connection: sa.Connection, published: Published, now_ms: int) -> None:
    """Makes drafts again of what was published and has not left the laptop, each for itself as before.

    Raises Problem once any of it was given to a round, which may have told headquarters.
    """
    unsent = waiting.load(connection, outbox.c.mid.is_(None) & (outbox.c.sent != SENT))
    if not published.before.keys() <= {one.uuid for one in unsent}:
        raise Problem.of("undo.too_late")
    places = {one.uuid: one.seq for one in unsent}
    back = [
        {"seq_": places[uuid], "txn_": txn, "draft_": int(draft)}
        for uuid, (txn, draft) in published.before.items()
    ]
    again_here = sa.update(outbox).where(outbox.c.seq == sa.bindparam("seq_"))
    connection.execute(again_here.values(txn=sa.bindparam("txn_"), draft=sa.bindparam("draft_")), back)
    again = [one for one in found(connection) if one.uuid in published.before]
    trail.decided(connection, again, "restored", now_ms)


def take_back(
    connection: sa.Connection, txns: Collection[bytes], now_ms: int
) -> tuple[int, Mapping[str, Any]]:
    """Gives drafts up, and the drafts that build on them: rows are again as headquarters has them, with what
    else waits on top. Returns how many went, and what :func:`restore` needs.

    Raises Problem where they were published meanwhile, or where other work of the person builds on them.
    """
    unsent = waiting.load(connection, outbox.c.mid.is_(None))
    going = Waiting(unsent).on((), set(txns))
    mine = [one for one in unsent if one.txn in going]
    if not {one.txn for one in mine if one.draft} >= set(txns):
        raise Problem.of("undo.too_late")
    if not all(one.draft for one in mine):
        raise Problem.of("draft.built_on")
    kept = Trail(connection)
    trail.decided(connection, mine, "discarded", now_ms)
    born = inbox.drop(connection, kept, going)
    inbox.unmake(connection, kept, born)
    return len(going), kept.kept() or {}


def restore(connection: sa.Connection, kept: Mapping[str, Any], now_ms: int) -> None:
    """Puts back what :func:`take_back` gave up, as drafts."""
    inbox_trail.withdraw(connection, kept)
    again = {bytes.fromhex(one["uuid"]) for one in kept["removed"]}
    trail.decided(connection, [one for one in found(connection) if one.uuid in again], "restored", now_ms)
