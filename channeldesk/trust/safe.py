"""The key of an open profile, and the ways to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from channeldesk.model.notice import Problem
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import KeyStore


@dataclass(frozen=True)
class Protection:
    """Where a profile's key is kept: the name of the key store, and whether a passphrase opens it too."""

    key_store: str | None
    passphrase: bool


class Safe:
    """``entry``: the profile's id. Each call reads or writes a small file."""

    def __init__(self, folder: Path, key: bytes, entry: str, keyring: Callable[[], KeyStore | None]) -> None:
        self._folder, self._key, self._entry, self._keyring = folder, key, entry, keyring

    def protection(self) -> Protection:
        wraps = keys.load(self._folder)
        return Protection(wraps.keyring, wraps.sealed is not None)

    def set_passphrase(self, passphrase: str) -> None:
        """A way in beside the key store, or a new one in place of the old. Raises Problem if it is short."""
        keys.add_passphrase(self._folder, self._key, passphrase, entry=self._entry)

    def lock(self) -> None:
        """From here on only the passphrase opens the data, also if the program ends meanwhile. Raises Problem
        where none was set.
        """
        keys.lock_away(self._folder, keyring=self._keyring())

    def unlock(self, passphrase: str) -> None:
        """By the key that the passphrase makes. Raises Problem; after five failures any does."""
        keys.unlock(self._folder, keyring=None, passphrase=passphrase)
        self.reopen()

    def reopen(self) -> None:
        """Without the passphrase: for who has just signed in at headquarters."""
        with suppress(Problem):  # the key store is away: the passphrase stays the only way
            keys.bring_back(self._folder, self._key, keyring=self._keyring())

    def forgive(self) -> None:
        """The person has just signed in at headquarters."""
        with suppress(Problem):  # the doctor tells of a key file that cannot be read
            keys.forgive(self._folder)
