"""The user guide of ``docs/user``: its chapters, read and searched on the laptop, without a network.

A chapter is a file of the same name in every language. One that is named like a page of the window is what
F1 opens there. Keys stand between backticks, and nothing else does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from channeldesk.model.search_text import normalise

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "user"
LANGUAGES = ("en", "zh_CN")
CHAPTERS = (
    "first_sync",
    "today",
    "partners",
    "partner",
    "order_entry",
    "orders",
    "approvals",
    "stock",
    "count",
    "sell",
    "visits",
    "survey",
    "day_report",
    "trip",
    "files",
    "prices",
    "performance",
    "inbox",
    "rounds",
    "settings",
    "reference",
    "shortcuts",
)
"""In the order of the guide."""

PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)]+)\)")
_HEADING = re.compile(r"^#{1,3} +(.+)$")
_MARKS = re.compile(r"[*`#>|]|^[-\d]+[.]? ", re.MULTILINE)
_CHINESE = re.compile(r"[㐀-鿿]{2,}")
_BEFORE, _AFTER = 10, 60


@dataclass(frozen=True)
class Section:
    """What stands under one heading, as plain text."""

    title: str
    text: str

    @cached_property
    def found_in(self) -> tuple[str, str]:
        return normalise(self.title), normalise(self.text)


@dataclass(frozen=True)
class Chapter:
    """One file; the first section has the chapter's own title."""

    name: str
    text: str
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return self.sections[0].title


@dataclass(frozen=True)
class Found:
    """A section with all the words, and the text around the first of them ("" if its heading has them)."""

    chapter: Chapter
    section: int
    around: str


def language_of(language: str) -> str:
    """Readers of a language without a translation get the nearest one."""
    return "zh_CN" if language.startswith("zh") else "en"


def read(language: str) -> tuple[Chapter, ...]:
    """The whole guide in a language of :data:`LANGUAGES`. Reads files."""
    folder = FOLDER / language
    return tuple(_chapter(name, (folder / f"{name}.md").read_text("utf-8")) for name in CHAPTERS)


def read_pictures(language: str, text: str) -> dict[str, bytes]:
    """The pictures of a chapter by their names in it. Reads files."""
    return {name: (FOLDER / language / name).read_bytes() for name in PICTURE.findall(text)}


def _chapter(name: str, text: str) -> Chapter:
    lines = text.splitlines()
    heads = [at for at, line in enumerate(lines) if _HEADING.match(line)]
    sections = [
        Section(lines[start].lstrip("# ").strip(), _plain("\n".join(lines[start + 1 : end])))
        for start, end in pairwise([*heads, len(lines)])
    ]
    return Chapter(name, text, tuple(sections))


def _plain(text: str) -> str:
    without = LINK.sub(r"\1", PICTURE.sub("", text))
    return " ".join(_MARKS.sub("", without).split())


def words_of(text: str) -> list[str]:
    """What is looked for, and marked where it stands."""
    return normalise(text).split()


def search(chapters: Iterable[Chapter], text: str) -> tuple[list[Found], list[str]]:
    """Sections with every word, those with it in their heading first; and the words to mark.

    Chinese has no spaces: where a run of it stands nowhere, most of its pairs of characters do.
    """
    guide, words = list(chapters), words_of(text)
    found = _search(guide, words, len(words))
    if not found and any(_CHINESE.fullmatch(word) for word in words):
        words = [pair for word in words for pair in _pairs(word)]
        found = _search(guide, words, len(words) // 2 + 1)
    return found, words


def _pairs(word: str) -> list[str]:
    if not _CHINESE.fullmatch(word):
        return [word]
    return [word[at : at + 2] for at in range(len(word) - 1)]


def _search(chapters: Sequence[Chapter], words: Sequence[str], least: int) -> list[Found]:
    heads: list[Found] = []
    texts: list[Found] = []
    for chapter in chapters if words else ():
        for number, section in enumerate(chapter.sections):
            title, body = section.found_in
            if sum(word in title for word in words) >= least:
                heads.append(Found(chapter, number, ""))
            elif sum(word in title or word in body for word in words) >= least:
                texts.append(Found(chapter, number, _around(section.text, words)))
    return heads + texts


def _around(text: str, words: Sequence[str]) -> str:
    """The text about the first place of a word, cut between words where there are spaces."""
    folded = text.casefold()
    at = min((place for word in words if (place := folded.find(word)) >= 0), default=0)
    start, end = max(0, at - _BEFORE), at + _AFTER
    if start and " " in text[start:at]:
        start = text.index(" ", start) + 1
    return ("… " if start else "") + text[start:end].strip() + (" …" if end < len(text) else "")
