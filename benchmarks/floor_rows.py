"""The floor's answer: the generated rows as gzip NDJSON, 500 rows a line, as headquarters would send them."""

from __future__ import annotations

import zlib
from pathlib import Path

import orjson

from benchmarks.network import COLUMNS, Network

ROWS_PER_LINE = 500


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
