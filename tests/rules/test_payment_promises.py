"""What was promised is kept by what came in until then; a cent keeps one promise only."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.payment_promises import (
    Promise,
    Receipt,
    Standing,
    State,
    refuse_promise,
    standings,
)

TODAY = date(2026, 11, 20)
A, B = b"a", b"b"


def day(number: int) -> date:
    return date(2026, 11, number)


def promise(name: bytes = b"1", amount: int = 100, until: int = 10, made: int = 1, **more: object) -> Promise:
    values = {"receivable": None, "currency": "CNY"} | more
    return Promise(id=name, amount=amount, made_on=day(made), promised_on=day(until), **values)  # type: ignore[arg-type]


def receipt(at: int, amount: int = 100, invoice: bytes | None = None, currency: str = "CNY") -> Receipt:
    return Receipt(day(at), invoice, currency, amount)


def of(made: Promise, *came: Receipt, today: date = TODAY) -> Standing:
    return standings([made], came, today)[made.id]


def test_a_promise_is_open_until_its_day_due_on_it_and_then_kept_or_broken() -> None:
    assert of(promise(until=25)).state is State.OPEN
    assert of(promise(until=20)).state is State.DUE
    assert of(promise(until=19)).state is State.BROKEN
    assert of(promise(until=19), receipt(10)) == Standing(State.KEPT, 100, day(10))
    assert of(promise(until=25), receipt(10)).state is State.KEPT
    assert of(promise(withdrawn=True)).state is State.WITHDRAWN


def test_part_of_it_or_too_late_is_broken_and_paid_in_full_later_is_told() -> None:
    assert of(promise(), receipt(9, 60)) == Standing(State.BROKEN, 60, None)
    assert of(promise(), receipt(9, 60), receipt(12, 40)) == Standing(State.LATE, 100, day(12))
    assert of(promise(), receipt(9, 60), receipt(12, 30)) == Standing(State.BROKEN, 90, day(12))


def test_what_came_before_it_was_promised_does_not_count() -> None:
    assert of(promise(made=5), receipt(4)).paid == 0
    assert of(promise(made=5), receipt(5)).state is State.KEPT


def test_a_promise_about_an_invoice_is_kept_by_what_is_set_against_it() -> None:
    named = promise(receivable=A)
    assert of(named, receipt(5), receipt(5, invoice=B), receipt(5, currency="EUR", invoice=A)).paid == 0
    assert of(named, receipt(5, invoice=A)).state is State.KEPT
    assert of(promise(), receipt(5, invoice=B)).state is State.KEPT


def test_one_payment_keeps_one_promise_those_that_name_the_invoice_first() -> None:
    several = [promise(b"1", until=10), promise(b"2", until=12), promise(b"3", until=15, receivable=A)]
    found = standings(several, [receipt(6, 200, A)], TODAY)
    states = [found[name].state for name in (b"1", b"2", b"3")]
    assert states == [State.KEPT, State.BROKEN, State.KEPT]


def test_nothing_and_yesterday_cannot_be_promised() -> None:
    assert refuse_promise(0, TODAY, TODAY).code == "payment.nothing"  # type: ignore[union-attr]
    past = refuse_promise(1, TODAY - timedelta(days=1), TODAY)
    assert past is not None
    assert past.code == "payment.promised_before"
    assert refuse_promise(1, TODAY, TODAY) is None


made = st.builds(
    promise,
    st.binary(min_size=1, max_size=2),
    st.integers(1, 300),
    st.integers(10, 28),
    st.integers(1, 10),
    receivable=st.sampled_from((None, A, B)),
    withdrawn=st.booleans(),
)
came = st.builds(receipt, st.integers(1, 28), st.integers(0, 300), st.sampled_from((None, A, B)))


@given(st.lists(made, max_size=6, unique_by=lambda one: one.id), st.lists(came, max_size=8))
def test_no_cent_keeps_two_promises(several: list[Promise], receipts: list[Receipt]) -> None:
    found = standings(several, receipts, TODAY)
    assert found.keys() == {one.id for one in several}
    assert sum(one.paid for one in found.values()) <= sum(one.amount for one in receipts)
    for one in several:
        standing = found[one.id]
        assert 0 <= standing.paid <= one.amount
        if standing.state in (State.KEPT, State.LATE):
            assert standing.paid == one.amount
            assert standing.on is not None
            assert (standing.on <= one.promised_on) == (standing.state is State.KEPT)
        if standing.state is State.BROKEN:
            assert standing.paid < one.amount
            assert one.promised_on < TODAY
