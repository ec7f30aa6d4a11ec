"""How the laptop talks to headquarters: three calls. Everything else about a round is independent of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

import orjson

from channeldesk.model.notice import Notice, Problem
from channeldesk.rules.rounds import advice
from channeldesk.sync import certificates
from channeldesk.sync.deadline import Connections
from channeldesk.wire import SCHEMA
from channeldesk.wire.packing import Damaged, accepted, unpacked

if TYPE_CHECKING:
    import requests

READ_TIMEOUT = 30.0
"""Seconds without a byte after which an answer counts as lost."""
TOTAL_TIMEOUT = 3600.0
"""Seconds for a whole pull: a dripping server outlives per-read timeouts."""
ANSWER_TIMEOUT = 600.0
"""Seconds for any other request, with its answer."""
MAX_ANSWER = 64 * 1024**2
"""Decompressed bytes of such an answer."""
_PIECE = 256 * 1024
MAX_STREAM = 16 * 1024**3
"""Decompressed bytes in one answer: more is an attack or a defect."""


class Offline(Problem):
    """Headquarters cannot be reached, or the answer was cut: everything stays as it is; try again later."""


class Cancelled(Offline):
    """The person, or the end of the program, did not wait for the answer."""


class Untrusted(Offline):
    """The address is not safe to speak to, or what answers there cannot prove that it is headquarters."""


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

    def hello(
        self,
        cursor: str | None = None,
        schema: int = SCHEMA,
        witness: str | None = None,
        keep: Sequence[str] | None = None,
    ) -> dict[str, Any]: ...

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]: ...

    def push(self, request: Mapping[str, Any]) -> dict[str, Any]: ...

    def post(self, path: str, message: Mapping[str, Any]) -> dict[str, Any]: ...


Cancel = Callable[[], bool]
Renew = Callable[[str], str | None]
"""Gives another token for one that ended; None where there is none."""


@contextmanager
def answered() -> Iterator[None]:
    """Around the reading of an answer: raises Offline where something else than headquarters answered."""
    try:
        yield
    except (KeyError, TypeError, ValueError) as error:
        raise Offline(Notice("sync.unexpected_answer", {"status": 200})) from error


class HttpTransport:
    """The protocol of ``docs/sync-protocol.md`` over HTTP."""

    def __init__(
        self,
        server: str,
        token: str,
        *,
        connect_timeout: float = 5.0,
        read_timeout: float = READ_TIMEOUT,
        total_timeout: float = TOTAL_TIMEOUT,
        answer_timeout: float = ANSWER_TIMEOUT,
        renew: Renew | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        self._server, self.token = server.rstrip("/"), token
        self.renew, self.cancel = renew, cancel
        self.bytes_sent = self.bytes_received = 0
        """Of bodies, as they went over the wire."""
        self._timeouts = (connect_timeout, read_timeout)
        self._total, self._answer_seconds = total_timeout, answer_timeout
        self._connections = Connections()
        self._session: requests.Session | None = None

    def hello(
        self,
        cursor: str | None = None,
        schema: int = SCHEMA,
        witness: str | None = None,
        keep: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        told = {"schema": str(schema), "cursor": cursor, "witness": witness}
        told["keep"] = None if keep is None else ",".join(keep)
        known = {name: value for name, value in told.items() if value is not None}
        return self._json("GET", f"/sync/v1/hello?{urlencode(known)}", None)

    def push(self, request: Mapping[str, Any]) -> dict[str, Any]:
        try:
            body = orjson.dumps(request)
        except (TypeError, ValueError) as error:  # numbers beyond 64 bits, halves of characters
            raise Refused(Notice("request.malformed", {"detail": "mutations"})) from error
        headers = {}
        if len(body) > 2_000:
            body, headers = _gzip(body), {"Content-Encoding": "gzip", "Accept-Encoding": accepted()}
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
        headers = {"Range": f"bytes={start}-{stop - 1}", "Accept-Encoding": "identity"}
        with self._answer("GET", path, None, headers, self._total) as response:
            if response.status_code != 206 or not response.headers.get("Content-Range", "").startswith(
                f"bytes {start}-{stop - 1}/"
            ):
                raise Offline(Notice("sync.stream_garbled"))
            found = self._body(response, stop - start)
        if len(found) != stop - start:
            raise Offline(Notice("sync.stream_cut"))
        return found

    def pull(self, request: Mapping[str, Any]) -> Iterator[bytes]:
        headers = {"Accept-Encoding": accepted()}
        with self._answer("POST", "/sync/v1/pull", orjson.dumps(request), headers, self._total) as response:
            received = 0
            for chunk in self._unpacked(response):
                received += len(chunk)
                if received > MAX_STREAM:
                    raise Offline(Notice("sync.too_slow"))
                yield chunk

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
        self._connections.forget(every=True)

    def _json(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        with self._answer(method, path, body, {"Accept-Encoding": "gzip", **(headers or {})}) as response:
            content = self._body(response, MAX_ANSWER)
        try:
            answer = orjson.loads(content)
        except orjson.JSONDecodeError as error:
            raise Offline(Notice("sync.stream_garbled")) from error
        if not isinstance(answer, dict):
            raise Offline(Notice("sync.stream_garbled"))
        return answer

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        seconds: float | None = None,
    ) -> Iterator[requests.Response]:
        """An answer to read from, for at most so many seconds; refusals and faults are raised."""
        import requests
        import urllib3

        with self._connections.ending_after(seconds or self._answer_seconds, self.cancel):
            response = self._send(method, path, body, headers)
            try:
                if response.status_code == 401 and not path.startswith("/auth/") and self._renewed():
                    response.close()
                    response = self._send(method, path, body, headers)
                if response.status_code not in (200, 206):
                    raise _problem(response, self._body(response, MAX_ANSWER))
                yield response
            except Damaged as error:
                raise self._lost("sync.stream_garbled") from error
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise self._lost("sync.connection_lost") from error
            finally:
                response.close()

    def _renewed(self) -> bool:
        """Whether there is another token to try with. The short ones end in the middle of a round."""
        token = self.renew(self.token) if self.renew is not None and self.token else None
        if token is None or token == self.token:
            return False
        self.token = token
        return True

    def _body(self, response: requests.Response, most: int) -> bytes:
        found = bytearray()
        for piece in self._unpacked(response):
            found += piece
            if len(found) > most:
                raise Offline(Notice("sync.stream_garbled"))
        return bytes(found)

    def _unpacked(self, response: requests.Response) -> Iterator[bytes]:
        def packed() -> Iterator[bytes]:
            for piece in response.raw.stream(_PIECE, decode_content=False):
                self.bytes_received += len(piece)
                yield piece
            if self._connections.late:  # the end of the connection is not the end of the answer
                raise self._lost("sync.too_slow")

        return unpacked(packed(), response.headers.get("Content-Encoding", ""))

    def _lost(self, code: str) -> Offline:
        late, kind = self._connections.late, Offline
        if late and self._connections.cancelled:
            kind = Cancelled
        return kind(Notice("sync.too_slow" if late else code))

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> requests.Response:
        import requests

        sent = dict(headers)
        if body is not None:
            self.bytes_sent += len(body)
            sent.setdefault("Content-Type", "application/json")
        try:
            if self._session is None:
                self._session = self._opened()
            return self._session.request(
                method,
                self._server + path,
                data=body,
                headers=sent,
                timeout=self._timeouts,
                stream=True,
                allow_redirects=False,  # what is sent is for headquarters only
            )
        except requests.exceptions.SSLError as error:
            if self._connections.late:
                raise self._lost("sync.too_slow") from error
            assert self._session is not None
            raise _untrusted(certificates.explained(self._server, error, self._session)) from error
        except (requests.RequestException, OSError, ValueError) as error:
            if self._connections.late:
                raise self._lost("sync.too_slow") from error
            raise Offline(Notice("sync.unreachable", {"server": self._server})) from error

    def _opened(self) -> requests.Session:
        """The environment is asked for proxies once: it takes as long as a request."""
        import requests

        secure = not self._server.lower().startswith("http:")
        if certificates.is_open_line(self._server):
            raise _untrusted(Notice("sync.not_encrypted", {"server": self._server}))
        try:
            trusting = certificates.context_for(self._server) if secure else None
        except Problem as problem:
            raise _untrusted(problem.notice) from problem
        session = requests.Session()
        session.auth = self._authorize  # or else .netrc replaces the token
        self._connections.watch(session, trusting)
        if secure:  # a proxy between this computer and itself would read along
            known = session.merge_environment_settings(self._server, {}, None, None, None)
            session.proxies = known["proxies"]
        session.trust_env = False
        return session

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self.token:
            request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def _untrusted(notice: Notice) -> Untrusted:
    return Untrusted(notice, advice(notice.code).remedy)


def _problem(response: requests.Response, content: bytes) -> Problem:
    try:
        notice = Notice.from_wire(orjson.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError):
        notice = Notice("sync.unexpected_answer", {"status": response.status_code})
    if 300 <= response.status_code < 400:
        return Untrusted(Notice("sync.unexpected_answer", {"status": response.status_code}))
    if response.status_code == 401:
        return SignInNeeded(notice)
    if response.status_code in (429, 502, 503, 504):
        after = response.headers.get("Retry-After", "")
        told = notice if notice.code == "auth.too_many_failures" else Notice("sync.busy")
        return Busy(told, float(after) if after.isdecimal() else None)
    if response.status_code >= 500:
        return Busy(Notice("sync.server_error", {"status": response.status_code}))
    return Refused(notice)


def _gzip(data: bytes) -> bytes:
    compressor = zlib.compressobj(1, zlib.DEFLATED, 31)
    return compressor.compress(data) + compressor.flush()
