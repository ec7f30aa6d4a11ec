"""Fields that are only read, in as many columns as there are versions; long texts wrap."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint
from ui.theme import colour
from ui.theme.fonts import CAPTION, MEDIUM
from ui.viewmodels.inbox_decision import Side
from ui.viewmodels.inbox_marks import marked
from ui.widgets.inbox.cell import Cell
from ui.widgets.inbox.fields import Columns

_ROW, _HEAD, _PAD = 32, 26, 7


class Facts(QWidget):
    """``fill`` takes the heads of the columns after the field's, and rows of (field, version, ...)."""

    def __init__(self) -> None:
        super().__init__()
        self._heads: Sequence[str] = ()
        self._names: list[Cell] = []
        self._cells: list[list[Cell]] = []
        self._highs: list[int] = []
        self._as_grid = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fill(
        self,
        heads: Sequence[str],
        rows: Sequence[tuple[str, ...]],
        *,
        against: int | None = None,
        as_grid: bool = False,
    ) -> None:
        """``against``: the column that the later ones are compared with; ``as_grid``: base, mine and what
        stands now below the columns of a conflict.
        """
        self._heads, self._as_grid = heads, as_grid
        self._names = [Cell([(row[0], False)], tint="secondary") for row in rows]
        self._cells = [
            [
                Cell(
                    marked(row[1 + against], text)
                    if against is not None and at > against
                    else [(text, False)],
                    tint="text" if at == len(row) - 2 else "secondary",
                )
                for at, text in enumerate(row[1:])
            ]
            for row in rows
        ]
        said = ["; ".join((row[0], *row[1:])) for row in rows]
        self.setAccessibleName("\n".join(said))
        self._fit()
        self.update()

    def _places(self) -> tuple[float, list[tuple[float, float]]]:
        wide = max(300, self.width())
        if self._as_grid:
            columns = Columns(wide)
            base, mine, now = columns.side(Side.BASE), columns.side(Side.MINE), columns.result
            return columns.name[1], [
                (base[0] + 4, base[1]),
                (mine[0] + 26, mine[1] - 24),
                (now[0] - 4, now[1]),
            ]
        name = min(180.0, wide * 0.26)
        count = max(1, len(self._cells[0]) if self._cells else 1)
        each = (wide - name) / count
        return name, [(name + at * each, each) for at in range(count)]

    def _fit(self) -> None:
        left, places = self._places()
        self._highs = []
        for title, row in zip(self._names, self._cells, strict=True):
            high = max(
                (cell.fit(wide - 12) for cell, (_, wide) in zip(row, places, strict=True)), default=0.0
            )
            high = max(high, title.fit(left - 20))
            self._highs.append(max(_ROW, int(high) + 2 * _PAD))
        head = _HEAD if any(self._heads) and self._cells else 0
        self.setFixedHeight(sum(self._highs) + head)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._fit()
        super().changeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(400, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        _, places = self._places()
        with QPainter(self) as painter:
            top = 0
            if any(self._heads) and self._cells:
                for (left, wide), head in zip(places, self._heads, strict=True):
                    room = QRectF(left + 4, 0, wide - 12, _HEAD)
                    paint.text(painter, room, head, tint="secondary", size=CAPTION, weight=MEDIUM)
                top = _HEAD
            for title, row, high in zip(self._names, self._cells, self._highs, strict=True):
                title.paint(painter, 12, top + (_ROW - title.high) / 2 if high == _ROW else top + _PAD)
                for cell, (left, _) in zip(row, places, strict=True):
                    cell.paint(
                        painter, left + 4, top + (_ROW - cell.high) / 2 if high == _ROW else top + _PAD
                    )
                painter.fillRect(0, top + high - 1, self.width(), 1, colour("separator"))
                top += high
