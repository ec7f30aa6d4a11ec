"""Reference data: who is offered it, editing as drafts, publishing, and what this laptop keeps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from channeldesk.queries import kept, reference_data, reference_drafts
from channeldesk.queries.kept import Territory
from tests.support.demo_pages import settle
from ui.shell.window import Window
from ui.viewmodels.keeping import KeepTree, Tick
from ui.widgets.reference.keep_dialog import KeepDialog

ShowPage = Callable[..., Window]


@pytest.fixture
def office(demo_desk: Desk) -> Desk:
    """The demo profile in the hands of headquarters' staff."""
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    return demo_desk


@pytest.fixture
def window(office: Desk, show_page: ShowPage) -> Window:
    return show_page("reference", desk=office)


def page_of(window: Window) -> Any:
    return window.router.page


def drafts(desk: Desk) -> list[str]:
    return [draft.rows[0].label for draft in desk.ask(reference_drafts.drafts).drafts]


def edit_product(qtbot: QtBot, window: Window, **typed: str) -> Any:
    page = page_of(window)
    page.show_kind("product")
    settle(qtbot, window)
    page.edit.click()
    settle(qtbot, window)
    for name, text in typed.items():
        page.dialog.fields[name].editor.setText(text)
    return page.dialog


@pytest.mark.parametrize("role", ["manager", "viewer", "partner"])
def test_others_are_not_offered_the_page(demo_desk: Desk, show_page: ShowPage, role: str) -> None:
    demo_desk.profile = replace(demo_desk.profile, role=role)
    window = show_page("today", desk=demo_desk)
    assert "reference" not in window.router.entries
    assert "reference" not in window.nav.items


def test_every_kind_has_its_list(qtbot: QtBot, window: Window) -> None:
    page = page_of(window)
    for kind in page.kinds:
        page.show_kind(kind)
        settle(qtbot, window)
        assert page.tables[kind].count >= 0
        assert page.tables[kind].face.kind != "error"
    assert page.tables["price_item"].count > 100


def test_an_edit_is_a_draft_until_it_is_published(qtbot: QtBot, window: Window, office: Desk) -> None:
    page = page_of(window)
    dialog = edit_product(qtbot, window, name="Renamed", pack_quantity="12")
    assert dialog.typed.changes == {"name": "Renamed", "pack_quantity": 12_000}
    dialog.main.click()
    settle(qtbot, window)
    row = page.tables["product"].current_row()
    assert (row.values["name"], row.mark) == ("Renamed", "changed")
    assert page.publish.isEnabled()
    assert "1" in page.publish.text()

    page.publish.click()
    settle(qtbot, window)
    page.drafts.main.click()
    settle(qtbot, window)
    assert page.tables["product"].current_row().mark == ""
    assert not page.publish.isEnabled()
    with office.database.read() as connection:
        waiting = connection.execute(sa.text("SELECT entity, draft FROM outbox WHERE entity = 'product'"))
        assert [tuple(one) for one in waiting] == [("product", 0)]


def test_drafts_are_taken_back_one_by_one_and_all_at_once(qtbot: QtBot, window: Window, office: Desk) -> None:
    page = page_of(window)
    for name in ("First", "Second"):
        edit_product(qtbot, window, name=name).main.click()
        settle(qtbot, window)
    page.show_kind("tier")
    settle(qtbot, window)
    page.add.click()
    settle(qtbot, window)
    for field, text in (("code", "PLAT"), ("name", "Platinum"), ("rank_number", "0")):
        page.dialog.fields[field].editor.setText(text)
    page.dialog.main.click()
    settle(qtbot, window)
    page.publish.click()
    settle(qtbot, window)
    assert len(page.drafts.undo) == 3
    page.drafts.undo[1].click()
    page.drafts.undo[0].click()  # before the list is read anew: it may be another row by then
    settle(qtbot, window)
    assert len(page.drafts.undo) == 2
    page.drafts.all.click()
    settle(qtbot, window)
    assert drafts(office) == []
    window.messages.undo()
    settle(qtbot, window)
    assert len(drafts(office)) == 2


def test_what_is_wrong_stands_at_its_field(qtbot: QtBot, window: Window, office: Desk) -> None:
    dialog = edit_product(qtbot, window, pack_quantity="a lot")
    assert dialog.fields["pack_quantity"].wrong
    assert not dialog.main.isEnabled()
    dialog.fields["pack_quantity"].editor.setText("")
    assert "Pack quantity" in dialog.fields["pack_quantity"]._message.text()
    dialog.fields["pack_quantity"].editor.setText("0")
    assert dialog.fields["pack_quantity"].wrong, "an order of packs of nothing"
    assert not dialog.main.isEnabled()
    other = office.ask(lambda c: c.execute(sa.text("SELECT sku FROM product ORDER BY sku LIMIT 2")).all())
    dialog.fields["pack_quantity"].editor.setText("1")
    dialog.fields["sku"].editor.setText(other[1].sku)
    dialog.main.click()
    settle(qtbot, window)
    assert dialog.fields["sku"].wrong
    assert drafts(office) == []
    dialog.reject()


