"""Headquarters' rows on the laptop: applying them, keeping their image beside edited rows, replaying edits.

Only ``sync`` imports this module. Everything here runs on the connection without capture, inside the short
write transaction that also moves the cursor.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from channeldesk.model.declare import Entity, Type
from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import shadow, stale_row
from channeldesk.model.tables import laptop
from channeldesk.store import outbox
from channeldesk.store.outbox import Mutation
from channeldesk.wire.values import row_from_wire

_IDS = (Type.ID, Type.REF)
_TEXTS = (Type.TEXT, Type.CHOICE, Type.DOCUMENT, Type.DAY, *_IDS)

Reject = Callable[[str, Sequence[Any], str], None]
"""Called with (entity, row, what is wrong) for a row that cannot be stored."""


def read_state(connection: sa.Connection, key: str) -> str | None:
    """One key. In plain SQL: a round asks for ten, and each would else cost as much as the rest of it."""
    value: str | None = connection.exec_driver_sql(_READ_STATE, (key,)).scalar()
    return value


def read_states(connection: sa.Connection) -> dict[str, str]:
    return {row.key: row.value for row in connection.exec_driver_sql("SELECT key, value FROM local_state")}


def write_state(connection: sa.Connection, values: Mapping[str, Any]) -> None:
    """Sets keys of the local state; None removes a key."""
    for key, value in values.items():
        if value is None:
            connection.exec_driver_sql("DELETE FROM local_state WHERE key = ?", (key,))
        else:
            connection.exec_driver_sql(_WRITE_STATE, (key, str(value)))


_READ_STATE = "SELECT value FROM local_state WHERE key = ?"
_WRITE_STATE = "INSERT OR REPLACE INTO local_state VALUES (?, ?)"


class Applier:
    """Writes rows of one entity with one column list, as fast as the driver goes. While ``comparing``, a row
    that is marked as stale gives way whatever its version (``store.comparing``).

    Ids are decoded by SQLite's ``unhex``, so the arrays of the stream go to the driver untouched.
    """

    def __init__(self, entity: str, columns: Sequence[str], *, comparing: bool = False) -> None:
        self.entity, self.columns, self._comparing = entity, list(columns), comparing
        self.declaration: type[Entity] = ENTITIES[entity]
        fields = self.declaration.fields
        self._known = [i for i, name in enumerate(columns) if name in fields or name == "rv"]
        self._all_known = len(self._known) == len(columns)
        names = [columns[i] for i in self._known]
        values = ["unhex(?)" if n in fields and fields[n].type in _IDS else "?" for n in names]
        self._hidden = {
            n: one.default for n, one in fields.items() if self.declaration.hidden(n) and n not in columns
        }
        """What the role does not get (any more): it goes, should it be here."""
        cleared = [f'"{n}" = {_literal(value)}' for n, value in self._hidden.items()]
        sets = ", ".join([*(f'"{n}" = excluded."{n}"' for n in names if n != "id"), *cleared])
        quoted = ", ".join(f'"{n}"' for n in names)
        table = f'"{entity}"'
        newer = f"excluded.rv >= {table}.rv"
        if comparing:
            newer += f" OR {table}.id IN (SELECT row_id FROM stale_row WHERE entity = '{entity}')"
        self._sql = (
            f"INSERT INTO {table} ({quoted}) VALUES ({', '.join(values)}) "
            f"ON CONFLICT (id) DO UPDATE SET {sets} WHERE {newer}"
        )
        self._types = [
            frozenset((str if n in fields and fields[n].type in _TEXTS else int, type(None))) for n in names
        ]

    def apply(
        self,
        connection: sa.Connection,
        rows: Sequence[Sequence[Any]],
        pending: set[bytes],
        reject: Reject,
    ) -> None:
        """Stores rows whose ``rv`` is not older. Pending edits of a row stay on top of its new image."""
        if self._comparing:
            reject = self._giving_way(connection, reject)
        chosen = rows if self._all_known else self._narrow(rows, reject)
        if pending:
            edited = [row for row in chosen if _id_of(row) in pending]
            chosen = [row for row in chosen if _id_of(row) not in pending]
            for row in edited:
                problem = self._problem(row) or self._beside(connection, row)
                if problem is not None:
                    reject(self.entity, row, problem)
        self._write(connection, chosen, reject)
        if self._comparing and chosen:
            confirm(connection, self.entity, [row[0] for row in chosen if _id_of(row) is not None])

    def _giving_way(self, connection: sa.Connection, reject: Reject) -> Reject:
        """What cannot be stored leaves the row as it is here; its version counts from what was sent, so that
        the next one is not taken for an older one.
        """

        def rejected(entity: str, row: Sequence[Any], problem: str) -> None:
            names = [self.columns[i] for i in self._known] if len(row) == len(self._known) else self.columns
            row_id, rv = _id_of(row), dict(zip(names, row, strict=False)).get("rv")
            if row_id is not None and type(rv) is int:
                before = (max(rv - 1, 1), row_id)
                connection.exec_driver_sql(f'UPDATE "{entity}" SET rv = ?1 WHERE id = ?2 AND rv > ?1', before)
                connection.exec_driver_sql(
                    f"UPDATE shadow SET rv = ?1 WHERE entity = '{entity}' AND row_id = ?2 AND rv > ?1", before
                )
                confirm(connection, entity, [row_id.hex()])
            reject(entity, row, problem)

        return rejected

    def _narrow(self, rows: Sequence[Sequence[Any]], reject: Reject) -> list[list[Any]]:
        """Leaves out columns that this version does not know."""
        narrow = []
        for row in rows:
            if len(row) == len(self.columns):
                narrow.append([row[i] for i in self._known])
            else:
                reject(self.entity, row, f"{len(row)} values for {len(self.columns)} columns")
        return narrow

    def _write(self, connection: sa.Connection, rows: Sequence[Sequence[Any]], reject: Reject) -> None:
        if not rows:
            return
        if self._sound(rows):
            connection.exec_driver_sql("SAVEPOINT chunk")
            try:
                connection.exec_driver_sql(self._sql, [tuple(row) for row in rows])
            except (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.InterfaceError):
                connection.exec_driver_sql("ROLLBACK TO chunk")
            else:
                connection.exec_driver_sql("RELEASE chunk")
                return
            connection.exec_driver_sql("RELEASE chunk")
        for row in rows:
            problem = self._problem(row)
            if problem is None:
                try:
                    connection.exec_driver_sql(self._sql, tuple(row))
                except (sa.exc.IntegrityError, sa.exc.DataError, sa.exc.InterfaceError) as error:
                    problem = str(error.orig)
            if problem is not None:
                reject(self.entity, row, problem)

    def _sound(self, rows: Sequence[Sequence[Any]]) -> bool:
        width = len(self._types)
        if set(map(len, rows)) != {width}:
            return False
        return all(
            allowed.issuperset(map(type, column))
            for column, allowed in zip(zip(*rows, strict=True), self._types, strict=True)
        )

    def _problem(self, row: Sequence[Any]) -> str | None:
        if len(row) != len(self._types):
            return f"{len(row)} values for {len(self._types)} columns"
        names = [self.columns[i] for i in self._known]
        for name, value, allowed in zip(names, row, self._types, strict=True):
            if type(value) not in allowed:
                return f"{name}: {value!r}"
        return None

    def _beside(self, connection: sa.Connection, row: Sequence[Any]) -> str | None:
        """Keeps the row as image and replays the pending edits on it; what is wrong with it, if anything."""
        image = {**self._hidden, **dict(zip((self.columns[i] for i in self._known), row, strict=True))}
        row_id, rv = bytes.fromhex(image.pop("id")), image.pop("rv")
        connection.exec_driver_sql("SAVEPOINT beside")
        try:
            set_image(connection, self.entity, row_id, rv, image)
            rebase(connection, self.entity, row_id)
        except (sa.exc.IntegrityError, ValueError) as error:
            connection.exec_driver_sql("ROLLBACK TO beside")
            connection.exec_driver_sql("RELEASE beside")
            return str(error.orig) if isinstance(error, sa.exc.IntegrityError) else str(error)
        connection.exec_driver_sql("RELEASE beside")
        return None


def _literal(default: Any) -> str:
    return "NULL" if default is None else f"'{default}'" if isinstance(default, str) else str(default)


def _id_of(row: Sequence[Any]) -> bytes | None:
    try:
        return bytes.fromhex(row[0])
    except (TypeError, ValueError, IndexError):
        return None


def confirm(connection: sa.Connection, entity: str, hex_ids: Sequence[str]) -> None:
    """Takes the mark of staleness off rows that arrived."""
    rows = [(row_id,) for row_id in hex_ids]
    delete = f"DELETE FROM stale_row WHERE entity = '{entity}' AND row_id = unhex(?)"
    connection.exec_driver_sql(delete, rows)


def is_stale(connection: sa.Connection, entity: str, row_id: bytes) -> bool:
    where = (stale_row.c.entity == entity) & (stale_row.c.row_id == row_id)
    return connection.execute(sa.select(stale_row.c.row_id).where(where)).first() is not None


def set_image(
    connection: sa.Connection, entity: str, row_id: bytes, rv: int, image: Mapping[str, Any] | None
) -> None:
    """Notes headquarters' version of a row, unless a newer one is noted already that is not stale."""
    where = (shadow.c.entity == entity) & (shadow.c.row_id == row_id)
    known = connection.execute(sa.select(shadow.c.rv).where(where)).scalar()
    if known is not None and known > rv and not is_stale(connection, entity, row_id):
        return
    confirm(connection, entity, [row_id.hex()])
    connection.execute(sa.delete(shadow).where(where))
    text = None if image is None else json.dumps(dict(image), ensure_ascii=False, separators=(",", ":"))
    connection.execute(sa.insert(shadow).values(entity=entity, row_id=row_id, rv=rv, image=text))


