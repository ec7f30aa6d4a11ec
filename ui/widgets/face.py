"""The face of a page or part without its content: empty, loading, offline or error, each with what to do
next.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import icons
from ui.errors import Explained, explain
from ui.i18n import t
from ui.theme import colour
from ui.theme.motion import motion
from ui.widgets.button import QUIET, Button
from ui.widgets.label import Label

_TEXT_WIDTH, _LEAST, _MARGIN = 440, 80, 24
_LOADING_DELAY_MS = 150


class Face(QWidget):
    """Centred: an icon, a sentence, what it means or what to do, at most one button and a quiet
    second one.
    """

    pressed = Signal()
    """The button was pressed: try again, create the first one, clear the filters."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = ""
        self.setProperty("ownFocus", True)
        self._sign = _Sign()
        self._title = Label("", "strong", wrap=True)
        self._text = Label("", "caption", wrap=True)
        self._button = Button()
        self._copy = Button(t("Copy details"), icon="copy", kind=QUIET)
        self._detail = ""
        self._button.clicked.connect(self.pressed)
        self._copy.clicked.connect(self._copy_detail)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self._button, self._copy):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(0)
        column.addStretch(2)
        column.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(12)
        column.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(16)
        column.addLayout(buttons)
        buttons.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def empty(self, title: str, text: str = "", button: str = "", icon: str = "tray") -> None:
        """Nothing here yet, or nothing matches."""
        self._set("empty", icon, title, text, button)

    def add(self, line: str) -> None:
        """One more line below the text."""
        self._text.setText("\n".join(filter(None, (self._text.text(), line))))
        self._text.setVisible(True)
        self._fit()
        self.setAccessibleDescription(self._text.text())

    def loading(self, title: str = "") -> None:
        """Work is under way; a short wait shows nothing, so that quick answers do not flicker."""
        self._set("loading", "", title, "", "")
        self.setAccessibleName(title or t("Loading"))

    def offline(self, title: str, text: str, button: str = "") -> None:
        """This part needs the network."""
        self._set("offline", "cloud-slash", title, text, button)

    def error(self, error: BaseException | Explained, button: str = "") -> None:
        """What happened, what it means, what to do; the button tries again, or does what it says."""
        told = error if isinstance(error, Explained) else explain(error)
        text = " ".join(filter(None, (told.meaning, told.remedy)))
        self._set("error", "warning", told.happened, text, button or t("Try again"), told.detail)

    def take_focus(self) -> None:
        """The keyboard to the button, or to the face itself where there is none."""
        (self._button if self._button.isVisibleTo(self) else self).setFocus()

    def _set(self, kind: str, icon: str, title: str, text: str, button: str, detail: str = "") -> None:
        self.kind = kind
        self._sign.show_sign(icon, "bad" if kind == "error" else "tertiary")
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._fit()
        self._button.setText(button)
        self._button.setAccessibleName(button)
        self._button.setVisible(bool(button))
        self._button.updateGeometry()
        self._detail = detail
        self._copy.setVisible(bool(detail))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def _fit(self) -> None:
        """The texts wrap: at a good width for reading, or narrower where the part is."""
        wide = max(_LEAST, min(_TEXT_WIDTH, self.width() - 2 * _MARGIN))
        for label in (self._title, self._text):
            label.setFixedWidth(wide)
            label.setFixedHeight(max(0, label.heightForWidth(wide)))

    def minimumSizeHint(self) -> QSize:
        """The texts give way: as wide as they are now, they would keep the part from becoming narrower."""
        return QSize(_LEAST + 2 * _MARGIN, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _copy_detail(self) -> None:
        QGuiApplication.clipboard().setText(self._detail)


class _Sign(QWidget):
    """The icon, or an arc that turns while loading; an hourglass where nothing is to move."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = ""
        self._tint = "tertiary"
        self._angle = 0
        self._late = True
        self._turning = QTimer(self, interval=40)
        self._turning.timeout.connect(self._turn)
        motion.changed.connect(self._animate)
        self.setFixedSize(QSize(32, 32))

    def show_sign(self, icon: str, tint: str) -> None:
        self._icon, self._tint = icon, tint
        self._late = bool(icon)
        self._animate()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        self._animate()

    def hideEvent(self, event: QHideEvent) -> None:
        self._turning.stop()

    def _animate(self) -> None:
        if not self._icon and self.isVisible():
            if not self._late:
                QTimer.singleShot(_LOADING_DELAY_MS, self, self._now)
            if not motion.reduced:
                self._turning.start()
                return
        self._turning.stop()
        self.update()

    def _now(self) -> None:
        self._late = True
        self.update()

    def _turn(self) -> None:
        self._angle = (self._angle - 14) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if self._icon:
                icons.paint(painter, 2, 2, self._icon, self._tint, 28)
                return
            if not self._late:
                return
            if motion.reduced:
                icons.paint(painter, 2, 2, "hourglass", "tertiary", 28)
                return
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            box = QRectF(6, 6, 20, 20)
            painter.setPen(QPen(colour("track"), 2.5))
            painter.drawEllipse(box)
            painter.setPen(QPen(colour("accent"), 2.5, c=Qt.PenCapStyle.RoundCap))
            painter.drawArc(box, self._angle * 16, 90 * 16)
