"""What a chart shows, free of pixels: the plot, "show as table", copy and export all read this one object.

Values stay in their exact unit (money in minor units), so that a table or a file made from a chart adds up;
the plot scales them for its axis. ``None`` is "no data", which is not zero and leaves a gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from channeldesk.model.notice import Param


class ChartUnit(StrEnum):
    """What one value of a chart is."""

    MONEY = "money"
    """Minor units of ``ChartData.currency``."""
    SHARE = "share"
    """A part of one: 0.402 is shown as 40.2 %."""
    COUNT = "count"
    QUANTITY = "quantity"
    """Scale 3, base units."""
    PRICE = "price"
    """Scale 4, of one base unit in ``ChartData.currency``."""
    DAYS = "days"
    INDEX = "index"
    """A plain figure without unit: a Herfindahl index, an effective number."""


class CategoryKind(StrEnum):
    """How ``ChartData.categories`` are written."""

    PERIOD = "period"
    """ISO date of the middle of a fiscal period: shown as month and year in the reader's language."""
    DAY = "day"
    """ISO date: a day, or the first of several that are taken together."""
    NAME = "name"
    """Names of the customer's own things, shown as they are."""
    TERM = "term"
    """English words of ours, translated where they are shown."""


class SeriesRole(StrEnum):
    """What a series means: decides colour, pen and marker, never the name."""

    FACT = "fact"
    TARGET = "target"
    LAST_YEAR = "last_year"
    FORECAST = "forecast"
    GROUP = "group"


class ChartShape(StrEnum):
    """The form that suits the data; a page may choose another."""

    BARS = "bars"
    LINES = "lines"
    MIX = "mix"
    GAUGE = "gauge"
    WATERFALL = "waterfall"
    """Two series: what stands for itself (FACT), and what is added to it or taken off (GROUP)."""


@dataclass(frozen=True)
class Label:
    """A text to translate: msgid and parameters for ``Translator.text``."""

    msgid: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __hash__(self) -> int:
        return hash((self.msgid, frozenset(self.params.items())))


@dataclass(frozen=True)
class Series:
    """One line or set of bars, one value per category.

    ``name`` is translated when shown (a name that is not ours has no translation and stays as it is).
    ``provisional`` is the part of each value that headquarters has not confirmed, already contained in
    ``values``; empty when nothing is. ``low`` and ``high`` bound a forecast. ``keys`` say what a click opens,
    one per category; empty: ``ChartData.keys``.
    """

    name: str
    role: SeriesRole
    values: tuple[float | None, ...]
    provisional: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()
    keys: tuple[bytes | str, ...] = ()


@dataclass(frozen=True)
class ChartData:
    """One chart. ``keys`` name each category for drilling (a period's code, a partner's id)."""

    title: Label
    shape: ChartShape
    unit: ChartUnit
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    category_kind: CategoryKind = CategoryKind.NAME
    keys: tuple[bytes | str, ...] = ()
    currency: str = ""
    as_of: int | None = None
    """The moment up to which headquarters' data is complete, milliseconds UTC; None: never synchronised."""
    open_category: int | None = None
    """Index of the period still running, drawn as so far."""
    limits: tuple[tuple[str, float], ...] = ()
    """Named thresholds on the value axis: ``(("amber", 0.6), ("red", 0.8))``."""
    footnote: Label | None = None

    def __post_init__(self) -> None:
        for one in self.series:
            for part in (one.values, one.provisional, one.low, one.high, one.keys):
                if part and len(part) != len(self.categories):
                    raise ValueError(f"series {one.name!r} does not match the categories: {len(part)} values")
        if self.keys and len(self.keys) != len(self.categories):
            raise ValueError("one key per category")

    @property
    def empty(self) -> bool:
        """Nothing to draw: the page shows its empty face instead of axes without data."""
        return not any(value is not None for one in self.series for value in one.values)

    def table(self) -> tuple[tuple[str, ...], tuple[tuple[str | float | None, ...], ...]]:
        """Header of series names, and one row per category: for "show as table", copy and export."""
        columns = [one.values or (None,) * len(self.categories) for one in self.series]
        rows = tuple(
            (category, *(column[at] for column in columns)) for at, category in enumerate(self.categories)
        )
        return tuple(one.name for one in self.series), rows
