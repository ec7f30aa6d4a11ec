"""The base of every page: topics, asking and acting, faces, header, as-of.

It stands outside ``ui.pages`` because pages do not import each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from channeldesk.model.changes import Done, Topic
from ui.context import Context
from ui.i18n import formats, t
from ui.tasks import Ticket
from ui.theme.tokens import MARGIN
from ui.widgets.entrance import Entrance
from ui.widgets.face import Face
from ui.widgets.label import Elided, Title


class Page(Entrance):
    """Build widgets in ``__init__`` (after ``super().__init__(context)``), ask in ``refresh``.

    ``refresh`` runs when the page is first shown, when a change touches one of its ``topics`` while it is
    open, and when it is shown again after such a change; never call it yourself for these.
    """

    topics: ClassVar[frozenset[Topic]] = frozenset()
    provisional: ClassVar[bool] = False
    """Whether the page shows provisional marks: the message bar explains them then."""

    home: ClassVar[Any] = None
    """The subject that the navigation goes back to when the page is open already; None: it stays as it is."""

    status_changed = Signal()
    """The as-of or the title changed."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.setProperty("ownFocus", True)
        self.subject: Any = None
        self.stale = True
        self._as_of: int | None = None
        self._known = False
        self.face = Face()
        self.face.pressed.connect(self.face_pressed)
        self.body = QWidget()
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(MARGIN, 16, MARGIN, 12)
        self.content.setSpacing(16)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.body)
        self._stack.addWidget(self.face)

    # for a page to override

    def refresh(self) -> None:
        """Ask for everything the page shows."""

    def open(self, subject: Any) -> None:
        """Show this subject (a partner's id, a row's key); called before the page is shown."""
        if subject != self.subject:
            self.subject = subject
            self.stale = True

    def face_pressed(self) -> None:
        """The button of the page's face; by default it asks again."""
        self.show_loading()
        self.refresh()

    def may_leave(self) -> bool:
        """False keeps the person here; the page says why in the message bar."""
        return True

    def holds_work(self) -> bool:
        """Whether something is being typed here that would be lost with the page."""
        texts = (one for one in self.findChildren(QPlainTextEdit) if not one.isReadOnly())
        dialogs = (one for one in self.findChildren(QDialog) if one.isVisible())
        return any(one.toPlainText() for one in texts) or any(dialogs)

    # for a page to use

    def ask(
        self,
        query: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], Any],
        key: str = "",
        failed: Callable[[Exception], Any] | None = None,
        **kw: Any,
    ) -> Ticket:
        """Read in the background.

        Without ``key`` one question per query: the latest wins. Fails into the face.
        """
        name = key or getattr(query, "__name__", repr(query))
        return self.context.tasks.ask(
            self, name, query, *args, then=then, failed=failed or self.show_error, **kw
        )

    def act(
        self,
        action: Callable[..., Any],
        *args: Any,
        then: Callable[[Done[Any]], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
        **kw: Any,
    ) -> Ticket:
        """Write; the message bar tells what was done and offers undo, pages refresh by the changes."""
        return self.context.tasks.act(action, *args, then=then, failed=failed, **kw)

    def go(self, page_id: str, subject: Any = None) -> None:
        self.context.go(page_id, subject)

    def show_content(self) -> None:
        """The content instead of a face; call it when the first answer is here."""
        focused = self._holds_focus()
        self._stack.setCurrentWidget(self.body)
        if focused and self._on_face(focused):
            self.setFocus()

    def show_loading(self) -> None:
        self.face.loading()
        self._show_face()

    def show_empty(self, title: str, text: str = "", button: str = "", icon: str = "tray") -> None:
        self.face.empty(title, text, button, icon)
        self._show_face()

    def show_offline(self, title: str, text: str, button: str = "") -> None:
        self.face.offline(title, text, button)
        self._show_face()

    def show_error(self, error: BaseException) -> None:
        """An error in place of the content, logged if it is a defect."""
        from ui.errors import log_error

        log_error(error)
        self.face.error(error)
        self._show_face()

    def _show_face(self) -> None:
        """The keyboard goes along: a hidden control must not keep it."""
        focused = self._holds_focus()
        self._stack.setCurrentWidget(self.face)
        if focused is not None and not self._on_face(focused):
            self.face.take_focus()

    @property
    def has_focus(self) -> bool:
        """Whether the keyboard is here."""
        return self._holds_focus() is not None

    def _holds_focus(self) -> QWidget | None:
        """The widget with the keyboard, if it is this page or within it."""
        widget = QApplication.focusWidget()
        return widget if widget is not None and (widget is self or self.isAncestorOf(widget)) else None

    def _on_face(self, widget: QWidget) -> bool:
        return widget is self.face or self.face.isAncestorOf(widget)

    @property
    def as_of_text(self) -> str:
        """For the message bar; "" until the page knows."""
        if not self._known:
            return ""
        if self._as_of is None:
            return t("Not yet synchronised")
        return t("Figures as of {moment}", moment=formats().instant_short(self._as_of))

    def set_as_of(self, at_ms: int | None) -> None:
        """Up to when headquarters' data is complete; None: never synchronised."""
        self._as_of, self._known = at_ms, True
        self.status_changed.emit()


class PageHeader(QWidget):
    """Title, a quiet line beside it, and actions at the right. ``crumbs`` stands above (a path, links)."""

    def __init__(self, title: str, *actions: QWidget, crumbs: QWidget | None = None) -> None:
        super().__init__()
        self.title = Title(title)
        self.note = Elided("", "caption")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.title)
        self._chips = QHBoxLayout()
        self._chips.setContentsMargins(4, 0, 0, 0)
        self._chips.setSpacing(8)
        row.addLayout(self._chips)
        row.addSpacing(4)
        row.addWidget(self.note, 1, Qt.AlignmentFlag.AlignVCenter)
        for action in actions:
            row.addWidget(action)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        if crumbs is not None:
            column.addWidget(crumbs)
        column.addLayout(row)

    def set_chips(self, *chips: QWidget) -> None:
        """What the subject is, behind the title; replaces what stood there."""
        while (item := self._chips.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for chip in chips:
            self._chips.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)


def section(title: str, note: str = "", *tools: QWidget) -> QWidget:
    """The heading of a part of a page: title, a quiet note, tools at the right."""
    made = QWidget()
    made.setFixedHeight(28)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(Elided(title, "section"))
    row.addWidget(Elided(note, "caption"), 1)
    for tool in tools:
        row.addWidget(tool)
    return made
