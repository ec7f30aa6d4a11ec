"""``main.py --demo``: everything on one machine, for a first look."""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from channeldesk.desk import Desk, Step
from channeldesk.model.notice import Problem
from ui.tour.server import DemoServer


def has_display() -> bool:
    """Whether a window can be shown. Windows and macOS always have a desktop session."""
    if platform.system() != "Linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main(arguments: list[str]) -> int:
    """The demo. Exit code 0: shown, or the offline order was accepted; 1: something went wrong."""
    asked = _parser().parse_args(arguments)
    windowed = has_display() and not asked.offscreen and asked.guide is None
    from ui import system_libraries

    if not system_libraries.require(display=windowed):
        return 1
    with _folder(asked.folder) as folder:
        server = DemoServer(folder)
        try:
            if asked.guide is not None:
                return _guide(server, folder, asked.guide)
            return _window(server, folder) if windowed else _tour(server, folder, asked.pictures)
        except Problem as problem:
            print(problem.notice.english(), file=sys.stderr)
            return 1
        finally:
            server.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="main.py --demo", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, help="keep headquarters and profile here (else they go at the end)"
    )
    parser.add_argument(
        "--pictures", type=Path, default=Path("demo-pictures"), help="where the tour saves pictures"
    )
    parser.add_argument(
        "--offscreen", action="store_true", help="the tour without a window, also where there is a display"
    )
    parser.add_argument("--guide", type=Path, help="take the pictures of the user guide into this folder")
    return parser


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted
        return
    folder = Path(tempfile.mkdtemp(prefix="channeldesk-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _profile(server: DemoServer, folder: Path) -> Desk:
    """A new profile each time: its key is thrown away with the process, so nobody needs a keyring."""
    place = folder / "profile"
    shutil.rmtree(place, ignore_errors=True)
    desk = Desk.create(
        place,
        server.address,
        server.login,
        server.password,
        device_name="demo",
        keyring=None,
        passphrase=secrets.token_urlsafe(24),
    )
    # The invented manager reads Chinese; whoever looks at the demo reads what their system speaks.
    desk.profile = replace(desk.profile, language=None)
    return desk


def _tour(server: DemoServer, folder: Path, pictures: Path) -> int:
    from ui.tour import offscreen

    offscreen.say("There is no display, so the tour runs without a window and saves pictures.")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    server.start()
    with _profile(server, folder) as desk:
        result = desk.sync(_Progress())
        told = offscreen.run(desk, server, pictures, result.pulled)
    print(json.dumps(told), flush=True)
    return 0 if told["accepted_at_hq"] else 1


def _guide(server: DemoServer, folder: Path, pictures: Path) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    server.start()
    with _profile(server, folder) as desk:
        desk.sync(_Progress())
        from ui.tour import guide

        print(json.dumps({"pictures": guide.photograph(desk, pictures)}), flush=True)
    return 0


def _window(server: DemoServer, folder: Path) -> int:
    from ui.app import run_window
    from ui.tour.disagreement import Disagreement

    print("Making the data of the demo and signing in ...", file=sys.stderr, flush=True)
    server.start()
    with _profile(server, folder) as desk:
        return run_window(desk, partial(Disagreement, server=server))


class _Progress:
    """Tells the first round in tenths."""

    def __init__(self) -> None:
        self._tenth = -1

    def __call__(self, step: Step) -> None:
        tenth = step.done * 10 // step.expected if step.expected else 0
        if step.name == "marked" and tenth != self._tenth:
            self._tenth = tenth
            print(
                f"First synchronisation: {step.done:,} of {step.expected:,} rows", file=sys.stderr, flush=True
            )
