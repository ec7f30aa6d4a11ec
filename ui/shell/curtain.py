"""While one window is to hide the others: whatever is open, or opens meanwhile, waits behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QWidget
from shiboken6 import isValid

_PASSING = (Qt.WindowType.Popup, Qt.WindowType.ToolTip)
_OFF_SCREEN = Qt.WidgetAttribute.WA_DontShowOnScreen


class Curtain(QObject):
    """``front`` is seen, with what belongs to it. Every other window is hidden, not closed, until ``lift``;
    menus and tips are closed.
    """

    def __init__(self, front: QWidget) -> None:
        super().__init__(front)
        self._front = front
        self._behind: list[tuple[QWidget, QWidget | None]] = []
        self._coming: list[tuple[QWidget, bool]] = []
        """Windows in the middle of being shown, and whether they are kept off the screen meanwhile."""

    def draw(self) -> None:
        for one in sorted(QApplication.topLevelWidgets(), key=_depth, reverse=True):
            if one.isVisible() and not _is_of(one, self._front):
                self._hide(one)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def lift(self, gone: QWidget | None = None) -> None:
        """Everything is where it was, and has the keyboard where it had it; but nothing of ``gone``."""
        application = QApplication.instance()
        assert application is not None
        application.removeEventFilter(self)
        self._hide_coming()
        behind, self._behind = [one for one in self._behind if isValid(one[0])], []
        for window, focus in sorted(behind, key=lambda one: _depth(one[0])):
            if gone is None or not _is_of(window, gone):
                window.show()
                window.activateWindow()
                if focus is not None and isValid(focus):
                    focus.setFocus(Qt.FocusReason.ActiveWindowFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window is told that it is shown before the system shows it."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            self._keep_off(watched)
        return False

    def _keep_off(self, one: QWidget) -> None:
        """Not on the screen for the moment until its own showing has ended; then hidden."""
        if not one.isWindow() or _is_of(one, self._front):
            return
        # A message box would forget that it was kept off, and stay modal: it is hidden before it is painted.
        # A chooser of the system's is kept off already, and drawn elsewhere.
        kept_off = not (isinstance(one, QMessageBox) or one.testAttribute(_OFF_SCREEN))
        if kept_off:
            one.setAttribute(_OFF_SCREEN)
        self._coming.append((one, kept_off))
        QTimer.singleShot(0, self, self._hide_coming)

    def _hide_coming(self) -> None:
        coming, self._coming = self._coming, []
        for one, kept_off in coming:
            if isValid(one) and one.isVisible():
                self._hide(one)
            if isValid(one) and kept_off:
                one.setAttribute(_OFF_SCREEN, False)

    def _hide(self, one: QWidget) -> None:
        if one.windowType() in _PASSING:
            one.close()
            return
        self._behind.append((one, one.focusWidget()))
        if isinstance(one, QDialog):
            one.finished.connect(self._ended)
        one.hide()

    def _ended(self) -> None:
        """An answer that was waited for has closed a dialog behind the curtain."""
        ended = self.sender()
        self._behind = [one for one in self._behind if one[0] is not ended]


def _is_of(one: QWidget | None, owner: QWidget) -> bool:
    while one is not None and one is not owner:
        one = one.parentWidget()
    return one is owner


def _depth(one: QWidget | None) -> int:
    return 0 if one is None else 1 + _depth(one.parentWidget())
