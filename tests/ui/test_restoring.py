"""Before there is a window: a profile out of a backup, and the company's certificate where it is needed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.status import status
from channeldesk.store import profile
from channeldesk.trust.keyring_store import MemoryStore
from tests.support import looking, tls
from tests.support.demo import DemoProfile
from ui.first_run.gate import Gate
from ui.first_run.restoring import RestoreDialog
from ui.first_run.start import Run

PHRASE = "a blue boat sails to Ningbo"
Start = Callable[[Path], Run]


@pytest.fixture
def start(qtbot: QtBot) -> Iterator[Start]:
    made: list[Run] = []

    def begin(folder: Path) -> Run:
        run = Run(folder, keyring=MemoryStore(), open_page=lambda address: True)
        made.append(run)
        run.start()
        qtbot.waitUntil(lambda: run.gate is not None and run.gate.form.isVisible(), timeout=10_000)
        return run

    yield begin
    for run in made:
        run.finish()
        run.deleteLater()


def gate_of(run: Run) -> Gate:
    assert run.gate is not None
    return run.gate


def dialog_of(run: Run) -> RestoreDialog:
    gate = gate_of(run)
    gate.form._restore.click()
    dialog = gate.findChildren(RestoreDialog)[-1]
    assert not looking.nameless(dialog)
    return dialog


def restore(dialog: RestoreDialog, file: Path, passphrase: str) -> None:
    dialog.file.setText(str(file))
    dialog.passphrase.setText(passphrase)
    dialog.main.click()


@pytest.fixture
def backup(demo_profile: DemoProfile, tmp_path: Path) -> Path:
    """With a change that was not sent."""
    with demo_profile.open() as desk:
        first = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
        desk.act(partners.edit, first.id, {"city": "Ningbo"})
        return desk.backup(tmp_path / "desk.backup", PHRASE).path


def test_a_backup_becomes_a_profile_with_what_waited_in_it(
    start: Start, backup: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new")
    dialog = dialog_of(run)
    dialog.main.click()
    assert dialog.file_field.wrong, "no file was chosen yet"
    restore(dialog, backup, PHRASE)
    assert dialog.steps.isVisible() and not dialog.main.isEnabled()
    qtbot.waitUntil(lambda: run.session is not None, timeout=30_000)
    session = run.session
    assert session is not None
    qtbot.waitUntil(lambda: session.app.tasks.idle, timeout=20_000)
    assert session.desk.profile.login == "li.wei"
    assert session.desk.ask(status).waiting == 1


def test_what_does_not_open_it_is_said_and_keeps_what_was_typed(
    start: Start, backup: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new")
    dialog = dialog_of(run)
    (tmp_path / "none.backup").write_text("no backup", encoding="utf-8")
    for file, phrase, field, said, remedy in (
        (backup, "another", dialog.passphrase_field, "does not open the backup", "Enter the passphrase of"),
        (backup, "", dialog.passphrase_field, "does not know the key", "Enter the passphrase of"),
        (tmp_path / "none.backup", PHRASE, dialog.file_field, "This is not a backup", "Choose another"),
        (tmp_path / "gone.backup", PHRASE, dialog.file_field, "cannot be read", "Check that"),
    ):
        restore(dialog, file, phrase)
        qtbot.waitUntil(lambda field=field: field.wrong, timeout=20_000)
        for part in (said, "Nothing was restored.", remedy):
            assert part in field._message.text()
        assert dialog.isVisible() and dialog.main.isEnabled() and not dialog.steps.isVisible()
        assert (dialog.file.text(), dialog.passphrase.text()) == (str(file), phrase)
        assert not profile.exists(tmp_path / "new")
    restore(dialog, backup, PHRASE)
    qtbot.waitUntil(lambda: run.session is not None, timeout=30_000)


def test_a_restore_can_be_stopped_and_leaves_nothing(
    start: Start, backup: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    run = start(tmp_path / "new")
    dialog = dialog_of(run)
    restore(dialog, backup, PHRASE)
    dialog.reject()
    form = gate_of(run).form
    qtbot.waitUntil(form._button.isEnabled, timeout=20_000)
    assert run.session is None and form.isVisible()
    assert [one.name for one in (tmp_path / "new").iterdir()] in ([], ["lock"])
    restore(dialog_of(run), backup, PHRASE)
    qtbot.waitUntil(lambda: run.session is not None, timeout=30_000)


@pytest.mark.real_clock
def test_a_companys_certificate_can_be_chosen_where_it_is_missed(
    start: Start, tmp_path: Path, qtbot: QtBot
) -> None:
    company = tls.Authority(tmp_path, "Example Root")
    answers = tls.Answers()
    run = start(tmp_path / "new")
    form = gate_of(run).form
    assert not form._certificates.isVisible()
    with tls.serving(answers, company.issue("127.0.0.1")) as port:
        form.server.setText(f"https://127.0.0.1:{port}")
        form._button.click()
        qtbot.waitUntil(form._certificates.isVisible, timeout=20_000)
        assert "“Example Root” vouches for" in form._server._message.text()
        assert answers.asked == []
        form.take_certificates(str(company.file))
        qtbot.waitUntil(lambda: bool(answers.asked), timeout=20_000)
        qtbot.waitUntil(form._button.isEnabled, timeout=20_000)
    assert not list((tmp_path / "new").glob("*.pem")), "nobody signed in, so nothing is kept"
