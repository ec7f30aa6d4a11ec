"""The audit trail in the window: entries in words, found again, verified, handed out."""

import csv
from pathlib import Path

import pytest
import sqlalchemy as sa
from pytestqt.qtbot import QtBot

from channeldesk.actions import orders, partners
from channeldesk.desk import Desk
from channeldesk.model.i18n import Translator
from channeldesk.queries import inbox_names, trail
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.store.outbox import load
from channeldesk.store.trail import answered
from tests.support import looking
from tests.support.demo_pages import ShowPage, settle
from ui.i18n import set_translator
from ui.pages.trail import TrailPage
from ui.shell.window import Window
from ui.widgets.label import Label
from ui.widgets.list_table import ListTable
from ui.widgets.notes import Notes


def edit(desk: Desk, city: str = "Ningbo") -> None:
    first = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
    desk.act(partners.edit, first.id, {"city": city, "address": f"1, {city} Road"})


def page_of(window: Window) -> TrailPage:
    page = window.router.page
    assert isinstance(page, TrailPage)
    return page


def shown(page: TrailPage) -> list[list[str]]:
    return shown_in(page.table)


def shown_in(table: ListTable) -> list[list[str]]:
    model = table.model
    return [
        [str(model.index(row, column).data() or "") for column in range(len(model.columns))]
        for row in range(model.rowCount())
    ]


def told_by(page: TrailPage) -> list[str]:
    return told(page.why)


def told(notes: Notes) -> list[str]:
    return [label.text() for label in notes.findChildren(Label)]


def test_a_change_stands_there_in_words(show_page: ShowPage, demo_desk: Desk) -> None:
    edit(demo_desk)
    page = page_of(show_page("trail"))
    newest = shown(page)[0]
    assert newest[1:3] == ["Changed", "Partner"]
    assert "→ Ningbo" in newest[4] and "City: " in newest[4]
    assert newest[3] and newest[3] != "Partner"
    page.table.view.selectRow(0)
    assert any(text.startswith("Address: ") for text in told(page.why))


def place(desk: Desk) -> bytes:
    """An order of three lines, made from a draft as the window does."""
    partner = desk.ask(partner_queries.rows, desk.ask(partner_queries.keys)[:1])[0]
    products = desk.ask(lambda c: [bytes(one) for one in c.execute(sa.text(_SOLD)).scalars()])
    draft = OrderDraft(partner.id, tuple(DraftLine(one, 2_000) for one in products))
    return desk.act(orders.place, desk.act(orders.save_draft, draft).value).value.order_id


_SOLD = """
SELECT i.product_id FROM price_item i JOIN product p ON p.id = i.product_id AND p.active = 1
GROUP BY 1 ORDER BY 1 LIMIT 3
"""


def test_an_order_is_one_row_that_opens(show_page: ShowPage, demo_desk: Desk, qtbot: QtBot) -> None:
    place(demo_desk)
    waiting = demo_desk.ask(load)
    lines = [one for one in waiting if one.entity == "order_line"][-3:]
    sent = [one for one in waiting if one.txn == lines[0].txn]
    with demo_desk.database.apply() as connection:
        told = {"status": "applied"}, {"status": "rejected", "notice": {"code": "order.no_price"}}
        answered(connection, [(one, told[one is lines[0]]) for one in sent], 1)
    window = show_page("trail")
    page = page_of(window)
    newest = shown(page)[0]
    assert newest[1:3] == ["Added", "Order"]
    assert "Order line × 3" in newest[4]
    assert newest[5] == "Rejected", "the worst answer counts"
    assert len([row for row in shown(page) if row[6] == newest[6]]) == 1
    page.table.view.selectRow(0)
    assert any("Enter" in text for text in told_by(page))
    page.table.opened.emit(page.table.current_row())
    settle(qtbot, window)
    entries = shown_in(page.dialog.table)
    edits, answers = len(sent), len(sent)
    assert len(entries) == edits + answers
    assert {row[2] for row in entries} == {"You", "Headquarters"}
    page.dialog.reject()


def test_names_stand_there_and_neither_ids_nor_stamps(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    placed = place(demo_desk)
    order = demo_desk.ask(lambda c: inbox_names.stored(c, "sales_order", placed))
    assert order is not None
    window = show_page("trail")
    page = page_of(window)
    page.table.opened.emit(page.table.current_row() or page.table.model.row(0))
    settle(qtbot, window)
    whole = [shown(page)[0][4], *(" ".join(row[5:]) for row in shown_in(page.dialog.table))]
    page.dialog.reject()
    text = "\n".join(whole)
    assert "Recorded" not in text and "Changed at" not in text and "Content" not in text
    assert "not on this laptop" not in text
    assert placed.hex()[-6:] not in text and order["partner_id"].hex()[-6:] not in text
    assert str(order["total"]) not in text, "an amount is not told in minor units"
    product = demo_desk.ask(lambda c: c.execute(sa.text("SELECT name FROM product")).scalars().all())
    assert any(name in text for name in product)


def test_a_row_without_a_name_goes_by_its_product_in_the_readers_script(
    show_page: ShowPage, demo_desk: Desk, qtbot: QtBot
) -> None:
    set_translator(Translator("zh_CN", zone="Asia/Shanghai", home="CNY"))
    place(demo_desk)
    window = show_page("trail")
    page = page_of(window)
    page.table.opened.emit(page.table.model.row(0))
    settle(qtbot, window)
    lines = [row for row in shown_in(page.dialog.table) if row[4] == "订单明细行"]
    page.dialog.reject()
    local = set(demo_desk.ask(lambda c: c.execute(sa.text("SELECT name_local FROM product")).scalars().all()))
    assert len(lines) == 3
    assert all(row[5].split(" · ")[0] in local for row in lines)


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
    texts = [page.verify.text(), page.proof.text(), *told(page.verdict), *shown(page)[0][1:3]]
    assert not [word for text in texts for word in text.split() if word.isascii() and word.isalpha()], texts
