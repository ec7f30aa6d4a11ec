"""The token endpoint: every proof of who somebody is becomes a pair of tokens here."""

from __future__ import annotations

from functools import partial
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from channeldesk.hq import audit, room, schemas, told
from channeldesk.hq.auth import Device, SignedIn, SignIn
from channeldesk.hq.errors import refuse
from channeldesk.hq.guards import open_to_all
from channeldesk.hq.routes import Central, Here, Who
from channeldesk.hq.sign_in import device_codes, limits, tokens
from channeldesk.hq.sign_in.codes import Proof
from channeldesk.hq.sign_in.limits import Place
from channeldesk.hq.sign_in.settings import ways

_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {
        "model": schemas.Problem,
        "description": "Cannot be unpacked; or a device code: not yet, too fast.",
    },
    401: {"model": schemas.Problem, "description": "The proof does not hold, or does no longer."},
    403: {"model": schemas.Problem, "description": "The device is somebody else's; the way is closed."},
    413: {"model": schemas.Problem, "description": "The body is too large."},
    429: {"model": schemas.Problem, "description": "Too many wrong tries; wait."},
    415: {"model": schemas.Problem, "description": "A body may be packed with gzip only."},
    422: {"model": schemas.Problem, "description": "The request is malformed."},
    500: {"model": schemas.Problem, "description": "A defect of headquarters."},
    503: {"model": schemas.Problem, "description": "Others hold the database; try again."},
}

router = APIRouter(responses=_REFUSALS, tags=["sign-in"])


def place_of(request: Request) -> Place:
    """The address as the server believes it: behind a proxy the one that the proxy tells."""
    return Place("" if request.client is None else request.client.host)


@router.post("/auth/v1/token", dependencies=[Depends(open_to_all)])
async def token(
    body: schemas.TokenRequest, here: Here, request: Request, response: Response
) -> schemas.TokenAnswer:
    """Tokens for a proof: a code of the sign-in page, a device code, a password, or the refresh token of the
    device. A device without an id is registered.
    """
    response.headers["Cache-Control"] = "no-store"
    made = await _made(body, here, place_of(request))
    return told.signed_in(made, here.notary, here.now_ms())


async def _made(body: schemas.TokenRequest, here: Central, place: Place) -> SignedIn:
    door = here.authenticator
    match body:
        case schemas.RefreshGrant():
            work = partial(door.refresh, body.refresh_token, bytes.fromhex(body.request_id), place)
        case schemas.CodeGrant():
            proof = Proof(body.code, body.code_verifier, body.redirect_uri)
            work = partial(door.redeem, proof, _device(body.device), place)
        case schemas.DeviceCodeGrant():
            work = partial(door.redeem_device_code, body.device_code, _device(body.device), place)
        case schemas.PasswordGrant():
            known = await run_in_threadpool(door.patience, body.login, place)
            asked = SignIn(body.login, body.password, _device(body.device), place)
            return await room.worked(here.sign_ins if known else here.strangers, partial(door.sign_in, asked))
    return await run_in_threadpool(work)


def _device(told_of: schemas.DeviceIn) -> Device:
    return Device(None if told_of.id is None else bytes.fromhex(told_of.id), told_of.name)


@router.post("/auth/v1/device_authorization", dependencies=[Depends(open_to_all)])
def device_authorization(
    body: schemas.DeviceCodeRequest, here: Here, request: Request, response: Response
) -> schemas.DeviceCodeAnswer:
    """Two codes for a laptop without a browser: one to show, one to ask with until its person has signed in
    on the page.
    """
    response.headers["Cache-Control"] = "no-store"
    place, now = place_of(request), here.now_ms()
    with here.database.snapshot() as connection:
        found = ways(connection)
    if not found.codes:
        raise refuse(403, "auth.no_codes")

    def work(connection: sa.Connection) -> device_codes.Begun:
        limits.charge(connection, limits.of_place(connection, limits.DEVICE_CODE, place), now)
        return device_codes.begin(connection, body.name, now)

    begun = here.database.run(work)
    return schemas.DeviceCodeAnswer(
        device_code=begun.code,
        user_code=device_codes.shown(begun.typed),
        verification_uri=f"{found.address or str(request.base_url).rstrip('/')}/device",
        expires_in=device_codes.LASTING_MS // 1000,
        interval=device_codes.INTERVAL_SECONDS,
    )


@router.post("/auth/v1/sign-out")
def sign_out(who: Who, here: Here) -> schemas.Noted:
    """Ends every token of the device. It may sign in again."""

    def work(connection: sa.Connection) -> None:
        tokens.end(connection, who.device_id)
        actor = audit.Actor(who.user_id, who.device_id)
        audit.record(connection, actor, [audit.Entry("sign_out", "device", who.device_id)], here.now_ms())

    here.database.run(work)
    return schemas.Noted(noted=True)
