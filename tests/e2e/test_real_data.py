"""Real data at headquarters, one manager's part of it on a laptop: the same totals on both sides."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.desk import Desk
from channeldesk.hq import admin
from channeldesk.hq.load import load
from channeldesk.queries import partners
from channeldesk.sync.session import sign_in
from channeldesk.sync.transport import HttpTransport
from tests.support.headquarters import PASSWORD, Headquarters

SALES = """
SELECT period, currency, sum(lines) AS lines, sum(quantity) AS quantity, sum(net) AS net
FROM sales_by_category GROUP BY 1, 2 ORDER BY 1, 2
"""
LINES = """
SELECT count(*) AS lines, sum(l.net) AS net FROM order_line l JOIN sales_order s ON s.id = l.order_id
"""


@contextmanager
def loaded(url: str, folder: Path, source: str, currency: str) -> Iterator[Headquarters]:
    admin.init(url, "Trial", currency, "UTC").close()
    hq = Headquarters(url)
    try:
        load(hq.database, folder, source)
        yield hq
    finally:
        hq.close()


def same_totals(hq: Headquarters, login: str, folder: Path) -> tuple[Desk, list[dict[str, Any]]]:
    """The laptop of ``login``, synchronised; its sales by period equal what headquarters computes."""
    session = sign_in(hq.address, login, PASSWORD)
    transport = HttpTransport(hq.address, session.token)
    theirs = transport.get("/api/v1/totals")["sales"]
    transport.close()
    desk = Desk.create(folder, hq.address, login, PASSWORD, keyring=None, passphrase="a long passphrase")
    assert desk.sync().finished
    ours = [dict(row) for row in desk.ask(lambda c: c.execute(sa.text(SALES)).mappings().all())]
    wanted = [{k: row[k] for k in ("period", "currency", "lines", "quantity", "net")} for row in theirs]
    assert ours == wanted
    return desk, ours


def test_adventureworks_on_the_laptop_of_a_salesperson(
    data_dir: Path, database_url: str, tmp_path: Path
) -> None:
    folder = data_dir / "adventureworks_reseller"
    with loaded(database_url, folder, "adventureworks", "USD") as hq:
        (total,) = _at_hq(hq)
        assert (total["lines"], total["net"]) == (57_851, 7_754_857_020)
        people = {row["user_id"] for row in hq.table("scope_grant")}
        person = next(u for u in hq.table("app_user") if u["id"] in people and "linda" in u["login"].lower())
        admin.set_password(hq.database, person["login"], PASSWORD)
        hq.start()
        desk, ours = same_totals(hq, person["login"], tmp_path / "laptop")
        with desk:
            assert 0 < len(desk.ask(partners.keys)) < 701
            assert 0 < sum(row["net"] for row in ours) < 7_754_857_020


@pytest.mark.nightly
def test_online_retail_the_united_kingdom_holds_most_of_it(
    data_dir: Path, database_url: str, tmp_path: Path
) -> None:
    with loaded(database_url, data_dir / "online_retail", "online-retail", "GBP") as hq:
        (total,) = _at_hq(hq)
        assert (total["lines"], total["net"]) == (242_431, 438_865_173)
        admin.add_user(hq.database, "uk", "UK manager", "manager", ["GB"], PASSWORD)
        hq.start()
        desk, ours = same_totals(hq, "uk", tmp_path / "laptop")
        with desk:
            share = sum(row["lines"] for row in ours) / total["lines"]
            assert share == pytest.approx(0.92, abs=0.01)


def _at_hq(hq: Headquarters) -> list[Any]:
    with hq.database.snapshot() as connection:
        return list(connection.execute(sa.text(LINES)).mappings())
