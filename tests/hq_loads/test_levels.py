"""Levels that several systems report: of one place, product and lot one row, the latest word."""

import pytest
import sqlalchemy as sa
from alembic import command

from channeldesk.exchange.mapping import Target
from channeldesk.hq import row_security, sequencer, tables, triggers
from channeldesk.hq import rows as hq_rows
from channeldesk.hq.database import Database
from channeldesk.hq.load_book import TableBook
from channeldesk.hq.migrate import _config, migrate
from tests.hq_loads.conftest import rows
from tests.support.central import add


class Systems:
    """A product, a partner and a warehouse, of which systems report."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as connection:
            area = add(connection, "territory", code="A", name="A", path="A/", time_zone="UTC")
            self.product = add(connection, "product", sku="SAW", name="Saw", base_unit="PCS")
            self.partner = add(connection, "partner", code="P", name="P", territory_id=area, currency="CNY")
            self.warehouse = add(connection, "warehouse", code="W", name="W", currency="CNY")

    def load(self, source: str, *said: tuple[str, int, int], entity: str = "stock_level", **more: object):
        """Foreign id, quantity and moment of each; how many were inserted, updated, left alone."""
        own = {
            "stock_level": {"partner_id": self.partner},
            "warehouse_level": {"warehouse_id": self.warehouse},
        }
        target = Target(entity, "levels", "key", ())
        with self.database.write() as connection:
            book = TableBook(connection, source, 5)
            for key, quantity, at in said:
                values = {**own[entity], "product_id": self.product, "quantity": quantity, "as_of": at}
                book.put(target, key, {**values, "source": source, **more})
            book.flush()
        written = book.written[entity]
        return written.inserted, written.updated, written.unchanged

    def levels(self, entity: str = "stock_level") -> list[tuple[int, int, str]]:
        return [
            (row["quantity"], row["as_of"], row["source"]) for row in rows(self.database, entity, "as_of")
        ]

    def lots(self) -> dict[str, int]:
        return {row["lot"]: row["quantity"] for row in rows(self.database, "stock_level")}


@pytest.fixture
def systems(database: Database) -> Systems:
    return Systems(database)


@pytest.mark.parametrize("entity", ["stock_level", "warehouse_level"])
def test_two_systems_tell_of_one_stock_and_the_later_report_holds(systems: Systems, entity: str) -> None:
    assert systems.load("ERP", ("x", 7_000, 100), entity=entity) == (1, 0, 0)
    assert systems.load("WMS", ("x", 6_000, 120), entity=entity) == (0, 1, 0)
    assert systems.levels(entity) == [(6_000, 120, "WMS")]
    assert systems.load("ERP", ("x", 9_000, 110), entity=entity) == (0, 0, 1), "older than what is known"
    assert systems.levels(entity) == [(6_000, 120, "WMS")]
    assert systems.load("ERP", ("x", 5_000, 130), entity=entity) == (0, 1, 0)
    assert systems.load("ERP", ("x", 5_000, 130), entity=entity) == (0, 0, 1)
    assert systems.load("WMS", ("x", 4_000, 130), entity=entity) == (0, 1, 0), "of one moment the later load"
    assert systems.levels(entity) == [(4_000, 130, "WMS")]


def test_one_file_with_several_reports_of_one_stock_leaves_the_latest(systems: Systems) -> None:
    assert systems.load("ERP", ("x1", 1_000, 100), ("x3", 3_000, 300), ("x2", 2_000, 200)) == (1, 1, 1)
    assert systems.levels() == [(3_000, 300, "ERP")]


def test_lots_and_warehouses_are_places_of_their_own(systems: Systems) -> None:
    systems.load("ERP", ("x", 1_000, 100))
    systems.load("ERP", ("a", 2_000, 101), lot="A")
    systems.load("WMS", ("a", 3_000, 102), lot="A")
    systems.load("WMS", ("w", 4_000, 103), warehouse_id=systems.warehouse)
    systems.load("ERP", ("w", 5_000, 104), warehouse_id=systems.warehouse)
    systems.load("WMS", ("wa", 6_000, 105), warehouse_id=systems.warehouse, lot="A")
    assert [one[0] for one in systems.levels()] == [1_000, 3_000, 5_000, 6_000]


def test_what_is_told_of_another_place_than_before_is_there_and_takes_nothing_from_others(
    systems: Systems,
) -> None:
    systems.load("ERP", ("x", 1_000, 100), ("y", 2_000, 100), lot="A")
    assert systems.load("ERP", ("x", 1_000, 110), lot="B") == (1, 0, 0), "the row is told of by y as well"
    assert systems.load("WMS", ("z", 8_000, 130), lot="A") == (0, 1, 0)
    assert systems.load("ERP", ("x", 9_000, 140), lot="A") == (0, 1, 0)
    assert systems.lots() == {"A": 9_000, "B": 1_000}
    assert systems.load("ERP", ("q", 5_000, 150), lot="C") == (1, 0, 0)
    assert systems.load("ERP", ("q", 4_000, 150), lot="D") == (0, 1, 0), "nobody else tells of it"
    assert systems.lots() == {"A": 9_000, "B": 1_000, "D": 4_000}


def test_a_system_corrects_the_moment_of_what_it_alone_told(systems: Systems) -> None:
    systems.load("ERP", ("x", 1_000, 100))
    assert systems.load("ERP", ("x", 1_000, 90)) == (0, 1, 0)
    assert systems.levels() == [(1_000, 90, "ERP")]


def test_the_database_keeps_one_level_of_a_place_whatever_is_empty(systems: Systems) -> None:
    """Also of what other programs write."""
    for more in ({}, {"lot": "A"}, {"warehouse_id": systems.warehouse}):
        own = {"partner_id": systems.partner, "product_id": systems.product, **more}
        level = {**own, "quantity": 1_000, "as_of": 100, "source": "ERP"}
        with systems.database.write() as connection:
            add(connection, "stock_level", **level)
        with pytest.raises(sa.exc.IntegrityError), systems.database.write() as connection:
            add(connection, "stock_level", **level)
        with systems.database.write() as connection:
            add(connection, "stock_level", **level, deleted=1)


def test_what_was_doubled_before_becomes_one_and_laptops_hear_of_it(database_url: str) -> None:
    database = Database(database_url)
    config = _config()
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0023")
        triggers.install(connection)
        row_security.install(connection)
    with database.write() as connection:
        area = add(connection, "territory", code="A", name="A", path="A/", time_zone="UTC")
        partner = add(connection, "partner", code="P", name="P", territory_id=area, currency="CNY")
        product = add(connection, "product", sku="SAW", name="Saw", base_unit="PCS")
        site = add(connection, "warehouse", code="W", name="W", currency="CNY")
        for entity, own in (
            ("stock_level", {"partner_id": partner}),
            ("warehouse_level", {"warehouse_id": site}),
        ):
            for source, at in (("ERP", 100), ("WMS", 120), ("OLD", 90)):
                level = {**own, "product_id": product, "quantity": at, "as_of": at, "source": source}
                row = add(connection, entity, **level)
                key = {"source": source, "entity": entity, "foreign_id": "x", "row_id": row}
                hq_rows.insert(connection, "external_key", [key], now=1)
    migrate(database)
    for entity in ("stock_level", "warehouse_level"):
        (left,) = rows(database, entity)
        assert left["source"] == "WMS"
        keys = [one["row_id"] for one in rows(database, "external_key") if one["entity"] == entity]
        assert keys == [left["id"]] * 3
        with database.write() as connection:
            sequencer.drain(connection, 1)
            feed = tables.feed
            told = sa.select(sa.func.count()).where(feed.c.entity == entity, feed.c.gone == 1)
            assert connection.scalar(told) == 2
    database.close()
