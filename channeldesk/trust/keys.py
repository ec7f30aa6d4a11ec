"""The database key: random, never in a file as it is, kept by two wraps.

Wrap A is an entry in the operating system's key store, named by the profile's id. Wrap B is the key sealed
by a passphrase, in ``key.json``. Either opens the profile; where there is no key store, B is the only one.
A wrap that does not open is explained, never answered with a new key: what was not sent yet would be lost.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from channeldesk.model.notice import Problem
from channeldesk.trust import keyring_store, left
from channeldesk.trust.files import write_atomically
from channeldesk.trust.keyring_store import SYSTEM, KeyStore
from channeldesk.trust.passphrase import Cost, check, unwrap, wrap

KEY_BYTES = 32
VERSION = 1
MOST_FAILURES = 5
"""Wrong passphrases after which headquarters has to say who the person is."""
_FILE = "key.json"
_ONLINE = "remedy.sign_in_online"


@dataclass(frozen=True)
class Coming:
    """A new key on its way in (``sync.rekeying``): its own wraps, and sealed under the old one.
    ``verified``: the copies under it are complete.
    """

    entry: str
    keyring: str | None
    sealed: dict[str, Any] | None
    by_old: str
    verified: bool = False


@dataclass(frozen=True)
class Wraps:
    """What ``key.json`` says: the entry's name, the store that holds it, the passphrase wrap (if any)."""

    entry: str
    keyring: str | None = None
    sealed: dict[str, Any] | None = None
    coming: Coming | None = None
    former: tuple[str, ...] = ()
    """Keys of before, sealed under this one, for files that only they open."""
    leaving: str | None = None
    """The entry of the key before, until it is out of the key store."""
    locked: str | None = None
    """The key store that had the key before the person locked the data: only the passphrase opens it now."""
    failures: int = 0
    """Wrong passphrases since a right one."""


def create(
    folder: Path,
    entry: str,
    *,
    keyring: KeyStore | None = SYSTEM,
    passphrase: str | None = None,
    key: bytes | None = None,
    cost: Cost | None = None,
) -> bytes:
    """Make a key for the profile in ``folder`` and keep it; ``entry`` is the profile's id. ``key``: one that
    exists, for a profile that is made from a backup.

    ``keyring`` is the system's store unless one (or None) is handed in. Raises :class:`Problem` when there
    is neither a store nor a passphrase, or the store is locked: nothing is written then.
    """
    if (folder / _FILE).exists():
        raise FileExistsError(folder / _FILE)
    store = keyring_store.chosen(keyring)
    if store is None and passphrase is None:
        raise Problem.of("trust.no_protection", remedy="remedy.set_passphrase")
    key = secrets.token_bytes(KEY_BYTES) if key is None else _checked(key)
    wraps = Wraps(entry)
    if passphrase is not None:
        check(passphrase)
        wraps = replace(wraps, sealed=wrap(key, passphrase, entry, cost))
    if store is not None:
        store.put(entry, key)
        wraps = replace(wraps, keyring=store.name)
    save(folder, wraps)
    return key


def unlock(folder: Path, *, keyring: KeyStore | None = SYSTEM, passphrase: str | None = None) -> bytes:
    """The key of the profile in ``folder``: by the passphrase if one is given, else by the key store.

    Raises :class:`Problem`, each with its way out: ``trust.passphrase_wrong``, ``trust.passphrase_absent``,
    ``trust.too_many_tries``, ``trust.passphrase_needed``, ``trust.keyring_locked``, ``trust.keyring_absent``,
    ``trust.keyring_changed``, ``trust.key_missing``, ``trust.key_file_unreadable``.
    """
    wraps = load(folder)
    if passphrase is not None:
        if wraps.sealed is None:
            raise Problem.of("trust.passphrase_absent", remedy="remedy.sign_in_as_before")
        return _checked(_tried(folder, wraps, passphrase))
    if wraps.keyring is None:
        code = "trust.locked" if wraps.locked else "trust.passphrase_needed"
        raise Problem.of(code, remedy="remedy.enter_passphrase")
    remedy = "remedy.enter_passphrase" if wraps.sealed else "remedy.sign_in_as_before"
    store = keyring_store.chosen(keyring)
    if store is None:
        raise Problem.of("trust.keyring_absent", remedy=remedy)
    key = store.get(wraps.entry)
    if key is None and store.name != wraps.keyring:
        raise Problem.of("trust.keyring_changed", before=wraps.keyring, now=store.name, remedy=remedy)
    if key is None:
        raise Problem.of("trust.key_missing", remedy=remedy)
    return _checked(key)


