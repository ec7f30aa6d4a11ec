"""One seed: a headquarters, its laptops, their people, and what befalls them, one step at a time."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import sqlalchemy as sa

from channeldesk.hq import sequencer
from channeldesk.model.notice import Problem
from channeldesk.sync.transport import Offline, SignInNeeded
from channeldesk.wire.stream import IncompleteStream
from tests.storm import chance, faults, ground, headquarters, people, publishing
from tests.storm.book import Book
from tests.storm.deeds import OFFICE, PEOPLE, TEAM
from tests.storm.link import Broken, Link
from tests.storm.profile import Killed, Profile, deleted, local
from tests.storm.stage import Stage
from tests.storm.values import Key, plain
from tests.storm.web import WebOffice

QUIET_PASSES = 12


@dataclass(frozen=True)
class Options:
    laptops: int = 3
    least_operations: int = 60
    least_faults: int = 3
    without: tuple[str, ...] = ()
    """Names of operations and faults that do not: for narrowing down what a failure needs."""
    favour: tuple[str, ...] = ()
    """Names of faults that come in every storm."""
    team: tuple[str, ...] = ()
    """Who has the laptops; nobody named: whom chance sends."""


@dataclass(eq=False)
class World:
    seed: int
    stage: Stage
    options: Options = field(default_factory=Options)
    counts: Counter[str] = field(default_factory=Counter)
    book: Book = field(default_factory=Book)
    profiles: list[Profile] = field(default_factory=list)
    hot: list[Key] = field(default_factory=list)
    removed: list[tuple[str, Key, dict[str, Any]]] = field(default_factory=list)
    never: dict[Key, str] = field(default_factory=dict)
    behind: bool = False
    backup: bool = False
    planned: list[str] = field(default_factory=list)
    operations: int = 0
    faults: int = 0
    lines: list[str] | None = None
    """The story so far, if somebody wants to read it."""

    def __post_init__(self) -> None:
        self.rng: random.Random = chance.dice(self.seed, "world")
        self.time = chance.Time()
        self._numbers = 100
        self._hash = hashlib.sha256()
        self._stack = ExitStack()

    # --- what all parts use ---

    def number(self) -> int:
        self._numbers += 1
        return self._numbers

    def trace(self, *what: Any) -> None:
        for one in what:
            self._hash.update(one if isinstance(one, bytes) else str(one).encode())
        self.tell(*what)

    def tell(self, *what: Any) -> None:
        if self.lines is not None:
            shown = (one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in what)
            self.lines.append(" ".join(shown))

    @property
    def trace_hash(self) -> str:
        return self._hash.hexdigest()

    def fault(self, name: str) -> None:
        self.counts[f"fault: {name}"] += 1
        self.faults += 1
        self.trace("fault", name)

    def case(self, number: int) -> None:
        self.counts[f"case {number:02}"] += 1

    def came_to(self, what: str, rows: Mapping[str, Mapping[str, Any]]) -> None:
        """Counts what became of requests, so that a storm that asks for nothing is noticed."""
        for status, number in Counter(row["status"] for row in rows.values()).items():
            self.counts[f"{what} {status}"] = number

    def touch(self, key: Key) -> None:
        """Remembers a row for others to meet at."""
        self.hot = [*self.hot[-5:], key]

    def shown(self, connection: sa.Connection, key: Key) -> dict[str, Any]:
        return local(connection, [key])[key] or {}

    # --- life ---

    def __enter__(self) -> World:
        try:
            self._begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.profiles:
            one.close()
            one.link.inner.close()
        self._stack.close()

    def _begin(self) -> None:
        clock = chance.Clock(self.time)
        self._stack.enter_context(chance.headquarters_chance(clock, self.seed))
        self.office_ids = chance.ids(clock, self.seed, "office")
        self.office = self.stage.open_office(clock)
        self._stack.callback(lambda: self.office.close())
        if isinstance(self.office, WebOffice):
            self.office.hang_up = self._hang_up
        drained = sequencer.drain_committed

        def drain_committed(database: Any, now: int) -> None:
            drained(database, now)
            if self.behind:
                self.behind = False
                self.fault("edit behind the sequencer")
                headquarters.twins(self)

        self._stack.enter_context(mock.patch.object(sequencer, "drain_committed", drain_committed))
        team = self.options.team or self.rng.choice(TEAM)
        for place in range(self.options.laptops):
            self.add_profile(team[place % len(team)], filled=self.rng.random() < 0.8)

    def add_profile(self, login: str, *, filled: bool) -> Profile:
        """A user signs in on a device that has no profile of this user yet."""
        number = sum(one.login == login and one.name not in self.book.kin for one in self.profiles)
        (user,) = self.office.rows("SELECT id FROM app_user WHERE login = :login", login=login)
        (device,) = self.office.rows("SELECT id FROM device WHERE name = :name", name=f"{login} {number}")
        name = f"{login}{number}"
        user_id, device_id = (bytes.fromhex(plain(one["id"])) for one in (user, device))
        path = self.stage.folder / f"{name}.db"
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        if filled:
            self.stage.filled_laptop(path, login, number, device_id)
        else:
            self.stage.empty_laptop(path)
        made = self._profile(name, login, user_id, path)
        made.remember(self.office.sign_in(login, device_id))
        return made

    def copy_profile(self, who: Profile) -> Profile:
        """The folder of a profile is copied to another laptop, as it is at this moment."""
        name = f"{who.name}c{len(self.book.kin)}"
        path = self.stage.folder / f"{name}.db"
        who.copy_files(path)
        self.book.copy(who.name, name)
        made = self._profile(name, who.login, who.user_id, path)
        made.damaged = who.damaged
        return made

    def _profile(self, name: str, login: str, user_id: bytes, path: Path) -> Profile:
        clock = chance.Clock(self.time)
        link = Link(self.office.transport(), chance.dice(self.seed, f"link {name}"), self, self.fingerprint)
        made = Profile(
            name,
            login,
            user_id,
            path,
            clock,
            chance.ids(clock, self.seed, name),
            chance.dice(self.seed, f"round {name}"),
            link,
            self.stage.open_laptop,
        )
        self.profiles.append(made)
        return made

    def _hang_up(self) -> None:
        for one in self.profiles:
            one.drop_rounds()

    def fingerprint(self) -> Any:
        """What headquarters holds, as far as a push can change it."""
        (found,) = self.office.rows(
            "SELECT (SELECT seq FROM feed_position) AS position, "
            "(SELECT max(n) FROM storm_history) AS versions, "
            "(SELECT count(*) FROM applied_mutation) AS answers, (SELECT max(seq) FROM audit_entry) AS trail"
        )
        return tuple(found.values())

    # --- deeds ---

    def act(
        self,
        who: Profile,
        keys: Iterable[Key],
        work: Callable[[sa.Connection], Any],
        *,
        made: Sequence[Key] = (),
        told: tuple[str, ...] = ("inbox.", "undo."),
    ) -> bool:
        """A local transaction of a person on rows. Only what was committed counts. ``made``: rows that it
        makes, as ``work`` finds out. ``told``: how codes of problems begin by which the person learns that
        it cannot be done.
        """
        keys = list(keys)
        try:
            with who.database.write() as connection:
                before = local(connection, keys)
                work(connection)
                before |= dict.fromkeys(made)
                after = local(connection, list(before))
                kept = [key for key in before if after[key] is not None or deleted(connection, key)]
        except Killed:
            self.fault("kill while writing")
            self.case(6)
            who.link.struck.add("kill")
            who.revive()
            return False
        except Problem as problem:
            if problem.notice.code.startswith(told):
                return False
            if problem.notice.code != "store.disk_full" or who.full is None:
                raise
            self.fault("disk full while writing")
            who.free_disk()
            return False
        if who.rounds:
            self.case(15)
        # A row that only an edit kept goes with it: its unit was taken away. Nobody deleted it.
        seen = {key: before[key] for key in kept}, {key: after[key] for key in kept}
        for edit in self.book.note(who.name, *seen):
            self.trace("edit", edit)
        return True

    def start_round(self, who: Profile) -> None:
        if who.rounds:
            who.link.struck.add("two")  # the newer one ends the older one's pull
        else:
            who.link.struck.clear()
        who.start_round()

    def advance(self, who: Profile, steps: int = 1_000_000) -> bool:
        """Takes a round of a profile further; whether it came to its end, good or bad."""
        if not who.rounds:
            return True
        current = self.rng.choice(who.rounds)
        try:
            for _ in range(steps):
                step = next(current)
                self.trace("step", who.name, step.name, step.done)
            return False
        except StopIteration:
            who.rounds.remove(current)
            self.trace("finished", who.name)
            if not who.link.struck:
                self.counts["rounds undisturbed"] += 1
        except Killed:
            self.fault("kill while applying")
            self.case(6)
            who.link.struck.add("kill")
            who.revive()
        except Problem as problem:
            who.rounds.remove(current)
            self._excuse(who, problem)
        self.counts["rounds"] += 1
        return True

    def _excuse(self, who: Profile, problem: Problem) -> None:
        """A round may fail only by what struck it."""
        code, struck = problem.notice.code, who.link.struck
        self.trace("failed", who.name, code)
        if code == "store.disk_full" and who.full is not None:
            self.fault("disk full while applying")
            who.free_disk()
        elif isinstance(problem, SignInNeeded):
            self.counts["signed in again"] += 1
            who.remember(self.office.sign_in(who.login, who.device_id()))
        elif (isinstance(problem, (Offline, IncompleteStream)) and struck) or (
            code in ("sync.epoch", "sync.gap", "sync.cloned_device") and struck & {"restore", "two", "copy"}
        ):
            self.counts[f"failed: {code}"] += 1
        else:
            raise Broken(f"{who.name}: a round failed with {code} {problem.notice.params}; struck: {struck}")

    # --- the storm ---

    def run(self) -> None:
        most = self.options.least_operations + self.rng.randrange(30)
        wanted = self.options.least_faults + self.rng.randrange(4)
        usual = {name: fault for name, fault in faults.USUAL.items() if name not in self.options.without}
        self.planned = [*self.rng.choices(sorted(usual), k=wanted + 2), *self.options.favour]
        turn = 0
        while self.operations < most or self.faults < wanted or self.backup:
            turn += 1
            if turn > 3_000:
                raise Broken("the storm does not get on")
            self.time.pass_by(self.rng.choice((1, 40, 900, 60_000)))
            chosen = self.rng.random()
            who = self.rng.choice(self.profiles)
            if chosen < 0.06 or self.operations >= most:
                name = self.planned.pop() if self.planned else self.rng.choice(sorted(usual))
                self.trace("sets up", name, who.name)
                usual[name](self, who)
                if self.operations >= most:
                    self._some_round(who)
            elif chosen < 0.22:
                self._some_round(who)
            elif chosen < 0.40:
                self._do(OFFICE)
            else:
                self._do(PEOPLE, who)

    def _do(self, deeds: dict[str, tuple[Callable[..., bool], int]], *who: Profile) -> None:
        names = [name for name in deeds if name not in self.options.without]
        (name,) = self.rng.choices(names, [deeds[name][1] for name in names])
        self.trace("does", name, *(one.name for one in who))
        if deeds[name][0](self, *who):
            self.operations += 1
            self.counts[f"operation: {name}"] += 1

    def _some_round(self, who: Profile) -> None:
        """A round, or some steps of one, so that others act in between."""
        if not who.rounds:
            self.start_round(who)
        self.advance(who, self.rng.choice((1, 2, 4, 1_000_000, 1_000_000)))

    def settle(self) -> None:
        """No more faults: everybody synchronises until nothing moves any more."""
        headquarters.mend(self)
        self.office.clock.error = 0
        self.office.finish_slow()
        self.behind = False
        for one in self.profiles:
            one.link.armed.clear()
            one.bomb = None
            one.free_disk()
            one.clock.error = 0
            while one.rounds:
                self.advance(one)
        for one in self.profiles:
            if one.damaged:
                one.start_round()
                self.advance(one)
                one.start_round(check=True)
                self.advance(one)
        for _ in range(QUIET_PASSES):
            self.time.pass_by(60_000)
            publishing.due(self)
            moving = [self._moves(one) for one in self.profiles]
            if not any(moving):
                return
        raise Broken("synchronisation does not come to rest")

    def compare_digests(self) -> None:
        """What the product itself says of the copies, when nothing waits."""
        for one in self.profiles:
            one.start_round(check=True)
            self.advance(one)
            if one.results[-1].checked:
                raise Broken(f"{one.name}: {one.results[-1].checked} units differ by their digests")

    def _moves(self, who: Profile) -> bool:
        who.link.struck.clear()
        people.release(self, who)
        who.start_round()
        self.advance(who)
        last = who.results[-1]
        return bool(not last.finished or last.pushed or last.pulled or last.rejected or last.dropped)

    # --- backups ---

    def keep_backup(self) -> None:
        self.office.restart(self.stage.source.keep)
        self.backup = True
        for one in self.profiles:
            one.link.struck.add("restart")

    def restore(self) -> None:
        self.office.restart(self.stage.source.bring_back)
        self.backup = False
        self.office.new_epoch()
        for one in self.profiles:
            one.link.struck.add("restore")


TEAM_NAMES = ground.PEOPLE
