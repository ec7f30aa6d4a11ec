"""Which part of a name was meant by what was typed: the letters themselves, or the initials of the pinyin."""

from __future__ import annotations

import re

from channeldesk.model.search_text import normalise

_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")


def matched(name: str, typed: str) -> tuple[int, int]:
    """(from, to) in ``name``; (0, 0) where another field matched."""
    wanted = normalise(typed)
    for word in (wanted, *sorted(wanted.split(), key=len, reverse=True)):
        at = name.casefold().find(word) if word else -1
        if at >= 0:
            return at, at + len(word)
    letters = wanted.replace(" ", "")
    if not letters.isascii() or not letters.isalnum() or not _CHINESE.search(name):
        return 0, 0
    return _by_pinyin(name, letters)


def _by_pinyin(name: str, letters: str) -> tuple[int, int]:
    from pypinyin import lazy_pinyin

    syllables = [normalise(lazy_pinyin(one)[0]) if _CHINESE.match(one) else one.casefold() for one in name]
    first = "".join(one[:1] or " " for one in syllables)
    at = first.find(letters)
    if at >= 0:
        return at, at + len(letters)
    for start in range(len(name)):
        typed = ""
        for end in range(start, len(name)):
            typed += syllables[end]
            if typed.startswith(letters):
                return start, end + 1
            if not letters.startswith(typed):
                break
    return 0, 0