def _tried(folder: Path, wraps: Wraps, passphrase: str) -> bytes:
    """One try, counted before it is made, so that whoever kills the program has no more of them."""
    if wraps.failures >= MOST_FAILURES:
        raise Problem.of("trust.too_many_tries", most=MOST_FAILURES, remedy=_ONLINE)
    counted = replace(wraps, failures=wraps.failures + 1)
    save(folder, counted)
    try:
        key = _unsealed(wraps, passphrase)
    except Problem as problem:
        if problem.notice.code == "trust.passphrase_wrong" and counted.failures >= MOST_FAILURES:
            raise Problem.of("trust.too_many_tries", most=MOST_FAILURES, remedy=_ONLINE) from None
        raise
    save(folder, replace(wraps, failures=0))
    return key


def is_shut(folder: Path) -> bool:
    """Whether too many wrong passphrases were tried."""
    return load(folder).failures >= MOST_FAILURES


def forgive(folder: Path) -> None:
    """The person proved at headquarters who it is: wrong passphrases do not count any more."""
    wraps = load(folder)
    if wraps.failures:
        save(folder, replace(wraps, failures=0))


def lock_away(folder: Path, *, keyring: KeyStore | None = SYSTEM) -> None:
    """Takes the key out of the key store, so that only the passphrase opens the data, also after a restart.
    A key store that does not give it up is asked again by the next call (``left``).

    Raises Problem where no passphrase was set.
    """
    let_go(folder, keyring=keyring)
    wraps = load(folder)
    if wraps.sealed is None:
        raise Problem.of("trust.passphrase_absent", remedy="remedy.set_passphrase")
    if wraps.keyring is None:
        return
    save(folder, replace(wraps, keyring=None, locked=wraps.keyring))
    left.take_out(folder, wraps.entry, wraps.keyring, keyring_store.chosen(keyring))


def let_go(folder: Path, *, keyring: KeyStore | None = SYSTEM) -> None:
    """Asks the key store once more for what it would not give up."""
    noted = left.read(folder)
    store = keyring_store.chosen(keyring) if noted else None
    for entry, name in noted.items():
        if entry == _entry(folder, kept=True):
            left.forget(folder, entry)
        else:
            left.take_out(folder, entry, name, store)


def still_left(folder: Path) -> Problem | None:
    """What to tell of a key that a key store would not give up."""
    return left.told(folder, _entry(folder))


def _entry(folder: Path, *, kept: bool = False) -> str | None:
    """The entry of the profile that is here; ``kept``: only if a key store is to have it."""
    try:
        wraps = load(folder)
    except Problem:
        return None
    return None if kept and wraps.keyring is None else wraps.entry


def bring_back(folder: Path, key: bytes, *, keyring: KeyStore | None = SYSTEM) -> None:
    """Puts the key back where it was before :func:`lock_away`, if this session has a key store."""
    wraps = load(folder)
    store = keyring_store.chosen(keyring) if wraps.locked is not None else None
    if store is not None:
        store.put(wraps.entry, _checked(key))
        save(folder, replace(wraps, keyring=store.name, locked=None))
        left.forget(folder, wraps.entry)


