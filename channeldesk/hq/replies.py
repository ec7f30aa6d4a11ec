"""Answers that are not a route's own: errors, always as ``{"code", "params", "text"}``."""

from __future__ import annotations

import logging

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from channeldesk.hq.database import DatabaseBusy
from channeldesk.hq.errors import Refusal, refuse
from channeldesk.model.notice import Problem

_log = logging.getLogger(__name__)

_BY_STATUS = {404: "request.not_found", 405: "request.not_found", 401: "auth.sign_in_needed"}


def problem_response(error: Refusal) -> Response:
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    body = orjson.dumps(error.notice.to_wire())
    return Response(body, error.status, headers, media_type="application/json")


def install(app: FastAPI) -> None:
    """Puts the handlers in place. What is not a Problem is a defect: logged in full, told in general."""

    @app.exception_handler(Problem)
    async def problem(request: Request, error: Problem) -> Response:
        if isinstance(error, DatabaseBusy):
            return problem_response(Refusal(503, error.notice, retry_after=5))
        if isinstance(error, Refusal):
            return problem_response(error)
        return problem_response(Refusal(422, error.notice))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> Response:
        places = {".".join(str(part) for part in one["loc"]) for one in error.errors()}
        return problem_response(refuse(422, "request.malformed", detail=", ".join(sorted(places)[:5])))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        code = _BY_STATUS.get(error.status_code, "request.refused")
        status = 404 if error.status_code == 405 else error.status_code
        return problem_response(refuse(status, code))

    @app.exception_handler(Exception)
    async def defect(request: Request, error: Exception) -> Response:
        return problem_response(refuse(500, "request.server_error"))
