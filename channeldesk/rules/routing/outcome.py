"""What order routing answers: who sends what, what that costs, why, and what nobody sends."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from channeldesk.model.notice import Notice
from channeldesk.rules.explain import Step


class Solver(StrEnum):
    """Who made a split."""

    MILP = "milp"
    """A search over all splits: mixed-integer linear programming."""
    GREEDY = "greedy"
    """Site by site, order by order, without looking ahead."""
    PERSON = "person"
    """Headquarters, which changed it."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Minor units. ``unmet`` is nobody's bill: what goods that are not sent count in comparing splits."""

    shipments: int = 0
    goods: int = 0
    late: int = 0
    unmet: int = 0

    @property
    def sending(self) -> int:
        return self.shipments + self.goods + self.late

    @property
    def total(self) -> int:
        """What was made as small as it could be."""
        return self.sending + self.unmet

    def __add__(self, other: Costs) -> Costs:
        return Costs(
            self.shipments + other.shipments,
            self.goods + other.goods,
            self.late + other.late,
            self.unmet + other.unmet,
        )


@dataclass(frozen=True, slots=True)
class Allocation:
    """``quantity`` (scale 3) of a line from a site; ``cost`` of its packs in minor units."""

    line: int
    site: bytes
    quantity: int
    cost: int
    reasons: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Shipment:
    """What a site sends of an order: ``cost`` and ``late_cost`` in minor units, whatever is in it."""

    site: bytes
    cost: int
    days: int
    late_days: int
    late_cost: int


@dataclass(frozen=True, slots=True)
class Unmet:
    """``quantity`` (scale 3) of a line that nobody sends."""

    line: int
    quantity: int
    reasons: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site as if the order came from it alone and no other order wanted its stock.

    ``lines`` it could fill whole, ``coverage`` of the order's net in basis points, rounded down (of its
    quantities, if it has no net). ``cost`` in minor units, days late included; ``days`` until it arrives.
    Both None where it may not serve the order. ``chosen``: it sends something in this split.
    """

    site: bytes
    lines: int
    coverage: int
    cost: int | None
    days: int | None
    late_days: int
    chosen: bool

    @property
    def permitted(self) -> bool:
        return self.days is not None


@dataclass(frozen=True, slots=True)
class Routed:
    """One order. ``candidates``: every site, best first."""

    order: bytes
    allocations: tuple[Allocation, ...]
    shipments: tuple[Shipment, ...]
    unmet: tuple[Unmet, ...]
    candidates: tuple[Candidate, ...]
    costs: Costs
    steps: tuple[Step, ...] = field(compare=False)

    @property
    def complete(self) -> bool:
        return not self.unmet


@dataclass(frozen=True, slots=True)
class Proposal:
    """A split of all orders, by id. ``gap``: no split costs less by more than so many minor units, 0 if it is
    proven to be a cheapest, None where nobody knows. ``notes`` tell of the search.
    """

    orders: tuple[Routed, ...]
    solver: Solver
    gap: int | None
    costs: Costs
    steps: tuple[Step, ...] = field(compare=False)
    notes: tuple[Notice, ...] = ()

    @property
    def proven(self) -> bool:
        return self.gap == 0

    @property
    def split(self) -> dict[tuple[bytes, int, bytes], int]:
        """(order, line, site) to quantity, as :func:`channeldesk.rules.routing.changed` takes it."""
        return {
            (one.order, part.line, part.site): part.quantity
            for one in self.orders
            for part in one.allocations
        }
