"""Hello: who asks, what it may see, and whether there is news. Every laptop asks every few minutes, mostly
for nothing, so it is one snapshot and few statements.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.hq import policy, sequencer, state, units
from channeldesk.hq.database import Database
from channeldesk.hq.plan import Question, Standing, has_news
from channeldesk.hq.policy import Principal
from channeldesk.hq.tables import feed_pending, feed_position
from channeldesk.model.tables import hq

_device, _territory = hq.tables["device"], hq.tables["territory"]
_MINE = sa.select(
    _device.c.prefix,
    _device.c.last_mid,
    sa.select(feed_position.c.seq).scalar_subquery().label("head"),
    sa.exists(sa.select(feed_pending.c.n)).label("pending"),
).where(_device.c.id == sa.bindparam("device_id", type_=_device.c.id.type))


@dataclass(frozen=True)
class View:
    """What a user may see: the name of the units held, and the territories (id as hex, code, name)."""

    units: str
    territories: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Greeting:
    """``name``: of the viewer and what it holds."""

    company: state.Company
    prefix: str
    last_mid: int
    head: int
    name: str
    territories: tuple[tuple[str, str, str], ...]
    news: bool


class Greeter:
    """``greet`` may be called from any thread.

    What a user sees follows from the rows in the feed, so it stands as long as the feed does: it is kept with
    the place in the feed that it holds for, and asked anew when that has moved, whoever moved it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._views: dict[tuple[bytes, str], tuple[Standing, View]] = {}

    def greet(self, who: Principal, question: Question, schema: int, now: int) -> Greeting:
        """``schema``: headquarters' version of the entities. What others committed is sequenced first."""
        found = self._look(who, question, schema)
        if found is None:
            self._database.run(lambda connection: sequencer.drain(connection, now))
            found = self._look(who, question, schema, drained=True)
            assert found is not None
        return found

    def _look(
        self, who: Principal, question: Question, schema: int, *, drained: bool = False
    ) -> Greeting | None:
        """None while something waits for its place in the feed, unless that was just given to what waited."""
        with self._database.snapshot() as connection:
            mine = connection.execute(_MINE, {"device_id": who.device_id}).one()
            if mine.pending and not drained:
                return None
            company = state.company(connection)
            standing = Standing(company.epoch, mine.head, company.oldest, schema)
            view = self._view(connection, who, standing, settled=not mine.pending)
        viewer = units.viewer(who)
        return Greeting(
            company=company,
            prefix=mine.prefix,
            last_mid=mine.last_mid,
            head=mine.head,
            name=viewer + view.units,
            territories=view.territories,
            news=has_news(viewer, standing, question, view.units),
        )

    def _view(self, connection: sa.Connection, who: Principal, standing: Standing, *, settled: bool) -> View:
        """``settled``: nothing waits, so that the rows seen here are those of this place in the feed."""
        key = who.user_id, who.role
        kept = self._views.get(key)
        if settled and kept is not None and kept[0] == standing:
            return kept[1]
        scope = policy.scope_of(connection, who)
        held = _territory.c.id.in_(sorted(scope.territories))
        query = sa.select(_territory.c.id, _territory.c.code, _territory.c.name).where(held)
        territories = connection.execute(query.order_by(_territory.c.path))
        named = tuple((one.id.hex(), one.code, one.name) for one in territories)
        view = View(units.fingerprint(connection, scope, standing.head), named)
        if settled:
            self._views[key] = standing, view
        return view
