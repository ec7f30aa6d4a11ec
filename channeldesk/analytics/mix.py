"""Where sales come from, and how much hangs on one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from channeldesk.analytics.chart import (
    CategoryKind,
    ChartData,
    ChartShape,
    ChartUnit,
    Label,
    Series,
    SeriesRole,
)
from channeldesk.model.messages import N_

AMBER, RED = 0.60, 0.80
"""Largest share at which a mix is called risky; defaults the company can change."""

GROUP_NAMES = {
    "direct": N_("Direct"),
    "distribution": N_("Distribution"),
    "emerging": N_("Emerging"),
}


class MixPart(Protocol):
    """A part of the mix, shares in basis points, as ``queries.mix.MixPart`` has it."""

    @property
    def key(self) -> str: ...
    @property
    def share(self) -> int | None: ...
    @property
    def plan(self) -> int: ...


def channel_mix(groups: Sequence[MixPart], as_of: int | None) -> ChartData:
    """Share of revenue by channel group beside the plan; the difference is the gap."""
    return ChartData(
        title=Label(N_("Channel mix against plan")),
        shape=ChartShape.MIX,
        unit=ChartUnit.SHARE,
        categories=tuple(GROUP_NAMES.get(one.key, one.key) for one in groups),
        series=(
            Series(N_("Share of revenue"), SeriesRole.GROUP, tuple(_part(one.share) for one in groups)),
            Series(N_("Plan"), SeriesRole.TARGET, tuple(one.plan / 10_000 or None for one in groups)),
        ),
        category_kind=CategoryKind.TERM,
        keys=tuple(one.key for one in groups),
        as_of=as_of,
    )


def _part(basis_points: int | None) -> float | None:
    return None if basis_points is None else basis_points / 10_000


@dataclass(frozen=True)
class Concentration:
    """How much hangs on few: of shares of positive net sales.

    ``largest`` is the biggest share (0 to 1) and ``name`` whose it is; ``herfindahl`` the sum of squared
    shares, ``effective`` its inverse: as many equal parts would be as concentrated. None without sales.
    ``level`` is ``ok``, ``amber`` or ``red``.
    """

    largest: float | None
    name: str
    herfindahl: float | None
    effective: float | None
    parts: int
    level: str


def concentration(parts: Iterable[tuple[str, int]]) -> Concentration:
    """Concentration of named net sales; negative ones (more returned than sold) count as nothing."""
    positive = [(name, max(0, net)) for name, net in parts]
    total = sum(net for _, net in positive)
    if not total:
        return Concentration(None, "", None, None, len(positive), "ok")
    name, top = max(positive, key=lambda one: one[1])
    index = sum((net / total) ** 2 for _, net in positive)
    largest = top / total
    level = "red" if largest >= RED else "amber" if largest >= AMBER else "ok"
    return Concentration(largest, name, index, 1 / index, len(positive), level)


def gauge(found: Concentration, as_of: int | None) -> ChartData:
    """The largest share on a scale with its limits."""
    return ChartData(
        title=Label(N_("Concentration")),
        shape=ChartShape.GAUGE,
        unit=ChartUnit.SHARE,
        categories=(found.name,),
        series=(Series(N_("Largest share"), SeriesRole.FACT, (found.largest,)),),
        as_of=as_of,
        limits=((N_("amber"), AMBER), (N_("red"), RED)),
    )
