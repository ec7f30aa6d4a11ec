"""The laptop's tokens: changed in the middle of a round, and never lost with an answer."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.hq.sign_in.tables import refresh_token
from channeldesk.hq.tables import access_token
from channeldesk.model.notice import Notice
from channeldesk.store import images
from channeldesk.sync import local_facts, tokens
from channeldesk.sync.tokens import Keeper
from channeldesk.sync.transport import HttpTransport, Offline, SignInNeeded
from tests.support.headquarters import Headquarters
from tests.support.rounds import Faulty, Laptop

Make = Callable[..., Laptop]


@pytest.fixture
def bo(hq: Headquarters, laptop: Make) -> Laptop:
    """A laptop that has synchronised, and keeps its tokens as the program does."""
    one = laptop()
    with one.database.apply() as connection:
        local_facts.remember(connection, one.session, 0)
    keeper = Keeper.at(hq.address, one.database)
    one.transport = Faulty(HttpTransport(hq.address, one.session.token, renew=keeper.renew))
    one.sync()
    return one


def ended(hq: Headquarters) -> None:
    """Every short token has ended."""
    hq.execute(sa.update(access_token).values(expires_at=1))


def known(one: Laptop) -> str | None:
    with one.database.read() as connection:
        return tokens.access(connection)


def test_a_token_that_ends_before_or_in_a_round_is_changed(hq: Headquarters, bo: Laptop) -> None:
    before = known(bo)
    ended(hq)
    bo.act("UPDATE contact SET phone = '77' WHERE name = 'Owner of Hengtai'")
    bo.transport.before_push = lambda: ended(hq)
    assert bo.sync().pushed == 1
    assert hq.table("contact", name="Owner of Hengtai")[0]["phone"] == "77"
    assert known(bo) not in (None, before)


def test_a_lost_answer_costs_no_sign_in(hq: Headquarters, bo: Laptop) -> None:
    wire = HttpTransport(hq.address, "")
    lost: list[Mapping[str, Any]] = []

    def post(path: str, message: Mapping[str, Any]) -> dict[str, Any]:
        answer = wire.post(path, message)
        if not lost:
            lost.append(answer)
            raise Offline(Notice("sync.connection_lost"))
        return answer

    bo.transport.inner.renew = Keeper(bo.database, post).renew
    ended(hq)
    with pytest.raises(Offline):
        bo.sync()
    bo.reopen()
    bo.transport.inner.renew = Keeper(bo.database, post).renew
    assert bo.sync().finished
    assert known(bo) == lost[0]["access_token"]
    wire.close()


def test_two_that_notice_the_end_at_once_change_it_once(hq: Headquarters, bo: Laptop) -> None:
    """The files and a round, each with its own connection; the worker's process does the same."""
    old = str(known(bo))
    ended(hq)
    keepers = [Keeper.at(hq.address, bo.database) for _ in range(4)]
    found: list[str | None] = []
    threads = [threading.Thread(target=lambda one=one: found.append(one.renew(old))) for one in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [known(bo)] * 4
    assert bo.sync().finished


def test_a_copy_that_used_the_token_first_signs_both_out_and_loses_nothing(
    hq: Headquarters, bo: Laptop
) -> None:
    with bo.database.read() as connection:
        stolen = images.read_state(connection, "refresh_token")
    wire = HttpTransport(hq.address, "")
    asked = {"grant_type": "refresh_token", "refresh_token": stolen, "request_id": "0" * 32}
    theirs = wire.post("/auth/v1/token", asked)["access_token"]
    ended(hq)
    bo.act("UPDATE contact SET phone = '77' WHERE name = 'Owner of Hengtai'")
    with pytest.raises(SignInNeeded) as refused:
        bo.sync()
    assert refused.value.notice.code == "auth.token_reused"
    assert bo.waiting() == 1
    wire.token = theirs
    with pytest.raises(SignInNeeded):
        wire.hello()
    wire.close()


def test_a_profile_without_a_refresh_token_asks_to_sign_in(hq: Headquarters, bo: Laptop) -> None:
    with bo.database.apply() as connection:
        images.write_state(connection, {"refresh_token": None})
    ended(hq)
    with pytest.raises(SignInNeeded):
        bo.sync()


def test_what_headquarters_does_not_know_any_more_asks_to_sign_in(hq: Headquarters, bo: Laptop) -> None:
    hq.execute(sa.delete(refresh_token))
    ended(hq)
    with pytest.raises(SignInNeeded):
        bo.sync()
