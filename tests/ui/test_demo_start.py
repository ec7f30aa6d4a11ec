"""The demo as it is started: something waits in "Needs you", and its headquarters ends with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import inbox
from channeldesk.queries.status import status
from ui.session import Session
from ui.tour.disagreement import Disagreement
from ui.tour.server import DemoServer

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from ui.tour.server import DemoServer
server = DemoServer(Path(sys.argv[1]))
server.start()
print(server._process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def server(demo_template: Path, tmp_path: Path) -> Iterator[DemoServer]:
    shutil.copyfile(demo_template / "headquarters.db", tmp_path / "headquarters.db")
    made = DemoServer(tmp_path)
    made.start()
    yield made
    made.stop()


@pytest.mark.real_clock
def test_the_first_synchronisation_leaves_a_conflict_and_a_rejection(
    server: DemoServer, tmp_path: Path, qtbot: QtBot
) -> None:
    with Desk.create(
        tmp_path / "profile",
        server.address,
        server.login,
        server.password,
        device_name="demo",
        keyring=None,
        passphrase="nobody needs it",
    ) as desk:
        session = Session(desk)
        Disagreement(session, server)
        session.show()
        session.start()
        qtbot.waitUntil(lambda: desk.ask(status).needs_you == 2, timeout=60_000)
        kinds = {row.kind for row in desk.ask(inbox.items)}
        assert kinds == {"conflict", "rejection"}
        qtbot.waitUntil(lambda: session.app.tasks.idle)
        assert session.app.close()
        session.app.deleteLater()
        session.deleteLater()


@pytest.mark.parametrize("end", [subprocess.Popen.terminate, subprocess.Popen.kill])
def test_headquarters_ends_with_the_program(
    demo_template: Path, tmp_path: Path, end: Callable[[subprocess.Popen[str]], None]
) -> None:
    shutil.copyfile(demo_template / "headquarters.db", tmp_path / "headquarters.db")
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        headquarters = psutil.Process(int(program.stdout.readline()))
        end(program)
    headquarters.wait(30)
