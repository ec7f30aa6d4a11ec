"""What may stand under a column of figures, and how it is written."""

from __future__ import annotations

from typing import Any

from channeldesk.model import values
from channeldesk.queries.column_figures import AVERAGE, COUNT, LEAST, MOST, SUM, Figures, Measures
from ui.i18n import formats, t, unit_name
from ui.models.columns import Column, Kind, bare

NOTHING = ""
SUM_SIGN = "Σ"
_AMOUNTS = {Kind.MONEY, Kind.QUANTITY}
_CHOICES = {
    **dict.fromkeys((*_AMOUNTS, Kind.INTEGER), (SUM, AVERAGE, LEAST, MOST, COUNT)),
    Kind.PRICE: (AVERAGE, LEAST, MOST, COUNT),
    Kind.DAY: (LEAST, MOST, COUNT),
    Kind.INSTANT: (LEAST, MOST, COUNT),
}
_DATES = {Kind.DAY, Kind.INSTANT}


def choices(column: Column) -> tuple[str, ...]:
    """What can be asked of a column; nothing where figures would say nothing, such as a sum of prices."""
    return _CHOICES.get(column.kind, ()) if column.sortable and column.id else ()


def usual(column: Column) -> str:
    if not choices(column):
        return NOTHING
    return column.comes_to if column.comes_to is not None else SUM if column.kind in _AMOUNTS else NOTHING


def name(choice: str, column: Column) -> str:
    dates = column.kind in _DATES
    return {
        NOTHING: t("Nothing"),
        SUM: t("Sum"),
        AVERAGE: t("Average"),
        LEAST: t("Earliest") if dates else t("Lowest"),
        MOST: t("Latest") if dates else t("Highest"),
        COUNT: t("Number of values"),
    }[choice]


def written(choice: str, column: Column, measure: str, figures: Figures) -> str:
    """For people, without its currency or unit."""
    form = formats()
    if choice == COUNT:
        return form.integer(figures.count)
    if choice == AVERAGE and column.kind is Kind.INTEGER:
        return form.number(figures.total / figures.count, 1)
    value = _value(choice, figures)
    match column.kind:
        case Kind.MONEY:
            return form.amount(value, measure, whole=column.whole)
        case Kind.PRICE:
            return form.price(value)
        case Kind.QUANTITY:
            return form.quantity(value)
        case Kind.DAY:
            return form.day(value)
        case Kind.INSTANT:
            return form.instant_short(value)
        case _:
            return form.integer(value)


def told(choice: str, column: Column, found: Measures) -> list[str]:
    """One line for every currency or unit, with it."""
    lines = []
    for measure, figures in sorted(found.items()):
        if choice != COUNT and column.kind is Kind.MONEY:
            lines.append(formats().money(_value(choice, figures), measure, whole=column.whole))
        elif choice != COUNT and column.kind is Kind.QUANTITY:
            lines.append(formats().quantity(_value(choice, figures), unit_name(measure)))
        else:
            lines.append(" ".join(filter(None, (written(choice, column, measure, figures), measure))))
    return lines


def plain(choice: str, column: Column, found: Measures) -> str:
    """For a spreadsheet: bare numbers, a row for every currency or unit, which stands in a cell beside."""
    return "\n".join(
        "\t".join(filter(None, (_bare(choice, column, measure, figures), measure)))
        for measure, figures in sorted(found.items())
    )


def _bare(choice: str, column: Column, measure: str, figures: Figures) -> str:
    if choice == COUNT:
        return str(figures.count)
    if choice == AVERAGE and column.kind is Kind.INTEGER:
        return str(figures.total / figures.count)
    return bare(column.kind, _value(choice, figures), measure)


def _value(choice: str, figures: Figures) -> Any:
    if choice == AVERAGE:
        return values.round_half_up(figures.total, figures.count)
    return {SUM: figures.total, LEAST: figures.least, MOST: figures.most}[choice]
