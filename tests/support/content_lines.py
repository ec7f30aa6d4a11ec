"""A strict reader of calendar files and contact cards: what RFC 5545 and RFC 6350 do not allow fails."""

from __future__ import annotations

import re

Line = tuple[str, dict[str, str], str]
_LINE = re.compile(r'([A-Z-]+)((?:;[A-Z-]+=[^";:,\x00-\x1f]+)*):(.*)', re.DOTALL)
_UNESCAPED = {"\\": "\\", ";": ";", ",": ",", "n": "\n"}


def read(raw: bytes) -> list[Line]:
    """Every line as (name, parameters, value as it stands)."""
    assert raw.endswith(b"\r\n")
    physical = raw[:-2].split(b"\r\n")
    for one in physical:
        assert b"\r" not in one and b"\n" not in one, "line ends are CRLF"
        assert 0 < len(one) <= 75, "folded at 75 octets"
        one.decode("utf-8")  # never in the middle of a character
    lines: list[str] = []
    for one in physical:
        if one.startswith(b" "):
            lines[-1] += one[1:].decode()
        else:
            lines.append(one.decode())
    return [_parts(one) for one in lines]


def text(value: str) -> str:
    """A text value, with nothing escaped that needs none."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"an open separator in {value!r}"
    return fields(value)[0]


def fields(value: str) -> list[str]:
    """The parts of a structured value."""
    found, signs = [""], iter(value)
    for sign in signs:
        if sign == ";":
            found.append("")
        else:
            assert sign != "\n"
            found[-1] += _UNESCAPED[next(signs)] if sign == "\\" else sign
    return found


def parts(lines: list[Line], kind: str) -> list[dict[str, tuple[dict[str, str], str]]]:
    """The lines of each BEGIN:kind to END:kind by name; none stands twice."""
    found: list[dict[str, tuple[dict[str, str], str]]] = []
    inside = False
    for name, params, value in lines:
        if (name, value) == ("BEGIN", kind):
            assert not inside
            inside = True
            found.append({})
        elif (name, value) == ("END", kind):
            assert inside
            inside = False
        elif inside:
            assert name not in found[-1], f"{name} twice"
            found[-1][name] = (params, value)
    assert not inside
    return found


def _parts(line: str) -> Line:
    match = _LINE.fullmatch(line)
    assert match is not None, f"not a line: {line!r}"
    params = dict(one.split("=", 1) for one in match[2].split(";") if one)
    return match[1], params, match[3]
