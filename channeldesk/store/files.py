"""The content of files: a second encrypted database beside the first, under the same key.

Contents are found by their SHA-256 and kept once, in parts of one megabyte, each committed by itself, so that
a kill or a cut costs one part. What was added here and is not known to be at headquarters is never dropped;
what can be fetched again goes, the longest unused first, when it takes more room than it may.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from channeldesk.model.notice import Problem
from channeldesk.store.content_file import ContentFile
from channeldesk.wire.files import CHUNK

BUDGET = 1024**3
"""Bytes that contents which can be fetched again may take."""
KEPT_MS = 14 * 24 * 3600 * 1000
"""How long a content that was added here stays without a row that names it: undo may want it."""


@dataclass(frozen=True)
class Held:
    """What is here of one content; sizes in bytes."""

    sha256: str
    size: int
    have: int
    complete: bool
    ours: bool
    pinned: bool


@dataclass(frozen=True)
class Usage:
    """Bytes on the disk, and those of them that could be fetched again."""

    total: int
    again: int


class Files(ContentFile):
    """Contents by hash. All methods may be called from any thread."""

    def keep(self, content: Iterable[bytes]) -> tuple[str, int]:
        """Takes in a content that was added here; its hash and size. All of it is on the disk then."""
        content_id = self._new()
        digest, size = hashlib.sha256(), 0
        try:
            for part in _regular(content):
                self._add(content_id, size, part)
                digest.update(part)
                size += len(part)
            sha256 = digest.hexdigest()
            with self._transaction() as raw:
                self._settle(raw, content_id, sha256, size)
        except BaseException:
            self._drop(content_id)
            raise
        return sha256, size

    def expect(self, sha256: str, size: int, *, pin: bool = False) -> Held:
        """Makes room for a content to fetch; what is here of it already."""
        with self._transaction() as raw:
            raw.execute(
                "INSERT INTO content (sha256, size, have, complete, ours, pinned, used_at) "
                "VALUES (?, ?, 0, 0, 0, ?, ?) ON CONFLICT (sha256) DO UPDATE "
                "SET used_at = excluded.used_at, pinned = max(pinned, excluded.pinned)",
                (sha256, size, int(pin), self._now_ms()),
            )
        return self.states([sha256])[sha256]

    def append(self, sha256: str, position: int, part: bytes) -> int:
        """Adds a fetched part; how many bytes are here now. One that was not awaited changes nothing."""
        with self._transaction() as raw:
            row = raw.execute(
                "SELECT id, have, size FROM content WHERE sha256 = ? AND complete = 0", (sha256,)
            ).fetchone()
            if row is None or row[1] != position or position + len(part) > row[2]:
                return -1 if row is None else int(row[1])
            raw.execute("INSERT INTO part VALUES (?, ?, ?)", (row[0], position, part))
            have = position + len(part)
            raw.execute("UPDATE content SET have = ? WHERE id = ?", (have, row[0]))
        return have

    def verify(self, sha256: str) -> bool:
        """Whether what is here is that content; what is not is forgotten."""
        held = self.states([sha256]).get(sha256)
        if held is None or held.have != held.size:
            return False
        digest = hashlib.sha256()
        for part in self._parts(sha256):
            digest.update(part)
        right = digest.hexdigest() == sha256
        with self._transaction() as raw:
            if right:
                raw.execute("UPDATE content SET complete = 1 WHERE sha256 = ?", (sha256,))
            else:
                raw.execute("DELETE FROM content WHERE sha256 = ? AND ours = 0", (sha256,))
        return right

    def states(self, hashes: Iterable[str]) -> dict[str, Held]:
        """What is here of these contents; those of which nothing is known are left out."""
        found: dict[str, Held] = {}
        wanted = list(dict.fromkeys(hashes))
        if not wanted or not self._exists():
            return found
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ",".join("?" * len(some))
            query = (
                f"SELECT sha256, size, have, complete, ours, pinned FROM content WHERE sha256 IN ({marks})"
            )
            for row in self._all(query, some):
                found[row[0]] = Held(row[0], row[1], row[2], bool(row[3]), bool(row[4]), bool(row[5]))
        return found

    def part(self, sha256: str, position: int, length: int = CHUNK) -> bytes:
        """Bytes of a complete content from ``position`` on. Raises Problem where it is not here."""
        stop = position + length
        rows = self._all(
            "SELECT p.position, p.data FROM part p JOIN content c ON c.id = p.content_id "
            "WHERE c.sha256 = ? AND c.complete = 1 AND p.position < ? AND p.position + length(p.data) > ? "
            "ORDER BY p.position",
            (sha256, stop, position),
        )
        if not rows:
            raise Problem.of("file.not_here", name=sha256[:8])
        return b"".join(bytes(data)[max(0, position - at) : stop - at] for at, data in rows)

    def read(self, sha256: str) -> Iterator[bytes]:
        """A complete content, part by part. Raises Problem where it is not here."""
        held = self.states([sha256]).get(sha256)
        if held is None or not held.complete:
            raise Problem.of("file.not_here", name=sha256[:8])
        self._write("UPDATE content SET used_at = ? WHERE sha256 = ?", (self._now_ms(), sha256))
        yield from self._parts(sha256)

    def sent(self, sha256: str) -> None:
        """Headquarters has it: from now on it can be fetched again."""
        self._write("UPDATE content SET ours = 0, used_at = ? WHERE sha256 = ?", (self._now_ms(), sha256))

    def all_held(self) -> dict[str, bool]:
        """Every content that is here, whole or in part, and whether it was added here and not sent yet."""
        if not self._exists():
            return {}
        rows = self._all("SELECT sha256, ours FROM content WHERE sha256 IS NOT NULL")
        return {row[0]: bool(row[1]) for row in rows}

    def drop(self, hashes: Iterable[str]) -> None:
        """Forgets contents that were not added here."""
        lost = [(one,) for one in hashes]
        if lost:
            with self._transaction() as raw:
                raw.executemany("DELETE FROM content WHERE sha256 = ? AND ours = 0", lost)
            self._shrink()

    def ours(self) -> set[str]:
        """Contents that were added here and are not known to be at headquarters."""
        if not self._exists():
            return set()
        return {row[0] for row in self._all("SELECT sha256 FROM content WHERE ours = 1 AND complete = 1")}

    def pinned(self) -> dict[str, Held]:
        """Contents that are wanted here."""
        if not self._exists():
            return {}
        return self.states(row[0] for row in self._all("SELECT sha256 FROM content WHERE pinned = 1"))

    def unpin(self, hashes: Iterable[str]) -> None:
        with self._transaction() as raw:
            raw.executemany("UPDATE content SET pinned = 0 WHERE sha256 = ?", [(one,) for one in hashes])

    def orphans(self, named: set[str]) -> None:
        """Drops what was added here long ago and no row, outbox or inbox names."""
        before = self._now_ms() - KEPT_MS
        rows = self._all("SELECT sha256 FROM content WHERE ours = 1 AND used_at < ?", (before,))
        lost = [(row[0],) for row in rows if row[0] not in named]
        with self._transaction() as raw:
            raw.executemany("DELETE FROM content WHERE sha256 = ? AND ours = 1", lost)

    def usage(self) -> Usage:
        if not self._exists():
            return Usage(0, 0)
        query = "SELECT coalesce(sum(have), 0), coalesce(sum(have) FILTER (WHERE ours = 0), 0) FROM content"
        return Usage(*self._all(query)[0])

    def trim(self, budget: int = BUDGET, spare: Sequence[str] = ()) -> int:
        """Drops contents that can be fetched again, the longest unused first; bytes that were freed.

        Pinned ones and those in ``spare`` stay.
        """
        over, freed = self.usage().again - budget, 0
        if over <= 0:
            return 0
        rows = self._all(
            "SELECT id, sha256, have FROM content WHERE ours = 0 AND pinned = 0 AND sha256 IS NOT NULL "
            "ORDER BY used_at"
        )
        for content_id, sha256, have in rows:
            if freed >= over:
                break
            if sha256 not in spare:
                self._drop(content_id)
                freed += have
        return freed

    def note_trouble(self, attachment_id: bytes, notice: str, remedy: str | None) -> None:
        """Why a file could not be sent or fetched, as JSON of a notice."""
        self._write(
            "INSERT OR REPLACE INTO trouble VALUES (?, ?, ?, ?)",
            (attachment_id, notice, remedy, self._now_ms()),
        )

    def forget_trouble(self, attachment_id: bytes) -> None:
        if self._exists():
            self._write("DELETE FROM trouble WHERE attachment_id = ?", (attachment_id,))

    def troubles(self) -> dict[bytes, tuple[str, str | None, int]]:
        """Notice as JSON, remedy and moment (ms UTC) by attachment."""
        if not self._exists():
            return {}
        rows = self._all("SELECT attachment_id, notice, remedy, at FROM trouble")
        return {bytes(row[0]): (row[1], row[2], row[3]) for row in rows}

    def _settle(self, raw: Any, content_id: int, sha256: str, size: int) -> None:
        """Gives what was read in its name, or joins it with the same content that is here already."""
        there = raw.execute("SELECT id, complete FROM content WHERE sha256 = ?", (sha256,)).fetchone()
        if there is not None and there[1]:
            raw.execute("DELETE FROM content WHERE id = ?", (content_id,))
            raw.execute("UPDATE content SET ours = 1, used_at = ? WHERE id = ?", (self._now_ms(), there[0]))
            return
        pinned = 0
        if there is not None:  # half fetched: the whole one takes its place
            pinned = raw.execute("SELECT pinned FROM content WHERE id = ?", (there[0],)).fetchone()[0]
            raw.execute("DELETE FROM content WHERE id = ?", (there[0],))
        raw.execute(
            "UPDATE content SET sha256 = ?, size = ?, have = ?, complete = 1, pinned = ? WHERE id = ?",
            (sha256, size, size, pinned, content_id),
        )

    def _new(self) -> int:
        with self._transaction() as raw:
            made = raw.execute(
                "INSERT INTO content (sha256, size, have, complete, ours, pinned, used_at) "
                "VALUES (NULL, 0, 0, 0, 1, 0, ?)",
                (self._now_ms(),),
            )
            return int(made.lastrowid)

    def _add(self, content_id: int, position: int, part: bytes) -> None:
        self._write("INSERT INTO part VALUES (?, ?, ?)", (content_id, position, part))

    def _drop(self, content_id: int) -> None:
        with self._transaction() as raw:
            raw.execute("DELETE FROM content WHERE id = ?", (content_id,))
        self._shrink()

    def _shrink(self) -> None:
        with self._open() as raw:
            raw.execute("PRAGMA incremental_vacuum").fetchall()

    def _parts(self, sha256: str) -> Iterator[bytes]:
        position = 0
        while True:
            rows = self._all(
                "SELECT p.data FROM part p JOIN content c ON c.id = p.content_id "
                "WHERE c.sha256 = ? AND p.position = ?",
                (sha256, position),
            )
            if not rows:
                return
            yield bytes(rows[0][0])
            position += len(rows[0][0])


def _regular(content: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of one size."""
    waiting = bytearray()
    for piece in content:
        waiting += piece
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    if waiting:
        yield bytes(waiting)
