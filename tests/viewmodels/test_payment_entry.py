"""A payment while it is keyed: proposed, changed, refused before it is sent."""

from datetime import date

from channeldesk.rules.allocation import Invoice
from ui.viewmodels.payment_entry import PaymentEntry


def invoice(number: int, amount: int, currency: str = "CNY") -> Invoice:
    return Invoice(bytes([number]), f"INV-{number}", date(2026, 11, number), amount, currency)


ONE, TWO, FOREIGN = invoice(1, 100), invoice(2, 200), invoice(3, 50, "EUR")


def entry(amount: int | None = 150, **more: object) -> PaymentEntry:
    return PaymentEntry((ONE, TWO, FOREIGN), "CNY", amount, **more)  # type: ignore[arg-type]


def test_the_proposal_follows_amount_and_reference_until_a_part_is_typed() -> None:
    keyed = entry()
    assert keyed.shown == [ONE, TWO]
    assert keyed.parts == {ONE.id: 100, TWO.id: 50}
    keyed.reference = "inv-2"
    assert keyed.parts == {TWO.id: 150}
    keyed.choose(ONE.id, 20)
    keyed.reference = ""
    assert keyed.parts == {TWO.id: 150, ONE.id: 20}
    keyed.propose_again()
    assert keyed.parts == {ONE.id: 100, TWO.id: 50}


def test_what_stays_on_account_is_told_and_too_much_is_refused() -> None:
    keyed = entry(400)
    assert (keyed.rest, keyed.sendable) == (100, True)
    keyed.choose(ONE.id, 101)
    assert keyed.refusal(ONE).code == "payment.more_than_open"  # type: ignore[union-attr]
    assert not keyed.sendable
    keyed = entry(50)
    keyed.choose(TWO.id, 60)
    assert keyed.refusal(TWO).code == "payment.more_than_left"  # type: ignore[union-attr]
    keyed = entry()
    keyed.choose(TWO.id, -1)
    assert keyed.refusal(TWO).code == "payment.nothing"  # type: ignore[union-attr]


def test_what_cannot_be_read_or_is_nothing_is_not_sent() -> None:
    assert not entry(None).sendable
    assert not entry(0).sendable
    keyed = entry()
    keyed.choose(ONE.id, None)
    assert not keyed.sendable
    keyed.choose(ONE.id, 0)
    assert keyed.sendable  # less is allowed: the rest stays on account
    shared = entry(150, fixed=True)
    shared.choose(ONE.id, 0)
    shared.choose(TWO.id, 0)
    assert not shared.sendable
