"""The key of an open profile, and the ways to it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from channeldesk.model.notice import Problem
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import KeyStore
from channeldesk.trust.passphrase import unwrap


@dataclass(frozen=True)
class Locked:
    """``lent``: copies of files that other programs had been given; ``in_use``: how many they hold on to."""

    lent: int = 0
    in_use: int = 0
    key_left: Problem | None = None
    """Where the key store did not give up the key."""


@dataclass(frozen=True)
class Protection:
    """Where a profile's key is kept: the name of the key store, and whether a passphrase opens it too."""

    key_store: str | None
    passphrase: bool


class Safe:
    """``entry``: the profile's id; ``take_back``: removes the copies that were lent. Each call reads or
    writes a small file; ``known`` is what stood in it last.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        entry: str,
        keyring: Callable[[], KeyStore | None],
        take_back: Callable[[], None],
    ) -> None:
        self._folder, self._key, self._entry = folder, key, entry
        self._keyring, self._take_back = keyring, take_back
        self.known = Protection(None, False)
        with suppress(Problem):  # the doctor tells of a key file that cannot be read
            self.protection()

    def protection(self) -> Protection:
        wraps = keys.load(self._folder)
        self.known = Protection(wraps.keyring, wraps.sealed is not None)
        return self.known

    def set_passphrase(self, passphrase: str) -> None:
        """A way in beside the key store, or a new one in place of the old. Raises Problem if it is short."""
        keys.add_passphrase(self._folder, self._key, passphrase, entry=self._entry)
        self.protection()

    def check(self, passphrase: str) -> None:
        """Raises Problem unless it is the profile's. Not counted: who asks has the data open before them."""
        wraps = keys.load(self._folder)
        if wraps.sealed is not None:
            unwrap(wraps.sealed, passphrase, wraps.entry)

    def lock(self) -> Locked:
        """From here on only the passphrase opens the data, also if the program ends meanwhile, and no copy of
        a file stands readable. Raises Problem where no passphrase was set.
        """
        lent = self._lent()
        self._take_back()
        keys.lock_away(self._folder, keyring=self._keyring())
        return Locked(lent, self._lent(), keys.still_left(self._folder))

    def _lent(self) -> int:
        return sum(one.is_file() for one in (self._folder / "open").rglob("*"))

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
