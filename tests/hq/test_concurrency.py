"""Transactions that commit in another order than they began: cases 1 to 3 of docs/sync-protocol.md, on
PostgreSQL with truly concurrent transactions; on SQLite a second writer waits, and nothing is missed either.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, retention, sequencer
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.support import central
from tests.support.central import Server, add, id_of

contact = hq.tables["contact"]


@pytest.fixture
def pg_server(postgres_hq: str) -> Iterator[Server]:
    with central.running(postgres_hq) as server:
        yield server


@pytest.fixture
def writers(postgres_hq: str) -> Iterator[Database]:
    database = Database(postgres_hq)
    yield database
    database.close()


def pushed(laptop: central.Laptop, partner: bytes, name: str) -> None:
    laptop.one("contact", new_id(), "insert", set={"partner_id": partner.hex(), "name": name})


def names(pulled: central.Pulled) -> set[str]:
    return {row["name"] for row in pulled.rows.get("contact", {}).values()}


def test_case_1_a_held_transaction_arrives_after_its_commit_postgresql(
    pg_server: Server, writers: Database
) -> None:
    """Case 1: tx1 writes and holds; tx2 commits; pull; tx1 commits; pull."""
    laptop, partner = pg_server.laptop("east"), id_of(writers, "partner", code="P-E")
    laptop.pull()

    with writers.write() as first:
        add(first, "contact", partner_id=partner, name="first")
        with writers.write() as second:
            add(second, "contact", partner_id=partner, name="second")
        assert names(laptop.pull()) == {"second"}
    assert names(laptop.pull()) == {"first"}
    assert names(laptop.pull()) == set()


def test_case_2_early_ids_and_late_commits_postgresql(pg_server: Server, writers: Database) -> None:
    """Case 2: tx1 takes its ids first; tx2 inserts; tx1 inserts and commits; pull; tx2 commits; pull."""
    laptop, partner = pg_server.laptop("east"), id_of(writers, "partner", code="P-E")
    laptop.pull()

    with writers.write() as second:
        with writers.write() as first:
            first.exec_driver_sql("SELECT nextval(pg_get_serial_sequence('feed_pending', 'n'))")
            early = new_id()
            add(second, "contact", partner_id=partner, name="second")
            add(first, "contact", id=early, partner_id=partner, name="first")
        assert names(laptop.pull()) == {"first"}
    assert names(laptop.pull()) == {"second"}


def test_two_held_pushes_take_their_places_in_the_order_of_commits(
    pg_server: Server, writers: Database
) -> None:
    """The second sequencer waits for the first one's commit, and a pull in between sees neither."""
    laptop, partner = pg_server.laptop("east"), id_of(writers, "partner", code="P-E")
    laptop.pull()
    drained = threading.Event()

    def second() -> None:
        with writers.write() as connection:
            add(connection, "contact", partner_id=partner, name="second")
            sequencer.drain(connection, 1)
            drained.set()

    with writers.write() as first:
        add(first, "contact", partner_id=partner, name="first")
        sequencer.drain(first, 1)
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not drained.wait(0.3)
        with writers.snapshot() as connection:
            seen = connection.execute(sa.select(sa.func.count()).select_from(contact)).scalar()
        assert seen == 0
    waiting.join(10)

    found = laptop.pull().rows["contact"]
    assert [row["name"] for row in sorted(found.values(), key=lambda row: row["rv"])] == ["first", "second"]


def test_case_3_an_idle_writer_holds_up_nobody_postgresql(pg_server: Server, writers: Database) -> None:
    """Case 3: an unrelated write transaction idles; other commits arrive within two seconds."""
    sender, reader = pg_server.laptop("east"), pg_server.laptop("east")
    partner, idle = id_of(writers, "partner", code="P-E"), id_of(writers, "partner", code="P-W")
    reader.pull()

    with writers.write() as connection:
        add(connection, "contact", partner_id=idle, name="idles")
        connection.exec_driver_sql("SELECT txid_current()")
        for turn in range(5):
            started = time.monotonic()
            pushed(sender, partner, f"turn {turn}")
            assert names(reader.pull()) == {f"turn {turn}"}
            assert time.monotonic() - started < 2
            time.sleep(0.1)
    assert names(pg_server.laptop("west").pull()) == {"idles"}


def test_case_8_rows_of_one_transaction_arrive_together(server: Server, database: Database) -> None:
    """Case 8, the server's half: while somebody writes pairs, every answer holds whole pairs."""
    partner, reader = id_of(database, "partner", code="P-E"), server.laptop("east")
    reader.pull()
    stop = threading.Event()

    def write() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            with database.write() as connection:
                add(connection, "contact", partner_id=partner, name=f"{turn}", note="a")
                add(connection, "contact", partner_id=partner, name=f"{turn}", note="b")
                if turn % 2:
                    sequencer.drain(connection, 1)

    writer = threading.Thread(target=write)
    writer.start()
    found: dict[str, set[str]] = {}
    try:
        for _ in range(15):
            for row in reader.pull().rows.get("contact", {}).values():
                found.setdefault(row["name"], set()).add(row["note"])
            torn = {name: notes for name, notes in found.items() if len(notes) != 2}
            assert torn == {}
    finally:
        stop.set()
        writer.join(20)
    assert len(found) > 5


@pytest.fixture
def lite(sqlite_hq: str) -> Iterator[tuple[Server, Database]]:
    with central.running(sqlite_hq) as server:
        database = Database(sqlite_hq)
        yield server, database
        database.close()


