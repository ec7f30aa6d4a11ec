"""Where the keyboard goes in a part of the window that is given it as a whole."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class Entrance(QWidget):
    """Has ``setFocusProxy`` of its own. With Qt's, Tab that comes from before the part jumps to the proxy,
    past everything that stands above it, and does not get away where the proxy is hidden.
    """

    _entrance: QWidget | None = None

    def setFocusProxy(self, widget: QWidget | None) -> None:
        self._entrance = widget
        if widget is not None and self.hasFocus():
            widget.setFocus()

    def focusProxy(self) -> QWidget | None:
        return self._entrance

    def setFocus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        if self._entrance is not None and isValid(self._entrance):
            self._entrance.setFocus(reason)
        else:
            super().setFocus(reason)
