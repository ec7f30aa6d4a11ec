"""Writing items to a file that the person chooses."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from channeldesk.model.notice import Notice
from channeldesk.queries import inbox as queries
from ui.context import Context
from ui.i18n import t, tn
from ui.widgets.ask_where import ask_where
from ui.widgets.inbox import report
from ui.widgets.inbox.report import Report


class Export(QObject):
    """HTML to read, or JSON with everything as it is kept."""

    def __init__(self, page: QWidget, context: Context) -> None:
        super().__init__(page)
        self._page, self._context = page, context

    def ask_where(self, ids: tuple[bytes, ...], name: str) -> None:
        suggestion = re.sub(r'[\\/:*?"<>|\s]+', " ", name).strip() or "inbox"
        readable, whole = t("To read (*.html)"), t("Everything as it is kept (*.json)")
        kind, then = f"{readable};;{whole}", partial(self.export_to, ids)
        ask_where(self._page, t("Export"), f"{suggestion}.html", then, kind=kind, suffix="html")

    def export_to(self, ids: tuple[bytes, ...], path: str) -> None:
        self._context.tasks.ask(self, "report", queries.report, ids, then=partial(self._write, path))

    def _write(self, path: str, found: Report) -> None:
        self._context.tasks.run(self, "write", report.write, path, found, then=self._written)

    def _written(self, name: str) -> None:
        self._context.say(tn(Notice("inbox.exported", {"file": Path(name).name})), "good")
