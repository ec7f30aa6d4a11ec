"""A text of any length in a given width, wrapped, with the parts that differ marked by more than colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption

from ui.theme import colour
from ui.theme.fonts import BODY, REGULAR, STRONG, font

MOST_LINES = 14
"""Lines of a long text until the person asks for all of it."""
_MOST_SIGNS = 4_000
"""Signs of a text that is not asked for in full: laying out more takes time and shows nothing."""


class Cell:
    """One version of one field. ``struck``: the marked parts are those that others took out."""

    def __init__(
        self,
        pieces: Sequence[tuple[str, bool]],
        *,
        tint: str = "text",
        weight: QFont.Weight = REGULAR,
        struck: bool = False,
    ) -> None:
        self.pieces = [(text.replace("\r\n", "\n"), differs) for text, differs in pieces]
        self.tint, self.weight, self._struck = tint, weight, struck
        self.clipped = False
        self.high = 0.0
        self.lines = 0
        self._layout: QTextLayout | None = None
        self._wide = 0.0

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)

    def fit(self, wide: float, *, full: bool = False) -> float:
        """Lays the text out in this width; returns its height."""
        self._wide = max(20.0, wide)
        shown = self.pieces if full else _shortened(self.pieces)
        whole = "".join(text for text, _ in shown).replace("\n", "\u2028")
        layout = QTextLayout(whole, font(BODY, self.weight))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setFormats(self._formats(shown))
        layout.beginLayout()
        top, count = 0.0, 0
        while (line := layout.createLine()).isValid():
            if count == MOST_LINES and not full:
                break
            line.setLineWidth(self._wide)
            line.setPosition(QPointF(0, top))
            top += line.height()
            count += 1
        more = line.isValid()
        layout.endLayout()
        self._layout, self.lines, self.high = layout, count, top
        self.clipped = more or shown is not self.pieces
        return top

    def _formats(self, pieces: Sequence[tuple[str, bool]]) -> list[QTextLayout.FormatRange]:
        found, at = [], 0
        for text, differs in pieces:
            long = len(text.encode("utf-16-le")) // 2
            if differs:
                style = QTextCharFormat()
                if self._struck:
                    style.setFontStrikeOut(True)
                else:
                    style.setFontWeight(STRONG)
                    style.setBackground(colour("warning_fill"))
                    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
                    style.setUnderlineColor(colour("warning_graphic"))
                one = QTextLayout.FormatRange()
                one.start, one.length, one.format = at, long, style
                found.append(one)
            at += long
        return found

    def paint(self, painter: QPainter, left: float, top: float) -> None:
        """Draws what :meth:`fit` laid out; three dots where there is more."""
        if self._layout is None:
            return
        painter.setPen(QPen(colour(self.tint)))
        for number in range(self.lines):
            self._layout.lineAt(number).draw(painter, QPointF(left, top))
        if self.clipped and self.lines:
            last = self._layout.lineAt(self.lines - 1)
            x = min(left + last.naturalTextWidth() + 2, left + self._wide - 12)
            box = QRectF(x, top + last.y(), 14, last.height())
            painter.fillRect(box, colour("raised"))
            painter.setFont(font(BODY, self.weight))
            painter.drawText(box, 0, "…")


def _shortened(pieces: Sequence[tuple[str, bool]]) -> Sequence[tuple[str, bool]]:
    if sum(len(text) for text, _ in pieces) <= _MOST_SIGNS:
        return pieces
    kept: list[tuple[str, bool]] = []
    room = _MOST_SIGNS
    for text, differs in pieces:
        kept.append((text[:room], differs))
        room -= len(text)
        if room <= 0:
            break
    return kept
