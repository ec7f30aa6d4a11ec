"""Money that comes in: set against invoices under a lock, taken back by counterparts, no cent lost."""

import random
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.hq.test_approvals import change
from tests.support.central import Laptop, Server, add, id_of, order, stored

DAY = "2026-11-02"


@pytest.fixture
def boss(server: Server) -> Laptop:
    return server.laptop("boss")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


def invoice(database: Database, partner: bytes, amount: int = 100, due: str = DAY, **more: Any) -> bytes:
    values = {"number": f"INV-{new_id().hex()[-6:]}", "currency": "CNY", "issued_on": "2026-10-01"} | more
    own = {"partner_id": partner, "amount": amount, "open_amount": amount, "due_on": due}
    with database.write() as connection:
        return add(connection, "receivable", **{**own, **values})


def paid(laptop: Laptop, partner: bytes, amount: int = 100, **more: Any) -> dict[str, Any]:
    fields = {"partner_id": partner.hex(), "received_on": DAY, "currency": "CNY", "amount": amount} | more
    return laptop.mutation("payment", new_id(), "insert", set=fields)


def part(
    laptop: Laptop, payment: dict[str, Any], receivable: bytes, amount: int, **more: Any
) -> dict[str, Any]:
    fields = {
        "payment_id": payment["id"],
        "receivable_id": receivable.hex(),
        "partner_id": payment["set"]["partner_id"],
        "amount": amount,
    }
    own = {"txn": payment["txn"]} | more
    return laptop.mutation("payment_allocation", new_id(), "insert", set=fields, **own)


def counterpart(laptop: Laptop, payment: dict[str, Any], *parts: tuple[bytes, int]) -> list[dict[str, Any]]:
    txn = new_id().hex()
    fields = {**payment["set"], "amount": -payment["set"]["amount"], "reverses_id": payment["id"]}
    back = laptop.mutation("payment", new_id(), "insert", set=fields, txn=txn)
    return [back, *(part(laptop, payment, one, -amount, txn=txn) for one, amount in parts)]


def open_of(database: Database, entity: str, row_id: bytes | str) -> int:
    row = stored(database, entity, bytes.fromhex(row_id) if isinstance(row_id, str) else row_id)
    assert row is not None
    return int(row["open_amount"])


def answers(results: list[dict[str, Any]]) -> list[str]:
    return [one["notice"]["code"] if one["status"] == "rejected" else one["status"] for one in results]


