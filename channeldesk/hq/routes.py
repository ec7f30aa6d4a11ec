"""The routes. Each declares who may call it: ``guards.open_to_all`` or :func:`signed_in`."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

import anyio
import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Send
from starlette.types import Scope as ASGIScope

from channeldesk.hq import (
    digest,
    policy,
    publications,
    publishing,
    room,
    row_security,
    schemas,
    sequencer,
    sizes,
    state,
    told,
    units,
)
from channeldesk.hq.auth import Authenticator
from channeldesk.hq.change import Change
from channeldesk.hq.database import Database
from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.guards import guard, open_to_all
from channeldesk.hq.hello import Greeter
from channeldesk.hq.plan import Question, has_news
from channeldesk.hq.policy import Principal
from channeldesk.hq.pull import Asked, chunked, pull, standing
from channeldesk.hq.push import Pushed, push
from channeldesk.hq.replies import problem_response
from channeldesk.hq.sign_in.notary import Notary
from channeldesk.hq.sign_in.secrets import Keys
from channeldesk.hq.skew import CURRENT, Skew
from channeldesk.hq.totals import sales_totals
from channeldesk.hq.units import Told
from channeldesk.hq.witness import Seen
from channeldesk.wire import PROTOCOL, packing

_log = logging.getLogger(__name__)

SIGN_INS = 2
"""Passwords that one process checks at once: it is slow on purpose, and all sign in at nine o'clock."""
_LONG = 2_000
"""Bytes from which on packing an answer is worth while."""
STALLED_SECONDS = 60.0
"""How long a pull waits for a laptop to take the next bytes: a snapshot is held meanwhile."""


@dataclass(frozen=True)
class Central:
    """What the routes work with; one per process."""

    database: Database
    authenticator: Authenticator
    keys: Keys
    greeter: Greeter
    notary: Notary
    now_ms: Callable[[], int]
    push_mutations: int
    push_bytes: int
    skew: Skew = CURRENT
    streams: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(20))
    """Pulls that are sent at the same time."""
    sign_ins: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(SIGN_INS))
    strangers: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(SIGN_INS))
    """The same for places where the person never was: guesses keep nobody waiting who was there before."""
    company: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(SIGN_INS))
    """Questions to the company's own sign-in, which may be slow."""


async def central(request: Request) -> Central:
    return request.app.state.central  # type: ignore[no-any-return]


_HANDING_IN = re.compile(
    r"GET /sync/v1/hello$|POST /sync/v1/push$|(POST|PUT) /sync/v1/files/\w+/(upload|proof)$"
)
"""All that a device may still do that is ordered to destroy what it has."""

_bearer = HTTPBearer(auto_error=False, description="the access token of `/auth/v1/token`")


@guard
async def signed_in(
    request: Request,
    here: Annotated[Central, Depends(central)],
    proof: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """For every other route: a living token. What its user may see, ``policy.access`` says."""
    if proof is None:
        raise refuse(401, "auth.sign_in_needed")
    who = await run_in_threadpool(here.authenticator.identify, proof.credentials)
    if who.leaving and not _HANDING_IN.match(f"{request.method} {request.url.path}"):
        raise refuse(401, "auth.sign_in_needed")
    return who


Here = Annotated[Central, Depends(central)]
Who = Annotated[Principal, Depends(signed_in)]

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": schemas.Problem, "description": "The body cannot be unpacked."},
    401: {"model": schemas.Problem, "description": "The token is missing, expired or revoked."},
    403: {"model": schemas.Problem, "description": "Not allowed."},
    413: {"model": schemas.Problem, "description": "The body is too large."},
    415: {"model": schemas.Problem, "description": "A body may be packed with gzip only."},
    422: {"model": schemas.Problem, "description": "The request is malformed."},
    500: {"model": schemas.Problem, "description": "A defect of headquarters."},
    503: {"model": schemas.Problem, "description": "Others hold the database; try again."},
}

_START = '{"t":"start","epoch":"9f…","mode":"feed","fresh":false,"head":7,"changes":2,"estimate":{}}\n'

router = APIRouter(responses=REFUSALS)


@router.get("/health", dependencies=[Depends(open_to_all)], tags=["operation"])
def health(here: Here) -> schemas.Health:
    """Whether this process answers and reaches its database."""
    with here.database.snapshot() as connection:
        name = state.company(connection).name
    return schemas.Health(
        status="ok", company=name, database="postgresql" if here.database.is_postgresql else "sqlite"
    )


@router.get("/openapi.json", dependencies=[Depends(open_to_all)], include_in_schema=False)
def description(request: Request) -> dict[str, Any]:
    """What this document is made from."""
    return request.app.openapi()  # type: ignore[no-any-return]


