"""Saves the content of files out of a damaged ``files.db``, part by part, into a new one.

A content is taken over when every part of it is there and its hash is right. What was added here and not sent
yet goes into the new file even when only its parts could be read: its hash gives it its name again. What
headquarters has is fetched again. The damaged file is kept under a dated name (:mod:`swap`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem
from channeldesk.store import swap
from channeldesk.store.connect import Use, connect
from channeldesk.store.content_file import SCHEMA, VERSION
from channeldesk.store.salvage import opened

Progress = Callable[[int, int], None]
"""Parts that were looked at, and how many there are."""


@dataclass(frozen=True)
class FilesRescued:
    """``lost`` counts files that were added here, were not sent yet and cannot be read any more."""

    kept: str
    saved: int = 0
    again: int = 0
    lost: int = 0


def rescue(path: Path, key: bytes, now_ms: int, progress: Progress = lambda done, of: None) -> FilesRescued:
    """Puts a new file in the place of the one at ``path``, which nobody may have open."""
    fresh = path.with_name(f"{path.stem}.new{path.suffix}")
    for end in ("", "-wal", "-shm", "-journal"):
        fresh.with_name(fresh.name + end).unlink(missing_ok=True)
    target = connect(fresh, key, Use.PERSON)
    try:
        target.executescript(SCHEMA)
        target.execute(f"PRAGMA user_version = {VERSION}")
        counted = _fill(path, key, target, now_ms, progress)
        target.execute("PRAGMA journal_mode = DELETE")
    finally:
        target.close()
    stamp = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S")
    return FilesRescued(swap.exchange(path, fresh, stamp).name, *counted)


def _fill(path: Path, key: bytes, target: Any, now_ms: int, progress: Progress) -> tuple[int, int, int]:
    source = opened(path, key)
    if source is None:
        return 0, 0, 0
    try:
        known = source.read("content", "sha256 IS NOT NULL")
        troubles = source.read("trouble") if "trouble" in source.tables() else None
        last = source.last_row("part")
    finally:
        source.close()
    target.execute("BEGIN IMMEDIATE")
    contents = {row[0]: dict(zip(known.columns, row, strict=True)) for row in known.rows}
    for row in contents.values():
        target.execute("INSERT INTO content VALUES (:id,:sha256,:size,0,0,:ours,:pinned,:used_at)", row)
    for number in troubles.rows if troubles is not None else ():
        target.execute("INSERT OR REPLACE INTO trouble VALUES (?, ?, ?, ?)", number)
    _parts(path, key, target, int(last or 0), now_ms, progress)
    counted = _settle(target, contents)
    target.execute("COMMIT")
    return counted


def _parts(path: Path, key: bytes, target: Any, last: int, now_ms: int, progress: Progress) -> None:
    """One at a time: each is a megabyte, and a damaged page costs a connection."""
    raw: Any = None
    for number in range(1, last + 1):
        try:
            raw = raw or connect(path, key, Use.READ)
            query = "SELECT content_id, position, data FROM part WHERE rowid = ?"
            row = raw.execute(query, (number,)).fetchone()
        except (sqlcipher.DatabaseError, Problem):
            if raw is not None:
                raw.close()
            raw, row = None, None
        if row is not None:
            # A content whose own row cannot be read: added here, for all that is known.
            unknown = "INSERT OR IGNORE INTO content VALUES (?, NULL, 0, 0, 0, 1, 0, ?)"
            target.execute(unknown, (row[0], now_ms))
            target.execute("INSERT INTO part VALUES (?, ?, ?)", row)
        progress(number, last)
    if raw is not None:
        raw.close()


def _settle(target: Any, known: dict[int, dict[str, Any]]) -> tuple[int, int, int]:
    """Keeps what is whole; returns how many were saved, are to be fetched again, and are lost."""
    saved = again = lost = 0
    for (content_id,) in target.execute("SELECT id FROM content").fetchall():
        digest, size = hashlib.sha256(), 0
        query = "SELECT position, data FROM part WHERE content_id = ? ORDER BY position"
        for position, data in target.execute(query, (content_id,)):
            if position != size:
                break
            digest.update(data)
            size += len(data)
        row = known.get(content_id)
        if size and (row is None or row["sha256"] == digest.hexdigest()):
            values = (digest.hexdigest(), size, size, content_id)
            there = "SELECT 1 FROM content WHERE sha256 = ? AND id <> ?"
            if target.execute(there, (values[0], content_id)).fetchone() is None:
                change = "UPDATE content SET sha256 = ?, size = ?, have = ?, complete = 1 WHERE id = ?"
                target.execute(change, values)
                saved += 1
                continue
        elif row is not None and row["complete"]:
            again, lost = again + (not row["ours"]), lost + bool(row["ours"])
        pinned = row is not None and row["pinned"] and not row["ours"]
        if pinned:  # still wanted for a journey: fetched from its first byte
            target.execute("DELETE FROM part WHERE content_id = ?", (content_id,))
        else:
            target.execute("DELETE FROM content WHERE id = ?", (content_id,))
    return saved, again, lost
