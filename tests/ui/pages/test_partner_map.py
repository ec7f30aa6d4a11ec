"""The map on the page of partners, over the real encrypted demo profile, with real events."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import partners
from channeldesk.queries.territory_map import territory_map
from channeldesk.queries.views import ListView
from tests.support import looking
from tests.support.demo_pages import ShowPage, press, settle
from ui.i18n import set_translator
from ui.pages.partners import PartnersPage
from ui.shell.window import Window
from ui.widgets.partners import map_figures as figures
from ui.widgets.partners.territory import TerritoryPane, map_data

Key = Qt.Key


@pytest.fixture
def window(show_page: ShowPage) -> Window:
    return show_page("partners")


def page_of(window: Window) -> PartnersPage:
    page = window.router.page
    assert isinstance(page, PartnersPage)
    return page


def mapped(qtbot: QtBot, window: Window) -> TerritoryPane:
    """The map, by its key."""
    press(qtbot, window, Key.Key_M)
    pane = page_of(window).map
    assert pane is not None and pane.isVisible()
    return pane


def unplaced(desk: Desk, count: int) -> list[bytes]:
    with desk.database.apply() as connection:
        chosen = (
            connection.execute(sa.text("SELECT id FROM partner ORDER BY name LIMIT :n"), {"n": count})
            .scalars()
            .all()
        )
        for one in chosen:
            connection.execute(
                sa.text("UPDATE partner SET latitude = NULL, longitude = NULL WHERE id = :id"), {"id": one}
            )
    return [bytes(one) for one in chosen]


def test_one_key_shows_the_map_and_the_list_again(qtbot: QtBot, window: Window, demo_desk: Desk) -> None:
    page = page_of(window)
    pane = mapped(qtbot, window)

    assert {one.key for one in pane.map.view.marks} == set(demo_desk.ask(partners.keys))
    assert pane.map.view.hasFocus()
    assert not page.table.isVisible()
    press(qtbot, window, Key.Key_M)
    assert page.table.isVisible() and not pane.isVisible()
    assert page.table.view.hasFocus()


def test_it_shows_what_the_filter_and_the_views_let_through(
    qtbot: QtBot, window: Window, demo_desk: Desk
) -> None:
    page = page_of(window)
    pane = mapped(qtbot, window)
    page.tabs.choose("overdue")
    settle(qtbot, window)
    overdue = set(demo_desk.ask(partners.keys, ListView({"overdue": "> 0"})))

    assert 0 < len(overdue) < len(demo_desk.ask(partners.keys))
    assert {one.key for one in pane.map.view.marks} == overdue
    page.table.apply({"filters": {"city": "杭州"}})
    settle(qtbot, window)
    assert {one.town for one in pane.map.view.marks} == {"杭州"}
    assert pane.map._note.text().startswith("Filtered by City."), "the row of filters is out of sight"


def test_the_list_the_map_and_the_pane_follow_each_other(
    qtbot: QtBot, window: Window, demo_desk: Desk
) -> None:
    page = page_of(window)
    press(qtbot, window, Key.Key_Down, Key.Key_Down)
    row = page.table.current_row()
    pane = mapped(qtbot, window)
    assert row is not None and pane.map.view.key == row.key, "where the list's cursor was"
    while not pane.map.view.camera.closest:
        press(qtbot, window, Key.Key_Plus)
    press(qtbot, window, Key.Key_PageDown)
    chosen = pane.map.view.key
    assert chosen != row.key
    now = page.table.current_row()
    assert now is not None and now.key == chosen
    assert page.pane.partner_id == now.id
    press(qtbot, window, Key.Key_M)
    assert page.table.current_row() == now, "and the list stands there"


def test_enter_opens_the_partner(qtbot: QtBot, window: Window) -> None:
    page = page_of(window)
    pane = mapped(qtbot, window)
    while not pane.map.view.camera.closest:
        press(qtbot, window, Key.Key_Plus)
    press(qtbot, window, Key.Key_PageDown)
    row = page.table.current_row()
    assert row is not None
    press(qtbot, window, Key.Key_Return)

    assert (window.router.here, window.router.subject) == ("partner", row.id)


def test_partners_without_a_place_are_counted_and_shown(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    missing = unplaced(demo_desk, 3)
    window = show_page("partners")
    page = page_of(window)
    pane = mapped(qtbot, window)
    assert pane.placeless.isVisible()
    assert pane.placeless.text() == "3 partners have no place"
    assert len(pane.map.view.marks) == len(demo_desk.ask(partners.keys)) - 3
    QTest.mouseClick(pane.placeless, Qt.MouseButton.LeftButton)
    settle(qtbot, window)

    assert page.table.isVisible()
    rows = demo_desk.ask(lambda c: partners.rows(c, page.table.model.keys))
    assert {row.id for row in rows} == set(missing)
    assert "placed" in page.table.tools.visible_ids()


def test_without_any_place_the_face_says_what_to_do(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk
) -> None:
    unplaced(demo_desk, 1000)
    window = show_page("partners")
    pane = mapped(qtbot, window)

    assert pane.map.face.isVisible()
    assert pane.map.face.kind == "empty"
    assert "place" in pane.map.face.accessibleName()


def test_a_filter_that_nothing_fits_can_be_cleared(qtbot: QtBot, window: Window, demo_desk: Desk) -> None:
    page = page_of(window)
    pane = mapped(qtbot, window)
    page.table.apply({"filters": {"city": "Atlantis"}})
    settle(qtbot, window)
    assert pane.map.face.isVisible() and pane.map.face.kind == "empty"
    QTest.mouseClick(pane.map.face._button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)

    assert len(pane.map.view.marks) == len(demo_desk.ask(partners.keys))


def test_a_question_that_fails_shows_what_happened_and_tries_again(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.widgets.partners import territory

    def broken(*_args: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(territory, "territory_map", broken)
        pane = mapped(qtbot, window)
        assert pane.map.face.isVisible() and pane.map.face.kind == "error"
    QTest.mouseClick(pane.map.face._button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)

    assert pane.map.view.isVisible()


def test_every_figure_has_classes_that_add_up(demo_desk: Desk) -> None:
    found = demo_desk.ask(territory_map)
    for key, title in figures.titles(found, sees_owed=True):
        data = map_data(found, str(key), arriving=False, sees_owed=True)
        assert data.title == title
        assert sum(one.count for one in data.classes) == len(data.marks) == len(found.partners)
        named = {one.tint for one in data.classes}
        assert {one.tint for one in data.marks} <= named
        assert all(one.tip[0][0] == title for one in data.marks)
        assert "as of" in data.unit


def test_the_classes_say_what_they_hold(demo_desk: Desk) -> None:
    found = demo_desk.ask(territory_map)
    data = map_data(found, figures.VISIT, arriving=False, sees_owed=True)

    assert [one.text for one in data.classes] == [
        "under 15", "15 to 30", "30 to 45", "45 to 90", "90 and more", "never visited",
    ]  # fmt: skip
    by_key = {one.row.key: one.row.visit_days for one in found.partners}
    never = [one for one in data.marks if one.tint == figures.NEVER]
    assert never and {by_key[one.key] for one in never} == {None}
    lately = [by_key[one.key] for one in data.marks if one.tint == "step_1"]
    assert lately and all(days is not None and days < 15 for days in lately)


@pytest.mark.parametrize("count", range(1, 6))
def test_few_classes_take_colours_that_are_far_apart(count: int) -> None:
    colours = figures.shades(count)

    assert len(set(colours)) == len(colours) == count
    assert colours == sorted(colours)
    assert colours[-1] == "step_5"
    assert count == 1 or colours[0] == "step_1"


def test_while_it_arrives_no_figure_is_told(demo_desk: Desk) -> None:
    found = demo_desk.ask(territory_map)
    data = map_data(found, figures.OVERDUE, arriving=True, sees_owed=True)

    assert {one.tint for one in data.marks} == {""}
    assert {one.tip for one in data.marks} == {(("Overdue", "still arriving"),)}
    assert {data.columns[3].value(one) for one in data.rows} == {None}
    tiers = map_data(found, figures.TIER, arriving=True, sees_owed=True)
    assert {one.tint for one in tiers.marks} != {""}, "what is no sum is known"


def test_who_receives_no_receivables_is_not_offered_them(demo_desk: Desk) -> None:
    found = demo_desk.ask(territory_map)

    assert figures.OVERDUE not in dict(figures.titles(found, sees_owed=False))


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW", "qps"])
@pytest.mark.parametrize("size", [(1024, 700), (1440, 900)], ids=["small", "usual"])
def test_the_map_stands_in_every_language_and_size(
    qtbot: QtBot,
    show_page: ShowPage,
    demo_desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    size: tuple[int, int],
) -> None:
    unplaced(demo_desk, 2)
    set_translator(Translator(language))
    try:
        window = show_page("partners", size=size)
        pane = mapped(qtbot, window)
        found = demo_desk.ask(territory_map)
        for key, _ in figures.titles(found, sees_owed=True):
            pane.colour_by(key)
            settle(qtbot, window)
            page = page_of(window)
            with looking.watching(monkeypatch) as painted:
                page.grab()
            assert looking.nameless(page) == []
            assert looking.tab_jumps(page) == []
            assert looking.cut_off(page, painted) == []
            if language == "qps":
                said = demo_desk.ask(_said) | {"CNY"}
                assert looking.untranslated(page, painted, said) == []
    finally:
        set_translator(Translator("en"))


def _said(connection: sa.Connection) -> set[str]:
    """What the network itself calls its things."""
    texts: set[str] = set()
    for table in ("partner", "tier", "channel_type", "territory", "fiscal_period"):
        for row in connection.execute(sa.text(f'SELECT * FROM "{table}"')):
            texts |= {value for value in row if isinstance(value, str)}
    return texts


def test_its_keys_stand_in_the_overview(qtbot: QtBot, window: Window) -> None:
    from ui.shell.shortcuts import page_keys

    mapped(qtbot, window)
    _, lines = page_keys(page_of(window), "Partners")
    keys = [keys for _, keys in lines]

    assert {"M", "+", "-", "0", "PgDown", "Return"} <= set(keys)
