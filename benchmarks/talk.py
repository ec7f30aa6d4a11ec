"""A process that stays up and does what a line of JSON on its standard input says, one line in answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.outcome import CannotRun
from benchmarks.process import ROOT

Order = dict[str, Any]
_CLOSING_SECONDS = 20.0


class Talker:
    """``ask`` is how a benchmark has something done in a process that stays warm between samples."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process, self._log = process, log

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # it has ended: what it wrote last is heard
            self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
            self._process.stdin.flush()
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """The next line. A process that ended, or says ``error``, ends the benchmark with its own words."""
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                if "error" in answer:
                    raise CannotRun(answer["error"])
                return answer
        said = self._log.read_text(encoding="utf-8", errors="replace")[-4000:]
        raise CannotRun(f"{self._log.stem} ended without an answer:\n{said}")


@contextmanager
def talker(command: list[str], *, log: Path, cwd: Path = ROOT) -> Iterator[Talker]:
    """The process for the length of the block; it ends when its standard input does."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            yield Talker(process, log)
        finally:
            assert process.stdin is not None and process.stdout is not None
            with suppress(BrokenPipeError):
                process.stdin.close()
            try:
                process.wait(_CLOSING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def serve(orders: Mapping[str, Callable[[Order], dict[str, Any]]]) -> None:
    """The other end, in Python: does what the lines say until there are no more."""
    for line in sys.stdin:
        order: Order = json.loads(line)
        print(json.dumps(orders[order["do"]](order)), flush=True)
