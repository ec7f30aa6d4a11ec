"""Two parts side by side with a line between, or one above the other where the window is narrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui.widgets.label import Line


class Split(QWidget):
    """``share`` is what each takes of the room; below ``narrow`` pixels they stand in a column."""

    def __init__(self, left: QWidget, right: QWidget, share: tuple[int, int], narrow: int = 900) -> None:
        super().__init__()
        self._narrow = narrow
        self.right = right
        self._line = Line(upright=True)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(16)
        self._row.addWidget(left, share[0])
        self._row.addWidget(self._line)
        self._row.addWidget(right, share[1])

    def show_right(self, on: bool) -> None:
        self.right.setVisible(on)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < self._narrow
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._row.direction() != way:
            self._row.setDirection(way)
        self._line.setVisible(not narrow and not self.right.isHidden())
        self._row.setAlignment(self.right, Qt.AlignmentFlag(0) if narrow else Qt.AlignmentFlag.AlignTop)
