"""One filter in a table's header: typed text, or a choice from a menu of values."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from ui.i18n import t
from ui.models.columns import Column, Kind

_NUMBERS = {Kind.MONEY, Kind.PRICE, Kind.QUANTITY, Kind.INTEGER, Kind.PERCENT, Kind.HEALTH, Kind.LEVEL}


class FilterField(QLineEdit):
    """A filter says what the query's filter reads: text, ``< 75``, ``> 0``, ``2026-10``, or ``code|code``."""

    picked = Signal()

    def __init__(self, column: Column, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("filter")
        self.setProperty("ownFocus", True)
        self._column = column
        self._codes: tuple[str, ...] = ()
        number = column.kind in _NUMBERS
        self.setPlaceholderText("≥" if number else t("Any") if column.options else t("Filter"))
        self.setAccessibleName(t("Filter {column}", column=column.title))
        if column.to_right:
            self.setAlignment(Qt.AlignmentFlag.AlignRight)
        if column.options:
            self.setReadOnly(True)
        self.textChanged.connect(self._mark)

    def filter_text(self) -> str:
        return "|".join(self._codes) if self._column.options else self.text().strip()

    def set_filter_text(self, text: str) -> None:
        if self._column.options:
            self._codes = tuple(filter(None, text.split("|")))
            self._show_codes()
        elif text != self.text():
            self.setText(text)

    def set_wrong(self, message: str) -> None:
        self.setToolTip(message)
        self._property("wrong", bool(message))

    def clear(self) -> None:
        self._codes = ()
        super().clear()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self._column.options:
            self._open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._column.options and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_F4):
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        every = QAction(t("Any"), menu, checkable=True, checked=not self._codes)
        menu.addAction(every)
        menu.addSeparator()
        for code, text in self._column.options:
            action = QAction(text.replace("&", "&&"), menu, checkable=True, checked=code in self._codes)
            action.setData(code)
            menu.addAction(action)
        menu.triggered.connect(self._pick)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _pick(self, action: QAction) -> None:
        code = action.data()
        if code is None:
            self._codes = ()
        elif code in self._codes:
            self._codes = tuple(one for one in self._codes if one != code)
        else:
            self._codes = (*self._codes, code)
        self._show_codes()
        self.picked.emit()

    def _show_codes(self) -> None:
        texts = dict(self._column.options)
        self.setText(", ".join(texts.get(code, code) for code in self._codes))
        self.setCursorPosition(0)

    def _mark(self) -> None:
        self._property("active", bool(self.text()))

    def _property(self, name: str, value: bool) -> None:
        if bool(self.property(name)) != value:
            self.setProperty(name, value)
            self.style().polish(self)
            self.update()
