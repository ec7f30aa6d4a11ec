"""Taking over what is new at headquarters, mark by mark."""

from __future__ import annotations

import gc
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.model.changes import Topic
from channeldesk.model.declare import Unit, replicated
from channeldesk.model.entities import ENTITIES
from channeldesk.model.local import inbox
from channeldesk.model.notice import Notice
from channeldesk.model.search_text import haystack
from channeldesk.model.tables import laptop
from channeldesk.store import derive, images, outbox
from channeldesk.store.images import Applier
from channeldesk.sync.transport import Transport
from channeldesk.wire import SCHEMA
from channeldesk.wire.stream import read_stream

if TYPE_CHECKING:
    from channeldesk.store.database import Database
    from channeldesk.sync.engine import RoundResult, Step


def pull(
    database: Database,
    transport: Transport,
    result: RoundResult,
    *,
    now_ms: Callable[[], int],
    new_id: Callable[[], bytes],
) -> Iterator[Step]:
    """Streams one answer into the database; rows and cursor are committed together at every mark."""
    with database.read() as connection:
        cursor = images.read_state(connection, "cursor")
        filling = derive.suspended(connection) or (cursor is None and _empty(connection))
    stream = read_stream(transport.pull({"cursor": cursor, "schema": SCHEMA}))
    with _no_collection() if filling else nullcontext():
        yield from _take_in(database, stream, result, _Writer(database, result, now_ms, new_id, filling))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of short-lived lists hold no cycles: looking for some costs a fifth of a first pull."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _take_in(
    database: Database, stream: Iterator[dict[str, Any]], result: RoundResult, writer: _Writer
) -> Iterator[Step]:
    from channeldesk.sync.engine import Step

    filling = writer.warm_up
    start = next(stream)
    result.mode = start["mode"]
    if filling:
        with database.apply() as connection:
            derive.drop_secondary_indexes(connection)
    estimate: dict[str, int] = start.get("estimate", {})
    expected = sum(estimate.values())
    yield Step("pull started", 0, expected, parts=writer.parts(estimate))
    for message in stream:
        kind = message["t"]
        if kind == "columns":
            writer.columns(message["entity"], message["columns"])
        elif kind in ("rows", "gone"):
            writer.hold(kind, message["entity"], message["rows"])
        elif kind == "units":
            writer.units = message
        elif kind in ("mark", "end"):
            writer.commit(message["cursor"], ended=kind == "end")
            yield Step("marked", result.pulled, expected, writer.entity, writer.parts(estimate))
    if filling:
        for _ in derive.create_secondary_indexes(database):
            yield Step("indexed", result.pulled, expected)
        for _ in derive.rebuild(database):
            yield Step("summarised", result.pulled, expected)


def _is_foreign(rows: Sequence[Sequence[Any]]) -> bool:
    values = (value for row in rows if isinstance(row, list) for value in row)
    return any(isinstance(value, str) and not value.isascii() for value in values)


def _load_pinyin() -> None:
    """The search index needs the tables of pinyin at the end; they load while headquarters is selecting."""
    haystack(["拼音"])


def _empty(connection: sa.Connection) -> bool:
    for entity in replicated():
        if connection.execute(
            sa.select(sa.literal(1)).select_from(laptop.tables[entity.__entity__]).limit(1)
        ).first():
            return False
    return True


def _open_aside(entity: str, row_id: bytes) -> sa.ColumnElement[bool]:
    return sa.and_(
        inbox.c.kind == "set_aside",
        inbox.c.state == "open",
        inbox.c.entity == entity,
        inbox.c.row_id == row_id,
    )


def _set_aside_before(connection: sa.Connection) -> dict[str, set[str]]:
    """Rows that could not be stored, by entity, ids as hex: a newer version of one takes its place."""
    query = sa.select(inbox.c.entity, inbox.c.row_id).where(
        inbox.c.kind == "set_aside", inbox.c.state == "open"
    )
    found: dict[str, set[str]] = {}
    for entity, row_id in connection.execute(query):
        found.setdefault(entity, set()).add(bytes(row_id).hex())
    return found


