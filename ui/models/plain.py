"""Rows as spreadsheet cells: to the clipboard, and to a CSV file in chunks."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from ui.models.columns import Column, Row, cell_plain

CHUNK = 1_000
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


def write_csv(
    path: Path,
    columns: Sequence[Column],
    keys: Sequence[int],
    rows: Callable[[Sequence[int]], Sequence[Row]],
    progress: Callable[[Any], None],
    cancel: Event,
) -> int:
    """Write the rows of ``keys`` in their order; returns how many. Off the window's thread.

    UTF-8 with a mark, so that Excel reads Chinese. The file appears under its name only when it is whole.
    """
    part = path.with_name(f"{path.name}.part")
    written = 0
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.title for column in columns])
            for first in range(0, len(keys), CHUNK):
                if cancel.is_set():
                    return written
                found = rows(keys[first : first + CHUNK])
                writer.writerows(cells(columns, row) for row in found)
                written += len(found)
                progress(written / len(keys))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return written


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
