"""A rebuild in short transactions: what is written meanwhile is followed, a cut one is done again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.model import local
from channeldesk.store import derive, sales
from channeldesk.store.database import Database
from tests.store.test_derive import _DEFAULTS, NOTHING, T, _rows, an_id, put
from tests.support import laptop


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with laptop.opened(tmp_path / "cache.db") as opened:
        yield opened


def test_what_is_written_between_the_parts_of_a_rebuild_is_followed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales, "SPAN_ORDERS", 0)  # every partner is a part
    with database.apply() as connection:
        derive.drop_secondary_indexes(connection)
        for number in (1, 2, 3):
            put(connection, "partner", number)
            put(connection, "sales_order", number, partner_id=an_id("partner", number))
            put(connection, "order_line", number, order_id=an_id("sales_order", number))
        put(connection, "product", 1)
        put(connection, "fiscal_period", 1)
    list(derive.create_secondary_indexes(database))

    parts = []
    for part in derive.rebuild(database):
        parts.append(part)
        with database.read() as connection:
            assert derive.suspended(connection) is (part != "search")
        number = len(parts)
        with database.apply() as connection:
            gone, moved = number % 3 + 1, (number + 1) % 3 + 1
            put(connection, "sales_order", gone, partner_id=an_id("partner", gone), status="cancelled")
            put(connection, "sales_order", moved, partner_id=an_id("partner", moved), order_date="2026-10-15")
            put(connection, "stock_level", 1, quantity=number * 1000)
        with database.write() as connection:
            connection.execute(sa.update(T["partner"]).values(name=f"after {part}"))

    assert parts == ["sales"] * 4 + ["positions", "search"]
    with database.read() as connection:
        assert derive.compare(connection) == NOTHING
        assert _rows(database, local.sales_by_category)


def test_a_rebuild_that_was_cut_is_known_after_a_restart(tmp_path: Path) -> None:
    with laptop.opened(tmp_path / "cache.db") as database:
        with database.apply() as connection:
            derive.drop_secondary_indexes(connection)
            for entity in _DEFAULTS:
                put(connection, entity, 1)
        assert next(derive.rebuild(database)) == "sales"
    with laptop.opened(tmp_path / "cache.db") as database:
        with database.read() as connection:
            assert derive.suspended(connection)
        list(derive.rebuild(database))
        with database.read() as connection:
            assert not derive.suspended(connection)
            assert derive.compare(connection) == NOTHING
