"""The application around the window: Qt, errors, language, colours, and the order in which it ends."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QSettings, Qt, QTranslator, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from channeldesk.model.i18n import Translator
from ui import errors
from ui.i18n import language as spoken
from ui.i18n import set_translator
from ui.pages import Entry
from ui.shell import finding
from ui.shell.hit import Hit
from ui.shell.window import Window
from ui.tasks import DeskLike, Tasks
from ui.theme import SYSTEM_SCHEME, theme

if TYPE_CHECKING:
    from channeldesk.desk import Desk
    from ui.session import Session

SHOWN = ("user_name", "role", "currency")
"""What of a profile decides how the window looks before it has a page."""
_log = logging.getLogger(__name__)


def make_application(argv: Sequence[str] = ()) -> QApplication:
    """The one QApplication; call it before any widget is made."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    application = QApplication([*(argv or sys.argv[:1])])
    application.setApplicationName("ChannelDesk")
    application.setOrganizationName("ChannelDesk")
    application.setDesktopFileName("channeldesk")
    return application


class App(QObject):
    """One open desk with its window. ``close()`` ends in this order: window, questions and actions; then the
    caller closes the desk. Without a desk yet the window can be shown, and does nothing: ``take`` it then.

    ``settings`` keeps the window's place only (an INI file of the profile); None keeps nothing.
    """

    closed = Signal()
    preference = Signal(str, str)
    """("language" or "scheme", value): the person chose; the caller stores it with the data."""

    def __init__(
        self,
        desk: DeskLike | None,
        profile: Any,
        pages: Sequence[Entry],
        *,
        language: str = "en",
        scheme: str = SYSTEM_SCHEME,
        search: Callable[..., Sequence[Any]] = finding.search,
        as_hit: Callable[[Callable[..., Any], Any], Hit] = finding.hit,
        settings: QSettings | None = None,
    ) -> None:
        super().__init__()
        self.application = make_application()
        self.tasks = Tasks(None, self)
        self._profile, self._pages = profile, pages
        self._search, self._as_hit = search, as_hit
        self._settings = settings
        self._prepare: Callable[[Window], None] | None = None
        self._unhook: Callable[[], None] | None = None
        self._taken = False
        self._qt_texts: QTranslator | None = None
        self._zone: str | None = None
        self._closed = False
        self._speak(language)
        theme.apply(scheme)
        self.application.setWindowIcon(_window_icon())
        self.window = self._make_window()
        if desk is not None:
            self.take(desk, profile, language=language, scheme=scheme)

    def take(
        self,
        desk: DeskLike,
        profile: Any,
        *,
        language: str,
        scheme: str,
        zone: str | None = None,
        prepare: Callable[[Window], None] | None = None,
    ) -> None:
        """From now on there is a desk. ``prepare(window)`` connects what the caller adds (sync, actions); it
        runs for every window made: the first one, and each that another language builds.
        """
        self.tasks.take(desk)
        self.set_zone(zone)
        self._prepare, self._taken = prepare, True
        if scheme != theme.scheme:
            theme.apply(scheme)
        before, self._profile = self._profile, profile
        if language == spoken() and shown_of(before) == shown_of(profile):
            self._connect(self.window)
        else:
            old = self._make_other_window(language)
            self.window.setVisible(old.isVisible())
            _drop(old)
        self._unhook = errors.install_hook(self._escaped)

    def show(self, page_id: str = "") -> None:
        """The window, on this page or on the first one."""
        self.show_frame()
        self.window.start(page_id)

    def show_frame(self) -> None:
        """The window without a page: it can be painted while the first page is made."""
        if not self.window.isVisible():
            self._restore_place()
            self.window.show()

    def close(self) -> bool:
        """End the questions and actions, once; False if something would not end in time."""
        if self._closed:
            return True
        self._closed = True
        self._keep_place()
        self.window.hide()
        ended = self.tasks.close()
        if self._unhook is not None:
            self._unhook()
        self.window.deleteLater()
        self.closed.emit()
        return ended

    def set_language(self, wanted: str) -> None:
        """Build the window again in another language, on the same page."""
        if wanted == spoken():
            return
        here, subject = self.window.router.here, self.window.router.subject
        old = self._make_other_window(wanted)
        self.window.show()
        self.window.start(here, subject)
        _drop(old)
        self.preference.emit("language", wanted)

    def _make_other_window(self, wanted: str) -> Window:
        """In another language, at the same place; returns the one that was."""
        old = self.window
        self._speak(wanted)
        theme.apply()
        self.window = self._make_window()
        self.window.setGeometry(old.geometry())
        return old

    def set_zone(self, zone: str | None) -> None:
        """Times everywhere in the window are those of this zone from now on, None: of this laptop."""
        if zone != self._zone:
            self._zone = zone
            set_translator(Translator(spoken(), zone, home=self._profile.currency))
            self.window.clock_moved()

    def set_scheme(self, scheme: str) -> None:
        theme.apply(scheme)
        self.preference.emit("scheme", scheme)

    def _make_window(self) -> Window:
        window = Window(
            self.tasks,
            self._profile,
            self._pages,
            search=self._search,
            as_hit=self._as_hit,
            connected=False,
        )
        window.closing.connect(self.close)
        if self._taken:
            self._connect(window)
        return window

    def _connect(self, window: Window) -> None:
        if window.router.context is not None:
            window.router.context = replace(window.router.context, profile=self._profile)
        window.connect_parts()
        window.top.language_chosen.connect(self.set_language, Qt.ConnectionType.QueuedConnection)
        window.top.scheme_chosen.connect(self.set_scheme)
        if self._prepare is not None:
            self._prepare(window)

    def _speak(self, wanted: str) -> None:
        set_translator(Translator(wanted, self._zone, home=self._profile.currency))
        if self._qt_texts is not None:
            self.application.removeTranslator(self._qt_texts)
            self._qt_texts = None
        if wanted.startswith("zh"):
            made = QTranslator(self)
            folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
            if made.load(QLocale(wanted), "qtbase", "_", folder):
                self.application.installTranslator(made)
                self._qt_texts = made

    def _escaped(self, error: BaseException) -> None:
        self.window.show_error(error)

    def _keep_place(self) -> None:
        if self._settings is not None:
            self._settings.setValue("geometry", self.window.saveGeometry())

    def _restore_place(self) -> None:
        if self._settings is not None:
            place = self._settings.value("geometry")
            if place:
                self.window.restoreGeometry(place)


