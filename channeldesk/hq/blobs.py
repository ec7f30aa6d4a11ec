"""The content of files at headquarters: received in order, verified by its hash, kept once.

An attachment points at a blob. While its content arrives the blob is its own, so that nobody's half spoils
another's; once verified, attachments with the same content share one. To know a hash is not enough to share
it: a sender proves possession, or may read that content already.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import audit, bulk, row_security, rows, sequencer
from channeldesk.hq.database import Database
from channeldesk.hq.errors import refuse
from channeldesk.hq.policy import Access, Principal, access, scope_of
from channeldesk.hq.tables import attachment_content as link
from channeldesk.hq.tables import blob, blob_chunk
from channeldesk.model.attachments import LARGEST_FILE, Attachment
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from channeldesk.wire.files import CHUNK, proof

_attachment = hq.tables["attachment"]
_HEX = frozenset("0123456789abcdef")

Row = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """How far an upload is: ``received`` of ``size`` bytes are here, without a gap."""

    size: int
    received: int
    complete: bool
    challenge: str


@dataclass(frozen=True)
class Content:
    """A complete file that the asker may read."""

    blob_id: bytes
    size: int
    sha256: str


@dataclass(frozen=True)
class Shelf:
    """The files as one principal may handle them; ``now`` in ms UTC."""

    database: Database
    who: Principal
    now: int

    def begin(self, attachment_id: bytes) -> Standing:
        """Starts the upload of an attachment's content, or tells where it stands. Raises Refusal."""
        standing = self.database.run(lambda connection: self._begin(connection, attachment_id))
        return self._finished(attachment_id, standing)

    def prove(self, attachment_id: bytes, answer: str) -> Standing:
        """Ends an upload at once where the content is here already and the sender shows that it has it."""
        with self.database.snapshot() as connection:
            row, own = self._own(connection, attachment_id)
            known = _complete(connection, row["sha256"], row["size"])
        if known is None or own["complete"]:
            return _standing(own)
        expected = proof(own["challenge"], parts(self.database, known, 0, row["size"]))
        if not hmac.compare_digest(expected, answer):
            return _standing(own)
        return self.database.run(lambda connection: self._share(connection, attachment_id, known))

    def receive(self, attachment_id: bytes, offset: int, data: bytes) -> Standing:
        """Takes the next part. Raises Refusal for a gap and for too much; a wrong hash begins anew."""
        standing = self.database.run(
            lambda connection: self._receive(connection, attachment_id, offset, data)
        )
        return self._finished(attachment_id, standing)

    def find(self, attachment_id: bytes) -> Content:
        """The content to read. Raises Refusal where there is none, or not for this principal."""
        with self.database.snapshot() as connection:
            row = self._visible(connection, attachment_id)
            own = _linked(connection, attachment_id)
        if own is None or not own["complete"] or not _fits(own, row):
            raise refuse(404, "file.not_stored")
        return Content(own["id"], own["size"], own["sha256"])

    def _visible(self, connection: sa.Connection, attachment_id: bytes, *, lock: bool = False) -> Row:
        scope = scope_of(connection, self.who)
        allowed = access(scope, Attachment)
        query = sa.select(_attachment).where(_attachment.c.id == attachment_id, allowed.rows)
        if lock:
            found = connection.execute(query.with_for_update()).mappings().one_or_none()
        else:
            with row_security.fenced(connection, scope):
                found = connection.execute(query).mappings().one_or_none()
        if found is None:
            raise refuse(404, "file.unknown")
        return dict(found)

    def _access(self, connection: sa.Connection) -> Access:
        return access(scope_of(connection, self.who), Attachment)

    def _sender(self, connection: sa.Connection, attachment_id: bytes) -> Row:
        """The attachment, locked, if this principal is the one to send its content."""
        row = self._visible(connection, attachment_id, lock=True)
        if row["created_by"] != self.who.user_id or "insert" not in self._access(connection).writes:
            raise refuse(403, "file.not_yours")
        return row

    def _own(self, connection: sa.Connection, attachment_id: bytes) -> tuple[Row, Row]:
        row = self._visible(connection, attachment_id)
        own = _linked(connection, attachment_id)
        if row["created_by"] != self.who.user_id:
            raise refuse(403, "file.not_yours")
        if own is None or not _fits(own, row):
            raise refuse(409, "file.gap", expected=0)
        return row, own

    def _begin(self, connection: sa.Connection, attachment_id: bytes) -> Standing:
        row = self._sender(connection, attachment_id)
        _check(row)
        own = _linked(connection, attachment_id)
        if own is not None and not _fits(own, row):  # described anew: another content
            _drop(connection, attachment_id, own)
            own = None
        if own is None:
            known = self._readable(connection, row)
            own = _start(connection, row, self.now) if known is None else _point(connection, row, known)
        if own["complete"]:
            self._stamp(connection, row)
        return _standing(own)

    def _readable(self, connection: sa.Connection, row: Row) -> bytes | None:
        """A blob of this content that the principal could read before, perhaps through a deleted row."""
        query = (
            sa.select(blob.c.id)
            .join(link, link.c.blob_id == blob.c.id)
            .join(_attachment, _attachment.c.id == link.c.attachment_id)
            .where(blob.c.complete == 1, blob.c.sha256 == row["sha256"], blob.c.size == row["size"])
            .where(_attachment.c.sha256 == blob.c.sha256, self._access(connection).units)
        )
        return _kept(connection, connection.execute(query.limit(1)).scalar_one_or_none())

    def _receive(self, connection: sa.Connection, attachment_id: bytes, offset: int, data: bytes) -> Standing:
        row = self._sender(connection, attachment_id)
        own = _linked(connection, attachment_id)
        if own is None or not _fits(own, row):
            raise refuse(409, "file.gap", expected=0)
        if own["complete"]:
            return _standing(own)
        if offset != own["received"] or not data or offset + len(data) > own["size"]:
            raise refuse(409, "file.gap", expected=own["received"])
        connection.execute(sa.insert(blob_chunk).values(blob_id=own["id"], position=offset, data=data))
        received = offset + len(data)
        connection.execute(sa.update(blob).where(blob.c.id == own["id"]).values(received=received))
        return _standing({**own, "received": received})

    def _finished(self, attachment_id: bytes, standing: Standing) -> Standing:
        """Verifies a content whose last byte is here; also one whose verification was cut off."""
        if standing.complete or standing.received != standing.size:
            return standing
        with self.database.snapshot() as connection:
            row, own = self._own(connection, attachment_id)
        found = hashlib.sha256()
        for part in parts(self.database, own["id"], 0, own["size"]):
            found.update(part)
        right = found.hexdigest() == row["sha256"]

        def settle(connection: sa.Connection) -> Standing:
            return self._verified(connection, attachment_id, own, right)

        try:
            return self.database.run(settle)
        except sa.exc.IntegrityError:  # the same content was completed by somebody else at this moment
            return self.database.run(settle)

    def _verified(self, connection: sa.Connection, attachment_id: bytes, own: Row, right: bool) -> Standing:
        row = self._sender(connection, attachment_id)
        now = _linked(connection, attachment_id)
        if now is None or now["id"] != own["id"]:
            raise refuse(409, "file.gap", expected=0)
        if not right:
            _empty(connection, own["id"])
            connection.execute(sa.update(blob).where(blob.c.id == own["id"]).values(received=0))
            return _standing({**now, "received": 0})
        known = _kept(connection, _complete(connection, row["sha256"], row["size"]))
        if known is not None and known != own["id"]:
            return self._share(connection, attachment_id, known)
        whole = sa.update(blob).where(blob.c.id == own["id"]).values(complete=1)
        if not connection.execute(whole).rowcount:  # swept at this moment
            raise refuse(409, "file.gap", expected=0)
        self._stamp(connection, row)
        return _standing({**now, "complete": 1})

    def _share(self, connection: sa.Connection, attachment_id: bytes, known: bytes) -> Standing:
        """Lets the attachment use a content that is here already, in place of what it sent."""
        row = self._sender(connection, attachment_id)
        own = _linked(connection, attachment_id)
        if own is None or own["id"] != known:
            if _kept(connection, known) is None:  # swept since it was proved
                if own is None:
                    raise refuse(409, "file.gap", expected=0)
                return _standing(own)
            if own is not None:
                _drop(connection, attachment_id, own)
            own = _point(connection, row, known)
        self._stamp(connection, row)
        return _standing(own)

    def _stamp(self, connection: sa.Connection, row: Row) -> None:
        """Tells every laptop in scope, by the feed, that the content can be fetched."""
        if row["stored_at"] is None:
            actor = audit.Actor(self.who.user_id, self.who.device_id)
            rows.update(connection, "attachment", row, {"stored_at": self.now}, now=self.now, actor=actor)
            sequencer.drain(connection, self.now)


