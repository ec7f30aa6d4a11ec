"""What monthly series come to next, and how far off that usually is.

The mean of two methods that fail differently: Theta (Assimakopoulos and Nikolopoulos 2000: the mean of the
straight line and of exponential smoothing of the series with its curvature doubled) and Holt's with a damped
trend (Gardner and McKenzie 1985). A season is taken out first where the series shows one. Parameters are the
best of a grid, so that thousands of series are computed at once and alike on every machine.

Arrays are (series, periods), all of one length and without gaps, as floats in any unit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

YEAR = 12
LEAST = 6
"""Periods below which a series says too little of itself."""
_SES = np.arange(0.02, 1.0, 0.02)
_HOLT = np.array(
    [
        (alpha, beta, phi)
        for alpha in (0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
        for beta in (0.0, 0.05, 0.1, 0.2, 0.4)
        for phi in (0.8, 0.9, 0.95)
    ]
)
"""Level, trend, damping."""


@dataclass(frozen=True)
class Forecast:
    """``ahead`` (series, horizon). ``errors`` (series, periods - 1): what the same method, one period ahead,
    was wrong by within the history.
    """

    ahead: Array
    errors: Array


def forecast(history: Array, horizon: int = 1) -> Forecast:
    """Raises ValueError for fewer than ``LEAST`` periods."""
    periods = history.shape[1]
    if periods < LEAST:
        raise ValueError(f"{periods} periods, at least {LEAST} are needed")
    index = season(history)
    plain = history / _along(index, 0, periods)
    both = [_theta(plain, horizon), _damped(plain, horizon)]
    ahead = np.mean([one.ahead for one in both], axis=0) * _along(index, periods, horizon)
    errors = np.mean([one.errors for one in both], axis=0) * _along(index, 1, periods - 1)
    return Forecast(ahead, errors)


def season(history: Array) -> Array:
    """Factors (series, 12) of the periods of a year, the first period's first, 1 on average; all 1 where the
    series shows no season: fewer than two years, a value that is not positive, or no autocorrelation over a
    year beyond its standard error (one-sided).
    """
    series, periods = history.shape
    factors = np.ones((series, YEAR))
    if periods < 2 * YEAR:
        return factors
    seasonal = (history > 0).all(axis=1) & _repeats(history)
    if seasonal.any():
        factors[seasonal] = _factors(history[seasonal])
    return factors


def _repeats(history: Array) -> NDArray[np.bool_]:
    gone = history - history.mean(axis=1, keepdims=True)
    whole = (gone**2).sum(axis=1)
    whole[whole == 0] = 1
    lags = np.array([(gone[:, lag:] * gone[:, :-lag]).sum(axis=1) for lag in range(1, YEAR + 1)]) / whole
    error = np.sqrt((1 + (lags[:-1] ** 2).sum(axis=0)) / history.shape[1])
    return np.asarray(lags[-1] > error)


def _factors(history: Array) -> Array:
    """Classical decomposition: against the centred mean of a year, averaged over the years."""
    periods = history.shape[1]
    weights = np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR
    windows = np.lib.stride_tricks.sliding_window_view(history, YEAR + 1, axis=1)
    ratio = history[:, YEAR // 2 : periods - YEAR // 2] / (windows @ weights)
    of = (np.arange(ratio.shape[1]) + YEAR // 2) % YEAR
    raw = np.stack([ratio[:, of == month].mean(axis=1) for month in range(YEAR)], axis=1)
    return np.asarray(raw / raw.mean(axis=1, keepdims=True))


def _along(index: Array, first: int, count: int) -> Array:
    return index[:, (first + np.arange(count)) % YEAR]


def _theta(history: Array, horizon: int) -> Forecast:
    periods = history.shape[1]
    time = np.arange(periods) - (periods - 1) / 2
    slope = (history @ time) / (time @ time)
    line = history.mean(axis=1, keepdims=True) + slope[:, None] * time
    level, steps = _smooth(2 * history - line)
    later = time[-1] + np.arange(1, horizon + 1)
    straight = history.mean(axis=1, keepdims=True) + slope[:, None] * later
    fitted = (steps + line[:, 1:]) / 2
    return Forecast((level[:, None] + straight) / 2, history[:, 1:] - fitted)


def _smooth(history: Array) -> tuple[Array, Array]:
    """The last level and the one before each period but the first, with the best constant of each series."""
    level = np.repeat(history[:, :1], _SES.size, axis=1)
    before = []
    for at in range(1, history.shape[1]):
        before.append(level)
        level = level + _SES * (history[:, at : at + 1] - level)
    steps = np.stack(before, axis=1)
    best = ((history[:, 1:, None] - steps) ** 2).sum(axis=1).argmin(axis=1)
    rows = np.arange(history.shape[0])
    return level[rows, best], steps[rows, :, best]


def _damped(history: Array, horizon: int) -> Forecast:
    alpha, beta, phi = _HOLT.T
    level = np.repeat(history[:, :1], alpha.size, axis=1)
    first = (history[:, min(YEAR, history.shape[1]) - 1] - history[:, 0]) / (min(YEAR, history.shape[1]) - 1)
    trend = np.repeat(first[:, None], alpha.size, axis=1) * 0.5
    steps = []
    for at in range(1, history.shape[1]):
        expected = level + phi * trend
        steps.append(expected)
        error = history[:, at : at + 1] - expected
        level, trend = expected + alpha * error, phi * trend + alpha * beta * error
    fitted = np.stack(steps, axis=1)
    best = ((history[:, 1:, None] - fitted) ** 2).sum(axis=1).argmin(axis=1)
    rows = np.arange(history.shape[0])
    damping = np.cumsum(phi[best][:, None] ** np.arange(1, horizon + 1), axis=1)
    ahead = level[rows, best][:, None] + damping * trend[rows, best][:, None]
    return Forecast(ahead, history[:, 1:] - fitted[rows, :, best])
