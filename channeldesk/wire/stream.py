"""The NDJSON stream of a pull: written at headquarters, read on the laptop, the same rules at both ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from channeldesk.model.notice import Notice, Problem

MAX_LINE = 64 * 1024 * 1024
"""A line longer than this is no line of ours, and is not buffered further."""


class IncompleteStream(Problem):
    """The answer ended early, or its count or hash differs: keep what was marked, pull again."""


class StreamWriter:
    """Encodes lines, counting rows and hashing bytes for the end line."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = hashlib.sha256()

    def line(self, message: dict[str, Any]) -> bytes:
        if message["t"] in ("rows", "gone"):
            self.count += len(message["rows"])
        data = orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)
        self._hash.update(data)
        return data

    def end(self, cursor: str, *, filled: bool = False, more: bool = False) -> bytes:
        """``filled``: units that were being filled are complete. ``more``: the next pull brings more."""
        message: dict[str, Any] = {"t": "end", "cursor": cursor, "filled": filled, "more": more}
        message["count"] = self.count
        message["sha256"] = self._hash.hexdigest()
        return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)


def read_stream(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Decodes a stream, and checks count and hash before it hands out the end line.

    Raises IncompleteStream when the bytes stop early, are not lines, or differ from what the end promises.
    """
    count = 0
    digest = hashlib.sha256()
    for line in _lines(chunks):
        try:
            message = orjson.loads(line)
            kind = message["t"]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise IncompleteStream(Notice("sync.stream_garbled")) from error
        if kind == "end":
            if message.get("count") != count or message.get("sha256") != digest.hexdigest():
                raise IncompleteStream(Notice("sync.stream_mismatch"))
            yield message
            return
        digest.update(line)
        if kind in ("rows", "gone"):
            count += len(message["rows"])
        yield message
    raise IncompleteStream(Notice("sync.stream_cut"))


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        lines = (rest + chunk).splitlines(keepends=True) if rest else chunk.splitlines(keepends=True)
        rest = b""
        if lines and not lines[-1].endswith(b"\n"):
            rest = lines.pop()
            if len(rest) > MAX_LINE:
                raise IncompleteStream(Notice("sync.stream_garbled"))
        yield from lines
