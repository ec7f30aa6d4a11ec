"""The content of files between laptop and headquarters: a queue of its own, after the rows.

What is to be sent is read from the rows: files that this person added, whose row headquarters has and whose
content it has not. So nothing has to be remembered that a crash could lose. Both directions go part by part
and resume where the other end, or this one, stands; a file that fails is noted and holds up no other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from channeldesk.model.local import inbox, journal, outbox
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.tables import laptop
from channeldesk.store import images
from channeldesk.sync import local_facts
from channeldesk.sync.transport import Offline, Refused, SignInNeeded
from channeldesk.wire.files import CHUNK, proof

if TYPE_CHECKING:
    from channeldesk.store.database import Database

_attachment = laptop.tables["attachment"]
AGAIN_MS = 3_600_000
"""A file that failed is tried again after this, or when a person asks."""
_TURNS = 3
"""How often headquarters may ask to begin anew before the file counts as failed."""


class FileTransport(Protocol):
    """What is needed of the transport: it raises Offline, Busy, SignInNeeded or Refused."""

    def post(self, path: str, message: dict[str, Any]) -> dict[str, Any]: ...

    def put_bytes(self, path: str, data: bytes) -> dict[str, Any]: ...

    def get_bytes(self, path: str, start: int, stop: int) -> bytes: ...


@dataclass(frozen=True)
class FileJob:
    """One file to be sent or fetched; ``size`` in bytes."""

    attachment_id: bytes
    file_name: str
    sha256: str
    size: int

    @property
    def path(self) -> str:
        return f"/sync/v1/files/{self.attachment_id.hex()}"


@dataclass(frozen=True)
class FileStep:
    """Between two parts: ``state`` is sending, sent, fetching, fetched or failed; ``done`` in bytes."""

    state: str
    job: FileJob
    done: int = 0


Steps = Generator[FileStep, None, None]


def waiting(connection: sa.Connection, limit: int | None = None) -> list[FileJob]:
    """Files of this person whose rows are at headquarters and whose content is not, the oldest first."""
    me = images.read_state(connection, "user_id")
    if me is None:
        return []
    query = sa.select(_attachment).where(
        _attachment.c.created_by == bytes.fromhex(me), _attachment.c.stored_at.is_(None), _attachment.c.rv > 0
    )
    return _jobs(connection, query.order_by(_attachment.c.created_at, _attachment.c.id).limit(limit))


def unsent(connection: sa.Connection) -> set[str]:
    """Hashes of what was added here and headquarters does not have, whether its row was sent or not."""
    me = images.read_state(connection, "user_id")
    mine = _attachment.c.rv == 0
    if me is not None:
        mine |= _attachment.c.created_by == bytes.fromhex(me)
    query = sa.select(_attachment.c.sha256).where(mine, _attachment.c.stored_at.is_(None))
    return set(connection.execute(query).scalars())


def stored(connection: sa.Connection, hashes: Iterable[str]) -> list[FileJob]:
    """One file at headquarters for each of these contents."""
    wanted = list(hashes)
    query = sa.select(_attachment).where(_attachment.c.stored_at.is_not(None), _attachment.c.rv > 0)
    jobs = _jobs(connection, query.where(_attachment.c.sha256.in_(wanted)).order_by(_attachment.c.id))
    return list({job.sha256: job for job in jobs}.values())


def of_partners(connection: sa.Connection, partner_ids: Iterable[bytes]) -> list[FileJob]:
    """What headquarters has of these partners' files, each content once."""
    query = sa.select(_attachment).where(
        _attachment.c.partner_id.in_(list(partner_ids)), _attachment.c.stored_at.is_not(None)
    )
    return list({job.sha256: job for job in _jobs(connection, query.order_by(_attachment.c.id))}.values())


def transfer(database: Database, transport: FileTransport) -> Steps:
    """Sends what waits, then fetches what is wanted. Raises Offline or SignInNeeded; the rest is noted.

    May be dropped between any two steps.
    """
    yield from send_waiting(database, transport)
    yield from fetch_wanted(database, transport)


def send_waiting(database: Database, transport: FileTransport) -> Steps:
    with database.read() as connection:
        jobs = waiting(connection)
    for job in _untroubled(database, jobs):
        yield from _guarded(database, job, upload(database, transport, job))
    if jobs:
        tidy(database)


def fetch_wanted(database: Database, transport: FileTransport) -> Steps:
    missing = [sha256 for sha256, held in database.files.pinned().items() if not held.complete]
    if not missing:
        return
    with database.read() as connection:
        jobs = stored(connection, missing)
    for job in _untroubled(database, jobs):
        yield from _guarded(database, job, download(database, transport, job, pin=True))