def parts(database: Database, blob_id: bytes, start: int, stop: int) -> Iterator[bytes]:
    """Bytes from ``start`` up to ``stop``, a snapshot for each part: a verified content never changes."""
    at = start
    while at < stop:
        here = sa.and_(blob_chunk.c.blob_id == blob_id, blob_chunk.c.position <= at)
        query = sa.select(blob_chunk.c.position, blob_chunk.c.data).where(here)
        with database.snapshot() as connection:
            found = connection.execute(query.order_by(blob_chunk.c.position.desc()).limit(1)).one_or_none()
        piece = b"" if found is None else bytes(found.data)[at - found.position : stop - found.position]
        if not piece:
            raise refuse(404, "file.not_stored")
        yield piece
        at += len(piece)


def sweep(connection: sa.Connection, before: int) -> int:
    """Forgets contents that nobody can ask for: of attachments deleted before ``before`` (ms UTC), of uploads
    begun before it and never ended, and what nothing points at. Returns how many blobs went.
    """
    lost = sa.select(_attachment.c.id).where(
        _attachment.c.deleted == 1,
        _attachment.c.updated_at < before,
        _attachment.c.id.in_(sa.select(link.c.attachment_id)),
    )
    # Locked: one that is made again at this moment keeps its content.
    deleted = connection.scalars(lost.order_by(_attachment.c.id).with_for_update(read=True)).all()
    known = sa.select(_attachment.c.id)
    gone = sa.or_(bulk.among(connection, link.c.attachment_id, deleted), link.c.attachment_id.not_in(known))
    connection.execute(sa.delete(link).where(gone))
    stale = sa.select(blob.c.id).where(blob.c.complete == 0, blob.c.started_at < before)
    connection.execute(sa.delete(link).where(link.c.blob_id.in_(stale)))
    unused = blob.c.id.not_in(sa.select(link.c.blob_id))
    free = sa.select(blob.c.id).where(unused).order_by(blob.c.id)
    locked = connection.scalars(free.with_for_update()).all()
    # Asked again now that nobody can come to share them: somebody may have, before.
    mine = bulk.among(connection, blob.c.id, locked)
    left = connection.scalars(sa.select(blob.c.id).where(mine, unused)).all()
    for blob_id in left:
        _empty(connection, blob_id)
    return connection.execute(sa.delete(blob).where(bulk.among(connection, blob.c.id, left))).rowcount


