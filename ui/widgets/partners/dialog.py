"""The frame of the small forms over partners: content, what is wrong, cancel and one main button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model.changes import Done
from ui.i18n import t
from ui.tasks import Tasks
from ui.widgets.button import MAIN, Button
from ui.widgets.dialog import Dialog
from ui.widgets.label import Label


class FormDialog(Dialog):
    """``confirmed`` is emitted by the main button (Ctrl+Enter anywhere in the form); Esc closes."""

    confirmed = Signal()

    def __init__(self, parent: QWidget, title: str, main: str, wide: int = 480) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{title}[*]")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.heading = Label(title, "title")
        self.subtitle = Label("", "caption", wrap=True)
        self.subtitle.hide()
        self.main = Button(main, kind=MAIN, keys="Ctrl+Return")
        self.cancel = Button(t("Cancel"), cap="Esc")
        self.main.clicked.connect(self.confirmed)
        self.cancel.clicked.connect(self.reject)
        self._notes = QHBoxLayout()
        self._notes.setSpacing(8)
        self.content = QVBoxLayout()
        self.content.setSpacing(12)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        self._foot = foot
        self.hint = Label("", "caption")
        foot.addWidget(self.hint, 1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.main)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.heading)
        column.addWidget(self.subtitle)
        column.addLayout(self._notes)
        column.addLayout(self.content, 1)
        column.addLayout(foot)
        self.setMinimumWidth(wide)
        self._writing: _Writing | None = None

    def act(
        self,
        tasks: Tasks,
        action: Callable[..., Any],
        *args: Any,
        then: Callable[[Done[Any]], Any] | None = None,
        failed: Callable[[Exception], Any] | None = None,
        **kw: Any,
    ) -> None:
        """Write what stands here, as ``tasks.act`` does. Until that is answered, confirming again does
        nothing: a double click must not do it twice.
        """
        if self._writing is None:
            self._writing = _Writing(self, tasks, then, failed)
            tasks.act(action, *args, then=self._writing.done, failed=self._writing.failed, **kw)

    def written(self) -> None:
        """It is answered: what stands here can be confirmed again, where the form is still open."""
        self._writing = None

    def add_note(self, part: QWidget) -> None:
        """In the line over the form."""
        self._notes.addWidget(part, 1 if isinstance(part, Label) else 0)

    def add_tool(self, part: QWidget) -> None:
        """At the left of the buttons: what else can be done here."""
        self._foot.insertWidget(self._foot.count() - 3, part)

    def say(self, text: str) -> None:
        """A quiet line under the title."""
        self.subtitle.setText(text)
        self.subtitle.setVisible(bool(text))


class _Writing(QObject):
    """What a form writes, until it is answered; it goes with the form."""

    def __init__(
        self,
        form: FormDialog,
        tasks: Tasks,
        then: Callable[[Done[Any]], Any] | None,
        failed: Callable[[Exception], Any] | None,
    ) -> None:
        super().__init__(form)
        self._form, self._tasks, self._then, self._failed = form, tasks, then, failed

    def done(self, done: Done[Any]) -> None:
        self._form.written()
        if self._then is not None:
            self._then(done)

    def failed(self, error: Exception) -> None:
        self._form.written()
        if self._failed is not None:
            self._failed(error)
        else:
            self._tasks.failed.emit(error)
