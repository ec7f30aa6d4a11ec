"""The key is random, is kept twice, stands nowhere as it is, and every way it can fail says what to do."""

import json
from pathlib import Path

import pytest

from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Problem
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import MemoryStore
from channeldesk.trust.passphrase import Cost

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
ENTRY = "0199b6d0a1b2"
PASSPHRASE = "correct horse 电池"


class LockedStore(MemoryStore):
    def get(self, entry: str) -> bytes | None:
        raise Problem.of("trust.keyring_locked", remedy="remedy.unlock_keyring")


def _code(caught: pytest.ExceptionInfo[Problem]) -> tuple[str, str | None]:
    assert caught.value.notice.code in MESSAGES
    assert caught.value.remedy in MESSAGES
    return caught.value.notice.code, caught.value.remedy


def test_each_key_is_new_and_opens_by_either_wrap(tmp_path: Path) -> None:
    store = MemoryStore()

    key = keys.create(tmp_path, ENTRY, keyring=store, passphrase=PASSPHRASE, cost=CHEAP)

    assert len(key) == 32
    assert keys.unlock(tmp_path, keyring=store) == key
    assert keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE) == key
    other = tmp_path / "other"
    other.mkdir()
    assert keys.create(other, "other", keyring=store) != key


def test_no_file_holds_the_key_or_the_passphrase(tmp_path: Path) -> None:
    key = keys.create(tmp_path, ENTRY, keyring=MemoryStore(), passphrase=PASSPHRASE, cost=CHEAP)

    content = b"".join(file.read_bytes() for file in tmp_path.rglob("*"))

    assert key not in content
    assert key.hex().encode() not in content.lower()
    assert PASSPHRASE.encode() not in content
    assert (tmp_path / "key.json").stat().st_mode & 0o077 == 0


def test_a_second_key_is_never_made(tmp_path: Path) -> None:
    keys.create(tmp_path, ENTRY, keyring=MemoryStore())

    with pytest.raises(FileExistsError):
        keys.create(tmp_path, ENTRY, keyring=MemoryStore())


def test_without_any_protection_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        keys.create(tmp_path, ENTRY, keyring=None)

    assert _code(caught) == ("trust.no_protection", "remedy.set_passphrase")
    assert not any(tmp_path.iterdir())


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        keys.create(tmp_path, ENTRY, keyring=None, passphrase="1234567")

    assert _code(caught)[0] == "trust.passphrase_short"
    assert not any(tmp_path.iterdir())


def test_a_wrong_passphrase_is_told_from_one_that_was_never_set(tmp_path: Path) -> None:
    store = MemoryStore()
    key = keys.create(tmp_path, ENTRY, keyring=store)

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=store, passphrase=PASSPHRASE)
    assert _code(caught)[0] == "trust.passphrase_absent"

    keys.add_passphrase(tmp_path, key, PASSPHRASE, cost=CHEAP)
    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=store, passphrase=PASSPHRASE + "!")
    assert _code(caught) == ("trust.passphrase_wrong", "remedy.enter_passphrase")


def test_a_changed_passphrase_opens_and_the_old_one_does_not(tmp_path: Path) -> None:
    key = keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)

    keys.add_passphrase(tmp_path, key, "another passphrase", cost=CHEAP)

    assert keys.unlock(tmp_path, keyring=None, passphrase="another passphrase") == key
    with pytest.raises(Problem):
        keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE)


def test_a_passphrase_may_be_typed_in_any_encoding_of_the_same_characters(tmp_path: Path) -> None:
    key = keys.create(tmp_path, ENTRY, keyring=None, passphrase="Café １２３４５", cost=CHEAP)

    assert keys.unlock(tmp_path, keyring=None, passphrase="Cafe\u0301 12345") == key


def test_the_sealed_key_of_one_profile_does_not_open_another(tmp_path: Path) -> None:
    keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)
    file = tmp_path / "key.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"entry": "someone else"}))

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE)

    assert _code(caught)[0] == "trust.passphrase_wrong"


@pytest.mark.parametrize(
    ("store", "with_passphrase", "expected"),
    [
        (None, True, ("trust.keyring_absent", "remedy.enter_passphrase")),
        (None, False, ("trust.keyring_absent", "remedy.sign_in_as_before")),
        (MemoryStore(), True, ("trust.key_missing", "remedy.enter_passphrase")),
        (MemoryStore("KWallet"), True, ("trust.keyring_changed", "remedy.enter_passphrase")),
        (MemoryStore("KWallet"), False, ("trust.keyring_changed", "remedy.sign_in_as_before")),
        (LockedStore(), True, ("trust.keyring_locked", "remedy.unlock_keyring")),
    ],
)
def test_a_key_store_that_does_not_have_the_key_is_explained_and_nothing_is_replaced(
    tmp_path: Path, store: MemoryStore | None, with_passphrase: bool, expected: tuple[str, str]
) -> None:
    passphrase = PASSPHRASE if with_passphrase else None
    keys.create(tmp_path, ENTRY, keyring=MemoryStore(), passphrase=passphrase, cost=CHEAP)
    before = (tmp_path / "key.json").read_bytes()

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=store)

    assert _code(caught) == expected
    assert (tmp_path / "key.json").read_bytes() == before


def test_a_profile_kept_by_passphrase_alone_asks_for_it(tmp_path: Path) -> None:
    keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=MemoryStore())

    assert _code(caught)[0] == "trust.passphrase_needed"