def test_a_payment_is_set_against_invoices_and_the_rest_stays_on_account(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    first, second = invoice(database, partner, 60), invoice(database, partner, 70)
    money = paid(boss, partner, 100)
    assert (
        answers(boss.push(money, part(boss, money, first, 60), part(boss, money, second, 30)))
        == ["applied"] * 3
    )
    assert (open_of(database, "receivable", first), open_of(database, "receivable", second)) == (0, 40)
    assert open_of(database, "payment", money["id"]) == 10
    told = boss.pull().rows
    assert told["receivable"][second.hex()]["open_amount"] == 40
    assert told["payment"][money["id"]]["open_amount"] == 10

    assert answers(boss.push(part(boss, money, second, 10, txn=new_id().hex()))) == ["applied"]
    assert open_of(database, "payment", money["id"]) == 0


def test_never_more_than_is_left_of_the_payment_nor_than_is_open_of_the_invoice(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    one, other = invoice(database, partner, 60), invoice(database, partner, 500)
    money = paid(boss, partner, 100)
    too_much = boss.push(money, part(boss, money, one, 61))
    assert answers(too_much) == ["blocked", "payment.more_than_open"]
    assert stored(database, "payment", bytes.fromhex(money["id"])) is None

    money = paid(boss, partner, 100)
    again = boss.push(money, part(boss, money, one, 60), part(boss, money, other, 41))
    assert answers(again) == ["blocked", "blocked", "payment.more_than_left"]
    assert open_of(database, "receivable", one) == 60
    money = paid(boss, partner, 0)
    assert answers(boss.push(money)) == ["payment.nothing"]
    money = paid(boss, partner, 50)
    assert answers(boss.push(money, part(boss, money, one, 0))) == ["blocked", "payment.nothing"]


def test_an_allocation_is_taken_back_by_a_counterpart_and_never_more_of_it(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    one = invoice(database, partner, 60)
    money = paid(boss, partner, 100)
    boss.push(money, part(boss, money, one, 50))
    assert answers(boss.push(part(boss, money, one, -51, txn=new_id().hex()))) == ["payment.takes_back_more"]
    assert answers(boss.push(part(boss, money, one, -20, txn=new_id().hex()))) == ["applied"]
    assert (open_of(database, "receivable", one), open_of(database, "payment", money["id"])) == (30, 70)


def test_a_payment_is_taken_back_once_with_all_that_it_was_set_against(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    one = invoice(database, partner, 60)
    money = paid(boss, partner, 100)
    boss.push(money, part(boss, money, one, 60))
    assert answers(boss.push(*counterpart(boss, money))) == ["payment.still_allocated"]
    assert answers(boss.push(*counterpart(boss, money, (one, 60)))) == ["applied", "applied"]
    assert (open_of(database, "receivable", one), open_of(database, "payment", money["id"])) == (60, 0)
    assert answers(boss.push(*counterpart(boss, money))) == ["payment.reversed_before"]
    late = part(boss, money, one, 10, txn=new_id().hex())
    assert answers(boss.push(late)) == ["payment.reversed_before"]
    lie = counterpart(boss, paid(boss, partner, 100))
    boss.last_mid -= 2
    money = paid(boss, partner, 30)
    boss.push(money)
    lie = counterpart(boss, money)
    lie[0]["set"]["amount"] = -31
    assert answers(boss.push(*lie)) == ["sync.malformed_value"]


def test_another_partner_and_another_currency_do_not_go_together(
    boss: Laptop, database: Database, partner: bytes
) -> None:
    theirs = invoice(database, id_of(database, "partner", code="P-W"))
    foreign = invoice(database, partner, currency="EUR")
    money = paid(boss, partner)
    assert answers(boss.push(money, part(boss, money, theirs, 10))) == ["blocked", "sync.missing_reference"]
    money = paid(boss, partner)
    assert answers(boss.push(money, part(boss, money, foreign, 10))) == ["blocked", "payment.other_currency"]


def test_only_headquarters_people_record_payments_and_nobody_changes_them(
    server: Server, boss: Laptop, database: Database, partner: bytes
) -> None:
    invoice(database, partner)
    for login in ("east", "view", "shop"):
        laptop = server.laptop(login)
        assert answers(laptop.push(paid(laptop, partner))) == ["sync.not_allowed"]
    money = paid(boss, partner)
    boss.push(money)
    row_id = bytes.fromhex(money["id"])
    changed = boss.one("payment", row_id, "patch", set={"amount": 1}, base={"amount": 100})
    assert changed["notice"]["code"] == "sync.final"
    assert boss.one("payment", row_id, "delete")["notice"]["code"] == "sync.final"
    lie = paid(boss, partner, open_amount=5_000)
    boss.push(lie)
    assert open_of(database, "payment", lie["id"]) == 100  # only headquarters writes that


def test_money_on_account_counts_in_the_credit_position(
    server: Server, boss: Laptop, database: Database, partner: bytes
) -> None:
    change(database, "partner", credit_limit=0)
    product = id_of(database, "product", sku="SKU-1")
    east = server.laptop("east")
    assert "credit.exceeded" in answers(east.push(*order(east, partner, product)))
    boss.push(paid(boss, partner, 22_600))
    assert answers(east.push(*order(east, partner, product))) == ["applied", "applied"]
    assert "credit.exceeded" in answers(east.push(*order(east, partner, product)))  # it is used up


def test_a_partners_people_see_their_payments_without_the_words_of_the_staff(
    server: Server, boss: Laptop, database: Database, partner: bytes
) -> None:
    one = invoice(database, partner)
    money = paid(boss, partner, note="They were late again", reference="INV-1")
    boss.push(money, part(boss, money, one, 40))
    held = {"partner_id": partner.hex(), "blocked_on": DAY, "reason": "Does not pay"}
    boss.one("credit_block", new_id(), "insert", set=held)
    promise = {
        "partner_id": partner.hex(),
        "currency": "CNY",
        "amount": 5,
        "made_on": DAY,
        "promised_on": DAY,
    }
    assert boss.one("payment_promise", new_id(), "insert", set=promise)["status"] == "applied"
    told = server.laptop("shop").pull().rows
    (seen,) = told["payment"].values()
    assert (seen["amount"], seen["reference"]) == (100, "INV-1")
    assert "note" not in seen
    assert told["receivable"][one.hex()]["open_amount"] == 60
    (block,) = told["credit_block"].values()
    assert block["status"] == "blocked"
    assert not {"reason", "reasons", "release_note", "released_by"} & block.keys()
    assert "payment_promise" not in told
    assert not {"payment", "payment_allocation", "credit_block"} & server.laptop("rival").pull().rows.keys()


def test_two_people_cannot_both_pay_the_last_cent_of_an_invoice(
    server: Server, database: Database, partner: bytes
) -> None:
    one = invoice(database, partner, 100)
    laptops = [server.laptop("boss") for _ in range(4)]
    found: list[list[str]] = []

    def pay(laptop: Laptop) -> None:
        money = paid(laptop, partner, 100)
        found.append(answers(laptop.push(money, part(laptop, money, one, 100))))

    threads = [threading.Thread(target=pay, args=(laptop,)) for laptop in laptops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [["applied"] * 2, *[["blocked", "payment.more_than_open"]] * 3]
    assert open_of(database, "receivable", one) == 0


def sums(database: Database) -> None:
    """Every cent, from plain rows."""
    tables = [hq.tables[name] for name in ("receivable", "payment", "payment_allocation")]
    with database.snapshot() as connection:
        invoices, payments, parts = (
            [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in tables
        )
    gone = {one["reverses_id"] for one in payments} - {None}
    for one in invoices:
        mine = sum(each["amount"] for each in parts if each["receivable_id"] == one["id"])
        assert one["open_amount"] == one["amount"] - one["settled"] - mine
        assert 0 <= one["open_amount"] <= one["amount"]
    for one in payments:
        mine = sum(each["amount"] for each in parts if each["payment_id"] == one["id"])
        over = one["id"] in gone or one["reverses_id"] is not None
        assert one["open_amount"] == (0 if over else one["amount"] - mine)
        assert one["open_amount"] >= 0
        assert not (over and mine)


@pytest.mark.parametrize("seed", range(3))
def test_in_any_order_of_payments_allocations_and_counterparts_no_cent_is_lost(
    seed: int, boss: Laptop, database: Database, partner: bytes
) -> None:
    rng = random.Random(seed)
    invoices = [invoice(database, partner, amount) for amount in (100, 250, 399)]
    payments: list[dict[str, Any]] = []
    applied = 0
    for _ in range(25):
        sent: list[dict[str, Any]] = []
        for _ in range(rng.randint(1, 4)):  # one push, several transactions
            match rng.choice(("pay", "set", "set", "back", "reverse")):
                case "pay":
                    money = paid(boss, partner, rng.randint(1, 300))
                    payments.append(money)
                    chosen = rng.sample(invoices, rng.randint(0, 2))
                    sent += [money, *(part(boss, money, one, rng.randint(1, 150)) for one in chosen)]
                case "set" | "back" as kind if payments:
                    amount = rng.randint(1, 120) * (1 if kind == "set" else -1)
                    money, one = rng.choice(payments), rng.choice(invoices)
                    sent.append(part(boss, money, one, amount, txn=new_id().hex()))
                case "reverse" if payments:
                    money = rng.choice(payments)
                    known = [] if rng.random() < 0.3 else _parts(database, money)
                    sent += counterpart(boss, money, *known)
        results = boss.push(*sent) if sent else []
        applied += sum(one["status"] == "applied" for one in results)
        sums(database)
    assert applied > 20


def _parts(database: Database, payment: dict[str, Any]) -> list[tuple[bytes, int]]:
    table = hq.tables["payment_allocation"]
    query = sa.select(table.c.receivable_id, sa.func.sum(table.c.amount)).where(
        table.c.payment_id == bytes.fromhex(payment["id"])
    )
    with database.snapshot() as connection:
        found = connection.execute(query.group_by(table.c.receivable_id)).all()
    return [(one, int(amount)) for one, amount in found if amount]
