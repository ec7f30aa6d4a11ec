"""The floor's answer: the generated rows as gzip NDJSON, 500 rows a line, as headquarters would send them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

from benchmarks import cache
from benchmarks.network import COLUMNS, Network, Row, Size

ROWS_PER_LINE = 500
LATER = 1_000_000_000
"""``rv`` of what changes afterwards."""


def kept(size: Size) -> Path:
    """The answer for a network of this size, made once."""
    made_by = cache.fingerprint("benchmarks/network.py", "benchmarks/floor_rows.py")
    return cache.kept(f"floor-{size.name}", made_by, "rows.ndjson.gz", lambda at: write(Network(size), at))


def write(network: Network, path: Path) -> None:
    """``rv`` follows the id, as in a pull; rows go in the order of their ids."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    version = 0
    with path.open("wb") as file:
        for entity, columns in COLUMNS.items():
            header = {"t": "columns", "entity": entity, "columns": ["id", "rv", *columns[1:]]}
            file.write(packer.compress(orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE)))
            rows = sorted(network.rows[entity])
            for start in range(0, len(rows), ROWS_PER_LINE):
                some = [
                    (row[0], version + start + place, *row[1:])
                    for place, row in enumerate(rows[start : start + ROWS_PER_LINE], start=1)
                ]
                line = orjson.dumps(
                    {"t": "rows", "entity": entity, "rows": some}, option=orjson.OPT_APPEND_NEWLINE
                )
                file.write(packer.compress(line))
            version += len(rows)
        file.write(packer.flush())


def packed_changes(changes: Mapping[str, Sequence[Row]]) -> bytes:
    """Changed rows as the same kind of answer, each line with its columns."""
    lines = [
        {
            "entity": entity,
            "columns": ["id", "rv", *COLUMNS[entity][1:]],
            "rows": [(row[0], LATER, *row[1:]) for row in rows],
        }
        for entity, rows in changes.items()
    ]
    return gzip.compress(b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in lines), 1)
