"""A workbook for Excel: one sheet, headings that stay, figures and dates as such.

Rows go to the disk as they come, so that a list of any length takes no memory. What a text says is never run
as a formula or made a link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from channeldesk.model.notice import Problem
from ui.models.columns import Column, Kind, Row, cell_plain

if TYPE_CHECKING:
    from xlsxwriter.format import Format

MOST = 1_048_575
"""Rows of a sheet below its headings."""
_FIGURES = {
    Kind.MONEY,
    Kind.PRICE,
    Kind.QUANTITY,
    Kind.INTEGER,
    Kind.NUMBER,
    Kind.PERCENT,
    Kind.HEALTH,
    Kind.LEVEL,
}
_FIGURE = re.compile(r"-?\d+(\.\d+)?")
_DATES = {Kind.DAY: "yyyy-mm-dd", Kind.INSTANT: "yyyy-mm-dd hh:mm"}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Workbook:
    """Raises Problem where a sheet cannot hold so many rows."""

    def __init__(self, path: Path, columns: Sequence[Column], count: int) -> None:
        if count > MOST:
            raise Problem.of("export.too_many", most=MOST)
        import xlsxwriter

        self._columns = columns
        # what passes through a file on its way stays where the person wants the rows
        self._file = xlsxwriter.Workbook(str(path), {**_OPTIONS, "tmpdir": str(path.parent)})
        self._sheet = self._file.add_worksheet("ChannelDesk")
        self._dates: dict[Kind, Format] = {
            kind: self._file.add_format({"num_format": shape}) for kind, shape in _DATES.items()
        }
        bold = self._file.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            self._sheet.set_column_pixels(at, at, column.width)
            self._sheet.write_string(0, at, column.title, bold)
        self._next = 1

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            for at, column in enumerate(self._columns):
                self._put(at, column, cell_plain(column, row))
            self._next += 1

    def _put(self, at: int, column: Column, text: str) -> None:
        if not text:
            return
        if column.kind in _FIGURES and _FIGURE.fullmatch(text):
            self._sheet.write_number(self._next, at, Decimal(text))
        elif column.kind in _DATES:  # as it is told: a sheet knows no zones
            moment = datetime.fromisoformat(text)
            self._sheet.write_datetime(self._next, at, moment, self._dates[column.kind])
        else:
            self._sheet.write_string(self._next, at, _FORBIDDEN.sub("", text))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self._file.close()
