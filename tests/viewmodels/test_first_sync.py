"""How far a first synchronisation is, step by step."""

from dataclasses import dataclass

import pytest

from channeldesk.model.changes import Topic
from channeldesk.model.declare import replicated
from ui.viewmodels.first_sync import KINDS, FirstSync, Phase, State, all_entities, rounded_seconds


@dataclass
class Step:
    name: str
    done: int = 0
    expected: int = 0
    parts: tuple[tuple[str, int, int], ...] = ()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def first(clock: Clock) -> FirstSync:
    return FirstSync(clock)


def states(first: FirstSync) -> dict[str, State]:
    return {line.kind.id: line.state for line in first.lines()}


def parts(**done: int) -> tuple[tuple[str, int, int], ...]:
    """Every entity in the order in which it comes; most have no rows."""
    expected = {"role": 4, "partner": 10, "contact": 20, "product": 5, "order_line": 100, "target": 3}
    names = [entity.__entity__ for entity in replicated()]
    return tuple((name, done.get(name, 0), expected.get(name, 0)) for name in names)


def test_every_replicated_entity_stands_on_one_line() -> None:
    assert sorted(all_entities()) == sorted(entity.__entity__ for entity in replicated())


def test_nothing_is_known_before_headquarters_answers(first: FirstSync) -> None:
    assert first.share is None
    assert set(states(first).values()) == {State.WAITING}
    assert "partners" in first.waiting_pages()


def test_kinds_become_usable_one_after_the_other(first: FirstSync) -> None:
    first.report(Step("greeted"))
    assert first.report(Step("pull started", 0, 142, parts())) == frozenset()
    first.report(Step("marked", 14, 142, parts(role=4, partner=10)))
    assert states(first)["company"] is State.USABLE
    assert states(first)["partners"] is State.COMING, "contacts are still to come"
    moved = first.report(Step("marked", 34, 142, parts(role=4, partner=10, contact=20)))
    assert moved == {Topic.PARTNERS, Topic.CONTACTS}
    assert states(first)["partners"] is State.USABLE
    assert "partners" not in first.waiting_pages()
    assert {"orders", "today", "performance"} <= first.waiting_pages()
    assert [line.kind.id for line in first.missing("orders")] == ["orders"]
    assert not first.missing("partners")
    assert {"orders", "stock", "money"} <= {line.kind.id for line in first.missing("partner")}
    first.report(Step("marked", 60, 142, parts(role=4, partner=10, contact=20, product=5, order_line=21)))
    assert states(first)["orders"] is State.COMING
    assert states(first)["money"] is State.WAITING
    moved = first.report(Step("indexed", 142, 142))
    assert Topic.ORDERS in moved
    assert set(states(first).values()) == {State.USABLE}
    assert first.waiting_pages() == {"today", "performance", "order_lines"}
    first.report(Step("summarised"))
    first.report(Step("finished"))
    assert first.phase is Phase.FINISHED
    assert first.share == 1.0
    assert not first.waiting_pages()


def test_what_an_interrupted_round_brought_counts_as_here(first: FirstSync) -> None:
    first.report(Step("pull started", 0, 103, (("order_line", 0, 100), ("target", 0, 3))))
    found = {line.kind.id: line for line in first.lines()}
    assert found["partners"].state is State.USABLE
    assert found["partners"].expected is None
    assert found["orders"].state is State.COMING


def test_later_rounds_are_no_first_one(first: FirstSync) -> None:
    first.report(Step("finished"))
    for later in ("greeted", "pull started", "marked", "indexed"):
        assert first.report(Step(later, 0, 100)) == frozenset()
        assert first.phase is Phase.FINISHED
        assert first.missing("partners") == []


def test_the_time_left_is_measured(first: FirstSync, clock: Clock) -> None:
    first.report(Step("pull started", 0, 1_000, (("order_line", 0, 1_000),)))
    assert first.seconds_left is None
    clock.now = 2.0
    first.report(Step("marked", 200, 1_000, (("order_line", 200, 1_000),)))
    assert first.seconds_left == pytest.approx(8.0)
    (orders,) = [line for line in first.lines() if line.kind.id == "orders"]
    assert orders.seconds == pytest.approx(8.0)
    assert orders.share == pytest.approx(0.2)
    assert first.share == pytest.approx(0.18)


@pytest.mark.parametrize(("exact", "said"), [(0.2, 5), (42, 40), (58, 60), (127, 130), (754, 780)])
def test_seconds_as_people_say_them(exact: float, said: int) -> None:
    assert rounded_seconds(exact) == said


def test_kinds_wait_in_the_order_in_which_they_come() -> None:
    ranks = [[entity.rank for entity in replicated() if entity.__entity__ in kind.entities] for kind in KINDS]
    flat = [rank for group in ranks for rank in group if rank < 80]
    assert flat == sorted(flat)
