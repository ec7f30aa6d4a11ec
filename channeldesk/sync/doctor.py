"""Looks a profile over and puts right what can be put right, each finding in words of its own.

Mending touches what waits to be sent only to give it its order again; where entries cannot be read, a rescue
makes them again in a new database and keeps the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from channeldesk.model.notice import Notice, Problem
from channeldesk.store import derive, images, integrity, outbox_check
from channeldesk.store.profile import Profile
from channeldesk.sync import files, local_facts
from channeldesk.sync.recovery import start_over
from channeldesk.trust import keys

if TYPE_CHECKING:
    from channeldesk.store.database import Database
    from channeldesk.sync.engine import RoundResult
    from channeldesk.trust.keyring_store import KeyStore

STEPS = ("pages", "files", "outbox", "standing", "derived", "keys")
_UNITS = ("complete", "partial", "damaged")

Progress = Callable[[str, int, int], None]
"""Called with the step that begins, how many are done, and how many there are."""


class Cure(StrEnum):
    """What ends a finding."""

    MEND = "mend"
    REPAIR = "repair"
    """A rescue into a new database, while nobody has the profile open."""
    SYNC = "sync"
    PERSON = "person"
    ADVICE = "advice"
    """Nothing is wrong; it could be better."""


@dataclass(frozen=True)
class Finding:
    """``notice``: what it is and what it means for the person's data. ``remedy``: code of what to do."""

    notice: Notice
    cure: Cure
    remedy: str


@dataclass
class Report:
    """``waiting``: edits that headquarters has not answered, None where they cannot be counted."""

    findings: list[Finding] = field(default_factory=list)
    engine: tuple[str, ...] = ()
    """The database engine's own words about damaged pages."""
    pages: int = 0
    differences: dict[str, int] = field(default_factory=dict)
    missing_indexes: list[str] = field(default_factory=list)
    waiting: int | None = None

    @property
    def sound(self) -> bool:
        return all(one.cure is Cure.ADVICE for one in self.findings)

    def wants(self, cure: Cure) -> bool:
        return any(one.cure is cure for one in self.findings)

    def add(self, code: str, cure: Cure, remedy: str, **params: Any) -> None:
        self.findings.append(Finding(Notice(code, params), cure, remedy))

    def to_plain(self) -> dict[str, Any]:
        """For ``--json``."""
        told = [{**one.notice.to_wire(), "cure": one.cure, "remedy": one.remedy} for one in self.findings]
        return {
            "sound": self.sound,
            "findings": told,
            "engine": list(self.engine),
            "damaged_pages": self.pages,
            "differences": self.differences,
            "missing_indexes": self.missing_indexes,
            "waiting": self.waiting,
        }


