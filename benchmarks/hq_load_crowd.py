"""All the laptops: processes with many light ones, and one with the real ones, told what to do together."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.hq_load_check import expected
from benchmarks.hq_load_laptop import digest
from benchmarks.outcome import CannotRun
from benchmarks.process import ROOT

LIGHT_PROCESSES = 2
REAL_EVERY = 4.0
"""Seconds between the rounds of a real laptop, whatever the others do."""


class Crowd:
    """``light`` and ``real``: the processes."""

    def __init__(self, light: list[subprocess.Popen[str]], real: subprocess.Popen[str], count: int) -> None:
        self._light, self._real, self._count = light, real, count

    def ask(self, what: str, *, floor: bool = False, **how: Any) -> dict[str, Any]:
        """Lets everybody do it at the same time. ``rounds`` are of the light ones; errors are of all."""
        extra = {"floor": floor} if what == "run" else {}
        for process in self._light:
            _tell(process, {"do": what, **how, **extra})
        told = [] if floor else [self._real]
        for process in told:
            _tell(process, {"do": what, **how} | ({"every": REAL_EVERY} if what == "run" else {}))
        found = [_answer(process) for process in self._light]
        errors = [error for one in [*found, *map(_answer, told)] for error in one["errors"]]
        rounds = [time for one in found for time in one["rounds"]]
        seconds = max(one["seconds"] for one in found)
        statuses: dict[str, int] = {}
        for one in found:
            for status, count in one.get("statuses", {}).items():
                statuses[status] = statuses.get(status, 0) + count
        return {
            "rounds": rounds,
            "errors": errors,
            "seconds": seconds,
            "per_s": len(rounds) / seconds,
            "statuses": statuses,
            "waits": sum(one["waits"] for one in found),
        }

    def differences(self, url: str) -> dict[str, Any]:
        """By login, what is not as at headquarters; empty when all converged."""
        from channeldesk.hq.database import Database

        hq, wrong = Database(url), {}
        try:
            for process in self._light:
                _tell(process, {"do": "digests"})
            held = {who: one for process in self._light for who, one in _answer(process).items()}
            for who, found in held.items():
                should = digest(expected(hq, who))
                if found != should:
                    wrong[who] = {"holds": found["counts"], "should": should["counts"]}
        finally:
            hq.close()
        if len(held) != self._count:
            raise CannotRun(f"{len(held)} laptops told what they hold, not {self._count}")
        _tell(self._real, {"do": "compare", "url": url})
        return wrong | {who: what for who, what in _answer(self._real).items() if what}


@contextmanager
def of(laptops: int, real: int, folder: Path) -> Iterator[Crowd]:
    """Starts the processes: the last ``real`` people have a real laptop."""
    light = laptops - real
    share = -(-light // LIGHT_PROCESSES)
    parts = [(first, min(share, light - first)) for first in range(0, light, share)]
    processes = [_start("benchmarks.hq_load_clients", *map(str, part)) for part in parts]
    processes.append(_start("benchmarks.hq_load_full", str(folder), str(light), str(real)))
    try:
        yield Crowd(processes[:-1], processes[-1], light)
    finally:
        for process in processes:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def _start(module: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _tell(process: subprocess.Popen[str], message: dict[str, Any]) -> None:
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
    except OSError as error:
        raise CannotRun(f"a process with laptops ended with {process.wait(5)}") from error


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise CannotRun(f"a process with laptops ended with {process.wait(5)}")
    found: dict[str, Any] = json.loads(line)
    return found