@router.get(
    "/sync/v1/hello",
    tags=["synchronisation"],
    response_class=Response,
    responses={200: {"model": schemas.Hello, "description": "The caller, its scope and the feed."}},
)
def hello(
    who: Who,
    here: Here,
    cursor: Annotated[str | None, Query(max_length=2000, description="of the last end, if any")] = None,
    schema: Annotated[int, Query(ge=1, description="version of the entities the laptop knows")] = 1,
    witness: Annotated[
        str | None,
        Query(max_length=200, description="`epoch.seq.hash` of the audit trail's head as last told"),
    ] = None,
    keep: Annotated[
        str | None,
        Query(
            pattern=f"^([0-9a-f]{{32}}(,[0-9a-f]{{32}}){{0,{schemas.MOST_KEPT - 1}}})?$",
            description="ids of the territories to which the laptop narrows its copy, with commas",
        ),
    ] = None,
) -> Response:
    """Who the caller is, what it may see, where the feed stands, and whether there is news for it."""
    now = here.now_ms()
    question = Question(cursor, schema, keep=None if keep is None else _kept(keep.split(",") if keep else []))
    found = here.greeter.greet(who, question, here.skew.schema, now, Seen.of(witness))
    answer = schemas.Hello(
        **told.contact(here.notary, who, found.company, now),
        protocol=schemas.Range(min=PROTOCOL, max=PROTOCOL),
        schema=here.skew.schema,
        oldest_schema=here.skew.oldest,
        news=found.news,
        epoch=found.company.epoch,
        server_time=now,
        user=told.user(who),
        device=schemas.Device(id=who.device_id.hex(), prefix=found.prefix, last_mid=found.last_mid),
        company=schemas.Company(name=found.company.name, currency=found.company.currency),
        scope=found.name,
        territories=[schemas.Territory(id=i, code=code, name=name) for i, code, name in found.territories],
        head=found.head,
        oldest=found.company.oldest,
        limits=schemas.Limits(push_mutations=here.push_mutations, push_bytes=here.push_bytes),
        audit=schemas.AuditHead(
            seq=found.trail.seq,
            hash=found.trail.hash.hex(),
            witness=None if found.verdict is None else found.verdict.value,
        ),
        order=found.order,
    )
    return Response(answer.model_dump_json(by_alias=True), media_type="application/json")


@router.post(
    "/sync/v1/pull",
    tags=["synchronisation"],
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "NDJSON, one message a line; complete only with the `end` line.",
            "content": {"application/x-ndjson": {"example": _START}},
        }
    },
)
def pull_route(body: schemas.PullRequest, who: Who, here: Here, request: Request) -> Response:
    """What is new for the caller since the cursor: a backfill, then the feed."""
    encoding = packing.chosen(request.headers.get("accept-encoding", ""))
    held = None
    if body.units is not None:
        sides = body.units.model_dump(by_alias=True)
        held = Told(units.from_wire(sides["complete"]), units.from_wire(sides["partial"]))
    question = Question(body.cursor, body.schema_, held, _kept(body.keep))
    asked = Asked(who, question, here.now_ms(), here.skew.schema)
    chunks = chunked(pull(here.database, asked), encoding)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    if encoding:
        headers["Content-Encoding"] = encoding
    return _Stream(here.streams, _stream(chunks), headers=headers, media_type="application/x-ndjson")


