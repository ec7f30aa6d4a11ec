"""A damaged database: what headquarters does not have yet is saved into a new one."""

import copy
import itertools
import json
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.model import local
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from channeldesk.model.tables import laptop as tables
from channeldesk.store import backup, integrity, outbox, pages, rescue, salvage, swap
from channeldesk.store.database import Database
from channeldesk.store.rescue import Rescued
from tests.support import laptop

PAGE = pages.SIZE
NOW = 1_795_000_000_000


class Profile:
    """A database with rows of headquarters, edits of each kind and an inbox; what stood in it before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.leaves: dict[str, list[int]] = {}
        self.numbers = itertools.count(1)
        partner, contact = tables.tables["partner"], tables.tables["contact"]
        with laptop.opened(path) as database:
            with database.apply() as connection:
                self.partners = [self._id() for _ in range(400)]
                values = {"rv": 5, "territory_id": self._id(), "currency": "CNY", "note": "n" * 300}
                rows = [
                    {"id": one, "name": f"Partner {at}", **values} for at, one in enumerate(self.partners)
                ]
                connection.execute(sa.insert(partner), rows)
                state = [{"key": "cursor", "value": "c"}, {"key": "last_mid", "value": "3"}]
                connection.execute(sa.insert(local.state), [*state, {"key": "access_token", "value": "t"}])
                connection.execute(sa.insert(local.inbox).values(self._item()))
            for at in range(0, 400, 4):
                with database.write() as connection:
                    one = self.partners[at]
                    connection.execute(sa.update(partner).where(partner.c.id == one).values(phone=str(at)))
            with database.write() as connection:
                connection.execute(sa.delete(partner).where(partner.c.id == self.partners[1]))
            for at in range(120):
                with database.write() as connection:
                    row = {"id": self._id(), "partner_id": self.partners[at], "name": f"Contact {at}"}
                    connection.execute(sa.insert(contact).values(**row, note="c" * 200))
            with database.write() as connection:
                self.order = self._place(connection)
            with database.apply() as connection:
                connection.execute(
                    sa.update(local.outbox).where(local.outbox.c.seq <= 3).values(mid=local.outbox.c.seq)
                )
        self.before = self.content(path)

    def _id(self) -> bytes:
        return next(self.numbers).to_bytes(16, "big")

    def _item(self) -> dict[str, Any]:
        texts = {
            "notice": json.dumps({"code": "sync.rejected", "params": {}}),
            "fields": "[]",
            "mutations": "[]",
        }
        row = {
            "id": self._id(),
            "kind": "rejection",
            "state": "open",
            "entity": "contact",
            "row_id": self._id(),
        }
        return {**row, **texts, "recorded_at": 1}

    def _place(self, connection: sa.Connection) -> bytes:
        order = {
            "id": self._id(),
            "partner_id": self.partners[2],
            "order_date": "2026-11-21",
            "currency": "CNY",
        }
        order |= {"provisional_number": "K7-1", "salesperson_id": self._id(), "net": 1, "tax": 0, "total": 1}
        connection.execute(sa.insert(tables.tables["sales_order"]).values(order))
        for number in range(1, 4):
            line = {"id": self._id(), "order_id": order["id"], "partner_id": order["partner_id"], "net": 1}
            line |= {"line_number": number, "product_id": self._id(), "quantity": 1, "unit_price": 1}
            connection.execute(sa.insert(tables.tables["order_line"]).values(**line))
        return bytes(order["id"])

    @staticmethod
    def content(path: Path) -> dict[str, Any]:
        """What waits (by row), and every row as the person sees it."""
        with laptop.opened(path) as database, database.read() as connection:
            entries = outbox.load(connection)
            rows = {
                (name, bytes(row["id"])): {k: v for k, v in row.items() if k != "rv"}
                for name in ("partner", "contact", "sales_order", "order_line")
                for row in connection.execute(sa.select(tables.tables[name])).mappings()
            }
            return {
                "entries": {one.row: one for one in entries},
                "rows": rows,
                "inbox": connection.execute(sa.select(local.inbox)).all(),
                "state": {one.key: one.value for one in connection.execute(sa.select(local.state))},
            }

    def damage(self, *numbers: int) -> bytes:
        """Flips a bit in each of these pages; what the file was before."""
        before = self.path.read_bytes()
        content = bytearray(before)
        for number in numbers:
            content[(number - 1) * PAGE + 1000] ^= 4
        self.path.write_bytes(content)
        return before

    def pages_of(self, table: str, most: int = 3) -> list[int]:
        """The root of a table, and some of its other pages, found by damaging one after the other."""
        if table not in self.leaves:
            content = self.path.read_bytes()
            source = salvage.Salvage(self.path, laptop.KEY)
            root = source.value(f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")
            source.close()
            numbers = list(range(2, len(content) // PAGE + 1))
            random.Random(table).shuffle(numbers)
            found = [int(root)]
            for number in numbers:
                self.damage(number)
                source = salvage.opened(self.path, laptop.KEY)
                if source is not None:
                    if not source.read(table).whole and number not in found:
                        found.append(number)
                    source.close()
                self.path.write_bytes(content)
                if len(found) > most:
                    break
            self.leaves[table] = found
        return self.leaves[table]

    def rescue(self, **facts: str) -> Rescued:
        return rescue.rescue(self.path, laptop.KEY, facts=facts, new_id=new_id, now_ms=lambda: NOW)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    return Profile(tmp_path_factory.mktemp("made") / "cache.db")


@pytest.fixture
def profile(made: Profile, tmp_path: Path) -> Profile:
    mine = copy.copy(made)
    mine.path = tmp_path / "cache.db"
    shutil.copyfile(made.path, mine.path)
    return mine


def test_what_headquarters_does_not_have_is_in_the_new_database(profile: Profile) -> None:
    before = profile.path.read_bytes()
    told = profile.rescue()
    after = profile.content(profile.path)
    assert {row: one.changes for row, one in after["entries"].items()} == {
        row: one.changes for row, one in profile.before["entries"].items()
    }
    assert {one.mid for one in after["entries"].values()} == {None}
    assert after["inbox"] == profile.before["inbox"]
    assert after["state"] == {"access_token": "t", "derived_stale": "1"}
    edited = set(profile.before["entries"])
    assert after["rows"] == {row: value for row, value in profile.before["rows"].items() if row in edited}
    assert told.saved["outbox"] == len(edited) == 225
    assert told.lost == {}
    assert (profile.path.parent / told.kept).read_bytes() == before
    assert integrity.check(profile.path, laptop.KEY, structure=True) == integrity.Integrity()
    assert [one.code for one in told.notices()] == ["rescue.saved", "rescue.all_read", "rescue.next"]


def test_a_damaged_page_of_the_outbox_is_made_again_from_the_rows(profile: Profile) -> None:
    """Whichever page it is: the root, or one of the leaves."""
    intact = profile.path.read_bytes()
    damaged = profile.pages_of("outbox")
    assert len(damaged) == 4
    for number in damaged:
        profile.path.write_bytes(intact)
        profile.damage(number)
        told = profile.rescue()
        same_work(profile)
        assert told.made_again > 0
        assert told.lost["outbox"] > 0


@pytest.mark.parametrize("lost", ["sales_order", "order_line"])
def test_an_order_and_its_lines_stay_together_whichever_was_lost(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    """As where a page of the outbox ends between them."""
    read = salvage.Salvage.read

    def without(source: salvage.Salvage, table: str, where: str = "1") -> salvage.Harvest:
        harvest = read(source, table, where)
        if table == "outbox":
            at, before = harvest.columns.index("entity"), len(harvest.rows)
            harvest.rows = [row for row in harvest.rows if row[at] != lost]
            harvest.lost = before - len(harvest.rows)
        return harvest

    monkeypatch.setattr(salvage.Salvage, "read", without)
    told = profile.rescue()
    assert told.made_again == told.lost["outbox"] == (1 if lost == "sales_order" else 3)
    same_work(profile)


def test_a_damaged_page_of_rows_is_made_again_from_the_outbox(profile: Profile) -> None:
    intact = profile.path.read_bytes()
    for entity in ("contact", "order_line"):
        for number in profile.pages_of(entity):
            profile.path.write_bytes(intact)
            profile.damage(number)
            profile.rescue()
            same_work(profile)


def same_work(profile: Profile) -> None:
    """The new outbox says what the old one said, and the rows show it."""
    after = profile.content(profile.path)
    assert {row: said(one) for row, one in after["entries"].items()} == {
        row: said(one) for row, one in profile.before["entries"].items()
    }
    for row in profile.before["entries"]:
        assert after["rows"].get(row) == profile.before["rows"].get(row), row
    order = after["entries"]["sales_order", profile.order]
    lines = [one for row, one in after["entries"].items() if row[0] == "order_line"]
    assert {one.txn for one in lines} == {order.txn}
    assert all(order.seq < one.seq for one in lines)


def said(one: outbox.Mutation) -> tuple[str, Mapping[str, Any], Mapping[str, Any]]:
    return one.op, dict(one.base), dict(one.changes)


def test_any_few_bits_cost_nothing_of_what_stands_twice(profile: Profile, rng: random.Random) -> None:
    """Random pages beyond the first ones: every edit whose row or entry survived is in the new outbox."""
    intact = profile.path.read_bytes()
    count = len(intact) // PAGE
    for _ in range(5):
        profile.path.write_bytes(intact)
        profile.damage(*rng.sample(range(2, count + 1), 3))
        source = salvage.opened(profile.path, laptop.KEY)
        if source is None:
            continue
        readable = set()
        at = source.columns("outbox").index("entity")
        readable |= {(row[at], bytes(row[at + 1])) for row in source.read("outbox").rows}
        readable |= {("contact", bytes(row[0])) for row in source.read("contact", "rv = 0").rows}
        source.close()
        profile.rescue()
        after = profile.content(profile.path)
        assert readable <= set(after["entries"])


def test_what_the_local_state_lost_comes_from_the_profile(profile: Profile) -> None:
    profile.damage(*profile.pages_of("local_state")[:1])
    profile.rescue(user_id="ab", access_token="other")
    assert profile.content(profile.path)["state"] == {
        "user_id": "ab",
        "access_token": "other",
        "derived_stale": "1",
    }


def test_a_first_page_that_is_gone_is_replaced_by_a_backup(profile: Profile) -> None:
    backup.make(profile.path, laptop.KEY, label="0006")
    with laptop.opened(profile.path) as database, database.write() as connection:
        connection.execute(sa.update(tables.tables["partner"]).values(city="late"))
    profile.damage(1)
    assert integrity.check(profile.path, laptop.KEY).damaged
    told = profile.rescue()
    after = profile.content(profile.path)
    assert set(after["entries"]) == set(profile.before["entries"])
    assert [one.code for one in told.notices()] == ["rescue.saved", "rescue.from_backup", "rescue.next"]


def test_without_a_backup_it_is_said_that_nothing_could_be_read(profile: Profile) -> None:
    profile.damage(1)
    told = profile.rescue()
    assert [one.code for one in told.notices()] == ["rescue.nothing_readable", "rescue.next"]
    assert profile.content(profile.path)["entries"] == {}
    assert (profile.path.parent / told.kept).exists()


def test_a_wrong_key_is_no_damage(profile: Profile) -> None:
    before = profile.path.read_bytes()
    with pytest.raises(Problem) as refused:
        rescue.rescue(profile.path, b"x" * 32, facts={}, new_id=new_id, now_ms=lambda: NOW)
    assert refused.value.notice.code == "store.wrong_key"
    assert profile.path.read_bytes() == before
    assert [one.name for one in profile.path.parent.iterdir()] == ["cache.db"]


def test_a_first_page_that_is_gone_is_told_from_a_wrong_key(profile: Profile) -> None:
    with pytest.raises(Problem) as wrong:
        Database.open(profile.path, b"x" * 32)
    assert wrong.value.notice.code == "store.wrong_key"
    profile.damage(1)
    with pytest.raises(Problem) as damaged:
        Database.open(profile.path, laptop.KEY)
    assert (damaged.value.notice.code, damaged.value.remedy) == ("store.damaged", "remedy.repair")


def test_what_is_still_in_the_log_is_saved(profile: Profile) -> None:
    with laptop.opened(profile.path) as database:
        with database.write() as connection:
            connection.execute(sa.insert(local.state).values(key="late", value="1"))
        for end in ("", "-wal"):  # as after a kill: nothing was moved into the file
            shutil.copyfile(
                profile.path.with_name(f"cache.db{end}"), profile.path.with_name(f"other.db{end}")
            )
    profile.path = profile.path.with_name("other.db")
    profile.rescue()
    assert profile.content(profile.path)["state"]["late"] == "1"


@pytest.mark.parametrize("stop", range(1, 4))
def test_a_kill_while_the_files_change_places(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    """After any of the renames: the next start goes on."""
    real, calls = swap.os.replace, itertools.count(1)

    def replace(*names: Any) -> None:
        if next(calls) == stop:
            raise KeyboardInterrupt
        real(*names)

    monkeypatch.setattr(swap.os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        profile.rescue()
    monkeypatch.undo()
    swap.finish(profile.path)
    after = profile.content(profile.path)
    assert set(after["entries"]) == set(profile.before["entries"])
    assert ("cursor" in after["state"]) is (stop == 1), "the old one stands until the new one is complete"
    left = {one.name for one in profile.path.parent.iterdir()}
    assert not [name for name in left if "ready" in name]


def test_progress_is_told(profile: Profile) -> None:
    seen: list[tuple[str, int, int]] = []
    report: Callable[[str, int, int], None] = lambda *one: seen.append(one)  # noqa: E731
    rescue.rescue(profile.path, laptop.KEY, facts={}, new_id=new_id, now_ms=lambda: NOW, progress=report)
    assert [done for _, done, _ in seen] == list(range(len(seen)))
    assert seen[0][0] == "outbox"
