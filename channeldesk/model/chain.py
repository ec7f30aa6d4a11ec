"""How the entries of an audit trail hang together, at headquarters and on a laptop.

The hash of an entry is SHA-256 over the hash of the entry before it and its own fields, each written so that
no two lists of fields look alike. docs/audit.md says it for other programs: it never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

GENESIS = bytes(32)
"""What stands before the first entry."""


def encoded(fields: Iterable[Any]) -> bytes:
    """A field is the number of its bytes, a colon, the bytes and a comma; one without a value is ``-,``.
    Numbers are decimal, ids lower-case hexadecimal digits, texts UTF-8.
    """
    return b"".join(map(_encoded, fields))


def linked(previous: bytes, content: bytes) -> bytes:
    """The hash of the entry with this encoded content."""
    return sha256(previous + content).digest()


def _encoded(field: Any) -> bytes:
    match field:
        case None:
            return b"-,"
        case str():
            data = field.encode()
        case bytes():
            data = field.hex().encode()
        case int():
            data = b"%d" % field
        case _:  # what somebody put there past the program
            data = repr(field).encode()
    return b"%d:%b," % (len(data), data)
