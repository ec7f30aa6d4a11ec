"""Publications that meet each other, their own author's later work, wrong clocks and hostile laptops."""

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import bulk, publications, reference
from channeldesk.hq import publishing
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq as tables
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop
from tests.sync.test_bulk import Make, bits, keys, listed, look, prices
from tests.sync.test_bulk import hana as hana
from tests.sync.test_drafts import does, undo
from tests.sync.test_publications import LATER, NOW, at_headquarters, drafted, told


def test_two_people_who_publish_the_same(hq: Headquarters, hana: Laptop, laptop: Make) -> None:
    """The second has nothing left to change, and nothing to be told."""
    other = laptop("hana")
    other.sync()
    for one in (hana, other):
        drafted(one)
        does(one, publications.schedule, "Nine", LATER)
        one.sync()
    assert publishing.publish_due(hq.database, LATER) == 2
    hana.sync()
    assert [one.status for one in told(hana)] == ["published", "published"]
    assert at_headquarters(hq) == {9_0000}


def test_two_people_who_publish_different_prices(hq: Headquarters, hana: Laptop, laptop: Make) -> None:
    other = laptop("hana")
    other.sync()
    drafted(hana)
    drafted(other, 8_5000)
    does(hana, publications.schedule, "Nine", LATER)
    hana.sync()
    does(other, publications.schedule, "Eight", LATER + 1)
    other.sync()
    assert publishing.publish_due(hq.database, LATER + 1) == 2
    hana.sync()
    by_name = {one.name: one for one in told(hana)}
    assert (by_name["Nine"].status, by_name["Eight"].status) == ("published", "refused")
    assert len(by_name["Eight"].reasons) == 50
    assert at_headquarters(hq) == {9_0000}


def test_two_people_who_make_the_same_list(hq: Headquarters, hana: Laptop, laptop: Make) -> None:
    """One list is made, with its prices once; the other person hears which code is taken."""
    other = laptop("hana")
    other.sync()
    for one, name in ((hana, "Mine"), (other, "Theirs")):
        (key,) = keys(one, "SELECT rowid FROM price_list WHERE code = 'STD'")
        made = look(one, "copy_list", [key], suffix="-27", valid_from="2027-01-01").planned.edits
        does(one, bulk.keep, made, name)
        does(one, publications.schedule, name, LATER)
        one.sync()
    assert publishing.publish_due(hq.database, LATER) == 2
    (found,) = hq.table("price_list", code="STD-27")
    (old,) = hq.table("price_list", code="STD")
    assert len(hq.table("price_item", price_list_id=found["id"])) == len(
        hq.table("price_item", price_list_id=old["id"])
    )
    hana.sync()
    assert sorted(one.status for one in told(hana)) == ["published", "refused"]
    (refused,) = (one for one in told(hana) if one.status == "refused")
    assert refused.reasons[0].english() == "STD-27 was made by somebody else meanwhile."


def test_withdrawn_before_anything_was_sent(hq: Headquarters, hana: Laptop) -> None:
    before = set(prices(hana))
    drafted(hana)
    row_id = does(hana, publications.schedule, "Spring", LATER).value
    does(hana, publications.withdraw, row_id)
    hana.sync()
    assert hana.inbox() == []
    assert publishing.publish_due(hq.database, LATER) == 0
    assert [one.status for one in told(hana)] == ["withdrawn"]
    assert at_headquarters(hq) == before
    does(hana, publications.take_up, row_id)
    assert set(prices(hana)) == {9_0000}


def test_withdrawn_by_somebody_else_while_its_parts_are_on_their_way(
    hq: Headquarters, hana: Laptop, laptop: Make
) -> None:
    drafted(hana)
    does(hana, publications.schedule, "Spring", LATER)
    with hana.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET draft = 1 WHERE entity = 'publication_part'")
    hana.sync()
    other = laptop("hana")
    other.sync()
    does(other, publications.withdraw, told(other)[0].id)
    other.sync()
    with hana.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET draft = 0 WHERE entity = 'publication_part'")
    hana.sync()
    assert hana.inbox() == []
    assert publishing.publish_due(hq.database, LATER) == 0
    does(hana, publications.take_up, told(hana)[0].id)
    assert set(prices(hana)) == {9_0000}


