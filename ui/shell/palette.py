"""The command palette under the search field: pages, actions, and what a query finds while one types.

It is a child of the window, so the field keeps the focus. Pages and actions answer at once; the query's hits
join them when they arrive, and only those of the latest text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from ui.i18n import t
from ui.shell import fuzzy
from ui.shell.hit import Hit
from ui.shell.palette_cells import HIT_HEIGHT, HitDelegate
from ui.tasks import Tasks
from ui.widgets.label import Label
from ui.widgets.popup import SHADOW, Popup

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
SHOWN = 10
FOUND = 20


class HitModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hits: list[Hit] = []

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.hits)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            hit = self.hits[index.row()]
            return f"{hit.title} {hit.detail}".rstrip()
        return None

    def fill(self, hits: Sequence[Hit]) -> None:
        self.beginResetModel()
        self.hits = list(hits)
        self.endResetModel()


Search = Callable[..., Sequence[Any]]
"""A query ``search(conn, text, limit)``: partners, products, orders."""


class Palette(Popup):
    """``search`` finds in the data, ``as_hit`` makes a hit of each thing found."""

    closed = Signal()

    def __init__(
        self,
        window: QWidget,
        tasks: Tasks,
        search: Search | None = None,
        as_hit: Callable[[Any], Hit] | None = None,
    ) -> None:
        super().__init__(window)
        self._tasks, self._search, self._as_hit = tasks, search, as_hit
        self._fixed: list[Hit] = []
        self._found: list[Hit] = []
        self._text = ""
        self.model = HitModel(self)
        self._list = QListView()
        self._list.setModel(self.model)
        self._list.setItemDelegate(HitDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setAccessibleName(t("Results"))
        self._list.setStyleSheet("background: transparent")
        self._list.clicked.connect(self._clicked)
        self._list.entered.connect(self._list.setCurrentIndex)
        self._hint = Label("", "hint")
        keys = Label(t("↑↓ choose · Enter open · Esc close"), "hint")
        column = QVBoxLayout(self)
        column.setContentsMargins(SHADOW + 4, SHADOW + 2, SHADOW + 4, SHADOW + 8)
        column.setSpacing(4)
        column.addWidget(self._list, 1)
        foot = QWidget()
        foot.setFixedHeight(24)
        from PySide6.QtWidgets import QHBoxLayout

        row = QHBoxLayout(foot)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self._hint)
        row.addStretch(1)
        row.addWidget(keys)
        column.addWidget(foot)

    def offer(self, hits: Sequence[Hit]) -> None:
        """The pages and actions that can be chosen now."""
        self._fixed = list(hits)
        self._show()

    def type(self, text: str) -> None:
        """The text in the field changed."""
        self._text = text.strip()
        if not self._text:
            self._found = []
        elif self._search is not None and self._as_hit is not None:
            self._tasks.ask(
                self, "palette", self._search, self._text, FOUND, then=self._came, failed=self._failed
            )
        self._show()

    def key(self, event: QKeyEvent) -> bool:
        """A key pressed in the field; True if the palette used it."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
        if event.key() in step and self.model.hits:
            self._select(self._list.currentIndex().row() + step[Qt.Key(event.key())])
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self._list.currentIndex())
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.close_palette()
            return True
        return False

    def close_palette(self) -> None:
        self.hide()
        self.closed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def _came(self, found: Sequence[Any]) -> None:
        assert self._as_hit is not None
        self._found = [self._as_hit(one) for one in found]
        self._show()

    def _failed(self, error: Exception) -> None:
        self._found = []
        self._tasks.failed.emit(error)

    def _show(self) -> None:
        chosen: list[Hit] = []
        for hit in self._fixed:
            names = (hit.title, hit.also, fuzzy.initials(hit.title) if self._text.isascii() else "")
            fit = fuzzy.best(self._text, *names)
            if fit is not None:
                chosen.append(_with(hit, *fit))
        chosen.sort(key=_by_score)
        typed = bool(self._text)
        hits = (chosen[: 4 if self._found else SHOWN] + self._found) if typed else chosen
        self.model.fill(hits)
        self._select(0)
        self._hint.setText(
            t("Nothing found for “{text}”", text=self._text)
            if typed and not hits
            else self._count(len(hits), typed)
        )
        self._fit(len(hits))

    @staticmethod
    def _count(count: int, typed: bool) -> str:
        from ui.i18n import n

        return n("{count} result", "{count} results", count) if typed else t("Go to")

    def _fit(self, count: int) -> None:
        self.resize(self.width(), min(count, SHOWN) * HIT_HEIGHT + 28 + 2 * SHADOW + 14)

    def _select(self, at: int) -> None:
        if self.model.hits:
            self._list.setCurrentIndex(self.model.index(max(0, min(at, len(self.model.hits) - 1))))

    def _clicked(self, index: QModelIndex) -> None:
        self._run(index)

    def _run(self, index: QModelIndex) -> None:
        if index.isValid():
            run = self.model.hits[index.row()].run
            self.close_palette()
            run()


def _with(hit: Hit, score: float, places: tuple[int, ...]) -> Hit:
    from dataclasses import replace

    return replace(hit, score=score, places=places)


def _by_score(hit: Hit) -> float:
    return -hit.score
