"""A small company at headquarters, on a real database behind a real HTTP server."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import uvicorn

from channeldesk.desk import Desk
from channeldesk.hq import admin, rows, sequencer
from channeldesk.hq.app import Settings, create_app
from channeldesk.hq.database import Database
from channeldesk.model.tables import hq

if TYPE_CHECKING:
    from tests.support.postgres import Postgres

PASSWORD = "correct horse"
_kept: list[tempfile.TemporaryDirectory[str]] = []


class Headquarters:
    """Territories North and South with a manager each and one for both; partners, products, prices."""

    def __init__(self, url: str, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self.url, self.now_ms = url, now_ms
        self.database = Database(url)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.address = ""
        self._port = 0

    def start(self) -> None:
        """Serves on loopback; after a stop, on the same port again."""
        app = create_app(Settings(self.url, now_ms=self.now_ms))
        config = uvicorn.Config(app, host="127.0.0.1", port=self._port, log_level="error", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="headquarters")
        self._thread.start()
        deadline = time.monotonic() + 20
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start"
            assert self._thread.is_alive(), "the server ended"
            time.sleep(0.005)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(20)
            assert not self._thread.is_alive(), "the server did not stop"
            self._server = self._thread = None

    def close(self) -> None:
        self.stop()
        self.database.close()

    def backup(self) -> Callable[[], str]:
        """A copy of the database as it is now; the function restores it and answers the new epoch."""
        self.stop()
        self.database.close()
        if self.database.is_postgresql:
            restore = _copied_database(self.url)
        else:
            path = Path(str(self.database.url.database))
            kept = path.with_name("backup.db")
            _checkpoint(self.database)
            shutil.copyfile(path, kept)

            def restore() -> None:
                for suffix in ("-wal", "-shm"):
                    path.with_name(path.name + suffix).unlink(missing_ok=True)
                shutil.copyfile(kept, path)

        self.start()

        def put_back() -> str:
            self.stop()
            self.database.close()
            restore()
            epoch = admin.new_epoch(self.database)
            self.start()
            return epoch

        return put_back

    def insert(self, entity: str, **values: Any) -> bytes:
        def work(connection: sa.Connection) -> bytes:
            (row_id,) = rows.insert(connection, entity, [values], now=self.now_ms())
            sequencer.drain(connection, self.now_ms())
            return row_id

        return self.database.run(work)

    def execute(self, statement: Any, parameters: Any = None) -> None:
        """Any write, as a company's own SQL would do it."""
        with self.database.write() as connection:
            connection.execute(sa.text(statement) if isinstance(statement, str) else statement, parameters)

    def table(self, entity: str, **where: Any) -> list[Mapping[str, Any]]:
        """Undeleted rows."""
        table = hq.tables[entity]
        query = sa.select(table).where(table.c.deleted == 0, *(table.c[k] == v for k, v in where.items()))
        with self.database.snapshot() as connection:
            return list(connection.execute(query.order_by(table.c.id)).mappings())

    def id_of(self, entity: str, **where: Any) -> bytes:
        (row,) = self.table(entity, **where)
        return bytes(row["id"])


def furnish(database: Database) -> None:
    """The company's rows, the same in every test."""
    admin.add_territory(database, "NORTH", "North", time_zone="Asia/Shanghai", currency="CNY")
    admin.add_territory(database, "SOUTH", "South", time_zone="Asia/Shanghai", currency="CNY")
    for login, name, territories in (
        ("ann", "Ann", ["NORTH", "SOUTH"]),
        ("bo", "Bo", ["NORTH"]),
        ("cai", "Cai", ["SOUTH"]),
    ):
        admin.add_user(database, login, name, "manager", territories, PASSWORD)
    admin.add_user(database, "hana", "Hana", "headquarters", [], PASSWORD)
    admin.add_user(database, "vera", "Vera", "viewer", ["NORTH"], PASSWORD)

    def work(connection: sa.Connection) -> None:
        now = admin.now_ms()

        def put(entity: str, **values: Any) -> bytes:
            return rows.insert(connection, entity, [values], now=now)[0]

        north = rows.find(connection, "territory", code="NORTH")
        south = rows.find(connection, "territory", code="SOUTH")
        assert north is not None
        assert south is not None
        tax = put("tax_code", code="VAT", name="VAT 13 %", rate=1300)
        drill = put("product", sku="DR-18", name="Drill", category="Tools", cost=300_0000, tax_code_id=tax)
        put("product", sku="SAW", name="Saw", category="Tools", tax_code_id=tax)
        prices = put("price_list", code="STD", name="Standard", currency="CNY")
        put("price_item", price_list_id=prices, product_id=drill, price=500_0000, floor=450_0000)
        for code, name, territory in (
            ("P1", "Hengtai", north),
            ("P2", "Qianjiang", north),
            ("P3", "Oujiang", south),
        ):
            partner = put(
                "partner",
                code=code,
                name=name,
                territory_id=territory["id"],
                currency="CNY",
                credit_limit=10_000_00,
                phone="0571",
                delivery_note="Gate 3",
            )
            put(
                "contact", partner_id=partner, name=f"Owner of {name}", phone="1", email="a@b.cn", note="calm"
            )
        sequencer.drain(connection, now)

    database.run(work)


@cache
def _sqlite_template() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="channeldesk-hq-template-")
    _kept.append(folder)
    path = Path(folder.name) / "headquarters.db"
    _prepare(f"sqlite:///{path}")
    return path


_postgres_templates: dict[int, str] = {}


def _prepare(url: str) -> None:
    database = admin.init(url, "Example Tools", "CNY", "Asia/Shanghai", years=(2025, 2026, 2027))
    furnish(database)
    if not database.is_postgresql:
        _checkpoint(database)
    database.close()


def _checkpoint(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()


def _copied_database(url: str) -> Callable[[], None]:
    """Copies a PostgreSQL database that nobody is connected to; the function puts the copy in its place."""
    here = sa.make_url(url)
    name = str(here.database)
    engine = sa.create_engine(here.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def run(*statements: str) -> None:
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    run(f'CREATE DATABASE "{name}_backup" TEMPLATE "{name}"')

    def restore() -> None:
        run(
            f'DROP DATABASE "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{name}_backup"',
            f'DROP DATABASE "{name}_backup"',
        )

    return restore


@contextmanager
def furnished(kind: str, folder: Path, postgres: "Callable[[], Postgres]") -> Iterator[str]:
    """The URL of a fresh copy of the furnished company, on SQLite or PostgreSQL."""
    if kind == "sqlite":
        path = folder / "headquarters.db"
        shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        return
    server = postgres()
    if id(server) not in _postgres_templates:
        name = server.create()
        _prepare(server.url(name))
        _postgres_templates[id(server)] = name
    with server.database(_postgres_templates[id(server)]) as url:
        yield url


def only_sqlite() -> "Postgres":
    """For tests that need no other database."""
    raise AssertionError("SQLite was asked for")


@contextmanager
def serving(
    kind: str, folder: Path, postgres: Callable[[], "Postgres"] = only_sqlite
) -> Iterator[Headquarters]:
    """A furnished headquarters that answers, until the end of the block."""
    with furnished(kind, folder, postgres) as url:
        running = Headquarters(url)
        running.start()
        try:
            yield running
        finally:
            running.close()


@contextmanager
def synchronised(server: Headquarters, folder: Path, login: str = "bo") -> Iterator[Desk]:
    """The desk of one of its people, after the first synchronisation."""
    with Desk.create(
        folder, server.address, login, PASSWORD, passphrase="a long one", keyring=None
    ) as opened:
        opened.sync(in_process=True)
        yield opened
