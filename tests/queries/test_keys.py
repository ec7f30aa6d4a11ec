"""The keys of a list: as many as there are, in their order, however they travel."""

import pytest
import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.queries import orders, views
from channeldesk.queries.views import ListView

NEWEST_FIRST = "SELECT rowid FROM sales_order ORDER BY order_date DESC, rowid DESC"


def test_keys_come_in_pieces_and_in_order(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = desk.ask(lambda c: c.execute(sa.text(NEWEST_FIRST)).scalars().all())
    assert list(desk.ask(orders.keys)) == wanted
    for piece in (1, 7, 1_000):
        monkeypatch.setattr(views, "_PIECE", piece)
        assert list(desk.ask(orders.keys)) == wanted


def test_a_list_without_rows_has_no_keys(desk: Desk) -> None:
    assert len(desk.ask(orders.keys, ListView({"number": "no such number"}))) == 0
