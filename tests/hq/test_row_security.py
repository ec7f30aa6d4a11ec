"""The second net: what a statement without any condition brings is no more than what is theirs."""

import logging
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, policy, row_security, rows, sequencer
from channeldesk.hq.database import Database
from channeldesk.hq.policy import Scope
from channeldesk.hq.selecting import Selecting, batches
from channeldesk.hq.tables import access_token, audit_entry, feed
from channeldesk.hq.users import principal
from channeldesk.model.declare import ENTITIES, Unit
from channeldesk.model.ids import new_id
from channeldesk.model.partner import Contact
from channeldesk.model.tables import hq
from channeldesk.wire import SCHEMA
from tests.support import matrix
from tests.support.central import find
from tests.support.matrix import AREA, Planted


@pytest.fixture
def database(postgres_hq: str) -> Iterator[Database]:
    opened = Database(postgres_hq)
    yield opened
    opened.close()


@pytest.fixture
def planted(database: Database) -> Planted:
    return matrix.plant(database)


def scope_of(connection: sa.Connection, login: str) -> Scope:
    user = find(connection, "app_user", login=login)["id"]
    device = new_id()
    hq_device = hq.tables["device"]
    connection.execute(sa.insert(hq_device).values(id=device, user_id=user, prefix=f"X{login}", last_mid=0))
    who = principal(connection, user, device)
    assert who is not None
    return policy.scope_of(connection, who)


@pytest.mark.parametrize("login", list(AREA))
def test_a_statement_without_a_condition_brings_nothing_forbidden(
    database: Database, planted: Planted, login: str
) -> None:
    with database.write() as connection:
        scope = scope_of(connection, login)
        with row_security.fenced(connection, scope):
            found = {
                (name, row_id)
                for name, entity in ENTITIES.items()
                if entity.synced()
                for row_id in connection.scalars(sa.select(hq.tables[name].c.id))
            }
    rows = {key for key, one in planted.rows.items() if ENTITIES[one.entity].unit is not Unit.SERVER}
    theirs = {key for key in rows if matrix.may_see_row(login, planted.rows[key])}
    assert found & rows == theirs


def test_secrets_are_out_of_reach(database: Database) -> None:
    with database.write() as connection:
        scope = scope_of(connection, "boss")
    for table in (hq.tables["credential"], hq.tables["device"], access_token, audit_entry):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
            database.snapshot() as connection,
            row_security.fenced(connection, scope),
        ):
            connection.execute(sa.select(sa.func.count()).select_from(table))


def test_nothing_is_written_from_behind_the_fence(database: Database) -> None:
    with database.write() as connection:
        scope = scope_of(connection, "boss")
    with (
        pytest.raises(sa.exc.ProgrammingError, match="permission denied"),
        database.write() as connection,
        row_security.fenced(connection, scope),
    ):
        connection.execute(sa.update(hq.tables["partner"]).values(name="x"))


def test_a_transaction_that_was_told_nothing_sees_nothing(database: Database, planted: Planted) -> None:
    with database.snapshot() as connection:
        connection.exec_driver_sql(f"SET LOCAL ROLE {row_security.ROLE}")
        for name, entity in ENTITIES.items():
            if entity.synced():
                assert connection.scalar(sa.select(sa.func.count()).select_from(hq.tables[name])) == 0, name


def test_the_fence_ends_with_its_block(database: Database) -> None:
    with database.write() as connection:
        before = connection.scalar(sa.text("SELECT current_user"))
        with row_security.fenced(connection, scope_of(connection, "east")):
            assert connection.scalar(sa.text("SELECT current_user")) == row_security.ROLE
        assert connection.scalar(sa.text("SELECT current_user")) == before
    with database.snapshot() as connection:
        assert connection.scalar(sa.text("SELECT current_user")) == before


def test_every_replicated_table_is_forced(database: Database) -> None:
    with database.snapshot() as connection:
        query = "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
        forced = set(connection.scalars(sa.text(query)))
    assert forced == {name for name, entity in ENTITIES.items() if entity.synced()}


@pytest.mark.allow_log("row security is off", reason="what the test is about")
def test_without_the_right_to_make_the_role_headquarters_works_and_says_so(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(row_security, "ROLE", "not_there")
    with database.write() as connection:
        connection.exec_driver_sql("CREATE ROLE powerless NOLOGIN")
        connection.exec_driver_sql("SET LOCAL ROLE powerless")
        with caplog.at_level(logging.WARNING):
            row_security.install(connection)
        assert not row_security.is_on(connection)
        connection.rollback()
    assert "CREATE ROLE not_there" in caplog.text


def test_changes_are_found_by_their_ids_and_not_among_all_rows(database: Database) -> None:
    """Behind the fence the planner guesses badly how many rows there are; a page of the feed names few."""
    with database.write() as connection:
        scope = scope_of(connection, "east")
        owner, now = find(connection, "partner", code="P-E")["id"], admin.now_ms()
        contacts = [{"partner_id": owner, "name": f"Contact {number}"} for number in range(4_000)]
        ids = rows.insert(connection, "contact", contacts, now=now)
        sequencer.drain(connection, now)
        before = head(connection)
        contact = hq.tables["contact"]
        connection.execute(sa.update(contact).where(contact.c.id.in_(ids[:200])).values(phone="1"))
        sequencer.drain(connection, now)
        connection.exec_driver_sql("ANALYZE")
        selecting = Selecting(policy.access(scope, Contact), head(connection), SCHEMA)
        query = selecting.fed(before, head(connection)).compile(
            dialect=connection.dialect, compile_kwargs={"literal_binds": True}
        )
        with row_security.fenced(connection, scope):
            plan = "\n".join(connection.exec_driver_sql(f"EXPLAIN {query}".replace("%", "%%")).scalars())
            assert len(list(batches(connection, selecting.fed(before, head(connection)), few=True))) == 1
    assert "contact_pkey" in plan or "pk_contact" in plan, plan
    assert "Seq Scan on contact" not in plan, plan


def head(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.max(feed.c.seq))).scalar_one())
