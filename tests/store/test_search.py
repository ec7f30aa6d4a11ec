"""Search as people type: Chinese, one character, pinyin, initials, codes, several words, order numbers."""

import pytest
import sqlalchemy as sa

from channeldesk.model import local, tables
from channeldesk.model.search_text import haystack, normalise
from channeldesk.queries.search import search
from channeldesk.store import search as index
from channeldesk.store.database import Database
from tests.store.test_derive import an_id, put

T = tables.laptop.tables


@pytest.fixture
def filled(database: Database) -> Database:
    with database.apply() as connection:
        put(
            connection,
            "partner",
            1,
            code="D-0001",
            name="Hengtai Trading",
            name_local="恒泰贸易",
            city="北京",
        )
        put(connection, "partner", 2, code="D-0002", name="Müller & Söhne", city="Köln")
        put(
            connection,
            "partner",
            3,
            code="D-0003",
            name="Metro Home",
            name_local="上海城市家居",
            city="Shanghai",
        )
        put(connection, "contact", 1, name="张三", phone="13800001234", email="zhang.san@example.com")
        put(connection, "contact", 2, name="Zoe Smith", partner_id=an_id("partner", 2))
        put(connection, "product", 1, sku="DR-100", barcode="6901234567892", name="Cordless Drill 18 V")
        put(connection, "product", 2, sku="DR-1001", name="Drill Bit Set", name_local="钻头套装")
        put(connection, "sales_order", 1, number="SO-2026-000017", provisional_number="K7-3")
        put(connection, "sales_order", 2, provisional_number="K7-4", rv=0, status="placed")
    return database


def _found(database: Database, text: str, limit: int = 20) -> list[str]:
    with database.read() as connection:
        return [hit.title for hit in search(connection, text, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北京", ["Hengtai Trading"]),
        ("北", ["Hengtai Trading"]),
        ("恒", ["Hengtai Trading"]),
        ("张", ["张三"]),
        ("张三", ["张三"]),
        ("zs", ["张三"]),
        ("zhangsan", ["张三"]),
        ("zhang san", ["张三"]),
        ("ZHANG", ["张三"]),
        ("htmy", ["Hengtai Trading"]),
        ("hengtai", ["Hengtai Trading"]),
        ("shcs", ["Metro Home"]),
        ("ztt", ["Drill Bit Set"]),
        ("套装", ["Drill Bit Set"]),
        ("muller", ["Müller & Söhne"]),
        ("MÜLLER", ["Müller & Söhne"]),
        ("ｍüｌｌｅｒ", ["Müller & Söhne"]),
        ("köln", ["Müller & Söhne"]),
        ("dr-100", ["Cordless Drill 18 V", "Drill Bit Set"]),
        ("drill", ["Drill Bit Set", "Cordless Drill 18 V"]),
        ("set drill", ["Drill Bit Set"]),
        ("18 v drill", ["Cordless Drill 18 V"]),
        ("6901234567892", ["Cordless Drill 18 V"]),
        ("1234", ["张三", "Cordless Drill 18 V"]),
        ("D-0002", ["Müller & Söhne"]),
        ("SO-2026", ["SO-2026-000017"]),
        ("so-2026-000017", ["SO-2026-000017"]),
        ("K7-3", ["SO-2026-000017"]),
        ("K7-4", ["K7-4"]),
        ("nothing like it", []),
        ("", []),
        ("   ", []),
        ('"', []),
        ('a" OR "b', []),
        ("%", []),
        ("_", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(filled: Database, text: str, expected: list[str]) -> None:
    found = _found(filled, text)

    assert found == expected if len(expected) < 2 else sorted(found) == sorted(expected)


def test_the_best_stands_first(filled: Database) -> None:
    assert _found(filled, "dr-100")[0] == "Cordless Drill 18 V"  # a whole field
    assert _found(filled, "drill")[0] == "Drill Bit Set"  # a field starts with it
    assert _found(filled, "D-000", limit=2) == _found(filled, "D-000")[:2]


def test_a_hit_says_whose_it_is(filled: Database) -> None:
    with filled.read() as connection:
        [zhang] = search(connection, "张三")
        [order] = search(connection, "K7-4")

    assert (zhang.entity, zhang.row_id, zhang.partner_name) == (
        "contact",
        an_id("contact", 1),
        "Hengtai Trading",
    )
    assert (order.entity, order.subtitle, order.partner_id) == (
        "sales_order",
        "2026-11-21",
        an_id("partner", 1),
    )


def test_many_orders_do_not_hide_a_name(filled: Database) -> None:
    with filled.apply() as connection:
        for number in range(3, 60):
            put(connection, "sales_order", number, number=f"D-{number:04}")

    assert "Müller & Söhne" in _found(filled, "D-0002")
    assert len(_found(filled, "D-", limit=10)) == 10
    assert {"Hengtai Trading", "Metro Home"} <= set(_found(filled, "D-", limit=10))


def test_the_index_follows_changes_of_both_connections(filled: Database) -> None:
    with filled.write() as connection:
        connection.execute(sa.update(T["contact"]).where(T["contact"].c.name == "张三").values(name="李四"))
        connection.execute(sa.delete(T["product"]).where(T["product"].c.sku == "DR-1001"))
    assert (_found(filled, "zhangsan"), _found(filled, "ls")) == ([], ["李四"])
    assert _found(filled, "ztt") == []

    with filled.apply() as connection:
        put(connection, "partner", 2, name="Schmidt")
    assert _found(filled, "schmidt") == ["Schmidt"]
    assert _found(filled, "muller") == []
    with filled.read() as connection:
        assert index.compare(connection) == {"search_entry": 0, "search_index": 0}


def test_what_is_not_searched_does_not_touch_the_index(filled: Database) -> None:
    with filled.read() as connection:
        before = connection.execute(sa.select(local.search_entry)).all()
    with filled.apply() as connection:
        connection.execute(sa.update(T["partner"]).values(tax_number="1", rv=9))
    with filled.read() as connection:
        assert connection.execute(sa.select(local.search_entry)).all() == before


def test_a_rebuild_finds_the_same(filled: Database) -> None:
    texts = ("北京", "zs", "drill", "K7")
    before = [_found(filled, text) for text in texts]
    with filled.apply() as connection:
        entries = index.entries(connection)
        index.clear(connection)
        index.add(connection, entries)

    assert [_found(filled, text) for text in texts] == before


def test_text_is_made_comparable_in_one_way() -> None:
    assert normalise("  ＭÜLLER\n&  Söhne ") == "muller & sohne"
    assert normalise("㈱ ①") == normalise("(株) 1")
    assert haystack(["Ab", None, "", "张三 A店"]).split("\n") == [
        "",
        "ab",
        "张三 a店",
        "zhang san a dian",
        "zhangsanadian",
        "zsad",
        "",
    ]
