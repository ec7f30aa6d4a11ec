"""A profile was copied, and headquarters restored: numbers say how many there were, not which."""

from collections.abc import Callable

from channeldesk.sync import inbox
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_restored import copy_of

Make = Callable[..., Laptop]


def test_what_was_lost_is_sent_again_though_the_copy_has_used_its_number(
    hq: Headquarters, laptop: Make
) -> None:
    first = laptop("ann")
    first.sync()
    second = copy_of(first, "second")
    restore = hq.backup()
    first.act("UPDATE contact SET phone = 'first' WHERE name = 'Owner of Hengtai'")
    first.sync()
    restore()
    second.act("UPDATE contact SET email = 'second' WHERE name = 'Owner of Hengtai'")
    for _ in range(2):
        second.sync()
        first.sync()
    (row,) = hq.table("contact", name="Owner of Hengtai")
    assert (row["phone"], row["email"]) == ("first", "second")
    second.sync()
    converged(first, second)
    second.database.close()
    second.transport.close()


def test_a_copy_that_sends_the_same_change_later_does_nothing_twice(hq: Headquarters, laptop: Make) -> None:
    """For one copy the change still points at a row that waits, for the other that row was answered."""
    first = laptop("ann")
    first.sync()
    partner = first.row("partner", code="P1")["id"]
    promise = first.insert("promise", partner_id=partner, promised="samples", due_on="2026-12-01")
    one = first.round()
    for step in one.steps():
        if step.name == "frozen":
            first.act("UPDATE promise SET postponed = postponed + 1 WHERE id = :id", id=promise)
            second = copy_of(first, "second")
            one.database = first.database
    first.sync()
    second.sync()
    first.sync()
    assert hq.table("promise", id=promise)[0]["postponed"] == 1
    assert first.inbox() == second.inbox() == []
    converged(first, second)
    second.database.close()
    second.transport.close()


def test_what_was_blocked_for_one_copy_and_taken_from_the_other_counts_once(
    hq: Headquarters, laptop: Make
) -> None:
    first = laptop("ann")
    partner = hq.id_of("partner", code="P1")
    hq.insert("promise", partner_id=partner, promised="samples", due_on="2026-12-01")
    first.sync()
    territory = first.row("partner", code="P1")["territory_id"]
    new = first.insert("partner", code="P9", name="New", territory_id=territory, currency="CNY")
    first.act(
        "UPDATE promise SET postponed = postponed + 1",
        "INSERT INTO contact (id, partner_id, name, main, consent, rv) "
        "VALUES (randomblob(16), :new, 'N', 0, 0, 0)",
        new=new,
    )
    second = copy_of(first, "second")
    restore = hq.backup()
    hq.insert("partner", code="P9", name="Another", territory_id=bytes(territory), currency="CNY")
    second.sync()
    (item,) = second.inbox()
    assert second.waiting() == 2
    restore()
    first.sync()
    assert hq.table("promise")[0]["postponed"] == 1
    with second.database.write() as connection:
        inbox.resend(connection, bytes(item["id"]), 1)
    second.sync()
    second.sync()
    first.sync()
    assert hq.table("promise")[0]["postponed"] == 1
    assert len(hq.table("contact", name="N")) == 1
    assert second.waiting() == 0
    converged(first, second)
    second.database.close()
    second.transport.close()
