"""The routes for the content of files: begun, proved or sent in parts, read by range.

Who may read a file sees its row; who may send one made its row. A file is named by its attachment, never by
its hash, so that knowing a hash opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from channeldesk.hq import schemas
from channeldesk.hq.blobs import Content, Shelf, Standing, parts
from channeldesk.hq.errors import refuse
from channeldesk.hq.routes import Here, Who
from channeldesk.wire.files import CHUNK


class Upload(BaseModel):
    """How far an upload is."""

    size: int = Field(description="bytes of the whole file", examples=[20971520])
    received: int = Field(description="bytes that are here; the next part begins there", examples=[1048576])
    complete: bool = Field(description="all is here and its hash is right: nothing is left to send")
    challenge: str = Field(description="hexadecimal; what a proof of possession begins with")
    chunk: int = Field(description="most bytes of one part", examples=[CHUNK])


class Proof(schemas.Strict):
    """That the sender has the whole content."""

    sha256: str = Field(
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 over the bytes of the challenge followed by those of the file",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )


AttachmentId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="id of the attachment's row")]

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": schemas.Problem, "description": "The body cannot be unpacked."},
    401: {"model": schemas.Problem, "description": "The token is missing, expired or revoked."},
    403: {"model": schemas.Problem, "description": "Somebody else added this file."},
    404: {"model": schemas.Problem, "description": "`file.unknown`, also for what is not in sight."},
    409: {"model": schemas.Problem, "description": "`file.gap`: the upload goes on at `expected`."},
    413: {"model": schemas.Problem, "description": "The file, or one part of it, is too large."},
    415: {"model": schemas.Problem, "description": "A body may be packed with gzip only."},
    422: {"model": schemas.Problem, "description": "The request, or what the row says, is malformed."},
    500: {"model": schemas.Problem, "description": "A defect of headquarters."},
    503: {"model": schemas.Problem, "description": "Others hold the database; try again."},
}

_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
router = APIRouter(prefix="/sync/v1/files", tags=["files"], responses=_REFUSALS)


@router.post("/{attachment_id}/upload")
def begin(attachment_id: AttachmentId, who: Who, here: Here) -> Upload:
    """Begins the upload of a file whose row was pushed, or tells where it stands."""
    return _told(here, _shelf(here, who).begin(bytes.fromhex(attachment_id)))


@router.post("/{attachment_id}/proof")
def prove(attachment_id: AttachmentId, body: Proof, who: Who, here: Here) -> Upload:
    """Spares the upload where the same content is here already and the sender proves that it has it."""
    return _told(here, _shelf(here, who).prove(bytes.fromhex(attachment_id), body.sha256))


@router.put("/{attachment_id}/upload")
def receive(
    attachment_id: AttachmentId,
    offset: Annotated[int, Query(ge=0, description="of the part's first byte: what `received` says")],
    body: Annotated[bytes, Body(media_type="application/octet-stream", description="the part")],
    who: Who,
    here: Here,
) -> Upload:
    """Takes the next part; the last one is answered after the hash was verified.

    Where the hash differs, all parts are forgotten: `received` is 0 and `complete` false.
    """
    if len(body) > CHUNK:
        raise refuse(413, "file.part_too_large", limit=CHUNK)
    return _told(here, _shelf(here, who).receive(bytes.fromhex(attachment_id), offset, body))


@router.get(
    "/{attachment_id}",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The whole file.", "content": {"application/octet-stream": {}}},
        206: {"description": "The range that was asked for.", "content": {"application/octet-stream": {}}},
        416: {"model": schemas.Problem, "description": "The file is shorter than the range."},
    },
)
def read(
    attachment_id: AttachmentId,
    who: Who,
    here: Here,
    wanted: Annotated[
        str | None, Header(alias="Range", description="one range of bytes", examples=["bytes=1048576-"])
    ] = None,
) -> Response:
    """The content, or one range of it; `ETag` is its SHA-256."""
    found = _shelf(here, who).find(bytes.fromhex(attachment_id))
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Disposition": "attachment",
        "ETag": f'"{found.sha256}"',
        "X-Content-Type-Options": "nosniff",
    }
    start, stop, status = 0, found.size, 200
    asked = _RANGE.fullmatch((wanted or "").replace(" ", ""))
    if asked is not None and any(asked.groups()):
        start, stop = _range(asked[1], asked[2], found.size)
        status = 206
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size}"
    headers["Content-Length"] = str(stop - start)
    body = _bytes(here.database, found, start, stop)
    return StreamingResponse(body, status, headers, media_type="application/octet-stream")


def _range(first: str, last: str, size: int) -> tuple[int, int]:
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= stop:
        raise refuse(416, "file.bad_range")
    return start, stop


def _bytes(database: Any, found: Content, start: int, stop: int) -> Iterator[bytes]:
    yield from parts(database, found.blob_id, start, stop)


def _shelf(here: Here, who: Who) -> Shelf:
    return Shelf(here.database, who, here.now_ms())


def _told(here: Here, standing: Standing) -> Upload:
    return Upload(
        size=standing.size,
        received=standing.received,
        complete=standing.complete,
        challenge=standing.challenge,
        chunk=min(CHUNK, here.push_bytes),
    )
