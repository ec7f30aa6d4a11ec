"""Rows of a file of prices that were not taken are handed back so that they mean the same by themselves."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.importing.notation import Notation, seen
from channeldesk.model.notice import Problem
from channeldesk.queries.price_sheet import Read
from channeldesk.queries.sheet_rejected import ToMend, to_mend
from channeldesk.rules.bulk.sheet import Asked, Bad
from tests.queries.test_price_sheet import HEAD, taken, write

TOLD = ("Line", "Reason")
COUNTED = ["STD", "DR-9", "", "7,50", "6,25"]
"""A row by which the notation of a file is seen."""


def handed_back(found: Read, decimal: str = "") -> ToMend:
    bad = [one for one in found.rows if isinstance(one, Bad)]
    return to_mend(found.source, bad, told=TOLD, decimal=decimal)


def again(path: Path, found: ToMend) -> Read:
    rows = [[*one.cells, str(one.line), one.reason.code] for one in found.rows]
    return taken(write(path, [[*found.names, *TOLD], *rows]))


def test_a_row_says_what_it_said_without_the_others(tmp_path: Path) -> None:
    """1.500 is a thousand and a half in this file, and would be one and a half alone."""
    rows = [HEAD, COUNTED, ["STD", "DR-1", "zehn", "1.500", "1.234,567"]]
    found = handed_back(taken(write(tmp_path / "p.csv", rows, separator=";")))
    assert [one.cells for one in found.rows] == [("STD", "DR-1", "zehn", "1500", "1234,5670")]
    mended = [*found.rows[0].cells]
    mended[2] = "10"
    (one,) = taken(write(tmp_path / "q.csv", [[*found.names, *TOLD], [*mended, "3", "no number"]])).rows
    assert one == Asked(2, "STD", "DR-1", 10_000, {"price": 1_500_0000, "floor": 1_234_5670})
    assert handed_back(taken(tmp_path / "p.csv"), ".").rows[0].cells[3:] == ("1500", "1234.5670")


def test_nothing_of_a_row_is_lost_and_reasons_do_not_pile_up(tmp_path: Path) -> None:
    """A decimal comma that cut a cell in two is still there to be seen."""
    head = [*HEAD, "Version", "Note"]
    rows = [
        head,
        ["STD", "DR-1", "", "what", "", "p1f", "by Ms Li", "more"],
        ["STD", "", "", "3"],
        ["STD", "DR-2", "", "5", "", "", "'=1+1"],
    ]
    first = handed_back(taken(write(tmp_path / "p.csv", rows)))
    assert first.names == (*head, "")
    assert first.rows[0].cells == ("STD", "DR-1", "", "what", "", "p1f", "by Ms Li", "more")
    assert first.rows[1].cells == ("STD", "", "", "3", "", "", "", "")
    second = handed_back(again(tmp_path / "q.csv", first))
    assert second.names == first.names
    assert [one.cells for one in second.rows] == [one.cells for one in first.rows]
    assert [one.line for one in second.rows] == [2, 3], "of the file that was read last"


def test_days_are_written_out(tmp_path: Path) -> None:
    head = [*HEAD, "Valid from", "Valid to"]
    rows = [head, ["STD", "DR-1", "", "?", "", "3/31/2026", "soon"], ["STD", "DR-2", "", "1", "", "", ""]]
    (one,) = handed_back(taken(write(tmp_path / "p.csv", rows))).rows
    assert one.cells[-2:] == ("2026-03-31", "soon")


@given(
    st.integers(-(10**15), 10**15),
    st.sampled_from([".", ","]),
    st.sampled_from([".", ",", ""]),
    st.sampled_from([3, 4]),
    st.sampled_from([",", ";", "\t", ""]),
)
def test_a_number_alone_is_the_same_number(
    value: int, sign: str, other: str, scale: int, separator: str
) -> None:
    decimal = "," if sign == "," else "."
    notation = Notation("ymd", decimal)  # type: ignore[arg-type]
    whole, rest = divmod(abs(value), 10**scale)
    group = "." if sign == "," else ","
    text = f"{'-' * (value < 0)}{whole:,}".replace(",", group) + f"{sign}{rest:0{scale}d}"
    assert notation.number(text, scale) == value
    alone = notation.number_alone(text, scale, other)
    assert seen([], [alone], separator).number(alone, scale) == value
    assert notation.number_alone("about 3", scale) == "about 3"


@given(st.text(max_size=20))
def test_a_text_that_is_no_number_or_day_stays(text: str) -> None:
    def number(cell: str) -> object:
        return Notation().number(cell, 4)

    for alone, read in (
        (Notation().number_alone(text, 4), number),
        (Notation().day_alone(text), Notation().day),
    ):
        try:
            said = read(text)
        except Problem:
            assert alone == text
        else:
            assert read(alone) == said
