"""The text of a PDF as Qt writes it, page by page: what a reader's search and copy would find."""

from __future__ import annotations

import re
import unicodedata
import zlib

_OBJECT = re.compile(rb"\n(\d+) 0 obj\s(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)endstream", re.DOTALL)
_RANGE = re.compile(rb"<(\w+)> <(\w+)> (?:<(\w+)>|\[([^\]]*)\])")
_SHOWN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-F]+)> Tj|(\bET\b)")

_RADICALS = str.maketrans("⻅⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻩⻬⻰⻳", "见贝车长门青页风飞食马骨鬼鱼鸟黄齐龙龟")
"""Those that Unicode does not call a form of a letter."""


def pages(content: bytes) -> list[str]:
    """A blank follows every run of one font; Chinese radicals are told as the letters that they look like."""
    objects = _objects(content)
    maps = {
        number: _letters(_data(objects[int(found.group(1))]))
        for number, body in objects.items()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))
    }
    fonts = {
        name: maps[int(number)]
        for body in objects.values()
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)
        if int(number) in maps
    }
    return [_text(one, fonts) for one in _shown(objects)]


def streams(content: bytes) -> list[bytes]:
    """What is drawn on each page, with its colours."""
    return _shown(_objects(content))


def _objects(content: bytes) -> dict[int, bytes]:
    return {int(number): body for number, body in _OBJECT.findall(b"\n" + content)}


def _shown(objects: dict[int, bytes]) -> list[bytes]:
    return [data for body in objects.values() if b" Tj" in (data := _data(body))]


def _data(body: bytes) -> bytes:
    found = _STREAM.search(body)
    if found is None:
        return b""
    try:
        return zlib.decompress(found.group(1))
    except zlib.error:
        return found.group(1)


def _letters(table: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for first, last, one, several in _RANGE.findall(table):
        codes = [one] if one else re.findall(rb"\w+", several)
        for at, code in zip(range(int(first, 16), int(last, 16) + 1), codes, strict=True):
            found[at] = bytes.fromhex(code.decode()).decode("utf-16-be")
    return found


def _text(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    told, letters = "", {}
    for font, glyphs, end in _SHOWN.findall(stream):
        if font:
            letters = fonts[font]
        elif end:
            told += " "
        else:
            codes = [int(glyphs[at : at + 4], 16) for at in range(0, len(glyphs), 4)]
            told += "".join(letters.get(code, "\N{REPLACEMENT CHARACTER}") for code in codes)
    return unicodedata.normalize("NFKC", told).translate(_RADICALS)
