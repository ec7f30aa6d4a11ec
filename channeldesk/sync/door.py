"""Another process asks the owner of an open profile for a round: ``channeldesk sync`` beside an open window.

The owner listens on a port of the loopback interface and writes the port and a secret into the profile's
folder, which only its user can read; both are new each time. One line of JSON asks, lines of JSON answer, as
the worker's do: steps, then a result or a problem. Counts go over it, never rows, and nothing but a round can
be asked for.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from channeldesk.model.notice import Problem
from channeldesk.store import lock
from channeldesk.sync.engine import RoundResult, Step, describe
from channeldesk.sync.worker import problem_of, result_of, said_of, step_of, step_said
from channeldesk.trust.files import write_atomically

FILE = "door.json"
_LINE = 4_096
_PATIENCE = 5.0
"""Seconds in which whoever knocks must say what they want."""

Ask = Callable[[Callable[[Step], None]], Future[RoundResult]]


class Door:
    """Held by the owner while rounds run by themselves. ``ask(progress)`` gives a round to wait for."""

    def __init__(self, folder: Path, ask: Ask) -> None:
        self._path, self._ask = folder / FILE, ask
        self._secret = secrets.token_hex(16)
        self._port = 0
        self._open = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="sync-door", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Takes no more questions; call it after the rounds were stopped, so that nobody waits for one."""
        self._closed = True
        self._open.wait()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        self._thread.join()

    def _serve(self) -> None:
        try:
            with suppress(OSError), socket.create_server(("127.0.0.1", 0)) as listening:
                self._port = listening.getsockname()[1]
                told = {"port": self._port, "pid": os.getpid(), "secret": self._secret}
                write_atomically(self._path, json.dumps(told))
                self._open.set()
                while not self._closed:
                    knocking, _ = listening.accept()
                    with knocking, suppress(OSError):
                        knocking.settimeout(_PATIENCE)
                        self._answer(knocking)
        finally:
            self._open.set()
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _answer(self, knocking: socket.socket) -> None:
        with knocking.makefile("rw", encoding="utf-8", newline="\n") as line:
            try:
                asked = json.loads(line.readline(_LINE))
                known = hmac.compare_digest(str(asked["secret"]), self._secret)
            except (ValueError, KeyError, TypeError):
                return
            if not known or asked.get("ask") != "sync":
                return

            def say(message: Mapping[str, Any]) -> None:
                line.write(json.dumps(message) + "\n")
                line.flush()

            listens = True

            def progress(step: Step) -> None:
                nonlocal listens
                if listens:
                    try:
                        say(step_said(step))
                    except OSError:  # gone; the round goes on
                        listens = False

            try:
                result = self._ask(progress).result()
            except Problem as problem:
                say(said_of(problem))
            else:
                say({"result": describe(result)})


def ask_owner(folder: Path, progress: Callable[[Step], None] | None = None) -> RoundResult | None:
    """A round by the process that has the profile open; None when that process does not answer questions.

    Raises what the round raised there.
    """
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        owner = lock.holder(folder)
        if owner is None or owner.pid != found["pid"]:  # left behind by a process that was killed
            return None
        with socket.create_connection(("127.0.0.1", found["port"]), timeout=_PATIENCE) as door:
            door.settimeout(None)
            with door.makefile("rw", encoding="utf-8", newline="\n") as line:
                line.write(json.dumps({"ask": "sync", "secret": found["secret"]}) + "\n")
                line.flush()
                return _heard(line, progress)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _heard(line: Any, progress: Callable[[Step], None] | None) -> RoundResult | None:
    for text in line:
        message = json.loads(text)
        if "step" in message:
            if progress is not None:
                progress(step_of(message))
        elif "problem" in message:
            raise problem_of(message)
        else:
            return result_of(message["result"])
    return None
