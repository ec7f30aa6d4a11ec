"""The window: navigation, top bar, the open page, message bar; keys that work everywhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from channeldesk.model.changes import Changes, Done, Topic, Undo
from ui.context import Context, role
from ui.errors import Explained, explain, log_error
from ui.i18n import clock_note, t, tn
from ui.pages import Entry, pages_for
from ui.shell.arriving import Arriving
from ui.shell.hit import Hit
from ui.shell.nav import Sidebar
from ui.shell.router import Router
from ui.shell.standing import StandingStrip
from ui.shell.topbar import TopBar
from ui.tasks import Tasks
from ui.theme.focus import FocusRing
from ui.widgets.message_bar import MessageBar
from ui.widgets.popup import SHADOW

if TYPE_CHECKING:
    from channeldesk.queries.status import Answer
    from ui.shell.palette import Palette

LEAST = (1000, 640)
USUAL = (1440, 900)


class Window(QWidget):
    """``pages`` are the entries to show; the first of the navigation is opened by ``start``.

    ``search`` is the query of the palette (conn, text, limit); ``as_hit(go, found)`` makes a Hit of what it
    finds.
    """

    closing = Signal()
    palette_box: Palette

    def __init__(
        self,
        tasks: Tasks,
        profile: Any,
        pages: Sequence[Entry],
        *,
        search: Callable[..., Sequence[Any]] | None = None,
        as_hit: Callable[[Callable[..., Any], Any], Hit] | None = None,
        connected: bool = True,
    ) -> None:
        """Unless ``connected`` it only stands there: :meth:`connect_parts` follows when there is a desk."""
        super().__init__()
        self.setWindowTitle("ChannelDesk")
        self.setMinimumSize(*LEAST)
        self.resize(*USUAL)
        self.tasks = tasks
        pages = pages_for(role(profile), pages)
        self.nav = Sidebar(pages)
        self.top = TopBar(profile)
        self.messages = MessageBar()
        self.stack = QStackedWidget()
        self.arriving = Arriving(self.stack)
        self.standing = StandingStrip()
        self.router = Router(self.stack, pages)
        self.router.context = Context(
            profile, tasks, self.router.go, self.messages.tell_of_page, self.show_done, self.show_error
        )
        self._search = search
        self._as_hit = partial(as_hit, self.router.go) if as_hit else None
        self._hears = False
        self.ring = FocusRing(self)
        self._input_kind: _InputKind | None = None
        self._last_error: Explained | None = None
        self._actions: list[Hit] = []
        self._undo: Undo | None = None
        self._undo_told = ""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.nav, 0, 0, 5, 1)
        right = (self.top, self.standing, self.arriving.strip, self.arriving, self.messages)
        for row, part in enumerate(right):
            grid.addWidget(part, row, 1)
        grid.setRowStretch(right.index(self.arriving), 1)
        self.top.sync.hide()  # until there is a desk, nobody knows what was sent
        if connected:
            self.connect_parts()

    def start(self, page_id: str = "", subject: Any = None) -> None:
        """Open the first page, or the one that was open before."""
        first = next((name for name in self.nav.items), "")
        self.router.go(page_id or first, subject)

    def add_action(
        self, title: str, icon: str, run: Callable[[], Any], *, keys: str = "", also: str = ""
    ) -> None:
        """Offer an action in the palette, with a key that works everywhere."""
        self._actions.append(Hit(title, icon, run, keys=keys, also=also))
        if keys:
            QShortcut(QKeySequence(keys), self, run)

    def connect_parts(self) -> None:
        """From now on clicks and keys are heard."""
        from ui.shell.palette import Palette

        self._hears = True
        self.top.sync.show()
        self.palette_box = Palette(self, self.tasks, self._search, self._as_hit)
        self.top.field.palette_box = self.palette_box
        self.nav.chosen.connect(self.router.go)
        self.nav.help_wanted.connect(self.show_help)
        self.nav.shortcuts_wanted.connect(self.show_shortcuts)
        self.router.moved.connect(self._moved)
        self.router.status_changed.connect(self._status)
        self.tasks.changed.connect(self.router.changed)
        self.tasks.changed.connect(self._look_at_undo)
        self.tasks.done.connect(self.show_done)
        self.tasks.failed.connect(self.show_error)
        self.messages.details_wanted.connect(self._show_details)
        self.top.field.entered.connect(self._open_palette)
        self.top.field.left.connect(self.palette_box.hide)
        self.top.field.textEdited.connect(self._typed)
        self.palette_box.closed.connect(self._palette_closed)
        self._make_keys(tuple(self.router.entries.values()))

    def _make_keys(self, pages: Sequence[Entry]) -> None:
        for keys, slot in (
            ("Ctrl+K", self.focus_search),
            ("Ctrl+Z", self.messages.undo),
            ("Alt+Left", self.router.back),
            ("Alt+Right", self.router.forward),
            ("F5", self._refresh),
        ):
            QShortcut(QKeySequence(keys), self, slot)
        for entry in pages:
            if entry.keys:
                QShortcut(QKeySequence(entry.keys), self, partial(self.router.go, entry.id))
        if "help" in self.router.entries:
            self.add_action(t("Help on this page"), "question", self.show_help, keys="F1", also="help")
        self.add_action(t("Shortcuts"), "keyboard", self.show_shortcuts, keys="Ctrl+/", also="keys")

    # palette

    def focus_search(self) -> None:
        self.top.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.field.selectAll()
        self._open_palette()

    def _open_palette(self) -> None:
        self.palette_box.offer([*self._page_hits(), *self._actions])
        self._place_palette()
        self.palette_box.show()
        self.palette_box.raise_()
        self.palette_box.type(self.top.field.text())

    def _typed(self, text: str) -> None:
        if not self.palette_box.isVisible():
            self._open_palette()
        self.palette_box.type(text)

    def _palette_closed(self) -> None:
        self.top.field.clear()
        page = self.router.page
        if self.top.field.hasFocus() and page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _page_hits(self) -> list[Hit]:
        return [
            Hit(t(one.title), one.icon, partial(self.router.go, one.id), keys=one.keys, also=one.title)
            for one in self.router.entries.values()
            if one.group or one.keys
        ]

    def _place_palette(self) -> None:
        field = self.top.field
        corner = field.mapTo(self, QPoint(0, field.height()))
        wide = max(field.width(), 480)
        self.palette_box.setGeometry(
            corner.x() - SHADOW, corner.y() - SHADOW + 6, wide + 2 * SHADOW, self.palette_box.height()
        )

    # messages

    def show_done(self, done: Done[Any]) -> None:
        """Tell what was done; offer to undo it."""
        told = done.notice or (done.undo.label if done.undo is not None else None)
        if told is not None:
            undo = partial(self._take_back, done.undo) if done.undo is not None else None
            self.messages.drop_undo()  # it would no longer take back the last step
            self._undo, self._undo_told = done.undo, tn(told)
            self.messages.tell(self._undo_told, "good", undo=undo)

    def _look_at_undo(self, changes: Changes) -> None:
        """What was sent meanwhile is not offered to be taken back; what headquarters said to it is told."""
        undo = self._undo
        if Topic.SYNC in changes and undo is not None and undo.unsent is not None:
            from channeldesk.queries.status import answer

            self.tasks.ask(self, "undo", answer, *undo.unsent, then=partial(self._answered, undo))

    def _answered(self, undo: Undo, found: Answer) -> None:
        if undo is not self._undo or not found.sent:
            return
        self.messages.drop_undo()
        if not found.answered:
            return
        self._undo = None
        if found.rejection is not None:
            from ui.widgets.inbox.words import row_title

            way = (t("Decide"), partial(self.router.go, "inbox", found.rejection.id))
            title, reason = row_title(found.rejection), tn(found.rejection.notice)
            told = t("Headquarters rejected {title}. {reason}", title=title, reason=reason)
            self.messages.tell(told, "bad", way=way)
        elif found.number is not None and self.messages.message == self._undo_told:
            self.messages.tell(t("Headquarters accepted order {number}.", number=found.number), "good")

    def _take_back(self, undo: Undo) -> None:
        self.tasks.act(undo.action, then=partial(self._taken_back, undo))

    def _taken_back(self, undo: Undo, done: Done[Any]) -> None:
        if done.notice is None:
            self.messages.tell(tn(undo.label), "info")

    def show_error(self, error: BaseException) -> None:
        """An error that no part of a page can show; the excepthook ends here too."""
        log_error(error)
        self._last_error = explain(error)
        told = self._last_error
        self.messages.tell(told.brief, "bad", details=True)

    def _show_details(self) -> None:
        if self._last_error is not None:
            from ui.shell.details import DetailsDialog

            DetailsDialog(self, self._last_error).open()

    def show_help(self) -> None:
        """The guide, at the chapter about the page that is open; on its own page F1 begins a search."""
        here = self.router.entries.get(self.router.here)
        self.router.go("help", here.chapter or None if here is not None else None)

    def show_guide_over(self, dialog: QWidget, chapter: str) -> None:
        """Over a dialog, which blocks the page of the guide."""
        from ui.widgets.help.dialog import GuideDialog

        here = self.router.entries.get(self.router.here)
        GuideDialog(dialog, self.tasks, chapter or (here.chapter if here is not None else "")).open()

    def show_shortcuts(self) -> None:
        """Every key there is."""
        from ui.shell.shortcuts import ShortcutsDialog, page_keys, table_keys

        pages = [(t(one.title), one.keys) for one in self.router.entries.values() if one.keys]
        everywhere = (
            (t("Search, or type a command"), "Ctrl+K"),
            (t("Undo the last step"), "Ctrl+Z"),
            (t("Back"), "Alt+Left"),
            (t("Forward"), "Alt+Right"),
            (t("Ask again"), "F5"),
            *((one.title, one.keys) for one in self._actions if one.keys),
        )
        groups = [(t("Everywhere"), everywhere), (t("Go to"), pages), table_keys()]
        page = self.router.page
        if page is not None:
            groups.insert(0, page_keys(page, t("On this page")))
        ShortcutsDialog(self, groups).open()

    # pages

    def _moved(self, page_id: str) -> None:
        self.messages.page_left()
        self.nav.show_here(page_id)
        self.arriving.show_page(page_id)
        self._status()

    def clock_moved(self) -> None:
        """Times are those of another zone: what shows any is filled anew."""
        self.router.changed(frozenset(Topic))
        self._status()

    def _status(self) -> None:
        page = self.router.page
        if page is not None:
            self.messages.set_page(page.as_of_text, provisional=page.provisional, clock=clock_note())

    def _refresh(self) -> None:
        page = self.router.page
        if page is not None:
            page.refresh()

    # Qt's side

    def showEvent(self, event: QShowEvent) -> None:
        if self._input_kind is None:
            self._input_kind = _InputKind(self)
            self.windowHandle().installEventFilter(self._input_kind)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._hears and self.palette_box.isVisible():
            self._place_palette()

    def closeEvent(self, event: QCloseEvent) -> None:
        page = self.router.page
        if page is not None and not page.may_leave():
            event.ignore()
            return
        self.closing.emit()


class _InputKind(QObject):
    """Tells the focus ring whether the person works with keys or with the mouse."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._ring = window.ring

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress:
            self._ring.show_for_keyboard(True)
        elif kind == QEvent.Type.MouseButtonPress:
            self._ring.show_for_keyboard(False)
        return False
