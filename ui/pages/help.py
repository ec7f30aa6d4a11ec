"""Help: the user guide, its chapters at the left, searched as one types; everything is on the laptop."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from channeldesk.model import guide
from channeldesk.model.guide import Chapter
from ui.context import Context
from ui.i18n import language, t
from ui.page import Page, PageHeader
from ui.tasks import Ticket
from ui.theme.tokens import MARGIN
from ui.widgets.face import Face
from ui.widgets.help.reader import Reader
from ui.widgets.help.topics import Line, Topics
from ui.widgets.label import Line as Divider
from ui.widgets.search import SearchField

_SIDE = 248


class HelpPage(Page):
    """``subject`` is a place in the guide: "orders", or "orders/2" for its third heading."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._language = guide.language_of(language())
        self._chapters: dict[str, Chapter] = {}
        self._words: list[str] = []
        self._section = 0
        self.search = SearchField(t("Search the guide"), keys="Ctrl+F")
        self.search.searched.connect(self._search)
        self.contents = Topics(t("Topics"))
        self.contents.chosen.connect(self._choose)
        self.reader = Reader()
        self.reader.followed.connect(self._follow)
        self.nothing = Face()
        self.nothing.pressed.connect(self._clear)
        self.parts = QStackedWidget()
        self.parts.addWidget(self.reader)
        self.parts.addWidget(self.nothing)
        QShortcut(
            QKeySequence("Ctrl+F"),
            self,
            self._to_search,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self._lay_out()
        self.setFocusProxy(self.search)

    def _lay_out(self) -> None:
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.search)
        column.addWidget(self.contents, 1)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addWidget(side)
        both.addWidget(Divider(upright=True))
        both.addWidget(self.parts, 1)
        self.content.setContentsMargins(MARGIN, 16, 0, 0)
        self.content.addWidget(PageHeader(t("Help")))
        self.content.addLayout(both, 1)

    # reading

    def open(self, subject: Any) -> None:
        super().open(subject)
        if not self.isVisible() and self._words:
            self.search.clear()
            self._words, self.stale = [], True

    def refresh(self) -> None:
        if self._chapters:
            self._show_place()
        else:
            self._run("guide", guide.read, self._language, then=self._came)

    def _came(self, chapters: tuple[Chapter, ...]) -> None:
        self._chapters = {one.name: one for one in chapters}
        self.show_content()
        self._show_place()

    def _show_place(self) -> None:
        name, _, section = str(self.subject or "").partition("/")
        chapter = self._chapters.get(name) or next(iter(self._chapters.values()))
        self._section = int(section) if section.isdigit() else 0
        if not self._words:
            self._fill(chapter.name)
        self._run("pictures", _pictures, self._language, chapter, then=self._pictures_came)

    def _pictures_came(self, came: tuple[Chapter, dict[str, QImage]]) -> None:
        chapter, pictures = came
        self.parts.setCurrentWidget(self.reader)
        self.reader.show_chapter(chapter.text, pictures, self._section, self._words)

    def _run(self, key: str, work: Any, *args: Any, then: Any) -> Ticket:
        return self.context.tasks.run(self, key, work, *args, then=then, failed=self.show_error)

    # finding

    def _fill(self, current: str) -> None:
        lines = [Line(one.title, "", one.name) for one in self._chapters.values()]
        self.contents.fill(lines, list(self._chapters).index(current))

    def _search(self, text: str) -> None:
        """While one types; an empty field shows the chapters again."""
        found, self._words = guide.search(self._chapters.values(), text)
        if not self._words:
            if self._chapters:
                self._show_place()
            return
        lines = [
            Line(
                one.chapter.sections[one.section].title,
                one.around or one.chapter.title,
                one.chapter.name,
                one.section,
            )
            for one in found
        ]
        self.contents.fill(lines, 0)
        if lines:
            self._show_line(lines[0])
            return
        self.nothing.empty(
            t("The guide says nothing of “{text}”", text=text),
            t("Try one word, or a shorter one."),
            t("Show all topics"),
            "magnifying-glass",
        )
        self.parts.setCurrentWidget(self.nothing)

    def _show_line(self, line: Line) -> None:
        """Without a step back: results pass by while one types."""
        self._section = line.section
        chapter = self._chapters[line.chapter]
        self._run("pictures", _pictures, self._language, chapter, then=self._pictures_came)

    def _choose(self, line: Line) -> None:
        self.setFocusProxy(self.contents)
        self.go(self.objectName(), f"{line.chapter}/{line.section}" if line.section else line.chapter)
        self.setFocusProxy(self.search)

    def _follow(self, file: str) -> None:
        name = file.removesuffix(".md")
        if name in self._chapters:
            self.search.clear()
            self._words = []
            self.setFocusProxy(self.reader)
            self.go(self.objectName(), name)
            self.setFocusProxy(self.search)

    def _to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _clear(self) -> None:
        self.search.clear()
        self._search("")
        self.search.setFocus()


def _pictures(language: str, chapter: Chapter) -> tuple[Chapter, dict[str, QImage]]:
    """Read and decoded off the window's thread."""
    pictures = guide.read_pictures(language, chapter.text)
    return chapter, {name: QImage.fromData(data) for name, data in pictures.items()}
