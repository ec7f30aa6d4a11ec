"""Taking over what is new at headquarters, mark by mark."""

from __future__ import annotations

import gc
import json
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
from channeldesk.queries import kept
from channeldesk.store import comparing, derive, images, orphans, outbox, units
from channeldesk.store.images import Applier
from channeldesk.sync.transport import Offline, Transport
from channeldesk.wire.stream import read_stream

if TYPE_CHECKING:
    from channeldesk.store.database import Database
    from channeldesk.sync.engine import RoundResult, Step


_TICKET = "pull"
_MOST_ANSWERS = 20
"""Answers of one round: each brings what the one before announced as more."""


def at_rest(connection: sa.Connection) -> bool:
    """Whether nothing is left to do on the laptop when headquarters has no news."""
    if images.read_state(connection, "cursor") is None or derive.suspended(connection):
        return False
    return not comparing.under_way(connection) and not units.unfinished(connection)


def pull(
    database: Database,
    transport: Transport,
    result: RoundResult,
    *,
    now_ms: Callable[[], int],
    new_id: Callable[[], bytes],
    schema: int,
) -> Iterator[Step]:
    """Streams answers into the database; rows and cursor are committed together at every mark.

    The worker of a killed program lives on for a moment: a pull ends where another one began after it, since
    old answers on top of new ones would bring back what is gone.
    """
    asked, ticket = False, new_id().hex()
    with database.apply() as connection:
        images.write_state(connection, {_TICKET: ticket})
    for _ in range(_MOST_ANSWERS):
        with database.read() as connection:
            cursor = images.read_state(connection, "cursor")
            filling = derive.suspended(connection) or (cursor is None and _empty(connection))
            request: dict[str, Any] = {"cursor": cursor, "schema": schema, "keep": kept.read(connection)}
            if asked or units.unfinished(connection):
                request["units"] = units.told(connection)
        stream = read_stream(transport.pull(request))
        writer = _Writer(database, result, now_ms, new_id, ticket, filling)
        with _no_collection() if filling else nullcontext():
            yield from _take_in(database, stream, result, writer)
        asked = writer.asked
        if not writer.more:
            return


@contextmanager
def alone() -> Iterator[None]:
    """A marking that another round took over ends this round; the next one goes on from what that one did."""
    try:
        yield
    except comparing.Superseded:
        raise Offline(Notice("sync.connection_lost")) from None


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
    with database.read() as connection:
        if start["epoch"] != images.read_state(connection, "server_epoch"):
            raise Offline(Notice("sync.epoch"))  # restored since hello: the next round begins with that
    if start["mode"] != "units":
        result.mode = start["mode"]
    estimate: dict[str, int] = start.get("estimate", {})
    expected = sum(estimate.values()) + int(start.get("changes", 0))
    yield Step("pull started", 0, expected, parts=writer.parts(estimate))
    if filling:
        with database.apply() as connection:
            writer.check_ticket(connection)
            derive.drop_secondary_indexes(connection)
    if start["fresh"]:
        for _ in writer.begin_anew():
            yield Step("compared", 0, expected)
    elif start["mode"] != "units":
        writer.go_on()
    for message in stream:
        kind = message["t"]
        if kind == "columns":
            writer.columns(message["entity"], message["columns"])
        elif kind in ("rows", "gone"):
            writer.hold(kind, message["entity"], message["rows"])
        elif kind == "scope":
            writer.fill(message.get("fill", {}))
            for _ in units.drop(database, message.get("drop", {}), writer.check_ticket):
                yield Step("dropped", result.pulled, expected)
            writer.note_dropped(message.get("drop", {}))
            writer.born = message.get("add", {})
        elif kind == "mark":
            writer.commit(message["cursor"])
            yield Step("marked", result.pulled, expected, writer.entity, writer.parts(estimate))
        elif kind == "end":
            writer.asked = start["mode"] == "units"
            writer.more = bool(message.get("more"))
            writer.commit(message["cursor"], filled=bool(message.get("filled")))
            yield Step("marked", result.pulled, expected, writer.entity, writer.parts(estimate))
    if writer.comparing and not writer.asked:
        for name in comparing.sweep(database, writer.check_ticket):
            result.moved(name)
            result.dropped += 1
            yield Step("swept", result.pulled, expected)
    if (writer.comparing or start["fresh"]) and not writer.asked:
        writer.forget_lost()
    if filling and not writer.asked:
        for name in derive.complete(database):
            yield Step(name, result.pulled, expected)


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


def _forget_aside(
    connection: sa.Connection, gone: Callable[[Unit, set[str]], bool], spared: Collection[bytes] = ()
) -> bool:
    """What could not be stored of a unit that is gone is none of the person's any more. Its fields are not
    known, nor their types, so a row that names the unit counts as one of it. Whether any went.
    """
    query = sa.select(inbox.c.id, inbox.c.entity, inbox.c.mutations).where(inbox.c.kind == "set_aside")
    lost = []
    for item in connection.execute(query).all():
        declaration, rows = ENTITIES[item.entity], json.loads(item.mutations)
        named = (row[:1] if declaration.owner == "id" else row for row in rows)
        ids = {one for row in named for one in row if isinstance(one, str)}
        if bytes(item.id) not in spared and gone(declaration.unit, ids):
            lost.append(item.id)
    for one in lost:
        connection.execute(sa.delete(inbox).where(inbox.c.id == one))
    return bool(lost)


