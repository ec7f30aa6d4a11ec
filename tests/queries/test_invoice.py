"""What is open of an invoice is its amount less every line under it."""

from __future__ import annotations

from dataclasses import replace

from channeldesk.actions import payments as actions
from channeldesk.desk import Desk
from channeldesk.queries import payments
from channeldesk.queries.invoice import InvoiceDetail, invoice

_ALL = "SELECT id FROM receivable"
_OWES = "SELECT partner_id FROM receivable WHERE open_amount > 0 GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"


def _left(found: InvoiceDetail) -> int:
    return found.amount - found.settled - sum(one.amount for one in found.paid)


def test_every_invoice_of_the_network_comes_to_what_is_open_of_it(shared_desk: Desk) -> None:
    ids = shared_desk.ask(lambda c: [bytes(one) for one in c.exec_driver_sql(_ALL).scalars()])
    found = [shared_desk.ask(invoice, one) for one in ids]
    assert {one.id for one in found if one is not None} == set(ids)
    assert [one.number for one in found if one is not None and _left(one) != one.open] == []
    assert any(one.paid for one in found if one is not None)


def test_a_payment_that_is_not_confirmed_and_its_taking_off_are_told(desk: Desk) -> None:
    desk.profile = replace(desk.profile, role="headquarters")
    partner = bytes(desk.ask(lambda c: c.exec_driver_sql(_OWES).scalar_one()))
    first = desk.ask(payments.invoices, partner)[0]
    before = desk.ask(invoice, first.id)
    assert before is not None
    new = actions.NewPayment("2026-06-01", first.currency, 500, reference="half of it")
    payment = desk.act(actions.record, partner, new, [(first.id, 300)]).value

    found = desk.ask(invoice, first.id)
    assert found is not None
    made = next(one for one in found.paid if one.payment_id == payment)
    assert (made.amount, made.reference, made.provisional) == (300, "half of it", True)
    assert found.open == before.open - 300 == _left(found)

    desk.act(actions.take_off, payment, first.id)
    assert desk.ask(invoice, first.id) == before


def test_an_invoice_that_is_not_here_is_none(desk: Desk) -> None:
    assert desk.ask(invoice, bytes(16)) is None
