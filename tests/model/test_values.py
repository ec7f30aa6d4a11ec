"""Scaled integers: exact, half up by magnitude, refused rather than guessed."""

import json
import pickle
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model import values
from channeldesk.model.messages import MESSAGES, fill, plain_value
from channeldesk.model.notice import (
    Day,
    Instant,
    Money,
    Notice,
    Price,
    Problem,
    Quantity,
    Rate,
    Term,
    notice,
    param_from_wire,
)

currencies = st.sampled_from(["CNY", "EUR", "JPY", "KWD"])
quantities = st.integers(-(10**9), 10**9)
prices = st.integers(-(10**10), 10**10)


def test_currencies_agree_with_babel() -> None:
    from babel.numbers import get_currency_precision, is_currency

    for code, digits in values.CURRENCIES.items():
        assert is_currency(code) or code in {"XCG", "ZWG"}, code
        # CLDR gives the decimals in use; where cash lost its minor unit, ISO 4217 still counts in it.
        if get_currency_precision(code) != digits:
            assert get_currency_precision(code) < digits, code
    assert (values.minor_units("JPY"), values.minor_units("CNY"), values.minor_units("KWD")) == (0, 2, 3)


def test_an_unknown_currency_is_named() -> None:
    with pytest.raises(Problem) as caught:
        values.minor_units("XQQ")
    assert str(caught.value) == "XQQ is not a currency of ISO 4217."


@pytest.mark.parametrize(
    ("above", "below", "result"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (-15, 10, -2)],
)
def test_halves_go_away_from_zero(above: int, below: int, result: int) -> None:
    assert values.round_half_up(above, below) == result


@given(st.integers(), st.integers(1, 10**12))
def test_rounding_agrees_with_decimal_arithmetic(above: int, below: int) -> None:
    exact = Fraction(above, below)
    rounded = values.round_half_up(above, below)
    assert abs(exact - rounded) <= Fraction(1, 2)
    if abs(exact - rounded) == Fraction(1, 2):
        assert abs(rounded) > abs(exact)


@given(quantities, prices, currencies)
def test_a_line_is_rounded_once_and_a_return_mirrors_the_sale(
    quantity: int, price: int, currency: str
) -> None:
    digits = values.minor_units(currency)
    exact = values.to_decimal(quantity, 3) * values.to_decimal(price, 4)
    expected = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    net = values.line_net(quantity, price, currency)
    assert values.to_decimal(net, digits) == expected
    assert values.line_net(-quantity, price, currency) == -net


def test_a_line_in_three_currencies() -> None:
    quantity, price = values.quantity_from("2.5"), values.price_from("0.333")
    assert [values.line_net(quantity, price, code) for code in ("JPY", "CNY", "KWD")] == [1, 83, 833]
    assert values.tax(1_463_760, 1300) == 190_289


