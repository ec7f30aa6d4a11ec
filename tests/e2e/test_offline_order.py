"""The main job with real processes: an order taken while headquarters is down is accepted once it is up."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.headquarters import PASSWORD, furnished

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = 4


class Central:
    """Headquarters as its operator runs it: ``hq serve`` in a process of its own, on a port that stays."""

    def __init__(self, url: str) -> None:
        self.url, self.port, self.address = url, 0, ""
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "channeldesk", "hq", "serve", "--database", self.url]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.address = line.split()[-1]
        self.port = int(self.address.rsplit(":", 1)[1])

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(30) in (0, -signal.SIGTERM)
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None


@pytest.fixture(params=["sqlite", "postgresql"])
def central(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Central]:
    with furnished(request.param, tmp_path, lambda: request.getfixturevalue("postgres")) as url:
        running = Central(url)
        running.start()
        yield running
        running.stop()


def desk(profile: Path, *arguments: str, code: int = 0) -> dict[str, Any]:
    """Runs the command line on a profile and gives the JSON object of its last line."""
    environment = {
        **os.environ,
        "CHANNELDESK_PASSWORD": PASSWORD,
        "CHANNELDESK_PASSPHRASE": "a long passphrase",
    }
    ended = subprocess.run(
        [sys.executable, "-m", "channeldesk", "--profile", str(profile), "--json", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return answer


def test_an_order_taken_offline_is_accepted_later(central: Central, tmp_path: Path) -> None:
    bo, ann = tmp_path / "bo", tmp_path / "ann"
    desk(bo, "sign-in", central.address, "bo")
    desk(ann, "sign-in", central.address, "ann")
    assert desk(bo, "sync")["finished"]
    desk(ann, "sync")
    central.stop()

    placed = desk(bo, "order", "--partner", "P1", "--line", "DR-18=4")
    number = placed["number"]
    desk(bo, "count", "--partner", "P1", "--line", "SAW=7", "--reason", "shelf")
    refused = desk(bo, "sync", code=OFFLINE)
    assert refused["error"]["code"] == "sync.unreachable"
    waiting = desk(bo, "status")
    assert waiting["waiting"] == 2, "an order and a count, each with its line"
    (shown,) = desk(bo, "show", "orders")["rows"]
    assert (shown["number"], shown["provisional"], shown["status"]) == (number, True, "placed")

    central.start()
    sent = desk(bo, "sync")
    assert sent["rejected"] == 0
    assert desk(bo, "status")["waiting"] == 0
    (confirmed,) = desk(bo, "show", "orders")["rows"]
    assert (confirmed["provisional"], confirmed["status"]) == (False, "accepted")
    assert confirmed["number"].startswith("SO-")
    desk(ann, "sync")
    (seen,) = desk(ann, "show", "orders")["rows"]
    assert (seen["number"], seen["total"]) == (confirmed["number"], confirmed["total"])
    (stock,) = desk(ann, "show", "stock")["rows"]
    assert stock["quantity"] == 7_000


def test_what_headquarters_rejects_comes_back_with_its_reason(central: Central, tmp_path: Path) -> None:
    bo = tmp_path / "bo"
    desk(bo, "sign-in", central.address, "bo")
    desk(bo, "sync")
    desk(bo, "order", "--partner", "P1", "--line", "DR-18=4@400")
    answer = desk(bo, "sync", code=3)
    assert answer["rejected"] == 1
    (item,) = desk(bo, "show", "inbox")["rows"]
    assert item["notice"]["code"] == "order.price_below_floor"
    assert "450" in item["notice"]["text"]
