"""What a table shows in a column, and how a value of each kind is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from channeldesk.model import values
from ui.i18n import formats, t

Row = Any
MISSING = "–"


class Kind(StrEnum):
    """How a value is written, aligned and painted. None is an en dash in every kind: missing is not zero."""

    TEXT = "text"
    MONEY = "money"
    """Minor units; ``Column.currency`` names the currency."""
    PRICE = "price"
    """Scale 4, without currency."""
    QUANTITY = "quantity"
    """Scale 3."""
    INTEGER = "integer"
    NUMBER = "number"
    """A computed figure with ``Column.decimals``."""
    PERCENT = "percent"
    """A share: 0.402 is 40.2 %."""
    DAY = "day"
    """ISO text or date."""
    INSTANT = "instant"
    """Milliseconds UTC."""
    CHIP = "chip"
    """A text in a chip, its tone from ``Column.tone``; empty paints nothing."""
    ICON = "icon"
    """The name of an icon; ``Column.tip`` says what it means."""
    HEALTH = "health"
    """(score, grade, change): ring, figures, trend arrow."""
    LEVEL = "level"
    """(share, mark or None): bar with a mark, and the share in per cent."""
    SPARKLINE = "sparkline"
    """A sequence of figures, None for a gap."""
    CHECK = "check"
    """The column of ticks; the view makes it."""


_RIGHT = {Kind.MONEY, Kind.PRICE, Kind.QUANTITY, Kind.INTEGER, Kind.NUMBER, Kind.PERCENT}
_GRAPHIC = {Kind.HEALTH, Kind.LEVEL, Kind.SPARKLINE, Kind.ICON, Kind.CHECK}


@dataclass(frozen=True)
class Column:
    """One column. ``id`` is the query's column, by which it sorts and filters.

    ``value`` takes it from a row. ``second`` adds a quieter text that is dropped where it does not fit.
    ``tone`` gives the tint of a text or the tone of a chip for a row; ``provisional`` the reason why
    headquarters may still change the value ("" when confirmed), which marks it violet with the reason as its
    tooltip. ``edit`` says whether a row's cell may be typed into.
    """

    id: str
    title: str
    value: Callable[[Row], Any]
    kind: Kind = Kind.TEXT
    width: int = 120
    right: bool | None = None
    sortable: bool = True
    filterable: bool = True
    options: Sequence[tuple[str, str]] = ()
    """Values of a choice as (code, text): the filter offers them instead of free text."""
    currency: str | Callable[[Row], str] = ""
    unit: Callable[[Row], str] | None = None
    """Of a quantity, as it is written behind it."""
    whole: bool = False
    """Money without decimals."""
    decimals: int = 0
    """Of per cents and computed figures."""
    second: Callable[[Row], str] | None = None
    tone: Callable[[Row], str] | None = None
    provisional: Callable[[Row], str] | None = None
    icon: Callable[[Row], str] | None = None
    """Of a chip, before its text where there is room for both."""
    tip: Callable[[Row], str] | None = None
    edit: Callable[[Row], bool] | None = None
    edit_text: Callable[[Row], str] | None = None
    """What the editor begins with, where that is not what is shown."""
    strong: bool | Callable[[Row], bool] = False
    stretch: bool = False
    visible: bool = True
    comes_to: str | None = None
    """What stands under the column at first (``ui/models/figures.py``); None: what its kind suggests."""
    known: Callable[[], bool] = lambda: True
    """Whether its figures can be told yet: not while the first synchronisation still brings them."""

    @property
    def to_right(self) -> bool:
        return self.kind in _RIGHT if self.right is None else self.right

    @property
    def graphic(self) -> bool:
        return self.kind in _GRAPHIC

    def is_strong(self, row: Row) -> bool:
        return self.strong if isinstance(self.strong, bool) else self.strong(row)

    def currency_of(self, row: Row) -> str:
        return self.currency if isinstance(self.currency, str) else self.currency(row)


def cell_text(column: Column, row: Row) -> str:
    """What the cell says, in the reader's notation: painted, read aloud and shown as tooltip."""
    value = column.value(row)
    if value is None:
        return MISSING
    form = formats()
    match column.kind:
        case Kind.MONEY:
            return form.amount(value, column.currency_of(row), whole=column.whole)
        case Kind.PRICE:
            return form.price(value)
        case Kind.QUANTITY:
            return form.quantity(value, column.unit(row) if column.unit else "")
        case Kind.INTEGER:
            return form.integer(value)
        case Kind.NUMBER:
            return form.number(value, column.decimals)
        case Kind.PERCENT:
            return form.percent(value, column.decimals)
        case Kind.DAY:
            return form.day(value) if value else MISSING
        case Kind.INSTANT:
            return form.instant_short(value)
        case Kind.HEALTH:
            score, grade, change = value
            return t("{score} {grade}, change {change}", score=score, grade=grade or "", change=change or 0)
        case Kind.LEVEL:
            return form.percent(value[0], column.decimals)
        case Kind.SPARKLINE:
            return ""
        case _:
            return str(value)


def cell_plain(column: Column, row: Row) -> str:
    """The value for a spreadsheet: a bare number with a decimal point, an ISO date, nothing for missing."""
    value = column.value(row)
    if value is None:
        return ""
    match column.kind:
        case Kind.HEALTH | Kind.LEVEL:
            return "" if value[0] is None else str(value[0])
        case Kind.SPARKLINE:
            return " ".join("" if one is None else str(one) for one in value)
        case _:
            return bare(column.kind, value, column.currency_of(row) if column.kind is Kind.MONEY else "")


def bare(kind: Kind, value: Any, currency: str = "") -> str:
    """One value for a spreadsheet; ``currency`` is that of an amount."""
    match kind:
        case Kind.MONEY:
            return str(values.to_decimal(value, values.minor_units(currency)))
        case Kind.PRICE:
            return str(values.to_decimal(value, values.PRICE_SCALE))
        case Kind.QUANTITY:
            return str(values.to_decimal(value, values.QUANTITY_SCALE))
        case Kind.INSTANT:
            return f"{formats().local(value):%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def tooltip(column: Column, row: Row) -> str:
    """Why a value is provisional first, then what the column has to say."""
    reason = column.provisional(row) if column.provisional else ""
    tip = column.tip(row) if column.tip else ""
    return "\n".join(filter(None, (reason, tip)))
