"""Shipped mappings are sound; a mistake is named before a row is booked; the language is documented."""

import dataclasses
import re

import pytest

from channeldesk.exchange import cells, conditions, mapping, read_mapping, specs
from channeldesk.exchange.importer import Importer
from channeldesk.exchange.problems import FileProblem, MappingProblem
from tests.support import project

SMALL = """
format = 1
source = "shop"
title = "A shop"
currency = "EUR"

[crosswalks.kind]
a = "adjustment"

[files.moves]
glob = "*.csv"
amount = ["Number"]
[files.moves.columns]
Code = { type = "id", required = true }
Number = { type = "quantity", required = true }
Day = { type = "day", format = "%d.%m.%Y" }
[[files.moves.classes]]
name = "move"
when = [{ column = "Number", above = 0 }]

[[targets]]
entity = "stock_movement"
file = "moves"
key = "$Code"
[targets.set]
product_id = { key = "product", of = "$Code" }
movement_kind = { crosswalk = "kind", of = "a" }
quantity = "$Number"
happened_at = 0
happened_on = "$Day"
"""


class ListBook:
    """Keeps what it gets; knows the products P1 and P2."""

    def __init__(self):
        self.rows = []

    def resolve(self, entity, foreign_id):
        return foreign_id.encode() if foreign_id in ("P1", "P2") else None

    def put(self, target, foreign_id, values, lines=None):
        self.rows.append((target.entity, foreign_id, values, lines))

    def flush(self):
        pass


def written(tmp_path, text):
    path = tmp_path / "shop.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping.read_mapping(path)


def run(tmp_path, text, content, encoding="utf-8"):
    (tmp_path / "moves.csv").write_bytes(content.encode(encoding))
    book = ListBook()
    return book, Importer(written(tmp_path, text), tmp_path, book).run()


@pytest.mark.parametrize("source", read_mapping.sources())
def test_shipped_mappings_can_be_read(source):
    made = read_mapping.find_mapping(source)

    assert made.source == source
    assert made.targets
    assert made.about


def test_a_name_with_a_dash_is_the_same_source():
    assert read_mapping.find_mapping("online-retail").source == "online_retail"


@pytest.mark.parametrize("name", ["nothing", "../secrets", ""])
def test_an_unknown_source_is_answered_with_the_known_ones(name):
    with pytest.raises(MappingProblem) as refused:
        read_mapping.find_mapping(name)
    assert "adventureworks, online_retail" in refused.value.notice.english()


