"""Signing in where there is no browser (RFC 8628): a short code that the person types on another device.

The laptop asks again and again with a long code of its own until the person has proved on headquarters' page
who it is. The short one is shown and typed; it opens nothing by itself.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.sign_in.secrets import Keys, hashed, random_token
from channeldesk.hq.sign_in.tables import device_code as table

LASTING_MS = 10 * 60 * 1000
INTERVAL_SECONDS = 5
"""How often a laptop may ask."""
_SIGNS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels: no words come out, and nothing that is misread (RFC 8628, section 6.1)."""
_LENGTH = 8


@dataclass(frozen=True)
class Begun:
    """Told once. ``typed`` is for the person, ``code`` for the laptop."""

    code: str
    typed: str

    def __repr__(self) -> str:
        return "Begun()"


@dataclass(frozen=True)
class Waiting:
    """A laptop that asks to be let in."""

    name: str


def begin(connection: sa.Connection, name: str | None, now: int) -> Begun:
    connection.execute(sa.delete(table).where(table.c.ends_at <= now))
    begun = Begun(random_token(), "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)))
    connection.execute(
        sa.insert(table).values(
            code_hash=hashed(begun.code),
            typed_hash=_typed(connection, begun.typed),
            name=name,
            asked_at=0,
            ends_at=now + LASTING_MS,
        )
    )
    return begun


def shown(typed: str) -> str:
    """In two halves, as people read it."""
    return f"{typed[: _LENGTH // 2]}-{typed[_LENGTH // 2 :]}"


def find(connection: sa.Connection, typed: str, now: int) -> Waiting | None:
    """The laptop that shows this code and still waits."""
    query = sa.select(table.c.name).where(*_open(connection, typed, now))
    found = connection.execute(query).one_or_none()
    return None if found is None else Waiting(found.name or "")


def approve(connection: sa.Connection, typed: str, user_id: bytes, now: int) -> bool:
    """The person has proved who it is; False: the code has ended meanwhile."""
    change = sa.update(table).where(*_open(connection, typed, now)).values(user_id=user_id)
    return connection.execute(change).rowcount == 1


def redeem(connection: sa.Connection, code: str, now: int) -> bytes | Refusal:
    """The user of a code that was approved, which is used up; a refusal is returned, because what is written
    with it has to stay.
    """
    query = sa.select(table).where(table.c.code_hash == hashed(code), table.c.ends_at > now).with_for_update()
    found = connection.execute(query).one_or_none()
    if found is None:
        return refuse(401, "auth.code_not_valid")
    if found.user_id is None:
        mine = sa.update(table).where(table.c.code_hash == found.code_hash)
        connection.execute(mine.values(asked_at=now))
        if now - found.asked_at < INTERVAL_SECONDS * 1000 - 500:  # what the network took is no haste
            return refuse(400, "auth.slow_down")
        return refuse(400, "auth.not_yet")
    connection.execute(sa.delete(table).where(table.c.code_hash == found.code_hash))
    return bytes(found.user_id)


def _open(connection: sa.Connection, typed: str, now: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        table.c.typed_hash == _typed(connection, typed),
        table.c.ends_at > now,
        table.c.user_id.is_(None),
    )


def _typed(connection: sa.Connection, typed: str) -> bytes:
    """As people type it: small letters, a dash, blanks."""
    return Keys.of(connection).hash("device code", "".join(s for s in typed.upper() if s in _SIGNS))
