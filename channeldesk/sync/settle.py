"""What headquarters answered to a push, written into the laptop in one short transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.model.changes import Topic
from channeldesk.model.declare import Unit
from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import inbox, outbox
from channeldesk.model.notice import Notice
from channeldesk.store import images, journal, trail, units
from channeldesk.store.outbox import Mutation
from channeldesk.sync.inbox_trail import stored
from channeldesk.sync.settle_bulk import settle_plain
from channeldesk.sync.transport import Offline
from channeldesk.wire.values import to_json

if TYPE_CHECKING:
    from channeldesk.sync.engine import RoundResult

DONE = {"applied", "merged", "duplicate", "conflict"}


def settle(
    connection: sa.Connection,
    mutations: Sequence[Mutation],
    answer: Mapping[str, Any],
    result: RoundResult,
    *,
    now_ms: Callable[[], int],
    their_time: int,
    new_id: Callable[[], bytes],
) -> None:
    """Takes answered mutations out of the outbox; conflicts and rejections go to the inbox.

    ``their_time``: headquarters' clock, ms UTC; the journal is kept by the later of the two clocks.

    What another round settled meanwhile stays: the worker of a killed program lives on for a moment.

    Raises Offline, writing nothing, when the answer does not cover what was sent.
    """
    try:
        answers, epoch = {item["uuid"]: item for item in answer["results"]}, answer["epoch"]
    except (KeyError, TypeError) as error:
        raise Offline(Notice("sync.stream_garbled")) from error
    if any(m.uuid.hex() not in answers for m in mutations):
        raise Offline(Notice("sync.stream_garbled"))
    if epoch != images.read_state(connection, "server_epoch"):
        raise Offline(Notice("sync.epoch"))  # restored since: what it took is to be sent again
    mutations = _unanswered(connection, mutations)
    trail.answered(connection, [(one, answers[one.uuid.hex()]) for one in mutations], now_ms())
    refused = {m.txn for m in mutations if answers[m.uuid.hex()]["status"] == "rejected"}
    taken = [m for m in mutations if answers[m.uuid.hex()]["status"] in DONE]
    device = images.read_state(connection, "device_id") or ""
    kept = [one for one in taken if _had_effect(answers[one.uuid.hex()])]
    journal.note(connection, kept, bytes.fromhex(device), max(their_time, now_ms()))
    plain = settle_plain(connection, taken, answers)
    for name in {one.entity for one in plain}:
        result.moved(name)
    result.pushed += len(plain)
    done = {one.seq for one in plain}
    rejected: dict[bytes, list[tuple[Mutation, Mapping[str, Any]]]] = {}
    for mutation in (one for one in mutations if one.seq not in done):
        item = answers[mutation.uuid.hex()]
        result.moved(mutation.entity)
        if item["status"] in DONE:
            connection.execute(sa.delete(outbox).where(outbox.c.seq == mutation.seq))
            result.pushed += 1
            if item.get("conflicts") and not _noted(connection, mutation, item):
                _note_conflict(connection, mutation, item, now_ms(), new_id())
                result.conflicts += 1
                result.changes.add(Topic.INBOX)
            _take_row(connection, mutation, item)
        elif mutation.txn in refused:
            rejected.setdefault(mutation.txn, []).append((mutation, item))
        else:
            _wait_again(connection, mutation)
    for txn, group in rejected.items():
        _note_rejection(connection, txn, group, now_ms(), new_id())
        result.rejected += 1
        result.changes.add(Topic.INBOX)
        for mutation, item in group:
            connection.execute(sa.delete(outbox).where(outbox.c.seq == mutation.seq))
            _after_refusal(connection, mutation, item)


def _had_effect(item: Mapping[str, Any]) -> bool:
    """False where two people met over a deletion: then the whole edit stands in the inbox alone."""
    notice = item.get("notice")
    return not notice or notice["code"] not in ("sync.row_deleted", "sync.row_changed")


def _after_refusal(connection: sa.Connection, mutation: Mutation, item: Mapping[str, Any]) -> None:
    """The row as headquarters lets the person see it. What was made here stays, to be mended, unless its unit
    was taken away; the inbox keeps it in any case.
    """
    if (
        item.get("row") is not None
    ):  # not where an insertion asked for: the row it means to make again is there
        _take_row(connection, mutation, item)
    elif mutation.op == "insert":
        declaration = ENTITIES[mutation.entity]
        _doubt_unit(connection, mutation)
        owner = mutation.changes.get(declaration.owner) if declaration.owner not in (None, "id") else None
        if units.holds(connection, declaration, bytes.fromhex(owner) if owner else None):
            images.disown(connection, mutation.entity, mutation.row_id)
        else:
            images.forget(connection, mutation.entity, mutation.row_id)
    elif not images.made_here(connection, mutation.entity, mutation.row_id):
        _doubt_unit(connection, mutation)
        images.forget(connection, mutation.entity, mutation.row_id)


def _doubt_unit(connection: sa.Connection, mutation: Mutation) -> None:
    """The row is about to go, as headquarters hides it or has it no more. Its unit may be back before this
    laptop hears that it went, and nothing would tell an unchanged row again: the unit is asked for.
    """
    unit = ENTITIES[mutation.entity].unit
    owner_id = images.owner_of(connection, mutation.entity, mutation.row_id)
    known = images.image_of(connection, mutation.entity, mutation.row_id)
    if unit is Unit.GLOBAL and known is not None and known[1] is not None:
        owner_id = bytes(16)
    if owner_id is not None and units.listed(connection, unit, owner_id):
        units.note(connection, {unit.value: [owner_id.hex()]}, units.DAMAGED)


def _unanswered(connection: sa.Connection, mutations: Sequence[Mutation]) -> list[Mutation]:
    seqs = [m.seq for m in mutations]
    query = sa.select(outbox.c.seq, outbox.c.uuid).where(outbox.c.seq.between(min(seqs), max(seqs)))
    waiting = {(seq, bytes(uuid)) for seq, uuid in connection.execute(query)}
    return [m for m in mutations if (m.seq, m.uuid) in waiting]


def _take_row(connection: sa.Connection, mutation: Mutation, item: Mapping[str, Any]) -> None:
    """The row as the answer has it. An answer given again may be older than the loss of the row's unit."""
    row = item.get("row")
    if row is not None and not _here(connection, mutation, row):
        images.forget(connection, mutation.entity, mutation.row_id)
        return
    if item.get("deleted"):
        if mutation.op != "delete" or item.get("conflicts") or item.get("repeated"):
            _doubt_unit(connection, mutation)
        images.set_gone(connection, mutation.entity, mutation.row_id, item["rv"])
    elif row is not None:
        known = images.image_of(connection, mutation.entity, mutation.row_id)
        before = known[1] if known is not None else None
        # A field that the role did not see just now: a deleted row would come back without it.
        whole = {**(before or {}), **row}
        images.set_image(connection, mutation.entity, mutation.row_id, item["rv"], whole)
    images.rebase(connection, mutation.entity, mutation.row_id)


