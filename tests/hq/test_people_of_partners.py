"""A dealer's own people at headquarters: what they get when things change, and what they may order."""

from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, sequencer
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from channeldesk.wire import digest
from tests.support.central import PASSWORD, Laptop, Server, add, id_of, order

CONTENT = {"file_name": "a.txt", "media_type": "text/plain", "size": 1, "sha256": "0" * 64}


@pytest.fixture
def shop(server: Server) -> Laptop:
    return server.laptop("shop")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


def codes(results: list[dict[str, Any]]) -> list[str]:
    return [one["notice"]["code"] if one["notice"] else one["status"] for one in results]


def write(database: Database, entity: str, row_id: bytes, **values: Any) -> None:
    table = hq.tables[entity]
    with database.write() as connection:
        connection.execute(sa.update(table).where(table.c.id == row_id).values(values))
        sequencer.drain(connection, admin.now_ms())


def test_it_orders_for_itself_at_the_lists_price(database: Database, shop: Laptop, partner: bytes) -> None:
    product = id_of(database, "product", sku="SKU-1")
    good, line = shop.push(*order(shop, partner, product))
    assert (good["status"], line["status"]) == ("applied", "applied")
    assert good["row"]["status"] == "accepted"
    assert "cost" not in line["row"]


def test_it_agrees_no_price_and_takes_nothing_back(database: Database, shop: Laptop, partner: bytes) -> None:
    product = id_of(database, "product", sku="SKU-1")
    found = codes(shop.push(*order(shop, partner, product, price=900_000)))
    assert found[0] == "order.price_below_list"
    back = order(shop, partner, product, quantity=-2_000, order_kind="return")
    assert codes(shop.push(*back))[0] == "order.no_return"
    with database.write() as connection:
        other = add(connection, "product", sku="SKU-2", name="No price yet")
    assert codes(shop.push(*order(shop, partner, other)))[0] == "order.not_for_sale"


def test_it_orders_for_nobody_else(database: Database, shop: Laptop) -> None:
    product, west = id_of(database, "product", sku="SKU-1"), id_of(database, "partner", code="P-W")
    assert codes(shop.push(*order(shop, west, product)))[0] == "sync.out_of_scope"


def test_a_file_is_theirs_when_it_is_shared_and_stays_so(
    server: Server, shop: Laptop, partner: bytes
) -> None:
    east, row_id = server.laptop("east"), new_id()
    east.one("attachment", row_id, "insert", set=CONTENT | {"partner_id": partner.hex(), "shared": 0})
    assert row_id.hex() not in shop.pull().rows.get("attachment", {})
    assert (
        east.one("attachment", row_id, "patch", base={"shared": 0}, set={"shared": 1})["row"]["shared"] == 1
    )
    assert row_id.hex() in shop.pull().rows["attachment"]
    back = east.one("attachment", row_id, "patch", base={"shared": 1}, set={"shared": 0})
    assert back["notice"]["code"] == "sync.stays_shared"
    east.one("attachment", row_id, "delete", base=back["row"])
    assert row_id.hex() in shop.pull().gone["attachment"]


def test_their_own_files_are_shared(shop: Laptop, partner: bytes) -> None:
    fields = CONTENT | {"partner_id": partner.hex()}
    hidden = shop.one("attachment", new_id(), "insert", set=fields | {"shared": 0})
    assert hidden["notice"]["code"] == "sync.out_of_scope"
    own = new_id()
    assert shop.one("attachment", own, "insert", set=fields | {"shared": 1})["status"] == "applied"
    noted = shop.one("attachment", own, "patch", base={"note": None}, set={"note": "x"})
    assert (noted["status"], noted["row"]["note"]) == ("merged", "x")


