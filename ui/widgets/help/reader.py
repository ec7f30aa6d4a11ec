"""A chapter of the guide as text: our fonts and colours, keys as caps, pictures at the width there is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QImage,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit

from channeldesk.model.search_text import normalise
from ui.i18n import t
from ui.theme import colour, theme
from ui.theme.fonts import BODY, DISPLAY, MEDIUM, STRONG, font
from ui.widgets.keys import keys_text

_KEY = re.compile(r"`([^`\n]+)`")
_WIDE, _EDGE, _AGAIN_MS = 760, 28, 120
_SIZES = {1: DISPLAY, 2: 16, 3: 14}
_LINES = {0: 20, 1: 32, 2: 24, 3: 22}
_ABOVE = {1: 0, 2: 22, 3: 14}


class Reader(QTextBrowser):
    """``followed`` carries the file that a link names; nothing is opened outside the program."""

    followed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(t("The guide"))
        self.setObjectName("guide")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # the width stays the same
        self.anchorClicked.connect(self._clicked)
        self._text = ""
        self._words: tuple[str, ...] = ()
        self._pictures: dict[str, QImage] = {}
        self._again = QTimer(self, interval=_AGAIN_MS, singleShot=True)
        self._again.timeout.connect(self._show_again)
        theme.changed.connect(self._show_again)

    def show_chapter(
        self, text: str, pictures: Mapping[str, QImage], section: int = 0, words: Sequence[str] = ()
    ) -> None:
        """The chapter from this section on, the words marked."""
        self._text, self._pictures = text, dict(pictures)
        self._words = tuple(words)
        self._show()
        self._go_to(section)

    def _show(self) -> None:
        self.clear()
        document = self.document()
        document.setDefaultFont(font())
        document.setMarkdown(
            _KEY.sub(_as_cap, self._text), QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        )
        self._dress()
        self._mark()

    def _show_again(self) -> None:
        """Another width or other colours: the same place."""
        if self._text:
            at = self.verticalScrollBar().value()
            self._show()
            self.verticalScrollBar().setValue(at)

    def _dress(self) -> None:
        document = self.document()
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        frame: QTextFrameFormat = document.rootFrame().frameFormat()
        frame.setLeftMargin(_EDGE)
        frame.setRightMargin(max(_EDGE, self.viewport().width() - _WIDE - _EDGE))
        frame.setTopMargin(4)
        frame.setBottomMargin(40)
        document.rootFrame().setFrameFormat(frame)
        block = document.begin()
        while block.isValid():
            self._dress_block(block)
            block = block.next()
        for part in document.rootFrame().childFrames():
            if isinstance(part, QTextTable):
                lines = part.format()
                lines.setBorder(1)
                lines.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                lines.setBorderBrush(QColor(colour("separator")))
                lines.setBorderCollapse(True)
                lines.setCellPadding(5)
                part.setFormat(lines)

    def _dress_block(self, block: QTextBlock) -> None:
        level = block.blockFormat().headingLevel()
        form = QTextBlockFormat(block.blockFormat())
        form.setLineHeight(_LINES[level], QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        in_list = block.textList() is not None
        form.setTopMargin(_ABOVE[level] if level else 2 if in_list else 6)
        form.setBottomMargin(4 if level or in_list else 6)
        if _has_picture(block):
            form.setLineHeight(0, QTextBlockFormat.LineHeightTypes.SingleHeight.value)
            form.setTopMargin(12)
        QTextCursor(block).setBlockFormat(form)
        for start, length, kept in _fragments(block):
            cursor = QTextCursor(block)
            cursor.setPosition(start)
            cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(_dressed(kept, level))

    def _mark(self) -> None:
        """Every place of the words, whatever their case and accents."""
        marks: list[Any] = []
        look = QTextCharFormat()
        look.setBackground(QColor(colour("warning_fill")))
        look.setForeground(QColor(colour("warning")))
        for word in self._words:
            block = self.document().begin()
            while block.isValid():
                text = block.text()
                folded = [normalise(letter) or " " for letter in text]
                if all(len(one) == 1 for one in folded):
                    text = "".join(folded)
                at = text.casefold().find(word)
                while at >= 0:
                    cursor = QTextCursor(block)
                    cursor.setPosition(block.position() + at)
                    cursor.setPosition(block.position() + at + len(word), QTextCursor.MoveMode.KeepAnchor)
                    mark = QTextEdit.ExtraSelection()
                    mark.cursor, mark.format = cursor, look
                    marks.append(mark)
                    at = text.casefold().find(word, at + len(word))
                block = block.next()
        self.setExtraSelections(marks)

    @property
    def marked(self) -> list[str]:
        """The marked places, for tests."""
        return [one.cursor.selectedText() for one in self.extraSelections()]

    def _go_to(self, section: int) -> None:
        headings = []
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel():
                headings.append(block)
            block = block.next()
        cursor = QTextCursor(headings[section] if section < len(headings) else self.document().begin())
        self.setTextCursor(cursor)
        top = self.document().documentLayout().blockBoundingRect(cursor.block()).top()
        self.verticalScrollBar().setValue(int(top) if section else 0)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """The pictures were read beforehand; here they only get the width that there is."""
        found = self._pictures.get(QUrl(name).toString())
        if found is None:
            return None
        ratio = self.devicePixelRatioF()
        wide = max(160, min(_WIDE, self.viewport().width() - 2 * _EDGE))
        size = QSize(round(wide * ratio), round(wide * ratio * found.height() / found.width()))
        scaled = found.scaled(
            size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        scaled.setDevicePixelRatio(ratio)
        return scaled

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._again.start()

    def _clicked(self, url: QUrl) -> None:
        if not url.scheme():
            self.followed.emit(url.toString())


def _as_cap(found: re.Match[str]) -> str:
    return f"`{keys_text(found[1])}`"


def _fragments(block: QTextBlock) -> list[tuple[int, int, QTextCharFormat]]:
    found = []
    walk = block.begin()
    while not walk.atEnd():
        fragment = walk.fragment()
        found.append((fragment.position(), fragment.length(), fragment.charFormat()))
        walk += 1
    return found


def _has_picture(block: QTextBlock) -> bool:
    return any(form.isImageFormat() for _, _, form in _fragments(block))


def _dressed(kept: QTextCharFormat, level: int) -> QTextCharFormat:
    """What the text itself says, with our sizes, keys as caps, and links in accent."""
    form = QTextCharFormat(kept)
    if kept.isImageFormat():
        return form
    if level:
        form.clearProperty(QTextFormat.Property.FontSizeAdjustment)  # it would win over the size
        form.setFont(_sized(font(BODY, STRONG), _SIZES[level]))
    elif kept.fontFixedPitch():
        form.setFont(font(BODY, MEDIUM))
        form.setFontFixedPitch(False)
        form.setBackground(QColor(colour("track")))
    elif kept.isAnchor():
        form.setForeground(QColor(colour("accent")))
        form.setFontUnderline(False)
    return form


def _sized(base: QFont, pixels: int) -> QFont:
    sized = QFont(base)
    sized.setPixelSize(pixels)
    return sized
