"""Saves what headquarters does not have yet out of a damaged database, into a new one.

Headquarters' rows can be fetched again; what a person did can not. So the new database gets the outbox, the
inbox, the journal, every other table of this laptop alone, and of the rows those that headquarters does not
have as they are here. It has no cursor, so the next round fetches the rest. It has no numbers of what was
sent either: headquarters sees a restored profile, gives it a new device, and answers every change that it
took already with the answer of then.

The damaged file is kept under a dated name (:mod:`channeldesk.store.swap`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.model.entities import ENTITIES, replicated
from channeldesk.model.local import outbox, shadow, state
from channeldesk.model.notice import Instant, Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.store import backup, derive, migrate, outbox_check, pages, recapture, salvage, swap
from channeldesk.store import outbox as waiting
from channeldesk.store.connect import Use, connect
from channeldesk.store.database import Database
from channeldesk.store.errors import translated
from channeldesk.store.outbox import Mutation
from channeldesk.store.salvage import Harvest, Salvage
from channeldesk.wire.values import row_from_wire

_DERIVED = ("sales_by_category", "sales_by_period", "stock_position", "search_entry", "search_index")
_LEFT = ("held_unit", "stale_row", "alembic_version", "sqlite_", *_DERIVED)
"""Tables (by the start of their names) that are fetched or computed again."""
_FORGOTTEN = ("cursor", "last_mid", "comparing", "derived_stale")
"""Of the local state: how far the rows were, and how far the numbers of what was sent."""

Progress = Callable[[str, int, int], None]
"""Called with the table that was read, how many are done, and how many there are."""


@dataclass(frozen=True)
class Rescued:
    """What became of the data. ``saved`` and ``lost`` count rows by table, the lost ones at most."""

    kept: str
    """Name of the damaged file in the profile's folder."""
    saved: Mapping[str, int] = field(default_factory=dict)
    lost: Mapping[str, int] = field(default_factory=dict)
    made_again: int = 0
    """Entries of the outbox that were made again from the rows."""
    backup: str = ""
    """Name of the backup that was read, because the database could not be opened at all."""
    backup_at: int = 0
    opened: bool = True
    """False: neither the database nor a backup could be opened."""

    @property
    def complete(self) -> bool:
        """Whether nothing that waits to be sent can have been lost."""
        return self.opened and not self.backup and not self._unread

    @property
    def _unread(self) -> int:
        return sum(self.lost.get(name, 0) for name in ("outbox", "inbox"))

    def notices(self) -> list[Notice]:
        """For the person: what was saved, what could not be read, what happens next."""
        told = []
        if not self.opened:
            told.append(Notice("rescue.nothing_readable"))
        else:
            saved = {"changes": self.saved.get("outbox", 0), "entries": self.saved.get("inbox", 0)}
            told.append(Notice("rescue.saved", saved))
        if self.made_again:
            told.append(Notice("rescue.made_again", {"count": self.made_again}))
        if self._unread:
            told.append(Notice("rescue.lost", {"count": self._unread}))
        elif self.backup:
            told.append(Notice("rescue.from_backup", {"at": Instant(self.backup_at)}))
        elif self.opened:
            told.append(Notice("rescue.all_read"))
        told.append(Notice("rescue.next", {"file": self.kept}))
        return told


def rescue(
    path: Path,
    key: bytes,
    *,
    facts: Mapping[str, str],
    new_id: Callable[[], bytes],
    now_ms: Callable[[], int],
    progress: Progress = lambda table, done, of: None,
) -> Rescued:
    """Puts a new database in the place of the one at ``path``, which nobody may have open.

    ``facts`` are what the profile knows of the local state, for where that cannot be read. Raises
    :class:`Problem` when the key is not the file's, or the disk is full; then everything is as it was.
    """
    swap.finish(path)
    if path.exists() and not pages.key_fits(path, key):
        raise Problem.of("store.wrong_key", file=path.name, remedy="remedy.restore_key")
    fresh = path.with_name(f"{path.stem}.new{path.suffix}")
    _remove(fresh)
    try:
        with translated():
            told = _fill(path, fresh, key, facts, new_id, now_ms, progress)
            _make_durable(fresh)
    except BaseException:
        _remove(fresh)
        raise
    stamp = datetime.fromtimestamp(now_ms() / 1000, UTC).strftime("%Y%m%dT%H%M%S")
    return Rescued(kept=swap.exchange(path, fresh, stamp).name, **told)


def _remove(file: Path) -> None:
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm", f"{file.name}-journal"):
        file.with_name(name).unlink(missing_ok=True)


def _make_durable(file: Path) -> None:
    with file.open("rb+") as content:
        os.fsync(content.fileno())


