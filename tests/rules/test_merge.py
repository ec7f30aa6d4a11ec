"""Three-way merge by value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model.declare import Policy
from channeldesk.rules.merge import Edit, Loser, Outcome, Plan, coalesce, merge, replay, same_value

PLAN = Plan(
    groups=(("credit_limit", "currency"),),
    policies={"stage": Policy.ASK, "note": Policy.CLIENT, "credit_limit": Policy.ASK},
)
ROW = {
    "phone": "1",
    "email": "a@x",
    "credit_limit": 100,
    "currency": "CNY",
    "stage": "active",
    "postponed": 2,
}


def edit(base: dict[str, Any] | None = None, inc: dict[str, int] | None = None, **mine: Any) -> Edit:
    start = {name: ROW.get(name) for name in mine} if base is None else base
    return Edit(start, mine, inc or {})


def test_different_fields_are_both_kept() -> None:
    merged = merge(edit(phone="2"), {**ROW, "email": "b@x"}, PLAN)
    assert merged.changes == {"phone": "2"}
    assert merged.outcome is Outcome.APPLIED


def test_the_same_value_is_no_conflict() -> None:
    merged = merge(edit(phone="2"), {**ROW, "phone": "2"}, PLAN)
    assert (merged.outcome, merged.changes) == (Outcome.SAME, {})


@pytest.mark.parametrize(
    ("name", "kept_mine", "ask"), [("phone", False, False), ("note", True, False), ("stage", False, True)]
)
def test_the_policy_decides_a_conflict_and_nobody_is_lost(name: str, kept_mine: bool, ask: bool) -> None:
    merged = merge(edit(**{name: "mine"}), {**ROW, name: "theirs"}, PLAN)
    (conflict,) = merged.conflicts
    assert (conflict.kept_mine, conflict.ask) == (kept_mine, ask)
    assert conflict.losers == (Loser(name, ROW.get(name), "mine", "theirs"),)
    assert merged.changes == ({name: "mine"} if kept_mine else {})


def test_one_conflict_does_not_hold_back_other_fields() -> None:
    merged = merge(edit(phone="2", email="c@x"), {**ROW, "email": "b@x"}, PLAN)
    assert merged.changes == {"phone": "2"}
    assert merged.outcome is Outcome.CONFLICT


WHOLE = {"credit_limit": 100, "currency": "CNY"}


def test_fields_of_a_group_decide_together() -> None:
    theirs = {**ROW, "currency": "USD"}
    merged = merge(edit(WHOLE, credit_limit=200), theirs, PLAN)
    (conflict,) = merged.conflicts
    assert conflict.fields == ("credit_limit", "currency")
    assert conflict.ask
    assert conflict.losers == (Loser("credit_limit", 100, 200, 100), Loser("currency", "CNY", "CNY", "USD"))
    assert merged.changes == {}
    assert merge(edit(WHOLE, credit_limit=200), ROW, PLAN).changes == {"credit_limit": 200}


def test_a_group_half_of_which_stands_already_is_a_conflict() -> None:
    merged = merge(edit(WHOLE, credit_limit=200, currency="USD"), {**ROW, "credit_limit": 200}, PLAN)
    assert merged.outcome is Outcome.CONFLICT


def test_a_group_that_wins_wins_whole() -> None:
    plan = Plan(groups=PLAN.groups, default=Policy.CLIENT)
    merged = merge(edit(WHOLE, credit_limit=200), {**ROW, "currency": "USD"}, plan)
    assert merged.changes == {"credit_limit": 200, "currency": "CNY"}


def test_an_unknown_base_is_a_conflict_unless_the_value_stands() -> None:
    merged = merge(edit({}, phone="2"), ROW, PLAN)
    assert merged.conflicts[0].losers == (Loser("phone", None, "2", "1", base_known=False),)
    assert merge(edit({}, phone="1"), ROW, PLAN).outcome is Outcome.SAME
    assert merge(edit({"credit_limit": 100}, credit_limit=200), ROW, PLAN).outcome is Outcome.CONFLICT


def test_null_is_a_value_and_a_base() -> None:
    assert merge(edit({"phone": "1"}, phone=None), ROW, PLAN).changes == {"phone": None}
    assert merge(edit({"fax": None}, fax="9"), ROW, PLAN).changes == {"fax": "9"}


def test_custom_fields_are_fields_of_their_own() -> None:
    current = {**ROW, "custom.colour": "red", "custom.size": {"b": 1, "a": 2}}
    mine = Edit(
        {"custom.colour": "red", "custom.size": {"a": 2, "b": 1.0}},
        {"custom.colour": "blue", "custom.size": {"a": 3}},
    )
    assert merge(mine, current, PLAN).changes == {"custom.colour": "blue", "custom.size": {"a": 3}}


def test_json_values_are_compared_by_value() -> None:
    assert same_value({"a": [1, {"b": None}], "c": 1.0}, {"c": 1, "a": [1, {"b": None}]})
    for one, other in [(1, True), (0, False), ("1", 1), ([], {}), (None, ""), ([1], [1, 2]), (None, 0)]:
        assert not same_value(one, other)


def test_counters_add_up() -> None:
    row = dict(ROW, postponed=10)
    for step in (-3, -2):
        row |= merge(edit(inc={"postponed": step}), row, PLAN).changes
    assert row["postponed"] == 5
    assert merge(edit(inc={"visits": 1}), ROW, PLAN).changes == {"visits": 1}
    assert merge(edit(inc={"postponed": 0}), ROW, PLAN).outcome is Outcome.SAME
    with pytest.raises(ValueError, match="postponed"):
        edit(inc={"postponed": 1}, postponed=3)


names = st.sampled_from(["phone", "email", "credit_limit", "currency", "stage", "note", "custom.a"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xy"), inner, max_size=2),
    max_leaves=3,
)
rows = st.dictionaries(names, json_values)
counters = st.dictionaries(st.sampled_from(["postponed", "visits"]), st.integers(-5, 5))
plans = st.builds(
    Plan,
    st.sampled_from([(), PLAN.groups, (("phone", "email", "note"), ("credit_limit", "currency"))]),
    st.dictionaries(names, st.sampled_from(Policy)),
    st.sampled_from(Policy),
)


@st.composite
def edits(draw: st.DrawFn, start: dict[str, Any]) -> Edit:
    """An honest edit of a row: it knows the base of everything."""
    everything = dict.fromkeys(("phone", "email", "credit_limit", "currency", "stage", "note", "custom.a"))
    return Edit({**everything, **start}, draw(rows), draw(counters))


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], Edit, Edit, Plan]:
    start = draw(rows)
    return start, draw(edits(start)), draw(edits(start)), draw(plans)


def agree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal rows; a counter that nobody wrote is 0, as its column has it."""
    start = {"postponed": 0, "visits": 0}
    one, other = {**start, **one}, {**start, **other}
    return all(same_value(one.get(name), other.get(name)) for name in one.keys() | other.keys())


