"""A partner's invoices, and how old they are."""

from datetime import date

import sqlalchemy as sa

from channeldesk.queries import credit, receivables
from channeldesk.queries.views import ListView
from tests.support.demo_laptop import DAY, one


def debtor(reader: sa.Connection) -> bytes:
    """Who owes what is overdue and what is not due yet."""
    late = sa.text(
        "SELECT partner_id FROM receivable WHERE open_amount > 0 GROUP BY 1 "
        "HAVING min(due_on) < :day AND max(due_on) >= :day LIMIT 1"
    ).bindparams(day=DAY)
    return bytes(reader.execute(late).scalar_one())


def test_the_longest_overdue_come_first_and_settled_ones_last(reader: sa.Connection) -> None:
    partner = debtor(reader)
    found = receivables.rows(reader, receivables.keys(reader, partner_id=partner, today=DAY), DAY)
    days = [row.late for row in found]
    unsettled = [one for one in days if one is not None]
    assert unsettled == sorted(unsettled, reverse=True)
    assert days[len(unsettled) :] == [None] * (len(days) - len(unsettled))
    assert all((row.late is None) == (row.open == 0) for row in found)
    assert all(
        row.late is None or row.late == (date.fromisoformat(DAY) - date.fromisoformat(row.due)).days
        for row in found
    )
    assert len(found) == one(reader, f"SELECT count(*) FROM receivable WHERE partner_id = x'{partner.hex()}'")


def test_what_is_owed_is_what_takes_up_credit(reader: sa.Connection) -> None:
    partner = debtor(reader)
    (owed,) = receivables.owed(reader, partner, DAY).ageing
    standing = credit.of_partner(reader, partner, DAY)
    assert owed.owed == standing.position.receivables
    assert [late.amount for late in standing.overdue] == [owed.late + owed.credits]


def test_filters_and_figures(reader: sa.Connection) -> None:
    partner = debtor(reader)
    late = receivables.keys(reader, ListView({"late": "> 0"}), partner, DAY)
    assert 0 < len(late) < len(receivables.keys(reader, partner_id=partner, today=DAY))
    rows = receivables.rows(reader, late, DAY)
    figures = receivables.figures(reader, late, {"open": "sum"})
    assert figures["open"]["CNY"].total == sum(row.open for row in rows)
    number = next(row.order for row in rows if row.order)
    found = receivables.keys(reader, ListView(search=number), partner, DAY)
    assert {row.order for row in receivables.rows(reader, found, DAY)} == {number}
