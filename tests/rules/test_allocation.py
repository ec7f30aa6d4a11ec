"""Payments and invoices: what is proposed, what is refused, and no cent lost in whatever order."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.allocation import Invoice, propose, refuse_allocation, settled

DAY = date(2026, 11, 1)


def invoice(number: str, amount: int, due: int = 1, currency: str = "CNY") -> Invoice:
    return Invoice(number.encode(), number, DAY.replace(day=due), amount, currency)


OPEN = (invoice("INV-3", 300, 9), invoice("INV-1", 100, 3), invoice("INV-2", 200, 6))


def parts(amount: int, reference: str = "", currency: str = "CNY") -> list[tuple[str, int]]:
    return [(one.invoice.number, one.amount) for one in propose(amount, currency, reference, OPEN).parts]


def test_the_oldest_due_is_paid_first() -> None:
    assert parts(250) == [("INV-1", 100), ("INV-2", 150)]


def test_what_the_reference_names_comes_first_and_in_its_order() -> None:
    assert parts(450, "pays inv-3, INV-2.") == [("INV-3", 300), ("INV-2", 150)]
    assert parts(350, "for INV-3") == [("INV-3", 300), ("INV-1", 50)]
    assert parts(100, "INV-30, XINV-3") == [
        ("INV-1", 100)
    ]  # no other invoice is meant by a part of its number


def test_an_exact_amount_is_meant_for_its_invoice() -> None:
    assert parts(200) == [("INV-2", 200)]
    assert parts(200, "INV-3") == [("INV-3", 200)]


def test_credit_notes_and_other_currencies_are_left_out_and_the_rest_stays_on_account() -> None:
    found = propose(500, "EUR", "", (*OPEN, invoice("NOTE", -50, currency="EUR"), invoice("E", 80, 2, "EUR")))
    assert [(one.invoice.number, one.amount) for one in found.parts] == [("E", 80)]
    assert found.rest == 420


def test_every_step_is_told_from_the_payment_to_the_rest() -> None:
    steps = propose(700, "CNY", "INV-2", OPEN).steps
    assert [(one.label.code, one.value.amount, one.sign) for one in steps] == [  # type: ignore[union-attr]
        ("step.payment", 700, ""),
        ("step.invoice_named", 200, "-"),
        ("step.invoice_oldest", 100, "-"),
        ("step.invoice_oldest", 300, "-"),
        ("step.on_account", 100, "="),
    ]


invoices = st.lists(
    st.builds(
        invoice,
        st.integers(1, 9).map(lambda n: f"INV-{n}"),
        st.integers(-500, 10**9),
        st.integers(1, 28),
        st.sampled_from(("CNY", "EUR")),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(st.integers(1, 10**10), st.sampled_from(("", "INV-3", "INV-9 INV-2 INV-2")), invoices)
def test_parts_and_rest_come_to_the_payment_and_no_invoice_gets_more_than_it_has_open(
    amount: int, reference: str, several: list[Invoice]
) -> None:
    found = propose(amount, "CNY", reference, several)
    assert sum(one.amount for one in found.parts) + found.rest == amount
    assert found.rest >= 0
    assert len({one.invoice.id for one in found.parts}) == len(found.parts)
    for one in found.parts:
        assert 0 < one.amount <= one.invoice.open
        assert one.invoice.currency == "CNY"
    if found.rest:
        owed = sum(one.open for one in several if one.open > 0 and one.currency == "CNY")
        assert amount - found.rest == owed
    assert propose(amount, "CNY", reference, several[::-1]) == found


AMOUNTS = st.integers(-400, 400)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(1, 500), st.just(0)),
        st.tuples(st.just("set"), st.tuples(st.integers(0, 5), st.integers(0, 2)), AMOUNTS),
        st.tuples(st.just("reverse"), st.integers(0, 5), st.just(0)),
    ),
    max_size=40,
)


@given(MOVES)
def test_no_cent_is_lost_in_any_order_of_payments_allocations_and_counterparts(moves: list) -> None:  # type: ignore[type-arg]
    """A book kept by nothing but the rule: whatever it lets through, both sides add up."""
    owed = [300, 200, 100]
    left = list(owed)
    paid: list[int] = []
    rest: list[int] = []
    pairs: dict[tuple[int, int], int] = {}
    gone: set[int] = set()

    def allocate(payment: int, at: int, amount: int) -> None:
        so_far = pairs.get((payment, at), 0)
        open_amount = left[at]
        known = {"rest": rest[payment], "open_amount": open_amount, "allocated": so_far}
        if refuse_allocation(amount, **known, currency="CNY") is None:
            rest[payment] -= amount
            left[at] -= amount
            pairs[payment, at] = so_far + amount

    for kind, what, amount in moves:
        if kind == "pay":
            paid.append(what)
            rest.append(what)
        elif kind == "set" and what[0] < len(paid) and what[0] not in gone:
            allocate(*what, amount)
        elif kind == "reverse" and what < len(paid) and what not in gone:
            for (payment, at), one in list(pairs.items()):
                if payment == what and one:
                    allocate(payment, at, -one)
            assert rest[what] == paid[what]
            rest[what] = 0
            gone.add(what)
    for at, amount in enumerate(owed):
        assert left[at] == amount - sum(one for (_, other), one in pairs.items() if other == at)
        assert 0 <= left[at] <= amount
    for at, amount in enumerate(paid):
        mine = sum(one for (payment, _), one in pairs.items() if payment == at)
        assert rest[at] == (0 if at in gone else amount - mine) >= 0
        assert not (at in gone and mine)


@given(st.integers(0, 10**9), st.data())
def test_what_a_source_says_is_open_is_believed_but_for_payments_that_it_does_not_know(
    amount: int, data: st.DataObject
) -> None:
    told = data.draw(st.integers(0, amount))
    allocated = data.draw(st.integers(0, amount))
    other = settled(amount, told, allocated)
    left = amount - other - allocated
    assert 0 <= other <= amount
    assert left == min(told, amount - allocated)
    assert settled(amount, left, allocated) == other  # to load it again changes nothing
    assert settled(-amount, -told, 0) == told - amount
