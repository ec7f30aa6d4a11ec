"""Reference data, many rows at once: chosen, looked at, kept as a batch, taken back whole or in parts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.actions import reference
from channeldesk.desk import Desk
from channeldesk.queries import reference_drafts
from tests.support.demo_pages import settle
from ui.shell.window import Window
from ui.widgets.pick import Pick
from ui.widgets.reference.bulk_dialog import BulkDialog

ShowPage = Callable[..., Window]


@pytest.fixture
def office(demo_desk: Desk) -> Desk:
    """The demo profile in the hands of headquarters' staff."""
    demo_desk.profile = replace(demo_desk.profile, role="headquarters")
    return demo_desk


@pytest.fixture
def page(office: Desk, show_page: ShowPage, qtbot: QtBot) -> Any:
    window = show_page("reference", desk=office)
    found = window.router.page
    settled(qtbot, found, "price_item")
    return found


def settled(qtbot: QtBot, page: Any, kind: str = "") -> None:
    if kind:
        page.show_kind(kind)
    settle(qtbot, page.window())


def open_bulk(qtbot: QtBot, page: Any, operation: str, ticked: int = 0) -> Any:
    if ticked:
        page.tables[page.entity].view.tick_places(list(range(ticked)))
    page.many.click()
    settled(qtbot, page)
    page.bulk.operation.choose(operation)
    page.bulk._chosen()
    settled(qtbot, page)
    return page.bulk


def fill(qtbot: QtBot, page: Any, dialog: Any, **typed: str) -> None:
    for name, text in typed.items():
        dialog.fields[name].editor.setText(text)
    qtbot.waitUntil(lambda: not dialog._rest.isActive())
    settled(qtbot, page)


def test_all_that_is_listed_is_changed_as_one_batch(qtbot: QtBot, page: Any, office: Desk) -> None:
    count = page.tables["price_item"].count
    dialog = open_bulk(qtbot, page, "change_percent")
    assert not dialog.main.isEnabled()
    assert dialog.preview.model.rowCount() == 0
    fill(qtbot, page, dialog, percent="50")
    assert dialog.preview.model.rowCount() == min(count, 200)
    assert "more than 30 %" in dialog.preview.counts.text()
    assert str(count) in dialog.main.text().replace(",", "")
    dialog.name.setText("Autumn")
    dialog.main.click()
    settled(qtbot, page)
    (draft,) = office.ask(reference_drafts.drafts).drafts
    assert (draft.name, draft.size) == ("Autumn", count)
    assert page.publish.text().endswith("(1)")

    page.window().messages.undo()
    settled(qtbot, page)
    assert office.ask(reference_drafts.drafts).drafts == ()


def test_only_the_ticked_ones(qtbot: QtBot, page: Any, office: Desk) -> None:
    dialog = open_bulk(qtbot, page, "set_floor", ticked=3)
    fill(qtbot, page, dialog, floor="0.5")
    dialog.main.click()
    settled(qtbot, page)
    assert office.ask(reference_drafts.drafts).rows == 3


def test_what_is_wrong_stands_at_its_field(qtbot: QtBot, page: Any) -> None:
    dialog = open_bulk(qtbot, page, "change_percent", ticked=2)
    fill(qtbot, page, dialog, percent="a lot")
    assert dialog.fields["percent"].wrong
    assert not dialog.main.isEnabled()
    fill(qtbot, page, dialog, percent="-5")
    assert not dialog.fields["percent"].wrong
    assert dialog.main.isEnabled()
    dialog.reject()


def test_a_day_that_cannot_be_read_is_not_dropped_for_the_field_beside_it(qtbot: QtBot, page: Any) -> None:
    settled(qtbot, page, "promotion")
    dialog = open_bulk(qtbot, page, "promotion_validity", ticked=2)
    fill(qtbot, page, dialog, valid_to="31.6.2027")
    fill(qtbot, page, dialog, valid_from="2026-11-20")
    assert dialog.fields["valid_to"].wrong
    assert not dialog.main.isEnabled()
    fill(qtbot, page, dialog, valid_to="30.6.2027")
    assert not dialog.fields["valid_to"].wrong
    assert dialog.main.isEnabled()
    dialog.reject()


def test_what_is_typed_stays_when_the_lists_to_choose_from_arrive(qtbot: QtBot, page: Any) -> None:
    dialog = BulkDialog(page, page.context, "price_item", page.tables["price_item"].model.keys[:2])
    dialog.operation.choose("copy_prices")
    dialog._chosen()
    dialog.fields["factor"].editor.setText("7.5")  # type: ignore[attr-defined]
    settled(qtbot, page)
    pick = dialog.fields["into_list"].editor
    assert isinstance(pick, Pick)
    assert pick.count() > 1
    assert dialog.fields["factor"].editor.text() == "7.5"  # type: ignore[attr-defined]
    pick.setCurrentIndex(1)
    fill(qtbot, page, dialog)
    assert dialog.asked.values is not None
    dialog.reject()


def test_what_cannot_be_changed_says_why(qtbot: QtBot, page: Any) -> None:
    dialog = open_bulk(qtbot, page, "change_amount", ticked=2)
    fill(qtbot, page, dialog, by_amount="-99999999")
    assert not dialog.main.isEnabled()
    assert "2 cannot be changed" in dialog.preview.counts.text()
    assert "less than nothing" in str(dialog.preview.model.data(dialog.preview.model.index(0, 4)))
    dialog.reject()