def test_moved_before_anything_was_sent(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    row_id = does(hana, publications.schedule, "Spring").value
    does(hana, publications.move, row_id, LATER)
    hana.sync()
    assert (hana.inbox(), told(hana)[0].status, told(hana)[0].publish_at) == ([], "scheduled", LATER)


def test_the_author_changes_a_row_once_more(hq: Headquarters, hana: Laptop) -> None:
    """What was published last stands; the earlier request says so instead of turning it back."""
    drafted(hana)
    does(hana, publications.schedule, "Nine", LATER)
    hana.sync()
    drafted(hana, 7_5000)
    does(hana, reference.publish)
    hana.sync()
    assert at_headquarters(hq) == {7_5000}
    publishing.publish_due(hq.database, LATER)
    hana.sync()
    assert told(hana)[0].status == "refused"
    assert at_headquarters(hq) == {7_5000}


def test_scheduling_is_undone_above_later_drafts_of_the_same_rows(hana: Laptop) -> None:
    before = prices(hana)
    drafted(hana)
    done = does(hana, publications.schedule, "Nine", LATER)
    drafted(hana, 7_5000)
    undo(hana, done)
    assert told(hana) == ()
    assert len(listed(hana).drafts) == 2
    does(hana, reference.discard_all)
    assert prices(hana) == before


def test_a_year_that_was_mistyped(hana: Laptop) -> None:
    drafted(hana)
    with pytest.raises(Problem, match="more than 10 years ahead"):
        does(hana, publications.schedule, "Nine", NOW + 11 * 366 * 86_400_000)
    assert listed(hana).rows == len(bits(hana))


def test_taken_up_where_drafts_stand_already(hana: Laptop) -> None:
    drafted(hana)
    row_id = does(hana, publications.schedule, "Nine", LATER).value
    does(hana, publications.withdraw, row_id)
    drafted(hana, 7_5000)
    done = does(hana, publications.take_up, row_id)
    assert set(prices(hana)) == {9_0000}
    undo(hana, done)
    assert set(prices(hana)) == {7_5000}


def test_a_clock_that_goes_back_publishes_nothing_twice(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    does(hana, publications.schedule, "Nine", LATER)
    hana.sync()
    assert publishing.publish_due(hq.database, LATER + 5) == 1
    assert publishing.publish_due(hq.database, LATER - 86_400_000) == 0
    assert publishing.publish_due(hq.database, LATER + 5) == 0
    assert at_headquarters(hq) == {9_0000}


def test_a_moment_that_went_by_offline_is_made_up_for(hq: Headquarters, hana: Laptop) -> None:
    """By headquarters' clock it is long over when it arrives."""
    drafted(hana)
    does(hana, publications.schedule, "Nine", NOW + 1)
    hana.sync()
    publishing.publish_due(hq.database, LATER)
    hana.sync()
    assert told(hana)[0].status == "published"


HOSTILE: list[Any] = [
    [],
    [{}],
    [[]],
    [None],
    {"entity": "price_item"},
    "text",
    7,
    [{"entity": "price_item", "id": "zz", "op": "patch", "base_rv": 0, "base": {}, "set": {}}],
    [{"entity": "sales_order", "id": "00" * 16, "op": "patch", "base_rv": 0, "base": {}, "set": {}}],
    [{"entity": "price_item", "id": "00" * 16, "op": "drop", "base_rv": 0, "base": {}, "set": {}}],
    [{"entity": "price_item", "id": "00" * 16, "op": "patch", "base_rv": 0, "base": {}, "set": {"x": {}}}],
    [{"entity": "price_item", "id": "00" * 16, "op": "patch", "base_rv": 0, "base": {}, "set": {}, "mid": 1}],
]


@pytest.mark.parametrize("changes", HOSTILE, ids=range(len(HOSTILE)))
def test_a_part_that_no_laptop_wrote_harms_nobody(hq: Headquarters, hana: Laptop, changes: Any) -> None:
    """Headquarters refuses it when it comes, or when its moment comes; what is behind it is published."""
    drafted(hana)
    does(hana, publications.schedule, "Hostile", LATER)
    hana.sync()
    drafted(hana, 7_5000)
    does(hana, publications.schedule, "Honest", LATER + 1)
    hana.sync()
    part = tables.tables["publication_part"]
    (first,) = hq.table("publication", name="Hostile")
    hq.execute(
        sa.update(part).where(part.c.publication_id == first["id"]).values(changes=json.dumps(changes))
    )
    publishing.publish_due(hq.database, LATER + 1)
    assert at_headquarters(hq) == {7_5000}
    (again,) = hq.table("publication", name="Hostile")
    assert again["status"] == ("published" if changes == [] else "refused")


@pytest.mark.parametrize(
    "fields",
    [
        {"price": "nine"},
        {"price": {"a": 1}},
        {"price": -1},
        {"price": 10**30},
        {"price": None},
        {"price": 1.5},
        {"price": True},
        {"rv": 7},
        {"deleted": 1},
        {"price_list_id": "00" * 16},
        {"price_list_id": 5},
        {"min_quantity": []},
        {"nothing": 1},
    ],
    ids=str,
)
def test_values_that_no_laptop_wrote(hq: Headquarters, hana: Laptop, fields: dict[str, Any]) -> None:
    before = at_headquarters(hq)
    drafted(hana)
    does(hana, publications.schedule, "Hostile", LATER)
    hana.sync()
    (found,) = hq.table("publication_part")
    changes = json.loads(found["changes"])
    changes[1]["set"] = fields
    part = tables.tables["publication_part"]
    hq.execute(sa.update(part).values(changes=json.dumps(changes)))
    publishing.publish_due(hq.database, LATER)
    (head,) = hq.table("publication")
    assert head["status"] == "refused"
    assert at_headquarters(hq) == before


@pytest.mark.parametrize("hq", ["sqlite"], indirect=True)
@pytest.mark.allow_log("cannot be carried out", reason="one is broken on purpose")
def test_one_that_cannot_be_carried_out_keeps_nothing_else_waiting(hq: Headquarters, hana: Laptop) -> None:
    """Whatever is wrong with it, here that nobody asked for it: headquarters goes on publishing."""
    for name, price in (("Broken", 9_0000), ("Whole", 7_5000)):
        drafted(hana, price)
        does(hana, publications.schedule, name, LATER)
        hana.sync()
    with closing(sqlite3.connect(str(hq.database.url.database))) as raw, raw:
        raw.execute("UPDATE publication SET user_id = zeroblob(16) WHERE name = 'Broken'")
    publishing.publish_soon(hq.database, LATER)
    assert at_headquarters(hq) == {7_5000}


def test_rows_that_are_gone_in_between(hq: Headquarters, hana: Laptop) -> None:
    """A price that somebody deleted, in a batch that deletes it too, and in one that changes it."""
    does(hana, bulk.keep, look(hana, "remove", bits(hana)[:2]).planned.edits, "Away")
    does(hana, publications.schedule, "Away", LATER)
    hana.sync()
    drafted(hana)
    does(hana, publications.schedule, "Nine", LATER + 1)
    hana.sync()
    assert publishing.publish_due(hq.database, LATER + 1) == 2
    hana.sync()
    by_name = {one.name: one for one in told(hana)}
    assert by_name["Away"].status == "published"
    assert by_name["Nine"].status == "refused"
    assert [one.code for one in by_name["Nine"].reasons] == ["publication.row_gone"] * 2
    assert all(one.params["what"].startswith("STD · B-0") for one in by_name["Nine"].reasons)
