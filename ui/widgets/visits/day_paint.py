"""How a day on the calendar looks: hours, entries, the present time, and what is being dragged."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from channeldesk.rules.day_grid import DAY, Span
from channeldesk.rules.visits import Due
from ui import icons, paint
from ui.i18n import t, two_names
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM
from ui.theme.tokens import RADIUS
from ui.widgets.partners.words import minute
from ui.widgets.visits.day_grid import AXIS, Entry, Grid

_FILLS = {"planned": "hover", "under_way": "selection", "done": "good_fill"}
_BARS = {"under_way": "accent", "done": "good_graphic"}
_TWO_LINES = 36


def times(one: Span) -> str:
    return f"{minute(one.start)}–{minute(one.end % DAY)}"


def title(entry: Entry) -> str:
    found = entry.visit or entry.promise
    assert found is not None
    return two_names(found.partner, found.partner_local)[0]


def grid(painter: QPainter, shown: Grid) -> None:
    """The hours with their times, and the bands of those that are folded away."""
    for at in range(shown.first, shown.last + 1, 60):
        y = round(shown.y(at))
        painter.fillRect(QRectF(AXIS - 6, y, shown.width, 1), colour("separator"))
        if at < shown.last or shown.late is None:
            room = QRectF(0, y, AXIS - 12, 16)
            paint.text(
                painter, room, minute(at % DAY), tint="secondary", size=CAPTION, align=RIGHT, figures=True
            )
    for band, text in (
        (shown.early, t("Before {time}", time=minute(shown.first))),
        (shown.late, t("After {time}", time=minute(shown.last % DAY))),
    ):
        if band is not None:
            painter.fillRect(band, colour("side"))
            icons.paint(painter, AXIS, band.top() + 4, "caret-up-down", "secondary", 16)
            room = QRectF(AXIS + 22, band.top(), band.width() - AXIS - 30, band.height())
            paint.text(painter, room, text, tint="secondary", size=CAPTION)


def entry(painter: QPainter, one: Entry, *, current: bool, focused: bool, faded: bool = False) -> None:
    """A visit or a promise; the one under the keyboard has an outline."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if faded:
        painter.setOpacity(0.4)
    box = one.box
    state = one.visit.state if one.visit is not None else ""
    painter.setPen(QPen(colour("accent"), 2) if current and focused else Qt.PenStyle.NoPen)
    if current and not focused:
        painter.setPen(QPen(colour("outline"), 1))
    painter.setBrush(colour(_FILLS.get(state, "hover")))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
    if one.promise is not None:
        _promise(painter, one)
    else:
        _visit(painter, one)
    painter.setOpacity(1)


def _promise(painter: QPainter, one: Entry) -> None:
    promise, box = one.promise, one.box
    assert promise is not None
    tint = "bad" if promise.due is Due.OVERDUE else "warning"
    icons.paint(painter, box.left() + 8, box.top() + 4, "handshake", tint, 16)
    room = QRectF(box.left() + 30, box.top(), box.width() - 36, box.height())
    taken = paint.text(painter, room, promise.promised, weight=MEDIUM)
    rest = QRectF(room.left() + taken + 10, box.top(), room.width() - taken - 10, box.height())
    if rest.width() > 40:
        paint.text(painter, rest, title(one), tint="secondary", size=CAPTION)


def _visit(painter: QPainter, one: Entry) -> None:
    visit, box = one.visit, one.box
    assert visit is not None
    bar = QRectF(box.left() + 1, box.top() + 1, 4, box.height() - 2)
    painter.fillRect(bar, colour(_BARS.get(visit.state, "neutral")))
    left, wide = box.left() + 12, box.width() - 18
    two = box.height() >= _TWO_LINES
    room = QRectF(left, box.top() + (1 if two else 0), wide, 17 if two else box.height())
    strong = "provisional" if visit.provisional else "text"
    if visit.provisional:
        paint.provisional(painter, left - 2, room.center().y())
        room.setLeft(left + 14)
    when = times(one.span) if one.span is not None else t("any time")
    if not two:
        taken = paint.text(painter, room, when, tint="secondary", size=CAPTION, figures=True) + 10
        rest = QRectF(room.left() + taken, room.top(), room.width() - taken, room.height())
        paint.text(painter, rest, title(one), tint=strong, weight=MEDIUM)
        return
    paint.text(painter, room, title(one), tint=strong, weight=MEDIUM)
    below = QRectF(left, box.top() + 17, wide, 15)
    told = "  ·  ".join(filter(None, (when, visit.purpose)))
    paint.text(painter, below, told, tint="secondary", size=CAPTION, figures=True)


def ghost(painter: QPainter, shown: Grid, one: Span) -> None:
    """Where the dragged visit would come to stand."""
    box = shown.box(one)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS, RADIUS)
    told = times(one)
    wide = paint.width(told, CAPTION, MEDIUM, figures=True) + 12
    chip = QRectF(box.right() - wide - 6, box.top() + 4, wide, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("accent_fill"))
    painter.drawRoundedRect(chip, RADIUS, RADIUS)
    paint.text(
        painter,
        chip.adjusted(6, 0, -4, 0),
        told,
        tint="on_accent",
        size=CAPTION,
        weight=MEDIUM,
        figures=True,
    )


def now_line(painter: QPainter, shown: Grid, at: int) -> None:
    y = shown.y(at)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("bad_graphic"))
    painter.drawEllipse(QPointF(AXIS - 6, y), 4, 4)
    painter.fillRect(QRectF(AXIS - 6, y - 0.75, shown.width, 1.5), colour("bad_graphic"))
