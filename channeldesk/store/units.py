"""Which units of replication this laptop has: told to headquarters, filled, dropped, repaired.

Only ``sync`` imports this module. Dropping and marking work in short transactions, so that a territory of a
million rows never holds the writer for long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from channeldesk.model.declare import Entity, Unit, replicated
from channeldesk.model.local import held_unit

if TYPE_CHECKING:
    from channeldesk.store.database import Database

KINDS = (Unit.GLOBAL, Unit.PRIVATE, Unit.TERRITORY, Unit.PARTNER)
CHUNK = 5_000
"""Rows deleted or marked in one transaction."""

COMPLETE, PARTIAL, DAMAGED = "complete", "partial", "damaged"
"""Partial: the backfill under way brings it. Damaged: it differs from headquarters', is half gone, or has
rows that no backfill brought; whatever backfill is under way, it is to be filled by one of its own.
"""

Lists = Mapping[str, Sequence[str]]
"""Ids of units in hexadecimal by kind, as on the wire."""


def told(connection: sa.Connection) -> dict[str, dict[str, list[str]]]:
    """What a pull says of this copy. A damaged unit counts as partial, so headquarters fills it anew."""
    lists: dict[str, dict[str, list[str]]] = {COMPLETE: {}, PARTIAL: {}}
    for kind, unit_id, state in connection.execute(sa.select(held_unit)):
        said = COMPLETE if state == COMPLETE else PARTIAL
        lists[said].setdefault(kind, []).append(bytes(unit_id).hex())
    return lists


def unfinished(connection: sa.Connection) -> bool:
    """Whether some unit is being filled, or needs repair."""
    query = "SELECT EXISTS (SELECT 1 FROM held_unit WHERE state <> ?)"
    return bool(connection.exec_driver_sql(query, (COMPLETE,)).scalar())


def damaged(connection: sa.Connection) -> dict[str, list[bytes]]:
    """Ids by kind of units that differ from headquarters' and shall be filled anew."""
    found: dict[str, list[bytes]] = {}
    query = sa.select(held_unit.c.kind, held_unit.c.id).where(held_unit.c.state == DAMAGED)
    for kind, unit_id in connection.execute(query):
        found.setdefault(kind, []).append(bytes(unit_id))
    return found


def note(connection: sa.Connection, lists: Lists, state: str) -> None:
    for kind, ids in lists.items():
        for unit_id in ids:
            _set(connection, kind, bytes.fromhex(unit_id), state)


def _set(connection: sa.Connection, kind: str, unit_id: bytes, state: str) -> None:
    connection.exec_driver_sql("INSERT OR REPLACE INTO held_unit VALUES (?, ?, ?)", (kind, unit_id, state))


def forget_all(connection: sa.Connection) -> None:
    """Before a copy is compared with headquarters as a whole."""
    connection.execute(sa.delete(held_unit))


def filled(connection: sa.Connection) -> None:
    """What was being filled is complete."""
    connection.execute(sa.update(held_unit).where(held_unit.c.state == PARTIAL).values(state=COMPLETE))


def listed(connection: sa.Connection, kind: Unit, unit_id: bytes) -> bool:
    query = "SELECT EXISTS (SELECT 1 FROM held_unit WHERE kind = ? AND id = ?)"
    return bool(connection.exec_driver_sql(query, (kind.value, unit_id)).scalar())


def holds(connection: sa.Connection, entity: type[Entity], owner: bytes | None) -> bool:
    """Whether the unit that a row belongs to is here; rows of everybody are."""
    if entity.unit in (Unit.GLOBAL, Unit.PRIVATE) or owner is None:
        return True
    if listed(connection, entity.unit, owner):
        return True
    # A partner that was made here, and that headquarters has not taken yet, is no unit so far.
    made_here = f"SELECT 1 FROM {entity.unit.value} WHERE id = ? AND rv = 0"
    return connection.exec_driver_sql(made_here, (owner,)).first() is not None


