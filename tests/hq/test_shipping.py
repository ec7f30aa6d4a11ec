"""Shipments at headquarters: never more than was ordered, stock once, orders that follow, splits, the rest
let go.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq import approvals
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from tests.hq.test_amendments import lines_of, one, wanting
from tests.hq.test_approvals import change, decide
from tests.hq.test_promotions import discounted, promotion
from tests.support.central import Laptop, Server, count, id_of, order, stored

TODAY = datetime.now(UTC).date()


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def boss(server: Server) -> Laptop:
    return server.laptop("boss")


@pytest.fixture
def partner(database: Database) -> bytes:
    return id_of(database, "partner", code="P-E")


@pytest.fixture
def product(database: Database) -> bytes:
    return id_of(database, "product", sku="SKU-1")


class Case:
    """An accepted order of ten pieces, and what can be done with it by hand."""

    def __init__(
        self, database: Database, east: Laptop, boss: Laptop, partner: bytes, product: bytes
    ) -> None:
        self.database, self.east, self.boss = database, east, boss
        self.partner, self.product = partner, product
        placed, self.line = east.push(*order(east, partner, product, quantity=10_000))
        self.order_id = placed["id"]

    def ship(self, quantity: int, laptop: Laptop | None = None, **more: Any) -> list[dict[str, Any]]:
        by = laptop or self.boss
        return by.push(*self.shipping(by, quantity, **more))

    def shipping(self, by: Laptop, quantity: int, **more: Any) -> list[dict[str, Any]]:
        shipment, txn = new_id(), new_id().hex()
        own = {"partner_id": self.partner.hex()}
        fields = {**own, "order_id": self.order_id, "status": "sent", "carrier": "SF Express", **more}
        line = {**own, "shipment_id": shipment.hex(), "order_line_id": self.line["id"]}
        line |= {"product_id": self.product.hex(), "quantity": quantity}
        return [
            by.mutation("shipment", shipment, "insert", set=fields, txn=txn),
            by.mutation("shipment_line", new_id(), "insert", set=line, txn=txn),
        ]

    def move(self, shipment: dict[str, Any], status: str, by: Laptop | None = None, **more: Any) -> Any:
        base = {"status": shipment["row"]["status"]}
        set_ = {"status": status, **more}
        return (by or self.boss).one("shipment", bytes.fromhex(shipment["id"]), "patch", set=set_, base=base)

    @property
    def order(self) -> dict[str, Any]:
        row = stored(self.database, "sales_order", bytes.fromhex(self.order_id))
        assert row is not None
        return row

    def receipts(self) -> list[int]:
        table = hq.tables["stock_movement"]
        with self.database.snapshot() as connection:
            return list(connection.scalars(sa.select(table.c.quantity).order_by(table.c.id)))

    def ask(self, by: Laptop, kind: str, *lines: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        return by.push(*wanting(by, self.partner, self.order_id, *lines, approval_kind=kind, **more))


@pytest.fixture
def case(database: Database, east: Laptop, boss: Laptop, partner: bytes, product: bytes) -> Case:
    return Case(database, east, boss, partner, product)


def codes(results: list[dict[str, Any]]) -> set[str]:
    return {one["notice"]["code"] for one in results if one["status"] == "rejected"}


def test_an_order_leaves_in_two_goes_arrives_and_is_closed(case: Case, database: Database) -> None:
    assert case.order["accepted_at"] is not None
    first, _ = case.ship(4_000, expected_on=(TODAY + timedelta(days=9)).isoformat())
    assert first["status"] == "applied"
    number = case.order["number"]
    assert (first["row"]["number"], first["row"]["carrier"]) == (f"{number}-1", "SF Express")
    assert first["row"]["sent_on"]
    assert (case.order["status"], str(case.order["expected_on"])) == (
        "partly_shipped",
        (TODAY + timedelta(days=9)).isoformat(),
    )
    began = case.order["sent_at"]
    assert began is not None
    second, _ = case.ship(6_000)
    assert second["row"]["number"] == f"{number}-2"
    assert (case.order["status"], case.order["sent_at"]) == ("shipped", began)
    assert case.order["shipped_at"] is not None
    assert case.receipts() == []

    assert case.move(first, "arrived", case.east, receipt="One box is dented")["status"] == "applied"
    assert (case.order["status"], case.receipts()) == ("shipped", [4_000])
    assert case.move(second, "arrived")["status"] == "applied"
    assert (case.order["status"], case.order["expected_on"]) == ("closed", None)
    assert case.order["closed_at"] is not None
    assert case.receipts() == [4_000, 6_000]
    told = case.east.pull().rows
    assert told["shipment"][first["id"]]["receipt"] == "One box is dented"
    assert {row["movement_kind"] for row in told["stock_movement"].values()} == {"receipt"}
    assert {row["reference"] for row in told["stock_movement"].values()} == {f"{number}-1", f"{number}-2"}


def test_stock_is_booked_once_whoever_confirms_again(case: Case, server: Server) -> None:
    sent, _ = case.ship(10_000)
    shop = server.laptop("shop")
    assert case.move(sent, "arrived", shop)["status"] == "applied"
    assert case.move(sent, "arrived", case.east)["status"] == "duplicate"
    again = case.move(sent, "arrived", case.boss, arrived_on=(TODAY - timedelta(days=1)).isoformat())
    assert (again["status"], again["notice"]["code"]) == ("rejected", "shipment.settled")
    assert case.receipts() == [10_000]
    assert case.order["status"] == "closed"


def test_leaving_and_arriving_told_together_are_both_booked(case: Case) -> None:
    """A laptop sends what was done offline as one change: from planned to arrived."""
    planned, _ = case.ship(10_000, status="planned")
    assert codes([case.move(planned, "arrived", case.east)]) == {"shipment.headquarters_sends"}
    both = case.move(planned, "arrived", sent_on=(TODAY - timedelta(days=1)).isoformat())
    assert both["status"] == "applied", both
    assert both["row"]["sent_on"] == (TODAY - timedelta(days=1)).isoformat()
    assert both["row"]["sent_at"] is not None
    assert (case.order["status"], case.receipts()) == ("closed", [10_000])


def test_a_moment_of_arrival_lies_on_its_day(case: Case, database: Database) -> None:
    sent, _ = case.ship(4_000)
    assert case.move(sent, "arrived", case.east, arrived_at=1)["status"] == "applied"
    with database.snapshot() as connection:
        moment = connection.scalars(sa.select(hq.tables["stock_movement"].c.happened_at)).one()
    assert datetime.fromtimestamp(moment / 1000, UTC).date() >= TODAY - timedelta(days=1)


def test_what_left_before_there_were_shipments_stays_left(case: Case, database: Database) -> None:
    change(database, "sales_order", {"id": bytes.fromhex(case.order_id)}, status="partly_shipped")
    planned, _ = case.ship(4_000, status="planned")
    assert case.move(planned, "cancelled")["status"] == "applied"
    assert case.order["status"] == "partly_shipped"


def test_goods_count_from_when_they_were_there(case: Case) -> None:
    sent, _ = case.ship(10_000, sent_on=(TODAY - timedelta(days=3)).isoformat())
    day, at = (TODAY - timedelta(days=1)).isoformat(), int(datetime.now(UTC).timestamp() * 1000) - 86_400_000
    case.move(sent, "arrived", case.east, arrived_on=day, arrived_at=at)
    (row,) = case.east.pull().rows["stock_movement"].values()
    assert (row["happened_on"], row["happened_at"]) == (day, at)

    other = Case(case.database, case.east, case.boss, case.partner, case.product)
    sent, _ = other.ship(10_000)
    ahead = other.move(sent, "arrived", case.east, arrived_at=at + 10 * 86_400_000)
    assert ahead["row"]["arrived_at"] < at + 3 * 86_400_000, "a clock that runs ahead books nothing later"


def test_never_more_than_was_ordered(case: Case) -> None:
    case.ship(4_000)
    planned, _ = case.ship(3_000, status="planned", expected_on=(TODAY + timedelta(days=30)).isoformat())
    assert planned["row"]["sent_at"] is None
    assert codes(case.ship(3_001)) == {"shipment.too_many"}
    assert codes(case.ship(0)) == {"field.out_of_range"}
    assert case.order["status"] == "partly_shipped"
    assert case.move(planned, "sent")["status"] == "applied"
    assert case.ship(3_000)[0]["status"] == "applied"
    assert case.order["status"] == "shipped"
    assert codes(case.ship(1)) == {"shipment.order_not_open"}


def test_two_at_once_do_not_both_ship_the_last(case: Case, server: Server) -> None:
    laptops = [server.laptop("boss") for _ in range(4)]
    pushes = [case.shipping(one, 6_000) for one in laptops]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda both: both[0].push(*both[1]), zip(laptops, pushes, strict=True)))
    assert sorted(results[0]["status"] for results in found) == ["applied", *["rejected"] * 3]
    assert codes([one for results in found for one in results]) == {"shipment.too_many"}


def test_two_at_once_do_not_both_ask_about_an_order(
    case: Case, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = approvals.open_of

    def slowly(*args: Any) -> set[bytes]:
        found = real(*args)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(approvals, "open_of", slowly)
    with ThreadPoolExecutor(2) as pool:
        asked = list(pool.map(lambda by: case.ask(by, "cancellation"), (case.east, case.boss)))
    assert sorted(results[0]["status"] for results in asked) == ["applied", "rejected"]
    assert codes([one for results in asked for one in results]) == {"approval.asked_before"}
    assert count(database, "approval", status="asked") == 1


def test_a_cancelled_shipment_gives_back(case: Case) -> None:
    sent, _ = case.ship(10_000)
    assert case.move(sent, "cancelled")["status"] == "applied"
    assert (case.order["status"], case.order["sent_at"], case.order["shipped_at"]) == ("accepted", None, None)
    again, _ = case.ship(10_000)
    assert (again["status"], again["row"]["number"]) == ("applied", f"{case.order['number']}-2")
    assert case.order["status"] == "shipped"
    assert case.receipts() == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"status": "arrived"}, "sync.malformed_value"),
        ({"status": "cancelled"}, "sync.malformed_value"),
        ({"status": "sent", "arrived_on": "2026-01-01"}, "sync.malformed_value"),
        ({"sent_on": "2026-12-24", "expected_on": "2026-12-23"}, "shipment.expected_before_sent"),
    ],
)
def test_what_a_shipment_may_say(case: Case, fields: dict[str, Any], code: str) -> None:
    assert codes(case.ship(1_000, **fields)) == {code}
    assert case.order["status"] == "accepted"


def test_only_headquarters_sends_and_only_about_what_is_there(
    case: Case, server: Server, database: Database
) -> None:
    assert codes(case.ship(1_000, case.east)) == {"shipment.headquarters_sends"}
    assert "rejected" in {one["status"] for one in case.ship(1_000, server.laptop("shop"))}
    sent, _ = case.ship(1_000, sent_on=TODAY.isoformat())
    assert case.move(sent, "cancelled", case.east)["notice"]["code"] == "shipment.headquarters_sends"
    noted = case.move(sent, "sent", case.east, carrier="Mine")
    assert noted["notice"]["code"] == "shipment.headquarters_sends"
    early = case.move(sent, "arrived", case.east, arrived_on=(TODAY - timedelta(days=2)).isoformat())
    assert early["notice"]["code"] == "shipment.arrived_before_sent"
    later = case.move(sent, "arrived", case.east, arrived_on=(TODAY + timedelta(days=3)).isoformat())
    assert later["notice"]["code"] == "shipment.arrives_later"
    assert case.move(sent, "arrived", server.laptop("west"))["notice"]["code"] == "sync.out_of_scope"
    case.partner = id_of(database, "partner", code="P-W")
    assert codes(case.ship(1_000)) == {"sync.missing_reference"}


def test_staff_correct_what_is_said_until_it_arrived(case: Case) -> None:
    sent, line = case.ship(10_000)
    moved = case.move(sent, "sent", tracking="SF-1", expected_on=(TODAY + timedelta(days=5)).isoformat())
    assert (moved["status"], moved["row"]["tracking"]) == ("applied", "SF-1")
    assert str(case.order["expected_on"]) == (TODAY + timedelta(days=5)).isoformat()
    case.move(moved, "arrived")
    late = case.move(sent, "arrived", tracking="SF-2")
    assert late["notice"]["code"] == "shipment.settled"
    fewer = case.boss.one("shipment_line", bytes.fromhex(line["id"]), "patch", set={"quantity": 1}, base={})
    assert fewer["notice"]["code"] == "order.changes_by_request"


def test_lines_come_with_their_shipment(case: Case) -> None:
    sent, line = case.ship(1_000)
    row = {name: line["row"][name] for name in ("partner_id", "shipment_id", "order_line_id", "product_id")}
    late = case.boss.one("shipment_line", new_id(), "insert", set={**row, "quantity": 1_000})
    assert late["notice"]["code"] == "shipment.lines_come_with_it"
    head, line_ = case.shipping(case.boss, 1_000)
    second = {**line_, "id": new_id().hex(), "uuid": new_id().hex(), "mid": line_["mid"] + 1}
    assert codes(case.boss.push(head, line_, second)) == {"shipment.twice"}
    assert sent["status"] == "applied"


def test_nobody_moves_by_hand_what_shipments_decide(case: Case) -> None:
    base = {"status": "accepted"}
    for target in ("partly_shipped", "shipped"):
        moved = case.boss.one(
            "sales_order", bytes.fromhex(case.order_id), "patch", set={"status": target}, base=base
        )
        assert moved["notice"]["code"] == "order.move_not_allowed"


def test_a_change_never_goes_below_what_left(case: Case) -> None:
    sent, _ = case.ship(4_000)
    (refused, _) = case.ask(case.east, "amendment", one(case.line, case.product, 3_000))
    assert refused["notice"]["code"] == "approval.shipped"
    asked, _ = case.ask(case.east, "amendment", one(case.line, case.product, 4_000))
    assert asked["status"] == "applied"
    assert decide(case.boss, bytes.fromhex(asked["id"]), "approved")["status"] == "applied"
    assert (case.order["status"], case.order["total"]) == ("shipped", 4 * 11_300)
    case.move(sent, "arrived")
    assert case.order["status"] == "closed"

    other = Case(case.database, case.east, case.boss, case.partner, case.product)
    asked, _ = other.ask(case.east, "amendment", one(other.line, case.product, 1_000))
    other.ship(4_000)
    late = decide(case.boss, bytes.fromhex(asked["id"]), "approved")
    assert late["notice"]["code"] == "approval.shipped"


def test_the_rest_is_let_go_with_a_reason_and_budgets_get_it_back(
    case: Case, database: Database, product: bytes, partner: bytes
) -> None:
    (early,) = case.ask(case.boss, "closing")
    assert early["notice"]["code"] == "approval.order_moved_on"
    ten = promotion(database, budget=20_000)
    placed, case.line, _ = case.east.push(
        *discounted(case.east, partner, product, (ten, 10_000), quantity=10_000)
    )
    case.order_id = placed["id"]
    sent, _ = case.ship(4_000)
    (asked,) = case.ask(case.east, "closing", because="Sold out")
    assert asked["row"]["status"] == "asked"
    (twice,) = case.ask(case.boss, "closing")
    assert twice["notice"]["code"] == "approval.asked_before"
    assert decide(case.boss, bytes.fromhex(asked["id"]), "approved")["status"] == "applied"
    (line,) = lines_of(database, case.order_id)
    assert (line["quantity"], line["discount"], line["net"]) == (4_000, 4_000, 36_000)
    assert case.order["status"] == "shipped"
    assert stored(database, "promotion", ten)["used"] == 4_000  # type: ignore[index]
    case.move(sent, "arrived")
    assert case.order["status"] == "closed"


def test_staff_let_the_rest_go_at_once_and_lines_that_never_left_are_gone(case: Case) -> None:
    sent, _ = case.ship(4_000)
    case.move(sent, "arrived")
    (done,) = case.ask(case.boss, "closing", because="Discontinued")
    assert (done["row"]["status"], done["row"]["decided_by"]) == ("approved", case.boss.user_id.hex())
    assert (case.order["status"], case.order["total"]) == ("closed", 4 * 11_300)
    assert case.order["closed_at"] is not None


def test_cancelling_an_order_calls_off_what_was_planned(case: Case, database: Database) -> None:
    planned, _ = case.ship(4_000, status="planned")
    (asked,) = case.ask(case.east, "cancellation")
    decide(case.boss, bytes.fromhex(asked["id"]), "approved")
    assert (case.order["status"], case.order["expected_on"]) == ("cancelled", None)
    assert stored(database, "shipment", bytes.fromhex(planned["id"]))["status"] == "cancelled"  # type: ignore[index]
    assert case.move(planned, "sent")["notice"]["code"] == "shipment.no_such_move"
    case.database = database
    other = Case(database, case.east, case.boss, case.partner, case.product)
    other.ship(4_000)
    (asked,) = other.ask(case.east, "cancellation")
    assert asked["notice"]["code"] == "approval.order_moved_on"


def test_an_order_in_two_is_the_order_that_it_was(
    case: Case, database: Database, product: bytes, partner: bytes
) -> None:
    ten = promotion(database, budget=20_000)
    placed, case.line, _ = case.east.push(
        *discounted(case.east, partner, product, (ten, 10_000), quantity=10_000, requested_on="2026-12-01")
    )
    case.order_id, before = placed["id"], placed["row"]
    case.ship(4_000)
    too_many, _ = case.ask(case.boss, "split", one(case.line, product, 6_001))
    assert too_many["notice"]["code"] == "order.split_more_than_open"
    done, _ = case.ask(case.boss, "split", one(case.line, product, 6_000), requested_on="2026-12-24")
    assert done["row"]["status"] == "approved"
    table = hq.tables["sales_order"]
    with database.snapshot() as connection:
        second = dict(
            connection.execute(sa.select(table).where(table.c.split_from_id.is_not(None))).mappings().one()
        )
    assert second["split_from_id"].hex() == case.order_id
    assert second["number"] not in (None, before["number"])
    assert (second["status"], str(second["requested_on"])) == ("accepted", "2026-12-24")
    first = case.order
    assert (first["status"], first["net"] + second["net"]) == ("shipped", before["net"])
    assert first["tax"] + second["tax"] == before["tax"]
    assert count(database, "order_discount", order_id=second["id"]) == 1
    assert stored(database, "promotion", ten)["used"] == 10_000  # type: ignore[index]
    told = case.east.pull().rows["sales_order"]
    assert {row["status"] for row in told.values()} >= {"shipped", "accepted"}


def test_a_manager_asks_for_a_split_and_somebody_decides(case: Case, database: Database) -> None:
    asked, _ = case.ask(case.east, "split", one(case.line, case.product, 3_000))
    assert asked["row"]["status"] == "asked"
    assert decide(case.boss, bytes.fromhex(asked["id"]), "approved")["status"] == "applied"
    assert case.order["net"] == 70_000
    assert count(database, "sales_order", split_from_id=bytes.fromhex(case.order_id)) == 1


def test_a_closed_order_takes_up_credit_until_its_invoice(case: Case, database: Database) -> None:
    sent, _ = case.ship(10_000)
    case.move(sent, "arrived", case.east)
    change(database, "partner", credit_limit=case.order["total"])
    assert codes(case.east.push(*order(case.east, case.partner, case.product))) == {"credit.exceeded"}
