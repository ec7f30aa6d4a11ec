"""Signing in at headquarters: who it says that we are, and the tokens that prove it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from channeldesk.model.notice import Notice, Problem
from channeldesk.sync.transport import HttpTransport, Refused, answered


@dataclass(frozen=True)
class Tokens:
    """``access`` for requests; ``refresh`` for the next two."""

    access: str
    refresh: str

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Tokens:
        """Raises KeyError for another answer."""
        return cls(str(answer["access_token"]), str(answer["refresh_token"]))

    def __repr__(self) -> str:
        return "Tokens()"


@dataclass(frozen=True)
class Session:
    """What headquarters said of the user and the device."""

    tokens: Tokens
    user_id: bytes
    login: str
    name: str
    role: str
    language: str | None
    device_id: bytes
    device_prefix: str
    last_mid: int
    company: str
    currency: str
    contact: Mapping[str, Any] = field(default_factory=dict)
    """What every contact renews: see ``sync.lease``."""

    @property
    def token(self) -> str:
        """For requests."""
        return self.tokens.access

    def __repr__(self) -> str:
        return f"Session({self.login!r} on device {self.device_prefix!r})"


def sign_in(
    server: str, login: str, password: str, *, device_id: bytes | None = None, device_name: str = ""
) -> Session:
    """A session for the user; a new device is registered when ``device_id`` is None or not known any more:
    headquarters may have been restored from a backup that is older than the device.

    Raises SignInNeeded for a wrong login or password, Offline when headquarters cannot be reached, Problem
    for what is no address at all.
    """
    proof = {"grant_type": "password", "login": login, "password": password}
    with reaching(server) as transport:
        return exchanged(transport, proof, device_id, device_name)


@contextmanager
def reaching(server: str) -> Iterator[HttpTransport]:
    """A way to headquarters for somebody who has no token yet. Raises Problem for what is no address."""
    if not _is_address(server):
        raise Problem(Notice("sync.bad_address", {"server": server}))
    transport = HttpTransport(server, "")
    try:
        yield transport
    finally:
        transport.close()


def exchanged(
    transport: HttpTransport, proof: Mapping[str, Any], device_id: bytes | None, device_name: str
) -> Session:
    """A session for whatever proves who somebody is."""
    device = {"id": device_id.hex() if device_id else None, "name": device_name}
    try:
        answer = transport.post("/auth/v1/token", {**proof, "device": device})
    except Refused as refused:
        if device_id is None or refused.notice.code != "auth.unknown_device":
            raise
        answer = transport.post("/auth/v1/token", {**proof, "device": {**device, "id": None}})
    with answered():
        return Session(
            tokens=Tokens.of(answer),
            user_id=bytes.fromhex(answer["user"]["id"]),
            login=answer["user"]["login"],
            name=answer["user"]["name"],
            role=answer["user"]["role"],
            language=answer["user"]["language"],
            device_id=bytes.fromhex(answer["device"]["id"]),
            device_prefix=answer["device"]["prefix"],
            last_mid=int(answer["device"]["last_mid"]),
            company=answer["company"]["name"],
            currency=answer["company"]["currency"],
            contact={name: answer[name] for name in ("lease", "signing_key") if name in answer},
        )


def check_person(session: Session, server: str, user_id: bytes) -> None:
    """Raises Problem for a session of somebody else than the profile is of, and ends it at headquarters: who
    else would, since nothing here keeps it.
    """
    if session.user_id != user_id:
        with suppress(Problem), closing(HttpTransport(server, session.token)) as transport:
            transport.post("/auth/v1/sign-out", {})
        raise Problem(Notice("sync.other_user"))


def _is_address(server: str) -> bool:
    try:
        parts = urlsplit(server)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
