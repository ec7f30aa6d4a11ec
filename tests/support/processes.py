"""Real processes of the program: what a person or a service starts."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
PHRASE = "a long passphrase"


def environment(**more: str) -> dict[str, str]:
    """Of a process that finds the program, and no key store of the person's."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "CHANNELDESK_PASSPHRASE": PHRASE, **more}


@contextmanager
def headquarters(
    url: str, port: int = 0, *more: str, log: IO[bytes] | None = None, env: Mapping[str, str] | None = None
) -> Iterator[str]:
    """``hq serve`` on a database until the block ends; gives its address. ``log`` takes what it says."""
    command = [
        sys.executable,
        "-m",
        "channeldesk",
        "hq",
        "serve",
        "--database",
        url,
        "--port",
        str(port),
        "--json",
    ]
    with subprocess.Popen(
        [*command, *more], stdout=subprocess.PIPE, stderr=log, text=True, env=env or environment()
    ) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["address"]
        finally:
            process.terminate()
            process.wait(30)


def run(*arguments: str, **variables: str) -> tuple[int, dict[str, Any]]:
    """A command with ``--json``: its exit code, and the object on the last line."""
    command = [sys.executable, "-m", "channeldesk", *arguments, "--json", "--language", "en"]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, env=environment(**variables), timeout=120, check=False
    )
    return done.returncode, json.loads(done.stdout.splitlines()[-1])
