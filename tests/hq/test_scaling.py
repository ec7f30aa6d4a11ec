"""What `docs/scaling.md` says of the schema is so: it could be partitioned and distributed by partner."""

from collections.abc import Iterator

import pytest

from channeldesk.model.declare import Entity, Unit
from channeldesk.model.entities import ENTITIES
from channeldesk.model.tables import hq
from tests.support import project

SAID = (project.ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
OF_PARTNERS = [one for one in ENTITIES.values() if one.unit is Unit.PARTNER and one.owner != "id"]


def unique_without_partner() -> Iterator[str]:
    for entity in (*OF_PARTNERS, ENTITIES["partner"]):
        if entity.key and entity.owner not in entity.key:
            yield f"`{entity.__entity__}` ({', '.join(entity.key)})"


def references_between_partitions() -> Iterator[str]:
    names = {one.__entity__ for one in OF_PARTNERS}
    for entity in OF_PARTNERS:
        for column in hq.tables[entity.__entity__].c:
            for key in column.foreign_keys:
                if key.column.table.name in names:
                    yield f"`{entity.__entity__}.{column.name}`"


@pytest.mark.parametrize("entity", OF_PARTNERS, ids=lambda one: one.__entity__)
def test_a_row_of_a_partner_names_it(entity: type[Entity]) -> None:
    """Itself, not through another row: by this column rows are found, partitioned and distributed."""
    table = hq.tables[entity.__entity__]
    assert entity.owner == "partner_id"
    assert {key.column.table.name for key in table.c.partner_id.foreign_keys} == {"partner"}
    leading = [[column.name for column in index.columns][:2] for index in table.indexes]
    assert ["partner_id", "id"] in leading


def test_only_the_companys_own_stock_names_none() -> None:
    optional = {one.__entity__ for one in OF_PARTNERS if hq.tables[one.__entity__].c.partner_id.nullable}
    assert optional == {"stock_movement"}
    assert "`stock_movement`" in SAID


def test_every_primary_key_is_one_id_made_where_the_row_was_made() -> None:
    """No number of the database decides it, so rows may be written on any node."""
    for entity in ENTITIES.values():
        table = hq.tables[entity.__entity__]
        assert [column.name for column in table.primary_key] == ["id"]
        assert table.c.id.server_default is None and table.c.id.autoincrement in (False, "auto")


@pytest.mark.parametrize("name", list(unique_without_partner()))
def test_a_key_that_would_need_the_partner_is_told(name: str) -> None:
    assert name in SAID


@pytest.mark.parametrize("name", list(references_between_partitions()))
def test_a_reference_that_would_need_the_partner_is_told(name: str) -> None:
    assert name in SAID


def test_nothing_is_told_that_is_not_there() -> None:
    """The lists in the page are complete and not longer than the schema."""
    said = {line.split("|")[1].strip() for line in SAID.splitlines() if line.startswith("| `")}
    assert said == {*unique_without_partner(), *references_between_partitions()}
