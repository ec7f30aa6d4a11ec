"""The company's own sign-in behind headquarters (OpenID Connect): a code with PKCE, an identity token whose
signature, issuer, audience, time and nonce are checked, and one claim that names the login.

Between leaving and coming back nothing is kept here: the browser carries it, signed.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
import requests

from channeldesk.hq import users
from channeldesk.hq.database import Database
from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.sign_in.codes import challenge
from channeldesk.hq.sign_in.forms import TRIP_MS
from channeldesk.hq.sign_in.secrets import Keys, same
from channeldesk.hq.sign_in.settings import SECRET, Ways
from channeldesk.model.notice import Notice

RETURN = "/auth/v1/company"
PATIENCE = (3.0, 5.0)
"""Seconds to connect to the provider, and without a byte of it."""
_LARGEST = 512 * 1024
_KEPT_SECONDS, _AGAIN_SECONDS = 3600.0, 20.0
_LEEWAY_SECONDS = 60
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Of a key pair only: whoever knows the public half must not be able to sign."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trip:
    """One way to the company's sign-in and back."""

    id: str
    verifier: str
    nonce: str
    back: str
    typed: str
    at: int
    sealed: str = ""

    @classmethod
    def begin(cls, keys: Keys, back: str, typed: str, now: int) -> Trip:
        """``back``: path and query of the page that was left; ``typed``: the code of the other computer."""
        return cls._of(keys, {"id": secrets.token_urlsafe(24), "back": back, "typed": typed, "at": now})

    @classmethod
    def resume(cls, keys: Keys, cookie: str, state: str, now: int) -> Trip:
        """Raises Refusal where this browser did not leave, or long ago."""
        opened = keys.opened("company", bytes.fromhex(_hex(cookie)).decode("utf-8", "replace"))
        if opened is None:
            raise refuse(403, "auth.page_too_old")
        trip = cls._of(keys, json.loads(opened))
        if trip.at + TRIP_MS < now or not same(trip.id, state):
            raise refuse(403, "auth.page_too_old")
        return trip

    @classmethod
    def _of(cls, keys: Keys, kept: dict[str, Any]) -> Trip:
        """Verifier and nonce are derived, so the browser does not know them."""
        sealed = keys.signed("company", json.dumps(kept))
        secret = (keys.hash(purpose, kept["id"]).hex() for purpose in ("company verifier", "company nonce"))
        return cls(kept["id"], next(secret), next(secret), kept["back"], kept["typed"], kept["at"], sealed)

    @property
    def cookie(self) -> str:
        """What the browser carries."""
        return self.sealed.encode().hex()

    def __repr__(self) -> str:
        return "Trip()"


