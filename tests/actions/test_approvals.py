"""Asking for approval, deciding, passing on, taking back: on real laptops beside a real headquarters."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from channeldesk.actions import approvals as actions
from channeldesk.actions import orders, shipments
from channeldesk.actions.shipments import Terms
from channeldesk.desk import Desk
from channeldesk.model.changes import Topic
from channeldesk.model.notice import Problem
from channeldesk.queries import approvals as query
from channeldesk.queries import orders as orders_query
from channeldesk.queries.approvals import ApprovalDetail
from channeldesk.queries.orders import OrderDetail
from channeldesk.queries.views import ListView
from channeldesk.rules.amending import Wanted
from channeldesk.rules.shipping import Item
from tests.actions.test_orders_judged import drill, placed
from tests.support.demo_laptop import every, one
from tests.support.headquarters import Headquarters, synchronised


@pytest.fixture
def hana(hq: Headquarters, tmp_path: Path) -> Iterator[Desk]:
    """At headquarters, who may decide."""
    with synchronised(hq, tmp_path / "hana", "hana") as opened:
        yield opened


def order(desk: Desk, order_id: bytes) -> OrderDetail:
    found = desk.ask(orders_query.detail, order_id)
    assert found is not None
    return found


def request(desk: Desk, order_id: bytes) -> ApprovalDetail:
    (row,) = desk.ask(query.of_order, order_id)[:1]
    found = desk.ask(query.detail, row.id)
    assert found is not None
    return found


def beyond(desk: Desk, because: str = "They pay on Friday") -> bytes:
    """An order over the credit limit, with a request to accept it; its id."""
    return desk.act(orders.place, replace(drill(desk, 30_000), because=because)).value.order_id


def synced(*desks: Desk) -> None:
    for desk in desks:
        assert desk.sync(in_process=True).finished


def code(problem: pytest.ExceptionInfo[Problem]) -> str:
    return problem.value.notice.code


def test_an_order_beyond_its_limit_is_asked_for_approved_and_accepted(
    at_headquarters: Desk, hana: Desk
) -> None:
    bo, order_id = at_headquarters, beyond(at_headquarters)
    asked = request(bo, order_id)
    assert (asked.row.status, asked.row.mine, asked.row.provisional) == ("asked", True, True)
    assert not asked.may_decide
    synced(bo, hana)
    assert order(bo, order_id).order.status == "placed"
    assert order(bo, order_id).asked == "order"
    found = request(hana, order_id)
    assert found.may_decide
    assert [one.code for one in found.reasons] == ["credit.exceeded"]
    assert (found.row.because, found.row.asked_by, found.row.due is not None) == (
        "They pay on Friday",
        "Bo",
        True,
    )
    assert hana.ask(query.counts).to_decide == 1

    done = hana.act(actions.decide, [found.row.id], approve=True, decision="Once more")
    assert done.changes >= {Topic.APPROVALS, Topic.ORDERS}
    assert request(hana, order_id).row.status == "approved"
    synced(hana, bo)
    assert (order(bo, order_id).order.status, order(bo, order_id).asked) == ("accepted", None)
    decided = request(bo, order_id).row
    assert (decided.status, decided.decision, decided.decided_by) == ("approved", "Once more", "Hana")


def test_a_refusal_says_why(at_headquarters: Desk, hana: Desk) -> None:
    bo, order_id = at_headquarters, beyond(at_headquarters)
    synced(bo, hana)
    hana.act(actions.decide, [request(hana, order_id).row.id], approve=False, decision="Not again")
    synced(hana, bo)
    found = order(bo, order_id)
    assert (found.order.status, found.decision) == ("rejected", "Not again")


def test_a_decision_is_taken_back_before_it_is_sent(at_headquarters: Desk, hana: Desk) -> None:
    bo, order_id = at_headquarters, beyond(at_headquarters)
    synced(bo, hana)
    done = hana.act(actions.decide, [request(hana, order_id).row.id], approve=False)
    assert done.undo is not None
    hana.act(done.undo.action)
    synced(hana, bo)
    assert request(hana, order_id).row.status == "asked"
    assert order(bo, order_id).order.status == "placed"
    assert hana.ask(every, "SELECT * FROM inbox") == []


def test_who_asked_takes_it_back(at_headquarters: Desk, hana: Desk) -> None:
    bo, order_id = at_headquarters, beyond(at_headquarters)
    synced(bo)
    bo.act(actions.withdraw, request(bo, order_id).row.id)
    synced(bo)
    assert order(bo, order_id).order.status == "cancelled"


def test_a_request_taken_back_before_it_was_sent_takes_its_order_along(
    at_headquarters: Desk, hana: Desk, hq: Headquarters
) -> None:
    """Nothing may stand against the order by the time it is sent, and nobody wants it any more."""
    bo = at_headquarters
    order_id = beyond(bo)
    done = bo.act(actions.withdraw, request(bo, order_id).row.id)
    assert bo.ask(lambda c: c.exec_driver_sql("SELECT count(*) FROM approval").scalar()) == 0
    assert done.undo is not None
    bo.act(done.undo.action)
    assert order(bo, order_id).order.status == "placed"
    bo.act(actions.withdraw, request(bo, order_id).row.id)
    synced(bo, hana)
    assert hq.table("sales_order", id=order_id) == []


def test_undo_of_the_order_takes_its_request_along(at_headquarters: Desk) -> None:
    bo = at_headquarters
    done = bo.act(orders.place, replace(drill(bo, 30_000), because="Friday"))
    assert bo.ask(one, "SELECT count(*) FROM approval") == 1
    assert done.undo is not None
    bo.act(done.undo.action)
    assert bo.ask(one, "SELECT count(*) FROM approval") == 0
    assert bo.ask(every, "SELECT entity FROM outbox") == []
    bo.act(orders.cancel, beyond(bo))
    assert bo.ask(one, "SELECT count(*) FROM approval") == 0


def test_nobody_is_asked_without_a_reason_or_a_need(at_headquarters: Desk) -> None:
    bo = at_headquarters
    bo.act(orders.place, replace(drill(bo), because="Not needed"))
    bo.act(orders.place, replace(drill(bo, 30_000), because="  "))
    assert bo.ask(one, "SELECT count(*) FROM approval") == 0


def test_nobody_decides_for_themselves_or_without_the_right(
    hq: Headquarters, at_headquarters: Desk, hana: Desk, tmp_path: Path
) -> None:
    bo, order_id = at_headquarters, beyond(at_headquarters)
    synced(bo, hana)
    own = request(bo, order_id).row.id
    with pytest.raises(Problem) as refused:
        bo.act(actions.decide, [own], approve=True)
    assert code(refused) == "approval.own"
    with synchronised(hq, tmp_path / "ann", "ann") as ann:
        with pytest.raises(Problem) as refused:
            ann.act(actions.decide, [own], approve=True)
        assert code(refused) == "approval.no_right"
        with pytest.raises(Problem) as refused:
            hana.act(actions.pass_on, [own], ann.profile.user_id)
        assert code(refused) == "approval.no_such_approver"
        hq.execute("UPDATE app_user SET approves = 1 WHERE login = 'ann'")
        synced(hana, ann)
        assert [name for _, name in hana.ask(query.approvers, hana.profile.user_id)] == ["Ann"]
        hq.execute("UPDATE app_user SET approves = 1 WHERE login IN ('bo', 'cai')")
        synced(hana)
        everybody = [name for _, name in hana.ask(query.approvers, hana.profile.user_id)]
        assert everybody == ["Ann", "Bo", "Cai"]
        asked_by_bo = [name for _, name in hana.ask(query.approvers, hana.profile.user_id, [own])]
        assert asked_by_bo == ["Ann"], "Bo asked, Cai does not see the partner"
        ids = {name: one for one, name in hana.ask(query.approvers, hana.profile.user_id)}
        for name, why in (("Bo", "approval.own"), ("Cai", "approval.no_such_approver")):
            with pytest.raises(Problem) as refused:
                hana.act(actions.pass_on, [own], ids[name])
            assert code(refused) == why
        hana.act(actions.pass_on, [own], ann.profile.user_id)
        synced(hana, ann)
        assert request(ann, order_id).row.assigned == "Ann"
        ann.act(actions.decide, [own], approve=True)
        synced(ann)
        assert order(ann, order_id).order.status == "accepted"


def test_an_accepted_order_is_changed_by_asking(at_headquarters: Desk, hana: Desk) -> None:
    bo = at_headquarters
    sold = placed(bo, drill(bo, 4_000))
    (line,) = sold.lines
    wanted = [Wanted(line.id, line.product_id, 1_000)]
    done = bo.act(actions.ask_amendment, sold.order.id, wanted, "They need fewer", "2026-12-24")
    found = request(bo, sold.order.id)
    assert [(one.before, one.after) for one in found.changes] == [(4_000, 1_000)]
    assert found.total_after == sold.order.total // 4
    assert order(bo, sold.order.id).asked == "amendment"
    with pytest.raises(Problem) as refused:
        bo.act(actions.ask_cancellation, sold.order.id, "Again")
    assert code(refused) == "approval.asked_before"
    assert done.undo is not None
    bo.act(done.undo.action)
    assert bo.ask(every, "SELECT * FROM outbox") == []

    bo.act(actions.ask_amendment, sold.order.id, wanted, "They need fewer", "2026-12-24")
    synced(bo, hana)
    hana.act(actions.decide, [request(hana, sold.order.id).row.id], approve=True)
    synced(hana, bo)
    after = order(bo, sold.order.id)
    assert [one.quantity for one in after.lines] == [1_000]
    assert (after.order.total, after.order.requested_on) == (sold.order.total // 4, "2026-12-24")


def test_what_shipments_hold_meanwhile_cannot_be_approved_away(at_headquarters: Desk, hana: Desk) -> None:
    """Headquarters would refuse the yes, so it is not given: the laptop knows the shipments as well."""
    bo = at_headquarters
    sold = placed(bo, drill(bo, 4_000))
    (line,) = sold.lines
    bo.act(actions.ask_amendment, sold.order.id, [Wanted(line.id, line.product_id, 1_000)], "They need fewer")
    synced(bo, hana)
    assert request(hana, sold.order.id).impossible is None
    held = [Item(line.id, line.product_id, 4_000)]
    hana.act(shipments.ship, sold.order.id, held, Terms("", "", None, None, ""), planned=True)
    found = request(hana, sold.order.id)
    assert found.impossible is not None and found.impossible.code == "approval.shipped"
    with pytest.raises(Problem) as refused:
        hana.act(actions.decide, [found.row.id], approve=True)
    assert code(refused) == "approval.shipped"
    hana.act(actions.decide, [found.row.id], approve=False, decision="It is packed")
    synced(hana, bo)
    assert request(bo, sold.order.id).row.status == "refused"


def test_an_accepted_order_is_cancelled_by_asking(at_headquarters: Desk, hana: Desk) -> None:
    bo = at_headquarters
    sold = placed(bo, drill(bo))
    bo.act(actions.ask_cancellation, sold.order.id, "They closed")
    synced(bo, hana)
    hana.act(actions.decide, [request(hana, sold.order.id).row.id], approve=True)
    synced(hana, bo)
    assert order(bo, sold.order.id).order.status == "cancelled"


def test_what_cannot_be_asked(at_headquarters: Desk) -> None:
    bo = at_headquarters
    waiting = bo.act(orders.place, drill(bo)).value.order_id
    with pytest.raises(Problem) as refused:
        bo.act(actions.ask_cancellation, waiting, "Too early")
    assert code(refused) == "approval.order_moved_on"
    synced(bo)
    with pytest.raises(Problem) as refused:
        bo.act(actions.ask_cancellation, waiting, " ")
    assert code(refused) == "edit.field_required"
    (line,) = order(bo, waiting).lines
    with pytest.raises(Problem) as refused:
        bo.act(actions.ask_amendment, waiting, [Wanted(line.id, line.product_id, line.quantity)], "Same")
    assert code(refused) == "approval.changes_nothing"


def test_the_list_says_what_waits_for_whom(at_headquarters: Desk, hana: Desk) -> None:
    bo = at_headquarters
    first, second = beyond(bo), beyond(bo, "Again")
    synced(bo, hana)
    hana.act(actions.decide, [request(hana, first).row.id], approve=True)

    def shown(desk: Desk, **filters: str) -> list[bytes]:
        keys = desk.ask(query.keys, ListView(filters))
        return [row.order_id for row in desk.ask(query.rows, keys)]

    assert shown(hana, status="asked", mine="no") == [second]
    assert shown(hana, mine="yes") == []
    assert sorted(shown(bo, mine="yes")) == sorted([first, second])
    assert shown(hana, status="approved|refused") == [first]
    assert hana.ask(query.counts) == query.Counts(to_decide=1, mine=0, decided=1)
    assert bo.ask(query.counts) == query.Counts(to_decide=0, mine=2, decided=0)
