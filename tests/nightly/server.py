"""``hq serve`` as a process that kills itself (SIGKILL) at a named place.

Run as ``python -m tests.nightly.server URL PORT PLACE``; PLACE is ``write:N`` (inside the N-th transaction
that writes, before its commit), ``written:N`` (right after the commit), ``unanswered:N`` (before the N-th
answer is sent) or ``chunk:N`` (before the N-th piece of pulls).
"""

import os
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from channeldesk.hq import serve
from channeldesk.hq.database import Database

_seen: Counter[str] = Counter()


def main(url: str, port: str, place: str) -> None:
    kind, _, number = place.partition(":")

    def at(name: str) -> None:
        _seen[name] += 1
        if name == kind and _seen[name] == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    plain_write, plain_app = Database.write, serve.create_app

    @contextmanager
    def write(database: Database) -> Iterator[sa.Connection]:
        with plain_write(database) as connection:
            yield connection
            at("write")
        at("written")

    def create_app(settings: Any) -> Any:
        app = plain_app(settings)

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            async def passing(message: Any) -> None:
                if scope.get("path", "").startswith("/sync/"):
                    if message["type"] == "http.response.start":
                        at("unanswered")
                    elif scope["path"].endswith("/pull"):
                        at("chunk")
                await send(message)

            await app(scope, receive, passing)

        return watched

    setattr(Database, "write", write)  # noqa: B010
    serve.create_app = create_app
    serve.serve(url, port=int(port))


if __name__ == "__main__":
    main(*sys.argv[1:])
