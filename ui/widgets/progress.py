"""Progress of something that takes over a second: a bar, how far it is, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui.i18n import t
from ui.theme import colour
from ui.theme.motion import motion
from ui.widgets.button import QUIET, Button
from ui.widgets.label import Label


class Bar(QWidget):
    """A thin bar; ``set_share(None)`` moves to and fro while the end is not known, or is dashed where nothing
    is to move.
    """

    def __init__(self, high: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._high = high
        self._share: float | None = 0.0
        self._phase = 0.0
        self._clock = QTimer(self, interval=40)
        self._clock.timeout.connect(self._step)
        motion.changed.connect(self._animate)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float | None) -> None:
        self._share = share
        self._animate()

    def sizeHint(self) -> QSize:
        return QSize(96, max(12, self._high))

    def showEvent(self, event: QShowEvent) -> None:
        self._animate()

    def hideEvent(self, event: QHideEvent) -> None:
        self._clock.stop()

    def _animate(self) -> None:
        if self._share is None and self.isVisible() and not motion.reduced:
            self._clock.start()
        else:
            self._clock.stop()
        self.update()

    def _step(self) -> None:
        self._phase = (self._phase + 0.02) % 1.0
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            radius = self._high / 2
            box = QRectF(0, (self.height() - self._high) / 2, self.width(), self._high)
            painter.setBrush(colour("track"))
            painter.drawRoundedRect(box, radius, radius)
            painter.setBrush(colour("accent_fill"))
            if self._share is None and motion.reduced:
                for x in range(0, self.width(), 4 * self._high):
                    painter.drawRoundedRect(QRectF(x, box.top(), 2 * self._high, self._high), radius, radius)
            elif self._share is None:
                left = abs(self._phase * 2 - 1) * box.width() * 0.7
                painter.drawRoundedRect(
                    QRectF(left, box.top(), box.width() * 0.3, self._high), radius, radius
                )
            elif self._share > 0:
                wide = max(self._high, box.width() * min(1.0, self._share))
                painter.drawRoundedRect(QRectF(0, box.top(), wide, self._high), radius, radius)


class Progress(QWidget):
    """What is being done, a bar, how much is left, Cancel."""

    cancelled = Signal()

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Label(text)
        self._left = Label("", "caption")
        self._bar = Bar()
        cancel = Button(t("Cancel"), kind=QUIET)
        cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self._text)
        row.addWidget(self._bar, 1)
        row.addWidget(self._left)
        row.addWidget(cancel)

    def report(self, share: float | None, left: str = "") -> None:
        self._bar.set_share(share)
        self._left.setText(left)
