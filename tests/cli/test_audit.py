"""The trail of a profile from the command line: what a person did, and what headquarters answered."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from channeldesk.desk import Desk
from tests.support import processes
from tests.support.headquarters import PASSWORD, Headquarters, furnished, only_sqlite


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Headquarters]:
    with (
        furnished("sqlite", tmp_path_factory.mktemp("hq"), only_sqlite) as url,
        processes.headquarters(url) as address,
    ):
        headquarters = Headquarters(url)
        headquarters.address = address
        yield headquarters
        headquarters.close()


def test_the_commands(server: Headquarters, tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    with Desk.create(
        folder, server.address, "bo", PASSWORD, passphrase=processes.PHRASE, keyring=None
    ) as desk:
        desk.sync(in_process=True)

    def run(*words: str) -> tuple[int, dict]:
        return processes.run(*words, "--profile", str(folder))

    assert run("order", "--partner", "p1", "--line", "dr-18=2")[0] == 0
    assert run("sync")[0] == 0
    code, told = run("audit", "list", "--limit", "0")
    assert code == 0
    actions = [(one["entity"], one["action"]) for one in told["entries"]][::-1]
    assert ("sales_order", "insert") in actions
    assert actions.index(("sales_order", "insert")) < actions.index(("sales_order", "applied"))
    code, told = run("audit", "list", "--entity", "order_line", "--action", "insert", "--text", "quantity")
    assert (code, told["count"]) == (0, 1)

    code, told = run("audit", "verify")
    assert (code, told["whole"], told["entries"]) == (0, True, len(actions))
    head = told["headquarters"]["head"]
    with server.database.snapshot() as connection:
        query = "SELECT hash FROM audit_entry WHERE seq = ?"
        kept = connection.exec_driver_sql(query, (head["seq"],)).scalar_one()
    assert bytes(kept).hex() == head["hash"]

    out = tmp_path / "trail.csv"
    code, told = run("audit", "export", str(out), "--format", "csv")
    assert (code, told["written"], len(out.read_text("utf-8-sig").splitlines())) == (
        0,
        len(actions),
        len(actions) + 1,
    )
    lines = tmp_path / "trail.ndjson"
    assert run("audit", "export", str(lines), "--entity", "sales_order")[0] == 0
    assert {json.loads(line)["entity"] for line in lines.read_text("utf-8").splitlines()} == {"sales_order"}

    with (
        Desk.open(folder, passphrase=processes.PHRASE, keyring=None) as desk,
        desk.database.apply() as connection,
    ):
        connection.exec_driver_sql("UPDATE trail SET action = 'delete' WHERE seq = 1")
    code, told = run("audit", "verify")
    assert (code, told["whole"], told["broken"]["code"]) == (3, False, "audit.changed")
