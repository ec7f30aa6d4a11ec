"""The window before its desk: painted at once as it was left, while the profile opens on another thread.

What it needs stands in the profile's ``window.ini``, of which nothing is secret: who works here, language and
colours. It is kept only while the profile opens without asking anything.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer, Signal

from channeldesk.model.i18n import LANGUAGES, Translator
from ui.app import SHOWN, App, shown_of
from ui.i18n import language, set_translator
from ui.pages import FIRST_SYNC, PAGES
from ui.theme import theme

_HERE = "opening"
_AT_THE_LATEST_MS = 400
"""A window that nobody sees (a minimised one) is not painted."""


def place_of(folder: Path) -> QSettings:
    return QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)


class Opening(QObject):
    """``app`` is None where the next thing is to ask something, or to wait for a first window."""

    closed = Signal()
    """The person closed the window before there was anything in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._spoken = language()
        self.app = _waiting(folder)
        if self.app is not None:
            self.app.closed.connect(self.closed)

    def show(self, then: Callable[[], None]) -> None:
        """``then`` is called when the window is painted."""
        if self.app is None:
            then()
            return
        self.app.show_frame()
        _AfterPaint(self.app.window, then)

    def show_busy(self, text: str) -> bool:
        """Whether there is a window to say it."""
        if self.app is not None:
            self.app.window.messages.tell(text, "info")
        return self.app is not None

    def hand_over(self) -> App | None:
        """The window is somebody else's from now on."""
        app = self._let_go()
        if app is not None:
            app.window.messages.clear()
        return app

    def drop(self) -> None:
        """Nothing stands behind what is asked now."""
        app = self._let_go()
        if app is not None:
            app.close()
            app.deleteLater()
            set_translator(Translator(self._spoken))

    def _let_go(self) -> App | None:
        app, self.app = self.app, None
        if app is not None:
            app.closed.disconnect(self.closed)
        return app


def _waiting(folder: Path) -> App | None:
    """Of a profile that opened by itself the last time."""
    place = place_of(folder)
    known = {name: str(place.value(f"{_HERE}/{name}", "")) for name in (*SHOWN, "language", "scheme")}
    if not (folder / "profile.json").exists() or known["language"] not in LANGUAGES:
        return None
    who = SimpleNamespace(**{name: known[name] for name in SHOWN})
    return App(
        None,
        who,
        (*PAGES, FIRST_SYNC),
        language=known["language"],
        scheme=known["scheme"],
        settings=place,
    )


def remember(place: QSettings, profile: Any) -> None:
    """When it closes: the next start may show the window at once."""
    for name, value in {**shown_of(profile), "language": language(), "scheme": theme.scheme}.items():
        place.setValue(f"{_HERE}/{name}", value)


def forget(folder: Path) -> None:
    """The next start asks something first."""
    if (folder / "window.ini").exists():
        place_of(folder).remove(_HERE)


class _AfterPaint(QObject):
    """Calls ``then`` once, when the widget has been painted: what runs beside would hold the painting up."""

    def __init__(self, widget: QObject, then: Callable[[], None]) -> None:
        super().__init__(widget)
        self._then: Callable[[], None] | None = then
        widget.installEventFilter(self)
        QTimer.singleShot(_AT_THE_LATEST_MS, self, self._go)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self, self._go)
        return False

    def _go(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()