def drop(database: Database, lists: Lists, check: Callable[[sa.Connection], None]) -> Iterator[str]:
    """Takes units off the laptop; rows with edits that headquarters has not answered stay until it has.

    ``check`` is called in each transaction, and raises when a newer answer counts.

    Yields the entity after each short transaction. The units count as damaged until :func:`dropped`: if the
    pull breaks off before, they are dropped again, or filled again should they be back by then.
    """
    if any(lists.values()):
        with database.apply() as connection:
            check(connection)
            note(connection, lists, DAMAGED)
    for kind in KINDS:
        ids = [(bytes.fromhex(unit),) for unit in lists.get(kind.value, ())]
        if not ids:
            continue
        for entity in reversed(replicated()):
            if entity.unit is not kind:
                continue
            name = entity.__entity__
            rows = f'SELECT id FROM "{name}" WHERE {_kept_by_nothing(entity)} LIMIT {CHUNK}'
            gone = CHUNK
            while gone == CHUNK:
                with database.apply() as connection:
                    check(connection)
                    choose(connection, ids)
                    gone = connection.exec_driver_sql(f'DELETE FROM "{name}" WHERE id IN ({rows})').rowcount
                if gone:
                    yield name


def dropped(connection: sa.Connection, lists: Lists) -> None:
    """They are gone, with what only an edit kept that was taken back meanwhile.

    In the transaction of the next cursor: the one before speaks of a copy that has them.
    """
    for kind in KINDS:
        ids = [(bytes.fromhex(unit),) for unit in lists.get(kind.value, ())]
        choose(connection, ids)
        for entity in reversed(replicated()) if ids else ():
            if entity.unit is kind:
                connection.exec_driver_sql(
                    f'DELETE FROM "{entity.__entity__}" WHERE {_kept_by_nothing(entity)}'
                )
                mark_edited(connection, entity)
        for (unit_id,) in ids:
            where = sa.and_(held_unit.c.kind == kind.value, held_unit.c.id == unit_id)
            connection.execute(sa.delete(held_unit).where(where))


def mark_edited(connection: sa.Connection, entity: type[Entity]) -> None:
    """Edited rows of the chosen units count as stale until headquarters sends them again: nobody tells what
    becomes of them while their unit is away.
    """
    name, owner = entity.__entity__, f"unhex(json_extract(image, '$.{entity.owner}'))"
    unit = "row_id" if entity.owner == "id" else owner
    chosen = "1" if entity.owner is None else f"{unit} IN (SELECT id FROM temp.chosen_unit)"
    connection.exec_driver_sql(
        "INSERT OR IGNORE INTO stale_row SELECT entity, row_id FROM shadow "
        f"WHERE entity = '{name}' AND image IS NOT NULL AND {chosen}"
    )


def _kept_by_nothing(entity: type[Entity]) -> str:
    """Rows of the chosen units of which no edit waits."""
    waiting = f"SELECT row_id FROM outbox WHERE entity = '{entity.__entity__}'"
    return f'"{entity.owner}" IN (SELECT id FROM temp.chosen_unit) AND id NOT IN ({waiting})'


def choose(connection: sa.Connection, ids: Sequence[tuple[bytes]]) -> None:
    """Puts unit ids where statements can join them."""
    connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS chosen_unit (id BLOB PRIMARY KEY)")
    connection.exec_driver_sql("DELETE FROM temp.chosen_unit")
    if ids:
        connection.exec_driver_sql("INSERT OR IGNORE INTO temp.chosen_unit VALUES (?)", list(ids))


def rows_of(connection: sa.Connection) -> Iterator[tuple[str, str, str, str, int]]:
    """(unit kind, unit id, entity, row id, rv) of every row that headquarters gave, ids in hexadecimal.

    Rows with edits that wait count as headquarters has them: by their image.
    """
    for entity in replicated():
        name, owner = entity.__entity__, entity.owner
        unit, placed, imaged = f"'{bytes(16).hex()}'", "1", f"'{bytes(16).hex()}'"
        if owner is not None:
            unit, placed = f'lower(hex("{owner}"))', f'"{owner}" IS NOT NULL'
            imaged = "lower(hex(row_id))" if owner == "id" else f"json_extract(image, '$.{owner}')"
        edited = f"SELECT row_id FROM shadow WHERE entity = '{name}'"
        query = (
            f'SELECT {unit}, lower(hex(id)), rv FROM "{name}" '
            f"WHERE rv > 0 AND {placed} AND id NOT IN ({edited}) "
            f"UNION ALL SELECT {imaged}, lower(hex(row_id)), rv FROM shadow "
            f"WHERE entity = '{name}' AND image IS NOT NULL AND {imaged} IS NOT NULL"
        )
        for unit_id, row_id, rv in connection.exec_driver_sql(query):
            yield entity.unit.value, unit_id, name, row_id, rv
