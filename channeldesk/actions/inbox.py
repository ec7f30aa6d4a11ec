"""Deciding what headquarters could not: conflicts and rejections. Every decision can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.entities import ENTITIES, entity
from channeldesk.model.local import inbox as items
from channeldesk.model.notice import Notice, Problem
from channeldesk.sync import inbox

_SIDES = ("base", "mine", "theirs")
_Choices = Mapping[str, str | Mapping[str, Any]]


def decide(tx: Tx, item_id: bytes, choices: _Choices) -> Done[None]:
    """Settle a conflict. ``choices`` maps each field to a side (``base``, ``mine``, ``theirs``) or, edited by
    hand, to ``{"value": ...}`` in wire form. Fields of a group go together: choosing for one chooses for all.

    Of a deletion, mine is to delete again and theirs to keep the row; of a row that headquarters deleted,
    theirs lets it go and anything else makes it again. Raises Problem while a field is undecided.
    """
    row = _item(tx, item_id)
    _settle(tx, row, choices)
    return _told(tx, [row], Notice("inbox.decided"), Notice("undo.inbox_decided"))


def keep_mine(tx: Tx, item_ids: Sequence[bytes]) -> Done[int]:
    """Settle conflicts with everything as this person had it. Returns how many were settled."""
    return _several(tx, item_ids, _all("mine"), "inbox.decided", "inbox.decided_many")


def take_theirs(tx: Tx, item_ids: Sequence[bytes]) -> Done[int]:
    """Settle conflicts with everything as headquarters has it."""
    return _several(tx, item_ids, _all("theirs"), "inbox.decided", "inbox.decided_many")


def recreate(tx: Tx, item_id: bytes) -> Done[int]:
    """Make a row that headquarters deleted again, with this person's edit in it."""
    return _several(tx, [item_id], _all("mine"), "inbox.recreated", "inbox.decided_many")


def resend(tx: Tx, *item_ids: bytes) -> Done[int]:
    """Ask headquarters again, with the rows as they are now."""
    return _several(tx, item_ids, _resend, "inbox.resent", "inbox.resent_many")


def discard(tx: Tx, *item_ids: bytes, waiting_too: bool = False) -> Done[int]:
    """Give up what was rejected, or what a conflict had of this person's. What it made here goes; with
    ``waiting_too`` so do the changes that wait for it. Rows set aside are only acknowledged.
    """

    def give_up(tx: Tx, row: sa.Row[Any]) -> None:
        if row.kind == "conflict":
            _all("theirs")(tx, row)
        else:
            inbox.discard(tx.connection, row.id, tx.now_ms(), waiting_too=waiting_too)

    seen = all(_item(tx, one).kind == "set_aside" for one in item_ids)
    codes = ("inbox.seen", "inbox.seen_many") if seen else ("inbox.discarded", "inbox.discarded_many")
    return _several(tx, item_ids, give_up, *codes)


def fetch_again(tx: Tx, item_id: bytes) -> Done[None]:
    """Have headquarters send again what could not be stored. The item goes by itself once it can be."""
    row = _item(tx, item_id)
    inbox.fetch_again(tx.connection, row.id)
    return Done(None, frozenset({Topic.SYNC}), Notice("inbox.fetching"))


def take_back(tx: Tx, *item_ids: bytes) -> Done[int]:
    """The items need the person again, as if they had not been decided, the last one decided first.

    Raises Problem when headquarters has judged one again, or it was edited since.
    """
    rows = [_item(tx, one) for one in item_ids]
    for row in reversed(rows):
        inbox.separate(tx.connection)
        inbox.take_back(tx.connection, row.id)
    return Done(len(rows), _moved(rows), Notice("undo.inbox_decided"))


def reopen(tx: Tx, item_id: bytes) -> Done[None]:
    """Look at a decided conflict again. What was decided stays until something else is chosen."""
    row = _item(tx, item_id)
    if row.kind != "conflict" or row.state == "open":
        raise Problem.of("inbox.not_reopened")
    inbox.reopen(tx.connection, item_id)
    return Done(None, _moved([row]), Notice("inbox.reopened"))


