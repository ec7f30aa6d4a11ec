"""accuracy: alerts on simulated networks, right and found, beside three sigma; forecasts of real series.

A simulated network: 500 partners x 12 KPIs, 24 months and one more, a level of 100 with normal noise and, in
half of the runs, a season of 10 %; 120 series fall in the last month.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.outcome import CannotRun, Outcome
from channeldesk.analytics import alerting
from channeldesk.analytics.forecast import YEAR, Array, forecast

SERIES, KPIS, MONTHS, FALLEN = 6_000, 12, 25, 120
_M3 = Path("m3_monthly_odd") / "m3_monthly_odd.csv"
_PUBLISHED = {"theta": 13.85, "theta_and_damped": 13.80, "seasonal_naive": 15.89}
"""Symmetric mean absolute percentage error of all 1,428 monthly series; every second is here."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seeds", type=int, default=10, help="networks of each kind (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    if options.seeds < 1:
        raise CannotRun("accuracy: at least one network is needed (--seeds)")
    kinds = product((0.12, 0.25), (0.5, 0.3), (0.0, 0.1))
    table = [_scenario(*kind, options.seeds) for kind in kinds]
    detail = {"seeds": options.seeds, "alerts": table, "forecast_smape": _competition()}
    return Outcome(
        "precision", table[0]["red"]["precision"], table[0]["three_sigma"]["precision"], {}, detail
    )


def _scenario(variation: float, fall: float, season: float, seeds: int) -> dict[str, Any]:
    called = {"red": np.zeros(2), "three_sigma": np.zeros(2)}
    for seed in range(seeds):
        network, fallen = _network(np.random.default_rng(seed), variation, fall, season)
        chance, distance = np.ones(SERIES), np.zeros(SERIES)
        for part in np.array_split(np.arange(SERIES), KPIS):
            found = alerting.surprise(network[part, :-1], network[part, -1])
            chance[part], distance[part] = found.chance, found.distance
        past = network[:, :-1]
        plain = (network[:, -1] - past.mean(axis=1)) / past.std(axis=1, ddof=1)
        for name, mask in (("red", alerting.red(chance)), ("three_sigma", plain <= -alerting.SIGMA)):
            called[name] += (mask & fallen).sum(), (mask & ~fallen).sum()
    return {"variation": variation, "fall": fall, "season": season} | {
        name: {
            "precision": float(right / (right + wrong)) if right + wrong else None,
            "recall": float(right / (FALLEN * seeds)),
            "false_a_month": float(wrong / seeds),
        }
        for name, (right, wrong) in called.items()
    }


def _network(
    rng: np.random.Generator, variation: float, fall: float, season: float
) -> tuple[Array, alerting.Mask]:
    months = 1 + season * np.sin(2 * np.pi * np.arange(MONTHS) / YEAR)
    network = 100 * (1 + variation * rng.standard_normal((SERIES, MONTHS))) * months
    fallen = np.zeros(SERIES, dtype=bool)
    fallen[rng.choice(SERIES, FALLEN, replace=False)] = True
    network[fallen, -1] *= 1 - fall
    return network, fallen


def _competition() -> dict[str, Any]:
    folder = os.environ.get("CHANNELDESK_DATA")
    if folder is None or not (Path(folder) / _M3).is_file():
        return {"skipped": "the series of the M3 competition are not here (CHANNELDESK_DATA)"}
    errors: dict[str, list[float]] = {"theta_and_damped": [], "seasonal_naive": []}
    for history, actual in _series(Path(folder) / _M3):
        told = {
            "theta_and_damped": forecast(history[None, :], actual.size).ahead[0],
            "seasonal_naive": np.resize(history[-YEAR:], actual.size),
        }
        for name, values in told.items():
            apart = np.abs(actual - values) / (np.abs(actual) + np.abs(values))
            errors[name].append(float(200 * apart.mean()))
    means = {name: float(np.mean(some)) for name, some in errors.items()}
    return {"series": len(errors["seasonal_naive"]), **means, "published_for_all": _PUBLISHED}


def _series(path: Path) -> Iterator[tuple[Array, Array]]:
    import pandas as pd

    rows = pd.read_csv(path).sort_values(["sn", "t"])
    for _, own in rows.groupby("sn"):
        train = own.split == "train"
        yield own.value[train].to_numpy(float), own.value[~train].to_numpy(float)
