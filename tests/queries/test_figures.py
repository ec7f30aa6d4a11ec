"""Figures, recomputed from the rows by other means."""

from datetime import date

import sqlalchemy as sa

from channeldesk.queries import credit, drill, mix, order_lines, partner, partners, pending, performance
from channeldesk.queries.currency import rates
from channeldesk.queries.sales import Scope
from channeldesk.rules.credit import Exposure, OpenItem, Use, overdue, position
from channeldesk.store import sales as summaries
from tests.support.demo_laptop import DAY, TODAY, every, one

COUNTS = "('placed', 'accepted', 'partly_shipped', 'shipped', 'closed')"
NOVEMBER = ("2026-11-01", "2026-11-30")


def converted(reader: sa.Connection, first: str, last: str, where: str = "1", **binds: object) -> int:
    """The same in the company's currency: each partner's month in one piece."""
    converter = rates(reader, "CNY", DAY)
    rows = every(
        reader,
        f"SELECT s.currency, sum(l.net) FROM order_line l JOIN sales_order s ON s.id = l.order_id "
        f"JOIN partner p ON p.id = s.partner_id LEFT JOIN channel_type c ON c.id = p.channel_type_id "
        f"WHERE s.status IN {COUNTS} AND s.order_date BETWEEN :first AND :last AND {where} "
        f"GROUP BY s.partner_id, s.currency, substr(s.order_date, 1, 7)",
        first=first,
        last=last,
        **binds,
    )
    return sum(converter.convert(row[1], row[0]) or 0 for row in rows)


def booked(reader: sa.Connection, first: str, last: str, where: str = "1", **binds: object) -> dict[str, int]:
    """Net by currency straight from the lines."""
    rows = every(
        reader,
        f"SELECT s.currency, sum(l.net) FROM order_line l JOIN sales_order s ON s.id = l.order_id "
        f"JOIN partner p ON p.id = s.partner_id LEFT JOIN channel_type c ON c.id = p.channel_type_id "
        f"WHERE s.status IN {COUNTS} AND s.order_date BETWEEN :first AND :last AND {where} GROUP BY 1",
        first=first,
        last=last,
        **binds,
    )
    return {row[0]: row[1] for row in rows}


def test_pending_is_the_rest_of_what_the_summaries_hold() -> None:
    assert pending.COUNTED == summaries.COUNTED


def test_partner_rows_are_the_rules_applied_to_the_rows(reader: sa.Connection) -> None:
    for row in partners.rows(reader, partners.keys(reader, today=DAY), DAY):
        owed = every(
            reader, "SELECT open_amount, currency, due_on FROM receivable WHERE partner_id = :p", p=row.id
        )
        late = [
            found
            for found in overdue((OpenItem(r[0], r[1], date.fromisoformat(r[2])) for r in owed), TODAY)
            if found.currency == row.currency
        ]
        assert row.overdue == (late[0].amount if late else None), row.name
        assert row.overdue_days == (late[0].days if late else None)
        open_orders = every(
            reader,
            "SELECT status, total, currency FROM sales_order s WHERE partner_id = :p AND status IN "
            "('placed', 'accepted', 'partly_shipped', 'shipped') AND (status = 'placed' OR NOT EXISTS "
            "(SELECT 1 FROM receivable r WHERE r.order_id = s.id))",
            p=row.id,
        )
        exposures = [Exposure(Use.RECEIVABLE, r[0], r[1]) for r in owed]
        exposures += [
            Exposure(Use.PENDING if r[0] == "placed" else Use.ACCEPTED, r[1], r[2]) for r in open_orders
        ]
        paid = every(
            reader,
            "SELECT open_amount, currency FROM payment WHERE partner_id = :p AND open_amount > 0",
            p=row.id,
        )
        exposures += [Exposure(Use.ON_ACCOUNT, *one_payment) for one_payment in paid]
        expected = position(row.currency, row.credit_limit, exposures)
        assert row.credit_left == expected.left, row.name
        assert credit.of_partner(reader, row.id, DAY).position.left == expected.left
        assert row.sales == booked(reader, *NOVEMBER, "p.id = :p", p=row.id).get(row.currency, 0)
        assert row.last_visit == one(
            reader, "SELECT max(visited_on) FROM visit WHERE partner_id = :p", p=row.id
        )


def test_sales_against_target_of_the_network(reader: sa.Connection) -> None:
    found = performance.against_target(reader, count=24, today=DAY)

    assert len(found.periods) == 24
    assert found.running
    for figures in found.periods[-3:]:
        month = figures.code.replace("P", "")
        first, last = f"{month}-01", f"{month}-31"
        assert figures.net == converted(reader, first, last)
        before = f"{int(month[:4]) - 1}{month[4:]}"
        assert figures.last_year == converted(reader, f"{before}-01", f"{before}-31")
        assert figures.middle.startswith(month)
    current = found.periods[-1]
    assert 0 < current.pending <= (current.net or 0)
    assert found.progress is not None
    assert found.progress.target == current.target
    assert found.progress.actual == current.net