def test_what_was_shared_with_them_they_do_not_change(server: Server, shop: Laptop, partner: bytes) -> None:
    """Nor by making the same row once more, before or after the company deleted it."""
    row_id, fields = new_id(), CONTENT | {"partner_id": partner.hex(), "shared": 1}
    east = server.laptop("east")
    east.one("attachment", row_id, "insert", set=fields)
    again = {"base": fields, "set": fields | {"file_name": "x.pdf"}}
    ways = {"patch": {"base": {"note": None}, "set": {"note": "x"}}, "delete": {}, "insert": again}
    for op, parts in ways.items():
        assert shop.one("attachment", row_id, op, **parts)["notice"]["code"] == "sync.not_allowed"
    assert east.one("attachment", row_id, "delete")["status"] == "applied"
    back = shop.one("attachment", row_id, "insert", set=fields)
    assert (back["status"], back["notice"]["code"]) == ("rejected", "sync.not_allowed")


def test_a_contact_that_they_bring_back_keeps_what_they_do_not_see(
    server: Server, database: Database, shop: Laptop, partner: bytes
) -> None:
    east, row_id = server.laptop("east"), new_id()
    content = {"partner_id": partner.hex(), "name": "Li Wei"}
    made = east.one("contact", row_id, "insert", set=content | {"note": "Owes us a favour"})
    shop.one("contact", row_id, "delete", base={"name": "Li Wei"})
    assert shop.one("contact", row_id, "insert", set=content)["status"] == "applied"
    row = east.pull().rows["contact"][row_id.hex()]
    assert (row["note"], row["created_by"]) == ("Owes us a favour", made["row"]["created_by"])


def test_a_contact_that_others_deleted_they_do_not_bring_back(
    server: Server, shop: Laptop, partner: bytes
) -> None:
    east, row_id = server.laptop("east"), new_id()
    content = {"partner_id": partner.hex(), "name": "Li Wei"}
    east.one("contact", row_id, "delete", base=east.one("contact", row_id, "insert", set=content)["row"])
    assert codes([shop.one("contact", row_id, "insert", set=content)]) == ["sync.row_deleted"]
    assert east.one("contact", row_id, "insert", set=content)["status"] == "applied"


def test_another_tier_brings_other_price_lists_and_takes_the_old_ones(
    database: Database, shop: Laptop, partner: bytes
) -> None:
    with database.write() as connection:
        tiers = [add(connection, "tier", code=code, name=code, rank_number=1) for code in ("A", "B")]
        lists = [
            add(connection, "price_list", code=f"L{n}", name="L", currency="CNY", tier_id=tier)
            for n, tier in enumerate(tiers)
        ]
        sequencer.drain(connection, admin.now_ms())
    write(database, "partner", partner, tier_id=tiers[0])
    first = shop.pull()
    assert lists[0].hex() in first.rows["price_list"]
    assert lists[1].hex() not in first.rows["price_list"]
    write(database, "partner", partner, tier_id=tiers[1])
    second = shop.pull()
    assert second.start["fresh"]
    assert lists[1].hex() in second.rows["price_list"]
    assert lists[0].hex() not in second.rows["price_list"]
    assert not shop.pull().start["fresh"]


def test_the_digest_is_of_what_they_have(database: Database, shop: Laptop, partner: bytes) -> None:
    """Else a laptop would find damage where there is none."""
    east = id_of(database, "app_user", login="east")
    with database.write() as connection:
        add(connection, "promise", partner_id=partner, promised="internal", due_on="2026-12-01")
        add(connection, "attachment", partner_id=partner, **CONTENT)
        add(connection, "visit", partner_id=partner, user_id=east, visited_on="2026-01-01")
        sequencer.drain(connection, admin.now_ms())
    pulled = shop.pull()
    body = {"cursor": shop.cursor}
    told = shop.server.post("/sync/v1/digest", json=body, headers=shop.headers).json()
    assert told["current"]
    mine = [
        ("partner", partner.hex(), entity, row["id"], row["rv"])
        for entity, rows in pulled.rows.items()
        for row in rows.values()
        if entity == "partner" or ("partner_id" in row and row["partner_id"] == partner.hex())
        if entity not in ("app_user", "price_list")
    ]
    everyones = [
        ("global", "0" * 32, entity, row["id"], row["rv"])
        for entity, rows in pulled.rows.items()
        for row in rows.values()
        if (entity, row["id"]) not in {(one[2], one[3]) for one in mine}
    ]
    expected = digest.digests([*mine, *everyones])
    assert {(one["kind"], one["id"]): (one["rows"], one["sum"]) for one in told["units"]} == expected


