"""Which parts of a text differ from another: signs in short texts and figures, words in long ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

Pieces = list[tuple[str, bool]]
"""A text in pieces, each with whether it differs."""

_ALIKE = 0.45
"""Texts less alike than this are marked whole: scattered marks would say nothing."""
_SHORTEST = 3
"""Equal signs between two differences that are worth showing as equal."""
_LONG = 48
"""From this length on words are compared instead of signs."""
_MOST_WORDS = 2_000
"""Longer texts are compared line by line: comparing takes the square of the count."""
_HAN = "\u3400-\u9fff"
_WORD = re.compile(rf"[{_HAN}]|[^\W{_HAN}]+|\s+|[^\w\s]")


def marked(base: str, text: str) -> Pieces:
    """The text in pieces, each with whether it differs from ``base``."""
    if not text:
        return []
    if text == base:
        return [(text, False)]
    if max(len(base), len(text)) > _LONG:
        return _by_words(base, text)
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    if not base or matcher.ratio() < _ALIKE:
        return [(text, True)]
    codes = [one for one in matcher.get_opcodes() if one[3] < one[4]]
    pieces: Pieces = []
    for at, (code, _, _, start, end) in enumerate(codes):
        between = 0 < at < len(codes) - 1 and end - start < _SHORTEST
        _add(pieces, text[start:end], code != "equal" or between)
    return pieces


def removed(base: str, *others: str) -> Pieces:
    """The base in pieces, each with whether any of the others has it no longer."""
    if not base:
        return []
    gone = [False] * len(base)
    for other in others:
        at = 0
        for piece, differs in marked(other, base):
            for place in range(at, at + len(piece)):
                gone[place] |= differs
            at += len(piece)
    pieces: Pieces = []
    for sign, differs in zip(base, gone, strict=True):
        _add(pieces, sign, differs)
    return pieces


def _by_words(base: str, text: str) -> Pieces:
    before, after = _WORD.findall(base), _WORD.findall(text)
    if max(len(before), len(after)) > _MOST_WORDS:
        before, after = base.splitlines(keepends=True), text.splitlines(keepends=True)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    pieces: Pieces = []
    codes = [one for one in matcher.get_opcodes() if one[3] < one[4]]
    for at, (code, _, _, start, end) in enumerate(codes):
        blank = 0 < at < len(codes) - 1 and not "".join(after[start:end]).strip()
        _add(pieces, "".join(after[start:end]), code != "equal" or blank)
    return pieces


def _add(pieces: Pieces, text: str, differs: bool) -> None:
    if pieces and pieces[-1][1] == differs:
        pieces[-1] = (pieces[-1][0] + text, differs)
    else:
        pieces.append((text, differs))


def whole(pieces: Sequence[tuple[str, bool]]) -> bool:
    """Whether everything differs."""
    return bool(pieces) and all(differs for _, differs in pieces)
