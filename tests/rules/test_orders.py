"""The life of an order and the judgement of a new one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.cli import machines_page
from channeldesk.model import values
from channeldesk.model.i18n import Translator
from channeldesk.model.notice import Money, Price, notice
from channeldesk.model.orders import STATUSES
from channeldesk.rules.credit import Exposure, Use, position
from channeldesk.rules.orders import (
    TRANSITIONS,
    Actor,
    LineCase,
    OrderCase,
    PartnerFacts,
    ProductFacts,
    Status,
    judge,
    moves,
    refuse_move,
)
from channeldesk.rules.words import STATUS_NAMES

DAY = date(2026, 11, 12)


def line(number: int = 1, quantity: int = 6_000, price: int = 459_0000, **changes: object) -> LineCase:
    net = values.line_net(quantity, price, "CNY")
    product = ProductFacts("SC-0185", list_price=459_0000, floor=400_0000, tax_rate=1300)
    made = LineCase(number, "SC-0185", product, quantity, price, net, 1300, values.tax(net, 1300))
    return replace(made, **changes)  # type: ignore[arg-type]


def case(*lines: LineCase, **changes: object) -> OrderCase:
    total = sum(one.net + one.tax for one in lines)
    made = OrderCase(PartnerFacts("Hengtai", "CNY"), "CNY", DAY, DAY, lines, total)
    return replace(made, **changes)  # type: ignore[arg-type]


def codes(made: OrderCase) -> list[str]:
    return [one.code for one in judge(made).rejections]


def test_statuses_are_those_of_the_entity() -> None:
    assert tuple(Status) == STATUSES == tuple(STATUS_NAMES)


def test_every_status_can_be_reached_and_the_last_ones_are_final() -> None:
    reached = {Status.DRAFT} | {target for _, target in TRANSITIONS}
    assert reached == set(Status)
    final = {status for status in Status if not any(start is status for start, _ in TRANSITIONS)}
    assert final == {Status.CLOSED, Status.CANCELLED}


def test_who_may_move_an_order() -> None:
    assert moves(Status.PLACED, Actor.AUTHOR) == (Status.CANCELLED,)
    assert set(moves(Status.PLACED, Actor.HEADQUARTERS)) == {
        Status.ACCEPTED,
        Status.REJECTED,
        Status.CANCELLED,
    }
    assert Status.PLACED not in moves(Status.REJECTED, Actor.AUTHOR), "it would not be judged"
    for start in Status:
        for target in Status:
            for actor in Actor:
                allowed = refuse_move(start, target, actor) is None
                assert allowed == (target in moves(start, actor))


def test_a_refused_move_names_both_statuses() -> None:
    refused = refuse_move(Status.PLACED, Status.ACCEPTED, Actor.AUTHOR)
    assert refused is not None
    assert refused.code == "order.move_not_allowed"
    wrong = refuse_move(Status.CLOSED, Status.PLACED, Actor.HEADQUARTERS)
    assert wrong is not None
    assert Translator("zh_CN").notice(wrong) == "状态为“已关闭”的订单不能变为“已提交”。"


def test_a_good_order_is_accepted() -> None:
    verdict = judge(case(line(), credit=position("CNY", 10_000_000)))
    assert verdict.accepted
    assert verdict.warnings == ()


@pytest.mark.parametrize(
    ("made", "code", "sentence"),
    [
        (
            case(line(3, product=None, sku="0190")),
            "order.unknown_product",
            "Line 3: product 0190 is not known.",
        ),
        (
            case(line(product=ProductFacts("SC-0185", active=False, list_price=1))),
            "order.inactive_product",
            "Line 1: product SC-0185 is no longer sold.",
        ),
        (
            case(line(), partner=PartnerFacts("Hengtai", "CNY", active=False)),
            "order.inactive_partner",
            "Hengtai is not an active partner; orders are not accepted.",
        ),
        (case(line(), partner=None), "order.unknown_partner", "The partner is not known at headquarters."),
        (case(), "order.no_lines", "The order has no lines."),
        (
            case(line(quantity=0)),
            "order.quantity_not_positive",
            "Line 1: the quantity of SC-0185 is 0; it must be above zero.",
        ),
        (
            case(line(quantity=1_000), is_return=True),
            "order.return_not_negative",
            "Line 1: the quantity of SC-0185 is 1; in a return it must be below zero.",
        ),
        (
            case(line(price=399_0000)),
            "order.price_below_floor",
            "Line 1: CNY 399.00 for SC-0185 is below the floor price of CNY 400.00.",
        ),
        (
            case(line(), credit=position("CNY", 300_000)),
            "credit.exceeded",
            "Credit limit of CNY 3,000.00 exceeded by CNY 112.02; CNY 3,112.02 would be used.",
        ),
        (
            case(line(), partner=PartnerFacts("Bluepeak", "EUR")),
            "order.currency_mismatch",
            "The order is in CNY, but the partner buys in EUR.",
        ),
        (
            case(line(), received_on=DAY + timedelta(days=31)),
            "order.date_too_far",
            (
                "The order's date 2026-11-12 is 31 days from its receipt on 2026-12-13; at most 30 are "
                "allowed, because the date decides the prices."
            ),
        ),
        (
            case(line(tax_rate=0, tax=0)),
            "order.wrong_tax_rate",
            "Line 1: SC-0185 is taxed at 13 %, but 0 % was sent.",
        ),
        (
            case(line(net=1)),
            "order.wrong_amount",
            "Line 1: SC-0185 comes to CNY 3,112.02 with tax, but CNY 358.03 was sent.",
        ),
        (
            case(line(), total=1),
            "order.wrong_total",
            "The order's total is CNY 3,112.02, but CNY 0.01 was sent.",
        ),
        (
            case(line(price=-1, product=ProductFacts("SC-0185", list_price=1))),
            "order.negative_price",
            "Line 1: the price of SC-0185 is CNY -0.0001; it must not be negative.",
        ),
        (
            case(line(quantity=10**14)),
            "order.too_large",
            "The order is larger than CNY 10,000,000,000,000.00. Check its quantities and prices.",
        ),
    ],
)
def test_a_rejection_has_a_code_and_a_sentence(made: OrderCase, code: str, sentence: str) -> None:
    verdict = judge(made)
    assert [(one.code, one.english()) for one in verdict.rejections] == [(code, sentence)]


def test_parameters_carry_line_product_and_money() -> None:
    (rejected,) = judge(case(line(2, price=399_0000))).rejections
    assert rejected == notice(
        "order.price_below_floor",
        line=2,
        sku="SC-0185",
        price=Price(399_0000, "CNY"),
        floor=Price(400_0000, "CNY"),
    )
    (credit,) = judge(case(line(), credit=position("CNY", 300_000))).rejections
    assert credit.params["exceeded_by"] == Money(11_202, "CNY")


def test_every_reason_is_given_at_once() -> None:
    bad = case(
        line(1, product=None), line(2, quantity=-1_000), partner=PartnerFacts("X", "CNY", active=False)
    )
    assert codes(bad) == ["order.inactive_partner", "order.unknown_product", "order.quantity_not_positive"]


def test_a_return_needs_neither_credit_nor_floor_nor_a_current_product() -> None:
    old = ProductFacts("SC-0185", active=False, list_price=459_0000, floor=900_0000)
    back = case(
        line(quantity=-1_000, product=old),
        is_return=True,
        credit=position("CNY", 0, [Exposure(Use.PENDING, 5, "CNY")]),
    )
    assert judge(back).accepted


def test_warnings_do_not_reject() -> None:
    made = case(
        line(product=ProductFacts("SC-0185")), credit=position("CNY", None, [Exposure(Use.PENDING, 5, "EUR")])
    )
    verdict = judge(made)
    assert verdict.accepted
    assert [one.code for one in verdict.warnings] == ["credit.not_comparable", "order.no_list_price"]


def test_an_unknown_currency_is_a_reason_and_not_a_crash() -> None:
    assert "value.unknown_currency" in codes(case(line(), currency="XQQ"))


@given(
    st.lists(
        st.builds(line, st.integers(1, 9), st.integers(-5_000, 5_000), st.integers(350_0000, 500_0000)),
        max_size=5,
    ),
    st.integers(0, 10**7) | st.none(),
    st.integers(-60, 60),
)
def test_the_verdict_follows_from_the_facts(made: list[LineCase], limit: int | None, days: int) -> None:
    order = case(*made, credit=position("CNY", limit), received_on=DAY + timedelta(days=days))
    verdict = judge(order)
    good = (
        bool(made)
        and all(one.quantity > 0 and one.unit_price >= 400_0000 for one in made)
        and abs(days) <= 30
        and (limit is None or order.total <= limit)
    )
    assert verdict.accepted == good
    assert judge(order) == verdict
    for one in verdict.rejections:
        assert "{" not in one.english()


@given(st.permutations([line(number) for number in (1, 2, 3)]))
def test_the_order_of_lines_does_not_matter_to_the_verdict(mixed: list[LineCase]) -> None:
    assert judge(case(*mixed)).accepted


def test_the_page_of_status_machines_is_drawn_from_the_tables() -> None:
    page = machines_page.PAGE.read_text(encoding="utf-8")
    assert page == machines_page.render()
    moves = [line for line in page.splitlines() if line.startswith("  ") and ": " in line]
    assert len(moves) == sum(len(table) for _, table in machines_page.MACHINES.values())
