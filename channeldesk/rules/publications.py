"""Publications of reference data: who may move them where, and how their changes are packed into parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from channeldesk.model.notice import Notice, Term, notice
from channeldesk.rules.words import PUBLICATION_NAMES

MOST_AT_ONCE = 500
"""Changes that a laptop sends as one transaction of edits. More go as a publication that is due at once:
a request to headquarters has bounds.
"""
FURTHEST_YEARS = 10
FURTHEST = FURTHEST_YEARS * 366 * 86_400_000
"""Milliseconds. Nobody plans prices for later: the year was mistyped."""
PART = 60_000
"""Characters of a part at most, but for a single change that is longer."""


class Status(StrEnum):
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    """Nothing of it was published; its reasons say why."""


class Actor(StrEnum):
    STAFF = "staff"
    """Whoever may maintain reference data."""
    HEADQUARTERS = "headquarters"
    """The server, when its moment has come."""


TRANSITIONS: dict[tuple[Status, Status], frozenset[Actor]] = {
    (Status.SCHEDULED, Status.PUBLISHED): frozenset({Actor.HEADQUARTERS}),
    (Status.SCHEDULED, Status.REFUSED): frozenset({Actor.HEADQUARTERS}),
    (Status.SCHEDULED, Status.WITHDRAWN): frozenset({Actor.STAFF}),
}
"""Every allowed change of status and who may make it. Its moment is moved while it is scheduled."""


def refuse_move(current: str, target: str) -> Notice | None:
    """Why a person may not move a publication, or its moment (the same status); None if it may."""
    if current == target == Status.SCHEDULED:
        return None
    actors = TRANSITIONS.get((Status(current), Status(target)), frozenset())
    if Actor.STAFF in actors:
        return None
    return notice("publication.over", status=Term(PUBLICATION_NAMES[current]))


def refuse_moment(publish_at: int, now: int) -> Notice | None:
    """Why nothing can be published then; both in ms UTC."""
    if publish_at <= now:
        return notice("publication.too_early")
    if publish_at > now + FURTHEST:
        return notice("publication.too_far", years=FURTHEST_YEARS)
    return None


def is_due(publish_at: int | None, now: int) -> bool:
    """Both in ms UTC; without a moment at once."""
    return publish_at is None or publish_at <= now


def packed(changes: Sequence[str], most: int = PART) -> Iterator[list[str]]:
    """Changes (as JSON) in parts that travel together, in their order."""
    part: list[str] = []
    size = 0
    for one in changes:
        if part and size + len(one) > most:
            yield part
            part, size = [], 0
        part.append(one)
        size += len(one) + 1
    if part:
        yield part
