"""How far a first synchronisation is: by kind of data, what can be used already, how long the rest takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from channeldesk.model.changes import Changes
from channeldesk.model.entities import ENTITIES
from channeldesk.model.messages import N_

_WINDOW = 10.0
"""Seconds over which the speed is measured."""
_LEAST = 1.0
_ROWS_SHARE = 0.9
"""The part of the bar that belongs to the rows; the rest to indexes and totals."""


class StepLike(Protocol):
    """A step of a round, as ``channeldesk.desk`` reports it."""

    @property
    def name(self) -> str: ...
    @property
    def done(self) -> int: ...
    @property
    def expected(self) -> int: ...
    @property
    def parts(self) -> tuple[tuple[str, int, int], ...]: ...


@dataclass(frozen=True)
class Kind:
    """One line: the entities that make it, and the pages that wait for it."""

    id: str
    title: str
    icon: str
    entities: tuple[str, ...]
    pages: tuple[str, ...] = ()

    def topics(self) -> Changes:
        return frozenset(ENTITIES[name].topic for name in self.entities)


KINDS = (
    Kind(
        "company",
        N_("Territories, calendar, exchange rates"),
        "buildings",
        (
            "role",
            "app_user",
            "territory",
            "scope_grant",
            "fiscal_period",
            "exchange_rate",
            "tax_code",
            "channel_type",
            "tier",
        ),
    ),
    Kind(
        "partners",
        N_("Partners and contacts"),
        "storefront",
        ("partner", "contact"),
        ("partners",),
    ),
    Kind(
        "catalogue",
        N_("Products and price lists"),
        "package",
        (
            "product",
            "unit_conversion",
            "warehouse",
            "price_list",
            "price_item",
            "promotion",
            "promotion_buyer",
            "promotion_item",
            "publication",
            "publication_part",
            "survey",
            "survey_question",
            "task_template",
            "count_limit",
        ),
        ("order_entry", "prices"),
    ),
    Kind(
        "orders",
        N_("Orders and their lines"),
        "invoice",
        (
            "sales_order",
            "order_line",
            "order_discount",
            "credit_block",
            "approval",
            "approval_line",
            "order_route",
            "order_route_line",
            "shipment",
            "shipment_line",
        ),
        ("orders", "order", "prices"),
    ),
    Kind(
        "visits",
        N_("Visits, promises and files"),
        "map-pin",
        ("visit_plan", "visit", "promise", "attachment", "visit_task", "survey_response", "survey_answer"),
        ("visits", "trip", "day_report"),
    ),
    Kind(
        "stock",
        N_("Stock levels and counts"),
        "stack",
        ("stock_level", "stock_movement", "stock_count", "stock_count_line", "sell_out", "warehouse_level"),
        ("stock", "count"),
    ),
    Kind(
        "money",
        N_("Receivables, targets, drafts"),
        "coins",
        (
            "receivable",
            "payment",
            "payment_allocation",
            "payment_promise",
            "target",
            "draft",
        ),
    ),
)
TOTALS_PAGES = ("today", "performance", "order_lines")
"""Pages whose figures need the totals that are computed at the end."""
PARTLY = ("partner", "order_entry")
"""Pages that can be worked with, while some of what they show is still to come."""


class State(StrEnum):
    WAITING = "waiting"
    COMING = "coming"
    USABLE = "usable"


class Phase(StrEnum):
    CONNECTING = "connecting"
    ROWS = "rows"
    TOTALS = "totals"
    FINISHED = "finished"


@dataclass(frozen=True)
class Line:
    """``expected`` None: not known (an earlier round brought it). ``seconds``: until it can be used."""

    kind: Kind
    state: State
    done: int
    expected: int | None
    seconds: float | None

    @property
    def share(self) -> float:
        return min(1.0, self.done / self.expected) if self.expected else 0.0


class FirstSync:
    """Fed with the steps of a round; the page asks what to show."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._parts: dict[str, tuple[int, int]] = {}
        self._speed: deque[tuple[float, int]] = deque()
        self._known_usable: set[str] = set()
        self._indexed = 0
        self.phase = Phase.CONNECTING
        self.done = self.expected = 0

    def report(self, step: StepLike) -> Changes:
        """Takes a step in; returns the topics whose rows have just become complete.

        Once all is here, steps are those of later rounds.
        """
        if self.phase is Phase.FINISHED:
            return frozenset()
        match step.name:
            case "greeted" | "frozen" | "answered" | "settled":
                self.phase = Phase.CONNECTING
                self._speed.clear()
            case "pull started" | "marked":
                self.phase = Phase.ROWS
                self.done, self.expected = step.done, step.expected
                self._parts = {entity: (done, of) for entity, done, of in step.parts}
                self._speed.append((self._monotonic(), step.done))
                while self._speed[-1][0] - self._speed[0][0] > _WINDOW:
                    self._speed.popleft()
            case "indexed":
                self.phase = Phase.TOTALS
                self._indexed += 1
            case "summarised":
                self.phase = Phase.TOTALS
            case "finished":
                self.phase = Phase.FINISHED
        fresh = [line.kind for line in self.lines() if line.state is State.USABLE]
        topics = frozenset[object]().union(
            *(kind.topics() for kind in fresh if kind.id not in self._known_usable)
        )
        self._known_usable = {kind.id for kind in fresh}
        return topics  # type: ignore[return-value]

    @property
    def share(self) -> float | None:
        """0 to 1; None while nothing is known."""
        match self.phase:
            case Phase.CONNECTING:
                return None
            case Phase.FINISHED:
                return 1.0
            case Phase.TOTALS:
                return _ROWS_SHARE + (1 - _ROWS_SHARE) * (1 - 0.9**self._indexed)
            case _:
                return _ROWS_SHARE * min(1.0, self.done / self.expected) if self.expected else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Until all rows are here; None while it cannot be told."""
        if self.phase is not Phase.ROWS:
            return None
        return self._seconds(self.expected - self.done)

    def lines(self) -> list[Line]:
        """Every kind of data in the order in which it comes."""
        current = self._current()
        coming = next((at for at, kind in enumerate(KINDS) if current in kind.entities), -1)
        lines: list[Line] = []
        ahead = 0
        for at, kind in enumerate(KINDS):
            counts = [self._parts[name] for name in kind.entities if name in self._parts]
            done = sum(one for one, _ in counts)
            expected = sum(of for _, of in counts) if counts or not self._parts else None
            ahead += sum(max(0, of - one) for one, of in counts)
            state = self._state(kind, at, coming)
            seconds = self._seconds(ahead) if state is not State.USABLE else None
            lines.append(Line(kind, state, done, expected, seconds))
        return lines

    @property
    def usable(self) -> frozenset[str]:
        """Ids of the kinds that can be worked with."""
        return frozenset(line.kind.id for line in self.lines() if line.state is State.USABLE)

    def missing(self, page: str) -> list[Line]:
        """The kinds that a page needs and that are not complete; for totals, and in part, all of them."""
        if self.phase is Phase.FINISHED:
            return []
        lines = [line for line in self.lines() if line.state is not State.USABLE]
        if page in TOTALS_PAGES or page in PARTLY:
            return lines
        return [line for line in lines if page in line.kind.pages]

    def waiting_pages(self) -> frozenset[str]:
        """Ids of the pages whose data is not complete yet."""
        if self.phase is Phase.FINISHED:
            return frozenset()
        usable = self.usable
        waiting = [page for kind in KINDS if kind.id not in usable for page in kind.pages]
        return frozenset([*waiting, *TOTALS_PAGES])

    def _state(self, kind: Kind, at: int, coming: int) -> State:
        if self.phase in (Phase.TOTALS, Phase.FINISHED):
            return State.USABLE
        if not self._parts:
            return State.WAITING
        if at < coming or not any(name in self._parts for name in kind.entities):
            return State.USABLE
        if at > coming:
            return State.WAITING
        last = [name for name in kind.entities if name in self._parts][-1]
        counts = [self._parts[name] for name in kind.entities if name in self._parts]
        complete = self._current() == last and all(one >= of for one, of in counts)
        return State.USABLE if complete else State.COMING

    def _current(self) -> str:
        """The entity that is arriving: the last one with rows, or the first that is expected."""
        arriving = [name for name, (done, _) in self._parts.items() if done]
        return arriving[-1] if arriving else next(iter(self._parts), "")

    def _seconds(self, rows: int) -> float | None:
        if len(self._speed) < 2:
            return None
        (start, before), (end, after) = self._speed[0], self._speed[-1]
        if end - start < _LEAST or after <= before:
            return None
        return max(0.0, rows * (end - start) / (after - before))


def rounded_seconds(seconds: float) -> int:
    """As people say it: to 5 s under a minute, to 10 s under ten minutes, else to the minute."""
    step = 5 if seconds < 60 else 10 if seconds < 600 else 60
    return max(step, round(seconds / step) * step)


def all_entities() -> Sequence[str]:
    """What the kinds cover: a test compares it with the declarations."""
    return [name for kind in KINDS for name in kind.entities]
