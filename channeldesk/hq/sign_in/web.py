"""Headquarters' pages: signing in for the program on this computer, or for one that shows a code. They work
without a script.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from channeldesk.hq import room, state
from channeldesk.hq.database import DatabaseBusy
from channeldesk.hq.errors import Refusal, refuse
from channeldesk.hq.guards import open_to_all
from channeldesk.hq.routes import Central, Here
from channeldesk.hq.sign_in import company, device_codes, limits, pages
from channeldesk.hq.sign_in.errands import Errand, ForCode, ForProgram
from channeldesk.hq.sign_in.forms import TRIP_MS, Visit
from channeldesk.hq.sign_in.routes import place_of
from channeldesk.hq.sign_in.settings import Ways, ways
from channeldesk.model.i18n import Translator
from channeldesk.model.notice import Notice

router = APIRouter(include_in_schema=False, dependencies=[Depends(open_to_all)])


class Sitting:
    """One request of a browser: who serves it, what the operator allows, in which language."""

    def __init__(self, request: Request, here: Central) -> None:
        self.request, self.here = request, here
        self.visit = Visit(request, place_of(request), here.keys)
        self.t = Translator(pages.language_of(request)).text
        self.ways, self.company = Ways(), ""
        self.targets: tuple[str, ...] = ()

    async def begin(self) -> None:
        def read() -> tuple[Ways, str]:
            with self.here.database.snapshot() as connection:
                return ways(connection), state.company(connection).name

        self.ways, self.company = await run_in_threadpool(read)
        self.targets = await run_in_threadpool(company.endpoint, self.ways)

    def page(self, name: str, **values: Any) -> Response:
        once = self.request.url.path == company.RETURN
        made = pages.page(self.request, name, self.company, form=self.visit.form, once=once, **values)
        self.visit.keep(made)
        return made

    def sign_in(self, errand: Errand, refused: Refusal | None = None, login: str = "") -> Response:
        """The page with login and password, after a refusal with its reason."""
        title, about = errand.words(self.t)
        made = self.page(
            "sign_in",
            status=200 if refused is None else refused.status,
            notice=None if refused is None else refused.notice,
            title=title,
            about=about,
            login=login or errand.login,
            typed=errand.typed,
            cancel=errand.cancel,
            passwords=self.ways.passwords != "never",
            label=(self.ways.label or self.company) if self.ways.company else "",
            targets=(*errand.targets, *self.targets),
        )
        if refused is not None and refused.retry_after is not None:
            made.headers["Retry-After"] = str(refused.retry_after)
        return made

    def told(
        self, title: str, about: str, *, status: int = 200, good: bool = False, back: str = ""
    ) -> Response:
        return self.page("told", status=status, title=title, about=about, good=good, back=back)

    async def prove(self, login: str, password: str) -> bytes:
        """The user whose password it is. Raises Refusal."""
        door, place = self.here.authenticator, self.visit.place(login, self.here.now_ms())
        if self.ways.passwords == "never":
            raise refuse(403, "auth.no_passwords")
        known = await run_in_threadpool(door.patience, login, place)
        ours = self.here.sign_ins if known else self.here.strangers
        return await room.worked(ours, partial(door.prove, login, password, place))

    async def approve(self, errand: Errand, user_id: bytes) -> Response:
        """The person has proved who it is: back to the program, or the good news."""
        now = self.here.now_ms()
        work = partial(errand.approve, user_id=user_id, now=now)
        target = await run_in_threadpool(self.here.database.run, work)
        if not target:
            return self.told(
                self.t("You are signed in"),
                self.t("The program goes on. You can close this page."),
                good=True,
            )
        return pages.secured(RedirectResponse(target, 303), self.request, errand.targets)

    async def with_company(self, errand: Errand) -> Response:
        """To the company's own sign-in, which leads back to :func:`company_return`."""
        url = self.request.url
        back = f"{url.path}?{url.query}"
        trip = company.Trip.begin(self.here.keys, back, errand.typed, self.here.now_ms())
        target = await run_in_threadpool(company.leave, self.ways, trip, self._return_address())
        made = pages.secured(RedirectResponse(target, 303), self.request)
        self.visit.leave(made, trip.cookie, TRIP_MS // 1000)
        return made

    def confirm(self, errand: ForCode, user_id: bytes, login: str) -> Response:
        """The company may let a person in without a question: then this is where the person says yes."""
        title, about = errand.words(self.t)
        return self.page(
            "confirm",
            title=title,
            about=about,
            login=login,
            typed=errand.typed,
            who=self.visit.approval(user_id, errand.typed, self.here.now_ms()),
            cancel=errand.cancel,
        )

    async def arrived(self, trip: company.Trip) -> str:
        """The login that the company tells. A place that brings wrong codes is told to wait, and the provider
        is not asked: a few requests at once at most ask it.
        """
        params, address = self.request.query_params, self._return_address()
        guarded = partial(self.here.authenticator.guarded, self.visit.here)
        work = partial(company.arrive, self.ways, trip, params, address)
        return await room.worked(self.here.company, partial(guarded, work))

    def _return_address(self) -> str:
        return (self.ways.address or str(self.request.base_url).rstrip("/")) + company.RETURN

    async def errand_of(self, path: str, params: dict[str, str], typed: str) -> Errand:
        if path != "/device":
            return ForProgram.of(params)
        return await run_in_threadpool(self._typed_errand, typed)

    def _typed_errand(self, typed: str) -> ForCode:
        """Raises Refusal for a code that nobody shows, and where too many are tried."""
        now, database = self.here.now_ms(), self.here.database
        with database.snapshot() as connection:
            attempt = limits.of_place(connection, limits.TYPED_CODE, place_of(self.request))
            limits.check(connection, attempt, now)
            found = device_codes.find(connection, typed, now)
        if found is None:
            database.run(lambda c: limits.charge(c, attempt, now))
            raise refuse(401, "auth.unknown_typed_code")
        return ForCode(typed, found.name)


async def _answered(
    request: Request, here: Central, work: Callable[[Sitting], Awaitable[Response]]
) -> Response:
    """What cannot go on is said on a page, not in JSON."""
    sitting = Sitting(request, here)
    try:
        await sitting.begin()
        return await work(sitting)
    except DatabaseBusy as busy:
        refused = Refusal(503, busy.notice, retry_after=5)
    except Refusal as error:
        refused = error
    words = Translator(pages.language_of(request)).notice(refused.notice)
    return sitting.told(
        sitting.t("This did not work"), words, status=refused.status, back=_begin_again(request)
    )


def _begin_again(request: Request) -> str:
    return "/device" if request.url.path == "/device" else ""


@router.get("/auth/v1/authorize", response_class=Response)
async def authorize_page(request: Request, here: Here) -> Response:
    """Login and password for the program on this computer (RFC 6749, RFC 7636, RFC 8252)."""

    async def work(sitting: Sitting) -> Response:
        return sitting.sign_in(ForProgram.of(request.query_params))

    return await _answered(request, here, work)


@router.post("/auth/v1/authorize", response_class=Response)
async def authorize(request: Request, here: Here) -> Response:
    async def work(sitting: Sitting) -> Response:
        return await _signed_in(sitting, ForProgram.of(request.query_params), await _fields(sitting))

    return await _answered(request, here, work)


@router.get("/device", response_class=Response)
async def device_page(request: Request, here: Here) -> Response:
    """Where a code is typed (RFC 8628)."""

    async def work(sitting: Sitting) -> Response:
        return _code_page(sitting)

    return await _answered(request, here, work)


@router.post("/device", response_class=Response)
async def device(request: Request, here: Here) -> Response:
    async def work(sitting: Sitting) -> Response:
        fields = await _fields(sitting)
        typed = fields.get("typed", "")
        try:
            errand = await sitting.errand_of("/device", {}, typed)
        except Refusal as refused:
            return _code_page(sitting, typed, refused)
        if fields.get("how") == "confirm":
            who = sitting.visit.approved(fields.get("who", ""), typed, here.now_ms())
            return await sitting.approve(errand, who)
        if "password" not in fields and fields.get("how") != "company":
            return sitting.sign_in(errand)
        return await _signed_in(sitting, errand, fields)

    return await _answered(request, here, work)


@router.get(company.RETURN, response_class=Response)
async def company_return(request: Request, here: Here) -> Response:
    """Where the company's sign-in leads back to."""

    async def work(sitting: Sitting) -> Response:
        state = request.query_params.get("state", "")
        trip = company.Trip.resume(here.keys, sitting.visit.trip, state, here.now_ms())
        login = await sitting.arrived(trip)
        user_id = await run_in_threadpool(company.user_of, here.database, login)
        parts = urlsplit(trip.back)
        errand = await sitting.errand_of(parts.path, dict(parse_qsl(parts.query)), trip.typed)
        if isinstance(errand, ForCode):
            made = sitting.confirm(errand, user_id, login)
        else:
            made = await sitting.approve(errand, user_id)
        sitting.visit.arrived(made)
        return made

    return await _answered(request, here, work)


async def _fields(sitting: Sitting) -> dict[str, str]:
    try:
        return await sitting.visit.fields()
    except Refusal as refused:
        if sitting.request.url.path == "/device":
            raise
        return {"refused": refused.notice.code}


async def _signed_in(sitting: Sitting, errand: Errand, fields: dict[str, str]) -> Response:
    if "refused" in fields:
        return sitting.sign_in(errand, refuse(403, "auth.page_too_old"))
    if fields.get("how") == "company":
        return await sitting.with_company(errand)
    login = fields.get("login", "")
    try:
        user_id = await sitting.prove(login, fields.get("password", ""))
    except Refusal as refused:
        return sitting.sign_in(errand, refused, login)
    made = await sitting.approve(errand, user_id)
    sitting.visit.remember(made, login, sitting.here.now_ms())
    return made


def _code_page(sitting: Sitting, typed: str = "", refused: Refusal | None = None) -> Response:
    notice: Notice | None = None if refused is None else refused.notice
    return sitting.page(
        "code",
        status=200 if refused is None else refused.status,
        notice=notice,
        title=sitting.t("Sign in on another computer"),
        typed=typed,
    )
