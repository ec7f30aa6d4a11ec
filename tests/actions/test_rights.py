"""What a role may not do is refused on its own laptop, whatever asks for it, and leaves nothing to send."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from channeldesk.actions import approvals, credit_blocks, partners, payments, stock
from channeldesk.actions.payments import NewPayment
from channeldesk.actions.stock import Counted
from channeldesk.desk import Desk
from channeldesk.model.notice import Problem
from tests.support.demo_laptop import every, one

Act = Callable[[Desk, bytes], Any]


def _product(desk: Desk) -> bytes:
    return bytes(desk.ask(one, "SELECT id FROM product WHERE active = 1 LIMIT 1"))


def _asked(desk: Desk, _partner: bytes) -> None:
    sql = """
    SELECT id FROM sales_order WHERE status = 'accepted' AND order_kind = 'order'
      AND id NOT IN (SELECT order_id FROM approval WHERE order_id IS NOT NULL) LIMIT 1
    """
    desk.act(approvals.ask_cancellation, bytes(desk.ask(one, sql)), "They closed")


MONEY: dict[str, Act] = {
    "a payment": lambda d, p: d.act(payments.record, p, NewPayment("2026-11-02", "CNY", 100)),
    "a block": lambda d, p: d.act(credit_blocks.block, p, "Does not pay"),
}
FIELD: dict[str, Act] = {
    "a promise to pay": lambda d, p: d.act(payments.promise, p, 100, "CNY", "2099-01-01"),
    "a count": lambda d, p: d.act(stock.record_count, p, [Counted(_product(d), 1_000)]),
    "a request": _asked,
    "a limit": lambda d, p: d.act(partners.edit, p, {"credit_limit": 10**9}),
}
CASES = [("manager", name, act) for name, act in MONEY.items()]
CASES += [
    (role, name, act) for role in ("partner", "viewer", "gardener") for name, act in (MONEY | FIELD).items()
]


@pytest.mark.parametrize(("role", "what", "act"), CASES, ids=[f"{role}: {what}" for role, what, _ in CASES])
def test_it_is_refused_and_nothing_waits(desk: Desk, role: str, what: str, act: Act) -> None:
    partner = bytes(desk.ask(one, "SELECT partner_id FROM sales_order WHERE status = 'accepted' LIMIT 1"))
    desk.profile = replace(desk.profile, role=role)
    with pytest.raises(Problem) as problem:
        act(desk, partner)
    assert problem.value.notice.code == "sync.not_allowed", what
    assert desk.ask(every, "SELECT entity FROM outbox") == []


@pytest.mark.parametrize(("role", "acts"), [("headquarters", MONEY | FIELD), ("manager", FIELD)])
def test_who_may_does(desk: Desk, role: str, acts: dict[str, Act]) -> None:
    partner = bytes(desk.ask(one, "SELECT partner_id FROM sales_order WHERE status = 'accepted' LIMIT 1"))
    desk.profile = replace(desk.profile, role=role)
    for act in acts.values():
        act(desk, partner)
    assert len(desk.ask(every, "SELECT DISTINCT entity FROM outbox")) >= len(acts)
