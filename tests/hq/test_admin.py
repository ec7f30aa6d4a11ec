"""Setting up, people, territories: what the operator does."""

import json

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin, state
from channeldesk.hq.auth import Authenticator, SignIn
from channeldesk.hq.calendar import fiscal_periods
from channeldesk.hq.database import Database
from channeldesk.hq.tables import audit_entry, feed_pending
from channeldesk.model.notice import Problem
from tests.support.central import Server, count, find


def test_setting_up(database_url: str) -> None:
    database = admin.init(database_url, "Acme", "EUR", "Europe/Berlin", [2025, 2026], first_month=4)
    with database.snapshot() as connection:
        company = state.company(connection)
        assert (company.name, company.currency, company.time_zone) == ("Acme", "EUR", "Europe/Berlin")
        assert len(company.epoch) == 32
        period = find(connection, "fiscal_period", code="2025-P12")
        assert (period["starts_on"], period["ends_on"], period["quarter"]) == ("2026-03-01", "2026-03-31", 4)
        assert connection.execute(sa.select(sa.func.count()).select_from(feed_pending)).scalar() == 0
    assert count(database, "fiscal_period") == 24
    assert count(database, "role") == 4
    database.close()


def test_a_leap_year_is_complete() -> None:
    periods = list(fiscal_periods(2024))
    assert [one["ends_on"] for one in periods][:2] == ["2024-01-31", "2024-02-29"]
    assert sum(one["trading_days"] for one in periods) == 262


@pytest.mark.parametrize(
    ("currency", "zone", "code"),
    [("XXX", "UTC", "value.unknown_currency"), ("EUR", "Mars/Base", "calendar.unknown_zone")],
)
def test_setting_up_with_nonsense(tmp_path: object, currency: str, zone: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        admin.init(f"sqlite:///{tmp_path}/x.db", "Acme", currency, zone)
    assert refused.value.notice.code == code


@pytest.mark.parametrize("login", ["", "  ", "\n", "a\tb", "x" * 201])
def test_a_login_that_nobody_can_type_is_refused(database: Database, login: str) -> None:
    with pytest.raises(Problem) as refused:
        admin.add_user(database, login, "Nobody")
    assert refused.value.notice.code == "hq.bad_login"


def test_a_login_is_kept_as_the_sign_in_reads_it(database: Database) -> None:
    """Without the blanks around it, and not twice in different letters."""
    admin.add_user(database, " mei ", "Mei", password="a-good-password")
    with pytest.raises(Problem) as refused:
        admin.add_user(database, "MEI", "Another")
    assert refused.value.notice.code == "hq.login_taken"
    authenticator = Authenticator(database, admin.now_ms)
    assert authenticator.sign_in(SignIn("Mei", "a-good-password")).principal.login == "mei"


def test_names_that_do_not_fit(database: Database) -> None:
    calls = {
        "hq.login_taken": lambda: admin.add_user(database, "east", "Again"),
        "hq.unknown_role": lambda: admin.add_user(database, "new", "New", "emperor"),
        "hq.unknown_territory": lambda: admin.add_user(database, "new", "New", territories=["Z"]),
        "hq.password_too_short": lambda: admin.add_user(database, "new", "New", password="short"),
        "hq.unknown_login": lambda: admin.grant(database, "nobody", ["E"]),
        "hq.territory_taken": lambda: admin.add_territory(database, "E", "Again"),
        "hq.unknown_device": lambda: admin.revoke_device(database, "??"),
    }
    for code, call in calls.items():
        with pytest.raises(Problem) as refused:
            call()
        assert refused.value.notice.code == code
    assert count(database, "app_user") == 6


def test_territories_inherit_and_paths_are_exact(server: Server, database: Database) -> None:
    """A code that begins like another one is not below it."""
    admin.add_territory(database, "EX", "Export", parent="CN", time_zone="UTC", currency="USD")
    admin.add_territory(database, "EX1", "Export 1", parent="EX")
    with database.snapshot() as connection:
        below = find(connection, "territory", code="EX1")
    assert (below["path"], below["time_zone"], below["currency"]) == ("CN/EX/EX1/", "UTC", "USD")
    assert {one["code"] for one in server.laptop("east").hello()["territories"]} == {"E", "E2"}


def test_granting_twice_and_taking_away(server: Server, database: Database) -> None:
    laptop = server.laptop("east")
    admin.grant(database, "east", ["W", "E"])
    assert {one["code"] for one in laptop.hello()["territories"]} == {"E", "E2", "W"}
    admin.revoke(database, "east", ["E", "CN"])
    assert {one["code"] for one in laptop.hello()["territories"]} == {"W"}
    admin.grant(database, "east", ["E"])
    assert {one["code"] for one in laptop.hello()["territories"]} == {"E", "E2", "W"}


def test_hello_follows_what_other_programs_write(server: Server, database: Database) -> None:
    """What a user sees is remembered between requests, but never longer than it is true."""
    laptop = server.laptop("east")
    told, now = [laptop.hello()], {"server_time": 0, "lease": ""}
    for statement in (
        "UPDATE partner SET territory_id = (SELECT id FROM territory WHERE code = 'W')",
        "UPDATE territory SET name = 'Far east' WHERE code = 'E2'",
        "UPDATE scope_grant SET deleted = 1",
    ):
        with database.write() as connection:
            assert connection.exec_driver_sql(statement).rowcount
        told.append(laptop.hello())
        assert laptop.hello() | now == told[-1] | now
    at_first, moved, renamed, nothing = told
    assert moved["scope"] != at_first["scope"]
    assert "Far east" in {one["name"] for one in renamed["territories"]}
    assert nothing["territories"] == [] and nothing["scope"] != renamed["scope"]
    assert [one["head"] for one in told] == sorted({one["head"] for one in told})


def test_passwords_leave_no_trace_in_the_audit_trail(database: Database) -> None:
    admin.set_password(database, "east", "one-more-password")
    with database.snapshot() as connection:
        trail = connection.execute(sa.select(audit_entry).where(audit_entry.c.entity == "credential")).all()
    assert {one.action for one in trail} == {"insert", "patch"}
    assert all(json.loads(one.diff).get("password_hash") == ["…", "…"] for one in trail)
    assert "argon2" not in str(trail)
