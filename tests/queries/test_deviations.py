"""Prices apart over the demo network: recomputed from plain rows, and every row leads to its lines."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from channeldesk.actions import settings
from channeldesk.demo import generate
from channeldesk.desk import Desk
from channeldesk.queries import deviations, order_lines
from channeldesk.queries.deviations import Behind
from channeldesk.queries.views import ALL, ListView
from channeldesk.rules.deviation import price_of
from tests.support.demo_laptop import DAY, TODAY, every, one

BOOKED = ("placed", "accepted", "partly_shipped", "shipped", "closed")


def test_prices_of_channels_are_plain_sums(reader: sa.Connection) -> None:
    found = deviations.report(reader, 90, DAY)
    sql = """SELECT l.product_id, s.currency, p.channel_type_id AS channel, l.net, l.quantity,
    s.status, s.order_date FROM order_line l JOIN sales_order s ON s.id = l.order_id
    JOIN partner p ON p.id = s.partner_id WHERE l.quantity > 0"""
    sums = defaultdict[tuple[bytes, str, bytes], list[int]](lambda: [0, 0, 0])
    first = (TODAY - timedelta(days=89)).isoformat()
    for row in every(reader, sql):
        if row.status in BOOKED and first <= row.order_date <= DAY:
            cell = sums[row.product_id, row.currency, row.channel]
            cell[0] += row.net
            cell[1] += row.quantity
            cell[2] += 1
    told = {
        (row.product_id, row.currency, channel.channel): [channel.net, channel.quantity, channel.lines]
        for row in found.rows
        for channel in row.found.channels
    }
    assert told == dict(sums)
    assert (found.first, found.last, found.allowed) == (first, DAY, 500)
    assert found.lines == sum(lines for _, _, lines in sums.values())
    for row in found.rows:
        for channel in row.found.channels:
            assert channel.price == price_of(channel.net, channel.quantity, row.currency)
    stakes = [row.stake or 0 for row in found.rows]
    assert stakes == sorted(stakes, reverse=True)


def test_the_lines_below_the_floor_are_those_put_there_on_purpose(reader: sa.Connection) -> None:
    network = generate("small", today=TODAY)
    for _ in network.batches():
        pass
    (fault,) = (one for one in network.faults() if one.kind == "below_floor")
    found = deviations.report(reader, 365, DAY)
    under = {below.line.id for row in found.rows for below in row.found.under_floor}
    sql = "SELECT l.id, s.status FROM order_line l JOIN sales_order s ON s.id = l.order_id"
    booked = {row.id for row in every(reader, sql) if row.status in BOOKED}
    assert under == set(fault.row_ids) & booked != set()
    for row in found.rows:
        for below in row.found.below:
            assert below.promoted or below.line.price < below.floor
            assert (
                not below.promoted
                or price_of(below.line.net, below.line.quantity, row.currency) < below.floor
            )


def test_the_rows_behind_add_up_to_the_price(reader: sa.Connection) -> None:
    found = deviations.report(reader, 90, DAY)
    row = max(found.rows, key=lambda each: each.lines)
    asked = Behind(row.product_id, row.currency, found.first, found.last)
    rows = order_lines.rows(reader, deviations.line_keys(reader, ALL, asked))
    assert len(rows) == row.lines
    sums = deviations.line_sums(reader, ALL, asked)
    assert sums.net == {row.currency: sum(channel.net for channel in row.found.channels)}
    channel = row.found.channels[0]
    narrowed = Behind(row.product_id, row.currency, found.first, found.last, channel=channel.channel)
    part = order_lines.rows(reader, deviations.line_keys(reader, ALL, narrowed))
    assert (len(part), sum(each.net for each in part)) == (channel.lines, channel.net)
    (below, *_) = (each for each in found.rows if each.found.under_floor)
    only = tuple(each.line.id for each in below.found.under_floor)
    exact = Behind(below.product_id, below.currency, found.first, found.last, only=only)
    assert {each.id for each in order_lines.rows(reader, deviations.line_keys(reader, ALL, exact))} == set(
        only
    )
    view = ListView({"partner": "nobody at all"}, sort="partner")
    assert deviations.line_sums(reader, view, asked).count == 0


def test_what_is_allowed_is_a_setting(desk: Desk, tmp_path: Path) -> None:
    desk.act(settings.put, "price_spread", "3")
    found = desk.ask(deviations.report, 90, DAY)
    assert found.allowed == 300
    far = [row for row in found.rows if row.found.too_far]
    assert far
    for row in far:
        assert row.found.spread is not None
        assert row.found.spread > 300
        assert row.found.at_stake == max(row.found.apart, row.found.floor_money)


def test_an_empty_laptop_has_an_empty_report(reader: sa.Connection) -> None:
    found = deviations.report(reader, 1, "2001-01-01")
    assert (found.rows, found.lines) == ((), 0)
    assert one(reader, "SELECT 1") == 1
