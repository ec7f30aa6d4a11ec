"""Request bodies are counted as they arrive and bounded as they unpack: 292 kB of gzip can hold 300 MB."""

from __future__ import annotations

import zlib

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.replies import problem_response

SECONDS = 600.0
"""In which a body must be here. As long as a laptop waits for an answer: a body that drips holds memory."""


class BoundedBody:
    """Hands the application one whole body of at most ``limit`` bytes, unpacked; refuses others with 413."""

    def __init__(self, app: ASGIApp, limit: int, seconds: float = SECONDS) -> None:
        self._app, self._limit, self._seconds = app, limit, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        try:
            with anyio.fail_after(self._seconds):
                body = await self._read(scope, receive)
        except TimeoutError:
            await problem_response(refuse(408, "request.refused"))(scope, receive, send)
            return
        except Refusal as error:
            await problem_response(error)(scope, receive, send)
            return
        if body is None:
            return
        handed = False

        async def replay() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": body, "more_body": False}

        plain = [(k, v) for k, v in scope["headers"] if k not in (b"content-encoding", b"content-length")]
        await self._app({**scope, "headers": plain}, replay, send)

    async def _read(self, scope: Scope, receive: Receive) -> bytes | None:
        headers = dict(scope["headers"])
        encoding = headers.get(b"content-encoding", b"identity").lower()
        if encoding not in (b"identity", b"gzip"):
            raise refuse(415, "request.unknown_encoding")
        if int(headers.get(b"content-length", b"0") or 0) > self._limit:
            raise self._too_large()
        unpack = zlib.decompressobj(31) if encoding == b"gzip" else None
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            data, more = message.get("body", b""), message.get("more_body", False)
            body += data if unpack is None else self._unpacked(unpack, data, self._limit + 1 - len(body))
            if len(body) > self._limit:
                raise self._too_large()
        if unpack is not None and (not unpack.eof or unpack.unused_data):
            raise refuse(400, "request.malformed", detail="gzip")
        return bytes(body)

    @staticmethod
    def _unpacked(unpack: zlib._Decompress, data: bytes, room: int) -> bytes:
        try:
            return unpack.decompress(data, room)
        except zlib.error:
            raise refuse(400, "request.malformed", detail="gzip") from None

    def _too_large(self) -> Refusal:
        return refuse(413, "request.too_large", limit=self._limit)
