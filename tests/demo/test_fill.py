"""The demo network in a real headquarters database, on both kinds."""

import pytest
import sqlalchemy as sa

from channeldesk.demo import PASSWORD, fill
from channeldesk.hq import admin, users
from channeldesk.hq.tables import feed, feed_pending
from channeldesk.model.notice import Problem
from channeldesk.model.tables import hq
from tests.demo.conftest import TODAY


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

    with pytest.raises(Problem) as refused, database.write() as connection:
        fill(connection, "small", today=TODAY)
    assert refused.value.notice.code == "demo.not_empty"
