"""Hello: who asks, what it may see, and whether there is news. Every laptop asks every few minutes, mostly
for nothing, so it is one snapshot and few statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa

from channeldesk.hq import audit, policy, row_security, sequencer, state, units, witness
from channeldesk.hq.database import Database
from channeldesk.hq.plan import Question, Standing, has_news
from channeldesk.hq.policy import Principal
from channeldesk.hq.sign_in.tables import device_order
from channeldesk.hq.tables import audit_entry, audit_head, audit_witness, feed_pending, feed_position
from channeldesk.hq.witness import Seen, Verdict
from channeldesk.model.tables import hq

_device, _territory = hq.tables["device"], hq.tables["territory"]
_MINE = sa.select(
    _device.c.prefix,
    _device.c.last_mid,
    sa.select(feed_position.c.seq).scalar_subquery().label("head"),
    sa.exists(sa.select(feed_pending.c.n)).label("pending"),
    sa.select(audit_head.c.seq).scalar_subquery().label("trail"),
    sa.select(audit_head.c.hash).scalar_subquery().label("trail_hash"),
    sa.select(audit_entry.c.hash)
    .where(audit_entry.c.seq == sa.bindparam("told_seq", type_=audit_entry.c.seq.type))
    .scalar_subquery()
    .label("told_here"),
    sa.select(audit_witness.c.at)
    .where(
        audit_witness.c.device_id == _device.c.id,
        audit_witness.c.epoch == sa.bindparam("told_epoch", type_=sa.Text),
        audit_witness.c.differs == 0,
    )
    .scalar_subquery()
    .label("remembered_at"),
    sa.select(device_order.c.statement)
    .where(device_order.c.device_id == _device.c.id)
    .scalar_subquery()
    .label("order"),
).where(_device.c.id == sa.bindparam("device_id", type_=_device.c.id.type))


KEPT = 10_000
"""Views in memory. A laptop's choice of territories is part of the question, so they could be without end."""


@dataclass(frozen=True)
class View:
    """What a user may see: names of the viewer and of the units held, territories (id as hex, code, name)."""

    viewer: str
    units: str
    territories: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Greeting:
    """``name``: of the viewer and what it holds. ``trail``: the head of the audit trail; ``verdict``: on the
    one that the laptop was told before. ``order``: to destroy what it has.
    """

    company: state.Company
    prefix: str
    last_mid: int
    head: int
    name: str
    territories: tuple[tuple[str, str, str], ...]
    news: bool
    trail: audit.Head
    verdict: Verdict | None
    remembered_at: int | None
    order: str | None


class Greeter:
    """``greet`` may be called from any thread.

    What a user sees follows from the rows in the feed, so it stands as long as the feed does: it is kept with
    the place in the feed that it holds for, and asked anew when that has moved, whoever moved it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._views: dict[tuple[bytes, str, frozenset[bytes] | None], tuple[Standing, View]] = {}

    def greet(
        self, who: Principal, question: Question, schema: int, now: int, told: Seen | None = None
    ) -> Greeting:
        """``schema``: headquarters' version of the entities. What others committed is sequenced first.
        ``told``: the head of the audit trail that the laptop witnessed.
        """
        found = self._look(who, question, schema, told)
        if found is None:
            self._database.run(lambda connection: sequencer.drain(connection, now))
            found = self._look(who, question, schema, told, drained=True)
            assert found is not None
        if told is not None and found.verdict is not None and _is_due(found, now):
            me = audit.Actor(who.user_id, who.device_id)
            work = partial(witness.remember, who=me, told=told, verdict=found.verdict, now=now)
            self._database.run(work)
        return found

    def _look(
        self,
        who: Principal,
        question: Question,
        schema: int,
        told: Seen | None,
        *,
        drained: bool = False,
    ) -> Greeting | None:
        """None while something waits for its place in the feed, unless that was just given to what waited."""
        with self._database.snapshot() as connection:
            asked = {
                "device_id": who.device_id,
                "told_seq": told.seq if told else 0,
                "told_epoch": told.epoch if told else "",
            }
            mine = connection.execute(_MINE, asked).one()
            if mine.pending and not drained:
                return None
            company = state.company(connection)
            standing = Standing(company.epoch, mine.head, company.oldest, schema)
            view = self._view(connection, who, question.keep, standing, settled=not mine.pending)
            verdict = None
            if told is not None:
                verdict = witness.weigh(connection, told, company.epoch, mine.trail, mine.told_here)
        return Greeting(
            company=company,
            prefix=mine.prefix,
            last_mid=mine.last_mid,
            head=mine.head,
            name=view.viewer + view.units,
            territories=view.territories,
            news=has_news(view.viewer, standing, question, view.units),
            trail=audit.Head(mine.trail, bytes(mine.trail_hash)),
            verdict=verdict,
            remembered_at=mine.remembered_at,
            order=mine.order,
        )

    def _view(
        self,
        connection: sa.Connection,
        who: Principal,
        keep: frozenset[bytes] | None,
        standing: Standing,
        *,
        settled: bool,
    ) -> View:
        """``settled``: nothing waits, so that the rows seen here are those of this place in the feed."""
        key = who.user_id, who.role, keep
        kept = self._views.get(key)
        if settled and kept is not None and kept[0] == standing:
            return kept[1]
        scope = policy.scope_of(connection, who, keep)
        held = _territory.c.id.in_(sorted(scope.territories))
        query = sa.select(_territory.c.id, _territory.c.code, _territory.c.name).where(held)
        with row_security.fenced(connection, scope):
            territories = connection.execute(query.order_by(_territory.c.path))
            named = tuple((one.id.hex(), one.code, one.name) for one in territories)
            view = View(units.viewer(scope), units.fingerprint(connection, scope, standing.head), named)
        if settled:
            if len(self._views) >= KEPT:
                self._views.clear()
            self._views[key] = standing, view
        return view


def _is_due(found: Greeting, now: int) -> bool:
    if found.verdict is Verdict.AGREES:
        return found.remembered_at is None or found.remembered_at <= now - witness.REMEMBERED_MS
    return found.verdict is not None and found.verdict.alarming
