"""Workbooks (.xlsx, ECMA-376): the cells of the first sheet as text, rows as they come.

Numbers come as plain decimals with a point, dates as ISO text, whatever the sheet shows them as. Formulas
give the value that was last computed.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

from channeldesk.importing.lines import Line
from channeldesk.model.notice import Problem

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_REF = re.compile(r"([A-Z]{1,3})(\d+)")
_DATE_FORMATS = {*range(14, 23), *range(27, 37), 45, 46, 47, *range(50, 59)}
"""Numbers of the formats for dates and times that every workbook has."""
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_MOST_BYTES = 1_000_000_000
_MOST_COLUMNS = 500
OLD = b"\xd0\xcf\x11\xe0"
"""How workbooks before 2007 begin, and those with a password."""


def read(path: Path) -> Iterator[Line]:
    """The rows of the first sheet. Raises Problem for what is no workbook or is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
                raise Problem.of("import.too_large", file=path.name)
            yield from _Sheet(archive).rows(path.name)
    except (
        zipfile.BadZipFile,
        ParseError,
        KeyError,
        EOFError,
        RuntimeError,
        ValueError,
        IndexError,
    ) as error:
        raise Problem.of("import.damaged", file=path.name, detail=str(error)[:200]) from None


class _Sheet:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        names = archive.namelist()
        self._start = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet knows no time zones
        for element in self._elements("xl/workbook.xml"):
            if _name(element) == "workbookPr" and element.get("date1904") in ("1", "true"):
                self._start = datetime(1904, 1, 1)  # noqa: DTZ001
        self._path = self._first(names)
        self._texts = list(self._shared()) if "xl/sharedStrings.xml" in names else []
        self._dates = self._date_styles() if "xl/styles.xml" in names else set()

    def rows(self, file: str) -> Iterator[Line]:
        number = 0
        with self._archive.open(self._path) as stream:
            for _, element in iterparse(stream):
                if _name(element) == "row":
                    number = int(element.get("r") or number + 1)
                    yield Line(number, tuple(self._cells(element, file, number)))
                    element.clear()

    def _cells(self, row: Element, file: str, number: int) -> list[str]:
        found: list[str] = []
        for cell in row:
            place = _column(cell.get("r"), len(found))
            if place >= _MOST_COLUMNS:
                raise Problem.of("import.too_wide", file=file, line=number, most=_MOST_COLUMNS)
            found += [""] * (place - len(found))
            found.append(self._text(cell).strip())
        return found

    def _text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            return _joined(cell)
        value = next((part.text or "" for part in cell if _name(part) == "v"), "")
        if kind == "s":
            return self._texts[int(value)] if value else ""
        if kind in ("str", "d"):
            return value
        if kind in ("b", "e") or not value:
            return value
        if int(cell.get("s") or 0) in self._dates:
            return self._date(value)
        return plain(value)

    def _date(self, value: str) -> str:
        moment = self._start + timedelta(seconds=round(float(value) * 86_400))
        return moment.date().isoformat() if moment.time() == datetime.min.time() else moment.isoformat(" ")

    def _first(self, names: list[str]) -> str:
        """Where the first sheet stands: named by the workbook, through its relations."""
        wanted = ""
        for element in self._elements("xl/workbook.xml"):
            if _name(element) == "sheet" and not wanted:
                wanted = next(value for key, value in element.items() if key.endswith("}id"))
        for element in self._elements("xl/_rels/workbook.xml.rels"):
            if element.get("Id") == wanted:
                target = element.get("Target", "")
                return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        return next(name for name in names if name.startswith("xl/worksheets/"))

    def _shared(self) -> Iterator[str]:
        with self._archive.open("xl/sharedStrings.xml") as stream:
            for _, element in iterparse(stream):
                if _name(element) == "si":
                    yield _joined(element)
                    element.clear()

    def _date_styles(self) -> set[int]:
        """Styles by which a number is a date."""
        own: set[int] = set()
        formats: list[int] = []
        for element in self._elements("xl/styles.xml"):
            if _name(element) == "numFmt" and _is_date(element.get("formatCode", "")):
                own.add(int(element.get("numFmtId", "0")))
            if _name(element) == "cellXfs":
                formats = [int(one.get("numFmtId", "0")) for one in element]
        return {place for place, one in enumerate(formats) if one in own | _DATE_FORMATS}

    def _elements(self, name: str) -> Iterator[Element]:
        stream: IO[bytes]
        with self._archive.open(name) as stream:
            for _, element in iterparse(stream):
                yield element


def plain(value: str) -> str:
    """A stored number as people write it: 0.1 for 0.10000000000000001, 1200 for 1.2E3."""
    try:
        number = Decimal(repr(float(value)))
    except (InvalidOperation, ValueError):
        return value
    return f"{number.normalize():f}" if number.is_finite() else value


def _is_date(code: str) -> bool:
    return any(sign in _LITERAL.sub("", code).lower() for sign in ("y", "d", "m", "h"))


def _joined(element: Element) -> str:
    """The text of a string, without the readings that some scripts carry beside it."""
    parts = []
    for part in element:
        if _name(part) == "rPh":
            continue
        if _name(part) == "t":
            parts.append(part.text or "")
        else:
            parts.append(_joined(part))
    return "".join(parts)


def _column(reference: str | None, following: int) -> int:
    found = _REF.fullmatch(reference or "")
    if found is None:
        return following
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _name(element: Element) -> str:
    return element.tag.removeprefix(_MAIN).removeprefix(_STRICT)
