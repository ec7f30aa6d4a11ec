"""A profile was copied, and headquarters restored: numbers say how many there were, not which."""

from collections.abc import Callable

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