def test_a_small_mapping_books_rows(tmp_path):
    book, report = run(tmp_path, SMALL, "Code,Number,Day\nP1,2,24.12.2025\nP3,1,24.12.2025\nP2,-1,x\n")

    (made,) = book.rows
    assert made[:2] == ("stock_movement", "P1")
    assert made[2] == {
        "product_id": b"P1",
        "movement_kind": "adjustment",
        "quantity": 2000,
        "happened_at": 0,
        "happened_on": "2025-12-24",
    }
    assert [row.reason.code for row in report.rejected] == ["row.unknown_key", "row.wrong_form"]
    assert report.groups["moves"].classes["rejected"].rows == 2


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("format = 1", "format = 2", "mapping.other_format", "format"),
        ("format = 1", "format = ", "mapping.not_toml", ""),
        ('currency = "EUR"', 'currency = "EUX"', "mapping.unknown_value", "currency"),
        ('title = "A shop"', "", "mapping.missing", "title"),
        ('title = "A shop"', 'titel = "A shop"', "mapping.missing", "title"),
        ('glob = "*.csv"', 'glob = "*.csv"\nseperator = ";"', "mapping.unknown_key", "files.moves.seperator"),
        (
            'glob = "*.csv"',
            'glob = "*.csv"\nencoding = "latin"',
            "mapping.unknown_value",
            "files.moves.encoding",
        ),
        ('type = "quantity"', 'type = "number"', "mapping.unknown_value", "files.moves.columns.Number.type"),
        (', format = "%d.%m.%Y"', "", "mapping.no_format", "files.moves.columns.Day.format"),
        ("above = 0", "over = 0", "mapping.no_test", "files.moves.classes[1].when[1].when"),
        ('entity = "stock_movement"', 'entity = "stock"', "mapping.unknown_value", "targets[1].entity"),
        ('file = "moves"', 'file = "movs"', "mapping.unknown_value", "targets[1].file"),
        ("happened_at = 0", "happend_at = 0", "mapping.unknown_key", "targets[1].set.happend_at"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path, old, new, code, where):
    assert old in SMALL
    with pytest.raises(MappingProblem) as refused:
        written(tmp_path, SMALL.replace(old, new))
    assert refused.value.notice.code == code
    assert refused.value.notice.params.get("where", "") == where
    assert "shop.toml" in refused.value.notice.english()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('key = "$Code"', 'key = "$Kode"', "mapping.unknown_column"),
        ('key = "$Code"', 'key = "{Kode}"', "mapping.unknown_column"),
        ('column = "Number"', 'column = "Numbre"', "mapping.unknown_column"),
        ('amount = ["Number"]', 'amount = ["Code"]', "mapping.not_a_number"),
        ('crosswalk = "kind"', 'crosswalk = "kinds"', "mapping.unknown_crosswalk"),
        ('{ crosswalk = "kind", of = "a" }', '{ guess = "a" }', "mapping.unknown_spec"),
        ("happened_at = 0", 'happened_at = { day_of = "Day" }', "mapping.not_an_instant"),
        ("happened_at = 0", "", "mapping.field_not_set"),
    ],
)
def test_a_mistake_between_parts_stops_before_anything_is_booked(tmp_path, old, new, code):
    assert old in SMALL
    with pytest.raises(MappingProblem) as refused:
        run(tmp_path, SMALL.replace(old, new), "Code,Number,Day\nP1,2,24.12.2025\n")
    assert refused.value.notice.code == code


@pytest.mark.parametrize(
    "content",
    ["\ufeffCode,Number,Day\nP1,2,24.12.2025\n", "Day,Extra, Number ,Code\r\n24.12.2025,x,2,P1\r\n\r\n"],
)
def test_a_mark_before_the_text_other_order_and_blank_lines_do_no_harm(tmp_path, content):
    book, report = run(tmp_path, SMALL, content)
    assert [row[1] for row in book.rows] == ["P1"]
    assert report.rejected == []


def test_a_declared_encoding_is_used_and_no_other(tmp_path):
    chinese = SMALL.replace('glob = "*.csv"', 'glob = "*.csv"\nencoding = "gb18030"')
    book, _ = run(tmp_path, chinese, "Code,Number,Day,备注\nP1,2,24.12.2025,冲击钻\n", "gb18030")
    assert len(book.rows) == 1
    with pytest.raises(FileProblem) as refused:
        run(tmp_path, SMALL, "Code,Number,Day,n\nP1,1,24.12.2025,a\nP1,2,24.12.2025,冲击钻\n", "gb18030")
    assert refused.value.notice.params["line"] == 3


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    text = 'Code,Number,Day,Note\nP1,2,24.12.2025,"two\nlines"\nP2,x,24.12.2025,n\n'
    _, report = run(tmp_path, SMALL, text)
    assert [row.line for row in report.rejected] == [4]


def test_every_word_of_the_language_is_documented():
    page = (project.ROOT / "docs" / "loading-data.md").read_text(encoding="utf-8")
    words = {*cells.TYPES, *conditions.TESTS, *specs.KINDS, *read_mapping.reader.ENCODINGS}
    for part in (
        mapping.Column,
        mapping.RowClass,
        mapping.FileGroup,
        mapping.Vote,
        mapping.Lines,
        mapping.Target,
        mapping.Mapping,
    ):
        words |= {field.name for field in dataclasses.fields(part)}
    assert [word for word in sorted(words) if not re.search(rf"`[^`\n]*\b{re.escape(word)}\b", page)] == []


@pytest.mark.parametrize("source", read_mapping.sources())
def test_every_shipped_source_is_documented(source):
    page = (project.ROOT / "docs" / "loading-data.md").read_text(encoding="utf-8")
    assert f"`{source}`" in page
