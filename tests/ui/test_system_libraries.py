"""Missing system libraries are named with the command that installs them, before Qt is loaded."""

import platform
import subprocess
import sys

import pytest

from ui import system_libraries

pytestmark = pytest.mark.skipif(platform.system() != "Linux", reason="other systems bring everything with Qt")


def test_this_machine_has_what_the_tests_need() -> None:
    assert system_libraries.missing(display=False) == []


def test_what_is_absent_is_named_in_the_install_line() -> None:
    absent = system_libraries.missing(display=True, has=lambda name: not name.startswith("libxcb-c"))
    assert absent == ["libxcb-cursor.so.0"]
    line = system_libraries.install_line(absent, 'ID=debian\nVERSION_ID="12"')
    assert line == "sudo apt-get update && sudo apt-get install -y libxcb-cursor0"
    assert system_libraries.install_line(absent, "ID=fedora") == "sudo dnf install -y xcb-util-cursor"


def test_without_a_display_the_x11_plugin_is_not_asked_for() -> None:
    assert system_libraries.missing(display=False, has=lambda name: "xcb" not in name) == []


def test_it_says_so_and_loads_no_qt(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system_libraries, "missing", lambda display: ["libEGL.so.1"])
    assert not system_libraries.require(display=True)
    said = capsys.readouterr().err
    assert "libEGL.so.1" in said
    assert "libegl1" in said or "mesa-libEGL" in said
    probe = "import sys, ui.system_libraries; print([m for m in sys.modules if 'PySide' in m])"
    found = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
