"""How a line of the palette is painted: icon, title with the matching letters in accent, detail, key."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui import icons, paint
from ui.paint.text import RIGHT
from ui.theme import colour
from ui.theme.fonts import BODY, CAPTION, REGULAR, STRONG
from ui.theme.tokens import RADIUS
from ui.widgets.keys import keys_text

HIT_HEIGHT = 32


class HitDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, HIT_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        hit = index.model().hits[index.row()]  # type: ignore[attr-defined]
        painter.save()
        box = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("selection"))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
        icons.paint(painter, box.left() + 12, box.top() + 8, hit.icon)
        right = box.right() - 12
        if hit.keys:
            right -= (
                paint.key_cap(
                    painter,
                    QRectF(box.left(), box.top(), right - box.left(), box.height()),
                    keys_text(hit.keys),
                )
                + 8
            )
        left = box.left() + 40
        pieces = [
            (text, "accent" if on else "text", STRONG if on else REGULAR)
            for text, on in _pieces(hit.title, hit.places)
        ]
        left += (
            paint.runs(painter, QRectF(left, box.top(), right - left, box.height()), pieces, size=BODY) + 12
        )
        if hit.detail and right - left > 40:
            room = QRectF(left, box.top(), right - left, box.height())
            paint.text(painter, room, hit.detail, tint="secondary", size=CAPTION, align=RIGHT)
        painter.restore()


def _pieces(title: str, places: tuple[int, ...]) -> list[tuple[str, bool]]:
    """The title cut into (text, matched) runs."""
    if not places:
        return [(title, False)]
    marked = set(places)
    found: list[tuple[str, bool]] = []
    for at, letter in enumerate(title):
        on = at in marked
        if found and found[-1][1] == on:
            found[-1] = (found[-1][0] + letter, on)
        else:
            found.append((letter, on))
    return found
