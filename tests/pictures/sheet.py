"""Contact sheets: many pictures at a glance, each with its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

_CAPTION, _GAP = 22, 12
_QUALITY = 28  # of 100


def contact(pictures: Sequence[tuple[str, Path]], wide: int = 480, columns: int = 4) -> QImage:
    """In rows as high as their highest picture."""
    small = [(name, _small(path, wide)) for name, path in pictures]
    rows = [small[at : at + columns] for at in range(0, len(small), columns)]
    heights = [_CAPTION + _GAP + max(picture.height() for _, picture in row) for row in rows]
    across = min(columns, len(small))
    sheet = QImage(across * (wide + _GAP) + _GAP, sum(heights) + _GAP, QImage.Format.Format_RGB32)
    sheet.fill(QColor("#D0D3D8"))
    with QPainter(sheet) as painter:
        font = QFont()
        font.setPixelSize(13)
        painter.setFont(font)
        painter.setPen(QColor("#000000"))
        top = _GAP
        for row, high in zip(rows, heights, strict=True):
            for at, (name, picture) in enumerate(row):
                left = _GAP + at * (wide + _GAP)
                painter.drawText(QRect(left, top, wide, _CAPTION), Qt.AlignmentFlag.AlignVCenter, name)
                painter.drawImage(left, top + _CAPTION, picture)
            top += high
    return sheet


def _small(path: Path, wide: int) -> QImage:
    picture = QImage(str(path))
    assert not picture.isNull(), path
    if picture.width() <= wide:
        return picture
    return picture.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)


def save(sheet: QImage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert sheet.save(str(path), path.suffix[1:].upper(), _QUALITY if path.suffix == ".webp" else -1), path
