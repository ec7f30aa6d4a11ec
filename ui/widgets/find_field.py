"""A field that finds while one types or scans: the list below it is walked by keys, the focus stays here.

Enter chooses the first hit. A scanner types faster than answers come, so an Enter that is too early is
remembered and carried out by the answer to its own text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMoveEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui import icons, paint
from ui.i18n import formats, n, t
from ui.paint.text import RIGHT
from ui.tasks import Tasks
from ui.theme.fonts import CAPTION
from ui.widgets.find_box import FindBox, Found
from ui.widgets.popup import SHADOW

_WIDTH = 640
_PASSED = {Qt.Key.Key_Z, Qt.Key.Key_D}
"""With Ctrl, keys of the page while nothing is typed here."""
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 7, Qt.Key.Key_PageUp: -7}


class FindField(QLineEdit):
    """``set_query`` says what to ask, ``as_found(item, text)`` how a hit looks.

    ``chosen`` carries (item, the text that found it). ``walked`` carries a key that moves elsewhere while
    nothing is typed (Up, Down, Enter, F2 ...), so that a grid beside it can take it.
    """

    chosen = Signal(object, str)
    walked = Signal(int)
    missed = Signal(str)
    """Enter on a text that finds nothing."""

    def __init__(
        self,
        tasks: Tasks,
        hint: str,
        as_found: Callable[[Any, str], Found],
        *,
        icon: str = "magnifying-glass",
        keys: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._as_found, self._icon, self._side = tasks, as_found, icon, keys
        self._query: Callable[..., Sequence[Any]] | None = None
        self._args: tuple[Any, ...] = ()
        self._box: FindBox | None = None
        self._asked, self._answered, self._asked_at = "", "", 0.0
        self._enter = False
        self.setObjectName("find")
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.textEdited.connect(self._typed)
        self._margins()

    def set_query(self, query: Callable[..., Sequence[Any]], *args: Any) -> None:
        """``query(conn, text, *args)`` answers items, the best first."""
        self._query, self._args = query, args

    def set_side(self, keys: str) -> None:
        """What stands at the right end."""
        self._side = keys
        self._margins()
        self.update()

    def take(self, text: str) -> None:
        """Begin with this text, typed elsewhere."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.setText(self.text() + text)
        self._typed(self.text())

    def scan(self, code: str) -> None:
        """Choose what this code finds, as if it had been scanned here."""
        self.setText(code)
        self._typed(code)
        self._choose()

    @property
    def open(self) -> bool:
        return self._box is not None and self._box.isVisible()

    def close_box(self) -> None:
        self._enter = False
        if self._box is not None:
            self._box.hide()

    # asking

    def _typed(self, text: str) -> None:
        wanted = search_text(text)
        self._enter = False
        self._asked = wanted
        if not wanted or self._query is None:
            self._answered = ""
            self.close_box()
            return
        self._asked_at = monotonic()
        self._tasks.ask(self, "find", self._query, wanted, *self._args, then=self._came, failed=self._failed)

    def _came(self, items: Sequence[Any]) -> None:
        if not self._asked:
            return
        self._answered = self._asked
        took = max(1, round((monotonic() - self._asked_at) * 1000))
        lines = [self._as_found(one, self._asked) for one in items]
        box = self._made_box()
        if lines:
            hint = n("{count} result, {ms} ms", "{count} results, {ms} ms", len(lines), ms=took)
        else:
            hint = t("Nothing found for “{text}”", text=self._asked)
        box.fill(lines, hint)
        if self._enter:
            self._choose()
        elif self.hasFocus():
            self._place()
            box.show()
            box.raise_()

    def _failed(self, error: Exception) -> None:
        self.close_box()
        self._tasks.failed.emit(error)

    def _choose(self) -> None:
        if self._answered != self._asked:
            self._enter = True
            return
        found = self._box.current() if self._box is not None else None
        if found is not None:
            self._pick(found.item)
        elif self._asked:
            self.missed.emit(self._asked)

    def _pick(self, item: Any) -> None:
        text = self.text()
        self.clear()
        self._asked = self._answered = ""
        self.close_box()
        self.chosen.emit(item, text)

    def _made_box(self) -> FindBox:
        if self._box is None:
            self._box = FindBox(self.window(), t("↑↓ choose · Enter add · Esc cancel"))
            self._box.chosen.connect(self._pick)
        return self._box

    def _place(self) -> None:
        """Under the field, or above it where the window ends."""
        if self._box is None:
            return
        window = self.window()
        wide = min(max(_WIDTH, self.width() * 2 // 3), self.width()) + 2 * SHADOW
        high = self._box.high
        corner = self.mapTo(window, QPoint(0, self.height()))
        y = corner.y() - SHADOW + 6
        if y + high > window.height():
            y = corner.y() - self.height() - high + SHADOW - 4
        self._box.setGeometry(corner.x() - SHADOW, y, wide, high)

    # Qt's side

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if self._asked:
                self._choose()
            else:
                self.walked.emit(int(key))
        elif key == Qt.Key.Key_Escape and (self.text() or self.open):
            self.clear()
            self._typed("")
        elif key in _STEPS and plain and self.open and self._box is not None:
            self._box.step(_STEPS[key])
        elif plain and not self.text() and key in (*_STEPS, Qt.Key.Key_Delete, Qt.Key.Key_F2):
            self.walked.emit(int(key))
        elif key in _PASSED and event.modifiers() == Qt.KeyboardModifier.ControlModifier and not self.text():
            event.ignore()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
            if control and not self.text() and Qt.Key(event.key()) in _PASSED:
                event.ignore()
                return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.close_box()

    def moveEvent(self, event: QMoveEvent) -> None:
        if self.open:
            self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.open:
            self._place()

    def hideEvent(self, event: object) -> None:
        self.close_box()

    def _margins(self) -> None:
        self.setTextMargins(32, 0, paint.width(self._side, CAPTION) + 16 if self._side else 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, 10, (self.height() - 16) // 2, self._icon, "secondary")
            room = QRectF(0, 0, self.width() - 10, self.height())
            paint.text(painter, room, self._side, tint="secondary", size=CAPTION, align=RIGHT)


def search_text(typed: str) -> str:
    """What to look for: without the quantity that may stand after a star ("cjz*24")."""
    return typed.partition("*")[0].strip()


def typed_quantity(typed: str) -> int | None:
    """The quantity (scale 3) after a star, or None. Raises Problem for what is no number."""
    after = typed.partition("*")[2].strip()
    return formats().read_quantity(after) if after else None
