"""Which column is which: by its heading, as people and programs call it, or as it was chosen last time."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from channeldesk.importing.lines import Line

_LOOKED_AT = 20
"""Rows among which the headings are looked for: titles and dates may stand above them."""
_SHORTEST = 4
"""Letters of a name that may be a part of a longer heading; Chinese names say as much with half."""


@dataclass(frozen=True)
class Wanted:
    """A column to be found. ``called``: headings by which it goes, the surest first."""

    name: str
    called: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Headings:
    """The row of headings; ``line`` is 0 where the file has none, and then the columns go by number."""

    line: int
    names: tuple[str, ...]

    def is_again(self, line: Line, columns: Mapping[str, int], wanted: Sequence[Wanted]) -> bool:
        """Whether a row is headings again: in a second language, or of a file put together from several."""
        if line.cells == self.names:
            return True
        by_name = _called(tuple(wanted))
        said = [
            simple(line.cells[place]) in by_name[name]
            for name, place in columns.items()
            if place < len(line.cells)
        ]
        return len(said) > 1 and sum(said) * 2 > len(said)


@lru_cache(8)
def _called(wanted: tuple[Wanted, ...]) -> Mapping[str, frozenset[str]]:
    """What the headings go by, once for all rows of a file."""
    return {one.name: frozenset(map(simple, one.called)) for one in wanted}


def find(
    head: Sequence[Line], wanted: Sequence[Wanted], remembered: Mapping[str, str] | None = None
) -> Headings:
    """The first of the rows in which most columns are recognised, two at least where two are wanted; else a
    first row without any figure above one with figures.
    """
    best, most = None, 0
    for line in head[:_LOOKED_AT]:
        count = len(recognise(line.cells, wanted, remembered))
        if count > most:
            best, most = line, count
    if best is not None and most >= min(2, len(wanted)):
        return Headings(best.number, best.cells)
    if len(head) > 1 and not _figures(head[0]) and _figures(head[1]):
        return Headings(head[0].number, head[0].cells)
    width = max((len(line.cells) for line in head), default=0)
    return Headings(0, tuple(str(number + 1) for number in range(width)))


def _figures(line: Line) -> bool:
    return any(one.isdigit() for cell in line.cells for one in cell)


def recognise(
    names: Sequence[str], wanted: Sequence[Wanted], remembered: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Wanted name to place. ``remembered``: wanted name to heading, as it was chosen before, wins."""
    plain = [simple(name) for name in names]
    found: dict[str, int] = {}
    for one in wanted:
        heading = simple((remembered or {}).get(one.name, ""))
        if heading and heading in plain:
            found[one.name] = plain.index(heading)
    for exact in (True, False):
        for one in wanted:
            if one.name in found:
                continue
            for called in map(simple, one.called):
                place = next(
                    (
                        place
                        for place, name in enumerate(plain)
                        if place not in found.values()
                        and (name == called if exact else _within(called, name))
                    ),
                    None,
                )
                if place is not None:
                    found[one.name] = place
                    break
    return found


def _within(called: str, name: str) -> bool:
    return called in name and (len(called) >= _SHORTEST or (not called.isascii() and len(called) > 1))


def simple(text: str) -> str:
    """Letters and digits only, of whatever width and case."""
    return "".join(one for one in unicodedata.normalize("NFKC", text).casefold() if one.isalnum())
