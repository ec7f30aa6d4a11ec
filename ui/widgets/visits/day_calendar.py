"""One day on a time grid: visits are moved and made longer or shorter by dragging or by keys.

Up and Down choose, Alt with them moves, Shift with them changes the length, Enter opens; Home and End unfold
the hours before and after work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from channeldesk.queries.clock import now_ms
from channeldesk.rules.day_grid import STEP, USUAL, Span, free_from, moved, snapped, span, stretched
from ui.i18n import formats, t
from ui.viewmodels.visit_day import Day
from ui.widgets.visits import day_paint
from ui.widgets.visits.day_grid import AXIS, Entry, Grid, lay_out

_CLOCK_MS = 30_000
_EDGE = 6
"""Pixels at the lower end of an entry that change its length."""
MOVES = {"Alt+Up": -STEP, "Alt+Down": STEP}
STRETCHES = {"Shift+Up": -STEP, "Shift+Down": STEP}


@dataclass(frozen=True)
class _Drag:
    entry: Entry
    stretches: bool
    grabbed: float
    """Minutes between the entry's begin and where it was grabbed."""
    begun: QPointF
    to: Span | None = None


class DayCalendar(QWidget):
    """``chosen`` carries the visit under the cursor or None; ``opened`` the partner; ``placed`` the visit's
    id with its new start and length; ``plan_wanted`` the minute of a free place.
    """

    chosen = Signal(object)
    opened = Signal(object)
    placed = Signal(object, int, int)
    plan_wanted = Signal(int)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.day: Day | None = None
        self.room = 0
        self._writes = True
        self._current: bytes | None = None
        self._drag: _Drag | None = None
        self._early = self._late = False
        self._grid: Grid | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(t("Calendar of the day"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(self.update)

    # what is shown

    def fill(self, day: Day, wanted: bytes | None = None, *, writes: bool = True) -> None:
        """Show this day; ``wanted`` is chosen, else what was before, else the first."""
        if self.day is None or self.day.day != day.day:
            self._early = self._late = False
        self.day, self._writes, self._drag = day, writes, None
        self._lay_out()
        keys = [one.key for one in self.order]
        first = next((one.key for one in self.order if one.visit and one.visit.state != "done"), None)
        for key in (wanted, self._current, first, *keys[:1]):
            if key in keys:
                self._choose(key)
                break
        else:
            self._choose(None)
        if self._now() is not None:
            self._clock.start()
        else:
            self._clock.stop()

    @property
    def grid(self) -> Grid:
        if self._grid is None:
            assert self.day is not None
            self._grid = lay_out(self.day, self.width(), self.room, early=self._early, late=self._late)
        return self._grid

    @property
    def order(self) -> list[Entry]:
        """As the keyboard goes through them."""
        found = self.grid.entries if self.day is not None else ()
        return sorted(found, key=lambda one: (one.span is not None, one.span.start if one.span else 0))

    @property
    def current(self) -> Entry | None:
        return next((one for one in self.order if one.key == self._current), None)

    def set_room(self, room: int) -> None:
        """The height there is to be filled."""
        if room != self.room:
            self.room = room
            self._lay_out()

    def _now(self) -> int | None:
        """The present minute, on the present day."""
        if self.day is None or self.day.day != self.day.today:
            return None
        local = formats().in_zone(self.day.zone).local(now_ms())
        return local.hour * 60 + local.minute if local.date().isoformat() == self.day.day else None

    def _lay_out(self) -> None:
        self._grid = None
        if self.day is not None:
            self.setFixedHeight(round(self.grid.height))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _choose(self, key: bytes | None) -> None:
        self._current = key
        found = self.current
        self.setAccessibleDescription(self.told(found) if found is not None else t("Nothing planned"))
        self.chosen.emit(found.visit if found is not None else None)
        self.update()

    def told(self, one: Entry) -> str:
        """An entry in words."""
        if one.promise is not None:
            return t(
                "Promise to {partner}: {promise}", partner=day_paint.title(one), promise=one.promise.promised
            )
        assert one.visit is not None
        when = day_paint.times(one.span) if one.span is not None else t("any time")
        return ", ".join(filter(None, (when, day_paint.title(one), one.visit.purpose)))

    # keys

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and QKeySequence(event.keyCombination()).toString() in (*MOVES, *STRETCHES)
        ):
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.day is not None:
            found = self.grid.at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), self.told(found) if found else "", self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pressed = QKeySequence(event.keyCombination()).toString()
        found, key = self.current, event.key()
        if key == Qt.Key.Key_Escape and self._drag is not None:
            self._drag = None
            self.update()
        elif pressed in MOVES:
            self._shift(found, MOVES[pressed])
        elif pressed in STRETCHES:
            self._stretch(found, STRETCHES[pressed])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and found is not None:
            self._open(found)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.unfold(early=key == Qt.Key.Key_Home)
        elif key == Qt.Key.Key_Delete:
            self.cancel_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        keys = [one.key for one in self.order]
        if keys:
            at = keys.index(self._current) + by if self._current in keys else 0
            self._choose(keys[max(0, min(at, len(keys) - 1))])

    def _shift(self, one: Entry | None, by: int) -> None:
        """Earlier or later; a visit without a time gets the first free one."""
        if one is None or not one.movable or not self._writes:
            return
        if one.span is None:
            assert one.visit is not None
            length = one.visit.duration_minutes or USUAL
            taken = [other.span for other in self.order if other.span is not None]
            self._place(one, span(free_from(taken, length), length))
        else:
            self._place(one, moved(one.span, snapped(one.span.start + by)))

    def _stretch(self, one: Entry | None, by: int) -> None:
        if one is not None and one.movable and one.span is not None and self._writes:
            self._place(one, stretched(one.span, one.span.end + by))

    def _place(self, one: Entry, to: Span) -> None:
        if to != one.span:
            self.placed.emit(one.key, to.start, to.length)

    def _open(self, one: Entry) -> None:
        found = one.visit or one.promise
        assert found is not None
        self.opened.emit(found.partner_id)

    def unfold(self, *, early: bool) -> None:
        """Show what lies before working hours too, or after."""
        self._early, self._late = self._early or early, self._late or not early
        self._lay_out()

    # the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.day is None:
            return
        place, grid = event.position(), self.grid
        for band, early in ((grid.early, True), (grid.late, False)):
            if band is not None and band.contains(place):
                self.unfold(early=early)
                return
        found = grid.at(place.x(), place.y())
        if found is None:
            return
        self._choose(found.key)
        if found.movable and self._writes:
            stretches = found.span is not None and place.y() > found.box.bottom() - _EDGE
            grabbed = grid.minute(place.y()) - found.span.start if found.span is not None else 0.0
            self._drag = _Drag(found, stretches, grabbed, place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place, drag = event.position(), self._drag
        if self.day is None:
            return
        if drag is None:
            self._show_cursor(place)
            return
        far = (place - drag.begun).manhattanLength() >= QApplication.startDragDistance()
        if far or drag.to is not None:
            self._drag = replace(drag, to=self._dragged(drag, place))
            self.update()

    def _dragged(self, drag: _Drag, place: QPointF) -> Span | None:
        grid, visit = self.grid, drag.entry.visit
        assert visit is not None
        minute = grid.minute(place.y())
        if drag.entry.span is None:
            if place.y() < grid.top:
                return None
            return moved(span(0, visit.duration_minutes), minute)
        if drag.stretches:
            return stretched(drag.entry.span, minute)
        return moved(drag.entry.span, minute - drag.grabbed)

    def _show_cursor(self, place: QPointF) -> None:
        found = self.grid.at(place.x(), place.y())
        shape = Qt.CursorShape.ArrowCursor
        if found is not None and found.movable and self._writes:
            edge = found.span is not None and place.y() > found.box.bottom() - _EDGE
            shape = Qt.CursorShape.SizeVerCursor if edge else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        drag, self._drag = self._drag, None
        if drag is not None and drag.to is not None:
            self._place(drag.entry, drag.to)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.day is None:
            return
        place, grid = event.position(), self.grid
        found = grid.at(place.x(), place.y())
        if found is not None:
            self._open(found)
        elif self._writes and place.x() > AXIS and grid.top <= place.y() < grid.y(grid.last):
            self.plan_wanted.emit(snapped(grid.minute(place.y()) - STEP / 2))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._drag = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.day is None:
            return
        with QPainter(self) as painter:
            grid, drag = self.grid, self._drag
            day_paint.grid(painter, grid)
            for one in grid.entries:
                dragged = drag is not None and drag.to is not None and drag.entry.key == one.key
                day_paint.entry(
                    painter,
                    one,
                    current=one.key == self._current,
                    focused=self.hasFocus(),
                    faded=dragged,
                )
            now = self._now()
            if now is not None and grid.first <= now <= grid.last:
                day_paint.now_line(painter, grid, now)
            if drag is not None and drag.to is not None:
                day_paint.ghost(painter, grid, drag.to)
