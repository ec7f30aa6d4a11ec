"""Credit: what is used, left, exceeded, and what cannot be compared."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Money
from channeldesk.rules.credit import Exposure, OpenItem, Overdue, Use, overdue, position

exposures = st.lists(
    st.builds(
        Exposure, st.sampled_from(Use), st.integers(-(10**9), 10**9), st.sampled_from(["CNY", "CNY", "EUR"])
    )
)


def test_the_position_of_the_picture() -> None:
    before = position("CNY", 60_000_000, [Exposure(Use.RECEIVABLE, 46_670_000, "CNY")])
    after = before.with_order(12_994_500, "CNY")
    assert (after.used, after.left, after.exceeded_by) == (59_664_500, 335_500, 0)
    assert after.notices() == ()


def test_an_exceeded_limit_says_by_how_much() -> None:
    after = position("CNY", 100_000, [Exposure(Use.ACCEPTED, 90_000, "CNY")]).with_order(20_000, "CNY")
    assert (after.left, after.exceeded_by) == (0, 10_000)
    assert [one.english() for one in after.notices()] == [
        "Credit limit of CNY 1,000.00 exceeded by CNY 100.00; CNY 1,100.00 would be used."
    ]


def test_no_limit_is_not_a_limit_of_zero() -> None:
    assert position("CNY", None).with_order(10**12, "CNY").exceeded_by == 0
    assert position("CNY", None).left is None
    assert position("CNY", 0).with_order(1, "CNY").exceeded_by == 1


def test_other_currencies_are_told_and_not_added() -> None:
    found = position("CNY", 100, [Exposure(Use.PENDING, 50, "EUR"), Exposure(Use.PENDING, 10, "CNY")])
    assert (found.used, found.not_comparable) == (10, (Money(50, "EUR"),))
    assert [one.code for one in found.notices()] == ["credit.not_comparable"]


def test_credit_notes_free_credit_and_returns_not_yet_credited_do_not() -> None:
    found = position(
        "CNY",
        100,
        [
            Exposure(Use.RECEIVABLE, 80, "CNY"),
            Exposure(Use.RECEIVABLE, -30, "CNY"),
            Exposure(Use.PENDING, -40, "CNY"),
            Exposure(Use.ACCEPTED, -40, "CNY"),
        ],
    )
    assert (found.used, found.left) == (50, 50)


def test_what_was_taken_back_off_an_account_uses_credit() -> None:
    made = [Exposure(Use.ON_ACCOUNT, -40, "CNY"), Exposure(Use.RECEIVABLE, 10, "CNY")]
    assert position("CNY", 100, made).left == 50


@given(st.integers(0, 10**10) | st.none(), exposures, st.randoms(use_true_random=False))
def test_used_left_and_exceeded_fit_together(limit: int | None, made: list[Exposure], mix: object) -> None:
    found = position("CNY", limit, made)
    if limit is None:
        assert (found.left, found.exceeded_by) == (None, 0)
    else:
        assert found.left is not None
        assert found.left - found.exceeded_by == limit - found.used
        assert found.left == 0 or found.exceeded_by == 0
    mixed = list(made)
    mix.shuffle(mixed)  # type: ignore[attr-defined]
    again = position("CNY", limit, mixed)
    assert (again.used, again.exceeded_by, sorted(map(str, again.not_comparable))) == (
        found.used,
        found.exceeded_by,
        sorted(map(str, found.not_comparable)),
    )


@given(st.integers(0, 10**10), exposures, st.integers(-(10**6), 10**9))
def test_another_order_never_frees_credit(limit: int, made: list[Exposure], total: int) -> None:
    before = position("CNY", limit, made)
    assert before.with_order(total, "CNY").exceeded_by >= before.exceeded_by


def test_overdue_by_currency_with_the_oldest_day() -> None:
    today = date(2026, 11, 12)
    items = [
        OpenItem(41_200_000, "CNY", date(2026, 10, 9)),
        OpenItem(5_470_000, "CNY", date(2026, 11, 12)),
        OpenItem(-1_200_000, "CNY", date(2026, 8, 1)),
        OpenItem(500, "EUR", date(2026, 11, 11)),
        OpenItem(-900, "USD", date(2026, 11, 1)),
    ]
    assert overdue(items, today) == (Overdue("CNY", 40_000_000, 34), Overdue("EUR", 500, 1))
