"""Orders that look as if they had been taken twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.values import WHOLE
from channeldesk.rules.resemblance import DAYS, LEAST, REFERENCE_DAYS, Taken, alike, plain, sameness

DAY = date(2026, 3, 11)
A, B, C = b"a", b"b", b"c"
LINES = st.dictionaries(st.sampled_from([A, B, C]), st.integers(-5_000, 50_000))


def taken(name: str, lines: dict[bytes, int], day: date = DAY, reference: str | None = None) -> Taken:
    return Taken(name.encode(), name, day, reference, lines)


@given(LINES, LINES)
def test_sameness_is_symmetric_and_whole_only_for_the_same_lines(
    one: dict[bytes, int], other: dict[bytes, int]
) -> None:
    share = sameness(one, other)
    assert share == sameness(other, one)
    assert 0 <= share <= WHOLE
    ordered = [{key: value for key, value in both.items() if value > 0} for both in (one, other)]
    assert (share == WHOLE) == (ordered[0] == ordered[1] != {})


@given(LINES, st.integers(1, 20))
def test_sameness_knows_no_unit(lines: dict[bytes, int], factor: int) -> None:
    larger = {product: quantity * factor for product, quantity in lines.items()}
    shares = [sameness(one, {key: 2 * value for key, value in one.items()}) for one in (larger, lines)]
    assert shares[0] == shares[1]


def test_the_same_lines_a_few_days_apart_look_like_one_order() -> None:
    order = taken("new", {A: 10_000, B: 5_000})
    near = taken("near", {A: 10_000, B: 4_000}, DAY - timedelta(days=DAYS))
    same = taken("same", {A: 10_000, B: 5_000}, DAY + timedelta(days=1))
    far = taken("far", {A: 10_000, B: 5_000}, DAY - timedelta(days=DAYS + 1))
    other = taken("other", {A: 10_000, C: 5_000})
    found = alike(order, [far, near, other, same])
    assert [one.order.number for one in found] == ["same", "near"]
    assert [one.sameness for one in found] == [WHOLE, 9_000]
    assert found[1].sameness >= LEAST
    assert {one.notice.code for one in found} == {"order.nearly_same"}


def test_a_number_of_the_partners_is_given_once() -> None:
    order = taken("new", {A: 1_000}, reference="PO-4711/a")
    same = taken("same", {}, DAY - timedelta(days=200), reference="po 4711A")
    old = taken("old", {}, DAY - timedelta(days=REFERENCE_DAYS + 1), reference="PO-4711/a")
    nearly = taken("nearly", {A: 1_000}, reference="PO-4712")
    found = alike(order, [nearly, old, same])
    assert [(one.order.number, one.by_reference) for one in found] == [("same", True), ("nearly", False)]
    assert found[0].notice.code == "order.same_reference"


def test_no_order_repeats_itself_and_none_is_like_another() -> None:
    order = taken("new", {A: 1_000}, reference="  ")
    assert alike(order, [order]) == []
    assert alike(taken("empty", {}), [taken("other", {})]) == []
    assert plain(None) == plain(" -/ ") == ""