def test_rows_that_change_meanwhile_are_not_overwritten(qtbot: QtBot, page: Any, office: Desk) -> None:
    dialog = open_bulk(qtbot, page, "set_price", ticked=2)
    fill(qtbot, page, dialog, price="3")
    (edit, *_) = dialog._found.planned.edits
    office.act(reference.edit, "price_item", edit.row_id, {"price": 77_0000})
    dialog.main.click()
    settled(qtbot, page)
    assert dialog.isVisible()
    fill(qtbot, page, dialog)
    assert dialog._found.planned.edits[0].base == {"price": 77_0000}
    dialog.main.click()
    settled(qtbot, page)
    assert len(office.ask(reference_drafts.drafts).drafts) == 2


def test_rows_are_taken_out_of_a_batch(qtbot: QtBot, page: Any, office: Desk) -> None:
    dialog = open_bulk(qtbot, page, "set_floor", ticked=3)
    fill(qtbot, page, dialog, floor="0.5")
    dialog.main.click()
    settled(qtbot, page)
    page.publish.click()
    settled(qtbot, page)
    page.drafts.show_rows[0].click()
    assert len(page.drafts.outs) == 3
    page.drafts.outs[0].click()
    settled(qtbot, page)
    assert office.ask(reference_drafts.drafts).rows == 2
    assert len(page.drafts.outs) == 2
    page.drafts.reject()


def test_any_row_of_a_large_batch_is_found_and_taken_out(qtbot: QtBot, page: Any, office: Desk) -> None:
    count = page.tables["price_item"].count
    dialog = open_bulk(qtbot, page, "change_percent")
    fill(qtbot, page, dialog, percent="2")
    dialog.main.click()
    settled(qtbot, page)
    page.publish.click()
    settled(qtbot, page)
    page.drafts.show_rows[0].click()
    (pane,) = page.drafts.panes
    assert pane.told.text() == f"1 to 50 of {count:,}"
    assert not pane.earlier.isEnabled()
    pane.later.click()
    settled(qtbot, page)
    assert pane.told.text() == f"51 to 100 of {count:,}"
    pane.outs[4].setFocus()
    pane.outs[4].click()
    settled(qtbot, page)
    (pane,) = page.drafts.panes
    assert pane.isVisible(), "what was open stays open, on the same page"
    assert pane.told.text() == f"51 to 100 of {count - 1:,}"
    assert page.drafts.focusWidget() is pane.outs[4]
    assert office.ask(reference_drafts.drafts).rows == count - 1

    pane.search.setText("cn-gold DR-")
    pane.search._say()
    settled(qtbot, page)
    named = [one.accessibleName() for one in pane.outs]
    assert named
    assert all("CN-GOLD" in one and "DR-" in one for one in named)
    only = named[0].split(" · ")[1].split("  ")[0]
    pane.search.setText(f"gb-gold {only}")
    pane.search._say()
    settled(qtbot, page)
    left = len(pane.outs)
    for _ in range(left):
        page.drafts.panes[0].outs[0].click()
        settled(qtbot, page)
    (pane,) = page.drafts.panes
    assert pane.told.text() == "Nothing matches"
    assert office.ask(reference_drafts.drafts).rows == count - 1 - left
    pane.search.clear()
    pane.search._say()
    settled(qtbot, page)
    assert pane.told.text() == f"1 to 50 of {count - 1 - left:,}"
    page.drafts.reject()


@pytest.mark.parametrize(
    ("kind", "operation", "typed"),
    [
        ("promotion", "promotion_shift", {"days": "7"}),
        ("promotion", "copy_promotion", {"suffix": "-N", "days": "364"}),
        ("price_list", "copy_list", {"suffix": "-27", "valid_from": "2027-01-01"}),
        ("price_list", "price_list_end", {"last_day": "2026-12-31"}),
    ],
)
def test_lists_and_promotions(
    qtbot: QtBot, page: Any, office: Desk, kind: str, operation: str, typed: dict[str, str]
) -> None:
    settled(qtbot, page, kind)
    dialog = open_bulk(qtbot, page, operation)
    fill(qtbot, page, dialog, **typed)
    assert dialog.main.isEnabled()
    dialog.main.click()
    settled(qtbot, page)
    assert len(office.ask(reference_drafts.drafts).drafts) == 1


def test_a_list_that_stands_before_another_says_so(qtbot: QtBot, page: Any) -> None:
    """The copy begins later, so it counts; begun together only the code would decide."""
    settled(qtbot, page, "price_list")
    dialog = open_bulk(qtbot, page, "copy_list")
    fill(qtbot, page, dialog, suffix="-27", valid_from="2027-01-01")
    preview = dialog.preview
    assert "holds together with another list: 6" in preview.counts.text()
    told = "it counts instead of “CN-GOLD-2026”"
    assert told in preview.model.data(preview.model.index(0, 4))
    assert told in preview.about.text(), "whole below the rows, whatever the column holds"
    assert preview.about.isVisible()
    fill(qtbot, page, dialog, valid_from="2026-01-01")
    assert "“CN-E2-GOLD-261115” counts instead of it" in preview.about.text()
    preview.table.setCurrentIndex(preview.model.index(3, 0))
    assert "because its code comes first" in preview.about.text()
    last = preview.model.index(preview.model.rowCount() - 1, 0)
    preview.table.setCurrentIndex(last)
    assert preview.about.isHidden(), "of a price there is nothing to be told"
    dialog.reject()


def test_in_a_narrow_window_every_button_says_what_it_does(qtbot: QtBot, page: Any) -> None:
    page.window().resize(1024, 700)
    settled(qtbot, page)
    for button in (page.many, page.file, page.add, page.edit, page.remove):
        assert button.width() >= button.sizeHint().width(), button.text()
    assert page.search.width() >= 150


def test_other_kinds_have_nothing_to_change_at_once(qtbot: QtBot, page: Any) -> None:
    settled(qtbot, page, "tier")
    assert page.many.isHidden()
