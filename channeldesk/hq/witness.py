"""Laptops as witnesses: each one keeps the head of the audit trail that it was told, and tells it back with
its next hello. A trail that was rewritten as a whole, or cut at its end, holds in itself; it does not agree
with what they were told.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import orjson
import sqlalchemy as sa

from channeldesk.hq import audit, state
from channeldesk.hq.database import dialect_insert
from channeldesk.hq.tables import audit_entry, audit_witness
from channeldesk.model.tables import hq

REMEMBERED_MS = 3600 * 1000
"""A device's agreeing head is written down this often at most: hello is asked every few minutes."""

_EPOCHS = sa.text("SELECT seq, diff FROM audit_entry WHERE action IN ('set_up', 'new_epoch') ORDER BY seq")


class Verdict(StrEnum):
    """How a head that a laptop was told stands to the trail as it is now."""

    AGREES = "agrees"
    DIFFERS = "differs"
    SHORTER = "shorter"
    """The trail ends before it, in the same epoch: cut, or restored without a word (``hq restored``)."""
    RESTORED = "restored"
    """It is younger than the backup that was restored since, which the trail says itself."""
    UNKNOWN = "unknown"
    """It is of an epoch that this trail does not know."""

    @property
    def alarming(self) -> bool:
        return self in (Verdict.DIFFERS, Verdict.SHORTER, Verdict.UNKNOWN)


@dataclass(frozen=True)
class Seen:
    """A head as a laptop tells it: ``epoch.seq.hash``."""

    epoch: str
    seq: int
    hash: bytes

    @classmethod
    def of(cls, text: str | None) -> Seen | None:
        """None for what is no such thing: a laptop must not be kept from its work by it."""
        try:
            epoch, seq, digest = (text or "").rsplit(".", 2)
            told = cls(epoch, int(seq), bytes.fromhex(digest))
        except ValueError:
            return None
        return told if 0 < told.seq < 2**63 and len(told.hash) == 32 and "\0" not in epoch else None


@dataclass(frozen=True)
class Testimony:
    """What is remembered of a device. ``told_at`` in ms UTC, by headquarters' clock."""

    device: str
    told: Seen
    told_at: int
    verdict: Verdict


def weigh(connection: sa.Connection, told: Seen, epoch: str, head: int, here: bytes | None) -> Verdict:
    """``here``: the hash of the entry with the told number; ``epoch``: headquarters' own."""
    last: int | None = head
    if told.epoch != epoch:
        last = _last_of(connection, told.epoch)
    if last is None:
        return Verdict.UNKNOWN
    if told.seq <= last:
        return Verdict.AGREES if here == told.hash else Verdict.DIFFERS
    return Verdict.SHORTER if told.epoch == epoch else Verdict.RESTORED


def remember(connection: sa.Connection, who: audit.Actor, told: Seen, verdict: Verdict, now: int) -> None:
    """Keeps the newest head of a device that agrees, and of those that do not the first one of an epoch, with
    an entry in the trail. Needs a write transaction. ``now`` in ms UTC.
    """
    insert = dialect_insert(connection)
    values = {"device_id": who.device_id, "epoch": told.epoch, "differs": int(verdict.alarming)}
    news = {"seq": told.seq, "hash": told.hash, "at": now}
    statement = insert(audit_witness).values(**values, **news)
    key = ["device_id", "epoch", "differs"]
    if not verdict.alarming:
        newer = audit_witness.c.seq <= told.seq
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=news, where=newer))
        return
    first = statement.on_conflict_do_nothing(index_elements=key).returning(audit_witness.c.seq)
    if connection.execute(first).first() is not None:
        summary = {"epoch": told.epoch, "seq": told.seq, "hash": told.hash, "verdict": verdict.value}
        entry = audit.Entry("witness_differs", "device", who.device_id, summary)
        audit.record(connection, who, [entry], now)


def testimonies(connection: sa.Connection) -> list[Testimony]:
    """What every device testified, weighed against the trail as it is now. Needs a snapshot."""
    device = hq.tables["device"]
    epoch, head = state.company(connection).epoch, audit.head(connection).seq
    query = (
        sa.select(audit_witness, audit_entry.c.hash.label("here"), device.c.prefix)
        .outerjoin(audit_entry, audit_entry.c.seq == audit_witness.c.seq)
        .outerjoin(device, device.c.id == audit_witness.c.device_id)
        .order_by(audit_witness.c.at)
    )
    found = []
    for row in connection.execute(query).all():
        told = Seen(row.epoch, row.seq, bytes(row.hash))
        verdict = weigh(connection, told, epoch, head, row.here)
        found.append(Testimony(row.prefix or row.device_id.hex(), told, row.at, verdict))
    return found


def _last_of(connection: sa.Connection, epoch: str) -> int | None:
    """The last entry of a former epoch; None for one that is not in the trail."""
    starts = [(int(seq), _epoch_in(diff)) for seq, diff in connection.execute(_EPOCHS)]
    following = (after - 1 for (_, name), (after, _) in pairwise(starts) if name == epoch)
    return next(following, None)


def _epoch_in(diff: str) -> str | None:
    try:
        return str(orjson.loads(diff)["epoch"])
    except (orjson.JSONDecodeError, KeyError, TypeError):  # tampered with
        return None