def _here(connection: sa.Connection, mutation: Mutation, row: Mapping[str, Any]) -> bool:
    """Whether the unit of the row is held. One that was made here becomes a unit as its row is taken: it is
    told to headquarters from now on, which completes it or takes it away.
    """
    declaration = ENTITIES[mutation.entity]
    kind, owner = declaration.unit, row.get(declaration.owner or "")
    if declaration.owner == "id":
        owner = mutation.row_id.hex()
        if mutation.op == "insert" and not units.listed(connection, kind, mutation.row_id):
            units.note(connection, {kind.value: [owner]}, units.DAMAGED)
    return units.holds(connection, declaration, None if owner is None else bytes.fromhex(owner))


def _wait_again(connection: sa.Connection, mutation: Mutation) -> None:
    """Blocked by another transaction: it waits unsent. It keeps its uuid, by which headquarters recognises it
    should a copy of this profile have it taken first.
    """
    values = {"mid": None, "deps": "[]"}
    connection.execute(sa.update(outbox).where(outbox.c.seq == mutation.seq).values(values))


def _note_conflict(
    connection: sa.Connection, mutation: Mutation, item: Mapping[str, Any], now: int, item_id: bytes
) -> None:
    notice = item.get("notice") or Notice("sync.conflict", {"entity": mutation.entity}).to_wire()
    kept = mutation.to_wire()
    row = stored(connection, mutation.entity, mutation.row_id) if item.get("deleted") else None
    if row is not None:  # about to go from here as well: the person may want it made again
        kept["row"] = row["fields"]
    _note(connection, "conflict", mutation, notice, item["conflicts"], [kept], now, item_id)


