"""What belongs together and is told in one push, in one transaction or one after another."""

import pytest

from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from tests.hq.test_staff import place
from tests.support import central
from tests.support.central import Server, id_of, order, stored


@pytest.mark.parametrize("together", [True, False])
def test_a_territory_and_its_first_target(server: Server, database: Database, together: bool) -> None:
    boss, row_id, txn = server.laptop("boss"), new_id(), new_id().hex()
    period = id_of(database, "fiscal_period", code=f"{central.YEAR}-P01")
    made = boss.mutation("territory", row_id, "insert", set=place("N", None), txn=txn)
    fields = {"territory_id": row_id.hex(), "period_id": period.hex()}
    fields |= {"kpi": "net_sales", "currency": "CNY", "value": 100}
    more = {"txn": txn} if together else {"deps": [made["uuid"]]}
    target = boss.mutation("target", new_id(), "insert", set=fields, **more)
    assert [(one["status"], one["notice"]) for one in boss.push(made, target)] == [("applied", None)] * 2


def test_a_territory_told_again_under_its_parents_new_code(server: Server, database: Database) -> None:
    boss, row_id, east = server.laptop("boss"), new_id(), id_of(database, "territory", code="E")
    said, txn = place("E9", east), new_id().hex()
    boss.one("territory", row_id, "insert", set=said)
    told = boss.push(
        boss.mutation("territory", row_id, "insert", set=said, txn=txn),
        boss.mutation("territory", east, "patch", base={"code": "E"}, set={"code": "EAST"}, txn=txn),
    )
    assert "rejected" not in {one["status"] for one in told}
    assert stored(database, "territory", row_id)["path"] == "CN/EAST/E9/"


def test_a_partner_and_its_first_order(server: Server, database: Database) -> None:
    east, row_id = server.laptop("east"), new_id()
    said = {"code": "N1", "name": "N1", "territory_id": id_of(database, "territory", code="E").hex()}
    said |= {"currency": "CNY", "stage": "active", "credit_limit": 1_000_000}
    made = east.mutation("partner", row_id, "insert", set=said)
    rest = order(east, row_id, id_of(database, "product", sku="SKU-1"))
    for one in rest:
        one["txn"] = made["txn"]
    told = east.push(made, *rest)
    assert [(one["status"], one["notice"]) for one in told] == [("applied", None)] * 3


def test_a_new_partner_that_may_not_order_yet(server: Server, database: Database) -> None:
    """The order is judged by what its transaction says of the partner."""
    east, row_id = server.laptop("east"), new_id()
    said = {"code": "N1", "name": "N1", "territory_id": id_of(database, "territory", code="E").hex()}
    made = east.mutation("partner", row_id, "insert", set=said | {"currency": "CNY", "stage": "terminated"})
    rest = order(east, row_id, id_of(database, "product", sku="SKU-1"))
    for one in rest:
        one["txn"] = made["txn"]
    assert "applied" not in {one["status"] for one in east.push(made, *rest)}
    assert stored(database, "partner", row_id) is None


def test_an_order_beside_the_deletion_of_its_partner(server: Server, database: Database) -> None:
    east, partner = server.laptop("east"), id_of(database, "partner", code="P-E")
    rest = order(east, partner, id_of(database, "product", sku="SKU-1"))
    gone = east.mutation("partner", partner, "delete", txn=rest[0]["txn"])
    told = east.push(*rest, gone)
    assert "applied" not in {one["status"] for one in told}
    assert stored(database, "partner", partner)["deleted"] == 0
