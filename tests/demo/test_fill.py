"""The demo network in a real headquarters database, on both kinds."""

import pytest
import sqlalchemy as sa

from channeldesk.demo import PASSWORD, fill
from channeldesk.hq import admin, users
from channeldesk.hq.publishing import publish_due
from channeldesk.hq.tables import feed, feed_pending
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from tests.demo.conftest import TODAY


def _publications_are_carried_out(database):
    """One is over, one waits, and is published when its moment has come."""
    publication, item = hq.tables["publication"], hq.tables["price_item"]
    with database.snapshot() as connection:
        over, waits = connection.execute(sa.select(publication).order_by(publication.c.publish_at)).all()
        before = dict(connection.execute(sa.select(item.c.id, item.c.price)).all())
    assert (over.status, waits.status) == ("published", "scheduled")
    assert publish_due(database, waits.publish_at - 1) == 0
    assert publish_due(database, waits.publish_at) == 1
    with database.snapshot() as connection:
        status = connection.scalar(sa.select(publication.c.status).where(publication.c.id == waits.id))
        after = dict(connection.execute(sa.select(item.c.id, item.c.price)).all())
    risen = [1 for row_id, price in after.items() if price > before[row_id]]
    assert status == "published"
    assert len(risen) == waits.row_count > 20
    assert sum(price != before[row_id] for row_id, price in after.items()) == len(risen)


@pytest.fixture
def database(database_url):
    opened = admin.init(database_url, "Demo", "CNY", "Asia/Shanghai", years=[2026])
    yield opened
    opened.close()


def test_fill_writes_the_network_its_feed_and_its_logins(database):
    with database.write() as connection:
        filled = fill(connection, "small", today=TODAY)
    with database.snapshot() as connection:
        counted = {
            name: connection.scalar(sa.select(sa.func.count()).select_from(hq.tables[name]))
            for name in filled.rows
        }
        assert counted["role"] == 4
        assert counted["fiscal_period"] == 48
        assert {n: c for n, c in counted.items() if n not in ("role", "fiscal_period")} == {
            n: c for n, c in filled.rows.items() if n not in ("role", "fiscal_period")
        }
        assert connection.scalar(sa.select(sa.func.count()).select_from(feed_pending)) == 0
        lines = connection.scalar(
            sa.select(sa.func.count()).select_from(feed).where(feed.c.entity == "order_line")
        )
        assert lines == 40_000
        user, credential = hq.tables["app_user"], hq.tables["credential"]
        stored = connection.scalar(
            sa.select(credential.c.password_hash).join(user).where(user.c.login == "li.wei")
        )
        assert users.password_fits(stored, PASSWORD)

    _publications_are_carried_out(database)

    with pytest.raises(Problem) as refused, database.write() as connection:
        fill(connection, "small", today=TODAY)
    assert refused.value.notice.code == "demo.not_empty"
