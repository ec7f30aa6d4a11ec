"""The words of a chart: its title, categories, values and its table."""

from __future__ import annotations

from datetime import date
from typing import Any

from channeldesk.analytics.chart import CategoryKind, ChartData, ChartUnit, Label, SeriesRole
from ui.i18n import N_, formats, t
from ui.models.columns import MISSING, Column, Kind

_KINDS = {
    ChartUnit.MONEY: (Kind.MONEY, 0),
    ChartUnit.SHARE: (Kind.PERCENT, 1),
    ChartUnit.COUNT: (Kind.INTEGER, 0),
    ChartUnit.QUANTITY: (Kind.QUANTITY, 0),
    ChartUnit.PRICE: (Kind.PRICE, 0),
    ChartUnit.DAYS: (Kind.NUMBER, 1),
    ChartUnit.INDEX: (Kind.NUMBER, 3),
}
_HEADINGS = {CategoryKind.PERIOD: N_("Period"), CategoryKind.DAY: N_("Day")}
_WHOLE = (Kind.MONEY, Kind.INTEGER, Kind.QUANTITY, Kind.PRICE)


def label(made: Label | None) -> str:
    return "" if made is None else t(made.msgid, **made.params)


def category(data: ChartData, at: int) -> str:
    """A category in full: 'Sep 2026', a name, a term."""
    text = data.categories[at]
    if data.category_kind is CategoryKind.PERIOD:
        return formats().month(text)
    if data.category_kind is CategoryKind.DAY:
        return formats().day(text)
    return t(text) if data.category_kind is CategoryKind.TERM else text


def category_short(data: ChartData, at: int) -> tuple[str, str]:
    """As an axis shows it: the month, where a year begins the year; and month with year there and at the
    first, for where there is room.
    """
    if data.category_kind is CategoryKind.DAY:
        return formats().day_short(data.categories[at], date.fromisoformat(data.categories[-1])), ""
    if data.category_kind is not CategoryKind.PERIOD:
        return category(data, at), ""
    day = date.fromisoformat(data.categories[at])
    month = str(formats().locale.months["format"]["abbreviated"][day.month])
    before = date.fromisoformat(data.categories[at - 1]) if at else None
    if before is not None and before.year == day.year:
        return month, ""
    year = f"{day.year % 100:02d}"
    return (month if before is None else t("’{year}", year=year)), t("{month} {year}", month=month, year=year)


def value(data: ChartData, raw: float | None) -> str:
    """One value as the tooltip shows it, with its unit."""
    if raw is None:
        return MISSING
    form = formats()
    match data.unit:
        case ChartUnit.MONEY:
            return form.money(round(raw), data.currency, whole=abs(raw) >= 100_000)
        case ChartUnit.SHARE:
            return form.percent(raw)
        case ChartUnit.COUNT:
            return form.integer(round(raw))
        case ChartUnit.QUANTITY:
            return form.quantity(round(raw))
        case ChartUnit.PRICE:
            return form.unit_price(round(raw), data.currency)
        case ChartUnit.DAYS:
            return t("{count} days", count=form.number(raw, 1))
        case _:
            return form.number(raw, 3)


def tip_lines(data: ChartData, at: int) -> list[tuple[str, str]]:
    """(name, value) of every series at a category, and the gap between fact and target.

    A forecast is named only where there is one; anything else that is missing shows as missing.
    """
    found = [
        (t(one.name), value(data, one.values[at]))
        for one in data.series
        if at < len(one.values) and (one.role is not SeriesRole.FORECAST or one.values[at] is not None)
    ]
    fact, target = (_of_role(data, role, at) for role in (SeriesRole.FACT, SeriesRole.TARGET))
    if fact is not None and target and at != data.open_category:
        gap = formats().percent(fact / target - 1)
        found.append((t("Gap"), f"+{gap}" if fact > target else gap))
    return found


def _of_role(data: ChartData, role: SeriesRole, at: int) -> float | None:
    return next((one.values[at] for one in data.series if one.role is role and at < len(one.values)), None)


Row = tuple[Any, ...]


def table_columns(data: ChartData) -> list[Column]:
    """The columns of "show as table", copy and export."""
    kind, decimals = _KINDS[data.unit]
    heading = _HEADINGS.get(data.category_kind, N_("Name"))
    columns = [Column("category", t(heading), _Cell(0), width=160, sortable=False, stretch=True)]
    for at, one in enumerate(data.series, 1):
        columns.append(
            Column(
                str(at),
                t(one.name),
                _Cell(at),
                kind,
                width=120,
                currency=data.currency,
                decimals=decimals,
                sortable=False,
            )
        )
    return columns


def table_rows(data: ChartData) -> list[Row]:
    """Rows for those columns, values whole where their kind is."""
    kind, _ = _KINDS[data.unit]
    _, rows = data.table()
    return [(category(data, at), *(_fit(cell, kind) for cell in row[1:])) for at, row in enumerate(rows)]


def _fit(cell: Any, kind: Kind) -> Any:
    return round(cell) if cell is not None and kind in _WHOLE else cell


class _Cell:
    """Takes one field of a row."""

    def __init__(self, at: int) -> None:
        self._at = at

    def __call__(self, row: Row) -> Any:
        return row[self._at]
