"""A new key for a profile that nobody has open.

Both keys are kept until both databases were copied under the new one, the copies verified, put in place and
opened there. Until the key file is written anew the profile opens by the old key, which can tell the new one;
after that by the new one. A rekey that was killed is undone by the next start if its copies were not verified
yet, and otherwise completed (:func:`resolve`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.store import backup, integrity, pages, profile
from channeldesk.store.connect import Use, connect
from channeldesk.store.errors import translated
from channeldesk.trust import keys, left, sealing
from channeldesk.trust.keys import Coming, Wraps
from channeldesk.trust.passphrase import unwrap, wrap

if TYPE_CHECKING:
    from channeldesk.trust.keyring_store import KeyStore

Step = Callable[[str], None]


def _databases(folder: Path) -> list[Path]:
    return [profile.database_path(folder), profile.files_path(folder)]


def _copy(path: Path) -> Path:
    return path.with_name(f"{path.stem}.rekeyed{path.suffix}")


def _aside(path: Path) -> Path:
    return path.with_name(f"{path.stem}.oldkey{path.suffix}")


def rekey(
    folder: Path,
    key: bytes,
    *,
    passphrase: str | None,
    keyring: KeyStore | None,
    step: Step = lambda name: None,
) -> bytes:
    """Gives the profile a new key; the caller has its lock. The same passphrase and key store open it.

    Raises Problem, with everything as it was: a passphrase was set and not given, the disk is full, a
    database is damaged, the key store is locked.
    """
    wraps = keys.load(folder)
    if wraps.sealed is not None:
        if passphrase is None:
            raise Problem.of("trust.passphrase_needed", remedy="remedy.enter_passphrase")
        unwrap(wraps.sealed, passphrase, wraps.entry)
    if wraps.keyring is not None and keyring is None:
        raise Problem.of("trust.keyring_absent", remedy="remedy.sign_in_as_before")
    new, entry = secrets.token_bytes(keys.KEY_BYTES), new_id().hex()
    sealed = wrap(new, passphrase, entry) if wraps.sealed is not None and passphrase is not None else None
    store = keyring if wraps.keyring is not None else None
    name = None if store is None else store.name
    coming = Coming(entry, name, sealed, sealing.seal_key(new, key))
    step("begun")
    keys.save(folder, replace(wraps, coming=coming))
    try:
        step("noted")
        if store is not None:
            store.put(entry, new)
        step("kept")
        with translated():
            for path in filter(Path.exists, _databases(folder)):
                _settle_log(path, key)
                _copy(path).unlink(missing_ok=True)
                backup.copy_to(path, _copy(path), key, new)
                step(f"copied {path.stem}")
        keys.save(folder, replace(wraps, coming=replace(coming, verified=True)))
    except Exception:
        _undo(folder, wraps, coming, keyring)
        raise
    step("verified")
    return _go_on(folder, key, new, keyring, step)


def resolve(folder: Path, key: bytes, keyring: KeyStore | None) -> bytes:
    """Ends what a killed rekey left; the key that opens the profile now. The caller has the lock."""
    wraps = keys.load(folder)
    if wraps.coming is None:
        if wraps.leaving is not None:
            _clean(folder, key, keyring)
        return key
    new = sealing.open_key(wraps.coming.by_old, key)
    if new is not None and wraps.coming.verified:
        return _go_on(folder, key, new, keyring, lambda name: None)
    _undo(folder, wraps, wraps.coming, keyring)
    return key


def finish_swap(folder: Path) -> None:
    """Puts a verified copy where a kill left nothing. Needs no key, so that what is looked for is there."""
    for path in _databases(folder):
        if not path.exists() and _aside(path).exists() and _copy(path).exists():
            os.replace(_copy(path), path)


def _go_on(folder: Path, key: bytes, new: bytes, keyring: KeyStore | None, step: Step) -> bytes:
    finish_swap(folder)
    for path in _databases(folder):
        if _copy(path).exists():
            _settle_log(path, key)
            os.replace(path, _aside(path))
            step(f"aside {path.stem}")
            os.replace(_copy(path), path)
            step(f"swapped {path.stem}")
    swapped = [path for path in _databases(folder) if path.exists()]
    if any(integrity.check(path, new).damaged for path in swapped):
        _put_back(folder, keyring)
        raise Problem.of("rekey.failed", remedy="remedy.check_disk")
    step("opened")
    wraps = keys.load(folder)
    coming = wraps.coming
    assert coming is not None
    former = (*wraps.former, sealing.seal_key(key, new))
    made = Wraps(coming.entry, coming.keyring, coming.sealed, None, former, wraps.entry, wraps.locked)
    keys.save(folder, made)
    step("committed")
    _clean(folder, new, keyring, step)
    return new


def _clean(folder: Path, key: bytes, keyring: KeyStore | None, step: Step = lambda name: None) -> None:
    """The old key goes with all that only it opens; damaged files that were set aside keep it, sealed."""
    wraps = keys.load(folder)
    old = sealing.open_key(wraps.former[-1], key) if wraps.former else None
    whole = True
    for copy in backup.existing(profile.database_path(folder)):
        if old is not None and not pages.key_fits(copy, key):
            whole = _under(copy, old, key) and whole
    step("backups")
    for path in _databases(folder):
        if path.exists() and pages.key_fits(path, key):
            _remove(_aside(path))
    step("removed")
    if wraps.leaving is not None and keyring is not None:
        left.take_out(folder, wraps.leaving, keyring.name, keyring)
    kept = wraps.former if not whole or any(_damaged(folder)) else ()
    keys.save(folder, replace(wraps, former=kept, leaving=None))
    step("cleaned")


def _under(copy: Path, old: bytes, key: bytes) -> bool:
    """Brings a backup under the new key; one that cannot be read stays as it is."""
    beside = copy.with_name(f".{copy.name}.rekeyed")
    try:
        backup.copy_to(copy, beside, old, key)
        os.replace(beside, copy)
    except Problem:
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True


def _damaged(folder: Path) -> Iterable[Path]:
    return (one for one in folder.iterdir() if "damaged-" in one.name)


def _put_back(folder: Path, keyring: KeyStore | None) -> None:
    for path in _databases(folder):
        if _aside(path).exists():
            os.replace(_aside(path), path)
    wraps = keys.load(folder)
    if wraps.coming is not None:
        _undo(folder, wraps, wraps.coming, keyring)


def _undo(folder: Path, wraps: Wraps, coming: Coming, keyring: KeyStore | None) -> None:
    for path in _databases(folder):
        _remove(_copy(path))
    if coming.keyring is not None and keyring is not None:
        left.take_out(folder, coming.entry, keyring.name, keyring)
    keys.save(folder, replace(wraps, coming=None))


def _settle_log(path: Path, key: bytes) -> None:
    """Moves the log into the file, so that the file is all there is."""
    raw = connect(path, key, Use.APPLY)
    try:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        raw.close()
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        raise Problem.of("store.busy", remedy="remedy.try_again")
    for end in ("-wal", "-shm"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        file.with_name(f"{file.name}{end}").unlink(missing_ok=True)
