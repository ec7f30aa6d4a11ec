"""One HTTP connection for the length of one round, as a laptop makes it: between rounds lie minutes."""

from __future__ import annotations

import http.client
import time
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

PATIENCE = 20
"""Times that a laptop waits as long as a busy headquarters tells it to."""
SECONDS = 120.0
"""An answer that takes longer is an error."""


class Failed(Exception):
    """An answer other than 200, or none, or one that is not what was promised."""


class Talk:
    """``token``: empty before signing in."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=SECONDS)
        self._headers = {"Accept-Encoding": "gzip", "Content-Type": "application/json"}
        self.waits = 0
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *raised: object) -> None:
        self._connection.close()

    def json(self, method: str, path: str, message: dict[str, Any] | None = None) -> dict[str, Any]:
        found = self._ask(method, path, message)
        packed = found.getheader("Content-Encoding") == "gzip"
        body = zlib.decompress(found.read(), 31) if packed else found.read()
        answer: dict[str, Any] = orjson.loads(body)
        return answer

    def chunks(self, path: str, message: dict[str, Any]) -> Iterator[bytes]:
        answer = self._ask("POST", path, message)
        packed = answer.getheader("Content-Encoding") == "gzip"
        unpack = zlib.decompressobj(31) if packed else None
        while chunk := answer.read1(256 * 1024):
            yield unpack.decompress(chunk) if unpack else chunk

    def _ask(self, method: str, path: str, message: dict[str, Any] | None) -> http.client.HTTPResponse:
        body = None if message is None else orjson.dumps(message)
        try:
            self._connection.request(method, path, body, self._headers)
            answer = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"{method} {path}: {error!r}") from error
        if answer.status == 503 and self.waits < PATIENCE:
            self.waits += 1
            answer.read()
            time.sleep(float(answer.getheader("Retry-After", "5")))
            return self._ask(method, path, message)
        if answer.status != 200:
            raise Failed(f"{method} {path}: {answer.status} {answer.read()[:300]!r}")
        return answer
