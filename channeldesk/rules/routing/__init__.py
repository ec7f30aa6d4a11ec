"""Order routing: which warehouse, channel or store sends what of several orders, at what cost, and why.

The best split is searched for by :func:`channeldesk.analytics.routing.propose`, which has a solver. Here is
all that needs none: what is asked (``terms``), what a split costs (``problem``), a split without a search
(``greedy``), whether a split can be carried out (``check``), and how it is told (``telling``).
"""

from __future__ import annotations

from channeldesk.model.notice import notice
from channeldesk.rules.routing.greedy import greedy
from channeldesk.rules.routing.outcome import Proposal, Solver
from channeldesk.rules.routing.problem import Problem, Split
from channeldesk.rules.routing.telling import told
from channeldesk.rules.routing.terms import Request


def changed(request: Request, split: Split) -> Proposal:
    """A split as headquarters changed it, with its costs and reasons. ValueError where it cannot be carried
    out; :func:`channeldesk.rules.routing.check.faults` says why.
    """
    return told(Problem(request), split, Solver.PERSON, None)


def first(request: Request) -> Proposal:
    """The split without a search: at hand at once, where a search still goes on or was stopped."""
    problem = Problem(request)
    return told(problem, problem.split(greedy(problem)), Solver.GREEDY, None, (notice("routing.greedy"),))
