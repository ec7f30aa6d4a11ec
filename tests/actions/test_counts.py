"""A count that differs much: reasons are asked for, it waits, it holds until it is refused."""

import pytest

from channeldesk.actions import stock
from channeldesk.actions.stock import Counted
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from channeldesk.queries import count_sheet, timeline
from channeldesk.queries import stock as stock_query
from channeldesk.queries.count_drafts import CountDraft, count_drafts
from channeldesk.queries.count_sheet import CountLine
from channeldesk.queries.stock import StockRow
from channeldesk.queries.stock_detail import StockDetail, stock_detail
from tests.support.counting import no_limit, set_limit
from tests.support.demo_laptop import one

_BEST = """
SELECT partner_id FROM stock_position s JOIN partner p ON p.id = s.partner_id
WHERE p.id NOT IN (SELECT partner_id FROM warehouse WHERE partner_id IS NOT NULL)
GROUP BY 1 ORDER BY count(*) DESC LIMIT 1
"""


@pytest.fixture
def partner(desk: Desk) -> bytes:
    """One with counted stock, in one place."""
    return bytes(desk.ask(one, _BEST))


@pytest.fixture
def line(desk: Desk, partner: bytes) -> CountLine:
    """A product that is there, with a price."""
    sheet = desk.ask(count_sheet.count_sheet, partner)
    return next(one for one in sheet if one.price and (one.expected or 0) >= 3_000)


def row_of(desk: Desk, partner: bytes, product: bytes) -> StockRow:
    found = desk.ask(lambda c: stock_query.rows(c, stock_query.keys(c, partner_id=partner)))
    return next(row for row in found if row.product_id == product)


def detail_of(desk: Desk, partner: bytes, product: bytes) -> StockDetail:
    found = desk.ask(stock_detail, partner, product)
    assert found is not None
    return found


def test_without_a_limit_nothing_is_asked(desk: Desk, partner: bytes, line: CountLine) -> None:
    no_limit(desk)
    done = desk.act(stock.record_count, partner, [Counted(line.product_id, 0)])
    assert (done.value.differences, done.value.waits) == (1, False)
    assert desk.ask(one, "SELECT status FROM stock_count WHERE rv = 0") == "counted"


@pytest.mark.parametrize(
    "why", [(None, None), ("  ", None), (None, "other")], ids=["none", "spaces", "other without words"]
)
def test_above_the_limit_each_difference_needs_a_reason(
    desk: Desk, partner: bytes, line: CountLine, why: tuple[str | None, str | None]
) -> None:
    set_limit(desk, 0)
    with pytest.raises(Problem) as refused:
        desk.act(stock.record_count, partner, [Counted(line.product_id, 0, *why)])
    assert refused.value.notice.code == "count.reason_needed"
    assert refused.value.notice.params == {"count": 1}
    assert desk.ask(one, "SELECT count(*) FROM outbox") == 0


def test_it_waits_holds_meanwhile_and_is_told(desk: Desk, partner: bytes, line: CountLine) -> None:
    set_limit(desk, 0)
    before = row_of(desk, partner, line.product_id)
    done = desk.act(stock.record_count, partner, [Counted(line.product_id, 1_000, "third shelf", "damaged")])
    assert done.value.waits
    assert done.notice is not None
    assert done.notice.code == "stock.counted_waits"
    written = desk.ask(one, "SELECT reason_code || reason FROM stock_count_line WHERE rv = 0")
    assert written == "damagedthird shelf"

    row = row_of(desk, partner, line.product_id)
    assert (row.quantity, row.source, row.provisional, row.waits) == (1_000, "count", True, True)
    detail = detail_of(desk, partner, line.product_id)
    assert (detail.on_hand, detail.places[0].waits) == (1_000, True)
    assert detail.past[-1] == 1_000
    assert detail.movements[0].status == "waiting"
    assert desk.ask(timeline.events, partner, frozenset({"count"}))[0].status == "waiting"

    with desk.database.apply() as connection:  # headquarters' answer
        connection.exec_driver_sql("UPDATE stock_count SET status = 'refused', rv = 9 WHERE rv = 0")
        connection.exec_driver_sql("DELETE FROM outbox")
    row = row_of(desk, partner, line.product_id)
    assert (row.quantity, row.as_of, row.waits) == (before.quantity, before.as_of, False)
    assert not row.provisional
    detail = detail_of(desk, partner, line.product_id)
    assert (detail.on_hand, detail.places[0].waits) == (before.quantity, False)
    assert detail.places[0].quantity == before.quantity
    assert (detail.movements[0].kind, detail.movements[0].status) == ("count", "refused")


def test_what_agrees_with_the_books_needs_no_reason(desk: Desk, partner: bytes) -> None:
    set_limit(desk, 0, 0)
    sheet = [one for one in desk.ask(count_sheet.count_sheet, partner) if (one.expected or 0) >= 0]
    done = desk.act(
        stock.record_count, partner, [Counted(one.product_id, one.expected or 0) for one in sheet[:5]]
    )
    assert (done.value.differences, done.value.waits) == (0, False)


def test_a_draft_keeps_reasons_and_one_of_before_is_read(desk: Desk, partner: bytes) -> None:
    lines = (Counted(bytes(16), 1_000, "wet", "damaged"), Counted(bytes([1] * 16), 2_000, "old words"))
    desk.act(stock.keep_draft, CountDraft(partner, lines))
    (kept,) = desk.ask(count_drafts, desk.profile.user_id, partner)
    assert kept.lines == lines
    old = CountDraft.read(bytes(16), partner, '{"lines": [["' + "00" * 16 + '", 5, "wet"]], "note": null}')
    assert old.lines == (Counted(bytes(16), 5, "wet"),)
