"""Deciding one conflict, and the list it stands in, without a window."""

from dataclasses import replace
from datetime import date

import pytest

from channeldesk.model.formats import formats_for
from channeldesk.model.notice import Notice, Problem
from channeldesk.queries.inbox import ConflictField, InboxItem, InboxRow
from ui.viewmodels.inbox_decision import Decision, Side, can_write
from ui.viewmodels.inbox_list import by_day, by_partner, kinds, wanted
from ui.viewmodels.inbox_marks import marked, removed
from ui.viewmodels.typed import read, shown


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


LONG = "Call the guard half an hour before arrival. Pallets no higher than 1.6 m, no stacking."


def test_long_texts_are_compared_word_by_word() -> None:
    mine = LONG.replace("half an hour", "one hour").replace(", no stacking", "")
    pieces = marked(LONG, mine)
    assert "".join(text for text, _ in pieces) == mine
    assert [text for text, differs in pieces if differs] == ["one"]
    gone = [text.strip() for text, differs in removed(LONG, mine) if differs]
    assert gone == ["half an", ", no stacking"]


def test_chinese_is_compared_sign_by_sign_also_in_long_texts() -> None:
    base = (
        "送货前半小时请致电门卫，托盘高度不得超过一米六，不得堆叠。"
        "周五下午三点后不收货，请随车附两联发票并加盖公章。"
    )
    mine = base.replace("三点", "两点")
    assert [text for text, differs in marked(base, mine) if differs] == ["两"]
    assert removed("", "x") == []


def test_a_very_long_text_is_compared_line_by_line() -> None:
    base = "\n".join(f"line {number} of the note" for number in range(1_000))
    mine = base.replace("line 500 of the note", "line 500 of my note")
    (changed,) = [text for text, differs in marked(base, mine) if differs]
    assert changed == "line 500 of my note\n"


def test_arrows_move_the_choice_and_blank_turns_it(decision: Decision) -> None:
    decision.step("stage", -1)
    assert decision.side("stage") is Side.MINE
    decision.step("stage", 1)
    assert decision.side("stage") is Side.THEIRS
    decision.step("stage", 1)
    assert decision.side("stage") is Side.THEIRS, "there is nothing right of it"
    decision.step("stage", -2)
    assert decision.side("stage") is Side.BASE
    decision.turn("note")
    decision.turn("note")
    assert decision.side("note") is Side.THEIRS


def conflict(decision: Decision, code: str, op: str) -> Decision:
    row = replace(decision.item.row, notice=Notice(code), op=op)
    return Decision(replace(decision.item, row=row))


def test_what_is_deleted_there_is_made_again_with_mine(decision: Decision) -> None:
    gone = conflict(decision, "sync.row_deleted", "patch")
    assert gone.left == 0
    assert set(gone.choices().values()) == {"mine"}
    gone.choose("note", Side.THEIRS)
    assert gone.side("note") is Side.MINE, "there is no theirs to take"
    gone.choose("credit_limit", Side.BASE)
    assert gone.side("currency") is Side.MINE, "no group has to agree with anybody"


def test_a_deletion_of_mine_is_decided_as_a_whole(decision: Decision) -> None:
    mine = conflict(decision, "sync.row_changed", "delete")
    mine.choose("note", Side.MINE)
    assert set(mine.choices().values()) == {"mine"}
    assert not can_write(mine.item, mine.fields[0])


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("money", "¥1,234.50", 123_450),
        ("integer", "45", 45),
        ("day", "2026-12-01", "2026-12-01"),
        ("text", "  Gate 5  ", "Gate 5"),
        ("text", "", None),
    ],
)
def test_a_value_by_hand_is_read_as_people_type_it(kind: str, typed: str, value: object) -> None:
    one = replace(field("x", 0, None, None, None), type=kind)
    form = formats_for("en")
    assert read(one, typed, "CNY", form, date(2026, 11, 22)) == value
    if value is not None:
        assert read(one, shown(one, value, "CNY", form), "CNY", form, date(2026, 11, 22)) == value


def test_a_value_that_cannot_be_right_is_refused() -> None:
    form = formats_for("en")
    for kind, typed, code in (
        ("money", "a lot", "value.not_a_number"),
        ("day", "someday", "value.not_a_date"),
        ("text", " ", "edit.field_required"),
    ):
        one = replace(field("x", 0, None, None, None), type=kind, required=kind == "text")
        with pytest.raises(Problem) as caught:
            read(one, typed, "CNY", form, date(2026, 11, 22))
        assert caught.value.notice.code == code


def listed(partner: str, kind: str, at: int, code: str = "sync.rejected", **more: object) -> InboxRow:
    return InboxRow(
        str(at).encode(),
        kind,
        "open",
        "contact",
        b"r",
        f"row {at}",
        None,
        None,
        Notice(code),
        (),
        None,
        None,
        at,
        None,
        partner=partner,
        **more,  # type: ignore[arg-type]
    )


def test_the_list_is_grouped_by_partner_with_the_gravest_first() -> None:
    rows = [
        listed("", "set_aside", 9),
        listed("B", "conflict", 8),
        listed("A", "conflict", 7),
        listed("B", "rejection", 6),
        listed("B", "rejection", 5, "sync.out_of_scope"),
    ]
    sections = by_partner(rows, lambda row: row.partner or "", "nobody")
    assert [one.heading for one in sections] == ["B", "A", "nobody"]
    assert [row.sort for row in sections[0].rows] == ["rejection", "out_of_scope", "conflict"]
    assert kinds(rows) == {"rejection": 1, "out_of_scope": 1, "conflict": 2, "set_aside": 1}


def test_the_list_is_filtered_and_searched() -> None:
    rows = [listed("A", "conflict", 1), listed("B", "rejection", 2)]

    def said(row: InboxRow) -> str:
        return f"{row.title} {row.partner}"

    assert wanted(rows, "rejection", "", said) == rows[1:]
    assert wanted(rows, "", "ROW a", said) == rows[:1]
    assert wanted(rows, "conflict", "b", said) == []


def test_the_history_is_by_day() -> None:
    rows = [listed("A", "conflict", at) for at in (30, 25, 11)]
    sections = by_day(rows, lambda row: str(row.recorded_at // 10))
    assert [(one.heading, len(one.rows)) for one in sections] == [("3", 1), ("2", 1), ("1", 1)]
