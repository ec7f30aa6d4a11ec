"""The key of an open profile, and the ways to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from channeldesk.trust import keys


@dataclass(frozen=True)
class Protection:
    """Where a profile's key is kept: the name of the key store, and whether a passphrase opens it too."""

    key_store: str | None
    passphrase: bool


class Safe:
    """``entry``: the profile's id. Each call reads or writes a small file."""

    def __init__(self, folder: Path, key: bytes, entry: str) -> None:
        self._folder, self._key, self._entry = folder, key, entry

    def protection(self) -> Protection:
        wraps = keys.load(self._folder)
        return Protection(wraps.keyring, wraps.sealed is not None)

    def set_passphrase(self, passphrase: str) -> None:
        """A way in beside the key store, or a new one in place of the old. Raises Problem if it is short."""
        keys.add_passphrase(self._folder, self._key, passphrase, entry=self._entry)