def shown_of(profile: Any) -> dict[str, str]:
    return {name: getattr(profile, name) for name in SHOWN}


def _drop(window: Window) -> None:
    window.hide()
    window.deleteLater()


def window_app(desk: Desk) -> App:
    """The application of an open desk, as the person set it; nothing is synchronised by itself."""
    from ui.session import Session

    session = Session(desk)
    session.setParent(session.app)
    return session.app


def run_window(desk: Desk, begin: Callable[[Session], object] = bool) -> int:
    """Show the window until it is closed; rounds run by themselves meanwhile. The caller closes the desk.
    ``begin`` is called with the session before anything is shown.
    """
    from ui.session import Session

    session = Session(desk)
    begin(session)
    app = session.app
    app.closed.connect(app.application.quit)
    session.show()
    session.start()
    code = app.application.exec()
    app.close()
    return code


def main(arguments: list[str]) -> int:
    """The program's window from nothing: see :mod:`ui.first_run.start`."""
    from ui.first_run.start import main

    return main(arguments)


def _window_icon() -> QIcon:
    from PySide6.QtCore import QRectF

    from ui.shell.nav import paint_sign

    icon = QIcon()
    for size in (16, 32, 64, 128, 256):
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            paint_sign(painter, QRectF(0, 0, size, size))
        icon.addPixmap(picture)
    return icon
