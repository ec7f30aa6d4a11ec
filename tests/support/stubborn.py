"""A key store that does not do as it is told."""

from __future__ import annotations

from channeldesk.model.notice import Problem
from channeldesk.trust.keyring_store import MemoryStore


class Stubborn(MemoryStore):
    """A key store that keeps what it has until it is told otherwise."""

    def __init__(self, entries: dict[str, bytes] | None = None) -> None:
        super().__init__()
        self.entries.update(entries or {})
        self.gives_up = False

    def remove(self, entry: str) -> None:
        if not self.gives_up and entry in self.entries:
            raise Problem.of("trust.keyring_keeps", remedy="remedy.unlock_keyring")
        super().remove(entry)
