"""What a promotion changed: net sales of what it holds, against what would have been sold without it.

Expected is, for every day, the mean of the same weekday over the whole weeks before the promotion began: the
usual baseline of promotion analysis (Blattberg and Neslin, Sales Promotion, 1990). Where partners can be
watched that the promotion did not touch, it is multiplied by what their sales of the same products did
meanwhile, so that a season is not taken for an effect: difference in differences of logarithms (Card and
Krueger, American Economic Review 84, 1994; Angrist and Pischke, Mostly Harmless Econometrics, 2009, ch. 5).

    expected = sum of baseline(weekday of d) over its days d       baseline = sold on that weekday / weeks
    lift     = sold - expected x (sold at peers / expected at peers)

Amounts are whole minor units of one currency; sums are fractions until the end and rounded once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from channeldesk.model.notice import Money, Notice, Rate, notice
from channeldesk.model.values import WHOLE, round_half_up
from channeldesk.rules.explain import Step
from channeldesk.rules.targets import growth

WEEKS = 8
"""Of the baseline: two months see the rhythm of partners who order monthly, and no other season."""
LEAST_WEEKS = 4
LEAST_PARTNERS = 5
"""With fewer, one large order decides what comes out."""
_CERTAIN = 2.0
DAYS_OF_WEEK = 7

Daily = Mapping[date, int]
"""Net by business date; on a day without an entry nothing was sold."""


@dataclass(frozen=True, slots=True)
class Group:
    """Partners looked at together, and what they bought of the promoted products."""

    partners: int
    daily: Daily


@dataclass(frozen=True, slots=True)
class Compared:
    """``sold`` in the days of the promotion, and ``expected`` by the weeks before."""

    partners: int
    sold: int
    expected: int

    @property
    def change(self) -> int | None:
        """In basis points; None where nothing was expected."""
        return growth(self.sold, self.expected)


@dataclass(frozen=True, slots=True)
class Effect:
    """``expected`` is after the comparison with ``peers``, where there are any to compare with.

    ``swing``: standard deviation of the weeks before, in basis points of their mean. ``certain``: the lift is
    more than two standard errors, of both groups' means over the weeks before and during, as if weeks were
    independent: about one in ten promotions that change nothing is still called so. ``cautions`` say what the
    figures do not tell.
    """

    first: date
    last: date
    weeks: int
    currency: str
    touched: Compared
    peers: Compared | None
    expected: int
    swing: int | None
    certain: bool
    steps: tuple[Step, ...] = ()
    cautions: tuple[Notice, ...] = ()

    @property
    def lift(self) -> int:
        return self.touched.sold - self.expected

    @property
    def share(self) -> int | None:
        """Of what was expected, in basis points."""
        return growth(self.touched.sold, self.expected)


def baseline(daily: Daily, first: date, weeks: int) -> tuple[Fraction, ...]:
    """Mean net of each weekday, Monday first, over the ``weeks`` before ``first``."""
    sold = [0] * DAYS_OF_WEEK
    for day, net in daily.items():
        if 0 < (first - day).days <= weeks * DAYS_OF_WEEK:
            sold[day.weekday()] += net
    return tuple(Fraction(one, weeks) for one in sold) if weeks else (Fraction(),) * DAYS_OF_WEEK


def expected_on(usual: tuple[Fraction, ...], first: date, last: date) -> Fraction:
    """What the days between two dates, both included, would have brought."""
    return sum((usual[day.weekday()] for day in days(first, last)), Fraction())


def days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=at) for at in range((last - first).days + 1))


def compare(group: Group, first: date, last: date, weeks: int) -> Compared:
    expected = expected_on(baseline(group.daily, first, weeks), first, last)
    sold = sum(net for day, net in group.daily.items() if first <= day <= last)
    return Compared(group.partners, sold, round_half_up(expected.numerator, expected.denominator))


def effect(touched: Group, peers: Group | None, first: date, last: date, weeks: int, currency: str) -> Effect:
    """Of the days from ``first`` to ``last``; ``weeks``: how many whole weeks before are known."""
    compared = compare(touched, first, last, weeks)
    beside = compare(peers, first, last, weeks) if peers is not None else None
    few_peers = beside is not None and beside.partners < LEAST_PARTNERS
    if beside is not None and (few_peers or min(beside.expected, beside.sold) <= 0):
        beside = None
    expected = compared.expected
    if beside is not None:
        expected = round_half_up(expected * beside.sold, beside.expected)
    swing = _swing(touched.daily, first, weeks)
    beside_swing = _swing(peers.daily, first, weeks) if peers is not None and beside is not None else 0
    own_weeks = ((last - first).days + 1) / DAYS_OF_WEEK
    certain = (
        swing is not None
        and beside_swing is not None
        and compared.expected > 0
        and abs(compared.sold - expected) / compared.expected
        > _CERTAIN * math.hypot(swing, beside_swing) / WHOLE * math.sqrt(1 / own_weeks + 1 / weeks)
    )
    made = Effect(first, last, weeks, currency, compared, beside, expected, swing, certain)
    without = "effect.no_peers" if peers is None else "effect.peers_without"
    if few_peers:
        without = "effect.few_peers"
    return replace(made, steps=_steps(made), cautions=_cautions(made, without))


def _weekly(daily: Daily, first: date, weeks: int) -> list[int]:
    sold = [0] * weeks
    for day, net in daily.items():
        before = (first - day).days
        if 0 < before <= weeks * DAYS_OF_WEEK:
            sold[(before - 1) // DAYS_OF_WEEK] += net
    return sold


def _swing(daily: Daily, first: date, weeks: int) -> int | None:
    sold = _weekly(daily, first, weeks)
    mean = sum(sold) / weeks if weeks else 0.0
    if weeks < 2 or mean <= 0:
        return None
    deviation = math.sqrt(sum((one - mean) ** 2 for one in sold) / (weeks - 1))
    return round(deviation / mean * WHOLE)


def _steps(made: Effect) -> tuple[Step, ...]:
    of, currency = made.touched, made.currency
    count = (made.last - made.first).days + 1
    steps = [Step(notice("step.baseline", weeks=made.weeks), Money(of.expected, currency))]
    if made.peers is not None and (change := made.peers.change) is not None:
        label = notice("step.at_peers", partners=made.peers.partners)
        steps.append(Step(label, Rate(WHOLE + change), "*"))
        steps.append(Step(notice("step.expected"), Money(made.expected, currency), "="))
    steps += [
        Step(notice("step.sold_with", days=count, partners=of.partners), Money(of.sold, currency)),
        Step(notice("step.lift"), Money(made.lift, currency), "="),
    ]
    if made.share is not None:
        steps.append(Step(notice("step.lift_share"), Rate(made.share), "="))
    return tuple(steps)


def _cautions(made: Effect, without: str) -> tuple[Notice, ...]:
    """``without``: why nobody is compared with, where nobody is; without weeks nothing is compared at all."""
    found = []
    if made.weeks < LEAST_WEEKS:
        found.append(notice("effect.few_weeks", weeks=made.weeks))
    elif made.touched.expected <= 0:
        found.append(notice("effect.no_baseline"))
    if 0 < made.touched.partners < LEAST_PARTNERS:
        found.append(notice("effect.few_partners", partners=made.touched.partners))
    if made.peers is None and made.weeks:
        found.append(notice(without, least=LEAST_PARTNERS))
    if made.swing is not None and not made.certain:
        found.append(notice("effect.within_swing", swing=Rate(made.swing)))
    return tuple(found)
