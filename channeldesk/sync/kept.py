"""What keeps a profile whole: looking it over, mending, saving, bringing back, another key, certificates.

The half of :class:`channeldesk.desk.Desk` that people need seldom.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channeldesk.model.changes import Changes, Topic
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Notice, Problem
from channeldesk.store.database import Database
from channeldesk.store.profile import Profile
from channeldesk.sync import certificates, keeping, leaving, rekeying
from channeldesk.sync.rounds import Rounds
from channeldesk.trust.keyring_store import SYSTEM, chosen
from channeldesk.trust.safe import Safe

if TYPE_CHECKING:
    from channeldesk.store.rescue import Rescued
    from channeldesk.sync.bundle import Saved
    from channeldesk.sync.doctor import Doctor, Report
    from channeldesk.trust.keyring_store import KeyStore


class Kept(ABC):
    """Of an open profile; what needs a closed one is given its folder."""

    folder: Path
    profile: Profile
    database: Database
    _key: bytes
    _keyring: Any
    _rounds: Rounds
    _now_ms: Callable[[], int]
    safe: Safe
    leaving: bool

    @abstractmethod
    def _publish(self, changes: Changes) -> None:
        """Tells every open page what moved."""

    def certificate_file(self) -> Path | None:
        """The company's certificates that count for headquarters beside the system's store, if any."""
        return certificates.chosen_for(self.profile.server)

    def choose_certificates(self, source: Path | None) -> None:
        """Keeps a copy of the file; None: the system's store is enough. Raises Problem for no such file."""
        certificates.choose(self.profile.server, self.folder, source)

    def hand_out_trail(self, target: Path, form: str) -> int:
        """Writes the whole trail of this laptop with its hashes, ``csv`` or ``ndjson``; how many entries."""
        from channeldesk.exchange.handing_out import hand_out
        from channeldesk.queries import trail

        with self.database.read() as connection:
            return hand_out(target, form, (one.told() for one in trail.oldest(connection, trail.Wanted())))

    def doctor(self, progress: Callable[[str, int, int], None] = lambda step, done, of: None) -> Report:
        """Looks the profile over: pages, files, what waits, what is derived, keys. Changes nothing."""
        return self._doctor().examine(progress)

    def mend(self, report: Report | None = None) -> list[Notice]:
        """Ends what can be ended of a report; what it did. What waits to be sent is kept as it is."""
        with self._rounds.lock:  # a first round drops and builds the same
            done = self._doctor().mend(report or self.doctor())
        self._publish(frozenset(Topic))
        return done

    def _doctor(self) -> Doctor:
        from channeldesk.sync.doctor import Doctor

        return Doctor(self.folder, self.profile, self.database, self._key, lambda: chosen(self._keyring))

    def sign_out(
        self,
        target: Path | None = None,
        passphrase: str | None = None,
        *,
        remove: bool = False,
        progress: Callable[[str, int, int], None] = lambda step, done, of: None,
    ) -> None:
        """Forgets the tokens. The profile stays, encrypted, with what was not sent, for the next sign-in.

        ``remove``: closing removes it, if nothing waits, or everything is saved in an encrypted file first:
        ``target``. Raises Problem; then nothing changed. Close the desk afterwards.
        """
        with self._rounds.lock:
            if remove and target is None:
                leaving.check_removable(self.database)
            if target is not None:
                waiting = leaving.unsent(self.database)
                self.backup(target, passphrase, progress)
                if leaving.unsent(self.database) != waiting:  # somebody went on working meanwhile
                    raise Problem.of("leaving.went_on", remedy="remedy.try_again")
            leaving.sign_out(self.database, self.folder, self.profile)
        self.leaving = remove
        if not remove:
            with suppress(Problem):  # without a passphrase the key stays in the key store
                self.safe.lock()

    def backup(
        self,
        target: Path,
        passphrase: str | None = None,
        progress: Callable[[str, int, int], None] = lambda step, done, of: None,
    ) -> Saved:
        """Writes the whole profile to one encrypted file and verifies it; work goes on meanwhile.

        The profile's passphrase opens it, and ``passphrase``. Raises Problem; then there is no file.
        """
        from channeldesk.sync import bundle

        mine, now = self.profile, self._now_ms()
        return bundle.save(self.folder, mine, self._key, target, now, passphrase, progress)

    @staticmethod
    def restore(source: Path, folder: Path, *, keyring: KeyStore | None = SYSTEM, **options: Any) -> Profile:
        """Makes a profile in an empty folder out of a backup; ``passphrase`` and ``progress`` as of
        ``sync.bundle.restore``. Raises Problem; then nothing is left there.
        """
        from channeldesk.sync import bundle

        options = {"now_ms": time.time_ns() // 1_000_000, "new_id": new_id, **options}
        return bundle.restore(source, folder, keyring=chosen(keyring), **options)

    @staticmethod
    def rekey(
        folder: Path,
        *,
        passphrase: str | None = None,
        keyring: KeyStore | None = SYSTEM,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        """Gives a closed profile a new key; the same passphrase and key store open it (``sync.rekeying``)."""
        with keeping.owned(folder, passphrase, keyring) as (_, key):
            rekeying.rekey(folder, key, passphrase=passphrase, keyring=chosen(keyring), step=step)

    @staticmethod
    def repair(
        folder: Path,
        *,
        passphrase: str | None = None,
        keyring: KeyStore | None = SYSTEM,
        progress: Callable[[str, int, int], None] = lambda table, done, of: None,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        make_id: Callable[[], bytes] = new_id,
        anyway: bool = False,
    ) -> Rescued | None:
        """Replaces a damaged database by a new one with everything that headquarters does not have yet.

        The damaged file stays beside it. None: nothing is damaged, so nothing was done, unless ``anyway``.
        Raises Problem as :meth:`Desk.open` does, or when the disk is full; then nothing was changed.
        """
        with keeping.owned(folder, passphrase, keyring) as (found, key):
            return keeping.repair(folder, found, key, make_id, now_ms, progress, anyway=anyway)
