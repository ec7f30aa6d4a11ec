"""Forecasts: of the M3 competition's series as good as what was published, and right where it is certain."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from channeldesk.analytics.forecast import LEAST, YEAR, Array, forecast, season


def _one(values: Array) -> Array:
    return np.asarray(values, dtype=float)[None, :]


def test_a_constant_goes_on_and_was_never_wrong() -> None:
    found = forecast(_one(np.full(30, 7.0)), 3)
    assert found.ahead == pytest.approx(np.full((1, 3), 7.0))
    assert found.errors == pytest.approx(np.zeros((1, 29)))


def test_a_season_without_noise_is_found_and_goes_on() -> None:
    factors = 1 + 0.3 * np.sin(2 * np.pi * np.arange(YEAR) / YEAR)
    history = _one(100 * np.tile(factors, 4)[:43])
    assert season(history)[0] == pytest.approx(factors, abs=1e-9)
    assert forecast(history, 6).ahead[0] == pytest.approx(100 * np.tile(factors, 5)[43:49], rel=1e-6)


@pytest.mark.parametrize("history", [np.arange(20.0), np.r_[0, np.arange(1.0, 40)]])
def test_short_series_and_those_with_nothing_have_no_season(history: Array) -> None:
    assert (season(_one(history)) == 1).all()


def test_series_are_forecast_each_by_itself() -> None:
    noise = np.random.default_rng(3).gamma(4.0, 25.0, (20, 36))
    whole = forecast(noise, 4)
    for at in range(20):
        alone = forecast(noise[at : at + 1], 4)
        assert alone.ahead == pytest.approx(whole.ahead[at : at + 1])
        assert alone.errors == pytest.approx(whole.errors[at : at + 1])


def test_scale_does_not_matter() -> None:
    noise = np.random.default_rng(4).gamma(4.0, 25.0, (5, 30))
    assert forecast(noise * 1_000, 3).ahead == pytest.approx(forecast(noise, 3).ahead * 1_000)


def test_too_short_a_series_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        forecast(np.ones((2, LEAST - 1)))


def _smape(actual: Array, told: Array) -> Array:
    return np.asarray(200 * np.abs(actual - told) / (np.abs(actual) + np.abs(told)))


def test_the_monthly_series_of_the_m3_competition(data_dir: Path) -> None:
    """Published for all 1,428: Theta 13.85, the mean of it and Holt's damped 13.80; every second is here."""
    rows = pd.read_csv(data_dir / "m3_monthly_odd" / "m3_monthly_odd.csv").sort_values(["sn", "t"])
    parts = {
        split: {name: part.value.to_numpy(float) for name, part in own.groupby("sn")}
        for split, own in rows.groupby("split")
    }
    ours, naive = [], []
    for name, history in parts["train"].items():
        actual = parts["test"][name]
        ours.append(_smape(actual, forecast(_one(history), actual.size).ahead[0]).mean())
        naive.append(_smape(actual, np.resize(history[-YEAR:], actual.size)).mean())
    assert len(ours) == 714
    assert np.mean(ours) < 13.9 < 15.5 < np.mean(naive)
