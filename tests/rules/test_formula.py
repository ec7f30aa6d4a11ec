"""Formulas of own measures: exact, typed by units, never run, and clear about what is wrong where."""

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.notice import Problem
from channeldesk.rules.formula import DAYS, DEEPEST, LONGEST, MONEY, NUMBER, Dimension, parse

FIELDS = {"sales": MONEY, "cost": MONEY, "period": DAYS, "orders": NUMBER, "客户.数": NUMBER}
VALUES = {"sales": Fraction(1000), "cost": Fraction(600), "period": Fraction(30), "orders": Fraction(4)}


def _value(text: str, **more: Fraction | None) -> Fraction | None:
    return parse(text, FIELDS).value(VALUES | more)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("1 + 2 * 3", NUMBER, 7),
        ("(1 + 2) * 3", NUMBER, 9),
        ("10 - 4 - 3", NUMBER, 3),
        ("12 / 4 / 3", NUMBER, 1),
        ("-2 * -3", NUMBER, 6),
        ("0.1 + 0.2", NUMBER, Fraction(3, 10)),
        ("(sales - cost) / sales", NUMBER, Fraction(2, 5)),
        ("sales / orders", MONEY, 250),
        ("sales / period", Dimension(1, -1), Fraction(100, 3)),
        ("sales / (cost / period)", DAYS, 50),
        ("min(sales, cost, 2 * cost)", MONEY, 600),
        ("max(1, orders)", NUMBER, 4),
        ("abs(cost - sales)", MONEY, 400),
        ("if(orders >= 4, sales, cost)", MONEY, 1000),
        ("if(orders <> 4, 1, if(orders = 4, 2, 3))", NUMBER, 2),
        ("  sales\n*\t2 ", MONEY, 2000),
    ],
)
def test_what_formulas_come_to(text: str, unit: Dimension, expected: Fraction | int) -> None:
    assert (parse(text, FIELDS).unit, _value(text)) == (unit, expected)


def test_fields_of_any_script_are_asked_for_by_name() -> None:
    found = parse("客户.数 / orders", FIELDS)
    assert found.fields == {"客户.数", "orders"}
    assert found.value({"客户.数": Fraction(8), "orders": Fraction(4)}) == 2


@pytest.mark.parametrize(
    "text", ["sales + cost", "sales - cost", "sales * orders", "cost / sales", "min(cost, sales)", "-sales",
             "abs(sales)", "if(sales > cost, 1, 2)"]
)  # fmt: skip
def test_what_is_missing_makes_missing_what_needs_it(text: str) -> None:
    assert _value(text, sales=None) is None


def test_a_branch_that_is_not_taken_may_be_missing() -> None:
    assert _value("if(orders > 1, cost, sales)", sales=None) == 600
    assert _value("first(sales, cost)", sales=None) == 600


def test_a_division_by_zero_is_missing_and_not_zero() -> None:
    assert _value("sales / (orders - 4)") is None
    assert _value("first(sales / (orders - 4), cost)") == 600


@pytest.mark.parametrize(
    ("text", "code", "at"),
    [
        ("", "formula.ended", None),
        ("sales +", "formula.ended", None),
        ("(sales", "formula.ended", None),
        ("sales cost", "formula.unexpected", 7),
        ("sales ; cost", "formula.unexpected", 7),
        ("2 ** 3", "formula.unexpected", 4),
        ("profit", "formula.unknown", 1),
        ("__import__(1)", "formula.unknown", 1),
        ("sales.__class__", "formula.unknown", 1),
        ("min(sales)", "formula.arguments", 1),
        ("abs(1, 2)", "formula.arguments", 1),
        ("if(1 < 2, 3)", "formula.arguments", 1),
        ("sales + period", "formula.unlike", 7),
        ("sales > 5", "formula.unlike", 7),
        ("if(1 < 2, sales, orders)", "formula.unlike", 1),
        ("max(sales, 1)", "formula.unlike", 1),
        ("sales > cost", "formula.condition", 7),
        ("(sales > cost) + 1", "formula.condition", 8),
        ("if(sales, 1, 2)", "formula.condition", 4),
        ("1 < 2 < 3", "formula.unexpected", 7),
        ("(" * (DEEPEST + 2) + "1" + ")" * (DEEPEST + 2), "formula.too_deep", None),
        ("-" * (DEEPEST + 2) + "1", "formula.too_deep", None),
        ("1" * (LONGEST + 1), "formula.too_long", None),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, code: str, at: int | None) -> None:
    with pytest.raises(Problem) as wrong:
        parse(text, FIELDS)
    assert (wrong.value.notice.code, wrong.value.notice.params.get("at")) == (code, at)


def test_a_formula_comes_to_the_unit_of_its_measure() -> None:
    assert parse("sales / orders", FIELDS, MONEY).unit == MONEY
    with pytest.raises(Problem) as wrong:
        parse("sales / cost", FIELDS, DAYS)
    assert wrong.value.notice.code == "formula.other_unit"


@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_a_problem(text: str) -> None:
    with suppress(Problem):
        assert parse(text, FIELDS).unit is not None


_NUMBERS = st.integers(0, 999).map(str)
_FORMULAS = st.recursive(
    _NUMBERS | st.just("orders"),
    lambda inner: st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
    max_leaves=20,
)


@given(_FORMULAS, st.fractions(-100, 100))
def test_arithmetic_is_that_of_fractions(text: str, orders: Fraction) -> None:
    names = {"orders": orders, **{f"N{number}": Fraction(number) for number in range(1000)}}
    parts = text.replace("(", " ( ").replace(")", " ) ").split()
    exact = " ".join(f"N{part}" if part.isdigit() else part for part in parts)
    try:
        expected = eval(exact, {}, names)  # the oracle, over what this test made itself
    except ZeroDivisionError:
        expected = None
    assert _value(text, orders=orders) == expected