@router.post(
    "/sync/v1/push",
    tags=["synchronisation"],
    response_class=Response,
    responses={
        200: {"model": schemas.PushAnswer, "description": "One result for each mutation, in their order."},
        409: {
            "model": schemas.Problem,
            "description": "`sync.gap`, `sync.cloned_device`, `sync.uuid_reused`, `sync.epoch` or "
            "`sync.upgrade_needed`.",
        },
        413: {"model": schemas.Problem, "description": "Larger than the limits that hello names."},
    },
)
def push_route(
    body: schemas.PushRequest,
    who: Who,
    here: Here,
    accept_encoding: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """Hands in what the caller's user recorded; each change is answered by itself."""
    if len(body.mutations) > here.push_mutations and len({one.txn for one in body.mutations}) > 1:
        raise refuse(413, "sync.too_many_mutations", limit=here.push_mutations)
    if body.schema_ < here.skew.oldest:
        raise refuse(409, "sync.upgrade_needed")
    try:
        convert = partial(here.skew.converted, version=body.schema_)
        changes = [Change.of(one, convert) for one in body.mutations]
    except TypeError:  # what JSON allows and nobody can store: numbers beyond 64 bits, halves of characters
        raise refuse(422, "request.malformed", detail="mutations") from None
    pushed = Pushed(who, body.epoch, changes, here.now_ms())
    answer = here.database.run(lambda connection: push(connection, pushed))
    if any(one.entity_name in publications.NAMES for one in changes):
        publishing.publish_soon(here.database, pushed.now)
    return _packed(orjson.dumps(answer), accept_encoding)


def _packed(answer: bytes, accepted: str) -> Response:
    """A long answer goes packed: with the rows of five hundred edits it is ten times the request."""
    encoding = packing.chosen(accepted) if len(answer) > _LONG else ""
    headers = {"Content-Encoding": encoding} if encoding else {}
    packer = packing.packer(encoding)
    return Response(packer.add(answer) + packer.end(), headers=headers, media_type="application/json")


@router.post(
    "/sync/v1/digest",
    tags=["synchronisation"],
    responses={200: {"model": schemas.DigestAnswer, "description": "One entry for each unit."}},
)
def digest_route(body: schemas.DigestRequest, who: Who, here: Here) -> schemas.DigestAnswer:
    """What the caller's copy should consist of, when it stands at the newest position."""
    sequencer.drain_committed(here.database, here.now_ms())
    with here.database.snapshot() as connection:
        scope = policy.scope_of(connection, who, _kept(body.keep))
        now = standing(connection, here.skew.schema)
        held = units.fingerprint(connection, scope, now.head)
        if has_news(units.viewer(scope), now, Question(body.cursor, now.schema), held):
            return schemas.DigestAnswer(current=False, units=[])
        with row_security.fenced(connection, scope):
            found = digest.of_scope(connection, scope)
    listed = [
        schemas.UnitDigest(kind=kind, id=unit_id, rows=rows, sum=total)
        for (kind, unit_id), (rows, total) in sorted(found.items())
    ]
    return schemas.DigestAnswer(current=True, units=listed)


@router.get("/sync/v1/sizes", tags=["synchronisation"])
def sizes_route(who: Who, here: Here) -> schemas.Sizes:
    """How much there is in each territory in sight, for choosing what a laptop keeps."""
    sequencer.drain_committed(here.database, here.now_ms())
    with here.database.snapshot() as connection:
        scope = policy.scope_of(connection, who)
        with row_security.fenced(connection, scope):
            shared, found = sizes.of_scope(connection, scope)
    listed = [
        schemas.TerritorySize(
            id=one.id.hex(),
            parent=None if one.parent is None else one.parent.hex(),
            code=one.code,
            name=one.name,
            partners=one.partners,
            rows=one.rows,
        )
        for one in found
    ]
    return schemas.Sizes(shared=shared, territories=listed)


@router.post("/sync/v1/device", tags=["synchronisation"])
def device_route(body: schemas.DeviceRequest, who: Who, here: Here) -> schemas.NewDevice:
    """A device of its own for a profile that turned out to be a copy, or was restored from one."""
    made = here.authenticator.renew_device(who, body.name)
    return schemas.NewDevice(**told.tokens(made, here.now_ms()), device=told.device(made))


@router.get("/api/v1/totals", tags=["figures"])
def totals(who: Who, here: Here) -> schemas.Totals:
    """Sales of the caller's scope by fiscal period and currency, computed here: laptops compare theirs."""
    sequencer.drain_committed(here.database, here.now_ms())
    with here.database.snapshot() as connection:
        scope = policy.scope_of(connection, who)
        with row_security.fenced(connection, scope):
            sales = sales_totals(connection, scope)
        return schemas.Totals(head=sequencer.position(connection), sales=sales)


class _Stream(StreamingResponse):
    """Holds a connection to the database from its first byte to its last, so only so many are sent at once:
    others wait for ``room``, without a thread or a connection. Gives up on a reader that takes nothing for a
    while: it goes on from its last mark another time.
    """

    def __init__(self, room: anyio.CapacityLimiter, content: AsyncIterator[bytes], **parts: Any) -> None:
        super().__init__(content, **parts)
        self._room = room

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        try:
            async with room.entered(self._room, self):
                await self._send_patiently(scope, receive, send)
        except Refusal as busy:
            await self.body_iterator.aclose()  # type: ignore[attr-defined]
            await problem_response(busy)(scope, receive, send)

    async def _send_patiently(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        async def patient(message: Message) -> None:
            with anyio.fail_after(STALLED_SECONDS):
                await send(message)

        try:
            await super().__call__(scope, receive, patient)
        except TimeoutError:
            _log.warning("a laptop stopped reading its pull; %s s were enough", STALLED_SECONDS)
        finally:
            # Cut while sending, the iterator would keep its snapshot until it is collected.
            with anyio.CancelScope(shield=True):
                await self.body_iterator.aclose()  # type: ignore[attr-defined]


async def _stream(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Reads in worker threads, and gives the snapshot back also when the laptop hangs up."""
    try:
        async for chunk in iterate_in_threadpool(chunks):
            yield chunk
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(chunks.close)  # type: ignore[attr-defined]


def _kept(ids: list[str] | None) -> frozenset[bytes] | None:
    return None if ids is None else frozenset(map(bytes.fromhex, ids))
