"""What becomes of a laptop's changes: exactly once, in order, one bad one blocking nothing else."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.hq.database import Database
from channeldesk.hq.tables import applied_mutation, audit_entry
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.support.central import YEAR, Laptop, Server, add, contact, count, find, id_of, order, stored


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


@pytest.fixture
def product(database: Database) -> bytes:
    return id_of(database, "product", sku="SKU-1")


def statuses(results: list[dict[str, object]]) -> list[object]:
    return [one["status"] for one in results]


def code(result: dict[str, object]) -> str | None:
    return result["notice"]["code"] if result["notice"] else None  # type: ignore[index]


def test_sent_twice_in_turn_and_at_once(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    """Case 10: one order, the same answer."""
    mutations = order(east, partner, product, lines=2)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: east.push(*mutations), range(4)))
    answers.append(east.push(*mutations))

    assert count(database, "sales_order") == 1
    assert count(database, "order_line") == 2
    assert statuses(answers[0]) == ["applied"] * 3
    assert sorted(one[0]["repeated"] for one in answers) == [False, True, True, True, True]
    plain = [[{**result, "repeated": None} for result in one] for one in answers]
    assert all(one == plain[0] for one in plain)


def test_the_same_uuid_from_a_restored_profile(server: Server, database: Database, partner: bytes) -> None:
    """A restored profile takes a new device and replays its outbox: the old answers, no second effect."""
    first, second = server.laptop("east"), server.laptop("east")
    sent = first.mutation("contact", new_id(), "insert", set=contact(partner))
    answer = first.push(sent)[0]
    again = second.push({**sent, "mid": 1})[0]

    assert again == {**answer, "repeated": True}
    assert count(database, "contact") == 1
    assert second.hello()["device"]["last_mid"] == 1


def test_a_uuid_of_somebody_else_tells_nothing(server: Server, database: Database, partner: bytes) -> None:
    mine, other = server.laptop("east"), server.laptop("west")
    sent = mine.mutation("contact", new_id(), "insert", set=contact(partner, phone="canary-4711"))
    mine.push(sent)

    answer = other.send({**sent, "mid": 1})

    assert answer.json()["results"][0]["status"] == "rejected"
    assert "canary-4711" not in answer.text


def test_a_gap_is_refused_with_the_expected_number(east: Laptop, database: Database, partner: bytes) -> None:
    """Case 11: nothing is applied."""
    mutations = [east.mutation("contact", new_id(), "insert", set=contact(partner)) for _ in range(5)]
    east.push(*mutations[:2])
    answer = east.send(*mutations[3:])

    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["params"]) == ("sync.gap", {"expected": 3})
    assert count(database, "contact") == 2
    assert east.send(mutations[2], mutations[4]).status_code == 409
    assert count(database, "contact") == 2


def test_a_known_number_with_other_content_is_a_cloned_laptop(
    east: Laptop, database: Database, partner: bytes
) -> None:
    """Case 34, the server's half."""
    sent = east.mutation("contact", new_id(), "insert", set=contact(partner, name="Right"))
    east.push(sent)
    answer = east.send(
        {**sent, "set": {**sent["set"], "name": "Other"}}, east.mutation("x", new_id(), "delete")
    )

    assert answer.status_code == 409
    assert answer.json()["code"] == "sync.cloned_device"
    stands = stored(database, "contact", bytes.fromhex(sent["id"]))
    assert stands is not None
    assert stands["name"] == "Right"


def test_another_epoch_is_refused(east: Laptop, database: Database, partner: bytes) -> None:
    east.hello()
    east.epoch = "another"
    answer = east.send(east.mutation("contact", new_id(), "insert", set=contact(partner)))

    assert (answer.status_code, answer.json()["code"]) == (409, "sync.epoch")
    assert count(database, "contact") == 0


