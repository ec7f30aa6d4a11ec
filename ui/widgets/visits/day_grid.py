"""Where everything of a day stands on the calendar: entries without a time above, hours below, what lies
outside working hours folded away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from channeldesk.queries.promises import PromiseRow
from channeldesk.queries.visits import PlannedVisit
from channeldesk.rules.day_grid import DAY, Span, hours, places, span
from ui.viewmodels.visit_day import Day

AXIS = 56
"""Width of the times at the left."""
LINE = 26
"""Height of an entry without a time."""
FOLD = 24
"""Height of hours that are folded away."""
LEAST_HOUR = 44
_GAP = 4


@dataclass(frozen=True)
class Entry:
    """A visit or a promise with its place; ``span`` None: without a time."""

    visit: PlannedVisit | None
    promise: PromiseRow | None
    span: Span | None
    box: QRectF

    @property
    def key(self) -> bytes:
        found = self.visit or self.promise
        assert found is not None
        return found.id

    @property
    def movable(self) -> bool:
        return self.visit is not None and self.visit.state == "planned"


@dataclass(frozen=True)
class Grid:
    """One layout for one width. ``early`` and ``late`` are the bands of folded hours, None where none are."""

    entries: tuple[Entry, ...]
    first: int
    last: int
    top: float
    hour: float
    early: QRectF | None
    late: QRectF | None
    width: float

    @property
    def height(self) -> float:
        return self.y(self.last) + (FOLD if self.late else 0) + _GAP

    def y(self, minute: float) -> float:
        return self.top + (minute - self.first) * self.hour / 60

    def minute(self, y: float) -> float:
        return self.first + (y - self.top) * 60 / self.hour

    def box(self, one: Span, column: int = 0, columns: int = 1) -> QRectF:
        room = self.width - AXIS - _GAP
        wide = room / columns
        top = self.y(one.start) + 1
        return QRectF(AXIS + column * wide, top, wide - _GAP, max(18.0, self.y(one.end) - top - 1))

    def at(self, x: float, y: float) -> Entry | None:
        return next((one for one in reversed(self.entries) if one.box.contains(x, y)), None)


def lay_out(day: Day, width: float, room: float, *, early: bool = False, late: bool = False) -> Grid:
    """``room``: the height there is; hours grow with it, and the rest scrolls."""
    above: Sequence[PlannedVisit | PromiseRow] = (*day.untimed, *day.promises)
    entries = []
    for number, found in enumerate(above):
        box = QRectF(AXIS, 2 + number * LINE, width - AXIS - 2 * _GAP, LINE - 3)
        visit = found if isinstance(found, PlannedVisit) else None
        promise = found if isinstance(found, PromiseRow) else None
        entries.append(Entry(visit, promise, None, box))
    spans = [span(one.start_minute or 0, one.duration_minutes) for one in day.timed]
    first, last = hours(spans, early=early, late=late)
    top = (len(above) * LINE + 10.0) if above else 4.0
    folded = (FOLD if first > 0 else 0, FOLD if last < DAY else 0)
    hour = max(LEAST_HOUR, (room - top - sum(folded) - _GAP) / ((last - first) / 60))
    early_band = QRectF(0, top, width, FOLD) if folded[0] else None
    top += folded[0]
    bare = Grid((), first, last, top, hour, early_band, None, width)
    late_band = QRectF(0, bare.y(last), width, FOLD) if folded[1] else None
    for visit, one, place in zip(day.timed, spans, places(spans), strict=True):
        entries.append(Entry(visit, None, one, bare.box(one, place.column, place.columns)))
    return Grid(tuple(entries), first, last, top, hour, early_band, late_band, width)