@given(st.integers(-values.LARGEST, values.LARGEST), st.integers(0, 6))
def test_text_and_decimal_come_back(value: int, scale: int) -> None:
    assert values.scaled(values.plain(value, scale), scale) == value
    assert values.scaled(values.to_decimal(value, scale), scale) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "value.not_a_number"),
        ("nan", "value.not_a_number"),
        ("1,5", "value.not_a_number"),
        ("0.00001", "value.too_many_decimals"),
        ("1e-9999", "value.too_many_decimals"),
        ("1e9999", "value.too_large"),
        ("9223372036854775807", "value.too_large"),
        ("-100000000000.0001", "value.too_large"),
    ],
)
def test_what_cannot_be_held_is_refused(text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        values.scaled(text, 4)
    assert caught.value.notice.code == code


def test_foreign_files_may_be_rounded() -> None:
    assert values.scaled("2024.9940", 2, exact=False) == 202499
    assert values.scaled("-0.005", 2, exact=False) == -1
    assert values.scaled("1e-9999", 2, exact=False) == 0
    assert values.scaled("0E+999", 2) == 0


def test_texts_for_files() -> None:
    assert values.money_text(-5, "CNY") == "-0.05"
    assert values.money_text(120, "JPY") == "120"
    assert values.price_text(6_420_000) == "642.00"
    assert values.quantity_text(12_500) == "12.5"
    assert values.rate_text(1250) == "12.5"


def test_units_convert_exactly_or_not_at_all() -> None:
    box, foot = values.UnitFactor(12), values.UnitFactor(381, 1250)
    assert box.to_base(2_000) == 24_000
    assert box.from_base(30_000) == Fraction(2_500)
    assert box.price_per_base(100_0000) == 8_3333
    assert foot.to_base(1250_000) == 381_000
    with pytest.raises(Problem) as caught:
        foot.to_base(1_000)
    assert caught.value.notice == notice("value.inexact_conversion", quantity="1")


@given(st.integers(-(10**12), 10**12), currencies, currencies)
def test_exchange_at_par_changes_only_the_minor_unit(amount: int, source: str, target: str) -> None:
    above, below = values.exchange_ratio(source, target, Fraction(1))
    there = values.round_half_up(amount * above, below)
    exact = Fraction(amount, 10 ** values.minor_units(source)) * 10 ** values.minor_units(target)
    assert abs(there - exact) <= Fraction(1, 2)


ALL_KINDS = notice(
    "order.price_below_floor",
    line=3,
    sku="SC-0185",
    price=Price(4590000, "CNY"),
    floor=Price(4800001, "CNY"),
    money=Money(123450, "CNY"),
    quantity=Quantity(6000, "pc"),
    rate=Rate(1300),
    day=Day("2026-11-12"),
    at=Instant(1_794_440_520_000),
    term=Term("Draft"),
)


def test_a_notice_travels_as_json_and_keeps_its_identity() -> None:
    arrived = Notice.from_wire(json.loads(json.dumps(ALL_KINDS.to_wire())))
    assert arrived == ALL_KINDS
    assert len({arrived, ALL_KINDS, pickle.loads(pickle.dumps(ALL_KINDS))}) == 1
    assert arrived.fallback == ALL_KINDS.english() == str(arrived)


def test_english_needs_no_locale_data() -> None:
    assert ALL_KINDS.english() == "Line 3: CNY 459.00 for SC-0185 is below the floor price of CNY 480.0001."
    shown = {name: plain_value(value) for name, value in ALL_KINDS.params.items()}
    assert shown["money"] == "CNY 1,234.50"
    assert shown["rate"] == "13 %"
    assert shown["at"] == "2026-11-11 23:42 UTC"
    assert plain_value(Money(5, "XQQ")) == "XQQ 0.05"


def test_an_older_program_shows_what_it_does_not_know() -> None:
    colour = {"type": "colour", "rgb": "f00"}
    known = Notice.from_wire({"code": "from.the.future", "params": {"x": colour}, "text": "All is red."})
    assert known.english() == "All is red."
    assert known.params["x"] == '{"rgb": "f00", "type": "colour"}'
    assert Notice.from_wire({"code": "bare"}).english() == "bare"
    assert param_from_wire({"type": "money", "amount": 1, "currency": "CNY", "more": 2}) != Money(1, "CNY")


def test_what_cannot_travel_is_a_defect() -> None:
    with pytest.raises(TypeError, match="cannot travel"):
        Notice("order.no_lines", {"x": 1.5})  # type: ignore[dict-item]


def test_a_missing_parameter_stays_visible() -> None:
    assert notice("order.unknown_product", line=1).english() == "Line 1: product {sku} is not known."
    assert fill("{a} and {b}", {"a": "{b}"}, plain_value) == "{b} and {b}"


def test_a_problem_carries_its_notice_and_the_way_out() -> None:
    problem = Problem.of("value.too_large", remedy="remedy.example", text="9")
    again = pickle.loads(pickle.dumps(problem))
    assert (again.notice, again.remedy, str(again)) == (problem.notice, "remedy.example", "“9” is too large.")


def test_every_template_can_be_filled() -> None:
    for code, template in MESSAGES.items():
        assert fill(template, {}, plain_value) == template, code