def test_after_a_change_of_desktop_the_key_moves_to_its_key_store(tmp_path: Path) -> None:
    before, now = MemoryStore("Secret Service"), MemoryStore("KWallet")
    key = keys.create(tmp_path, ENTRY, keyring=before, passphrase=PASSPHRASE, cost=CHEAP)

    keys.add_keyring(tmp_path, keys.unlock(tmp_path, keyring=now, passphrase=PASSPHRASE), keyring=now)

    assert keys.unlock(tmp_path, keyring=now) == key
    assert keys.load(tmp_path).keyring == "KWallet"


def test_destroyed_wraps_leave_nothing(tmp_path: Path) -> None:
    store = MemoryStore()
    keys.create(tmp_path, ENTRY, keyring=store, passphrase=PASSPHRASE, cost=CHEAP)

    keys.destroy(tmp_path, keyring=store)

    assert store.entries == {}
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"version": 1}', '{"version": 1, "entry": "a", "keyring": null}']
)
def test_an_unreadable_key_file_is_said_to_be_unreadable(tmp_path: Path, damage: str) -> None:
    (tmp_path / "key.json").write_text(damage)

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=MemoryStore())

    assert _code(caught)[0] == "trust.key_file_unreadable"


@pytest.mark.parametrize(
    "change",
    [
        {"kdf": "md5"},
        {"memory_kib": 1 << 30},
        {"memory_kib": 0},
        {"passes": 1 << 30},
        {"passes": 0},
        {"lanes": 1 << 20},
        {"lanes": 0},
        {"salt": "xyz"},
        {"salt": "00"},
        {"nonce": ""},
        {"sealed": None},
    ],
)
def test_parameters_that_make_no_sense_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)
    plain = json.loads((tmp_path / "key.json").read_text())
    (tmp_path / "key.json").write_text(json.dumps(plain | {"passphrase": plain["passphrase"] | change}))

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE)

    assert _code(caught)[0] == "trust.key_file_unreadable"


def test_a_newer_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text('{"version": 2}')

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=MemoryStore())

    assert _code(caught) == ("trust.key_file_newer", "remedy.update_program")


def test_in_use_a_guess_costs_what_the_standard_advises(tmp_path: Path) -> None:
    """RFC 9106, section 4: 64 MiB, three passes, four lanes. The other tests hash with less."""
    usual = Cost(Cost.memory_kib, Cost.passes, Cost.lanes)
    assert usual == Cost(memory_kib=64 * 1024, passes=3, lanes=4)
    key = keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=usual)
    wrap = json.loads((tmp_path / "key.json").read_text("utf-8"))["passphrase"]
    assert (wrap["memory_kib"], wrap["passes"], wrap["lanes"]) == (65536, 3, 4)
    assert keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE) == key


def wrong(folder: Path) -> str:
    with pytest.raises(Problem) as caught:
        keys.unlock(folder, keyring=None, passphrase="not this one")
    return _code(caught)[0]


def test_after_five_failures_no_passphrase_opens_until_a_sign_in(tmp_path: Path) -> None:
    key = keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)
    assert [wrong(tmp_path) for _ in range(6)] == ["trust.passphrase_wrong"] * 4 + [
        "trust.too_many_tries"
    ] * 2

    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE)
    assert _code(caught) == ("trust.too_many_tries", "remedy.sign_in_online")

    keys.forgive(tmp_path)
    assert keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE) == key


def test_a_right_passphrase_begins_the_count_anew(tmp_path: Path) -> None:
    keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)
    for _ in range(3):
        assert {wrong(tmp_path) for _ in range(4)} == {"trust.passphrase_wrong"}
        keys.unlock(tmp_path, keyring=None, passphrase=PASSPHRASE)


def test_a_try_counts_although_the_program_is_killed_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.create(tmp_path, ENTRY, keyring=None, passphrase=PASSPHRASE, cost=CHEAP)

    def killed(*_args: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keys, "unwrap", killed)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                keys.unlock(tmp_path, keyring=None, passphrase="a guess")
    assert wrong(tmp_path) == "trust.too_many_tries"


def test_failures_do_not_keep_the_key_store_from_opening(tmp_path: Path) -> None:
    store = MemoryStore()
    key = keys.create(tmp_path, ENTRY, keyring=store, passphrase=PASSPHRASE, cost=CHEAP)
    for _ in range(5):
        wrong(tmp_path)
    assert keys.unlock(tmp_path, keyring=store) == key


def test_locked_data_opens_by_the_passphrase_alone_and_goes_back_to_its_key_store(tmp_path: Path) -> None:
    store = MemoryStore("Secret Service")
    key = keys.create(tmp_path, ENTRY, keyring=store, passphrase=PASSPHRASE, cost=CHEAP)

    keys.lock_away(tmp_path, keyring=store)

    assert store.entries == {}
    with pytest.raises(Problem) as caught:
        keys.unlock(tmp_path, keyring=store)
    assert _code(caught) == ("trust.locked", "remedy.enter_passphrase")
    assert keys.unlock(tmp_path, keyring=store, passphrase=PASSPHRASE) == key
    keys.bring_back(tmp_path, key, keyring=None)
    assert keys.load(tmp_path).locked == "Secret Service", "no key store: the passphrase stays the only way"
    keys.bring_back(tmp_path, key, keyring=store)
    assert keys.unlock(tmp_path, keyring=store) == key


def test_nothing_is_locked_away_without_a_passphrase(tmp_path: Path) -> None:
    store = MemoryStore()
    key = keys.create(tmp_path, ENTRY, keyring=store)

    with pytest.raises(Problem) as caught:
        keys.lock_away(tmp_path, keyring=store)

    assert _code(caught) == ("trust.passphrase_absent", "remedy.set_passphrase")
    assert keys.unlock(tmp_path, keyring=store) == key
