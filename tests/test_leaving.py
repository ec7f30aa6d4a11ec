"""Signing out keeps what was not sent, saves it, or removes a profile that has none; it never loses any."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from channeldesk.actions import contacts
from channeldesk.desk import Desk
from channeldesk.hq.sign_in.tables import refresh_token
from channeldesk.model.notice import Problem
from channeldesk.queries import partners
from channeldesk.store import outbox
from channeldesk.store.profile import Profile
from channeldesk.sync.session import Session, sign_in
from channeldesk.sync.transport import SignInNeeded
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters, serving
from tests.support.stubborn import Stubborn

PHRASE = "a long passphrase"


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def desk(hq: Headquarters, tmp_path: Path, store: MemoryStore) -> Iterator[Desk]:
    with Desk.create(tmp_path / "desk", hq.address, "bo", PASSWORD, keyring=store) as one:
        one.sync(in_process=True)
        yield one


def work(desk: Desk) -> None:
    partner = desk.ask(partners.by_code, "P1")
    assert partner is not None
    desk.act(contacts.add, partner, {"name": "Waits"})


def refused(folder: Path, store: MemoryStore) -> str:
    with pytest.raises(Problem) as caught:
        Desk.open(folder, keyring=store)
    return caught.value.notice.code


def prove(mine: Profile) -> Session:
    return sign_in(mine.server, mine.login, PASSWORD, device_id=mine.device_id)


@pytest.mark.parametrize("passphrase", [None, PHRASE])
def test_the_next_sign_in_of_the_same_person_goes_on(
    hq: Headquarters, desk: Desk, store: MemoryStore, passphrase: str | None
) -> None:
    folder, device = desk.folder, desk.profile.device_id
    if passphrase is not None:
        desk.safe.set_passphrase(passphrase)
    work(desk)
    desk.sign_out()
    with pytest.raises(SignInNeeded):
        desk.sync(in_process=True)
    desk.close()
    with hq.database.snapshot() as connection:
        assert connection.execute(sa.select(refresh_token)).all() == [], "headquarters knows too"
    assert refused(folder, store) == "profile.signed_out"
    assert bool(store.entries) is (passphrase is None), "with a passphrase only that opens the data"

    session = Desk.readmit(folder, prove)
    assert session is not None
    with Desk.open(folder, passphrase=passphrase, keyring=store) as again:
        again.signed_in(session)
        assert again.ask(outbox.count) == 1
        assert again.sync(in_process=True).pushed == 1
        assert again.profile.device_id == device
    assert [one["name"] for one in hq.table("contact", name="Waits")] == ["Waits"]


def test_somebody_else_does_not_get_in(hq: Headquarters, desk: Desk, store: MemoryStore) -> None:
    desk.sign_out()
    desk.close()
    with pytest.raises(Problem) as caught:
        Desk.readmit(desk.folder, lambda mine: sign_in(mine.server, "cai", PASSWORD))
    assert caught.value.notice.code == "sync.other_user"
    assert refused(desk.folder, store) == "profile.signed_out"
    with hq.database.snapshot() as connection:
        assert connection.execute(sa.select(refresh_token)).all() == [], "nobody keeps that session"


def test_signing_in_again_as_somebody_else_changes_nothing(hq: Headquarters, desk: Desk) -> None:
    mine = desk.profile
    with pytest.raises(Problem) as caught:
        desk.signed_in(sign_in(mine.server, "cai", PASSWORD, device_id=mine.device_id))
    assert caught.value.notice.code == "sync.other_user"
    with hq.database.snapshot() as connection:
        owners = connection.execute(sa.select(refresh_token.c.user_id)).scalars().all()
    assert set(owners) == {mine.user_id}
    assert desk.sync(in_process=True).finished


def test_it_works_without_a_connection(hq: Headquarters, desk: Desk, store: MemoryStore) -> None:
    hq.stop()
    desk.sign_out()
    desk.close()
    assert refused(desk.folder, store) == "profile.signed_out"


def test_nothing_is_removed_while_anything_waits(desk: Desk, store: MemoryStore) -> None:
    work(desk)
    with pytest.raises(Problem) as caught:
        desk.sign_out(remove=True)
    assert (caught.value.notice.code, caught.value.notice.params) == ("leaving.unsent", {"count": 1})
    assert caught.value.remedy == "remedy.send_or_save"
    assert desk.sync(in_process=True).pushed == 1, "it is still signed in"
    desk.sign_out(remove=True)
    folder = desk.folder
    desk.close()
    assert store.entries == {}
    assert [one.name for one in folder.iterdir()] == ["lock"]
    assert refused(folder, store) == "profile.not_found"


def test_what_was_not_sent_goes_on_from_the_file(
    hq: Headquarters, desk: Desk, store: MemoryStore, tmp_path: Path
) -> None:
    work(desk)
    file = tmp_path / "bo.backup"
    with pytest.raises(Problem) as caught:
        desk.sign_out(file, remove=True)
    assert caught.value.notice.code == "backup.no_passphrase"
    assert not file.exists()
    desk.sign_out(file, PHRASE, remove=True)
    folder = desk.folder
    desk.close()
    assert refused(folder, store) == "profile.not_found"

    Desk.restore(file, folder, passphrase=PHRASE, keyring=store)
    with Desk.open(folder, passphrase=PHRASE, keyring=store) as again:
        again.sign_in(PASSWORD)
        assert again.sync(in_process=True).pushed == 1
    assert len(hq.table("contact", name="Waits")) == 1


@pytest.mark.parametrize("remove", [False, True])
def test_a_key_that_its_store_keeps_is_told_and_asked_for_at_every_start(
    hq: Headquarters, tmp_path: Path, remove: bool
) -> None:
    folder, store = tmp_path / "desk", Stubborn()
    with Desk.create(folder, hq.address, "bo", PASSWORD, passphrase=PHRASE, keyring=store) as desk:
        desk.sync(in_process=True)
        desk.sign_out(remove=remove)
    assert len(store.entries) == 1
    code = refused(folder, store)
    told = Desk.still_left(folder)
    assert told is not None
    assert told.notice.code == ("trust.key_left_behind" if remove else "trust.key_left")
    store.gives_up = True
    assert refused(folder, store) == code, "the start says the same, and asks the key store again"
    assert (store.entries, Desk.still_left(folder)) == ({}, None)


def test_a_window_that_opens_knows_of_the_key_that_stayed(hq: Headquarters, tmp_path: Path) -> None:
    folder, store = tmp_path / "desk", Stubborn()
    for _ in range(2):
        with Desk.create(folder, hq.address, "bo", PASSWORD, keyring=store) as desk:
            desk.sign_out(remove=True)
    with Desk.create(folder, hq.address, "bo", PASSWORD, keyring=store) as desk:
        assert desk.key_left is not None
    with Desk.open(folder, keyring=store) as desk:
        assert desk.key_left is not None
    store.gives_up = True
    with Desk.open(folder, keyring=store) as desk:
        assert desk.key_left is None
    assert len(store.entries) == 1, "its own"
