"""Who is asking. :class:`Authenticator` is the seam behind which every way to sign in stands: each ends in
the pair of tokens of :mod:`channeldesk.hq.sign_in.tokens`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from channeldesk.hq import audit, state, users
from channeldesk.hq.database import Database, dialect_insert
from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.policy import Principal
from channeldesk.hq.sign_in import tokens
from channeldesk.hq.sign_in.secrets import hashed
from channeldesk.hq.tables import sign_in_failure
from channeldesk.model.notice import Notice

PATIENCE = 5
"""Wrong passwords in a row that cost no waiting."""
FIRST_WAIT_MS, LONGEST_WAIT_MS = 30_000, 900_000


@dataclass(frozen=True)
class SignIn:
    """What a laptop shows to get in. Without ``device_id`` a new device is registered."""

    login: str
    password: str
    device_id: bytes | None = None
    device_name: str | None = None


@dataclass(frozen=True)
class SignedIn:
    """The tokens are told once and kept nowhere here."""

    pair: tokens.Pair
    principal: Principal
    prefix: str
    last_mid: int
    company: state.Company

    @property
    def token(self) -> str:
        """For requests."""
        return self.pair.access


class Authenticator(Protocol):
    """All raise Refusal: 401 without a valid proof, 403 for a device of somebody else, 429 to slow down."""

    def sign_in(self, request: SignIn) -> SignedIn: ...

    def identify(self, token: str) -> Principal: ...

    def refresh(self, token: str, request_id: bytes) -> SignedIn: ...

    def renew_device(self, who: Principal, name: str | None) -> SignedIn: ...


class PasswordAuthenticator:
    """Argon2id passwords, opaque tokens of which the database holds the hash only."""

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database, self._now = database, now_ms

    def sign_in(self, request: SignIn) -> SignedIn:
        login, now = request.login.strip().casefold(), self._now()
        with self._database.snapshot() as connection:
            self._check_patience(connection, login, now)
            found = connection.execute(
                sa.select(users.user.c.id, users.credential.c.password_hash)
                .join(users.credential, users.credential.c.user_id == users.user.c.id)
                .where(
                    sa.func.lower(users.user.c.login) == login,
                    users.user.c.deleted == 0,
                    users.user.c.active == 1,
                )
            ).one_or_none()
        if not users.password_fits(found.password_hash if found else None, request.password):
            self._database.run(lambda connection: _count_failure(connection, login, now))
            raise refuse(401, "auth.wrong_password")
        assert found is not None
        return self._database.run(lambda connection: self._admit(connection, found.id, login, request, now))

    def identify(self, token: str) -> Principal:
        with self._database.glance() as connection:
            who = users.bearer(connection, hashed(token), self._now())
        if who is None:
            raise refuse(401, "auth.sign_in_needed")
        return who

    def refresh(self, token: str, request_id: bytes) -> SignedIn:
        who, pair = tokens.renew(self._database, token, request_id, self._now())
        with self._database.glance() as connection:
            device = users.find_device(connection, who.user_id, who.device_id)
            return _signed_in(connection, who, device, pair)

    def _check_patience(self, connection: sa.Connection, login: str, now: int) -> None:
        query = sa.select(sign_in_failure.c.blocked_until).where(sign_in_failure.c.login == login)
        until = connection.execute(query).scalar()
        if until is not None and until > now:
            seconds = -(-(until - now) // 1000)
            raise Refusal(429, Notice("auth.too_many_failures", {"seconds": seconds}), retry_after=seconds)

    def _admit(
        self, connection: sa.Connection, user_id: bytes, login: str, request: SignIn, now: int
    ) -> SignedIn:
        connection.execute(sa.delete(sign_in_failure).where(sign_in_failure.c.login == login))
        if request.device_id is None:
            device = users.register_device(connection, user_id, request.device_name, now)
        else:
            device = users.find_device(connection, user_id, request.device_id)
        return self._issue(connection, user_id, device, "sign_in", now)

    def renew_device(self, who: Principal, name: str | None) -> SignedIn:
        """A new device with a token of its own, for a profile that was copied or restored."""
        now = self._now()

        def work(connection: sa.Connection) -> SignedIn:
            device = users.register_device(connection, who.user_id, name, now)
            return self._issue(connection, who.user_id, device, "device_renewed", now)

        return self._database.run(work)

    def _issue(
        self, connection: sa.Connection, user_id: bytes, device: Any, action: str, now: int
    ) -> SignedIn:
        who = users.principal(connection, user_id, device.id)
        if who is None:
            raise refuse(401, "auth.wrong_password")
        pair = tokens.begin(connection, user_id, device.id, now)
        actor = audit.Actor(user_id, device.id)
        audit.record(connection, actor, [audit.Entry(action, "device", device.id)], now)
        return _signed_in(connection, who, device, pair)


def _signed_in(connection: sa.Connection, who: Principal, device: Any, pair: tokens.Pair) -> SignedIn:
    return SignedIn(pair, who, device.prefix, device.last_mid, state.company(connection))


def _count_failure(connection: sa.Connection, login: str, now: int) -> None:
    """Waiting doubles with every failure beyond patience. Counted also when they come at the same moment."""
    insert = dialect_insert(connection)
    count = (
        insert(sign_in_failure)
        .values(login=login, failures=1, blocked_until=now)
        .on_conflict_do_update(index_elements=["login"], set_={"failures": sign_in_failure.c.failures + 1})
        .returning(sign_in_failure.c.failures)
    )
    beyond = int(connection.execute(count).scalar_one()) - PATIENCE
    wait = min(FIRST_WAIT_MS * 2 ** min(beyond, 10), LONGEST_WAIT_MS) if beyond >= 0 else 0
    mine = sa.update(sign_in_failure).where(sign_in_failure.c.login == login)
    connection.execute(mine.values(blocked_until=now + wait))
