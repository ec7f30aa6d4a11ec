"""Which offers hold together: those that take most off the order.

What may stand together is declared by :class:`Combination` and by groups. Choosing is exact wherever it can
be: a line by itself is a comparison; only offers over several lines have to be tried against each other.
Nothing here depends on a clock, so that laptop and headquarters come to the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from channeldesk.rules.promotions.offers import Offer
from channeldesk.rules.promotions.terms import Combination

MOST_GROUPED = 20_000
"""Ways to choose one promotion of each group are all tried up to so many offers in all. With more, each
group's largest holds.
"""
MOST_TRIES = 20_000
"""Sets of offers over several lines that are tried; what is best by then holds."""


def choose(offers: Sequence[Offer]) -> list[Offer]:
    """The offers that hold. Of equal outcomes the one whose promotions come first by code."""
    ordered = sorted(offers, key=_by_code)
    together = [one for one in ordered if one.promotion.combination is not Combination.ALONE]
    best = max((_together(chosen) for chosen in _groupings(together)), key=_total, default=[])
    by_promotion: dict[bytes, list[Offer]] = {}
    for one in ordered:
        if one.promotion.combination is Combination.ALONE:
            by_promotion.setdefault(one.promotion.id, []).append(one)
    return max([best, *by_promotion.values()], key=_total)


def fit_together(chosen: Sequence[Offer]) -> bool:
    """Whether these may hold at once."""
    promotions = {one.promotion.id: one.promotion for one in chosen}
    groups = [one.group for one in promotions.values() if one.group is not None]
    if len(groups) > len(set(groups)):
        return False
    if len(promotions) > 1 and any(one.combination is Combination.ALONE for one in promotions.values()):
        return False
    held: dict[int, list[Offer]] = {}
    for one in chosen:
        for at, _ in one.shares:
            held.setdefault(at, []).append(one)
    return all(
        len(several) == 1 or all(one.promotion.combination is Combination.ADDS_UP for one in several)
        for several in held.values()
    )


def _by_code(one: Offer) -> tuple[str, bytes]:
    return one.promotion.code, one.promotion.id


def _total(offers: Iterable[Offer]) -> int:
    return sum(one.total for one in offers)


def _groupings(offers: list[Offer]) -> Iterable[list[Offer]]:
    """The offers with one promotion of each group, in every way there is."""
    totals: dict[str, dict[bytes, int]] = {}
    for one in offers:
        if one.promotion.group is not None:
            group = totals.setdefault(one.promotion.group, {})
            group[one.promotion.id] = group.get(one.promotion.id, 0) + one.total
    ways = 1
    for group in totals.values():
        ways *= len(group)
    names = list(totals)
    if ways > 1 and ways * len(offers) > MOST_GROUPED:
        choices: Iterable[tuple[bytes, ...]] = [
            tuple(max(totals[n], key=totals[n].__getitem__) for n in names)
        ]
    else:
        choices = product(*(totals[name] for name in names))
    for choice in choices:
        held = dict(zip(names, choice, strict=True))
        yield [one for one in offers if (g := one.promotion.group) is None or held[g] == one.promotion.id]


@dataclass(frozen=True, slots=True)
class _Move:
    """An offer over several lines (bits of a number), and the most that taking it can bring. ``costs``: by
    line, what one that adds up displaces where nothing else holds yet.
    """

    offer: Offer
    lines: int
    most: int
    costs: tuple[tuple[int, int], ...] = ()
    adds: bool = False


_Taken = tuple[_Move, "_Taken"] | None
_Node = tuple[int, _Taken, int, int, int]
"""The next offer, what is taken, the lines that are, those of them where others may add up, and the value:
what is taken less what it displaces.
"""


@dataclass(frozen=True, slots=True)
class _Single:
    """What is best on one line by itself: ``whole`` where nothing holds yet, ``added`` beside others."""

    whole: tuple[Offer, ...] = ()
    added: tuple[Offer, ...] = ()


def _singles(offers: Iterable[Offer]) -> dict[int, _Single]:
    by_line: dict[int, list[Offer]] = {}
    for one in offers:
        by_line.setdefault(one.shares[0][0], []).append(one)
    found = {}
    for at, several in by_line.items():
        adding = tuple(one for one in several if one.promotion.combination is Combination.ADDS_UP)
        others = (one for one in several if one.promotion.combination is not Combination.ADDS_UP)
        single = max(others, key=lambda one: one.total, default=None)
        alone = () if single is None else (single,)
        found[at] = _Single(max(adding, alone, key=_total), adding)
    return found


def _together(offers: list[Offer]) -> list[Offer]:
    singles = _singles(one for one in offers if len(one.shares) == 1)
    wide = _worth_trying((one for one in offers if len(one.shares) > 1), singles)
    chosen: list[Offer] = []
    covered = added = 0
    for part in _parts(wide):
        for one in _best_of(part):
            chosen.append(one.offer)
            covered |= one.lines
            added |= one.lines if one.adds else 0
    for at, single in singles.items():
        chosen += single.added if added >> at & 1 else () if covered >> at & 1 else single.whole
    return chosen


def _worth_trying(wide: Iterable[Offer], singles: dict[int, _Single]) -> list[_Move]:
    """Without those that displace more than they give; of those that hold the same lines, and keep off
    others, the largest. The dearest first.
    """
    adding, others = list[_Move](), dict[int, _Move]()
    for one in wide:
        lines = sum(1 << at for at, _ in one.shares)
        here = [(1 << at, single) for at, _ in one.shares if (single := singles.get(at)) is not None]
        if one.promotion.combination is Combination.ADDS_UP:
            costs = ((bit, _total(single.whole) - _total(single.added)) for bit, single in here)
            adding.append(_Move(one, lines, one.total, tuple(cost for cost in costs if cost[1]), adds=True))
            continue
        most = one.total - sum(_total(single.whole) for _, single in here)
        if most > 0 and (lines not in others or others[lines].most < most):
            others[lines] = _Move(one, lines, most)
    found = [*adding, *others.values()]
    return sorted(found, key=lambda one: (-one.most, one.offer.promotion.code, one.lines))


def _parts(moves: list[_Move]) -> list[list[_Move]]:
    """Those that share lines, directly or by others between them, in their order."""
    parts: list[tuple[int, list[int]]] = []
    for at, one in enumerate(moves):
        lines, joined, apart = one.lines, [at], []
        for part in parts:
            if part[0] & one.lines:
                lines, joined = lines | part[0], [*part[1], *joined]
            else:
                apart.append(part)
        parts = [*apart, (lines, joined)]
    return [[moves[at] for at in sorted(joined)] for _, joined in parts]


def _best_of(moves: list[_Move]) -> list[_Move]:
    """Branch and bound over offers that share lines, each taken or not."""
    rest = [0]
    for one in reversed(moves):
        rest.append(rest[-1] + one.most)
    rest.reverse()
    best, most, tries = None, 0, 0
    ahead: list[_Node] = [(0, None, 0, 0, 0)]
    while ahead and tries < MOST_TRIES:
        at, taken, covered, added, value = ahead.pop()
        tries += 1
        if value > most:
            best, most = taken, value
        if at == len(moves) or value + rest[at] <= most:
            continue
        one = moves[at]
        ahead.append((at + 1, taken, covered, added, value))
        if not one.lines & (covered & ~added if one.adds else covered):
            gain = one.most - sum(cost for bit, cost in one.costs if not covered & bit)
            more = added | one.lines if one.adds else added
            ahead.append((at + 1, (one, taken), covered | one.lines, more, value + gain))
    found = []
    while best is not None:
        one, best = best
        found.append(one)
    return found
