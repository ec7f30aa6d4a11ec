"""How the laptop talks to headquarters: three calls. Everything else about a round is independent of it."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import orjson

from channeldesk.model.notice import Notice, Problem
from channeldesk.wire import SCHEMA
from channeldesk.wire.packing import Damaged, accepted, unpacked

if TYPE_CHECKING:
    import requests

READ_TIMEOUT = 30.0
"""Seconds without a byte after which an answer counts as lost."""
TOTAL_TIMEOUT = 3600.0
"""Seconds for a whole pull: a dripping server outlives per-read timeouts."""
_PIECE = 256 * 1024
MAX_STREAM = 16 * 1024**3
"""Decompressed bytes in one answer: more is an attack or a defect."""


class Offline(Problem):
    """Headquarters cannot be reached, or the answer was cut: everything stays as it is; try again later."""


class Untrusted(Offline):
    """Something answered at headquarters' address that cannot prove to be headquarters."""


class Busy(Offline):
    """Headquarters answered that it cannot serve now. ``retry_after`` in seconds, if it said so."""

    def __init__(self, notice: Notice, retry_after: float | None = None) -> None:
        super().__init__(notice)
        self.retry_after = retry_after


class SignInNeeded(Problem):
    """The token is missing, expired or revoked."""


class Refused(Problem):
    """Headquarters refuses the whole request; nothing was applied."""


class Transport(Protocol):
    """Raises Offline, Untrusted, Busy, SignInNeeded or Refused; anything else is a defect."""

    token: str
    bytes_sent: int
    bytes_received: int

    def hello(self, cursor: str | None = None, schema: int = SCHEMA) -> dict[str, Any]: ...

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]: ...

    def push(self, request: Mapping[str, Any]) -> dict[str, Any]: ...

    def post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]: ...


