"""What is sent: coalesced, in order, frozen once it has a number."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.model.local import outbox as table
from channeldesk.store import outbox
from channeldesk.store.database import Database
from tests.store.test_capture import TERRITORY, arrived
from tests.support import laptop as support


@pytest.fixture
def database(tmp_path: Path):
    with support.opened(tmp_path / "cache.db") as opened:
        yield opened


def act(database: Database, *statements: str) -> None:
    with database.write() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def freeze(database: Database, last_mid: int = 0) -> list[outbox.Mutation]:
    with database.apply() as connection:
        outbox.freeze(connection, last_mid)
        return outbox.batch(connection, 1000, 4_000_000)


def contact(number: int, name: str = "Chen Li") -> str:
    partner = (bytes(15) + b"\7").hex()
    row = (bytes(14) + b"\1" + bytes([number])).hex()
    return f"INSERT INTO contact (id, partner_id, name) VALUES (x'{row}', x'{partner}', '{name}')"


def test_a_hundred_edits_of_one_row_are_one_against_the_first_base(database: Database) -> None:
    arrived(database, phone="0")
    for number in range(1, 101):
        act(database, f"UPDATE partner SET phone = '{number}'")
    (mutation,) = freeze(database)
    assert (dict(mutation.base), dict(mutation.changes)) == ({"phone": "0"}, {"phone": "100"})
    assert (mutation.mid, mutation.base_rv) == (1, 5)


def test_the_base_holds_the_whole_of_a_touched_merge_group(database: Database) -> None:
    arrived(database, credit_limit=100)
    act(database, "UPDATE partner SET credit_limit = 200")
    act(database, "UPDATE partner SET currency = 'EUR'")
    (mutation,) = freeze(database)
    assert dict(mutation.base) == {"credit_limit": 100, "currency": "CNY"}
    assert dict(mutation.changes) == {"credit_limit": 200, "currency": "EUR"}


def test_created_and_deleted_before_sending_is_nothing(database: Database) -> None:
    act(database, contact(1))
    act(database, "UPDATE contact SET name = 'Chen Lili'")
    act(database, "DELETE FROM contact")
    assert freeze(database) == []
    with database.read() as connection:
        assert outbox.count(connection) == 0


def test_created_and_edited_is_one_insert(database: Database) -> None:
    act(database, contact(1))
    act(database, "UPDATE contact SET name = 'Chen Lili'")
    (mutation,) = freeze(database)
    assert mutation.op == "insert" and mutation.changes["name"] == "Chen Lili"


def test_a_draft_within_a_transaction_travels_alone_and_the_rest_stays_in_one_piece(
    database: Database,
) -> None:
    user, draft = "00000000000000000000000000000009", "00000000000000000000000000000010"
    kept = (
        "INSERT INTO draft (id, user_id, draft_kind, body) "
        f"VALUES (x'{draft}', x'{user}', 'order', '{{\"note\": \"\"}}')"
    )
    act(database, contact(1), kept, contact(2))
    first, second, alone = freeze(database)
    assert [one.entity for one in (first, second, alone)] == ["contact", "contact", "draft"]
    assert [one.mid for one in (first, second, alone)] == [1, 2, 3]
    assert first.txn == second.txn != alone.txn


def test_a_transaction_of_several_rows_stays_whole(database: Database) -> None:
    act(database, contact(1), contact(2))
    act(database, "UPDATE contact SET name = 'x' WHERE id = (SELECT min(id) FROM contact)")
    mutations = freeze(database)
    assert [m.op for m in mutations] == ["insert", "insert", "patch"]
    assert mutations[0].txn == mutations[1].txn != mutations[2].txn
    assert mutations[2].deps == (mutations[0].uuid.hex(),)


def test_counters_add_up_and_are_no_field_change(database: Database) -> None:
    partner = arrived(database)
    with database.apply() as connection:
        connection.exec_driver_sql(
            "INSERT INTO promise (id, partner_id, promised, due_on, rv) "
            "VALUES (x'01', ?, 'rack', '2026-11-30', 3)",
            (partner,),
        )
    act(database, "UPDATE promise SET postponed = postponed + 1")
    act(database, "UPDATE promise SET postponed = postponed + 2, due_on = '2026-12-01'")
    first, second = freeze(database)  # apart: a copy of this profile may send them as well
    assert (first.increments, second.increments) == ({"postponed": 1}, {"postponed": 2})
    assert (dict(first.changes), dict(second.changes)) == ({}, {"due_on": "2026-12-01"})


def test_keys_of_a_document_are_fields_of_their_own(database: Database) -> None:
    arrived(database, custom='{"a":1,"b":2}')
    act(database, """UPDATE partner SET custom = '{"a":1,"b":3,"c":4}'""")
    act(database, """UPDATE partner SET custom = '{"b":5,"c":4}'""")
    (mutation,) = freeze(database)
    assert dict(mutation.base) == {"custom.a": 1, "custom.b": 2, "custom.c": None}
    assert dict(mutation.changes) == {"custom.a": None, "custom.b": 5, "custom.c": 4}


def test_an_edit_after_freezing_is_a_mutation_of_its_own(database: Database) -> None:
    arrived(database, phone="0")
    act(database, "UPDATE partner SET phone = '1'")
    first = freeze(database)
    act(database, "UPDATE partner SET phone = '2'")
    second = freeze(database, last_mid=1)
    assert [m.mid for m in second] == [1, 2]
    assert second[0] == first[0]
    assert dict(second[1].base) == {"phone": "1"}


def test_a_replaced_row_is_a_patch_of_what_differs(database: Database) -> None:
    row_id = arrived(database, phone="1", city="Hangzhou")
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO partner (id, name, territory_id, currency, city) "
            "VALUES (?, 'Hengtai', ?, 'CNY', 'Ningbo')",
            (row_id, TERRITORY),
        )
    (mutation,) = freeze(database)
    assert mutation.op == "patch"
    assert dict(mutation.changes) == {"phone": None, "city": "Ningbo"}
    address = {"address": None, "city": "Hangzhou", "postal_code": None, "country": None}
    assert dict(mutation.base) == {"phone": "1", **address}


def test_batches_keep_transactions_whole_even_over_the_limit(database: Database) -> None:
    act(database, *[contact(n) for n in range(1, 8)])
    act(database, contact(20))
    with database.apply() as connection:
        outbox.freeze(connection, 0)
        assert len(outbox.batch(connection, 3, 4_000_000)) == 7
        connection.execute(sa.delete(table).where(table.c.mid <= 7))
        assert [m.mid for m in outbox.batch(connection, 3, 4_000_000)] == [8]


def test_batches_stay_below_what_headquarters_takes_at_once(database: Database) -> None:
    for number in range(1, 8):
        act(database, contact(number, "王" * 10_000))
    with database.apply() as connection:
        outbox.freeze(connection, 0)
        assert [m.mid for m in outbox.batch(connection, 500, 100_000)] == [1, 2, 3]
        assert [m.mid for m in outbox.batch(connection, 500, 1_000)] == [1]


def test_an_edit_that_was_taken_back_is_none(database: Database) -> None:
    arrived(database, phone="0", city="Ningbo")
    act(database, "UPDATE partner SET phone = '1'")
    act(database, "UPDATE partner SET city = 'Hangzhou'")
    act(database, "UPDATE partner SET phone = '0'")
    (mutation,) = freeze(database)
    assert dict(mutation.changes) == {"city": "Hangzhou"}

    act(database, "UPDATE partner SET phone = '2'")
    act(database, "UPDATE partner SET phone = '0'")
    assert [m.mid for m in freeze(database, 1)] == [1]
