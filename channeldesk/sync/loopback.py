"""Where the browser comes back to after the sign-in page: a port of this computer that answers one visitor.

The verifier never leaves memory, and only who knows the ``state`` is heard: others on this computer, and
pages that try ports, are turned away.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit

from channeldesk.model.i18n import HTML_LANGUAGES, Translator
from channeldesk.model.notice import Notice, Problem

T = TypeVar("T")

_PATH = "/signed-in"
_REQUEST = 8_192
_VISIT_SECONDS = 3.0
_LOOK_SECONDS = 0.2
"""How often it looks whether the person gave up."""
_STYLE = """
:root{color-scheme:light dark}
body{margin:0;min-height:90vh;display:flex;align-items:center;justify-content:center;padding:24px;
font:16px/1.5 system-ui,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
background:#f2f3f5;color:#1c1f23}
main{max-width:400px;background:#fff;border:1px solid #d6dade;border-radius:12px;padding:32px}
h1{font-size:22px;margin:0 0 8px}p{margin:0;color:#5b626b}
@media(prefers-color-scheme:dark){body{background:#17191c;color:#eceef0}
main{background:#212428;border-color:#363b41}p{color:#a5adb6}}
"""


class Cancelled(Problem):
    """The person does not want to sign in now, here or on the page."""


class Loopback:
    """One sign-in. ``page`` is the path of headquarters' page to open; then :meth:`wait`."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.verifier = secrets.token_urlsafe(48)
        self._state = secrets.token_urlsafe(24)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._port = int(self._listening.getsockname()[1])
        self.redirect_uri = f"http://127.0.0.1:{self._port}{_PATH}"

    def page(self, login: str) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": "channeldesk",
            "redirect_uri": self.redirect_uri,
            "state": self._state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if login:
            asked["login_hint"] = login
        if self._language in HTML_LANGUAGES:
            asked["ui_locales"] = self._language
        return f"/auth/v1/authorize?{urlencode(asked)}"

    def wait(self, seconds: float, gave_up: Callable[[], bool], act: Callable[[dict[str, str]], T]) -> T:
        """What ``act`` makes of what the browser brought; the visitor is shown how it ended.

        Raises what ``act`` raises, and Problem where nobody came in time or the person gave up.
        """
        deadline = time.monotonic() + seconds
        self._listening.settimeout(_LOOK_SECONDS)
        while not gave_up():
            if time.monotonic() > deadline:
                raise Problem.of("sign_in.timed_out")
            with suppress(TimeoutError):
                visitor, _ = self._listening.accept()
                with visitor:
                    told = self._heard(visitor)
                    if told is not None:
                        return self._answered(visitor, told, act)
        raise Cancelled(Notice("sign_in.cancelled"))

    def close(self) -> None:
        self._listening.close()

    def _heard(self, visitor: socket.socket) -> dict[str, str] | None:
        """What the right visitor brings; anybody else is turned away."""
        with suppress(OSError):
            visitor.settimeout(_VISIT_SECONDS)
            line = b""
            while b"\r\n\r\n" not in line and len(line) < _REQUEST:
                piece = visitor.recv(_REQUEST)
                if not piece:
                    return None
                line += piece
            method, _, rest = line.split(b"\r\n", 1)[0].decode("ascii", "replace").partition(" ")
            parts = urlsplit(rest.partition(" ")[0])
            told = dict(parse_qsl(parts.query))
            right = method == "GET" and parts.path == _PATH
            if right and hmac.compare_digest(told.get("state", "").encode(), self._state.encode()):
                return told
            visitor.sendall(_reply("404 Not Found", ""))
        return None

    def _answered(
        self, visitor: socket.socket, told: dict[str, str], act: Callable[[dict[str, str]], T]
    ) -> T:
        t = Translator(self._language).text
        try:
            made = act(told)
        except Problem as problem:
            reason = Translator(self._language).notice(problem.notice)
            self._say(visitor, t("You are not signed in"), reason)
            raise
        self._say(visitor, t("You are signed in"), t("Go on in ChannelDesk. You can close this page."))
        return made

    def _say(self, visitor: socket.socket, title: str, text: str) -> None:
        language = HTML_LANGUAGES.get(self._language, "en")
        page = (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{html.escape(title)} · ChannelDesk</title><style>{_STYLE}</style></head>"
            f"<body><main><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></main></body></html>"
        )
        with suppress(OSError):  # the person has closed the page already
            visitor.sendall(_reply("200 OK", page))


def _reply(status: str, page: str) -> bytes:
    style = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    content = page.encode()
    lines = (
        f"HTTP/1.1 {status}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(content)}",
        f"Content-Security-Policy: default-src 'none'; style-src 'sha256-{style}'; frame-ancestors 'none'",
        "Referrer-Policy: no-referrer",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*lines, "", "")).encode() + content
