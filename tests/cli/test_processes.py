"""Commands in real processes: headquarters from nothing, and the demo. The day of an order: tests/e2e."""

import socket
from pathlib import Path

from tests.support import processes
from tests.support.headquarters import PASSWORD


def test_setting_headquarters_up_from_nothing(tmp_path: Path) -> None:
    database = ("--database", f"sqlite:///{tmp_path / 'hq.db'}")

    def hq(*arguments: str) -> tuple[int, dict[str, object]]:
        return processes.run("hq", *arguments, *database, CHANNELDESK_PASSWORD=PASSWORD)

    assert hq("init", "--company", "Example", "--currency", "EUR", "--years", "2026-2027")[0] == 0
    code, told = hq("init", "--company", "Example")
    assert (code, told["error"]["code"]) == (1, "hq.already_set_up")  # type: ignore[index]
    assert hq("territory", "add", "EU", "--name", "Europe", "--time-zone", "Europe/Paris")[0] == 0
    assert hq("territory", "add", "EU-N", "--name", "North", "--parent", "EU")[0] == 0
    assert hq("user", "add", "eve", "--name", "Eve", "--territory", "EU-N")[0] == 0
    assert hq("user", "grant", "eve", "--territory", "EU")[0] == 0
    assert hq("user", "revoke", "eve", "--territory", "EU-N")[0] == 0
    assert hq("migrate")[0] == 0
    with processes.headquarters(database[1]) as address:
        profile = str(tmp_path / "profile")
        code, told = processes.run(
            "--profile", profile, "sign-in", address, "eve", CHANNELDESK_PASSWORD=PASSWORD
        )
        assert (code, told["name"]) == (0, "Eve")
        assert processes.run("--profile", profile, "sync")[0] == 0
        assert hq("device", "revoke", str(told["device"]))[0] == 0
        assert processes.run("--profile", profile, "sync")[0] == 6
        assert hq("user", "password", "eve")[0] == 0
        assert hq("user", "deactivate", "eve")[0] == 0
        code, told = processes.run(
            "--profile", str(tmp_path / "other"), "sign-in", address, "eve", CHANNELDESK_PASSWORD=PASSWORD
        )
        assert code == 6
    assert processes.run("hq", "migrate")[1]["error"]["code"] == "cli.no_database"


def test_headquarters_that_cannot_start_says_why(tmp_path: Path) -> None:
    path = tmp_path / "hq.db"
    assert processes.run("hq", "init", "--database", f"sqlite:///{path}", "--company", "X")[0] == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for wrong, reason in (
            (("--port", str(taken.getsockname()[1])), "hq.cannot_listen"),
            (("--port", "99999"), "hq.cannot_listen"),
            (("--database", f"sqlite:///{tmp_path / 'none' / 'hq.db'}"), "hq.cannot_open"),
            (("--database", "nonsense"), "hq.bad_address_of_database"),
        ):
            code, told = processes.run("hq", "serve", "--database", f"sqlite:///{path}", *wrong)
            assert (code, told["error"]["code"]) == (1, reason)


def test_the_demo_command(tmp_path: Path) -> None:
    code, told = processes.run("demo", str(tmp_path / "try"))
    assert code == 0
    assert told["rows_pulled"] > 10_000
    assert "passphrase" not in told, "it was given"
    code, status = processes.run("--profile", str(told["profile"]), "status")
    assert (code, status["login"]) == (0, told["login"])
    code, told = processes.run("demo", str(tmp_path / "try"))
    assert (code, told["error"]["code"]) == (1, "profile.exists")
