"""One wrong clock does not matter: what was taken is kept by the later clock, given up by the other."""

from collections.abc import Callable

from channeldesk.sync.session import sign_in
from tests.support.headquarters import PASSWORD, Headquarters
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


def test_headquarters_clock_a_year_ahead_for_a_while_costs_nothing_either(
    hq: Headquarters, laptop: Make
) -> None:
    bo = laptop("bo")
    bo.sync()
    restore = hq.backup()
    bo.act("UPDATE contact SET phone = 'taken' WHERE name = 'Owner of Hengtai'")
    bo.sync()
    right = hq.now_ms
    _set_clock(hq, bo, lambda: right() + YEAR)
    bo.act("UPDATE contact SET note = 'a year ahead' WHERE name = 'Owner of Qianjiang'")
    bo.sync()
    _set_clock(hq, bo, right)
    restore()
    _sign_in_again(hq, bo)
    bo.sync()
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "taken"
    assert hq.table("contact", name="Owner of Qianjiang")[0]["note"] == "a year ahead"
    converged(bo)


def _set_clock(hq: Headquarters, one: Laptop, now_ms: Callable[[], int]) -> None:
    hq.stop()
    hq.now_ms = now_ms
    hq.start()
    _sign_in_again(hq, one)


def _sign_in_again(hq: Headquarters, one: Laptop) -> None:
    again = sign_in(hq.address, one.login, PASSWORD, device_id=one.session.device_id)
    one.transport.token = again.token
