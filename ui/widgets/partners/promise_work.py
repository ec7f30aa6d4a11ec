"""What a person does with promises, as actions of a page: keep, move, change, remove, open again."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from channeldesk.actions import promises as actions
from channeldesk.queries import promises
from channeldesk.queries.promises import PromiseRow
from ui.i18n import t
from ui.page import Page


class Promises(Protocol):
    """A list of open promises; each signal carries the promise."""

    @property
    def kept(self) -> SignalInstance: ...
    @property
    def changed(self) -> SignalInstance: ...
    @property
    def removed(self) -> SignalInstance: ...


class PromiseKeys(QObject):
    """F2 and Del on the box of a promise, and a menu over its line that says the same."""

    changed = Signal()
    removed = Signal()

    def __init__(self, line: QWidget, check: QWidget) -> None:
        super().__init__(line)
        self._line, self._check = line, check
        check.installEventFilter(self)
        line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched is self._check:
            wanted = {Qt.Key.Key_F2: self.changed, Qt.Key.Key_Delete: self.removed}.get(Qt.Key(event.key()))
            if wanted is not None:
                wanted.emit()
            return wanted is not None
        if isinstance(event, QContextMenuEvent) and watched is self._line:
            self._show_menu(event.globalPos())
            return True
        return False

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self._line)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, keys, wanted in ((t("Change…"), "F2", self.changed), (t("Remove"), "Del", self.removed)):
            action = menu.addAction(text)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda _checked, told=wanted: told.emit())
        menu.popup(place)


class PromiseWork:
    """``page`` acts, so that the message bar tells it and offers undo."""

    def __init__(self, page: Page, shown: Promises) -> None:
        self._page = page
        shown.kept.connect(self._kept)
        shown.changed.connect(self._change)
        shown.removed.connect(self._remove)

    def open(self, promise_id: bytes) -> None:
        """One by its id, also when it was kept."""
        self._page.ask(promises.one, promise_id, key="promise", then=self._came)

    def _kept(self, promise: PromiseRow) -> None:
        self._page.act(actions.done, promise.id)

    def _change(self, promise: PromiseRow) -> None:
        self.open(promise.id)

    def _remove(self, promise: PromiseRow) -> None:
        if self._page.context.may("promise", "delete"):
            self._page.act(actions.remove, promise.id)

    def _came(self, promise: PromiseRow | None) -> None:
        if promise is not None and self._page.context.may("promise", "patch"):
            from ui.widgets.partners.change_promise import ChangePromiseDialog

            ChangePromiseDialog(self._page, promise).open()