def test_one_of_ten_is_invalid(east: Laptop, database: Database, partner: bytes) -> None:
    """Case 12: number 3 is answered with a reason, nine are applied."""
    mutations = [east.mutation("contact", new_id(), "insert", set=contact(partner)) for _ in range(10)]
    mutations[2]["set"]["name"] = None
    results = east.push(*mutations)

    assert statuses(results) == ["applied"] * 2 + ["rejected"] + ["applied"] * 7
    assert results[2]["notice"]["params"] == {"field": "name"}
    assert count(database, "contact") == 9
    assert east.hello()["device"]["last_mid"] == 10


def test_the_database_objects_to_one_of_ten(server: Server, database: Database) -> None:
    """What only the database can see (a key that is taken) is answered as well, and rejects no other."""
    boss = server.laptop("boss")
    fields = {"name": "Pump", "base_unit": "pc", "pack_quantity": 1000, "active": 1}
    mutations = [
        boss.mutation("product", new_id(), "insert", set={**fields, "sku": f"NEW-{number % 8}"})
        for number in range(10)
    ]
    results = boss.push(*mutations)

    assert statuses(results) == ["applied"] * 8 + ["rejected"] * 2
    assert [code(one) for one in results[8:]] == ["sync.key_taken"] * 2
    assert count(database, "product") == 9


def test_a_rejected_order_and_its_successor(
    east: Laptop, database: Database, partner: bytes, product: bytes
) -> None:
    """Case 13: its lines wait with it; put right and sent again it succeeds."""
    bad = order(east, partner, product, price=10_000, lines=2)
    dependent = east.mutation(
        "stock_movement",
        new_id(),
        "insert",
        deps=[bad[0]["uuid"]],
        set={
            "partner_id": partner.hex(),
            "product_id": product.hex(),
            "movement_kind": "sale",
            "quantity": -1000,
            "happened_at": 1,
            "happened_on": "2026-11-20",
            "order_id": bad[0]["id"],
        },
    )
    results = east.push(*bad, dependent)
    assert statuses(results) == ["rejected", "rejected", "rejected", "blocked"]
    assert {code(one) for one in results[:3]} == {"order.price_below_floor"}
    assert results[0]["row"] is None
    assert not results[0]["deleted"]
    assert count(database, "sales_order") + count(database, "order_line") == 0

    good = order(east, partner, product, lines=2)
    for sent, earlier in zip(good, bad, strict=True):
        sent["id"] = earlier["id"]
    for line in good[1:]:
        line["set"]["order_id"] = good[0]["id"]
    assert statuses(east.push(*good)) == ["applied"] * 3
    made = stored(database, "sales_order", bytes.fromhex(good[0]["id"]))
    assert made is not None
    assert (made["status"], made["number"]) == ("accepted", f"SO-{YEAR}-000001")


def test_a_dependency_that_was_rejected_earlier_blocks(east: Laptop, partner: bytes) -> None:
    bad = east.mutation("contact", new_id(), "insert", set=contact(partner, name=None))
    east.push(bad)
    later = east.mutation(
        "contact", bytes.fromhex(bad["id"]), "patch", set={"phone": "1"}, deps=[bad["uuid"]]
    )

    assert statuses(east.push(later)) == ["blocked"]


def test_edits_of_different_fields_are_both_kept(server: Server, database: Database, partner: bytes) -> None:
    """Case 18."""
    a, b = server.laptop("east"), server.laptop("east")
    with database.write() as connection:
        row_id = add(connection, "contact", partner_id=partner, name="C", phone="1", email="x")
    rv = a.pull().rows["contact"][row_id.hex()]["rv"]
    first = a.one("contact", row_id, "patch", base_rv=rv, base={"phone": "1"}, set={"phone": "2"})
    second = b.one("contact", row_id, "patch", base_rv=rv, base={"email": "x"}, set={"email": "y"})

    assert (first["status"], second["status"]) == ("applied", "merged")
    assert (second["row"]["phone"], second["row"]["email"]) == ("2", "y")
    assert second["rv"] > first["rv"] > rv


