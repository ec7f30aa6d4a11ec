"""Counts, visits and promises: what is recorded, and that undo brings back what was."""

import json

import pytest
import sqlalchemy as sa

from channeldesk.actions import promises, stock, visits
from channeldesk.actions.stock import Counted
from channeldesk.desk import Desk
from channeldesk.model.changes import Done, Topic
from channeldesk.model.notice import Problem, Quantity
from channeldesk.queries import count_sheet, timeline
from channeldesk.queries import promises as promises_query
from channeldesk.queries import stock as stock_query
from channeldesk.queries import visits as visits_query
from channeldesk.rules.visits import Due
from tests.support.demo_laptop import DAY, NOW_MS, every, one


def undo(desk: Desk, done: Done[object]) -> None:
    assert done.undo is not None
    desk.act(done.undo.action)


@pytest.fixture
def partner(desk: Desk) -> bytes:
    """One with counted stock."""
    return bytes(
        desk.ask(one, "SELECT partner_id FROM stock_position GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    )


def test_a_count_becomes_the_level_at_once(desk: Desk, partner: bytes) -> None:
    sheet = desk.ask(count_sheet.count_sheet, partner)
    first, second = sheet[:2]
    lines = [
        Counted(first.product_id, 7_000, "broken box"),
        Counted(second.product_id, max(0, second.expected or 0)),
    ]

    done = desk.act(stock.record_count, partner, lines, note="back room")

    assert (done.value.lines, done.changes) == (2, frozenset({Topic.STOCK, Topic.SYNC}))
    rows = {
        row.product_id: row
        for row in desk.ask(lambda c: stock_query.rows(c, stock_query.keys(c, partner_id=partner)))
    }
    counted = rows[first.product_id]
    assert (counted.quantity, counted.as_of, counted.source) == (7_000, NOW_MS, "count")
    assert counted.provisional
    assert not rows[sheet[2].product_id].provisional
    written = desk.ask(
        every, "SELECT product_id, counted, expected, reason FROM stock_count_line WHERE rv = 0"
    )
    assert {tuple(row) for row in written} == {
        (first.product_id, 7_000, first.expected, "broken box"),
        (second.product_id, lines[1].quantity, second.expected, None),
    }
    assert len(set(desk.ask(every, "SELECT txn FROM outbox"))) == 1
    events = desk.ask(timeline.events, partner, frozenset({"count"}))
    assert (events[0].count, events[0].note, events[0].provisional) == (2, "back room", True)

    undo(desk, done)
    assert desk.ask(count_sheet.count_sheet, partner) == sheet
    assert desk.ask(one, "SELECT count(*) FROM outbox") == 0


_TWO = "SELECT partner_id FROM warehouse WHERE partner_id IS NOT NULL GROUP BY 1 HAVING count(*) = 2"


def _position(desk: Desk, partner: bytes, product: bytes) -> int:
    where = "SELECT quantity FROM stock_position WHERE partner_id = :p AND product_id = :d"
    return int(desk.ask(one, where, p=partner, d=product))


def test_a_count_in_one_warehouse_leaves_what_lies_in_the_other(desk: Desk) -> None:
    partner = bytes(desk.ask(one, _TWO))
    places = desk.ask(count_sheet.places, partner)
    assert [place.used for place in places] == [True, True]
    whole = {line.product_id: line.expected for line in desk.ask(count_sheet.count_sheet, partner)}
    here, there = (
        {x.product_id: x for x in desk.ask(count_sheet.count_sheet, partner, p.id)} for p in places
    )
    assert here
    assert there
    assert set(here) | set(there) <= set(whole)
    product, line = next((key, line) for key, line in here.items() if (line.expected or 0) > 0)
    elsewhere = (whole[product] or 0) - (line.expected or 0)

    counted = (line.expected or 0) + 3_000
    desk.act(
        stock.record_count, partner, [Counted(product, counted, None, "lost")], warehouse_id=places[0].id
    )
    assert _position(desk, partner, product) == counted + elsewhere
    assert desk.ask(one, "SELECT expected FROM stock_count_line WHERE rv = 0") == line.expected
    found = desk.ask(count_sheet.scanned, partner, line.sku, places[0].id)
    assert found is not None
    assert found.expected == counted


def test_a_count_of_everything_holds_wherever_it_lies(desk: Desk) -> None:
    partner = bytes(desk.ask(one, _TWO))
    product = desk.ask(count_sheet.count_sheet, partner)[0].product_id
    desk.act(stock.record_count, partner, [Counted(product, 9_000, None, "lost")])
    assert _position(desk, partner, product) == 9_000


def test_a_warehouse_of_somebody_else_is_refused(desk: Desk, partner: bytes) -> None:
    own = bytes(desk.ask(one, "SELECT id FROM warehouse WHERE partner_id IS NULL LIMIT 1"))
    sheet = desk.ask(count_sheet.count_sheet, partner)
    with pytest.raises(Problem) as refused:
        desk.act(stock.record_count, partner, [Counted(sheet[0].product_id, 1_000)], warehouse_id=own)
    assert refused.value.notice.code == "count.other_warehouse"
    assert desk.ask(one, "SELECT count(*) FROM outbox") == 0


@pytest.mark.parametrize(
    ("quantities", "code"),
    [([], "count.no_lines"), ([-1], "count.negative"), ([1, 2], "count.product_twice")],
)
def test_counts_that_make_no_sense(desk: Desk, partner: bytes, quantities: list[int], code: str) -> None:
    with pytest.raises(Problem) as caught:
        desk.act(stock.record_count, partner, [Counted(bytes(16), quantity) for quantity in quantities])
    assert caught.value.notice.code == code


def test_scanning_finds_by_barcode_and_sku(desk: Desk, partner: bytes) -> None:
    row = desk.ask(
        lambda c: c.execute(sa.text("SELECT id, sku, barcode FROM product WHERE barcode <> '' LIMIT 1")).one()
    )
    for code in (row.barcode, row.sku, row.sku.lower(), f" {row.sku} "):
        found = desk.ask(count_sheet.scanned, partner, code)
        assert found is not None
        assert found.product_id == row.id
    assert desk.ask(count_sheet.scanned, partner, "no such thing") is None


def test_a_visit_of_a_later_day_is_not_closed_before_it_began(desk: Desk, partner: bytes) -> None:
    planned = desk.act(visits.plan, partner, "2099-01-01")
    with pytest.raises(Problem) as refused:
        desk.act(visits.close, planned.value, "not_met")
    assert refused.value.notice.code == "visit.later_day"
    desk.act(visits.check_in, planned.value)
    desk.act(visits.close, planned.value, "met")


def test_a_visit_from_plan_to_close(desk: Desk, partner: bytes) -> None:
    plan_id = desk.act(visits.plan, partner, "2026-11-16", 9 * 60, 45, "Quarterly review").value
    desk.act(visits.move, plan_id, DAY, 14 * 60)
    (planned,) = [one for one in desk.ask(visits_query.plan, DAY, DAY, None, DAY) if one.id == plan_id]
    assert (planned.start_minute, planned.state, planned.provisional) == (840, "planned", True)

    checked = desk.act(visits.check_in, plan_id)
    undo(desk, checked)
    desk.act(visits.check_in, plan_id)
    other = desk.act(visits.plan, partner, DAY).value
    with pytest.raises(Problem) as caught:
        desk.act(visits.check_in, other)
    assert caught.value.notice.code == "visit.other_under_way"

    closed = desk.act(visits.close, plan_id, "order_taken", " Good talk. ", (30_250_000, 120_170_000))
    row = desk.ask(lambda c: visits_query.rows(c, visits_query.keys(c, partner_id=partner))[0])
    assert (row.id, row.outcome, row.note, row.minutes) == (closed.value, "order_taken", "Good talk.", 0)
    with pytest.raises(Problem) as caught:
        desk.act(visits.close, plan_id)
    assert caught.value.notice.code == "visit.not_open"

    undo(desk, closed)
    assert desk.ask(one, "SELECT count(*) FROM visit WHERE rv = 0") == 0
    assert desk.ask(visits_query.planned, plan_id, DAY).state == "under_way"  # type: ignore[union-attr]
    with pytest.raises(Problem):
        desk.act(visits.close, plan_id, "nonsense")
    undo(desk, desk.act(visits.cancel, plan_id))
    assert desk.ask(visits_query.planned, plan_id, DAY).state == "under_way"  # type: ignore[union-attr]


def test_an_unplanned_visit_is_noted(desk: Desk, partner: bytes) -> None:
    done = desk.act(visits.note, partner, "Met at the fair")
    assert desk.ask(one, "SELECT max(visited_on) FROM visit WHERE partner_id = :p", p=partner) == DAY
    undo(desk, done)
    with pytest.raises(Problem):
        desk.act(visits.note, partner, "  ")


def test_suggestions_are_ranked_and_explained(desk: Desk) -> None:
    found = desk.ask(visits_query.suggestions, DAY, 10)
    assert [one.place for one in found] == list(range(1, 11))
    scores = [one.score.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(len(one.score.steps) == 3 for one in found)
    first = found[0]
    desk.act(visits.plan, first.partner_id, "2026-11-20")
    assert desk.ask(visits_query.suggestions, DAY, 10)[0].planned_on in ("2026-11-20", first.planned_on)


def test_promises_are_made_moved_and_kept(desk: Desk, partner: bytes) -> None:
    promise_id = desk.act(promises.make, partner, "Display rack", DAY).value

    def mine() -> promises_query.PromiseRow:
        return next(
            row for row in desk.ask(promises_query.of_partner, partner, DAY, True) if row.id == promise_id
        )

    assert (mine().due, mine().provisional) == (Due.TODAY, True)
    moved = desk.act(promises.postpone, promise_id, "2026-11-16")
    assert (mine().due_on, mine().postponed, mine().due) == ("2026-11-16", 1, Due.SOON)
    increments = desk.ask(every, "SELECT increments FROM outbox WHERE op = 'patch'")
    assert [json.loads(row[0]) for row in increments] == [{"postponed": 1}]
    undo(desk, moved)
    assert (mine().due_on, mine().postponed) == (DAY, 0)

    kept = desk.act(promises.done, promise_id)
    assert (mine().done_on, mine().due) == (DAY, Due.DONE)
    assert promise_id not in {row.id for row in desk.ask(promises_query.due, DAY)}
    undo(desk, kept)
    assert promise_id in {row.id for row in desk.ask(promises_query.due, DAY)}
    desk.act(promises.done, promise_id)
    desk.act(promises.reopen, promise_id)
    assert mine().done_on is None
    with pytest.raises(Problem):
        desk.act(promises.make, partner, " ", DAY)


def test_a_day_is_reordered_as_a_whole_or_not_at_all(desk: Desk, partner: bytes) -> None:
    first, second = (desk.act(visits.plan, partner, "2026-12-24", at).value for at in (540, 600))
    starts = [(first, 540, 600), (second, 600, 540)]
    done = desk.act(visits.reorder, "2026-12-24", starts, Quantity(12_300, "km"))
    assert done.notice is not None and done.notice.params["saved"] == Quantity(12_300, "km")

    def now() -> list[int | None]:
        found = [desk.ask(visits_query.planned, one) for one in (first, second)]
        return [one.start_minute for one in found if one is not None]

    assert now() == [600, 540]
    undo(desk, done)
    assert now() == [540, 600]

    for day, at in (("2026-12-25", 600), ("2026-12-24", 630)):
        desk.act(visits.move, second, day, at)
        with pytest.raises(Problem) as caught:
            desk.act(visits.reorder, "2026-12-24", starts, Quantity(12_300, "km"))
        assert caught.value.notice.code == "visits.moved_meanwhile"
        assert now() == [540, at]
