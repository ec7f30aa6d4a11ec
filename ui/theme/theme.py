"""The theme in force: light or dark, with more contrast or not, or as the system has it. Switched while the
window is open.
"""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.theme import fonts
from ui.theme.contrast import HIGH_DARK, HIGH_LIGHT
from ui.theme.palette import palette
from ui.theme.sheet import sheet
from ui.theme.tokens import DARK, LIGHT, Tokens

LIGHT_SCHEME, DARK_SCHEME, SYSTEM_SCHEME = "light", "dark", "system"
HIGH_LIGHT_SCHEME, HIGH_DARK_SCHEME = "high_light", "high_dark"
_TOKENS = {
    LIGHT_SCHEME: LIGHT,
    DARK_SCHEME: DARK,
    HIGH_LIGHT_SCHEME: HIGH_LIGHT,
    HIGH_DARK_SCHEME: HIGH_DARK,
}


class Theme(QObject):
    """Holds the tokens; ``changed`` tells what keeps colours of its own (charts) to draw again.

    Everything that paints in ``paintEvent`` needs no signal: Qt repaints it when the palette changes.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.scheme = SYSTEM_SCHEME
        self.tokens = LIGHT
        self._followed = False

    def apply(self, scheme: str | None = None) -> None:
        """Dress the application; ``scheme`` is one of the above, None for the one in force."""
        self.scheme = scheme or self.scheme
        hints = QGuiApplication.styleHints()
        if not self._followed:
            hints.colorSchemeChanged.connect(self._system_changed)
            hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
            self._followed = True
        chosen = _of_the_system() if self.scheme == SYSTEM_SCHEME else self.scheme
        self.tokens = _TOKENS.get(chosen, LIGHT)
        _colours.clear()
        application = cast(QApplication, QApplication.instance())
        if application.style().name() != "fusion":
            application.setStyle(QStyleFactory.create("Fusion"))
        application.setFont(fonts.font())
        application.setPalette(palette(self.tokens))
        application.setStyleSheet(sheet(self.tokens))
        self.changed.emit()

    def _system_changed(self) -> None:
        if self.scheme == SYSTEM_SCHEME:
            self.apply()


def _of_the_system() -> str:
    hints = QGuiApplication.styleHints()
    dark = hints.colorScheme() == Qt.ColorScheme.Dark
    if hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast:
        return HIGH_DARK_SCHEME if dark else HIGH_LIGHT_SCHEME
    return DARK_SCHEME if dark else LIGHT_SCHEME


theme = Theme()
_colours: dict[str, QColor] = {}


def tokens() -> Tokens:
    """The tokens in force; call it when painting, never keep the answer."""
    return theme.tokens


def colour(name: str) -> QColor:
    """The colour of a role in force, or the colour itself where ``name`` is one (``#rrggbb``).

    It is shared: copy it before changing it.
    """
    found = _colours.get(name)
    if found is None:
        found = QColor(name if name.startswith("#") else getattr(theme.tokens, name))
        _colours[name] = found
    return found
