"""Rows of a file of prices that were not taken, as they were, to be put right and read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from channeldesk.importing.notation import Notation
from channeldesk.model.notice import Notice
from channeldesk.model.values import PRICE_SCALE, QUANTITY_SCALE
from channeldesk.rules.bulk.sheet import Bad

DAYS = ("valid_from", "valid_to")
SCALES = {"price": PRICE_SCALE, "floor": PRICE_SCALE, "min_quantity": QUANTITY_SCALE}
"""Columns of numbers, and how many decimals each holds."""


@dataclass(frozen=True)
class Source:
    """A file as it came: headings, which column is which, how it writes numbers, and its cells by line."""

    names: tuple[str, ...]
    columns: Mapping[str, int]
    notation: Notation
    cells: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Rejected:
    """``cells``: as many as there are headings."""

    line: int
    cells: tuple[str, ...]
    reason: Notice


@dataclass(frozen=True)
class ToMend:
    """A table of its own. ``figures``: places of its columns of numbers."""

    names: tuple[str, ...]
    figures: frozenset[int]
    rows: tuple[Rejected, ...]


def to_mend(source: Source, bad: Iterable[Bad], *, told: tuple[str, str], decimal: str = "") -> ToMend:
    """The rows that were not taken. Numbers that were understood are written so that they are read the same
    without the rest of their file, with another sign before ``decimal``s where one is given. ``told``:
    headings of the line and of the reason that are put beside; those of an earlier time are left out.
    """
    end = len(source.names)
    known = end - len(told) if source.names[-len(told) :] == told else end
    kinds = {place: name for name, place in source.columns.items()}

    def alone(place: int, text: str) -> str:
        name, plain = kinds.get(place, ""), text.removeprefix("'")
        if name in DAYS:
            return source.notation.day_alone(plain)
        if name in SCALES:
            return source.notation.number_alone(plain, SCALES[name], decimal)
        return text

    rows = []
    for one in bad:
        found = source.cells[one.line]
        kept = (*found[:known], *[""] * (known - len(found)), *found[end:])
        told_alone = tuple(alone(place, text) if text else "" for place, text in enumerate(kept))
        rows.append(Rejected(one.line, told_alone, one.reason))
    width = max((len(one.cells) for one in rows), default=known)
    names = (*source.names[:known], *[""] * (width - known))
    even = tuple(replace(one, cells=(*one.cells, *[""] * (width - len(one.cells)))) for one in rows)
    figures = frozenset(place for place, name in kinds.items() if name in SCALES)
    return ToMend(names, figures, even)