@pytest.mark.parametrize(
    ("field", "policy", "stands"),
    [("name", "server", "theirs"), ("note", "ask", "theirs")],
)
def test_one_field_set_differently(
    server: Server, database: Database, partner: bytes, field: str, policy: str, stands: str
) -> None:
    """Case 19: the loser is named for the inbox."""
    a, b = server.laptop("east"), server.laptop("east")
    with database.write() as connection:
        row_id = add(connection, "contact", partner_id=partner, name="old", note="old")
    a.one("contact", row_id, "patch", base={field: "old"}, set={field: "theirs"})
    result = b.one(
        "contact", row_id, "patch", base={field: "old", "phone": None}, set={field: "mine", "phone": "1"}
    )

    assert result["status"] == "conflict"
    assert result["conflicts"] == [
        {
            "fields": [field],
            "base": {field: "old"},
            "mine": {field: "mine"},
            "theirs": {field: "theirs"},
            "policy": policy,
            "result": "theirs",
        }
    ]
    assert result["row"][field] == stands


def test_the_client_wins_where_its_policy_says_so(server: Server, database: Database, partner: bytes) -> None:
    a, b = server.laptop("east"), server.laptop("east")
    with database.write() as connection:
        row_id = add(connection, "visit_plan", partner_id=partner, user_id=a.user_id, planned_on="2026-11-20")
    a.one("visit_plan", row_id, "patch", base={"state": "planned"}, set={"state": "under_way"})
    result = b.one("visit_plan", row_id, "patch", base={"state": "planned"}, set={"state": "cancelled"})

    assert (result["status"], result["conflicts"][0]["result"]) == ("conflict", "mine")
    assert result["row"]["state"] == "cancelled"


def test_a_group_decides_together(server: Server, database: Database, partner: bytes) -> None:
    a, b = server.laptop("east"), server.laptop("east")
    base = {"address": None, "city": None, "postal_code": None, "country": None}
    a.one("partner", partner, "patch", base=base, set={"city": "Shanghai"})
    result = b.one("partner", partner, "patch", base=base, set={"address": "Road 1"})

    assert result["status"] == "conflict"
    assert (result["row"]["city"], result["row"]["address"]) == ("Shanghai", None)


def test_custom_fields_merge_by_themselves(server: Server, database: Database, partner: bytes) -> None:
    a, b = server.laptop("east"), server.laptop("east")
    a.one("partner", partner, "patch", base={"custom.a": None}, set={"custom.a": 1})
    result = b.one("partner", partner, "patch", base={"custom.b": None}, set={"custom.b": "two"})

    assert result["status"] in ("applied", "merged")
    assert result["row"]["custom"] == '{"a":1,"b":"two"}'


def test_the_same_value_is_no_conflict(server: Server, database: Database, partner: bytes) -> None:
    """Case 20."""
    a, b = server.laptop("east"), server.laptop("east")
    with database.write() as connection:
        row_id = add(connection, "contact", partner_id=partner, name="old")
    results = [
        laptop.one("contact", row_id, "patch", base={"name": "old"}, set={"name": "new"}) for laptop in (a, b)
    ]

    assert statuses(results) == ["applied", "duplicate"] or statuses(results) == ["merged", "duplicate"]
    assert results[1]["conflicts"] == []


def test_counters_add_up(server: Server, database: Database, partner: bytes) -> None:
    """Case 24."""
    with database.write() as connection:
        row_id = add(
            connection, "promise", partner_id=partner, promised="p", due_on="2026-12-01", postponed=10
        )
    for step, laptop in ((-3, server.laptop("east")), (-2, server.laptop("east"))):
        assert laptop.one("promise", row_id, "patch", inc={"postponed": step})["conflicts"] == []
    row = stored(database, "promise", row_id)

    assert row is not None
    assert row["postponed"] == 5


