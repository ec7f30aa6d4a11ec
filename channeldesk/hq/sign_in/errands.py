"""What somebody signs in for on headquarters' pages: a program on this computer, or one that shows a code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import sqlalchemy as sa

from channeldesk.hq.errors import refuse
from channeldesk.hq.sign_in import codes, device_codes

CLIENT = "channeldesk"
_LOOPBACK = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]):[0-9]{1,5})(?:/[A-Za-z0-9/_-]{0,100})?")
"""RFC 8252, 7.3: literal addresses, any port. Nothing else is ever led to."""
_STATE = re.compile(r"[\x21-\x7e]{1,200}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_FIXED = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}

Words = Callable[..., str]


@dataclass(frozen=True)
class ForProgram:
    """The program waits behind a loopback address and gets a code there."""

    redirect_uri: str
    challenge: str
    state: str
    login: str = ""
    typed = ""

    @classmethod
    def of(cls, params: Mapping[str, str]) -> ForProgram:
        """Raises Refusal (400): then nobody is led anywhere."""
        found = cls(
            params.get("redirect_uri", ""),
            params.get("code_challenge", ""),
            params.get("state", ""),
            params.get("login_hint", "")[:200],
        )
        right = (
            all(params.get(name) == value for name, value in _FIXED.items())
            and _LOOPBACK.fullmatch(found.redirect_uri)
            and _CHALLENGE.fullmatch(found.challenge)
            and _STATE.fullmatch(found.state)
        )
        if not right:
            raise refuse(400, "auth.bad_request")
        return found

    @property
    def targets(self) -> tuple[str, ...]:
        found = _LOOPBACK.fullmatch(self.redirect_uri)
        assert found is not None
        return (found[1],)

    @property
    def cancel(self) -> str:
        return self._back(error="access_denied")

    def words(self, t: Words) -> tuple[str, str]:
        return t("Sign in"), t("For the program on this computer, which opened this page.")

    def approve(self, connection: sa.Connection, user_id: bytes, now: int) -> str:
        """Where the browser goes on."""
        asked = codes.Asked(self.redirect_uri, self.challenge)
        return self._back(code=codes.issue(connection, user_id, asked, now))

    def _back(self, **told: str) -> str:
        return f"{self.redirect_uri}?{urlencode({**told, 'state': self.state})}"


@dataclass(frozen=True)
class ForCode:
    """A program on another computer shows the code that was typed."""

    typed: str
    name: str
    login = ""
    targets: tuple[str, ...] = ()
    cancel = "/device"

    def words(self, t: Words) -> tuple[str, str]:
        about = (
            t(
                "This lets the program on “{device}” in, in your name. Go on only if you started it.",
                device=self.name,
            )
            if self.name
            else t(
                "This lets the program that shows the code in, in your name. Go on only if you started it."
            )
        )
        return t("Sign in on another computer"), about

    def approve(self, connection: sa.Connection, user_id: bytes, now: int) -> str:
        """Raises Refusal where the code has ended meanwhile."""
        if not device_codes.approve(connection, self.typed, user_id, now):
            raise refuse(401, "auth.unknown_typed_code")
        return ""


Errand = ForProgram | ForCode
