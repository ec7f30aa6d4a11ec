"""Promotions as they are stored: what staff may write, and what becomes of the rows."""

from typing import Any

import pytest

from channeldesk.model.entities import entity
from channeldesk.model.notice import Problem
from channeldesk.rules.administration import refuse_values
from channeldesk.rules.promotions.declared import NEEDS, ONE_UNIT, promotion, read_steps
from channeldesk.rules.promotions.terms import Combination, Mechanic, Part, Tier

A, B = b"a" * 16, b"b" * 16


def row(**values: Any) -> dict[str, Any]:
    stored = {name: field.default for name, field in entity("promotion").fields.items()}
    return stored | {"id": A, "code": "P", "name": "P", "currency": "CNY"} | values


def item(**values: Any) -> dict[str, Any]:
    return {"product_id": None, "category": None, "quantity": None} | values


def buyer(**values: Any) -> dict[str, Any]:
    names = ("partner_id", "tier_id", "channel_type_id", "territory_id")
    return dict.fromkeys(names) | values


@pytest.mark.parametrize(
    ("text", "by_quantity", "steps"),
    [
        ("", False, ()),
        ("1000 = 2", False, (Tier(1000_00, 200),)),
        ("5000=4.5; 1000 = 2%;", False, (Tier(1000_00, 200), Tier(5000_00, 450))),
        ("10 = 5；100 = 10", True, (Tier(10_000, 500), Tier(100_000, 1000))),
    ],
)
def test_steps_are_read_in_rising_order(text: str, by_quantity: bool, steps: tuple[Tier, ...]) -> None:
    assert read_steps(text, by_quantity=by_quantity, currency="CNY") == steps


@pytest.mark.parametrize(
    "text",
    ["ten = 2", "10", "= 2", "10 =", "0 = 5", "-1 = 5", "10 = 0", "10 = 101", "10 = 1; 10 = 2", "1.001 = 2"],
)
def test_a_step_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(Problem) as caught:
        read_steps(text, by_quantity=False, currency="CNY")
    assert caught.value.notice.code == "promotion.bad_step"
    assert str(caught.value.notice.params["step"]) in text


@pytest.mark.parametrize("mechanic", list(Mechanic))
def test_each_mechanic_asks_for_its_figures(mechanic: Mechanic) -> None:
    given = {name: "10 = 5" if name == "steps" else 1000 for name in NEEDS[mechanic]}
    whole = row(mechanic=mechanic.value, **given)
    assert refuse_values("promotion", whole) is None
    for name in given:
        refused = refuse_values("promotion", {**whole, name: None})
        assert refused is not None
        assert refused[0] == name
        assert promotion({**whole, name: None}, [], [item(product_id=A)]) is None


@pytest.mark.parametrize(
    ("entity", "values", "field"),
    [
        ("promotion", row(rate=500, currency="XXX"), "currency"),
        ("promotion", row(mechanic="tiered", steps="soon"), "steps"),
        ("promotion", row(mechanic="tiered", steps=" ; "), "steps"),
        ("promotion", row(rate=500, valid_from="2026-12-01", valid_to="2026-11-01"), "valid_to"),
        ("promotion_buyer", buyer(), "partner_id"),
        ("promotion_buyer", buyer(tier_id=A, partner_id=B), "partner_id"),
        ("promotion_item", item(), "product_id"),
        ("promotion_item", item(product_id=A, category="Drills"), "product_id"),
    ],
)
def test_what_staff_may_not_write(entity: str, values: dict[str, Any], field: str) -> None:
    refused = refuse_values(entity, values)
    assert refused is not None
    assert refused[0] == field


def test_rows_become_a_promotion() -> None:
    stored = row(
        mechanic="bundle",
        rate=1500,
        valid_from="2026-11-01",
        combination="adds_up",
        exclusion="autumn",
        budget=100,
        used=30,
    )
    items = [item(product_id=B, quantity=2_000), item(product_id=A)]
    made = promotion(stored, [buyer(tier_id=A), buyer(tier_id=B), buyer(territory_id=A)], items)
    assert made is not None
    assert made.scope.tiers == {A, B}
    assert made.scope.territories == {A}
    assert not made.scope.partners
    assert made.parts == (Part(A, ONE_UNIT), Part(B, 2_000))
    assert (made.combination, made.group, made.budget_left) == (Combination.ADDS_UP, "autumn", 70)
    assert made.valid_from is not None
    assert made.valid_to is None


def test_a_bundle_of_nothing_and_a_budget_that_is_exceeded() -> None:
    bundle = row(mechanic="bundle", rate=1500)
    assert promotion(bundle, [], [item(category="Drills")]) is None
    made = promotion(row(rate=500, budget=10, used=12), [], [])
    assert made is not None
    assert made.budget_left == 0


def test_what_a_later_program_made_and_what_another_mechanic_left_is_not_looked_at() -> None:
    assert promotion(row(mechanic="cashback", rate=500), [], []) is None
    assert promotion(row(rate=500, combination="sometimes"), [], []) is None
    made = promotion(row(rate=500, free_product_id=B, steps="soon"), [], [item(product_id=A)])
    assert made is not None
    assert (made.free_product, made.tiers) == (None, ())


def test_a_product_named_twice_is_one_part() -> None:
    twice = [item(product_id=A, quantity=1_000), item(product_id=A, quantity=3_000)]
    made = promotion(row(mechanic="bundle", rate=500), [], twice)
    assert made is not None
    assert made.parts == (Part(A, 3_000),)
