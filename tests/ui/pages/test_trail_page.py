"""The audit trail in the window: entries in words, found again, verified, handed out."""

import csv
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import partners
from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import partners as partner_queries
from channeldesk.queries import trail
from tests.support import looking
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import set_translator
from ui.pages.trail import TrailPage
from ui.shell.window import Window
from ui.widgets.label import Label
from ui.widgets.notes import Notes


def edit(desk: Desk, city: str = "Ningbo") -> None:
    first = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
    desk.act(partners.edit, first.id, {"city": city, "address": f"1, {city} Road"})


def page_of(window: Window) -> TrailPage:
    page = window.router.page
    assert isinstance(page, TrailPage)
    return page


def shown(page: TrailPage) -> list[list[str]]:
    model = page.table.model
    return [
        [str(model.index(row, column).data() or "") for column in range(len(model.columns))]
        for row in range(model.rowCount())
    ]


def told(notes: Notes) -> list[str]:
    return [label.text() for label in notes.findChildren(Label)]


def test_a_change_stands_there_in_words(show_page: ShowPage, demo_desk: Desk) -> None:
    edit(demo_desk)
    page = page_of(show_page("trail"))
    newest = shown(page)[0]
    assert newest[1:4] == ["You", "Changed", "Partner"]
    assert "→ Ningbo" in newest[5] and "City: " in newest[5]
    assert newest[4] and newest[4] != "Partner"
    page.table.view.selectRow(0)
    assert any(text.startswith("Address: ") for text in told(page.why))


def test_it_is_searched_by_what_changed_and_by_row(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    edit(demo_desk, "Quzhou 衢州")
    window = show_page("trail")
    page = page_of(window)
    every, row = len(shown(page)), shown(page)[0][6]
    for text, count in (("衢州", 1), (row[:20], None), ("no such thing", 0)):
        page.search.setText(text)
        page.search.searched.emit(text)
        settle(qtbot, window)
        found = shown(page)
        assert count is None or len(found) == count
        assert all(row in one for one in found) if count is None else True
    page.search.searched.emit("")
    settle(qtbot, window)
    assert len(shown(page)) == every


def test_a_whole_trail_is_called_so_and_a_broken_one_by_its_entry(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    edit(demo_desk)
    window = show_page("trail")
    page = page_of(window)
    page.verify.click()
    settle(qtbot, window)
    count = demo_desk.ask(trail.check).entries
    assert told(page.verdict)[0] == f"The trail is whole: {count} entries, none changed and none missing."
    with demo_desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE trail SET diff = '{}' WHERE seq = ?", (count,))
    page.verify.click()
    settle(qtbot, window)
    broken = demo_desk.ask(trail.check).broken
    assert broken is not None
    assert told(page.verdict)[0].startswith(broken.english())


@pytest.mark.parametrize("name", ["trail.csv", "trail.ndjson"])
def test_it_is_handed_out_with_its_hashes(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    edit(demo_desk)
    window = show_page("trail")
    page_of(window).hand_out(str(tmp_path / name))
    settle(qtbot, window)
    text = (tmp_path / name).read_text("utf-8-sig")
    entries = demo_desk.ask(trail.newest, trail.Wanted(), 0)
    if name.endswith("csv"):
        assert [row["hash"] for row in csv.DictReader(text.splitlines())][-1] == entries[0].hash.hex()
    else:
        assert len(text.splitlines()) == len(entries)


def test_where_nothing_was_changed_it_says_so(show_page: ShowPage, demo_desk: Desk) -> None:
    with demo_desk.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM trail")
    page = page_of(show_page("trail"))
    assert page.table.face.isVisible()


def test_in_chinese_every_word_is_translated(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    set_translator(Translator("zh_CN", zone="Asia/Shanghai", home="CNY"))
    edit(demo_desk, "宁波")
    window = show_page("trail")
    page = page_of(window)
    page.verify.click()
    settle(qtbot, window)
    assert not looking.nameless(page)
    texts = [page.verify.text(), page.proof.text(), *told(page.verdict), *shown(page)[0][1:4]]
    assert not [word for text in texts for word in text.split() if word.isascii() and word.isalpha()], texts
