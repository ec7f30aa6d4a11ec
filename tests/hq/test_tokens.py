"""Tokens that change hands: one use each, a lost answer given again, a second use noticed."""

import pytest
import sqlalchemy as sa

from channeldesk.hq import admin
from channeldesk.hq.auth import Authenticator, Device, SignedIn, SignIn
from channeldesk.hq.database import Database
from channeldesk.hq.errors import Refusal
from channeldesk.hq.sign_in.tables import refresh_token
from channeldesk.hq.sign_in.tokens import ABSOLUTE_MS, ACCESS_MS, DAY_MS, IDLE_MS, REMEMBERED_MS
from channeldesk.hq.tables import access_token, audit_entry
from channeldesk.model.ids import new_id
from tests.support.central import PASSWORD


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_300_000_000

    def __call__(self) -> int:
        return self.now


class Door(Authenticator):
    """With its clock, and what came of each attempt in one word."""

    def __init__(self, database: Database) -> None:
        self.clock, self.database = Clock(), database
        super().__init__(database, self.clock)

    def begin(self, login: str = "east") -> SignedIn:
        return self.sign_in(SignIn(login, PASSWORD))

    def knows(self, token: str) -> bool:
        try:
            return self.identify(token).login != ""
        except Refusal:
            return False

    def refused(self, token: str, request_id: bytes | None = None) -> str:
        with pytest.raises(Refusal) as refusal:
            self.refresh(token, request_id or new_id())
        assert refusal.value.status == 401
        return refusal.value.notice.code


@pytest.fixture
def door(database: Database) -> Door:
    return Door(database)


def test_a_pair_follows_the_other_and_the_short_token_ends(door: Door) -> None:
    first = door.begin()
    second = door.refresh(first.pair.refresh, new_id())
    assert second.principal.device_id == first.principal.device_id
    assert len({first.pair.access, first.pair.refresh, second.pair.access, second.pair.refresh}) == 4
    assert door.knows(first.token), "a request that is under way goes on with it"
    assert door.knows(second.token)
    door.clock.now += ACCESS_MS
    assert not door.knows(second.token)
    assert door.knows(door.refresh(second.pair.refresh, new_id()).token)


def test_only_hashes_are_kept(door: Door) -> None:
    signed = door.begin()
    with door.database.snapshot() as connection:
        kept = str([connection.execute(sa.select(table)).all() for table in (access_token, refresh_token)])
    assert signed.pair.access not in kept
    assert signed.pair.refresh not in kept
    assert signed.pair.access not in repr(signed)


def test_a_lost_answer_is_given_again(door: Door) -> None:
    first, request_id = door.begin(), new_id()
    lost = door.refresh(first.pair.refresh, request_id)
    door.clock.now += ACCESS_MS + 1
    again = door.refresh(first.pair.refresh, request_id)
    assert (again.pair.access, again.pair.refresh) == (lost.pair.access, lost.pair.refresh)
    assert door.knows(again.token), "it counts from now on"


def test_a_second_use_shuts_the_device_out_and_is_written_down(door: Door) -> None:
    first = door.begin()
    other = door.begin()
    second = door.refresh(first.pair.refresh, new_id())
    assert door.refused(first.pair.refresh) == "auth.token_reused"
    assert not door.knows(second.token)
    assert door.refused(second.pair.refresh) == "auth.sign_in_needed"
    assert door.knows(other.token), "another device of the person is not concerned"
    with door.database.snapshot() as connection:
        actions = connection.scalars(sa.select(audit_entry.c.action).order_by(audit_entry.c.seq)).all()
    assert actions[-1] == "token_reused"


def test_the_same_request_after_its_answer_was_used_is_a_second_use(door: Door) -> None:
    first, request_id = door.begin(), new_id()
    second = door.refresh(first.pair.refresh, request_id)
    door.refresh(second.pair.refresh, new_id())
    assert door.refused(first.pair.refresh, request_id) == "auth.token_reused"


def test_who_stays_away_signs_in_again(door: Door) -> None:
    first = door.begin()
    door.clock.now += IDLE_MS
    assert door.refused(first.pair.refresh) == "auth.session_ended"


def test_everybody_signs_in_again_after_a_while(door: Door) -> None:
    pair = door.begin().pair
    started = door.clock.now
    while door.clock.now + 60 * DAY_MS < started + ABSOLUTE_MS:
        door.clock.now += 60 * DAY_MS
        pair = door.refresh(pair.refresh, new_id()).pair
        assert pair.ends_at == started + ABSOLUTE_MS
    door.clock.now = started + ABSOLUTE_MS
    assert door.refused(pair.refresh) == "auth.session_ended"


def test_two_copies_of_a_profile_do_not_sign_each_other_out(door: Door) -> None:
    first = door.begin()
    again = door.sign_in(SignIn("east", PASSWORD, Device(first.principal.device_id)))
    for _ in range(3):
        first = door.refresh(first.pair.refresh, new_id())
        again = door.refresh(again.pair.refresh, new_id())
    assert first.principal.device_id == again.principal.device_id
    assert door.knows(first.token)
    assert door.knows(again.token)


@pytest.mark.parametrize("how", ["password", "deactivated", "device"])
def test_nobody_comes_back_who_was_shut_out(door: Door, how: str) -> None:
    first = door.begin()
    if how == "password":
        admin.set_password(door.database, "east", "another-password")
    elif how == "deactivated":
        admin.deactivate_user(door.database, "east")
    else:
        admin.revoke_device(door.database, first.prefix)
    assert not door.knows(first.token)
    assert door.refused(first.pair.refresh) == "auth.sign_in_needed"


def test_used_tokens_are_forgotten_after_a_while(door: Door) -> None:
    pair = door.begin().pair
    for _ in range(5):
        door.clock.now += REMEMBERED_MS // 2
        pair = door.refresh(pair.refresh, new_id()).pair
    with door.database.snapshot() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(refresh_token)).scalar_one()
    assert count == 3, "the one in force, and what was used within the time"


def test_nonsense_is_refused(door: Door) -> None:
    door.begin()
    for token in ("", "x" * 43, "\ud7ff"):
        assert door.refused(token) == "auth.sign_in_needed"
