"""What a browser keeps between a page and its form: that the form is of a page that this browser was shown,
and that a person has signed in with it before.
"""

from __future__ import annotations

import secrets
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from channeldesk.hq.errors import refuse
from channeldesk.hq.sign_in.limits import KNOWN_MS, Place
from channeldesk.hq.sign_in.secrets import Keys, same
from channeldesk.rules.administration import plain_login

FORM, BROWSER, TRIP = "channeldesk_form", "channeldesk_browser", "channeldesk_company"
TRIP_MS = 10 * 60 * 1000
"""For the way to the company's sign-in and back."""
_FIELDS = 10
_LONGEST = 4_000


class Visit:
    """One browser at one page."""

    def __init__(self, request: Request, place: Place, keys: Keys) -> None:
        self.request, self.here, self._keys = request, place, keys
        self._secure = request.url.scheme == "https"
        self._token = self._kept(FORM) or secrets.token_urlsafe(24)

    async def fields(self) -> dict[str, str]:
        """Of the form that was sent. Raises Refusal where it is not of a page that we showed this browser."""
        body = await self.request.body()
        try:
            found = dict(parse_qsl(body[:_LONGEST].decode(), max_num_fields=_FIELDS, strict_parsing=True))
        except ValueError:
            found = {}
        mine = self.form if self._kept(FORM) else ""
        if not mine or not same(mine, found.get("form", "")):
            raise refuse(403, "auth.page_too_old")
        return found

    @property
    def form(self) -> str:
        """The proof to put into a form of the page."""
        return self._keys.hash("form", self._token).hex()

    def place(self, login: str, now: int) -> Place:
        """Where it comes from; a browser with which this login has signed in is a place of its own."""
        nonce, _, rest = self._kept(BROWSER).partition(".")
        at, _, proof = rest.partition(".")
        if not same(self._proof(login, nonce, at), proof):
            return self.here
        return Place(self.here.address, nonce) if int(at) > now - KNOWN_MS else self.here

    def keep(self, response: Response) -> None:
        self._set(response, FORM, self._token, None, "strict")

    def remember(self, response: Response, login: str, now: int) -> None:
        """This person has signed in with this browser."""
        nonce, at = secrets.token_urlsafe(16), str(now)
        value = f"{nonce}.{at}.{self._proof(login, nonce, at)}"
        self._set(response, BROWSER, value, KNOWN_MS // 1000, "strict")

    @property
    def trip(self) -> str:
        """What this browser carries to the company's sign-in and back."""
        return self._kept(TRIP)

    def leave(self, response: Response, trip: str, seconds: int) -> None:
        """Lax: the way back begins at the company's pages."""
        self._set(response, TRIP, trip, seconds, "lax")

    def arrived(self, response: Response) -> None:
        self._set(response, TRIP, "", 0, "lax")

    def approval(self, user_id: bytes, typed: str, now: int) -> str:
        """That this person has proved at the company who it is, in this browser, for this code."""
        return self._keys.signed(f"approval {self.form}", f"{user_id.hex()} {now} {typed}")

    def approved(self, told: str, typed: str, now: int) -> bytes:
        """Who. Raises Refusal for what :meth:`approval` did not say, or long ago."""
        who, _, rest = (self._keys.opened(f"approval {self.form}", told) or "").partition(" ")
        at, _, code = rest.partition(" ")
        if not who or not same(code, typed) or int(at) + TRIP_MS < now:
            raise refuse(403, "auth.page_too_old")
        return bytes.fromhex(who)

    def _proof(self, login: str, nonce: str, at: str) -> str:
        return self._keys.hash("browser", plain_login(login), nonce, at).hex()

    def _name(self, name: str) -> str:
        """Behind TLS one that no neighbouring host can set."""
        return f"__Host-{name}" if self._secure else name

    def _kept(self, name: str) -> str:
        return self.request.cookies.get(self._name(name), "")

    def _set(self, response: Response, name: str, value: str, seconds: int | None, site: str) -> None:
        response.set_cookie(
            self._name(name),
            value,
            max_age=seconds,
            httponly=True,
            secure=self._secure,
            samesite=site,  # type: ignore[arg-type]
        )
