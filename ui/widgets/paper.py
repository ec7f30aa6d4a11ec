"""What is printed: a document as a PDF, with who it is from and the page at the foot of every page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from ui.i18n import t
from ui.theme.fonts import families
from ui.widgets.paper_breaks import page_starts

_POINTS = 72
_FOOT = 24.0
"""Points kept free below the text for the foot."""
_SMALL, _BODY = 7.5, 9.5


@dataclass(frozen=True)
class Paper:
    """``html`` as Qt reads it, its texts escaped; ``foot`` stands at the left of every page's foot."""

    title: str
    html: str
    foot: str
    across: bool = False


def pdf(paper: Paper) -> bytes:
    """The file's content, A4; for any thread but the window's."""
    store = QByteArray()
    target = QBuffer(store)
    target.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(target)
    along = QPageLayout.Orientation.Landscape if paper.across else QPageLayout.Orientation.Portrait
    margins = QMarginsF(14, 14, 14, 12)
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, along, margins, QPageLayout.Unit.Millimeter))
    writer.setTitle(paper.title)
    _draw(writer, paper)
    del writer
    target.close()
    return bytes(store.data())


def save_pdf(paper: Paper, path: Path) -> None:
    """The file appears under its name only when it is whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(pdf(paper))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _draw(writer: QPdfWriter, paper: Paper) -> None:
    room = writer.pageLayout().paintRect(QPageLayout.Unit.Point)
    measures = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
    measures.setDotsPerMeterX(round(_POINTS / 0.0254))
    measures.setDotsPerMeterY(round(_POINTS / 0.0254))
    document = QTextDocument()
    document.setUseDesignMetrics(True)
    layout = document.documentLayout()
    layout.setPaintDevice(measures)
    document.setDefaultFont(_font(_BODY))
    document.setDocumentMargin(0)
    document.setHtml(paper.html)
    document.setTextWidth(room.width())
    high = room.height() - _FOOT
    starts = page_starts(document, high)
    black = QAbstractTextDocumentLayout.PaintContext()
    black.palette.setColor(QPalette.ColorRole.Text, Qt.GlobalColor.black)
    with QPainter(writer) as painter:
        scale = writer.resolution() / _POINTS
        painter.scale(scale, scale)
        for number, (top, end) in enumerate(pairwise((*starts, document.size().height())), 1):
            if number > 1:
                writer.newPage()
            painter.save()
            painter.translate(0, -top)
            black.clip = QRectF(0, top, room.width(), end - top)
            painter.setClipRect(black.clip)
            layout.draw(painter, black)
            painter.restore()
            _draw_foot(painter, paper, QRectF(0, high, room.width(), _FOOT), number, len(starts))
    del document


def _draw_foot(painter: QPainter, paper: Paper, room: QRectF, number: int, pages: int) -> None:
    found = _font(_SMALL)
    found.setPixelSize(round(_SMALL))
    painter.setFont(found)
    painter.setPen(Qt.GlobalColor.darkGray)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), paper.foot)
    told = t("Page {number} of {count}", number=number, count=pages)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), told)


def _font(points: float) -> QFont:
    """Without glyphs that stand for a sign only beside others: a reader could not find or copy them."""
    found = QFont(families())
    found.setFeature(QFont.Tag("calt"), 0)
    found.setPointSizeF(points)
    return found
