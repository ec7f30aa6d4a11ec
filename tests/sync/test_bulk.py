"""Many rows of reference data in one batch of drafts: kept, taken back whole or in parts, published."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import bulk, reference
from channeldesk.model.notice import Problem
from channeldesk.queries import bulk as looking
from channeldesk.queries.bulk import Preview
from channeldesk.queries.draft_rows import LISTED, BatchRows, batch_rows
from channeldesk.queries.reference_drafts import Drafts, drafts
from channeldesk.rules.bulk.declared import BY_CODE
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop
from tests.sync.test_drafts import does, undo

Make = Callable[..., Laptop]
PRODUCTS = 60
"""More than are handled one by one."""


@pytest.fixture
def hana(hq: Headquarters, laptop: Make) -> Laptop:
    """Headquarters' staff, with a list of some dozen prices."""
    prices = hq.table("price_list", code="STD")[0]["id"]
    for number in range(PRODUCTS):
        product = hq.insert(
            "product", sku=f"B-{number:02}", name=f"Bit {number}", base_unit="pc", cost=5_0000
        )
        hq.insert(
            "price_item", price_list_id=prices, product_id=product, price=10_0000 + number, floor=8_0000
        )
    one = laptop("hana")
    one.sync()
    return one


def keys(one: Laptop, sql: str) -> list[int]:
    with one.database.read() as connection:
        return list(connection.execute(sa.text(sql)).scalars())


def bits(one: Laptop) -> list[int]:
    return keys(
        one,
        "SELECT i.rowid FROM price_item i JOIN product p ON p.id = i.product_id "
        "WHERE p.sku LIKE 'B-%' ORDER BY p.sku",
    )


def look(one: Laptop, code: str, rows: Sequence[int], **asked: Any) -> Preview:
    defaults = {field.name: field.default for field in BY_CODE[code].asks}
    with one.database.read() as connection:
        return looking.preview(connection, rows, code, {**defaults, **asked}, "CNY")


def listed(one: Laptop) -> Drafts:
    with one.database.read() as connection:
        return drafts(connection)


def prices(one: Laptop) -> list[int]:
    return keys(
        one,
        "SELECT i.price FROM price_item i JOIN product p ON p.id = i.product_id "
        "WHERE p.sku LIKE 'B-%' ORDER BY p.sku",
    )


def test_one_edit_changes_many_as_one_draft(hq: Headquarters, hana: Laptop, laptop: Make) -> None:
    before = prices(hana)
    found = look(hana, "change_percent", bits(hana), percent=500, rounding="ends_90")
    assert (found.planned.count("patch"), found.up, found.down) == (PRODUCTS, PRODUCTS, 0)
    assert found.lines[0].by == 900
    assert prices(hana) == before

    done = does(hana, bulk.keep, found.planned.edits, "Spring prices")
    (draft,) = listed(hana).drafts
    assert (draft.name, draft.size, draft.rows[0].entity) == ("Spring prices", PRODUCTS, "price_item")
    assert prices(hana) == [10_9000] * PRODUCTS
    undo(hana, done)
    assert (prices(hana), listed(hana).drafts) == (before, ())

    does(hana, bulk.keep, found.planned.edits, "Spring prices")
    does(hana, reference.publish)
    hana.sync()
    bo = laptop()
    bo.sync()
    assert prices(bo) == prices(hana) == [10_9000] * PRODUCTS
    assert hana.inbox() == []


def test_single_rows_are_taken_out_of_a_batch(hana: Laptop) -> None:
    before = prices(hana)
    does(hana, bulk.keep, look(hana, "set_price", bits(hana), price=9_0000).planned.edits, "Nine")
    (draft,) = listed(hana).drafts
    first = [(draft.rows[at].entity, draft.rows[at].id) for at in (0, 1)]
    done = does(hana, bulk.take_back_rows, draft.txn, first)
    assert done.value == 1
    assert prices(hana) == [*before[:2], *[9_0000] * (PRODUCTS - 2)]
    assert listed(hana).drafts[0].size == PRODUCTS - 2
    undo(hana, done)
    assert prices(hana) == [9_0000] * PRODUCTS
    (again,) = listed(hana).drafts
    assert (again.size, again.name) == (PRODUCTS, "Nine")


