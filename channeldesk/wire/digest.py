"""A short name of the rows of a unit, computed alike at both ends: equal unless rows are missing, extra or of
another version. Damaged bytes are the cipher's business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b

Unit = tuple[str, str]
"""Kind and id in hexadecimal."""
Digest = tuple[int, str]
"""Number of rows, and the sum of one 64-bit hash a row as 16 hexadecimal digits: no order matters."""


def digests(rows: Iterable[tuple[str, str, str, str, int]]) -> dict[Unit, Digest]:
    """By unit, from (unit kind, unit id, entity, row id, rv) with ids in hexadecimal."""
    counts: dict[Unit, int] = defaultdict(int)
    sums: dict[Unit, int] = defaultdict(int)
    for kind, unit_id, entity, row_id, rv in rows:
        name = f"{entity} {row_id} {rv}".encode()
        counts[kind, unit_id] += 1
        sums[kind, unit_id] += int.from_bytes(blake2b(name, digest_size=8).digest(), "big")
    return {unit: (count, f"{sums[unit] % (1 << 64):016x}") for unit, count in counts.items()}
