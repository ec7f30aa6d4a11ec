"""The floor of the load test: FastAPI and psycopg with nothing between them.

``python -m benchmarks.hq_load_floor DATABASE_URL PROCESSES``: a token is looked up, rows of the same size are
inserted with a number and given back, rows of the same scope after a number are sent, each request in one
transaction. Nothing is checked, merged, judged, audited, made idempotent or put into the order of commits.
"""

from __future__ import annotations

import http.client
import queue
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Annotated, Any

import anyio.to_thread
import orjson
import psycopg
import uvicorn
from fastapi import Depends, FastAPI, Header, Request
from starlette.responses import Response
from uvicorn.supervisors import Multiprocess

TABLES = """
CREATE TABLE token (token text PRIMARY KEY, scope bigint NOT NULL);
CREATE TABLE item (seq bigserial PRIMARY KEY, scope bigint NOT NULL, id uuid NOT NULL, body text NOT NULL);
CREATE INDEX item_scope ON item (scope, seq);
"""
THREADS = 8


async def body(request: Request) -> Any:
    return orjson.loads(await request.body())


Who = Annotated[str, Header(alias="authorization")]
Asked = Annotated[Any, Depends(body)]


def make_app(url: str) -> FastAPI:
    """One process: a connection per thread, opened when first needed."""
    free: queue.LifoQueue[psycopg.Connection[Any] | None] = queue.LifoQueue()
    for _ in range(THREADS):
        free.put(None)

    @contextmanager
    def transaction() -> Iterator[psycopg.Connection[Any]]:
        connection = free.get()
        try:
            connection = connection or psycopg.connect(url)
            with connection.transaction():
                yield connection
        finally:
            free.put(connection)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        yield

    app = FastAPI(lifespan=lifespan)

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/hello")
    def hello(who: Who, cursor: int) -> dict[str, Any]:
        with transaction() as connection:
            scope = _scope(connection, who)
            newest = connection.execute("SELECT max(seq) FROM item WHERE scope = %s", (scope,)).fetchone()
        return {"scope": scope, "news": newest is not None and (newest[0] or 0) > cursor}

    @app.post("/push")
    def push(who: Who, asked: Asked) -> Response:
        with transaction() as connection:
            scope = _scope(connection, who)
            rows = [(scope, one["id"], orjson.dumps(one).decode()) for one in asked["mutations"]]
            with connection.cursor() as cursor:
                cursor.executemany("INSERT INTO item (scope, id, body) VALUES (%s, %s, %s)", rows)
        results = [{"mid": one["mid"], "status": "applied", "row": one["set"]} for one in asked["mutations"]]
        return Response(orjson.dumps({"results": results}), media_type="application/json")

    @app.post("/pull")
    def pull(who: Who, asked: Asked) -> Response:
        with transaction() as connection:
            scope = _scope(connection, who)
            found = connection.execute(
                "SELECT seq, body FROM item WHERE scope = %s AND seq > %s ORDER BY seq",
                (scope, asked["cursor"]),
            ).fetchall()
        lines = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in found)
        return Response(lines, media_type="application/x-ndjson")

    return app


def _scope(connection: psycopg.Connection[Any], authorization: str) -> int:
    found = connection.execute("SELECT scope FROM token WHERE token = %s", (authorization[7:],)).fetchone()
    assert found is not None
    return int(found[0])


def _announce(port: int) -> None:
    """Tells the address once it answers."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            print(f"http://127.0.0.1:{port}", flush=True)
            return
        finally:
            connection.close()


def main() -> None:
    from channeldesk.hq.listening import listening_on, shared

    url, processes = sys.argv[1].replace("+psycopg", ""), int(sys.argv[2])
    config = uvicorn.Config(
        partial(make_app, url), factory=True, workers=processes, log_level="warning", access_log=False
    )
    listening = listening_on("127.0.0.1", 0) if processes == 1 else shared("127.0.0.1", 0)
    port = listening.getsockname()[1]
    threading.Thread(target=_announce, args=(port,), daemon=True).start()
    if processes == 1:
        uvicorn.Server(config).run(sockets=[listening])
    else:
        Multiprocess(config, sockets=[listening]).run()


if __name__ == "__main__":
    main()
