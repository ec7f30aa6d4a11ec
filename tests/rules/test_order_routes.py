"""Routes: the moves that are allowed, nothing more than is there or was ordered, nothing lost."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.order_routes import (
    STANDING,
    TRANSITIONS,
    Actor,
    Kept,
    Open,
    Part,
    Status,
    promised,
    refuse_move,
    refuse_route,
    to_ship,
    without,
)

SITES = (b"near", b"far")
NAMES = {b"near": "Near", b"far": "Far"}
some = st.integers(0, 6).map(lambda pieces: pieces * 1_000)


@pytest.mark.parametrize(("start", "target"), [*itertools.product(Status, Status)])
@pytest.mark.parametrize("actor", Actor)
def test_only_what_the_table_holds_is_moved(start: Status, target: Status, actor: Actor) -> None:
    allowed = actor in TRANSITIONS.get((start, target), ())
    assert (refuse_move(start, target, [actor]) is None) == allowed
    assert refuse_move(start, target, []) is not None


def test_what_does_not_stand_is_final() -> None:
    assert {start for start, _ in TRANSITIONS} == STANDING


@st.composite
def routed(draw: st.DrawFn) -> tuple[dict[bytes, Open], list[Part], dict[tuple[bytes, bytes], int]]:
    """What is open, a split that may be wrong in any way, and what is there."""
    lines = {
        name: Open(product, draw(some.filter(bool)))
        for name, product in ((b"1", b"p"), (b"2", b"p"), (b"3", b"q"))
        if draw(st.booleans())
    }
    parts = [
        Part(name, one.product, site, quantity)
        for name, one in lines.items()
        for site in (*SITES, None)
        if (quantity := draw(some))
    ]
    return lines, parts, {(site, product): draw(some) for site in SITES for product in (b"p", b"q")}


@given(routed())
def test_a_route_that_passes_loses_nothing_and_sends_no_more_than_there_is(
    case: tuple[dict[bytes, Open], list[Part], dict[tuple[bytes, bytes], int]],
) -> None:
    lines, parts, there = case
    whole = all(
        sum(part.quantity for part in parts if part.line == name) == one.quantity
        for name, one in lines.items()
    )
    fits = all(
        sum(part.quantity for part in parts if (part.site, part.product) == key) <= much
        for key, much in there.items()
    )
    sends = any(part.site is not None for part in parts)
    assert (refuse_route("accepted", lines, parts, NAMES, there) is None) == (whole and fits and sends)
    assert (refuse_route("accepted", lines, parts, NAMES, None) is None) == (whole and sends)
    if fits:
        assert all(much >= 0 for much in without(there, parts).values())


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([Part(b"1", b"p", b"near", 1_000), Part(b"1", b"p", b"near", 1_000)], "route.twice"),
        ([Part(b"1", b"q", b"near", 2_000)], "route.order_changed"),
        ([Part(b"9", b"p", b"near", 2_000)], "route.order_changed"),
        ([Part(b"1", b"p", b"near", 3_000), Part(b"1", b"p", None, -1_000)], "route.order_changed"),
        ([Part(b"1", b"p", b"else", 2_000)], "route.may_not_serve"),
        ([Part(b"1", b"p", None, 2_000)], "route.sends_nothing"),
        ([], "route.sends_nothing"),
    ],
)
def test_what_is_wrong_is_told(parts: list[Part], code: str) -> None:
    found = refuse_route("accepted", {b"1": Open(b"p", 2_000)}, parts, NAMES, None)
    assert found is not None
    assert found.code == code


def test_only_an_open_order_has_a_route() -> None:
    part = [Part(b"1", b"p", b"near", 2_000)]
    for status in ("placed", "shipped", "closed", "cancelled"):
        found = refuse_route(status, {b"1": Open(b"p", 2_000)}, part, NAMES, None)
        assert found is not None
        assert found.code == "route.order_not_open"


left = st.lists(st.tuples(st.none() | st.integers(1, 9), some), max_size=3)
kept = st.lists(st.builds(Kept, some, st.none() | st.integers(1, 9)), max_size=3)


@given(kept, left, st.sampled_from(("accepted", "partly_shipped", "shipped", "closed", "cancelled")))
def test_no_more_is_promised_than_was_routed(
    parts: list[Kept], gone: list[tuple[int | None, int]], status: str
) -> None:
    ordered = sum(one.quantity for one in parts)
    found = promised(parts, ordered, status, gone)
    assert all(0 <= much <= part.quantity for much, part in zip(found, parts, strict=True))
    if status == "cancelled":
        assert not any(found)
    if not gone and status == "accepted":
        assert found == [part.quantity for part in parts]


@given(st.lists(some, min_size=1, max_size=3), some, some)
def test_what_is_to_be_shipped_and_what_is_held_come_to_what_is_routed(
    quantities: list[int], before: int, held: int
) -> None:
    """``before``: what a shipment held when the route was made."""
    parts = [Part(b"1", b"p", b"%d" % at, much) for at, much in enumerate(quantities)]
    ordered = before + sum(quantities)
    rest = to_ship(parts, min(ordered, max(before, held)), ordered)
    assert sum(one.quantity for one in rest) == ordered - min(ordered, max(before, held))
    assert all(one.quantity <= parts[int(one.site or b"0")].quantity for one in rest)
    assert to_ship(parts, ordered, ordered) == []


def test_goods_leave_part_by_part_and_stay_promised_until_the_site_reports() -> None:
    parts = [Kept(5_000, 10), Kept(3_000, 10)]
    assert promised(parts, 8_000, "accepted", []) == [5_000, 3_000]
    assert promised(parts, 8_000, "partly_shipped", [(9, 6_000)]) == [0, 2_000]
    assert promised(parts, 8_000, "partly_shipped", [(11, 6_000)]) == [5_000, 3_000]
    assert promised(parts, 8_000, "shipped", [(9, 6_000), (11, 2_000)]) == [0, 2_000]
    assert promised(parts, 8_000, "closed", [(9, 8_000)]) == [0, 0]
    assert promised(parts, 8_000, "accepted", [(None, 8_000)]) == [5_000, 3_000]
