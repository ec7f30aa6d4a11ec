"""What a change makes of an accepted order: amounts to the cent, and what cannot be asked."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model import values
from channeldesk.rules.amending import Line, Priced, Wanted, amend, refuse_amendment

PRICES = {b"new": Priced(3_3333, 1300), b"other": Priced(100_0000, 600)}


def line(number: int, quantity: int = 10_000, price: int = 100_0000, discount: int = 0) -> Line:
    net = values.line_net(quantity, price, "CNY") - discount
    taken = {b"x": discount} if discount else {}
    made = Line(
        bytes([number]),
        number,
        bytes([64 + number]),
        quantity,
        price,
        price,
        1300,
        discount,
        net,
        values.tax(net, 1300),
        taken,
    )
    return made


@st.composite
def orders(draw: st.DrawFn) -> tuple[list[Line], list[Wanted]]:
    lines = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        quantity, price = draw(st.integers(1, 90_000)), draw(st.integers(0, 10**7))
        one = line(number, quantity, price)
        parts = draw(st.lists(st.integers(0, max(0, one.net)), max_size=2))
        if sum(parts) <= one.net and any(parts):
            taken = {bytes([number, n]): part for n, part in enumerate(parts) if part}
            net = one.net - sum(taken.values())
            one = replace(
                one, discount=sum(taken.values()), discounts=taken, net=net, tax=values.tax(net, 1300)
            )
        lines.append(one)
    chosen = draw(st.lists(st.sampled_from(lines), unique_by=lambda one: one.id))
    wanted = [Wanted(one.id, one.product, draw(st.integers(0, 90_000))) for one in chosen]
    for product in draw(st.lists(st.sampled_from(sorted(PRICES)), unique=True)):
        wanted.append(Wanted(None, product, draw(st.integers(1, 9_000))))
    return lines, wanted


@given(orders())
def test_the_amended_order_adds_up(case: tuple[list[Line], list[Wanted]]) -> None:
    lines, wanted = case
    made = amend(lines, wanted, PRICES, "CNY")
    by_id = {one.id: one for one in lines}
    left = {**by_id, **{one.id: one for one in made.changed}}
    for gone in made.gone:
        del left[gone]
    standing = [*left.values(), *made.added]
    for one in standing:
        whole = values.line_net(one.quantity, one.unit_price, "CNY")
        assert one.net == whole - one.discount
        assert 0 <= one.discount <= whole
        assert sum(one.discounts.values()) == one.discount
        assert one.tax == values.tax(one.net, one.tax_rate)
    assert made.net == sum(one.net for one in standing)
    assert made.total == made.net + sum(one.tax for one in standing)
    asked = {one.line: one.quantity for one in wanted if one.line is not None}
    assert {one.id: one.quantity for one in left.values()} == {
        one.id: asked.get(one.id, one.quantity) for one in lines if asked.get(one.id, 1)
    }
    assert [(one.product, one.quantity) for one in made.added] == [
        (one.product, one.quantity) for one in wanted if one.line is None
    ]
    assert len({one.number for one in standing}) == len(standing)


@given(orders())
def test_the_same_quantities_change_nothing(case: tuple[list[Line], list[Wanted]]) -> None:
    lines, _ = case
    same = [Wanted(one.id, one.product, one.quantity) for one in lines]
    made = amend(lines, same, {}, "CNY")
    assert (made.changed, made.gone, made.added) == ((), (), ())
    assert made.net == sum(one.net for one in lines)
    refused = refuse_amendment(lines, same, other_day=False)
    assert refused is not None
    assert refused.code == "approval.changes_nothing"
    assert refuse_amendment(lines, same, other_day=True) is None


def test_what_cannot_be_asked_says_why() -> None:
    lines = [line(1), replace(line(2), returned=4_000)]

    def code(*wanted: Wanted) -> str:
        refused = refuse_amendment(lines, wanted, other_day=False)
        return "" if refused is None else refused.code

    first, second = lines
    assert code(Wanted(first.id, first.product, 5_000)) == ""
    assert code(Wanted(None, b"new", 1_000)) == ""
    assert code() == "approval.changes_nothing"
    assert code(Wanted(first.id, first.product, 1), Wanted(first.id, first.product, 2)) == "approval.twice"
    assert code(Wanted(None, b"new", 1), Wanted(None, b"new", 2)) == "approval.twice"
    assert code(Wanted(b"?", first.product, 1)) == "approval.unknown_line"
    assert code(Wanted(first.id, b"other", 1)) == "approval.unknown_line"
    assert code(Wanted(None, b"new", 0)) == "approval.no_quantity"
    assert code(Wanted(second.id, second.product, 3_999)) == "approval.came_back"
    assert code(Wanted(second.id, second.product, 4_000)) == ""
    both = [Wanted(one.id, one.product, 0) for one in (first, replace(second, returned=0))]
    lines = [first, replace(second, returned=0)]
    assert code(*both) == "approval.nothing_left"
    assert code(*both, Wanted(None, b"new", 1)) == ""


def test_discounts_follow_the_quantity() -> None:
    made = amend([line(1, discount=100_00)], [Wanted(b"\x01", b"A", 5_000)], {}, "CNY")
    (changed,) = made.changed
    assert (changed.discount, changed.net, changed.tax) == (50_00, 450_00, 58_50)
    assert changed.discounts == {b"x": 50_00}