def test_targets_of_a_territory_are_those_agreed_for_it_or_the_sum_below(reader: sa.Connection) -> None:
    agreed = every(
        reader,
        "SELECT t.id, g.value, g.currency FROM territory t JOIN target g ON g.territory_id = t.id "
        "JOIN fiscal_period f ON f.id = g.period_id "
        "WHERE f.code = '2026-P11' AND g.partner_id IS NULL AND g.user_id IS NULL AND g.category IS NULL",
    )
    assert agreed
    converter = rates(reader, "CNY", DAY)
    for territory, value, code in agreed:
        found = performance.against_target(reader, Scope(territory_id=territory), 1, DAY)
        assert found.periods[-1].target == converter.convert(value, code)


def test_before_the_first_sale_there_is_nothing_rather_than_zero(reader: sa.Connection) -> None:
    newest = one(reader, "SELECT id FROM partner ORDER BY joined_on DESC LIMIT 1")
    found = performance.against_target(reader, Scope(partner_id=newest), 24, DAY)
    first = one(
        reader,
        f"SELECT min(order_date) FROM sales_order WHERE partner_id = :p AND status IN {COUNTS}",
        p=newest,
    )
    assert [figures.net is None for figures in found.periods] == [
        first is None or figures.middle[:7] < first[:7] for figures in found.periods
    ]


def test_ranking_adds_up_and_matches_each_partner(reader: sa.Connection) -> None:
    found = performance.ranking(reader, today=DAY)
    total = performance.against_target(reader, count=1, today=DAY).periods[-1]

    assert sum(row.net for row in found.rows) == total.net
    assert sum(row.pending for row in found.rows) == total.pending
    assert [row.net for row in found.rows] == sorted((row.net for row in found.rows), reverse=True)
    assert [row.place for row in found.rows] == list(range(1, len(found.rows) + 1))
    best = found.rows[0]
    assert best.series[-1] == best.net
    assert abs(sum(row.share or 0 for row in found.rows) - 10_000) <= len(found.rows)
    assert performance.ranking(reader, today=DAY, limit=5).rows == found.rows[:5]


def test_mix_shares_gaps_and_index(reader: sa.Connection) -> None:
    found = mix.channel_mix(reader, count=3, today=DAY)
    nets = {
        group: converted(reader, "2026-09-01", "2026-11-30", "c.mix_group = :g", g=group)
        for group in mix.GROUPS
    }
    assert {part.key: part.net for part in found.groups} == nets
    total = sum(max(0, net) for net in nets.values())
    for part in found.groups:
        assert part.share == round(nets[part.key] * 10_000 / total)
        assert part.gap == (part.share or 0) - part.plan
    assert found.gap_index == round(sum(abs(part.gap or 0) for part in found.groups) / 2)


def test_the_drill_loses_nothing_on_the_way_down(reader: sa.Connection) -> None:
    network = drill.drill(reader, today=DAY)
    assert network.level == "territory"
    assert network.net == performance.against_target(reader, count=1, today=DAY).periods[-1].net
    here, seen = network, 0
    while True:
        assert here.net == sum(part.net for part in here.parts)
        part = max(here.parts, key=lambda one: one.net)
        if part.leaf:
            break
        level = "partner" if part.scope == here.scope else None
        below = drill.drill(reader, part.scope, level, today=DAY)
        if part.scope != here.scope and below.currency == here.currency:
            assert below.net == part.net
        here, seen = below, seen + 1
        assert seen < 8
    assert here.level == "category"
    assert here.path[-1].name == one(
        reader, "SELECT name FROM partner WHERE id = :p", p=here.scope.partner_id
    )
    (explained,) = performance.explain(reader, part.scope, here.first_period)
    keys = performance.rows_behind(reader, part.scope, here.first_period)
    assert explained.amount == part.net == sum(row.net for row in order_lines.rows(reader, keys))


def test_every_figure_is_the_sum_of_its_rows(reader: sa.Connection) -> None:
    for row in performance.ranking(reader, today=DAY, limit=12).rows:
        scope = Scope(partner_id=row.partner_id)
        figure = performance.against_target(reader, scope, 3, DAY)
        for period in figure.periods:
            amounts = {one.currency: one.amount for one in performance.explain(reader, scope, period.code)}
            assert amounts.get(figure.currency, 0) == (period.net or 0)


def test_partner_page(reader: sa.Connection) -> None:
    row = partners.rows(reader, partners.keys(reader, today=DAY), DAY)[0]
    found = partner.detail(reader, row.id, DAY)

    assert found is not None
    assert (found.name, found.code, found.figures.stock_days) == (row.name, row.code, row.stock_days)
    assert found.figures.sales.periods[-1].net == row.sales
    assert len(found.figures.series) == 12
    assert found.counts["orders"] == one(
        reader, "SELECT count(*) FROM sales_order WHERE partner_id = :p", p=row.id
    )
    assert [contact.main for contact in found.contacts][1:] == [False] * (len(found.contacts) - 1)
    assert partner.detail(reader, bytes(16), DAY) is None
