"""Motion: by the computer's setting or the person's, and a form that stands still for whatever moves."""

import ast
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from channeldesk.model.settings import SETTINGS
from tests.support import project
from tests.support.portal import portal
from ui import system_motion
from ui.session import Session
from ui.theme.motion import FULL_MOTION, REDUCED_MOTION, SYSTEM_MOTION, motion
from ui.widgets.face import Face
from ui.widgets.progress import Bar

ANIMATION, APPEARANCE = "org.gnome.desktop.interface", "org.freedesktop.appearance"
IN_A_PROCESS = """
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from ui.system_motion import SystemMotion
application = QGuiApplication([])
system = SystemMotion(lambda reduces: print(reduces, flush=True))
QTimer.singleShot(30_000, application.quit)
application.exec()
"""
EYE_MS = 200
"""A timer that repeats faster than this does so for the eye."""


def test_the_choices_are_those_of_the_setting() -> None:
    assert {value for value, _ in SETTINGS["motion"].options} == {SYSTEM_MOTION, REDUCED_MOTION, FULL_MOTION}


def test_the_person_decides_before_the_computer(qapp: QApplication) -> None:
    usual = qapp.cursorFlashTime()
    assert not motion.reduced
    motion.system_says(True)
    assert (motion.reduced, qapp.cursorFlashTime()) == (True, 0)
    assert not qapp.isEffectEnabled(Qt.UIEffect.UI_FadeMenu)
    motion.choose(FULL_MOTION)
    assert (motion.reduced, qapp.cursorFlashTime()) == (False, usual)
    motion.choose(REDUCED_MOTION)
    motion.system_says(False)
    assert motion.reduced


@pytest.mark.parametrize("make", [lambda: loading(), lambda: waiting()], ids=["arc", "bar"])
def test_what_moves_stands_still_and_is_still_seen(make: Callable[[], QWidget], qtbot: QtBot) -> None:
    widget = make()
    qtbot.addWidget(widget)
    widget.resize(200, 160)
    widget.show()
    first = widget.grab().toImage()
    qtbot.waitUntil(lambda: widget.grab().toImage() != first, timeout=10_000)

    motion.choose(REDUCED_MOTION)
    clock = widget._sign._turning if isinstance(widget, Face) else widget._clock
    assert not clock.isActive()
    qtbot.waitUntil(lambda: seen(widget), timeout=10_000)

    motion.choose(FULL_MOTION)
    assert clock.isActive(), "it moves again"


def loading() -> QWidget:
    made = Face()
    made.loading("Loading")
    return made


def waiting() -> QWidget:
    made = Bar()
    made.set_share(None)
    return made


def seen(widget: QWidget) -> bool:
    picture = widget.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    return len(colours) > 2


def test_a_setting_is_obeyed_at_once(session: Session, qtbot: QtBot) -> None:
    session.app.tasks.act(put, "motion", REDUCED_MOTION)
    qtbot.waitUntil(lambda: motion.reduced, timeout=10_000)
    session.app.tasks.act(put, "motion", SYSTEM_MOTION)
    qtbot.waitUntil(lambda: not motion.reduced, timeout=10_000)
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=10_000)


@pytest.mark.skipif(not shutil.which("dbus-daemon"), reason="needs dbus-daemon")
@pytest.mark.skipif(sys.platform != "linux", reason="the desktop portal is a part of Linux")
@pytest.mark.parametrize(
    ("space", "key", "less", "more"),
    [
        (ANIMATION, "enable-animations", ("b", False), ("b", True)),
        (APPEARANCE, "reduced-motion", ("u", 1), ("u", 0)),
    ],
)
def test_the_desktop_tells_and_tells_again(
    space: str, key: str, less: tuple[str, object], more: tuple[str, object]
) -> None:
    with portal({(space, key): less}) as (desktop, address):
        environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": address, "PYTHONPATH": str(project.ROOT)}
        program = [sys.executable, "-c", IN_A_PROCESS]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True, env=environment) as child:
            assert child.stdout is not None
            told = [child.stdout.readline().strip() for _ in range(2)]
            assert told[-1] == "True"
            desktop.change(space, key, more)
            told = [child.stdout.readline().strip() for _ in range(2)]
            assert told[-1] == "False"
            child.kill()


def test_where_no_desktop_answers_nothing_is_told(qapp: QApplication) -> None:
    told: list[bool] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system_motion, "sys", SimpleNamespace(platform="another"))
        system = system_motion.SystemMotion(told.append)
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
        system.close()
    assert told == []


def test_windows_is_asked_again_when_one_comes_back(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [1]

    def answer(what: int, _size: int, into: object, _flags: int) -> int:
        assert what == 0x1042
        into._obj.value = shown[0]  # type: ignore[attr-defined]
        return 1

    told: list[bool] = []
    windll = SimpleNamespace(user32=SimpleNamespace(SystemParametersInfoW=answer))
    monkeypatch.setattr(ctypes, "windll", windll, raising=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system_motion, "sys", SimpleNamespace(platform="win32"))
        system = system_motion.SystemMotion(told.append)
        shown[0] = 0
        qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
        system.close()
    assert told == [False, True]


@pytest.mark.skipif(sys.platform != "darwin", reason="asks Cocoa")
def test_macos_answers(qapp: QApplication) -> None:
    assert system_motion.macos_reduces() in (True, False)


def test_nothing_moves_without_asking() -> None:
    asking, moving = set(), set()
    for path in (project.ROOT / "ui").rglob("*.py"):
        text = path.read_text("utf-8")
        name = str(path.relative_to(project.ROOT))
        if "motion.reduced" in text:
            asking.add(name)
        if any(_for_the_eye(node) for node in ast.walk(ast.parse(text))):
            moving.add(name)
    assert moving == {"ui/widgets/face.py", "ui/widgets/progress.py"}
    assert moving <= asking


def _for_the_eye(node: ast.AST) -> bool:
    if isinstance(node, ast.Name | ast.Attribute):
        name = node.id if isinstance(node, ast.Name) else node.attr
        return name.endswith("Animation") or name in ("QMovie", "QTimeLine", "QScroller", "startTimer")
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "QTimer"):
        return False
    given = {one.arg: one.value for one in node.keywords}
    often = given.get("interval")
    return "singleShot" not in given and isinstance(often, ast.Constant) and int(str(often.value)) < EYE_MS
