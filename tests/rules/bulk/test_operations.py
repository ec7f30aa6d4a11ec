"""Every declared operation: what it makes of rows, what it leaves alone and why, exactly."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.entities import entity as declaration
from channeldesk.model.messages import MESSAGES
from channeldesk.rules.bulk.declared import BY_CODE, KINDS, OPERATIONS, plan, refuse_asked
from channeldesk.rules.bulk.edits import Edit, Facts, Made, Planned
from channeldesk.rules.bulk.marks import difference, marks
from channeldesk.rules.bulk.prices import ONE
from channeldesk.rules.field_words import CHOICE_NAMES, FIELD_NAMES


def idn(number: int) -> bytes:
    return number.to_bytes(16)


def price(number: int = 1, **values: Any) -> dict[str, Any]:
    row = {"id": idn(number), "price_list_id": idn(100), "product_id": idn(1000 + number)}
    row |= {"min_quantity": 0, "price": 10_0000, "floor": 8_0000, "currency": "CNY"}
    return row | values


def promotion(number: int = 1, **values: Any) -> dict[str, Any]:
    fields = declaration("promotion").fields
    row = {name: field.default for name, field in fields.items()}
    row |= {"id": idn(number), "code": f"P{number}", "name": "Spring", "currency": "CNY", "rate": 500}
    return row | {"valid_from": "2026-03-01", "valid_to": "2026-03-31"} | values


def price_list(number: int = 1, **values: Any) -> dict[str, Any]:
    row = dict.fromkeys(declaration("price_list").fields)
    return row | {"id": idn(number), "code": f"L{number}", "name": "Standard", "currency": "CNY"} | values


def run(code: str, rows: list[dict[str, Any]], facts: Facts | None = None, **asked: Any) -> Planned:
    defaults = {field.name: field.default for field in BY_CODE[code].asks}
    assert refuse_asked(BY_CODE[code], defaults | asked) is None
    return plan(BY_CODE[code], defaults | asked, rows, facts or Facts())


def only(planned: Planned) -> Edit:
    (edit,) = planned.edits
    return edit


def test_every_operation_is_whole() -> None:
    assert set(KINDS) == {"price_item", "price_list", "promotion"}
    assert len(BY_CODE) == len(OPERATIONS)
    for one in OPERATIONS:
        for field in one.asks:
            assert field.name in FIELD_NAMES
            assert set(field.choices) == set(CHOICE_NAMES[field.name]) if field.choices else True
            if field.target is not None:
                declaration(field.target)


def test_by_percent_to_an_ending() -> None:
    edit = only(run("change_percent", [price()], percent=500, rounding="ends_90"))
    assert (edit.base, edit.values) == ({"price": 10_0000}, {"price": 10_9000})
    both = only(run("change_percent", [price()], percent=-1000, what="both", rounding="coin"))
    assert both.values == {"price": 9_0000, "floor": 7_2000}


def test_a_floor_that_is_not_there_is_not_made_by_percent() -> None:
    assert run("change_percent", [price(floor=None)], percent=500, what="floor").unchanged == 1


def test_by_an_amount_never_below_nothing() -> None:
    found = run("change_amount", [price(), price(2, price=1_0000)], by_amount=-2_0000)
    assert only(found).values == {"price": 8_0000}
    assert [one.reason.code for one in found.skipped] == ["bulk.price_out_of_range"]


def test_what_is_so_already_stays() -> None:
    found = run("set_price", [price(), price(2, price=9_0000)], price=10_0000)
    assert (found.asked, found.unchanged, found.count("patch")) == (2, 1, 1)


def test_floors() -> None:
    assert only(run("floor_share", [price()], floor_share=8_500)).values == {"floor": 8_5000}
    assert only(run("clear_floor", [price()])).values == {"floor": None}
    assert only(run("set_floor", [price()], floor=7_0000)).values == {"floor": 7_0000}


def test_deleting_keeps_what_was_there_for_comparing() -> None:
    edit = only(run("remove", [price()]))
    assert (edit.op, edit.base["price"]) == ("delete", 10_0000)


def test_copying_into_another_list_changes_adds_and_converts() -> None:
    target = price_list(200, currency="EUR")
    there = price(9, price_list_id=idn(200), product_id=idn(1001), price=1, currency="EUR")
    facts = Facts(
        {idn(200): target}, {idn(200): {(idn(1001), 0): there}}, rates={("CNY", "EUR"): Fraction(1, 8)}
    )
    found = run("copy_prices", [price(), price(2)], facts, into_list=idn(200), factor=2 * ONE)
    first, second = found.edits
    assert (first.op, first.row_id, first.values) == ("patch", idn(9), {"price": 2_5000, "floor": 2_0000})
    assert second.op == "insert"
    assert second.values == {
        "price_list_id": idn(200),
        "product_id": idn(1002),
        "min_quantity": 0,
        "price": 2_5000,
        "floor": 2_0000,
    }


def test_copying_says_why_it_cannot() -> None:
    target = price_list(200, currency="USD")
    facts = Facts({idn(200): target, idn(100): price_list(100)})
    assert run("copy_prices", [price()], facts, into_list=idn(200)).skipped[0].reason.code == "bulk.no_rate"
    assert run("copy_prices", [price()], facts, into_list=idn(100)).skipped[0].reason.code == "bulk.same_list"
    same = Facts({idn(200): price_list(200)})
    twice = run("copy_prices", [price(), price(2, product_id=idn(1001))], same, into_list=idn(200))
    assert (len(twice.edits), [one.reason.code for one in twice.skipped]) == (1, ["bulk.twice"])


def test_a_list_is_copied_with_its_prices() -> None:
    items = {(idn(1001), 0): price(), (idn(1002), 0): price(2)}
    found = run(
        "copy_list",
        [price_list(7)],
        Facts(items={idn(7): items}),
        suffix="-27",
        valid_from="2027-01-01",
        factor=ONE + ONE // 20,
    )
    head, *rest = found.edits
    assert head.values is not None
    assert (head.values["code"], head.values["valid_from"], head.number) == ("L7-27", "2027-01-01", 7)
    assert [one.values["price_list_id"] for one in rest if one.values] == [Made(7), Made(7)]
    assert [one.values["price"] for one in rest if one.values] == [10_5000, 10_5000]


def test_a_copy_whose_code_is_taken_makes_nothing() -> None:
    items = {(idn(1001), 0): price()}
    facts = Facts(items={idn(7): items}, codes={"price_list": frozenset({"L7-27"})})
    found = run("copy_list", [price_list(7)], facts, suffix="-27", valid_from="2027-01-01")
    assert (found.edits, found.skipped[0].reason.code) == ((), "bulk.code_taken")


def test_a_list_that_would_end_before_it_begins_takes_its_prices_along() -> None:
    """What is wrong with the list is said once; no price is left without a list."""
    items = {(idn(1001), 0): price()}
    rows = [price_list(7, name="x" * 300)]
    found = run("copy_list", rows, Facts(items={idn(7): items}), suffix="-1", valid_from="2027-01-01")
    assert (found.edits, len(found.skipped)) == ((), 1)


@pytest.mark.parametrize("kind", ["price_list", "promotion"])
def test_validity(kind: str) -> None:
    row = price_list() if kind == "price_list" else promotion()
    row |= {"valid_from": "2026-03-01", "valid_to": None}
    found = only(run(f"{kind}_end", [row], last_day="2026-06-30"))
    assert found.values == {"valid_to": "2026-06-30"}
    early = run(f"{kind}_end", [row], last_day="2026-02-01")
    assert early.skipped[0].reason.code == "bulk.begins_later"
    assert only(run(f"{kind}_shift", [row], days=31)).values == {"valid_from": "2026-04-01"}
    assert only(run(f"{kind}_validity", [row], valid_to="2026-05-01")).values == {
        "valid_from": None,
        "valid_to": "2026-05-01",
    }


def test_an_earlier_end_stays() -> None:
    assert run("promotion_end", [promotion()], last_day="2026-12-31").unchanged == 1


def test_a_promotion_is_copied_with_its_parts_and_unused() -> None:
    parts = {("promotion_buyer", idn(1)): [{"id": idn(50), "promotion_id": idn(1), "tier_id": idn(5)}]}
    head, part = run("copy_promotion", [promotion(used=500)], Facts(parts=parts), suffix="b", days=31).edits
    assert head.values is not None
    assert part.values == {"promotion_id": Made(1), "tier_id": idn(5)}
    assert "used" not in head.values
    assert (head.values["code"], head.values["valid_from"]) == ("P1b", "2026-04-01")


def test_figures_only_where_the_mechanic_has_them() -> None:
    rows = [promotion(), promotion(2, mechanic="free_goods", rate=None, buy_quantity=1000, free_quantity=1)]
    found = run("set_rate", rows, rate=700)
    assert (only(found).values, found.skipped[0].reason.code) == ({"rate": 700}, "bulk.not_of_this_mechanic")


def test_budgets_in_several_currencies() -> None:
    rows = [promotion(), promotion(2, currency="JPY")]
    found = run("set_budget", rows, budget_amount=1000_5000)
    assert (only(found).values, found.skipped[0].reason.code) == ({"budget": 1000_50}, "bulk.below_a_coin")
    assert only(run("change_budget", [promotion(budget=1001)], percent=-5000)).values == {"budget": 501}
    assert run("change_budget", rows, percent=500).skipped[0].reason.code == "bulk.no_budget"


def test_scope_grows_and_never_shuts_anybody_out() -> None:
    buyer = {"id": idn(50), "promotion_id": idn(1), "tier_id": idn(5), "channel_type_id": None}
    buyer |= {"territory_id": None, "partner_id": None}
    facts = Facts(parts={("promotion_buyer", idn(1)): [buyer]})
    more = run("extend_buyers", [promotion()], facts, tier_id=idn(6))
    assert only(more).values == {"promotion_id": idn(1), "tier_id": idn(6)}
    assert run("extend_buyers", [promotion()], facts, tier_id=idn(5)).unchanged == 1
    narrower = run("extend_buyers", [promotion()], facts, channel_type_id=idn(7))
    assert narrower.skipped[0].reason.code == "bulk.open_to_all"
    assert (
        run("extend_items", [promotion()], category="Drills").skipped[0].reason.code == "bulk.for_everything"
    )


def test_what_is_asked_is_judged_first() -> None:
    def code(operation: str, **asked: Any) -> str | None:
        found = refuse_asked(BY_CODE[operation], asked)
        return None if found is None else f"{found[0]} {found[1].code}"

    assert code("set_price") == "price edit.field_required"
    assert code("set_price", price=-1) == "price field.out_of_range"
    assert code("extend_buyers") == "partner_id bulk.choose_one"
    validity = {"valid_from": "2026-02-01", "valid_to": "2026-01-01"}
    assert code("promotion_validity", **validity) == "valid_to staff.ends_before_it_begins"


def test_marks() -> None:
    assert difference(10_0000, 12_5000) == 2_500
    assert difference(0, 1) is None
    assert marks(10_0000, 13_0000, None) == ()
    assert marks(10_0000, 13_0001, None) == ("large",)
    assert marks(10_0000, 5_0000, 6_0000, 7_0000) == ("below_floor", "below_cost", "large")
    assert marks(None, 5_0000, None, 5_0000) == ()


ROWS = st.lists(st.integers(0, 10**9), min_size=1, max_size=20).map(
    lambda several: [price(at + 1, price=one, floor=one // 2) for at, one in enumerate(several)]
)


@given(ROWS, st.integers(-9_999, 20_000), st.sampled_from(["coin", "five", "ends_90", "exact"]))
def test_by_percent_is_exact_and_the_same_in_any_order(
    rows: list[dict[str, Any]], percent: int, rounding: str
) -> None:
    """Every price is within half a unit of its share and half a step of its ending; done in two parts or
    turned round it is the same.
    """
    asked = {"percent": percent, "rounding": rounding}
    found = {one.row_id: one.values for one in run("change_percent", rows, **asked).edits}
    turned = {one.row_id: one.values for one in run("change_percent", rows[::-1], **asked).edits}
    assert found == turned
    for row in rows:
        new = (found.get(row["id"]) or row)["price"]
        exact = Fraction(row["price"] * (10_000 + percent), 10_000)
        slack = {"exact": 0, "coin": 50, "five": 250, "ends_90": 5_000}[rounding]
        assert abs(new - exact) <= slack + Fraction(1, 2) or new <= 9_000


@given(ROWS)
def test_setting_is_idempotent(rows: list[dict[str, Any]]) -> None:
    for edit in run("set_price", rows, price=5_0000).edits:
        assert edit.values == {"price": 5_0000}
    done = [row | {"price": 5_0000} for row in rows]
    assert run("set_price", done, price=5_0000).edits == ()


def test_every_reason_has_its_sentence() -> None:
    import inspect
    import re

    from channeldesk.rules.bulk import declared, prices, promotions, validity

    for module in (declared, prices, promotions, validity):
        for code in re.findall(r'"(bulk\.\w+)"', inspect.getsource(module)):
            assert code in MESSAGES
