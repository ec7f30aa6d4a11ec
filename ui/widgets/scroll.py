"""A column of a page that scrolls by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from ui.widgets.label import Line


def scrolling(body: QWidget) -> QScrollArea:
    """``body`` takes the area's width and scrolls only up and down; the area takes no focus of its own."""
    body.setObjectName("body")
    area = QScrollArea()
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
