"""Rows from headquarters: newer ones apply, bad ones stand aside, edited ones keep the edit on top."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.model.local import shadow
from channeldesk.model.tables import laptop
from channeldesk.store import images, outbox
from channeldesk.store.database import Database
from channeldesk.store.images import Applier
from tests.store.test_capture import arrived
from tests.support import laptop as support

PARTNER = (bytes(15) + b"\7").hex()
TERRITORY = (bytes(15) + b"\1").hex()
COLUMNS = ["id", "rv", "name", "territory_id", "currency", "phone", "custom"]


@pytest.fixture
def database(tmp_path: Path):
    with support.opened(tmp_path / "cache.db") as opened:
        yield opened


def row(number: int, rv: int = 10, name: str = "Qianjiang", phone: str | None = None) -> list[Any]:
    return [(bytes(15) + bytes([number])).hex(), rv, name, TERRITORY, "CNY", phone, "{}"]


def apply(database: Database, rows: Sequence[Sequence[Any]], columns: Sequence[str] = COLUMNS) -> list[str]:
    rejected: list[str] = []
    with database.apply() as connection:
        pending = outbox.pending_rows(connection, "partner")
        Applier("partner", columns).apply(
            connection, rows, pending, lambda entity, bad, problem: rejected.append(problem)
        )
    return rejected


def stored(database: Database) -> dict[int, tuple[str, str | None, int]]:
    partner = laptop.tables["partner"]
    with database.read() as connection:
        rows = connection.execute(
            sa.select(partner.c.id, partner.c.name, partner.c.phone, partner.c.rv)
        ).all()
    return {bytes(r.id)[-1]: (r.name, r.phone, r.rv) for r in rows}


def edit(database: Database, sql: str) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(sql)


def test_newer_rows_apply_and_older_do_not(database: Database) -> None:
    apply(database, [row(1, rv=10, name="A")])
    apply(database, [row(1, rv=9, name="older")])
    assert stored(database)[1][0] == "A"
    apply(database, [row(1, rv=11, name="newer")])
    assert stored(database)[1] == ("newer", None, 11)


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param([None, *row(2)[1:]], id="no id"),
        pytest.param(["zz" * 16, *row(2)[1:]], id="id that is no id"),
        pytest.param([*row(2)[:2], None, *row(2)[3:]], id="required field missing"),
        pytest.param([*row(2)[:2], 5, *row(2)[3:]], id="number for a text"),
        pytest.param(row(2)[:-1], id="too short"),
        pytest.param([row(2)[0], "x", *row(2)[2:]], id="version that is no number"),
    ],
)
def test_one_bad_row_stands_aside_and_the_others_apply(database: Database, bad: list[Any]) -> None:
    rejected = apply(database, [row(1), bad, row(3)])
    assert sorted(stored(database)) == [1, 3]
    assert len(rejected) == 1


def test_unknown_columns_are_left_out(database: Database) -> None:
    columns = [*COLUMNS[:3], "invented_later", *COLUMNS[3:]]
    values = row(1)
    apply(database, [[*values[:3], "x", *values[3:]]], columns)
    assert stored(database) == {1: ("Qianjiang", None, 10)}


def test_an_edited_row_keeps_the_edit_on_top_of_the_new_image(database: Database) -> None:
    arrived(database, phone="1")
    edit(database, "UPDATE partner SET phone = '2'")
    apply(database, [[PARTNER, 20, "Hengtai renamed", TERRITORY, "CNY", "9", "{}"]])
    assert stored(database)[7] == ("Hengtai renamed", "2", 20)
    with database.read() as connection:
        image = json.loads(connection.execute(sa.select(shadow.c.image)).scalar_one())
    assert image["phone"] == "9"


def test_when_nothing_is_pending_the_image_becomes_the_row(database: Database) -> None:
    row_id = arrived(database, phone="1")
    edit(database, "UPDATE partner SET phone = '2'")
    apply(database, [[PARTNER, 20, "Hengtai", TERRITORY, "CNY", "9", "{}"]])
    with database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
        images.rebase(connection, "partner", row_id)
        left = connection.execute(sa.select(sa.func.count()).select_from(shadow)).scalar_one()
    assert stored(database)[7] == ("Hengtai", "9", 20)
    assert left == 0


def test_a_rebase_keeps_the_row_where_lists_found_it(database: Database) -> None:
    row_id = arrived(database, phone="1")
    apply(database, [row(1), row(2)])
    with database.read() as connection:
        before = connection.exec_driver_sql("SELECT rowid FROM partner WHERE id = ?", (row_id,)).scalar_one()
    edit(database, "UPDATE partner SET phone = '2'")
    apply(database, [[PARTNER, 20, "Hengtai", TERRITORY, "CNY", "9", "{}"]])
    with database.read() as connection:
        after = connection.exec_driver_sql("SELECT rowid FROM partner WHERE id = ?", (row_id,)).scalar_one()
    assert before == after


def test_gone_rows_go_but_edited_ones_stay_until_answered(database: Database) -> None:
    arrived(database, phone="1")
    apply(database, [row(1)])
    edit(database, "UPDATE partner SET phone = '2' WHERE name = 'Hengtai'")
    with database.apply() as connection:
        pending = outbox.pending_rows(connection, "partner")
        gone = [[PARTNER, 30], [row(1)[0], 30]]
        images.remove(connection, "partner", gone, pending)
    assert stored(database) == {7: ("Hengtai", "2", 5)}


def test_an_older_deletion_does_not_take_a_newer_row(database: Database) -> None:
    apply(database, [row(1, rv=10)])
    with database.apply() as connection:
        images.remove(connection, "partner", [[row(1)[0], 9]], set())
    assert 1 in stored(database)