def set_gone(connection: sa.Connection, entity: str, row_id: bytes, rv: int) -> None:
    """Notes that headquarters deleted a row, in its version ``rv``; 0: it forgot in which."""
    known = image_of(connection, entity, row_id)
    set_image(connection, entity, row_id, rv or (known[0] if known else 0), None)


def image_of(
    connection: sa.Connection, entity: str, row_id: bytes
) -> tuple[int, dict[str, Any] | None] | None:
    """Headquarters' version: (rv, fields), (rv, None) if deleted there, None if never seen."""
    where = (shadow.c.entity == entity) & (shadow.c.row_id == row_id)
    row = connection.execute(sa.select(shadow.c.rv, shadow.c.image).where(where)).first()
    if row is None:
        return None
    return row.rv, None if row.image is None else json.loads(row.image)


def rebase(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """Makes the row what it should be: headquarters' image with the pending edits replayed on top.

    Without pending edits the image becomes the row and is forgotten.
    """
    table = laptop.tables[entity]
    pending = outbox.of_row(connection, entity, row_id)
    known = image_of(connection, entity, row_id)
    if known is None and not pending:
        return
    rv, image = known if known is not None else (0, None)
    row = None if image is None else row_from_wire(ENTITIES[entity], image)
    for mutation in pending:
        row = _replay(row, mutation)
    if row is None:
        connection.execute(sa.delete(table).where(table.c.id == row_id))
    else:
        columns = {name: value for name, value in row.items() if name in table.c} | {"rv": rv}
        updated = connection.execute(sa.update(table).where(table.c.id == row_id).values(columns))
        if updated.rowcount == 0:
            connection.execute(sa.insert(table).values({**columns, "id": row_id}))
    if not pending:
        where = (shadow.c.entity == entity) & (shadow.c.row_id == row_id)
        connection.execute(sa.delete(shadow).where(where))


def made_here(connection: sa.Connection, entity: str, row_id: bytes) -> bool:
    """Whether the row stands here and headquarters has never taken it."""
    table = laptop.tables[entity]
    found = connection.execute(sa.select(table.c.rv).where(table.c.id == row_id)).scalar()
    return found == 0


def owner_of(connection: sa.Connection, entity: str, row_id: bytes) -> bytes | None:
    """The unit of a row with an image: as headquarters has it."""
    owner, known = ENTITIES[entity].owner, image_of(connection, entity, row_id)
    if owner == "id":
        return row_id
    value = known[1].get(owner) if owner is not None and known is not None and known[1] is not None else None
    return None if value is None else bytes.fromhex(value)


def _replay(row: dict[str, Any] | None, mutation: Mutation) -> dict[str, Any] | None:
    declaration = ENTITIES[mutation.entity]
    if mutation.op == "delete":
        return None
    if mutation.op == "insert":
        return row_from_wire(declaration, mutation.changes)
    if row is None:
        return None
    row = {**row, **row_from_wire(declaration, mutation.changes, row)}
    for name, value in mutation.increments.items():
        row[name] = (row.get(name) or 0) + value
    return row


def forget(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """Takes a row of a unit that is not the person's any more off the laptop, with its image."""
    table = laptop.tables[entity]
    connection.execute(sa.delete(table).where(table.c.id == row_id))
    connection.execute(sa.delete(shadow).where(shadow.c.entity == entity, shadow.c.row_id == row_id))
    confirm(connection, entity, [row_id.hex()])


def disown(connection: sa.Connection, entity: str, row_id: bytes) -> None:
    """Makes a row one that headquarters does not have: it refused it, though it had it before a backup."""
    table = laptop.tables[entity]
    connection.execute(sa.update(table).where(table.c.id == row_id, table.c.rv != 0).values(rv=0))
    connection.execute(sa.delete(shadow).where(shadow.c.entity == entity, shadow.c.row_id == row_id))
    confirm(connection, entity, [row_id.hex()])


def remove(
    connection: sa.Connection, entity: str, gone: Iterable[Sequence[Any]], pending: set[bytes]
) -> None:
    """Deletes rows that headquarters deleted. One with pending edits stays until its push is answered."""
    stale = f"EXISTS (SELECT 1 FROM stale_row WHERE entity = '{entity}' AND row_id = ?)"
    delete = f'DELETE FROM "{entity}" WHERE id = ? AND (rv <= ? OR {stale})'
    for hex_id, rv in gone:
        row_id = bytes.fromhex(hex_id)
        if row_id in pending:
            set_image(connection, entity, row_id, rv, None)
        else:
            connection.exec_driver_sql(delete, (row_id, rv, row_id))