def test_an_amount_stands_beside_its_currency_also_while_that_is_typed(qtbot: QtBot, window: Window) -> None:
    page = page_of(window)
    page.show_kind("target")
    settle(qtbot, window)
    page.edit.click()
    settle(qtbot, window)
    fields = page.dialog.fields
    assert fields["value"]._unit.text() == "CNY"
    fields["currency"].editor.setText("eur")
    assert fields["value"]._unit.text() == "EUR"
    assert fields["value"].editor.accessibleName().endswith("EUR")
    assert not fields["category"]._unit.isVisible()
    page.dialog.reject()


@pytest.mark.parametrize(
    ("kind", "field", "wrong", "right"),
    [
        ("tier", "rank_number", "1000000000000", "3"),
        ("tier", "name", "Longname" * 40, "Gold plus"),
        ("price_item", "price", "9000000000", "9.50"),
        ("territory", "currency", "RMB", "cny"),
        ("territory", "time_zone", "Shanghai", "Asia/Shanghai"),
        ("app_user", "email", "chen at company", "chen@company.cn"),
        ("app_user", "language", "Chinese", "zh_CN"),
    ],
)
def test_a_silly_value_is_told_while_it_is_typed(
    qtbot: QtBot, window: Window, kind: str, field: str, wrong: str, right: str
) -> None:
    page = page_of(window)
    page.show_kind(kind)
    settle(qtbot, window)
    page.add.click()
    settle(qtbot, window)
    shown = page.dialog.fields[field]
    shown.editor.setText(wrong)
    assert shown.wrong
    assert not page.dialog.main.isEnabled()
    shown.editor.setText(right)
    assert not shown.wrong
    page.dialog.reject()


def test_a_reference_is_found_by_any_part_of_its_name(qtbot: QtBot, window: Window) -> None:
    dialog = edit_product(qtbot, window)
    tax = dialog.fields["tax_code_id"].editor
    tax.setEditText("no such tax")
    assert dialog.fields["tax_code_id"].wrong
    tax.setEditText("–")
    assert not dialog.fields["tax_code_id"].wrong
    assert dialog.typed.changes == {"tax_code_id": None}
    dialog.reject()


def test_somebody_of_a_partner_is_let_in_by_the_partners_name(
    qtbot: QtBot, window: Window, office: Desk
) -> None:
    page = page_of(window)
    page.show_kind("app_user")
    settle(qtbot, window)
    page.add.click()
    settle(qtbot, window)
    fields = page.dialog.fields
    fields["login"].editor.setText("qianjiang")
    fields["name"].editor.setText("Wu Gang")
    fields["role_code"].editor.choose("partner")
    partner = fields["partner_id"].editor
    (named,) = (at for at in range(partner.count()) if "Qianjiang" in partner.itemText(at))
    partner.setCurrentIndex(named)
    page.dialog.main.click()
    settle(qtbot, window)
    assert drafts(office) == ["Wu Gang  (qianjiang)"]
    (told,) = (row for draft in office.ask(reference_drafts.drafts).drafts for row in draft.rows)
    assert any("Qianjiang" in str(change) for change in told.changes)
    listed = office.ask(
        lambda c: reference_data.rows("app_user", c, reference_data.keys(c, entity="app_user"))
    )
    (new,) = (row for row in listed if row.mark == "new")
    assert "Qianjiang" in new.values["partner_id"]


def test_a_word_without_end_pushes_nothing_out_of_reach(qtbot: QtBot, window: Window) -> None:
    edit_product(qtbot, window, name="Longname" * 25).main.click()
    settle(qtbot, window)
    page = page_of(window)
    page.publish.click()
    settle(qtbot, window)
    (back,) = page.drafts.undo
    assert back.visibleRegion().boundingRect().width() == back.width()
    page.drafts.reject()


def test_the_count_is_that_of_the_list_in_sight(qtbot: QtBot, window: Window) -> None:
    page = page_of(window)
    for kind in ("price_item", "tier"):
        page.show_kind(kind)
        settle(qtbot, window)
    page.refresh()
    settle(qtbot, window)
    assert f"{page.tables['tier'].count} rows" in page.header.note.text()


def test_deleting_is_a_draft_too_and_what_is_used_stays(qtbot: QtBot, window: Window, office: Desk) -> None:
    page = page_of(window)
    page.show_kind("price_item")
    settle(qtbot, window)
    before = page.tables["price_item"].count
    page.tables["price_item"].setFocus()
    page.remove.click()
    settle(qtbot, window)
    assert page.tables["price_item"].count == before - 1
    window.messages.undo()
    settle(qtbot, window)
    assert page.tables["price_item"].count == before

    page.show_kind("territory")
    settle(qtbot, window)
    page.remove.click()
    settle(qtbot, window)
    assert drafts(office) == []
    page.show_kind("app_user")
    settle(qtbot, window)
    assert not page.remove.isEnabled()


