"""A chapter of the guide over a dialog, which keeps what was typed into it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.model import guide
from channeldesk.model.guide import Chapter
from ui.i18n import language, t
from ui.tasks import Tasks
from ui.widgets.button import Button
from ui.widgets.help.reader import Reader


class GuideDialog(QDialog):
    """Links lead on to other chapters; Esc goes back to the dialog below."""

    def __init__(self, parent: QWidget, tasks: Tasks, chapter: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(t("Help"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._tasks, self._chapter = tasks, chapter
        self._language = guide.language_of(language())
        self.chapter: Chapter | None = None
        self.reader = Reader()
        self.reader.followed.connect(self._follow)
        close = Button(t("Close"), cap="Esc")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setContentsMargins(24, 8, 24, 16)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 0)
        column.addWidget(self.reader, 1)
        column.addLayout(foot)
        window = parent.window().parentWidget() or parent.window()
        self.resize(min(720, window.width() - 40), min(620, window.height() - 40))
        self.reader.setFocus()
        self._ask()

    def _ask(self) -> None:
        self._tasks.run(self, "chapter", _read, self._language, self._chapter, then=self._came)

    def _came(self, found: tuple[Chapter, dict[str, QImage]]) -> None:
        self.chapter, pictures = found
        self.setWindowTitle(self.chapter.title)
        self.reader.show_chapter(self.chapter.text, pictures)

    def _follow(self, file: str) -> None:
        name = file.removesuffix(".md")
        if name in guide.CHAPTERS:
            self._chapter = name
            self._ask()


def _read(language: str, name: str) -> tuple[Chapter, dict[str, QImage]]:
    """Off the window's thread. A page without a chapter of its own begins at the first."""
    chapters = {one.name: one for one in guide.read(language)}
    chapter = chapters.get(name) or next(iter(chapters.values()))
    pictures = guide.read_pictures(language, chapter.text)
    return chapter, {one: QImage.fromData(data) for one, data in pictures.items()}