def test_who_works_at_a_partner_is_said_with_the_role(database: Database) -> None:
    for role, partner, code in (
        ("partner", None, "hq.partner_and_role"),
        ("manager", "P-E", "hq.partner_and_role"),
        ("partner", "P-404", "hq.unknown_partner"),
    ):
        with pytest.raises(Problem) as refused:
            admin.add_user(database, "new", "New", role, [], "a-good-password", partner=partner)
        assert refused.value.notice.code == code


def test_what_stops_concerning_them_goes_and_comes_back(
    server: Server, database: Database, shop: Laptop
) -> None:
    rival = server.laptop("rival")
    with database.write() as connection:
        west = id_of(database, "partner", code="P-W")
        theirs = add(connection, "price_list", code="W", name="West", currency="CNY", partner_id=west)
    everyones, item = (
        id_of(database, "price_list", code="STD"),
        id_of(database, "price_item", price=1_000_000),
    )
    shop.pull(), rival.pull()
    write(database, "price_item", item, price_list_id=theirs)
    assert item.hex() in shop.pull().gone["price_item"]
    told = rival.pull()
    assert (list(told.rows["price_item"]), told.gone) == ([item.hex()], {})
    write(database, "price_item", item, deleted=1)
    assert item.hex() in rival.pull().gone["price_item"]
    assert shop.pull().gone == {}, "what was never theirs, or is not now"
    write(database, "price_item", item, deleted=0, price_list_id=everyones)
    assert list(shop.pull().rows["price_item"]) == [item.hex()]
    assert shop.pull(None).gone == {}


def test_a_colleague_who_goes_to_another_partner_leaves_them(server: Server, database: Database) -> None:
    west, shop = id_of(database, "partner", code="P-W"), server.laptop("shop")
    colleague = admin.add_user(database, "clerk", "Clerk", "partner", [], PASSWORD, partner="P-E")
    member = id_of(database, "app_user", login="east")
    everybody = shop.pull().rows["app_user"]
    assert {colleague.hex(), member.hex()} <= everybody.keys()
    write(database, "app_user", colleague, partner_id=west)
    write(database, "app_user", member, partner_id=west)
    assert shop.pull().gone["app_user"].keys() == {colleague.hex(), member.hex()}
    assert server.laptop("boss").pull().gone == {}


@pytest.mark.parametrize("how", ["deleted", "destroyed", "moved", "unshared"])
@pytest.mark.parametrize("shared", [0, 1])
def test_a_file_that_goes_is_told_to_whom_it_was_shared_with(
    server: Server, database: Database, shop: Laptop, partner: bytes, how: str, shared: int
) -> None:
    west = id_of(database, "partner", code="P-W")
    with database.write() as connection:
        row_id = add(connection, "attachment", **CONTENT, partner_id=partner, shared=shared)
    rival = server.laptop("rival")
    shop.pull(), rival.pull()
    table = hq.tables["attachment"]
    with database.write() as connection:
        values = {"deleted": {"deleted": 1}, "moved": {"partner_id": west}, "unshared": {"shared": 0}}
        if how == "destroyed":
            connection.execute(sa.delete(table).where(table.c.id == row_id))
        else:
            connection.execute(sa.update(table).where(table.c.id == row_id).values(values[how]))
    assert list(shop.pull().gone.get("attachment", ())) == [row_id.hex()] * shared
    seen = rival.pull()
    assert (row_id.hex() in seen.rows.get("attachment", {}), seen.gone) == (
        shared == 1 and how == "moved",
        {},
    )


def test_a_file_that_was_shared_elsewhere_later_was_never_theirs(
    server: Server, database: Database, shop: Laptop, partner: bytes
) -> None:
    west, rival = id_of(database, "partner", code="P-W"), server.laptop("rival")
    with database.write() as connection:
        row_id = add(connection, "attachment", **CONTENT, partner_id=partner, shared=0)
        sequencer.drain(connection, 1)
    shop.pull()
    rival.pull()
    write(database, "attachment", row_id, partner_id=west)
    write(database, "attachment", row_id, shared=1)
    assert row_id.hex() in rival.pull().rows["attachment"]
    assert shop.pull().gone == {}
