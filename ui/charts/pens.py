"""Pens of lines that keep their width whatever the axes show."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPen


def steady(ink: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """``width`` in pixels of the window. Qt counts such a pen's in pixels of the screen, of which there are
    four in one at 200 %: the same line would be half as wide there.
    """
    application = QGuiApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
    pen = QPen(ink, width * ratio, style)
    pen.setCosmetic(True)
    return pen
