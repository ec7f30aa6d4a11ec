"""Derived levels, cover, variance; suggestions and their steps."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channeldesk.model.i18n import Translator
from channeldesk.model.notice import Quantity
from channeldesk.rules.stock import Anchor, Movement, Risk, Variance, days_of_cover, level, risk, variance
from channeldesk.rules.suggest import Need, safety_stock, stock_out_day, suggest

PC = 1_000


def test_the_latest_anchor_and_what_moved_after_it() -> None:
    anchors = [Anchor(b"1", 100, 50 * PC, "count"), Anchor(b"2", 200, 40 * PC, "report")]
    moves = [Movement(150, -5 * PC), Movement(200, -7 * PC), Movement(201, -3 * PC)]
    found = level(anchors, moves)
    assert (found.quantity, found.as_of, found.source) == (37 * PC, 200, "report")
    assert (found.moved, found.movements, found.faults) == (-3 * PC, 1, ())


def test_of_two_anchors_at_once_the_greater_id_wins() -> None:
    anchors = [Anchor(b"\x02", 100, 2 * PC, "count"), Anchor(b"\x01", 100, 1 * PC, "count")]
    assert level(anchors, []).quantity == level(reversed(anchors), []).quantity == 2 * PC


def test_never_counted_is_unknown_and_not_zero() -> None:
    found = level([], [Movement(1, 5 * PC)])
    assert (found.quantity, found.as_of, found.moved) == (None, None, 5 * PC)


def test_negative_stock_is_a_fault_of_the_data() -> None:
    found = level([Anchor(b"1", 0, 2 * PC, "count")], [Movement(1, -5 * PC)])
    assert found.quantity == -3 * PC
    (fault,) = found.faults
    assert fault.code == "stock.negative"
    assert fault.params["quantity"] == Quantity(-3 * PC)
    assert risk(found.quantity, PC, 7, 0) is Risk.UNKNOWN


moves = st.lists(st.builds(Movement, st.integers(0, 50), st.integers(-9, 9)))


@given(moves, st.integers(0, 100), st.integers(0, 50), st.randoms(use_true_random=False))
def test_the_level_does_not_depend_on_the_order_of_arrival(
    made: list[Movement], counted: int, at: int, mix: object
) -> None:
    anchor = Anchor(b"1", at, counted, "count")
    mixed = list(made)
    mix.shuffle(mixed)  # type: ignore[attr-defined]
    assert level([anchor], made) == level([anchor], mixed)
    found = level([anchor], made).quantity
    assert found is not None
    # Counting exactly what is there changes nothing.
    assert level([anchor, Anchor(b"2", 60, found, "count")], made).quantity == found


def test_cover_risk_and_variance() -> None:
    assert days_of_cover(20 * PC, 3 * PC) == 6
    assert days_of_cover(20 * PC, 0) is None
    assert days_of_cover(-PC, PC) == 0
    assert [risk(on_hand * PC, PC, 7, 5 * PC) for on_hand in (0, 7, 11, 12, 127, 128)] == [
        Risk.OUT,
        Risk.OUT,
        Risk.LOW,
        Risk.OK,
        Risk.OVER,
        Risk.OVER,
    ]
    assert risk(None, PC, 7, 0) is Risk.UNKNOWN
    assert risk(5 * PC, 0, 7, 0) is Risk.OK
    assert variance(9 * PC, 12 * PC) == Variance(-3 * PC, -2500)
    assert variance(9 * PC, 0) == Variance(9 * PC, None)
    assert variance(9 * PC, None) is None


def test_why_eight_are_suggested() -> None:
    found = suggest(Need(7 * PC, 14, 7, 7, safety=3 * PC, on_hand=2 * PC))
    assert found.quantity == 8 * PC
    chinese = Translator("zh_CN")
    told = [
        f"{step.sign} {chinese.notice(step.label)} {chinese.formats.show(step.value)}" for step in found.steps
    ]
    assert told == [" 14 天预测 7", "+ 安全库存 3", "- 门店库存 2", "- 在途 0", "= 建议 8"]


def test_packs_enough_and_what_was_assumed() -> None:
    packed = suggest(Need(7 * PC, 14, 7, 7, safety=3 * PC, on_hand=2 * PC, pack=6 * PC))
    assert packed.quantity == 12 * PC
    assert "step.pack" in [step.label.code for step in packed.steps]
    enough = suggest(Need(7 * PC, 14, 7, 7, on_hand=50 * PC))
    assert enough.quantity == 0
    assert "step.enough" in [step.label.code for step in enough.steps]
    assert [one.code for one in suggest(Need(PC, 1, 1, 1)).cautions] == ["suggest.never_counted"]
    negative = suggest(Need(7 * PC, 14, 7, 7, on_hand=-4 * PC))
    assert (negative.quantity, negative.cautions[0].code) == (7 * PC, "suggest.negative_stock")
    with pytest.raises(ValueError, match="positive"):
        Need(PC, 0, 1, 1)


needs = st.builds(
    Need,
    st.integers(-PC, 10**6),
    st.integers(1, 60),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 10**5),
    st.integers(-(10**5), 10**6) | st.none(),
    st.integers(0, 10**5),
    st.sampled_from([PC, 6 * PC, 12 * PC, 500]),
)


@example(Need(-9, 1, 52, 60, 2001, None, 0, 1000))
@given(needs)
def test_a_suggestion_is_packs_covers_the_need_and_adds_up(need: Need) -> None:
    found = suggest(need)
    assert found.quantity >= 0
    assert found.quantity % need.pack == 0
    sums = 0
    for step in found.steps[:-1]:
        assert isinstance(step.value, Quantity)
        sums += -step.value.amount if step.sign == "-" else step.value.amount
    assert sums == found.quantity
    exact = max(0, need.forecast) * (need.lead_days + need.review_days) / need.forecast_days
    wanted = exact + need.safety - max(0, need.on_hand or 0) - need.in_transit - need.ordered
    assert found.quantity >= wanted - 1e-3
    assert found.quantity < max(0.0, wanted) + need.pack + PC + 1e-3


def test_safety_stock_and_the_day_it_runs_out() -> None:
    assert safety_stock(4, 2, 9, z=1.0) == 6 * PC
    assert safety_stock(4, 0, 9, 2, z=1.0) == 8 * PC
    today = date(2026, 11, 12)
    assert stock_out_day(6 * PC, 7 * PC, 14, today) == date(2026, 11, 24)
    assert stock_out_day(-PC, 7 * PC, 14, today) == today
    assert stock_out_day(6 * PC, 0, 14, today) is None
    assert stock_out_day(10**12, 1, 14, today) is None
