"""Choosing which territories this laptop keeps."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.local import state
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries import kept

_MOVED: Changes = frozenset({Topic.ORGANISATION, Topic.SYNC})


def keep(tx: Tx, territories: Collection[bytes] | None) -> Done[None]:
    """Keep these territories with all below them, or everything. The next round fetches what is new and takes
    off what is not kept any more; changes that are not sent yet are sent first.
    """
    before = kept.read(tx.connection)
    if territories is not None and len(territories) > kept.MOST:
        raise Problem.of("keep.too_many", most=kept.MOST)
    after = None if territories is None else sorted(one.hex() for one in territories)
    if before == after:
        return Done(None)
    _write(tx, after)

    def back(tx: Tx) -> Done[None]:
        _write(tx, before)
        return Done(None, _MOVED)

    notice = Notice("keep.everything") if after is None else Notice("keep.chosen", {"count": len(after)})
    return Done(None, _MOVED, notice, Undo(Notice("undo.keep"), back))


def _write(tx: Tx, ids: list[str] | None) -> None:
    tx.connection.execute(sa.delete(state).where(state.c.key == kept.KEY))
    if ids is not None:
        tx.connection.execute(sa.insert(state).values(key=kept.KEY, value=",".join(ids)))
