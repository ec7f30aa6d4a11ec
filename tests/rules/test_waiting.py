"""Which edits wait for others, against the definition written out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.waiting import Waiting


@dataclass(frozen=True)
class Edit:
    txn: bytes
    row: tuple[str, bytes]
    op: str = "patch"
    base: Mapping[str, object] = field(default_factory=dict)
    changes: Mapping[str, object] = field(default_factory=dict)
    points_at: bytes | None = None

    def references(self) -> set[bytes]:
        return {self.row[1]} | ({self.points_at} if self.points_at else set())


def patch(txn: bytes, row: bytes, *fields: str, **more: bytes) -> Edit:
    return Edit(txn, ("contact", row), "patch", dict.fromkeys(fields, 0), dict.fromkeys(fields, 1), **more)


def insert(txn: bytes, row: bytes, **more: bytes) -> Edit:
    return Edit(txn, ("contact", row), "insert", {}, {"name": "x"}, **more)


def delete(txn: bytes, row: bytes) -> Edit:
    return Edit(txn, ("contact", row), "delete", {"name": "x", "phone": 0})


CASES = [
    ([patch(b"1", b"a", "phone")], {b"1"}, "an edit of the row"),
    ([insert(b"1", b"b", points_at=b"a")], {b"1"}, "what points at it"),
    ([insert(b"1", b"b", points_at=b"a"), patch(b"2", b"b", "phone")], {b"1", b"2"}, "an edit of what does"),
    (
        [patch(b"1", b"b", "owner", points_at=b"a"), patch(b"2", b"b", "phone")],
        {b"1"},
        "another field is free",
    ),
    (
        [patch(b"1", b"b", "owner", points_at=b"a"), patch(b"2", b"b", "owner")],
        {b"1", b"2"},
        "the same is not",
    ),
    ([patch(b"2", b"b", "owner"), patch(b"1", b"b", "owner", points_at=b"a")], {b"1"}, "nor an earlier edit"),
    ([patch(b"1", b"b", "name", points_at=b"a"), delete(b"2", b"b")], {b"1", b"2"}, "a deletion saw it all"),
    (
        [patch(b"1", b"b", "phone", points_at=b"a"), delete(b"2", b"b"), insert(b"3", b"b")],
        {b"1", b"2", b"3"},
        "nothing is made before it is deleted",
    ),
    ([patch(b"1", b"b", "phone")], set(), "others do not wait"),
]


@pytest.mark.parametrize(("edits", "expected", "why"), CASES, ids=[case[2] for case in CASES])
def test_what_waits_for_a_row(edits: list[Edit], expected: set[bytes], why: str) -> None:
    assert Waiting(edits).on({b"a"}) == expected, why


ids = st.sampled_from([b"a", b"b", b"c", b"d"])
fields = st.sets(st.sampled_from(["name", "phone", "note"]), min_size=1)


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    txn, row, op = draw(st.integers(0, 7)), draw(ids), draw(st.sampled_from(["insert", "patch", "delete"]))
    changes = {} if op == "delete" else dict.fromkeys(draw(fields), 1)
    base = {} if op == "insert" else {**dict.fromkeys(changes, 0), **dict.fromkeys(draw(fields), 0)}
    return Edit(bytes([txn]), ("contact", row), op, base, changes, draw(st.none() | ids))


def builds_on(later: Edit, earlier: Edit) -> bool:
    if later.row != earlier.row:
        return False
    return earlier.op == "delete" or bool(earlier.changes.keys() & (later.base.keys() | later.changes.keys()))


@given(st.lists(edits(), max_size=12), ids, st.sets(st.integers(0, 7).map(lambda n: bytes([n])), max_size=2))
def test_it_is_the_smallest_set_that_leaves_nothing_behind(
    them: list[Edit], row: bytes, txns: set[bytes]
) -> None:
    expected = set(txns)
    while True:
        held = {row} | {one.row[1] for one in them if one.txn in expected and one.op == "insert"}
        more = {one.txn for one in them if one.references() & held}
        more |= {
            later.txn
            for place, one in enumerate(them)
            if one.txn in expected
            for later in them[place + 1 :]
            if builds_on(later, one)
        }
        if more <= expected:
            break
        expected |= more
    assert Waiting(them).on({row}, txns) == expected
