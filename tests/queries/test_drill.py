"""The drill's small print: partners of a territory that has territories below, growth, lines, overdue."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.queries import drill, order_lines, overdue, performance
from channeldesk.queries.periods import window
from channeldesk.queries.sales import Scope
from channeldesk.queries.views import ListView
from tests.support.demo_laptop import DAY, one


def test_partners_directly_in_a_territory_with_others_below_are_a_part_of_their_own(desk: Desk) -> None:
    with desk.database.apply() as writer:
        parent = one(writer, "SELECT parent_id FROM territory WHERE parent_id IS NOT NULL ORDER BY path DESC")
        moved = one(
            writer,
            "SELECT p.id FROM partner p JOIN territory t ON t.id = p.territory_id WHERE t.parent_id = :t",
            t=parent,
        )
        writer.execute(
            sa.text("UPDATE partner SET territory_id = :t WHERE id = :p"), {"t": parent, "p": moved}
        )
    with desk.database.read() as reader:
        here = drill.drill(reader, Scope(parent), count=12, today=DAY)
        own = next(part for part in here.parts if part.scope.direct)
        assert own.scope == Scope(parent, direct=True)
        below = drill.drill(reader, own.scope, count=12, today=DAY)
        assert below.level == "partner"
        assert [part.scope.partner_id for part in below.parts] == [moved]
        assert below.net == own.net
        assert [row.partner_id for row in performance.ranking(reader, own.scope, DAY).rows] == [moved]
        assert [step.scope for step in below.path[-2:]] == [Scope(parent), own.scope]


def test_growth_of_a_part_compares_closed_periods_and_the_line_ends_today(reader: sa.Connection) -> None:
    shown = window(reader, 12, DAY)
    assert shown.running
    here = drill.drill(reader, Scope(), "channel_type", today=DAY)
    for part in here.parts:
        now = performance.against_target(reader, part.scope, 2, DAY).periods[0]
        if now.last_year and now.last_year > 0 and now.net is not None:
            assert part.growth == round((now.net - now.last_year) * 10_000 / now.last_year)
        assert len(part.series) == 12
        assert (part.series[-1] or 0) == part.net


def test_overdue_adds_up_over_partners(reader: sa.Connection) -> None:
    scope = Scope()
    rates = performance.rates_for(reader, scope, window(reader, 1, DAY))
    found = overdue.overdue(reader, scope, rates, DAY)
    ranked = [row.overdue or 0 for row in performance.ranking(reader, scope, DAY).rows]
    assert found.amount >= sum(ranked) > 0
    assert found.partners >= sum(amount > 0 for amount in ranked)
    assert found.largest == sum(sorted(ranked)[-3:])


def test_sums_of_lines_follow_the_filters(reader: sa.Connection) -> None:
    row = performance.ranking(reader, today=DAY).rows[0]
    scope = Scope(partner_id=row.partner_id)
    first, last = "2026-01-01", DAY
    everything = order_lines.shown(reader, ListView(), scope, first, last)
    assert everything.net == order_lines.total(reader, scope, first, last)
    some = order_lines.rows(reader, order_lines.keys(reader, ListView(), scope, first, last)[:1])[0]
    fewer = order_lines.shown(reader, ListView({"sku": f"={some.sku}"}), scope, first, last)
    assert 0 < fewer.count < everything.count
