"""Stock that runs out during promotions, and what one would take before it is published."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.promotions.need import Held, check
from channeldesk.rules.promotions.stock_outs import History, StockOut, levels, stock_outs
from channeldesk.rules.stock_places import Event, holding

PARTNER, PRODUCT = b"p" * 16, b"d" * 16
EVENTS = st.lists(st.tuples(st.integers(1, 200), st.integers(-40, 40)), max_size=25)


def history(*movements: tuple[int, int], anchors: tuple[tuple[int, int], ...] = ((0, 10),)) -> History:
    return History(PARTNER, PRODUCT, holding({None: anchors}, {None: movements}))


def spread(**places: tuple[tuple[Event, ...], tuple[Event, ...]]) -> History:
    """Anchors and movements by warehouse."""
    anchors = {name.encode(): known for name, (known, _) in places.items()}
    return History(
        PARTNER, PRODUCT, holding(anchors, {name.encode(): moved for name, (_, moved) in places.items()})
    )


def outs(one: History, begin: int = 10, end: int = 100) -> list[tuple[int, int | None]]:
    return [(found.at, found.until) for found in stock_outs([one], begin, end)]


def test_what_falls_to_nothing_is_told_with_how_long() -> None:
    assert outs(history((20, -4), (30, -6), (50, 8))) == [(30, 50)]
    assert outs(history((20, -4), (30, -6))) == [(30, None)]
    assert outs(history((20, -4))) == []


def test_what_was_out_before_is_not_the_promotions_doing() -> None:
    assert outs(history((5, -10))) == []
    assert outs(history((5, -10), (40, 3), (60, -3))) == [(60, None)]


def test_only_the_days_of_the_promotion_count() -> None:
    assert outs(history((9, -10))) == []
    assert outs(history((100, -10))) == []
    assert outs(history((99, -10))) == [(99, None)]


def test_a_count_says_what_is_there() -> None:
    assert outs(history((30, -10), anchors=((0, 10), (40, 6)))) == [(30, 40)]
    assert outs(history((20, -1), anchors=((0, 10), (40, 0)))) == [(40, None)]
    assert outs(history((20, -9), anchors=())) == []


def test_what_lies_in_another_warehouse_is_not_out() -> None:
    emptied = spread(a=(((0, 10),), ((20, -10), (60, -1))), b=(((0, 5),), ((40, -5), (60, 1))))
    assert outs(emptied) == [(40, None)]
    moved = spread(a=(((0, 5),), ((20, -5),)), b=(((0, 0),), ((20, 5),)))
    assert outs(moved) == []
    assert levels(moved, 10, 100) == [(10, 5), (20, 5)]
    uncounted = spread(a=(((0, 5),), ()), b=((), ((20, -5),)))
    assert levels(uncounted, 10, 100) == [(10, 5), (20, 0)]


def test_before_the_first_count_movements_are_taken_back() -> None:
    assert outs(history((20, -10), (30, 5), anchors=((60, 5),))) == [(20, 30)]


def test_each_pair_counts_once_the_earliest_first() -> None:
    other = History(PARTNER, b"e" * 16, holding({None: [(0, 1)]}, {None: [(15, -1), (16, 1), (17, -1)]}))
    found = stock_outs([history((20, -10)), other], 10, 100)
    assert found == [StockOut(PARTNER, b"e" * 16, 15, 16), StockOut(PARTNER, PRODUCT, 20, None)]


@given(EVENTS, st.integers(-20, 20), st.randoms())
def test_levels_do_not_depend_on_the_order_of_rows(
    movements: list[tuple[int, int]], start: int, source: Random
) -> None:
    shuffled = list(movements)
    source.shuffle(shuffled)
    here = list(levels(history(*movements, anchors=((0, start),)), 50, 150))
    there = list(levels(history(*shuffled, anchors=((0, start),)), 50, 150))
    assert (here[0], here[-1]) == (there[0], there[-1])
    assert here[0] == (50, start + sum(change for at, change in movements if at <= 50))
    assert here[-1][1] == start + sum(change for at, change in movements if at < 150)


@given(EVENTS, st.integers(-20, 20), st.integers(1, 200), st.integers(-20, 20))
def test_the_last_count_decides(movements: list[tuple[int, int]], start: int, at: int, counted: int) -> None:
    found = list(levels(history(*movements, anchors=((0, start), (at, counted))), 250, 300))
    assert found == [(250, counted + sum(change for when, change in movements if when > at))]


HELD = st.lists(
    st.builds(
        Held,
        st.sampled_from([bytes([n]) * 16 for n in range(6)]),
        st.sampled_from([bytes([n]) * 16 for n in range(20, 24)]),
        st.integers(-5_000, 900_000),
        st.none() | st.integers(-3_000, 500_000),
    ),
    max_size=20,
)


@given(HELD, st.integers(1, 90), st.sampled_from((0, 2_500, 5_000, 10_000)), st.randoms())
def test_nothing_of_the_demand_is_lost(held: list[Held], days: int, uplift: int, source: Random) -> None:
    shuffled = list(held)
    source.shuffle(shuffled)
    found = check(held, 56, days, uplift)
    assert found == check(shuffled, 56, days, uplift)
    exact = sum(Fraction(max(0, one.sold) * days * (10_000 + uplift), 56 * 10_000) for one in held)
    assert abs(sum(one.expected for one in found.needs) - exact) <= len(found.needs) / 2
    for need in found.needs:
        assert need.expected - need.stock - 1 <= need.short <= need.expected
        assert need.uncounted <= need.partners


def test_a_partner_does_not_lend_to_another() -> None:
    held = [Held(b"a" * 16, PRODUCT, 56_000, 30_000), Held(b"b" * 16, PRODUCT, 56_000, 1_000)]
    (need,) = check(held, 56, 10, 0).needs
    assert (need.expected, need.stock, need.short, need.lacking) == (20_000, 31_000, 9_000, 1)
    (more,) = check(held, 56, 10, 5_000).needs
    assert (more.expected, more.short) == (30_000, 14_000)


def test_what_was_never_counted_is_needed_in_full_and_told() -> None:
    (need,) = check([Held(PARTNER, PRODUCT, 56_000, None)], 56, 7, 0).needs
    assert (need.expected, need.short, need.uncounted) == (7_000, 7_000, 1)
    assert check([Held(PARTNER, PRODUCT, 0, None)], 56, 7, 0).needs == ()
