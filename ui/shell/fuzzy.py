"""How well a typed word fits a text: letters in order, better at the beginning of words and when they adjoin.

Chinese titles are also found by their pinyin initials. Free of Qt.
"""

from __future__ import annotations

from functools import lru_cache


def score(typed: str, text: str) -> tuple[float, tuple[int, ...]] | None:
    """(score, places of the letters) or None if it does not fit. Higher is better; an exact start is best."""
    wanted, folded = typed.casefold().strip(), text.casefold()
    if not wanted:
        return 0.0, ()
    found = folded.find(wanted)
    if found >= 0:
        start = found == 0 or not folded[found - 1].isalnum()
        return 100.0 + (50 if found == 0 else 25 if start else 0) - len(text) / 100, tuple(
            range(found, found + len(wanted))
        )
    places: list[int] = []
    points, at = 0.0, -1
    for letter in wanted:
        if letter == " ":
            continue
        at = folded.find(letter, at + 1)
        if at < 0:
            return None
        starts = at == 0 or not folded[at - 1].isalnum()
        points += 10 if starts else 6 if places and places[-1] == at - 1 else 1
        places.append(at)
    if points < 4 * len(places):
        return None
    return points - (places[-1] - places[0]) / 10, tuple(places)


def best(typed: str, *texts: str) -> tuple[float, tuple[int, ...]] | None:
    """The best fit among a title (whose places are given back) and other names of the same thing."""
    found = score(typed, texts[0])
    for text in texts[1:]:
        other = score(typed, text) if text else None
        if other is not None and (found is None or other[0] > found[0]):
            found = (other[0], found[1] if found else ())
    return found


@lru_cache(512)
def initials(text: str) -> str:
    """The pinyin initials of a Chinese text, '' for others. Loads a dictionary at the first use."""
    if text.isascii():
        return ""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
