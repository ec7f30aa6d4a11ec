"""Who is asking. Every way to sign in ends here, in the pair of tokens of
:mod:`channeldesk.hq.sign_in.tokens`: a password, a code from the sign-in page, a code that was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from channeldesk.hq import audit, state, users
from channeldesk.hq.database import Database
from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.policy import Principal
from channeldesk.hq.sign_in import codes, device_codes, limits, tokens
from channeldesk.hq.sign_in.codes import Proof
from channeldesk.hq.sign_in.limits import NOWHERE, Place
from channeldesk.hq.sign_in.secrets import hashed
from channeldesk.hq.sign_in.settings import ways
from channeldesk.rules.administration import plain_login

T = TypeVar("T")


@dataclass(frozen=True)
class Device:
    """The laptop that is signed in on; without an id a new one is registered."""

    id: bytes | None = None
    name: str | None = None


@dataclass(frozen=True)
class SignIn:
    """What a laptop shows to get in by itself."""

    login: str
    password: str
    device: Device = Device()
    place: Place = NOWHERE


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


class Authenticator:
    """Argon2id passwords, opaque tokens of which the database holds the hash only.

    All raise Refusal: 401 without a valid proof, 403 for a device of somebody else or a way that is closed,
    429 to slow down.
    """

    def __init__(self, database: Database, now_ms: Callable[[], int]) -> None:
        self._database, self._now = database, now_ms

    def patience(self, login: str, place: Place) -> bool:
        """Whether a person of this login has been at this place before. Raises Refusal where a password would
        not even be looked at: that costs little, so it comes first.
        """
        with self._database.snapshot() as connection:
            attempt = limits.of_login(connection, plain_login(login), place, self._now())
            limits.check(connection, attempt, self._now())
        return not attempt.of_stranger

    def prove(self, login: str, password: str, place: Place) -> bytes:
        """The user whose password it is."""
        login, now = plain_login(login), self._now()

        def begin(connection: sa.Connection) -> tuple[limits.Try, Any]:
            attempt = limits.of_login(connection, login, place, now)
            limits.charge(connection, attempt, now)
            return attempt, users.find_credential(connection, login)

        attempt, found = self._database.run(begin)
        if not users.password_fits(found.password_hash if found else None, password):
            raise refuse(401, "auth.wrong_password")
        self._database.run(lambda connection: limits.proved(connection, attempt, self._now()))
        return bytes(found.id)

    def sign_in(self, request: SignIn) -> SignedIn:
        """By a password that the laptop itself was told: the command line's way, if the operator allows."""
        with self._database.glance() as connection:
            allowed = ways(connection).passwords == "everywhere"
        if not allowed:
            raise refuse(403, "auth.no_passwords")
        user_id = self.prove(request.login, request.password, request.place)
        return self._database.run(lambda connection: self._admit(connection, user_id, request.device))

    def redeem(self, proof: Proof, device: Device, place: Place) -> SignedIn:
        """By the code that the browser brought from the sign-in page."""

        def work(connection: sa.Connection) -> SignedIn:
            user_id = codes.redeem(connection, proof, self._now())
            return self._admit(connection, user_id, device)

        return self._guarded(place, lambda: self._database.run(work))

    def redeem_device_code(self, code: str, device: Device, place: Place) -> SignedIn:
        """By the code of a laptop without a browser, once its person has proved to be there."""

        def work(connection: sa.Connection) -> SignedIn | Refusal:
            found = device_codes.redeem(connection, code, self._now())
            return found if isinstance(found, Refusal) else self._admit(connection, found, device)

        def redeem() -> SignedIn:
            made = self._database.run(work)
            if isinstance(made, Refusal):
                raise made
            return made

        return self._guarded(place, redeem)

    def identify(self, token: str) -> Principal:
        with self._database.glance() as connection:
            who = users.bearer(connection, hashed(token), self._now())
        if who is None:
            raise refuse(401, "auth.sign_in_needed")
        return who

    def refresh(self, token: str, request_id: bytes, place: Place = NOWHERE) -> SignedIn:
        def work() -> SignedIn:
            who, pair = tokens.renew(self._database, token, request_id, self._now())
            with self._database.glance() as connection:
                device = users.find_device(connection, who.user_id, who.device_id)
                return _signed_in(connection, who, device, pair)

        return self._guarded(place, work)

    def _guarded(self, place: Place, work: Callable[[], SignedIn]) -> SignedIn:
        """What is too long to guess is looked at whatever happens, so nobody is held up by others; a place
        that goes on guessing is told to wait.
        """
        try:
            return work()
        except Refusal as refused:
            if refused.status == 401:
                self._charge(limits.TOKEN, place)
            raise

    def guarded(self, place: Place, work: Callable[[], T]) -> T:
        """``work`` asks the company's sign-in: a place that came back with wrong proofs too often waits
        before it is done. Whoever was not let in there, or found it away, brought no wrong one.
        """
        with self._database.snapshot() as connection:
            limits.check(connection, limits.of_place(connection, limits.COMPANY, place), self._now())
        try:
            return work()
        except Refusal as refused:
            if refused.notice.code not in ("auth.company_away", "auth.company_refused"):
                self._charge(limits.COMPANY, place)
            raise

    def _charge(self, limit: limits.Limit, place: Place) -> None:
        now = self._now()
        self._database.run(lambda c: limits.charge(c, limits.of_place(c, limit, place), now))

    def _admit(self, connection: sa.Connection, user_id: bytes, device: Device) -> SignedIn:
        now = self._now()
        if device.id is None:
            found = users.register_device(connection, user_id, device.name, now)
        else:
            found = users.find_device(connection, user_id, device.id)
        return self._issue(connection, user_id, found, "sign_in", now)

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
