"""Files of partners and visits. Their content is kept first (``desk.files.take_in``), then named here."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Protocol

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.attachments import LONGEST_NAME, LONGEST_THUMBNAIL
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem
from channeldesk.rules.files import clean_name, renamed
from channeldesk.rules.rights import PARTNER

_MOVED: Changes = frozenset({Topic.FILES, Topic.SYNC})


class Taken(Protocol):
    """A content that is safe in the encrypted file; ``size`` in bytes."""

    @property
    def file_name(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...


def add(
    tx: Tx,
    partner_id: bytes,
    taken: Taken,
    *,
    plan_id: bytes | None = None,
    visit_id: bytes | None = None,
    note: str | None = None,
    thumbnail: bytes | None = None,
) -> Done[bytes]:
    """Name a kept content as a file of a partner, or of a visit there; the value is the row's id.

    ``thumbnail`` are the bytes of a small JPEG or PNG; one that is too large to travel with the row is left
    out.
    """
    write.existing(tx, "partner", partner_id)
    name = clean_name(taken.file_name, LONGEST_NAME)
    if not name:
        raise Problem.of("file.no_name")
    picture = base64.b64encode(thumbnail).decode() if thumbnail else None
    row_id = write.insert(
        tx,
        "attachment",
        {
            "partner_id": partner_id,
            "plan_id": plan_id,
            "visit_id": visit_id,
            "file_name": name,
            "media_type": taken.media_type,
            "size": taken.size,
            "sha256": taken.sha256,
            "note": (note or "").strip() or None,
            "shared": int(tx.profile.role == PARTNER),
            "thumbnail": picture if picture is None or len(picture) <= LONGEST_THUMBNAIL else None,
        },
    )

    def back(tx: Tx) -> Done[None]:
        write.remove(tx, "attachment", row_id)
        return Done(None, _MOVED)

    return Done(row_id, _MOVED, Notice("file.added", {"name": name}), Undo(Notice("undo.file_added"), back))


def add_many(
    tx: Tx,
    partner_id: bytes,
    taken: Sequence[tuple[Taken, bytes | None]],
    *,
    plan_id: bytes | None = None,
    visit_id: bytes | None = None,
) -> Done[tuple[bytes, ...]]:
    """Several at once, each with its thumbnail; one undo takes all of them back."""
    done = [
        add(tx, partner_id, one, plan_id=plan_id, visit_id=visit_id, thumbnail=picture)
        for one, picture in taken
    ]
    if len(done) == 1:
        return Done((done[0].value,), done[0].changes, done[0].notice, done[0].undo)
    ids = tuple(one.value for one in done)

    def back(tx: Tx) -> Done[None]:
        for row_id in ids:
            write.remove(tx, "attachment", row_id)
        return Done(None, _MOVED)

    count = {"count": len(ids)}
    return Done(ids, _MOVED, Notice("files.added", count), Undo(Notice("undo.files_added", count), back))


def edit(tx: Tx, attachment_id: bytes, name: str | None = None, note: str | None = None) -> Done[None]:
    """Another name, another note; what is None stays.

    A name without an ending keeps the old one; an empty note takes the old one away. Raises Problem for a
    name of nothing.
    """
    row = write.existing(tx, "attachment", attachment_id)
    values: dict[str, str | None] = {}
    if name is not None:
        values["file_name"] = renamed(row["file_name"], name)
        if not values["file_name"]:
            raise Problem.of("file.no_name")
    if note is not None:
        values["note"] = note.strip() or None
    before = write.patch(tx, "attachment", attachment_id, values)

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "attachment", attachment_id, before)
        return Done(None, _MOVED)

    shown = values.get("file_name") or row["file_name"]
    told = Notice("file.renamed" if "file_name" in before else "file.noted", {"name": shown})
    return Done(None, _MOVED, told, Undo(Notice("undo.file_edited"), back))


def share(tx: Tx, attachment_id: bytes) -> Done[None]:
    """Give a file to the partner's own people. What somebody was given cannot be taken back: it is undone
    only until it was sent.
    """
    row = write.existing(tx, "attachment", attachment_id)
    before = write.patch(tx, "attachment", attachment_id, {"shared": 1})

    def back(tx: Tx) -> Done[None]:
        write.patch(tx, "attachment", attachment_id, before)
        return Done(None, _MOVED)

    undo = Undo(Notice("undo.file_edited"), back, unsent=("attachment", attachment_id))
    return Done(None, _MOVED, Notice("file.shared", {"name": row["file_name"]}), undo)


def remove(tx: Tx, attachment_id: bytes) -> Done[None]:
    """Take a file away. Its content stays for a while, so that undo brings all of it back."""
    row = write.remove(tx, "attachment", attachment_id)

    def back(tx: Tx) -> Done[None]:
        write.restore(tx, "attachment", row)
        return Done(None, _MOVED)

    notice = Notice("file.removed", {"name": row["file_name"]})
    return Done(None, _MOVED, notice, Undo(Notice("undo.file_removed"), back))
