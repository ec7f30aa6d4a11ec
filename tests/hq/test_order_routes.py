"""Routes at headquarters: all that is open, from sites that deliver there, out of stock that is free."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.hq.test_shipping import Case, codes
from tests.support.central import Laptop, Server, add, id_of, order, stored

NOW = 1_700_000_000_000


@pytest.fixture
def east(server: Server) -> Laptop:
    return server.laptop("east")


@pytest.fixture
def boss(server: Server) -> Laptop:
    return server.laptop("boss")


class Routing(Case):
    """The case of shipments, two warehouses with eight and five pieces, and one for another area."""

    def __init__(self, database: Database, east: Laptop, boss: Laptop) -> None:
        partner = id_of(database, "partner", code="P-E")
        super().__init__(database, east, boss, partner, id_of(database, "product", sku="SKU-1"))
        with database.write() as connection:
            self.near = add(connection, "warehouse", code="NEAR", name="Near", currency="CNY")
            self.far = add(connection, "warehouse", code="FAR", name="Far", currency="CNY")
            west = id_of(database, "territory", code="W")
            self.other = add(
                connection, "warehouse", code="OTHER", name="Other", currency="CNY", territory_id=west
            )
            for site, quantity in ((self.near, 8_000), (self.far, 5_000), (self.other, 99_000)):
                add(
                    connection,
                    "warehouse_level",
                    warehouse_id=site,
                    product_id=self.product,
                    quantity=quantity,
                    as_of=NOW,
                    source="WMS",
                )

    def route(
        self, by: Laptop, *parts: tuple[bytes | None, int], status: str = "confirmed", **more: Any
    ) -> list[dict[str, Any]]:
        return by.push(*self.routing(by, *parts, status=status, **more))

    def routing(
        self,
        by: Laptop,
        *parts: tuple[bytes | None, int],
        status: str = "confirmed",
        txn: str | None = None,
        line: dict[str, Any] | None = None,
        **more: Any,
    ) -> list[dict[str, Any]]:
        route, txn = new_id(), txn or new_id().hex()
        row = (line or self.line)["row"] if line else None
        order_id = row["order_id"] if row else self.order_id
        own = {"partner_id": self.partner.hex()}
        fields = {**own, "order_id": order_id, "status": status, "solver": "milp", "currency": "CNY"}
        made = [by.mutation("order_route", route, "insert", set={**fields, "cost": 300, **more}, txn=txn)]
        for site, quantity in parts:
            values = {**own, "route_id": route.hex(), "order_line_id": (line or self.line)["id"]}
            values |= {"product_id": self.product.hex(), "quantity": quantity}
            values |= {"warehouse_id": None if site is None else site.hex()}
            made.append(by.mutation("order_route_line", new_id(), "insert", set=values, txn=txn))
        return made

    def to(self, by: Laptop, route: dict[str, Any], status: str, before: str, **more: Any) -> Any:
        row_id = bytes.fromhex(route["id"])
        return by.one("order_route", row_id, "patch", set={"status": status, **more}, base={"status": before})

    def status_of(self, route: dict[str, Any]) -> str:
        row = stored(self.database, "order_route", bytes.fromhex(route["id"]))
        assert row is not None
        return str(row["status"])


@pytest.fixture
def case(database: Database, east: Laptop, boss: Laptop) -> Routing:
    return Routing(database, east, boss)


def test_a_proposal_is_confirmed_and_everybody_but_the_partner_is_told(case: Routing, server: Server) -> None:
    proposed, *_ = case.route(case.east, (case.near, 8_000), (case.far, 2_000), status="proposed")
    assert (proposed["status"], proposed["row"]["decided_at"]) == ("applied", None)
    assert codes([case.to(case.east, proposed, "confirmed", "proposed")]) == {"route.headquarters_decides"}
    confirmed = case.to(case.boss, proposed, "confirmed", "proposed", note="As proposed")
    assert (confirmed["status"], confirmed["row"]["note"]) == ("applied", "As proposed")
    told = case.east.pull().rows
    assert told["order_route"][proposed["id"]]["status"] == "confirmed"
    assert told["order_route"][proposed["id"]]["decided_by"]
    assert len(told["order_route_line"]) == 2
    assert case.to(case.boss, proposed, "confirmed", "proposed")["status"] == "duplicate"


def test_what_is_promised_to_one_order_is_not_free_for_another(case: Routing) -> None:
    first, *_ = case.route(case.boss, (case.near, 8_000), (case.far, 2_000))
    assert first["status"] == "applied"
    _, line = case.east.push(*order(case.east, case.partner, case.product, quantity=4_000))
    taken = case.routing(case.boss, (case.far, 4_000), line=line)
    assert codes(case.boss.push(*taken)) == {"route.short"}
    rest = case.routing(case.boss, (case.far, 3_000), (None, 1_000), line=line)
    assert codes(case.boss.push(*rest)) == set()
    # what left is out of the stock once the warehouse reports again, and promised until then
    case.ship(8_000)
    _, line = case.east.push(*order(case.east, case.partner, case.product, quantity=1_000))
    assert codes(case.boss.push(*case.routing(case.boss, (case.near, 1_000), line=line))) == {"route.short"}


def test_headquarters_decides_another_route_in_the_place_of_one(case: Routing) -> None:
    proposed, *_ = case.route(case.east, (case.near, 8_000), (None, 2_000), status="proposed")
    another = [(case.near, 5_000), (case.far, 5_000)]
    assert codes(case.route(case.boss, *another)) == {"route.stands_already"}
    assert codes([case.to(case.boss, proposed, "changed", "proposed")]) == {"route.no_successor"}
    txn = new_id().hex()
    changing = case.boss.mutation(
        "order_route",
        bytes.fromhex(proposed["id"]),
        "patch",
        set={"status": "changed"},
        base={"status": "proposed"},
        txn=txn,
    )
    made = case.routing(case.boss, *another, txn=txn, replaces_id=proposed["id"])
    results = case.boss.push(changing, *made)
    assert codes(results) == set()
    assert case.status_of(proposed) == "changed"
    assert case.status_of(results[1]) == "confirmed"


def test_a_route_holds_exactly_what_is_open(case: Routing) -> None:
    refused = {
        "route.order_changed": [(case.near, 8_000)],
        "route.may_not_serve": [(case.other, 10_000)],
        "route.sends_nothing": [(None, 10_000)],
        "route.twice": [(case.near, 4_000), (case.near, 6_000)],
        "route.short": [(case.near, 9_000), (case.far, 1_000)],
    }
    for code, parts in refused.items():
        assert codes(case.route(case.boss, *parts)) == {code}
    too_many = case.route(case.boss, (case.near, 8_000), (case.far, 5_000))
    assert codes(too_many) == {"route.order_changed"}
    case.ship(6_000)
    assert codes(case.route(case.boss, (case.near, 4_000))) == set()


def test_a_manager_confirms_nothing_and_withdraws_what_is_its_own(case: Routing) -> None:
    parts = [(case.near, 5_000), (case.far, 5_000)]
    assert codes(case.route(case.east, *parts)) == {"route.headquarters_decides"}
    proposed, *_ = case.route(case.east, *parts, status="proposed")
    assert case.to(case.east, proposed, "withdrawn", "proposed")["status"] == "applied"
    assert codes([case.to(case.boss, proposed, "confirmed", "withdrawn")]) == {"route.no_such_move"}
    by_boss, *_ = case.route(case.boss, *parts)
    assert codes([case.to(case.east, by_boss, "withdrawn", "confirmed")]) == {"route.headquarters_decides"}
    settled = case.boss.one(
        "order_route", bytes.fromhex(by_boss["id"]), "patch", set={"cost": 1}, base={"cost": 300}
    )
    assert codes([settled]) == {"route.settled"}
    assert codes(case.route(case.east, *parts, status="withdrawn")) == {"sync.malformed_value"}


def test_lines_come_with_their_route(case: Routing) -> None:
    route, *_ = case.route(case.boss, (case.near, 8_000), (case.far, 2_000))
    late = {"route_id": route["id"], "partner_id": case.partner.hex(), "order_line_id": case.line["id"]}
    late |= {"product_id": case.product.hex(), "quantity": 1_000, "warehouse_id": case.far.hex()}
    result = case.boss.one("order_route_line", new_id(), "insert", set=late)
    assert codes([result]) == {"route.lines_come_with_it"}


def test_a_cancelled_order_sets_its_stock_free(case: Routing) -> None:
    route, *_ = case.route(case.boss, (case.near, 8_000), (case.far, 2_000))
    asked, *_ = case.ask(case.east, "cancellation")
    decided = {"status": "approved"}
    approver = case.boss.one(
        "approval", bytes.fromhex(asked["id"]), "patch", set=decided, base={"status": "asked"}
    )
    assert approver["status"] == "applied"
    assert case.status_of(route) == "withdrawn"
    assert codes(case.route(case.boss, (case.near, 8_000), (case.far, 2_000))) == {"route.order_not_open"}


def test_two_at_once_do_not_promise_the_same_goods(case: Routing, server: Server) -> None:
    lines = [
        case.east.push(*order(case.east, case.partner, case.product, quantity=5_000))[1] for _ in range(3)
    ]
    by = [server.laptop("boss") for _ in lines]
    pushes = [case.routing(one, (case.far, 5_000), line=line) for one, line in zip(by, lines, strict=True)]
    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda pair: pair[0].push(*pair[1]), zip(by, pushes, strict=True)))
    assert sorted(codes(one) == {"route.short"} for one in answers) == [False, True, True]
