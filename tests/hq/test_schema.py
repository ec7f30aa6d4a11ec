"""The migrated schema is what the models declare, on both databases, and migrating again changes nothing."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from channeldesk.hq import tables, triggers
from channeldesk.hq.database import Database
from channeldesk.hq.migrate import is_current, migrate
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from migrations.environment import options


@pytest.fixture
def empty(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def differences(connection: sa.Connection) -> list[object]:
    assert tables.feed.metadata is hq
    return list(compare_metadata(MigrationContext.configure(connection, opts=options(hq)), hq))


def trigger_names(connection: sa.Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    else:
        query = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    return set(connection.exec_driver_sql(query).scalars())


def test_models_and_migrations_agree(empty: Database) -> None:
    migrate(empty)
    with empty.snapshot() as connection:
        assert differences(connection) == []
        assert is_current(connection)


def test_migrating_again_changes_nothing_and_puts_triggers_back(empty: Database) -> None:
    migrate(empty)
    with empty.snapshot() as connection:
        before = trigger_names(connection)
    with empty.write() as connection:
        where = " ON contact" if empty.is_postgresql else ""
        connection.exec_driver_sql(f"DROP TRIGGER feed_insert_contact{where}")
    migrate(empty)
    with empty.snapshot() as connection:
        assert trigger_names(connection) == before
        assert differences(connection) == []
    statements = triggers.postgresql_statements() if empty.is_postgresql else triggers.sqlite_statements()
    created = [one for one in statements if " TRIGGER feed_" in one and one.startswith("CREATE")]
    assert {name for name in before if name.startswith("feed_")} == {
        one.split("TRIGGER ")[1].split()[0] for one in created
    }


def test_a_database_of_a_newer_program_is_left_alone(empty: Database) -> None:
    migrate(empty)
    with empty.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Problem) as refused:
        migrate(empty)
    assert refused.value.notice.code == "hq.newer_schema"


def test_foreign_keys_and_business_keys_are_enforced(empty: Database) -> None:
    migrate(empty)
    contact, role = hq.tables["contact"], hq.tables["role"]
    with pytest.raises(sa.exc.IntegrityError), empty.write() as connection:
        connection.execute(sa.insert(contact).values(id=bytes(16), partner_id=bytes(16), name="nobody's"))
    rows = [
        {"id": bytes([n] * 16), "code": "x", "name": "x", "deleted": deleted}
        for n, deleted in ((1, 1), (2, 0))
    ]
    with empty.write() as connection:
        connection.execute(sa.insert(role), rows)
    with pytest.raises(sa.exc.IntegrityError), empty.write() as connection:
        connection.execute(sa.insert(role).values(id=bytes([3] * 16), code="x", name="x"))


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_databases_that_headquarters_does_not_run_on(url: str) -> None:
    with pytest.raises((Problem, sa.exc.NoSuchModuleError)):
        Database(url)
