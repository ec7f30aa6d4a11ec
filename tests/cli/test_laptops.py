"""A laptop's life from the command line: signing out and in, the lease, an order to destroy, and its end."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from channeldesk.cli import main
from channeldesk.trust import left
from tests.support.headquarters import PASSWORD, Headquarters, serving

Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Headquarters]:
    with serving("sqlite", tmp_path) as running:
        yield running


@pytest.fixture
def run(
    server: Headquarters, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Runs a command with --json; its exit code and the object on the last line."""
    monkeypatch.setenv("CHANNELDESK_PASSPHRASE", "a long passphrase")
    monkeypatch.setenv("CHANNELDESK_PASSWORD", PASSWORD)
    monkeypatch.setenv("CHANNELDESK_PROFILE", str(tmp_path / "profile"))
    monkeypatch.setenv("CHANNELDESK_DATABASE", server.url)

    def command(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = main([*arguments, "--language", "en", "--json"])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return command


def test_a_laptop_is_signed_out_and_in_and_destroyed(run: Run, server: Headquarters, tmp_path: Path) -> None:
    assert run("hq", "lease") == (0, {"days": 30})
    assert run("hq", "lease", "--days", "14") == (0, {"days": 14})
    assert run("hq", "lease", "--days", "7")[1]["error"]["code"] == "hq.bad_lease"
    _, told = run("sign-in", server.address, "bo", "--device", "test")
    device = told["device"]
    assert run("sync")[0] == 0
    assert run("sign-out")[1]["signed_out"]
    assert run("status")[1]["error"]["code"] == "profile.signed_out"
    assert run("sign-in")[0] == 0
    assert run("sync")[0] == 0

    assert run("hq", "device", "wipe", "??")[1]["error"]["code"] == "hq.unknown_device"
    for command in ("wipe", "withdraw", "wipe"):
        assert run("hq", "device", command, device) == (0, {"done": True})
    assert run("sync")[1]["error"]["code"] == "trust.wiped"
    (one,) = (one for one in run("hq", "device", "list")[1]["devices"] if one["prefix"] == device)
    assert (one["revoked"], one["destroyed"], one["at_once"]) == (True, 0, False)
    assert [path.name for path in (tmp_path / "profile").iterdir()] == ["lock"]


def test_a_profile_is_removed_when_nothing_waits(run: Run, server: Headquarters, tmp_path: Path) -> None:
    run("sign-in", server.address, "bo")
    run("sync")
    code, told = run("sign-out", "--remove")
    assert (code, told["removed"]) == (0, True)
    assert run("status")[1]["error"]["code"] == "profile.not_found"


def test_a_key_that_its_store_did_not_give_up_is_told_beside_the_answer(
    run: Run, server: Headquarters, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("sign-in", server.address, "bo")
    left.take_out(tmp_path / "profile", "of before", "KWallet", None)
    capsys.readouterr()
    assert main(["status", "--language", "en"]) == 0
    said = capsys.readouterr().err
    assert "KWallet did not give up the key" in said
    assert "Unlock the key store" in said
