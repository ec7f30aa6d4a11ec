"""The laptop's engine in one object: the only place where its parts are put together.

The window and the command line hold a :class:`Desk` and nothing below it. ``ask`` and ``act`` may be called
from any thread but the window's own.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from channeldesk.actions.transaction import Transaction
from channeldesk.model.changes import Changes, Done, Topic
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.queries.once import answering
from channeldesk.store import lock, log_tail, migrate, profile
from channeldesk.store.database import Database
from channeldesk.store.profile import Profile, usual_folder
from channeldesk.sync import certificates, local_facts, wiping
from channeldesk.sync.door import Door
from channeldesk.sync.engine import RoundResult, Step
from channeldesk.sync.errand import Errand, Reason
from channeldesk.sync.file_desk import FileDesk
from channeldesk.sync.kept import Kept
from channeldesk.sync.lease import Standing, Watch
from channeldesk.sync.loopback import Cancelled
from channeldesk.sync.rounds import Rounds
from channeldesk.sync.schedule import AFTER_WORK, Scheduler, SyncStatus
from channeldesk.sync.session import Session, check_person, sign_in
from channeldesk.sync.talks import BROWSER, CODE, Talk, talk
from channeldesk.sync.wiping import WipeOrdered
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import SYSTEM, chosen
from channeldesk.trust.safe import Safe

if TYPE_CHECKING:
    from channeldesk.store.integrity import Integrity
    from channeldesk.sync.sizes import Sizes
    from channeldesk.sync.trip import TripReport, TripStep
    from channeldesk.trust.keyring_store import KeyStore

__all__ = [
    "ALL",
    "BROWSER",
    "CODE",
    "Cancelled",
    "Desk",
    "Reason",
    "RoundResult",
    "Scheduler",
    "Step",
    "SyncStatus",
    "Talk",
    "Transaction",
    "talk",
    "usual_folder",
]

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)

ALL: Changes = frozenset(Topic)


class Desk(Kept):
    """An open profile. Close it: the lock, the threads and the key go with it."""

    def __init__(
        self,
        folder: Path,
        found: Profile,
        key: bytes,
        held: lock.ProfileLock,
        now_ms: Callable[[], int],
        make_id: Callable[[], bytes],
    ) -> None:
        self.folder, self.profile = folder, found
        self._key, self._lock, self._now_ms, self._new_id = key, held, now_ms, make_id
        certificates.use(found.server, folder)
        path = profile.database_path(folder)
        self.log_torn = path.exists() and log_tail.is_torn(path, key)
        """Whether what was done last before this start may be missing."""
        migrate.upgrade(path, key)
        self.database = Database.open(path, key, now_ms=now_ms, new_id=make_id)
        self._watch = Watch(now_ms)
        self.database.guard = self._watch.guard
        self._subscribers: list[Callable[[Changes], None]] = []
        self._status_watchers: list[Callable[[SyncStatus], None]] = []
        self._rounds = Rounds(self.database, key, now_ms=now_ms, new_id=make_id)
        self._keyring: Any = SYSTEM
        self.safe = Safe(folder, key, found.id, lambda: self._keyring, lambda: self.files.take_back())
        self.leaving = False
        """Closing removes the profile: its person signed out, and nothing is lost with it."""
        self.key_left = keys.still_left(folder)
        """Where a key store did not give up a key that it was to give up."""
        self.wiped: Problem | None = None
        """The key is destroyed, as headquarters ordered; closing removes the files."""
        self._checking: threading.Thread | None = None
        self._closed = False
        self._scheduler: Scheduler | None = None
        self._door: Door | None = None
        self.files = FileDesk(self.database, lambda: self.profile.server, self._publish, self._may_carry)
        self.files.take_back()  # what a killed program had lent
        self.integrity: Integrity | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        passphrase: str | None = None,
        keyring: KeyStore | None = SYSTEM,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        make_id: Callable[[], bytes] = new_id,
    ) -> Desk:
        """Opens the profile in ``folder``: takes its lock, finds its key, migrates its database.

        Raises Problem, each with its way out: no profile, open elsewhere, no key, damaged, newer schema.
        """
        from channeldesk.sync import keeping

        if keys.still_left(folder) is not None:
            with suppress(Problem), lock.acquire(folder):  # its owner asks by itself
                keys.let_go(folder, keyring=keyring)
        if wiping.is_begun(folder):
            with lock.acquire(folder):
                raise wiping.finish(folder, keyring)
        found = profile.load(folder)
        if found.signed_out:
            raise Problem.of("profile.signed_out", name=found.user_name, remedy="remedy.sign_in")
        held = lock.acquire(folder)
        try:
            key = keeping.unlocked(folder, passphrase, keyring)
            profile.check_database(folder)
            opened = cls(folder, found, key, held, now_ms, make_id)
            opened._keyring = keyring
            return opened
        except BaseException:
            held.release()
            raise

    @classmethod
    def create(
        cls,
        folder: Path,
        server: str,
        login: str,
        password: str,
        *,
        device_name: str = "",
        passphrase: str | None = None,
        certificate_file: Path | None = None,
        keyring: KeyStore | None = SYSTEM,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        make_id: Callable[[], bytes] = new_id,
    ) -> Desk:
        """As :meth:`found`, by a password. Raises SignInNeeded also for a wrong one."""
        prove = partial(sign_in, server, login, password, device_name=device_name)
        return cls.found(
            folder,
            server,
            prove,
            passphrase=passphrase,
            certificate_file=certificate_file,
            keyring=keyring,
            now_ms=now_ms,
            make_id=make_id,
        )

    @classmethod
    def found(
        cls,
        folder: Path,
        server: str,
        prove: Callable[[], Session],
        *,
        passphrase: str | None = None,
        certificate_file: Path | None = None,
        keyring: KeyStore | None = SYSTEM,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        make_id: Callable[[], bytes] = new_id,
    ) -> Desk:
        """Makes a profile in an empty ``folder`` for whoever ``prove`` signs in; the first round is the
        caller's.

        Raises what ``prove`` raises, or Problem when no profile can be made here; nothing is left then.
        """
        if passphrase is None and chosen(keyring) is None:  # said before a person goes to sign in
            raise Problem.of("trust.no_protection", remedy="remedy.set_passphrase")
        profile.prepare(folder)
        held = lock.acquire(folder)
        key: bytes | None = None
        desk: Desk | None = None
        try:
            if certificate_file is not None:
                certificates.choose(server, folder, certificate_file)
            session = prove()
            made = Profile(
                id=make_id().hex(),
                server=server,
                user_id=session.user_id,
                login=session.login,
                user_name=session.name,
                role=session.role,
                device_id=session.device_id,
                device_prefix=session.device_prefix,
                created_at=now_ms(),
                language=session.language,
                company=session.company,
                currency=session.currency,
            )
            key = keys.create(folder, made.id, passphrase=passphrase, keyring=keyring)
            desk = cls(folder, made, key, held, now_ms, make_id)
            desk._keyring = keyring
            desk._remember(session)
            made.save(folder)
        except BaseException:
            if desk is not None:
                desk.database.close()
            if key is not None:
                keys.destroy(folder, keyring=keyring)
                for path in folder.glob("cache.db*"):
                    path.unlink()
            if certificate_file is not None:
                certificates.choose(server, folder, None)
            held.release()
            raise
        return desk

    def sign_in(self, password: str) -> None:
        """A new token for the same user and device, after the old one ended."""
        mine = self.profile
        self._look_for_orders()
        self.signed_in(sign_in(mine.server, mine.login, password, device_id=self._device_id()))

    def talk(self, way: str, language: str) -> Talk:
        """Signing in again through a browser (``talks``); its session goes to :meth:`signed_in`."""
        self._look_for_orders()
        mine = self.profile
        return talk(way, mine.server, login=mine.login, language=language, device_id=self._device_id())

    def _look_for_orders(self) -> None:
        """A device that was shut out could not hear of them."""
        try:
            wiping.look(self.database, self.profile.server)
        except WipeOrdered as ordered:
            raise self._obey(ordered) from None

    def signed_in(self, session: Session) -> None:
        """Goes on with a new session. Raises Problem for that of somebody else."""
        self._remember(session)
        if self._scheduler is not None:
            self._scheduler.request(reason=Reason.SIGN_IN)

    still_left = staticmethod(keys.still_left)

    @staticmethod
    def readmit(folder: Path, prove: Callable[[Profile], Session]) -> Session | None:
        """After signing out, or too many wrong passphrases: who signs in at headquarters may open it again.
        The session is for :meth:`signed_in`, where the profile has none of its own.
        """
        mine = profile.load(folder)
        session = prove(mine)
        check_person(session, mine.server, mine.user_id)
        keys.forgive(folder)
        replace(mine, signed_out=False).save(folder)
        return session if mine.signed_out else None

    def ask(self, query: Callable[Concatenate[sa.Connection, P], T], *args: P.args, **kw: P.kwargs) -> T:
        """What a query answers, from one snapshot."""
        with self.database.read() as connection, answering(connection):
            return query(connection, *args, **kw)

    def act(self, action: Callable[Concatenate[Any, P], Done[T]], *args: P.args, **kw: P.kwargs) -> Done[T]:
        """Runs an action in one transaction of its own and tells the topics that moved."""
        with self.database.write() as connection:
            done = action(Transaction(connection, self.profile, self._now_ms, self._new_id), *args, **kw)
        if done.changes:
            self._publish(done.changes | {Topic.SYNC})
            if self._scheduler is not None:
                self._scheduler.request(AFTER_WORK, Reason.WORK)
        return done

    def standing(self) -> Standing:
        """How long this laptop may work without headquarters, and whether its clock can be believed."""
        with self.database.read() as connection:
            now = self._watch.standing(connection)
        if self._watch.is_due(now):
            with self.database.apply() as connection:
                self._watch.note(connection, now)
        return now

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        """Calls ``callback`` on some thread after every change; returns how to stop it."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def sync(
        self,
        progress: Callable[[Step], None] | None = None,
        cancel: Callable[[], bool] | None = None,
        errand: Errand | None = None,
        *,
        in_process: bool | None = None,
    ) -> RoundResult:
        """One round now. A bulk one runs in a process of its own unless ``in_process`` says otherwise.

        Raises Offline, SignInNeeded, Refused or Problem; what was committed before stays. A second caller
        waits for the first, so there is one round at a time.
        """
        errand = errand or Errand()
        if self.wiped is not None:
            raise self.wiped
        try:
            return self._rounds.run(self.profile.server, errand, progress, cancel, in_process)
        except WipeOrdered as ordered:
            raise self._obey(ordered) from None
        finally:
            self._publish(errand.result.topics())
            if errand.result.finished:
                self.files.kick()

    def sizes(self) -> Sizes:
        """How much headquarters has in each territory. Raises Offline, SignInNeeded or Refused."""
        from channeldesk.sync import sizes

        return sizes.ask(self.database, self.profile.server)

    def start_sync(
        self, on_status: Callable[[SyncStatus], None] | None = None, *, offline: bool = False
    ) -> Scheduler:
        """Rounds by themselves from now on: at once, after work, every few minutes, after failures.

        ``offline``: none before ``work_offline(False)`` of the scheduler.
        """
        if on_status is not None:
            self._status_watchers.append(on_status)
        if self._scheduler is None:
            self._scheduler = Scheduler(self.sync, on_status=self._status)
            if offline:
                self._scheduler.work_offline(True)
            self._scheduler.start()
            self.files.start()
            self._scheduler.request(reason=Reason.START)
            self._door = Door(self.folder, self._scheduler.wait_for_round)
        return self._scheduler

    @property
    def sync_status(self) -> SyncStatus:
        return self._scheduler.status if self._scheduler is not None else SyncStatus()

    def trip(
        self,
        choice: str,
        progress: Callable[[TripStep], None] = lambda step: None,
        cancel: Callable[[], bool] = lambda: False,
        *,
        fetch: bool = True,
    ) -> TripReport:
        """Has everything for the planned visits here (``sync.trip``); without ``fetch`` it only looks."""
        from channeldesk.sync import trip

        user = self.profile.user_id
        if not fetch or self._scheduler is None:
            return trip.look(self.database, self.files, choice, user)
        begin = partial(self._scheduler.wait_for_round, reason=Reason.TRIP)
        return trip.prepare(self.database, self.files, begin, choice, user, progress, cancel)

    def check_integrity(self, done: Callable[[Integrity], None] | None = None) -> None:
        """Checks every page in the background; the window calls it after its first paint, or after that was
        the last: nothing is read of a desk that is closed.
        """
        from channeldesk.store import integrity

        def checked(found: Integrity) -> None:
            self.integrity = found
            if found.damaged:
                _log.error("the database is damaged: %s", "; ".join(found.findings))
            if done is not None:
                done(found)

        if self._checking is None and not self._closed:
            self._checking = integrity.check_later(self.database.path, self._key, checked)

    def close(self) -> None:
        """Stops rounds and checks, closes the database, gives up the lock. Safe at any time."""
        if self._scheduler is not None:
            self._scheduler.stop()
        if self._door is not None:
            self._door.close()
        self.files.stop()
        self._closed = True
        if self._checking is not None:
            self._checking.join()
        with self._rounds.lock:
            self._rounds.close()
            self.database.close()
        if self.wiped is not None:
            wiping.finish(self.folder, self._keyring)
        elif self.leaving:
            wiping.remove_all(self.folder, self._keyring)
        self._lock.release()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _device_id(self) -> bytes:
        known = self.ask(local_facts.device)
        return self.profile.device_id if known is None else known[0]

    def _remember(self, session: Session) -> None:
        check_person(session, self.profile.server, self.profile.user_id)
        with self.database.apply() as connection:
            local_facts.remember(connection, session, self._now_ms())
        self.profile = replace(self.profile, role=session.role, user_name=session.name)
        self.safe.forgive()

    def _obey(self, ordered: WipeOrdered) -> Problem:
        mine = self.database, self.profile.server, self._keyring
        self.wiped = wiping.obey(ordered, *mine, self.files.carry)
        return self.wiped

    def _may_carry(self) -> bool:
        return self._scheduler is None or self._scheduler.enabled

    def _publish(self, changes: Changes) -> None:
        for subscriber in list(self._subscribers):
            subscriber(changes)

    def _status(self, status: SyncStatus) -> None:
        for watcher in list(self._status_watchers):
            watcher(status)
