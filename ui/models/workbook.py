"""A workbook for Excel (Office Open XML): one sheet, headings that stay, figures and dates as such.

Written straight into its archive, row by row, so that a list of any length takes no memory. What a text says
is never run as a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from channeldesk.model.notice import Problem
from ui.models.columns import Column, Kind, Row, cell_plain

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
_PLAIN, _BOLD, _DAY, _INSTANT = range(4)
_DATES = {Kind.DAY: _DAY, Kind.INSTANT: _INSTANT}
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FIRST_DAY = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0 of Excel's calendar."""
_PIXELS = 7
"""Of a digit: widths are given in digits."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="ChannelDesk" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/>'
    '<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}


class Workbook:
    """Raises Problem where a sheet cannot hold so many rows."""

    def __init__(self, path: Path, columns: Sequence[Column], count: int) -> None:
        if count > MOST:
            raise Problem.of("export.too_many", most=MOST)
        self._columns = columns
        self._file = ZipFile(path, "w", ZIP_DEFLATED)
        for name, content in _PARTS.items():
            self._file.writestr(name, _HEAD + content)
        self._sheet = self._file.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{column.width / _PIXELS:.1f}" customWidth="1"/>'
            for at, column in enumerate(columns, 1)
        )
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            "</sheetView></sheetViews>"
            f"<cols>{widths}</cols><sheetData>"
        )
        self._write(f"<row>{''.join(_text(column.title, _BOLD) for column in columns)}</row>")

    def add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._write(f"<row>{''.join(_cell(column, row) for column in self._columns)}</row>")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("</sheetData></worksheet>")
        self._sheet.close()
        self._file.close()

    def _write(self, xml: str) -> None:
        self._sheet.write(xml.encode())


def _cell(column: Column, row: Row) -> str:
    text = cell_plain(column, row)
    if not text:
        return "<c/>"
    if column.kind in _FIGURES and _FIGURE.fullmatch(text):
        return f"<c><v>{text}</v></c>"
    if column.kind in _DATES:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC)  # as it is told: a sheet knows no zones
        days = (moment - _FIRST_DAY).total_seconds() / 86_400
        return f'<c s="{_DATES[column.kind]}"><v>{days:.6f}</v></c>'
    return _text(text)


def _text(text: str, style: int = _PLAIN) -> str:
    kept = escape(_FORBIDDEN.sub("", text))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
