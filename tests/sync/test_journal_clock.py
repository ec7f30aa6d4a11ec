"""Clocks do not matter: the journal of what was taken goes by headquarters' clock, never by the laptop's."""

from collections.abc import Callable

from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]
YEAR = 365 * 24 * 3600 * 1000


def test_a_laptops_clock_a_year_ahead_costs_nothing_that_a_restore_needs(
    hq: Headquarters, laptop: Make
) -> None:
    ahead = 0
    bo = laptop("bo", now_ms=lambda: hq.now_ms() + ahead)
    bo.sync()
    restore = hq.backup()
    bo.act("UPDATE contact SET phone = 'taken' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    ahead = YEAR
    bo.act("UPDATE contact SET note = 'a year ahead' WHERE name = 'Owner of Qianjiang'")
    bo.sync()
    restore()
    bo.sync()
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "taken"
    assert hq.table("contact", name="Owner of Qianjiang")[0]["note"] == "a year ahead"
    converged(bo)
