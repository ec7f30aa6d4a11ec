"""Who is held up by whose wrong tries: guesses do not add up, and nobody is locked out of everywhere."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from channeldesk.hq.auth import Authenticator
from channeldesk.hq.database import Database
from channeldesk.hq.errors import Refusal
from channeldesk.hq.sign_in import limits
from channeldesk.hq.sign_in.limits import HOUR_MS, KNOWN_MS, LOGIN, LOGIN_HERE, PLACE, TOKEN, Place
from channeldesk.hq.sign_in.tables import sign_in_tally
from channeldesk.model.ids import new_id
from tests.support.central import PASSWORD

HOME, CAFE, EVIL = Place("192.0.2.1"), Place("198.51.100.7"), Place("203.0.113.9")


class Door:
    """What becomes of each try, in one word."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, 1_795_300_000_000
        self.door = Authenticator(database, lambda: self.now)

    def tries(self, place: Place, login: str = "east", password: str = "a guess") -> str:
        try:
            self.door.prove(login, password, place)
        except Refusal as refused:
            return {401: "wrong", 429: "wait"}[refused.status]
        return "in"

    def comes(self, place: Place, login: str = "east") -> str:
        return self.tries(place, login, PASSWORD)

    def attack(self, places: Iterator[Place], login: str = "east", count: int = 200) -> int:
        """How many of so many guesses were looked at."""
        return sum(self.tries(next(places), login) == "wrong" for _ in range(count))


def everywhere() -> Iterator[Place]:
    """A great many machines."""
    for n in range(100_000):
        yield Place(f"203.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}")


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> Door:
    monkeypatch.setattr("channeldesk.hq.users.password_fits", lambda stored, word: word == PASSWORD)
    return Door(database)


def test_guesses_of_one_place_are_slowed_down(door: Door) -> None:
    assert door.attack(iter([EVIL] * 200)) == LOGIN_HERE.free
    for wait in (30, 60, 120, 240, 480, 900, 900):
        door.now += wait * 1000 - 1
        assert door.tries(EVIL) == "wait"
        door.now += 1
        assert door.tries(EVIL) == "wrong", "one more"
        assert door.tries(EVIL) == "wait"


def test_guesses_at_many_logins_of_one_place_add_up(door: Door) -> None:
    looked_at = sum(door.tries(EVIL, f"login-{n}") == "wrong" for n in range(100))
    assert looked_at == PLACE.free
    assert door.comes(CAFE) == "in", "elsewhere nobody is concerned"


def test_guesses_of_many_places_at_one_login_add_up(door: Door) -> None:
    assert door.attack(everywhere()) == LOGIN.free


def test_nobody_is_locked_out_of_where_he_was_before(door: Door) -> None:
    assert door.comes(HOME) == "in"
    assert door.attack(everywhere()) == LOGIN.free
    assert door.comes(HOME) == "in"
    assert door.comes(CAFE) == "wait", "a new place waits while somebody guesses"
    door.now += limits.FIRST_WAIT_MS
    assert door.comes(CAFE) == "in"
    assert door.comes(CAFE) == "in", "and is known from then on"


def test_neighbours_who_guess_do_not_hold_up_who_was_here_before(door: Door) -> None:
    assert door.comes(HOME) == "in"
    for n in range(60):
        door.tries(HOME, f"login-{n}")
    assert door.comes(HOME) == "in"
    assert door.comes(HOME, "west") == "wait"


def test_a_browser_that_is_known_is_a_place_of_its_own(door: Door) -> None:
    for _ in range(20):
        door.tries(HOME)
    assert door.comes(HOME) == "wait"
    assert door.comes(Place(HOME.address, "a browser")) == "in"


def test_its_own_wrong_tries_hold_up_a_known_place(door: Door) -> None:
    assert door.comes(HOME) == "in"
    assert [door.tries(HOME) for _ in range(6)] == ["wrong"] * 5 + ["wait"]


def test_a_household_of_many_addresses_is_one_place(door: Door) -> None:
    household = (Place(f"2001:db8:1:2::{n:x}") for n in range(1, 200))
    assert door.attack(household, count=100) == LOGIN_HERE.free
    assert Place("2001:db8:1:3::1").network != Place("2001:db8:1:2::1").network
    assert Place("nonsense").network == "nonsense"


def test_right_ones_take_nothing_from_others(door: Door) -> None:
    """A whole office that signs in for the first time at nine o'clock, with a few slips."""
    assert [door.comes(HOME, login) for login in ("east", "west", "boss", "view") for _ in range(20)] == [
        "in"
    ] * 80
    assert door.tries(HOME, "shop") == "wrong"
    assert door.comes(HOME, "shop") == "in"


def test_what_is_long_ago_is_forgotten(door: Door) -> None:
    assert door.attack(iter([EVIL] * 10), count=10) == 5
    assert door.comes(HOME) == "in"
    door.now += 25 * HOUR_MS
    assert door.attack(iter([EVIL] * 10), count=10) == 5
    door.database.run(lambda c: limits.forget(c, door.now + 2 * HOUR_MS))
    assert tallies(door) == 4
    door.now += KNOWN_MS
    door.database.run(lambda c: limits.forget(c, door.now))
    assert tallies(door) == 0


def tallies(door: Door) -> int:
    with door.database.snapshot() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(sign_in_tally)).scalar_one())


def test_who_tries_is_not_written_down(door: Door) -> None:
    door.tries(EVIL)
    with door.database.snapshot() as connection:
        kept = str(connection.execute(sa.select(sign_in_tally)).all())
    assert EVIL.address not in kept
    assert "east" not in kept


def test_many_at_the_same_moment_are_no_way_around(door: Door) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: door.tries(EVIL), range(24)))
    assert found.count("wrong") == LOGIN_HERE.free
    assert found.count("wait") == 24 - LOGIN_HERE.free


def test_who_guesses_tokens_is_told_to_wait_and_a_right_one_passes(database: Database) -> None:
    from channeldesk.hq.auth import SignIn

    door = Authenticator(database, lambda: 1_795_300_000_000)
    right = door.sign_in(SignIn("east", PASSWORD))
    statuses = []
    for _ in range(TOKEN.free + 5):
        with pytest.raises(Refusal) as refused:
            door.refresh("guess", new_id(), EVIL)
        statuses.append(refused.value.status)
    assert statuses == [401] * TOKEN.free + [429] * 5
    assert door.refresh(right.pair.refresh, new_id(), EVIL).principal.login == "east"
