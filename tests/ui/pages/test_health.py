"""The doctor in Settings: it looks, says in words what it found, mends, and hands damage to the repair."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import partners as partner_queries
from channeldesk.store.outbox import load
from tests.support import looking
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import set_translator
from ui.pages.settings import SettingsPage
from ui.shell.window import Window
from ui.widgets.label import Label
from ui.widgets.settings.health import HealthPart


@pytest.fixture
def window(show_page: ShowPage) -> Window:
    return show_page("settings")


def health_of(window: Window) -> HealthPart:
    page = window.router.page
    assert isinstance(page, SettingsPage)
    return page.health


def told(part: HealthPart) -> list[str]:
    return [label.text() for label in part.found.findChildren(Label)]


def damage(desk: Desk) -> None:
    first = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
    desk.act(partners.edit, first.id, {"city": "Ningbo"})
    with desk.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM search_entry")
        connection.exec_driver_sql("DROP INDEX ix_partner_name")


def test_sound_data_is_called_so(window: Window, qtbot: QtBot) -> None:
    part = health_of(window)
    part.check.click()
    assert not part.check.isEnabled()
    settle(qtbot, window)
    assert part.state.text() == "Everything is as it should be. Waiting to be sent: 0."
    assert not part.mend.isVisible()
    assert [text.split(".")[0] for text in told(part)] == [
        "The data can be opened by the key store of this computer only"
    ]


def test_findings_are_told_and_mended_and_what_waits_is_kept(
    window: Window, demo_desk: Desk, qtbot: QtBot
) -> None:
    damage(demo_desk)
    before = demo_desk.ask(load)
    part = health_of(window)
    part.check.click()
    settle(qtbot, window)
    assert part.state.text() == f"Something is wrong. Waiting to be sent, and kept: {len(before)}."
    assert any(text.startswith("Search, summaries or stock differ") for text in told(part))
    assert any(text.startswith("Indexes that are missing: 1.") for text in told(part))
    part.mend.click()
    settle(qtbot, window)
    assert part.state.text().startswith("Everything is as it should be.")
    assert told(part)[0] == "Search, summaries, stock and indexes were computed again."
    assert demo_desk.ask(load) == before


def test_damage_is_handed_to_the_repair(window: Window, demo_desk: Desk, qtbot: QtBot) -> None:
    with demo_desk.database.apply() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox (uuid, txn, entity, row_id, op, base_rv, base, changes, increments, "
            "recorded_at) VALUES (zeroblob(16), zeroblob(16), 'contact', zeroblob(16), 'patch', 1, '{', '{', "
            "'{}', 1)"
        )
    part = health_of(window)
    part.check.click()
    settle(qtbot, window)
    assert any("cannot be read: 1." in text for text in told(part))
    with qtbot.waitSignal(window.tasks.failed) as offered:
        part.mend.click()
    assert offered.args is not None
    assert offered.args[0].notice.code == "store.damaged"


class Rounds(QObject):
    """As the window's rounds, answering at once."""

    changed, compared = Signal(), Signal(object)
    offline = needs_sign_in = False
    status = SimpleNamespace(running=False)
    answer: int | None = 0

    def compare(self) -> None:
        self.compared.emit(self.answer)


@pytest.mark.parametrize(
    ("answer", "said", "tone"),
    [
        (0, "This laptop's copy equals headquarters'.", "good"),
        (2, "Parts that differed from headquarters' and were fetched again: 2.", "warning"),
        (None, "Not compared with headquarters: edits wait, or it has news. Synchronise first.", "warning"),
    ],
)
def test_comparing_with_headquarters(
    window: Window, qtbot: QtBot, answer: int | None, said: str, tone: str
) -> None:
    told: list[tuple[str, str]] = []
    sync, context = Rounds(), window.router.context
    assert context is not None
    sync.answer = answer
    part = HealthPart(replace(context, sync=sync, say=lambda *words: told.append(words)))
    qtbot.addWidget(part)
    assert part.compare.isEnabled()
    part.compare.click()
    assert told[-1 if told[-1][1] == tone else 0] == (said, tone)
    sync.offline = True
    sync.changed.emit()
    assert not part.compare.isEnabled()


def test_in_chinese_every_word_is_translated(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    set_translator(Translator("zh_CN", zone="Asia/Shanghai", home="CNY"))
    damage(demo_desk)
    window = show_page("settings")
    part = health_of(window)
    part.check.click()
    settle(qtbot, window)
    assert not looking.nameless(part)
    shown = " ".join([part.state.text(), part.check.text(), part.mend.text(), *told(part)])
    assert not [word for word in shown.split() if word.isascii() and word.isalpha()], shown
