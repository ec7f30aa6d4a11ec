"""Runs the central API: one process, or several on one socket and one database."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import ssl
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from functools import partial

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from channeldesk.hq.app import FEWEST_CONNECTIONS, Settings, check, create_app
from channeldesk.hq.database import CONNECTIONS, Database
from channeldesk.hq.listening import listening_on, shared
from channeldesk.hq.migrate import migrate
from channeldesk.hq.tls import Proof
from channeldesk.model.notice import Problem
from channeldesk.trust import redaction

READY_SECONDS = 60.0
LEFT_TO_OTHERS = 10
"""Connections to PostgreSQL that a server leaves free."""
_ALLOWED = """
SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
"""


def announce(address: str) -> None:
    """The first line on standard output, once requests are answered; port 0 becomes the real one."""
    print(f"Listening on {address}", flush=True)


def serve(
    url: str,
    host: str = "127.0.0.1",
    port: int = 8420,
    workers: int = 1,
    on_ready: Callable[[str], None] = announce,
    log_level: str = "warning",
    connections: int | None = None,
    tls: Proof | None = None,
    proxies: Sequence[str] = (),
) -> None:
    """Migrates the database, then answers until the process is told to end (SIGINT or SIGTERM).

    Requests under way are finished first, for at most ten seconds. ``on_ready`` is called with the address.
    ``connections`` to PostgreSQL are shared by all processes; if not given, most of those that it allows.
    Who asks is believed from a proxy's headers only where it is one of ``proxies``, addresses or networks.
    Raises Problem when the database is not set up or allows too few, or no laptop would believe the
    certificate, before any process is started.
    """
    if workers < 1:
        raise Problem.of("hq.no_process")
    if tls is not None:
        tls.check()
    database = Database(url)
    try:
        migrate(database)
        check(database)
        share = _share(database, workers, connections)
    finally:
        database.close()
    config = uvicorn.Config(
        partial(_application, Settings(url, share)),
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level=log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        ssl_certfile=tls.certificate if tls is not None else None,
        ssl_keyfile=tls.key if tls is not None else None,
    )
    listening = listening_on(host, port) if workers == 1 else shared(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"{'http' if tls is None else 'https'}://{shown}:{listening.getsockname()[1]}"
    with listening:
        trusting = tls.trusting() if tls is not None else None
        told = threading.Thread(
            target=_tell, args=(address, on_ready, trusting), name="hq-ready", daemon=True
        )
        told.start()
        if workers == 1:
            uvicorn.Server(config).run(sockets=[listening])
        else:
            Multiprocess(config, sockets=[listening]).run()


def _share(database: Database, workers: int, asked: int | None) -> int:
    """Connections of each process. Some are left to the console, to loads and to other programs."""
    if not database.is_postgresql:
        return CONNECTIONS
    allowed = asked
    if allowed is None:
        with database.glance() as connection:
            allowed = int(connection.exec_driver_sql(_ALLOWED).scalar_one()) - LEFT_TO_OTHERS
    share = min(allowed // workers, CONNECTIONS)
    if share < FEWEST_CONNECTIONS:
        needed = workers * FEWEST_CONNECTIONS
        raise Problem.of("hq.too_few_connections", allowed=allowed, processes=workers, needed=needed)
    return share


def _application(settings: Settings) -> FastAPI:
    """In a worker process also sees to it that the worker does not outlive a supervisor that was killed."""
    redaction.to_stderr()
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:

        def follow() -> None:
            supervisor.join()
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=follow, name="hq-supervisor", daemon=True).start()
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what is here now stays: looking through it again and again was a tenth of a push
    return app


def _tell(address: str, on_ready: Callable[[str], None], trusting: ssl.SSLContext | None) -> None:
    """Waits until a process answers, so that whoever started the server need not guess."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5, context=trusting):
                on_ready(address)
                return
        except urllib.error.HTTPError as error:
            print(f"{address}/health answers {error.code}", file=sys.stderr, flush=True)
            return
        except OSError:
            time.sleep(0.05)
