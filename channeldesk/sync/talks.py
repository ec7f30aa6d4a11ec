"""Signing in by talking to the person, who proves to headquarters who it is: in the system's browser on this
computer, or by a code in a browser elsewhere. The program sees no password.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol
from urllib.parse import urlsplit

from channeldesk.model.notice import Notice, Problem
from channeldesk.sync.loopback import Cancelled, Loopback
from channeldesk.sync.session import Session, exchanged, reaching
from channeldesk.sync.transport import HttpTransport, Offline, Refused, answered

BROWSER, CODE = "browser", "code"
PATIENCE = 15 * 60.0
"""Seconds a person has for the page."""
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER = 5.0
_LOOK_SECONDS = 0.2


class Talk(Protocol):
    """``begin``, show ``address`` and ``code``, ``wait``: until the person signed in, ``cancel`` was called
    from any thread, or ``closed`` is set.

    Both raise Offline, SignInNeeded, Refused or Problem as other requests do, and Cancelled.
    """

    address: str
    code: str

    def begin(self) -> None: ...

    def wait(self, closed: threading.Event | None = None) -> Session: ...

    def cancel(self) -> None: ...


def talk(
    way: str,
    server: str,
    *,
    login: str = "",
    language: str = "en",
    device_id: bytes | None = None,
    device_name: str = "",
) -> Talk:
    """``device_id``: of the laptop that signs in again."""
    if way == CODE:
        return CodeTalk(server, device_id, device_name)
    return BrowserTalk(server, login, language, device_id, device_name)


class BrowserTalk:
    """Waits at a loopback address for what the browser brings back (RFC 8252)."""

    code = ""

    def __init__(
        self, server: str, login: str, language: str, device_id: bytes | None, device_name: str
    ) -> None:
        self._server, self._login, self._language = server.rstrip("/"), login, language
        self._device = device_id, device_name
        self._loopback: Loopback | None = None
        self._cancelled = threading.Event()
        self.address = ""

    def begin(self) -> None:
        """Makes sure that headquarters answers before a browser is sent there."""
        with reaching(self._server) as transport, answered():
            str(transport.get("/health")["company"])
        self._loopback = Loopback(self._language)
        self.address = self._server + self._loopback.page(self._login)

    def wait(self, closed: threading.Event | None = None) -> Session:
        assert self._loopback is not None
        events = [self._cancelled, *([closed] if closed else [])]
        try:
            return self._loopback.wait(PATIENCE, lambda: any(e.is_set() for e in events), self._changed)
        finally:
            self._loopback.close()

    def cancel(self) -> None:
        self._cancelled.set()

    def _changed(self, told: dict[str, str]) -> Session:
        """What the browser brought, for a session."""
        assert self._loopback is not None
        if "code" not in told:
            raise Cancelled(Notice("sign_in.cancelled"))
        proof = {
            "grant_type": "authorization_code",
            "code": told["code"],
            "code_verifier": self._loopback.verifier,
            "redirect_uri": self._loopback.redirect_uri,
        }
        with reaching(self._server) as transport:
            return exchanged(transport, proof, *self._device)


class CodeTalk:
    """Asks headquarters again and again until the person has typed the code (RFC 8628)."""

    def __init__(self, server: str, device_id: bytes | None, device_name: str) -> None:
        self._server, self._device = server, (device_id, device_name)
        self._cancelled = threading.Event()
        self._secret = ""
        self._interval = self._ends_at = 0.0
        self.address = self.code = ""

    def begin(self) -> None:
        with reaching(self._server) as transport:
            told = transport.post("/auth/v1/device_authorization", {"name": self._device[1] or None})
        with answered():
            self._secret, self.code = str(told["device_code"]), str(told["user_code"])
            self.address = str(told["verification_uri"])
            self._interval = float(told["interval"])
            self._ends_at = time.monotonic() + float(told["expires_in"])
            if urlsplit(self.address).scheme not in ("http", "https"):
                raise ValueError(self.address)

    def wait(self, closed: threading.Event | None = None) -> Session:
        with reaching(self._server) as transport:
            while time.monotonic() < self._ends_at:
                self._pause(closed or self._cancelled)
                session = self._asked(transport)
                if session is not None:
                    return session
        raise Problem.of("sign_in.timed_out")

    def _pause(self, closed: threading.Event) -> None:
        until = time.monotonic() + self._interval
        while time.monotonic() < until:
            if self._cancelled.wait(min(_LOOK_SECONDS, self._interval)) or closed.is_set():
                raise Cancelled(Notice("sign_in.cancelled"))

    def _asked(self, transport: HttpTransport) -> Session | None:
        try:
            return exchanged(
                transport, {"grant_type": DEVICE_CODE, "device_code": self._secret}, *self._device
            )
        except Offline:  # a bad moment of the network; the code goes on
            return None
        except Refused as refused:
            if refused.notice.code == "auth.slow_down":
                self._interval += _SLOWER
            elif refused.notice.code != "auth.not_yet":
                raise
            return None

    def cancel(self) -> None:
        self._cancelled.set()
