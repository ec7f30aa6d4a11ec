"""Rows that were not taken, kept in a file beside their reasons, to be mended and brought again."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from channeldesk.importing.lines import Line

_RUNS = re.compile(r"[=@\t\r]|[+-](?![\d.,\s]*\Z)")
"""What a spreadsheet would run as a formula; a negative number is none."""


def save(
    path: Path, names: Sequence[str], rows: Iterable[tuple[Line, str]], *, line: str, reason: str
) -> int:
    """Writes the rows as they were, then ``line`` and ``reason`` (their headings); how many. Off the window's
    thread. The file appears under its name only when it is whole; OSError otherwise.
    """
    part = path.with_name(f"{path.name}.part")
    count = 0
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*map(_harmless, names), line, reason])
            for one, why in rows:
                cells = [*one.cells, *[""] * (len(names) - len(one.cells))]
                writer.writerow([*map(_harmless, cells), one.number, _harmless(why)])
                count += 1
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _harmless(cell: str) -> str:
    return f"'{cell}" if _RUNS.match(cell) else cell
