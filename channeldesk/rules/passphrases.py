"""How hard a passphrase is to guess, roughly: for a hint while it is typed, not for a verdict."""

from __future__ import annotations

from enum import StrEnum
from math import log2

LEAST = 8
"""Characters; ``trust.passphrase`` takes no fewer."""
_WEAK_BITS, _FAIR_BITS = 45, 65


class Strength(StrEnum):
    SHORT = "short"
    WEAK = "weak"
    FAIR = "fair"
    STRONG = "strong"


def strength(text: str) -> Strength:
    if len(text) < LEAST:
        return Strength.SHORT
    bits = guesses(text)
    return Strength.WEAK if bits < _WEAK_BITS else Strength.FAIR if bits < _FAIR_BITS else Strength.STRONG


def guesses(text: str) -> float:
    """Bits, as if each new character were drawn from its kind; what repeats or counts on adds little."""
    bits = 0.0
    seen: set[str] = set()
    previous = ""
    for one in text:
        counts_on = bool(previous) and abs(ord(one) - ord(previous)) <= 1
        bits += 1.0 if one in seen or counts_on else log2(_kind(one))
        seen.add(one)
        previous = one
    return bits


def _kind(one: str) -> int:
    if one.isascii():
        return 10 if one.isdigit() else 26 if one.isalpha() else 20
    return 2_000 if one.isalpha() else 40