def _fill(
    path: Path,
    fresh: Path,
    key: bytes,
    facts: Mapping[str, str],
    new_id: Callable[[], bytes],
    now_ms: Callable[[], int],
    progress: Progress,
) -> dict[str, Any]:
    pending: set[tuple[str, bytes]] = set()
    told: dict[str, Any] = {"saved": {}, "lost": {}}
    source, other = _source(path, key, pending)
    if source is None:
        migrate.make(fresh, key, "")
        told["opened"] = False
    else:
        told |= {"backup": other.name, "backup_at": int(other.stat().st_mtime * 1000)} if other else {}
        try:
            harvests = _copy(source, fresh, key, pending, progress)
        finally:
            source.close()
        migrate.make(fresh, key, "")
        told["lost"] = {name: one.lost for name, one in harvests.items() if one.lost}
    database = Database.open(fresh, key, now_ms=now_ms, new_id=new_id)
    try:
        with database.apply() as connection:
            _forget(connection, facts)
            derive.drop_secondary_indexes(connection)
            broken = outbox_check.take_out(connection)
            if broken:
                told["lost"]["outbox"] = told["lost"].get("outbox", 0) + broken
            if source is not None and (broken or not harvests["outbox"].whole):
                whole = {name for name, one in harvests.items() if one.whole}
                told["made_again"] = recapture.make_again(
                    connection, whole.__contains__, new_id=new_id, now_ms=now_ms
                )
            _show_edits(connection)
            told["saved"] = _count(connection)
    finally:
        database.close()
    return told


def _source(path: Path, key: bytes, pending: set[tuple[str, bytes]]) -> tuple[Salvage | None, Path | None]:
    """The database itself or else its newest backup that opens."""

    def prepare(raw: Any) -> None:
        raw.create_function("is_pending", 2, lambda entity, row: (entity, bytes(row)) in pending)

    found = salvage.opened(path, key, prepare) if path.exists() else None
    if found is not None:
        return found, None
    for copy in reversed(backup.existing(path)):
        found = salvage.opened(copy, key, prepare)
        if found is not None:
            return found, copy
    return None, None


def _copy(
    source: Salvage, fresh: Path, key: bytes, pending: set[tuple[str, bytes]], progress: Progress
) -> dict[str, Harvest]:
    """The laptop's own tables whole, then the rows that headquarters does not have as they are here."""
    revision = source.value("SELECT version_num FROM alembic_version")
    migrate.make(fresh, key, str(revision or ""))
    rows = [one.__entity__ for one in replicated()]
    there = source.tables()
    local = [name for name in there if name not in rows and not name.startswith(_LEFT)]
    chosen = [(name, "1") for name in sorted(local, key=_unsent_first)]
    chosen += [(name, f"rv = 0 OR is_pending('{name}', id)") for name in rows if name in there]
    harvests: dict[str, Harvest] = {}
    raw = connect(fresh, key, Use.PERSON)
    try:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("BEGIN IMMEDIATE")
        for done, (name, where) in enumerate(chosen):
            progress(name, done, len(chosen))
            harvests[name] = harvest = source.read(name, where)
            _insert(raw, name, harvest)
            if name in ("outbox", "shadow"):
                at = [harvest.columns.index(column) for column in ("entity", "row_id")]
                pending |= {(row[at[0]], bytes(row[at[1]])) for row in harvest.rows}
        raw.execute("COMMIT")
    finally:
        raw.close()
    return harvests


def _unsent_first(name: str) -> tuple[int, str]:
    order = ("outbox", "shadow", "inbox", "local_state", "journal")
    return (order.index(name) if name in order else len(order)), name


def _insert(raw: Any, table: str, harvest: Harvest) -> None:
    names = ", ".join(f'"{name}"' for name in harvest.columns)
    marks = ", ".join("?" for _ in harvest.columns)
    raw.executemany(f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({marks})', harvest.rows)


def _forget(connection: sa.Connection, facts: Mapping[str, str]) -> None:
    """Where the old database stood with headquarters; numbers that were given are given again."""
    connection.execute(sa.delete(state).where(state.c.key.in_(_FORGOTTEN)))
    known = set(connection.execute(sa.select(state.c.key)).scalars())
    if lacking := [{"key": key, "value": value} for key, value in facts.items() if key not in known]:
        connection.execute(sa.insert(state), lacking)
    sent = outbox.c.mid.is_not(None)
    connection.execute(sa.update(outbox).where(sent).values(mid=None, sent=1, deps="[]"))


def _show_edits(connection: sa.Connection) -> None:
    """Rows that could not be read, but whose edits were: they are made again from the edits."""
    edits: dict[tuple[str, bytes], list[Mutation]] = {}
    for one in waiting.load(connection):
        edits.setdefault(one.row, []).append(one)
    for (entity, row_id), mutations in edits.items():
        table, declaration = laptop.tables[entity], ENTITIES[entity]
        if connection.execute(sa.select(table.c.id).where(table.c.id == row_id)).first():
            continue
        own = (shadow.c.entity == entity) & (shadow.c.row_id == row_id)
        image = connection.execute(sa.select(shadow.c.rv, shadow.c.image).where(own)).first()
        before = row_from_wire(declaration, json.loads(image.image)) if image and image.image else None
        row = recapture.replay(declaration, before, mutations)
        if row is not None:
            values = {name: value for name, value in row.items() if name in table.c}
            connection.execute(
                sa.insert(table).values({**values, "id": row_id, "rv": image.rv if image else 0})
            )


def _count(connection: sa.Connection) -> dict[str, int]:
    """Rows of the tables that matter to a person, as they are in the new database."""
    names = ["outbox", "inbox", *(one.__entity__ for one in replicated())]
    counted = {
        name: connection.execute(sa.select(sa.func.count()).select_from(laptop.tables[name])).scalar_one()
        for name in names
    }
    return {name: int(count) for name, count in counted.items() if count}
