"""A column of a page that scrolls by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QWidget

from ui.widgets.label import Line


class _Area(QScrollArea):
    """Follows the keyboard, but not the focus that leaves a control which goes: a list that is filled anew
    must not take the page away from under the reader.
    """

    def focusNextPrevChild(self, forward: bool) -> bool:
        left = QApplication.focusWidget()
        if left is None or left.isVisible():
            return super().focusNextPrevChild(forward)
        before = self.verticalScrollBar().value()
        moved = super().focusNextPrevChild(forward)
        self.verticalScrollBar().setValue(before)
        return moved


def scrolling(body: QWidget) -> QScrollArea:
    """``body`` takes the area's width and scrolls only up and down; the area takes no focus of its own."""
    body.setObjectName("body")
    area = _Area()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def beside(left: QWidget, right: QWidget) -> tuple[QHBoxLayout, QScrollArea]:
    """A page's two columns with a line between them, each scrolled by itself; and the second one's area."""
    row = QHBoxLayout()
    row.setSpacing(0)
    side = scrolling(right)
    row.addWidget(scrolling(left), 1)
    row.addWidget(Line(upright=True))
    row.addWidget(side)
    return row, side
