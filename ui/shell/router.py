"""Which page is shown: made when first opened, refreshed when its topics move, a way back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from channeldesk.model.changes import Changes
from ui.context import Context
from ui.pages import Entry

if TYPE_CHECKING:
    from ui.page import Page

_HISTORY = 50


class Router(QObject):
    """Owns the pages inside ``stack``. ``moved`` carries the id of the page now shown."""

    moved = Signal(str)
    status_changed = Signal()

    def __init__(self, stack: QStackedWidget, entries: Sequence[Entry]) -> None:
        super().__init__(stack)
        self._stack = stack
        self.entries = {one.id: one for one in entries}
        self.pages: dict[str, Page] = {}
        self.here = ""
        self._back: list[tuple[str, Any]] = []
        self._forward: list[tuple[str, Any]] = []
        self._outdated: set[str] = set()
        self.context: Context | None = None

    @property
    def page(self) -> Page | None:
        return self.pages.get(self.here)

    def go(self, page_id: str, subject: Any = None) -> bool:
        """Open a page, with a subject if it shows one thing; False if the person stays where they are."""
        if page_id not in self.entries or not self._may_leave(page_id):  # not every role has every page
            return False
        page = self.page
        if page is not None and page_id == self.here and subject is None:
            subject = page.home
            if subject is None:
                page.setFocus()
                return True
        if self.here and (self.here, self.subject) != (page_id, subject):
            self._back = [*self._back, (self.here, self.subject)][-_HISTORY:]
            self._forward.clear()
        self._show(page_id, subject)
        return True

    def back(self) -> None:
        if self._back and self._may_leave(self._back[-1][0]):
            self._forward.append((self.here, self.subject))
            self._show(*self._back.pop())

    def forward(self) -> None:
        if self._forward and self._may_leave(self._forward[-1][0]):
            self._back.append((self.here, self.subject))
            self._show(*self._forward.pop())

    def changed(self, changes: Changes) -> None:
        """The open page refreshes, hidden ones remember that they must."""
        for page in self.pages.values():
            if page.topics & changes:
                page.stale = True
        self._refresh_if_stale()

    def remake(self) -> None:
        """What may be done has changed, so pages are made anew; those that hold what a person is typing, when
        they are opened again without it.
        """
        self._outdated = set(self.pages)
        for page_id in [one for one in self.pages if one != self.here]:
            self._drop_if_outdated(page_id)
        page = self.page
        if page is None:
            return
        subject, focused = page.subject, page.has_focus
        if self._drop_if_outdated(self.here):
            self._show(self.here, subject, focus=focused)

    def _drop_if_outdated(self, page_id: str) -> bool:
        """Whether the page is gone."""
        page = self.pages.get(page_id)
        if page is None or page_id not in self._outdated or page.holds_work():
            return False
        del self.pages[page_id]
        self._outdated.discard(page_id)
        self._stack.removeWidget(page)
        page.hide()
        page.deleteLater()
        return True

    def _may_leave(self, page_id: str) -> bool:
        page = self.page
        return page is None or page_id == self.here or page.may_leave()

    @property
    def subject(self) -> Any:
        """What the open page shows, or None."""
        page = self.page
        return page.subject if page is not None else None

    def _show(self, page_id: str, subject: Any, *, focus: bool = True) -> None:
        if page_id != self.here:
            self._drop_if_outdated(page_id)
        page = self.pages.get(page_id) or self._make(page_id)
        if subject is not None:
            page.open(subject)
        self.here = page_id
        self._stack.setCurrentWidget(page)
        # Each widget that is shown asks to be painted a little later. A chart is painted at once, and all
        # that asked after it would be painted a second time.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateLater)
        self._refresh_if_stale()
        if focus:
            page.setFocus()
        self.moved.emit(page_id)

    def _make(self, page_id: str) -> Page:
        assert self.context is not None
        page = self.entries[page_id].load()(self.context)
        page.setObjectName(page_id)
        page.status_changed.connect(self.status_changed)
        self.pages[page_id] = page
        self._stack.addWidget(page)
        return page

    def _refresh_if_stale(self) -> None:
        page = self.page
        if page is not None and page.stale:
            page.stale = False
            page.refresh()
