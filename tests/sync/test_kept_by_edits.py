"""A row that only an edit keeps while its area is away, or while its unit is compared, does not stay when
headquarters no longer has it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from channeldesk.hq import admin, retention
from channeldesk.sync import inbox
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_between_steps import rounds, until
from tests.sync.test_inbox import OWNER, act
from tests.sync.test_units import Make, codes

NEIGHBOUR = "Owner of Oujiang"
GIVE = "UPDATE contact SET partner_id = :new WHERE name = :neighbour"
"""What holds back everything of its transaction: it points at the partner that was refused."""
DELETE = "DELETE FROM contact WHERE name = :owner"
EDIT = "UPDATE contact SET partner_id = :new, phone = 'mine' WHERE name = :owner"


def refused_partner(ann: Laptop) -> tuple[Mapping[str, Any], Callable[..., None]]:
    """The item of a partner whose code is taken; what runs statements that wait behind it."""
    territory = ann.row("territory", code="SOUTH")["id"]
    new = ann.insert("partner", code="P1", name="Taken", territory_id=territory, currency="CNY")
    ann.sync()
    (item,) = ann.inbox()

    def waits(*statements: str) -> None:
        ann.act(*statements, new=new, neighbour=NEIGHBOUR, owner=OWNER)

    return item, waits


def given_up(ann: Laptop, item: Mapping[str, Any], contact: bytes) -> None:
    """The decision leaves nothing of the row, and nothing that headquarters does not have."""
    act(ann, inbox.discard, item, waiting_too=True)
    rounds(ann)
    assert (ann.waiting(), ann.rows("contact", id=contact)) == (0, [])
    converged(ann)


@pytest.mark.parametrize("edit", [(EDIT,), (GIVE, DELETE)])
@pytest.mark.parametrize("away", ["revoked", "narrowed"])
def test_what_was_deleted_while_its_area_was_away(
    hq: Headquarters, laptop: Make, edit: tuple[str, ...], away: str
) -> None:
    ann = laptop("ann")
    ann.sync()
    contact, south = ann.row("contact", name=OWNER)["id"], ann.row("territory", code="SOUTH")["id"]
    item, waits = refused_partner(ann)
    waits(*edit)
    if away == "revoked":
        admin.revoke(hq.database, "ann", ["NORTH"])
    else:
        with ann.database.apply() as connection:
            connection.exec_driver_sql("INSERT INTO local_state VALUES ('keep', ?)", (bytes(south).hex(),))
    ann.sync()
    assert sorted(codes(ann)) == ["P1", "P3"], "P1 is the refused one"
    hq.execute(f"UPDATE contact SET deleted = 1 WHERE name = '{OWNER}'")
    ann.sync()
    if away == "revoked":
        admin.grant(hq.database, "ann", ["NORTH"])
    else:
        with ann.database.apply() as connection:
            connection.exec_driver_sql("DELETE FROM local_state WHERE key = 'keep'")
    ann.sync()
    given_up(ann, item, contact)


def test_what_a_comparison_missed_when_another_one_never_began(hq: Headquarters, laptop: Make) -> None:
    """The second one was cut while it marked, then the cursor of the first counts again."""
    ann = laptop("ann")
    ann.sync()
    contact = ann.row("contact", name=OWNER)["id"]
    item, waits = refused_partner(ann)
    hq.execute(f"UPDATE contact SET deleted = 1 WHERE name = '{OWNER}'")
    laptop("bo").sync()
    for days in (200, 400):
        retention.prune(hq.database, hq.now_ms() + days * retention.DAY_MS)
    waits(EDIT)
    ann.sync()
    hq.execute("UPDATE app_user SET role_code = 'viewer' WHERE login = 'ann'")
    until(ann, "compared")
    hq.execute("UPDATE app_user SET role_code = 'manager' WHERE login = 'ann'")
    ann.sync()
    given_up(ann, item, contact)


def test_a_deletion_that_waits_in_a_damaged_unit(hq: Headquarters, laptop: Make) -> None:
    ann = laptop("ann")
    ann.sync()
    contact = ann.row("contact", name=OWNER)["id"]
    item, waits = refused_partner(ann)
    waits(GIVE, DELETE)
    with hq.database.write() as connection:  # as damage has it: nobody tells
        connection.exec_driver_sql(f"DELETE FROM contact WHERE name = '{OWNER}'")
        connection.exec_driver_sql("DELETE FROM feed_pending")
        connection.exec_driver_sql(
            "DELETE FROM feed WHERE entity = 'contact' AND row_id NOT IN (SELECT id FROM contact)"
        )
    check = ann.round()
    check.check = True
    check.run()
    given_up(ann, item, contact)
