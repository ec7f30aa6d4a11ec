"""The feed sees every write path, in the order of commits, and never skips a row."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from channeldesk.hq import admin, sequencer, triggers
from channeldesk.hq.database import Database
from channeldesk.hq.tables import feed, feed_pending
from channeldesk.model.declare import replicated
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.support.central import add, find, id_of, stored

contact = hq.tables["contact"]


def drained(database: Database) -> int:
    sequencer.drain_committed(database, 1)
    with database.snapshot() as connection:
        return sequencer.position(connection)


def entries(database: Database, after: int) -> set[tuple[str, bytes, str, bytes, int]]:
    """What entered the feed after a position: entity, row, unit, whether it is gone."""
    with database.snapshot() as connection:
        query = sa.select(feed.c.entity, feed.c.row_id, feed.c.unit_kind, feed.c.unit_id, feed.c.gone)
        return {tuple(row) for row in connection.execute(query.where(feed.c.seq > after))}


def by_core(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    for row in rows:
        connection.execute(sa.insert(contact).values(row))


def by_bulk(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    connection.execute(sa.insert(contact), rows)


def by_orm(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    from channeldesk.model import mapped

    class Person:
        pass

    registry = sa.orm.registry()
    registry.map_imperatively(Person, contact)
    assert mapped
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        for row in rows:
            person = Person()
            for name, value in row.items():
                setattr(person, name, value)
            session.add(person)
        session.commit()
    registry.dispose()


def by_plain_sql(connection: sa.Connection, rows: list[dict[str, object]]) -> None:
    postgresql = connection.dialect.name == "postgresql"
    value = "'{}'" if postgresql else "X'{}'"
    for row in rows:
        row_id, partner_id = (value.format(row[name].hex()) for name in ("id", "partner_id"))  # type: ignore[attr-defined]
        connection.exec_driver_sql(
            f"INSERT INTO contact (id, partner_id, name) VALUES ({row_id}, {partner_id}, 'plain')"
        )


@pytest.mark.parametrize("write", [by_core, by_bulk, by_orm, by_plain_sql])
def test_every_write_path_enters_the_feed(
    database: Database, write: Callable[[sa.Connection, list[dict[str, object]]], None]
) -> None:
    before, partner = drained(database), id_of(database, "partner", code="P-E")
    rows = [{"id": new_id(), "partner_id": partner, "name": f"C{number}"} for number in range(3)]

    with database.write() as connection:
        write(connection, rows)
    drained(database)

    expected = {("contact", row["id"], "p", partner, 0) for row in rows}
    assert entries(database, before) == expected


def test_every_replicated_entity_has_its_triggers(database: Database) -> None:
    before, partner = drained(database), id_of(database, "partner", code="P-E")

    with database.write() as connection:
        for entity in replicated():
            table = hq.tables[entity.__entity__]
            connection.execute(sa.update(table).values(updated_at=1))
    drained(database)

    with database.snapshot() as connection:
        filled = {
            entity.__entity__
            for entity in replicated()
            if connection.execute(sa.select(hq.tables[entity.__entity__].c.id).limit(1)).first()
        }
    assert {entity for entity, *_ in entries(database, before)} == filled
    assert ("partner", partner, "p", partner, 0) in entries(database, before)


def test_updating_deleting_and_moving(database: Database) -> None:
    east, west = (id_of(database, "partner", code=code) for code in ("P-E", "P-W"))
    with database.write() as connection:
        moved, tombstone, removed = (add(connection, "contact", partner_id=east, name=n) for n in "abc")
    before = drained(database)

    with database.write() as connection:
        connection.execute(sa.update(contact).where(contact.c.id == moved).values(partner_id=west))
        connection.execute(sa.update(contact).where(contact.c.id == tombstone).values(deleted=1))
        connection.execute(sa.delete(contact).where(contact.c.id == removed))
    drained(database)

    assert entries(database, before) == {
        ("contact", moved, "p", east, 1),
        ("contact", moved, "p", west, 0),
        ("contact", tombstone, "p", east, 1),
        ("contact", removed, "p", east, 1),
    }


def test_a_row_without_an_owner_stays_at_headquarters(database: Database) -> None:
    product, partner = id_of(database, "product", sku="SKU-1"), id_of(database, "partner", code="P-E")
    values = {
        "product_id": product,
        "movement_kind": "receipt",
        "quantity": 1,
        "happened_at": 1,
        "happened_on": "2026-01-01",
    }
    before = drained(database)
    with database.write() as connection:
        own = add(connection, "stock_movement", **values)
        given = add(connection, "stock_movement", **values, partner_id=partner)
    middle = drained(database)
    movement = hq.tables["stock_movement"]
    with database.write() as connection:
        connection.execute(sa.update(movement).where(movement.c.id == given).values(partner_id=None))
    drained(database)

    assert own not in {row_id for _, row_id, *_ in entries(database, 0)}
    assert before < middle
    assert entries(database, middle) == {("stock_movement", given, "p", partner, 1)}


def test_the_feed_keeps_the_newest_entry_only(database: Database) -> None:
    partner = id_of(database, "partner", code="P-E")
    with database.write() as connection:
        row_id = add(connection, "contact", partner_id=partner, name="a")
    for name in "bcd":
        drained(database)
        with database.write() as connection:
            connection.execute(sa.update(contact).where(contact.c.id == row_id).values(name=name))
    head = drained(database)

    with database.snapshot() as connection:
        found = connection.execute(sa.select(feed).where(feed.c.row_id == row_id)).all()
        waiting = connection.execute(sa.select(sa.func.count()).select_from(feed_pending)).scalar()
    assert [row.seq for row in found] == [head]
    assert found[0].first_seq < head
    assert waiting == 0


def test_installing_triggers_again_changes_nothing(database: Database) -> None:
    before, partner = drained(database), id_of(database, "partner", code="P-E")

    with database.write() as connection:
        triggers.install(connection)
        triggers.install(connection)
        add(connection, "contact", partner_id=partner, name="once")
        waiting = connection.execute(sa.select(sa.func.count()).select_from(feed_pending)).scalar()

    assert waiting == 1
    assert drained(database) == before + 1


def test_a_storm_of_writers_loses_nothing(database: Database) -> None:
    """Eight writers pause inside their transactions while a reader follows the feed by its cursor."""
    partner = id_of(database, "partner", code="P-E")
    position, rounds = drained(database), 12
    seen: set[bytes] = set()
    written: list[list[bytes]] = [[] for _ in range(8)]
    pauses = threading.Event()

    def write(number: int) -> None:
        for turn in range(rounds):
            with database.write() as connection:
                for _ in range(5):
                    written[number].append(add(connection, "contact", partner_id=partner, name="storm"))
                    if database.is_postgresql or turn % 4 == 0:
                        pauses.wait(0.001 * ((number * 7 + turn) % 5))
                if turn % 3 == 0:
                    sequencer.drain(connection, 1)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    while True:
        alive = any(writer.is_alive() for writer in writers)
        head = drained(database)
        with database.snapshot() as connection:
            query = sa.select(feed.c.row_id).where(feed.c.seq > position, feed.c.seq <= head)
            seen |= set(connection.scalars(query))
        position = head
        if not alive:
            break

    assert seen == {row_id for rows in written for row_id in rows}
    assert len(seen) == 8 * rounds * 5


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_audit_trail_is_append_only(database: Database, statement: str) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.write() as connection:
        connection.exec_driver_sql(statement)


def test_truncating_a_table_tells_everybody(postgres_hq: str) -> None:
    database = Database(postgres_hq)
    partner = id_of(database, "partner", code="P-E")
    with database.write() as connection:
        row_id = add(connection, "contact", partner_id=partner, name="a")
    before = drained(database)
    with database.write() as connection:
        connection.exec_driver_sql("TRUNCATE contact")
    drained(database)

    assert entries(database, before) == {("contact", row_id, "p", partner, 1)}
    assert stored(database, "contact", row_id) is None
    database.close()


def test_an_undone_transaction_leaves_no_entry(database: Database) -> None:
    before, partner = drained(database), id_of(database, "partner", code="P-E")

    class Stop(Exception):
        pass

    def write_and_stop(connection: sa.Connection) -> None:
        add(connection, "contact", partner_id=partner, name="never")
        sequencer.drain(connection, admin.now_ms())
        raise Stop

    with pytest.raises(Stop):
        database.run(write_and_stop)

    assert drained(database) == before
    with database.snapshot() as connection:
        assert find(connection, "partner", code="P-E")["id"] == partner