def test_the_search_narrows_the_list(qtbot: QtBot, window: Window) -> None:
    page = page_of(window)
    page.show_kind("product")
    settle(qtbot, window)
    everything = page.tables["product"].count
    sku = page.tables["product"].current_row().values["sku"]
    qtbot.keyClicks(page.search, sku)
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert 0 < page.tables["product"].count < everything
    page.search.setText("nothing is called so")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    settle(qtbot, window)
    face = page.tables[page.entity].face
    assert face.isVisible() and "searched for “nothing is called so”" in face._text.text()
    face._button.click()
    settle(qtbot, window)
    assert (page.search.text(), face.isVisible()) == ("", False)


def test_territories_are_chosen_and_kept(qtbot: QtBot, window: Window, office: Desk) -> None:
    page = page_of(window)
    page.keep.click()
    settle(qtbot, window)
    dialog = page.findChild(KeepDialog)
    assert dialog.everything.isChecked()
    top = dialog.tree.topLevelItem(0)
    dialog.everything.setChecked(False)
    assert not dialog.main.isEnabled(), "something is kept"
    wanted = top.child(0).data(0, Qt.ItemDataRole.UserRole)
    top.child(0).setCheckState(0, Qt.CheckState.Checked)
    assert top.checkState(0) == Qt.CheckState.PartiallyChecked
    dialog.main.click()
    settle(qtbot, window)
    assert office.ask(kept.read) == [wanted]
    window.messages.undo()
    settle(qtbot, window)
    assert office.ask(kept.read) is None


def test_nothing_is_edited_while_the_laptop_only_reads(qtbot: QtBot, window: Window, office: Desk) -> None:
    router = window.router
    assert router.context is not None
    router.context = replace(router.context, only_reads=lambda: True)
    router.remake()
    settle(qtbot, window)
    page = page_of(window)
    page.show_kind("tier")
    settle(qtbot, window)
    assert page.tables["tier"].current_row() is not None
    for button in (page.add, page.edit, page.remove):
        assert not button.isEnabled()
        assert "only reads" in button.toolTip()
    for key in (Qt.Key.Key_N, Qt.Key.Key_Return, Qt.Key.Key_Delete):
        qtbot.keyClick(page.tables["tier"].view, key)
    settle(qtbot, window)
    assert drafts(office) == []
    assert not page.findChildren(QDialog)


@pytest.mark.parametrize("chosen", ["", "00" * 16])
def test_partners_says_why_nothing_is_kept_and_offers_to_choose(
    qtbot: QtBot, office: Desk, show_page: ShowPage, chosen: str
) -> None:
    with office.database.write() as connection:
        connection.execute(sa.text("DELETE FROM partner"))
        connection.execute(
            sa.text("INSERT INTO local_state (key, value) VALUES ('keep', :it)"), {"it": chosen}
        )
    window = show_page("partners", desk=office)
    face = page_of(window).face
    assert face.kind == "empty"
    assert "arrive with the next" not in face.accessibleDescription()
    assert ("no territory" in face.accessibleDescription()) is (chosen == "")
    face.pressed.emit()
    settle(qtbot, window)
    dialog = page_of(window).findChild(KeepDialog)
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()


def tree() -> tuple[KeepTree, dict[str, bytes]]:
    """A with B and C below it, D below C."""
    ids = {name: bytes([at]) * 16 for at, name in enumerate("ABCD", 1)}
    below = {"A": None, "B": "A", "C": "A", "D": "C"}
    rows = [
        Territory(ids[name], None if above is None else ids[above], name, name, at, 10 * at)
        for at, (name, above) in enumerate(below.items())
    ]
    return KeepTree(rows, []), ids


def test_ticks_go_down_and_show_upwards() -> None:
    chosen, ids = tree()
    chosen.tick(ids["C"], True)
    assert [chosen.state(ids[name]) for name in "ABCD"] == [Tick.PART, Tick.NONE, Tick.ALL, Tick.ALL]
    assert chosen.chosen == [ids["C"]]
    assert chosen.kept() == (5, 50)
    chosen.tick(ids["B"], True)
    assert chosen.everything
    assert chosen.chosen is None
    chosen.tick(ids["D"], False)
    assert chosen.chosen == [ids["B"]]
    assert [chosen.state(ids[name]) for name in "ABCD"] == [Tick.PART, Tick.ALL, Tick.NONE, Tick.NONE]


def test_a_territory_with_partners_of_its_own_is_chosen_by_itself() -> None:
    chosen, ids = tree()
    chosen.tick(ids["D"], True)
    assert chosen.state(ids["C"]) is Tick.PART
    assert chosen.chosen == [ids["D"]]
