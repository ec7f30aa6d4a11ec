"""The floor does the same work: the laptop's columns and indexes, and rows that fit them."""

import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa

from benchmarks import floor_client
from benchmarks.headquarters import is_id
from benchmarks.network import COLUMNS, Network, Size
from channeldesk.model.declare import Type
from channeldesk.model.entities import ENTITIES
from channeldesk.model.tables import laptop


def floor() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    for statement in floor_client.statements():
        database.execute(statement)
    return database


def ours() -> sqlite3.Connection:
    engine = sa.create_engine("sqlite://")
    laptop.create_all(engine, [laptop.tables[entity] for entity in COLUMNS])
    raw = engine.raw_connection().driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def described(database: sqlite3.Connection, table: str) -> dict[str, Any]:
    columns = {row[1]: tuple(row[2:]) for row in database.execute(f"PRAGMA table_info({table})")}
    indexes = {
        row[1]: [place[2] for place in database.execute(f"PRAGMA index_info({row[1]})")]
        for row in database.execute(f"PRAGMA index_list({table})")
    }
    return {"columns": columns, "indexes": indexes}


@pytest.mark.parametrize("table", COLUMNS)
def test_the_floors_tables_are_the_laptops(table: str) -> None:
    """When this fails, the floor follows, with a page in docs/decisions: the ratio before and after."""
    with floor() as theirs, ours() as mine:
        assert described(theirs, table) == described(mine, table)
    theirs.close()
    mine.close()


def test_the_floor_has_no_table_of_its_own() -> None:
    database = floor()
    tables = {row[0] for row in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    database.close()

    assert tables == set(COLUMNS)


@pytest.mark.parametrize("entity", COLUMNS)
def test_generated_rows_have_every_field(entity: str) -> None:
    assert COLUMNS[entity] == tuple(ENTITIES[entity].fields)
    assert [name for name in COLUMNS[entity] if is_id(name)] == [
        name for name, field in ENTITIES[entity].fields.items() if field.type in (Type.ID, Type.REF)
    ]


def test_the_same_seed_makes_the_same_rows_and_the_size_is_exact() -> None:
    size = Size(lines=503, partners=7, products=11, contacts=5)
    network = Network(size)

    assert network.rows == Network(size).rows
    assert network.rows != Network(size, seed=2).rows
    counts = {entity: len(rows) for entity, rows in network.rows.items()}
    assert counts == {"product": 11, "partner": 7, "contact": 5, "sales_order": 100, "order_line": 503}
