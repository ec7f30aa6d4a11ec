"""A partner's invoices, and how old they are."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa

from channeldesk.actions import payments
from channeldesk.desk import Desk
from channeldesk.queries import credit, partners, receivables
from channeldesk.queries import payments as query
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


_SETTLED = """
SELECT y.id, y.partner_id, r.id AS invoice FROM payment y JOIN payment_allocation a ON a.payment_id = y.id
JOIN receivable r ON r.id = a.receivable_id
WHERE r.open_amount = 0 AND r.due_on < :day AND r.currency = (
  SELECT currency FROM partner p WHERE p.id = y.partner_id AND p.credit_limit > 0)
GROUP BY 1, 2 HAVING sum(a.amount) = max(y.amount) ORDER BY y.id LIMIT 1
"""


def test_an_invoice_that_a_take_back_reopened_is_in_every_sum_and_can_be_chosen(desk: Desk) -> None:
    desk.profile = replace(desk.profile, role="headquarters")
    with desk.database.apply() as connection:
        connection.execute(sa.text("UPDATE partner SET credit_limit = 100000000000 WHERE credit_limit > 0"))
        paid = connection.execute(sa.text(_SETTLED), {"day": DAY}).one()
        before = credit.of_partner(connection, paid.partner_id, DAY).position
    desk.act(payments.reverse, paid.id)
    with desk.database.read() as connection:
        rows = receivables.rows(connection, receivables.keys(connection, partner_id=paid.partner_id), DAY)
        reopened = next(row for row in rows if row.id == paid.invoice)
        assert reopened.open > 0
        assert paid.invoice in {one.id for one in query.invoices(connection, paid.partner_id)}

        standing = credit.of_partner(connection, paid.partner_id, DAY)
        currency = standing.position.currency
        (owed,) = [
            one
            for one in receivables.owed(connection, paid.partner_id, DAY).ageing
            if one.currency == currency
        ]
        assert owed.owed == sum(row.open for row in rows if row.currency == currency)
        assert owed.owed == standing.position.receivables
        late = sum(row.open for row in rows if (row.late or 0) > 0 and row.currency == currency)
        assert [one.amount for one in standing.overdue if one.currency == currency] == [late]
        assert credit.late(connection, DAY, (paid.partner_id,))[paid.partner_id, currency].amount == late

        assert standing.position.used == before.used + reopened.open
        (row,) = [
            one
            for one in partners.rows(connection, partners.keys(connection, today=DAY), DAY)
            if one.id == paid.partner_id
        ]
        assert (row.credit_left, row.overdue) == (standing.position.left, late)
