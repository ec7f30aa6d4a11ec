"""How far a count may differ: money to the cent, reasons only where they are needed."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Money, Rate
from channeldesk.model.stock import COUNT_STATUSES, REASONS
from channeldesk.model.values import line_net
from channeldesk.rules.counts import (
    HOLDS_NOT,
    NEEDS_WORDS,
    TRANSITIONS,
    Actor,
    Limit,
    Line,
    Status,
    judge,
    refuse_move,
)

_quantity = st.integers(0, 10**9)
_lines = st.lists(
    st.builds(
        Line,
        _quantity,
        st.none() | st.integers(-(10**6), 10**9),
        st.none() | st.integers(0, 10**8),
        st.none() | st.sampled_from(REASONS),
        st.sampled_from([None, "", "  ", "fell down"]),
    ),
    max_size=8,
)
_limit = st.none() | st.builds(
    Limit, st.just("CNY"), st.integers(0, 10**9), st.none() | st.integers(0, 10_000)
)


def test_what_the_differences_come_to_is_told_with_what_is_allowed() -> None:
    lines = [Line(7_000, 10_000, 1_000_000), Line(12_000, 10_000, 500_000), Line(4_000, 4_000, 90_000)]
    found = judge(lines, "CNY", Limit("CNY", 39_999, 2_500))
    assert (found.differing, found.amount, found.share) == (2, 30_000 + 10_000, 2_604)
    assert [one.code for one in found.against] == ["count.above_amount", "count.above_share"]
    assert found.against[0].params == {"amount": Money(40_000, "CNY"), "most": Money(39_999, "CNY")}
    at_stake = Money(40_000, "CNY")
    assert found.against[1].params == {"share": Rate(2_604), "most": Rate(2_500), "amount": at_stake}
    assert found.unexplained == (0, 1)
    assert not judge(lines, "CNY", Limit("CNY", 40_000)).waits
    assert not judge(lines, "CNY", None).waits


def test_more_than_was_there_and_less_weigh_alike_and_do_not_make_up_for_each_other() -> None:
    more, less = Line(12_000, 10_000, 1_000_000), Line(8_000, 10_000, 1_000_000)
    assert judge([more], "CNY", None).amount == judge([less], "CNY", None).amount == 20_000
    assert judge([more, less], "CNY", None).amount == 40_000


def test_the_reason_that_says_nothing_needs_words() -> None:
    line = Line(1_000, 2_000, 1_000_000)
    assert not line.explained
    assert not replace(line, reason_code=NEEDS_WORDS, reason=" ").explained
    assert replace(line, reason_code=NEEDS_WORDS, reason="a dog").explained
    assert replace(line, reason="an older program knows words alone").explained
    assert all(replace(line, reason_code=one).explained for one in REASONS if one != NEEDS_WORDS)


def test_what_has_no_price_weighs_nothing_and_is_told() -> None:
    found = judge([Line(0, 10**6, None), Line(0, 10_000, 1_000_000)], "CNY", Limit("CNY", 0))
    assert (found.amount, found.unpriced) == (100_000, 1)
    told = [one.code for one in found.told]
    assert told == ["count.above_amount", "count.without_reason", "count.without_price"]


@given(_lines, _limit)
def test_it_waits_where_a_limit_is_passed_and_nowhere_else(lines: list[Line], limit: Limit | None) -> None:
    found = judge(lines, "CNY", limit)
    differing = [one for one in lines if one.expected is not None and one.counted != one.expected]
    assert found.differing == len(differing)
    known = [(one, one.expected or 0, one.price or 0) for one in lines]
    amount = sum(
        line_net(abs(one.counted - books), price, "CNY") for one, books, price in known if one.differs
    )
    books = sum(line_net(max(0, books), price, "CNY") for _, books, price in known)
    assert found.amount == amount
    above = limit is not None and (
        amount > limit.amount
        or (limit.share is not None and books > 0 and amount * 10_000 > limit.share * books)
    )
    assert found.waits == above
    lacking = {at for at, one in enumerate(lines) if one.differs and not one.explained}
    assert set(found.unexplained) == (lacking if above else set())


@given(_lines, st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_wider_limit_asks_for_no_more(lines: list[Line], one: int, other: int) -> None:
    narrow, wide = sorted((one, other))
    if judge(lines, "CNY", Limit("CNY", wide)).waits:
        assert judge(lines, "CNY", Limit("CNY", narrow)).waits


@given(_lines, _limit)
def test_reasons_change_nothing_about_the_money(lines: list[Line], limit: Limit | None) -> None:
    bare = [replace(one, reason_code=None, reason=None) for one in lines]
    found, again = judge(lines, "CNY", limit), judge(bare, "CNY", limit)
    assert (found.amount, found.share, found.against) == (again.amount, again.share, again.against)
    assert set(found.unexplained) <= set(again.unexplained)


def test_a_count_moves_only_as_the_table_says() -> None:
    assert {*COUNT_STATUSES} == {one.value for one in Status}
    for start in Status:
        for target in Status:
            for actor in Actor:
                allowed = actor in TRANSITIONS.get((start, target), ())
                assert refuse_move(start, target, actor) is not allowed
    assert {target for _, target in TRANSITIONS} > {*HOLDS_NOT}
