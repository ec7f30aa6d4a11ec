"""Text and lines. Text is always plain: what comes from data is never read as markup."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.paint import elided
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, DISPLAY, MEDIUM, REGULAR, STRONG, font, metrics

_ROLES: dict[str, tuple[int, QFont.Weight, str]] = {
    "body": (BODY, REGULAR, "text"),
    "name": (BODY, MEDIUM, "text"),
    "strong": (BODY, STRONG, "text"),
    "section": (BODY, STRONG, "text"),
    "caption": (CAPTION, REGULAR, "secondary"),
    "hint": (CAPTION, REGULAR, "tertiary"),
    "title": (DISPLAY, STRONG, "text"),
    "figure": (DISPLAY, STRONG, "text"),
}
_LEAST = 48
"""A text with less room than this is not begun: two letters say nothing."""


class Label(QLabel):
    """One text in a role: body, name, strong, section, caption, hint, title, figure.

    ``tint`` names a token and replaces the role's colour. It wraps where ``wrap`` is set.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tint: str = "",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        size, weight, usual = _ROLES[role]
        self.setFont(font(size, weight, figures=role == "figure"))
        self.setProperty("tint", tint or usual)

    def set_tint(self, tint: str) -> None:
        if self.property("tint") != tint:
            self.setProperty("tint", tint)
            self.style().polish(self)
            self.update()


class Title(Label):
    """The name of a page. ``set_texts``: the whole, and what stands for it where there is less room."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text, "title")
        self._texts = (text, text)

    def set_texts(self, whole: str, brief: str) -> None:
        self._texts = (whole, brief)
        self._choose()
        self.updateGeometry()

    def setText(self, text: str) -> None:
        self.set_texts(text, text)

    def sizeHint(self) -> QSize:
        return QSize(self._wide(self._texts[0]), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wide(self._texts[1]), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._choose()

    def _wide(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text)

    def _choose(self) -> None:
        whole, brief = self._texts
        fits = whole == brief or self.width() >= self._wide(whole)
        super().setText(whole if fits else brief)
        self.setToolTip("" if fits else whole)


class Elided(QWidget):
    """One line that gives way: it takes the room there is and ends with an ellipsis, the whole in its
    tooltip.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "body",
        tint: str = "",
        parent: QWidget | None = None,
        *,
        whole: bool = False,
    ) -> None:
        """``whole``: a hint that is shown where all of it fits, else not at all."""
        super().__init__(parent)
        self._whole = whole
        self._size, self._weight, usual = _ROLES[role]
        self._tint = tint or usual
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_text(text)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str, tint: str = "") -> None:
        if text == self._text and tint in ("", self._tint):
            return
        self._text = text
        self._tint = tint or self._tint
        self.setAccessibleName(text)
        self._hint()
        self.updateGeometry()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._hint()

    def _hint(self) -> None:
        self.setToolTip("" if self._fits() else self._text)

    def _fits(self) -> bool:
        return metrics(self._size, self._weight).horizontalAdvance(self._text) <= self.width()

    def sizeHint(self) -> QSize:
        found = metrics(self._size, self._weight)
        return QSize(found.horizontalAdvance(self._text) + 2, found.height() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._fits() and (self._whole or self.width() < _LEAST):
            return
        with QPainter(self) as painter:
            painter.setFont(font(self._size, self._weight))
            painter.setPen(colour(self._tint))
            shown = elided(self._text, self.width(), self._size, self._weight)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)


class Line(QFrame):
    """A separator of one pixel."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("line")
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
