"""Alerts: few of them false, the same whatever the unit, and told how many chance would bring."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from channeldesk.analytics import alerting
from channeldesk.analytics.alerting import amber, common_season, false_amber, red, surprise
from channeldesk.analytics.forecast import Array


def _network(seed: int, series: int = 600, season: float = 0.0) -> Array:
    noise = np.random.default_rng(seed).standard_normal((series, 25))
    return np.asarray(100 * (1 + 0.12 * noise) * (1 + season * np.sin(2 * np.pi * np.arange(25) / 12)))


@given(arrays.arrays(float, st.integers(1, 60), elements=st.floats(0, 1)))
def test_red_is_the_procedure_of_benjamini_and_hochberg(chance: Array) -> None:
    assert (red(chance) == (stats.false_discovery_control(chance) <= 0.1 + 1e-12)).all()


def test_a_quiet_network_is_left_in_peace() -> None:
    called = [int(red(surprise(one[:, :24], one[:, 24]).chance).sum()) for one in map(_network, range(20))]
    assert sum(count > 0 for count in called) <= 6, "one month in ten calls anybody at all, on average"


@pytest.mark.parametrize("season", [0.0, 0.3])
def test_those_who_fell_by_half_are_found_and_hardly_anybody_else(season: float) -> None:
    right = wrong = 0
    for seed in range(5):
        network = _network(seed, season=season)
        network[:12, 24] /= 2
        called = red(surprise(network[:, :24], network[:, 24]).chance)
        right += int(called[:12].sum())
        wrong += int(called[12:].sum())
    assert right >= 54
    assert wrong <= 12


def test_the_unit_of_a_series_does_not_matter() -> None:
    network = _network(1)
    one, other = (
        surprise(network[:, :24], network[:, 24]),
        surprise(network[:, :24] * 50, network[:, 24] * 50),
    )
    assert other.distance == pytest.approx(one.distance)
    assert other.expected == pytest.approx(one.expected * 50)


def test_a_rise_is_bad_where_less_is_better() -> None:
    network = _network(2)
    network[0, 24] *= 2
    assert red(surprise(network[:, :24], network[:, 24], falls=False).chance)[0]
    assert not red(surprise(network[:, :24], network[:, 24]).chance)[0]


def test_a_partner_on_a_straight_way_down_is_no_surprise_each_month() -> None:
    time = np.arange(25.0)
    falling = 200 - 5 * time + np.random.default_rng(5).standard_normal(25)
    network = np.vstack([_network(3), falling])
    assert surprise(network[:, :24], network[:, 24]).expected[-1] == pytest.approx(80, abs=6)


def test_who_looks_quiet_by_chance_is_not_accused_first() -> None:
    """Two series fall alike; one had a calm past. What the network knows of spreads holds for both."""
    network = _network(6)
    calm = surprise(network[:, :24], np.full(600, 80.0)).error
    lone = network[:, :24].std(axis=1, ddof=1) * np.sqrt(1 + 1 / 24)
    assert np.ptp(calm) < np.ptp(lone) / 2


def test_a_series_without_any_spread_is_judged_all_the_same() -> None:
    steady = np.full((2, 24), 10.0)
    found = surprise(steady, np.array([10.0, 9.0]))
    assert list(red(found.chance)) == [False, True]


def test_few_series_have_no_season_in_common() -> None:
    assert (common_season(_network(1, series=alerting.TOGETHER - 1, season=0.5)[:, :24]) == 1).all()


def test_amber_tells_how_many_chance_brings() -> None:
    quiet = [_network(seed) for seed in range(40)]
    called = sum(int(amber(surprise(one[:, :24], one[:, 24]).distance).sum()) for one in quiet)
    expected = 40 * false_amber(600, 24)
    assert 0.3 * expected < called < 1.2 * expected
    assert alerting.false_red(30) == pytest.approx(3)


def test_too_short_a_history_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        surprise(np.ones((3, 5)), np.ones(3))
