"""Publications: drafts handed to headquarters for a moment, carried out there once, whole or not at all."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.actions import bulk, publications, reference
from channeldesk.hq import publishing
from channeldesk.hq.tables import audit_entry
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq as tables
from channeldesk.queries.publications import Publication
from channeldesk.queries.publications import publications as listing
from channeldesk.rules.publications import packed
from channeldesk.store import outbox
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop
from tests.sync.test_bulk import Make, bits, listed, look, prices
from tests.sync.test_bulk import hana as hana
from tests.sync.test_drafts import does, undo

NOW = 1_795_300_000_000
"""The clock of the actions; headquarters' own is the real one."""
LATER = 2_000_000_000_000


def drafted(one: Laptop, price: int = 9_0000) -> None:
    does(one, bulk.keep, look(one, "set_price", bits(one), price=price).planned.edits, "Nine")


def told(one: Laptop) -> tuple[Publication, ...]:
    with one.database.read() as connection:
        return listing(connection)


def at_headquarters(hq: Headquarters) -> set[int]:
    products = {row["id"] for row in hq.table("product") if row["sku"].startswith("B-")}
    return {row["price"] for row in hq.table("price_item") if row["product_id"] in products}


def test_one_withdrawn_before_it_was_sent_is_never_published(
    hq: Headquarters, hana: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However its parts are split over batches: headquarters publishes as soon as it has all of them."""
    real = outbox.batch
    monkeypatch.setattr(outbox, "batch", lambda connection, limit, most: real(connection, 2, most))
    before = at_headquarters(hq)
    drafted(hana)
    publication = does(hana, publications.schedule, "Now").value
    does(hana, publications.withdraw, publication)
    hana.sync()
    assert hana.inbox() == []
    assert at_headquarters(hq) == before
    assert [row["status"] for row in hq.table("publication")] == ["withdrawn"]


def test_it_waits_for_its_moment_and_is_published_once(hq: Headquarters, hana: Laptop, laptop: Make) -> None:
    before = prices(hana)
    drafted(hana)
    does(hana, publications.schedule, "Spring", LATER)
    assert prices(hana) == before, "until then rows are as everybody has them"
    assert listed(hana).drafts == ()
    hana.sync()
    assert hana.inbox() == []
    assert at_headquarters(hq) == set(before)
    assert publishing.publish_due(hq.database, LATER - 1) == 0

    assert publishing.publish_due(hq.database, LATER) == 1
    assert publishing.publish_due(hq.database, LATER + 1) == 0
    assert at_headquarters(hq) == {9_0000}
    hana.sync()
    bo = laptop()
    bo.sync()
    assert set(prices(hana)) == set(prices(bo)) == {9_0000}
    (found,) = told(hana)
    assert (found.status, found.name, found.decided_at) == ("published", "Spring", LATER)
    assert told(bo) == (), "managers hear of prices, not of plans"
    with hq.database.snapshot() as connection:
        query = sa.select(audit_entry.c.user_id).where(audit_entry.c.entity == "price_item")
        assert bytes(connection.scalars(query).all()[-1]) == hana.session.user_id


def test_at_once_where_there_are_many(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    does(hana, publications.schedule, "Now")
    hana.sync()
    assert at_headquarters(hq) == {9_0000}
    hana.sync()
    assert set(prices(hana)) == {9_0000}
    assert told(hana)[0].status == "published"


def test_scheduling_is_undone_while_it_is_here(hana: Laptop) -> None:
    drafted(hana)
    done = does(hana, publications.schedule, "Spring", LATER)
    undo(hana, done)
    assert (set(prices(hana)), listed(hana).rows, told(hana)) == ({9_0000}, len(bits(hana)), ())


def test_it_is_withdrawn_and_taken_into_drafts_again(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    row_id = does(hana, publications.schedule, "Spring", LATER).value
    hana.sync()
    does(hana, publications.withdraw, row_id)
    hana.sync()
    assert publishing.publish_due(hq.database, LATER) == 0
    done = does(hana, publications.take_up, row_id)
    assert done.value == len(bits(hana))
    (draft,) = listed(hana).drafts
    assert (draft.name, draft.size) == ("Spring", len(bits(hana)))
    undo(hana, done)
    assert listed(hana).drafts == ()
    with pytest.raises(Problem, match="Withdrawn"):
        does(hana, publications.withdraw, row_id)


def test_its_moment_is_moved(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    row_id = does(hana, publications.schedule, "Spring", LATER).value
    hana.sync()
    does(hana, publications.move, row_id, LATER + 60_000)
    hana.sync()
    assert publishing.publish_due(hq.database, LATER) == 0
    assert publishing.publish_due(hq.database, LATER + 60_000) == 1
    hana.sync()
    with pytest.raises(Problem, match="Published"):
        does(hana, publications.move, row_id, LATER + 120_000)


def test_a_moment_that_is_over_and_no_drafts(hana: Laptop) -> None:
    with pytest.raises(Problem, match="no draft is left"):
        does(hana, publications.schedule, "Nothing", LATER)
    drafted(hana)
    with pytest.raises(Problem, match="moment is over"):
        does(hana, publications.schedule, "Late", NOW)
    assert listed(hana).rows == len(bits(hana))


def test_what_others_changed_meanwhile_refuses_all_of_it(hq: Headquarters, hana: Laptop) -> None:
    """Who scheduled it hears which row and what it is now; nothing is half published."""
    before = at_headquarters(hq)
    drafted(hana)
    row_id = does(hana, publications.schedule, "Spring", LATER).value
    hana.sync()
    changed = hana.row("price_item", price=10_0003)["id"]
    hq.execute(
        sa.update(tables.tables["price_item"])
        .where(tables.tables["price_item"].c.id == changed)
        .values(price=20_0000)
    )
    assert publishing.publish_due(hq.database, LATER) == 1
    assert at_headquarters(hq) == (before - {10_0003}) | {20_0000}
    hana.sync()
    (found,) = told(hana)
    assert found.status == "refused"
    (reason,) = found.reasons
    assert reason.code == "publication.conflict"
    assert reason.params["what"] == "STD · B-03"
    does(hana, publications.take_up, row_id)
    assert set(prices(hana)) == {9_0000}


def test_new_rows_and_deletions_too(hq: Headquarters, hana: Laptop) -> None:
    does(hana, reference.add, "tier", {"code": "GOLD", "name": "Gold", "rank_number": 1})
    lists = [hana.row("price_list", code="STD")["id"]]
    with hana.database.read() as connection:
        keys = list(connection.execute(sa.text("SELECT rowid FROM price_list WHERE code = 'STD'")).scalars())
    copied = look(hana, "copy_list", keys, suffix="-27", valid_from="2027-01-01").planned.edits
    does(hana, bulk.keep, copied, "New year")
    does(hana, publications.schedule, "New year", LATER)
    hana.sync()
    assert hq.table("tier", code="GOLD") == []
    publishing.publish_due(hq.database, LATER)
    (made,) = hq.table("price_list", code="STD-27")
    of_old = hq.table("price_item", price_list_id=lists[0])
    assert len(hq.table("price_item", price_list_id=made["id"])) == len(of_old)
    assert len(hq.table("tier", code="GOLD")) == 1


def test_who_lost_the_right_publishes_nothing(hq: Headquarters, hana: Laptop) -> None:
    before = at_headquarters(hq)
    drafted(hana)
    does(hana, publications.schedule, "Spring", LATER)
    hana.sync()
    user = tables.tables["app_user"]
    hq.execute(sa.update(user).where(user.c.id == hana.session.user_id).values(active=0))
    publishing.publish_due(hq.database, LATER)
    assert at_headquarters(hq) == before
    (found,) = hq.table("publication")
    assert found["status"] == "refused"


def test_two_processes_publish_it_once(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    does(hana, publications.schedule, "Spring", LATER)
    hana.sync()
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: publishing.publish_due(hq.database, LATER), range(4)))
    assert sum(done) == 1
    with hq.database.snapshot() as connection:
        query = sa.select(sa.func.count()).where(audit_entry.c.entity == "price_item")
        changed = connection.scalar(query.where(audit_entry.c.action == "patch"))
    assert changed == len(bits(hana))


def test_withdrawn_too_late(hq: Headquarters, hana: Laptop) -> None:
    """Its moment came before the laptop synchronised: it stays published, and the person hears why."""
    drafted(hana)
    row_id = does(hana, publications.schedule, "Spring", LATER).value
    hana.sync()
    does(hana, publications.withdraw, row_id)
    publishing.publish_due(hq.database, LATER)
    hana.sync()
    (item,) = hana.inbox()
    assert "publication.over" in item.notice
    assert told(hana)[0].status == "published"
    assert at_headquarters(hq) == {9_0000}


def test_a_part_that_is_missing_is_waited_for(hq: Headquarters, hana: Laptop) -> None:
    before = at_headquarters(hq)
    drafted(hana)
    does(hana, publications.schedule, "Spring", LATER)
    hana.sync()
    hq.execute("UPDATE publication SET parts = 2")
    assert publishing.publish_due(hq.database, LATER) == 0
    assert at_headquarters(hq) == before
    hq.execute("UPDATE publication SET parts = 1")
    assert publishing.publish_due(hq.database, LATER) == 1


def test_what_was_published_leaves_no_parts_behind(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    does(hana, publications.schedule, "Spring", LATER)
    hana.sync()
    publishing.publish_due(hq.database, LATER)
    hana.sync()
    assert hq.table("publication_part") == hana.rows("publication_part") == []


def test_only_the_staff_may(laptop: Make, hana: Laptop) -> None:
    bo = laptop()
    bo.sync()
    with pytest.raises(Problem, match="staff of headquarters"):
        does(bo, publications.schedule, "Mine", LATER)


@given(st.lists(st.text("x", max_size=40), max_size=30), st.integers(1, 100))
def test_parts_hold_everything_in_its_order(changes: list[str], most: int) -> None:
    parts = list(packed(changes, most))
    assert [one for part in parts for one in part] == changes
    assert all(len(part) == 1 or sum(map(len, part)) <= most for part in parts)


def test_a_row_that_was_drafted_twice_is_one_row(hq: Headquarters, hana: Laptop) -> None:
    drafted(hana)
    drafted(hana, 8_0000)
    done = does(hana, publications.schedule, "Twice", LATER)
    rows = len(bits(hana))
    assert (told(hana)[0].rows, done.notice.params["count"]) == (rows, rows)
    hana.sync()
    publishing.publish_due(hq.database, LATER)
    assert at_headquarters(hq) == {8_0000}
