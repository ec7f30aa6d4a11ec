"""Cells become values by declaration: exact amounts, strict dates, ids that keep their digits."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.exchange.cells import reader
from channeldesk.exchange.mapping import Column
from channeldesk.exchange.problems import RowProblem


def read(text, currency="GBP", **column):
    return reader(Column("c", **column), currency)(text)


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ("2.55", {"type": "price"}, 25500),
        ("2.55", {"type": "money"}, 255),
        (" 6 ", {"type": "quantity"}, 6000),
        ("-0.5", {"type": "quantity"}, -500),
        (".5", {"type": "quantity"}, 500),
        ("1.234,50", {"type": "money", "decimal": ",", "group": "."}, 123450),
        ("1,234.50", {"type": "money", "group": ","}, 123450),
        ("0.125", {"type": "money", "round": True}, 13),
        ("17850.0", {"type": "id", "whole_float": True}, "17850"),
        ("00012", {"type": "id"}, "00012"),
        ("85123a", {"type": "id", "upper": True}, "85123A"),
        ("2017/08/25", {"type": "day", "format": "%Y/%m/%d"}, "2017-08-25"),
        ("2011-07-01 00:30", {"type": "instant", "format": "%Y-%m-%d %H:%M"}, 1_309_480_200_000),
        (
            "2011-07-01 00:30",
            {"type": "instant", "format": "%Y-%m-%d %H:%M", "zone": "Europe/London"},
            1_309_476_600_000,
        ),
        ("", {"type": "price"}, None),
        ("NA", {"empty": ("NA",)}, None),
        ("  tea ", {}, "tea"),
    ],
)
def test_a_cell_is_read_as_declared(text, column, value):
    assert read(text, **column) == value


@pytest.mark.parametrize(
    ("text", "column", "code"),
    [
        ("1,5", {"type": "quantity"}, "row.wrong_form"),
        ("1.5", {"type": "quantity", "decimal": ","}, "row.wrong_form"),
        ("12,34.5", {"type": "money", "group": ","}, "row.wrong_form"),
        ("1e3", {"type": "price"}, "row.wrong_form"),
        ("nan", {"type": "price"}, "row.wrong_form"),
        ("１２", {"type": "integer"}, "row.wrong_form"),
        ("0.125", {"type": "money"}, "value.too_many_decimals"),
        ("9" * 30, {"type": "money"}, "value.too_large"),
        ("17850.5", {"type": "id", "whole_float": True}, "row.wrong_form"),
        ("1.2345678901234567E+16", {"type": "id", "whole_float": True}, "row.wrong_form"),
        ("1234567890123456", {"type": "id", "whole_float": True}, "row.id_too_long"),
        ("31/02/2020", {"type": "day", "format": "%d/%m/%Y"}, "row.wrong_form"),
        ("", {"required": True}, "row.empty"),
        (" NA ", {"required": True, "empty": ("NA",)}, "row.empty"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_column(text, column, code):
    with pytest.raises(RowProblem) as refused:
        read(text, **column)
    assert refused.value.reason.code == code
    assert refused.value.column == "c"


@given(st.integers(-(10**12), 10**12))
def test_amounts_survive_exactly(minor):
    sign = "-" if minor < 0 else ""
    text = f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"
    assert read(text, type="money") == minor


@given(st.text(max_size=30))
def test_no_text_makes_a_reader_fail_otherwise(text):
    for kind in ("price", "integer", "day", "id"):
        with suppress(RowProblem):
            read(text, type=kind, format="%Y-%m-%d" if kind == "day" else "", whole_float=kind == "id")