@dataclass(frozen=True)
class _Provider:
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _Known:
    """What providers say of themselves, for an hour; a failure for a little while. One request at a time
    asks; others go on with what was known, so that a provider that hangs holds up nobody else.
    """

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._found: dict[str, tuple[float, _Provider | None]] = {}
        self._keys: dict[str, tuple[float, jwt.PyJWKSet]] = {}

    def provider(self, issuer: str) -> _Provider:
        until, found = self._found.get(issuer, (0.0, None))
        if until <= time.monotonic() and self._asking.acquire(blocking=False):
            try:
                found = self._ask(issuer)
                kept = _AGAIN_SECONDS if found is None else _KEPT_SECONDS
                self._found[issuer] = (time.monotonic() + kept, found)
            finally:
                self._asking.release()
        if found is None:
            raise refuse(502, "auth.company_away")
        return found

    def key(self, provider: _Provider, token: str) -> jwt.PyJWK:
        """The key that the token names; providers change theirs, so an unknown one is asked for again."""
        kid = jwt.get_unverified_header(token).get("kid")
        at, found = self._keys.get(provider.jwks_uri, (0.0, None))
        key = _named(found, kid)
        if key is None and (found is None or time.monotonic() - at > _AGAIN_SECONDS):
            found = jwt.PyJWKSet.from_dict(_json(requests.get, provider.jwks_uri))
            self._keys[provider.jwks_uri] = (time.monotonic(), found)
            key = _named(found, kid)
        if key is None:
            raise jwt.InvalidKeyError("no such key")
        return key

    @staticmethod
    def _ask(issuer: str) -> _Provider | None:
        try:
            told = _json(requests.get, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            found = _Provider(**{name: str(told[name]) for name in _Provider.__dataclass_fields__})
        except (requests.RequestException, ValueError, KeyError, _WrongCode) as error:
            _log.warning("the company's sign-in does not answer: %s", type(error).__name__)
            return None
        if found.issuer != issuer:
            _log.warning("the company's sign-in calls itself otherwise than its setting")
            return None
        return found


def _named(keys: jwt.PyJWKSet | None, kid: str | None) -> jwt.PyJWK | None:
    return next((one for one in (keys.keys if keys else ()) if kid is None or one.key_id == kid), None)


_known = _Known()


def endpoint(ways: Ways) -> tuple[str, ...]:
    """The origin a form of the page may lead to; none where there is no company's sign-in or it is away."""
    if not ways.company:
        return ()
    try:
        parts = urlsplit(_known.provider(ways.issuer).authorization_endpoint)
    except Refusal:
        return ()
    return (f"{parts.scheme}://{parts.netloc}",)


def leave(ways: Ways, trip: Trip, return_address: str) -> str:
    """The address of the company's sign-in. Raises Refusal (502) where it does not answer."""
    asked = {
        "response_type": "code",
        "client_id": ways.client_id,
        "redirect_uri": return_address,
        "scope": "openid profile email",
        "state": trip.id,
        "nonce": trip.nonce,
        "code_challenge": challenge(trip.verifier),
        "code_challenge_method": "S256",
    }
    found = _known.provider(ways.issuer).authorization_endpoint
    return f"{found}{'&' if urlsplit(found).query else '?'}{urlencode(asked)}"


def arrive(ways: Ways, trip: Trip, params: Mapping[str, str], return_address: str) -> str:
    """The login of whoever comes back. Raises Refusal: 403 was not let in, or with a code that the provider
    does not know (any more); 502 anything that is not right.
    """
    if "error" in params or not ways.company:
        raise refuse(403, "auth.company_refused")
    provider = _known.provider(ways.issuer)
    form = {
        "grant_type": "authorization_code",
        "code": params.get("code", ""),
        "redirect_uri": return_address,
        "code_verifier": trip.verifier,
    }
    secret = os.environ.get(SECRET, "")
    proof = {"auth": (ways.client_id, secret)} if secret else {}
    if not secret:
        form["client_id"] = ways.client_id
    try:
        answer = _json(requests.post, provider.token_endpoint, data=form, **proof)
        claims = _claims(ways, provider, str(answer["id_token"]))
    except _WrongCode as error:
        raise refuse(403, "auth.page_too_old") from error
    except requests.RequestException as error:
        _log.warning("the company's sign-in does not answer: %s", type(error).__name__)
        raise refuse(502, "auth.company_away") from error
    except (ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
        _log.warning("the company's sign-in told nothing usable: %s", type(error).__name__)
        raise refuse(502, "auth.company_failed") from error
    if not same(str(claims.get("nonce", "")), trip.nonce):
        raise refuse(403, "auth.page_too_old")
    login = claims.get(ways.claim)
    if (
        not isinstance(login, str)
        or not login
        or (ways.claim == "email" and claims.get("email_verified") is False)
    ):
        raise refuse(403, "auth.company_refused")
    return login


def user_of(database: Database, login: str) -> bytes:
    """The active user of this login. Raises Refusal."""
    with database.glance() as connection:
        found = users.find_active(connection, login)
    if found is None:
        raise Refusal(403, Notice("auth.company_unknown", {"login": login[:200]}))
    return bytes(found)


def _claims(ways: Ways, provider: _Provider, token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token,
        _known.key(provider, token),
        algorithms=_ALGORITHMS,
        audience=ways.client_id,
        issuer=ways.issuer,
        leeway=_LEEWAY_SECONDS,
        options={"require": ["exp", "iat", "aud", "iss", "sub"]},
    )
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != ways.client_id:
        raise jwt.InvalidAudienceError("made for somebody else")
    return claims


def _json(ask: Any, address: str, **options: Any) -> dict[str, Any]:
    """A short answer, without following anywhere. Raises RequestException or ValueError."""
    with ask(address, timeout=PATIENCE, allow_redirects=False, stream=True, **options) as answer:
        status, content = answer.status_code, answer.raw.read(_LARGEST + 1, decode_content=True)
    if status not in (200, 400) or len(content) > _LARGEST:
        raise ValueError(f"status {status}, {len(content)} bytes")
    found = json.loads(content)
    if not isinstance(found, dict):
        raise ValueError("no object")
    if status == 400:
        raise _WrongCode if found.get("error") == "invalid_grant" else ValueError("status 400")
    return found


class _WrongCode(Exception):
    """The provider gave no such code, or none that is still good (RFC 6749, 5.2)."""


def _hex(text: str) -> str:
    return text if len(text) % 2 == 0 and all(sign in "0123456789abcdef" for sign in text) else ""
