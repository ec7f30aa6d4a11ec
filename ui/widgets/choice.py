"""A filter in the page's bar: its label, the chosen value, and a menu of values."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from ui import icons, paint
from ui.theme import colour
from ui.theme.fonts import BODY, MEDIUM
from ui.theme.tokens import CONTROL, RADIUS


class Choice(QPushButton):
    """``options`` are (key, text); ``chosen`` tells the key of a new choice."""

    chosen = Signal(object)

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[object, str]] = (),
        key: object = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = label
        self._options: list[tuple[object, str]] = []
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.clicked.connect(self._open)
        self.set_options(options, key)

    @property
    def key(self) -> object:
        return self._key

    @property
    def options(self) -> list[tuple[object, str]]:
        return self._options

    def set_options(self, options: Sequence[tuple[object, str]], key: object = None) -> None:
        """Replace the values; without ``key`` the first is chosen. Emits nothing."""
        keys = [one for one, _ in options]
        chosen = key if key in keys else (keys[0] if keys else None)
        if (self._options, self._key) != (list(options), chosen):
            self._options, self._key = list(options), chosen
            self._changed()

    def choose(self, key: object) -> None:
        if key != self._key:
            self._key = key
            self._changed()
            self.chosen.emit(key)

    def value_text(self) -> str:
        """The chosen text, without the blanks that indent it in the menu."""
        return next((text.strip() for key, text in self._options if key == self._key), "")

    def _changed(self) -> None:
        self.setAccessibleName(f"{self._label}: {self.value_text()}")
        self.updateGeometry()
        self.update()

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for key, text in self._options:
            action = QAction(text.replace("&", "&&"), group, checkable=True, checked=key == self._key)
            action.setData(_Boxed(key))
            menu.addAction(action)
        menu.triggered.connect(self._picked)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))

    def _picked(self, action: QAction) -> None:
        self.choose(action.data().key)

    def sizeHint(self) -> QSize:
        label = paint.width(self._label) + 8 if self._label else 0
        return QSize(12 + label + paint.width(self.value_text(), BODY, MEDIUM) + 12 + 12 + 10, CONTROL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            over = self.underMouse() or self.isDown()
            painter.setBrush(colour("hover" if over else "raised"))
            painter.setPen(QPen(colour("border"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            left, high = 12.0, self.height()
            if self._label:
                room = QRectF(left, 0, self.width(), high)
                left += paint.text(painter, room, self._label, tint="secondary") + 8
            room = QRectF(left, 0, self.width() - left - 26, high)
            paint.text(painter, room, self.value_text(), weight=MEDIUM)
            icons.paint(painter, self.width() - 22, (high - 12) // 2, "caret-down", "secondary", 12)


class _Boxed:
    """Keeps a key from being turned into a Qt value."""

    def __init__(self, key: object) -> None:
        self.key = key
