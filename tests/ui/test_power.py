"""Sleep and waking: a login manager on a bus of its own, Windows' message, and a clock that jumps."""

import ctypes
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from tests.conftest import ROOT
from tests.support.logind import login_manager
from ui.network import Network
from ui.power import Power, Windows, _Message

IN_A_PROCESS = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from ui.power import Power
application = QCoreApplication([])
power = Power()
power.falling_asleep.connect(lambda: print("asleep", flush=True))
power.woke.connect(lambda: print("woke", flush=True))
power.falling_asleep.connect(lambda: QTimer.singleShot(int(sys.argv[1]), power.ready))
QTimer.singleShot(20_000, application.quit)
print("ready", flush=True)
application.exec()
"""


@pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon")
@pytest.mark.skipif(sys.platform != "linux", reason="logind is a part of Linux")
def test_logind_tells_and_waits_until_the_round_is_done() -> None:
    with login_manager() as (manager, address):
        environment = os.environ | {"DBUS_SYSTEM_BUS_ADDRESS": address, "PYTHONPATH": str(ROOT)}
        program = [sys.executable, "-c", IN_A_PROCESS, "200"]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            _until(lambda: manager.held)
            assert manager.asked == [
                ("sleep", "ChannelDesk", "Sends what you did before the computer sleeps", "delay")
            ]
            manager.sleep(True)
            assert child.stdout.readline() == "asleep\n"
            _until(lambda: not manager.held)
            manager.sleep(False)
            assert child.stdout.readline() == "woke\n"
            _until(lambda: manager.held)
            child.kill()
        _until(lambda: not manager.held)


def _until(true: object) -> None:
    deadline = time.monotonic() + 20
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_jump_of_the_clock_is_a_waking(qtbot: QtBot) -> None:
    power = Power()
    with qtbot.assertNotEmitted(power.woke, wait=50):
        power._tick()
    power._last -= 3_600
    with qtbot.waitSignal(power.woke, timeout=5_000):
        power._tick()
    power.close()
    power.deleteLater()


def test_windows_tells_by_a_message(qtbot: QtBot) -> None:
    power = Power()
    told = Windows(power)
    message = _Message(None, Windows._MESSAGE, Windows._SUSPEND, 0)
    with qtbot.waitSignal(power.falling_asleep, timeout=5_000):
        assert told.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message)) == (False, 0)
    message.wparam = Windows._RESUME
    with qtbot.waitSignal(power.woke, timeout=5_000):
        told.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message))
    with qtbot.assertNotEmitted(power.woke, wait=50):
        told.nativeEventFilter(b"xcb_generic_event_t", ctypes.addressof(message))
        message.message = 1
        told.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message))
    told.close()
    power.close()
    power.deleteLater()


def test_the_network_part_says_whether_qt_knows_of_it(qtbot: QtBot, tmp_path: Path) -> None:
    network = Network()
    with qtbot.waitSignal(network.back, timeout=5_000):
        network._portal(False)
    network.close()
    network.close()
    network.deleteLater()
    QCoreApplication.processEvents()
