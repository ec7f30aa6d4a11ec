"""Entries of an audit trail as a file for other programs: NDJSON, or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from channeldesk.model.notice import Problem

Told = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def hand_out(path: Path, form: str, entries: Iterable[Told]) -> int:
    """Writes ``csv`` or ``ndjson``; returns how many entries. The file gets its name when it is whole.
    Entries name the same fields. Raises Problem where it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    write = _ndjson if form == "ndjson" else _csv
    try:
        with part.open("w", encoding="utf-8-sig" if form == "csv" else "utf-8", newline="") as file:
            written = write(file, entries)
        part.replace(path)
    except OSError as error:
        raise Problem.of("audit.cannot_write", file=path.name, reason=error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return written


def _ndjson(file: TextIO, entries: Iterable[Told]) -> int:
    written = 0
    for one in entries:
        file.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n")
        written += 1
    return written


def _csv(file: TextIO, entries: Iterable[Told]) -> int:
    writer, written = csv.writer(file), 0
    for one in entries:
        if not written:
            writer.writerow(one)
        writer.writerow(map(_harmless, one.values()))
        written += 1
    return written


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
