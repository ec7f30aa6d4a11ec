"""The real central API in a process of its own, for the length of a benchmark.

``python -m benchmarks.sync_server DATABASE_URL`` prints its address and serves until it is ended.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import headquarters
from benchmarks.outcome import CannotRun
from benchmarks.process import server


@contextmanager
def running(database: Path, *, log: Path) -> Iterator[str]:
    """Serves the database file; gives the address."""
    command = [sys.executable, "-m", "benchmarks.sync_server", headquarters.url(database)]
    with server(command, log=log) as address:
        yield address


def sign_in(address: str) -> str:
    """A token on a device never seen before."""
    import requests

    body = {
        "grant_type": "password",
        "login": headquarters.LOGIN,
        "password": headquarters.PASSWORD,
        "device": {"id": None, "name": "bench"},
    }
    answer = requests.post(f"{address}/auth/v1/token", json=body, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def answer_size(address: str, token: str) -> dict[str, Any]:
    """Bytes of a whole first answer as they travel, by a pull of our own."""
    import requests
    import urllib3

    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    body = {"cursor": None, "schema": 1}
    answer = requests.post(f"{address}/sync/v1/pull", json=body, headers=headers, stream=True, timeout=300)
    answer.raise_for_status()
    size = 0
    try:
        while chunk := answer.raw.read(256 * 1024, decode_content=False):
            size += len(chunk)
    except urllib3.exceptions.HTTPError as error:
        raise CannotRun(f"headquarters broke off its answer: {error}") from error
    return {"bytes": size, "encoding": answer.headers.get("Content-Encoding", "")}


def main() -> None:
    from channeldesk.hq.serve import serve

    serve(sys.argv[1], port=0, on_ready=lambda address: print(address, flush=True))


if __name__ == "__main__":
    main()
