"""The window before its desk: painted as it was left, and handed over, or gone before anything is asked."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from channeldesk.actions.settings import put
from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.demo import DemoProfile
from tests.support.locking import PHRASE
from ui.app import App
from ui.first_run.opening import place_of
from ui.first_run.start import Run
from ui.i18n import language, set_translator
from ui.theme import theme

Start = Callable[..., Run]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(demo_profile: DemoProfile, qtbot: QtBot) -> Iterator[Start]:
    made: list[Run] = []

    def begin(keyring: MemoryStore | None = None) -> Run:
        run = Run(demo_profile.folder, keyring=keyring or demo_profile.keyring)
        made.append(run)
        run.start()
        return run

    yield begin
    for run in made:
        run.finish()
        run.deleteLater()
    set_translator(Translator("en"))
    theme.apply("light")


@pytest.fixture
def left(demo_profile: DemoProfile, start: Start, qtbot: QtBot) -> DemoProfile:
    """A profile whose window was open before: dark, in Chinese, at a size of its own."""
    with Desk.open(demo_profile.folder, keyring=demo_profile.keyring) as desk:
        desk.act(put, "language", "zh_CN")
        desk.act(put, "colours", "dark")
    run = start()
    assert waiting(run) is None, "nothing is known before the first time"
    session_of(run, qtbot).app.window.resize(1000, 700)
    run.finish()
    set_translator(Translator("en"))
    theme.apply("light")
    return demo_profile


def waiting(run: Run) -> App | None:
    assert run._opening is not None
    return run._opening.app


def session_of(run: Run, qtbot: QtBot):  # type: ignore[no-untyped-def]
    qtbot.waitUntil(lambda: run.session is not None, timeout=20_000)
    qtbot.waitUntil(lambda: bool(run.session and run.session.app.window.router.here), timeout=20_000)
    qtbot.waitUntil(lambda: bool(run.session and run.session.app.tasks.idle), timeout=20_000)
    return run.session


def windows() -> list[str]:
    return [type(one).__name__ for one in QApplication.topLevelWidgets() if one.isVisible()]


def test_the_window_stands_as_it_was_left_before_the_profile_is_open(
    left: DemoProfile, start: Start, qtbot: QtBot
) -> None:
    run = start()
    app = waiting(run)
    assert app is not None and app.window.isVisible()
    assert (run._desk, run._thread) == (None, None), "what runs beside waits for the painting"
    assert (theme.scheme, language()) == ("dark", "zh_CN")
    assert app.window.size().toTuple() == (1000, 700)
    assert app.window.nav.items["partners"].text() == "伙伴"
    session = session_of(run, qtbot)
    assert session.app is app
    assert windows() == ["Window"]
    app.window.nav.items["partners"].click()
    assert app.window.router.here == "partners"
    assert app.window.router.context is not None
    assert app.window.router.context.profile is session.desk.profile


def test_what_is_clicked_too_early_does_nothing(left: DemoProfile, start: Start, qtbot: QtBot) -> None:
    run = start()
    app = waiting(run)
    assert app is not None
    app.window.nav.items["partners"].click()
    app.window.top.field.setText("a")
    app.window.top.scheme_chosen.emit("light")
    assert (app.window.router.here, theme.scheme) == ("", "dark")
    session = session_of(run, qtbot)
    assert session.app.window.router.here == "today"


def test_whoever_closes_it_too_early_is_done(left: DemoProfile, start: Start, qtbot: QtBot) -> None:
    run = start()
    app = waiting(run)
    assert app is not None
    qtbot.waitUntil(lambda: run._thread is not None)
    with qtbot.waitSignal(run.ended):
        app.window.close()
    qtbot.waitUntil(lambda: run._thread is None, timeout=20_000)
    assert (run.session, run.gate, windows()) == (None, None, [])


def test_nothing_stands_behind_what_is_asked(left: DemoProfile, start: Start, qtbot: QtBot) -> None:
    run = start(MemoryStore())
    assert waiting(run) is not None
    qtbot.waitUntil(lambda: run.gate is not None, timeout=20_000)
    assert windows() == ["Gate"]
    assert language() != "zh_CN", "the gate speaks as the computer does"
    run.finish()
    again = start(MemoryStore())
    assert waiting(again) is None, "the next start asks first"


def test_a_profile_with_a_passphrase_asks_first(
    demo_profile: DemoProfile, start: Start, qtbot: QtBot
) -> None:
    with Desk.open(demo_profile.folder, keyring=demo_profile.keyring) as desk:
        desk.safe.set_passphrase(PHRASE)
    empty = MemoryStore()
    for _ in range(2):
        run = start(empty)
        assert waiting(run) is None
        qtbot.waitUntil(lambda run=run: run.gate is not None, timeout=20_000)  # type: ignore[misc]
        assert run.gate is not None
        empty.entries.clear()
        run.gate.passphrase_given.emit(PHRASE)
        session_of(run, qtbot)
        run.finish()
        empty.entries.clear()


def test_the_window_of_somebody_else_is_made_anew(left: DemoProfile, start: Start, qtbot: QtBot) -> None:
    place_of(left.folder).setValue("opening/user_name", "Somebody Else")
    run = start()
    app = waiting(run)
    assert app is not None
    before = app.window
    assert before.top.person.name == "Somebody Else"
    session = session_of(run, qtbot)
    assert session.app.window is not before
    assert session.app.window.top.person.name == session.desk.profile.user_name
    assert session.app.window.size().toTuple() == (1000, 700)
    assert windows() == ["Window"]


def test_long_opening_is_told_in_the_window(left: DemoProfile, start: Start, qtbot: QtBot) -> None:
    run = start()
    app = waiting(run)
    assert app is not None
    run._show_opening()
    assert app.window.messages.message
    assert run.gate is None
    session_of(run, qtbot)
    assert app.window.messages.message == ""


def test_what_is_kept_is_no_secret(left: DemoProfile) -> None:
    kept = set(place_of(left.folder).allKeys())
    names = ("user_name", "role", "currency", "language", "scheme")
    assert kept == {"geometry", *(f"opening/{name}" for name in names)}


def test_the_first_paint_waits_for_no_database_and_no_plots() -> None:
    code = (
        "import sys, ui.first_run.opening, ui.first_run.start\n"
        "heavy = {'sqlalchemy', 'asyncio', 'babel', 'numpy', 'pandas', 'pyqtgraph', 'requests', 'pypinyin'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
