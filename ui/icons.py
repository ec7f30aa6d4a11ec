"""Icons of one set (Phosphor, regular), tinted by token and kept.

A wrong name inside a paint event would end the process, so names are checked by a test and an unknown one is
drawn as an empty square of the right size and logged.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.theme import colour
from ui.theme.tokens import ICON

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "icons"
_log = logging.getLogger(__name__)


def pixmap(name: str, tint: str = "secondary", size: int = ICON) -> QPixmap:
    """The icon in the colour of a token (or ``#rrggbb``), sharp at the screen's scale."""
    application = QGuiApplication.instance()
    ratio = application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0
    return _pixmap(name, colour(tint).name(), size, ratio)


def icon(name: str, tint: str = "secondary", size: int = ICON) -> QIcon:
    """For Qt's own menus and actions; our widgets paint the pixmap, so that a new theme reaches them."""
    return QIcon(pixmap(name, tint, size))


def paint(
    painter: QPainter, x: float, y: float, name: str, tint: str = "secondary", size: int = ICON
) -> None:
    painter.drawPixmap(QPointF(x, y), pixmap(name, tint, size))


def names() -> frozenset[str]:
    """Every icon that is there."""
    return frozenset(path.stem for path in FOLDER.glob("*.svg"))


@lru_cache(512)
def _pixmap(name: str, tint: str, size: int, ratio: float) -> QPixmap:
    made = QPixmap(QSize(size, size) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    source = _source(name)
    if source:
        with QPainter(made) as painter:
            QSvgRenderer(QByteArray(source.replace("currentColor", tint).encode())).render(
                painter, QRectF(0, 0, size, size)
            )
    return made


@lru_cache(256)
def _source(name: str) -> str:
    try:
        return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        _log.error("no icon named %s", name)
        return ""
