"""The central API as a FastAPI application: routes, who may call them, and nothing else."""

from __future__ import annotations

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import anyio.to_thread
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from channeldesk import __version__
from channeldesk.hq import blocks, files, guards, publishing, replies, retention
from channeldesk.hq.auth import Authenticator
from channeldesk.hq.body import BoundedBody
from channeldesk.hq.database import CONNECTIONS, Database
from channeldesk.hq.hello import Greeter
from channeldesk.hq.migrate import is_current
from channeldesk.hq.routes import Central, router
from channeldesk.hq.sign_in import order_routes, web
from channeldesk.hq.sign_in import routes as sign_in_routes
from channeldesk.hq.sign_in.notary import Notary
from channeldesk.hq.sign_in.secrets import Keys
from channeldesk.hq.skew import CURRENT, Skew
from channeldesk.hq.state import company
from channeldesk.model.notice import Problem

_log = logging.getLogger(__name__)

DESCRIPTION = """
What laptops synchronise with. Ids are UUIDv7 in hexadecimal, money is in minor units, instants are
milliseconds UTC; a refused request answers `{"code", "params", "text"}`. `docs/sync-protocol.md` tells how
hello, pull and push work together.
"""


def now_ms() -> int:
    """The system's clock; its own function, because settings travel to worker processes."""
    return time.time_ns() // 1_000_000


THREADS = 8
"""Requests that one process works on at once. More would only wait for each other's turn in the interpreter,
while they hold rows and the sequencer's lock.
"""
SPARE = 2
"""Connections beside those of requests at work and of answers on their way."""
PUBLISH_EVERY = 20
"""Seconds between looking for publications whose moment has come."""
FEWEST_CONNECTIONS = THREADS + SPARE + 2


@dataclass(frozen=True)
class Settings:
    """How one server process runs. ``url``: of the database; bytes are of unpacked request bodies;
    ``connections`` to the database at most, FEWEST_CONNECTIONS at least.
    """

    url: str
    connections: int = CONNECTIONS
    push_mutations: int = 500
    push_bytes: int = 4_000_000
    now_ms: Callable[[], int] = now_ms
    skew: Skew = CURRENT


async def _keep_house(database: Database, clock: Callable[[], int]) -> None:
    """Asks every hour: what is due is done, by one of the processes."""
    while True:
        await anyio.sleep(3600)
        try:
            await run_in_threadpool(lambda: retention.prune_if_due(database, clock()))
        except Problem as problem:
            _log.warning("nothing was pruned: %s", problem.notice.english())
        try:
            await run_in_threadpool(lambda: blocks.follow_if_due(database, clock()))
        except Problem as problem:
            _log.warning("no partner was blocked or released: %s", problem.notice.english())


async def _publish_on_time(database: Database, clock: Callable[[], int]) -> None:
    """At once, for what fell due while nobody served, then again and again."""
    while True:
        await run_in_threadpool(lambda: publishing.publish_soon(database, clock()))
        await anyio.sleep(PUBLISH_EVERY)


def check(database: Database) -> None:
    """Raises Problem for a database that is not set up or of another schema."""
    with database.snapshot() as connection:
        if not is_current(connection):
            raise Problem.of("hq.schema_not_current")
        company(connection)


def create_app(settings: Settings) -> FastAPI:
    """The application. Raises Problem for a database that is not set up or of another schema."""
    database = Database(settings.url, settings.connections)
    try:
        check(database)
        keys = database.run(Keys.of)
    finally:
        database.close()  # the pool opens again with the first request, in the process that serves it

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_keep_house, database, settings.now_ms)
            tasks.start_soon(_publish_on_time, database, settings.now_ms)
            yield
            tasks.cancel_scope.cancel()
        database.close()

    app = FastAPI(
        title="ChannelDesk headquarters",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.central = Central(
        database=database,
        keys=keys,
        authenticator=Authenticator(database, settings.now_ms),
        greeter=Greeter(database),
        notary=Notary(database),
        now_ms=settings.now_ms,
        push_mutations=settings.push_mutations,
        push_bytes=settings.push_bytes,
        skew=settings.skew,
        streams=anyio.CapacityLimiter(settings.connections - THREADS - SPARE),
    )
    app.include_router(router)
    app.include_router(sign_in_routes.router)
    app.include_router(web.router)
    app.include_router(files.router)
    app.include_router(order_routes.router)
    guards.check(app.routes)
    replies.install(app)
    app.add_middleware(BoundedBody, limit=settings.push_bytes)
    return app
