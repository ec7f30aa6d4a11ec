"""Commands on a real profile: what they print, what they answer to programs, how they refuse."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from channeldesk.actions import visits
from channeldesk.cli import main
from channeldesk.cli.parser import build
from channeldesk.cli.reference import markdown
from channeldesk.desk import Desk
from channeldesk.model.formats import formats_for
from channeldesk.model.messages import MESSAGES
from tests.conftest import ROOT
from tests.support import content_lines as reader
from tests.support import processes
from tests.support.headquarters import PASSWORD, Headquarters, furnished, only_sqlite

PHRASE = "a long passphrase"
Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Headquarters]:
    """Served by ``hq serve`` in a process of its own."""
    folder = tmp_path_factory.mktemp("hq")
    with (
        furnished("sqlite", folder, only_sqlite) as url,
        processes.headquarters(url) as address,
    ):
        headquarters = Headquarters(url)
        headquarters.address = address
        yield headquarters
        headquarters.close()


@pytest.fixture(scope="module")
def made(server: Headquarters, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed-in, synchronised profile, to be copied."""
    folder = tmp_path_factory.mktemp("made") / "profile"
    with Desk.create(folder, server.address, "bo", PASSWORD, passphrase=PHRASE, keyring=None) as desk:
        desk.sync(in_process=True)
    return folder


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command on this test's profile with --json; its exit code and the object on the last line."""
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", PHRASE)
    monkeypatch.setenv("CHANNELDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("CHANNELDESK_PROFILE", str(tmp_path / "profile"))

    def command(*arguments: str, options: tuple[str, ...] = ("--json",)) -> tuple[int, dict[str, Any]]:
        code = main([*arguments, "--language", "en", *options])
        lines = capsys.readouterr().out.splitlines()
        return code, json.loads(lines[-1]) if "--json" in options else {"lines": lines}

    with (tmp_path / "nobody").open("w+") as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        yield command


@pytest.fixture
def signed_in(run: Run, made: Path, tmp_path: Path) -> Run:
    shutil.copytree(made, tmp_path / "profile")
    return run


def test_a_profile_from_sign_in_to_an_accepted_order(run: Run, server: Headquarters) -> None:
    code, told = run("sign-in", server.address, "bo", "--device", "test")
    assert (code, told["name"], told["role"]) == (0, "Bo", "manager")
    code, told = run("sync")
    assert (code, told["finished"], told["needs_you"]) == (0, True, 0)
    assert told["pulled"] > 0

    code, told = run("order", "--partner", "p1", "--line", "dr-18=2", "--note", "gate 3")
    assert (code, told["placed"], told["warnings"]) == (0, True, [])
    assert told["total"] == 2 * 500_00 * 113 // 100
    number = told["number"]
    assert run("status")[1]["waiting_by_kind"] == {"sales_order": 1}
    _, told = run("show", "order", number)
    assert told["order"]["order"]["provisional"] is True

    code, told = run("sync")
    assert (code, told["pushed"], told["waiting"]) == (0, 2, 0)
    code, told = run("show", "orders", "--filter", "status=accepted")
    assert [row["provisional"] for row in told["rows"]] == [False]
    assert server.table("sales_order", provisional_number=number)[0]["note"] == "gate 3"


def test_a_rejection_ends_with_code_3_and_stands_in_the_inbox(run: Run, server: Headquarters) -> None:
    assert run("sign-in", server.address, "bo")[0] == 0
    run("sync", "--quiet")
    code, told = run("order", "--partner", "P1", "--line", "DR-18=500")
    assert (code, [one["code"] for one in told["warnings"]]) == (0, ["credit.exceeded"])
    code, told = run("sync")
    assert (code, told["rejected"], told["needs_you"]) == (3, 1, 1)
    code, told = run("show", "inbox")
    assert (code, told["count"], told["rows"][0]["notice"]["code"]) == (0, 1, "credit.exceeded")
    assert run("status")[0] == 3
    shown = run("show", "inbox", options=())[1]["lines"]
    assert any("credit" in line.lower() for line in shown)


def test_a_round_is_done_by_the_window_that_has_the_profile_open(signed_in: Run, tmp_path: Path) -> None:
    with Desk.open(tmp_path / "profile", passphrase=PHRASE, keyring=None) as desk:
        code, told = signed_in("sync")
        assert (code, told["error"]["code"]) == (5, "profile.locked"), "nobody listens without rounds"
        desk.start_sync()
        while signed_in("sync")[0] == 5:  # it begins to listen on a thread of its own
            pass
        code, told = signed_in("sync")
        assert (code, told["finished"], told["waiting"]) == (0, True, None)
        assert signed_in("status")[0] == 5, "only a round can be asked for"


def test_checking_only_places_nothing(signed_in: Run) -> None:
    code, told = signed_in("order", "--partner", "P1", "--line", "DR-18=2@480", "--check")
    assert (code, told["placed"], told["net"]) == (0, False, 2 * 480_00)
    assert signed_in("status")[1]["waiting"] == 0
    code, told = signed_in("order", "--partner", "P1", "--line", "DR-18=2", "--return")
    assert (code, told["net"]) == (0, -2 * 500_00)


def test_counting(signed_in: Run) -> None:
    code, told = signed_in(
        "count", "--partner", "P1", "--line", "DR-18=6", "--line", "SAW=1.5", "--reason", "theft"
    )
    assert (code, told["lines"], told["differences"]) == (0, 2, 0)
    _, told = signed_in("show", "stock", "--partner", "P1", "--sort", "sku")
    assert [(row["sku"], row["quantity"]) for row in told["rows"]] == [("DR-18", 6_000), ("SAW", 1_500)]


def test_every_list_for_people_and_for_programs(signed_in: Run) -> None:
    for what in ("partners", "orders", "stock", "visits", "performance", "inbox"):
        code, told = signed_in("show", what)
        assert (code, told["what"]) == (0, what)
        assert signed_in("show", what, options=())[1]["lines"]


def test_showing_a_partner(signed_in: Run) -> None:
    assert signed_in("show", "partner", "P1")[1]["partner"]["name"] == "Hengtai"
    assert "Hengtai" in signed_in("show", "partner", "P1", options=())[1]["lines"][0]
    _, told = signed_in("show", "partners", "--filter", "name=heng", "--sort", "name", "--descending")
    assert [row["code"] for row in told["rows"]] == ["P1"]


def test_the_doctor(signed_in: Run, tmp_path: Path) -> None:
    assert signed_in("doctor")[0] == 0
    with Desk.open(tmp_path / "profile", passphrase=PHRASE) as desk, desk.database.apply() as connection:
        connection.exec_driver_sql(
            "DELETE FROM search_entry WHERE id IN (SELECT id FROM search_entry LIMIT 1)"
        )
    code, told = signed_in("doctor")
    assert (code, told["sound"]) == (3, False)
    assert signed_in("doctor", "--mend")[0] == 0


REFUSED = {
    "order --partner NO --line DR-18=1": "edit.unknown_partner",
    "order --partner P1 --line NO=1": "edit.unknown_product",
    "order --partner P1 --line DR-18": "count.bad_line",
    "order --partner P1 --line DR-18=x": "value.not_a_number",
    "order --partner P1 --line SAW=1": "order.no_price",
    "order --partner P1 --line DR-18=-1": "order.quantity_not_positive",
    "count --partner P1 --line DR-18": "count.bad_line",
    "count --partner P1 --line DR-18=1 --line dr-18=2": "count.product_twice",
    "show partners --filter x": "cli.bad_filter",
    "show partners --filter x=1": "cli.unknown_column",
    "show partners --filter overdue=x": "value.not_a_number",
    "show order nothing": "cli.unknown_order",
    "sign-in http://127.0.0.1:1 else": "profile.exists",
}


def test_refusals_have_a_code_and_a_sentence(signed_in: Run) -> None:
    for line, problem in REFUSED.items():
        code, told = signed_in(*line.split())
        assert (code, told["error"]["code"], told["error"]["exit_code"]) == (1, problem, 1), line
        assert told["error"]["text"]
    assert signed_in("status")[1]["waiting"] == 0


def test_where_headquarters_is_not(run: Run, tmp_path: Path) -> None:
    code, told = run("sign-in", "http://127.0.0.1:1", "bo")
    assert (code, told["error"]["code"]) == (4, "sync.unreachable")
    code, told = run("status")
    assert (code, told["error"]["code"]) == (1, "profile.not_found")
    assert run("sign-in")[1]["error"]["code"] == "cli.new_profile_needs"


def test_keys_locks_and_passwords(signed_in: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Desk.open(tmp_path / "profile", passphrase=PHRASE):
        code, told = signed_in("status")
        assert (code, told["error"]["code"]) == (5, "profile.locked")
    monkeypatch.setenv("CHANNELDESK_PASSWORD", "wrong password")
    assert signed_in("sign-in")[0] == 6
    monkeypatch.delenv("CHANNELDESK_PASSWORD")
    assert signed_in("sign-in")[1]["error"]["code"] == "cli.no_password"
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", "another one, wrong")
    code, told = signed_in("status")
    assert (code, told["error"]["code"]) == (7, "trust.passphrase_wrong")
    assert told["error"]["remedy"]
    monkeypatch.delenv("CHANNELDESK_PASSPHRASE")
    assert signed_in("status")[1]["error"]["code"] == "cli.no_passphrase"


def test_a_renewed_sign_in_keeps_unsent_work(signed_in: Run) -> None:
    signed_in("order", "--partner", "P1", "--line", "DR-18=1")
    assert signed_in("sign-in")[0] == 0
    assert signed_in("status")[1]["waiting"] == 1


@pytest.mark.allow_log("a defect", reason="the point of this test")
def test_a_defect_is_called_one(signed_in: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channeldesk.queries.status.status", lambda connection: 1 / 0)
    code, told = signed_in("status")
    assert (code, told["error"]["code"]) == (70, "cli.defect")


def test_wrong_arguments_are_usage(capsys: pytest.CaptureFixture[str]) -> None:
    latin = "M\udcfcller"  # what Python makes of a byte that is no UTF-8
    order = ["order", "--partner", "P1", "--line", "A=1"]
    for arguments in (["order"], ["nonsense"], ["show", "everything"], [*order, "--line", latin]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
    for arguments in ([], ["hq"], ["hq", "user"]):
        assert main(arguments) == 2
    assert "usage:" in capsys.readouterr().out


def test_the_page_is_what_the_program_says() -> None:
    assert (ROOT / "docs" / "command-line.md").read_text("utf-8") == markdown(), (
        "write it again: python -m channeldesk.cli.reference docs/command-line.md"
    )


def test_every_argument_is_explained() -> None:
    page = markdown()
    assert page.count("## ") > 15
    assert "| `login` |  |" not in page
    assert build().epilog


def test_sentences_are_known_in_the_catalogue() -> None:
    assert "cli.no_password" in MESSAGES
    assert formats_for("en").read_quantity("1.5") == 1_500


def test_planned_visits_go_into_a_calendar_file(signed_in: Run, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    with Desk.open(folder, passphrase=PHRASE, keyring=None) as desk:
        partner = desk.ask(lambda connection: connection.execute(sa.text("SELECT id FROM partner")).scalar())
        for day, at in (("2026-12-01", 540), ("2026-12-03", None), ("2026-12-09", 600)):
            desk.act(visits.plan, partner, day, at)
    code, told = signed_in("calendar", str(tmp_path / "week.ics"), "--from", "2026-12-01", "--days", "5")
    assert (code, told["written"], told["from"], told["to"]) == (0, 2, "2026-12-01", "2026-12-05")
    found = reader.parts(reader.read((tmp_path / "week.ics").read_bytes()), "VEVENT")
    assert [one["DTSTART"][1][:8] for one in found] == ["20261201", "20261203"]

    code, told = signed_in("calendar", str(tmp_path / "gone" / "week.ics"))
    assert (code, told["error"]["code"]) == (1, "audit.cannot_write")
    assert signed_in("calendar", str(tmp_path / "week.ics"), "--from", "soon")[0] == 1
