"""Rows as spreadsheet cells: to the clipboard, and to a file in chunks: CSV, or a workbook for Excel."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any, Self

from channeldesk.model.notice import Problem
from ui.i18n import t
from ui.models.columns import Column, Row, cell_plain

CHUNK = 1_000
WORKBOOK = ".xlsx"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cells(columns: Sequence[Column], row: Row) -> list[str]:
    """One row for a spreadsheet.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    return [_harmless(cell_plain(column, row)) for column in columns]


def tsv(columns: Sequence[Column], rows: Sequence[Row], *, heading: bool = True) -> str:
    """Rows separated by tabs, as spreadsheets paste them."""
    lines = [[column.title for column in columns]] if heading else []
    lines += [cells(columns, row) for row in rows]
    return "\n".join("\t".join(_flat(cell) for cell in line) for line in lines)


def kinds() -> str:
    """Of Qt's name filters: what :func:`write` writes."""
    return f"CSV (*.csv);;{t('Excel workbook')} (*{WORKBOOK})"


def write(
    path: Path,
    columns: Sequence[Column],
    keys: Sequence[int],
    rows: Callable[[Sequence[int]], Sequence[Row]],
    progress: Callable[[Any], None],
    cancel: Event,
) -> int:
    """Write the rows of ``keys`` in their order; returns how many. Off the window's thread; raises Problem.

    The file's ending decides. It appears under its name only when it is whole.
    """
    try:
        return _write(path, columns, keys, rows, progress, cancel)
    except OSError as error:
        raise Problem.of("file.cannot_write", name=path.name, remedy="remedy.save_elsewhere") from error


def _write(
    path: Path,
    columns: Sequence[Column],
    keys: Sequence[int],
    rows: Callable[[Sequence[int]], Sequence[Row]],
    progress: Callable[[Any], None],
    cancel: Event,
) -> int:
    from ui.models.workbook import Workbook

    part = path.with_name(f"{path.name}.part")
    kind = Workbook if path.suffix.lower() == WORKBOOK else _Csv
    written = 0
    try:
        with kind(part, columns, len(keys)) as file:
            for first in range(0, len(keys), CHUNK):
                if cancel.is_set():
                    return written
                found = rows(keys[first : first + CHUNK])
                file.add(found)
                written += len(found)
                progress(written / len(keys))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return written


class _Csv:
    """UTF-8 with a mark, so that Excel reads Chinese."""

    def __init__(self, path: Path, columns: Sequence[Column], _count: int) -> None:
        self._columns = columns
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([column.title for column in columns])

    def add(self, rows: Sequence[Row]) -> None:
        self._writer.writerows(cells(self._columns, row) for row in rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _harmless(text: str) -> str:
    if text.startswith(_FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _flat(cell: str) -> str:
    return cell.replace("\t", " ").replace("\n", " ")
