"""A headquarters and a profile of one's own in a folder."""

from __future__ import annotations

import argparse
import json
import os
import secrets as random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from channeldesk.cli import exit_codes, secrets
from channeldesk.cli.output import Output
from channeldesk.model.notice import Problem

_STOP_SECONDS = 20.0


def run(asked: argparse.Namespace, output: Output) -> int:
    """Makes both, and says how to go on."""
    from channeldesk.desk import Desk

    folder: Path = asked.folder.expanduser().resolve()
    place = folder / "profile"
    phrase = secrets.passphrase()
    shown = None if phrase else random.token_urlsafe(12)
    output.progress(output.t("Making the data of the demo ..."))
    with _server(folder / "headquarters", asked.size) as server:
        address, login, word = server["address"], server["login"], server["password"]
        with Desk.create(
            place, address, login, word, device_name="demo", passphrase=phrase or shown, keyring=None
        ) as desk:
            output.progress(output.t("First synchronisation ..."))
            result = desk.sync()
    port = address.rsplit(":", 1)[1]
    database = f"sqlite:///{folder / 'headquarters' / 'headquarters.db'}"
    output.say(output.t("Ready: {rows} rows fetched by {login}.", rows=result.pulled, login=login))
    if shown:
        output.say(output.t("Passphrase of the profile, shown only now: {passphrase}", passphrase=shown))
    output.say(f"python -m channeldesk hq serve --database {database} --port {port}")
    output.say(f"python -m channeldesk --profile {place} status")
    told: dict[str, Any] = {
        "profile": str(place),
        "database": database,
        "server": address,
        "login": login,
        "password": word,
        "rows_pulled": result.pulled,
    }
    output.result({**told, "passphrase": shown} if shown else told)
    return exit_codes.OK


@contextmanager
def _server(folder: Path, size: str) -> Iterator[dict[str, str]]:
    """The demo's headquarters as a process of its own, until the block ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem.of("profile.no_folder", folder=str(folder), remedy="remedy.check_disk") from error
    command = [sys.executable, "-m", "channeldesk.demo.headquarters", str(folder), "--size", size, "--held"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_root()), *_paths()])}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise Problem.of("demo.no_server", status=process.wait())
        yield json.loads(line)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for end in (process.stdin, process.stdout):
            if end is not None:
                end.close()


def _root() -> Path:
    """Where the package lies: the process must find it from any folder."""
    import channeldesk

    return Path(channeldesk.__file__).resolve().parent.parent


def _paths() -> list[str]:
    known = os.environ.get("PYTHONPATH", "")
    return [known] if known else []
