"""The search for the cheapest split: as good as trying all, exact, repeatable, never without an answer."""

import random
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.analytics.routing import propose
from channeldesk.model.messages import MESSAGES
from channeldesk.rules.routing.greedy import greedy
from channeldesk.rules.routing.outcome import Proposal, Solver
from channeldesk.rules.routing.problem import Problem
from channeldesk.rules.routing.terms import Request
from tests.support.routing import (
    LANGUAGES,
    cheapest,
    keeps_its_promises,
    larger,
    order,
    request,
    requests,
    shuffled,
    site,
    texts,
)


def notes(proposal: Proposal) -> list[str]:
    return [one.code for one in proposal.notes]


@given(requests())
def test_no_split_that_can_be_carried_out_costs_less(asked: Request) -> None:
    found = propose(asked)

    assert found.costs.total == cheapest(asked)
    assert (found.solver, found.gap, notes(found)) == (Solver.MILP, 0, ["routing.proven"])
    keeps_its_promises(asked, found)


@given(requests(), st.integers(0, 1_000))
def test_the_answer_does_not_depend_on_the_order_of_what_is_asked(asked: Request, seed: int) -> None:
    first, second = propose(asked), propose(shuffled(asked, random.Random(seed)))

    assert first == second
    assert [one.steps for one in first.orders] == [one.steps for one in second.orders]


@pytest.mark.parametrize("seed", range(4))
def test_many_orders_come_out_the_same_twice_and_never_dearer_than_the_greedy_split(seed: int) -> None:
    asked = larger(random.Random(seed), 25, 5)
    found, problem = propose(asked), Problem(asked)

    keeps_its_promises(asked, found)
    assert found.proven and found.solver is Solver.MILP
    assert found.costs.total < problem.cost(greedy(problem)), "the search was worth it"
    assert propose(shuffled(asked, random.Random(9))) == found
    told = texts(found)
    assert told and not [one for one in told if "{" in one or one in MESSAGES]


def test_nothing_to_route_needs_no_search() -> None:
    nothing = propose(request([], []))
    assert (nothing.orders, nothing.costs.total, nothing.gap) == ((), 0, 0)
    nowhere = propose(request([order("a", ("p", 3, 900))], []))
    assert (nowhere.split, nowhere.gap, notes(nowhere)) == ({}, 0, ["routing.proven"])


# --- when the solver does not come to an end ---------------------------------------------------------------

CHEAP, DEAR = site("cheap", {"p": 4}, cost=100), site("dear", {"p": 9}, cost=700)
ORDERS = [order("a", ("p", 3, 900)), order("b", ("p", 3, 800))]
ASKED = request(ORDERS, [CHEAP, DEAR])
"""One of the two comes from the cheap site, the other from the dear one; the greedy split does as well."""


def answering(monkeypatch: pytest.MonkeyPatch, **answer: Any) -> None:
    told = {"status": 1, "x": None, "mip_dual_bound": None, "message": "", **answer}
    monkeypatch.setattr(scipy.optimize, "milp", lambda *_, **__: SimpleNamespace(**told))


def test_without_a_solver_the_greedy_split_is_proposed_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    found = propose(ASKED)

    assert (found.solver, found.gap, found.proven) == (Solver.GREEDY, None, False)
    assert notes(found) == ["routing.no_solver", "routing.greedy"]
    assert found.costs.sending == 800 and not found.costs.unmet
    keeps_its_promises(ASKED, found)


def test_a_solver_that_fails_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object, **__: object) -> None:
        raise RuntimeError("out of luck")

    monkeypatch.setattr(scipy.optimize, "milp", failing)
    found = propose(ASKED)
    assert (found.solver, found.costs.sending) == (Solver.GREEDY, 800)
    assert notes(found) == ["routing.solver_failed", "routing.greedy"]
    assert LANGUAGES[0].notice(found.notes[0]) == "The solver failed (RuntimeError: out of luck)."

    answering(monkeypatch, status=4, message="numbers too large")
    assert str(propose(ASKED).notes[0]) == "The solver failed (numbers too large)."


