"""Changing a setting."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic
from channeldesk.model.local import state
from channeldesk.model.notice import Problem
from channeldesk.model.settings import SETTINGS
from channeldesk.queries.settings import FOLDER, PREFIX

_MOVED: Changes = frozenset({Topic.SETTINGS})


def put(tx: Tx, code: str, value: str) -> Done[None]:
    """Choose an option. It is seen at once and changed back as easily, so there is nothing to undo."""
    setting = SETTINGS[code]
    if value not in dict(setting.options):
        raise Problem.of("edit.not_a_choice", field=code, value=value)
    _keep(tx, PREFIX + code, value if value != setting.default else "")
    return Done(None, _MOVED)


def keep_folder(tx: Tx, folder: str) -> Done[None]:
    """Where the next file is asked for."""
    _keep(tx, FOLDER, folder)
    return Done(None)


def _keep(tx: Tx, key: str, value: str) -> None:
    tx.connection.execute(sa.delete(state).where(state.c.key == key))
    if value:
        tx.connection.execute(sa.insert(state).values(key=key, value=value))
