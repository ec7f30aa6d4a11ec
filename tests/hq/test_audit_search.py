"""Looking through the trail, and handing it out so that others can verify it."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from channeldesk.hq import admin, audit, audit_search
from channeldesk.hq.audit_search import Wanted
from channeldesk.hq.database import Database
from channeldesk.model.ids import new_id
from channeldesk.model.notice import Problem
from tests.conftest import ROOT
from tests.support import processes, tampering
from tests.support.central import Server, contact, id_of

ZONE = "Asia/Shanghai"
Find = Callable[..., list[audit_search.Found]]


@pytest.fixture
def find(database: Database) -> Find:
    def found(**wanted: str) -> list[audit_search.Found]:
        with database.snapshot() as connection:
            return audit_search.newest(connection, Wanted(**wanted), ZONE, 0)

    return found


def test_every_filter_finds_its_own(server: Server, database: Database, find: Find) -> None:
    laptop, other = server.laptop("east"), server.laptop("west")
    prefix = laptop.hello()["device"]["prefix"]
    row_id = new_id()
    laptop.one(
        "contact", row_id, "insert", set=contact(id_of(database, "partner", code="P-E"), name='李 "%_')
    )
    laptop.one("contact", row_id, "patch", base={"phone": None}, set={"phone": "0571"})
    assert other.device != laptop.device

    assert [one.action for one in find(user="EAST")] == ["patch", "insert", "sign_in"]
    assert [one.device for one in find(device=prefix.lower())] == [prefix] * 3
    assert [one.action for one in find(row=row_id.hex())] == ["patch", "insert"]
    assert [one.user for one in find(action="patch", entity="contact")] == ["east"]
    assert {one.user for one in find(user="-")} == {None}
    assert len(find(user="-")) + len(find(user="east")) + len(find(user="west")) == len(find())
    assert [one.action for one in find(text='李 "%')] == ["insert"]
    assert [one.action for one in find(text="PHONE", user="east")] == ["patch"]
    assert find(text="%_x") == find(user="nobody") == find(device="00") == []
    seqs = [one.seq for one in find()]
    assert seqs == sorted(seqs, reverse=True)


def test_days_are_the_company_s(database: Database, find: Find) -> None:
    """18:00 UTC is the next day in China."""
    at = 1_795_370_400_000  # 2026-11-22 18:00 UTC
    with database.write() as connection:
        audit.record(connection, audit.CONSOLE, [audit.Entry("marked")], at)
    assert len(find(action="marked", since="2026-11-23", until="2026-11-23")) == 1
    assert find(action="marked", until="2026-11-22") == []
    assert len(find(action="marked", since="2026-11-22T18:00:00+00:00")) == 1
    assert find(action="marked", until="2026-11-22T18:00:00+00:00") == []


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"row": "4711"}, "audit.bad_row"),
        ({"since": "soon"}, "value.not_a_date"),
        ({"until": "9999-12-31"}, "value.not_a_date"),
    ],
)
def test_what_cannot_be_looked_for_is_said(find: Find, wanted: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as refused:
        find(**wanted)
    assert refused.value.notice.code == code


def _field(value: Any) -> bytes:
    data = str(value).encode()
    return b"-," if value is None else b"%d:%b," % (len(data), data)


NAMES = ("seq", "at", "user_id", "device_id", "action", "entity", "row_id", "diff")


def verified(entries: Iterable[dict[str, Any]]) -> int:
    """A few lines of somebody else's: docs/audit.md has them. How many entries hold."""
    before: dict[str, Any] = {"seq": 0, "hash": "0" * 64}
    for entry in entries:
        content = b"".join(_field(entry[name]) for name in NAMES)
        assert hashlib.sha256(bytes.fromhex(entry["previous"]) + content).hexdigest() == entry["hash"]
        assert int(entry["seq"]) == int(before["seq"]) + 1
        assert entry["previous"] == before["hash"]
        before = entry
    return int(before["seq"])


def exported(database: Database, path: Path, form: str, **wanted: str) -> int:
    with database.snapshot() as connection:
        return audit_search.export(connection, Wanted(**wanted), ZONE, path, form)


def test_others_can_verify_what_is_handed_out(
    server: Server, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search, "_PAGE", 7)
    laptop = server.laptop("east")
    name = '=1+2, "李"\r\n\tend'
    laptop.one("contact", new_id(), "insert", set=contact(id_of(database, "partner", code="P-E"), name=name))
    admin.add_user(database, "=cmd", "Formula")
    admin.deactivate_user(database, "=cmd")
    lines, table = tmp_path / "trail.ndjson", tmp_path / "trail.csv"
    written = exported(database, lines, "ndjson")
    assert exported(database, table, "csv") == written > 20

    assert verified(json.loads(line) for line in lines.read_text("utf-8").splitlines()) == written
    with table.open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.DictReader(file))
    assert verified({key: value or None for key, value in row.items()} for row in cells) == written
    assert not [
        cell for row in cells for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    ]
    assert {path.name for path in tmp_path.iterdir()} >= {"trail.ndjson", "trail.csv"}
    assert not list(tmp_path.glob("*.part"))


def test_the_document_s_own_lines_verify_an_export(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code = (ROOT / "docs" / "audit.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
    code = code.replace("for line in open(", "for line in __import__('pathlib').Path(").replace(
        ', encoding="utf-8")', ').read_text("utf-8").splitlines()'
    )
    exported(database, Path("trail.ndjson"), "ndjson")
    exec(code, {})
    exported(database, Path("trail.ndjson"), "ndjson", entity="territory")
    exec(code, {})

    whole = Path("trail.ndjson").read_text("utf-8")
    Path("trail.ndjson").write_text(whole.replace("China", "Chinb"), "utf-8")
    with pytest.raises(AssertionError):
        exec(code, {})


def test_a_file_that_cannot_be_written_leaves_nothing(database: Database, tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        exported(database, tmp_path / "nowhere" / "trail.csv", "csv")
    assert refused.value.notice.code == "audit.cannot_write"


def test_the_commands(hq_url: str, database: Database, tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, dict[str, Any]]:
        return processes.run("hq", "audit", *words, "--database", hq_url)

    code, told = run("verify")
    assert (code, told["whole"], told["first_broken"], told["notices"]) == (0, True, None, [])
    code, told = run("list", "--entity", "territory", "--limit", "2")
    assert (code, [one["entity"] for one in told["entries"]]) == (0, ["territory"] * 2)
    code, told = run("export", str(tmp_path / "t.ndjson"), "--user", "-")
    assert (code, told["written"]) == (0, len((tmp_path / "t.ndjson").read_text("utf-8").splitlines()))

    with database.write() as connection:
        trail = tampering.trail(connection)
        trail[4]["at"] += 1
        tampering.put(connection, trail)
    code, told = run("verify")
    assert (code, told["whole"], told["entries"]) == (3, False, 4)
    assert told["first_broken"] == {"seq": 5, "what": "changed", "count": 1, "found": 0}
    assert [one["code"] for one in told["notices"]] == ["audit.changed"]
