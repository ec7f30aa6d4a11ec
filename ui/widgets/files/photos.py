"""Photos of a visit made smaller before they are kept: as JPEG, upright, without what the camera noted about
itself and the place.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from channeldesk.rules.photos import LARGEST, is_small, steps

MOST_PIXELS = 100_000_000
_PHOTOS = frozenset({"jpeg", "png", "webp", "bmp", "tga", "ppm"})
"""What holds one picture in pixels; drawings and moving pictures stay as they are."""


class Photo(NamedTuple):
    """The bytes to keep instead of a file's, and their name."""

    data: bytes
    file_name: str


def smaller(path: Path) -> Photo | None:
    """A photo as it is kept; None where the file is to be kept as it is."""
    try:
        size = path.stat().st_size
    except OSError:
        return None
    if is_small(size):
        return None
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    whole = reader.size()
    if bytes(reader.format().data()).decode() not in _PHOTOS or not whole.isValid():
        return None
    if whole.width() * whole.height() > MOST_PIXELS:
        return None
    width, height, _ = next(steps(whole.width(), whole.height()))
    reader.setScaledSize(QSize(width, height))
    reader.setAutoTransform(True)
    image = reader.read()
    data = b"" if image.isNull() else shrunk(image)
    return Photo(data, f"{path.stem}.jpg") if 0 < len(data) < size else None


def shrunk(image: QImage) -> bytes:
    """As JPEG of at most ``LARGEST`` bytes where that can be; what is see-through becomes white."""
    opaque = _on_white(image)
    data = b""
    for width, height, quality in steps(opaque.width(), opaque.height()):
        fits = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        scaled = opaque if width == opaque.width() else opaque.scaled(width, height, *fits)
        data = _jpeg(scaled, quality)
        if len(data) <= LARGEST:
            break
    return data


def _on_white(image: QImage) -> QImage:
    if not image.hasAlphaChannel():
        return image
    ground = QImage(image.size(), QImage.Format.Format_RGB32)
    ground.fill(QColor(Qt.GlobalColor.white))
    with QPainter(ground) as painter:
        painter.drawImage(0, 0, image)
    return ground


def _jpeg(image: QImage, quality: int) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", quality)  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())
