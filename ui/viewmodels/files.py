"""What the list of files shows: rows, how each stands, what moves at the moment. Free of Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from channeldesk.model.notice import Notice
from channeldesk.queries import attachments
from channeldesk.queries.attachments import FileRow
from channeldesk.rules.files import ending, may_be_opened

if TYPE_CHECKING:
    from channeldesk.sync.file_desk import Standing

_TABLES = frozenset("csv ods tsv xls xlsm xlsx".split())
_PICTURES = frozenset("avif bmp gif heic jpeg jpg png svg tif tiff webp".split())
_TEXTS = frozenset("doc docx md odp odt pdf ppt pptx rtf txt".split())


@dataclass(frozen=True)
class FilesOf:
    """Whose files: a partner's, or those of a visit there (planned, or closed without a plan)."""

    partner_id: bytes
    plan_id: bytes | None = None
    visit_id: bytes | None = None

    @property
    def of_visit(self) -> bool:
        return self.plan_id is not None or self.visit_id is not None


@dataclass(frozen=True)
class FileEntry:
    """One file with its standing; ``state`` is one of ``channeldesk.sync.file_desk.State``."""

    row: FileRow
    state: str
    have: int = 0
    notice: Notice | None = None
    remedy: str | None = None

    @property
    def here(self) -> bool:
        return self.state in ("here", "waiting") or (
            self.state == "failed" and self.have == self.row.size > 0
        )

    @property
    def fetchable(self) -> bool:
        """Whether a click can bring it here."""
        return not self.here and (self.state == "remote" or (self.state == "failed" and self.row.stored))

    @property
    def opens(self) -> bool:
        """Whether it may be opened by a click, once it is here."""
        return may_be_opened(self.row.file_name)

    @property
    def icon(self) -> str:
        kind = ending(self.row.file_name)
        if kind in _PICTURES or self.row.media_type.startswith("image/"):
            return "image"
        return "table" if kind in _TABLES else "file-text" if kind in _TEXTS else "files"


def read(connection: Any, files: Any, of: FilesOf, me: bytes) -> tuple[FileEntry, ...]:
    """The files with their standings; ``files`` is the desk's."""
    if of.of_visit:
        rows = attachments.of_visit(connection, of.plan_id, of.visit_id, me)
    else:
        rows = attachments.of_partner(connection, of.partner_id, me)
    found: Mapping[bytes, Standing] = files.standings(rows)
    return tuple(_entry(row, found[row.attachment_id]) for row in rows)


def _entry(row: FileRow, standing: Standing) -> FileEntry:
    told = standing.notice
    state = "lost" if told is not None and told.code == "file.lost" else standing.state.value
    return FileEntry(row, state, standing.have, told, standing.remedy)


@dataclass
class Moving:
    """Files that are fetched one after the other, and how far each transfer is (bytes by id)."""

    queue: list[FileEntry] = field(default_factory=list)
    done: dict[bytes, int] = field(default_factory=dict)
    sending: set[bytes] = field(default_factory=set)

    def ask(self, entry: FileEntry) -> bool:
        """Wants a file; whether it is the only one, so that fetching begins now."""
        if any(one.row.attachment_id == entry.row.attachment_id for one in self.queue):
            return False
        self.queue.append(entry)
        self.done.setdefault(entry.row.attachment_id, entry.have)
        return len(self.queue) == 1

    def ended(self) -> FileEntry | None:
        """The first one is through; the next one, if any."""
        if self.queue:
            self.done.pop(self.queue.pop(0).row.attachment_id, None)
        return self.queue[0] if self.queue else None

    def stepped(self, attachment_id: bytes, state: str, done: int) -> None:
        """A transfer of the desk's own queue moved."""
        if state in ("sending", "fetching"):
            self.done[attachment_id] = done
            (self.sending.add if state == "sending" else self.sending.discard)(attachment_id)
        else:
            self.done.pop(attachment_id, None)
            self.sending.discard(attachment_id)

    def share(self, row: FileRow) -> float | None:
        """How much of a moving file is through, from 0 to 1; None where nothing moves."""
        done = self.done.get(row.attachment_id)
        return None if done is None else min(1.0, done / row.size) if row.size else 0.0
