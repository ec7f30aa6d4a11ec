"""Approvals: what may be asked for, who decides, until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from channeldesk.model.notice import Notice, Term, notice
from channeldesk.rules.words import APPROVAL_NAMES

HOURS = 24
"""In which a request should be decided; Saturdays and Sundays do not count."""
APPROVABLE = frozenset({"credit.exceeded", "credit.blocked", "order.price_below_floor"})
"""Why an order is refused that a person may accept all the same."""
CHANGEABLE = {
    "amendment": ("accepted", "partly_shipped"),
    "cancellation": ("accepted",),
    "closing": ("partly_shipped",),
    "split": ("accepted", "partly_shipped"),
}
"""Statuses in which an order may be changed by asking, by the kind of request."""
AT_ONCE = frozenset({"closing", "split"})
"""Kinds that nobody has to decide when headquarters' people ask: nothing is sold that was not accepted."""
_WEEKEND = (5, 6)


class Status(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    NOT_NEEDED = "not_needed"
    """Nothing stood against it any more when headquarters looked."""


class Actor(StrEnum):
    AUTHOR = "author"
    APPROVER = "approver"
    """Who has the right, in whose area the partner lies, and who did not ask."""
    HEADQUARTERS = "headquarters"
    """The judge itself."""


TRANSITIONS: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.ASKED, Status.APPROVED): frozenset({Actor.APPROVER}),
    (Status.ASKED, Status.REFUSED): frozenset({Actor.APPROVER}),
    (Status.ASKED, Status.WITHDRAWN): frozenset({Actor.AUTHOR}),
    (Status.ASKED, Status.NOT_NEEDED): frozenset({Actor.HEADQUARTERS}),
}
"""Every allowed change of status and who may make it."""


def refuse_decision(current: str, target: str, *, author: bool, approver: bool) -> Notice | None:
    """Why a person may not move a request; None if it may. ``author``: who asked; ``approver``: who may
    approve at all. Nobody decides what it asked for itself.
    """
    actors = TRANSITIONS.get((Status(current), Status(target)))
    if actors is None:
        return notice("approval.decided_before", status=Term(APPROVAL_NAMES[current]))
    if Actor.AUTHOR in actors:
        return None if author else notice("approval.not_yours")
    if author:
        return notice("approval.own")
    return None if approver and Actor.APPROVER in actors else notice("approval.no_right")


def refuse_passing_on(*, to_author: bool, to_approver: bool, sees: bool) -> Notice | None:
    """Why a request is not passed on to a person; None if it may be. ``to_approver``: it may approve at all;
    ``sees``: the partner lies in its area.
    """
    if to_author:
        return notice("approval.own")
    return None if to_approver and sees else notice("approval.no_such_approver")


def may_be_approved(codes: Iterable[str]) -> bool:
    """Whether a person may accept an order that is refused for these reasons."""
    return APPROVABLE.issuperset(codes)


def due(received: int) -> int:
    """Until when a request that came at ``received`` (ms UTC) should be decided."""
    at, left = datetime.fromtimestamp(received / 1000, UTC), timedelta(hours=HOURS)
    while left > timedelta(0) or at.weekday() in _WEEKEND:
        morning = datetime.combine(at.date() + timedelta(days=1), datetime.min.time(), UTC)
        if at.weekday() in _WEEKEND:
            at = morning
            continue
        step = min(left, morning - at)
        at, left = at + step, left - step
    return int(at.timestamp() * 1000)