def test_a_list_is_copied_for_a_later_day_and_taken_back(hq: Headquarters, hana: Laptop) -> None:
    lists = keys(hana, "SELECT rowid FROM price_list WHERE code = 'STD'")
    found = look(hana, "copy_list", lists, suffix="-27", valid_from="2027-01-01", factor=1_100_000)
    assert found.lines[0].label.startswith("STD-27")
    count = found.planned.count("insert")
    done = does(hana, bulk.keep, found.planned.edits)
    copied = hana.row("price_list", code="STD-27")
    assert copied["valid_from"] == "2027-01-01"
    undo(hana, done)
    assert hana.rows("price_list", code="STD-27") == []
    does(hana, bulk.keep, found.planned.edits)
    does(hana, reference.publish)
    hana.sync()
    (made,) = hq.table("price_list", code="STD-27")
    assert len(hq.table("price_item", price_list_id=made["id"])) == count - 1


def test_what_changed_since_it_was_looked_at_is_not_overwritten(hq: Headquarters, hana: Laptop) -> None:
    found = look(hana, "set_price", bits(hana), price=9_0000)
    one = hana.row("price_item", price=10_0003)
    does(hana, reference.edit, "price_item", one["id"], {"price": 11_0000})
    with pytest.raises(Problem) as problem:
        does(hana, bulk.keep, found.planned.edits)
    assert (problem.value.notice.code, problem.value.notice.params) == ("bulk.moved", {"count": 1})
    assert listed(hana).rows == 1


def test_nothing_to_keep_says_so(hana: Laptop) -> None:
    same = look(hana, "set_floor", bits(hana), floor=8_0000)
    assert (same.planned.edits, same.planned.unchanged) == ((), PRODUCTS)
    with pytest.raises(Problem, match="nothing to keep"):
        does(hana, bulk.keep, same.planned.edits)


def test_marks_point_out_what_needs_a_look(hana: Laptop) -> None:
    found = look(hana, "set_price", bits(hana), price=4_0000)
    assert found.marked == {"below_floor": PRODUCTS, "below_cost": PRODUCTS, "large": PRODUCTS}
    assert (found.lines[0].list_code, found.lines[0].currency) == ("STD", "CNY")


def test_prices_are_deleted_and_come_back(hq: Headquarters, hana: Laptop) -> None:
    before = prices(hana)
    done = does(hana, bulk.keep, look(hana, "remove", bits(hana)).planned.edits)
    assert prices(hana) == []
    undo(hana, done)
    assert prices(hana) == before
    does(hana, bulk.keep, look(hana, "remove", bits(hana)).planned.edits)
    does(hana, reference.publish)
    hana.sync()
    assert prices(hana) == []
    assert hana.inbox() == []


def test_only_the_staff_may(laptop: Make, hana: Laptop) -> None:
    found = look(hana, "set_price", bits(hana), price=9_0000)
    bo = laptop()
    bo.sync()
    with pytest.raises(Problem, match="staff of headquarters"):
        does(bo, bulk.keep, found.planned.edits)


def test_rows_of_a_batch_are_told_page_by_page_and_found(hana: Laptop) -> None:
    txn = does(hana, bulk.keep, look(hana, "set_price", bits(hana), price=9_0000).planned.edits, "Nine").value

    def found(text: str = "", first: int = 0) -> BatchRows:
        with hana.database.read() as connection:
            return batch_rows(connection, txn, text, first)

    assert (len(found().rows), found().count) == (LISTED, PRODUCTS)
    assert found("", LISTED).rows[0].label == f"STD · B-{LISTED}  Bit {LISTED}"
    assert found("", 10_000) == found("", LISTED), "the last page"
    assert found("", LISTED + 3).first == LISTED
    (one,) = found("std bit B-07").rows
    assert one.label == "STD · B-07  Bit 7"
    assert found("b-07 EUR") == BatchRows((), 0, 0)
    assert found("%' OR 1=1 --").count == 0
    does(hana, bulk.take_back_rows, txn, {("price_item", one.id)})
    assert found("b-07").count == 0
    assert found().count == PRODUCTS - 1


def test_a_price_that_would_go_is_still_called_by_its_name(hana: Laptop) -> None:
    txn = does(hana, bulk.keep, look(hana, "remove", bits(hana)).planned.edits, "Away").value
    with hana.database.read() as connection:
        (row,) = batch_rows(connection, txn, "B-59").rows
    assert (row.op, row.label) == ("delete", "STD · B-59  Bit 59")
