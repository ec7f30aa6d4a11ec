"""Axis arithmetic: round ticks, and money in thousands, millions or 万 as the language counts. Free of Qt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from channeldesk.analytics.chart import ChartData, ChartUnit
from channeldesk.model import values
from ui.i18n import N_, formats, language, t

_WESTERN = (
    (1e9, N_("{unit} billion")),
    (1e6, N_("{unit} million")),
    (1e3, N_("{unit} thousand")),
    (1.0, "{unit}"),
)
_CHINESE = ((1e8, N_("{unit} hundred million")), (1e4, N_("{unit} ten thousand")), (1.0, "{unit}"))
_YUAN = ((1e8, N_("hundred million yuan")), (1e4, N_("ten thousand yuan")), (1.0, N_("yuan")))
"""The home currency of who counts in 万 has a word that follows it: 万元, never 万 CNY."""


@dataclass(frozen=True)
class Scale:
    """How raw values (minor units, scale 3, shares) become axis figures, and what the axis is called."""

    divisor: float
    unit: str

    def axis(self, value: float) -> float:
        return value / self.divisor


def scale_for(data: ChartData) -> Scale:
    """The scale that keeps axis figures short for the largest value shown."""
    largest = max((abs(value) for value in all_values(data)), default=0.0)
    match data.unit:
        case ChartUnit.MONEY:
            minor = 10 ** values.CURRENCIES.get(data.currency, 2)
            steps: Sequence[tuple[float, str]] = _WESTERN
            if language().startswith("zh"):
                steps = _YUAN if data.currency == "CNY" else _CHINESE
            size, text = next((step for step in steps if largest / minor >= step[0]), steps[-1])
            named = data.currency if text == "{unit}" else t(text, unit=data.currency)
            return Scale(minor * size, named)
        case ChartUnit.SHARE:
            return Scale(0.01, "%")
        case ChartUnit.QUANTITY:
            return Scale(10**values.QUANTITY_SCALE, t("units"))
        case ChartUnit.PRICE:
            return Scale(10**values.PRICE_SCALE, data.currency)
        case ChartUnit.DAYS:
            return Scale(1.0, t("days"))
        case _:
            return Scale(1.0, "")


def all_values(data: ChartData) -> list[float]:
    """Every value drawn, bounds of forecasts included."""
    return [
        value
        for one in data.series
        for part in (one.values, one.low, one.high)
        for value in part
        if value is not None
    ]


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round figures that cover low to high; zero is among them if it lies between."""
    if high <= low:
        high = low + 1.0
    raw = (high - low) / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * one for one in (1, 2, 2.5, 4, 5, 10) if power * one >= raw * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(at * step, 10) for at in range(first, last + 1)]


def tick_text(value: float, step: float) -> str:
    """An axis figure with as many decimals as the step needs."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else (1 if step % 1 else 0)
    return formats().number(value, decimals)