def _several(
    tx: Tx,
    item_ids: Sequence[bytes],
    settle: Callable[[Tx, sa.Row[Any]], None],
    one: str,
    many: str,
) -> Done[int]:
    """Each by itself, so that one which headquarters refuses stops no other; taken back together."""
    rows = [_item(tx, item_id) for item_id in item_ids]
    for row in rows:
        inbox.separate(tx.connection)
        settle(tx, row)
    notice = Notice(one) if len(rows) == 1 else Notice(many, {"count": len(rows)})
    return _told(tx, rows, notice, Notice("undo.inbox_decided"))


def _told(tx: Tx, rows: Sequence[sa.Row[Any]], notice: Notice, label: Notice) -> Done[Any]:
    ids = [bytes(row.id) for row in rows]

    def back(tx: Tx) -> Done[int]:
        return take_back(tx, *ids)

    return Done(len(rows), _moved(rows), notice, Undo(label, back))


def _all(side: str) -> Callable[[Tx, sa.Row[Any]], None]:
    def settle(tx: Tx, row: sa.Row[Any]) -> None:
        if row.kind != "conflict":
            raise Problem.of("inbox.no_conflict")
        names = [name for one in json.loads(row.fields) for name in one["fields"]]
        _settle(tx, row, dict.fromkeys(names, side))

    return settle


def _settle(tx: Tx, row: sa.Row[Any], choices: _Choices) -> None:
    conflicts, sides = json.loads(row.fields), set(map(str, choices.values()))
    how = next(iter(sides)) if len(sides) == 1 and sides < set(_SIDES) else "fields"
    deletion = any(one["op"] == "delete" for one in json.loads(row.mutations))
    gone = json.loads(row.notice)["code"] == "sync.row_deleted"
    chosen = _values(conflicts, choices)
    if deletion and how == "mine":
        inbox.delete_again(tx.connection, row.id, tx.now_ms())
        return
    if deletion and how != "theirs":
        raise Problem.of("inbox.whole_only")
    if deletion or (gone and how == "theirs"):
        chosen = {}
    inbox.decide(tx.connection, row.id, chosen, tx.now_ms(), how)


def _resend(tx: Tx, row: sa.Row[Any]) -> None:
    if row.kind != "rejection":
        raise Problem.of("inbox.no_rejection")
    inbox.resend(tx.connection, row.id, tx.now_ms())


def _item(tx: Tx, item_id: bytes) -> sa.Row[Any]:
    row = tx.connection.execute(sa.select(items).where(items.c.id == item_id)).first()
    if row is None:
        raise Problem.of("action.gone", remedy="remedy.refresh")
    return row


def _values(conflicts: list[dict[str, Any]], choices: _Choices) -> dict[str, Any]:
    """Field to value, with the group of each chosen field."""
    chosen: dict[str, Any] = {}
    for conflict in conflicts:
        names = conflict["fields"]
        sides = [choices[name] for name in names if name in choices]
        if not sides:
            raise Problem.of("inbox.undecided", field=names[0])
        plain = next((side for side in sides if isinstance(side, str)), "mine")
        if plain not in _SIDES:
            raise Problem.of("inbox.no_such_side", side=plain)
        for name in names:
            choice = choices.get(name, plain)
            chosen[name] = conflict[plain].get(name) if isinstance(choice, str) else choice["value"]
    return chosen


def _moved(rows: Sequence[sa.Row[Any]]) -> Changes:
    """Also what other rows of the same transaction belong to."""
    names = {row.entity for row in rows}
    for row in rows:
        names |= {one["entity"] for one in json.loads(row.mutations) if isinstance(one, dict)}
    topics = {entity(name).topic for name in names if name in ENTITIES}
    return frozenset({Topic.INBOX, Topic.SYNC, Topic.ORDERS, Topic.STOCK, *topics})
