"""A file of prices held against what stands: each row in exactly one class, nothing overwritten unseen."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.bulk.sheet import (
    Asked,
    Bad,
    Compared,
    Standing,
    compare,
    mine,
    read_stamp,
    stamp,
)

LIST, DRILL, BIT = b"l" * 16, b"d" * 16, b"b" * 16


def standing(price: int = 10_0000, floor: int | None = 8_0000, there: bool = True) -> Standing:
    row = {"id": b"1" * 16, "price_list_id": LIST, "product_id": DRILL, "min_quantity": 0}
    row |= {"price": price, "floor": floor}
    items = {(LIST, DRILL, 0): row} if there else {}
    return Standing({"STD": {"id": LIST}}, {"DR-1": DRILL, "B-1": BIT}, items)


def asked(price: int, base: tuple[int, int | None] | None = (10_0000, 8_0000), **values: Any) -> Asked:
    known = None if base is None else {"price": base[0], "floor": base[1]}
    told = {"line": 2, "list_code": "STD", "sku": "DR-1", "min_quantity": 0}
    told |= {"mine": {"price": price, "floor": 8_0000}, "base": known}
    return Asked(**{**told, **values})


def kinds(found: Compared) -> tuple[int, int, int, int]:
    return len(found.edits), len(found.conflicts), len(found.bad), found.unchanged


def test_a_changed_row_and_one_as_it_was() -> None:
    found = compare([asked(11_0000)], standing())
    assert kinds(found) == (1, 0, 0, 0)
    assert (found.edits[0].base, found.edits[0].values) == ({"price": 10_0000}, {"price": 11_0000})
    assert kinds(compare([asked(10_0000)], standing())) == (0, 0, 0, 1)


def test_what_the_file_leaves_alone_stays_as_others_made_it() -> None:
    assert kinds(compare([asked(10_0000)], standing(price=12_0000))) == (0, 0, 0, 1)
    beside = compare([asked(11_0000)], standing(floor=9_0000))
    assert beside.edits[0].values == {"price": 11_0000}


def test_both_changed_the_same_field() -> None:
    found = compare([asked(11_0000)], standing(price=12_0000))
    (conflict,) = found.conflicts
    assert conflict.theirs == {"price": 12_0000, "floor": 8_0000}
    kept = mine(conflict)
    assert (kept.base, kept.values) == ({"price": 12_0000}, {"price": 11_0000})
    assert kinds(compare([asked(11_0000)], standing(price=11_0000))) == (0, 0, 0, 1)


def test_a_row_that_is_gone_is_a_conflict_only_if_it_was_changed() -> None:
    gone = compare([asked(11_0000)], standing(there=False))
    assert gone.conflicts[0].theirs is None
    assert mine(gone.conflicts[0]).op == "insert"
    assert kinds(compare([asked(10_0000)], standing(there=False))) == (0, 0, 0, 1)


def test_rows_of_somebody_s_own() -> None:
    new = asked(3_0000, None, sku="B-1")
    assert compare([new], standing()).edits[0].op == "insert"
    assert compare([asked(11_0000, None)], standing(price=12_0000)).edits[0].op == "patch"


def test_what_cannot_be_understood_says_why() -> None:
    rows = [
        asked(1, list_code="NO"),
        asked(1, sku="NO"),
        asked(11_0000, line=4),
        asked(12_0000, line=5),
        asked(-1, sku="B-1", base=None),
        asked(10**14, sku="B-1", base=None, min_quantity=5),
    ]
    found = compare(rows, standing())
    assert [one.reason.code for one in found.bad] == [
        "sheet.no_such_list",
        "sheet.no_such_product",
        "sheet.twice",
        "field.out_of_range",
        "field.out_of_range",
    ]
    assert found.bad[2].reason.params == {"line": 4}
    assert len(found.edits) == 1


AMOUNTS = st.integers(0, 10**13)
PRICES = st.tuples(AMOUNTS, st.none() | AMOUNTS)


@given(PRICES)
def test_a_stamp_says_what_it_was(was: tuple[int, int | None]) -> None:
    assert read_stamp(stamp(*was)) == {"price": was[0], "floor": was[1]}


@given(st.sampled_from(["p", "p1", "pxf1", "p1f1 ", "", "10.00", "p1f-1"]))
def test_what_is_no_stamp(text: str) -> None:
    assert read_stamp(text) is None


SMALL = st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3))


@given(SMALL, SMALL, SMALL)
def test_three_sides_of_a_row(
    base: tuple[int, int | None], wanted: tuple[int, int | None], now: tuple[int, int | None]
) -> None:
    """A field that only one side changed becomes what that side made of it; a field that both changed to
    different values is never written without a decision.
    """
    row = asked(0, base, mine=dict(zip(("price", "floor"), wanted, strict=True)))
    found = compare([row], standing(*now))
    assert sum(kinds(found)) == 1
    moved = [(b, m, t) for b, m, t in zip(base, wanted, now, strict=True) if m not in (b, t)]
    assert bool(found.conflicts) == any(t != b for b, _, t in moved)
    for edit in found.edits:
        assert edit.values is not None
        for at, name in enumerate(("price", "floor")):
            after = edit.values.get(name, now[at])
            assert after == (wanted[at] if wanted[at] != base[at] else now[at])


@given(st.lists(st.tuples(st.sampled_from(["STD", "NO"]), st.sampled_from(["DR-1", "B-1", "?"])), max_size=8))
def test_every_row_is_in_one_class(rows: list[tuple[str, str]]) -> None:
    told: list[Asked | Bad] = [
        asked(at, None, list_code=code, sku=sku, line=at + 2) for at, (code, sku) in enumerate(rows)
    ]
    found = compare(told, standing())
    assert sum(kinds(found)) == len(rows)
    assert found.unchanged >= 0
