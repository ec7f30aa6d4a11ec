"""The overview of all keys (Ctrl+/): those of the page that is open, of the window, and of tables."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui import paint
from ui.i18n import t
from ui.widgets.button import Button
from ui.widgets.dialog import Dialog
from ui.widgets.key_row import KeyRow
from ui.widgets.keys import keys_text
from ui.widgets.label import Label
from ui.widgets.search import SearchField

Group = tuple[str, Sequence[tuple[str, str]]]
"""A heading and its (what it does, keys)."""


def table_keys() -> Group:
    return (
        t("In tables"),
        (
            (t("Move the current cell"), "↑ ↓ ← →"),
            (t("Open the current row"), "Return"),
            (t("Tick the current row"), "Space"),
            (t("Tick a range"), "Shift+Down"),
            (t("Tick all"), "Ctrl+A"),
            (t("Copy as spreadsheet cells"), "Ctrl+C"),
            (t("Go to the filters"), "/"),
            (t("Go to the sums"), "="),
        ),
    )


def page_keys(page: QWidget, title: str) -> Group:
    """The keys of the buttons on a page, those that only their caps show too, of its search field, and those
    along its bottom.
    """
    found: dict[str, str] = {}
    for button in page.findChildren(QAbstractButton):
        keys = button.shortcut().toString() or (button.cap if isinstance(button, Button) else "")
        name = button.text() or button.accessibleName()
        if keys and name and button.isVisibleTo(page):
            found.setdefault(keys, name)
    for field in page.findChildren(SearchField):
        if field.keys and field.isVisibleTo(page):
            found.setdefault(field.keys, t("Search: {hint}", hint=field.placeholderText()))
    for row in page.findChildren(KeyRow):
        if row.isVisibleTo(page):
            for keys, name in row.keys:
                found.setdefault(keys, name[:1].upper() + name[1:])
    return title, tuple((name, keys) for keys, name in found.items())


class ShortcutsDialog(Dialog):
    """Two columns of groups; Esc closes."""

    chapter = "shortcuts"

    def __init__(self, parent: QWidget, groups: Sequence[Group]) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        body = QWidget()
        body.setObjectName("body")
        grid = QGridLayout(body)
        grid.setContentsMargins(24, 20, 24, 20)
        grid.setHorizontalSpacing(40)
        grid.setVerticalSpacing(24)
        shown = [group for group in groups if group[1]]
        for at, group in enumerate(shown):
            grid.addWidget(_GroupBox(*group), at // 2, at % 2, Qt.AlignmentFlag.AlignTop)
        area = QScrollArea()
        area.setAccessibleName(t("Shortcuts"))
        area.setWidgetResizable(True)
        area.setWidget(body)
        close = Button(t("Close"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)
        column.addLayout(foot)
        self.resize(720, min(parent.height() - 40, body.sizeHint().height() + 72))


class _GroupBox(QWidget):
    def __init__(self, title: str, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(title, "section"))
        column.addSpacing(6)
        for name, sequence in keys:
            column.addWidget(_KeyLine(name, sequence))


class _KeyLine(QWidget):
    def __init__(self, name: str, keys: str) -> None:
        super().__init__()
        self._name, self._keys = name, keys_text(keys) or keys
        self.setAccessibleName(f"{name}: {self._keys}")
        self.setMinimumSize(QSize(280, 26))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box = QRectF(self.rect())
            paint.text(painter, box.adjusted(0, 0, -100, 0), self._name, tint="secondary")
            paint.key_cap(painter, box, self._keys, "secondary")
