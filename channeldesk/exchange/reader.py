"""Text files to lists of values, line by line: strict encoding, declared separator, columns by name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

from channeldesk.exchange.cells import reader
from channeldesk.exchange.mapping import FileGroup
from channeldesk.exchange.problems import FileProblem, RowProblem

ENCODINGS = {"utf-8": "utf-8-sig", "gb18030": "gb18030", "cp1252": "cp1252", "utf-16": "utf-16"}
"""Declared name to Python's; a byte order mark before UTF-8 is tolerated."""


class Row(NamedTuple):
    """One row: where it starts, its cells as read, its values, or why it has none."""

    line: int
    cells: tuple[str, ...]
    values: list[Any]
    problem: RowProblem | None


@dataclass(frozen=True)
class Files:
    """The files of a group in a folder, in order of name."""

    group: FileGroup
    paths: tuple[Path, ...]

    @classmethod
    def find(cls, group: FileGroup, folder: Path) -> Files:
        if not folder.is_dir():
            raise FileProblem.of("load.no_folder", folder=folder.name)
        paths = tuple(sorted(path for path in folder.glob(group.glob) if path.is_file()))
        if not paths:
            raise FileProblem.of("load.no_file", folder=folder.name, pattern=group.glob)
        return cls(group, paths)


def read_rows(path: Path, group: FileGroup, currency: str) -> Iterator[Row]:
    """The rows of one file. Raises :class:`FileProblem` where the file as a whole cannot be read."""
    encoding = ENCODINGS[group.encoding]
    with path.open(encoding=encoding, errors="strict", newline="") as stream:
        rows = _csv(stream, path, group)
        places = _places(next(rows, (0, []))[1], path, group) if group.header else _in_order(group)
        yield from _parsed(rows, places, group, currency)


def _csv(stream: Any, path: Path, group: FileGroup) -> Iterator[tuple[int, list[str]]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if group.quote else csv.QUOTE_NONE
    lines = csv.reader(
        stream, delimiter=group.separator, quotechar=group.quote or None, quoting=quoting, strict=True
    )
    start = 1
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise FileProblem.of(
                "load.wrong_encoding", file=path.name, encoding=group.encoding, line=_bad_line(path, group)
            ) from None
        except csv.Error as error:
            raise FileProblem.of("load.not_csv", file=path.name, line=start, detail=str(error)) from None
        yield start, cells
        start = lines.line_num + 1


def _bad_line(path: Path, group: FileGroup) -> int:
    """The line of the first bytes that are not text in the declared encoding."""
    try:
        path.read_bytes().decode(group.encoding)
    except UnicodeDecodeError as error:
        return path.read_bytes()[: error.start].count(b"\n") + 1
    return 0


def _places(header: list[str], path: Path, group: FileGroup) -> list[int]:
    found = {name.strip(): place for place, name in reversed(list(enumerate(header)))}
    missing = [column.name for column in group.columns if column.name not in found]
    if missing:
        raise FileProblem.of(
            "load.missing_columns", file=path.name, columns=", ".join(missing), found=", ".join(header)
        )
    return [len(header), *(found[column.name] for column in group.columns)]


def _in_order(group: FileGroup) -> list[int]:
    return [len(group.columns), *range(len(group.columns))]


def _parsed(
    rows: Iterator[tuple[int, list[str]]], places: list[int], group: FileGroup, currency: str
) -> Iterator[Row]:
    width, *order = places
    readers = [(place, reader(column, currency)) for place, column in zip(order, group.columns, strict=True)]
    for line, cells in rows:
        if not cells:
            continue
        if len(cells) != width:
            problem = RowProblem.of("row.wrong_width", expected=width, found=len(cells))
            yield Row(line, tuple(cells), [], problem)
            continue
        values: list[Any] = []
        try:
            for place, read in readers:
                values.append(read(cells[place]))
            yield Row(line, tuple(cells), values, None)
        except RowProblem as found:
            yield Row(line, tuple(cells), [], found)


def inline_rows(group: FileGroup) -> Iterator[Row]:
    """The rows that stand in the mapping itself; a missing cell is null."""
    for number, row in enumerate(group.rows, start=1):
        values = [row.get(column.name) for column in group.columns]
        yield Row(number, tuple(str(value) for value in values), values, None)
