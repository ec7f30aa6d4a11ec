"""Files that are dropped on a part of a page or pasted: what they hold, and the ground that says "here"."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui import icons, paint
from ui.paint.text import CENTRE
from ui.theme import colour
from ui.theme.fonts import MEDIUM
from ui.theme.tokens import RADIUS_POPUP


def paths_in(mime: QMimeData) -> list[Path]:
    """Files of this computer."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def image_in(mime: QMimeData) -> QImage | None:
    """A picture that is no file, such as a screen cutting."""
    found = mime.imageData() if mime.hasImage() else None
    return found if isinstance(found, QImage) and not found.isNull() else None


class Drops(QObject):
    """Lets files be dropped anywhere on ``target``."""

    dropped = Signal(object)
    """The QMimeData, while the drop is handled."""

    def __init__(self, target: QWidget, text: str) -> None:
        super().__init__(target)
        self._target = target
        self.enabled = True
        self.ground = Ground(target, text)
        target.setAcceptDrops(True)
        target.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self.ground.setGeometry(self._target.rect())
        elif kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            mime = event.mimeData()
            if self.enabled and (paths_in(mime) or mime.hasImage()):
                event.acceptProposedAction()
                self.ground.setGeometry(self._target.rect())
                self.ground.show()
                self.ground.raise_()
                return True
        elif kind == QEvent.Type.DragLeave:
            self.ground.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self.ground.hide()
            event.acceptProposedAction()
            self.dropped.emit(event.mimeData())
            return True
        return False


class Ground(QWidget):
    """Over the target while something is dragged over it."""

    def __init__(self, target: QWidget, text: str) -> None:
        super().__init__(target)
        self._text = text
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            pen = QPen(colour("accent"), 2, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(colour("selection"))
            painter.drawRoundedRect(box, RADIUS_POPUP, RADIUS_POPUP)
            middle = box.center()
            icons.paint(painter, middle.x() - 14, middle.y() - 32, "paperclip", "accent", 28)
            room = QRectF(box.left() + 8, middle.y() + 4, box.width() - 16, 22)
            paint.text(painter, room, self._text, tint="accent", weight=MEDIUM, align=CENTRE)