def test_an_edit_of_a_deleted_row(server: Server, database: Database, partner: bytes) -> None:
    """Case 21, the server's half: the deletion stands, whatever way the row went."""
    a = server.laptop("east")
    table = hq.tables["contact"]
    with database.write() as connection:
        tombstone, removed = (add(connection, "contact", partner_id=partner, name=name) for name in "ab")
    a.pull()
    with database.write() as connection:
        connection.execute(sa.update(table).where(table.c.id == tombstone).values(deleted=1))
        connection.execute(sa.delete(table).where(table.c.id == removed))
    a.pull()
    for row_id in (tombstone, removed):
        result = a.one("contact", row_id, "patch", base={"name": "a"}, set={"name": "edited"})
        assert (result["status"], code(result), result["deleted"]) == ("conflict", "sync.row_deleted", True)
        assert result["conflicts"][0]["mine"] == {"name": "edited"}
        assert a.one("contact", row_id, "delete", base={"name": "a"})["status"] == "applied"
    assert stored(database, "contact", removed) is None


def test_deleting_what_somebody_edited(server: Server, database: Database, partner: bytes) -> None:
    """Case 22, the server's half: no silent delete; delete and delete succeeds."""
    a, b = server.laptop("east"), server.laptop("east")
    with database.write() as connection:
        row_id = add(connection, "contact", partner_id=partner, name="old", phone="1")
    seen = {"name": "old", "phone": "1", "note": None}
    b.one("contact", row_id, "patch", base={"phone": "1"}, set={"phone": "2"})
    result = a.one("contact", row_id, "delete", base=seen)

    assert (result["status"], code(result), result["deleted"]) == ("conflict", "sync.row_changed", False)
    assert result["conflicts"][0]["theirs"] == {"phone": "2"}
    for laptop in (a, b):
        last = laptop.one("contact", row_id, "delete", base={**seen, "phone": "2"})
        assert (last["status"], last["deleted"], last["row"]) == ("applied", True, None)


def test_a_deletion_undone_makes_the_row_again(east: Laptop, database: Database, partner: bytes) -> None:
    row_id, fields = new_id(), contact(partner, phone="1")
    east.one("contact", row_id, "insert", set=fields)
    east.one("contact", row_id, "delete", base=fields)
    result = east.one("contact", row_id, "insert", set={**fields, "phone": "2"})

    assert (result["status"], result["deleted"], result["row"]["phone"]) == ("applied", False, "2")
    assert row_id.hex() in east.pull().rows["contact"]


def test_the_same_row_inserted_again(east: Laptop, partner: bytes, product: bytes) -> None:
    row_id, fields = new_id(), contact(partner)
    east.one("contact", row_id, "insert", set=fields)
    assert east.one("contact", row_id, "insert", set=fields)["status"] == "duplicate"

    mutations = order(east, partner, product)
    east.push(*mutations)
    again = [east.mutation(m["entity"], bytes.fromhex(m["id"]), "insert", set=m["set"]) for m in mutations]
    assert statuses(east.push(*again)) == ["duplicate"] * 2


def test_facts_are_final(east: Laptop, partner: bytes) -> None:
    row_id = new_id()
    fields = {"partner_id": partner.hex(), "user_id": east.user_id.hex(), "visited_on": "2026-11-20"}
    assert east.one("visit", row_id, "insert", set={**fields, "outcome": "met"})["status"] == "applied"
    for op in ("patch", "delete"):
        result = east.one("visit", row_id, op, set={"outcome": "not_met"} if op == "patch" else {})
        assert (result["status"], code(result)) == ("rejected", "sync.final")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": 5}, "sync.malformed_value"),
        ({"name": "a\0b"}, "sync.malformed_value"),
        ({"main": 2}, "sync.malformed_value"),
        ({"main": True}, "sync.malformed_value"),
        ({"partner_id": "zz"}, "sync.malformed_value"),
        ({"partner_id": None}, "sync.malformed_value"),
        ({"nonsense": 1}, "sync.unknown_field"),
        ({"deleted": 1}, "sync.unknown_field"),
        ({"rv": 1}, "sync.unknown_field"),
        ({"name.x": 1}, "sync.unknown_field"),
        ({"name": None}, "sync.malformed_value"),
    ],
)
def test_malformed_fields_reject_their_transaction_only(
    east: Laptop, database: Database, partner: bytes, fields: dict[str, object], reason: str
) -> None:
    good = east.mutation("contact", new_id(), "insert", set=contact(partner))
    bad = east.mutation("contact", new_id(), "insert", set={**contact(partner), **fields})
    results = east.push(bad, good)

    assert statuses(results) == ["rejected", "applied"]
    assert code(results[0]) == reason


