"""Small pictures of files, made where the file is added, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from channeldesk.model.attachments import LONGEST_THUMBNAIL
from channeldesk.model.notice import Problem
from channeldesk.rules.photos import is_small
from ui.widgets.files import photos

SIDE = 96
"""The longer side of a thumbnail, in pixels: twice what the list shows, for fine screens."""
_MOST_BYTES = LONGEST_THUMBNAIL * 3 // 4


def take_in(
    files: Any, paths: Sequence[Path], shrinks: bool, progress: Callable[[Any], None], cancel: Any
) -> tuple[list[tuple[Any, bytes | None]], list[Problem]]:
    """Keeps the contents of files, each with its thumbnail; the problems of others come back beside.
    ``shrinks``: photos are made smaller before.
    """
    taken: list[tuple[Any, bytes | None]] = []
    problems: list[Problem] = []
    for number, path in enumerate(paths):
        if cancel.is_set():
            break
        progress((number, len(paths), path.name))
        photo = photos.smaller(path) if shrinks else None
        try:
            kept = files.take_in_bytes(*photo) if photo is not None else files.take_in(path)
        except Problem as problem:
            problems.append(problem)
            continue
        taken.append((kept, thumbnail(QImageReader(str(path)))))
    return taken, problems


def take_in_image(
    files: Any, image: QImage, name: str, shrinks: bool
) -> tuple[list[tuple[Any, bytes | None]], list[Problem]]:
    """The same for a picture from the clipboard, kept as PNG unless it is to be made smaller."""
    data, ending = _encoded(image, "PNG"), "png"
    if shrinks and not is_small(len(data)) and len(photo := photos.shrunk(image)) < len(data):
        data, ending = photo, "jpg"
    try:
        return [(files.take_in_bytes(data, f"{name}.{ending}"), shrunk(image))], []
    except Problem as problem:
        return [], [problem]


def thumbnail(reader: QImageReader) -> bytes | None:
    """A small JPEG, or PNG where it is see-through; None for what is no picture, or too large a one."""
    reader.setDecideFormatFromContent(True)
    if not reader.canRead():
        return None
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() > photos.MOST_PIXELS:
            return None
        reader.setScaledSize(size.scaled(QSize(2 * SIDE, 2 * SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    reader.setAutoTransform(True)
    image = reader.read()
    return None if image.isNull() else shrunk(image)


def shrunk(image: QImage) -> bytes | None:
    """The image as a thumbnail small enough to travel with its row."""
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    small = image.scaled(SIDE, SIDE, keep, smooth) if max(image.width(), image.height()) > SIDE else image
    if small.isNull():
        return None
    if small.hasAlphaChannel():
        found = _encoded(small, "PNG")
        if len(found) <= _MOST_BYTES:
            return found
        small = small.convertToFormat(QImage.Format.Format_RGB32)
    for quality in (75, 55, 30):
        found = _encoded(small, "JPEG", quality)
        if found and len(found) <= _MOST_BYTES:
            return found
    return None


def _encoded(image: QImage, form: str, quality: int = -1) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, form, quality)  # type: ignore[call-overload]
    buffer.close()
    return bytes(data.data())
