"""What a pull has to send, decided from the cursor, from what the user holds now and from what the laptop
says it has. :mod:`channeldesk.hq.pull` carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from channeldesk.hq import units
from channeldesk.hq.cursor import BEGIN, Cursor, Job
from channeldesk.hq.policy import Scope
from channeldesk.hq.units import Told, Units
from channeldesk.model.declare import Entity, Unit, replicated

MOST_UNITS = 2_000
"""When more are to be filled, everything is sent: a query over so many is slower than one over all."""


@dataclass(frozen=True)
class Plan:
    """``at``: the cursor to go on from. ``fresh``: the laptop's copy counts for nothing. ``ask``: the laptop
    has to tell its units first. ``filling``: units whose rows come as a backfill, from now on partial on the
    laptop; ``only``: the units to which that backfill is restricted. ``complete``: whether the laptop has
    every unit at the end of this answer; ``again``: whether another pull brings more. ``later``: units in
    sight of which nothing is sent now, because this job does not fill them: the laptop could not tell that it
    has them, and nobody would take them back from it.
    """

    at: Cursor
    fresh: bool = False
    ask: bool = False
    filling: Units = field(default_factory=dict)
    only: Units | None = None
    dropped: Units = field(default_factory=dict)
    complete: bool = True
    again: bool = False
    later: Units = field(default_factory=dict)

    def entities(self) -> list[type[Entity]]:
        """What the job sends, by rank."""
        match self.at.job:
            case Job.ALL:
                return replicated()
            case Job.UNITS:
                return [e for e in replicated() if self.only is None or self.only.get(e.unit)]
            case Job.SCHEMA:
                return [e for e in replicated() if self.at.schema in e.versions()]
            case _:
                return []


@dataclass(frozen=True)
class Standing:
    """Headquarters at the snapshot. From ``oldest`` on the feed is complete; ``schema``: its own version."""

    epoch: str
    head: int
    oldest: int
    schema: int


@dataclass(frozen=True)
class Question:
    """``cursor`` as it came; ``schema`` of the laptop; ``told`` when it was asked for its units; ``keep``:
    the territories to which the laptop narrows its copy, if it does.
    """

    cursor: str | None
    schema: int
    told: Told | None = None
    keep: frozenset[bytes] | None = None


def make(connection: sa.Connection, scope: Scope, standing: Standing, question: Question) -> Plan:
    """Units that are not in the feed yet wait for the next pull: this one's cursor could not name them."""
    plan, new = _make(connection, scope, standing, question), units.unborn(connection)
    if not units.size(new):
        return plan
    return replace(plan, filling=units.minus(plan.filling, new), later=units.plus(plan.later, new))


def _make(connection: sa.Connection, scope: Scope, standing: Standing, question: Question) -> Plan:
    viewer = units.viewer(scope)
    cursor = usable(viewer, standing, question)
    spoken = min(question.schema, standing.schema)
    if cursor is None:
        named = units.fingerprint(connection, scope, standing.head)
        at = Cursor(standing.epoch, viewer, named, spoken, standing.head, Job.ALL)
        return Plan(at, fresh=True, filling=units.held(connection, scope))
    same = cursor.units == units.fingerprint(connection, scope, cursor.position)
    if question.told is None and (cursor.job is Job.UNITS or not same):
        return Plan(cursor, ask=True)
    if cursor.job is Job.NONE and spoken > cursor.schema:
        # One version after the other, so that an interrupted job knows what it is about.
        at = replace(cursor, schema=cursor.schema + 1, job=Job.SCHEMA, place=BEGIN)
        if question.told is None:
            return Plan(at, again=at.schema < spoken)
        return _difference(
            connection, scope, at, question.told, behind=at.schema < spoken, head=standing.head
        )
    if cursor.job is Job.SCHEMA and spoken < cursor.schema:
        # Asked of an older headquarters, which has none of it: it begins anew when that follows.
        cursor = replace(cursor, schema=spoken, job=Job.NONE, place=BEGIN)
    at = cursor if cursor.job is Job.SCHEMA else replace(cursor, schema=min(cursor.schema, spoken))
    behind = at.schema < spoken
    if question.told is None:
        return Plan(at, again=behind)
    return _difference(connection, scope, at, question.told, behind=behind, head=standing.head)


def usable(viewer: str, standing: Standing, question: Question) -> Cursor | None:
    """The cursor, unless it is another viewer's, of another epoch, or older than what was pruned."""
    cursor = Cursor.decode(question.cursor)
    if cursor is None or (cursor.epoch, cursor.viewer) != (standing.epoch, viewer):
        return None
    return cursor if standing.oldest <= cursor.position <= standing.head else None


def has_news(viewer: str, standing: Standing, question: Question, held: str) -> bool:
    """Whether a pull would bring anything. ``viewer``, ``held``: names (``hq.units``), at the head."""
    cursor = usable(viewer, standing, question)
    if cursor is None or cursor.job is not Job.NONE or cursor.position < standing.head:
        return True
    spoken = min(question.schema, standing.schema)
    return cursor.units != held or cursor.schema < spoken


def _difference(
    connection: sa.Connection, scope: Scope, at: Cursor, told: Told, *, behind: bool, head: int
) -> Plan:
    now = units.held(connection, scope)
    dropped = units.minus(units.plus(told.complete, told.partial), now)
    missing = units.minus(now, told.complete, units.born(connection, scope, at.position, head))
    if at.job is not Job.NONE:
        # The units of a job are those that the laptop noted when it began; later ones are a job of their own.
        rest = missing if at.job is Job.SCHEMA else units.minus(missing, told.partial)
        complete = not units.size(rest)
        only = _narrow(units.common(told.partial, now)) if at.job is Job.UNITS else None
        again = behind or not complete
        return Plan(at, only=only, dropped=dropped, complete=complete, again=again, later=rest)
    if not units.size(missing):
        return Plan(at, dropped=dropped, again=behind)
    at = replace(at, job=Job.UNITS, place=BEGIN)
    return Plan(at, filling=missing, only=_narrow(missing), dropped=dropped, again=behind)


def _narrow(wanted: Units) -> Units | None:
    return wanted if len(wanted.get(Unit.PARTNER, ())) <= MOST_UNITS else None