class Writer(threading.Thread):
    """Adds a contact in a transaction of its own, as soon as the database lets it."""

    def __init__(self, database: Database, partner: bytes, name: str) -> None:
        super().__init__(name=name)
        self.done = threading.Event()
        self._row = {"id": new_id(), "partner_id": partner, "name": name}
        self._database = database
        self.start()

    def run(self) -> None:
        with self._database.write() as connection:
            add(connection, "contact", **self._row)
        self.done.set()


def test_case_1_a_held_transaction_arrives_after_its_commit_sqlite(lite: tuple[Server, Database]) -> None:
    server, database = lite
    laptop, partner = server.laptop("east"), id_of(database, "partner", code="P-E")
    laptop.pull()
    with database.write() as first:
        add(first, "contact", partner_id=partner, name="first")
        second = Writer(database, partner, "second")
        assert not second.done.wait(0.3)
        assert names(laptop.pull()) == set()
    second.join(20)
    assert names(laptop.pull()) == {"first", "second"}
    assert names(laptop.pull()) == set()


def test_case_2_early_ids_and_late_commits_sqlite(lite: tuple[Server, Database]) -> None:
    server, database = lite
    laptop, partner = server.laptop("east"), id_of(database, "partner", code="P-E")
    laptop.pull()
    early = new_id()
    with database.write() as second:
        add(second, "contact", partner_id=partner, name="second")
        first = Writer(database, partner, "first")
        assert names(laptop.pull()) == set()
        add(second, "contact", id=early, partner_id=partner, name="early")
    found = names(laptop.pull())
    first.join(20)
    assert found | names(laptop.pull()) == {"first", "second", "early"}


def test_case_3_an_idle_writer_delays_others_and_loses_nothing_sqlite(lite: tuple[Server, Database]) -> None:
    server, database = lite
    sender, reader = server.laptop("east"), server.laptop("east")
    partner, idle = (id_of(database, "partner", code=code) for code in ("P-E", "P-W"))
    reader.pull()
    with database.write() as connection:
        add(connection, "contact", partner_id=idle, name="idles")
        waits = threading.Thread(target=pushed, args=(sender, partner, "waits"), name="waits")
        waits.start()
        assert names(reader.pull()) == set()  # readers never wait
        waits.join(0.3)
        assert waits.is_alive()
    waits.join(20)
    assert names(reader.pull()) == {"waits"}
    assert names(server.laptop("west").pull()) == {"idles"}


def at_once(writers: Database, held: Callable[[sa.Connection], None], *asks: Callable[[], Any]) -> list[Any]:
    """What is asked at once, while ``held`` makes everybody wait at the same place; the answers."""
    with ThreadPoolExecutor(len(asks)) as pool:
        with writers.write() as connection:
            held(connection)
            told = [pool.submit(ask) for ask in asks]
            time.sleep(1)
        return [one.result(20) for one in told]


def test_one_step_sent_by_two_copies_at_once_counts_once(pg_server: Server, writers: Database) -> None:
    partner, promise = id_of(writers, "partner", code="P-E"), hq.tables["promise"]
    with writers.write() as connection:
        row_id = add(connection, "promise", partner_id=partner, promised="Shelf", due_on="2026-12-01")
        sequencer.drain(connection, 1)
    one, two = pg_server.laptop("east"), pg_server.laptop("east")
    one.hello(), two.hello()
    step = one.mutation("promise", row_id, "patch", inc={"postponed": 1})
    two.last_mid = one.last_mid
    row = sa.select(promise).where(promise.c.id == row_id)
    told = at_once(
        writers,
        lambda connection: connection.execute(row.with_for_update()).one() and None,
        lambda: one.push(dict(step)),
        lambda: two.push(dict(step)),
    )
    assert len(told) == 2
    stored = central.stored(writers, "promise", row_id)
    assert stored is not None
    assert stored["postponed"] == 1


def test_one_row_sent_by_two_copies_at_once_is_taken_for_both(pg_server: Server, writers: Database) -> None:
    fields = {"partner_id": id_of(writers, "partner", code="P-E").hex(), "name": "Twice"}
    one, two = pg_server.laptop("east"), pg_server.laptop("east")
    one.hello(), two.hello()
    row = one.mutation("contact", new_id(), "insert", set=fields)
    two.last_mid = one.last_mid
    told = at_once(writers, sequencer.lock, lambda: one.push(dict(row)), lambda: two.push(dict(row)))
    assert {answer["status"] for (answer,) in told} <= {"applied", "duplicate"}
    assert central.count(writers, "contact", name="Twice") == 1


def test_a_row_made_again_while_headquarters_forgets_it_stays(pg_server: Server, writers: Database) -> None:
    east, partner, row_id = pg_server.laptop("east"), id_of(writers, "partner", code="P-E"), new_id()
    made = east.one("contact", row_id, "insert", set={"partner_id": partner.hex(), "name": "Back"})
    east.one("contact", row_id, "delete", base=made["row"])
    later = admin.now_ms() + 200 * retention.DAY_MS
    with ThreadPoolExecutor(1) as pool:
        with writers.write() as connection:  # as a push does that undoes the deletion
            connection.execute(sa.update(contact).where(contact.c.id == row_id).values(deleted=0))
            forgets = pool.submit(retention.prune, writers, later)
            time.sleep(1)
        forgets.result(20)
    assert "Back" in names(east.pull())