@dataclass
class _Writer:
    database: Database
    result: RoundResult
    now_ms: Callable[[], int]
    new_id: Callable[[], bytes]
    warm_up: bool = False
    """Whether the search index will be built at the end, and Chinese text has not come by yet."""
    units: dict[str, Any] | None = None
    entity: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    _appliers: dict[str, Applier] = field(default_factory=dict)
    _held: list[tuple[str, Applier | None, str, Sequence[Sequence[Any]]]] = field(default_factory=list)

    def parts(self, estimate: Mapping[str, int]) -> tuple[tuple[str, int, int], ...]:
        return tuple((entity, self.counts[entity], expected) for entity, expected in estimate.items())

    def columns(self, entity: str, columns: Sequence[str]) -> None:
        if entity in ENTITIES:
            self._appliers[entity] = Applier(entity, columns)

    def hold(self, kind: str, entity: str, rows: Sequence[Sequence[Any]]) -> None:
        if entity in ENTITIES:
            self._held.append((kind, self._appliers.get(entity), entity, rows))
            if self.warm_up and ENTITIES[entity].search and _is_foreign(rows[:20]):
                self.warm_up = False
                threading.Thread(target=_load_pinyin, name="pinyin").start()

    def commit(self, cursor: str, *, ended: bool) -> None:
        arrived: Counter[str] = Counter()
        with self.database.apply() as connection:

            def reject(entity: str, row: Sequence[Any], problem: str) -> None:
                self._set_aside(connection, entity, row, problem)

            pending: dict[str, set[bytes]] = {}
            aside = _set_aside_before(connection)
            for kind, applier, entity, rows in self._held:
                for hex_id in aside.get(entity, set()) & {row[0] for row in rows if row}:
                    connection.execute(sa.delete(inbox).where(_open_aside(entity, bytes.fromhex(hex_id))))
                    self.result.changes.add(Topic.INBOX)
                if entity not in pending:
                    pending[entity] = outbox.pending_rows(connection, entity)
                if kind == "gone":
                    images.remove(connection, entity, rows, pending[entity])
                elif applier is not None:
                    applier.apply(connection, rows, pending[entity], reject)
                arrived[entity] += len(rows)
                self.entity = entity
                self.result.moved(entity)
            if ended and self.units is not None:
                self._purge(connection, self.units)
            images.write_state(connection, {"cursor": cursor})
        self._held.clear()
        self.counts += arrived
        self.result.pulled += arrived.total()

    def _set_aside(self, connection: sa.Connection, entity: str, row: Sequence[Any], problem: str) -> None:
        first = row[0] if row and isinstance(row[0], str) else ""
        try:
            row_id = bytes.fromhex(first)
        except ValueError:
            row_id = b""
        connection.execute(sa.delete(inbox).where(_open_aside(entity, row_id)))
        notice = Notice("sync.row_set_aside", {"entity": entity, "problem": problem})
        values = {
            "id": self.new_id(),
            "kind": "set_aside",
            "state": "open",
            "entity": entity,
            "row_id": row_id,
            "notice": json.dumps(notice.to_wire(), ensure_ascii=False),
            "fields": "[]",
            "mutations": json.dumps([list(row)], ensure_ascii=False),
            "recorded_at": self.now_ms(),
        }
        connection.execute(sa.insert(inbox).values(values))
        self.result.set_aside += 1
        self.result.changes.add(Topic.INBOX)

    def _purge(self, connection: sa.Connection, units: dict[str, Any]) -> None:
        """Clean rows of units that the user no longer holds go; edited ones stay until they are answered."""
        for kind in (Unit.PARTNER, Unit.TERRITORY):
            connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS held_unit (id BLOB PRIMARY KEY)")
            connection.exec_driver_sql("DELETE FROM held_unit")
            ids = [(bytes.fromhex(unit),) for unit in units.get(kind.value, [])]
            if ids:
                connection.exec_driver_sql("INSERT OR IGNORE INTO held_unit VALUES (?)", ids)
            for entity in replicated():
                if entity.unit is kind:
                    self._purge_entity(connection, entity.__entity__, str(entity.owner))

    def _purge_entity(self, connection: sa.Connection, name: str, owner: str) -> None:
        condition = (
            f'"{owner}" IS NOT NULL AND "{owner}" NOT IN (SELECT id FROM held_unit) AND rv > 0 AND id NOT IN '
            f"(SELECT row_id FROM outbox WHERE entity = '{name}')"
        )
        if connection.exec_driver_sql(f'DELETE FROM "{name}" WHERE {condition}').rowcount:
            self.result.moved(name)