def test_amounts_whose_sums_would_overflow_are_refused(east: Laptop, partner: bytes) -> None:
    result = east.one("partner", partner, "patch", set={"credit_limit": 10**15 + 1})
    assert (result["status"], code(result)) == ("rejected", "sync.malformed_value")


def test_unknown_entities_and_server_tables(east: Laptop) -> None:
    for entity in ("nonsense", "credential", "device", "external_key", "feed"):
        assert code(east.one(entity, new_id(), "insert", set={})) == "sync.unknown_entity"


def test_stamps_are_headquarters_own(east: Laptop, database: Database, partner: bytes) -> None:
    forged = {"created_by": partner.hex(), "updated_by": partner.hex(), "updated_at": 1, "created_at": 77}
    result = east.one("contact", new_id(), "insert", set={**contact(partner), **forged})

    assert result["row"]["created_by"] == result["row"]["updated_by"] == east.user_id.hex()
    assert result["row"]["created_at"] == 77
    assert result["row"]["updated_at"] > 1_000_000


def test_every_write_leaves_an_audit_entry(east: Laptop, database: Database, partner: bytes) -> None:
    row_id = new_id()
    east.one("contact", row_id, "insert", set=contact(partner, phone="1"))
    east.one("contact", row_id, "patch", base={"phone": "1"}, set={"phone": "2"})
    east.one("contact", row_id, "delete", base={"phone": "2"})

    with database.snapshot() as connection:
        query = sa.select(audit_entry).where(audit_entry.c.row_id == row_id).order_by(audit_entry.c.seq)
        trail = connection.execute(query).all()
    assert [one.action for one in trail] == ["insert", "patch", "delete"]
    assert trail[1].diff == '{"phone":["1","2"]}'
    assert {one.user_id for one in trail} == {east.user_id}
    assert {one.device_id for one in trail} == {bytes.fromhex(east.device)}


def test_a_long_transaction_may_exceed_the_limit_alone(east: Laptop, partner: bytes) -> None:
    txn = new_id().hex()
    many = [east.mutation("contact", new_id(), "insert", set=contact(partner), txn=txn) for _ in range(501)]
    one = east.mutation("contact", new_id(), "insert", set=contact(partner))
    assert (refused := east.send(*many, one)).status_code == 413
    assert refused.json()["code"] == "sync.too_many_mutations"
    assert statuses(east.push(*many)) == ["applied"] * 501


def test_answers_are_kept_with_the_effects(east: Laptop, database: Database, partner: bytes) -> None:
    east.push(*(east.mutation("contact", new_id(), "insert", set=contact(partner)) for _ in range(3)))
    with database.snapshot() as connection:
        kept = connection.execute(
            sa.select(applied_mutation.c.mid).order_by(applied_mutation.c.mid)
        ).scalars()
        assert list(kept) == [1, 2, 3]
        assert find(connection, "device", id=bytes.fromhex(east.device))["last_mid"] == 3


def test_a_revoked_device_may_not_push(server: Server, database: Database, partner: bytes) -> None:
    laptop = server.laptop("east")
    with database.snapshot() as connection:
        prefix = find(connection, "device", id=bytes.fromhex(laptop.device))["prefix"]
    laptop.hello()
    laptop.epoch = laptop.hello()["epoch"]
    admin.revoke_device(database, prefix)

    assert (
        laptop.send(laptop.mutation("contact", new_id(), "insert", set=contact(partner))).status_code == 401
    )
    assert count(database, "contact") == 0
