"""The manager's week: each step with its budget, what a person does for it, and what it must bring.

Shared by the end-to-end tests, which judge clicks and outcomes on a small network, and by the benchmark,
which judges seconds as well on a large one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks import week_dealer as dealer
from benchmarks import week_office as office
from benchmarks.week_hand import Effort
from benchmarks.week_scene import Scene

PERSON, PROGRAM = "person", "program"


@dataclass(frozen=True)
class Step:
    """``clicks`` and ``seconds`` are the budget; ``whose`` seconds: the program's alone where its answer is
    meant, else those of the person with the program.

    ``ready`` brings about what was before, without counting; ``outcome`` raises where the step did not bring
    what it is for.
    """

    name: str
    clicks: int
    seconds: float
    whose: str
    ready: Callable[[Scene], None]
    do: Callable[[Scene], None]
    outcome: Callable[[Scene], None]

    def taken(self, effort: Effort) -> float:
        """The seconds that the budget is about."""
        return effort.machine if self.whose == PROGRAM else effort.person

    def over(self, effort: Effort) -> bool:
        return effort.clicks > self.clicks or self.taken(effort) > self.seconds


STEPS = (
    Step("trip_pack", 1, 60, PROGRAM, office.sunday, office.pack, office.packed),
    Step("planned_week", 3, 30, PERSON, office.to_plan, office.plan_week, office.week_planned),
    Step("brief", 1, 1, PROGRAM, dealer.before_the_door, dealer.brief, dealer.briefed),
    Step("check_in", 1, 1, PROGRAM, dealer.brief_closed, dealer.check_in, dealer.checked_in),
    Step("count_40", 4, 240, PERSON, dealer.on_today, dealer.count, dealer.counted),
    Step("order", 6, 90, PERSON, dealer.at_the_visit, dealer.order, dealer.ordered),
    Step("promise", 2, 15, PERSON, dealer.at_the_visit, dealer.promise, dealer.promised),
    Step("day_report", 2, 10, PERSON, dealer.checked_out, dealer.day_report, dealer.reported),
    Step("evening_sync", 1, 15, PROGRAM, office.hotel, office.send, office.received),
    Step("conflict", 1, 1, PROGRAM, office.in_conflict, office.decide, office.decided),
    Step("bulk_edit_20", 9, 40, PERSON, office.partners, office.set_field, office.field_set),
)
"""Budgets that the product sets: clicks and seconds of the first three, the seconds of count, order, promise
and sync, the clicks of check-in, day report and conflict. The others are set here: a second for an answer, no
click more than the way to the form, the form and its end, and for twenty partners 40 s.
"""
