"""What is credited for goods that come back: to the cent what was charged, in however many returns."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model import values
from channeldesk.rules.pricing import credited_line
from channeldesk.rules.returns import Origin, credit, refuse_return

CURRENCIES = ("CNY", "JPY", "KWD")


def origin(quantity: int = 10_000, net: int = 950_00, **more: object) -> Origin:
    made = Origin(
        b"line", "SO-1", "accepted", b"p", b"d", quantity, 100_0000, 1300, net, values.tax(net, 1300)
    )
    return replace(made, currency="CNY", **more)  # type: ignore[arg-type]


@st.composite
def sold(draw: st.DrawFn) -> tuple[Origin, str, list[int]]:
    """A line after promotions, its currency, and the quantities in which all of it comes back."""
    currency = draw(st.sampled_from(CURRENCIES))
    parts = draw(st.lists(st.integers(1, 40_000), min_size=1, max_size=6))
    price = draw(st.integers(1, 10**8))
    whole = values.line_net(sum(parts), price, currency)
    net = draw(st.integers(0, whole))
    rate = draw(st.sampled_from((0, 900, 1300, 2000)))
    made = origin(sum(parts), net, unit_price=price, tax_rate=rate, tax=values.tax(net, rate))
    return made, currency, parts


@given(sold())
def test_all_returns_together_come_to_what_was_charged(case: tuple[Origin, str, list[int]]) -> None:
    line, currency, parts = case
    net = tax = discount = gross = 0
    for quantity in parts:
        given_back = credit(line, quantity, currency)
        assert given_back.net <= 0
        assert given_back.tax <= 0
        priced = credited_line(quantity, line, currency)
        assert (priced.net, priced.tax, priced.discount) == (
            given_back.net,
            given_back.tax,
            given_back.discount,
        )
        assert priced.net == values.line_net(-quantity, line.unit_price, currency) - priced.discount
        net, tax = net + given_back.net, tax + given_back.tax
        discount += given_back.discount
        gross += values.line_net(-quantity, line.unit_price, currency)
        line = replace(
            line,
            returned=line.returned + quantity,
            credited=line.credited - given_back.net,
            credited_tax=line.credited_tax - given_back.tax,
        )
    assert (net, tax) == (-line.net, -line.tax)
    assert discount == gross - net


def test_what_cannot_come_back_says_why() -> None:
    def code(
        of: Origin | None,
        quantity: int = 1_000,
        partner: bytes = b"p",
        product: bytes = b"d",
        currency: str = "CNY",
    ) -> str:
        refused = refuse_return(1, "SKU", of, partner, product, quantity, currency)
        return "" if refused is None else refused.code

    assert code(origin()) == ""
    assert code(origin(), 10_000) == ""
    assert code(None) == "order.return_of_nothing"
    assert code(origin(), partner=b"other") == "order.return_of_nothing"
    assert code(origin(), product=b"other") == "order.return_of_nothing"
    assert code(origin(), currency="JPY") == "order.return_currency"
    assert code(origin(status="placed")) == "order.return_not_yet"
    assert code(origin(status="cancelled")) == "order.return_not_yet"
    assert code(origin(), 10_001) == "order.return_more_than_left"
    assert code(origin(returned=9_500)) == "order.return_more_than_left"


def test_what_promotions_had_taken_off_is_not_credited() -> None:
    given_back = credit(origin(), 5_000, "CNY")
    assert given_back.net == -475_00
    assert given_back.discount == -25_00


def test_after_a_cancelled_return_the_rest_still_comes_to_what_was_charged() -> None:
    """One of three pieces at a cent in all came back and was credited nothing; a second was taken back."""
    line = origin(3_000, 1, unit_price=1, tax=0, returned=1_000, credited=0)
    assert credit(line, 2_000, "CNY").net == -1
    line = origin(3_000, 1, unit_price=1, tax=0, returned=1_000, credited=1)
    assert credit(line, 2_000, "CNY").net == 0