class Doctor:
    """Of one open profile. ``keyring``: the key store of this session, if it has one."""

    def __init__(
        self,
        folder: Path,
        found: Profile,
        database: Database,
        key: bytes,
        keyring: Callable[[], KeyStore | None],
    ) -> None:
        self._folder, self._profile, self._database = folder, found, database
        self._key, self._keyring = key, keyring

    def examine(self, progress: Progress = lambda step, done, of: None) -> Report:
        """Changes nothing. Raises Problem only for what is no finding: a full disk, a closed database."""
        report = Report()
        looks = (self._pages, self._files, self._outbox, self._standing, self._derived, self._keys)
        for done, (step, look) in enumerate(zip(STEPS, looks, strict=True)):
            progress(step, done, len(STEPS))
            try:
                look(report)
            except (Problem, sa.exc.DBAPIError):  # what is behind the damage cannot be looked at
                if not report.pages:
                    raise
        progress("", len(STEPS), len(STEPS))
        return report

    def mend(self, report: Report) -> list[Notice]:
        """Ends what ``examine`` found and mending can end; what it did. Unsent work stays as it is."""
        done: list[Notice] = []
        found = {one.notice.code for one in report.findings if one.cure is Cure.MEND}
        if found & {"doctor.files_damaged", "doctor.files_incomplete"}:
            told = self._database.files.rescue()
            counts = {"saved": told.saved, "again": told.again}
            done.append(Notice("doctor.files_mended", {**counts, "file": told.kept}))
            if lost := self._lost():
                done.append(Notice("doctor.files_lost", {"count": lost}))
        if "doctor.outbox_order" in found:
            with self._database.apply() as connection:
                outbox_check.put_right(connection)
            done.append(Notice("doctor.outbox_mended"))
        if "doctor.standing" in found:
            with self._database.apply() as connection:
                start_over(connection, self._profile.facts())
            done.append(Notice("doctor.standing_mended"))
        if found & {"doctor.derived", "doctor.indexes", "doctor.filling"}:
            for _ in (*derive.create_secondary_indexes(self._database), *derive.rebuild(self._database)):
                pass
            done.append(Notice("doctor.derived_mended"))
        if found & {"doctor.key_store", "doctor.key_file"}:
            keys.add_keyring(self._folder, self._key, entry=self._profile.id, keyring=self._keyring())
            done.append(Notice("doctor.key_mended"))
        return done

    def _lost(self) -> int:
        """Files of this person that were never sent and are not here: the rows still name them."""
        with self._database.read() as connection:
            named = files.unsent(connection)
        held = self._database.files.states(named)
        return sum(one not in held or not held[one].complete for one in named)

    def _pages(self, report: Report) -> None:
        found = integrity.check(self._database.path, self._key, structure=True)
        report.engine, report.pages = found.findings, found.pages
        if found.damaged:
            report.add("doctor.damaged", Cure.REPAIR, "remedy.repair", count=found.pages)

    def _files(self, report: Report) -> None:
        path = self._database.files.path
        if not path.exists():
            return
        found = integrity.check(path, self._key, structure=True)
        if found.damaged:
            report.add("doctor.files_damaged", Cure.MEND, "remedy.mend", count=found.pages)
        elif lacking := self._database.files.incomplete():
            report.add("doctor.files_incomplete", Cure.MEND, "remedy.mend", count=lacking)

    def _outbox(self, report: Report) -> None:
        with self._database.read() as connection:
            report.waiting = local_facts.waiting(connection)
            flaws = outbox_check.examine(connection)
        if flaws.unreadable:
            report.add("doctor.outbox_unreadable", Cure.REPAIR, "remedy.repair", count=len(flaws.unreadable))
        elif flaws.numbers or flaws.early:
            report.add("doctor.outbox_order", Cure.MEND, "remedy.mend")

    def _standing(self, report: Report) -> None:
        with self._database.read() as connection:
            known = images.read_states(connection)
            units = set(connection.exec_driver_sql("SELECT DISTINCT state FROM held_unit").scalars())
        if known.get("user_id", self._profile.user_id.hex()) != self._profile.user_id.hex():
            report.add("doctor.other_person", Cure.PERSON, "remedy.restore_file")
        elif not _is_standing(known) or units - set(_UNITS):
            report.add("doctor.standing", Cure.MEND, "remedy.mend")
        if "access_token" not in known:
            report.add("doctor.not_signed_in", Cure.SYNC, "remedy.sign_in")

    def _derived(self, report: Report) -> None:
        with self._database.read() as connection:
            report.missing_indexes = derive.missing_indexes(connection)
            if derive.suspended(connection) and local_facts.needs_filling(connection):
                if images.read_state(connection, "cursor") is None:
                    report.add("doctor.first_round", Cure.SYNC, "remedy.synchronise")
                else:
                    report.add("doctor.filling", Cure.MEND, "remedy.mend")
                return
            report.differences = derive.compare(connection)
        if wrong := sum(report.differences.values()):
            report.add("doctor.derived", Cure.MEND, "remedy.mend", count=wrong)
        if report.missing_indexes:
            count = len(report.missing_indexes)
            report.add("doctor.indexes", Cure.MEND, "remedy.mend", count=count)

    def _keys(self, report: Report) -> None:
        try:
            wraps = keys.load(self._folder)
        except Problem:
            cure = Cure.PERSON if self._keyring() is None else Cure.MEND
            remedy = "remedy.restore_key_now" if cure is Cure.PERSON else "remedy.mend"
            report.add("doctor.key_file", cure, remedy)
            return
        if wraps.keyring is not None and not self._in_store(wraps.entry):
            report.add("doctor.key_store", Cure.MEND, "remedy.mend", store=wraps.keyring)
        if wraps.sealed is None:
            report.add("doctor.no_passphrase", Cure.ADVICE, "remedy.set_passphrase")

    def _in_store(self, entry: str) -> bool:
        """Also where the store cannot be asked now: that is said when it is needed."""
        try:
            store = self._keyring()
            return store is None or store.get(entry) == self._key
        except Problem:
            return True


def compared(result: RoundResult) -> Notice:
    """What a round that compared the copy with headquarters' found."""
    if result.checked is None:
        return Notice("doctor.too_early")
    if result.checked:
        return Notice("doctor.compared_mended", {"units": result.checked})
    return Notice("doctor.compared")


def _is_standing(known: Mapping[str, str]) -> bool:
    """Whether the notes about headquarters have the form in which they are written."""
    number, device = known.get("last_mid", "0"), known.get("device_id")
    whole = number.isdigit() and known.get("last_sync_at", "0").isdigit()
    return whole and (device is None or _is_id(device))


def _is_id(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == 16
    except ValueError:
        return False