def _noted(connection: sa.Connection, mutation: Mutation, item: Mapping[str, Any]) -> bool:
    """Whether the inbox has, or had, this conflict of this mutation: the answer is given again, or a restored
    headquarters comes to the same one. It may as well come to another.
    """
    mine = sa.and_(inbox.c.entity == mutation.entity, inbox.c.row_id == mutation.row_id)
    query = sa.select(inbox.c.mutations, inbox.c.fields).where(mine, inbox.c.kind == "conflict")
    return any(
        mutation.uuid.hex() in one.mutations and _alike(json.loads(one.fields), item)
        for one in connection.execute(query)
    )


def _alike(noted: Sequence[Mapping[str, Any]], item: Mapping[str, Any]) -> bool:
    """Whether an answer tells these conflicts. Told again, what was out of sight at either time is null."""
    told = item["conflicts"]
    if not item.get("repeated") or len(noted) != len(told):
        return bool(noted == told)
    return all(
        {**before, "theirs": None} == {**now, "theirs": None}
        and all(
            None in (value, before["theirs"].get(name)) or value == before["theirs"][name]
            for name, value in now["theirs"].items()
        )
        for before, now in zip(noted, told, strict=True)
    )


def _rank(entity: str) -> int:
    return ENTITIES[entity].rank if entity in ENTITIES else 0


def _note_rejection(
    connection: sa.Connection,
    txn: bytes,
    group: Sequence[tuple[Mutation, Mapping[str, Any]]],
    now: int,
    item_id: bytes,
) -> None:
    reasons = [item["notice"] for _, item in group if item["status"] == "rejected" and item.get("notice")]
    notice = reasons[0] if reasons else Notice("sync.rejected").to_wire()
    # what it is all about: an order that was put right stands behind its new lines
    lead = min((one for one, _ in group), key=lambda one: _rank(one.entity))
    _note(connection, "rejection", lead, notice, [], [m.to_wire() for m, _ in group], now, item_id)


def set_aside(
    connection: sa.Connection, mutations: Sequence[Mutation], notice: Notice, now: int, item_id: bytes
) -> None:
    """Moves a transaction that headquarters takes in no form into the inbox, so that it blocks nothing."""
    _note(
        connection,
        "rejection",
        mutations[0],
        notice.to_wire(),
        [],
        [m.to_wire() for m in mutations],
        now,
        item_id,
    )
    seqs = [m.seq for m in mutations]
    connection.execute(sa.delete(outbox).where(outbox.c.seq.in_(seqs)))


def _note(
    connection: sa.Connection,
    kind: str,
    mutation: Mutation,
    notice: Mapping[str, Any],
    fields: Sequence[Any],
    mutations: Sequence[Mapping[str, Any]],
    now: int,
    item_id: bytes,
) -> None:
    values = {
        "id": item_id,
        "kind": kind,
        "state": "open",
        "entity": mutation.entity,
        "row_id": mutation.row_id,
        "txn": mutation.txn,
        "notice": to_json(notice),
        "fields": to_json(list(fields)),
        "mutations": to_json(list(mutations)),
        "recorded_at": now,
    }
    connection.execute(sa.insert(inbox).values(values))
