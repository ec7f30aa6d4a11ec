"""Keys of this headquarters: made once, kept in its database, restored with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.hq.database import dialect_insert
from channeldesk.hq.tables import server_state

_TOKENS = "token_key"


def random_token() -> str:
    return secrets.token_urlsafe(32)


def hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def successor(connection: sa.Connection, token: str, request_id: bytes, purpose: str) -> str:
    """The token that follows ``token`` by this request. Whoever repeats the request gets it again, and it
    need not be kept: without ``token``, of which only a hash is here, nobody computes it.
    """
    message = b"\0".join((purpose.encode(), request_id, token.encode()))
    return _text(hmac.digest(own_key(connection, _TOKENS), message, "sha256"))


@dataclass(frozen=True)
class Keys:
    """What only this headquarters can compute."""

    key: bytes

    @classmethod
    def of(cls, connection: sa.Connection) -> Keys:
        """Makes them the first time: in a transaction that may write, then."""
        return cls(own_key(connection, _TOKENS))

    def hash(self, purpose: str, *parts: str) -> bytes:
        """Another one for every purpose."""
        message = "\0".join((purpose, *parts)).encode("utf-8", "backslashreplace")
        return hmac.digest(self.key, message, "sha256")

    def signed(self, purpose: str, value: str) -> str:
        """``value`` with a signature; :meth:`opened` gives it back."""
        return f"{value}.{_text(self.hash(purpose, value))}"

    def opened(self, purpose: str, text: str) -> str | None:
        """What was signed for this purpose; None for anything else."""
        value = text.rpartition(".")[0]
        return value if same(self.signed(purpose, value), text) else None

    def __repr__(self) -> str:
        return "Keys()"


def same(one: str, other: str) -> bool:
    """Takes as long wherever they differ."""
    return hmac.compare_digest(
        one.encode("utf-8", "backslashreplace"), other.encode("utf-8", "backslashreplace")
    )


def own_key(connection: sa.Connection, name: str) -> bytes:
    """32 random bytes that stay the same; made when they are first asked for."""
    query = sa.select(server_state.c.value).where(server_state.c.key == name)
    found = connection.execute(query).scalar()
    if found is None:
        mine = dialect_insert(connection)(server_state).values(key=name, value=secrets.token_hex(32))
        connection.execute(mine.on_conflict_do_nothing(index_elements=["key"]))
        found = connection.execute(query).scalar_one()
    return bytes.fromhex(found)


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
