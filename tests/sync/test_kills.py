"""Case 6: kill -9 at each named step of a round, inside each of its writes, and inside a person's write."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged
from tests.sync.test_pulling import movements

Make = Callable[..., Laptop]
ROOT = Path(__file__).resolve().parents[2]
FIRST = ["greeted", "frozen", "pull started", "marked", "indexed", "summarised", "summarised:2"]
LATER = ["greeted", "frozen", "answered", "settled", "pull started", "marked"]


def killed(one: Laptop, place: str) -> bool:
    """Runs a doomed round over the laptop's database; whether it died where it should."""
    one.database.close()
    command = [sys.executable, "-m", "tests.support.doomed", str(one.path), one.hq.address, one.session.token]
    ended = subprocess.run([*command, place], cwd=ROOT, timeout=60, capture_output=True, check=False)
    assert ended.returncode in (0, -9), ended.stderr.decode()
    one.reopen()
    return ended.returncode == -9


@pytest.mark.parametrize("place", [*(f"step:{name}" for name in FIRST), *(f"apply:{n}" for n in range(1, 7))])
def test_case_6_killed_in_a_first_round(hq: Headquarters, laptop: Make, place: str) -> None:
    movements(hq, 5_500)
    bo = laptop()
    assert killed(bo, place)
    assert bo.sync().finished
    assert len(bo.rows("stock_movement")) == 5_500
    with bo.database.read() as connection:
        from channeldesk.store import derive

        assert not any(derive.compare(connection).values())
        assert derive.missing_indexes(connection) == []
    converged(bo)


@pytest.mark.parametrize("place", [*(f"step:{name}" for name in LATER), *(f"apply:{n}" for n in range(1, 5))])
def test_case_6_killed_in_a_later_round(hq: Headquarters, laptop: Make, place: str) -> None:
    bo = laptop()
    bo.sync()
    order = bo.place_order()
    bo.act("UPDATE partner SET city = 'Hangzhou' WHERE code = 'P1'")
    hq.execute("UPDATE partner SET phone = '999' WHERE code = 'P1'")
    assert killed(bo, place)
    assert bo.sync().finished
    (at_hq,) = hq.table("sales_order")
    assert (bytes(at_hq["id"]), at_hq["status"]) == (order, "accepted")
    assert hq.table("partner", code="P1")[0]["city"] == "Hangzhou"
    assert bo.row("partner", code="P1")["phone"] == "999"
    assert bo.waiting() == 0
    assert bo.inbox() == []
    converged(bo, entities=("partner", "contact", "sales_order", "order_line"))


def test_case_6_killed_inside_a_persons_write_leaves_none_of_it(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    bo.act("UPDATE partner SET phone = 'kept' WHERE code = 'P1'")
    assert killed(bo, "write")
    assert bo.waiting() == 1
    bo.sync()
    assert hq.table("partner", code="P1")[0]["phone"] == "kept"
    assert {row["city"] for row in hq.table("partner")} == {None}
