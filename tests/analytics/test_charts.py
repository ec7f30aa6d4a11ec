"""Charts: the data of a chart is complete, adds up, and says what it does not know."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.analytics import mix, trend
from channeldesk.analytics.chart import (
    CategoryKind,
    ChartData,
    ChartShape,
    ChartUnit,
    Label,
    Series,
    SeriesRole,
)


@dataclass(frozen=True)
class Month:
    code: str
    middle: str
    net: int | None
    pending: int
    target: int | None
    last_year: int | None


@dataclass(frozen=True)
class Sales:
    periods: tuple[Month, ...]
    currency: str = "CNY"
    running: bool = True
    as_of: int | None = 5


MONTHS = (
    Month("2026-P09", "2026-09-15", None, 0, None, None),
    Month("2026-P10", "2026-10-16", 100, 0, 120, None),
    Month("2026-P11", "2026-11-15", 60, 20, 130, 50),
)


def test_sales_against_target() -> None:
    chart = trend.against_target(Sales(MONTHS))
    assert [series.role for series in chart.series] == [
        SeriesRole.FACT,
        SeriesRole.TARGET,
        SeriesRole.LAST_YEAR,
    ]
    assert chart.series[0].values == (None, 100, 60)
    assert chart.series[0].provisional == (None, None, 20)
    assert (chart.open_category, chart.as_of, chart.shape) == (2, 5, ChartShape.BARS)
    assert chart.keys == ("2026-P09", "2026-P10", "2026-P11")
    heads, rows = chart.table()
    assert heads == ("Fact", "Target", "Last year")
    assert rows[2] == ("2026-11-15", 60, 130, 50)


def test_what_nobody_has_is_left_out() -> None:
    chart = trend.trend(Sales((MONTHS[0],), running=False))
    assert [series.name for series in chart.series] == ["Fact"]
    assert chart.empty
    assert chart.open_category is None
    assert trend.trend(Sales(())).empty


def test_lengths_must_agree() -> None:
    with pytest.raises(ValueError, match="match the categories"):
        ChartData(
            Label("x"), ChartShape.BARS, ChartUnit.COUNT, ("a",), (Series("f", SeriesRole.FACT, (1, 2)),)
        )
    with pytest.raises(ValueError, match="one key"):
        ChartData(Label("x"), ChartShape.BARS, ChartUnit.COUNT, ("a",), (), keys=("k", "l"))


def test_a_chart_is_a_value() -> None:
    assert hash(trend.trend(Sales(MONTHS))) == hash(trend.trend(Sales(MONTHS)))
    assert trend.trend(Sales(MONTHS)) == trend.trend(Sales(MONTHS))


def test_sparklines() -> None:
    assert trend.sparkline((None, 50, -100, 0)) == (None, 0.5, -1.0, 0.0)
    assert trend.sparkline((0, 0)) == (0.0, 0.0)
    assert trend.sparkline(()) == ()


@dataclass(frozen=True)
class Part:
    key: str
    share: int | None
    plan: int


def test_mix_beside_its_plan() -> None:
    chart = mix.channel_mix((Part("direct", 2_160, 3_000), Part("else", None, 0)), 7)
    assert chart.categories == ("Direct", "else")
    assert chart.category_kind is CategoryKind.TERM
    assert chart.series[0].values == (0.216, None)
    assert chart.series[1].values == (0.3, None)


def test_concentration_by_hand() -> None:
    found = mix.concentration([("A", 50), ("B", 30), ("C", 20), ("D", -10)])
    assert found.largest == 0.5
    assert found.name == "A"
    assert found.herfindahl == pytest.approx(0.25 + 0.09 + 0.04)
    assert found.effective == pytest.approx(1 / 0.38)
    assert (found.parts, found.level) == (4, "ok")
    assert mix.concentration([("A", 60), ("B", 40)]).level == "amber"
    assert mix.concentration([("A", 80), ("B", 20)]).level == "red"
    nothing = mix.concentration([("A", 0), ("B", -5)])
    assert (nothing.largest, nothing.herfindahl, nothing.effective) == (None, None, None)
    assert mix.gauge(found, None).limits == (("amber", 0.6), ("red", 0.8))


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=50))
def test_the_effective_number_lies_between_one_and_all(nets: list[int]) -> None:
    found = mix.concentration([(str(at), net) for at, net in enumerate(nets)])
    assert found.effective is not None
    assert found.largest is not None
    assert 1 - 1e-9 <= found.effective <= len(nets) + 1e-9
    assert 1 / len(nets) - 1e-9 <= found.largest <= 1
