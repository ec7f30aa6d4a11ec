"""Files for other programs: entries of an audit trail as NDJSON or CSV, and texts made elsewhere."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from channeldesk.model.notice import Problem

Told = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def hand_out(path: Path, form: str, entries: Iterable[Told]) -> int:
    """Writes ``csv`` or ``ndjson``; returns how many entries. Entries name the same fields."""
    write = _ndjson if form == "ndjson" else _csv
    encoding = "utf-8-sig" if form == "csv" else "utf-8"
    with _whole(path) as part, part.open("w", encoding=encoding, newline="") as file:
        return write(file, entries)


def hand_out_text(path: Path, text: str) -> None:
    """Writes a text as it is, in UTF-8."""
    with _whole(path) as part:
        part.write_bytes(text.encode())


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Where to write: the file gets its name when it is whole. Raises Problem where it cannot be written."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        part.replace(path)
    except OSError as error:
        raise Problem.of("audit.cannot_write", file=path.name, reason=error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


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