def test_no_time_at_all_leaves_the_greedy_split() -> None:
    asked = request(ORDERS, [CHEAP, DEAR], seconds=0.0)
    found = propose(asked)

    assert (found.solver, found.costs.sending) == (Solver.GREEDY, 800)
    assert notes(found)[:2] == ["routing.out_of_time", "routing.greedy"]
    assert str(found.notes[0]) == "The search was stopped after 0 s."


def test_what_was_found_in_time_is_used_with_its_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns: order a from cheap and dear, b from cheap and dear, then the four shipments."""
    unmet = Problem(ASKED).nothing_sent
    answering(monkeypatch, x=[0, 3, 3, 0, 0, 1, 1, 0], mip_dual_bound=500.0 - unmet)
    found = propose(ASKED)

    assert (found.solver, found.costs.total, found.gap) == (Solver.MILP, 800, 300)
    assert found.split == {(b"a", 1, b"dear"): 3_000, (b"b", 1, b"cheap"): 3_000}
    assert [str(one) for one in found.notes] == [
        "The search was stopped after 10 s.",
        "A split that costs less may exist, by CNY 3.00 at most.",
    ]


def test_what_was_found_in_time_is_topped_up_and_dropped_where_the_greedy_split_is_better(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unmet = Problem(ASKED).nothing_sent
    answering(monkeypatch, x=[0, 2, 0, 3, 0, 1, 0, 1], mip_dual_bound=800.0 - unmet)
    found = propose(ASKED)

    assert found.solver is Solver.GREEDY, "both from the dear site: topped up, but 1,400"
    assert (found.costs.total, found.gap, notes(found)) == (800, 0, ["routing.proven"])

    answering(monkeypatch, x=[2, 0, 0, 3, 1, 0, 0, 1], mip_dual_bound=700.4 - unmet)
    found = propose(ASKED)
    assert (found.solver, found.costs.total, found.gap) == (Solver.MILP, 800, 100)
    keeps_its_promises(ASKED, found)


def test_parts_of_a_pack_never_become_a_quantity(monkeypatch: pytest.MonkeyPatch) -> None:
    unmet = Problem(ASKED).nothing_sent
    answering(monkeypatch, x=[0.5, 2.5, 2.9999999, 0, 1, 1, 1, 0], mip_dual_bound=float("-inf"))
    found = propose(ASKED)

    keeps_its_promises(ASKED, found)
    assert found.costs.total < unmet and found.gap is None
    assert notes(found)[0] == "routing.out_of_time"

    answering(monkeypatch, x=[2.9999999, 0, 0, 3.0000001, 1, 0, 0, 1])
    found = propose(ASKED)
    assert found.split == {(b"a", 1, b"cheap"): 3_000, (b"b", 1, b"dear"): 3_000}
    assert notes(found) == ["routing.out_of_time", "routing.unproven"]


def test_an_answer_that_cannot_be_carried_out_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(
        monkeypatch, status=0, x=[3, 0, 3, 0, 1, 0, 1, 0], mip_dual_bound=0.0
    )  # more than any split costs
    found = propose(ASKED)

    assert (found.solver, found.costs.total) == (Solver.GREEDY, 800), "six from a site that has four"
    assert notes(found) == ["routing.inexact", "routing.greedy"]
    keeps_its_promises(ASKED, found)


def test_the_solver_is_given_the_time_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[dict[str, object]] = []

    def noting(*_: object, options: dict[str, object], **__: object) -> SimpleNamespace:
        given.append(options)
        return SimpleNamespace(status=1, x=None, mip_dual_bound=None, message="")

    monkeypatch.setattr(scipy.optimize, "milp", noting)
    assert propose(request(ORDERS, [CHEAP, DEAR], seconds=2.5)).solver is Solver.GREEDY
    assert [one["time_limit"] for one in given] == [2.5]


def test_amounts_that_are_too_large_for_the_solver_still_get_an_exact_split() -> None:
    hub = site("hub", {"p": 150_000})
    asked = request([order("a", ("p", 100_000, 10**15)), order("b", ("p", 100_000, 10**14))], [hub])
    found = propose(asked)

    keeps_its_promises(asked, found)
    assert found.split == {(b"a", 1, b"hub"): 100_000_000, (b"b", 1, b"hub"): 50_000_000}
    assert found.notes
