"""sign_in: a person signs in while others guess passwords; how many guesses are looked at."""

from __future__ import annotations

import argparse
import itertools
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from benchmarks.outcome import CannotRun, Outcome
from benchmarks.samples import interleave, median, percentile

LOGIN, PASSWORD, HOME = "li.wei", "a-good-password", "192.0.2.1"
ATTACKERS = 16
_PAUSE = 0.2
"""Seconds between two sign-ins of the person."""

Guess = Callable[[int], tuple[str, str]]
"""The next guess's address and login."""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seconds", type=float, default=10.0, help="of each attack (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    attacks: dict[str, Guess | None] = {
        "calm": None,
        "one place, one login": lambda n: ("198.51.100.1", LOGIN),
        "one place, many logins": lambda n: ("198.51.100.1", f"login-{n}"),
        "many places, one login": lambda n: (_address(n), LOGIN),
        "many places, many logins": lambda n: (_address(n), f"login-{n}"),
    }
    sides = {name: _side(guess, options.seconds) for name, guess in attacks.items()}
    samples = interleave(sides, options.runs, figure="p95_ms")
    worst = max((name for name in attacks if name != "calm"), key=lambda one: median(samples[one], "p95_ms"))
    figures = ("p50_ms", "p95_ms", "refused_sign_ins", "looked_at", "turned_away", "per_second")
    detail = {name: {figure: median(found, figure) for figure in figures} for name, found in samples.items()}
    return Outcome(
        "ms",
        median(samples[worst], "p95_ms"),
        median(samples["calm"], "p95_ms"),
        detail={"worst": worst, "seconds": options.seconds, "attackers": ATTACKERS, "medians": detail}
        | {"samples": samples},
    )


def _side(guess: Guess | None, seconds: float) -> Callable[[], dict[str, Any]]:
    def sample() -> dict[str, Any]:
        with tempfile.TemporaryDirectory() as folder, _serving(Path(folder)) as address:
            return _measure(address, guess, seconds)

    return sample


def _measure(address: str, guess: Guess | None, seconds: float) -> dict[str, Any]:
    came: Counter[int] = Counter()
    over, number = threading.Event(), itertools.count(1)

    def attack() -> None:
        with requests.Session() as session:
            while guess is not None and not over.is_set():
                place, login = guess(next(number))
                came[_sign_in(session, address, place, login, "a guess")] += 1

    with requests.Session() as session:
        _sign_in(session, address, HOME, LOGIN, PASSWORD)  # the person was here before
        threads = [threading.Thread(target=attack) for _ in range(ATTACKERS if guess else 0)]
        for thread in threads:
            thread.start()
        times: list[float] = []
        refused = 0
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.perf_counter()
            refused += _sign_in(session, address, HOME, LOGIN, PASSWORD) != 200
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(_PAUSE)
        over.set()
        for thread in threads:
            thread.join()
    return {
        "p50_ms": percentile(times, 50),
        "p95_ms": percentile(times, 95),
        "refused_sign_ins": float(refused),
        "looked_at": float(came[401]),
        "turned_away": float(came[429]),
        "per_second": came[401] / seconds,
    }


def _sign_in(session: requests.Session, address: str, place: str, login: str, password: str) -> int:
    body = {"grant_type": "password", "login": login, "password": password}
    headers = {"X-Forwarded-For": place}
    return session.post(f"{address}/auth/v1/token", json=body, headers=headers, timeout=60).status_code


def _address(number: int) -> str:
    """Of a great many households."""
    return f"2001:db8:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}::{random.randrange(1, 9)}"


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """A server that believes what a proxy says of the places that ask."""
    from channeldesk.hq import admin

    url = f"sqlite:///{folder / 'hq.db'}"
    database = admin.init(url, "Bench")
    admin.add_user(database, LOGIN, "Li Wei", "manager", [], PASSWORD)
    database.close()
    command = [sys.executable, "-m", "channeldesk", "hq", "serve", "--database", url, "--port", "0"]
    process = subprocess.Popen([*command, "--proxy", "127.0.0.1"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        told = process.stdout.readline().split()
        if not told:
            raise CannotRun("the server did not start")
        yield told[-1]
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