@given(cases())
def test_against_its_own_base_every_edit_applies(case: tuple[dict[str, Any], Edit, Edit, Plan]) -> None:
    start, mine, _, plan = case
    merged = merge(mine, start, plan)
    assert not merged.conflicts
    assert agree({**start, **merged.changes}, replay(start, [mine]))


@given(cases())
def test_merging_again_changes_nothing(case: tuple[dict[str, Any], Edit, Edit, Plan]) -> None:
    start, mine, theirs, plan = case
    values_only = Edit(mine.base, mine.set)
    current = replay(start, [theirs])
    once = {**current, **merge(values_only, current, plan).changes}
    assert merge(values_only, once, plan).changes == {}


@given(cases())
def test_edits_of_different_groups_commute(case: tuple[dict[str, Any], Edit, Edit, Plan]) -> None:
    start, mine, theirs, plan = case
    taken = {name for field in theirs.set for name in plan.group_of(field)}
    apart = Edit(mine.base, {name: value for name, value in mine.set.items() if name not in taken}, mine.inc)
    results = []
    for order in ([apart, theirs], [theirs, apart]):
        row = dict(start)
        for one in order:
            merged = merge(one, row, plan)
            assert not merged.conflicts
            row |= merged.changes
        results.append(row)
    assert agree(*results)


@given(cases())
def test_a_group_is_taken_whole_or_not_at_all(case: tuple[dict[str, Any], Edit, Edit, Plan]) -> None:
    start, mine, theirs, plan = case
    current = replay(start, [theirs])
    merged = {**current, **merge(Edit(mine.base, mine.set), current, plan).changes}
    wanted = replay(start, [Edit({}, mine.set)])
    for group in plan.groups:
        sides = [{name: side.get(name) for name in group} for side in (merged, current, wanted)]
        assert agree(sides[0], sides[1]) or agree(sides[0], sides[2])


@given(cases())
def test_no_edit_is_lost(case: tuple[dict[str, Any], Edit, Edit, Plan]) -> None:
    start, mine, theirs, plan = case
    current = replay(start, [theirs])
    merged = merge(mine, current, plan)
    row = {**current, **merged.changes}
    told = {loser.field: loser for decision in merged.conflicts for loser in decision.losers}
    for name, value in mine.set.items():
        assert same_value(row.get(name), value) or same_value(told[name].mine, value)
    for name in row:
        if name not in mine.inc:
            assert same_value(row[name], current.get(name)) or name in mine.set or name in told
            kept = same_value(row[name], current.get(name)) or same_value(start.get(name), current.get(name))
            assert kept or same_value(told[name].theirs, current.get(name))


@given(cases())
def test_counters_of_two_laptops_add_up(case: tuple[dict[str, Any], Edit, Edit, Plan]) -> None:
    start, mine, theirs, plan = case
    row = dict(start)
    for one in (mine, theirs):
        row |= merge(one, row, plan).changes
    for name in ("postponed", "visits"):
        assert row.get(name, 0) == mine.inc.get(name, 0) + theirs.inc.get(name, 0)


@given(cases(), st.data())
def test_coalesced_edits_do_what_they_do_in_turn(
    case: tuple[dict[str, Any], Edit, Edit, Plan], data: st.DataObject
) -> None:
    start, mine, theirs, plan = case
    then = data.draw(edits(replay(start, [mine])))
    both = coalesce(mine, then)
    assert agree(replay(start, [both]), replay(start, [mine, then]))
    # The base is the original one, so that headquarters sees one edit by one person.
    assert agree({name: both.base[name] for name in both.set}, {name: start.get(name) for name in both.set})
    current = replay(start, [theirs])
    for conflict in merge(both, current, plan).conflicts:
        assert any(not same_value(start.get(name), current.get(name)) for name in conflict.fields)


def test_a_counter_may_be_set_after_it_was_incremented() -> None:
    both = coalesce(Edit({}, {}, {"visits": 2}), Edit({"visits": 5}, {"visits": 0}))
    assert (both.base, both.set, both.inc) == ({"visits": 3}, {"visits": 0}, {})
    again = coalesce(both, Edit({}, {}, {"visits": 4}))
    assert (again.set, again.inc) == ({"visits": 4}, {})
