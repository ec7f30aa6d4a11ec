"""An order in two is the order that it was, to the cent."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model import values
from channeldesk.rules.amending import Line, Wanted
from channeldesk.rules.order_split import refuse_split, split
from tests.rules.test_amending import line, orders


def code(lines: list[Line], *wanted: Wanted) -> str | None:
    refused = refuse_split(lines, wanted)
    return None if refused is None else refused.code


@given(orders(), st.data())
def test_both_together_are_the_one(case: tuple[list[Line], list[Wanted]], data: st.DataObject) -> None:
    lines = case[0]
    wanted = []
    for one in lines:
        quantity = data.draw(st.integers(0, one.quantity))
        if quantity:
            wanted.append(Wanted(one.id, one.product, quantity))
    if refuse_split(lines, wanted) is not None:
        return
    made = split(lines, wanted, "CNY")
    touched = {one.id for one in made.stays.changed} | set(made.stays.gone)
    stays = [*(one for one in lines if one.id not in touched), *made.stays.changed]
    both = [*stays, *made.moved]
    for name in ("net", "tax", "quantity", "discount"):
        assert sum(getattr(one, name) for one in both) == sum(getattr(one, name) for one in lines), name
    assert (made.stays.net, made.stays.tax) == (sum(x.net for x in stays), sum(x.tax for x in stays))
    for before in lines:
        parts = [one for one in both if one.id == before.id]
        for name in ("net", "tax", "quantity", "discount"):
            assert sum(getattr(one, name) for one in parts) == getattr(before, name)
        for discount, amount in before.discounts.items():
            shares = [one.discounts.get(discount, 0) for one in parts]
            assert sum(shares) == amount
            assert all(share >= 0 for share in shares)
        for one in parts:
            assert one.net >= 0
            assert one.tax >= 0
            assert sum(one.discounts.values()) == one.discount
    for one in made.moved:
        whole = values.line_net(one.quantity, one.unit_price, "CNY")
        assert one.net == whole - one.discount or one.id in made.stays.gone
    assert [one.number for one in made.moved] == list(range(1, len(made.moved) + 1))


def test_what_cannot_be_split() -> None:
    first, second = line(1), replace(line(2), shipped=4_000, returned=1_000)
    both = [first, second]
    assert code(both, Wanted(second.id, second.product, 6_000)) is None
    assert code(both, Wanted(second.id, second.product, 6_001)) == "order.split_more_than_open"
    assert code(both, Wanted(first.id, first.product, 0)) == "order.split_more_than_open"
    assert code(both, Wanted(None, first.product, 1)) == "approval.unknown_line"
    assert code(both, Wanted(first.id, b"other", 1)) == "approval.unknown_line"
    assert code(both, *[Wanted(first.id, first.product, 1)] * 2) == "approval.twice"
    assert code(both) == "order.split_nothing"
    assert code([first], Wanted(first.id, first.product, 10_000)) == "order.split_everything"