def add_passphrase(
    folder: Path, key: bytes, passphrase: str, *, entry: str = "", cost: Cost | None = None
) -> None:
    """Set or change the passphrase; ``key`` is the unlocked key, so the old passphrase is not needed.

    With ``entry``, a key file that is gone is made again.
    """
    check(passphrase)
    wraps = _known(folder, entry)
    save(folder, replace(wraps, sealed=wrap(_checked(key), passphrase, wraps.entry, cost)))


def add_keyring(folder: Path, key: bytes, *, entry: str = "", keyring: KeyStore | None = SYSTEM) -> None:
    """Keep the unlocked ``key`` in this session's key store: after a change of desktop, for example.

    With ``entry``, a key file that is gone is made again.
    """
    store = keyring_store.chosen(keyring)
    if store is None:
        raise Problem.of("trust.keyring_absent", remedy="remedy.set_passphrase")
    wraps = _known(folder, entry)
    store.put(wraps.entry, _checked(key))
    save(folder, replace(wraps, keyring=store.name))
    left.forget(folder, wraps.entry)


def _known(folder: Path, entry: str) -> Wraps:
    try:
        return load(folder)
    except Problem as problem:
        if not entry or problem.notice.code != "trust.key_file_unreadable":
            raise
        return Wraps(entry)


def destroy(folder: Path, *, keyring: KeyStore | None = SYSTEM) -> None:
    """Destroy both wraps: afterwards nobody reads the database. For a device that headquarters revoked. What
    the key store does not give up is noted (``left``).
    """
    store = keyring_store.chosen(keyring)
    wraps = load(folder)
    coming = wraps.coming
    for entry, name in (
        (wraps.entry, wraps.keyring),
        (wraps.leaving, wraps.keyring),
        (coming and coming.entry, coming and coming.keyring),
    ):
        if entry and name:
            left.take_out(folder, entry, name, store)
        elif entry and store is not None:  # it should not be there
            with suppress(Problem):
                store.remove(entry)
    _overwrite(folder / _FILE)
    (folder / _FILE).unlink()  # last: it names the entries


def _overwrite(path: Path) -> None:
    """Some disks write it elsewhere; where they do not, nothing is left to be found."""
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())


def load(folder: Path) -> Wraps:
    """What is known about the key's wraps; no secret is touched."""
    try:
        plain = json.loads((folder / _FILE).read_text("utf-8"))
        if plain["version"] > VERSION:
            raise Problem.of("trust.key_file_newer", remedy="remedy.update_program")
        coming = plain.get("coming")
        return Wraps(
            str(plain["entry"]),
            plain["keyring"],
            plain["passphrase"],
            Coming(**coming) if coming else None,
            tuple(plain.get("former", ())),
            plain.get("leaving"),
            plain.get("locked"),
            int(plain.get("failures", 0)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem.of("trust.key_file_unreadable", remedy="remedy.restore_key") from error


def save(folder: Path, wraps: Wraps) -> None:
    """Write it all or not at all, also when the power fails."""
    plain: dict[str, Any] = {
        "version": VERSION,
        "entry": wraps.entry,
        "keyring": wraps.keyring,
        "passphrase": wraps.sealed,
    }
    if wraps.coming is not None:
        plain["coming"] = asdict(wraps.coming)
    if wraps.former:
        plain["former"] = list(wraps.former)
    if wraps.leaving is not None:
        plain["leaving"] = wraps.leaving
    if wraps.locked is not None:
        plain["locked"] = wraps.locked
    if wraps.failures:
        plain["failures"] = wraps.failures
    write_atomically(folder / _FILE, json.dumps(plain, indent=2) + "\n")


def _unsealed(wraps: Wraps, passphrase: str) -> bytes:
    assert wraps.sealed is not None
    try:
        return unwrap(wraps.sealed, passphrase, wraps.entry)
    except (ValueError, KeyError, TypeError) as error:
        raise Problem.of("trust.key_file_unreadable", remedy="remedy.restore_key") from error


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise Problem.of("trust.key_file_unreadable", remedy="remedy.restore_key")
    return key
