"""Lines as calendar files and contact cards are made of: RFC 5545 and RFC 6350 fold and escape them alike."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import category

_OCTETS = 75
_ESCAPED = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


def escaped(text: str) -> str:
    """A text as a value. Line ends of any kind stay line ends; other control characters go."""
    plain = "\n".join(text.splitlines())
    return "".join(one for one in plain if one in "\n\t" or category(one) != "Cc").translate(_ESCAPED)


def structured(parts: Iterable[str | None]) -> str:
    """Parts in their fixed places, such as those of an address."""
    return ";".join(escaped(one or "") for one in parts)


def document(lines: Iterable[tuple[str, str]]) -> str:
    """The whole text of (name with its parameters, value), folded, with the line ends that both ask for."""
    return "".join(f"{_folded(f'{name}:{value}')}\r\n" for name, value in lines)


def _folded(line: str) -> str:
    """At most 75 octets a line, never in the middle of a character."""
    found, room = [], _OCTETS
    for one in line:
        octets = len(one.encode())
        if octets > room:
            found.append("\r\n ")
            room = _OCTETS - 1
        found.append(one)
        room -= octets
    return "".join(found)
