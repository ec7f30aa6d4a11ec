"""A round in a process of its own: bulk work in a thread makes the window stutter, in a process it does not.

The owner of the profile starts ``main.py --worker`` and writes one line of JSON to its standard input, the
database key in it: the key never stands in an argument, an environment or a keyring lookup. The worker
answers in lines of JSON: steps, then the result, with the problem if there was one. It sends counts and
topics, never rows. Closing its standard input cancels it after the current step, or after :data:`GRACE`
seconds wherever it is: a round may be cut anywhere, and a dead network must not keep the program from ending.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from channeldesk.model.changes import Topic
from channeldesk.model.notice import Notice, Problem
from channeldesk.sync import certificates
from channeldesk.sync.deadline import GRACE
from channeldesk.sync.engine import Round, RoundResult, Step, describe
from channeldesk.sync.errand import Errand
from channeldesk.sync.tokens import Keeper
from channeldesk.sync.transport import Busy, HttpTransport, Offline, Refused, SignInNeeded, Untrusted
from channeldesk.sync.wiping import WipeOrdered
from channeldesk.wire.stream import IncompleteStream

_KINDS: dict[str, type[Problem]] = {
    kind.__name__: kind
    for kind in (Offline, Untrusted, Busy, SignInNeeded, Refused, WipeOrdered, IncompleteStream, Problem)
}

CANCELLED = 3
"""Exit code of a worker that was cut after its grace."""


def command() -> list[str]:
    """How this program is started as a worker, installed, from a checkout or frozen."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--worker"]
    return [sys.executable, str(Path(__file__).resolve().parents[2] / "main.py"), "--worker"]


def run(
    order: Mapping[str, Any],
    progress: Callable[[Step], None] | None = None,
    cancel: Callable[[], bool] | None = None,
    errand: Errand | None = None,
) -> RoundResult:
    """Runs one round in a child process. ``order``: database (path), key (hex), server, token, and
    check where the copy is to be compared.

    Raises what the round raised in the child; ``sync.worker_died`` when the child ended without a word.
    ``errand`` keeps bytes and result, also then.
    """
    told = errand if errand is not None else Errand()
    with subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin is not None and child.stdout is not None
        final: dict[str, Any] | None = None
        with suppress(BrokenPipeError):  # it died at once: its silence tells
            child.stdin.write(json.dumps(dict(order)) + "\n")
            child.stdin.flush()
        with _closing_when(cancel, child.stdin):
            for line in child.stdout:
                if not line.endswith("\n"):  # killed inside a word
                    break
                message = json.loads(line)
                told.sent, told.received = message["bytes"]
                if "step" not in message:
                    final = message
                elif progress is not None:
                    progress(step_of(message))
    if final is None and child.returncode == CANCELLED:
        return RoundResult()
    if final is None:
        raise Problem(Notice("sync.worker_died", {"status": child.returncode}))
    told.result = result_of(final["result"])
    if "problem" in final:
        raise problem_of(final)
    return told.result


@contextmanager
def _closing_when(cancel: Callable[[], bool] | None, pipe: IO[str]) -> Iterator[None]:
    """Closes the pipe as soon as ``cancel`` says so, and at the end of the block."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            if cancel is not None and cancel():
                break
        with suppress(BrokenPipeError):
            pipe.close()

    watching = threading.Thread(target=watch, name="worker-cancel", daemon=True)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def said_of(problem: Problem) -> dict[str, Any]:
    """A problem as another process reads it; see :func:`problem_of`."""
    return {
        "problem": problem.notice.to_wire(),
        "kind": type(problem).__name__,
        "remedy": problem.remedy,
        "retry_after": getattr(problem, "retry_after", None),
    }


def problem_of(plain: Mapping[str, Any]) -> Problem:
    problem = _KINDS.get(plain["kind"], Problem)(Notice.from_wire(plain["problem"]))
    problem.remedy = plain["remedy"]
    if isinstance(problem, Busy):
        problem.retry_after = plain["retry_after"]
    return problem


def step_said(step: Step) -> dict[str, Any]:
    """A step as another process reads it; see :func:`step_of`."""
    return {
        "step": step.name,
        "done": step.done,
        "expected": step.expected,
        "entity": step.entity,
        "parts": step.parts,
    }


def step_of(plain: Mapping[str, Any]) -> Step:
    parts = tuple((entity, done, expected) for entity, done, expected in plain["parts"])
    return Step(plain["step"], plain["done"], plain["expected"], plain["entity"], parts)


def result_of(plain: Mapping[str, Any]) -> RoundResult:
    values = {name: plain[name] for name in describe(RoundResult()) if name not in ("changes", "notices")}
    notices = [Notice.from_wire(one) for one in plain["notices"]]
    return RoundResult(**values, notices=notices, changes={Topic(topic) for topic in plain["changes"]})


def main(stdin: IO[str], stdout: IO[str]) -> int:
    """The worker's side. Exit code 0: a result was sent; 1: a problem was."""
    from channeldesk.store.database import Database

    order = json.loads(stdin.readline())
    cancelled = threading.Event()
    threading.Thread(target=_watch, args=(stdin, cancelled), name="worker-stdin", daemon=True).start()

    def say(message: Mapping[str, Any]) -> None:
        moved = (transport.bytes_sent, transport.bytes_received)
        stdout.write(json.dumps({**message, "bytes": moved}) + "\n")
        stdout.flush()

    def progress(step: Step) -> None:
        say(step_said(step))

    certificates.use(order["server"], Path(order["database"]).parent)
    database = Database.open(Path(order["database"]), bytes.fromhex(order["key"]))
    keeper = Keeper.at(order["server"], database)
    transport = HttpTransport(order["server"], order["token"], renew=keeper.renew)
    one = Round(database, transport, check=bool(order.get("check")))
    try:
        one.run(progress, cancelled.is_set)
        say({"result": describe(one.result)})
        return 0
    except Problem as problem:
        say({**said_of(problem), "result": describe(one.result)})
        return 1
    except BrokenPipeError:  # the owner is gone; what was committed is kept
        os._exit(CANCELLED)
    finally:
        transport.close()
        database.close()


def _watch(stdin: IO[str], cancelled: threading.Event) -> None:
    stdin.read()
    cancelled.set()
    time.sleep(GRACE)
    os._exit(CANCELLED)
