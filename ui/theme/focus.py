"""The focus ring: one transparent widget above the window that follows the keyboard focus.

Style sheets cannot draw a ring outside a control. Only one ring is ever shown. Controls that mark their own
focus (tables, filter fields, the palette's input) set the dynamic property ``ownFocus``. A control of which
only a part is current says which by the property ``ringPart``, a rectangle in its own coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

from ui.theme.theme import colour

_GAP = 2
_WIDTH = 2
_WATCHED = {
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
    QEvent.Type.ZOrderChange,
    QEvent.Type.DynamicPropertyChange,
}


class FocusRing(QWidget):
    """Shown after a key was pressed, or around a field that takes text; a click on a button needs no ring."""

    _chain: Sequence[QWidget] = ()
    """From the focus up to the window. A window that goes may be heard after the ring's attributes went."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        self._window = window
        self._radius = 6.0
        self._keyboard = False
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow)
        window.installEventFilter(self)

    def show_for_keyboard(self, keyboard: bool) -> None:
        """Called by the window for every key press (True) and mouse press (False)."""
        if keyboard != self._keyboard:
            self._keyboard = keyboard
            self._place()

    def _follow(self, _old: QWidget | None, new: QWidget | None) -> None:
        for widget in self._chain:
            if isValid(widget):
                widget.removeEventFilter(self)
        chain: list[QWidget] = []
        if new is not None and self._window.isAncestorOf(new):
            step: QWidget | None = new
            while step is not None and step is not self._window:
                step.installEventFilter(self)
                chain.append(step)
                step = step.parentWidget()
        self._chain = chain
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _WATCHED and self._chain:
            self._place()
        return False

    def _place(self) -> None:
        target = self._chain[0] if self._chain else None
        if target is None or not isValid(target) or not target.isVisible() or not self._wanted(target):
            self.hide()
            return
        visible = self._visible(target, self._window)
        if visible.isEmpty():
            self.hide()
            return
        room = _GAP + _WIDTH
        self.setGeometry(visible.adjusted(-room, -room, room, room))
        radius = target.property("ringRadius")
        self._radius = float(radius if isinstance(radius, int | float) else 4) + _GAP
        self.raise_()
        self.show()
        self.update()

    def _wanted(self, target: QWidget) -> bool:
        if target.property("ownFocus") or isinstance(target, QAbstractItemView):
            return False
        return self._keyboard or target.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def _visible(self, target: QWidget, window: QWidget) -> QRect:
        part = target.property("ringPart")
        room = part if isinstance(part, QRect) and part.isValid() else target.rect()
        found = QRect(target.mapTo(window, room.topLeft()), room.size())
        step = target.parentWidget()
        while step is not None and step is not window:
            found &= QRect(step.mapTo(window, step.rect().topLeft()), step.size())
            step = step.parentWidget()
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(colour("accent"), _WIDTH))
            half = _WIDTH / 2
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(half, half, -half, -half), self._radius, self._radius
            )
