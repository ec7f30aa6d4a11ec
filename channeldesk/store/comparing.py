"""Comparing the laptop's copy with headquarters as a whole, or unit by unit.

Needed when versions no longer compare (headquarters was restored), when the laptop was away for longer than
deletions are remembered, and when a digest found a difference. Every row is marked as stale; what arrives
replaces its row whatever the version and takes the mark away; what is still marked at the end is not at
headquarters any more and goes. Marks and state survive a crash. Only ``sync`` imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from channeldesk.model.declare import Entity, Unit, replicated
from channeldesk.model.entities import ENTITIES
from channeldesk.store import units
from channeldesk.store.images import owner_of, read_state, write_state

if TYPE_CHECKING:
    from channeldesk.store.database import Database

_STATE = "comparing"
RUNNING = "running"
_MARKING = "marking "


class Superseded(Exception):
    """Another round began a comparison of its own: this one must not mark what that one confirmed."""


def running(connection: sa.Connection) -> bool:
    """Whether rows that are still marked when an answer is complete are to go."""
    return read_state(connection, _STATE) == RUNNING


def under_way(connection: sa.Connection) -> bool:
    return read_state(connection, _STATE) is not None


def start(connection: sa.Connection, mark: str) -> None:
    """From now on marks count. ``mark`` names the marking, which must be the newest."""
    _check(connection, mark)
    write_state(connection, {_STATE: RUNNING})


def drop_marks(connection: sa.Connection) -> None:
    """Forgets marks of a comparison that never began."""
    if not running(connection) and under_way(connection):
        _doubt_edited(connection)
        connection.exec_driver_sql("DELETE FROM stale_row")
        write_state(connection, {_STATE: None})


def _doubt_edited(connection: sa.Connection) -> None:
    """An edited row may have been marked by an earlier comparison that missed it: its unit is asked for."""
    edited = (
        "SELECT entity, row_id FROM stale_row WHERE EXISTS (SELECT 1 FROM outbox WHERE outbox.entity = "
        "stale_row.entity AND outbox.row_id = stale_row.row_id)"
    )
    for name, row_id in connection.exec_driver_sql(edited).all():
        unit = ENTITIES[name].unit
        owner = bytes(16) if unit is Unit.GLOBAL else owner_of(connection, name, bytes(row_id))
        if owner is not None and units.listed(connection, unit, owner):
            units.note(connection, {unit.value: [owner.hex()]}, units.DAMAGED)


def _check(connection: sa.Connection, mark: str) -> None:
    if read_state(connection, _STATE) != _MARKING + mark:
        raise Superseded


def mark_all(
    database: Database, mark: str, check: Callable[[sa.Connection], None] | None = None
) -> Iterator[str]:
    """Marks every row that headquarters gave, in short transactions; :func:`start` makes it count.

    Raises Superseded when another marking began meanwhile. ``check`` is called before anything is marked,
    and raises when a newer answer counts: its own comparison may be running.
    """
    with database.apply() as connection:
        if check is not None:
            check(connection)
        write_state(connection, {_STATE: _MARKING + mark})
    for entity in replicated():
        name, last, done = entity.__entity__, b"", False
        while not done:
            with database.apply() as connection:
                _check(connection, mark)
                ids = [
                    bytes(row_id)
                    for (row_id,) in connection.exec_driver_sql(
                        f'SELECT id FROM "{name}" WHERE id > ? AND rv > 0 ORDER BY id LIMIT {units.CHUNK}',
                        (last,),
                    )
                ]
                _mark(connection, name, ids)
                done = len(ids) < units.CHUNK
                last = ids[-1] if ids else last
            if ids:
                yield name
    with database.apply() as connection:
        _check(connection, mark)
        connection.exec_driver_sql("INSERT OR IGNORE INTO stale_row SELECT entity, row_id FROM shadow")


def mark_units(connection: sa.Connection, kind: Unit, ids: Sequence[tuple[bytes]]) -> None:
    """Marks the rows of a few units."""
    units.choose(connection, ids)
    for entity in replicated():
        if entity.unit is not kind:
            continue
        name = entity.__entity__
        chosen = "1" if entity.owner is None else f"{_owner(entity)} IN (SELECT id FROM temp.chosen_unit)"
        connection.exec_driver_sql(
            f"INSERT OR IGNORE INTO stale_row SELECT '{name}', id FROM \"{name}\" WHERE rv > 0 AND {chosen}"
        )
        units.mark_edited(connection, entity)
    write_state(connection, {_STATE: RUNNING})


def _mark(connection: sa.Connection, name: str, ids: Sequence[bytes]) -> None:
    if ids:
        rows = [(name, row_id) for row_id in ids]
        connection.exec_driver_sql("INSERT OR IGNORE INTO stale_row VALUES (?, ?)", rows)


def sweep(database: Database, check: Callable[[sa.Connection], None]) -> Iterator[str]:
    """Deletes what headquarters no longer has. Rows with unanswered edits stay, and stay marked.

    ``check`` is called in each transaction, and raises when a newer answer counts.
    """
    for entity in reversed(replicated()):
        name = entity.__entity__
        pending = f"SELECT row_id FROM outbox WHERE entity = '{name}'"
        chosen = (
            f"SELECT row_id FROM stale_row WHERE entity = '{name}' AND row_id NOT IN ({pending}) "
            f"LIMIT {units.CHUNK}"
        )
        if entity.unit in (Unit.PARTNER, Unit.TERRITORY):
            # An answer may have confirmed a row of a unit that is not among those that came.
            held = f"SELECT id FROM held_unit WHERE kind = '{entity.unit.value}'"
            with database.apply() as connection:
                check(connection)
                connection.exec_driver_sql(
                    f"INSERT OR IGNORE INTO stale_row SELECT '{name}', id FROM (SELECT id, {_owner(entity)} "
                    f'AS owner FROM "{name}" WHERE rv > 0) WHERE owner IS NOT NULL AND owner NOT IN ({held})'
                )
            if entity.owner != "id":
                # What headquarters refused stays to be mended, but not where its unit went.
                made_here = f"SELECT id FROM {entity.unit.value} WHERE rv = 0"
                with database.apply() as connection:
                    check(connection)
                    refused = connection.exec_driver_sql(
                        f'DELETE FROM "{name}" WHERE rv = 0 AND "{entity.owner}" NOT IN ({held}) '
                        f'AND "{entity.owner}" NOT IN ({made_here}) AND id NOT IN ({pending})'
                    ).rowcount
                if refused:
                    yield name
        gone = units.CHUNK
        while gone == units.CHUNK:
            with database.apply() as connection:
                check(connection)
                ids = [(bytes(row_id),) for (row_id,) in connection.exec_driver_sql(chosen)]
                gone = len(ids)
                if ids:
                    connection.exec_driver_sql(f'DELETE FROM "{name}" WHERE id = ?', ids)
                    forget = f"DELETE FROM stale_row WHERE entity = '{name}' AND row_id = ?"
                    connection.exec_driver_sql(forget, ids)
                    shadows = f"DELETE FROM shadow WHERE entity = '{name}' AND row_id = ?"
                    connection.exec_driver_sql(shadows, ids)
            if gone:
                yield name
    with database.apply() as connection:
        check(connection)
        for entity in reversed(replicated()):
            _forget_settled(connection, entity.__entity__)
        write_state(connection, {_STATE: None})


def _forget_settled(connection: sa.Connection, name: str) -> None:
    """Rows whose edit was taken back while others were being deleted."""
    waiting = f"SELECT row_id FROM outbox WHERE entity = '{name}'"
    rows = f"SELECT row_id FROM stale_row WHERE entity = '{name}' AND row_id NOT IN ({waiting})"
    connection.exec_driver_sql(f'DELETE FROM "{name}" WHERE id IN ({rows})')
    for beside in ("shadow", "stale_row"):
        connection.exec_driver_sql(f"DELETE FROM {beside} WHERE entity = '{name}' AND row_id IN ({rows})")


def _owner(entity: type[Entity]) -> str:
    """The unit of a row as headquarters has it: an edit may just have given it to another."""
    name, owner = entity.__entity__, entity.owner
    if owner == "id":
        return "id"
    image = (
        f"SELECT unhex(json_extract(image, '$.{owner}')) FROM shadow "
        f"WHERE entity = '{name}' AND row_id = \"{name}\".id"
    )
    edited = f"SELECT row_id FROM outbox WHERE entity = '{name}'"
    return f'CASE WHEN id IN ({edited}) THEN ({image}) ELSE "{owner}" END'
