"""Periods, business dates, visits, promises, targets."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Money, Problem
from channeldesk.rules.calendar import FiscalCalendar, Period, business_date, elapsed_share, weekdays
from channeldesk.rules.targets import growth, growth_by_day, progress, ratio
from channeldesk.rules.visits import Due, VisitCase, promise_due, rank, score

TODAY = date(2026, 11, 12)


def four_four_five(year: int, first: date) -> list[Period]:
    made, start = [], first
    for number in range(1, 13):
        end = start + timedelta(weeks=5 if number % 3 == 0 else 4, days=-1)
        code = f"{year}-P{number:02}"
        made.append(Period(code.encode(), code, code, year, number, start, end, 20, (number + 2) // 3))
        start = end + timedelta(days=1)
    return made


CALENDAR = FiscalCalendar.of(
    reversed(four_four_five(2025, date(2024, 12, 30)) + four_four_five(2026, date(2025, 12, 29)))
)


@given(st.dates(date(2024, 12, 30), date(2026, 12, 27)))
def test_every_day_is_in_the_period_that_holds_it(day: date) -> None:
    period = CALENDAR.on(day)
    assert period is not None
    assert period.starts_on <= day <= period.ends_on


def test_neighbours_and_the_year_before() -> None:
    period = CALENDAR.on(TODAY)
    assert period is not None
    assert period.code == "2026-P11"
    assert [one.code for one in CALENDAR][:2] == ["2025-P01", "2025-P02"]
    before, after, year = CALENDAR.before(period), CALENDAR.before(period, -1), CALENDAR.year_before(period)
    assert [one.code for one in (before, after, year) if one] == ["2026-P10", "2026-P12", "2025-P11"]
    assert CALENDAR.before(CALENDAR.periods[0]) is None
    assert CALENDAR.year_before(CALENDAR.periods[0]) is None
    assert CALENDAR.on(date(2027, 1, 15)) is None
    assert CALENDAR.on(date(2020, 1, 15)) is None


def test_overlapping_periods_are_refused() -> None:
    one, two = CALENDAR.periods[:2]
    wrong = Period(b"x", "X", "X", 2025, 2, one.ends_on, two.ends_on, 20)
    with pytest.raises(Problem) as caught:
        FiscalCalendar.of([one, wrong])
    assert str(caught.value) == "Fiscal periods 2025-P01 and X overlap."


def test_elapsed_share_counts_weekdays() -> None:
    november = Period(b"11", "11", "11", 2026, 11, date(2026, 11, 1), date(2026, 11, 30), 21)
    assert elapsed_share(november, date(2026, 10, 31)) == 0
    assert elapsed_share(november, TODAY) == 4286
    assert elapsed_share(november, date(2026, 11, 14)) == elapsed_share(november, date(2026, 11, 13))
    assert elapsed_share(november, date(2026, 11, 30)) == elapsed_share(november, date(2027, 1, 1)) == 10_000
    weekend = Period(b"w", "w", "w", 2026, 1, date(2026, 11, 14), date(2026, 11, 15), 0)
    assert elapsed_share(weekend, date(2026, 11, 14)) == 5000


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-3, 60))
def test_weekdays_agree_with_counting(first: date, length: int) -> None:
    days = [first + timedelta(days=at) for at in range(length + 1)]
    assert weekdays(first, first + timedelta(days=length)) == sum(day.weekday() < 5 for day in days)


def test_the_business_date_is_the_one_on_the_wall() -> None:
    late = int(datetime(2026, 11, 11, 23, 42, tzinfo=UTC).timestamp() * 1000)
    assert business_date(late, "Asia/Shanghai") == TODAY
    assert business_date(late, "America/New_York") == date(2026, 11, 11)
    assert business_date(-1, "UTC") == date(1969, 12, 31)
    for zone in ("Mars/Olympus", "", "../etc"):
        with pytest.raises(Problem) as caught:
            business_date(late, zone)
        assert caught.value.notice.code == "calendar.unknown_zone"


def visit(name: str, **changes: object) -> VisitCase:
    made: dict[str, object] = {
        "sales": 83,
        "expected_sales": 100,
        "overdue": 412_000,
        "last_visit": date(2026, 9, 26),
    }
    return VisitCase(name.encode(), name, "CNY", **{**made, **changes})  # type: ignore[arg-type]


def test_a_score_is_the_product_of_what_is_told() -> None:
    found = score(visit("Hengtai"), TODAY)
    assert (found.drop, found.at_risk, found.days) == (17, 412_017, 47)
    assert found.score == 17 * 412_017 * 47
    assert [step.label.code for step in found.steps] == [
        "step.sales_drop",
        "step.money_at_risk",
        "step.days_since_visit",
    ]
    assert found.steps[1].value == Money(412_017, "CNY")


def test_a_factor_of_zero_does_not_hide_the_others() -> None:
    growing = visit("A", sales=200)
    assert score(growing, TODAY).score == 412_000 * 47
    new = score(visit("B", sales=0, expected_sales=0, overdue=-5, last_visit=None), TODAY)
    assert (new.score, new.days, new.steps[2].label.code) == (180, 180, "step.never_visited")
    assert score(visit("C", last_visit=TODAY + timedelta(days=3)), TODAY).days == 0


def test_the_most_urgent_first_and_ties_by_name() -> None:
    ranked = rank([visit("B"), visit("Z", overdue=10**9), visit("A")], TODAY)
    assert [one.case.name for one in ranked] == ["Z", "A", "B"]


@given(
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 400),
    st.integers(1, 100),
)
def test_longer_ago_is_never_less_urgent(
    sales: int, expected: int, overdue: int, days: int, more: int
) -> None:
    cases = [
        visit(
            "A", sales=sales, expected_sales=expected, overdue=overdue, last_visit=TODAY - timedelta(days=ago)
        )
        for ago in (days, days + more)
    ]
    assert score(cases[0], TODAY).score <= score(cases[1], TODAY).score
    assert 0 <= score(cases[0], TODAY).drop <= 100


def test_promises_fall_due() -> None:
    due = [promise_due(TODAY + timedelta(days=ahead), None, TODAY) for ahead in (-1, 0, 1, 7, 8)]
    assert due == [Due.OVERDUE, Due.TODAY, Due.SOON, Due.SOON, Due.LATER]
    assert promise_due(date(2026, 1, 1), TODAY, TODAY) is Due.DONE


def test_progress_of_the_picture() -> None:
    found = progress(486_000_000, 1_210_000_000, 4290)
    assert (found.attainment, found.gap, found.due) == (4017, 724_000_000, 519_090_000)
    assert found.ahead == -33_090_000
    assert found.projection == 1_132_867_133
    assert progress(5, 0, 0).attainment is None
    assert progress(5, 10, 0).projection is None


def test_growth_has_no_answer_without_a_past() -> None:
    assert growth(110, 100) == 1000
    assert growth(5, 0) is None
    assert growth_by_day(110, 22, 100, 20) == 0
    assert growth_by_day(1, 0, 1, 20) is None
    assert ratio(1, 3) == 3333
