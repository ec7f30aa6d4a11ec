"""In which order people look for names: the order of a telephone book in their language.

Numbers and letters come first, whatever their case and accents; Chinese follows by its sound: by pinyin, and
in Taiwan by Zhuyin (ㄅㄆㄇㄈ), which is how words are looked up there. Characters of one sound stay together,
and a tone orders what sounds alike. Readings come from whole words, so that 重庆 stands under C.
"""

from __future__ import annotations

import re
from functools import lru_cache

from channeldesk.model.search_text import normalise

_CHINESE = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_LONGEST = 32
"""Characters of a name that decide its place."""
_NAMES_KEPT = 20_000
_TONES = str.maketrans({"ˊ": "2", "ˇ": "3", "ˋ": "4", "˙": "5"})
_AFTER_LETTERS = "\ue000"


def sort_key(text: str | None, language: str) -> str | None:
    """Compare these as they are; None stays None."""
    if text is None:
        return None
    return _key(text[:_LONGEST], language == "zh_TW")


def shown_name(name: str | None, local: str | None, language: str) -> str | None:
    """Of a name and the one in its own script, the one that readers of a language see first."""
    own, other = (local, name) if language.startswith("zh") else (name, local)
    return own or other


@lru_cache(_NAMES_KEPT)
def _key(text: str, zhuyin: bool) -> str:
    """Loads the readings when the first Chinese text comes by."""
    if text.isascii() or not _CHINESE.search(text):
        return normalise(text)
    from pypinyin import Style, lazy_pinyin

    style = Style.BOPOMOFO if zhuyin else Style.TONE3
    chinese = "".join(one if _CHINESE.match(one) else " " for one in text)
    sounds = iter(lazy_pinyin(chinese, style=style, neutral_tone_with_five=True, errors=_one_by_one))  # type: ignore[arg-type]
    parts: list[str] = []
    for character in text:
        sound = next(sounds)
        if _CHINESE.match(character):
            parts.append(f"{_AFTER_LETTERS}{sound.translate(_TONES)} {character}")
        else:
            parts.append(normalise(character) or " ")
    return "".join(parts)


def _one_by_one(rest: str) -> list[str]:
    """What has no reading counts by its characters."""
    return list(rest)
