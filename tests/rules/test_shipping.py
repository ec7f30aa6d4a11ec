"""Shipments of an order: never more than was ordered, and the order follows what left and arrived."""

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules import orders
from channeldesk.rules.shipping import (
    COMING,
    HELD,
    TRANSITIONS,
    Actor,
    Item,
    Parcel,
    Status,
    held,
    moments,
    progress,
    refuse_arrival,
    refuse_days,
    refuse_move,
    refuse_shipment,
    still_open,
)

ORDERED = [Item(b"1", b"p", 5_000), Item(b"2", b"q", 3_000)]


def parcel(
    status: str, *quantities: int, expected_on: str | None = None, sent_at: int | None = None
) -> Parcel:
    items = [
        Item(one.line, one.product, quantity)
        for one, quantity in zip(ORDERED, quantities, strict=False)
        if quantity
    ]
    return Parcel(status, expected_on, tuple(items), sent_at)


def code(order_status: str = "accepted", *wanted: Item, parcels: tuple[Parcel, ...] = ()) -> str | None:
    refused = refuse_shipment(order_status, ORDERED, parcels, wanted)
    return None if refused is None else refused.code


def test_what_may_leave() -> None:
    all_of_it = (Item(b"1", b"p", 5_000), Item(b"2", b"q", 3_000))
    assert code("accepted", *all_of_it) is None
    assert code("partly_shipped", Item(b"2", b"q", 1), parcels=(parcel("sent", 5_000),)) is None
    assert code("placed", *all_of_it) == "shipment.order_not_open"
    assert code("shipped", *all_of_it) == "shipment.order_not_open"
    assert code("accepted") == "shipment.no_lines"
    assert code("accepted", Item(b"9", b"p", 1)) == "shipment.unknown_line"
    assert code("accepted", Item(b"1", b"q", 1)) == "shipment.unknown_line"
    assert code("accepted", Item(b"1", b"p", 1), Item(b"1", b"p", 1)) == "shipment.twice"
    assert code("accepted", Item(b"1", b"p", 0)) == "shipment.no_quantity"
    assert code("accepted", Item(b"1", b"p", 5_001)) == "shipment.too_many"
    for taken in HELD:
        assert code("accepted", Item(b"1", b"p", 1), parcels=(parcel(taken, 5_000),)) == "shipment.too_many"
    assert code("accepted", Item(b"1", b"p", 5_000), parcels=(parcel("cancelled", 5_000),)) is None


def test_who_moves_a_shipment() -> None:
    assert refuse_move("sent", "arrived", Actor.RECEIVER) is None
    assert refuse_move("sent", "arrived", Actor.HEADQUARTERS) is None
    for target in ("sent", "cancelled"):
        refused = refuse_move("planned", target, Actor.RECEIVER)
        assert refused is not None
        assert refused.code == "shipment.headquarters_sends"
    for start, target in (("arrived", "cancelled"), ("planned", "arrived"), ("cancelled", "sent")):
        refused = refuse_move(start, target, Actor.HEADQUARTERS)
        assert refused is not None
        assert refused.code == "shipment.no_such_move"


def test_the_order_follows() -> None:
    def after(*parcels: Parcel, status: str = "accepted") -> tuple[str, str | None]:
        found = progress(status, ORDERED, parcels, "2026-12-24")
        return found.status, found.expected_on

    assert after() == ("accepted", "2026-12-24")
    assert after(parcel("planned", 5_000, 3_000, expected_on="2026-12-20")) == ("accepted", "2026-12-20")
    assert after(parcel("sent", 5_000, expected_on="2026-12-30")) == ("partly_shipped", "2026-12-24")
    assert after(parcel("arrived", 5_000)) == ("partly_shipped", "2026-12-24")
    assert after(parcel("sent", 5_000, 3_000, expected_on="2026-12-30")) == ("shipped", "2026-12-30")
    assert after(parcel("arrived", 5_000), parcel("sent", 0, 3_000)) == ("shipped", None)
    assert after(parcel("arrived", 5_000), parcel("arrived", 0, 3_000)) == ("closed", None)
    back = parcel("cancelled", 5_000, 3_000, sent_at=1)
    assert after(back, status="shipped") == ("accepted", "2026-12-24")
    for over in ("placed", "closed", "cancelled", "rejected"):
        assert after(parcel("sent", 5_000, 3_000), status=over) == (over, None)
    for never in (
        (),
        (parcel("cancelled", 5_000),),
        (parcel("planned", 5_000), parcel("cancelled", 0, 3_000)),
    ):
        assert after(*never, status="shipped")[0] == "shipped", "what left before there were shipments"


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Status)), st.integers(0, 6_000), st.integers(0, 6_000)), max_size=6
    )
)
def test_whatever_is_asked_nothing_is_shipped_twice(asked: list[tuple[Status, int, int]]) -> None:
    """Each is taken only if it may; whatever its status becomes, lines are never exceeded, and every move of
    the order is one that its table knows.
    """
    parcels = list[Parcel]()
    status = "accepted"
    for becomes, *quantities in asked:
        wanted = [Item(one.line, one.product, q) for one, q in zip(ORDERED, quantities, strict=True) if q]
        if refuse_shipment(status, ORDERED, parcels, wanted) is not None:
            continue
        others = list(parcels)
        for step in dict.fromkeys((*(() if becomes == "planned" else ("planned", "sent")), becomes)):
            parcels = [*others, Parcel(step, None, tuple(wanted), None if step == "planned" else 1)]
            found = progress(status, ORDERED, parcels, None).status
            moved = (orders.Status(status), orders.Status(found))
            assert found == status or orders.Actor.SHIPMENTS in orders.TRANSITIONS[moved]
            status = found
    taken = held(parcels)
    assert all(taken.get(one.line, 0) <= one.quantity for one in ORDERED)
    rest = still_open(ORDERED, parcels)
    assert all(rest.get(one.line, 0) + taken.get(one.line, 0) == one.quantity for one in ORDERED)
    assert (status == "closed") == (
        held(parcels, ("arrived",)) == {one.line: one.quantity for one in ORDERED}
    )


def test_days() -> None:
    assert refuse_days("2026-12-01", "2026-12-01") is None
    assert refuse_days("2026-12-01", None) is None
    early = refuse_days("2026-12-02", "2026-12-01")
    assert early is not None
    assert early.code == "shipment.expected_before_sent"
    assert refuse_arrival("2026-12-01", "2026-12-03", "2026-12-03") is None
    later = refuse_arrival("2026-12-01", "2026-12-04", "2026-12-03")
    before = refuse_arrival("2026-12-02", "2026-12-01", "2026-12-03")
    assert later is not None
    assert before is not None
    assert (later.code, before.code) == ("shipment.arrives_later", "shipment.arrived_before_sent")


def test_moments_are_kept_and_taken_back() -> None:
    none = {"sent_at": None, "shipped_at": None, "closed_at": None}
    assert moments(none, "partly_shipped", 7) == {**none, "sent_at": 7}
    assert moments({**none, "sent_at": 7}, "closed", 9) == {"sent_at": 7, "shipped_at": 9, "closed_at": 9}
    assert moments({"sent_at": 7, "shipped_at": 9, "closed_at": None}, "accepted", 11) == none


def test_every_status_can_be_reached_and_those_on_their_way_are_held() -> None:
    assert {target for _, target in TRANSITIONS} | {Status.PLANNED} == set(Status)
    assert COMING < HELD
