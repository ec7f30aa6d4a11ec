"""Before the first synchronisation of headquarters' staff: a large network need not come as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from channeldesk.queries import kept
from channeldesk.queries.kept import Keeping
from channeldesk.rules.administration import HEADQUARTERS
from ui.context import Context
from ui.errors import log_error
from ui.i18n import formats, t

LARGE = 300_000
"""Rows from which on the person is asked: a first synchronisation of more takes longer than a coffee."""


class KeepFirst(QObject):
    """``start`` calls ``begin`` in any case: at once, or when the person has chosen what the laptop keeps."""

    def __init__(
        self,
        parent: QObject,
        window: Callable[[], QWidget | None],
        context: Context,
        begin: Callable[[], None],
    ) -> None:
        super().__init__(parent)
        self._window, self._context, self._begin = window, context, begin
        self.dialog: Any = None

    def start(self) -> None:
        if self._context.profile.role != HEADQUARTERS:
            self._begin()
            return
        self._context.tasks.ask(self, "kept", kept.keeping, then=self._known, failed=self._go_on)

    def _known(self, known: Keeping) -> None:
        """Whoever chose before, or has something here already, is not asked again."""
        from ui.widgets.reference.keep_dialog import ask_sizes

        if known.chosen is not None or known.territories:
            self._begin()
            return
        tasks = self._context.tasks
        tasks.run(self, "sizes", ask_sizes, tasks.desk, then=self._sized, failed=self._go_on)

    def _go_on(self, error: Exception) -> None:
        """The rounds say by themselves why headquarters cannot be reached."""
        log_error(error)
        self._begin()

    def _sized(self, sizes: Any) -> None:
        from ui.widgets.reference.keep_dialog import KeepDialog

        rows = sum(one.rows for one in sizes.territories) if sizes is not None else 0
        window = self._window()
        if rows < LARGE or window is None:
            self._begin()
            return
        self.dialog = KeepDialog(window, self._context, Keeping(None, sizes.territories), sized=True)
        told = t(
            "Headquarters has {rows} rows that you may see. Choose what this laptop needs, or cancel to "
            "bring everything; you can change it at any time under Reference data.",
            rows=formats().integer(rows),
        )
        self.dialog.say(told)
        self.dialog.finished.connect(lambda _result: self._begin())
        self.dialog.open()
