"""A real laptop and a real server with a bad network between them: all converges, no round hangs."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from channeldesk.model.notice import Problem
from channeldesk.sync.engine import RoundResult
from channeldesk.sync.transport import HttpTransport
from tests.support.headquarters import Headquarters
from tests.support.proxy import FATES, Proxy
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]
pytestmark = pytest.mark.allow_log("Failed to parse headers", reason="an answer was cut inside its head")
HANGS = 60.0
"""Seconds; the deadlines below are far shorter, so a round that takes this long hangs."""


@contextmanager
def badly_connected(one: Laptop, seed: str, **options: object) -> Iterator[Proxy]:
    """The laptop talks through a proxy, with short deadlines, until the block ends."""
    proxy = Proxy(one.hq.address, seed, **options)  # type: ignore[arg-type]
    plain = one.transport.inner
    one.transport.inner = HttpTransport(
        proxy.address,
        one.session.token,
        connect_timeout=1.0,
        read_timeout=0.4,
        total_timeout=1.5,
        answer_timeout=1.5,
    )
    try:
        yield proxy
    finally:
        one.transport.inner.close()
        plain.token = one.transport.token
        one.transport.inner = plain
        proxy.close()


def calm(one: Laptop, proxy: Proxy) -> None:
    """A good network from now on, and the program's own patience: a busy machine is no fault."""
    proxy.calm()
    one.transport.inner.close()
    one.transport.inner = HttpTransport(proxy.address, one.transport.token)


def try_round(one: Laptop) -> RoundResult | Problem:
    """A round in a thread, so that one that hangs is told and not waited for."""
    done: list[RoundResult | BaseException] = []

    def work() -> None:
        try:
            done.append(one.sync())
        except BaseException as error:
            done.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(HANGS)
    assert done, "the round hangs"
    if isinstance(done[0], BaseException) and not isinstance(done[0], Problem):
        raise done[0]
    return done[0]


def work_in_a_bad_network(hq: Headquarters, one: Laptop, seed: str, rounds: int) -> Counter[str]:
    """Edits and rounds, then quiet; returns what the network did."""
    rng = random.Random(seed)
    orders, sums = [], 0
    one.sync()
    promise = one.insert(
        "promise", partner_id=one.row("partner", code="P1")["id"], promised="x", due_on="2026-12-01"
    )
    with badly_connected(one, seed) as proxy:
        for number in range(rounds):
            if rng.random() < 0.7:
                orders.append(one.place_order(quantity=1_000))
            one.act("UPDATE promise SET postponed = postponed + 1")
            sums += 1
            one.act("UPDATE partner SET phone = :v WHERE code = 'P1'", v=str(number))
            hq.execute("UPDATE partner SET delivery_note = :v WHERE code = 'P2'", {"v": str(number)})
            for at in range(rng.randrange(120)):
                hq_contact(hq, f"{number}-{at}")
            try_round(one)
        calm(one, proxy)
        last = try_round(one)
        assert isinstance(last, RoundResult), last
        assert last.finished
        met = proxy.met
    one.sync()
    assert one.waiting() == 0
    refused = sum(item["kind"] == "rejection" for item in one.inbox())
    assert len(hq.table("sales_order")) + refused == len(orders)
    assert len(hq.table("order_line")) + refused == len(orders)
    (row,) = hq.table("promise", id=promise)
    assert row["postponed"] == sums
    assert hq.table("partner", code="P1")[0]["phone"] == str(rounds - 1)
    converged(one)
    return met


def hq_contact(hq: Headquarters, name: str) -> None:
    hq.insert("contact", partner_id=hq.id_of("partner", code="P1"), name=name)


def test_a_bad_network_costs_nothing(hq: Headquarters, laptop: Make, rng: random.Random) -> None:
    met = work_in_a_bad_network(hq, laptop(), str(rng.random()), rounds=8)
    assert met["pass"] > 0
    assert sum(met.values()) > met["pass"]


@pytest.mark.parametrize("hq", ["sqlite"], indirect=True)
@pytest.mark.parametrize("fate", FATES)
def test_one_kind_of_fault_never_hangs_a_round(hq: Headquarters, laptop: Make, fate: str) -> None:
    """Every request meets it, until the network is calm again."""
    bo = laptop()
    with badly_connected(bo, "1", chance=1.0, fates=(fate,)) as proxy:
        for _ in range(2):
            try_round(bo)
        calm(bo, proxy)
        for _ in range(2):
            assert isinstance(try_round(bo), RoundResult)
    converged(bo)
