"""What a person may no longer see of a row leaves the laptop, and comes back with the right to it."""

from typing import Any

import pytest

from channeldesk.sync import inbox
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_between_steps import discard_rejections, rounds
from tests.sync.test_inbox import act
from tests.sync.test_units import Make


def role(hq: Headquarters, code: str) -> None:
    hq.execute("UPDATE app_user SET role_code = :code WHERE login = 'bo'", {"code": code})


def hidden_values(one: Laptop) -> set[Any]:
    """In the rows and in what is kept beside edited ones."""
    with one.database.read() as connection:
        kept = connection.exec_driver_sql("SELECT json_extract(image, '$.credit_limit') FROM shadow").all()
    limits = {row[name] for row in one.rows("partner") for name in ("credit_limit", "payment_days")}
    costs, mails = ({row["cost"] for row in one.rows("product")}, {r["email"] for r in one.rows("app_user")})
    return {value for (value,) in kept} | limits | costs | mails


def test_a_field_that_a_role_does_not_see_any_more(hq: Headquarters, laptop: Make) -> None:
    bo = laptop("bo")
    bo.sync()
    before = hidden_values(bo)
    assert bo.row("partner", code="P2")["credit_limit"] == 10_000_00
    role(hq, "viewer")
    bo.sync()
    assert hidden_values(bo) == {None}
    role(hq, "manager")
    bo.sync()
    assert hidden_values(bo) == before
    converged(bo)


@pytest.mark.parametrize("named", ["phone", "credit_limit"])
def test_also_of_a_row_whose_edit_waits(hq: Headquarters, laptop: Make, named: str) -> None:
    """The edit itself is the person's own and stays, whatever it names."""
    bo = laptop("bo")
    bo.sync()
    territory = bo.row("territory", code="SOUTH")["id"]
    new = bo.insert("partner", code="P2", name="Taken", territory_id=territory, currency="CNY")
    bo.sync()
    (item,) = bo.inbox()
    bo.act(
        "UPDATE partner SET name = 'Newer' WHERE id = :new",
        f"UPDATE partner SET {named} = 7 WHERE code = 'P2' AND id <> :new",
        new=new,
    )
    role(hq, "viewer")
    rounds(bo)
    (kept,) = (row for row in bo.rows("partner", code="P2") if row["id"] != new)
    assert str(kept[named]) == "7"
    others = {"credit_limit", "payment_days"} - {named}
    assert {kept[name] for name in others} == {None}
    assert hidden_values(bo) <= {None, 7}
    assert bo.waiting() == 2
    role(hq, "manager")
    rounds(bo)
    act(bo, inbox.discard, item)
    rounds(bo)
    discard_rejections(bo)
    rounds(bo)
    assert bo.waiting() == 0
    converged(bo)
