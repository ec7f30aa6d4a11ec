"""What is done to a profile while nobody has it open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channeldesk.model.notice import Problem
from channeldesk.store import integrity, lock, profile, swap
from channeldesk.store.profile import Profile
from channeldesk.sync import rekeying
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import chosen

if TYPE_CHECKING:
    from channeldesk.store.rescue import Rescued
    from channeldesk.trust.keyring_store import KeyStore

Progress = Callable[[str, int, int], None]


@contextmanager
def owned(folder: Path, passphrase: str | None, keyring: KeyStore | None) -> Iterator[tuple[Profile, bytes]]:
    """The profile and its key, with the lock until the block ends; files that were changing places have."""
    found = profile.load(folder)
    with lock.acquire(folder):
        yield found, unlocked(folder, passphrase, keyring)


def unlocked(folder: Path, passphrase: str | None, keyring: KeyStore | None) -> bytes:
    """The key, after files that were changing places have, and a rekey that was killed is ended or undone."""
    for path in (profile.database_path(folder), profile.files_path(folder)):
        swap.finish(path)
    rekeying.finish_swap(folder)
    key = keys.unlock(folder, passphrase=passphrase, keyring=keyring)
    with suppress(Problem):  # a key store that is away, or locked, is no reason not to open
        keys.bring_back(folder, key, keyring=keyring)
    return rekeying.resolve(folder, key, chosen(keyring))


def repair(
    folder: Path,
    found: Profile,
    key: bytes,
    new_id: Callable[[], bytes],
    now_ms: Callable[[], int],
    progress: Progress,
    *,
    anyway: bool,
) -> Rescued | None:
    """Puts a new database with all unsent work in the place of a damaged one; None where there is no need."""
    from channeldesk.store.rescue import rescue

    path = profile.database_path(folder)
    if not anyway and path.exists() and not integrity.check(path, key, structure=True).damaged:
        return None
    facts: dict[str, Any] = found.facts()
    return rescue(path, key, facts=facts, new_id=new_id, now_ms=now_ms, progress=progress)