def upload(database: Database, transport: FileTransport, job: FileJob) -> Steps:
    """Sends one file from where headquarters stands. Raises Problem when it cannot be sent at all."""
    files = database.files
    yield FileStep("sending", job)
    standing = transport.post(f"{job.path}/upload", {})
    held = files.states([job.sha256]).get(job.sha256)
    if not standing["complete"] and (held is None or not held.complete):
        raise Problem.of("file.lost", name=job.file_name, remedy="remedy.add_again")
    if not standing["complete"] and standing["received"] == 0:
        answer = proof(standing["challenge"], files.read(job.sha256))
        standing = transport.post(f"{job.path}/proof", {"sha256": answer})
    turns = 0
    while not standing["complete"]:
        at = int(standing["received"])
        yield FileStep("sending", job, at)
        part = files.part(job.sha256, at, min(CHUNK, max(1, int(standing["chunk"])), job.size - at))
        try:
            standing = transport.put_bytes(f"{job.path}/upload?offset={at}", part)
        except Refused as refused:
            if refused.notice.code != "file.gap":
                raise
            standing = transport.post(f"{job.path}/upload", {})
        if not standing["complete"] and int(standing["received"]) <= at:
            turns += 1
            if turns == _TURNS:
                raise _why(database, job)
    with database.apply() as connection:  # the row itself comes with the next round
        known = _attachment.c.id == job.attachment_id
        connection.execute(
            sa.update(_attachment)
            .where(known, _attachment.c.stored_at.is_(None))
            .values(stored_at=database.now_ms())
        )
    yield FileStep("sent", job, job.size)


def download(database: Database, transport: FileTransport, job: FileJob, *, pin: bool = False) -> Steps:
    """Fetches one file from where it stands here. Raises Problem when it cannot be fetched."""
    files = database.files
    held = files.expect(job.sha256, job.size, pin=pin)
    have = held.have
    while not held.complete:
        yield FileStep("fetching", job, have)
        if have < job.size:
            part = transport.get_bytes(job.path, have, min(have + CHUNK, job.size))
            have = files.append(job.sha256, have, part)
        if have == job.size and not files.verify(job.sha256):
            raise Problem.of("file.hash_differs", remedy="remedy.try_again")
        held = files.expect(job.sha256, job.size)
        have = held.have
    files.trim(spare=[job.sha256])
    yield FileStep("fetched", job, job.size)


def _guarded(database: Database, job: FileJob, steps: Steps) -> Steps:
    """Notes why a file failed and ends its steps; what concerns every file passes."""
    try:
        yield from steps
    except (Offline, SignInNeeded):
        raise
    except Problem as problem:
        told = json.dumps(problem.notice.to_wire(), ensure_ascii=False)
        database.files.note_trouble(job.attachment_id, told, problem.remedy)
        yield FileStep("failed", job)
    else:
        database.files.forget_trouble(job.attachment_id)


def _untroubled(database: Database, jobs: list[FileJob]) -> Iterator[FileJob]:
    recent = database.now_ms() - AGAIN_MS
    troubled = {one for one, (_, _, at) in database.files.troubles().items() if at > recent}
    return (job for job in jobs if job.attachment_id not in troubled)


def _why(database: Database, job: FileJob) -> Problem:
    """Headquarters counts another hash than ours, again and again: is it our copy?"""
    found = hashlib.sha256()
    for part in database.files.read(job.sha256):
        found.update(part)
    if found.hexdigest() == job.sha256:
        return Problem.of("file.hash_differs", remedy="remedy.try_again")
    return Problem.of("file.lost", name=job.file_name, remedy="remedy.add_again")


def tidy(database: Database) -> None:
    """Lets go what headquarters has, drops what this person may no longer see, or nobody names any more.

    Nothing is decided while rows are still arriving for the first time.
    """
    held = database.files.all_held()
    if not held:
        return
    with database.read() as connection:
        if local_facts.needs_filling(connection):
            return
        named, sent = _named(connection, list(held)), _rows_sent(connection)
    for sha256, all_stored in named.items():
        if held[sha256] and all_stored:
            database.files.sent(sha256)
    database.files.drop(sha256 for sha256, ours in held.items() if not ours and sha256 not in named)
    database.files.orphans(set(named) | sent)


def _named(connection: sa.Connection, hashes: list[str]) -> dict[str, bool]:
    """Contents that a row, the outbox or the inbox names, and whether headquarters has them for every row."""
    found: dict[str, bool] = {}
    for start in range(0, len(hashes), 500):
        some = _attachment.c.sha256.in_(hashes[start : start + 500])
        query = sa.select(_attachment.c.sha256, _attachment.c.stored_at).where(some)
        for row in connection.execute(query):
            found[row.sha256] = found.get(row.sha256, True) and row.stored_at is not None
    mine = outbox.c.entity == "attachment"
    texts = [*connection.execute(sa.select(outbox.c.base).where(mine)).scalars()]
    texts += [*connection.execute(sa.select(outbox.c.changes).where(mine)).scalars()]
    told = inbox.c.mutations.contains('"attachment"')
    texts += [*connection.execute(sa.select(inbox.c.mutations).where(told)).scalars()]
    for sha256 in hashes if texts else []:
        if sha256 not in found and any(sha256 in text for text in texts):
            found[sha256] = False
    return found


def _rows_sent(connection: sa.Connection) -> set[str]:
    """Contents whose rows headquarters took, wherever these are now: an area may come back with them."""
    query = sa.select(journal.c.mutation).where(journal.c.mutation.contains('"attachment"'))
    sent = [json.loads(text) for text in connection.execute(query).scalars()]
    gone = {one["id"] for one in sent if one["op"] == "delete"}
    return {
        str(one["set"]["sha256"])
        for one in sent
        if one["entity"] == "attachment" and one["id"] not in gone and "sha256" in one["set"]
    }


def _jobs(connection: sa.Connection, query: Any) -> list[FileJob]:
    return [
        FileJob(bytes(row["id"]), row["file_name"], row["sha256"], row["size"])
        for row in connection.execute(query).mappings()
    ]


def notice_of(trouble: str) -> Notice:
    """The notice of a noted trouble."""
    return Notice.from_wire(json.loads(trouble))
