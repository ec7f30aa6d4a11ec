"""A chart as a picture or file: title, plot and legend together, as PNG or SVG; its table as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QRectF, QSize
from PySide6.QtGui import QImage, QImageWriter, QPainter, QRegion
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsView, QWidget

from ui import paint
from ui.models.columns import Column, Row
from ui.models.plain import cells
from ui.theme import colour
from ui.theme.fonts import CAPTION, STRONG

_MARGIN = 16
_TITLE = 28
_SHARP = 2.0


def picture(title: str, unit: str, plot: QWidget, legend: QWidget) -> QImage:
    """The chart at twice the screen's resolution."""
    size = _size(plot, legend)
    made = QImage(size * _SHARP, QImage.Format.Format_ARGB32_Premultiplied)
    made.setDevicePixelRatio(_SHARP)
    with QPainter(made) as painter:
        _paint(painter, size, title, unit, plot, legend)
    return made


def png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def svg(title: str, unit: str, plot: QWidget, legend: QWidget) -> bytes:
    """The chart as vectors."""
    size = _size(plot, legend)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    made = QSvgGenerator()
    made.setOutputDevice(buffer)
    made.setSize(size)
    made.setViewBox(QRect(QPoint(), size))
    made.setTitle(title)
    with QPainter(made) as painter:
        _paint(painter, size, title, unit, plot, legend)
    return bytes(buffer.data().data())


def csv_text(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """A chart's table, bare numbers with a decimal point."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([column.title for column in columns])
    writer.writerows(cells(columns, row) for row in rows)
    return out.getvalue()


def write(path: Path, content: bytes) -> Path:
    """Write a file so that its name stands for the whole of it. Off the window's thread."""
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(content)
    part.replace(path)
    return path


def _size(plot: QWidget, legend: QWidget) -> QSize:
    return QSize(
        max(plot.width(), legend.width()) + 2 * _MARGIN,
        _TITLE + plot.height() + legend.height() + 2 * _MARGIN + 8,
    )


def _paint(painter: QPainter, size: QSize, title: str, unit: str, plot: QWidget, legend: QWidget) -> None:
    painter.fillRect(QRect(QPoint(), size), colour("window"))
    room = QRectF(_MARGIN, _MARGIN, size.width() - 2 * _MARGIN, 20)
    taken = paint.text(painter, room, title, weight=STRONG)
    paint.text(painter, room.adjusted(taken + 8, 0, 0, 0), unit, tint="secondary", size=CAPTION)
    top = _MARGIN + _TITLE
    if isinstance(plot, QGraphicsView):
        plot.render(painter, QRectF(_MARGIN, top, plot.width(), plot.height()), plot.rect())
    else:
        plot.render(painter, QPoint(_MARGIN, top), QRegion(), QWidget.RenderFlag.DrawChildren)
    legend.render(
        painter, QPoint(_MARGIN, top + plot.height() + 8), QRegion(), QWidget.RenderFlag.DrawChildren
    )
