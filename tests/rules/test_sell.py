"""The pipeline of a tree is the sum of its parts, and what moves inside it changes nothing."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Quantity, Rate
from channeldesk.rules.sell import (
    Flow,
    Sold,
    difference,
    explain,
    explain_sell_through,
    flows,
    sell_through,
    total,
    weeks,
)

TOP, LEFT, RIGHT, AWAY = b"t", b"l", b"r", b"a"
quantities = st.integers(-(10**9), 10**9)
openings = st.fixed_dictionaries(dict.fromkeys((TOP, LEFT, RIGHT), quantities))
bought = st.dictionaries(st.sampled_from([TOP, LEFT, RIGHT]), quantities)
sales = st.lists(
    st.builds(
        Sold, st.sampled_from([TOP, LEFT, RIGHT]), st.sampled_from([None, LEFT, RIGHT, AWAY]), quantities
    ).filter(lambda sale: sale.seller != sale.buyer),
    max_size=20,
)


@given(openings, bought, sales)
def test_the_tree_is_the_sum_of_its_parts(
    opening: dict[bytes, int | None], came: dict[bytes, int], sold: list[Sold]
) -> None:
    parts = flows(opening, came, sold)
    whole = total(parts.values())
    assert whole.pipeline == sum(one.pipeline or 0 for one in parts.values())
    assert whole.sell_in == sum(came.values())
    assert whole.sold == sum(one.quantity for one in sold if one.buyer in (None, AWAY))
    assert (whole.received, whole.passed) == (0, 0)


@given(openings, bought, sales, quantities)
def test_a_sale_to_a_sub_dealer_leaves_the_tree_as_it_was(
    opening: dict[bytes, int | None], came: dict[bytes, int], sold: list[Sold], quantity: int
) -> None:
    before = flows(opening, came, sold)
    after = flows(opening, came, [*sold, Sold(TOP, LEFT, quantity)])
    assert total(after.values()) == total(before.values())
    assert after[LEFT].change - before[LEFT].change == quantity
    assert after[TOP].change - before[TOP].change == -quantity
    assert after[RIGHT] == before[RIGHT]


@given(quantities, st.integers(1, 10**6), st.integers(1, 400))
def test_a_sale_and_its_opposite_leave_nothing(opening: int, quantity: int, days: int) -> None:
    both = [Sold(TOP, None, quantity), Sold(TOP, None, -quantity)]
    assert flows({TOP: opening}, {}, both) == flows({TOP: opening}, {}, [])
    assert weeks(opening, 0, days) is None


@given(st.builds(Flow, st.none() | quantities, quantities, quantities, quantities, quantities, quantities))
def test_the_steps_add_up(flow: Flow) -> None:
    steps = explain(flow, None if flow.opening is None else "2026-01-01")
    amount = 0
    for step in steps[:-1]:
        value = step.value.amount if isinstance(step.value, Quantity) else 0
        amount += -value if step.sign == "-" else value
    assert isinstance(steps[-1].value, Quantity)
    assert steps[-1].value.amount == amount


def test_sell_through_is_by_what_there_was_to_sell() -> None:
    flow = Flow(opening=4_000, sell_in=6_000, sold=2_000, passed=3_000)
    assert sell_through(flow) == 5_000
    assert sell_through(replace(flow, opening=None)) == 8_333
    assert sell_through(Flow(sold=1_000)) is None
    assert explain_sell_through(flow)[-1].value == Rate(5_000)
    assert explain_sell_through(replace(flow, opening=None))[-1].label.code == "step.sell_through_received"


def test_weeks_are_at_the_pace_of_the_time_looked_at() -> None:
    assert weeks(26_000, 13_000, 91) == 260
    assert weeks(1_000, 7_000, 49) == 10
    assert weeks(-5_000, 7_000, 49) == 0
    assert weeks(None, 7_000, 49) is None


def test_a_count_beside_the_pipeline_is_told() -> None:
    told = difference(5_000, 3_000, "2026-01-01")
    assert told is not None and told.code == "sell.less_counted"
    more = difference(5_000, 6_000, "2026-01-01")
    assert more is not None and more.code == "sell.more_counted"
    assert difference(5_000, 5_000, "2026-01-01") is difference(None, 5_000, "2026-01-01") is None
