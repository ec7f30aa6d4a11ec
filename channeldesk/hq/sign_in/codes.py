"""Authorization codes: what the browser carries from the sign-in page to the laptop (RFC 6749, RFC 7636).

Good for one minute and one use, and worthless without the verifier, which never leaves the laptop's memory.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.hq.errors import refuse
from channeldesk.hq.sign_in.secrets import hashed, random_token
from channeldesk.hq.sign_in.tables import authorization_code as table

CODE_MS = 60_000


@dataclass(frozen=True)
class Asked:
    """What a laptop asked for, and its code is bound to."""

    redirect_uri: str
    challenge: str


@dataclass(frozen=True)
class Proof:
    """What a laptop shows for its tokens."""

    code: str
    verifier: str
    redirect_uri: str

    def __repr__(self) -> str:
        return "Proof()"


def issue(connection: sa.Connection, user_id: bytes, asked: Asked, now: int) -> str:
    connection.execute(sa.delete(table).where(table.c.ends_at <= now))
    code = random_token()
    connection.execute(
        sa.insert(table).values(
            code_hash=hashed(code),
            user_id=user_id,
            challenge=asked.challenge,
            redirect_uri=asked.redirect_uri,
            ends_at=now + CODE_MS,
        )
    )
    return code


def redeem(connection: sa.Connection, proof: Proof, now: int) -> bytes:
    """The user of a code, which is used up. Raises Refusal (401), and then it is not."""
    query = (
        sa.select(table)
        .where(table.c.code_hash == hashed(proof.code), table.c.ends_at > now)
        .with_for_update()
    )
    found = connection.execute(query).one_or_none()
    if (
        found is None
        or found.redirect_uri != proof.redirect_uri
        or not hmac.compare_digest(found.challenge, challenge(proof.verifier))
    ):
        raise refuse(401, "auth.code_not_valid")
    connection.execute(sa.delete(table).where(table.c.code_hash == found.code_hash))
    return bytes(found.user_id)


def challenge(verifier: str) -> str:
    """S256 of RFC 7636."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
