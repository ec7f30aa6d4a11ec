"""Saving the view of a list under a name, and removing it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.local import state
from channeldesk.model.notice import Problem, notice
from channeldesk.queries.saved_views import PREFIX, saved_views

_MOVED: Changes = frozenset({Topic.SETTINGS})
LONGEST_NAME = 60


def save(tx: Tx, of: str, name: str, view: Mapping[str, Any]) -> Done[str]:
    """Keep ``view`` as ``name``; one of that name is replaced. Raises Problem for no name or a long one."""
    name = " ".join(name.split())
    if not name:
        raise Problem.of("view.no_name", remedy="remedy.name_it")
    if len(name) > LONGEST_NAME:
        raise Problem.of("view.long_name", most=LONGEST_NAME, remedy="remedy.name_it")
    before = saved_views(tx.connection, of)
    _write(tx, of, {**before, name: dict(view)})
    label = notice("view.saved", name=name)
    return Done(name, _MOVED, label, Undo(label, partial(_put_back, of=of, views=before)))


def remove(tx: Tx, of: str, name: str) -> Done[None]:
    """Nothing happens to one that is not there."""
    before = saved_views(tx.connection, of)
    if name not in before:
        return Done(None)
    _write(tx, of, {one: view for one, view in before.items() if one != name})
    label = notice("view.removed", name=name)
    return Done(None, _MOVED, label, Undo(label, partial(_put_back, of=of, views=before)))


def _put_back(tx: Tx, of: str, views: Mapping[str, Any]) -> Done[None]:
    _write(tx, of, views)
    return Done(None, _MOVED, notice("view.put_back"))


def _write(tx: Tx, of: str, views: Mapping[str, Any]) -> None:
    key = PREFIX + of
    tx.connection.execute(sa.delete(state).where(state.c.key == key))
    if views:
        value = json.dumps(views, ensure_ascii=False)
        tx.connection.execute(sa.insert(state).values(key=key, value=value))
