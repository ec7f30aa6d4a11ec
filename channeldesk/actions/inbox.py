"""Deciding what headquarters could not: conflicts and rejections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.entities import entity
from channeldesk.model.local import inbox as items
from channeldesk.model.notice import Notice, Problem
from channeldesk.sync import inbox

_SIDES = ("base", "mine", "theirs")


def decide(tx: Tx, item_id: bytes, choices: Mapping[str, str | Mapping[str, Any]]) -> Done[None]:
    """Settle a conflict. ``choices`` maps each field to a side (``base``, ``mine``, ``theirs``) or, edited by
    hand, to ``{"value": ...}`` in wire form. Fields of a group go together: choosing for one chooses for all.

    Raises Problem while a field is undecided.
    """
    row = _item(tx, item_id)
    chosen = _values(json.loads(row.fields), choices)
    before = write.read(tx, row.entity, row.row_id)
    inbox.decide(tx.connection, item_id, chosen, tx.now_ms())

    def back(tx: Tx) -> Done[None]:
        if before is not None:
            own = {name: before[name] for name in _columns(row.entity, chosen) if name in before}
            write.patch(tx, row.entity, row.row_id, own)
        inbox.reopen(tx.connection, item_id)
        return Done(None, _moved(row.entity))

    return Done(None, _moved(row.entity), Notice("inbox.decided"), Undo(Notice("undo.inbox_decided"), back))


def resend(tx: Tx, item_id: bytes) -> Done[None]:
    """Ask headquarters again, with the rows as they are now."""
    row = _item(tx, item_id)
    inbox.resend(tx.connection, item_id, tx.now_ms())
    return Done(None, _moved(row.entity), Notice("inbox.resent"))


def discard(tx: Tx, item_id: bytes) -> Done[None]:
    """Give up what was rejected. It cannot be undone: the rows it made here go."""
    row = _item(tx, item_id)
    inbox.discard(tx.connection, item_id, tx.now_ms())
    return Done(None, _moved(row.entity), Notice("inbox.discarded"))


def reopen(tx: Tx, item_id: bytes) -> Done[None]:
    """Look at a decided conflict again. What was decided stays until something else is chosen."""
    row = _item(tx, item_id)
    if row.kind != "conflict" or row.state == "open":
        raise Problem.of("inbox.not_reopened")
    inbox.reopen(tx.connection, item_id)
    return Done(None, _moved(row.entity), Notice("inbox.reopened"))


def _item(tx: Tx, item_id: bytes) -> sa.Row[Any]:
    row = tx.connection.execute(sa.select(items).where(items.c.id == item_id)).first()
    if row is None:
        raise Problem.of("action.gone", remedy="remedy.refresh")
    return row


def _values(
    conflicts: list[dict[str, Any]], choices: Mapping[str, str | Mapping[str, Any]]
) -> dict[str, Any]:
    """Field to value, with the group of each chosen field."""
    chosen: dict[str, Any] = {}
    for conflict in conflicts:
        names = conflict["fields"]
        sides = [choices[name] for name in names if name in choices]
        if not sides:
            raise Problem.of("inbox.undecided", field=names[0])
        side = sides[0]
        if isinstance(side, str):
            if side not in _SIDES:
                raise Problem.of("inbox.no_such_side", side=side)
            chosen |= {name: conflict[side].get(name) for name in names}
            continue
        for name in names:
            choice = choices.get(name, side)
            chosen[name] = conflict[choice].get(name) if isinstance(choice, str) else choice["value"]
    return chosen


def _columns(name: str, chosen: Mapping[str, Any]) -> set[str]:
    """Storage columns of wire fields: ``custom.key`` is part of its document."""
    return {field.split(".", 1)[0] for field in chosen} & set(entity(name).fields)


def _moved(name: str) -> Changes:
    return frozenset({Topic.INBOX, Topic.SYNC, entity(name).topic, Topic.ORDERS, Topic.STOCK})
