"""Tokens of a device: a short one for requests, and one that is changed for the next pair.

A refresh token is good for one use. Used again, by whoever stole it or from whoever it was stolen, it shuts
the device out; but a repetition of the same request, whose answer was lost, gets the same answer. (RFC 9700,
section 4.14.2, with the request's id to tell the two.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import audit, users
from channeldesk.hq.database import Database
from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.policy import Principal
from channeldesk.hq.sign_in.secrets import hashed, random_token, successor
from channeldesk.hq.sign_in.tables import refresh_token
from channeldesk.hq.tables import access_token

ACCESS_MS = 15 * 60 * 1000
DAY_MS = 24 * 3600 * 1000
IDLE_MS, ABSOLUTE_MS = 90 * DAY_MS, 180 * DAY_MS
"""A device that stays away, and any device after a while, asks its person to sign in again."""
REMEMBERED_MS = 30 * DAY_MS
"""How long a used token is known, so that its second use is noticed."""


@dataclass(frozen=True)
class Pair:
    """Told once; the database holds hashes. ``expires_at``, ``ends_at`` in ms UTC: of the access token, and
    of the last refresh token that can follow.
    """

    access: str
    refresh: str
    expires_at: int
    ends_at: int

    def __repr__(self) -> str:
        return f"Pair(expires_at={self.expires_at})"


def begin(connection: sa.Connection, user_id: bytes, device_id: bytes, now: int) -> Pair:
    """After a person proved who it is. Other tokens of the device stay: two copies of a profile are one
    device until they hand something in, and would sign each other out for ever.
    """
    pair = Pair(random_token(), random_token(), now + ACCESS_MS, now + ABSOLUTE_MS)
    _write(connection, user_id, device_id, pair, signed_in_at=now, now=now)
    return pair


def end(connection: sa.Connection, device_id: bytes) -> None:
    """The device is signed out."""
    for table in (refresh_token, access_token):
        connection.execute(sa.delete(table).where(table.c.device_id == device_id))


def renew(database: Database, token: str, request_id: bytes, now: int) -> tuple[Principal, Pair]:
    """The next pair. Raises Refusal (401): unknown, too old, of a user or device that may not come in any
    more, or used already by another request.
    """
    made = database.run(lambda connection: _renew(connection, token, request_id, now))
    if isinstance(made, Refusal):
        raise made
    return made


def _renew(
    connection: sa.Connection, token: str, request_id: bytes, now: int
) -> tuple[Principal, Pair] | Refusal:
    """A refusal is returned, not raised: what was written with it has to stay."""
    query = sa.select(refresh_token).where(refresh_token.c.token_hash == hashed(token)).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        return refuse(401, "auth.sign_in_needed")
    who = users.principal(connection, found.user_id, found.device_id)
    if who is None:
        return refuse(401, "auth.sign_in_needed")
    if min(found.issued_at + IDLE_MS, found.signed_in_at + ABSOLUTE_MS) <= now:
        end(connection, found.device_id)
        return refuse(401, "auth.session_ended")
    pair = Pair(
        successor(connection, token, request_id, "access"),
        successor(connection, token, request_id, "refresh"),
        now + ACCESS_MS,
        found.signed_in_at + ABSOLUTE_MS,
    )
    if found.used_at is not None and not _repeats(connection, found, request_id, pair):
        end(connection, found.device_id)
        actor = audit.Actor(found.user_id, found.device_id)
        audit.record(connection, actor, [audit.Entry("token_reused", "device", found.device_id)], now)
        return refuse(401, "auth.token_reused")
    mine = refresh_token.c.token_hash == found.token_hash
    connection.execute(sa.update(refresh_token).where(mine).values(used_at=now, request_id=request_id))
    _forget(connection, found.device_id, pair, now)
    _write(connection, found.user_id, found.device_id, pair, signed_in_at=found.signed_in_at, now=now)
    return who, pair


def _repeats(connection: sa.Connection, found: Any, request_id: bytes, pair: Pair) -> bool:
    """Whether the same request comes again, and what it was answered has not been used."""
    if found.request_id != request_id:
        return False
    query = sa.select(refresh_token.c.used_at).where(refresh_token.c.token_hash == hashed(pair.refresh))
    next_one = connection.execute(query).one_or_none()
    return next_one is not None and next_one.used_at is None


def _forget(connection: sa.Connection, device_id: bytes, pair: Pair, now: int) -> None:
    """What is about to be written again, and what is too old to matter."""
    own = refresh_token.c.device_id == device_id
    used, idle = refresh_token.c.used_at <= now - REMEMBERED_MS, refresh_token.c.issued_at <= now - IDLE_MS
    again = refresh_token.c.token_hash == hashed(pair.refresh)
    connection.execute(sa.delete(refresh_token).where(own, sa.or_(used, idle, again)))
    mine, expired = access_token.c.device_id == device_id, access_token.c.expires_at <= now
    same = access_token.c.token_hash == hashed(pair.access)
    connection.execute(sa.delete(access_token).where(mine, sa.or_(expired, same)))


def _write(
    connection: sa.Connection, user_id: bytes, device_id: bytes, pair: Pair, *, signed_in_at: int, now: int
) -> None:
    whose = {"user_id": user_id, "device_id": device_id, "issued_at": now}
    connection.execute(
        sa.insert(access_token).values(token_hash=hashed(pair.access), expires_at=pair.expires_at, **whose)
    )
    connection.execute(
        sa.insert(refresh_token).values(token_hash=hashed(pair.refresh), signed_in_at=signed_in_at, **whose)
    )
