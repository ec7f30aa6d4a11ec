"""Which of many series fell out of what their own past leads one to expect, and which of that is chance.

A value is judged by how far it lies from what was to be expected, in units of its standard error. Two tiers:
red, where the false discovery rate over all series is held (Benjamini and Hochberg 1995), and amber, where a
series alone is unlikely; how many of them chance would bring is told beside.

What is called here imports scipy: off the window's thread.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from channeldesk.analytics.forecast import LEAST, YEAR, Array

DISCOVERY = 0.10
"""The share of red alerts that may be false."""
SIGMA = 3.0
"""Amber: this many standard errors, one-sided."""
TOGETHER = 30
"""Series that tell a season they have in common."""
BORROWED = 4.0
"""What the others say of a spread weighs at most this many times what a series says itself."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Surprise:
    """Per series: the value that was to be expected, its standard error (both in the unit of the series), the
    distance in standard errors, and the chance of lying that far below (or above) by itself.
    """

    expected: Array
    error: Array
    distance: Array
    chance: Array


def surprise(history: Array, latest: Array, *, falls: bool = True) -> Surprise:
    """``history`` (series, periods) and the period after it; ``falls``: a fall is bad, else a rise.

    The level is the mean of the history without the season that the series have in common; a straight trend
    is followed where a history proves one. The error has what the fit cost in it and borrows from the other
    series (:func:`_moderated`); the chance is that of Student's t: with two years of months the normal
    distribution would call half as much again. Raises ValueError below ``LEAST``.
    """
    from scipy import stats

    periods = history.shape[1]
    if periods < LEAST:
        raise ValueError(f"{periods} periods, at least {LEAST} are needed")
    factors = common_season(history)
    level, error, free = _expected(history / factors[np.arange(periods) % YEAR])
    error, free = _moderated(error, free, level)
    expected, error = level * factors[periods % YEAR], error * factors[periods % YEAR]
    away = (latest - expected) if falls else (expected - latest)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.where(error > 0, away / error, np.where(away < 0, -np.inf, 0.0))
    return Surprise(expected, error, distance, stats.t.cdf(distance, free))


def common_season(history: Array) -> Array:
    """Factors (12) that the series share, the first period's first, 1 on average; all 1 below two years or
    ``TOGETHER`` series. Two years of one series say next to nothing of its season, those of a network do.
    """
    years = history.shape[1] // YEAR
    level = history.mean(axis=1)
    alive = level > 0
    if years < 2 or alive.sum() < TOGETHER:
        return np.ones(YEAR)
    whole = history[alive, -years * YEAR :] / level[alive, None]
    raw = np.roll(whole.mean(axis=0).reshape(years, YEAR).mean(axis=0), history.shape[1] % YEAR)
    return np.asarray(raw / raw.mean()) if (raw > 0).all() else np.ones(YEAR)


def _expected(history: Array) -> tuple[Array, Array, Array]:
    """Level of the next period, its standard error, degrees of freedom."""
    from scipy import stats

    periods = history.shape[1]
    time = np.arange(periods) - (periods - 1) / 2
    whole = time @ time
    mean = history.mean(axis=1)
    slope = (history @ time) / whole
    flat = ((history - mean[:, None]) ** 2).sum(axis=1)
    steep = np.maximum(flat - slope**2 * whole, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        certain = np.abs(slope) * np.sqrt(whole * (periods - 2) / steep)
    trending = certain > stats.t.ppf(0.995, periods - 2)
    ahead = time[-1] + 1
    level = np.where(trending, mean + slope * ahead, mean)
    straight = np.sqrt(steep / (periods - 2) * (1 + 1 / periods + ahead**2 / whole))
    error = np.where(trending, straight, np.sqrt(flat / (periods - 1) * (1 + 1 / periods)))
    return level, error, np.where(trending, periods - 2, periods - 1)


def _moderated(error: Array, free: Array, level: Array) -> tuple[Array, Array]:
    """Errors drawn towards what the series have in common, as far as they have it (Smyth 2004, moderated t):
    two years of one series tell its spread badly, and who looks quiet by chance would be accused first.
    Relative to the level, since big partners vary by more money.
    """
    from scipy import special

    usual = (level > 0) & (error > 0)
    if usual.sum() < TOGETHER:
        return error, free
    relative, own = (error[usual] / level[usual]) ** 2, free[usual]
    logs = np.log(relative) - special.digamma(own / 2) + np.log(own / 2)
    spread = logs.var(ddof=1) - special.polygamma(1, own / 2).mean()
    prior = min(_free_of(spread), BORROWED * float(own.mean()))
    common = np.exp(logs.mean() + special.digamma(prior / 2) - np.log(prior / 2))
    drawn, more = error.copy(), free.copy()
    drawn[usual] = level[usual] * np.sqrt((prior * common + own * relative) / (prior + own))
    more[usual] = prior + own
    return drawn, more


def _free_of(spread: float) -> float:
    """The degrees of freedom whose log-variances spread like that: the inverse of trigamma, by Newton."""
    from scipy import special

    if spread <= 0:
        return np.inf
    half = 0.5 + 1 / spread
    for _ in range(20):
        value = special.polygamma(1, half)
        half += value * (1 - value / spread) / special.polygamma(2, half)
    return float(2 * half)


def red(chance: Array, discovery: float = DISCOVERY) -> Mask:
    """Which may be called at once so that at most ``discovery`` of them are false on average."""
    order = np.argsort(chance, kind="stable")
    bound = discovery * np.arange(1, chance.size + 1) / max(chance.size, 1)
    passing = np.flatnonzero(chance[order] <= bound)
    found = np.zeros(chance.size, dtype=bool)
    if passing.size:
        found[order[: passing[-1] + 1]] = True
    return found


def amber(distance: Array, sigma: float = SIGMA) -> Mask:
    """Which lie beyond ``sigma`` standard errors on the bad side."""
    return np.asarray(distance <= -sigma)


def false_red(count: int, discovery: float = DISCOVERY) -> float:
    """How many of ``count`` red alerts are expected to be chance."""
    return count * discovery


def false_amber(series: int, periods: int, sigma: float = SIGMA) -> float:
    """How many amber alerts chance alone brings among ``series`` with a history of ``periods``."""
    from scipy import stats

    return float(series * stats.t.cdf(-sigma, periods - 1))
