"""Buttons with their key beside the text.

The key cap is the shortcut itself: pressing it presses the button.
"""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen, QShortcutEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSizePolicy, QWidget

from ui import icons, paint
from ui.theme import colour
from ui.theme.fonts import BODY, MEDIUM, REGULAR
from ui.theme.tokens import CONTROL, CONTROL_MAIN, ICON, RADIUS
from ui.widgets.keys import keys_text

NORMAL, MAIN, QUIET, LINK, DANGER = "normal", "main", "quiet", "link", "danger"
_PAD = 12
_GAP = 8

_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Button(QPushButton):
    """``kind``: normal (outlined), main (filled, one per page), quiet (no outline), link, danger.

    ``keys`` is a portable key sequence ("Ctrl+T", "N"). A single letter works while no field takes text.
    """

    pressed_once = Signal()
    """As ``clicked``, but presses that follow as close as those of a double click, or of a key that is held,
    count once: for what moves on to the next row, which nobody has read yet.
    """

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        keys: str = "",
        cap: str = "",
        kind: str = NORMAL,
        tip: str = "",
        caret: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """``cap`` is a key that is only shown: the part that holds the button obeys it while it has focus."""
        super().__init__(text, parent)
        self.kind = kind
        self.icon_name, self.cap = icon, cap
        self._caret = caret
        self._tone = ""
        self._keys = keys_text(keys or cap) if keys or cap else ""
        if keys:
            self.setShortcut(QKeySequence(keys))
        self.setAccessibleName(text or tip)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor if kind == LINK else Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self._last = QElapsedTimer()
        self.clicked.connect(self._pressed)

    def _pressed(self) -> None:
        first = not self._last.isValid()
        if self._last.restart() >= QApplication.doubleClickInterval() or first:
            self.pressed_once.emit()

    def event(self, event: QEvent) -> bool:
        """A key presses at once: Qt would show the button pressed for 100 ms first."""
        if isinstance(event, QShortcutEvent) and not event.isAmbiguous() and self.isEnabled():
            self.click()
            return True
        return super().event(event)

    def setText(self, text: str) -> None:
        """Another text, the same key: Qt would take the key away."""
        if text == self.text():
            return
        keys = self.shortcut()
        super().setText(text)
        self.setShortcut(keys)
        self.updateGeometry()

    def set_icon(self, name: str) -> None:
        self.icon_name = name
        self.updateGeometry()
        self.update()

    def set_tone(self, tone: str) -> None:
        """The tint of icon and text ("bad", "good", "accent"), "" for the usual one."""
        self._tone = tone
        self.update()

    def hide_cap(self) -> None:
        """Keep the shortcut but name it in the tooltip only."""
        if self._keys:
            self.setToolTip(f"{self.toolTip()}  {self._keys}".strip())
            self._keys = ""
            self.updateGeometry()

    @property
    def _weight(self) -> QFont.Weight:
        return REGULAR if self.kind == QUIET else MEDIUM

    def sizeHint(self) -> QSize:
        pad = 2 if self.kind == LINK else 8 if self.kind == QUIET else _PAD
        wide = 2 * pad + (paint.width(self.text(), BODY, self._weight) if self.text() else 0)
        if self.icon_name:
            wide += ICON + (_GAP if self.text() else 0)
        if self._keys:
            wide += _GAP + paint.key_cap_width(self._keys)
        if self._caret:
            wide += 18
        high = CONTROL_MAIN if self.kind == MAIN else 20 if self.kind == LINK else CONTROL
        return QSize(wide, high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it, as Space does: else what it stands in would take the key."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _COMMAND:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            ink = self._ground(painter)
            self._content(painter, ink)

    def _ground(self, painter: QPainter) -> str:
        """Paint the button's body; returns the role of its text."""
        box = QRectF(self.rect())
        pressed, over = self.isDown() or self.isChecked(), self.underMouse() and self.isEnabled()
        painter.setPen(Qt.PenStyle.NoPen)
        if self.kind in (MAIN, DANGER) and self.isEnabled():
            painter.setBrush(colour("accent_fill" if self.kind == MAIN else "bad_graphic"))
            painter.setOpacity(0.85 if pressed else 0.93 if over else 1.0)
            painter.drawRoundedRect(box, RADIUS, RADIUS)
            painter.setOpacity(1.0)
            return "on_accent"
        if self.kind == LINK:
            return "accent" if self.isEnabled() else "tertiary"
        if self.kind == QUIET:
            if pressed or over:
                painter.setBrush(colour("hover"))
                painter.drawRoundedRect(box, RADIUS, RADIUS)
            return "text" if self.isEnabled() else "tertiary"
        painter.setBrush(colour("hover" if pressed or over else "raised" if self.isEnabled() else "side"))
        painter.setPen(QPen(colour("border" if self.isEnabled() else "separator"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        return "text" if self.isEnabled() else "tertiary"

    def _content(self, painter: QPainter, ink: str) -> None:
        wide, high = self.width(), self.height()
        spare = max(0, wide - self.sizeHint().width()) / 2
        pad = 2 if self.kind == LINK else 8 if self.kind == QUIET else _PAD
        left, right = pad + spare, wide - pad - spare
        if self.icon_name:
            tint = self._tone or (ink if ink in ("on_accent", "accent", "tertiary") else "secondary")
            icons.paint(painter, round(left), (high - ICON) // 2, self.icon_name, tint)
            left += ICON + _GAP
        if self._caret:
            icons.paint(painter, right - 12, (high - 12) // 2, "caret-down", "secondary", 12)
            right -= 18
        if self._keys:
            cap_ink, line = ("on_accent", "#8FFFFFFF") if ink == "on_accent" else ("secondary", "border")
            right -= paint.key_cap(painter, QRectF(0, 0, right, high), self._keys, cap_ink, line) + _GAP
        room = QRectF(left, 0, right - left + 1, high)
        if self._tone in ("bad", "warning"):
            ink = self._tone
        taken = paint.text(painter, room, self.text(), tint=ink, weight=self._weight)
        if self.kind == LINK and self.underMouse():
            y = high - 3.0
            painter.drawLine(QPointF(left, y), QPointF(left + taken, y))


class IconButton(Button):
    """An icon alone; its name is in the tooltip and for screen readers."""

    def __init__(self, icon: str, tip: str, *, keys: str = "", parent: QWidget | None = None) -> None:
        super().__init__("", icon=icon, kind=QUIET, tip=tip, parent=parent)
        if keys:
            self.setShortcut(QKeySequence(keys))
            self.setToolTip(f"{tip}  {keys_text(keys)}")

    def sizeHint(self) -> QSize:
        return QSize(CONTROL, CONTROL)
