"""Reports of sales: which two are one, and which are not taken in."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.sell_out import Sale, counted_apart, identity, opposite, refuse, refuse_reversal

TODAY = date(2026, 11, 20)
SELLER, BUYER, PRODUCT = b"s" * 16, b"b" * 16, b"p" * 16
SALE = Sale(SELLER, PRODUCT, 3_000, "2026-11-02", "2026-11-02")

sales = st.builds(
    Sale,
    st.just(SELLER),
    st.sampled_from([PRODUCT, b"q" * 16]),
    st.integers(-5, 5).filter(bool),
    st.sampled_from(["2026-11-01", "2026-11-02"]),
    st.sampled_from(["2026-11-02", "2026-11-03"]),
    st.sampled_from([None, BUYER]),
    document=st.sampled_from([None, "A-1", " a-1"]),
    document_line=st.sampled_from([None, "1"]),
)


@given(st.lists(sales, max_size=12))
def test_a_report_read_again_says_the_same_and_each_of_its_sales_another(report: list[Sale]) -> None:
    first, again = counted_apart(report), counted_apart(report)
    assert [identity(one) for one in first] == [identity(one) for one in again]
    apart = [one for one in first if not (one.document and one.document_line)]
    assert len({identity(one) for one in apart}) == len(apart)


def test_a_line_of_a_document_is_one_sale_whatever_else_is_told_of_it() -> None:
    line = replace(SALE, document="4711", document_line="2")
    assert identity(line) == identity(replace(line, quantity=9_000, last_on="2026-11-03", amount=5))
    assert identity(line) == identity(replace(line, document=" 4711 "))
    assert identity(line) != identity(replace(line, document_line="3"))


@pytest.mark.parametrize(
    "other",
    [
        {"partner": BUYER},
        {"buyer": BUYER},
        {"product": BUYER},
        {"quantity": 4_000},
        {"first_on": "2026-11-01"},
        {"last_on": "2026-11-03"},
        {"document": "4711"},
        {"occurrence": 2},
        {"reverses": BUYER},
    ],
)
def test_sales_differ_in_anything_but_their_amount(other: dict[str, object]) -> None:
    assert identity(replace(SALE, **other)) != identity(SALE)  # type: ignore[arg-type]
    assert identity(replace(SALE, amount=100, currency="CNY")) == identity(SALE)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"quantity": 0}, "no_quantity"),
        ({"first_on": "2026-11-03"}, "ends_before"),
        ({"first_on": "2025-11-01"}, "too_long"),
        ({"last_on": "2026-11-21"}, "not_yet"),
        ({"amount": 100}, "no_currency"),
        ({"amount": -100, "currency": "CNY"}, "other_sign"),
        ({"buyer": SELLER}, "no_sub_dealer"),
    ],
)
def test_what_cannot_be_true_is_refused(wrong: dict[str, object], code: str) -> None:
    found = refuse(replace(SALE, **wrong), TODAY, [BUYER])  # type: ignore[arg-type]
    assert found is not None and found.code == f"sell_out.{code}"


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"quantity": -3_000, "amount": -100, "currency": "CNY"},
        {"amount": 0, "currency": "CNY"},
        {"buyer": BUYER},
        {"first_on": "2025-11-20", "last_on": "2026-11-20"},
    ],
)
def test_what_may_be_true_is_taken_in(right: dict[str, object]) -> None:
    assert refuse(replace(SALE, **right), TODAY, [BUYER]) is None  # type: ignore[arg-type]


@given(sales)
def test_the_opposite_takes_a_sale_back_and_nothing_else_does(sale: Sale) -> None:
    back = opposite(sale, b"r" * 16)
    assert back.quantity + sale.quantity == 0
    assert refuse_reversal(back, sale, False) is None
    half = refuse_reversal(replace(back, quantity=back.quantity + 1), sale, False)
    again = refuse_reversal(back, sale, True)
    unknown = refuse_reversal(back, None, False)
    others = refuse_reversal(back, replace(sale, partner=BUYER), False)
    of_reversal = refuse_reversal(opposite(back, b"t" * 16), back, False)
    found = [one.code.removeprefix("sell_out.") for one in (half, again, unknown, others, of_reversal) if one]
    expected = [
        "not_opposite",
        "reversed_before",
        "reverses_nothing",
        "reverses_nothing",
        "reverses_reversal",
    ]
    assert found == expected
