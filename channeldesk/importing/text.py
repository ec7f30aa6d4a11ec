"""Text tables: which encoding, which separator, and the rows.

An encoding is taken only if the whole file can be read by it. What reads as UTF-8 is UTF-8. GB18030 reads
nearly anything; it writes two bytes for a character, so bytes above ASCII stand in even groups, where a
Western file has them singly between letters.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from channeldesk.importing.lines import Line
from channeldesk.model.notice import Problem

ENCODINGS = ("utf-8", "gb18030", "utf-16", "cp1252", "big5")
"""What a person may choose."""
SEPARATORS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PYTHON = {"utf-8": "utf-8-sig"}
_SAMPLE = 256 * 1024
_CHUNK = 1024 * 1024
_HIGH = re.compile(rb"[\x80-\xff]+")
_MOST_COLUMNS = 500


def encoding_of(path: Path) -> str:
    """The encoding by which the whole file can be read. Raises Problem when there is none."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if sample.count(0) > len(sample) // 5:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        return "utf-16-le" if odd >= even else "utf-16-be"
    if _reads(path, "utf-8"):
        return "utf-8"
    western = _singles(path) > 0.5
    for name in ("cp1252", "gb18030") if western else ("gb18030", "cp1252"):
        if _reads(path, name):
            return name
    raise Problem.of("import.no_encoding", file=path.name, remedy="remedy.import_choose_encoding")


def _reads(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with path.open("rb") as file:
            while data := file.read(_CHUNK):
                decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _singles(path: Path) -> float:
    """Of the groups of bytes above ASCII the share of single ones."""
    groups = single = 0
    with path.open("rb") as file:
        while data := file.read(_CHUNK):
            found = _HIGH.findall(data)
            groups += len(found)
            single += sum(len(one) == 1 for one in found)
    return single / groups if groups else 0.0


def separator_of(path: Path, encoding: str) -> str:
    """The separator that cuts the first lines into most columns, as many in each; else a comma."""
    with path.open(encoding=_PYTHON.get(encoding, encoding), errors="replace", newline="") as file:
        text = file.read(_SAMPLE // 4)
    lines = text.splitlines()[:50]
    if len(lines) > 1 and len(text) == _SAMPLE // 4:
        lines.pop()  # perhaps cut in the middle

    def columns(separator: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if any(row)]
        usual = max(set(widths), key=lambda one: (widths.count(one), one), default=1)
        return (widths.count(usual) * (usual > 1), usual)

    return max(SEPARATORS, key=columns)


def read(path: Path, encoding: str, separator: str) -> Iterator[Line]:
    """The rows, with the line on which each begins. Raises Problem where the file cannot be read on."""
    try:
        with path.open(encoding=_PYTHON.get(encoding, encoding), errors="strict", newline="") as file:
            yield from cut(file, path.name, separator)
    except (UnicodeError, LookupError):
        raise Problem.of(
            "import.wrong_encoding",
            file=path.name,
            encoding=encoding,
            remedy="remedy.import_choose_encoding",
        ) from None


def cut(lines: str | Iterable[str], name: str, separator: str) -> Iterator[Line]:
    """The rows of a text, or of its lines. Raises Problem."""
    start = 1
    whole = io.StringIO(lines, newline="") if isinstance(lines, str) else lines
    rows = csv.reader(whole, delimiter=separator, strict=True)
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            raise Problem.of("import.not_a_table", file=name, line=start, detail=str(error)) from None
        if len(cells) > _MOST_COLUMNS:
            raise Problem.of("import.too_wide", file=name, line=start, most=_MOST_COLUMNS)
        yield Line(start, tuple(cell.strip() for cell in cells))
        start = rows.line_num + 1
