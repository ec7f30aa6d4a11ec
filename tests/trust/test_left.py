"""A key store that does not give up a key: noted, asked again, told; and what is in use stays."""

from collections.abc import Callable
from pathlib import Path

import pytest

from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Problem
from channeldesk.trust import keys, left
from channeldesk.trust.keyring_store import MemoryStore
from channeldesk.trust.passphrase import Cost
from tests.support.stubborn import Stubborn

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
ENTRY = "0199b6d0a1b2"
PASSPHRASE = "a long passphrase"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "profile"
    made.mkdir()
    return made


@pytest.fixture
def store() -> Stubborn:
    return Stubborn()


@pytest.fixture
def key(folder: Path, store: Stubborn) -> bytes:
    return keys.create(folder, ENTRY, keyring=store, passphrase=PASSPHRASE, cost=CHEAP)


def told(folder: Path) -> str | None:
    problem = keys.still_left(folder)
    if problem is None:
        return None
    assert problem.notice.params == {"store": "memory", "entry": ENTRY}
    assert problem.notice.code in MESSAGES and problem.remedy in MESSAGES
    return problem.notice.code


def test_a_lock_whose_key_stays_is_told_and_asked_again_until_it_goes(
    folder: Path, store: Stubborn, key: bytes
) -> None:
    assert told(folder) is None
    keys.lock_away(folder, keyring=store)
    assert told(folder) == "trust.key_left"
    with pytest.raises(Problem) as caught:
        keys.unlock(folder, keyring=store)
    assert caught.value.notice.code == "trust.locked", "the program does not use it, all the same"
    keys.lock_away(folder, keyring=store)
    assert told(folder) == "trust.key_left"
    store.gives_up = True
    keys.lock_away(folder, keyring=store)
    assert (told(folder), store.entries) == (None, {})
    assert not left.note_of(folder).exists()


def test_a_key_that_went_back_is_in_use_and_stays(folder: Path, store: Stubborn, key: bytes) -> None:
    keys.lock_away(folder, keyring=store)
    keys.bring_back(folder, key, keyring=store)
    assert told(folder) is None
    left.take_out(folder, ENTRY, "memory", store)  # a note that a kill left behind
    store.gives_up = True
    keys.let_go(folder, keyring=store)
    assert told(folder) is None
    assert keys.unlock(folder, keyring=store) == key


def test_what_is_destroyed_leaves_a_note_of_the_key_that_stays(
    folder: Path, store: Stubborn, key: bytes
) -> None:
    keys.destroy(folder, keyring=store)
    assert not (folder / "key.json").exists(), "a key store does not save the rest"
    assert told(folder) == "trust.key_left_behind"
    assert key not in left.note_of(folder).read_bytes()
    keys.let_go(folder, keyring=None)
    keys.let_go(folder, keyring=MemoryStore("another"))
    assert told(folder) == "trust.key_left_behind", "only the same key store can tell that it is gone"
    store.gives_up = True
    keys.let_go(folder, keyring=store)
    assert (told(folder), store.entries) == (None, {})


def test_a_new_profile_in_the_same_place_keeps_its_key(folder: Path, store: Stubborn, key: bytes) -> None:
    keys.destroy(folder, keyring=store)
    new = keys.create(folder, "another", keyring=store)
    assert told(folder) == "trust.key_left_behind"
    store.gives_up = True
    keys.let_go(folder, keyring=store)
    assert store.entries == {"another": new}


@pytest.mark.parametrize("leave", [keys.lock_away, keys.destroy])
def test_a_key_store_that_is_away_is_no_place_from_which_a_key_went(
    folder: Path, store: Stubborn, key: bytes, leave: Callable[..., None]
) -> None:
    leave(folder, keyring=None)
    assert told(folder) is not None


def test_without_a_key_store_there_is_nothing_to_take_out(folder: Path) -> None:
    keys.create(folder, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)
    keys.lock_away(folder, keyring=None)
    keys.destroy(folder, keyring=None)
    assert told(folder) is None


@pytest.mark.parametrize("damage", ["", "[]", "{"])
def test_a_note_that_cannot_be_read_keeps_nobody_out(folder: Path, store: Stubborn, damage: str) -> None:
    left.note_of(folder).write_text(damage)
    key = keys.create(folder, ENTRY, keyring=store)
    keys.let_go(folder, keyring=store)
    assert told(folder) is None
    assert keys.unlock(folder, keyring=store) == key
