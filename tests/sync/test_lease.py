"""A laptop works alone for as long as headquarters said, whatever its clock says; then it is read only."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import contacts, settings
from channeldesk.desk import Desk
from channeldesk.hq.sign_in import notary
from channeldesk.hq.sign_in.notary import Notary
from channeldesk.model.notice import Instant, Problem
from channeldesk.queries import partners
from channeldesk.store import images, outbox
from channeldesk.sync import lease
from channeldesk.sync.lease import DAY_MS, Standing, Watch
from channeldesk.trust import signing
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters
from tests.support.rounds import Laptop

Make = Callable[..., Laptop]
START = 1_790_000_000_000


class Clock:
    """Of a laptop: it shows what it is set to."""

    def __init__(self) -> None:
        self.ms = START

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(hq: Headquarters, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    with Desk.create(
        tmp_path / "desk", hq.address, "bo", PASSWORD, keyring=MemoryStore(), now_ms=clock
    ) as one:
        one.sync(in_process=True)
        yield one


def add_contact(desk: Desk, name: str = "Chen Jie") -> None:
    partner = desk.ask(partners.by_code, "P1")
    assert partner is not None
    desk.act(contacts.add, partner, {"name": name})


def test_the_first_contact_pins_the_key_and_gives_a_lease(hq: Headquarters, desk: Desk) -> None:
    with desk.database.read() as connection:
        assert images.read_state(connection, lease.KEY) == Notary(hq.database).public
    assert desk.standing() == Standing(START + 30 * DAY_MS, 30, START, START)
    assert desk.standing().notice is None


def test_after_the_lease_nothing_changes_until_the_next_contact(
    hq: Headquarters, desk: Desk, clock: Clock
) -> None:
    add_contact(desk, "Before")
    clock.ms += 28 * DAY_MS
    notice = desk.standing().notice
    assert notice is not None
    assert (notice.code, notice.params["until"]) == ("trust.lease_ends", Instant(START + 30 * DAY_MS))
    add_contact(desk, "In time")

    clock.ms = START + 30 * DAY_MS
    with pytest.raises(Problem) as refused:
        add_contact(desk, "Too late")
    assert refused.value.notice.code == "trust.lease_ended"
    assert refused.value.notice.params == {"days": 30, "last": Instant(START)}
    assert refused.value.remedy == "remedy.contact"
    assert desk.standing().read_only
    assert desk.ask(outbox.count) == 2
    desk.act(settings.put, "colours", "dark")

    assert desk.sync(in_process=True).pushed == 2
    assert {one["name"] for one in hq.table("contact")} >= {"Before", "In time"}
    assert not desk.standing().read_only
    add_contact(desk, "Again")


def test_whatever_writes_for_headquarters_is_held(desk: Desk, clock: Clock) -> None:
    """In the writer, not in each action: plain SQL too."""
    clock.ms += 31 * DAY_MS
    with pytest.raises(Problem), desk.database.write() as connection:
        connection.execute(sa.text("UPDATE contact SET phone = '7'"))
    assert desk.ask(outbox.count) == 0


def test_a_clock_that_is_turned_back_prolongs_nothing(hq: Headquarters, tmp_path: Path, clock: Clock) -> None:
    store, folder = MemoryStore(), tmp_path / "desk"
    with Desk.create(folder, hq.address, "bo", PASSWORD, keyring=store, now_ms=clock) as desk:
        desk.sync(in_process=True)
        clock.ms = START + 29 * DAY_MS
        desk.standing()
        clock.ms = START + DAY_MS
        now = desk.standing()
        assert now.clock_behind
        assert now.notice is not None
        shown = {"clock": Instant(START + DAY_MS), "seen": Instant(now.seen)}
        assert (now.notice.code, now.notice.params) == ("trust.clock_behind", shown)
    with Desk.open(folder, keyring=store, now_ms=clock) as desk:
        assert desk.standing().seen >= START + 29 * DAY_MS
        add_contact(desk)
        clock.ms = START + 30 * DAY_MS
        desk.standing()
        clock.ms = START
        with pytest.raises(Problem) as refused:
            add_contact(desk)
        assert refused.value.notice.code == "trust.lease_ended"
        desk.sync(in_process=True)
        assert desk.standing() == Standing(START + 30 * DAY_MS, 30, START, START)


def test_time_goes_on_while_a_clock_stands_still(laptop: Make, clock: Clock) -> None:
    bo = laptop("bo", now_ms=clock)
    bo.sync()
    steady = [0.0]
    watch = Watch(clock, lambda: steady[0])

    def seen() -> int:
        with bo.database.read() as connection:
            return watch.standing(connection).seen

    assert seen() == START
    steady[0] = 31 * 24 * 3600.0
    assert seen() == START + 31 * DAY_MS
    with bo.database.read() as connection:
        assert watch.standing(connection).read_only


def test_a_small_correction_of_the_clock_is_nothing(laptop: Make, clock: Clock) -> None:
    bo = laptop("bo", now_ms=clock)
    bo.sync()
    watch = Watch(clock, lambda: 0.0)
    clock.ms -= lease.TOLERANCE_MS
    with bo.database.read() as connection:
        now = watch.standing(connection)
    assert not now.clock_behind
    assert now.notice is None


def test_it_is_renewed_with_a_contact_and_written_once_an_hour(laptop: Make, clock: Clock) -> None:
    bo = laptop("bo", now_ms=clock)

    def until() -> str | None:
        with bo.database.read() as connection:
            return images.read_state(connection, lease.UNTIL)

    bo.sync()
    clock.ms += lease.RENEWED_MS - 1
    bo.sync()
    assert until() == str(START + 30 * DAY_MS)
    clock.ms += 1
    bo.sync()
    assert until() == str(clock.ms + 30 * DAY_MS)


def test_the_company_says_how_long(hq: Headquarters, laptop: Make, clock: Clock) -> None:
    bo = laptop("bo", now_ms=clock)
    bo.sync()
    notary.set_lease(hq.database, 14, clock.ms)
    bo.sync()
    with bo.database.read() as connection:
        assert Watch(clock).standing(connection).until == START + 14 * DAY_MS
    for days in (13, 31):
        with pytest.raises(Problem) as refused:
            notary.set_lease(hq.database, days, clock.ms)
        assert refused.value.notice.code == "hq.bad_lease"


def test_another_key_renews_nothing_and_is_told_once(hq: Headquarters, laptop: Make, clock: Clock) -> None:
    bo = laptop("bo", now_ms=clock)
    bo.sync()
    hq.stop()
    hq.execute("UPDATE server_state SET value = :value WHERE key = 'signing_key'", {"value": "7" * 64})
    hq.start()
    clock.ms += 10 * DAY_MS
    bo.act("UPDATE contact SET phone = '77' WHERE name = 'Owner of Hengtai'")
    result = bo.sync()
    assert [one.code for one in result.notices] == ["sync.lease_unproven"]
    assert result.finished
    assert result.pushed == 1
    assert bo.sync().notices == []
    with bo.database.read() as connection:
        assert Watch(clock).standing(connection).until == START + 30 * DAY_MS


def test_a_copy_that_became_another_device_keeps_its_own_lease_at_once() -> None:
    """With that it shows who it is, when it is ordered to destroy what it has."""
    seed, known = bytes(range(32)), dict[str, Any]()
    for number, device in enumerate((bytes(16), bytes(range(16)))):
        issued = START + number
        facts = {"issued_at": issued, "ends_at": issued + 30 * DAY_MS}
        said = signing.signed(seed, signing.LEASE, device, **facts)
        told = {"lease": said, "signing_key": signing.public_key(seed).hex()}
        known |= lease.heard(known, told, device, issued)[0]
        assert known[lease.STATEMENT] == said


def test_a_lease_that_somebody_kept_renews_nothing() -> None:
    """Neither the last one nor an older; but what a wrong clock at headquarters dated ahead ends nothing."""
    seed, device = bytes(range(32)), bytes(16)

    def said(issued: int) -> dict[str, str]:
        facts = {"issued_at": issued, "ends_at": issued + 30 * DAY_MS}
        key = signing.public_key(seed).hex()
        return {"lease": signing.signed(seed, signing.LEASE, device, **facts), "signing_key": key}

    known, _ = lease.heard({}, said(START), device, START)
    assert known[lease.UNTIL] == str(START + 30 * DAY_MS)
    for kept in (START, START - DAY_MS):
        assert lease.heard(known, said(kept), device, START + 29 * DAY_MS) == ({}, [])
    later, _ = lease.heard(known, said(START + DAY_MS), device, START + DAY_MS)
    assert later[lease.UNTIL] == str(START + 31 * DAY_MS)
    ahead, _ = lease.heard(known, said(START + 400 * DAY_MS), device, START + DAY_MS)
    right, _ = lease.heard(ahead, said(START + 3 * DAY_MS), device, START + 3 * DAY_MS)
    assert right[lease.UNTIL] == str(START + 33 * DAY_MS)


@pytest.mark.parametrize("said", [None, "", "a.b", 7])
def test_what_is_no_lease_is_none(said: object) -> None:
    values, notices = lease.heard({}, {"lease": said, "signing_key": "zz"}, bytes(16), START)
    assert set(values) == {lease.UNPROVEN}
    assert [one.code for one in notices] == ["sync.lease_unproven"]


def test_a_headquarters_without_leases_is_listened_to() -> None:
    assert lease.heard({}, {"epoch": "e"}, bytes(16), START) == ({}, [])
    assert Standing().notice is None
    assert not Standing().read_only
