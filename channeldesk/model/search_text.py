"""How text is made comparable for searching; the index and the query must do it in the same way.

Case, accents and full-width forms do not matter: ``MÜLLER`` is found by ``muller``. An entry's ``haystack``
holds one line per field between line feeds, so that the start of a field can be told from its middle;
Chinese text adds lines with its pinyin and the initials of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

INDEX = "search_index"
"""The full-text table: trigrams of ``search_entry.haystack`` under the entry's id, no text of its own."""

_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


def normalise(text: str) -> str:
    """Lower case without accents, in compatibility form, with single spaces."""
    plain = text if text.isascii() else _without_accents(text)
    return " ".join(plain.casefold().split())


def _without_accents(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def haystack(values: Iterable[str | None]) -> str:
    """All that an entry is found by. Loads the pinyin tables (0.1 s) when the first Chinese text comes by."""
    lines: list[str] = []
    for value in values:
        if value:
            lines.append(normalise(value))
            if _CHINESE.search(value):
                lines += _pinyin(value)
    return "\n" + "\n".join(dict.fromkeys(lines)) + "\n"


def _pinyin(text: str) -> list[str]:
    """``zhang san``, ``zhangsan`` and ``zs`` for 张三; what is not Chinese stays in its place."""
    from pypinyin import lazy_pinyin

    syllables = [normalise(part) for part in lazy_pinyin(text)]
    initials = [
        part[:1] if _CHINESE.match(character) else part
        for character, part in zip(_parts(text), syllables, strict=False)
    ]
    return [
        normalise(" ".join(syllables)),
        "".join(syllables).replace(" ", ""),
        "".join(initials).replace(" ", ""),
    ]


def _parts(text: str) -> list[str]:
    """The pieces that pypinyin makes: each Chinese character, and each run of others."""
    return re.findall(rf"{_CHINESE.pattern}|[^{_CHINESE.pattern[1:-1]}]+", text)
