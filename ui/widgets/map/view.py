"""The map itself: points over coasts and rivers, worked by mouse, wheel and keys alike."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from channeldesk.rules.gathering import nearest_towards
from channeldesk.rules.mercator import Projection, around
from ui.charts.tip import Tip
from ui.i18n import n
from ui.theme import colour
from ui.widgets.map import labels, points
from ui.widgets.map.camera import Camera, Spot, box_of
from ui.widgets.map.ground import Ground
from ui.widgets.map.outlines import Level
from ui.widgets.map.shapes import Mark, Shape, shapes

_ZOOM = 2**0.5
_WHEEL = 240.0
"""Eighths of a degree that double the scale: two notches of a usual wheel."""
_TOUCH = 6.0
"""Pixels by which a point may be missed."""
_NOBODY = -1
_NAMED = 6
"""Members of a bubble that its tooltip names."""
_WAYS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class MapView(QWidget):
    """``chosen`` and ``opened`` carry a mark's key. Hidden tints are those the legend switched off."""

    chosen = Signal(object)
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(160, 120)
        self.marks: tuple[Mark, ...] = ()
        self.shapes: list[Shape] = []
        self._shown: list[int] = []
        self._spots: list[Spot] = []
        self._towns: list[labels.Town] = []
        self._hidden: frozenset[str] = frozenset()
        self._levels: Sequence[Level] = ()
        self._projection = Projection()
        self._ground = Ground(self._projection, ())
        self.camera = Camera(1, 1, box_of(()))
        self._laid_out: tuple[float, bool] | None = None
        self._key: int | None = None
        self._over: Shape | None = None
        self._pressed: QPointF | None = None
        self._dragging = False
        self._clicked: int | None = None
        """Whom the last click chose: a double click opens nobody else."""
        self._fit_wanted = True
        self._tip = Tip(self)

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    # what is shown

    def show_levels(self, levels: Sequence[Level]) -> None:
        """The outlines are here."""
        self._levels = levels
        self._ground = Ground(self._projection, levels)
        self.update()

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Other points. Where they are the same ones the eye stays where it is."""
        before = {one.key: one.place for one in self.marks}
        same = before == {one.key: one.place for one in marks}
        self.marks = tuple(marks)
        if not same or not before:
            self._projection = around(one.place for one in marks)
            self._ground = Ground(self._projection, self._levels)
            self._fit_wanted = True
            if self._key not in {one.key for one in marks}:
                self._key = None
        self._spots = [self._projection.of(one.place) for one in marks]
        self._towns = labels.towns(self.marks)
        if self._fit_wanted:
            self.camera = Camera(self.width(), self.height(), box_of(self._spots)).fitted()
            self._fit_wanted = not self.isVisible()
        self._lay_out(anew=True)
        self.setAccessibleDescription(n("{count} partner", "{count} partners", len(marks)))

    def hide_tints(self, tints: frozenset[str]) -> None:
        self._hidden = tints
        self._lay_out(anew=True)

    def choose(self, key: int | None) -> None:
        """Mark a point as the current one, and bring it into sight. Emits nothing."""
        if key != self._key:
            self._key = key
            shape = self._current()
            if shape is not None:
                self._look(self.camera.showing(shape.spot))
            self.update()

    @property
    def key(self) -> int | None:
        return self._key

    def fit(self) -> None:
        self._look(self.camera.fitted())

    def nearer(self) -> None:
        self._zoom(_ZOOM)

    def further(self) -> None:
        self._zoom(1 / _ZOOM)

    def _zoom(self, factor: float) -> None:
        shape = self._current()
        if shape is None or not self.rect().contains(self._pixel(shape).toPoint()):
            self._look(self.camera.zoomed(factor))
        else:
            self._look(self.camera.zoomed(factor, *self.camera.pixel(shape.spot)))

    def _look(self, camera: Camera) -> None:
        self.camera = camera
        self._leave()
        self._lay_out()

    def _lay_out(self, *, anew: bool = False) -> None:
        scale = (self.camera.step, self.camera.closest)
        if anew or scale != self._laid_out:
            self._laid_out = scale
            self._shown = [at for at, one in enumerate(self.marks) if one.tint not in self._hidden]
            marks = [self.marks[at] for at in self._shown]
            made = shapes(marks, [self._spots[at] for at in self._shown], *scale)
            self.shapes = sorted(made, key=lambda one: -one.radius)
            self._over = None
        self.update()

    # shapes

    def mark_of(self, shape: Shape) -> Mark:
        """The point of a shape, the first of a bubble."""
        return self.marks[self._shown[shape.members[0]]]

    def members_of(self, shape: Shape) -> list[Mark]:
        return [self.marks[self._shown[one]] for one in shape.members]

    def _pixel(self, shape: Shape) -> QPointF:
        x, y = self.camera.pixel(shape.spot)
        return QPointF(x + shape.aside[0], y + shape.aside[1])

    def _current(self) -> Shape | None:
        return next((one for one in self.shapes if self._holds(one, self._key)), None)

    def _holds(self, shape: Shape, key: int | None) -> bool:
        return key is not None and any(self.marks[self._shown[at]].key == key for at in shape.members)

    def shape_at(self, point: QPointF) -> Shape | None:
        """The one whose middle is nearest among those that the point touches."""
        best: tuple[float, Shape] | None = None
        for one in self.shapes:
            step = self._pixel(one) - point
            far = (step.x() ** 2 + step.y() ** 2) ** 0.5
            if far <= one.radius + _TOUCH and (best is None or far < best[0]):
                best = (far, one)
        return None if best is None else best[1]

    def _take(self, shape: Shape) -> None:
        self._key = self.mark_of(shape).key
        self._look(self.camera.showing(shape.spot))
        self._point(shape)
        if shape.alone:
            self.chosen.emit(self._key)

    def _enter(self, shape: Shape) -> None:
        """Open a partner; of a bubble, go near enough to tell its members apart."""
        if shape.alone:
            self.opened.emit(self.mark_of(shape).key)
            return
        box = box_of(self._spots[self._shown[one]] for one in shape.members)
        fitted = self.camera.fitted(box)
        nearer = self.camera.zoomed(2, *self.camera.pixel(shape.spot))
        self._look(fitted if fitted.scale > nearer.scale else nearer)

    # the tooltip

    def _point(self, shape: Shape | None) -> None:
        if shape is None:
            self._leave()
            return
        self._over = shape
        title, lines = points.told(self.members_of(shape), _NAMED)
        self.setAccessibleDescription(", ".join([title, *(f"{what} {value}" for what, value in lines)]))
        spot = self._pixel(shape)
        self._tip.show_at(QPoint(round(spot.x()), round(spot.y())), title, lines)
        self.update()

    def _leave(self) -> None:
        if self._over is not None:
            self._over = None
            self.update()
        self._tip.hide()

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position()
        if self._pressed is None:
            shape = self.shape_at(here)
            if shape is not self._over or shape is None:
                self._point(shape)
            return
        step = here - self._pressed
        if self._dragging or step.manhattanLength() >= QApplication.startDragDistance():
            self._dragging, self._pressed = True, here
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._look(self.camera.moved(step.x(), step.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragged = self._pressed, self._dragging
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        if pressed is None or dragged:
            return
        shape = self.shape_at(event.position())
        self._clicked = None
        if shape is None:
            return
        if shape.alone:
            self._take(shape)
            self._clicked = self._key
        else:
            self._enter(shape)
            self._clicked = _NOBODY

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        shape = self.shape_at(event.position())
        if shape is None and self._clicked is None:
            self._look(self.camera.zoomed(2, event.position().x(), event.position().y()))
        elif shape is not None and shape.alone and self.mark_of(shape).key == self._clicked:
            self._enter(shape)

    def wheelEvent(self, event: QWheelEvent) -> None:
        here = event.position()
        self._look(self.camera.zoomed(2 ** (event.angleDelta().y() / _WHEEL), here.x(), here.y()))
        event.accept()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                here = event.position()
                self._look(self.camera.zoomed(1 + event.value(), here.x(), here.y()))
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._leave()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._leave()
        self.update()

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _WAYS:
            self._walk(_WAYS[key])
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._next(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shape = self._current()
            if shape is not None:
                self._enter(shape)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.nearer()
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.further()
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_Escape and self._over is not None:
            self._leave()
        else:
            event.ignore()

    def _walk(self, way: Spot) -> None:
        """To the nearest point that way; from nowhere to the one nearest to the middle."""
        here = self._current()
        spots = [(one.x(), one.y()) for one in map(self._pixel, self.shapes)]
        if here is None:
            middle = (self.width() / 2, self.height() / 2)
            far = [(x - middle[0]) ** 2 + (y - middle[1]) ** 2 for x, y in spots]
            at = far.index(min(far)) if far else -1
        else:
            start = self._pixel(here)
            at = nearest_towards(spots, (start.x(), start.y()), way)
        if at >= 0:
            self._take(self.shapes[at])

    def _next(self, step: int) -> None:
        """Through all of them in the order of the list, so that each is reached."""
        order = sorted(self.shapes, key=lambda one: one.members[0])
        here = self._current()
        if order:
            at = order.index(here) + step if here is not None else 0 if step > 0 else -1
            self._take(order[at % len(order)])

    # painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        whole = self._fit_wanted or self.camera.scale == self.camera.fitted_scale
        self.camera = self.camera.sized(self.width(), self.height())
        if whole:
            self.camera = self.camera.fitted()
        self._fit_wanted = False
        self._look(self.camera)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setClipRect(QRectF(self.rect()))
            self._ground.paint(painter, self.camera)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            taken: dict[int, QRectF] = {}
            sight = QRectF(self.rect())
            for one in self.shapes:
                spot = self._pixel(one)
                room = QRectF(spot.x() - one.radius, spot.y() - one.radius, 2 * one.radius, 2 * one.radius)
                taken |= dict.fromkeys((self._shown[at] for at in one.members), room)
                if room.intersects(sight):
                    points.paint_shape(painter, spot, one.radius, self.members_of(one))
            for shape, tint in ((self._over, "secondary"), (self._current(), "accent")):
                if shape is not None:
                    points.paint_ring(painter, self._pixel(shape), shape.radius, tint)
            labels.paint_towns(painter, sight, self._towns, taken)
            labels.paint_bar(painter, self.camera, self._projection)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("separator"), 1))
            painter.drawRect(sight.adjusted(0.5, 0.5, -0.5, -0.5))
