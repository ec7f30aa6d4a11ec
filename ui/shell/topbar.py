"""The bar along the top: search field, sync indicator, territory, the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLineEdit, QMenu, QWidget

from channeldesk.model.i18n import LANGUAGES
from ui import icons, paint
from ui.i18n import language, t
from ui.paint.text import CENTRE
from ui.shell.sync import SyncIndicator
from ui.theme import (
    DARK_SCHEME,
    HIGH_DARK_SCHEME,
    HIGH_LIGHT_SCHEME,
    LIGHT_SCHEME,
    SYSTEM_SCHEME,
    colour,
    theme,
)
from ui.theme.fonts import CAPTION, STRONG
from ui.theme.tokens import MARGIN, TOP_BAR
from ui.widgets.button import QUIET, Button
from ui.widgets.keys import keys_text
from ui.widgets.label import Line

if TYPE_CHECKING:
    from ui.shell.palette import Palette

FIELD_WIDTH = 400
_NARROW = 1_000


class CommandField(QLineEdit):
    """The field whose palette opens below it; it keeps the focus all the while."""

    entered = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("command")
        self.setPlaceholderText(t("Search, or type a command"))
        self.setAccessibleName(self.placeholderText())
        self._keys = keys_text("Ctrl+K")
        self.setTextMargins(26, 2, paint.key_cap_width(self._keys) + 8, 2)
        self.setMinimumWidth(220)
        self.setMaximumWidth(FIELD_WIDTH)
        self.palette_box: Palette | None = None

    def sizeHint(self) -> QSize:
        return QSize(FIELD_WIDTH, 32)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        box = self.palette_box
        if box is not None and box.isVisible() and box.key(event):
            return
        if event.key() == Qt.Key.Key_Down:
            self.entered.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            icons.paint(painter, 10, (self.height() - 16) // 2, "magnifying-glass", "secondary")
            paint.key_cap(painter, QRectF(0, 0, self.width() - 10, self.height()), self._keys, "secondary")


class TopBar(QWidget):
    """``language_chosen`` and ``scheme_chosen`` carry the choice of the person's menu."""

    language_chosen = Signal(str)
    scheme_chosen = Signal(str)
    lock_wanted = Signal()
    sign_out_wanted = Signal()

    def __init__(self, profile: Any) -> None:
        super().__init__()
        self.setFixedHeight(TOP_BAR)
        self.field = CommandField()
        self.sync = SyncIndicator()
        self.territory = Button("", icon="map-trifold", kind=QUIET)
        self.territory.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        name = str(getattr(profile, "user_name", "") or "")
        self.person = Person(name)
        self.person.clicked.connect(self._open_menu)
        line = Line(upright=True)
        line.setFixedHeight(20)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 0, MARGIN, 1)
        row.setSpacing(8)
        row.addWidget(self.field, 4)
        row.addStretch(1)
        for part in (self.sync, line, self.territory, self.person):
            row.addWidget(part)
        self.set_territories(())

    def set_territories(self, names: Sequence[str]) -> None:
        """The territories kept on this laptop, the first by name."""
        self.territory.setText(_territory_text(names))
        self.territory.setToolTip("\n".join(names))
        self.territory.setVisible(bool(names))
        self.territory.updateGeometry()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = QAction(self.person.name or t("Nobody is signed in"), menu)
        name.setEnabled(False)
        menu.addAction(name)
        menu.addSeparator()
        schemes = QActionGroup(menu)
        for scheme, text in (
            (SYSTEM_SCHEME, t("Colours as the system")),
            (LIGHT_SCHEME, t("Light")),
            (DARK_SCHEME, t("Dark")),
            (HIGH_LIGHT_SCHEME, t("Light, high contrast")),
            (HIGH_DARK_SCHEME, t("Dark, high contrast")),
        ):
            action = QAction(text, schemes, checkable=True, checked=theme.scheme == scheme)
            action.setData(("scheme", scheme))
            menu.addAction(action)
        menu.addSeparator()
        languages = QActionGroup(menu)
        for code, text in LANGUAGES.items():
            action = QAction(text, languages, checkable=True, checked=language() == code)
            action.setData(("language", code))
            menu.addAction(action)
        menu.addSeparator()
        for kind, text in (("lock", t("Lock the data")), ("sign_out", t("Sign out"))):
            action = QAction(text, menu)
            action.setData((kind, ""))
            menu.addAction(action)
        menu.triggered.connect(self._picked)
        menu.popup(
            self.person.mapToGlobal(
                QPoint(self.person.width() - menu.sizeHint().width(), self.person.height() + 4)
            )
        )

    def _picked(self, action: QAction) -> None:
        kind, value = action.data()
        if kind == "lock":
            self.lock_wanted.emit()
        elif kind == "sign_out":
            self.sign_out_wanted.emit()
        else:
            (self.scheme_chosen if kind == "scheme" else self.language_chosen).emit(value)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.sync.set_narrow(self.width() < _NARROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(0, self.height() - 1, self.width(), 1, colour("separator"))


class Person(QAbstractButton):
    """The initials of the person in a circle; opens the menu of colours, languages, lock and signing out."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setFixedSize(QSize(28, 28))
        self.setProperty("ringRadius", 14)
        self.setAccessibleName(name or t("Person"))
        self.setToolTip(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("track" if self.underMouse() else "hover"))
            painter.drawEllipse(QRectF(self.rect()))
            if self.name:
                room = QRectF(self.rect())
                paint.text(
                    painter,
                    room,
                    initials(self.name),
                    tint="secondary",
                    size=CAPTION,
                    weight=STRONG,
                    align=CENTRE,
                )
            else:
                icons.paint(painter, 6, 6, "user", "secondary")

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)


def initials(name: str) -> str:
    """'LW' of Lin Wei; the family name of a Chinese name."""
    if name and not name[0].isascii():
        return name[0]
    words = name.split()
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))


def _territory_text(territories: Sequence[str]) -> str:
    if len(territories) <= 1:
        return territories[0] if territories else ""
    return t("{first} and {count} more", first=territories[0], count=len(territories) - 1)