class HttpTransport:
    """The protocol of ``docs/sync-protocol.md`` over HTTP."""

    def __init__(
        self,
        server: str,
        token: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        connect_timeout: float = 5.0,
        read_timeout: float = READ_TIMEOUT,
        total_timeout: float = TOTAL_TIMEOUT,
    ) -> None:
        self._server, self.token = server.rstrip("/"), token
        self.bytes_sent = self.bytes_received = 0
        """Of bodies, as they went over the wire."""
        self._monotonic = monotonic
        self._timeouts = (connect_timeout, read_timeout)
        self._total = total_timeout
        self._session: requests.Session | None = None

    def hello(self, cursor: str | None = None, schema: int = SCHEMA) -> dict[str, Any]:
        known = {"schema": str(schema)} | ({} if cursor is None else {"cursor": cursor})
        return self._json("GET", f"/sync/v1/hello?{urlencode(known)}", None)

    def push(self, request: Mapping[str, Any]) -> dict[str, Any]:
        body = orjson.dumps(request)
        headers = {}
        if len(body) > 2_000:
            body, headers = _gzip(body), {"Content-Encoding": "gzip"}
        return self._json("POST", "/sync/v1/push", body, headers)

    def post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Any other request of the central API."""
        return self._json("POST", path, orjson.dumps(message))

    def get(self, path: str) -> dict[str, Any]:
        """Any other read of the central API."""
        return self._json("GET", path, None)

    def put_bytes(self, path: str, data: bytes) -> dict[str, Any]:
        """Sends a part of a file as it is."""
        return self._json("PUT", path, data, {"Content-Type": "application/octet-stream"})

    def get_bytes(self, path: str, start: int, stop: int) -> bytes:
        """Bytes of a file from ``start`` up to ``stop``, all of them or Offline."""
        import requests

        headers = {"Range": f"bytes={start}-{stop - 1}", "Accept-Encoding": "identity"}
        deadline = self._monotonic() + self._total
        response = self._send("GET", path, None, headers, stream=True)
        found = bytearray()
        try:
            if response.status_code != 206 or not response.headers.get("Content-Range", "").startswith(
                f"bytes {start}-{stop - 1}/"
            ):
                raise Offline(Notice("sync.stream_garbled"))
            for piece in response.iter_content(64 * 1024):
                self.bytes_received += len(piece)
                found += piece
                if len(found) > stop - start or self._monotonic() > deadline:
                    raise Offline(Notice("sync.too_slow"))
        except (requests.RequestException, OSError) as error:
            raise Offline(Notice("sync.connection_lost")) from error
        finally:
            response.close()
        if len(found) != stop - start:
            raise Offline(Notice("sync.stream_cut"))
        return bytes(found)

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]:
        import requests
        import urllib3

        deadline = self._monotonic() + self._total
        response = self._send("POST", "/sync/v1/pull", orjson.dumps(request), {}, stream=True)
        received = 0
        try:
            encoding = response.headers.get("Content-Encoding", "")
            for chunk in unpacked(self._packed(response, deadline), encoding):
                received += len(chunk)
                if received > MAX_STREAM:
                    raise Offline(Notice("sync.too_slow"))
                yield chunk
        except Damaged as error:
            raise Offline(Notice("sync.stream_garbled")) from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise Offline(Notice("sync.connection_lost")) from error
        finally:
            response.close()

    def _packed(self, response: requests.Response, deadline: float) -> Iterator[bytes]:
        for piece in response.raw.stream(_PIECE, decode_content=False):
            self.bytes_received += len(piece)
            if self._monotonic() > deadline:
                raise Offline(Notice("sync.too_slow"))
            yield piece

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _json(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        response = self._send(method, path, body, headers or {}, stream=False)
        self.bytes_received += int(response.raw.tell())
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise Offline(Notice("sync.stream_garbled")) from error
        if not isinstance(answer, dict):
            raise Offline(Notice("sync.stream_garbled"))
        return answer

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, stream: bool
    ) -> requests.Response:
        import requests

        if self._session is None:
            self._session = requests.Session()
            self._session.auth = self._authorize  # or else .netrc replaces the token
        sent = {"Accept-Encoding": accepted() if stream else "gzip", **headers}
        if body is not None:
            self.bytes_sent += len(body)
            sent.setdefault("Content-Type", "application/json")
        try:
            response = self._session.request(
                method,
                self._server + path,
                data=body,
                headers=sent,
                timeout=self._timeouts,
                stream=stream,
                allow_redirects=False,  # what is sent is for headquarters only
            )
        except requests.exceptions.SSLError as error:
            raise Untrusted(Notice("sync.certificate", {"server": self._server})) from error
        except (requests.RequestException, OSError, ValueError) as error:
            raise Offline(Notice("sync.unreachable", {"server": self._server})) from error
        if response.status_code in (200, 206):
            return response
        try:
            raise _problem(response)
        except requests.RequestException as error:  # cut inside the refusal
            raise Offline(Notice("sync.connection_lost")) from error
        finally:
            response.close()

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def _problem(response: requests.Response) -> Problem:
    try:
        notice = Notice.from_wire(orjson.loads(response.content))
    except (ValueError, KeyError, TypeError, AttributeError):
        notice = Notice("sync.unexpected_answer", {"status": response.status_code})
    if 300 <= response.status_code < 400:
        return Untrusted(Notice("sync.unexpected_answer", {"status": response.status_code}))
    if response.status_code == 401:
        return SignInNeeded(notice)
    if response.status_code in (429, 502, 503, 504):
        after = response.headers.get("Retry-After", "")
        return Busy(Notice("sync.busy"), float(after) if after.isdigit() else None)
    if response.status_code >= 500:
        return Busy(Notice("sync.server_error", {"status": response.status_code}))
    return Refused(notice)


def _gzip(data: bytes) -> bytes:
    compressor = zlib.compressobj(1, zlib.DEFLATED, 31)
    return compressor.compress(data) + compressor.flush()
