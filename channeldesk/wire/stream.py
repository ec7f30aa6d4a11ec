"""The NDJSON stream of a pull: written at headquarters, read on the laptop, the same rules at both ends."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from channeldesk.model.declare import Unit
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

    def mark(self, cursor: str) -> bytes:
        """What stands before it may be committed, so it proves that as an end does."""
        return self.line({"t": "mark", "cursor": cursor, **self._proof()})

    def _proof(self) -> dict[str, Any]:
        return {"count": self.count, "sha256": self._hash.hexdigest()}

    def end(self, cursor: str, *, filled: bool = False, more: bool = False) -> bytes:
        """``filled``: units that were being filled are complete. ``more``: the next pull brings more."""
        message = {"t": "end", "cursor": cursor, "filled": filled, "more": more, **self._proof()}
        return orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE)


def read_stream(chunks: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Decodes a stream, and checks count and hash before it hands out a mark or the end line.

    Raises IncompleteStream when the bytes stop early, are not lines, or differ from what those promise.
    """
    count = 0
    digest = hashlib.sha256()
    for number, line in enumerate(_lines(chunks)):
        message = _message(line)
        kind = message["t"]
        if (kind == "start") != (number == 0):
            raise IncompleteStream(Notice("sync.stream_garbled"))
        if kind in ("mark", "end"):
            if message["count"] != count or message["sha256"] != digest.hexdigest():
                raise IncompleteStream(Notice("sync.stream_mismatch"))
            if kind == "end":
                yield message
                return
        digest.update(line)
        if kind in ("rows", "gone"):
            count += len(message["rows"])
        yield message
    raise IncompleteStream(Notice("sync.stream_cut"))


_PARTS: dict[str, dict[str, type]] = {
    "start": {"epoch": str, "mode": str, "fresh": bool, "estimate": dict},
    "scope": {},
    "columns": {"entity": str, "columns": list},
    "rows": {"entity": str, "rows": list},
    "gone": {"entity": str, "rows": list},
    "mark": {"cursor": str, "count": int, "sha256": str},
    "end": {"cursor": str, "filled": bool, "more": bool, "count": int, "sha256": str},
}
"""Of each kind of line, what it must have; a kind nobody knows is passed on."""


def _message(line: bytes) -> dict[str, Any]:
    try:
        message: dict[str, Any] = orjson.loads(line)
        parts = _PARTS.get(message["t"], {})
        sound = all(type(message[name]) is wanted for name, wanted in parts.items())
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise IncompleteStream(Notice("sync.stream_garbled")) from error
    if not sound or not _ACTED_ON.get(message["t"], _is_sound)(message):
        raise IncompleteStream(Notice("sync.stream_garbled"))
    return message


def _is_sound(_: Mapping[str, Any]) -> bool:
    return True


def _counts(start: Mapping[str, Any]) -> bool:
    numbers = [*start["estimate"].values(), start.get("changes", 0)]
    return all(type(number) is int for number in numbers)


def _names_columns(line: Mapping[str, Any]) -> bool:
    return all(type(name) is str for name in line["columns"])


_KINDS = {kind.value for kind in Unit} - {Unit.SERVER.value}


def _tells_units(scope: Mapping[str, Any]) -> bool:
    try:
        lists = [item for name in ("fill", "drop", "add") for item in scope.get(name, {}).items()]
        sound = all(len(bytes.fromhex(one)) == 16 for _, ids in lists for one in ids)
        return sound and {kind for kind, _ in lists} <= _KINDS
    except (AttributeError, TypeError, ValueError):
        return False


_ACTED_ON = {"start": _counts, "columns": _names_columns, "scope": _tells_units}
"""What a line says that is used before the proof that follows it: two lines that a network ran into one may
well be JSON.
"""


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
