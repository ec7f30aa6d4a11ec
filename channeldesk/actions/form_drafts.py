"""Keeping what is typed into a form while it is typed, so that a crash or a slip of Esc costs nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Done
from channeldesk.model.local import state
from channeldesk.queries.form_drafts import PREFIX

_MOST = 50
"""Forms kept; the oldest go."""


def keep(tx: Tx, form: str, typed: Mapping[str, Any]) -> Done[None]:
    """``typed`` by field; nothing typed is nothing to keep."""
    key = PREFIX + form
    tx.connection.execute(sa.delete(state).where(state.c.key == key))
    if typed:
        value = json.dumps({"at": tx.now_ms(), "typed": dict(typed)}, ensure_ascii=False)
        tx.connection.execute(sa.insert(state).values(key=key, value=value))
        _tidy(tx)
    return Done(None)


def drop(tx: Tx, form: str) -> Done[None]:
    """The form was saved."""
    return keep(tx, form, {})


def _tidy(tx: Tx) -> None:
    found = tx.connection.execute(sa.select(state).where(state.c.key.startswith(PREFIX, autoescape=True)))
    rows = sorted(found, key=lambda row: int(json.loads(row.value)["at"]), reverse=True)
    for row in rows[_MOST:]:
        tx.connection.execute(sa.delete(state).where(state.c.key == row.key))
