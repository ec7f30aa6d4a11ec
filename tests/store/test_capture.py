"""Whatever way a person's edit takes into the database, the outbox has it; what sync writes, it has not."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.model.local import outbox, shadow
from channeldesk.model.tables import laptop
from channeldesk.store.database import Database
from tests.support import laptop as support

TERRITORY = bytes(15) + b"\1"


@pytest.fixture
def database(tmp_path: Path):
    with support.opened(tmp_path / "cache.db") as opened:
        yield opened


def recorded(database: Database) -> list[tuple[str, str, dict, dict, dict]]:
    with database.read() as connection:
        rows = connection.execute(sa.select(outbox).order_by(outbox.c.seq)).all()
    return [
        (r.entity, r.op, json.loads(r.base), json.loads(r.changes), json.loads(r.increments)) for r in rows
    ]


def arrived(database: Database, **values: object) -> bytes:
    """A partner as headquarters sent it."""
    row = {"id": bytes(15) + b"\7", "name": "Hengtai", "territory_id": TERRITORY, "currency": "CNY", "rv": 5}
    with database.apply() as connection:
        connection.execute(sa.insert(laptop.tables["partner"]).values(row | values))
    return bytes(15) + b"\7"


def write_and_fail(database: Database) -> None:
    with database.write() as connection:
        connection.execute(sa.update(laptop.tables["partner"]).values(city="D"))
        raise RuntimeError("stop")


def test_sync_writes_are_not_captured(database: Database) -> None:
    partner = laptop.tables["partner"]
    row_id = arrived(database)
    with database.apply() as connection:
        connection.execute(sa.update(partner).values(phone="1"))
        connection.execute(sa.delete(partner).where(partner.c.id == row_id))
    assert recorded(database) == []


def test_orm_bulk_and_plain_sql_are_captured(database: Database) -> None:
    from sqlalchemy.orm import Session

    from channeldesk.model import mapped

    row_id = arrived(database)
    partner = laptop.tables["partner"]
    with database.write() as connection:
        with Session(bind=connection, join_transaction_mode="rollback_only") as session:
            contact = mapped.laptop("contact")(
                id=bytes(15) + b"\11", partner_id=row_id, name="Wang Jun", main=1, consent=0
            )
            session.add(contact)
            session.flush()
        connection.execute(sa.update(partner).where(partner.c.name == "Hengtai").values(city="Hangzhou"))
        connection.exec_driver_sql("UPDATE partner SET phone = '0571' WHERE city = 'Hangzhou'")
        connection.exec_driver_sql("DELETE FROM partner WHERE phone = '0571'")
    entries = recorded(database)
    assert [(e, op) for e, op, *_ in entries] == [
        ("contact", "insert"),
        ("partner", "patch"),
        ("partner", "patch"),
        ("partner", "delete"),
    ]
    assert entries[0][3]["name"] == "Wang Jun" and entries[0][3]["partner_id"] == row_id.hex()
    group = {"address": None, "city": None, "postal_code": None, "country": None}
    assert entries[1][2:4] == (group, {"city": "Hangzhou"})
    assert entries[2][2:4] == ({"phone": None}, {"phone": "0571"})
    assert entries[3][2]["city"] == "Hangzhou"


def test_one_transaction_is_one_txn_and_a_rollback_leaves_nothing(database: Database) -> None:
    partner = laptop.tables["partner"]
    arrived(database)
    with database.write() as connection:
        connection.execute(sa.update(partner).values(city="A"))
        connection.execute(sa.update(partner).values(city="B"))
    with database.write() as connection:
        connection.execute(sa.update(partner).values(city="C"))
    with pytest.raises(RuntimeError, match="stop"):
        write_and_fail(database)
    with database.read() as connection:
        txns = connection.execute(sa.select(outbox.c.txn).order_by(outbox.c.seq)).scalars().all()
    assert len(txns) == 3 and txns[0] == txns[1] != txns[2]


def test_null_and_counter_travel_as_what_they_are(database: Database) -> None:
    row_id = arrived(database, phone="1")
    promise = laptop.tables["promise"]
    with database.apply() as connection:
        connection.execute(
            sa.insert(promise).values(
                id=bytes(15) + b"\12",
                partner_id=row_id,
                promised="rack",
                due_on="2026-11-30",
                postponed=2,
                rv=6,
            )
        )
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE partner SET phone = NULL")
        connection.exec_driver_sql("UPDATE promise SET postponed = postponed + 3")
    entries = recorded(database)
    assert entries[0][3] == {"phone": None}
    assert entries[1][2:] == ({}, {}, {"postponed": 3})


def test_an_update_without_a_change_is_nothing(database: Database) -> None:
    arrived(database, phone="1")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE partner SET phone = '1', rv = 9, updated_at = 5")
    assert recorded(database) == []


def test_first_edit_keeps_headquarters_image(database: Database) -> None:
    row_id = arrived(database, phone="1")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE partner SET phone = '2'")
        connection.exec_driver_sql("UPDATE OR REPLACE partner SET phone = '3'")
    with database.read() as connection:
        kept = connection.execute(sa.select(shadow)).one()
    assert (kept.entity, bytes(kept.row_id), kept.rv) == ("partner", row_id, 5)
    assert json.loads(kept.image)["phone"] == "1"


def test_a_replacing_insert_is_a_delete_and_an_insert(database: Database) -> None:
    row_id = arrived(database, phone="1")
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO partner (id, name, territory_id, currency) VALUES (?, 'New', ?, 'CNY')",
            (row_id, TERRITORY),
        )
    assert [op for _, op, *_ in recorded(database)] == ["delete", "insert"]
