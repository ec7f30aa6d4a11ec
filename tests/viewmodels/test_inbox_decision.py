"""Deciding one conflict, without a window."""

import pytest

from channeldesk.model.notice import Notice
from channeldesk.queries.inbox import ConflictField, InboxItem, InboxRow
from ui.viewmodels.inbox_decision import Decision, Side, marked


def field(
    name: str, group: int, base: object, mine: object, theirs: object, policy: str = "ask"
) -> ConflictField:
    return ConflictField(name, "text", group, base, mine, theirs, {}, mine != theirs, "theirs", policy)


@pytest.fixture
def decision() -> Decision:
    notice = Notice("sync.conflict")
    row = InboxRow(
        b"i", "conflict", "open", "partner", b"r", "P", None, b"r", notice, (), None, None, 0, None
    )
    fields = (
        field("stage", 0, "active", "left", "dormant"),
        field("credit_limit", 1, 1, 2, 3, "server"),
        field("currency", 1, "CNY", "CNY", "CNY", "server"),
        field("note", 2, "a", "b", "c"),
    )
    return Decision(InboxItem(row, fields, (), (), {}, None, "CNY"))


def test_only_what_must_be_asked_is_open(decision: Decision) -> None:
    assert decision.left == 2
    assert decision.side("credit_limit") is Side.THEIRS
    assert decision.next_open() == "stage"
    assert decision.next_open("stage") == "note"
    assert decision.next_open("note") == "stage"


def test_a_group_is_one_decision(decision: Decision) -> None:
    decision.choose("currency", Side.MINE)
    assert decision.side("credit_limit") is Side.MINE
    decision.write("credit_limit", 5)
    assert decision.choices()["credit_limit"] == {"value": 5}
    assert decision.choices()["currency"] == "mine"
    decision.choose_all(Side.BASE)
    assert decision.left == 0
    assert set(decision.choices().values()) == {"base"}


def test_what_applying_does_is_told_before(decision: Decision) -> None:
    decision.choose("stage", Side.THEIRS)
    decision.choose("note", Side.MINE)
    effects = decision.effects()
    assert effects.sent == ("note",)
    assert effects.kept == ("stage", "credit_limit", "currency")
    assert effects.groups == (("credit_limit", "currency"),)


@pytest.mark.parametrize(
    ("base", "text", "pieces"),
    [
        ("Gate 3", "Gate 3, before 10:00", [("Gate 3", False), (", before 10:00", True)]),
        ("Gate 3", "Gate 5", [("Gate ", False), ("5", True)]),
        ("¥300,000", "¥360,000", [("¥3", False), ("6", True), ("0,000", False)]),
        ("Assess", "Enable", [("Enable", True)]),
        ("same", "same", [("same", False)]),
        ("", "new", [("new", True)]),
        ("gone", "", []),
    ],
)
def test_differing_signs_are_marked(base: str, text: str, pieces: list[tuple[str, bool]]) -> None:
    assert marked(base, text) == pieces
