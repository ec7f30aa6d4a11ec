"""A rebuild in short transactions: what is written meanwhile is followed, a cut one is done again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.model import local
from channeldesk.store import computing, derive, touched
from channeldesk.store.database import Database
from tests.store.test_derive import _DEFAULTS, NOTHING, PARTS, T, an_id, put, rows
from tests.support import laptop


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with laptop.opened(tmp_path / "cache.db") as opened:
        yield opened


def test_what_is_written_between_the_parts_of_a_rebuild_is_followed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "PART", 1)
    _backfill(database)
    list(derive.create_secondary_indexes(database))

    parts = []
    for part in derive.rebuild(database):
        parts.append(part)
        number = len(parts)
        with database.apply() as connection:
            gone, moved = number % 3 + 1, (number + 1) % 3 + 1
            put(connection, "sales_order", gone, partner_id=an_id("partner", gone), status="cancelled")
            put(connection, "sales_order", moved, partner_id=an_id("partner", moved), order_date="2026-10-15")
            put(connection, "stock_level", 1, quantity=number * 1000)
        with database.write() as connection:
            connection.execute(sa.update(T["partner"]).values(name=f"after {part} {number}"))

    assert [*dict.fromkeys(parts)] == PARTS and parts.count("sales_by_category") == 4
    with database.read() as connection:
        assert derive.compare(connection) == NOTHING
        assert not derive.suspended(connection)
        assert rows(database, local.sales_by_category)


def test_a_backfill_is_completed_while_another_process_writes(database: Database) -> None:
    """As the window does while the worker builds indexes: it has a connection, and triggers, of its own."""
    _backfill(database)
    with laptop.opened(database.path) as other:
        for number, _ in enumerate(derive.complete(database)):
            with other.write() as connection:
                status = ("cancelled", "closed")[number % 2]
                put(connection, "sales_order", number % 3 + 1, partner_id=an_id("partner", 1), status=status)
                put(connection, "contact", number % 5, partner_id=an_id("partner", 2), name=f"Zhao {number}")

    with database.read() as connection:
        assert derive.compare(connection) == NOTHING
        assert not derive.suspended(connection) and derive.missing_indexes(connection) == []


def test_more_than_can_be_noted_makes_it_begin_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(touched, "MOST_KEPT", 2)
    _backfill(database)

    for number, _ in enumerate(derive.rebuild(database)):
        if number == 1:
            with database.apply() as connection:
                for place in (1, 2, 3):
                    put(connection, "sales_order", place, partner_id=an_id("partner", 2))

    with database.read() as connection:
        assert derive.compare(connection) == NOTHING
        assert not derive.suspended(connection)


def _backfill(database: Database) -> None:
    with database.apply() as connection:
        derive.drop_secondary_indexes(connection)
        for number in (1, 2, 3):
            put(connection, "partner", number)
            put(connection, "sales_order", number, partner_id=an_id("partner", number))
            put(connection, "order_line", number, order_id=an_id("sales_order", number))
        put(connection, "product", 1)
        put(connection, "fiscal_period", 1)


def test_a_rebuild_that_was_cut_is_known_after_a_restart(tmp_path: Path) -> None:
    with laptop.opened(tmp_path / "cache.db") as database:
        with database.apply() as connection:
            derive.drop_secondary_indexes(connection)
            for entity in _DEFAULTS:
                put(connection, entity, 1)
        assert next(derive.rebuild(database)) == "sales_by_category"
    with laptop.opened(tmp_path / "cache.db") as database:
        with database.read() as connection:
            assert derive.suspended(connection)
        list(derive.rebuild(database))
        with database.read() as connection:
            assert not derive.suspended(connection)
            assert derive.compare(connection) == NOTHING
