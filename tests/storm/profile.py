"""A laptop's profile: one user's encrypted database on one device, with what can go wrong on the spot."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from channeldesk.model.local import inbox, outbox
from channeldesk.store.connect import Use
from channeldesk.store.database import Database
from channeldesk.sync import local_facts, tokens
from channeldesk.sync.engine import Round, Step
from channeldesk.sync.session import Session
from tests.storm.chance import Clock
from tests.storm.link import Link
from tests.storm.values import Key, fields

KEY = bytes(range(32))
UNLIMITED = 1_073_741_823


class Killed(BaseException):
    """The process ended here."""


@dataclass(eq=False)
class Bomb:
    """Kills at the n-th statement on a writing connection, ``at_commit`` when that one commits."""

    use: Use
    statements: int
    at_commit: bool


@dataclass(eq=False)
class Profile:
    """``name`` is unique in a storm; ``login`` is the user's, who may have several."""

    name: str
    login: str
    user_id: bytes
    path: Path
    clock: Clock
    ids: Callable[[], bytes]
    rng: random.Random
    link: Link
    open_database: Callable[..., Database]
    database: Database = field(init=False)
    bomb: Bomb | None = None
    full: Use | None = None
    lives: int = 0
    damaged: bool = False
    """Whether a row was lost without a trace: the next comparison has to find it."""
    rounds: list[Generator[Step, None, None]] = field(default_factory=list)
    results: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._open()

    def _open(self) -> None:
        self.database = self.open_database(self.path, KEY, now_ms=self.clock, new_id=self.ids)
        for use, engine in self.database._writers.items():
            sa.event.listen(engine, "before_cursor_execute", self._fuse(use))
            sa.event.listen(engine, "commit", self._last_fuse(use))

    def _fuse(self, use: Use) -> Callable[..., None]:
        def burn(*_: Any) -> None:
            bomb = self.bomb
            if bomb is not None and bomb.use is use:
                bomb.statements -= 1
                if bomb.statements <= 0 and not bomb.at_commit:
                    self._die()

        return burn

    def _last_fuse(self, use: Use) -> Callable[..., None]:
        def burn(*_: Any) -> None:
            bomb = self.bomb
            if bomb is not None and bomb.use is use and bomb.at_commit and bomb.statements <= 0:
                self._die()

        return burn

    def _die(self) -> None:
        self.bomb = None
        self._keep_image()
        raise Killed

    def _image_path(self) -> Path:
        return self.path.with_name(f"{self.name}-{self.lives + 1}.db")

    def _keep_image(self) -> None:
        """What a killed process leaves behind."""
        self.copy_files(self._image_path())

    def copy_files(self, target: Path) -> None:
        """The files as they are this moment."""
        for suffix in ("", "-wal"):
            source = self.path.with_name(self.path.name + suffix)
            copied = target.with_name(target.name + suffix)
            copied.unlink(missing_ok=True)
            if source.exists():
                shutil.copyfile(source, copied)

    def kill(self) -> None:
        """Ends the process between two steps."""
        self._keep_image()
        self.revive()

    def revive(self) -> None:
        """Starts again on what the killed process left."""
        self.drop_rounds()
        self.database.close()
        _remove(self.path)
        self.path = self._image_path()
        self.lives += 1
        self.bomb = self.full = None
        self._open()

    def drop_rounds(self) -> None:
        for one in self.rounds:
            one.close()
        self.rounds.clear()

    def close(self) -> None:
        self.drop_rounds()
        self.database.close()

    # --- rounds ---

    def remember(self, session: Session) -> None:
        """As the desk does after a sign-in; nothing befalls it meanwhile."""
        bomb, self.bomb = self.bomb, None
        self.free_disk()
        with self.database.apply() as connection:
            local_facts.remember(connection, session, self.clock())
        self.bomb = bomb

    def device_id(self) -> bytes | None:
        with self.database.read() as connection:
            known = local_facts.device(connection)
        return None if known is None else known[0]

    def start_round(self, *, check: bool = False) -> None:
        with self.database.read() as connection:
            self.link.token = tokens.access(connection) or ""
        self.link.renew_by(self.database)
        made = Round(self.database, self.link, now_ms=self.clock, new_id=self.ids, rng=self.rng, check=check)
        self.results.append(made.result)
        self.rounds.append(made.steps())

    # --- the disk ---

    def fill_disk(self, use: Use, spare: int) -> None:
        """The writing connection may add ``spare`` pages and no more."""
        self.full = use
        with self._raw(use) as raw:
            pages = raw.execute("PRAGMA page_count").fetchone()[0]
            raw.execute(f"PRAGMA max_page_count = {pages + spare}").fetchall()

    def free_disk(self) -> None:
        if self.full is not None:
            with self._raw(self.full) as raw:
                raw.execute(f"PRAGMA max_page_count = {UNLIMITED}").fetchall()
            self.full = None

    @contextmanager
    def _raw(self, use: Use) -> Iterator[Any]:
        connection = self.database._writers[use].raw_connection()
        try:
            yield connection.dbapi_connection
        finally:
            connection.close()

    # --- looking ---

    def query(self, statement: str, *parameters: Any) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            found = connection.exec_driver_sql(statement, parameters)
            return [dict(row) for row in found.mappings()]

    def ids_of(self, entity: str, where: str = "1") -> list[bytes]:
        with self.database.read() as connection:
            query = f'SELECT id FROM "{entity}" WHERE {where} ORDER BY id'
            return list(connection.exec_driver_sql(query).scalars())

    def waiting(self) -> list[dict[str, Any]]:
        with self.database.read() as connection:
            return [
                dict(row) for row in connection.execute(sa.select(outbox).order_by(outbox.c.seq)).mappings()
            ]

    def inbox(self, *, everything: bool = False) -> list[dict[str, Any]]:
        query = sa.select(inbox).order_by(inbox.c.recorded_at, inbox.c.id)
        if not everything:
            query = query.where(inbox.c.state == "open")
        with self.database.read() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def local(connection: sa.Connection, keys: Sequence[Key]) -> dict[Key, dict[str, Any] | None]:
    """What the laptop shows of rows, as the model keeps it."""
    found: dict[Key, dict[str, Any] | None] = {}
    for entity, row_id in keys:
        query = f'SELECT * FROM "{entity}" WHERE id = ?'
        row = connection.exec_driver_sql(query, (bytes.fromhex(row_id),)).mappings().first()
        found[entity, row_id] = None if row is None else fields(row)
    return found


def deleted(connection: sa.Connection, key: Key) -> bool:
    """Whether the person's deletion of the row waits to be sent."""
    mine = sa.and_(outbox.c.entity == key[0], outbox.c.row_id == bytes.fromhex(key[1]))
    return "delete" in connection.scalars(sa.select(outbox.c.op).where(mine)).all()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