def _check(row: Row) -> None:
    if row["size"] <= 0:
        raise refuse(422, "file.bad_description", field="size")
    if row["size"] > LARGEST_FILE:
        raise refuse(413, "file.too_large", name=row["file_name"], limit=LARGEST_FILE // 1024**2)
    if len(row["sha256"]) != 64 or not _HEX.issuperset(row["sha256"]):
        raise refuse(422, "file.bad_description", field="sha256")


def _linked(connection: sa.Connection, attachment_id: bytes) -> Row | None:
    query = (
        sa.select(blob, link.c.challenge)
        .join(link, link.c.blob_id == blob.c.id)
        .where(link.c.attachment_id == attachment_id)
    )
    found = connection.execute(query).mappings().one_or_none()
    return None if found is None else dict(found)


def _fits(own: Row, row: Row) -> bool:
    return bool(own["sha256"] == row["sha256"] and own["size"] == row["size"])


def _kept(connection: sa.Connection, blob_id: bytes | None) -> bytes | None:
    """The blob, which nobody sweeps before this transaction ends; None if it was swept."""
    if blob_id is None:
        return None
    query = sa.select(blob.c.id).where(blob.c.id == blob_id).with_for_update(read=True)
    return connection.execute(query).scalar_one_or_none()


def described(connection: sa.Connection, before: Row, values: Row) -> Row:
    """What an edit of an attachment's row, or making it again, says beside it: a content that is not here
    was not stored.
    """
    row = {**before, **values}
    if row["stored_at"] is None:
        return {}
    own = _linked(connection, row["id"])
    return {} if own is not None and own["complete"] and _fits(own, row) else {"stored_at": None}


def _complete(connection: sa.Connection, sha256: str, size: int) -> bytes | None:
    query = sa.select(blob.c.id).where(blob.c.complete == 1, blob.c.sha256 == sha256, blob.c.size == size)
    return connection.execute(query).scalar_one_or_none()


def _start(connection: sa.Connection, row: Row, now: int) -> Row:
    made = {"id": new_id(), "sha256": row["sha256"], "size": row["size"], "received": 0, "complete": 0}
    connection.execute(sa.insert(blob).values(**made, started_at=now))
    return _point(connection, row, made["id"])


def _point(connection: sa.Connection, row: Row, blob_id: bytes) -> Row:
    made = {"attachment_id": row["id"], "blob_id": blob_id, "challenge": secrets.token_hex(32)}
    connection.execute(sa.insert(link).values(made))
    own = _linked(connection, row["id"])
    assert own is not None
    return own


def _drop(connection: sa.Connection, attachment_id: bytes, own: Row) -> None:
    connection.execute(sa.delete(link).where(link.c.attachment_id == attachment_id))
    if not own["complete"]:  # while it arrives a blob is this attachment's own
        _empty(connection, own["id"])
        connection.execute(sa.delete(blob).where(blob.c.id == own["id"]))


def _empty(connection: sa.Connection, blob_id: bytes) -> None:
    connection.execute(sa.delete(blob_chunk).where(blob_chunk.c.blob_id == blob_id))


def _standing(own: Row) -> Standing:
    return Standing(own["size"], own["received"], bool(own["complete"]), own["challenge"])


__all__ = ["CHUNK", "Content", "Shelf", "Standing", "parts", "sweep"]
