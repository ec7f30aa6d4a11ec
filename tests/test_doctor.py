"""The doctor against each kind of damage: found, said in words, mended, and unsent work is as before."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import attachments, contacts, orders, partners, promises
from channeldesk.cli import main
from channeldesk.desk import Desk, Reason
from channeldesk.model.local import outbox
from channeldesk.queries import partners as partner_queries
from channeldesk.queries.drafts import DraftLine, OrderDraft
from channeldesk.store.outbox import load
from channeldesk.store.pages import SIZE
from channeldesk.sync import doctor
from channeldesk.sync.doctor import Cure
from channeldesk.sync.errand import Errand
from channeldesk.trust import keys
from channeldesk.trust.keyring_store import MemoryStore
from tests.support.headquarters import PASSWORD, Headquarters, serving

PHRASE = "a long passphrase"
CONTENT = os.urandom(2_300_000)
SENT = os.urandom(1_200_000)


@pytest.fixture
def hq(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def keyring() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def folder(hq: Headquarters, keyring: MemoryStore, tmp_path: Path) -> Path:
    """A profile with edits, an order and a file that wait, and a file that headquarters has; closed."""
    place = tmp_path / "bo"
    with Desk.create(place, hq.address, "bo", PASSWORD, passphrase=PHRASE, keyring=keyring) as desk:
        desk.sync(in_process=True)
        one = desk.ask(partner_queries.by_code, "P1")
        assert one is not None
        desk.act(attachments.add, one, desk.files.take_in_bytes(SENT, "sent.jpg"))
        desk.sync(in_process=True)
        assert desk.files.carry() == 1
        desk.sync(in_process=True)
        desk.act(partners.edit, one, {"city": "Hangzhou"})
        drill = sa.text("SELECT id FROM product WHERE sku = 'DR-18'")
        product = desk.ask(lambda connection: connection.execute(drill).scalar_one())
        desk.act(orders.place, OrderDraft(one, (DraftLine(product, 2_000),)))
        desk.act(attachments.add, one, desk.files.take_in_bytes(CONTENT, "shelf.jpg"))
    return place


@pytest.fixture
def opened(folder: Path, keyring: MemoryStore) -> Callable[[], Desk]:
    return lambda: Desk.open(folder, keyring=keyring)


def waits(desk: Desk) -> list[tuple[Any, ...]]:
    """What waits to be sent: row, kind and values, in order."""
    found = desk.ask(load)
    return [(one.entity, one.row_id, one.op, dict(one.changes), dict(one.base)) for one in found]


def codes(report: doctor.Report) -> set[str]:
    return {one.notice.code for one in report.findings}


def break_page(path: Path, number: int, at: int = 700) -> None:
    content = bytearray(path.read_bytes())
    content[(number - 1) * SIZE + at] ^= 1
    path.write_bytes(content)


def root_of(desk: Desk, table: str) -> int:
    query = sa.text("SELECT rootpage FROM sqlite_schema WHERE name = :name")
    return int(desk.ask(lambda connection: connection.execute(query, {"name": table}).scalar_one()))


def everything_arrives(desk: Desk, hq: Headquarters) -> None:
    desk.sync(in_process=True)
    desk.files.carry()
    desk.sync(in_process=True)
    assert waits(desk) == []
    assert [row["city"] for row in hq.table("partner", code="P1")] == ["Hangzhou"]
    assert (len(hq.table("sales_order")), len(hq.table("order_line"))) == (1, 1)
    assert all(row["stored_at"] for row in hq.table("attachment"))
    assert len(hq.table("attachment")) == 2


def test_a_sound_profile_has_no_findings(opened: Callable[[], Desk]) -> None:
    seen: list[tuple[str, int, int]] = []
    with opened() as desk:
        report = desk.doctor(lambda *step: seen.append(step))
        assert (report.sound, report.findings, report.waiting) == (True, [], 4)
    assert [step for step, _, _ in seen] == [*doctor.STEPS, ""]
    assert [done for _, done, _ in seen] == list(range(len(doctor.STEPS) + 1))


def test_what_is_derived_and_missing_indexes(opened: Callable[[], Desk], hq: Headquarters) -> None:
    with opened() as desk:
        before = waits(desk)
        with desk.database.apply() as connection:
            connection.exec_driver_sql("DELETE FROM search_entry")
            connection.exec_driver_sql("DELETE FROM sales_by_period")
            connection.exec_driver_sql("DROP INDEX ix_partner_name")
        report = desk.doctor()
        assert codes(report) == {"doctor.derived", "doctor.indexes"}
        assert [one.code for one in desk.mend(report)] == ["doctor.derived_mended"]
        assert desk.doctor().sound
        assert waits(desk) == before
        everything_arrives(desk, hq)


def test_an_interrupted_computation(opened: Callable[[], Desk]) -> None:
    from channeldesk.store import derive

    with opened() as desk:
        before = waits(desk)
        with desk.database.apply() as connection:
            derive.drop_secondary_indexes(connection)
        assert codes(desk.doctor()) == {"doctor.filling"}
        desk.mend()
        assert desk.doctor().sound
        assert waits(desk) == before


def test_numbers_and_order_of_what_waits(opened: Callable[[], Desk], hq: Headquarters) -> None:
    with opened() as desk:
        one = desk.ask(partner_queries.by_code, "P1")
        assert one is not None
        made = desk.act(contacts.add, one, {"name": "Made here"}).value
        promise = desk.act(promises.make, one, "a rack", "2026-12-24").value
        before = waits(desk)
        with desk.database.apply() as connection:
            connection.execute(sa.update(outbox).values(mid=7))
        assert codes(desk.doctor()) == {"doctor.outbox_order"}
        desk.mend()
        assert desk.doctor().sound
        assert waits(desk) == before
        with desk.database.apply() as connection:  # the promise points at a visit that is made behind it
            visit = desk.profile.device_id
            text = '{"partner_id":"%s","user_id":"%s","visited_on":"2026-11-22","outcome":"met","note":"x"}'
            values = {"uuid": visit, "txn": visit, "entity": "visit", "row_id": visit, "op": "insert"}
            values |= {"changes": text % (one.hex(), desk.profile.user_id.hex()), "increments": "{}"}
            values |= {"base_rv": 0, "base": "{}", "recorded_at": 1}
            connection.execute(sa.insert(outbox).values(values))
            points = sa.func.json_set(outbox.c.changes, "$.visit_id", visit.hex())
            mine = outbox.c.row_id == promise
            connection.execute(sa.update(outbox).where(mine).values(changes=points))
        report = desk.doctor()
        assert codes(report) == {"doctor.outbox_order"}
        desk.mend(report)
        assert desk.doctor().sound
        after = [(entity, row) for entity, row, *_ in waits(desk)]
        assert len(after) == len(before) + 1
        assert after.index(("visit", visit)) < after.index(("promise", promise))
        assert ("contact", made) in after
        everything_arrives(desk, hq)
        assert len(hq.table("promise")) == len(hq.table("visit")) == 1


@pytest.mark.parametrize(
    "broken",
    [{"changes": "{not JSON"}, {"entity": "spaceship"}, {"op": "explode"}, {"base": "[1]"}, {"deps": "7"}],
    ids=lambda one: next(iter(one)),
)
def test_entries_that_cannot_be_read_are_made_again(
    opened: Callable[[], Desk], hq: Headquarters, folder: Path, keyring: MemoryStore, broken: dict[str, str]
) -> None:
    with opened() as desk:
        before = waits(desk)
        with desk.database.apply() as connection:
            connection.execute(sa.update(outbox).where(outbox.c.entity == "partner").values(**broken))
        report = desk.doctor()
        assert codes(report) == {"doctor.outbox_unreadable"}
        assert report.wants(Cure.REPAIR)
        desk.mend(report)
        assert codes(desk.doctor()) == {"doctor.outbox_unreadable"}, "mending alone must not drop it"
    told = Desk.repair(folder, keyring=keyring, anyway=True)
    assert told is not None
    assert (told.made_again, told.lost) == (1, {"outbox": 1})
    assert (folder / told.kept).exists()
    with opened() as desk:
        assert sorted(one[:4] for one in waits(desk)) == sorted(one[:4] for one in before)
        everything_arrives(desk, hq)


def test_a_damaged_page_of_what_waits(
    opened: Callable[[], Desk],
    hq: Headquarters,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """From the command line, which repairs and goes on."""
    with opened() as desk:
        before, page = waits(desk), root_of(desk, "outbox")
    break_page(folder / "cache.db", page)
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", PHRASE)
    monkeypatch.setenv("CHANNELDESK_PROFILE", str(folder))

    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main([*arguments, "--json", "--language", "en"])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    code, told = run("doctor", "--quiet")
    assert (code, told["damaged_pages"], told["sound"]) == (3, 1, False)
    assert [one["code"] for one in told["findings"]] == ["doctor.damaged"]
    code, told = run("doctor", "--mend", "--quiet")
    assert [one["code"] for one in told["done"]][:2] == ["rescue.saved", "rescue.made_again"]
    assert len(list(folder.glob("cache-damaged-*.db"))) == 1
    with opened() as desk:
        assert sorted(repr(one[:4]) for one in waits(desk)) == sorted(repr(one[:4]) for one in before)
        everything_arrives(desk, hq)
    code, told = run("doctor", "--mend", "--quiet")
    assert (code, told["sound"], told["done"][-1]["code"]) == (0, True, "doctor.compared")
    hq.stop()
    code, told = run("doctor", "--mend", "--quiet")
    assert (code, [one["code"] for one in told["done"]]) == (0, ["doctor.not_compared", "sync.unreachable"])


def test_a_first_page_that_is_damaged_is_repaired_by_mending(
    opened: Callable[[], Desk], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from channeldesk.store import backup

    key = keys.unlock(folder, passphrase=PHRASE, keyring=None)
    with opened() as desk:
        before = waits(desk)
    backup.make(folder / "cache.db", key, label="0000")
    break_page(folder / "cache.db", 1)
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", PHRASE)
    assert main(["--profile", str(folder), "doctor", "--mend", "--quiet"]) == 3  # to be synchronised
    with opened() as desk:
        assert waits(desk) == before


@pytest.mark.parametrize("where", ["first page", "content", "parts"])
def test_damaged_files_are_saved_as_far_as_they_can_be_read(
    opened: Callable[[], Desk], hq: Headquarters, folder: Path, where: str
) -> None:
    path = folder / "files.db"
    with opened() as desk:
        before = waits(desk)
        ours = next(iter(desk.database.files.ours()))
        with desk.database.files._open() as raw:
            root = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'content'").fetchone()[0]
    last = path.stat().st_size // SIZE
    break_page(path, {"first page": 1, "content": root, "parts": last // 5}[where])
    with opened() as desk:
        report = desk.doctor()
        assert codes(report) == {"doctor.files_damaged"}
        done = desk.mend(report)
        assert done[0].code == "doctor.files_mended"
        assert desk.doctor().sound
        assert waits(desk) == before
        kept = list(folder.glob("files-damaged-*.db"))
        assert len(kept) == 1
        lost = [one.params["count"] for one in done if one.code == "doctor.files_lost"]
        if where == "first page":  # nothing at all could be read; the damaged file is all there is
            assert desk.database.files.all_held() == {}
            assert lost == [1], "the rows still name what was never sent"
        elif not lost:
            assert b"".join(desk.database.files.read(ours)) == CONTENT
            everything_arrives(desk, hq)


def test_a_file_that_lacks_a_part_is_fetched_again(opened: Callable[[], Desk], hq: Headquarters) -> None:
    with opened() as desk:
        before, ours = waits(desk), desk.database.files.ours()
        (sent,) = desk.database.files.all_held().keys() - ours
        with desk.database.files._transaction() as raw:
            raw.execute(
                "DELETE FROM part WHERE position > 0 "
                "AND content_id = (SELECT id FROM content WHERE sha256 = ?)",
                (sent,),
            )
        report = desk.doctor()
        assert codes(report) == {"doctor.files_incomplete"}
        (told,) = desk.mend(report)
        assert (told.code, told.params["saved"], told.params["again"]) == ("doctor.files_mended", 1, 1)
        assert desk.doctor().sound
        assert desk.database.files.ours() == ours
        assert waits(desk) == before
        everything_arrives(desk, hq)


@pytest.mark.parametrize("key", ["last_mid", "device_id", "last_sync_at"])
def test_what_was_noted_about_headquarters(opened: Callable[[], Desk], hq: Headquarters, key: str) -> None:
    with opened() as desk:
        before = waits(desk)
        with desk.database.apply() as connection:
            change = sa.text("UPDATE local_state SET value = 'garbage' WHERE key = :key")
            connection.execute(change, {"key": key})
        report = desk.doctor()
        assert codes(report) == {"doctor.standing"}
        desk.mend(report)
        assert desk.doctor().sound
        assert waits(desk) == before
        everything_arrives(desk, hq)
        assert desk.sync(errand=Errand(Reason.CHECK), in_process=True).checked == 0


def test_what_only_a_round_or_a_sign_in_ends(
    opened: Callable[[], Desk], hq: Headquarters, tmp_path: Path
) -> None:
    with opened() as desk:
        before = waits(desk)
        with desk.database.apply() as connection:
            connection.exec_driver_sql("DELETE FROM local_state WHERE key = 'access_token'")
        report = desk.doctor()
        assert codes(report) == {"doctor.not_signed_in"}
        assert desk.mend(report) == []
        assert waits(desk) == before
        desk.sign_in(PASSWORD)
        assert desk.doctor().sound
        everything_arrives(desk, hq)
    keyring = MemoryStore()
    with Desk.create(
        tmp_path / "new", hq.address, "ann", PASSWORD, passphrase=PHRASE, keyring=keyring
    ) as desk:
        cut = iter([False, False, False, True])
        desk.sync(in_process=True, cancel=lambda: next(cut, True))
        assert codes(desk.doctor()) <= {"doctor.first_round", "doctor.filling"}
        desk.sync(in_process=True)
        assert desk.doctor().sound


def test_another_persons_data_is_told_and_left_alone(opened: Callable[[], Desk]) -> None:
    with opened() as desk:
        before = waits(desk)
        with desk.database.apply() as connection:
            connection.exec_driver_sql("UPDATE local_state SET value = 'ab' WHERE key = 'user_id'")
        report = desk.doctor()
        assert codes(report) == {"doctor.other_person"}
        assert desk.mend(report) == []
        assert codes(desk.doctor()) == {"doctor.other_person"}
        assert waits(desk) == before


def test_the_wraps_of_the_key(opened: Callable[[], Desk], folder: Path, keyring: MemoryStore) -> None:
    with opened() as desk:
        kept = dict(keyring.entries)
        keyring.entries.clear()
        assert codes(desk.doctor()) == {"doctor.key_store"}
        assert [one.code for one in desk.mend()] == ["doctor.key_mended"]
        assert keyring.entries == kept
        (folder / "key.json").unlink()
        assert codes(desk.doctor()) == {"doctor.key_file"}
        desk.mend()
        report = desk.doctor()
        assert (report.sound, codes(report)) == (True, {"doctor.no_passphrase"})
        desk._keyring = None
        (folder / "key.json").write_text("{", "utf-8")
        report = desk.doctor()
        assert [one.remedy for one in report.findings] == ["remedy.restore_key_now"]
        desk.safe.set_passphrase("another long one")
        assert desk.doctor().sound
    with Desk.open(folder, passphrase="another long one", keyring=None) as desk:
        assert len(waits(desk)) == 4


def test_rows_that_differ_are_fetched_again(opened: Callable[[], Desk], hq: Headquarters) -> None:
    with opened() as desk:
        everything_arrives(desk, hq)
        with desk.database.apply() as connection:
            connection.exec_driver_sql("DELETE FROM contact")
        assert desk.doctor().sound, "rows alone do not tell; headquarters does"
        result = desk.sync(errand=Errand(Reason.CHECK), in_process=True)
        assert doctor.compared(result).code == "doctor.compared_mended"
        assert len(desk.ask(lambda c: c.exec_driver_sql("SELECT id FROM contact").all())) == 2
        again = desk.sync(errand=Errand(Reason.CHECK), in_process=True)
        assert doctor.compared(again).code == "doctor.compared"
