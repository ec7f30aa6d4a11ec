"""What may be promised of partners' warehouses at headquarters: all that is known of their stock speaks."""

import pytest
import sqlalchemy as sa

from channeldesk.hq.database import Database
from channeldesk.model.tables import hq
from tests.hq.test_order_routes import NOW, Routing
from tests.hq.test_shipping import codes
from tests.support.central import Server, add

_DAY = "2023-11-16"
_SHORT, _FREE = {"route.short"}, set[str]()


class Partner:
    """Another partner than the one that orders, with warehouses."""

    def __init__(self, case: Routing, warehouses: int) -> None:
        self.case = case
        with case.database.write() as connection:
            table = hq.tables["partner"]
            other = sa.select(table.c.id).where(table.c.id != case.partner, table.c.deleted == 0)
            self.id = connection.scalars(other).first()
            self.sites = [
                add(connection, "warehouse", code=f"T{one}", name="T", currency="CNY", partner_id=self.id)
                for one in range(warehouses)
            ]

    def reported(self, quantity: int, site: int | None = None, at: int = NOW) -> None:
        self._add("stock_level", site, quantity=quantity, as_of=at, source="F")

    def counted(self, quantity: int, site: int | None = None, status: str = "counted") -> None:
        with self.case.database.write() as connection:
            where = None if site is None else self.sites[site]
            moment = {"counted_at": NOW + 10, "counted_on": _DAY}
            head = {"partner_id": self.id, "warehouse_id": where, "status": status, **moment}
            count = add(connection, "stock_count", **head)
            line = {"stock_count_id": count, "product_id": self.case.product, "counted": quantity}
            add(connection, "stock_count_line", partner_id=self.id, **line)

    def moved(self, quantity: int, site: int | None = None, kind: str = "adjustment") -> None:
        when = {"happened_at": NOW + 20, "happened_on": _DAY}
        self._add("stock_movement", site, quantity=quantity, movement_kind=kind, **when)

    def sold(self, quantity: int, deleted: int = 0) -> None:
        with self.case.database.write() as connection:
            days = {"first_on": _DAY, "last_on": _DAY, "happened_at": NOW + 30}
            said = {"source": "entry", "report": "r", "identity": str(quantity), "occurrence": 1}
            own = {"partner_id": self.id, "product_id": self.case.product, "quantity": quantity}
            add(connection, "sell_out", **own, **days, **said, deleted=deleted)

    def asked(self, *wanted: tuple[int, int]) -> set[str]:
        """Why a route of these quantities, by number of the warehouse, is refused."""
        return codes(self.case.route(self.case.boss, *((self.sites[one], many) for one, many in wanted)))

    def _add(self, entity: str, site: int | None, **values: object) -> None:
        with self.case.database.write() as connection:
            where = None if site is None else self.sites[site]
            own = {"partner_id": self.id, "product_id": self.case.product, "warehouse_id": where}
            add(connection, entity, **own, **values)


@pytest.fixture
def case(database: Database, server: Server) -> Routing:
    return Routing(database, server.laptop("east"), server.laptop("boss"))


@pytest.mark.parametrize("status", ["refused", "withdrawn"])
def test_a_count_that_was_refused_or_taken_back_promises_nothing(case: Routing, status: str) -> None:
    there = Partner(case, 1)
    there.reported(1_000, 0)
    there.counted(50_000, 0, status)
    assert there.asked((0, 10_000)) == _SHORT


@pytest.mark.parametrize("told_twice", [False, True])
@pytest.mark.parametrize(("reported", "answer"), [(18_999, _SHORT), (19_000, _FREE)])
def test_what_was_sold_on_is_gone_once(
    case: Routing, reported: int, answer: set[str], told_twice: bool
) -> None:
    there = Partner(case, 1)
    there.reported(reported, 0)
    there.sold(9_000)
    there.sold(1_000, deleted=1)
    if told_twice:
        there.moved(-9_000, kind="sale")
    assert there.asked((0, 10_000)) == answer


def test_what_was_sold_from_nobody_knows_which_warehouse_is_promised_of_none(case: Routing) -> None:
    there = Partner(case, 2)
    there.reported(10_000, 0)
    there.reported(10_000, 1)
    there.moved(5_000)
    there.sold(9_000)
    assert there.asked((0, 6_001), (1, 3_999)) == _SHORT
    assert there.asked((0, 4_000), (1, 6_000)) == _FREE


def test_a_count_of_everything_is_of_no_single_warehouse_of_several(case: Routing) -> None:
    there = Partner(case, 2)
    there.reported(1_000, 0)
    there.reported(9_000, 1)
    there.counted(10_000)
    assert there.asked((0, 10_000)) == _SHORT


def test_a_newer_count_of_nothing_takes_back_what_warehouses_reported(case: Routing) -> None:
    there = Partner(case, 2)
    there.reported(5_000, 0)
    there.reported(5_000, 1)
    there.counted(0)
    assert there.asked((0, 5_000), (1, 5_000)) == _SHORT


def test_warehouses_that_report_again_hold_what_they_say(case: Routing) -> None:
    there = Partner(case, 2)
    there.counted(0)
    there.reported(5_000, 0, NOW + 40)
    there.reported(5_000, 1, NOW)
    assert there.asked((0, 5_000), (1, 5_000)) == _FREE


def test_everything_lies_in_the_only_warehouse(case: Routing) -> None:
    there = Partner(case, 1)
    there.reported(4_000, 0)
    there.counted(11_000)
    there.moved(-1_000)
    assert there.asked((0, 10_000)) == _FREE
