"""Fresh processes: one that is measured, and servers that run beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.outcome import CannotRun
from benchmarks.say import say

ROOT = Path(__file__).resolve().parent.parent
MEASURED_SECONDS = 600.0
_START_SECONDS = 60.0


def measured(module: str, *arguments: object, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Runs ``python -m module arguments`` to its end and returns the JSON of its last line of output.

    ``process_s`` is added: wall time from before the interpreter started until the process was gone.
    """
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=MEASURED_SECONDS,
        check=False,
    )
    seconds = time.perf_counter() - started
    if done.returncode != 0:
        raise CannotRun(f"{module} ended with {done.returncode}:\n{done.stderr.strip()[-4000:]}")
    sample: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return sample | {"process_s": seconds}


@contextmanager
def server(command: list[str], *, log: Path) -> Iterator[str]:
    """A server process for the length of the block; gives the address it says in its first line of output.

    The line is a bare URL, or JSON with a ``url``. What it logs stands in ``log``.
    """
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        )
        try:
            yield _address(process, log)
        except BaseException:
            say(log.read_text(encoding="utf-8", errors="replace")[-4000:])
            raise
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()


def _address(process: subprocess.Popen[str], log: Path) -> str:
    assert process.stdout is not None
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        line = process.stdout.readline().strip()
        if line.startswith("http"):
            return line
        if line.startswith("{") and "url" in (said := json.loads(line)):
            return str(said["url"])
        if not line and process.poll() is not None:
            break
    raise CannotRun(f"the server did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-4000:]}")
