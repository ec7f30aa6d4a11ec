"""The target of a territory: its own, else that of its people, else of its partners, else of those below."""

from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2

from channeldesk.queries import targets
from channeldesk.queries.currency import Rates
from channeldesk.queries.sales import Scope

PARENTS = {"A": None, "B": "A", "C": "A", "D": "B", "E": "B"}
PERIODS = ("P1", "P2")
HOLDERS = ("whole", "person", "partner")
TARGET = "territory_id, period_id, kpi, category, currency, value, partner_id, user_id"
Agreed = tuple[str, str, str, str, int]
"""Territory, period, holder, currency, value; there is no rate for ZZZ."""
agreements = st.lists(
    st.tuples(
        st.sampled_from(list(PARENTS)),
        st.sampled_from(PERIODS),
        st.sampled_from(HOLDERS),
        st.sampled_from(["CNY", "CNY", "ZZZ"]),
        st.integers(0, 99),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def network() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", creator=lambda: dbapi2.connect(":memory:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE territory (id, parent_id, path)")
        connection.exec_driver_sql("CREATE TABLE fiscal_period (id, code)")
        connection.exec_driver_sql(f"CREATE TABLE target ({TARGET})")
        for name, parent in PARENTS.items():
            above = parent.encode() if parent else None
            connection.exec_driver_sql("INSERT INTO territory VALUES (?, ?, ?)", (name.encode(), above, name))
        for code in PERIODS:
            connection.exec_driver_sql("INSERT INTO fiscal_period VALUES (?, ?)", (code.encode(), code))
    yield engine
    engine.dispose()


def expected(rows: Sequence[Agreed], territory: str, period: str) -> int | None:
    for holder in HOLDERS:
        own = [row[4] for row in rows if row[:4] == (territory, period, holder, "CNY")]
        if own:
            return sum(own)
    below = [expected(rows, name, period) for name, parent in PARENTS.items() if parent == territory]
    known = [one for one in below if one is not None]
    return sum(known) if known else None


@given(agreements)
def test_what_was_agreed_above_counts(network: sa.Engine, rows: list[Agreed]) -> None:
    rates = Rates("CNY", {})
    with network.begin() as connection:
        connection.exec_driver_sql("DELETE FROM target")
        for territory, period, holder, currency, value in rows:
            partner, person = (b"x" if holder == name else None for name in ("partner", "person"))
            connection.exec_driver_sql(
                "INSERT INTO target VALUES (?, ?, 'net_sales', NULL, ?, ?, ?, ?)",
                (territory.encode(), period.encode(), currency, value, partner, person),
            )
        of_all = targets.by_period(connection, Scope(), PERIODS, rates)
        of_some = targets.by_territory(connection, [b"B", b"C"], Scope(), PERIODS, rates)

    assert of_all == {one: total for one in PERIODS if (total := expected(rows, "A", one)) is not None}
    for name in ("B", "C"):
        each = [expected(rows, name, one) for one in PERIODS]
        known = [one for one in each if one is not None]
        assert of_some.get(name.encode()) == (sum(known) if known else None)
