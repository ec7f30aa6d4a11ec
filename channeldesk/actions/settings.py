"""Changing a setting."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic
from channeldesk.model.local import state
from channeldesk.model.notice import Problem
from channeldesk.model.settings import SETTINGS
from channeldesk.queries.settings import PREFIX

_MOVED: Changes = frozenset({Topic.SETTINGS})


def put(tx: Tx, code: str, value: str) -> Done[None]:
    """Choose an option. It is seen at once and changed back as easily, so there is nothing to undo."""
    setting = SETTINGS[code]
    if value not in dict(setting.options):
        raise Problem.of("edit.not_a_choice", field=code, value=value)
    key = PREFIX + code
    tx.connection.execute(sa.delete(state).where(state.c.key == key))
    if value != setting.default:
        tx.connection.execute(sa.insert(state).values(key=key, value=value))
    return Done(None, _MOVED)