@dataclass
class _Writer:
    database: Database
    result: RoundResult
    now_ms: Callable[[], int]
    new_id: Callable[[], bytes]
    ticket: str
    """Names the pull: only the newest one writes."""
    warm_up: bool = False
    """Whether the search index will be built at the end, and Chinese text has not come by yet."""
    comparing: bool = False
    asked: bool = False
    """Whether the answer wants to be told the units first."""
    more: bool = False
    dropped: units.Lists = field(default_factory=dict)
    """Units that this answer took away, and that the cursor still speaks of."""
    born: units.Lists = field(default_factory=dict)
    """Units that came into being since the last commit: their rows are among those held."""
    entity: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    _aside: set[bytes] = field(default_factory=set)
    """What this answer brought and could not be stored."""
    _appliers: dict[str, Applier] = field(default_factory=dict)
    _held: list[tuple[str, Applier | None, str, Sequence[Sequence[Any]]]] = field(default_factory=list)

    def parts(self, estimate: Mapping[str, int]) -> tuple[tuple[str, int, int], ...]:
        return tuple((entity, self.counts[entity], expected) for entity, expected in estimate.items())

    def columns(self, entity: str, columns: Sequence[str]) -> None:
        if entity in ENTITIES:
            self._appliers[entity] = Applier(entity, columns, comparing=self.comparing)

    def hold(self, kind: str, entity: str, rows: Sequence[Sequence[Any]]) -> None:
        if entity in ENTITIES:
            self._held.append((kind, self._appliers.get(entity), entity, rows))
            if self.warm_up and ENTITIES[entity].search and _is_foreign(rows[:20]):
                self.warm_up = False
                threading.Thread(target=_load_pinyin, name="pinyin").start()

    def begin_anew(self) -> Iterator[str]:
        """Everything is sent: what is here already is compared with it.

        Marked before or not: an answer to a push may have confirmed a row that was deleted since.
        """
        with self.database.read() as connection:
            self.comparing = not _empty(connection)
        if self.comparing:
            with alone():
                yield from comparing.mark_all(self.database, self.ticket, self.check_ticket)
        with alone(), self.database.apply() as connection:
            self.check_ticket(connection)
            if self.comparing:
                comparing.start(connection, self.ticket)
            units.forget_all(connection)
            images.write_state(connection, {"cursor": None})

    def go_on(self) -> None:
        """An answer that goes on from a cursor: marks of a comparison that never began mean nothing."""
        with self.database.read() as connection:
            self.comparing = comparing.running(connection)
            left_over = not self.comparing and comparing.under_way(connection)
        if left_over:
            with self.database.apply() as connection:
                self.check_ticket(connection)
                comparing.drop_marks(connection)

    def fill(self, lists: units.Lists) -> None:
        """Notes units whose rows follow; those that are here and damaged are compared with what comes."""
        with self.database.apply() as connection:
            self.check_ticket(connection)
            for kind, ids in units.damaged(connection).items():
                again = [(one,) for one in ids if one.hex() in lists.get(kind, ())]
                if again:
                    comparing.mark_units(connection, Unit(kind), again)
                    self.comparing = True
            units.note(connection, lists, units.PARTIAL)

    def note_dropped(self, lists: units.Lists) -> None:
        self.dropped = {**self.dropped, **lists}
        self.result.dropped += sum(map(len, lists.values()))
        for kind in lists:
            for entity in replicated():
                if entity.unit.value == kind:
                    self.result.moved(entity.__entity__)

    def commit(self, cursor: str, *, filled: bool = False) -> None:
        arrived: Counter[str] = Counter()
        with self.database.apply() as connection:
            self.check_ticket(connection)
            for name in orphans.settle_all(connection):
                self.result.moved(name)

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
            units.dropped(connection, self.dropped)
            if any(self.dropped.values()) and _forget_aside(connection, self._is_dropped):
                self.result.changes.add(Topic.INBOX)
            units.note(connection, self.born, units.COMPLETE)
            if filled:
                units.filled(connection)
            images.write_state(connection, {"cursor": cursor})
        self._held.clear()
        self.dropped, self.born = {}, {}
        self.counts += arrived
        self.result.pulled += arrived.total()

    def _is_dropped(self, unit: Unit, ids: set[str]) -> bool:
        return not ids.isdisjoint(self.dropped.get(unit.value, ()))

    def forget_lost(self) -> None:
        """After a comparison, which tells no unit that went: what is set aside of those not held goes."""
        with self.database.apply() as connection:
            self.check_ticket(connection)
            lists = units.told(connection).values()
            held = {kind: {one for by in lists for one in by.get(kind.value, ())} for kind in units.KINDS}

            def lost(unit: Unit, ids: set[str]) -> bool:
                return unit in (Unit.PARTNER, Unit.TERRITORY) and ids.isdisjoint(held[unit])

            if _forget_aside(connection, lost, self._aside):
                self.result.changes.add(Topic.INBOX)

    def check_ticket(self, connection: sa.Connection) -> None:
        """Raises Offline where another pull began after this one."""
        if images.read_state(connection, _TICKET) != self.ticket:
            raise Offline(Notice("sync.connection_lost"))

    def _set_aside(self, connection: sa.Connection, entity: str, row: Sequence[Any], problem: str) -> None:
        first = row[0] if row and isinstance(row[0], str) else ""
        try:
            row_id = bytes.fromhex(first)
        except ValueError:
            row_id = b""
        connection.execute(sa.delete(inbox).where(_open_aside(entity, row_id)))
        notice = Notice("sync.row_set_aside", {"entity": entity, "problem": problem})
        item_id = self.new_id()
        values = {
            "id": item_id,
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
        self._aside.add(item_id)
        self.result.set_aside += 1
        self.result.changes.add(Topic.INBOX)
