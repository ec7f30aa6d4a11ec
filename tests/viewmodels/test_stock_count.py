"""Counting: by hand and by scanner, with differences and steps back; a draft survives a closed lid."""

from pathlib import Path

import pytest

from channeldesk.actions import stock
from channeldesk.model.notice import Problem
from channeldesk.queries import count_sheet
from channeldesk.queries.count_drafts import CountDraft, CountedLine, count_drafts
from channeldesk.queries.count_sheet import CountLine
from tests.support import demo_laptop
from tests.support.counting import no_limit
from ui.viewmodels.stock_count import ONE, StockCount

PARTNER = bytes(15) + b"p"


def line(number: int, expected: int | None = 5 * ONE) -> CountLine:
    return CountLine(
        bytes([number]) * 16, f"S-{number}", None, f"Product {number}", None, "pc", None, expected, 1
    )


def form(*lines: CountLine) -> StockCount:
    return StockCount(lines or (line(1), line(2), line(3, None)), CountDraft(PARTNER))


def test_nothing_counted_is_not_zero() -> None:
    count = form()
    assert [row.counted for row in count.rows] == [None, None, None]
    assert (count.counted, len(count.left), count.differing) == (0, 3, ())
    count.set(line(1).product_id, 0)
    (row,) = count.differing
    assert row.variance is not None
    assert row.variance.difference == -5 * ONE
    assert len(count.left) == 2


def test_a_scanner_counts_piece_by_piece_and_brings_new_products() -> None:
    count = form()
    for _ in range(3):
        count.scan(line(9, None))
    assert count.rows[-1].line.sku == "S-9"
    assert count.lines == (CountedLine(line(9).product_id, 3 * ONE),)
    assert count.current == line(9).product_id
    assert not count.rows[-1].differs, "the books knew nothing of it"


def test_as_expected_reasons_and_the_largest_difference_first() -> None:
    count = form()
    count.as_expected(line(1).product_id)
    count.as_expected(line(3).product_id)
    assert [row.counted for row in count.rows] == [5 * ONE, None, None]
    count.set(line(1).product_id, 4 * ONE)
    count.set(line(2).product_id, 9 * ONE)
    count.explain(line(2).product_id, " found behind ")
    assert [(row.line.sku, row.reason) for row in count.differing] == [("S-2", "found behind"), ("S-1", None)]
    count.set(line(2).product_id, 8 * ONE)
    assert count.differing[0].reason == "found behind"
    with pytest.raises(Problem, match="cannot be negative"):
        count.set(line(1).product_id, -1)


def test_every_step_can_be_taken_back() -> None:
    count = form()
    count.set(line(1).product_id, ONE)
    count.set(line(1).product_id, ONE)
    count.write_note("back room")
    count.set(line(1).product_id, None)
    assert count.lines == ()
    assert count.undo()
    assert count.undo()
    assert (count.counted, count.draft.note) == (1, None)
    assert count.undo()
    assert not count.undo()


def test_a_draft_is_kept_and_ends_with_the_count(tmp_path: Path) -> None:
    with demo_laptop.desk(tmp_path / "desk") as desk:
        partner = desk.ask(
            demo_laptop.one, "SELECT partner_id FROM stock_position GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
        )
        sheet = desk.ask(count_sheet.count_sheet, partner)
        count = StockCount(sheet, CountDraft(partner))
        count.set(sheet[0].product_id, 2 * ONE)
        count.write_note("shop floor")
        count.saved_as(desk.act(stock.keep_draft, count.draft).value.id)
        count.set(sheet[1].product_id, 3 * ONE)
        no_limit(desk)
        desk.act(stock.keep_draft, count.draft)

        (again,) = desk.ask(count_drafts, desk.profile.user_id, partner)
        assert again == count.draft
        resumed = StockCount(sheet, again)
        assert resumed.counted == 2
        done = desk.act(
            stock.record_count, partner, resumed.lines, note=resumed.draft.note, draft_id=resumed.draft.id
        )
        assert desk.ask(count_drafts, desk.profile.user_id, partner) == ()
        assert done.undo is not None
        desk.act(done.undo.action)
        assert desk.ask(count_drafts, desk.profile.user_id, partner) == (count.draft,)

        desk.act(stock.keep_draft, CountDraft(partner, id=count.draft.id))
        assert desk.ask(count_drafts, desk.profile.user_id, partner) == (), "an empty draft is no draft"
