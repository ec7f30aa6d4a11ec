"""Does the manager's week in the real program, in a process of its own.

``python -m benchmarks.week_client PROFILE HEADQUARTERS_DATABASE`` opens the profile as the program does, with
rounds against the server it points to, and prints what each step cost. A step that failed to bring what it is
for ends the week: the ones after it build on it. ``--pages N`` looks at every page so often afterwards, as a
day of work does.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import demo_profile, memory, screen
from benchmarks.say import say

QUIET = "This plugin does not support"
"""What the platform without a screen says about itself."""


def main() -> None:
    sys.modules["chardet"] = None  # type: ignore[assignment]  # a tool of development brings it, and requests loads it
    parser = argparse.ArgumentParser()
    parser.add_argument("profile", type=Path)
    parser.add_argument("database", type=Path)
    parser.add_argument("--pages", type=int, default=0)
    asked = parser.parse_args()
    complaints = _listen()
    from benchmarks.week_scene import Scene
    from ui.first_run import start

    run = start.begin(asked.profile, "en", keyring=demo_profile.FileStore(asked.profile))
    screen.wait_for(lambda: run.session is not None)
    session = run.session
    assert session is not None
    session.choose_language("en")
    screen.wait_for(lambda: bool(session.syncing.state.online) and not session.syncing.status.running)
    scene = Scene(session, asked.database)
    scene.window.activateWindow()
    scene.settle()
    resident = {"begun": memory.now_mb()}
    steps, failed = week(scene, resident)
    for _ in range(asked.pages):
        look_around(scene)
    resident["looked around"] = memory.now_mb()
    screen.wait_for(lambda: not session.heap.waits and session.app.tasks.idle)
    resident["rested"] = memory.now_mb()
    rows = scene.here("SELECT count(*) FROM order_line")
    scene.mail.close()
    run.finish()
    told = {"steps": steps, "failed": failed, "complaints": complaints, "rows": rows}
    print(json.dumps({**told, "resident_mb": resident, "memory_mb": memory.peak_mb()}))


def _listen() -> list[str]:
    """Collects what Qt and the program warn of."""
    from PySide6.QtCore import qInstallMessageHandler

    heard: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(self.format(record))

    def message(_kind: Any, _context: Any, text: str) -> None:
        if not text.startswith(QUIET):
            heard.append(text)

    logging.getLogger().addHandler(Ear(logging.WARNING))
    qInstallMessageHandler(message)
    return heard


def look_around(scene: Any) -> None:
    """Every page, one after the other."""
    from benchmarks import window

    found = window.subjects(scene.desk.ask)
    for entry in scene.window.router.entries.values():
        if entry.group or entry.id in found:
            scene.go(entry.id, found.get(entry.id))


def week(scene: Any, resident: dict[str, float]) -> tuple[dict[str, Any], dict[str, str]]:
    """What each step cost, by its name; what went wrong, if something did."""
    from benchmarks.week_steps import STEPS

    done: dict[str, Any] = {}
    for step in STEPS:
        try:
            step.ready(scene)
            with scene.hand.counting() as effort:
                step.do(scene)
            step.outcome(scene)
        except Exception:
            return done, {step.name: traceback.format_exc()}
        resident[step.name] = memory.now_mb()
        done[step.name] = {
            **asdict(effort),
            "person": effort.person,
            "budget_clicks": step.clicks,
            "budget_seconds": step.seconds,
            "whose": step.whose,
            "over": step.over(effort),
        }
        seconds = f"{step.taken(effort):.2f} of {step.seconds:g} s of the {step.whose}"
        say(f"{step.name}: {effort.clicks} of {step.clicks} clicks, {seconds}")
    return done, {}


if __name__ == "__main__":
    main()
